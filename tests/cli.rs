//! The commands through the binary: exit status, what is printed, and the files of the contract
//! (DESIGN.md section 8): names, columns, folders.

use crate::setup::corridor;
use assert_cmd::Command;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use tempfile::TempDir;

/// A small scenario with an item of every kind that a table has rows for.
static SCENARIO: LazyLock<String> = LazyLock::new(|| corridor("Corridor in time", "", MORE));

const MORE: &str = r#"
[[flow]]
name = "imports"
from = "KGZ"
to = "PAK"
baseline = { period = "FY2024-25", value = 2 }
growth.random_walk = { median = "3%", volatility = "30%" }

[[intervention]]
name = "corridor"
probability = 0.6
start = "2026-01"
lifts = { flows = "all", by.quantiles = { p10 = "5%", p50 = "25%", p90 = "90%" } }

[[disruption]]
name = "closure"
rate_per_year = 0.5
duration = "2 months"
loss = 0.6
flows = "all"

[simulation]
paths = 2_000
seed = 7
"#;

const CSV: [&str; 7] = [
    "contributions.csv",
    "distribution.csv",
    "fan.csv",
    "outside-view.csv",
    "probability.csv",
    "target.csv",
    "uncertainty.csv",
];
const FIGURES: [&str; 5] = ["contributions", "distribution", "fan", "probability", "uncertainty"];

/// A case folder `case` with the scenario `corridor.toml`.
fn workplace() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("case")).expect("a folder");
    write(folder.path(), "case/corridor.toml", &SCENARIO);
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).expect("a file");
}

fn tradecast(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tradecast"));
    command.current_dir(folder.path()).env("NO_COLOR", "1");
    command
}

/// Runs a command that must succeed; what it prints on standard output.
fn succeed(folder: &TempDir, arguments: &[&str]) -> String {
    let output = tradecast(folder).args(arguments).assert().success().code(0).get_output().clone();
    String::from_utf8(output.stdout).expect("text")
}

/// Runs a command that must fail with this status and print nothing; its standard error as one
/// line, so that it does not matter where it wraps.
fn fail(folder: &TempDir, status: i32, arguments: &[&str]) -> String {
    let assert = tradecast(folder).args(arguments).assert().failure().code(status).stdout("");
    in_one_line(&assert.get_output().stderr)
}

fn in_one_line(message: &[u8]) -> String {
    let message = String::from_utf8_lossy(message);
    message.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ")
}

/// Every file of a folder with its bytes.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder of results");
    let file = |entry: Result<fs::DirEntry, _>| {
        let entry: fs::DirEntry = entry.expect("an entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, fs::read(entry.path()).expect("a file"))
    };
    entries.map(file).collect()
}

fn names(folder: &Path) -> Vec<String> {
    contents(folder).into_keys().collect()
}

/// The rows of a table, each by column name.
fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    reader.deserialize().collect::<Result<_, _>>().expect("rows")
}

fn header(path: &Path) -> String {
    fs::read_to_string(path).expect("a table").lines().next().unwrap_or_default().to_owned()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column}: {:?} is no number", row[column]))
}

#[test]
fn run_writes_exactly_the_files_of_the_contract() {
    let folder = workplace();
    succeed(&folder, &["run", "case/corridor.toml"]);
    let mut wanted: Vec<String> = CSV.iter().map(ToString::to_string).collect();
    wanted.push("run.toml".to_owned());
    wanted.extend(FIGURES.iter().flat_map(|name| [format!("{name}.png"), format!("{name}.svg")]));
    wanted.sort();
    assert_eq!(names(&folder.path().join("output/case/corridor")), wanted);
    let entries = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(entries, 2, "only `case` and `output` stand in the working folder");
}

