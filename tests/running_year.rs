//! A running year in a scenario: what is booked is fixed, and the years after follow from it.

#![allow(clippy::disallowed_methods)]

use crate::reference::simulator::Simulator;
use crate::setup;
use rand::SeedableRng;
use rand::rngs::ChaCha12Rng;
use tempfile::TempDir;
use tradecast::calendar::Period;
use tradecast::history::Finding;
use tradecast::model::Model;
use tradecast::scenario::{Growth, ReadError, Running, Scenario};

const PATHS: u64 = 200_000;

const TEXT: &str = r#"title = "A running year"
[[target]]
name = "t"
at_least = 170
in = "2027"
[[flow]]
name = "goods"
from = "A"
to = "B"
growth.fitted = { history = "months.csv" }
"#;

/// Six years by month that swing with the season, then `booked` months of the seventh.
fn months(booked: usize) -> String {
    let mut text = String::from("period,value\n");
    for month in 0..72 + booked {
        let (year, month) = (2020 + month / 12, month % 12);
        let season = [0.7, 0.8, 1.0, 1.1, 1.2, 1.1, 0.9, 0.8, 1.0, 1.2, 1.3, 0.9][month];
        let level = 8.0 * [1.0, 1.15, 0.95, 1.3, 1.2, 1.4, 1.7][year - 2020];
        text += &format!("{year}-{:02},{}\n", month + 1, level * season);
    }
    text
}

fn read(text: &str, booked: usize) -> Result<Scenario, ReadError> {
    let folder = TempDir::new().expect("a temporary folder");
    setup::file_in(&folder, "months.csv", &months(booked));
    let path = setup::file_in(&folder, "scenario.toml", text);
    Scenario::read(&path)
}

fn scenario(text: &str, booked: usize) -> Scenario {
    read(text, booked).unwrap_or_else(|error| panic!("{:?}", miette::Report::new(error)))
}

fn running(scenario: &Scenario) -> &Running {
    match &scenario.flows[0].growth {
        Growth::Fitted(fitted) => fitted.running.as_ref().expect("a running year"),
        other => panic!("{other:?}"),
    }
}

/// By period, the share of paths that reach the target in it.
fn shares(scenario: &Scenario) -> Vec<f64> {
    let state = setup::run(&Model::new(scenario, 1), setup::paths(PATHS));
    state.targets[0].inside.iter().map(|hits| *hits as f64 / PATHS as f64).collect()
}

fn assert_share(what: &str, share: f64, (exact, paths): (f64, u64)) {
    let variance = exact * (1.0 - exact) * (1.0 / PATHS as f64 + 1.0 / paths as f64);
    let reach = 5.0 * variance.sqrt();
    assert!((share - exact).abs() < reach, "{what}: {share} for {exact}");
}

#[test]
fn the_running_year_has_its_closed_form() {
    for booked in [1, 8, 11] {
        let scenario = scenario(TEXT, booked);
        let exact = running(&scenario).nowcast.exceeds(170.0);
        assert!(exact > 0.001 && exact < 0.999, "{booked}: {exact}");
        let share = shares(&scenario)[0];
        assert_share(&format!("{booked} months"), share, (exact, u64::MAX));
    }
}

#[test]
fn no_path_falls_below_what_is_booked() {
    let scenario = scenario(TEXT, 8);
    let booked = running(&scenario).nowcast.booked;
    let state = setup::run(&Model::new(&scenario, 1), setup::paths(PATHS));
    let first = &state.series[0][1];
    assert!(first.minimum_bound() / 1e6 > booked, "{} of {booked}", first.minimum_bound() / 1e6);
}

/// The year after, with an uncertain view of the world's growth, against the plain simulator.
#[test]
fn the_year_after_follows_as_in_the_plain_simulator() {
    let drift = "months.csv\", drift.normal = { mean = 0.05, std_dev = 0.04 }";
    let scenario = scenario(&TEXT.replace("months.csv\"", drift), 5);
    let simulator = Simulator::new(&scenario);
    let target = &scenario.targets[0];
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let mut hits = [0u64; 2];
    for _ in 0..PATHS {
        let path = simulator.path(&mut rng);
        for (hits, period) in hits.iter_mut().zip(simulator.periods(target)) {
            *hits += u64::from(simulator.total(&path, target, period) >= target.at_least.single());
        }
    }
    for (year, (share, hits)) in shares(&scenario).into_iter().zip(hits).enumerate() {
        let plain = hits as f64 / PATHS as f64;
        assert_share(&format!("year {year}"), share, (plain, PATHS));
    }
}

