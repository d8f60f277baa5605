//! The world prior's coefficients: estimated again where they are known, scored again where they
//! were fitted, and written so that they can be read again.

use assert_cmd::Command;
use miette::Diagnostic;
use rand::rngs::ChaCha12Rng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use tradecast::calibration::{self, PLAIN_START, Search, Unit, Window};
use tradecast::forecast::{Coefficients, Prior, WorldFit};
use tradecast::history;

const PANELS: [&str; 2] = ["agtpa_manuf_1986_2006.csv.gz", "us_census_1985_2022.csv.gz"];

/// The folder of the development panels; none, said plainly, where it is not named.
fn panels() -> Option<PathBuf> {
    let folder = std::env::var_os("TRADECAST_PANELS").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: TRADECAST_PANELS is not set");
    }
    folder
}

fn units_of(path: &Path) -> Vec<Unit> {
    let bytes = fs::read(path).expect("a panel");
    calibration::units(&history::read_panel(path, &bytes).expect("a panel"))
}

/// Histories of many sizes, lengths and volatilities; each year ahead is drawn from what the
/// coefficients foretell of it.
fn windows_of(coefficients: &Coefficients, count: usize, seed: u64) -> Vec<Window> {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let mut window = || {
        let mut normal = || -> f64 { StandardNormal.sample(&mut rng) };
        let mut level = 4.0 + 2.0 * normal();
        let (shock, noise) = (libm::exp(-1.7 + 0.5 * normal()), libm::exp(-2.5 + 0.7 * normal()));
        let mut value = || {
            level += 0.05 + shock * normal();
            libm::exp(level + noise * normal())
        };
        let mut history: Vec<f64> = (0..20).map(|_| value()).collect();
        history.drain(..rng.random_range(0..=15));
        let fit = WorldFit::new(coefficients, &history);
        let future = std::array::from_fn(|index| {
            let p = (rng.random_range(0..1_u64 << 52) as f64 + 0.5) / (1_u64 << 52) as f64;
            Some(fit.ahead((index + 1) as f64).quantile(p))
        });
        Window { history, future }
    };
    (0..count).map(|_| window()).collect()
}

/// Known coefficients are found again, as far as data can tell. Of 5 × 2,000 independent draws the
/// log-likelihood of the estimate is above that of the truth (or the search failed), and twice the
/// difference is χ² with 12 degrees of freedom (Wilks), below 52.3 but for one in 2 million:
/// 26.2/10,000 of the mean score. On fresh windows the estimate loses as much on average, with a
/// standard error of √(2 · 0.0026/10,000) = 0.0007 at the most.
#[test]
fn known_coefficients_are_found_again() {
    let truth = Coefficients { b: -0.2, m0: 0.03, memory: 0.6, ..Prior::shipped().coefficients };
    let windows = windows_of(&truth, 2_000, 1);
    let start = Coefficients { tau: truth.tau, ..PLAIN_START };
    let search = Search { panels: &[&windows], start, iterations: 200, report: &|_, _| {} };
    let estimate = search.run();
    assert!(estimate.is_converged, "{estimate:?}");
    let gain = |windows: &[Window]| {
        calibration::scores(&estimate.coefficients, windows).mean()
            - calibration::scores(&truth, windows).mean()
    };
    let found = gain(&windows);
    assert!(found > 0.0 && found < 26.2 / 10_000.0, "{found} {estimate:?}");
    let fresh = gain(&windows_of(&truth, 2_000, 2));
    assert!(fresh < 0.0035 && fresh > -0.0026 - 5.0 * 0.0007, "{fresh}");
    let plain = calibration::scores(&start, &windows).mean();
    assert!(plain + 0.02 < estimate.log_score, "the start is no solution: {plain}");
}

/// A panel of 30 pairs over 20 years as a CSV file.
fn small_panel(seed: u64) -> String {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    let mut text = String::from("exporter,importer,year,usd_million\n");
    for pair in 0..30 {
        let mut level: f64 = 3.0 + f64::from(pair) / 5.0;
        for year in 1990..2010 {
            let shock: f64 = StandardNormal.sample(&mut rng);
            level += 0.05 + 0.2 * shock;
            let value = libm::exp(level);
            writeln!(text, "A{pair:02},B,{year},{value}").expect("text");
        }
    }
    text
}

fn calibrate(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tradecast"));
    command.current_dir(folder).env("NO_COLOR", "1").arg("calibrate").args(arguments);
    command
}

