//! Doubts about a result that is usable all the same.

use crate::calendar::Step;
use crate::numerals;
use crate::projection::TargetProjection;
use crate::scenario::{Growth, Scenario, Tails};
use crate::statistics::trials_for_relative_error;

/// A doubt: what was seen, and what to do about it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Warning {
    /// The run ended before all paths were simulated.
    #[error("this run was cut short: {} of {} paths", numerals::count(*paths), numerals::count(*asked))]
    Partial {
        /// Paths simulated.
        paths: u64,
        /// Paths asked for.
        asked: u64,
    },
    /// All paths were simulated before the precision was reached.
    #[error("{} paths do not give the precision asked for; allow more with --paths", numerals::count(*paths))]
    Imprecise {
        /// Paths simulated.
        paths: u64,
    },
    /// Too few hits (or misses) for the probability to be resolved.
    #[error("{target}: {hits} of {} paths {what}, too few to pin the probability down; about {} paths would give it to within 10 % (--paths)", numerals::count(*paths), numerals::count(*needed))]
    Unresolved {
        /// The target.
        target: String,
        /// Paths that hit or miss, whichever are fewer.
        hits: u64,
        /// Whether hits or misses are few.
        what: &'static str,
        /// Paths simulated.
        paths: u64,
        /// Paths that would do.
        needed: u64,
    },
    /// No path reaches the target, or all do.
    #[error("{target}: {what} of {} paths {}, so only a bound on the probability is known; more paths (--paths) make the bound tighter", numerals::count(*paths), if *what == "none" { "reaches the target" } else { "reach the target" })]
    OnlyBound {
        /// The target.
        target: String,
        /// None or all.
        what: &'static str,
        /// Paths simulated.
        paths: u64,
    },
    /// Means that do not exist are left empty.
    #[error(
        "mean and standard deviation are left empty for {flows}: they are infinite under Student-t tails, fitted growth or a volatility without upper limit; read medians and quantiles"
    )]
    NoMoments {
        /// The flows.
        flows: String,
    },
    /// Student-t tails belong to a step's shock.
    #[error(
        "{series}: Student-t tails belong to the shock of a {step}, so sums over a year are closer to normal than the same tails on yearly steps"
    )]
    TailsOfShortSteps {
        /// The flow or driver.
        series: String,
        /// `quarter` or `month`.
        step: &'static str,
    },
    /// Something odd about a history.
    #[error("the history behind {flow}: {finding}")]
    History {
        /// The flow.
        flow: String,
        /// What was found.
        finding: String,
    },
    /// A history that already holds disruptions.
    #[error(
        "{disruption}: the history behind {flow} already contains past disruptions, so this one may count twice"
    )]
    DisruptionInHistory {
        /// The disruption.
        disruption: String,
        /// The flow.
        flow: String,
    },
    /// Weighted paths that do not serve the probability that they were drawn for.
    #[error(
        "{target}: {why}, so plain paths are used for its probability; more paths (--paths) or another seed may settle it"
    )]
    NotWeighted {
        /// The target.
        target: String,
        /// What is wrong with them.
        why: &'static str,
    },
    /// Values that were infinite.
    #[error(
        "some paths gave infinite amounts; the quantiles near them mean nothing: lower the volatility or cut its distribution"
    )]
    Overflow,
}

impl Warning {
    /// The doubts that a scenario raises by itself.
    pub fn of_scenario(scenario: &Scenario) -> Vec<Self> {
        let mut warnings = Vec::new();
        let growths = scenario.flows.iter().map(|flow| (&flow.name, &flow.growth));
        let growths = growths.chain(scenario.drivers.iter().map(|d| (&d.name, &d.growth)));
        let step = match scenario.calendar.step {
            Step::Year => None,
            Step::Quarter => Some("quarter"),
            Step::Month => Some("month"),
        };
        for (name, growth) in growths {
            if let (Some(step), Some(Tails::StudentT(_))) = (step, growth.tails()) {
                warnings.push(Self::TailsOfShortSteps { series: name.clone(), step });
            }
        }
        let flows = scenario.flows.iter().enumerate();
        let without_moments = flows.filter(|(index, _)| !scenario.has_moments(*index));
        let names: Vec<&str> = without_moments.map(|(_, flow)| flow.name.as_str()).collect();
        if !names.is_empty() {
            warnings.push(Self::NoMoments { flows: names.join(", ") });
        }
        for flow in &scenario.flows {
            let Growth::Fitted(fitted) = &flow.growth else { continue };
            let of_flow = |finding: &String| Self::History {
                flow: flow.name.clone(),
                finding: finding.clone(),
            };
            warnings.extend(fitted.findings.iter().map(of_flow));
        }
        for disruption in &scenario.disruptions {
            let has_history = |flow: &&usize| {
                let growth = &scenario.flows[**flow].growth;
                matches!(growth, Growth::Bootstrap { .. } | Growth::Fitted(_))
            };
            for flow in disruption.flows.iter().filter(has_history) {
                let flow = scenario.flows[*flow].name.clone();
                warnings
                    .push(Self::DisruptionInHistory { disruption: disruption.name.clone(), flow });
            }
        }
        warnings
    }

    /// Whether it is about empty cells of tables, not about the answer.
    pub fn is_about_tables(&self) -> bool {
        matches!(self, Self::NoMoments { .. })
    }

    /// The doubt that a target's probability raises: fewer than 100 hits or misses know it to no
    /// better than 10 %.
    pub fn of_target(target: &TargetProjection) -> Option<Self> {
        let probability = target.probability();
        let (paths, value) = (probability.paths, probability.estimate.value);
        let rare = value.min(1.0 - value);
        let hits = (rare * probability.effective_paths).round() as u64;
        let name = target.name.clone();
        if hits == 0 {
            let what = if value < 0.5 { "none" } else { "all" };
            return Some(Self::OnlyBound { target: name, what, paths });
        }
        let needed = two_digits(trials_for_relative_error(rare, 0.1));
        let what = if value < 0.5 { "reach the target" } else { "miss the target" };
        (hits < 100).then_some(Self::Unresolved { target: name, hits, what, paths, needed })
    }
}

/// A count rounded up to two significant digits: more would feign precision.
fn two_digits(count: f64) -> u64 {
    let unit = libm::pow(10.0, (libm::floor(libm::log10(count)) - 1.0).max(0.0));
    (libm::ceil(count / unit) * unit) as u64
}
