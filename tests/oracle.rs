//! The engine against closed forms and quadratures, within 5 standard errors.

#![allow(clippy::disallowed_methods)]

use crate::reference::closed_forms as exact;
use crate::reference::simulator::Simulator;
use crate::setup;
use rand::SeedableRng;
use rand::rngs::ChaCha12Rng;
use statrs::distribution::{ContinuousCDF, StudentsT};
use tradecast::forecast::LocalLevel;
use tradecast::model::Model;
use tradecast::scenario::{Fitted, Growth, Quantity, Scenario};

const PATHS: u64 = 2_000_000;

fn one_flow(extra: &str) -> String {
    format!(
        r#"
title = "One flow"
[[target]]
name = "t"
at_least = 40
in = "2028"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = {{ period = "2025", value = 16 }}
growth.random_walk = {{ median = "8%", volatility = "35%" }}
{extra}
"#
    )
}

/// Asserts a share of paths against an exact probability.
fn assert_share(name: &str, hits: u64, exact: f64) {
    let share = hits as f64 / PATHS as f64;
    let error = (exact * (1.0 - exact) / PATHS as f64).sqrt();
    assert!((share - exact).abs() <= 5.0 * error, "{name}: {share} against {exact} ± {error}");
}

fn run(scenario: &Scenario) -> (Model, tradecast::engine::State) {
    let model = Model::new(scenario, 1);
    let state = setup::run(&model, setup::paths(PATHS));
    (model, state)
}

#[test]
fn one_lognormal_flow_in_and_by() {
    let (_, state) = run(&setup::scenario(&one_flow("")));
    let (log_ratio, drift) = (2.5_f64.ln(), 1.08_f64.ln());
    for years in 1..=3 {
        let inside = exact::probability_in(log_ratio, drift, 0.35, years);
        assert_share("in", state.targets[0].inside[years - 1], inside);
        let by = exact::probability_by(log_ratio, drift, 0.35, years);
        assert_share("by", state.targets[0].by[years - 1], by[years - 1]);
    }
}

#[test]
fn two_correlated_flows_by_quadrature() {
    let text = r#"
title = "Two flows"
[[target]]
name = "t"
at_least = 40
in = "2028"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = { period = "2025", value = 8 }
growth.random_walk = { median = "8%", volatility = "30%" }
[[flow]]
name = "g"
from = "B"
to = "A"
baseline = { period = "2025", value = 12 }
growth.random_walk = { median = "3%", volatility = "40%" }
[[correlation]]
between = ["f", "g"]
value = 0.5
"#;
    let (_, state) = run(&setup::scenario(text));
    let median = |base: f64, growth: f64| base * (1.0 + growth).powi(3);
    let root = 3.0_f64.sqrt();
    let exact = exact::two_lognormals_at_least(
        40.0,
        [median(8.0, 0.08), median(12.0, 0.03)],
        [0.3 * root, 0.4 * root],
        0.5,
    );
    assert_share("two flows", state.hits()[0], exact);
}

#[test]
fn student_t_shocks_over_one_and_three_years() {
    let text =
        one_flow("").replace("volatility = \"35%\"", "volatility = \"35%\", tails.student_t = 5");
    let (_, state) = run(&setup::scenario(&text));
    let (log_ratio, drift) = (2.5_f64.ln(), 1.08_f64.ln());
    let one = exact::student_t_one_step(log_ratio, drift, 0.35, 5.0);
    assert_share("one year", state.targets[0].inside[0], one);
    let three = exact::three_student_t_at_least((log_ratio - 3.0 * drift) / 0.35, 5.0);
    assert_share("three years", state.hits()[0], three);
}

#[test]
fn a_tree_of_interventions_with_needs() {
    // Amounts are powers of two, so that a total tells which interventions take effect.
    let mut text = r#"
title = "Tree"
[[target]]
name = "t"
at_least = 3.5
in = "2026"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = { period = "2025", value = 0 }
growth.constant = "0%"
"#
    .to_owned();
    let probabilities = [0.6, 0.5, 0.7, 0.9];
    let needs: [Vec<usize>; 4] = [vec![], vec![0], vec![1], vec![0, 2]];
    for (k, probability) in probabilities.iter().enumerate() {
        let list: Vec<String> = needs[k].iter().map(|need| format!("\"i{need}\"")).collect();
        text.push_str(&format!(
            "[[intervention]]\nname = \"i{k}\"\nprobability = {probability}\nneeds = [{}]\nadds = {{ flow = \"f\", per_year = {} }}\n",
            list.join(", "),
            1 << k
        ));
    }
    for at_least in [0.5, 1.5, 3.5, 7.5, 14.5] {
        let scenario = setup::with_settings(&text, &[&format!("target.t.at_least={at_least}")]);
        let (_, state) = run(&scenario);
        let tree = exact::event_tree(&probabilities, &needs);
        let exact: f64 =
            tree.iter().filter(|(set, _)| f64::from(*set) >= at_least).map(|branch| branch.1).sum();
        assert_share(&format!("≥ {at_least}"), state.hits()[0], exact);
    }
}

