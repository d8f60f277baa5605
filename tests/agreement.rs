//! The engine and the plain simulator share no code but the typed scenario and the map from a
//! normal to an uncertain value. On scenarios that use every feature at once they must agree
//! within 5 standard errors in every figure.

use crate::reference::simulator::{Path, Simulator};
use crate::setup;
use rand::SeedableRng;
use rand::rngs::ChaCha12Rng;
use tradecast::amount::{Amount, MoneyScale};
use tradecast::calendar::Period;
use tradecast::model::Model;
use tradecast::scenario::Scenario;

const REFERENCE_PATHS: u64 = 40_000;
const ENGINE_PATHS: u64 = 1_000_000;

/// Fiscal years, Student-t, drivers, needs, correlated happening, overlapping disruptions.
pub const YEARLY: &str = r#"
title = "Everything in fiscal years"
[money]
prices = { constant = 2027, deflator = "us-prices" }
[calendar]
fiscal_year_starts = "July"
[[target]]
name = "announced"
at_least = 130
in = "FY2028-29"
[[target]]
name = "exports-only"
at_least = 70
in = "FY2027-28"
flows = ["exports"]
[[flow]]
name = "exports"
from = "A"
to = "B"
baseline = { period = "FY2024-25", value.lognormal = { median = 40, sigma = 0.2 }, lost.beta = { mean = 0.2, concentration = 20 } }
growth.random_walk = { median.normal = { mean = "4%", std_dev = "2%" }, volatility = "25%", tails.student_t = 5, persistence = 0.3, transitory = "10%" }
elasticity = { gdp = 1.2, us-prices = 0.5 }
[[flow]]
name = "imports"
from = "B"
to = "A"
baseline = { period = "2023", value = 20 }
growth.mean_reverting = { trend = "5%", half_life = "2 years", volatility.quantiles = { p10 = "20%", p90 = "40%" } }
elasticity = { gdp.uniform = { min = 0.5, max = 1.5 } }
[[flow]]
name = "power"
from = "B"
to = "A"
baseline = { period = "FY2024-25", value = 0 }
growth.constant = "0%"
[[flow]]
name = "services"
from = "A"
to = "B"
baseline = { period = "FY2024-25", value.empirical = { values = [3, 8], weights = [2, 1] } }
growth.constant.triangular = { min = "-5%", mode = "3%", max = "10%" }
[[driver]]
name = "gdp"
growth.random_walk = { median = "4%", volatility = "5%", tails.student_t = 8, transitory = "2%" }
[[driver]]
name = "us-prices"
growth.mean_reverting = { trend = "2.5%", half_life = "3 years", volatility = "1.5%" }
[[intervention]]
name = "umbrella"
probability = 0.6
start = "2026-03"
[[intervention]]
name = "corridor"
probability.beta = { mean = 0.7, concentration = 10 }
start.triangular = { min = "2025-09", mode = "2026-06", max = "2029-12" }
ramp = "18 months"
needs = ["umbrella"]
lifts = { flows = ["exports", "imports"], by.quantiles = { p10 = "5%", p50 = "25%", p90 = "90%" } }
[[intervention]]
name = "line"
probability = 0.8
start.pert = { min = "2026-10", mode = "2027-09", max = "2030-12" }
ramp.uniform = { min = "6 months", max = "2 years" }
season = { from = "May", to = "September" }
adds = { flow = "power", per_year.pert = { min = 30, mode = 62, max = 85 } }
[[intervention]]
name = "winter-road"
probability = 0.5
start = "2026-11-15"
season = { from = "November", to = "February" }
lifts = { flows = ["exports"], by = "-20%" }
needs = ["corridor"]
[[disruption]]
name = "closure"
rate_per_year.gamma = { mean = 0.8, std_dev = 0.4 }
duration.quantiles = { p10 = "2 weeks", p90 = "6 months" }
loss.beta = { mean = 0.6, concentration = 8 }
flows = ["exports", "imports"]
ongoing = { until.triangular = { min = "2025-07", mode = "2026-06", max = "2028-06" } }
[[disruption]]
name = "strike"
rate_per_year = 2
duration = "1 month"
loss = "30%"
flows = ["exports", "power"]
[[correlation]]
between = ["exports", "gdp"]
value = 0.3
[[correlation]]
between = ["exports", "imports"]
value = -0.2
[[correlation]]
between = ["umbrella", "line"]
value = 0.6
[[correlation]]
between = ["exports.baseline", "line"]
value = 0.5
"#;

