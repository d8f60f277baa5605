//! Ensembles: closed forms, the members' own runs, and what is said of wrong files.

#[cfg(unix)]
use crate::setup::interrupt;
use crate::setup::{one_flow, paths, run_all};
use statrs::distribution::{ChiSquared, ContinuousCDF};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;
use tradecast::engine::{Detail, Plan, Simulated};
use tradecast::ensemble::{self, Counted, Ensemble, MixedTarget};
use tradecast::model::Model;
use tradecast::numeric::normal;
use tradecast::scenario::{Scenario, schema};
use tradecast::statistics::Estimate;

const PATHS: u64 = 200_000;

/// Members: weight, ln(1 + m), σ.
const MEMBERS: [(f64, f64, f64); 3] = [(0.6, 0.02, 0.10), (0.3, 0.06, 0.25), (0.1, 0.25, 0.40)];

const LOG_TARGET: f64 = 2.995_732_273_553_991; // ln 20

/// Three scenarios, one of which reaches the target most often, and their ensemble.
const JUDGED: &str = r#"title = "Judged"

[member.calm]
scenario = "calm.toml"
weight = "60 %"
source = "judgement: one"

[member.middle]
scenario = "middle.toml"
weight = 0.3
source = "judgement: two"

[member.wild]
scenario = "wild.toml"
weight = 0.1
source = "judgement: three"
"#;

fn workplace() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("case")).expect("a folder");
    for (name, growth, volatility) in
        [("calm", "2%", "10%"), ("middle", "6%", "25%"), ("wild", "25%", "40%")]
    {
        write(&folder, &format!("case/{name}.toml"), &one_flow(name, 20, growth, volatility));
    }
    write(&folder, "case/judged.toml", JUDGED);
    folder
}

fn write(folder: &TempDir, name: &str, text: &str) {
    fs::write(folder.path().join(name), text).expect("a file");
}

fn program(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tradecast"));
    command.current_dir(folder.path()).env("NO_COLOR", "1");
    command
}

fn tradecast(folder: &TempDir, arguments: &[&str]) -> Output {
    program(folder).args(arguments).output().expect("the program")
}