#[test]
fn forcing_an_intervention_splits_the_probability_exactly() {
    let extra = r#"
[[intervention]]
name = "i"
probability = 0.3
start = "2026-07"
ramp = "1 year"
lifts = { flows = "all", by = "60%" }
"#;
    let (_, state) = run(&setup::scenario(&one_flow(extra)));
    let (log_ratio, drift) = (2.5_f64.ln(), 1.08_f64.ln());
    let item = &state.targets[0].items[1];
    let no = exact::probability_in(log_ratio, drift, 0.35, 3);
    let yes = exact::probability_in(log_ratio - 1.6_f64.ln(), drift, 0.35, 3);
    assert_share("if no", item.hits_if_no, no);
    assert_share("if yes", item.hits_if_yes, yes);
    assert_share("in all", state.hits()[0], 0.3 * yes + 0.7 * no);
}

#[test]
fn starts_and_ramps_within_a_year_are_integrated_exactly() {
    // A ramp of 18 months from 1 July 2026: a year's mean is the integral of the line.
    let text = r#"
title = "Ramp"
[[target]]
name = "t"
at_least = 1000
in = "2028"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = { period = "2025", value = 0 }
growth.constant = "0%"
[[intervention]]
name = "i"
start = "2026-07"
ramp = "18 months"
adds = { flow = "f", per_year = 36 }
"#;
    let projection = setup::project(&setup::scenario(text), setup::paths(16));
    let medians: Vec<f64> =
        projection.series[0].periods.iter().map(tradecast::projection::FanPoint::median).collect();
    // ∫ t/1.5 dt over [0, ½] is 1/12; over [½, 1½] it is 2/3; then full.
    for (median, exact) in medians.iter().zip([0.0, 3.0, 24.0, 36.0]) {
        assert!((median - exact).abs() < 1e-9, "{medians:?}");
    }
}

#[test]
fn the_log_total_of_a_year_has_the_variance_of_an_annual_walk() {
    // DESIGN: with steps of 1/n year the log total of year h has variance σ²h to first order, and
    // its median rises by about σ²(1 − 1/n²)/12.
    let volatility: f64 = 0.2;
    for (step, n) in [("quarter", 4.0_f64), ("month", 12.0)] {
        let text = one_flow("")
            .replace("[[target]]", &format!("[calendar]\nstep = \"{step}\"\n[[target]]"))
            .replace("35%", "20%");
        let (model, state) = run(&setup::scenario(&text));
        for year in 1..=3_usize {
            let sketch = &state.series[model.targets[0].series][year];
            let exact_median = 16.0e6
                * 1.08_f64.powi(year as i32)
                * (volatility.powi(2) * (1.0 - 1.0 / (n * n)) / 12.0).exp();
            let median = sketch.quantile(0.5);
            assert!(
                (median / exact_median - 1.0).abs() < 0.002,
                "{step} {year}: {median} {exact_median}"
            );
            let spread =
                (sketch.quantile(0.841_344_746) / sketch.quantile(0.158_655_254)).ln() / 2.0;
            let exact = volatility * (year as f64).sqrt();
            assert!((spread / exact - 1.0).abs() < 0.005, "{step} {year}: {spread} {exact}");
        }
    }
}

#[test]
fn fiscal_totals_are_sums_of_quarters() {
    // Mean of the total of four quarters of a Gaussian walk, exactly.
    let text = one_flow("")
        .replace("[[target]]", "[calendar]\nstep = \"quarter\"\n[[target]]")
        .replace("growth.random_walk", "seasonal = [0.1, 0.2, 0.3, 0.4]\ngrowth.random_walk");
    let (model, state) = run(&setup::scenario(&text));
    let factors = [0.4, 0.8, 1.2, 1.6];
    for year in 1..=3_usize {
        let sketch = &state.series[model.targets[0].series][year];
        let (mean, variance) = exact::year_of_steps(16.0e6, 1.08_f64.ln(), 0.35, &factors, year);
        let error = (variance / PATHS as f64).sqrt();
        // The sketch knows a mean to 1/1024 at worst, and to far less on smooth distributions.
        assert!(
            (sketch.mean() - mean).abs() < 5.0 * error + 2e-6 * mean,
            "{} {mean}",
            sketch.mean()
        );
    }
}

