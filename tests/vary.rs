//! `require` against closed forms, `sweep` against runs, and what both say of wrong input.

use crate::setup::{self, file_in, one_flow, paths, run, with_settings};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::{Arc, LazyLock};
use tradecast::model::Model;
use tradecast::numeric::normal;
use tradecast::require::{Found, Question, Requirement, require};
use tradecast::scenario::{Memory, Scenario};
use tradecast::sweep::{Axis, Sweep, sweep};
use tradecast::threads::Threads;
use tradecast::vary::{Knob, Look, VaryError, default_range, parse_range};

const PATHS: u64 = 200_000;

static ONE_FLOW: LazyLock<String> = LazyLock::new(|| one_flow("One flow", 15, "6%", "25%"));

/// Distributions of each kind of change.
const UNCERTAIN: &str = r#"
title = "Uncertain"
[[target]]
name = "t"
at_least = 18
in = "2029"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = { period = "2025", value = 10 }
[flow.growth.random_walk]
median = { normal = { mean = "5%", std_dev = "2%" }, truncate = { min = "-20%", max = "30%" } }
volatility = { lognormal = { median = "20%", sigma = 0.3 } }
[[intervention]]
name = "i"
probability = { beta = { mean = 0.6, concentration = 10 } }
start = { uniform = { min = "2026-03", max = "2027-09" } }
lifts = { flows = ["f"], by = { quantiles = { p10 = "2%", p50 = "20%", p90 = "60%" } } }
"#;

fn read(text: &str) -> Scenario {
    Scenario::parse(text, &Memory::default()).expect("a valid scenario")
}

fn look(threads: &Threads, paths: u64) -> Look<'_> {
    Look { target: 0, paths, seed: 1, work: setup::work(threads) }
}

fn required(text: &str, key: &str, wanted: &[f64], between: Option<&str>) -> Requirement {
    let scenario = read(text);
    let knob = Knob::find(&scenario, key).expect("a key");
    let range = match between {
        Some(text) => parse_range(&knob, &scenario, text).expect("a range"),
        None => default_range(&knob, &scenario),
    };
    let question = Question { knob, range, wanted: wanted.to_vec() };
    let found = require(&scenario, &question, look(&setup::threads(2), PATHS));
    found.expect("a valid range").expect("not interrupted")
}

fn reached(found: &Found) -> (f64, [f64; 2], f64) {
    match found {
        Found::Reached { value, lower: Some(lower), upper: Some(upper), attained, .. } => {
            (*value, [*lower, *upper], attained.value)
        }
        other => panic!("{other:?}"),
    }
}

/// Five standard errors of P, and the tenth of one that the root may be off, as a step of Φ⁻¹(P).
fn step_of_normal(wanted: f64) -> f64 {
    let error = (wanted * (1.0 - wanted) / PATHS as f64).sqrt();
    5.1 * error / normal::density(normal::quantile(wanted))
}

/// Φ⁻¹(P) = (ln(10/a) + 3 ln(1 + m)) / (σ √3), solved for each in turn.
#[test]
fn answers_are_the_inverse_of_the_closed_form() {
    let root_3 = 3.0_f64.sqrt();
    let wanted = [0.1, 0.5, 0.8];
    let gap = libm::log(10.0 / 15.0);
    let growth = required(&ONE_FLOW, "flow.f.growth.random_walk.median", &wanted, None);
    let amount = required(&ONE_FLOW, "target.t.at_least", &wanted, None);
    for (index, p) in wanted.into_iter().enumerate() {
        let z = normal::quantile(p);
        let log_growth = (z * 0.25 * root_3 - gap) / 3.0;
        let (value, interval, _) = reached(&growth.answers[index].found);
        let off = (libm::log1p(value) - log_growth).abs();
        assert!(off < step_of_normal(p) * 0.25 / root_3, "{p}: {value} off by {off}");
        assert!(interval[0] < value && value < interval[1], "{interval:?}");
        let log_amount = libm::log(10e6) + 3.0 * libm::log(1.06) - z * 0.25 * root_3;
        let (value, interval, attained) = reached(&amount.answers[index].found);
        let off = (libm::log(value) - log_amount).abs();
        assert!(off < step_of_normal(p) * 0.25 * root_3, "{p}: {value} off by {off}");
        assert!(interval[0] < value && value < interval[1], "{interval:?}");
        // An order statistic: one path too many at most.
        assert!(attained >= p && attained < p + 1.5 / PATHS as f64, "{attained}");
    }
    // Below one half P rises with the volatility, as the median misses the target.
    let volatility = required(&ONE_FLOW, "flow.f.growth.random_walk.volatility", &[0.1, 0.3], None);
    for (answer, p) in volatility.answers.iter().zip([0.1, 0.3]) {
        let z = normal::quantile(p);
        let exact = (gap + 3.0 * libm::log(1.06)) / (z * root_3);
        let (value, _, _) = reached(&answer.found);
        let bound = exact * step_of_normal(p) / z.abs();
        assert!((value - exact).abs() < bound, "{p}: {value}, not {exact}");
    }
}

