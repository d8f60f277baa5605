//! Doubts about a result that is usable all the same, and why cells of its tables are empty: what was
//! seen, in numbers and names. Words for them are made by whoever shows them.

use crate::calendar::{Period, Step};
use crate::engine::Doubt;
use crate::history::Finding;
use crate::projection::{Prices, TargetProjection, Untold};
use crate::scenario::{Growth, Scenario, Tails};
use crate::statistics::trials_for_relative_error;
use serde::Serialize;

/// A doubt, or why cells are empty.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Warning {
    /// The run ended before all paths were simulated.
    Partial {
        /// Paths simulated.
        paths: u64,
        /// Paths asked for.
        asked: u64,
    },
    /// All paths were simulated before the precision was reached.
    Imprecise {
        /// Paths simulated.
        paths: u64,
    },
    /// Too few hits, or misses, for the probability to be resolved.
    Unresolved {
        /// The target.
        target: String,
        /// Which of the two are few.
        rarer: Rarer,
        /// How many of them there are.
        count: u64,
        /// Paths simulated.
        paths: u64,
        /// Paths that would do.
        needed: u64,
    },
    /// No path reaches the target, or all do.
    OnlyBound {
        /// The target.
        target: String,
        /// What there is none of.
        rarer: Rarer,
        /// Paths simulated.
        paths: u64,
    },
    /// Means that do not exist are left empty.
    NoMoments {
        /// The flows.
        flows: Vec<String>,
    },
    /// Student-t tails belong to a step's shock.
    TailsOfShortSteps {
        /// The flow or driver.
        series: String,
        /// A quarter or a month.
        step: Step,
    },
    /// Something odd about a history.
    History {
        /// The flow.
        flow: String,
        /// What was found.
        finding: Finding,
    },
    /// A history ends with zeros, which are left out.
    HistoryEndsInZeros {
        /// The flow.
        flow: String,
        /// The first of them.
        first: Period,
        /// The last period before them: the baseline.
        baseline: Period,
    },
    /// A history that already holds disruptions.
    DisruptionInHistory {
        /// The disruption.
        disruption: String,
        /// The flow.
        flow: String,
    },
    /// Weighted paths that do not serve the probability that they were drawn for.
    NotWeighted {
        /// The target.
        target: String,
        /// What is wrong with them.
        why: Doubt,
    },
    /// Values that were infinite.
    Overflow,
    /// A target has no outside view.
    NoOutsideView {
        /// The target.
        target: String,
        /// Why.
        why: NoOutsideView,
    },
    /// The spread of a probability over what is not known was asked for and is not told.
    NoSpread {
        /// The target.
        target: String,
        /// Why.
        why: Untold,
    },
    /// An end of that spread cannot be told from 0 or 1.
    OpenSpread {
        /// The target.
        target: String,
        /// Which end.
        end: SpreadEnd,
        /// Whether it lies near 0, else near 1.
        is_near_zero: bool,
        /// How near to 0 or 1 the paths of a draw can tell.
        least: f64,
        /// Paths of each draw.
        paths: u64,
    },
    /// A scenario that is compared has other steps.
    OtherSteps {
        /// The scenario.
        scenario: String,
        /// The first scenario.
        reference: String,
    },
    /// A scenario that is compared has another seed.
    OtherSeed {
        /// The scenario.
        scenario: String,
        /// The first scenario.
        reference: String,
    },
    /// A scenario that is compared is judged by other statistics.
    OtherYardstick {
        /// The scenario.
        scenario: String,
        /// Whose statistics judge it.
        judged_by: String,
        /// The first scenario.
        reference: String,
        /// Whose statistics judge that.
        reference_judged_by: String,
    },
    /// What holds for one member of an ensemble.
    OfMember {
        /// The member.
        member: String,
        /// What holds.
        warning: Box<Warning>,
    },
    /// Weights of an ensemble have no source.
    WeightsWithoutSource {
        /// How many.
        count: usize,
        /// Of how many members.
        of: usize,
    },
    /// A member has other paths, seed or method.
    OtherSettings {
        /// The member.
        member: String,
        /// The first member, whose are used.
        first: String,
    },
    /// Members of an ensemble are judged by different statistics.
    MixedYardsticks {
        /// The target.
        target: String,
        /// A member.
        member: String,
        /// Whose statistics judge it; none where nobody is named.
        judged_by: Option<String>,
        /// The first member.
        first: String,
        /// Whose statistics judge that.
        first_judged_by: Option<String>,
    },
    /// Too few hits, or misses, to tell what moves P.
    FewHits {
        /// Which of the two are few.
        rarer: Rarer,
        /// How many there are.
        count: u64,
        /// Paths simulated.
        paths: u64,
    },
    /// A scenario in which nothing can be compared.
    NothingUncertain,
    /// The log total has no shares.
    NoSharesOfTotal,
    /// P has no shares, as every path or none reaches the target.
    NoSharesOfP {
        /// What there is none of.
        rarer: Rarer,
    },
    /// Growth that is resampled from a history has no bar.
    NoBarOfResampled,
    /// Shares that are estimated below zero.
    NegativeShares {
        /// How many.
        count: usize,
        /// Of how many the whole interval lies there.
        clear: usize,
    },
    /// Inputs are correlated.
    CorrelatedInputs,
    /// Two scenarios differ in nothing that can move P.
    NoDifference,
    /// Hits, or misses, are too few to tell the bars of a waterfall apart.
    FewHitsToAttribute {
        /// Hits of the two scenarios.
        reached: [u64; 2],
        /// Paths simulated.
        paths: u64,
    },
    /// Few paths differ by an assumption.
    FewDiffer {
        /// The keys of the assumption.
        keys: Vec<String>,
        /// Paths that differ.
        paths: u64,
    },
}