#[test]
fn tables_have_the_columns_of_the_contract() {
    let folder = workplace();
    succeed(&folder, &["run", "case/corridor.toml", "--no-charts"]);
    let out = folder.path().join("output/case/corridor");
    let contract = [
        (
            "probability.csv",
            "target,period,criterion,at_least,unit,probability,standard_error,lower,upper,level,method,paths,effective_paths",
        ),
        (
            "target.csv",
            "target,period,at_least,unit,baseline_total,growth_required,shortfall,shortfall_standard_error,probability_low,probability_high,probability_without_measures,probability_without_measures_standard_error",
        ),
        (
            "fan.csv",
            "series,period,unit,mean,std_dev,q01,q05,q10,q25,q50,q75,q90,q95,q99,q05_lower,q05_upper,q50_lower,q50_upper,q95_lower,q95_upper",
        ),
        ("distribution.csv", "target,lower,upper,unit,share,cumulative"),
        (
            "contributions.csv",
            "target,item,share_active,contribution,unit,probability_if_yes,probability_if_yes_standard_error,probability_if_no,probability_if_no_standard_error",
        ),
        (
            "outside-view.csv",
            "target,base_usd_million,target_usd_million,years,multiple,evidence,panel,of_multiple_from,of_multiple_below,of_years,reached,cases,share,lower,upper",
        ),
    ];
    for (name, columns) in contract {
        assert_eq!(header(&out.join(name)), columns, "{name}");
    }
}

#[test]
fn tables_have_the_rows_of_the_contract() {
    let folder = workplace();
    succeed(&folder, &["run", "case/corridor.toml", "--no-charts"]);
    let out = folder.path().join("output/case/corridor");
    let pairs = |table: &str, a: &str, b: &str| -> Vec<String> {
        let rows = rows(&out.join(table));
        rows.iter().map(|row| format!("{} {}", row[a], row[b])).collect()
    };
    assert_eq!(
        pairs("probability.csv", "period", "criterion"),
        [
            "FY2025-26 in",
            "FY2025-26 by",
            "FY2026-27 in",
            "FY2026-27 by",
            "FY2027-28 in",
            "FY2027-28 by",
        ]
    );
    assert_eq!(pairs("target.csv", "target", "period"), ["announced FY2027-28"]);
    assert_eq!(
        pairs("fan.csv", "series", "period")[..5],
        [
            "total FY2024-25",
            "total FY2025-26",
            "total FY2026-27",
            "total FY2027-28",
            "exports FY2024-25",
        ]
    );
    assert_eq!(
        pairs("contributions.csv", "target", "item"),
        ["announced exports", "announced imports", "announced corridor", "announced closure",]
    );
    for row in rows(&out.join("probability.csv")) {
        assert_eq!((row["unit"].as_str(), row["method"].as_str()), ("million USD", "monte-carlo"));
        assert_eq!((number(&row, "at_least"), number(&row, "level")), (20.0, 0.95));
        assert_eq!((number(&row, "paths"), number(&row, "effective_paths")), (2000.0, 2000.0));
        let p = number(&row, "probability");
        assert!(number(&row, "lower") < p && p < number(&row, "upper"), "{row:?}");
    }
    let target = &rows(&out.join("target.csv"))[0];
    assert_eq!(number(target, "baseline_total"), 14.0);
    let needed = libm::pow(20.0 / 14.0, 1.0 / 3.0) - 1.0;
    assert!((number(target, "growth_required") - needed).abs() < 1e-12, "{target:?}");
    let p = number(&rows(&out.join("probability.csv"))[2], "probability");
    assert!(number(target, "probability_low") < p && p < number(target, "probability_high"));
    let bins = rows(&out.join("distribution.csv"));
    let sum: f64 = bins.iter().map(|bin| number(bin, "share")).sum();
    assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    let items = rows(&out.join("contributions.csv"));
    let is_conditional = |row: &BTreeMap<String, String>| !row["probability_if_yes"].is_empty();
    let conditional: Vec<bool> = items.iter().map(is_conditional).collect();
    assert_eq!(conditional, [false, false, true, false], "only what may or may not happen");
}