/// Quarters, seasons, persistence, a bootstrap, an aligned calendar year.
pub const QUARTERLY: &str = r#"
title = "Everything in quarters"
[calendar]
step = "quarter"
[[target]]
name = "announced"
at_least = 110
in = "2028"
[[target]]
name = "quarter"
at_least = 30
in = "2027-Q3"
[[flow]]
name = "exports"
from = "A"
to = "B"
baseline = { period = "2025", value = 40 }
growth.random_walk = { median = "8%", volatility = "30%", persistence = 0.5, transitory.uniform = { min = "5%", max = "15%" } }
elasticity = { gdp = 1.5 }
seasonal = ["10%", "20%", "40%", "30%"]
[[flow]]
name = "imports"
from = "B"
to = "A"
baseline = { period = "2025-Q4", value.lognormal = { median = 8, sigma = 0.1 } }
growth.random_walk = { median = "3%", volatility = "20%", tails.student_t = 4 }
seasonal = [0.05, 0.05, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05]
[[flow]]
name = "transit"
from = "B"
to = "A"
baseline = { period = "2025-Q3", value = 3 }
growth.bootstrap = { history = "HISTORY", block = "9 months" }
[[driver]]
name = "gdp"
growth.random_walk = { median = "4%", volatility = "4%", persistence = 0.6 }
[[intervention]]
name = "corridor"
probability = 0.7
start.uniform = { min = "2026-01", max = "2028-01" }
ramp = "15 months"
season = { from = "March", to = "October" }
lifts = { flows = "all", by = "40%" }
[[intervention]]
name = "line"
adds = { flow = "imports", per_year = 6 }
season = { from = "May", to = "September" }
[[disruption]]
name = "closure"
rate_per_year = 1.5
duration.lognormal = { median = "2 months", sigma = 0.8 }
loss.uniform = { min = 0.2, max = 1.0 }
flows = "all"
[[correlation]]
between = ["exports", "imports"]
value = 0.4
[[correlation]]
between = ["exports", "gdp"]
value = 0.3
"#;

const HISTORY: &str = "period,value
2022-Q1,2.0
2022-Q2,2.3
2022-Q3,2.1
2022-Q4,2.6
2023-Q1,2.2
2023-Q2,2.9
2023-Q3,3.1
2023-Q4,2.4
2024-Q1,2.7
";

/// The quarterly scenario, with its history beside it.
pub fn quarterly() -> Scenario {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let history = setup::file_in(&folder, "history.csv", HISTORY);
    setup::scenario(&QUARTERLY.replace("HISTORY", &history.display().to_string()))
}

#[test]
fn the_engine_agrees_with_the_plain_simulator_in_fiscal_years() {
    agree(&setup::scenario(YEARLY));
}

#[test]
fn the_engine_agrees_with_the_plain_simulator_in_quarters() {
    agree(&quarterly());
}

