//! Totals that hardly vary: a quantile sketch sees most of them in one bucket.

use crate::setup::{self, paths};
use tradecast::engine::{BATCH, State};
use tradecast::model::Model;
use tradecast::scenario::Scenario;

const SEEDS: std::ops::Range<u64> = 1..13;

fn flow(name: &str, value: u32, growth: &str) -> String {
    format!(
        r#"
[[flow]]
name = "{name}"
from = "A"
to = "B"
baseline = {{ period = "2025", value = {value} }}
growth.{growth}
"#
    )
}

fn with_target(at_least: u32, rest: &str) -> Scenario {
    let target = format!("[[target]]\nname = \"t\"\nat_least = {at_least}\nin = \"2027\"\n");
    setup::scenario(&format!("title = \"narrow\"\n{target}{rest}"))
}

/// A large certain flow beside a small one that varies.
fn certain_and_small() -> Scenario {
    let small = flow("small", 1, r#"random_walk = { median = "5%", volatility = "30%" }"#);
    with_target(5100, &(flow("large", 5000, r#"constant = "1%""#) + &small))
}

fn nearly_certain_growth() -> Scenario {
    let growth = r#"random_walk = { median = "4%", volatility = "0.001%", tails.student_t = 3 }"#;
    with_target(40, &flow("f", 40, growth))
}

fn small_measure() -> Scenario {
    let measure = r#"
[[intervention]]
name = "m"
lifts = { flows = "all", by.quantiles = { p10 = "0.01%", p50 = "0.04%", p90 = "0.09%" } }
"#;
    with_target(41, &(flow("f", 40, r#"constant = "1%""#) + measure))
}

/// The pilot sees one value only, but for a few seeds.
fn rare_closure(rate: &str) -> Scenario {
    let closure = format!(
        r#"
[[disruption]]
name = "closure"
rate_per_year = {rate}
duration = "20 days"
loss = 0.5
flows = ["f"]
"#
    );
    with_target(41, &(flow("f", 40, r#"constant = "1%""#) + &closure))
}

fn state(scenario: &Scenario, seed: u64, count: u64) -> State {
    setup::run(&Model::new(scenario, seed), paths(count))
}

#[test]
fn the_middle_of_what_hardly_varies_is_found_for_every_seed() {
    let scenarios = [
        certain_and_small(),
        nearly_certain_growth(),
        small_measure(),
        rare_closure("1e-5"),
        rare_closure("1e-3"),
    ];
    for (number, scenario) in scenarios.iter().enumerate() {
        for seed in SEEDS {
            let target = &state(scenario, seed, BATCH).targets[0];
            let share = target.band_paths as f64 / BATCH as f64;
            assert!(share > 0.05, "scenario {number}, seed {seed}: {share} of paths in the middle");
        }
    }
}

/// Nearly all totals share one bucket, so that the middle is all of them: what the small flow brings
/// there is its mean, 1.05² e^{0.3²} with two years of variance 0.3².
#[test]
fn a_small_flow_beside_a_certain_one_contributes_its_mean() {
    let (scenario, variance) = (certain_and_small(), 2.0 * 0.09);
    let mean = 1.05 * 1.05 * libm::exp(variance / 2.0);
    let error = mean * (libm::expm1(variance) / BATCH as f64).sqrt();
    for seed in SEEDS {
        let target = &state(&scenario, seed, BATCH).targets[0];
        let items = &target.items;
        let amount = |item: usize| 5100.0 * items[item].contribution.mean(target.band_paths);
        assert!((amount(0) - 5000.0 * 1.01 * 1.01).abs() < 1e-6, "seed {seed}: {}", amount(0));
        assert!((amount(1) - mean).abs() < 5.0 * error, "seed {seed}: {} for {mean}", amount(1));
    }
}

#[test]
fn the_middle_of_what_hardly_varies_is_the_same_whatever_the_run() {
    let scenario = certain_and_small();
    let model = [Model::new(&scenario, 2)];
    let (short, long) = (state(&scenario, 2, 1_000), state(&scenario, 2, BATCH));
    assert_eq!((short.targets[0].band_paths, long.targets[0].band_paths), (1_000, BATCH));
    let part = |range: std::ops::Range<u64>| setup::run_range(&model, range).states.remove(0);
    let mut parts = part(BATCH..2 * BATCH);
    parts.merge(&part(0..BATCH));
    assert!(parts == state(&scenario, 2, 2 * BATCH));
}
