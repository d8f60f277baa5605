//! The amount of a target that is reached with a wanted probability: an order statistic of the
//! simulated totals.

use super::{Answer, Found, FoundAll, Question};
use crate::model::Model;
use crate::random::Philox;
use crate::scenario::Scenario;
use crate::statistics::{LEVEL, proportion, quantile_ranks};
use crate::vary::Look;
use std::ops::ControlFlow;

/// Paths of a block.
const LANES: u64 = 256;
/// Blocks that one thread takes at a time, in one room.
const BLOCKS: u64 = 16;
/// Paths between two looks at the watch.
const BATCH: u64 = 1 << 17;
/// Points of the curve.
const POINTS: usize = 65;

/// Finds the amounts; none where the watch ended it.
pub fn find(scenario: &Scenario, question: &Question, look: Look<'_>) -> Option<FoundAll> {
    let totals = totals(&Model::new(scenario, look.seed), look)?;
    let answer =
        |wanted: &f64| Answer { wanted: *wanted, found: at(&totals, *wanted, question.range) };
    let answers = question.wanted.iter().map(answer).collect();
    let point = |index: usize| {
        let share = index as f64 / (POINTS - 1) as f64;
        let rank = ((totals.len() - 1) as f64 * (0.002 + 0.996 * share)) as usize;
        (totals[rank], probability(&totals, totals[rank]))
    };
    Some((answers, (0..POINTS).map(point).collect()))
}

/// The totals of the target's own period, ascending.
fn totals(model: &Model, look: Look<'_>) -> Option<Vec<f64>> {
    let target = &model.targets[look.target];
    let mut totals = Vec::with_capacity(look.paths as usize);
    let room = || (model.block(LANES as usize), vec![0.0; LANES as usize]);
    let mut first = 0;
    while first < look.paths {
        let end = look.paths.min(first + BATCH);
        let blocks = (end - first).div_ceil(LANES);
        let parts = look.work.threads.map(blocks.div_ceil(BLOCKS) as usize, |part| {
            let (mut block, mut row) = room();
            let mut of_part = Vec::new();
            let numbers = part as u64 * BLOCKS..blocks.min((part as u64 + 1) * BLOCKS);
            for number in numbers {
                let start = first + number * LANES;
                model.evaluate(&Philox, start, &mut block);
                block.total(&target.flows, target.own_steps(), &mut row);
                of_part.extend_from_slice(&row[..(end - start).min(LANES) as usize]);
            }
            of_part
        });
        totals.extend(parts.into_iter().flatten());
        if (look.work.watch)(end - first) == ControlFlow::Break(()) && end < look.paths {
            return None;
        }
        first = end;
    }
    look.work.threads.sort(&mut totals);
    Some(totals)
}

/// The share of the totals that reach an amount.
fn probability(totals: &[f64], amount: f64) -> f64 {
    let missed = totals.partition_point(|total| *total < amount);
    (totals.len() - missed) as f64 / totals.len() as f64
}

/// The greatest amount that at least the wanted share of the totals reach.
fn at(totals: &[f64], wanted: f64, (least, greatest): (f64, f64)) -> Found {
    let paths = totals.len();
    let reaching = (libm::ceil(paths as f64 * wanted - 1e-6) as usize).clamp(1, paths);
    let value = totals[paths - reaching];
    let estimate = |amount: f64| {
        let missed = totals.partition_point(|total| *total < amount);
        proportion((paths - missed) as u64, paths as u64, LEVEL)
    };
    if value < least || value > greatest || value <= 0.0 {
        let end = value.clamp(least, greatest);
        let is_above = value < least || value <= 0.0;
        let nearest = estimate(end);
        return Found::OutOfReach { value: end, nearest, is_above, is_flat: false };
    }
    let ranks = quantile_ranks(paths as u64, 1.0 - wanted, LEVEL);
    let (lower, upper) = match ranks {
        Some((lower, upper)) => {
            (Some(totals[lower as usize - 1]), Some(totals[upper as usize - 1]))
        }
        None => (None, None),
    };
    Found::Reached { value, lower, upper, attained: estimate(value), others: 0 }
}
