//! Blocks of paths in parallel, and what is counted of them.
//!
//! Several models see the same paths of a block. Everything that crosses a block is an integer
//! ([`State`]), so any number of threads and any block size give the same result. Paths come in
//! batches; whoever observes a run can end it between two of them, and what is then there equals a
//! run of so many paths. A range of batches can be run alone, on another machine: the outcomes of
//! ranges merge into that of the whole.

mod identity;
mod kernels;
mod outcome;
mod place;
mod plan;
mod record;
mod simulated;
mod state;
mod weighted;

pub use outcome::Outcome;
pub use place::{ForcedPlace, PeriodPlace, TargetPlace};
pub use plan::{Asked, Doubt, Plan};
pub use simulated::Simulated;
pub use state::{ItemState, State, TargetState};
pub use weighted::{PLAIN_TO_WEIGHTED, RowPlan, WeightedPlan, WeightedState};

use crate::importance::Criterion;
use crate::model::{Alike, Block, BlockPoints, Model, Twins, evaluate_in_turn};
use crate::random::{Given, Philox, PointSource, Quasi, ROUND, SCRAMBLINGS, STRETCH};
use crate::statistics::{PairedCounts, QuantileSketch, Tally};
use crate::threads::Threads;
use record::{Lanes, Recorder};
use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use weighted::{WeightedRun, WeightedWorker};

/// Paths of a batch.
pub const BATCH: u64 = 1 << 17;

/// Paths that show roughly where the middle of a distribution lies.
const PILOT: u64 = 1 << 12;

/// The share of the batch that a middle band must hold, half of what it is to hold.
const LEAST_IN_BAND: f64 = 0.05;

/// Bytes of working room that a block should fit in: the inner cache of one core.
const BLOCK_BYTES: usize = 1024 * 1024;

/// How much is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Everything a projection shows.
    Full,
    /// Attainment and the totals of targets only.
    Attainment,
    /// Attainment, and the total of each target in its own period alone: many models at a time take
    /// little memory.
    Own,
}

/// What to simulate, and how.
pub struct Simulation<'a> {
    /// The models, which see the same paths.
    pub models: &'a [Model],
    /// How probabilities are estimated.
    pub plan: &'a Plan,
    /// How much to count.
    pub detail: Detail,
    /// Targets to count jointly: for each, its index in every model.
    pub matched: &'a [Vec<usize>],
    /// The threads.
    pub threads: &'a Threads,
    /// Paths of a block, a multiple of 16; none for a size that fits the cache.
    pub lanes: Option<usize>,
}

/// How far a run is.
pub struct Progress {
    /// Batches done.
    pub batches: u64,
    /// The end of the paths done: all before it, from the start of the range, are.
    pub paths: u64,
    /// For each model and target, what was counted of reaching it in its own period.
    pub own: Vec<Vec<Tally>>,
}

/// One thread's room and counts.
struct Worker {
    blocks: Vec<Block>,
    twins: Vec<Twins>,
    recorders: Vec<Recorder>,
    /// By scrambling, where paths are evenly spread, else one; by model.
    states: Vec<Vec<State>>,
    /// Evenly spread points.
    spread: Option<Given>,
    pairs: Vec<Vec<PairedCounts>>,
    weighted: Option<WeightedWorker>,
}

impl Worker {
    fn into_outcome(self) -> Outcome {
        let Self { states: mut scramblings, pairs, weighted, .. } = self;
        let mut states = scramblings[0].clone();
        for others in &scramblings[1..] {
            states.iter_mut().zip(others).for_each(|(state, other)| state.merge(other));
        }
        if scramblings.len() == 1 {
            scramblings.clear();
        }
        Outcome { states, pairs, scramblings, weighted: weighted.map(|worker| worker.state) }
    }
}