/// The interval of an answer has the width that the standard error of P gives it.
#[test]
fn intervals_are_those_of_p_mapped_through_the_curve() {
    for (key, scale) in [
        ("flow.f.growth.random_walk.median", 0.25 / 3.0_f64.sqrt()),
        ("target.t.at_least", 0.25 * 3.0_f64.sqrt()),
    ] {
        let found = required(&ONE_FLOW, key, &[0.3], None);
        let (value, [lower, upper], _) = reached(&found.answers[0].found);
        let log = |x: f64| if key.starts_with("flow") { libm::log1p(x) } else { libm::log(x) };
        let error = (0.21 / PATHS as f64).sqrt() / normal::density(normal::quantile(0.3)) * scale;
        let width = log(upper) - log(lower);
        // About 900 paths lie between the ends, and their number varies by its root: 3.4 %; five
        // times that.
        assert!((width / (2.0 * 1.96 * error) - 1.0).abs() < 0.17, "{key}: {value} {width}");
    }
}

/// A measure that alone decides: P is its probability.
#[test]
fn the_probability_of_the_one_measure_that_decides_is_p() {
    let text = r#"
title = "One measure"
[[target]]
name = "t"
at_least = 15
in = "2027"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = { period = "2025", value = 10 }
growth.constant = "0%"
[[intervention]]
name = "i"
probability = 0.9
adds = { flow = "f", per_year = 8 }
"#;
    let found = required(text, "intervention.i.probability", &[0.3], None);
    let (value, [lower, upper], _) = reached(&found.answers[0].found);
    let error = (0.21 / PATHS as f64).sqrt();
    assert!((value - 0.3).abs() < 5.1 * error, "{value}");
    assert!((upper - lower) / (2.0 * 1.96 * error) < 1.2, "{lower} {upper}");
}

/// The first year whose closed-form P passes the wanted one; each year's P equals a run's.
#[test]
fn the_year_is_the_first_that_reaches() {
    let found = required(&ONE_FLOW, "target.t.in", &[0.3, 0.7], Some("2026..2045"));
    let p = |years: f64| {
        let mean = libm::log(10.0 / 15.0) + years * libm::log(1.06);
        normal::cdf(mean / (0.25 * years.sqrt()))
    };
    for (answer, wanted) in found.answers.iter().zip([0.3, 0.7]) {
        let years = (1..=20).map(f64::from).find(|years| p(*years) >= wanted).expect("reached");
        let (value, _, _) = reached(&answer.found);
        assert_eq!(value, (2025.0 + years) * 12.0, "{wanted}");
    }
    for (month, chance) in found.curve.iter().take(4) {
        let setting = format!("target.t.in={}", month / 12.0);
        let scenario = with_settings(&ONE_FLOW, &[&setting]);
        let state = run(&Model::new(&scenario, 1), paths(PATHS));
        assert_eq!(*chance, state.hits()[0] as f64 / PATHS as f64, "{setting}");
    }
}

/// P at the answer is the wanted one, and at the interval's ends P's own interval.
#[test]
fn p_at_the_answer_is_the_wanted_one() {
    let scenario = read(UNCERTAIN);
    for (key, wanted) in [
        ("flow.f.growth.random_walk.median", 0.5),
        ("flow.f.growth.random_walk.volatility", 0.2),
        ("flow.f.baseline.value", 0.6),
        ("intervention.i.probability", 0.2),
        ("intervention.i.lifts.by", 0.4),
        ("intervention.i.start", 0.2),
    ] {
        let found = required(UNCERTAIN, key, &[wanted], None);
        let Found::Reached { value, lower, upper, attained, .. } = &found.answers[0].found else {
            panic!("{key}: {:?}", found.answers[0].found);
        };
        let error = (wanted * (1.0 - wanted) / PATHS as f64).sqrt();
        let hits = |value: f64| {
            let other = found.knob.apply(&scenario, value).expect("valid");
            run(&Model::new(&other, 1), paths(PATHS)).hits()[0] as f64 / PATHS as f64
        };
        assert_eq!(hits(*value), attained.value, "{key}");
        assert!((attained.value - wanted).abs() <= 0.1 * error + 2.0 / PATHS as f64, "{key}");
        for end in [lower, upper].into_iter().flatten() {
            let off = (hits(*end) - wanted).abs() / error;
            // Interpolated between points 2 to 9 standard errors away.
            assert!((1.5..2.5).contains(&off), "{key}: {off} standard errors at {end}");
        }
    }
}