#[test]
fn the_file_is_the_same_on_any_threads_and_reads_back_bit_for_bit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = small_panel(1);
    fs::write(folder.path().join("panel.csv"), &text).expect("a file");
    for threads in ["1", "3"] {
        let out = format!("{threads}.toml");
        let arguments = ["panel.csv", "--out", &out, "--iterations", "4", "--threads", threads];
        let shown = calibrate(folder.path(), &arguments).assert().success().get_output().clone();
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        assert!(shown.contains("panel.csv") && shown.contains("ln_nu_e"), "{shown}");
        assert!(shown.contains("warning: the search ended at its limit"), "{shown}");
    }
    let [one, three] = ["1.toml", "3.toml"]
        .map(|name| fs::read_to_string(folder.path().join(name)).expect("a prior file"));
    assert_eq!(one, three);
    let prior = Prior::read(&folder.path().join("1.toml")).expect("a prior");
    assert_eq!(prior.text().expect("text"), one);
    let windows = calibration::windows(&units_of(&folder.path().join("panel.csv")), 7000);
    let again = calibration::scores(&prior.coefficients, &windows);
    let panel = &prior.fitted_on[0];
    assert_eq!(panel.log_score.map(f64::to_bits), again.log_score.map(f64::to_bits));
    assert_eq!((panel.windows, panel.years), (windows.len() as u64, [1990, 2009]));
    let sha256: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(panel.sha256, sha256);
}

#[test]
fn json_has_what_the_file_has() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("panel.csv"), small_panel(1)).expect("a file");
    let arguments = ["panel.csv", "--only-score", "--json"];
    let shown = calibrate(folder.path(), &arguments).assert().success().get_output().clone();
    let json: serde_json::Value = serde_json::from_slice(&shown.stdout).expect("JSON");
    let prior = Prior::read(&folder.path().join("prior.toml")).expect("a prior");
    let text = serde_json::to_string(&prior).expect("JSON");
    let known: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&json["prior"], &json["compared_with"]), (&known, &known));
    assert_eq!(prior.coefficients, Prior::shipped().coefficients);
}

/// What a wrong panel or file is told; nothing is written.
#[test]
fn wrong_panels_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let header = "exporter,importer,year,usd_million\n";
    let years = |count: i32| {
        let row = |year| format!("A,B,{},10\n", 2000 + year);
        format!("{header}{}", (0..count).map(row).collect::<String>())
    };
    let cases = [
        (years(9), "no history of 5 consecutive positive values"),
        (years(20), "no spread over 5-year spans, 2000–2019"),
        (header.to_owned(), "holds no series"),
    ];
    for (text, message) in cases {
        fs::write(folder.path().join("panel.csv"), text).expect("a file");
        let failed = calibrate(folder.path(), &["panel.csv"]).assert().code(1).get_output().clone();
        let shown = String::from_utf8_lossy(&failed.stderr)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(shown.replace("│ ", "").contains(message), "{message}: {shown}");
        assert!(!folder.path().join("prior.toml").exists());
    }
}

/// Wrong edits of a prior file, the message, and the way out.
#[test]
fn wrong_priors_are_refused_with_help() {
    let good = Prior::shipped().text().expect("text");
    let cases = [
        (
            ("format = 1", "format = 2"),
            "has the format 2, and this tradecast reads format 1",
            "calibrate",
        ),
        (("format = 1", ""), "the key `format` is missing", "calibrate"),
        (("memory = 0.764400016813757\n", ""), "missing field `memory`", "calibrate"),
        (
            ("memory = 0.76", "memory = 1.76"),
            "coefficients.memory is 1.764400016813757; allowed is a number 0 < memory < 1",
            "correct the value",
        ),
        (("tau = 0.03", "tau = -0.03"), "coefficients.tau is -0.03", "correct the value"),
        (("tau = 0.03", "tau = nan"), "coefficients.tau is NaN", "correct the value"),
        (("shock_limit = 3", "shock_limit = -3"), "coefficients.shock_limit is -3.98", "correct"),
        (("tau = 0.03", "tau = 0.03\nrho = 1"), "unknown field `rho`", "none may be added"),
    ];
    for ((from, to), message, way_out) in cases {
        assert!(good.contains(from), "{from}");
        let path = Path::new("mine/prior.toml");
        let error = Prior::parse(path, &good.replacen(from, to, 1)).expect_err(message);
        let help = error.help().map(|help| help.to_string()).unwrap_or_default();
        let source = std::error::Error::source(&error).map(ToString::to_string);
        let shown = format!("{error} {}", source.unwrap_or_default());
        assert!(shown.contains(message) && shown.contains("mine/prior.toml"), "{shown}");
        assert!(help.contains(way_out), "{help}");
    }
}

