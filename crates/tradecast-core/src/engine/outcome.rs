//! What a run, or a part of one, has counted: parts merge into the whole.

use super::{State, WeightedState};
use crate::random::SCRAMBLINGS;
use crate::statistics::{PairedCounts, Tally};
use serde::{Deserialize, Serialize};

/// What was counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// One a model.
    pub states: Vec<State>,
    /// For each matched target and each model after the first: hits of the first and of that one.
    pub pairs: Vec<Vec<PairedCounts>>,
    /// By scrambling of evenly spread paths, the states of its paths by model; otherwise empty.
    pub scramblings: Vec<Vec<State>>,
    /// What weighted paths counted, where there are any.
    pub weighted: Option<WeightedState>,
}

impl Outcome {
    /// Adds what another part of the same run has counted.
    pub fn merge(&mut self, other: &Self) {
        for (state, other) in self.states.iter_mut().zip(&other.states) {
            state.merge(other);
        }
        let scramblings = self.scramblings.iter_mut().flatten();
        for (state, other) in scramblings.zip(other.scramblings.iter().flatten()) {
            state.merge(other);
        }
        if let (Some(state), Some(other)) = (&mut self.weighted, &other.weighted) {
            state.merge(other);
        }
        for (pair, other) in self.pairs.iter_mut().flatten().zip(other.pairs.iter().flatten()) {
            pair.both += other.both;
            pair.first_only += other.first_only;
            pair.second_only += other.second_only;
            pair.neither += other.neither;
        }
    }

    /// A count of a model's unweighted paths.
    pub fn count(&self, model: usize, hits: impl Fn(&State) -> u64) -> Tally {
        let one = |state: &State| (hits(state), state.paths);
        let by_scrambling = |number: usize| one(&self.scramblings[number][model]);
        if self.scramblings.is_empty() {
            let (hits, paths) = one(&self.states[model]);
            return Tally::Plain { hits, paths };
        }
        Tally::Spread(std::array::from_fn(by_scrambling))
    }

    /// A figure of a model from each scrambling, where paths are evenly spread.
    pub fn by_scrambling(
        &self,
        model: usize,
        figure: impl Fn(&State) -> f64,
    ) -> Option<[f64; SCRAMBLINGS]> {
        let of_one = |number: usize| figure(&self.scramblings[number][model]);
        (!self.scramblings.is_empty()).then(|| std::array::from_fn(of_one))
    }
}
