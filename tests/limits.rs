//! Legal input at the ends of what is allowed: it must be read, and work on it must end.

use crate::setup::{self, paths};
use tradecast::model::Model;
use tradecast::scenario::{Memory, Scenario};

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

/// Interventions of which each needs some of those before it.
fn needing(count: usize, needed: impl Fn(usize) -> std::ops::Range<usize>) -> String {
    let flow = ZEROS.split("[[intervention]]").next().expect("a flow");
    let flow = flow.replace("ZERO_SHARE", "0.0").replace("ZERO_PERCENT", "\"1%\"");
    let intervention = |index: usize| {
        let needs: Vec<String> = needed(index).map(|need| format!("\"i{need}\"")).collect();
        format!(
            "[[intervention]]\nname = \"i{index}\"\nprobability = 0.9\nneeds = [{}]\n\
             lifts = {{ flows = \"all\", by = \"1%\" }}\n",
            needs.join(", ")
        )
    };
    flow + &(0..count).map(intervention).collect::<String>()
}

/// The ways from one need to another double with each intervention that needs all earlier ones: 45
/// of them would take days to go through, and a long chain would overflow the stack.
#[test]
fn needs_are_checked_in_the_time_that_reading_them_takes() {
    let all_earlier = needing(45, |index| 0..index);
    let chain = needing(3_000, |index| index.saturating_sub(1)..index);
    for text in [all_earlier, chain] {
        let begun = std::time::Instant::now();
        let scenario = setup::scenario(&text);
        let outline = tradecast::outline::outline(&scenario);
        assert_eq!(outline.targets[0].effects.len(), scenario.interventions.len());
        let taken = begun.elapsed();
        assert!(taken.as_secs() < 20, "{taken:?}");
    }
}

/// The circle is found behind needs that lead nowhere, and shown from its first member.
#[test]
fn a_circle_of_needs_is_shown_whole() {
    let text = needing(40, |index| 0..index).replacen("needs = []", "needs = [\"i2\"]", 1);
    let error = Scenario::parse(&text, &Memory::default()).map(|_| ()).expect_err("a circle");
    let problem = format!("{error:?}");
    assert!(problem.contains("interventions need each other: i0 → i2 → i0"), "{problem}");
}