/// Compares everything that is counted.
fn agree(scenario: &Scenario) {
    let model = Model::new(scenario, 7);
    let state = setup::run(&model, setup::paths(ENGINE_PATHS));
    let simulator = Simulator::new(scenario);
    let mut rng = ChaCha12Rng::seed_from_u64(11);
    let paths: Vec<Path> = (0..REFERENCE_PATHS).map(|_| simulator.path(&mut rng)).collect();
    let mut checks = Checks::default();
    for (series, sketches) in model.series.iter().zip(&state.series) {
        let count = series.periods.len();
        for (position, (period, _)) in series.periods.iter().enumerate() {
            let values: Vec<f64> =
                paths.iter().map(|path| sum(&simulator, path, &series.flows, *period)).collect();
            let name = format!("{} {period}", series.name);
            checks.quantiles(&name, &values, |p| sketches[1 + position].quantile(p));
        }
        let baselines: Vec<f64> = paths
            .iter()
            .map(|path| series.flows.iter().map(|flow| path.baseline[*flow]).sum::<f64>())
            .map(|rate| rate * series.period_years())
            .collect();
        checks.quantiles(&format!("{} baseline", series.name), &baselines, |p| {
            sketches[0].quantile(p)
        });
        for (step, sketch) in sketches[1 + count..].iter().enumerate() {
            let values: Vec<f64> = paths
                .iter()
                .map(|path| series.flows.iter().map(|flow| path.flows[*flow][step]).sum())
                .collect();
            checks.quantiles(&format!("{} step {step}", series.name), &values, |p| {
                sketch.quantile(p)
            });
        }
    }
    for (index, target) in scenario.targets.iter().enumerate() {
        let counted = &state.targets[index];
        let periods = simulator.periods(target);
        assert_eq!(periods.len(), counted.inside.len());
        let mut reached = vec![false; paths.len()];
        for (position, period) in periods.iter().enumerate() {
            let hits: Vec<bool> = paths
                .iter()
                .map(|path| simulator.total(path, target, *period) >= target.at_least.single())
                .collect();
            reached.iter_mut().zip(&hits).for_each(|(reached, hit)| *reached |= hit);
            checks.share(&format!("{} in {period}", target.name), &hits, counted.inside[position]);
            checks.share(&format!("{} by {period}", target.name), &reached, counted.by[position]);
        }
        for (k, intervention) in scenario.interventions.iter().enumerate() {
            let steps = model.targets[index].own_steps();
            let active: Vec<bool> = paths
                .iter()
                .map(|path| {
                    path.takes_effect[k] && steps.clone().any(|t| path.activity[k][t] > 0.0)
                })
                .collect();
            let item = &counted.items[scenario.flows.len() + k];
            checks.share(&format!("{} at work", intervention.name), &active, item.active);
        }
        for (d, disruption) in scenario.disruptions.iter().enumerate() {
            let steps = model.targets[index].own_steps();
            let active: Vec<bool> =
                paths.iter().map(|path| steps.clone().any(|t| path.loss[d][t] > 0.0)).collect();
            let item = &counted.items[scenario.flows.len() + scenario.interventions.len() + d];
            checks.share(&format!("{} at work", disruption.name), &active, item.active);
        }
    }
    checks.report();
}

fn sum(simulator: &Simulator<'_>, path: &Path, flows: &[usize], period: Period) -> f64 {
    let target = tradecast::scenario::Target {
        name: String::new(),
        at_least: Amount::of_units(1.0, MoneyScale::ONE),
        period,
        flows: flows.to_vec(),
        is_of_all_flows: false,
        announced: None,
        measured_by: None,
        source: None,
    };
    simulator.total(path, &target, period)
}

/// Differences in standard errors, collected so that a failure shows all of them.
#[derive(Default)]
struct Checks {
    count: usize,
    failures: Vec<String>,
}

impl Checks {
    fn share(&mut self, name: &str, hits: &[bool], engine_hits: u64) {
        let (n, m) = (hits.len() as f64, ENGINE_PATHS as f64);
        let observed = hits.iter().filter(|hit| **hit).count() as f64 / n;
        let expected = engine_hits as f64 / m;
        // Half a path each keeps the error above zero where a share is 0 or 1.
        let p = (engine_hits as f64 + 0.5) / (m + 1.0);
        let error = (p * (1.0 - p) * (1.0 / n + 1.0 / m)).sqrt() + 0.5 / n;
        self.note(name, observed - expected, error);
    }

    /// The share of reference values below the engine's quantile is the quantile's probability; the
    /// sketch knows a quantile to within its bucket.
    fn quantiles(&mut self, name: &str, values: &[f64], quantile: impl Fn(f64) -> f64) {
        let (n, m) = (values.len() as f64, ENGINE_PATHS as f64);
        let share = |holds: &dyn Fn(f64) -> bool| {
            values.iter().filter(|value| holds(**value)).count() as f64 / n
        };
        for p in [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] {
            let value = quantile(p);
            let low = share(&|x| x < value * (1.0 - 1.0 / 512.0));
            let high = share(&|x| x <= value * (1.0 + 1.0 / 512.0));
            let error = (p * (1.0 - p) * (1.0 / n + 1.0 / m)).sqrt();
            let off = if p < low {
                low - p
            } else if p > high {
                high - p
            } else {
                0.0
            };
            self.note(&format!("{name} q{p}"), off, error);
        }
    }

    fn note(&mut self, name: &str, difference: f64, error: f64) {
        self.count += 1;
        if (difference / error).abs() > 5.0 {
            self.failures.push(format!("{name}: {:.1} standard errors", difference / error));
        }
    }

    fn report(&self) {
        assert!(self.count > 100, "only {} figures compared", self.count);
        assert!(self.failures.is_empty(), "{}", self.failures.join("\n"));
    }
}
