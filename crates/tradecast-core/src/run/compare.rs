//! Scenarios side by side, on the same paths.

use super::{Counting, Run};
use crate::comparison::{self, CompareError, Question};
use crate::engine::Detail;
use crate::model::Model;
use crate::projection::Comparison;
use crate::scenario::Scenario;

/// A comparison, and what it was simulated with.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The scenarios side by side.
    pub comparison: Comparison,
    /// Paths simulated.
    pub paths: u64,
    /// The paths that there are when nobody interrupts.
    pub asked: u64,
    /// The seed of every draw.
    pub seed: u64,
}

impl Run<'_> {
    /// Simulates scenarios on the same paths, with the number of paths, the seed and the method of
    /// the first, and compares each with the first.
    ///
    /// # Errors
    /// Fewer than two scenarios, or some that ask different questions.
    pub fn compare(&self, scenarios: &[&Scenario]) -> Result<Compared, CompareError> {
        let matched = matched(scenarios)?;
        let simulation = self.settings.applied(scenarios[0]).simulation;
        let models: Vec<Model> =
            scenarios.iter().map(|scenario| Model::new(scenario, simulation.seed)).collect();
        let counting = Counting { detail: Detail::Attainment, matched: &matched };
        let simulated = self.simulate(&models, simulation, counting);
        Ok(Compared {
            comparison: comparison::paired(scenarios, &models, &matched, &simulated),
            paths: simulated.outcome.states[0].paths,
            asked: simulated.asked,
            seed: simulation.seed,
        })
    }
}

/// The targets of the first scenario in each: their indices.
///
/// # Errors
/// Fewer than two scenarios, or some that ask different questions.
pub fn matched(scenarios: &[&Scenario]) -> Result<Vec<Vec<usize>>, CompareError> {
    if scenarios.len() < 2 {
        return Err(CompareError::TooFew { count: scenarios.len() });
    }
    let questions: Vec<(String, Vec<Question>)> =
        scenarios.iter().map(|it| (it.name.clone(), Question::of(it))).collect();
    comparison::match_targets(&questions)
}