/// As of the end of the year before, the running year is any year to come.
#[test]
fn with_nothing_booked_the_years_are_those_of_the_annual_history() {
    let whole = scenario(TEXT, 0);
    let Growth::Fitted(fitted) = &whole.flows[0].growth else { panic!("a fit") };
    assert!(fitted.running.is_none());
    let earlier = scenario(TEXT, 8).as_of(0);
    assert_eq!(running(&earlier).nowcast.booked, 0.0);
    for (a, b) in shares(&whole).into_iter().zip(shares(&earlier)) {
        assert_share("nothing booked", a, (b, PATHS));
    }
}

/// The year that is used is no odd one; a year whose first month is missing cannot be used, and is.
#[test]
fn only_a_year_that_is_not_used_is_odd() {
    let findings = |scenario: &Scenario| match &scenario.flows[0].growth {
        Growth::Fitted(fitted) => fitted.findings.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(findings(&scenario(TEXT, 8)), []);
    let folder = TempDir::new().expect("a temporary folder");
    let line = "2026-01,";
    let late: String = months(8)
        .lines()
        .filter(|row| !row.starts_with(line))
        .fold(String::new(), |text, row| text + row + "\n");
    setup::file_in(&folder, "months.csv", &late);
    let path = setup::file_in(&folder, "scenario.toml", TEXT);
    let late = Scenario::read(&path).expect("a valid scenario");
    let year = Period::parse("2026", None).expect("a year");
    let partial = Finding::PartialYear { year, parts: 7, of: 12 };
    assert!(findings(&late).contains(&partial), "{:?}", findings(&late));
}

/// `run` says how P moved, in a table and a figure, and parts of a run add up to the same.
#[test]
fn a_run_says_how_the_answer_moved() {
    let folder = TempDir::new().expect("a temporary folder");
    setup::file_in(&folder, "months.csv", &months(8));
    setup::file_in(&folder, "scenario.toml", TEXT);
    let tradecast = |arguments: &[&str]| {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_tradecast"));
        let output = command.current_dir(folder.path()).args(arguments).assert().success();
        String::from_utf8(output.get_output().stdout.clone()).expect("text")
    };
    let card = tradecast(&["run", "scenario.toml", "--paths", "131072", "--out", "whole"]);
    assert!(card.contains("8 months are in, to 2026-08: "), "{card}");
    tradecast(&[
        "run",
        "scenario.toml",
        "--paths-from",
        "0",
        "--paths-to",
        "131072",
        "--state",
        "a",
    ]);
    tradecast(&["merge", "a", "--out", "parts"]);
    for name in ["as-of.csv", "as-of.svg", "target.csv"] {
        let read = |out: &str| {
            std::fs::read(folder.path().join(out).join("scenario").join(name)).expect(name)
        };
        assert!(read("whole") == read("parts"), "{name}");
    }
    let table = std::fs::read_to_string(folder.path().join("whole/scenario/as-of.csv"));
    let table = table.expect("a table");
    let until: Vec<&str> = table.lines().skip(1).filter_map(|row| row.split(',').nth(2)).collect();
    assert_eq!((until.len(), until[0], until[8]), (9, "2025", "2026-08"));
}

#[test]
fn what_would_change_booked_months_is_refused() {
    let strike = "[[disruption]]\nname = \"strike\"\nflows = \"all\"\nrate_per_year = 1\nduration = \"1 month\"\nloss = 0.5\n";
    let early = "[[intervention]]\nname = \"visas\"\nstart = \"2026-05\"\nlifts = { flows = \"all\", by = 0.1 }\n";
    let quarters = "[calendar]\nstep = \"quarter\"\n";
    for (more, says) in
        [(strike, "is booked to"), (early, "which is booked"), (quarters, "steps of a year")]
    {
        let error = read(&format!("{TEXT}{more}"), 8).expect_err(more).to_string();
        assert!(error.contains(says), "{error}");
    }
    let late = early.replace("2026-05", "2026-09");
    assert!(read(&format!("{TEXT}{late}"), 8).is_ok());
}