/// P = π P_yes + (1 − π) P_no, read off the tables.
#[test]
fn conditional_probabilities_add_up_to_the_whole() {
    let folder = workplace();
    succeed(&folder, &["run", "case/corridor.toml", "--no-charts", "--paths", "200000"]);
    let out = folder.path().join("output/case/corridor");
    let table = rows(&out.join("probability.csv"));
    let own = table.iter().rfind(|row| row["criterion"] == "in").expect("a row");
    let items = rows(&out.join("contributions.csv"));
    let corridor = items.iter().find(|row| row["item"] == "corridor").expect("a row");
    let (yes, no) = (number(corridor, "probability_if_yes"), number(corridor, "probability_if_no"));
    let error = number(corridor, "probability_if_yes_standard_error");
    assert!((number(own, "probability") - (0.6 * yes + 0.4 * no)).abs() < 5.0 * error);
    assert!(yes > no);
}

#[test]
fn results_go_where_the_contract_says() {
    let folder = workplace();
    write(folder.path(), "case/other.toml", &SCENARIO.replace("Corridor", "Other"));
    succeed(&folder, &["run", "case", "--no-charts"]);
    succeed(&folder, &["run", "case/corridor.toml", "--no-charts", "--out", "mine/here"]);
    for place in ["output/case/corridor", "output/case/other", "mine/here/corridor"] {
        assert!(folder.path().join(place).join("run.toml").is_file(), "{place}");
    }
    // The parent folder's name counts, from wherever the file is named.
    let mut inside = tradecast(&folder);
    inside.current_dir(folder.path().join("case")).args(["run", "corridor.toml", "--no-charts"]);
    inside.assert().success();
    assert!(folder.path().join("case/output/case/corridor/run.toml").is_file());
}

#[test]
fn a_run_without_charts_leaves_no_old_chart_behind() {
    let folder = workplace();
    succeed(&folder, &["run", "case/corridor.toml"]);
    let out = folder.path().join("output/case/corridor");
    write(&out, "notes.txt", "the user's");
    succeed(&folder, &["run", "case/corridor.toml", "--no-charts"]);
    let mut wanted: Vec<&str> = CSV.to_vec();
    wanted.extend(["notes.txt", "run.toml"]);
    wanted.sort_unstable();
    assert_eq!(names(&out), wanted);
}

#[test]
fn charts_open() {
    let folder = workplace();
    succeed(&folder, &["run", "case/corridor.toml"]);
    let files = contents(&folder.path().join("output/case/corridor"));
    for name in FIGURES {
        let png = resvg::tiny_skia::Pixmap::decode_png(&files[&format!("{name}.png")]);
        let png = png.unwrap_or_else(|error| panic!("{name}.png: {error}"));
        assert_eq!((png.width(), png.height()), (1600, 1000), "{name}");
        let first = png.pixels()[0];
        assert!(png.pixels().iter().any(|pixel| *pixel != first), "{name}.png is empty");
        let svg = std::str::from_utf8(&files[&format!("{name}.svg")]).expect("text");
        let document = resvg::usvg::roxmltree::Document::parse(svg);
        let document = document.unwrap_or_else(|error| panic!("{name}.svg: {error}"));
        assert!(document.root_element().has_tag_name(("http://www.w3.org/2000/svg", "svg")));
        assert!(
            document
                .descendants()
                .any(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "text")))
        );
    }
}

/// The same inputs give the same bytes, on one thread or two, pictures included.
#[test]
fn results_repeat_to_the_byte() {
    let folder = workplace();
    for (out, threads) in [("a", "1"), ("b", "2"), ("c", "2")] {
        succeed(&folder, &["run", "case/corridor.toml", "--out", out, "--threads", threads]);
    }
    let [a, b, c] = ["a", "b", "c"].map(|out| contents(&folder.path().join(out).join("corridor")));
    assert_eq!(a.len(), CSV.len() + 1 + 2 * FIGURES.len());
    for (name, bytes) in &a {
        assert!(*bytes == b[name] && *bytes == c[name], "{name} differs");
    }
}