impl Simulation<'_> {
    /// Simulates a range of paths, and asks `observe` after each batch whether to go on. Ranges
    /// without a gap, counted apart and merged, are one run. Evenly spread paths are as many more as
    /// complete a round of all scramblings.
    ///
    /// # Panics
    /// Where the range does not start with a batch, at a multiple of [`BATCH`]. It may end anywhere.
    pub fn run(
        &self,
        paths: Range<u64>,
        mut observe: impl FnMut(&Progress) -> ControlFlow<()>,
    ) -> Outcome {
        assert!(paths.start.is_multiple_of(BATCH), "a range of paths starts with a batch");
        let workers = self.workers();
        let is_full = self.detail == Detail::Full;
        if is_full {
            let wide = self.wide_bands();
            each_recorder(&workers, |model, recorder, _| recorder.collect(&wide[model]));
        }
        let end_of_all = match self.plan.spread {
            Some(_) => paths.end.next_multiple_of(ROUND),
            None => paths.end,
        };
        // The whole first batch decides the middle band, however many of its paths count: none of
        // them where the range starts later.
        if is_full && paths.start > 0 {
            self.run_range(0..BATCH, 0, &workers);
            self.settle(&workers);
        }
        let (mut done, mut batches) = (paths.start, 0);
        while done < end_of_all {
            let end = end_of_all.min(done + BATCH);
            let is_first = is_full && done == 0;
            self.run_range(done..if is_first { BATCH } else { end }, end, &workers);
            if is_first {
                self.settle(&workers);
            }
            self.run_weighted(
                done.div_ceil(PLAIN_TO_WEIGHTED)..end.div_ceil(PLAIN_TO_WEIGHTED),
                &workers,
            );
            (done, batches) = (end, batches + 1);
            if observe(&Progress { batches, paths: done, own: self.own(&workers) }).is_break() {
                break;
            }
        }
        merge(workers)
    }

    /// Counts what the first batch collected in the middle bands, which that batch decides.
    fn settle(&self, workers: &[Mutex<Worker>]) {
        let bands = self.middle_bands(workers);
        each_recorder(workers, |model, recorder, state| {
            recorder.settle(&self.models[model], &bands[model], state);
        });
    }

    /// What was counted so far of reaching each target in its own period.
    fn own(&self, workers: &[Mutex<Worker>]) -> Vec<Vec<Tally>> {
        let mut counts: Vec<Vec<Vec<(u64, u64)>>> = Vec::new();
        let mut weighted: Option<WeightedState> = None;
        for worker in workers {
            let worker = worker.lock().unwrap_or_else(PoisonError::into_inner);
            let of_state =
                |state: &State| state.hits().iter().map(|hits| (*hits, state.paths)).collect();
            let of_worker = |states: &Vec<State>| states.iter().map(of_state).collect();
            let own: Vec<Vec<Vec<(u64, u64)>>> = worker.states.iter().map(of_worker).collect();
            if counts.is_empty() {
                counts = own
            } else {
                let sums = counts.iter_mut().flatten().flatten();
                for (sum, own) in sums.zip(own.iter().flatten().flatten()) {
                    *sum = (sum.0 + own.0, sum.1 + own.1);
                }
            }
            match (&mut weighted, &worker.weighted) {
                (Some(sum), Some(worker)) => sum.merge(&worker.state),
                (sum, worker) => *sum = worker.as_ref().map(|worker| worker.state.clone()),
            }
        }
        let tally = |model: usize, target: usize| {
            let position = self.models[model].targets[target].periods.len() - 1;
            let one = |number: usize| counts[number][model][target];
            let counted = match &counts[..] {
                [_] => Tally::Plain { hits: one(0).0, paths: one(0).1 },
                _ => Tally::Spread(std::array::from_fn(one)),
            };
            let place = TargetPlace { model, target }.period(position);
            self.plan.choose(counted, weighted.as_ref(), place, Criterion::In).0
        };
        let of_model = |(index, model): (usize, &Model)| {
            (0..model.targets.len()).map(|target| tally(index, target)).collect()
        };
        self.models.iter().enumerate().map(of_model).collect()
    }

    /// A band of each target's total that is sure to hold its middle band: 40–60 %, from so few
    /// paths that it costs next to nothing. 6.4 standard errors lie between 40 and 45 %. Whole
    /// buckets, since where in a bucket a quantile lies depends on the extremes of what was counted.
    fn wide_bands(&self) -> Vec<Vec<Range<f64>>> {
        let pilot = Simulation { detail: Detail::Attainment, matched: &[], ..*self };
        let states = pilot.pilot(0..PILOT);
        let band = |sketch: &QuantileSketch| {
            QuantileSketch::whole_buckets(&(sketch.quantile(0.4)..sketch.quantile(0.6)))
        };
        let of_model = |(model, state): (&Model, &State)| {
            model.targets.iter().map(|target| band(state.own_total(target))).collect()
        };
        self.models.iter().zip(&states).map(of_model).collect()
    }

    /// The 45–55 % band of each target's total, from the first batch: the same whatever the run.
    /// Where nearly all totals share a bucket, its quantiles may lie where next to no total does: then
    /// the band is of whole buckets.
    fn middle_bands(&self, workers: &[Mutex<Worker>]) -> Vec<Vec<Range<f64>>> {
        let targets = self.models.iter().map(|model| model.targets.len());
        let mut totals: Vec<Vec<QuantileSketch>> =
            targets.map(|count| vec![QuantileSketch::new(); count]).collect();
        each_recorder(workers, |model, recorder, _| {
            for (total, seen) in totals[model].iter_mut().zip(recorder.batch_totals()) {
                total.merge(seen);
            }
        });
        let mut bands: Vec<Vec<Range<f64>>> = Vec::new();
        for of_model in &totals {
            let band = |sketch: &QuantileSketch| sketch.quantile(0.45)..sketch.quantile(0.55);
            bands.push(of_model.iter().map(band).collect());
        }
        let mut held: Vec<Vec<usize>> = totals.iter().map(|of| vec![0; of.len()]).collect();
        each_recorder(workers, |model, recorder, _| {
            for (target, held) in held[model].iter_mut().enumerate() {
                *held += recorder.batch_paths_within(target, &bands[model][target]);
            }
        });
        for (band, held) in bands.iter_mut().flatten().zip(held.iter().flatten()) {
            if (*held as f64) < LEAST_IN_BAND * BATCH as f64 {
                *band = QuantileSketch::whole_buckets(band);
            }
        }
        bands
    }

    /// Plain paths of a pilot, counted as [`Detail::Attainment`] is.
    fn pilot(&self, paths: Range<u64>) -> Vec<State> {
        let workers = self.workers();
        self.run_range(paths.clone(), paths.end, &workers);
        merge(workers).states
    }

    /// Weighted paths alone, where the plan has any: those beside plain paths `a..b` are
    /// `a / PLAIN_TO_WEIGHTED .. b / PLAIN_TO_WEIGHTED`, both rounded up. `observe` is told of every
    /// so many more.
    pub fn run_weighted_alone(
        &self,
        paths: Range<u64>,
        mut observe: impl FnMut(u64),
    ) -> Option<WeightedState> {
        let workers = self.workers();
        for start in paths.clone().step_by(BATCH as usize) {
            let end = paths.end.min(start + BATCH);
            self.run_weighted(start..end, &workers);
            observe(end - start);
        }
        merge(workers).weighted
    }

    fn workers(&self) -> Vec<Mutex<Worker>> {
        let lanes = self.lanes.unwrap_or_else(|| self.fitting_lanes());
        let twins: Vec<Twins> = (0..self.models.len())
            .map(|index| Twins::new(&self.models[index], &self.models[..index]))
            .collect();
        let worker = |_| {
            let recorder = |model| Recorder::new(model, self.detail, lanes);
            let others = self.models.len().saturating_sub(1);
            Mutex::new(Worker {
                blocks: self.models.iter().map(|model| model.block(lanes)).collect(),
                twins: twins.clone(),
                recorders: self.models.iter().map(recorder).collect(),
                states: vec![
                    self.models.iter().map(State::new).collect();
                    if self.plan.spread.is_some() { SCRAMBLINGS } else { 1 }
                ],
                spread: self.plan.spread.as_ref().map(|spread| spread.room(lanes)),
                pairs: vec![vec![PairedCounts::default(); others]; self.matched.len()],
                weighted: self.weighted_run().map(|run| WeightedWorker::new(run, lanes)),
            })
        };
        (0..self.threads.count()).map(worker).collect()
    }

    fn weighted_run(&self) -> Option<WeightedRun<'_>> {
        let Self { models, matched, detail, .. } = *self;
        let plan = self.plan.weighted.as_ref()?;
        Some(WeightedRun { plan, detail, models, matched })
    }

    fn fitting_lanes(&self) -> usize {
        let bytes = self.models.iter().map(Model::bytes_a_path).max().unwrap_or(1);
        let fitting = (BLOCK_BYTES / bytes).clamp(64, STRETCH as usize);
        1 << fitting.ilog2()
    }

    /// Runs a range of paths; those below `end` count.
    fn run_range(&self, paths: Range<u64>, end: u64, workers: &[Mutex<Worker>]) {
        self.share(&paths, workers, |first, lanes, worker| {
            let drawn = (paths.end - first).min(lanes) as usize;
            let counted = end.saturating_sub(first).min(lanes) as usize;
            self.run_block(first, Lanes { drawn, counted }, worker);
        });
    }

    /// Runs a range of weighted paths, where the plan has any.
    fn run_weighted(&self, paths: Range<u64>, workers: &[Mutex<Worker>]) {
        let Some(run) = self.weighted_run() else { return };
        self.share(&paths, workers, |first, lanes, Worker { blocks, twins, weighted, .. }| {
            if let Some(weighted) = weighted {
                let alike = Alike { models: self.models, twins };
                weighted.run_block(run, first..paths.end.min(first + lanes), alike, blocks);
            }
        });
    }

    /// Shares the blocks of a range of paths among the threads.
    fn share(
        &self,
        paths: &Range<u64>,
        workers: &[Mutex<Worker>],
        run: impl Fn(u64, u64, &mut Worker) + Sync,
    ) {
        let next = AtomicU64::new(paths.start);
        self.threads.broadcast(|thread| {
            let worker = &workers[thread];
            let mut worker = worker.lock().unwrap_or_else(PoisonError::into_inner);
            let lanes = worker.blocks.first().map_or(1, Block::lanes) as u64;
            loop {
                let first = next.fetch_add(lanes, Ordering::Relaxed);
                if first >= paths.end {
                    return;
                }
                run(first, lanes, &mut worker);
            }
        });
    }

    fn run_block(&self, first: u64, lanes: Lanes, worker: &mut Worker) {
        let Lanes { counted, .. } = lanes;
        let Worker { blocks, twins, recorders, states, spread, pairs, .. } = worker;
        let alike = Alike { models: self.models, twins };
        let mut points: &dyn PointSource = &Philox;
        let mut states = &mut states[0];
        if let (Some(plan), Some(room)) = (&self.plan.spread, spread) {
            plan.draw(first, room);
            points = room;
            states = &mut worker.states[Quasi::scrambling(first)];
        }
        for (index, model) in self.models.iter().enumerate() {
            let points = BlockPoints { source: points, first_path: first };
            let block = evaluate_in_turn(alike, index, points, blocks);
            recorders[index].record(model, block, lanes, &mut states[index]);
        }
        for (matched, pairs) in self.matched.iter().zip(pairs) {
            let reference = recorders[0].hits(matched[0]);
            for (other, pair) in pairs.iter_mut().enumerate() {
                let hits = recorders[other + 1].hits(matched[other + 1]);
                count_pairs(&reference[..counted], &hits[..counted], pair);
            }
        }
    }
}

/// Does something with each model's recorder and state on every thread.
fn each_recorder(workers: &[Mutex<Worker>], mut act: impl FnMut(usize, &mut Recorder, &mut State)) {
    for worker in workers {
        let mut worker = worker.lock().unwrap_or_else(PoisonError::into_inner);
        let Worker { recorders, states, .. } = &mut *worker;
        for (model, (recorder, state)) in recorders.iter_mut().zip(&mut states[0]).enumerate() {
            act(model, recorder, state);
        }
    }
}

fn count_pairs(first: &[bool], second: &[bool], pair: &mut PairedCounts) {
    for (first, second) in first.iter().zip(second) {
        match (first, second) {
            (true, true) => pair.both += 1,
            (true, false) => pair.first_only += 1,
            (false, true) => pair.second_only += 1,
            (false, false) => pair.neither += 1,
        }
    }
}

fn merge(workers: Vec<Mutex<Worker>>) -> Outcome {
    let outcomes = workers
        .into_iter()
        .map(|worker| worker.into_inner().unwrap_or_else(PoisonError::into_inner).into_outcome());
    outcomes
        .reduce(|mut sum, outcome| {
            sum.merge(&outcome);
            sum
        })
        .expect("a pool has at least one thread")
}
