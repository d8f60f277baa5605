//! Defects measured in other tools: each must not occur here.

#![allow(clippy::disallowed_methods)]

use crate::setup::{self, paths};
use tradecast::model::Model;
use tradecast::random::{Philox, PointSource, Variable};

/// Two flows of one uncertain baseline each, without growth, so that the total is their sum.
fn two_baselines(first: &str, second: &str, extra: &str) -> String {
    format!(
        r#"
title = "Sum of two"
[[target]]
name = "t"
at_least = 230
in = "2026"
[[flow]]
name = "a"
from = "A"
to = "B"
baseline = {{ period = "2025", value = {first} }}
growth.constant = "0%"
[[flow]]
name = "b"
from = "B"
to = "A"
baseline = {{ period = "2025", value = {second} }}
growth.constant = "0%"
{extra}
"#
    )
}

fn normal(mean: f64, std_dev: f64) -> String {
    format!("{{ normal = {{ mean = {mean}, std_dev = {std_dev} }}, truncate = {{ min = 0 }} }}")
}

/// Standard deviation and P(≥ 230) of the sum, in million.
fn sum_of(text: &str) -> (f64, f64) {
    let projection = setup::project(&setup::scenario(text), paths(1_000_000));
    let total = &projection.series[0].periods[1];
    (total.std_dev.expect("moments exist"), projection.targets[0].probability().estimate.value)
}

#[test]
fn a_correlation_in_the_file_reaches_the_result() {
    // A peer parsed correlations and never applied them: it gave 22.26 and 8.96 % in both cases.
    let (a, b) = (normal(100.0, 20.0), normal(100.0, 10.0));
    let (std_dev, probability) = sum_of(&two_baselines(&a, &b, ""));
    assert!((std_dev - 500.0_f64.sqrt()).abs() < 0.1, "{std_dev}");
    assert!((probability - 0.0899).abs() < 0.002, "{probability}");
    let correlated = "[[correlation]]\nbetween = [\"a.baseline\", \"b.baseline\"]\nvalue = 0.99";
    let (std_dev, probability) = sum_of(&two_baselines(&a, &b, correlated));
    assert!((std_dev - 896.0_f64.sqrt()).abs() < 0.15, "{std_dev}");
    assert!((probability - 0.158).abs() < 0.002, "{probability}");
}

#[test]
fn two_separate_inputs_of_one_distribution_are_independent() {
    // A peer cached draws by the text of the distribution: correlation exactly 1.
    let same = normal(100.0, 20.0);
    let (std_dev, _) = sum_of(&two_baselines(&same, &same, ""));
    assert!((std_dev - 800.0_f64.sqrt()).abs() < 0.1, "{std_dev}");
}

#[test]
fn truncation_renormalises_and_puts_no_mass_on_the_limit() {
    // A peer clamped: 5 % of N(0, 3) cut to [0, 5] sat exactly on 0.
    let cut = "{ normal = { mean = 0, std_dev = 3 }, truncate = { min = 0, max = 5 } }";
    let text = two_baselines(cut, "0", "");
    let model = Model::new(&setup::scenario(&text), 1);
    let state = setup::run(&model, paths(1_000_000));
    let sketch = &state.series[0][1];
    assert!(sketch.minimum_bound() > 0.0 && sketch.maximum_bound() < 5e6);
    // E = σ (φ(0) − φ(5/3))/(Φ(5/3) − ½), of the normal cut to [0, 5].
    let exact = 3e6 * (0.398_942_280 - 0.099_477_137) / 0.452_209_648;
    assert!((sketch.mean() / exact - 1.0).abs() < 0.003, "{} {exact}", sketch.mean());
    let below_a_tenth = sketch.count_below(0.1e6) / 1e6;
    assert!((below_a_tenth - 0.0294).abs() < 0.001, "{below_a_tenth}");
}

#[test]
fn no_hit_is_a_bound_and_all_hits_too() {
    // A peer gave the interval [0, 0] for no hit of 10,000, [1, 1] for all, and 1.0036 as an upper
    // bound for P = 0.97.
    let text = two_baselines(&normal(100.0, 20.0), &normal(100.0, 10.0), "");
    let estimate = |amount: &str| {
        let scenario = setup::with_settings(&text, &[&format!("target.t.at_least={amount}")]);
        setup::project(&scenario, paths(10_000)).targets[0].probability().estimate
    };
    let none = estimate("100000");
    assert_eq!((none.value, none.interval.lower), (0.0, 0.0));
    assert!((none.interval.upper - 2.995e-4).abs() < 1e-6 && none.standard_error > 0.0, "{none:?}");
    let all = estimate("1");
    assert_eq!((all.value, all.interval.upper), (1.0, 1.0));
    assert!((all.interval.lower - (1.0 - 2.995e-4)).abs() < 1e-6, "{all:?}");
    let likely = estimate("158");
    assert!(likely.value > 0.9 && likely.interval.upper < 1.0, "{likely:?}");
}

#[test]
fn neighbouring_seeds_share_no_draws() {
    // A peer seeded variable k with seed + k: B of seed 100 was A of seed 101.
    let draws = |seed, name| {
        let mut out = [0.0; 64];
        Philox.normals(Variable::new(seed, name), 0, 0, &mut out);
        out
    };
    let all = [draws(100, "a"), draws(100, "b"), draws(101, "a"), draws(101, "b")];
    for (position, first) in all.iter().enumerate() {
        for second in &all[position + 1..] {
            assert!(first.iter().zip(second).all(|(x, y)| x != y));
        }
    }
}

#[test]
fn uncertainty_of_parameters_widens_the_fan() {
    // A peer's simulated paths ignored it: 80 % intervals covered 72, 61, 55 %.
    let text = two_baselines("16", "0", "").replacen(
        "growth.constant = \"0%\"",
        "growth.random_walk = { median = \"5%\", volatility = \"20%\" }",
        1,
    );
    let uncertain = text.replacen(
        "median = \"5%\"",
        "median = { normal = { mean = \"5%\", std_dev = \"10%\" } }",
        1,
    );
    let width = |text: &str| {
        let projection = setup::project(&setup::scenario(text), paths(200_000));
        let quantiles = projection.series[0].periods[1].quantiles;
        quantiles[6] / quantiles[2]
    };
    let (certain, wider) = (width(&text), width(&uncertain));
    // ln(q90/q10) of a lognormal with sd √(0.2² + (0.1/1.05)²).
    let exact = (2.0 * 1.281_551_566 * (0.04_f64 + (0.1_f64 / 1.05).powi(2)).sqrt()).exp();
    assert!(wider > 1.05 * certain, "{certain} {wider}");
    assert!((wider / exact - 1.0).abs() < 0.02, "{wider} {exact}");
}

#[test]
fn a_seed_pins_the_result() {
    // A peer's seed 42 gave 8.90, 8.90 and 8.96 % in three runs: it drew in the order of a hash map.
    let text = two_baselines(&normal(100.0, 20.0), &normal(100.0, 10.0), "");
    let hits = || {
        let scenario = setup::scenario(&text);
        setup::run(&Model::new(&scenario, 42), paths(50_000)).hits()
    };
    let first = hits();
    assert!((0..3).all(|_| hits() == first));
}
