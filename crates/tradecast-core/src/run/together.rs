//! Several scenarios: the plain paths of those that are alike are simulated together, as they share
//! most of their draws, and each has its own weighted paths beside them.

use super::{Counting, Run, Stage};
use crate::engine::{Outcome, PLAIN_TO_WEIGHTED, Simulated, State};
use crate::model::Model;
use crate::scenario::{Method, Scenario, Simulation};

/// Scenarios simulated together: more would keep much in memory and the first results late.
const TOGETHER: usize = 16;

/// What plain paths of several scenarios counted together.
struct Plain {
    /// One a scenario.
    states: Vec<State>,
    /// The paths that there are when nobody interrupts.
    asked: u64,
}

impl Run<'_> {
    /// Simulates scenarios one after the other with everything counted; ends where the observer
    /// interrupted, after those whose plain paths were under way.
    pub fn simulate_each<'s>(
        &'s self,
        scenarios: &'s [Scenario],
    ) -> impl Iterator<Item = (&'s Scenario, Model, Simulated)> + 's {
        let of_chunk = move |scenarios: &'s [Scenario]| {
            let given: Vec<Simulation> =
                scenarios.iter().map(|it| self.settings.applied(it).simulation).collect();
            let models: Vec<Model> = scenarios
                .iter()
                .zip(&given)
                .map(|(it, given)| Model::new(it, given.seed))
                .collect();
            let plain = self.simulate_plain_together(&models, &given);
            let is_together = plain.is_some();
            let one = move |(index, (scenario, model)): (usize, (&'s Scenario, Model))| {
                let simulated = match &plain {
                    Some(plain) => self.add_weighted(&model, given[index], (plain, index)),
                    None => {
                        let models = std::slice::from_ref(&model);
                        self.simulate(models, given[index], Counting::FULL)
                    }
                };
                (scenario, model, simulated)
            };
            let each = scenarios.iter().zip(models).enumerate();
            each.take_while(move |_| is_together || !self.observer.is_interrupted()).map(one)
        };
        let chunks = scenarios.chunks(TOGETHER);
        chunks.take_while(|_| !self.observer.is_interrupted()).flat_map(of_chunk)
    }

    /// Simulates the plain paths of scenarios together; nothing where they differ in paths, seed or
    /// method, or where each ends by itself.
    fn simulate_plain_together(&self, models: &[Model], given: &[Simulation]) -> Option<Plain> {
        let [first, others @ ..] = given else { return None };
        let stop = &self.settings.stop;
        let ends_alone = stop.precision.is_some() || stop.max_time.is_some();
        let is_spread = first.method == Method::QuasiMonteCarlo;
        let are_alike = others.iter().all(|other| other == first);
        if others.is_empty() || !are_alike || ends_alone || is_spread {
            return None;
        }
        let plain = Simulation { method: Method::MonteCarlo, ..*first };
        let Simulated { outcome, asked, .. } = self.simulate(models, plain, Counting::FULL);
        Some(Plain { states: outcome.states, asked })
    }

    /// Adds the weighted paths of one scenario to its plain ones.
    fn add_weighted(
        &self,
        model: &Model,
        given: Simulation,
        (plain, index): (&Plain, usize),
    ) -> Simulated {
        let models = std::slice::from_ref(model);
        let plan = self.plan(models, given, Counting::FULL.detail);
        let state = plain.states[index].clone();
        let has_weighted = plan.weighted.is_some();
        let paths = if has_weighted { state.paths.div_ceil(PLAIN_TO_WEIGHTED) } else { 0 };
        let mut done = 0;
        self.observer.progress(Stage::WeightedPaths, 0, paths);
        let counted = self.counted(models, &plan, Counting::FULL);
        let weighted = counted.run_weighted_alone(0..paths, |more| {
            done += more;
            self.observer.progress(Stage::WeightedPaths, done, paths);
        });
        let (states, asked) = (vec![state], plain.asked);
        let outcome = Outcome { states, pairs: Vec::new(), scramblings: Vec::new(), weighted };
        Simulated { outcome, plan, asked, is_imprecise: false }
    }
}
