//! Variants of a scenario on the same paths: the probability of a target and its total in each.

use crate::engine::{Detail, Plan, Simulation, State};
use crate::model::Model;
use crate::scenario::Scenario;
use crate::statistics::{Estimate, LEVEL, proportion};
use crate::threads::Work;

/// Models that are simulated at a time: more would leave the cache.
pub const TOGETHER: usize = 48;

/// Bytes that the blocks of all models of a simulation should fit in.
const ROOM: usize = 1024 * 1024;

/// On which paths variants are looked at.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// The index of the target.
    pub target: usize,
    /// The number of plain paths.
    pub paths: u64,
    /// The seed of every draw.
    pub seed: u64,
    /// The threads, and who is told of paths times models.
    pub work: Work<'a>,
}

/// What one variant gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Paths that reach the target in its own period.
    pub hits: u64,
    /// The probability that they estimate, with its 95 % interval.
    pub probability: Estimate,
    /// The 5 %, 50 % and 95 % quantile of the target's total, in single units of the currency.
    pub quantiles: [f64; 3],
}

/// Simulates variants on the same plain paths; none where the watch ended it.
pub fn simulate(variants: &[Scenario], look: Look<'_>) -> Option<Vec<Point>> {
    let mut points = Vec::new();
    for together in variants.chunks(TOGETHER) {
        let models: Vec<Model> =
            together.iter().map(|variant| Model::new(variant, look.seed)).collect();
        let states = states(&models, look)?;
        points.extend(models.iter().zip(&states).map(|(model, state)| point(model, state, look)));
    }
    Some(points)
}

fn point(model: &Model, state: &State, look: Look<'_>) -> Point {
    let hits = state.hits()[look.target];
    let total = state.own_total(&model.targets[look.target]);
    Point {
        hits,
        probability: proportion(hits, state.paths, LEVEL),
        quantiles: [0.05, 0.5, 0.95].map(|p| total.quantile(p)),
    }
}

/// What is counted of models on the same plain paths; none where the watch ended it.
pub fn states(models: &[Model], look: Look<'_>) -> Option<Vec<State>> {
    let plan = &Plan::plain();
    let bytes: usize = models.iter().map(Model::bytes_a_path).sum();
    let lanes = 1 << (ROOM / bytes.max(1)).clamp(64, 2048).ilog2();
    let (detail, threads) = (Detail::Own, look.work.threads);
    let simulation = Simulation { models, plan, detail, matched: &[], threads, lanes: Some(lanes) };
    let mut done = 0;
    let outcome = simulation.run(0..look.paths, |progress| {
        let new = (progress.paths - done) * models.len() as u64;
        done = progress.paths;
        (look.work.watch)(new)
    });
    (done == look.paths).then_some(outcome.states)
}