/// Which outcome of a target is the rarer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rarer {
    /// That it is reached.
    Hits,
    /// That it is missed.
    Misses,
}

impl Rarer {
    /// Of this probability.
    pub fn of(probability: f64) -> Self {
        if probability < 0.5 { Self::Hits } else { Self::Misses }
    }
}

/// An end of the spread of a probability: its 5 or its 95 % quantile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpreadEnd {
    /// The 5 % quantile, `probability_low`.
    Low,
    /// The 95 % quantile, `probability_high`.
    High,
}

/// Why a target has no outside view.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "because", rename_all = "kebab-case")]
pub enum NoOutsideView {
    /// It counts in another currency than its figures.
    Currency {
        /// That of the scenario.
        currency: String,
    },
    /// It counts in constant prices.
    ConstantPrices {
        /// Which.
        prices: Prices,
    },
    /// It is not of a whole year.
    NotOfAYear {
        /// The target's period.
        period: Period,
    },
    /// Nothing is traded in the baseline.
    NoBase {
        /// The baseline, million USD.
        base: f64,
    },
    /// The target is below the baseline.
    BelowBase {
        /// The target, million USD.
        target: f64,
        /// The baseline, million USD.
        base: f64,
    },
    /// No time is left to grow.
    NoTime {
        /// Years from the baseline to the target.
        years: f64,
    },
}

impl Warning {
    /// The doubts that a scenario raises by itself.
    pub fn of_scenario(scenario: &Scenario) -> Vec<Self> {
        let mut warnings = Vec::new();
        let growths = scenario.flows.iter().map(|flow| (&flow.name, &flow.growth));
        let growths = growths.chain(scenario.drivers.iter().map(|d| (&d.name, &d.growth)));
        let step = scenario.calendar.step;
        for (name, growth) in growths {
            if let (Step::Quarter | Step::Month, Some(Tails::StudentT(_))) = (step, growth.tails())
            {
                warnings.push(Self::TailsOfShortSteps { series: name.clone(), step });
            }
        }
        let flows = scenario.flows.iter().enumerate();
        let without_moments = flows.filter(|(index, _)| !scenario.has_moments(*index));
        let flows: Vec<String> = without_moments.map(|(_, flow)| flow.name.clone()).collect();
        if !flows.is_empty() {
            warnings.push(Self::NoMoments { flows });
        }
        for flow in &scenario.flows {
            let Growth::Fitted(fitted) = &flow.growth else { continue };
            let of_flow = |finding: &Finding| Self::History {
                flow: flow.name.clone(),
                finding: finding.clone(),
            };
            warnings.extend(fitted.findings.iter().map(of_flow));
            warnings.extend(fitted.ending_zeros.map(|zeros| Self::HistoryEndsInZeros {
                flow: flow.name.clone(),
                first: zeros.first,
                baseline: zeros.baseline,
            }));
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
        matches!(
            self,
            Self::NoMoments { .. }
                | Self::NoOutsideView { .. }
                | Self::NoSpread { .. }
                | Self::OpenSpread { .. }
        )
    }

    /// The doubt that a target's probability raises: fewer than 100 hits or misses know it to no
    /// better than 10 %.
    pub fn of_target(target: &TargetProjection) -> Option<Self> {
        let probability = target.probability();
        let (paths, value) = (probability.paths, probability.estimate.value);
        let rare = value.min(1.0 - value);
        let count = (rare * probability.effective_paths).round() as u64;
        let (target, rarer) = (target.name.clone(), Rarer::of(value));
        if count == 0 {
            return Some(Self::OnlyBound { target, rarer, paths });
        }
        let needed = two_digits(trials_for_relative_error(rare, 0.1));
        (count < 100).then_some(Self::Unresolved { target, rarer, count, paths, needed })
    }
}

/// A count rounded up to two significant digits: more would feign precision.
fn two_digits(count: f64) -> u64 {
    let unit = libm::pow(10.0, (libm::floor(libm::log10(count)) - 1.0).max(0.0));
    (libm::ceil(count / unit) * unit) as u64
}
