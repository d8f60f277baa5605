//! `tradecast fit`: known figures, fragments that run and give the same, yardsticks side by side,
//! wrong input.

/// Correlations of shocks, measured on panels.
mod panels;

use crate::setup;
use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use tempfile::TempDir;
use tradecast::fit::{Fit, Lens};
use tradecast::forecast::Prior;
use tradecast::scenario::Scenario;

/// Trade of Pakistan and Kyrgyzstan, both directions, million USD, 2021 to 2025.
const TOTALS: [f64; 5] = [5.9, 11.5, 20.0, 16.0, 15.5];

const TOTALS_CSV: &str = "period,value\n2021,5.9\n2022,11.5\n2023,20\n2024,16\n2025,15.5\n";

/// What asks for [`TOTALS_CSV`] in a file `totals.csv`.
const TOTALS_ARGUMENTS: [&str; 6] =
    ["totals.csv", "--pair", "PAK-KGZ", "--total", "--unit", "USD million"];

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn command(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tradecast"));
    command.current_dir(folder.path()).env("NO_COLOR", "1").arg("fit").args(arguments);
    command
}

/// What is printed, with the results in `out`.
fn printed(folder: &TempDir, arguments: &[&str]) -> String {
    let mut command = command(folder, arguments);
    let output = command.args(["--out", "out"]).assert().success().get_output().stdout.clone();
    String::from_utf8(output).expect("text")
}

/// The result as JSON, without figures.
fn fitted(folder: &TempDir, arguments: &[&str]) -> Value {
    let arguments = [arguments, &["--json", "--no-charts"]].concat();
    serde_json::from_str(&printed(folder, &arguments)).expect("JSON")
}

