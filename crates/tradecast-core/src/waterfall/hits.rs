//! How often scenarios reach their target on the same plain paths, by piece of them.

use crate::model::{Alike, Block, BlockPoints, Model, Twins, evaluate_in_turn};
use crate::random::Philox;
use crate::scenario::Scenario;
use crate::threads::Work;
use std::ops::Range;

/// Models that are simulated at a time: more would leave the cache.
const TOGETHER: usize = 48;

/// Bytes that the blocks of all models at a time should fit in.
const ROOM: usize = 1024 * 1024;

/// By piece and scenario, the paths that reach the scenario's only target; 0 for scenarios that the
/// piece does not want. None where the watch ended it.
pub fn hits(
    scenarios: &[Scenario],
    wanted: &[Vec<usize>],
    (paths_a_piece, seed): (u64, u64),
    work: Work<'_>,
) -> Option<Vec<Vec<u64>>> {
    let tasks: Vec<(usize, &[usize])> = wanted
        .iter()
        .enumerate()
        .flat_map(|(piece, places)| places.chunks(TOGETHER).map(move |some| (piece, some)))
        .collect();
    let run = |task: usize| {
        let (piece, places) = tasks[task];
        let first = piece as u64 * paths_a_piece;
        let models: Vec<Model> =
            places.iter().map(|place| Model::new(&scenarios[*place], seed)).collect();
        let counted = count(&models, first..first + paths_a_piece);
        let done = paths_a_piece * places.len() as u64;
        (work.watch)(done).is_continue().then_some((piece, places, counted))
    };
    let mut hits = vec![vec![0; scenarios.len()]; wanted.len()];
    for (piece, places, counted) in work.threads.try_map(tasks.len(), run)? {
        for (place, count) in places.iter().zip(counted) {
            hits[piece][*place] = count;
        }
    }
    Some(hits)
}

/// The paths of a range on which each of several models reaches its only target.
fn count(models: &[Model], paths: Range<u64>) -> Vec<u64> {
    let bytes: usize = models.iter().map(Model::bytes_a_path).sum();
    let lanes = 1_usize << (ROOM / bytes.max(1)).clamp(64, 2048).ilog2();
    let twins: Vec<Twins> =
        (0..models.len()).map(|index| Twins::new(&models[index], &models[..index])).collect();
    let mut blocks: Vec<Block> = models.iter().map(|model| model.block(lanes)).collect();
    let mut totals = vec![0.0; lanes];
    let mut hits = vec![0; models.len()];
    for first in paths.clone().step_by(lanes) {
        let counted = (paths.end - first).min(lanes as u64) as usize;
        for (index, hits) in hits.iter_mut().enumerate() {
            let alike = Alike { models, twins: &twins };
            let points = BlockPoints { source: &Philox, first_path: first };
            let block = evaluate_in_turn(alike, index, points, &mut blocks);
            let target = &models[index].targets[0];
            block.total(&target.flows, target.own_steps(), &mut totals);
            let reached = totals[..counted].iter().filter(|total| **total >= target.at_least);
            *hits += reached.count() as u64;
        }
    }
    hits
}
