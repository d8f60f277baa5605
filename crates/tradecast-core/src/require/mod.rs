//! What it would take: the value of one key that gives a wanted probability, on common random
//! numbers.

mod amount;
mod curve;
mod period;
mod root;
mod steps;

use crate::scenario::Scenario;
use crate::statistics::Estimate;
use crate::vary::{Kind, Knob, Look, VaryError};

/// One key and the probabilities that are wanted.
#[derive(Clone, Debug)]
pub struct Question {
    /// What may vary.
    pub knob: Knob,
    /// The range in which it may, in the knob's own unit.
    pub range: (f64, f64),
    /// The probabilities, each strictly between 0 and 1.
    pub wanted: Vec<f64>,
}

/// What was found for one key.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// What varies.
    pub knob: Knob,
    /// The range that was searched, in the knob's own unit.
    pub range: (f64, f64),
    /// The scenario's own value.
    pub current: f64,
    /// The unit of amounts.
    pub unit: String,
    /// The probability over the range, for a figure: value and P, ascending.
    pub curve: Vec<(f64, f64)>,
    /// One a wanted probability, in their order.
    pub answers: Vec<Answer>,
}

impl Requirement {
    /// Whether a value is an end of the range that was searched: P may go on beyond it.
    pub fn is_end(&self, value: f64) -> bool {
        value <= self.range.0 || value >= self.range.1
    }
}

/// The answer to one wanted probability.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The wanted probability.
    pub wanted: f64,
    /// What was found.
    pub found: Found,
}

/// Whether the probability can be had, and where.
#[derive(Clone, Debug)]
pub enum Found {
    /// It can.
    Reached {
        /// The value, in the knob's own unit.
        value: f64,
        /// The least value that its 95 % interval holds; none where that lies below the range.
        lower: Option<f64>,
        /// The greatest; none where that lies above the range.
        upper: Option<f64>,
        /// The probability that was simulated at the value.
        attained: Estimate,
        /// How many more values in the range give the wanted probability, as far as was looked.
        others: usize,
    },
    /// It cannot.
    OutOfReach {
        /// The value where the probability comes nearest.
        value: f64,
        /// The probability there.
        nearest: Estimate,
        /// Whether the wanted probability is above all that was found (else below).
        is_above: bool,
        /// Whether the probability does not move at all.
        is_flat: bool,
    },
}

/// Finds what one key would have to be; none where the watch ended it.
///
/// # Errors
/// A range in which the scenario is not valid.
pub fn require(
    scenario: &Scenario,
    question: &Question,
    look: Look<'_>,
) -> Result<Option<Requirement>, VaryError> {
    let found = match question.knob.kind {
        Kind::Amount(..) => amount::find(scenario, question, look),
        Kind::Period(..) => period::find(scenario, question, look)?,
        Kind::Median(..) => root::find(scenario, question, look)?,
    };
    Ok(found.map(|(answers, curve)| Requirement {
        knob: question.knob.clone(),
        range: question.range,
        current: question.knob.current(scenario),
        unit: scenario.money.label(),
        curve,
        answers,
    }))
}

/// Finds what each of several keys would have to be, alone; none where the watch ended it.
///
/// # Errors
/// A range in which the scenario is not valid.
pub fn require_each(
    scenario: &Scenario,
    questions: &[Question],
    look: Look<'_>,
) -> Result<Option<Vec<Requirement>>, VaryError> {
    let mut requirements = Vec::new();
    for question in questions {
        match require(scenario, question, look)? {
            Some(found) => requirements.push(found),
            None => return Ok(None),
        }
    }
    Ok(Some(requirements))
}

/// The answers, and P over the range.
type FoundAll = (Vec<Answer>, Vec<(f64, f64)>);
