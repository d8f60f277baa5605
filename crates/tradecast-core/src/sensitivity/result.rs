//! The answer as plain data: inputs by how far they move P, and why cells are empty or negative.

use super::{Bar, Discovered, Indices, NoBox, Question};
use crate::model::InputKind;
use crate::projection::Prices;
use crate::statistics::Estimate;
use crate::warning::{Rarer, Warning};
use serde::Serialize;

/// What moves the probability of one target.
#[derive(Clone, Debug, Serialize)]
pub struct Sensitivity {
    /// The stem of the scenario's file.
    pub name: String,
    /// The scenario's title.
    pub title: String,
    /// The target.
    pub target: String,
    /// The amount to be reached, in the scenario's unit.
    pub at_least: f64,
    /// The unit.
    pub unit: String,
    /// The prices of amounts.
    pub prices: Prices,
    /// The target's period.
    pub period: String,
    /// Paths of each evaluation.
    pub paths: u64,
    /// The seed of every draw.
    pub seed: u64,
    /// P with all inputs left to chance.
    pub probability: Estimate,
    /// The inputs, what moves P most first.
    pub inputs: Vec<InputSensitivity>,
    /// The ranges of inputs in which the target is met; none where the hits are too few or no range
    /// matters.
    pub discovered: Option<Discovered>,
    /// Why there are none, if anything is uncertain.
    pub no_box: Option<NoBox>,
    /// Why figures are missing or negative, and how to read them.
    pub notes: Vec<Warning>,
}

/// What one input does.
#[derive(Clone, Debug, Serialize)]
pub struct InputSensitivity {
    /// Its name, as `flow.exports.growth.random_walk.median`.
    pub name: String,
    /// What it is.
    pub kind: InputKind,
    /// Whether other inputs are correlated with it.
    pub is_correlated: bool,
    /// What it is fixed at in the two ends of the bar.
    pub values: Option<[String; 2]>,
    /// P at its two ends; none where nothing can be fixed.
    pub bar: Option<Bar>,
    /// Shares of the variance of the log total; none where that is not defined.
    pub log_total: Option<Indices>,
    /// Shares of the variance of reaching the target, P (1 − P); none where P is 0 or 1.
    pub reached: Option<Indices>,
}

impl InputSensitivity {
    /// How far it moves P, as a probability; 0 where nothing can be fixed.
    pub fn size(&self) -> f64 {
        self.bar.map_or(0.0, |bar| bar.swing.value.abs())
    }

    /// The share of P that is its own, for inputs that move P alike.
    fn share(&self) -> f64 {
        [&self.reached, &self.log_total]
            .into_iter()
            .flatten()
            .next()
            .map_or(0.0, |i| i.shapley.value)
    }
}

impl Sensitivity {
    /// Sorts inputs and notes what needs a word.
    pub(super) fn new(
        question: &Question<'_>,
        paths: u64,
        (probability, mut inputs): (Estimate, Vec<InputSensitivity>),
        discovered: Result<Discovered, NoBox>,
    ) -> Self {
        inputs.sort_by(|a, b| b.size().total_cmp(&a.size()).then(b.share().total_cmp(&a.share())));
        let scenario = question.scenario;
        let target = &scenario.targets[question.target];
        Self {
            name: question.scenario.name.clone(),
            title: scenario.title.clone(),
            target: target.name.clone(),
            at_least: target.at_least.in_units(),
            unit: scenario.money.label(),
            prices: scenario.money.prices.stated(),
            period: target.period.to_string(),
            paths,
            seed: question.seed,
            notes: notes(&inputs, &probability, paths),
            probability,
            no_box: discovered.as_ref().err().copied().filter(|_| !inputs.is_empty()),
            inputs,
            discovered: discovered.ok(),
        }
    }
}

/// Hits, or misses, of which fewer tell little of what moves P.
const FEW_HITS: f64 = 100.0;

fn notes(inputs: &[InputSensitivity], probability: &Estimate, paths: u64) -> Vec<Warning> {
    if inputs.is_empty() {
        return vec![Warning::NothingUncertain];
    }
    let mut notes = Vec::new();
    let rarer = Rarer::of(probability.value);
    let count = probability.value.min(1.0 - probability.value) * paths as f64;
    if count < FEW_HITS {
        notes.push(Warning::FewHits { rarer, count: count.round() as u64, paths });
    }
    if inputs.iter().any(|input| input.log_total.is_none()) {
        notes.push(Warning::NoSharesOfTotal);
    }
    if inputs.iter().any(|input| input.reached.is_none()) {
        let rarer = if probability.value > 0.0 { Rarer::Misses } else { Rarer::Hits };
        notes.push(Warning::NoSharesOfP { rarer });
    }
    if inputs.iter().any(|input| input.bar.is_none()) {
        notes.push(Warning::NoBarOfResampled);
    }
    notes.extend(negative(inputs));
    if inputs.iter().any(|input| input.is_correlated) {
        notes.push(Warning::CorrelatedInputs);
    }
    notes
}

/// Shares that are estimated below zero, where there are any.
fn negative(inputs: &[InputSensitivity]) -> Option<Warning> {
    let all = inputs.iter().flat_map(|input| [&input.log_total, &input.reached]).flatten();
    let values = all.flat_map(|indices| [indices.first_order, indices.shapley]);
    let below: Vec<Estimate> = values.filter(|estimate| estimate.value < 0.0).collect();
    let clear = below.iter().filter(|estimate| estimate.interval.upper < 0.0).count();
    (!below.is_empty()).then_some(Warning::NegativeShares { count: below.len(), clear })
}
