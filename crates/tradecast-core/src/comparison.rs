//! Scenarios side by side: differences in P under common random numbers, or between results that
//! were simulated apart.

use crate::amount::MoneyScale;
use crate::engine::{Simulated, State, TargetPlace};
use crate::importance::Criterion;
use crate::model::{Model, TargetModel};
use crate::projection::{Comparison, ComparisonRow, FanSlice, Pairing, Prices};
use crate::scenario::Scenario;
use crate::statistics::{
    Estimate, Interval, LEVEL, Tally, independent_difference, mean_of_scramblings,
    paired_difference, two_sided_z,
};
use crate::warning::Warning;

/// Why scenarios cannot be put side by side.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum CompareError {
    /// Nothing to compare with.
    #[error("there is nothing to compare with: {count} given")]
    TooFew {
        /// How many scenarios, or results.
        count: usize,
    },
    /// A target of the first is missing in another.
    #[error("{scenario} has no target \"{target}\", which {reference} has")]
    MissingTarget {
        /// The scenario.
        scenario: String,
        /// The first scenario.
        reference: String,
        /// The target.
        target: String,
    },
    /// Targets of one name that ask different questions.
    #[error("target \"{target}\" is {first} in {reference}, but {second} in {scenario}")]
    OtherTarget {
        /// The target.
        target: String,
        /// The first scenario.
        reference: String,
        /// What it asks there.
        first: String,
        /// The other scenario.
        scenario: String,
        /// What it asks there.
        second: String,
    },
}

/// One scenario's result for one target, before it is compared.
#[derive(Clone, Debug)]
pub struct Question {
    /// The target's name.
    pub target: String,
    /// Its amount, in `unit`.
    pub at_least: f64,
    /// Its period.
    pub period: String,
    /// The unit.
    pub unit: String,
    /// The prices.
    pub prices: Prices,
}

impl Question {
    fn describe(&self) -> String {
        format!("{} {} in {} at {}", self.at_least, self.unit, self.period, self.prices)
    }

    /// The questions of a scenario, in the order of its targets.
    pub fn of(scenario: &Scenario) -> Vec<Self> {
        let of_target = |target: &crate::scenario::Target| Self {
            target: target.name.clone(),
            at_least: target.at_least.in_units(),
            period: target.period.to_string(),
            unit: scenario.money.label(),
            prices: scenario.money.prices.stated(),
        };
        scenario.targets.iter().map(of_target).collect()
    }
}

/// Finds the targets of the first in all others: for each, its index in every scenario.
///
/// # Errors
/// A target that is missing, or asks another question.
pub fn match_targets(
    scenarios: &[(String, Vec<Question>)],
) -> Result<Vec<Vec<usize>>, CompareError> {
    let Some(((reference, questions), _)) = scenarios.split_first() else { return Ok(Vec::new()) };
    let position = |(name, others): &(String, Vec<Question>), question: &Question| {
        let found = others.iter().position(|other| other.target == question.target);
        let index = found.ok_or_else(|| CompareError::MissingTarget {
            scenario: name.clone(),
            reference: reference.clone(),
            target: question.target.clone(),
        })?;
        let (first, second) = (question.describe(), others[index].describe());
        if first != second {
            return Err(CompareError::OtherTarget {
                target: question.target.clone(),
                reference: reference.clone(),
                first,
                scenario: name.clone(),
                second,
            });
        }
        Ok(index)
    };
    let of_question = |question| scenarios.iter().map(|other| position(other, question)).collect();
    questions.iter().map(of_question).collect()
}

/// Compares scenarios that saw the same draws.
pub fn paired(
    scenarios: &[&Scenario],
    models: &[Model],
    matched: &[Vec<usize>],
    simulated: &Simulated,
) -> Comparison {
    let mut rows = Vec::new();
    for (position, indices) in matched.iter().enumerate() {
        for (index, scenario) in scenarios.iter().enumerate() {
            let (target, state) = (indices[index], &simulated.outcome.states[index]);
            let tally = |model: usize| {
                let position = models[model].targets[indices[model]].periods.len() - 1;
                {
                    let place = TargetPlace { model, target: indices[model] };
                    simulated.tally(place.period(position), Criterion::In).0
                }
            };
            let difference = (index > 0).then(|| {
                let tallies = [tally(0), tally(index)];
                difference(simulated, (position, indices), index, tallies)
            });
            let total = state.own_total(&models[index].targets[target]);
            let quantile = |p| scenario.money.scale.in_units(total.quantile(p));
            let question = &Question::of(scenario)[target];
            rows.push(ComparisonRow {
                scenario: scenario.name.clone(),
                title: scenario.title.clone(),
                target: question.target.clone(),
                at_least: question.at_least,
                period: question.period.clone(),
                prices: question.prices,
                measured_by: scenario.targets[target].measured_by.clone(),
                probability: tally(index).estimate(LEVEL),
                difference: difference.map(|(difference, _)| difference),
                pairing: difference.map_or(Pairing::CommonRandomNumbers, |(_, pairing)| pairing),
                median: quantile(0.5),
                q05: quantile(0.05),
                q95: quantile(0.95),
                unit: question.unit.clone(),
                fan: fan(&models[index], target, state, scenario.money.scale),
            });
        }
    }
    let mut warnings = doubts(scenarios);
    warnings.extend(yardsticks(&rows));
    Comparison { warnings, rows }
}

