//! Legal input at the ends of what is allowed: it must be read, and work on it must end.

use crate::setup::{self, paths};
use tradecast::model::Model;
use tradecast::scenario::Scenario;

/// A flow with a measure and a closure, of which each number may be 0.
const ZEROS: &str = r#"
title = "zeros"
[[target]]
name = "t"
at_least = 100
in = "2028"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = { period = "2025", value = 50 }
growth.random_walk = { median = ZERO_SHARE, volatility = { uniform = { min = ZERO_PERCENT, max = "9%" } } }
[[intervention]]
name = "m"
probability = ZERO_PERCENT
start = "2026-03"
ramp = ZERO_DURATION
adds = { flow = "f", per_year = ZERO }
[[disruption]]
name = "closure"
rate_per_year = ZERO
duration = "1 month"
loss = 0.5
flows = ["f"]
"#;

fn zeros(sign: &str) -> String {
    ZEROS
        .replace("ZERO_SHARE", &format!("{sign}0.0"))
        .replace("ZERO_PERCENT", &format!("\"{sign}0%\""))
        .replace("ZERO_DURATION", &format!("\"{sign}0 months\""))
        .replace("ZERO", &format!("{sign}0.0"))
}

fn bits_of_zeros(scenario: &Scenario) -> Vec<u64> {
    let quantities = scenario.quantities().into_iter();
    quantities.map(|it| it.quantity.reach().0.to_bits()).collect()
}

/// −0 a year of anything would make ln(u)/−0 = ∞, an event at once, without end.
#[test]
fn minus_zero_is_zero_in_a_file_and_a_setting() {
    let (zero, minus) = (setup::scenario(&zeros("")), setup::scenario(&zeros("-")));
    let state = |scenario: &Scenario| setup::run(&Model::new(scenario, 1), paths(1_000));
    assert_eq!(bits_of_zeros(&minus), bits_of_zeros(&zero));
    assert!(state(&minus) == state(&zero));
    let settings = ["disruption.closure.rate_per_year=-0.0", "intervention.m.probability=-0e5"];
    let set = setup::with_settings(&zeros(""), &settings);
    assert_eq!(bits_of_zeros(&set), bits_of_zeros(&zero));
    assert!(state(&set) == state(&zero));
}
