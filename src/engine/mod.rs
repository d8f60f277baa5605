//! Blocks of paths in parallel, and what is counted of them.
//!
//! Several models see the same paths of a block. Everything that crosses a block is an integer
//! ([`State`]), so any number of threads and any block size give the same result. Paths come in
//! batches; whoever observes a run can end it between two of them, and what is then there equals a
//! run of so many paths.

mod kernels;
mod record;
mod state;

pub use state::{ItemState, State, TargetState};

use crate::model::{Block, Model};
use crate::random::PointSource;
use crate::statistics::{PairedCounts, QuantileSketch};
use rayon::ThreadPool;
use record::Recorder;
use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Paths of a batch.
pub const BATCH: u64 = 1 << 17;

/// Paths that show roughly where the middle of a distribution lies.
const PILOT: u64 = 1 << 12;

/// Bytes of working room that a block should fit in: the inner cache of one core.
const BLOCK_BYTES: usize = 256 * 1024;

/// How much is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Everything a projection shows.
    Full,
    /// Attainment and the totals of targets only.
    Attainment,
}

/// What to simulate, and how.
pub struct Simulation<'a> {
    /// The models, which see the same paths.
    pub models: &'a [Model],
    /// Where points come from.
    pub points: &'a dyn PointSource,
    /// How much to count.
    pub detail: Detail,
    /// Targets to count jointly: for each, its index in every model.
    pub matched: &'a [Vec<usize>],
    /// The threads.
    pub pool: &'a ThreadPool,
    /// Paths of a block, a multiple of 16; none for a size that fits the cache.
    pub lanes: Option<usize>,
}

/// What was counted.
pub struct Outcome {
    /// One a model.
    pub states: Vec<State>,
    /// For each matched target and each model after the first: hits of the first and of that one.
    pub pairs: Vec<Vec<PairedCounts>>,
}

/// How far a run is.
pub struct Progress {
    /// Batches done.
    pub batches: u64,
    /// Paths done.
    pub paths: u64,
    /// For each model and target, the paths that reach it in its own period.
    pub hits: Vec<Vec<u64>>,
}

/// One thread's room and counts.
struct Worker {
    blocks: Vec<Block>,
    recorders: Vec<Recorder>,
    states: Vec<State>,
    pairs: Vec<Vec<PairedCounts>>,
}