fn succeed(folder: &TempDir, arguments: &[&str]) -> String {
    let output = tradecast(folder, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// What an ensemble of this text is refused with, as one line.
fn refused(text: &str) -> String {
    let folder = workplace();
    write(&folder, "case/judged.toml", text);
    let output = tradecast(&folder, &["ensemble", "case/judged.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty() && !folder.path().join("output").exists());
    let message = String::from_utf8(output.stderr).expect("text");
    message.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ")
}

type Row = BTreeMap<String, String>;

fn rows(folder: &TempDir, name: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(folder.path().join(name)).expect("a table");
    reader.deserialize().collect::<Result<_, _>>().expect("rows")
}

fn mixed(folder: &TempDir, text: &str) -> MixedTarget {
    mixed_on(folder, text, (1, PATHS))
}

/// The mixture on so many paths of a seed.
fn mixed_on(folder: &TempDir, text: &str, (seed, count): (u64, u64)) -> MixedTarget {
    write(folder, "case/mixed.toml", text);
    let ensemble =
        Ensemble::read(&folder.path().join("case/mixed.toml"), &[]).expect("an ensemble");
    let scenarios: Vec<Scenario> = ensemble
        .members
        .iter()
        .map(|member| Scenario::read(&member.file).expect("a scenario"))
        .collect();
    let counted: Vec<Counted> = scenarios
        .iter()
        .map(|scenario| {
            let models = [Model::new(scenario, seed)];
            let outcome = run_all(&models, paths(count), (Detail::Attainment, &[]));
            let plan = Plan::plain();
            let simulated = Simulated { outcome, plan, asked: count, is_imprecise: false };
            Counted::of(&models[0], &simulated, 0)
        })
        .collect();
    let scenarios: Vec<&Scenario> = scenarios.iter().collect();
    ensemble::mix(&ensemble, &scenarios, &vec![0; scenarios.len()], &counted)
}

fn exact_p((_, growth, volatility): (f64, f64, f64), log_value: f64) -> f64 {
    let mean = libm::log(10.0) + 3.0 * libm::log1p(growth);
    1.0 - normal::cdf((log_value - mean) / (volatility * 3.0_f64.sqrt()))
}

/// P and shares of lognormal members, to within five of the standard errors that are given.
#[test]
fn lognormal_members_have_their_closed_form() {
    let found = mixed(&workplace(), JUDGED);
    let parts = MEMBERS.map(|member| member.0 * exact_p(member, LOG_TARGET));
    let exact: f64 = parts.iter().sum();
    let p = found.probability;
    assert!((p.value - exact).abs() < 5.0 * p.standard_error, "{p:?}, not {exact}");
    assert!(p.interval.lower < p.value && p.value < p.interval.upper);
    for (part, own) in found.members.iter().zip(parts) {
        let share = part.share.expect("a share");
        assert!((share.value - own / exact).abs() < 5.0 * share.standard_error, "{share:?}");
        assert!(share.interval.lower <= share.value && share.value <= share.interval.upper);
    }
    let sum: f64 = found.members.iter().filter_map(|part| Some(part.share?.value)).sum();
    assert!((sum - 1.0).abs() < 1e-12, "{sum}");
}

/// P̂ of other seeds varies no more than the standard error says, though members share their draws:
/// (n − 1) s²/σ² of n normal P̂ is χ² with n − 1 degrees of freedom, and at its 1 − 10⁻⁶ quantile
/// where σ is all of the bound. The mean of their squares stands for the bound's.
#[test]
fn the_standard_error_bounds_the_spread_over_seeds() {
    const SEEDS: u64 = 40;
    let folder = workplace();
    let found: Vec<Estimate> =
        (1..=SEEDS).map(|seed| mixed_on(&folder, JUDGED, (seed, 20_000)).probability).collect();
    let count = found.len() as f64;
    let mean = found.iter().map(|p| p.value).sum::<f64>() / count;
    let square = |x: f64| x * x;
    let squares: f64 = found.iter().map(|p| square(p.value - mean)).sum();
    let bound = found.iter().map(|p| square(p.standard_error)).sum::<f64>() / count;
    let most = ChiSquared::new(count - 1.0).expect("degrees of freedom").inverse_cdf(1.0 - 1e-6);
    assert!(squares / bound < most, "{squares} of {bound}, above {most}");
}

/// Σ wᵢ Fᵢ(x) = p solved for x; five standard errors of Σ wᵢ F̂ᵢ over the mixture's density, and the
/// width of a bucket.
#[test]
fn quantiles_of_the_mixture_solve_the_closed_form() {
    let found = mixed(&workplace(), JUDGED);
    let below = |log: f64| -> f64 {
        MEMBERS.iter().map(|member| member.0 * (1.0 - exact_p(*member, log))).sum()
    };
    for (p, value) in [(0.05, found.q05), (0.5, found.median), (0.95, found.q95)] {
        let (mut low, mut high) = (0.0, 6.0);
        for _ in 0..80 {
            let middle = f64::midpoint(low, high);
            if below(middle) < p { low = middle } else { high = middle }
        }
        let error: f64 = MEMBERS
            .iter()
            .map(|member| {
                let share = exact_p(*member, low);
                member.0 * (share * (1.0 - share) / PATHS as f64).sqrt()
            })
            .sum();
        let density = (below(low + 1e-5) - below(low - 1e-5)) / 2e-5;
        let bound = 5.0 * error / density + 1.0 / 512.0;
        assert!((libm::log(value) - low).abs() < bound, "{p}: {value}, not {}", libm::exp(low));
    }
}

#[test]
fn equal_members_are_the_member_exactly() {
    let folder = workplace();
    let equal = JUDGED.replace("calm.toml", "wild.toml").replace("middle.toml", "wild.toml");
    let found = mixed(&folder, &equal);
    let own = found.members[0].probability.estimate;
    assert_eq!(found.probability, own);
    assert!((found.median / found.members[0].median - 1.0).abs() < 1e-9, "{}", found.median);
}

/// What `ensemble` says of its members is what `run` says of each, rare ones from weighted paths too.
#[test]
fn members_have_the_probability_and_totals_of_their_runs() {
    let folder = workplace();
    let common = ["--paths", "131072", "--no-charts", "--quiet", "--out", "out"];
    succeed(&folder, &[&["ensemble", "case/judged.toml"], &common[..]].concat());
    succeed(&folder, &[&["run", "case/calm.toml", "case/wild.toml"], &common[..]].concat());
    let members = rows(&folder, "out/judged/ensemble.csv");
    let names: Vec<&str> = members.iter().map(|row| row["member"].as_str()).collect();
    assert_eq!(names, ["calm", "middle", "wild", "mixture"]);
    for (index, name) in [(0, "calm"), (2, "wild")] {
        let run = rows(&folder, &format!("out/{name}/probability.csv"));
        let own = run.iter().rfind(|row| row["criterion"] == "in").expect("a row");
        for column in ["probability", "standard_error", "lower", "upper", "method", "paths"] {
            assert_eq!(members[index][column], own[column], "{name}: {column}");
        }
        let fan = rows(&folder, &format!("out/{name}/fan.csv"));
        let total = fan.iter().rfind(|row| row["series"] == "total").expect("a total");
        for (column, of_fan) in [("median", "q50"), ("q05", "q05"), ("q95", "q95")] {
            assert_eq!(members[index][column], total[of_fan], "{name}: {column}");
        }
    }
    assert_eq!(members[0]["method"], "importance-sampling");
    assert_eq!((&*members[3]["weight"], &*members[3]["share"]), ("1", "1"));
}

/// Another order of the members gives the same rows in that order, and the same mixture to the bit.
#[test]
fn the_order_of_members_changes_nothing_but_the_order() {
    let folder = workplace();
    let blocks: Vec<&str> = JUDGED.split("\n\n").collect();
    write(&folder, "case/turned.toml", &[blocks[0], blocks[3], blocks[1], blocks[2]].join("\n\n"));
    let common = ["--paths", "131072", "--no-charts", "--quiet", "--out", "out"];
    for name in ["case/judged.toml", "case/turned.toml"] {
        succeed(&folder, &[&["ensemble", name], &common[..]].concat());
    }
    let mut turned = rows(&folder, "out/turned/ensemble.csv");
    turned[..3].rotate_left(1);
    assert_eq!(rows(&folder, "out/judged/ensemble.csv"), turned);
}

#[test]
fn what_is_written_and_printed() {
    let folder = workplace();
    let card = succeed(&folder, &["ensemble", "case/judged.toml", "--paths", "131072"]);
    assert!(card.starts_with("Judged\nAbout 1 in "), "{card}");
    assert!(card.contains("P(total trade ≥ 20 million USD in 2028) = "), "{card}");
    assert!(card.contains(" of it rests on “wild”, which has a weight of 10 %."), "{card}");
    let out = folder.path().join("output/case/judged");
    let mut names: Vec<String> = fs::read_dir(&out)
        .expect("results")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["ensemble.csv", "ensemble.png", "ensemble.svg", "ensemble.toml"]);
    let manifest: toml::Table =
        fs::read_to_string(out.join("ensemble.toml")).expect("a manifest").parse().expect("TOML");
    assert_eq!(manifest["complete"].as_bool(), Some(true));
    assert_eq!(manifest["member"].as_array().map(Vec::len), Some(3));
    let json = succeed(&folder, &["ensemble", "case/judged.toml", "--json", "--no-charts"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["targets"][0]["members"][2]["member"], "wild");
    assert!(!out.join("ensemble.png").exists(), "an old figure stays behind");
}

#[test]
fn weights_can_be_set_and_the_rest_goes_to_the_scenarios() {
    let folder = workplace();
    let set = ["--set", "member.calm.weight=10%", "--set", "member.wild.weight=0.6"];
    let more = ["--set", "target.t.at_least=15", "--no-charts", "--quiet", "--paths", "131072"];
    succeed(&folder, &[&["ensemble", "case/judged.toml"], &set[..], &more[..]].concat());
    let rows = rows(&folder, "output/case/judged/ensemble.csv");
    assert_eq!([&*rows[0]["weight"], &*rows[2]["weight"]], ["0.1", "0.6"]);
    assert_eq!(rows[0]["source"], "", "a source speaks for its own file only");
    let manifest = fs::read_to_string(folder.path().join("output/case/judged/ensemble.toml"));
    assert!(manifest.expect("a manifest").contains("2 of 3 weights have no source"));
}

#[test]
fn yardsticks_and_seeds_that_differ_are_doubted() {
    let folder = workplace();
    let wild = one_flow("wild", 20, "25%", "40%")
        .replace("in = \"2028\"", "in = \"2028\"\nmeasured_by = \"B customs\"");
    write(&folder, "case/wild.toml", &format!("{wild}[simulation]\nseed = 7\n"));
    let card = succeed(&folder, &["ensemble", "case/judged.toml", "--no-charts"]);
    assert!(
        card.contains("target \"t\": wild is judged by B customs, calm by no named source"),
        "{card}"
    );
    assert!(
        card.contains("wild has other paths, seed or method: those of calm are used"),
        "{card}"
    );
}

#[test]
fn wrong_weights_are_refused_with_the_way_out() {
    let message = refused(&JUDGED.replace("0.3", "0.25"));
    for part in [
        "the weights sum to 0.95, not to 1",
        "calm 0.631578947, middle 0.263157895, wild 0.105263158",
        "judged.toml:",
    ] {
        assert!(message.contains(part), "{part} is not in: {message}");
    }
    for (weight, shown) in
        [("0", "0"), ("-0.3", "-0.3"), ("1", "1"), ("30", "30"), ("\"130 %\"", "1.3")]
    {
        let message = refused(&JUDGED.replace("0.3", weight));
        assert!(
            message.contains(&format!("member.middle.weight: {shown} is no weight")),
            "{message}"
        );
        assert!(message.contains("a share above 0 and below 1"), "{message}");
        assert!(message.contains("judged.toml:10:10"), "{message}");
    }
    let message = refused(&JUDGED.replace("0.3", "\"a third\""));
    assert!(message.contains("\"a third\" is not a percentage"), "{message}");
    let message = refused(&JUDGED.replace("weight = 0.3\n", ""));
    assert!(message.contains("member.middle.weight: this key is required"), "{message}");
}

/// 0.1 + 0.2 + 0.7 is not 1 to the last bit, and is no mistake.
#[test]
fn weights_need_not_sum_to_one_to_the_last_bit() {
    let folder = workplace();
    let text = JUDGED.replace("\"60 %\"", "0.7").replace("0.3", "0.2");
    write(&folder, "case/judged.toml", &text);
    assert!(Ensemble::read(&folder.path().join("case/judged.toml"), &[]).is_ok());
}

#[test]
fn wrong_files_are_refused_with_the_way_out() {
    let one = JUDGED.split("\n\n").take(2).collect::<Vec<_>>().join("\n\n");
    for (text, parts) in [
        (
            one.replace("60 %", "100 %"),
            &["an ensemble has two or more members", "`tradecast run`"][..],
        ),
        ("title = \"Alone\"\n".to_owned(), &["member: this key is required", "two or more"]),
        (
            JUDGED.replace("weight = 0.3", "wieght = 0.3"),
            &["there is no key `wieght` in member.middle", "did you mean `weight`?", ":10:1"],
        ),
        (JUDGED.replace("title", "titel"), &["there is no key `titel`", "did you mean `title`?"]),
        (
            JUDGED.replace("middle.toml", "midle.toml"),
            &["there is no file", "did you mean middle.toml?", ":9:12"],
        ),
        (
            JUDGED.replace("member.middle", "member.mixture"),
            &["a member cannot be called \"mixture\"", "choose another name"],
        ),
        (
            JUDGED.replace("[member.", "[[member.").replace("]\nscen", "]]\nscen"),
            &["expected a table, got a list"],
        ),
        (JUDGED.replace("\"calm.toml\"", "7"), &["member.calm.scenario", "expected a text"]),
    ] {
        let message = refused(&text);
        for part in parts {
            assert!(message.contains(part), "{part} is not in: {message}");
        }
    }
}

#[test]
fn members_that_ask_another_question_are_named() {
    let folder = workplace();
    let other = one_flow("wild", 20, "25%", "40%");
    for (text, parts) in [
        (
            other.replace("at_least = 20", "at_least = 30"),
            &["target \"t\" is 20 million USD in 2028", "calm", "30 million USD", "wild"][..],
        ),
        (
            other.replace("name = \"t\"", "name = \"u\""),
            &["wild has no target \"t\", which calm has"],
        ),
    ] {
        write(&folder, "case/wild.toml", &text);
        let output = tradecast(&folder, &["ensemble", "case/judged.toml"]);
        assert_eq!(output.status.code(), Some(1));
        let message = String::from_utf8(output.stderr).expect("text");
        let words: Vec<&str> = message.split_whitespace().filter(|word| *word != "│").collect();
        let message = words.join(" ");
        for part in parts.iter().chain(&["judged.toml:14:12", "must answer the same question"]) {
            assert!(message.contains(part), "{part} is not in: {message}");
        }
    }
}

/// Ctrl-C during the first member: without the others there is no mixture.
#[cfg(unix)]
#[test]
fn an_ensemble_without_all_its_members_is_not_written() {
    let folder = workplace();
    // Members that end by precision are simulated one after the other.
    let mut run = program(&folder)
        .args(["ensemble", "case/judged.toml", "--precision", "0.0001%", "--out", "cut"])
        .args(["--max-paths", "500_000_000"])
        .spawn()
        .expect("the program");
    interrupt(run.id());
    assert_eq!(run.wait().expect("an end").code(), Some(130));
    let entries = fs::read_dir(folder.path().join("cut/judged")).expect("the folder prepared");
    assert_eq!(entries.count(), 0);
}

/// Each kind of file sends those who mix them up to the right command.
#[test]
fn a_scenario_is_no_ensemble_and_an_ensemble_no_scenario() {
    let folder = workplace();
    let message = |arguments: &[&str]| {
        let output = tradecast(&folder, arguments);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).expect("text")
    };
    let text = message(&["run", "case/judged.toml"]);
    assert!(
        text.contains("this is an ensemble") && text.contains("`tradecast ensemble FILE`"),
        "{text}"
    );
    let text = message(&["ensemble", "case/wild.toml"]);
    assert!(text.contains("there is no key `target`") && text.contains("title, member"), "{text}");
}

/// The shipped ensemble reads, has a source for each weight, and is no scenario of its case.
#[test]
fn the_shipped_ensemble_is_sound() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = root.join("scenarios/pakistan-kyrgyzstan/ensembles/judged.toml");
    let shipped = Ensemble::read(&file, &[]).expect("an ensemble");
    for member in &shipped.members {
        let source = member.source.as_deref().unwrap_or_default();
        assert!(source.starts_with("judgement of the authors"), "{}: {source}", member.name);
    }
    let output = Command::new(env!("CARGO_BIN_EXE_tradecast"))
        .current_dir(root)
        .args(["check", "scenarios/pakistan-kyrgyzstan", "--json"])
        .output()
        .expect("the program");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let names = json.as_array().expect("a list").iter().filter_map(|case| case["name"].as_str());
    assert!(names.into_iter().all(|name| name != "judged"));
}

#[test]
fn the_documentation_lists_every_key_of_an_ensemble() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.md");
    let table = schema::table_of(ensemble::KEYS);
    assert!(fs::read_to_string(path).expect("a file").contains(&table), "it lacks\n{table}");
}