#[test]
fn the_manifest_says_what_the_results_came_from() {
    let folder = workplace();
    succeed(
        &folder,
        &[
            "run",
            "case/corridor.toml",
            "--no-charts",
            "--set",
            "target.announced.at_least=30",
            "--paths",
            "3_000",
            "--seed",
            "9",
        ],
    );
    let text = fs::read_to_string(folder.path().join("output/case/corridor/run.toml"));
    let manifest: toml::Table = text.expect("a manifest").parse().expect("TOML");
    let whole = |key: &str| manifest[key].as_integer();
    assert_eq!((whole("paths"), whole("seed")), (Some(3000), Some(9)));
    assert_eq!(manifest["complete"].as_bool(), Some(true));
    assert_eq!(manifest["tradecast"].as_str(), Some(env!("CARGO_PKG_VERSION")));
    let inputs = manifest["input"].as_array().expect("a list");
    assert_eq!(inputs[0]["file"].as_str(), Some("case/corridor.toml"));
    assert_eq!(inputs[0]["sha256"].as_str().map(str::len), Some(64));
    assert_eq!(inputs[1]["set"].as_str(), Some("target.announced.at_least=30"));
    assert_eq!(manifest["resolved"]["target"][0]["at_least"].as_integer(), Some(30));
    let listed: Vec<_> = manifest["files"].as_array().expect("a list").iter().collect();
    assert_eq!(listed.len(), CSV.len());
}

#[test]
fn the_card_quotes_the_table() {
    let folder = workplace();
    let card = succeed(&folder, &["run", "case/corridor.toml", "--no-charts"]);
    for part in
        ["Corridor in time", "20 million USD", "FY2027-28", "corridor", "output/case/corridor"]
    {
        assert!(card.contains(part), "{part:?} is missing in\n{card}");
    }
    assert!(!card.contains('\u{1b}'), "no colour away from a terminal");
}

#[test]
fn quiet_prints_nothing() {
    let folder = workplace();
    for arguments in [
        vec!["run", "case", "--quiet"],
        vec!["run", "case", "-q", "--no-charts"],
        vec!["compare", "case/corridor.toml", "case/corridor.toml", "--quiet", "--no-charts"],
    ] {
        tradecast(&folder).args(arguments).assert().success().stdout("").stderr("");
    }
}