#[test]
fn what_cannot_be_reached_is_said_with_the_peak() {
    let key = "flow.f.growth.random_walk.volatility";
    let found = required(&ONE_FLOW, key, &[0.9], None);
    match &found.answers[0].found {
        Found::OutOfReach { is_above: true, is_flat: false, nearest, .. } => {
            assert!(nearest.value < 0.5, "{nearest:?}");
        }
        other => panic!("{other:?}"),
    }
    let idle = UNCERTAIN.replace("start = { uniform", "ramp = \"1 months\"\nstart = { uniform");
    let late = idle.replace("2026-03", "2032-03").replace("2027-09", "2033-09");
    let found = required(&late, "intervention.i.ramp", &[0.9], None);
    let flat = matches!(found.answers[0].found, Found::OutOfReach { is_flat: true, .. });
    assert!(flat, "{:?}", found.answers[0]);
}

fn swept(text: &str, over: &[&str], threads: usize) -> Sweep {
    let scenario = read(text);
    let axis = |text: &&str| Axis::parse(&scenario, text).expect("an axis");
    let axes = over.iter().map(axis).collect();
    let found = sweep(&scenario, axes, look(&setup::threads(threads), 20_000));
    found.expect("valid").expect("not interrupted")
}

/// Every point has the hits of a run of its own.
#[test]
fn a_sweep_has_the_hits_of_runs() {
    let found = swept(
        &ONE_FLOW,
        &["flow.f.growth.random_walk.median=-5%..15%:5", "target.t.in=2027..2030"],
        2,
    );
    assert_eq!(found.points.len(), 20);
    for (index, point) in found.points.iter().enumerate() {
        let values = found.values(index);
        let median = format!("flow.f.growth.random_walk.median={}", values[0]);
        let year = format!("target.t.in={}", values[1] / 12.0);
        let scenario = with_settings(&ONE_FLOW, &[&median, &year]);
        let state = run(&Model::new(&scenario, 1), paths(20_000));
        assert_eq!(point.hits, state.hits()[0], "{median} {year}");
    }
}

#[test]
fn threads_change_no_point() {
    let over =
        ["flow.f.growth.random_walk.volatility=5%..60%:7", "intervention.i.probability=0%..100%:5"];
    assert_eq!(swept(UNCERTAIN, &over, 1).points, swept(UNCERTAIN, &over, 3).points);
}

/// More growth and likelier measures never cost a path; a higher target never gains one.
#[test]
fn hits_move_one_way_under_common_random_numbers() {
    for (over, rises) in [
        ("flow.f.growth.random_walk.median=-10%..30%:15", true),
        ("intervention.i.probability=0%..100%:15", true),
        ("target.t.at_least=5..60:15", false),
        ("intervention.i.start=2026-10..2029-06:15", false),
    ] {
        let hits: Vec<u64> = swept(UNCERTAIN, &[over], 2).points.iter().map(|p| p.hits).collect();
        assert!(
            hits.windows(2).all(|two| if rises { two[0] <= two[1] } else { two[0] >= two[1] }),
            "{over} {hits:?}"
        );
        assert!(hits[0] != hits[14], "{over}");
    }
}

