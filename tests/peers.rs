//! Defects measured in other tools: each must not occur here.

#![allow(clippy::disallowed_methods)]

use crate::reference::closed_forms as exact;
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

const PATHS: u64 = 1_000_000;

/// Standard deviation and P(≥ 230) of the sum, in million.
fn sum_of(text: &str) -> (f64, f64) {
    let projection = setup::project(&setup::scenario(text), paths(PATHS));
    let total = &projection.series[0].periods[1];
    (total.std_dev.expect("moments exist"), projection.targets[0].probability().estimate.value)
}

/// Within 5 standard errors: σ/√(2n) of the standard deviation of normal values. They are cut at 0,
/// five standard deviations below their mean, which takes less than a thousandth of one error away.
fn assert_std_dev(found: f64, exact: f64) {
    let error = exact / (2.0 * PATHS as f64).sqrt();
    assert!((found - exact).abs() < 5.0 * error, "{found} for {exact} ± {error}");
}

/// Within 5 standard errors of P(N(200, σ²) ≥ 230).
fn assert_probability(found: f64, std_dev: f64) {
    let exact = exact::normal_upper(30.0 / std_dev);
    let error = (exact * (1.0 - exact) / PATHS as f64).sqrt();
    assert!((found - exact).abs() < 5.0 * error, "{found} for {exact} ± {error}");
}

#[test]
fn a_correlation_in_the_file_reaches_the_result() {
    // A peer parsed correlations and never applied them: it gave 22.26 and 8.96 % in both cases.
    let (a, b) = (normal(100.0, 20.0), normal(100.0, 10.0));
    let (std_dev, probability) = sum_of(&two_baselines(&a, &b, ""));
    assert_std_dev(std_dev, 500.0_f64.sqrt());
    assert_probability(probability, 500.0_f64.sqrt());
    let correlated = "[[correlation]]\nbetween = [\"a.baseline\", \"b.baseline\"]\nvalue = 0.99";
    let (std_dev, probability) = sum_of(&two_baselines(&a, &b, correlated));
    // Var(a + b) = 20² + 10² + 2 · 0.99 · 20 · 10.
    assert_std_dev(std_dev, 896.0_f64.sqrt());
    assert_probability(probability, 896.0_f64.sqrt());
}

#[test]
fn two_separate_inputs_of_one_distribution_are_independent() {
    // A peer cached draws by the text of the distribution: correlation exactly 1.
    let same = normal(100.0, 20.0);
    let (std_dev, _) = sum_of(&two_baselines(&same, &same, ""));
    assert_std_dev(std_dev, 800.0_f64.sqrt());
}

#[test]
fn truncation_renormalises_and_puts_no_mass_on_the_limit() {
    // A peer clamped: 5 % of N(0, 3) cut to [0, 5] sat exactly on 0.
    let cut = "{ normal = { mean = 0, std_dev = 3 }, truncate = { min = 0, max = 5 } }";
    let text = two_baselines(cut, "0", "");
    let model = Model::new(&setup::scenario(&text), 1);
    let state = setup::run(&model, paths(PATHS));
    let sketch = &state.series[0][1];
    assert!(sketch.minimum_bound() > 0.0 && sketch.maximum_bound() < 5e6);
    // Of the normal cut to [0, 5], with m = (φ(0) − φ(5/3))/(Φ(5/3) − ½): E = σ m and
    // Var = σ² (1 − 5/3 φ(5/3)/(Φ(5/3) − ½) − m²).
    let (within, limit) = (0.5 - exact::normal_upper(5.0 / 3.0), 5.0_f64 / 3.0);
    let density = |z: f64| (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let m = (density(0.0) - density(limit)) / within;
    let variance = 9.0 * (1.0 - limit * density(limit) / within - m * m);
    // 5 standard errors, and half a bucket of the sketch, 1/1024 of a value.
    let (mean, error) = (3.0 * m, (variance / PATHS as f64).sqrt());
    let off = (sketch.mean() / 1e6 - mean).abs();
    assert!(off < 5.0 * error + mean / 1024.0, "{} for {mean} ± {error}", sketch.mean());
    let share = (0.5 - exact::normal_upper(0.1 / 3.0)) / within;
    let error = (share * (1.0 - share) / PATHS as f64).sqrt();
    let found = sketch.count_below(0.1e6) / PATHS as f64;
    // The bucket that holds the limit is 1/512 of it wide.
    assert!((found - share).abs() < 5.0 * error + share / 512.0, "{found} for {share} ± {error}");
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
    // (1 − p)^10,000 = 5 %.
    let bound = 1.0 - 0.05_f64.powf(1e-4);
    assert!((none.interval.upper - bound).abs() < 1e-12 && none.standard_error > 0.0, "{none:?}");
    let all = estimate("1");
    assert_eq!((all.value, all.interval.upper), (1.0, 1.0));
    assert!((all.interval.lower - (1.0 - bound)).abs() < 1e-12, "{all:?}");
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
        let projection = setup::project(&setup::scenario(text), paths(PATHS));
        let quantiles = projection.series[0].periods[1].quantiles;
        quantiles[6] / quantiles[2]
    };
    let (certain, wider) = (width(&text), width(&uncertain));
    // Growth g is N(5 %, 10 %) and the log of the total ln(1 + g) + 0.2 z.
    let below = |log: f64| {
        let step = 0.01;
        let at = |index: i32| {
            let u = step * f64::from(index);
            let density = (-0.5 * u * u).exp() / (2.0 * std::f64::consts::PI).sqrt();
            density * step * exact::normal_upper(((1.05 + 0.1 * u).ln() - log) / 0.2)
        };
        (-800..=800).map(at).sum::<f64>()
    };
    let quantile = |p: f64| {
        let (mut low, mut high) = (-3.0, 3.0);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if below(middle) < p { low = middle } else { high = middle }
        }
        low
    };
    let exact = quantile(0.9) - quantile(0.1);
    assert!(wider > 1.05 * certain, "{certain} {wider}");
    // The difference of the two quantiles of n normals has a variance of 2 σ² 0.1 · 0.8/(n φ(1.28)²);
    // each quantile is known to a bucket, 1/512 of it.
    let density = (-0.5 * 1.281_551_566_f64.powi(2)).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let error = exact / (2.0 * 1.281_551_566) * (0.16 / PATHS as f64).sqrt() / density;
    let reach = 5.0 * error + 2.0 / 512.0;
    assert!((wider.ln() - exact).abs() < reach, "{} for {exact}, {reach}", wider.ln());
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