/// A target's total from the baseline period to its own, in units of `scale`.
fn fan(model: &Model, target: usize, state: &State, scale: MoneyScale) -> Vec<FanSlice> {
    let TargetModel { series, periods, .. } = &model.targets[target];
    let baseline = model.series[*series].baseline;
    let periods = std::iter::once(baseline).chain(periods.iter().map(|period| period.0));
    let slice = |(point, period)| {
        let sketch: &crate::statistics::QuantileSketch = &state.series[*series][point];
        FanSlice {
            period,
            quantiles: FanSlice::QUANTILES.map(|p| scale.in_units(sketch.quantile(p))),
        }
    };
    periods.enumerate().map(slice).collect()
}

/// P of another scenario minus that of the first, from paths that both saw: plain, weighted or
/// evenly spread ones, as both probabilities are. Where one is from plain and the other from weighted paths, these have
/// nothing in common.
fn difference(
    simulated: &Simulated,
    (number, matched): (usize, &[usize]),
    other: usize,
    [first, second]: [Tally; 2],
) -> (Estimate, Pairing) {
    match (first, second) {
        (Tally::Plain { .. }, Tally::Plain { .. }) => {
            let pairs = &simulated.outcome.pairs[number][other - 1];
            (paired_difference(pairs, LEVEL), Pairing::CommonRandomNumbers)
        }
        (Tally::Weighted(_), Tally::Weighted(_)) => {
            let (value, standard_error) = simulated.weighted_difference(number, matched, other);
            let reach = two_sided_z(LEVEL) * standard_error;
            let interval = Interval { level: LEVEL, lower: value - reach, upper: value + reach };
            (Estimate { value, standard_error, interval }, Pairing::CommonRandomNumbers)
        }
        (Tally::Spread(first), Tally::Spread(second)) => {
            let share = |(hits, paths): (u64, u64)| hits as f64 / paths as f64;
            let differences =
                std::array::from_fn(|number| share(second[number]) - share(first[number]));
            (mean_of_scramblings(&differences, LEVEL), Pairing::CommonRandomNumbers)
        }
        _ => {
            let [first, second] = [first, second].map(|tally| tally.estimate(LEVEL));
            (independent_difference(&first, &second), Pairing::OtherPaths)
        }
    }
}

/// Scenarios of which one target is judged by other statistics than in the first: their difference
/// is also that of the statistics.
fn yardsticks(rows: &[ComparisonRow]) -> Vec<Warning> {
    let judge = |row: &ComparisonRow| row.measured_by.clone();
    let mut reference: Option<&ComparisonRow> = None;
    let mut found = Vec::new();
    for row in rows {
        match reference {
            Some(first) if first.target == row.target => {
                if let (Some(own), Some(other)) = (judge(first), judge(row))
                    && own != other
                {
                    found.push(Warning::OtherYardstick {
                        scenario: row.scenario.clone(),
                        judged_by: other,
                        reference: first.scenario.clone(),
                        reference_judged_by: own,
                    });
                }
            }
            _ => reference = Some(row),
        }
    }
    found.dedup();
    found
}

/// What makes scenarios differ that is no assumption about trade.
fn doubts(scenarios: &[&Scenario]) -> Vec<Warning> {
    let Some((first, others)) = scenarios.split_first() else { return Vec::new() };
    let mut doubts = Vec::new();
    for other in others {
        let (scenario, reference) = (other.name.clone(), first.name.clone());
        if other.calendar.step != first.calendar.step {
            let (scenario, reference) = (scenario.clone(), reference.clone());
            doubts.push(Warning::OtherSteps { scenario, reference });
        }
        if other.simulation.seed != first.simulation.seed {
            doubts.push(Warning::OtherSeed { scenario, reference });
        }
    }
    doubts
}

/// Fills in the differences of rows that were simulated apart; `rows` by target, the first
/// scenario's first.
pub fn independent(mut rows: Vec<ComparisonRow>) -> Comparison {
    let mut reference: Option<ComparisonRow> = None;
    for row in &mut rows {
        row.pairing = Pairing::Independent;
        match &reference {
            Some(first) if first.target == row.target => {
                row.difference = Some(independent_difference(&first.probability, &row.probability));
            }
            _ => reference = Some(row.clone()),
        }
    }
    Comparison { warnings: yardsticks(&rows), rows }
}