#[test]
fn wrong_keys_and_ranges_are_explained() {
    let scenario = read(UNCERTAIN);
    let wrong = Knob::find(&scenario, "flow.f.growth.random_walk.medan");
    match wrong.expect_err("no such key") {
        VaryError::Unknown { near, exists, .. } => {
            assert_eq!(near.as_deref(), Some("flow.f.growth.random_walk.median"));
            assert!(!exists);
        }
        other => panic!("{other}"),
    }
    let title = Knob::find(&scenario, "title").expect_err("no number");
    assert!(matches!(title, VaryError::Unknown { exists: true, .. }));
    for (over, words) in [
        ("target.t.at_least=20..10:5", "is empty"),
        ("target.t.at_least=20:5", "not a range"),
        ("target.t.at_least=10..20:1", "number of points"),
        ("target.t.in=2027..2029:9", "leave :n out"),
        ("target.t.in=2027-Q1..2029-Q1", "another kind"),
        ("intervention.i.probability=0%..120%:5", "between 0 and 1"),
        ("flow.f.growth.random_walk.median=8..12:5", "growth above"),
    ] {
        let error = Axis::parse(&scenario, over).expect_err(over).to_string();
        assert!(error.contains(words), "{over}: {error}");
    }
    let early = Knob::find(&scenario, "intervention.i.start").expect("a key");
    let error = early.apply(&scenario, 2024.5).expect_err("before the baseline's end");
    assert!(matches!(error, VaryError::Invalid { .. }), "{error}");
}

/// A flow that has every key with a limit of its own.
const LIMITED: &str = r#"
title = "Limited"
[[target]]
name = "t"
at_least = 18
in = "2029"
[[flow]]
name = "walk"
from = "A"
to = "B"
baseline = { period = "2025", value = 10, lost = "10%" }
growth.random_walk = { median = "5%", volatility = "20%", persistence = 0.3 }
[[flow]]
name = "line"
from = "B"
to = "A"
baseline = { period = "2025", value = 10 }
growth.mean_reverting = { trend = "3%", half_life = "2 years", volatility = "20%" }
[[disruption]]
name = "d"
rate_per_year = 0.5
duration = "1 month"
loss = 0.5
flows = "all"
"#;

/// A key's limit stands in its row of the schema: a file, a setting, a distribution that reaches it,
/// a range on the command line and a value in the course of a search all meet the same one.
#[test]
fn a_limit_holds_wherever_a_value_comes_from() {
    let scenario = read(LIMITED);
    for (key, beyond, reaching, number, allowed) in [
        ("target.t.at_least", "0", "", 0.0, "an amount above 0"),
        (
            "flow.walk.baseline.lost",
            "\"100%\"",
            "{ uniform = { min = 0, max = 1 } }",
            1.0,
            "a share of at least 0 and below 1",
        ),
        (
            "flow.walk.growth.random_walk.persistence",
            "1",
            "{ uniform = { min = 0, max = 1 } }",
            1.0,
            "a share of at least 0 and below 1",
        ),
        (
            "flow.line.growth.mean_reverting.half_life",
            "\"0 years\"",
            "{ empirical = { values = [\"0 years\", \"1 year\"] } }",
            0.0,
            "a duration above 0",
        ),
        (
            "disruption.d.rate_per_year",
            "366",
            "{ lognormal = { median = 1, sigma = 1 } }",
            366.0,
            "a number between 0 and 365",
        ),
    ] {
        for value in [beyond, reaching].into_iter().filter(|value| !value.is_empty()) {
            let error = scenario.set(key, value).map(|_| ()).expect_err(key);
            let shown = format!("{:?}", miette::Report::new(error));
            let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(shown.contains(allowed), "{key} = {value}: {shown}");
        }
        let knob = Knob::find(&scenario, key).expect("a key");
        match knob.apply(&scenario, number) {
            Err(VaryError::Limits { allowed: found, .. }) => {
                assert!(found.starts_with(allowed), "{key}: {found}");
            }
            other => panic!("{key}: {:?}", other.map(|_| ())),
        }
        let wrong = knob.parse(&scenario, beyond.trim_matches('"')).expect_err(key);
        assert!(wrong.contains(allowed), "{key}: {wrong}");
    }
}

/// One list: what is put in a quantity's place is what the table of assumptions shows.
#[test]
fn a_value_that_is_set_is_the_assumption() {
    let scenario = read(LIMITED);
    let knob = Knob::find(&scenario, "disruption.d.loss").expect("a key");
    let other = knob.apply(&scenario, 0.75).expect("a share");
    let shown = other.assumptions().into_iter().find(|it| it.key == knob.key).expect("stated");
    assert_eq!(shown.quantity.median(), 0.75);
    let keys = |scenario: &Scenario| -> Vec<String> {
        scenario.assumptions().into_iter().map(|it| it.key).collect()
    };
    assert_eq!(keys(&other), keys(&scenario));
}