impl Simulation<'_> {
    /// Simulates paths 0 to `paths`, and asks `observe` after each batch whether to go on.
    pub fn run(
        &self,
        paths: u64,
        mut observe: impl FnMut(&Progress) -> ControlFlow<()>,
    ) -> Outcome {
        let workers = self.workers();
        let is_full = self.detail == Detail::Full;
        if is_full {
            let wide = self.wide_bands();
            each_recorder(&workers, |model, recorder, _| recorder.collect(&wide[model]));
        }
        let (mut done, mut batches) = (0, 0);
        while done < paths {
            let end = paths.min(done + BATCH);
            // The whole first batch decides the middle band, however many of its paths count.
            let is_first = is_full && batches == 0;
            self.run_range(done..if is_first { BATCH } else { end }, end, &workers);
            if is_first {
                let bands = self.middle_bands(&workers);
                each_recorder(&workers, |model, recorder, state| {
                    recorder.settle(&self.models[model], &bands[model], state);
                });
            }
            (done, batches) = (end, batches + 1);
            if observe(&Progress { batches, paths: done, hits: hits(&workers) }).is_break() {
                break;
            }
        }
        merge(workers)
    }

    /// A band of each target's total that is sure to hold its middle band: 30–70 %, from so few
    /// paths that it costs next to nothing. 21 standard errors lie between 30 and 45 %.
    fn wide_bands(&self) -> Vec<Vec<Range<f64>>> {
        let pilot = Simulation { detail: Detail::Attainment, matched: &[], ..*self };
        let workers = pilot.workers();
        pilot.run_range(0..PILOT, PILOT, &workers);
        let outcome = merge(workers);
        let band = |sketch: &QuantileSketch| sketch.quantile(0.3)..sketch.quantile(0.7);
        let of_model = |(model, state): (&Model, &State)| {
            model.targets.iter().map(|target| band(state.own_total(target))).collect()
        };
        self.models.iter().zip(&outcome.states).map(of_model).collect()
    }

    /// The 45–55 % band of each target's total, from the first batch: the same whatever the run.
    fn middle_bands(&self, workers: &[Mutex<Worker>]) -> Vec<Vec<Range<f64>>> {
        let targets = self.models.iter().map(|model| model.targets.len());
        let mut totals: Vec<Vec<QuantileSketch>> =
            targets.map(|count| vec![QuantileSketch::new(); count]).collect();
        each_recorder(workers, |model, recorder, _| {
            for (total, seen) in totals[model].iter_mut().zip(recorder.batch_totals()) {
                total.merge(seen);
            }
        });
        let band = |sketch: &QuantileSketch| sketch.quantile(0.45)..sketch.quantile(0.55);
        totals.iter().map(|of_model| of_model.iter().map(band).collect()).collect()
    }

    fn workers(&self) -> Vec<Mutex<Worker>> {
        let lanes = self.lanes.unwrap_or_else(|| self.fitting_lanes());
        let worker = |_| {
            let recorder = |model| Recorder::new(model, self.detail, lanes);
            let others = self.models.len().saturating_sub(1);
            Mutex::new(Worker {
                blocks: self.models.iter().map(|model| model.block(lanes)).collect(),
                recorders: self.models.iter().map(recorder).collect(),
                states: self.models.iter().map(State::new).collect(),
                pairs: vec![vec![PairedCounts::default(); others]; self.matched.len()],
            })
        };
        (0..self.pool.current_num_threads()).map(worker).collect()
    }

    fn fitting_lanes(&self) -> usize {
        let bytes = self.models.iter().map(Model::bytes_a_path).max().unwrap_or(1);
        (BLOCK_BYTES / bytes / 64 * 64).clamp(64, 512)
    }

    /// Shares the blocks of a range of paths among the threads; those below `end` count.
    fn run_range(&self, paths: Range<u64>, end: u64, workers: &[Mutex<Worker>]) {
        let next = AtomicU64::new(paths.start);
        self.pool.broadcast(|context| {
            let worker = &workers[context.index()];
            let mut worker = worker.lock().unwrap_or_else(PoisonError::into_inner);
            let lanes = worker.blocks.first().map_or(1, Block::lanes) as u64;
            loop {
                let first = next.fetch_add(lanes, Ordering::Relaxed);
                if first >= paths.end {
                    return;
                }
                let drawn = (paths.end - first).min(lanes) as usize;
                let counted = end.saturating_sub(first).min(lanes) as usize;
                self.run_block(first, (drawn, counted), &mut worker);
            }
        });
    }

    fn run_block(&self, first: u64, (drawn, counted): (usize, usize), worker: &mut Worker) {
        let Worker { blocks, recorders, states, pairs } = worker;
        for (index, model) in self.models.iter().enumerate() {
            let block = &mut blocks[index];
            model.evaluate(self.points, first, block);
            recorders[index].record(model, block, (drawn, counted), &mut states[index]);
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
        for (model, (recorder, state)) in recorders.iter_mut().zip(states).enumerate() {
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

fn hits(workers: &[Mutex<Worker>]) -> Vec<Vec<u64>> {
    let mut sums: Vec<Vec<u64>> = Vec::new();
    for worker in workers {
        let worker = worker.lock().unwrap_or_else(PoisonError::into_inner);
        let counts: Vec<Vec<u64>> = worker.states.iter().map(State::hits).collect();
        if sums.is_empty() {
            sums = counts;
            continue;
        }
        for (sum, count) in sums.iter_mut().flatten().zip(counts.into_iter().flatten()) {
            *sum += count;
        }
    }
    sums
}

fn merge(workers: Vec<Mutex<Worker>>) -> Outcome {
    let mut workers = workers
        .into_iter()
        .map(|worker| worker.into_inner().unwrap_or_else(PoisonError::into_inner));
    let first = workers.next().expect("a pool has at least one thread");
    let mut outcome = Outcome { states: first.states, pairs: first.pairs };
    for worker in workers {
        for (state, other) in outcome.states.iter_mut().zip(&worker.states) {
            state.merge(other);
        }
        for (pair, other) in outcome.pairs.iter_mut().flatten().zip(worker.pairs.iter().flatten()) {
            pair.both += other.both;
            pair.first_only += other.first_only;
            pair.second_only += other.second_only;
            pair.neither += other.neither;
        }
    }
    outcome
}