/// The development cases, cut by another program, are windows of the units here.
#[test]
fn development_cases_are_found_in_the_panels() {
    let Some(folder) = panels() else { return };
    for (panel, cases) in PANELS.iter().zip(["cases_agtpa.csv.gz", "cases_census.csv.gz"]) {
        let units = units_of(&folder.join(panel));
        let bytes = fs::read(folder.join("../cases").join(cases)).expect("cases");
        let mut count = 0;
        for record in csv::Reader::from_reader(flate2::read::GzDecoder::new(&bytes[..])).records() {
            let record = record.expect("a case");
            let name = format!("{} {} {}", &record[1], &record[2], &record[3]);
            let unit = units.iter().find(|unit| unit.name == name).expect(&name);
            let origin: i32 = record[4].parse().expect("a year");
            let values: Vec<Option<f64>> =
                record[7].split(';').chain(record[8].split(';')).map(|v| v.parse().ok()).collect();
            let first = (origin - unit.first_year) as usize + 6 - values.len();
            for (index, case) in values.iter().enumerate() {
                let own = unit.values.get(first + index).copied().flatten();
                let is_equal = match (own, case) {
                    // The cases have six digits.
                    (Some(own), Some(case)) => (own - case).abs() <= 5e-6 * case,
                    (own, case) => own.is_none() && case.is_none(),
                };
                assert!(is_equal, "{name} {origin}: {own:?} for {case:?}");
            }
            count += 1;
        }
        assert!(count > 1000);
    }
}

/// The shipped file's scores come out again, and a search from the plain start reaches those of the
/// shipped coefficients within 0.002 on each panel, on windows fewer than the file's for speed.
#[test]
fn shipped_scores_are_reproduced_and_reached() {
    let Some(folder) = panels() else { return };
    let shipped = Prior::shipped();
    let mut few: Vec<Vec<Window>> = Vec::new();
    for (name, known) in PANELS.iter().zip(&shipped.fitted_on) {
        let path = folder.join(name);
        let sha256 = Sha256::digest(fs::read(&path).expect("a panel"));
        let sha256: String = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((known.file.as_str(), &known.sha256), (*name, &sha256));
        let units = units_of(&path);
        let windows = calibration::windows(&units, known.windows as usize);
        let found = calibration::scores(&shipped.coefficients, &windows);
        assert_eq!(
            (found.windows, windows.len() as u64),
            (known.windows_by_horizon, known.windows)
        );
        for (found, known) in found.log_score.iter().zip(known.log_score) {
            assert!((found - known).abs() < 1e-9, "{name}: {found} for {known}");
        }
        few.push(calibration::windows(&units, 3_000));
    }
    let panels: Vec<&[Window]> = few.iter().map(|windows| &windows[..]).collect();
    let search = Search { panels: &panels, start: PLAIN_START, iterations: 60, report: &|_, _| {} };
    let estimate = search.run();
    for windows in panels {
        let [before, after] = [shipped.coefficients, estimate.coefficients]
            .map(|coefficients| calibration::scores(&coefficients, windows).mean());
        println!(
            "shipped {before:.5}, calibrated {after:.5}, {} evaluations",
            estimate.evaluations
        );
        assert!(after > before - 0.002, "{after} for {before}: {estimate:?}");
    }
}

/// On the shipped panel, wherever it runs: a few steps from a plain start come nearer to the panel,
/// and the same on any number of threads.
#[test]
fn a_few_steps_on_the_shipped_panel_gain() {
    let units = units_of(&crate::shipped_panel::yearly());
    let windows = calibration::windows(&units, 600);
    assert!(windows.len() > 500, "{} windows", windows.len());
    let panels: [&[Window]; 1] = [&windows];
    let run = |threads: usize| {
        let search =
            Search { panels: &panels, start: PLAIN_START, iterations: 5, report: &|_, _| {} };
        crate::setup::threads(threads).install(|| search.run())
    };
    let found = run(2);
    let score = |coefficients: &Coefficients| calibration::scores(coefficients, &windows).mean();
    assert!((score(&found.coefficients) - found.log_score).abs() < 1e-12);
    assert!(found.log_score > score(&PLAIN_START) + 0.01, "{found:?}");
    assert_eq!(run(1).coefficients, found.coefficients);
}