fn tradecast(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tradecast")).args(arguments).output().expect("runs")
}

#[test]
fn the_commands_write_and_refuse() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = file_in(&folder, "one.toml", &ONE_FLOW).display().to_string();
    let out = folder.path().join("out").display().to_string();
    let vary = "flow.f.growth.random_walk.median";
    let ran = tradecast(&[
        "require",
        &file,
        "--probability",
        "30%",
        "--probability",
        "0.6",
        "--vary",
        vary,
        "--vary",
        "target.t.in",
        "--paths",
        "20000",
        "--out",
        &out,
        "--json",
    ]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let json: serde_json::Value = serde_json::from_slice(&ran.stdout).expect("JSON");
    assert_eq!(json["answers"].as_array().map(Vec::len), Some(4));
    let over = "target.t.at_least=10..20:5";
    let ran = tradecast(&["sweep", &file, "--over", over, "--paths", "2000", "--out", &out]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    for name in [
        "require/require.csv",
        "require/require.png",
        "require/require.svg",
        "require/require.toml",
        "sweep/sweep.csv",
        "sweep/sweep.png",
        "sweep/sweep.svg",
        "sweep/sweep.toml",
    ] {
        assert!(folder.path().join("out/one").join(name).is_file(), "{name}");
    }
    let table =
        std::fs::read_to_string(folder.path().join("out/one/sweep/sweep.csv")).expect("a table");
    assert!(table.starts_with(
        "target,target.t.at_least,probability,standard_error,lower,upper,median,q05,q95,unit\n"
    ));
    assert_eq!(table.lines().count(), 6);
    for (arguments, words) in [
        (vec!["require", &file, "--probability", "100%", "--vary", vary], "nothing is certain"),
        (vec!["require", &file, "--probability", "0.001%", "--vary", vary], "too few"),
        (
            vec!["require", &file, "--probability", "5%", "--vary", vary, "--target", "u"],
            "no target",
        ),
        (vec!["sweep", &file, "--over", over, "--over", over], "both axes"),
        (vec!["sweep", &file, "--over", "target.t.at_most=1..2"], "did you mean"),
    ] {
        let ran = tradecast(&arguments);
        let text = String::from_utf8_lossy(&ran.stderr);
        assert!(!ran.status.success() && text.contains(words), "{arguments:?}: {text}");
    }
}

/// A history of this size, in bytes, of which a flow takes a part.
const HISTORY_BYTES: usize = 3_000_000;

/// A scenario that grows by a long history beside it.
fn with_long_history(folder: &tempfile::TempDir) -> PathBuf {
    let mut history = "exporter,importer,year,usd_million\n".to_owned();
    for country in 0.. {
        for year in 2010..2020 {
            history += &format!("C{country},AAA,{year},{}\n", 100 + (country + 7 * year) % 90);
        }
        if history.len() > HISTORY_BYTES {
            break;
        }
    }
    file_in(folder, "history.csv", &history);
    let text = r#"
title = "A long history"
[[target]]
name = "t"
at_least = 150
in = "2024"
[[flow]]
name = "f"
from = "C0"
to = "AAA"
growth.fitted.history = "history.csv"
"#;
    file_in(folder, "scenario.toml", text)
}

#[test]
fn variants_share_the_data_files_of_their_scenario() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let scenario = Scenario::read(with_long_history(&folder)).expect("a valid scenario");
    let knob = Knob::find(&scenario, "target.t.at_least").expect("a knob");
    let variant = knob.apply(&scenario, 2e8).expect("a variant");
    assert!(Arc::ptr_eq(&variant.inputs[0].bytes, &scenario.inputs[0].bytes));
}

/// 401 copies of the history alone would be 1.2 GB.
#[test]
#[cfg(target_os = "linux")]
fn a_sweep_of_a_long_history_takes_little_memory() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    with_long_history(&folder);
    let sweep = format!(
        "ulimit -v 400000; exec {} sweep scenario.toml --over target.t.at_least=100..300:401 \
         --paths 1000 --threads 1 --no-charts --quiet --out results",
        env!("CARGO_BIN_EXE_tradecast")
    );
    let mut command = Command::new("sh");
    let output = command.current_dir(folder.path()).args(["-c", &sweep]).output().expect("sh runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let table = folder.path().join("results/scenario/sweep/sweep.csv");
    let rows = std::fs::read_to_string(table).expect("a table").lines().count();
    assert_eq!(rows, 1 + 401);
}
