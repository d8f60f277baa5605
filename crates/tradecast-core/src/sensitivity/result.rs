//! The answer as plain data: inputs by how far they move P, and why cells are empty or negative.

use super::{Bar, Discovered, Indices, NoBox, Question};
use crate::model::InputKind;
use crate::statistics::Estimate;
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
    /// `current prices`, or those of a year.
    pub prices: String,
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
    pub notes: Vec<String>,
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
            prices: scenario.money.prices.to_string(),
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

fn notes(inputs: &[InputSensitivity], probability: &Estimate, paths: u64) -> Vec<String> {
    let mut notes = Vec::new();
    let rarer = probability.value.min(1.0 - probability.value) * paths as f64;
    if !inputs.is_empty() && rarer < FEW_HITS {
        let what = if probability.value < 0.5 { "reach" } else { "miss" };
        notes.push(format!(
            "only {rarer:.0} of {paths} paths {what} the target: what moves P is known roughly at best; more --paths would tell"
        ));
    }
    if inputs.is_empty() {
        notes.push("nothing in this scenario is uncertain: there is nothing to compare".to_owned());
        return notes;
    }
    if inputs.iter().any(|input| input.log_total.is_none()) {
        notes.push("shares of the log total are empty: the total is zero on some paths, where it has no logarithm, or it is the same on all".to_owned());
    }
    if inputs.iter().any(|input| input.reached.is_none()) {
        let what = if probability.value > 0.0 { "every path reaches" } else { "no path reaches" };
        notes.push(format!("shares of P are empty: {what} the target; more --paths, or a target nearer to the middle, would tell"));
    }
    if inputs.iter().any(|input| input.bar.is_none()) {
        notes.push("no bar where growth is resampled from a history: nothing of it can be fixed at a quantile".to_owned());
    }
    notes.extend(negative(inputs));
    if inputs.iter().any(|input| input.is_correlated) {
        notes.push("correlated inputs move together: a fixed one takes the others with it, first-order shares may then sum to more than the whole and a total may be below its first-order share; Shapley effects divide what is common evenly and sum to 100 %".to_owned());
    }
    notes
}

/// Why an index is below zero.
fn negative(inputs: &[InputSensitivity]) -> Option<String> {
    let all = inputs.iter().flat_map(|input| [&input.log_total, &input.reached]).flatten();
    let values = all.flat_map(|indices| [indices.first_order, indices.shapley]);
    let below: Vec<Estimate> = values.filter(|estimate| estimate.value < 0.0).collect();
    let clear = below.iter().filter(|estimate| estimate.interval.upper < 0.0).count();
    if below.is_empty() {
        return None;
    }
    let mut text = format!(
        "{} shares are estimated below zero: the exact share is near zero and the estimate has an error of its own; more --paths bring it nearer",
        below.len()
    );
    if clear > 0 {
        text.push_str(&format!(
            "; the intervals of {clear} lie below zero altogether, as one in forty does by chance"
        ));
    }
    Some(text)
}
