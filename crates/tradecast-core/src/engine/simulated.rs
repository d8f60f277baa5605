//! What a simulation gave: the counts, and the plan that says which of them serve which probability.

use super::{Doubt, ForcedPlace, ItemState, Outcome, PeriodPlace, Plan, TargetPlace};
use crate::importance::Criterion;
use crate::statistics::Tally;

/// What a simulation gave.
#[derive(Clone, Debug)]
pub struct Simulated {
    /// What was counted.
    pub outcome: Outcome,
    /// How probabilities were estimated.
    pub plan: Plan,
    /// The paths that there are when nobody interrupts.
    pub asked: u64,
    /// Whether a precision was asked for and not reached.
    pub is_imprecise: bool,
}

impl Simulated {
    /// What was counted for the probability of a period, and whether weighted paths that should
    /// have served it are in doubt.
    pub fn tally(&self, place: PeriodPlace, criterion: Criterion) -> (Tally, Option<Doubt>) {
        let TargetPlace { model, target } = place.target;
        let counted = self.outcome.count(model, |state| {
            let counts = match criterion {
                Criterion::In => &state.targets[target].inside,
                Criterion::By => &state.targets[target].by,
            };
            counts[place.period]
        });
        self.plan.choose(counted, self.outcome.weighted.as_ref(), place, criterion)
    }

    /// What was counted of reaching a target in its own period if an intervention of a model with
    /// so many flows happens, and if it does not.
    pub fn forced(&self, place: ForcedPlace, flows: usize) -> [Tally; 2] {
        let TargetPlace { model, target } = place.target;
        let item = flows + place.intervention;
        let hits: [fn(&ItemState) -> u64; 2] = [|item| item.hits_if_yes, |item| item.hits_if_no];
        [0, 1].map(|answer| {
            let of = |state: &super::State| hits[answer](&state.targets[target].items[item]);
            let plain = self.outcome.count(model, of);
            self.plan.choose_forced(plain, self.outcome.weighted.as_ref(), place, answer)
        })
    }

    /// What was counted of reaching a target in its own period where no intervention takes effect.
    pub fn without_measures(&self, place: TargetPlace) -> Tally {
        let TargetPlace { model, target } = place;
        let of = |state: &super::State| state.targets[target].without_measures;
        let plain = self.outcome.count(model, of);
        self.plan.choose_without_measures(plain, self.outcome.weighted.as_ref(), place)
    }

    /// The mean difference of a matched target's weighted hits between the first model and another,
    /// and its standard error: the target is given by its number among the matched ones and its
    /// index in every model.
    ///
    /// # Panics
    /// Without weighted paths.
    pub fn weighted_difference(
        &self,
        number: usize,
        matched: &[usize],
        other: usize,
    ) -> (f64, f64) {
        let planned = self.plan.weighted.as_ref().zip(self.outcome.weighted.as_ref());
        let (plan, state) = planned.expect("weighted paths");
        state.difference(plan, (number, matched), other)
    }
}