/// Standard error of a command that must fail, as one line.
fn failed(folder: &TempDir, arguments: &[&str]) -> String {
    let assert = command(folder, arguments).assert().failure().stdout("");
    let message = String::from_utf8(assert.get_output().stderr.clone()).expect("text");
    message.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ")
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Fragment number `index` under the head of a scenario, in the folder of its histories.
fn pasted(folder: &TempDir, fit: &Value, index: usize, head: &str) -> Scenario {
    let fragment = fit["fragments"][index]["text"].as_str().expect("a fragment");
    let path = folder.path().join("pasted.toml");
    fs::write(&path, format!("title = \"Pasted\"\n{head}\n{fragment}")).expect("a file");
    match Scenario::read(&path) {
        Ok(scenario) => scenario,
        Err(error) => panic!("{:?}\n{fragment}", miette::Report::new(error)),
    }
}

const HEAD: &str = "[money]\ncurrency = \"USD\"\nunit = \"million\"\n\
                    [[target]]\nname = \"t\"\nat_least = 20\nin = \"2028\"\n";

fn world(amounts: &[f64]) -> Fit {
    let amounts: Vec<f64> = amounts.iter().map(|value| value * 1e6).collect();
    Lens::World(Box::new(Prior::shipped().clone()), 1.0).fit(&amounts)
}

/// Another program's figures: years, median, 10 % and 90 % quantile, P(≥ 200), P(doubles), each as
/// rounded there.
#[test]
fn totals_of_pakistan_and_kyrgyzstan() {
    let fit = world(&TOTALS);
    for (years, median, lower, upper, p_200, p_2) in [
        (2.5, 18.8, 8.9, 39.6, 0.0036, 0.18),
        (3.0, 19.4, 8.6, 43.5, 0.0051, 0.21),
        (5.0, 22.2, 8.0, 61.8, 0.014, 0.32),
    ] {
        let ahead = fit.ahead(years, None);
        let quantile = |p: f64| 15.5 * libm::exp(ahead.quantile(p));
        for (p, known) in [(0.1, lower), (0.5, median), (0.9, upper)] {
            assert!((quantile(p) - known).abs() <= 0.05, "{years}: {} for {known}", quantile(p));
        }
        let p = ahead.exceeds(200.0 / 15.5);
        let digit = if years < 5.0 { 0.000_05 } else { 0.000_5 };
        assert!((p - p_200).abs() <= digit, "{years}: {p} for {p_200}");
        let p = ahead.exceeds(2.0);
        assert!((p - p_2).abs() <= 0.005, "{years}: {p} for {p_2}");
    }
}

#[test]
fn the_command_has_the_numbers_of_the_fit() {
    let folder = folder(&[("totals.csv", TOTALS_CSV)]);
    let json = fitted(&folder, &TOTALS_ARGUMENTS);
    let fit = world(&TOTALS);
    let rows = json["flows"][0]["ahead"].as_array().expect("years");
    assert_eq!(rows.len(), 5);
    for (row, years) in rows.iter().zip(1..) {
        let ahead = fit.ahead(f64::from(years), None);
        let known = [15.5 * libm::exp(ahead.quantile(0.05)), ahead.exceeds(5.0)];
        assert_eq!([number(&row["q05"]), number(&row["p_5"])], known);
        assert_eq!(row["period"], (2025 + years).to_string());
    }
    let growth = &json["flows"][0]["growth"]["level"];
    assert_eq!(number(&growth["own_share"]), fit.own_share);
    assert_eq!(number(&growth["shock_sd"]), fit.level.shock_sd);
}

/// The probabilities of the run miss those of the fit by at most five standard errors.
#[test]
fn a_pasted_fragment_runs_to_the_same_numbers() {
    let folder = folder(&[("totals.csv", TOTALS_CSV)]);
    for (extra, years) in [(&[][..], 3), (&["--drift", "2%"], 5), (&["--prior", "none"], 2)] {
        let json = fitted(&folder, &[&TOTALS_ARGUMENTS, extra].concat());
        let ahead = &json["flows"][0]["ahead"][years - 1];
        let mut head = "[money]\ncurrency = \"USD\"\nunit = \"million\"\n".to_owned();
        let mut known = Vec::new();
        for (name, p) in [("q10", 0.9), ("q50", 0.5), ("q90", 0.1), ("q95", 0.05)] {
            let (amount, period) = (&ahead[name], &ahead["period"]);
            head.push_str(&format!(
                "[[target]]\nname = \"{name}\"\nat_least = {amount}\nin = {period}\n"
            ));
            known.push(p);
        }
        let scenario = pasted(&folder, &json, 0, &head);
        let paths = 200_000;
        let projection = setup::project(&scenario, setup::paths(paths));
        for (target, p) in projection.targets.iter().zip(known) {
            let found = target.probability().estimate.value;
            let error = (p * (1.0 - p) / paths as f64).sqrt();
            assert!((found - p).abs() < 5.0 * error, "{extra:?} {}: {found} for {p}", target.name);
        }
    }
}

/// Twelve years of both directions, as two reporters count them; the importer's are 1.25 times as
/// much, and KGZ has no figure of the first year.
fn yardsticks_csv() -> String {
    let mut text = "exporter,importer,year,usd_million,reporter\n".to_owned();
    for year in 0..12 {
        let there = 10.0 + 3.0 * f64::from(year % 5) + f64::from(year);
        let back = 4.0 + f64::from((year * 3) % 7);
        let year = 2010 + year;
        text.push_str(&format!("PAK,KGZ,{year},{there},PAK\nKGZ,PAK,{year},{},PAK\n", back * 1.25));
        if year > 2010 {
            text.push_str(&format!(
                "PAK,KGZ,{year},{},KGZ\nKGZ,PAK,{year},{back},KGZ\n",
                there * 1.25
            ));
        }
    }
    text
}

#[test]
fn two_reporters_stand_side_by_side_and_are_fitted_apart() {
    let folder = folder(&[("both.csv", &yardsticks_csv())]);
    let json = fitted(&folder, &["both.csv", "--pair", "PAK-KGZ", "--pair", "KGZ-PAK"]);
    let mirror = &json["mirrors"][0];
    assert_eq!((&mirror["first"], &mirror["second"]), (&"PAK".into(), &"KGZ".into()));
    assert_eq!(mirror["years"][0]["second"], Value::Null);
    assert!(mirror["years"].as_array().expect("years").iter().skip(1).all(|y| y["ratio"] == 1.25));
    let names: Vec<&Value> = (0..4).map(|index| &json["flows"][index]["name"]).collect();
    assert_eq!(names, ["pak-kgz-by-pak", "pak-kgz-by-kgz", "kgz-pak-by-kgz", "kgz-pak-by-pak"]);
    assert_eq!(json["flows"][0]["history"].as_array().expect("years").len(), 12);
    assert_eq!(json["fragments"].as_array().expect("fragments").len(), 2);
    for (index, reporter) in [(0, "PAK"), (1, "KGZ")] {
        assert_eq!(json["fragments"][index]["reporter"], reporter);
        let scenario = pasted(&folder, &json, index, HEAD);
        assert_eq!((scenario.flows.len(), scenario.correlations.len()), (2, 1));
    }
    let text = printed(&folder, &["both.csv", "--pair", "PAK-KGZ"]);
    assert!(text.contains("ratio: 1.25 to 1.25") && text.contains("nothing is averaged"), "{text}");
    let figures =
        ["fit.png", "fit-pak-kgz-by-kgz.svg"].map(|name| folder.path().join("out/both").join(name));
    assert!(figures.iter().all(|figure| figure.exists()));
}

#[test]
fn one_reporter_is_chosen_and_totals_have_one_yardstick() {
    let folder = folder(&[("both.csv", &yardsticks_csv())]);
    let one = fitted(&folder, &["both.csv", "--pair", "PAK-KGZ", "--reporter", "importer"]);
    assert_eq!(
        (one["mirrors"].as_array().map(Vec::len), &one["flows"][0]["reporter"]),
        (Some(0), &"KGZ".into())
    );
    assert_eq!(pasted(&folder, &one, 0, HEAD).flows[0].name, "pak-kgz");
    let totals = fitted(&folder, &["both.csv", "--total"]);
    assert_eq!(totals["flows"].as_array().map(Vec::len), Some(2));
    assert_eq!(totals["mirrors"].as_array().map(Vec::len), Some(1));
    assert_eq!(pasted(&folder, &totals, 1, HEAD).flows[0].name, "kgz-pak-total-by-pak");
}

#[test]
fn flows_are_correlated_by_own_shocks_and_the_worlds() {
    let folder = folder(&[("both.csv", &yardsticks_csv())]);
    let asked = ["both.csv", "--pair", "PAK-KGZ", "--pair", "KGZ-PAK", "--reporter", "PAK"];
    let json = fitted(&folder, &asked);
    let found = &json["correlations"][0];
    assert_eq!((&found["years"], &found["world"]), (&10.into(), &0.15.into()));
    let known = (25.0 * 0.15 + 10.0 * number(&found["own"])) / 35.0;
    assert!((number(&found["value"]) - known).abs() <= 0.005 + 1e-12, "{found}");
    let scenario = pasted(&folder, &json, 0, HEAD);
    assert_eq!(scenario.correlations[0].value, number(&found["value"]));
    let alone = fitted(&folder, &[&asked[..], &["--prior", "none"]].concat());
    assert_eq!(pasted(&folder, &alone, 0, HEAD).correlations.len(), 1);
    let blocks = fitted(&folder, &[&asked[..], &["--prior", "bootstrap"]].concat());
    assert_eq!(blocks["correlations"].as_array().map(Vec::len), Some(0));
}

/// Draws of a run have the quantiles of the fit's draws, whose own error counts, too: √2 times five
/// standard errors of the smaller sample, that of the fit.
#[test]
fn blocks_are_drawn_and_can_be_pasted() {
    let folder = folder(&[("both.csv", &yardsticks_csv())]);
    let asked = [
        "both.csv",
        "--pair",
        "PAK-KGZ",
        "--reporter",
        "PAK",
        "--prior",
        "bootstrap",
        "--block",
        "2 years",
    ];
    let json = fitted(&folder, &asked);
    assert_eq!(json, fitted(&folder, &asked));
    fs::copy(
        folder.path().join("out/both/history-pak-kgz.csv"),
        folder.path().join("history-pak-kgz.csv"),
    )
    .expect("a copy");
    let ahead = &json["flows"][0]["ahead"][2];
    let (amount, period) = (number(&ahead["q90"]), &ahead["period"]);
    let head = format!(
        "[money]\ncurrency = \"USD\"\nunit = \"million\"\n[[target]]\nname = \"t\"\nat_least = {amount}\nin = {period}\n"
    );
    let scenario = pasted(&folder, &json, 0, &head);
    let projection = setup::project(&scenario, setup::paths(200_000));
    let found = projection.targets[0].probability().estimate.value;
    // Sums of few growths repeat themselves: an amount at a quantile may have weight of its own.
    let error = (0.09_f64 / 100_000.0).sqrt();
    assert!((found - 0.1).abs() < 5.0 * 2.0_f64.sqrt() * error + 0.01, "{found}");
}

#[test]
fn joined_files_are_copied_for_the_fragment() {
    let whole = yardsticks_csv();
    let lines: Vec<&str> = whole.lines().collect();
    let (early, late) = lines[1..].split_at(20);
    let part = |rows: &[&str]| format!("{}\n{}\n", lines[0], rows.join("\n"));
    let folder = folder(&[("both.csv", &whole), ("a.csv", &part(early)), ("b.csv", &part(late))]);
    let asked = ["--pair", "PAK-KGZ", "--reporter", "PAK"];
    let joined = fitted(&folder, &[&["a.csv", "b.csv"], &asked[..]].concat());
    let single = fitted(&folder, &[&["both.csv"], &asked[..]].concat());
    assert_eq!(joined["flows"][0]["ahead"], single["flows"][0]["ahead"]);
    fs::copy(
        folder.path().join("out/a/history-pak-kgz.csv"),
        folder.path().join("history-pak-kgz.csv"),
    )
    .expect("a copy");
    let (copied, read) = (pasted(&folder, &joined, 0, HEAD), pasted(&folder, &single, 0, HEAD));
    assert_eq!(copied.flows[0].baseline.period, read.flows[0].baseline.period);
    assert_eq!(copied.flows[0].baseline.value.median(), read.flows[0].baseline.value.median());
}

#[test]
fn every_option_reaches_the_fragment() {
    let mut months = "month,amount\n".to_owned();
    for month in 0..72 {
        let year = 2018 + month / 12;
        months.push_str(&format!(
            "{year}-{:02},{}\n",
            month % 12 + 1,
            100.0 + f64::from(month % 7)
        ));
    }
    let prior = Prior::shipped().text().expect("a prior file");
    let folder = folder(&[("months.csv", &months), ("own.toml", &prior)]);
    let json = fitted(
        &folder,
        &[
            "months.csv",
            "--columns",
            "period=month,value=amount",
            "--unit",
            "PKR million",
            "--per-dollar",
            "280",
            "--fiscal-year-starts",
            "July",
            "--prior",
            "own.toml",
            "--drift",
            "-1%",
            "--pair",
            "Guinea-Bissau",
            "--years",
            "2",
        ],
    );
    let head = "[money]\ncurrency = \"PKR\"\nunit = \"billion\"\n[calendar]\nfiscal_year_starts = \"July\"\n\
                [[target]]\nname = \"t\"\nat_least = 2\nin = \"FY2025-26\"\n";
    let scenario = pasted(&folder, &json, 0, head);
    let flow = &scenario.flows[0];
    assert_eq!(
        (flow.from.as_str(), flow.baseline.period.to_string().as_str()),
        ("Guinea", "FY2022-23")
    );
    let known = number(&json["flows"][0]["history"][4]["value"]);
    assert_eq!(flow.baseline.value.median(), known * 1e6);
    assert_eq!(json["flows"][0]["ahead"][1]["period"], "FY2024-25");
    let findings = json["flows"][0]["findings"].as_array().expect("a list");
    let under_way = findings.iter().find(|it| it["kind"] == "under-way").expect("under way");
    assert_eq!(under_way["year"], "FY2023-24");
    let text = under_way["text"].as_str().expect("a sentence");
    assert!(text.starts_with("FY2023-24 is under way"), "{text}");
}

/// Pairs of a file, whose flows must have names of their own, in the table, the fragment and the
/// files of figures.
fn assert_apart(pairs: &[(&str, &str)], names: &[&str]) {
    let mut text = "exporter,importer,year,usd_million\n".to_owned();
    for year in 2015..2022 {
        for (number, (from, to)) in pairs.iter().enumerate() {
            text += &format!("{from},{to},{year},{}\n", 10 * (number + 1) + (year * 7) % 5);
        }
    }
    let folder = folder(&[("flows.csv", &text)]);
    let asked: Vec<String> = pairs.iter().map(|(from, to)| format!("{from}-{to}")).collect();
    let mut arguments = vec!["flows.csv"];
    asked.iter().for_each(|pair| arguments.extend(["--pair", pair]));
    let json = serde_json::from_str(&printed(&folder, &[&arguments[..], &["--json"]].concat()));
    let json: Value = json.expect("JSON");
    let found: Vec<&str> = json["flows"]
        .as_array()
        .expect("flows")
        .iter()
        .filter_map(|f| f["name"].as_str())
        .collect();
    assert_eq!(found, names);
    let scenario = pasted(&folder, &json, 0, HEAD);
    assert!(scenario.flows.iter().map(|flow| flow.name.as_str()).eq(names.iter().copied()));
    let out = folder.path().join("out/flows");
    for name in &names[1..] {
        assert!(out.join(format!("fit-{name}.svg")).exists(), "no figure of {name}");
    }
    let table = fs::read_to_string(out.join("fit.csv")).expect("a table");
    for name in names {
        let rows = table.lines().filter(|line| line.starts_with(&format!("{name},"))).count();
        assert_eq!(rows, 7 + 5, "{name}");
    }
}

#[test]
fn flows_whose_names_have_no_latin_letters_stay_apart() {
    let pairs = [("Россия", "Монголия"), ("Монголия", "Россия"), ("日本", "中国"), ("!", "?")];
    assert_apart(&pairs, &["россия-монголия", "монголия-россия", "日本-中国", "---"]);
}

#[test]
fn flows_whose_names_differ_in_a_sign_stay_apart() {
    let pairs = [("A b", "C"), ("A_b", "C"), ("A-b", "C"), ("a-b", "C-2"), ("a.b", "c")];
    assert_apart(&pairs, &["a-b-c", "a-b-c-2", "a-b-c-3", "a-b-c-2-2", "a-b-c-4"]);
}

#[test]
fn the_table_is_the_contracts() {
    let folder = folder(&[("totals.csv", TOTALS_CSV)]);
    let text = printed(&folder, &[&TOTALS_ARGUMENTS[..], &["--years", "3"]].concat());
    let answer =
        "15.5 million USD in 2025: about 19 by 2028, between 8.6 and 44 with 80 % probability";
    assert!(text.contains(answer) && text.contains("[flow.growth.fitted]"), "{text}");
    let out = folder.path().join("out/totals");
    let table = fs::read_to_string(out.join("fit.csv")).expect("a table");
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        lines[0],
        "flow,reporter,period,kind,value,q05,q10,q25,q50,q75,q90,q95,p_1_25,p_2,p_5,unit"
    );
    assert_eq!(lines[5], "pak-kgz-total,,2025,history,15.5,,,,,,,,,,,million USD");
    assert!(lines[6].starts_with("pak-kgz-total,,2026,ahead,,") && lines.len() == 9);
    assert!(fs::read_to_string(out.join("fit.svg")).expect("a figure").contains(answer));
    printed(&folder, &[&TOTALS_ARGUMENTS[..], &["--no-charts", "--quiet"]].concat());
    assert!(!out.join("fit.svg").exists() && !out.join("fit.png").exists());
}