/// The fit of the totals 5.9, 11.5, 20, 16 and 15.5 under the world prior, by another program.
const FIT: LocalLevel = LocalLevel {
    gap: 0.024104595,
    drift: 0.066869652,
    drift_sd: 0.03,
    // √(s² P), √s² and √(s² q), with P = 0.22372424, q = 0.27377669 and s² = 0.079363634.
    level_sd: 0.133250023,
    shock_sd: 0.281715520,
    transitory_sd: 0.147403911,
    df: 4.3151033,
};

/// A flow of 15.5 in 2025 that grows as the fit says, and more by some drift.
fn fitted(settings: &[&str], added_drift: f64) -> Scenario {
    let text = one_flow("").replace("value = 16", "value = 15.5");
    let mut scenario = setup::with_settings(&text, settings);
    scenario.flows[0].growth = Growth::Fitted(Fitted {
        level: FIT,
        drift: Quantity::Certain(0.06 + added_drift),
        prior_drift: 0.06,
        has_world_drift: true,
        own_share: 0.0,
        is_total: false,
        running: None,
        years: Vec::new(),
        findings: Vec::new(),
        ending_zeros: None,
    });
    scenario
}

/// Student's t of location gap + h drift and squared scale level² + h shock² + transitory² + (h
/// drift_sd)².
fn probability_of_fit(multiple: f64, years: f64, added_drift: f64) -> f64 {
    let squared = FIT.level_sd.powi(2)
        + years * FIT.shock_sd.powi(2)
        + FIT.transitory_sd.powi(2)
        + (years * FIT.drift_sd).powi(2);
    let location = FIT.gap + years * (FIT.drift + added_drift);
    let student = StudentsT::new(location, squared.sqrt(), FIT.df).expect("a distribution");
    student.sf(multiple.ln())
}

#[test]
fn a_fitted_flow_has_its_closed_form_whatever_the_steps() {
    // P(doubles in 3 years) of the same other program.
    assert!((probability_of_fit(2.0, 3.0, 0.0) - 0.213445).abs() < 1e-5);
    let quarters = ["calendar.step=quarter"];
    for (settings, added_drift) in [(&[][..], 0.0), (&quarters[..], 0.0), (&[][..], 0.04)] {
        let (_, state) = run(&fitted(settings, added_drift));
        for years in 1..=3 {
            let exact = probability_of_fit(40.0 / 15.5, f64::from(years), added_drift);
            let hits = state.targets[0].inside[years as usize - 1];
            assert_share(&format!("{years} years {settings:?}"), hits, exact);
        }
    }
    let fiscal =
        ["calendar.fiscal_year_starts=July", "target.t.in=FY2027-28", "target.t.at_least=200"];
    let (_, state) = run(&fitted(&fiscal, 0.0));
    let hits = state.targets[0].inside.last().expect("its own period");
    assert_share("2.5 years", *hits, probability_of_fit(200.0 / 15.5, 2.5, 0.0));
}

/// Years of one path hang together as in the plain simulator: what "within 3 years" needs.
#[test]
fn the_years_of_a_fitted_flow_hang_together() {
    const PLAIN: u64 = 200_000;
    let scenario = fitted(&["calendar.step=quarter"], 0.0);
    let simulator = Simulator::new(&scenario);
    let target = &scenario.targets[0];
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let reaches = |_: &u64| {
        let path = simulator.path(&mut rng);
        let mut periods = simulator.periods(target).into_iter();
        periods.any(|period| simulator.total(&path, target, period) >= target.at_least.single())
    };
    let plain = (0..PLAIN).filter(reaches).count() as f64 / PLAIN as f64;
    let (_, state) = run(&scenario);
    let share = state.targets[0].by[2] as f64 / PATHS as f64;
    let variance = plain * (1.0 - plain) * (1.0 / PLAIN as f64 + 1.0 / PATHS as f64);
    assert!((share - plain).abs() < 5.0 * variance.sqrt(), "{share} against {plain}");
    assert!(share > probability_of_fit(40.0 / 15.5, 3.0, 0.0) * 1.05, "by is more than in");
}
