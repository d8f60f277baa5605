//! The small panels that ship with the project: read, counted, backtested and nowcast everywhere.
//! Counts are held to `reference/panel.csv`, which `reference/panel.py` made without tradecast.

use assert_cmd::Command;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use tradecast::backtest::{self, Backtest, Rolling, Unit};
use tradecast::forecast::Prior;
use tradecast::history::{AnnualSeries, read_panel};
use tradecast::outside_view::{BASES, HORIZONS, count_windows};

/// The yearly panel.
pub fn yearly() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/panels/us-census.csv.gz")
}

/// The monthly panel.
pub fn monthly() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/panels/us-census-monthly.csv.gz")
}

fn panel() -> Vec<AnnualSeries> {
    let bytes = std::fs::read(yearly()).expect("the shipped panel");
    read_panel(&yearly(), &bytes).expect("a panel")
}

/// A backtest of the yearly panel, as `tradecast backtest` makes it, 1, 3 and 5 years ahead.
pub fn backtested() -> Backtest {
    let units = vec![Unit::Flow, Unit::Total];
    let asked = Rolling { units, min_history: 5, max_history: 20, horizons: vec![1, 3, 5] };
    let set = backtest::rolling(&panel(), &asked);
    let names = ["world-prior", "lognormal"].map(str::to_owned);
    let models = backtest::models(&names, Prior::shipped(), &set).expect("known models");
    let evaluation = backtest::evaluate(&set.cases, &models, &asked.horizons, || {});
    Backtest::new(&evaluation.expect("every case can be forecast"))
}

#[derive(Deserialize)]
struct Counted {
    what: String,
    from: Option<f64>,
    years: Option<u32>,
    count: u64,
    reached: String,
}

fn reference(what: &str) -> Vec<Counted> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/panel.csv");
    let mut reader = csv::Reader::from_path(file).expect("the reference");
    let rows = reader.deserialize().map(|row: Result<Counted, _>| row.expect("a row"));
    let rows: Vec<Counted> = rows.filter(|row| row.what == what).collect();
    assert!(!rows.is_empty(), "the reference has no {what}");
    rows
}

#[test]
fn the_yearly_panel_is_read_whole() {
    let panel = panel();
    assert_eq!(panel.len() as u64, reference("flows")[0].count);
    let values = || panel.iter().flat_map(|series| &series.values).flatten();
    assert_eq!(values().filter(|value| **value == 0.0).count() as u64, reference("zeros")[0].count);
    assert!(values().all(|value| *value >= 0.0));
}

/// Every band of the base and length, every multiple.
#[test]
fn windows_are_those_of_another_program() {
    let rows = count_windows("us-census", &panel());
    let reference = reference("windows");
    assert_eq!(rows.len(), reference.len());
    assert!(rows.len() > BASES.len() * HORIZONS.len() / 2);
    for (row, known) in rows.iter().zip(&reference) {
        assert_eq!((Some(row.base_from), Some(row.years)), (known.from, known.years));
        assert_eq!(row.windows, known.count, "{} {}", row.base_from, row.years);
        let reached: Vec<String> = row.reached.iter().map(ToString::to_string).collect();
        assert_eq!(reached.join(" "), known.reached, "{} {}", row.base_from, row.years);
    }
}

#[test]
fn cases_of_a_backtest_are_those_of_another_program() {
    let backtest = backtested();
    for known in reference("cases") {
        let of_horizon = backtest.scores.iter().filter(|score| Some(score.horizon) == known.years);
        let mut models = 0;
        for score in of_horizon {
            let counted = (score.cases, score.zeros.to_string());
            assert_eq!(counted, (known.count, known.reached.clone()), "{:?}", known.years);
            models += 1;
        }
        assert_eq!(models, 2);
    }
}

/// The command writes what the library says.
#[test]
fn the_command_scores_what_the_library_does() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = yearly().display().to_string();
    let models = "world-prior,lognormal";
    Command::new(env!("CARGO_BIN_EXE_tradecast"))
        .current_dir(folder.path())
        .args(["backtest", &file, "--models", models, "--horizons", "1,3,5"])
        .args(["--no-charts", "--quiet", "--out", "out"])
        .assert()
        .success();
    #[derive(Deserialize)]
    struct Row {
        crps: f64,
        coverage_80: f64,
    }
    let mut reader = csv::Reader::from_path(folder.path().join("out/scores.csv")).expect("scores");
    let written: Vec<(f64, f64)> = reader
        .deserialize()
        .map(|row: Result<Row, _>| row.map(|row| (row.crps, row.coverage_80)).expect("a row"))
        .collect();
    let scores = backtested().scores;
    let counted: Vec<(f64, f64)> =
        scores.iter().map(|score| (score.crps, score.coverage[1])).collect();
    assert_eq!(written, counted);
}