#[test]
fn wrong_input_says_what_and_the_way_out() {
    let gap = "period,usd_million\n2018,3\n2019,4\n2021,5.9\n2022,11.5\n2023,20\n2024,16\n";
    let negative = "period,usd_million\n2021,5.9\n2022,-1\n";
    let old = Prior::shipped().text().expect("a prior").replacen("format = 1", "format = 7", 1);
    let folder = folder(&[
        ("totals.csv", TOTALS_CSV),
        ("both.csv", &yardsticks_csv()),
        ("gap.csv", gap),
        ("negative.csv", negative),
        (
            "tons.csv",
            &TOTALS_CSV
                .replace("period,value", "period,tons")
                .replace("tons", "value,unit")
                .replace(".9\n", ".9,tonnes\n"),
        ),
        ("fiscal.csv", "period,usd_million\nFY2020-21,5\n"),
        ("old.toml", &old),
    ]);
    for (arguments, wanted) in [
        (&["nowhere.csv"][..], &["cannot read the history nowhere.csv"][..]),
        (
            &["gap.csv"],
            &[
                "Fewer than 5 consecutive positive values",
                "2020 is missing",
                "nothing is filled silently",
            ],
        ),
        (&["negative.csv"], &["negative.csv line 3", "-1"]),
        (&["both.csv", "--pair", "PKA-KGZ"], &["no flow from PKA to KGZ", "PAK"]),
        (&["both.csv"], &["holds 2 flows", "--pair PAK-KGZ"]),
        (&["both.csv", "--pair", "PAKKGZ"], &["\"PAKKGZ\" is no pair", "--pair PAK-KGZ"]),
        (
            &["both.csv", "--pair", "PAK-KGZ", "--pair", "KGZ-PAK", "--total"],
            &["KGZ-PAK is asked for twice"],
        ),
        (&["both.csv", "--pair", "PAK-KGZ", "--reporter", "UZB"], &["reported by UZB", "KGZ, PAK"]),
        (&["totals.csv"], &["nothing says what the values", "--unit \"USD million\""]),
        (
            &["totals.csv", "--unit", "PKR million"],
            &["is in PKR", "--per-dollar", "the PKR for one USD"],
        ),
        (&["totals.csv", "--unit", "USD million", "--per-dollar", "2"], &["in USD already"]),
        (
            &["totals.csv", "--unit", "USD million", "--prior", "wrld"],
            &["\"wrld\" is no prior", "world, none, bootstrap"],
        ),
        (
            &["totals.csv", "--unit", "USD million", "--prior", "old.toml"],
            &["has the format 7", "tradecast calibrate"],
        ),
        (
            &["totals.csv", "--prior", "none", "--drift", "4%"],
            &["with --prior none, --drift reaches no output", "history's own"],
        ),
        (
            &["totals.csv", "--unit", "USD million", "--block", "2 years"],
            &["with --prior world, --block reaches no output"],
        ),
        (
            &["totals.csv", "--prior", "bootstrap", "--per-dollar", "2"],
            &["--per-dollar reaches no output"],
        ),
        (
            &["totals.csv", "--pair", "A-B", "--pair", "B-A"],
            &["one flow without countries, and 2 pairs"],
        ),
        (&["fiscal.csv"], &["fiscal.csv line 2", "--fiscal-year-starts July"]),
        (&["totals.csv", "--unit", "furlongs"], &["\"furlongs\" is not a unit"]),
        (&["totals.csv", "--drift", "6"], &["a bare 6 is ambiguous"]),
        (&["totals.csv", "--fiscal-year-starts", "Juli"], &["\"Juli\" is not a month"]),
        (&["totals.csv", "--prior", "bootstrap", "--block", "2 months"], &["at least one year"]),
        (&["totals.csv", "--years", "0"], &["0 is not in 1..=30"]),
    ] {
        let message = failed(&folder, arguments);
        for part in wanted {
            assert!(message.contains(part), "{arguments:?}: no \"{part}\" in: {message}");
        }
    }
    assert!(!folder.path().join("output").exists(), "nothing is written");
}