#[test]
fn json_is_the_projection_and_nothing_else() {
    let folder = workplace();
    let text = succeed(&folder, &["run", "case", "--no-charts", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let projection = &json[0];
    assert_eq!(projection["name"], "corridor");
    assert_eq!(projection["unit"], "million USD");
    assert_eq!(projection["paths"], 2000);
    let attainment = projection["targets"][0]["attainment"].as_array().expect("a list");
    let p = attainment.last().expect("a period")["in"]["estimate"]["value"].as_f64();
    let table = rows(&folder.path().join("output/case/corridor/probability.csv"));
    let own = table.iter().rfind(|row| row["criterion"] == "in").expect("a row");
    assert_eq!(p, Some(number(own, "probability")));
    let text = succeed(&folder, &["compare", "case", "case", "--no-charts", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(json["rows"].as_array().map(Vec::len), Some(2));
}

#[test]
fn exit_status_tells_what_happened() {
    let folder = workplace();
    for arguments in [&["--help"][..], &["--version"], &["run", "--help"]] {
        succeed(&folder, arguments);
    }
    write(folder.path(), "wrong.toml", &SCENARIO.replace("at_least", "at_leest"));
    for arguments in [
        &["run", "wrong.toml"][..],
        &["check", "wrong.toml"],
        &["compare", "case/corridor.toml", "wrong.toml"],
        &["run", "nowhere.toml"],
        &["compare", "case/corridor.toml"],
    ] {
        let message = fail(&folder, 1, arguments);
        assert!(message.contains("help:"), "{message}");
    }
    for arguments in [
        &["run"][..],
        &["simulate", "case"],
        &["run", "case", "--paths", "0"],
        &["run", "case", "--paths", "many"],
        &["run", "case", "--threads", "0"],
        &["run", "case", "--precision", "close"],
        &["run", "case", "--method", "best"],
        &["run", "case", "--max-time", "soon"],
        &["run", "case", "--max-paths", "0"],
        &["run", "case", "--max-paths", "10", "--paths", "10"],
        &["run", "case", "--colour"],
        &["new"],
    ] {
        let message = fail(&folder, 2, arguments);
        assert!(message.contains("error:"), "{message}");
    }
    tradecast(&folder).assert().code(2);
    assert!(!folder.path().join("output").exists(), "nothing was simulated");
}

/// What a bounded run has equals a run of so many paths, but for the precision not reached.
#[test]
fn a_run_ends_at_the_most_paths_and_the_most_time() {
    let folder = workplace();
    let run = |arguments: &[&str]| {
        let all = [&["run", "case", "--no-charts", "--method", "monte-carlo"], arguments].concat();
        let card = succeed(&folder, &all);
        (card, rows(&folder.path().join("output/case/corridor/probability.csv")))
    };
    let (card, bounded) = run(&["--precision", "0.001pt", "--max-paths", "140_000"]);
    assert!(card.contains("140,000 paths do not give the precision asked for"), "{card}");
    assert_eq!(bounded, run(&["--paths", "140_000"]).1);
    let (_, ended) = run(&["--paths", "100_000_000_000", "--max-time", "10ms"]);
    assert_eq!(ended, run(&["--paths", "131_072"]).1);
}

/// Each row names its method; a rare probability is known as well as a likely one.
#[test]
fn the_method_of_each_probability_is_named() {
    let folder = workplace();
    let own = |method: &str| {
        let rare = "target.announced.at_least=400";
        let arguments = ["run", "case", "--no-charts", "--paths", "200_000", "--set", rare];
        let card = succeed(&folder, &[&arguments[..], &["--method", method]].concat());
        let rows = rows(&folder.path().join("output/case/corridor/probability.csv"));
        (card, rows.last().expect("a row").clone())
    };
    let (card, weighted) = own("auto");
    assert_eq!(weighted["method"], "importance-sampling");
    assert_eq!(weighted["paths"], "25000");
    assert!(number(&weighted, "standard_error") < 0.03 * number(&weighted, "probability"));
    assert!(number(&weighted, "effective_paths") > 1e7);
    assert!(card.contains("25,000 weighted paths (importance sampling)"), "{card}");
    let (_, plain) = own("monte-carlo");
    assert_eq!((plain["method"].as_str(), plain["paths"].as_str()), ("monte-carlo", "200000"));
    let (_, spread) = own("quasi-monte-carlo");
    assert_eq!(spread["method"], "quasi-monte-carlo");
    assert_eq!(spread["paths"], "204800", "whole rounds of 8,192");
}

/// All scenarios are read before the first is simulated.
#[test]
fn what_is_no_scenario_in_a_folder_keeps_nobody_from_the_others() {
    let folder = workplace();
    write(folder.path(), "case/wrong.toml", &SCENARIO.replace("at_least", "at_leest"));
    write(folder.path(), "case/weighed.toml", "title = \"Weighed\"\n[member.a]\nweight = 0.5\n");
    for command in ["run", "check"] {
        let output =
            tradecast(&folder).args([command, "case"]).assert().code(1).get_output().clone();
        assert!(String::from_utf8_lossy(&output.stdout).contains("Corridor in time"));
        let message = in_one_line(&output.stderr);
        assert!(message.contains("left out: case/weighed.toml, case/wrong.toml"), "{message}");
        assert!(message.contains("did you mean `at_least`?"), "{message}");
        assert!(message.contains("tradecast ensemble"), "{message}");
    }
    assert!(folder.path().join("output/case/corridor/run.toml").exists());
    assert!(!folder.path().join("output/case/wrong").exists());
}

#[test]
fn a_wrong_scenario_that_is_named_stops_the_run_before_it_begins() {
    let folder = workplace();
    write(folder.path(), "case/wrong.toml", &SCENARIO.replace("at_least", "at_leest"));
    fail(&folder, 1, &["run", "case/corridor.toml", "case/wrong.toml"]);
    assert!(!folder.path().join("output").exists());
}

#[test]
fn a_run_of_several_ends_with_their_chances_and_the_file_to_open() {
    let folder = workplace();
    write(folder.path(), "case/low.toml", &SCENARIO.replace("at_least = 20", "at_least = 10"));
    let said = succeed(&folder, &["run", "case", "--paths", "4000", "--no-charts"]);
    let end = said.lines().skip_while(|line| !line.trim_start().starts_with("scenario "));
    let rows: Vec<&str> = end.collect();
    assert!(rows[1].trim_start().starts_with("corridor"), "{said}");
    assert!(rows[2].trim_start().starts_with("low"), "{said}");
    assert_eq!(
        rows.last().map(|it| it.trim()),
        Some("open first: output/case/corridor/probability.csv")
    );
    let alone = succeed(&folder, &["run", "case/low.toml", "--paths", "4000", "--no-charts"]);
    assert!(!alone.contains("open first"), "{alone}");
}

#[test]
fn a_failed_run_leaves_the_old_results() {
    let folder = workplace();
    succeed(&folder, &["run", "case", "--no-charts"]);
    let out = folder.path().join("output/case/corridor");
    let before = contents(&out);
    fail(&folder, 1, &["run", "case", "--set", "flow.exports.baseline.value=-1"]);
    assert_eq!(contents(&out), before);
}

#[test]
fn new_writes_a_scenario_that_runs_and_never_overwrites() {
    let folder = workplace();
    let said = succeed(&folder, &["new", "mine/pair"]);
    assert!(said.contains("mine/pair.toml is written"), "{said}");
    assert!(said.contains("tradecast run mine/pair.toml"), "{said}");
    let path = folder.path().join("mine/pair.toml");
    let text = fs::read_to_string(&path).expect("a scenario");
    assert!(text.lines().filter(|line| line.contains('#')).count() > 5, "it is commented");
    succeed(&folder, &["check", "mine/pair.toml"]);
    succeed(&folder, &["run", "mine/pair.toml", "--paths", "2000"]);
    write(folder.path(), "mine/pair.toml", "the user's own");
    for name in ["mine/pair", "mine/pair.toml"] {
        let message = fail(&folder, 1, &["new", name]);
        assert!(message.contains("mine/pair.toml exists already"), "{message}");
        assert!(message.contains("never overwritten"), "{message}");
    }
    assert_eq!(fs::read_to_string(&path).expect("a scenario"), "the user's own");
}

#[test]
fn check_shows_every_assumption_and_simulates_nothing() {
    let folder = workplace();
    let shown = succeed(&folder, &["check", "case/corridor.toml"]);
    assert!(!folder.path().join("output").exists());
    let table: [(&str, &[&[&str]]); 4] = [
        (
            "flow.exports (PAK → KGZ)",
            &[
                &["baseline", "12 million USD", "State Bank of Pakistan"],
                &["growth", "6 %", "as above"],
                &["volatility", "40 %", "as above"],
            ],
        ),
        (
            "flow.imports (KGZ → PAK)",
            &[
                &["baseline", "2 million USD", "no source"],
                &["growth", "3 %", "no source"],
                &["volatility", "30 %", "no source"],
            ],
        ),
        (
            "intervention.corridor",
            &[
                &["probability", "60 %", "no source"],
                &["start", "January 2026", "no source"],
                &["lifts flows by", "25 %", "1.91 % to 118 %", "no source"],
                &["lifts", "exports, imports"],
            ],
        ),
        (
            "disruption.closure",
            &[
                &["events", "0.5", "no source"],
                &["lasts", "2 months", "no source"],
                &["lost", "60 %", "no source"],
                &["interrupts", "exports"],
            ],
        ),
    ];
    let mut lines = shown.lines().skip_while(|line| !line.contains("90 % range")).skip(1);
    for (block, rows) in table {
        assert_eq!(lines.next().map(str::trim), Some(block), "in\n{shown}");
        for row in rows {
            let line = lines.next().unwrap_or_default();
            row.iter().for_each(|part| assert!(line.contains(part), "{part:?} is not in\n{line}"));
        }
    }
    for part in
        ["at least 20 million USD in FY2027-28", "Joint statement, Islamabad", "median path"]
    {
        assert!(shown.contains(part), "{part:?} is missing in\n{shown}");
    }
}

/// Scenario files are simulated together; results written earlier are independent.
#[test]
fn check_gives_its_assumptions_as_json() {
    let folder = workplace();
    write(folder.path(), "scenario.toml", &SCENARIO);
    let text = succeed(&folder, &["check", "scenario.toml", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let assumptions = json[0]["assumptions"].as_array().expect("a list");
    let of = |key: &str| assumptions.iter().find(|a| a["key"] == key).expect(key).clone();
    let baseline = of("flow.exports.baseline.value");
    assert_eq!((&baseline["median"], &baseline["unit"]), (&12e6.into(), &"USD".into()));
    assert_eq!(baseline["source"], "State Bank of Pakistan");
    assert!(baseline["range"].is_null());
    let lift = of("intervention.corridor.lifts.by");
    let range: Vec<f64> =
        lift["range"].as_array().expect("a range").iter().filter_map(|q| q.as_f64()).collect();
    // The 5 and 95 % quantiles lie outside those at 10 and 90 %: 5 and 90 %.
    assert!(range[0] < 0.05 && range[1] > 0.9, "{range:?}");
    assert_eq!(of("flow.exports.growth.random_walk.volatility")["median"], 0.4);
}

#[test]
fn explain_documents_keys_and_suggests_the_nearest() {
    let folder = workplace();
    let drift = succeed(&folder, &["explain", "flow.exports.growth.fitted.drift"]);
    assert!(drift.starts_with("….growth.fitted.drift\n"), "{drift}");
    assert!(drift.contains("in logs and current USD") && drift.contains("as: "), "{drift}");
    assert!(succeed(&folder, &["explain"]).lines().count() > 80);
    let json: serde_json::Value =
        serde_json::from_str(&succeed(&folder, &["explain", "at_least", "--json"])).expect("JSON");
    assert_eq!(json[0]["path"], "target.NAME.at_least");
    let message = fail(&folder, 1, &["explain", "at_leest"]);
    assert!(message.contains("did you mean `target.NAME.at_least`?"), "{message}");
}

/// Shells and manuals know every command that `--help` lists.
#[test]
fn completions_and_manual_pages_know_every_command() {
    let folder = workplace();
    let help = succeed(&folder, &["--help"]);
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty() && *name != "help")
        .collect();
    assert!(commands.contains(&"outside-view"), "{help}");
    succeed(&folder, &["man", "--out", "pages"]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let text = succeed(&folder, &["completions", shell]);
        for command in &commands {
            assert!(text.contains(command), "{shell} does not know {command}");
        }
    }
    for command in commands {
        let page = folder.path().join(format!("pages/tradecast-{command}.1"));
        assert!(fs::read_to_string(page).expect(command).contains(command));
    }
}

#[test]
fn compare_takes_scenarios_or_results() {
    let folder = workplace();
    let heir = "extends = \"corridor.toml\"\ntitle = \"No corridor\"\ndrop = [\"intervention.corridor\"]\n";
    write(folder.path(), "case/none.toml", heir);
    succeed(&folder, &["compare", "case/corridor.toml", "case/none.toml"]);
    let out = folder.path().join("output/case/comparison");
    assert_eq!(
        names(&out),
        [
            "comparison-fans.png",
            "comparison-fans.svg",
            "comparison.csv",
            "comparison.png",
            "comparison.svg",
            "comparison.toml"
        ]
    );
    assert_eq!(
        header(&out.join("comparison.csv")),
        "scenario,target,probability,standard_error,lower,upper,difference,difference_lower,difference_upper,pairing,median,q05,q95,unit"
    );
    let paired = rows(&out.join("comparison.csv"));

    succeed(&folder, &["run", "case", "--no-charts"]);
    let results = ["output/case/corridor", "output/case/none"];
    succeed(&folder, &["compare", results[0], results[1], "--out", "apart"]);
    let apart = rows(&folder.path().join("apart/comparison/comparison.csv"));

    for (rows, pairing) in [(&paired, "common-random-numbers"), (&apart, "independent")] {
        let scenarios: Vec<&str> = rows.iter().map(|row| row["scenario"].as_str()).collect();
        assert_eq!(scenarios, ["corridor", "none"]);
        assert!(rows.iter().all(|row| row["pairing"] == pairing), "{rows:?}");
        assert_eq!(rows[0]["difference"], "", "the first is what the others are compared with");
        let gap = number(&rows[1], "probability") - number(&rows[0], "probability");
        assert!((number(&rows[1], "difference") - gap).abs() < 1e-12);
        assert!(number(&rows[1], "difference_upper") < 0.0, "the corridor helps");
    }
    for column in
        ["probability", "standard_error", "lower", "upper", "median", "q05", "q95", "unit"]
    {
        assert_eq!(paired[1][column], apart[1][column], "{column}: the same seed, the same paths");
    }
    let width = |row: &BTreeMap<String, String>| {
        number(row, "difference_upper") - number(row, "difference_lower")
    };
    assert!(width(&paired[1]) < width(&apart[1]), "pairing makes the difference sharper");
}

#[test]
fn compare_refuses_what_asks_another_question() {
    let folder = workplace();
    write(
        folder.path(),
        "case/more.toml",
        "extends = \"corridor.toml\"\n[[target]]\nname = \"announced\"\nat_least = 30\n",
    );
    let message = fail(&folder, 1, &["compare", "case"]);
    assert!(
        message.contains("20 million USD in FY2027-28 at current prices in corridor"),
        "{message}"
    );
    assert!(message.contains("30 million USD"), "{message}");
    succeed(&folder, &["run", "case/corridor.toml", "--no-charts"]);
    let mixed = ["compare", "case/more.toml", "output/case/corridor"];
    let message = fail(&folder, 1, &mixed);
    assert!(message.contains("is a folder of results"), "{message}");
    fs::remove_file(folder.path().join("output/case/corridor/fan.csv")).expect("removed");
    let results = ["compare", "output/case/corridor", "output/case/corridor"];
    let message = fail(&folder, 1, &results);
    assert!(message.contains("fan.csv"), "{message}");
}

/// `tradecast … | head` closes the pipe early: no panic, and results are whole.
#[test]
fn a_closed_pipe_is_no_panic() {
    let folder = workplace();
    for arguments in [
        &["run", "case", "--no-charts"][..],
        &["run", "case", "--no-charts", "--json"],
        &["check", "case"],
        &["compare", "case", "case", "--no-charts"],
        &["new", "pair"],
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_tradecast"))
            .current_dir(folder.path())
            .args(arguments)
            .stdout(writer)
            .stderr(std::process::Stdio::piped())
            .output()
            .expect("the binary runs");
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), message.as_str()), (Some(0), ""), "{arguments:?}");
    }
    assert_eq!(names(&folder.path().join("output/case/corridor")).len(), CSV.len() + 1);
}

/// Two files of one name would overwrite each other's results.
#[test]
fn two_scenarios_never_share_a_folder_of_results() {
    let folder = workplace();
    fs::create_dir(folder.path().join("other")).expect("a folder");
    write(folder.path(), "other/corridor.toml", &SCENARIO);
    let both = ["run", "case/corridor.toml", "other/corridor.toml", "--no-charts"];
    succeed(&folder, &both);
    let message = fail(&folder, 1, &[&both[..], &["--out", "mine"]].concat());
    assert!(message.contains("would both write to"), "{message}");
    assert!(!folder.path().join("mine").exists());
}

/// Standard output on a full disk is an error, not a panic; the results are written all the same.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_standard_output_is_an_error() {
    let folder = workplace();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_tradecast"))
        .current_dir(folder.path())
        .args(["run", "case", "--no-charts"])
        .stdout(full)
        .stderr(std::process::Stdio::piped())
        .output()
        .expect("the binary runs");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("cannot print"), "{message}");
    assert!(folder.path().join("output/case/corridor/run.toml").is_file());
}
