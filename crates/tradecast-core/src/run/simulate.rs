//! A simulation from its pilot to its end: batch by batch, until all paths are done, the precision
//! is reached, the time is over, or somebody interrupts.

use super::{Run, Stage, Stop, unless};
use crate::engine::{Asked, Detail, Plan, Progress, Simulated, Simulation};
use crate::model::Model;
use crate::scenario;
use crate::statistics::{is_reached, look_after};
use std::ops::Range;
use std::time::Instant;

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub struct Counting<'a> {
    /// How much of each model.
    pub detail: Detail,
    /// Targets to count jointly: for each, its index in every model.
    pub matched: &'a [Vec<usize>],
}

impl Counting<'static> {
    /// Everything, of each model alone.
    pub const FULL: Self = Self { detail: Detail::Full, matched: &[] };
    /// Attainment and totals, of each model alone.
    pub const ATTAINMENT: Self = Self { detail: Detail::Attainment, matched: &[] };
}

/// Why a simulation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// All paths that were asked for are simulated.
    AllPaths,
    /// The probabilities were as precise as asked for.
    Precise,
    /// The time that it may take is over.
    OutOfTime,
    /// The observer ended it.
    Interrupted,
}

impl Run<'_> {
    /// Simulates models on the same paths, estimating probabilities as a pilot of them finds best.
    pub fn simulate(
        &self,
        models: &[Model],
        simulation: scenario::Simulation,
        counting: Counting<'_>,
    ) -> Simulated {
        let paths = self.settings.stop.max_paths.unwrap_or(simulation.paths);
        self.simulate_range(models, simulation, counting, 0..paths)
    }

    /// As [`Run::simulate`], but a range of paths whatever the settings say of their number.
    pub(super) fn simulate_range(
        &self,
        models: &[Model],
        simulation: scenario::Simulation,
        counting: Counting<'_>,
        paths: Range<u64>,
    ) -> Simulated {
        let stop = &self.settings.stop;
        let started = stop.max_time.map(|limit| (Instant::now(), limit));
        let plan = self.plan(models, simulation, counting.detail);
        let (start, end) = (paths.start, paths.end);
        self.observer.progress(Stage::Paths, 0, end - start);
        let mut ending = Ending::AllPaths;
        let outcome = self.counted(models, &plan, counting).run(paths, |progress| {
            self.observer.progress(Stage::Paths, progress.paths.min(end) - start, end - start);
            let is_late = started.is_some_and(|(begin, limit)| begin.elapsed() >= limit);
            ending = if is_precise(progress, stop) {
                Ending::Precise
            } else if progress.paths >= end {
                Ending::AllPaths
            } else if self.observer.is_interrupted() {
                Ending::Interrupted
            } else if is_late {
                Ending::OutOfTime
            } else {
                Ending::AllPaths
            };
            unless(ending != Ending::AllPaths)
        });
        let done = outcome.states.first().map_or(0, |state| state.paths);
        let asked = if ending == Ending::Interrupted { end - start } else { done };
        let is_imprecise =
            stop.precision.is_some() && matches!(ending, Ending::AllPaths | Ending::OutOfTime);
        Simulated { outcome, plan, asked, is_imprecise }
    }

    /// How probabilities of models are estimated: what a pilot of them finds best.
    pub(super) fn plan(
        &self,
        models: &[Model],
        simulation: scenario::Simulation,
        detail: Detail,
    ) -> Plan {
        let scenario::Simulation { method, seed, .. } = simulation;
        let has_precision = self.settings.stop.precision.is_some();
        Plan::new(models, Asked { method, seed, detail, has_precision }, &self.threads)
    }

    /// The simulation of models on the threads of this run.
    pub(super) fn counted<'s>(
        &'s self,
        models: &'s [Model],
        plan: &'s Plan,
        counting: Counting<'s>,
    ) -> Simulation<'s> {
        let Counting { detail, matched } = counting;
        let (threads, lanes) = (&self.threads, self.settings.lanes);
        Simulation { models, plan, detail, matched, threads, lanes }
    }
}

/// Whether each probability is as precise as was asked for; looked at after 1, 2, 4, 8 … batches.
fn is_precise(progress: &Progress, stop: &Stop) -> bool {
    let (Some(precision), Some(look)) = (&stop.precision, look_after(progress.batches)) else {
        return false;
    };
    progress.own.iter().flatten().all(|tally| is_reached(tally, look, precision))
}
