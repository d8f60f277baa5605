//! What a run, or a part of one, has counted: parts merge into the whole, and every probability is
//! read from the paths that serve it.

use super::{Doubt, ItemState, Plan, State, WeightedState};
use crate::importance::Criterion;
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

    /// What was counted for the probability of a period, and whether weighted paths that should
    /// have served it are in doubt.
    pub fn tally(
        &self,
        plan: &Plan,
        place: [usize; 3],
        criterion: Criterion,
    ) -> (Tally, Option<Doubt>) {
        let [model, target, position] = place;
        let counted = self.count(model, |state| {
            let counts = match criterion {
                Criterion::In => &state.targets[target].inside,
                Criterion::By => &state.targets[target].by,
            };
            counts[position]
        });
        plan.choose(counted, self.weighted.as_ref(), place, criterion)
    }

    /// What was counted of reaching a target in its own period if an intervention of a model with
    /// so many flows happens, and if it does not.
    pub fn forced(
        &self,
        plan: &Plan,
        [model, target, intervention]: [usize; 3],
        flows: usize,
    ) -> [Tally; 2] {
        let item = flows + intervention;
        let hits: [fn(&ItemState) -> u64; 2] = [|item| item.hits_if_yes, |item| item.hits_if_no];
        let tally = |answer: usize| {
            let plain = self.count(model, |state| hits[answer](&state.targets[target].items[item]));
            let place = [model, target, intervention];
            plan.choose_forced(plain, self.weighted.as_ref(), place, answer)
        };
        [tally(0), tally(1)]
    }

    /// What was counted of reaching a target in its own period where no intervention takes effect.
    pub fn without_measures(&self, plan: &Plan, place: [usize; 2]) -> Tally {
        let [model, target] = place;
        let plain = self.count(model, |state| state.targets[target].without_measures);
        plan.choose_without_measures(plain, self.weighted.as_ref(), place)
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

    /// The difference of a matched target's weighted hits between the first model and another.
    ///
    /// # Panics
    /// Without weighted paths.
    pub fn weighted_difference(
        &self,
        plan: &Plan,
        matched: (usize, &[usize]),
        other: usize,
    ) -> (f64, f64) {
        let planned = plan.weighted.as_ref().zip(self.weighted.as_ref());
        let (plan, state) = planned.expect("weighted paths");
        state.difference(plan, matched, other)
    }
}
