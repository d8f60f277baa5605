//! Nested simulation: for each of many draws of what is not known, the share of paths that reach the
//! target by chance.

use crate::model::{Block, Input, InputKind, Model};
use crate::random::{GROUP, Held, Philox, PointSource, Variable};
use crate::sensitivity::{Blend, blends, mixed_variables};
use crate::threads::Work;
use std::collections::HashMap;
use std::ops::Range;

/// Draws of what is not known, a multiple of [`GROUP`].
pub const DRAWS: u64 = 1024;

/// Paths that each draw has; and where that is too few.
pub const FIRST_PATHS: u64 = 1 << 12;
/// See [`FIRST_PATHS`].
pub const MOST_PATHS: u64 = 1 << 13;

/// Hits, and misses, that a draw should have on average.
const WANTED_HITS: f64 = 30.0;

/// Draw k has the once-a-path numbers of the plain path `DRAWS_FROM + k`, and its paths those from
/// `PATHS_FROM + k` [`MOST_PATHS`] on: of no run.
pub const DRAWS_FROM: u64 = 3 << 60;
/// See [`DRAWS_FROM`].
pub const PATHS_FROM: u64 = DRAWS_FROM + (1 << 40);

/// Paths of a block.
const LANES: usize = 256;

/// What a nested simulation counted for one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hits {
    /// Paths of each draw.
    pub paths: u64,
    /// By draw: paths whose total reaches the target in its own period.
    pub hits: Vec<u64>,
}

/// Simulates [`DRAWS`] draws of every quantity of a model that is drawn once a path, each on
/// [`FIRST_PATHS`] paths, and on [`MOST_PATHS`] for targets whose hits or misses are rare: by target,
/// what no other target changes. `inputs` are the model's; the watch is told of paths. None where it
/// ended the work. The same for any number of threads.
pub fn nested(model: &Model, inputs: &[Input], work: Work<'_>) -> Option<Vec<Hits>> {
    let first = count(model, inputs, 0..FIRST_PATHS, work)?;
    let mut found: Vec<Hits> =
        first.into_iter().map(|hits| Hits { paths: FIRST_PATHS, hits }).collect();
    if found.iter().any(Hits::are_few) {
        let more = count(model, inputs, FIRST_PATHS..MOST_PATHS, work)?;
        for (hits, more) in found.iter_mut().zip(more).filter(|(hits, _)| hits.are_few()) {
            hits.paths = MOST_PATHS;
            hits.hits.iter_mut().zip(more).for_each(|(hits, more)| *hits += more);
        }
    }
    Some(found)
}

/// By target, by draw: the hits of a range of each draw's paths.
fn count(
    model: &Model,
    inputs: &[Input],
    paths: Range<u64>,
    work: Work<'_>,
) -> Option<Vec<Vec<u64>>> {
    let group = |group: usize| {
        let hits = Group::new(model, inputs, group as u64).hits(paths.clone());
        let done = GROUP as u64 * (paths.end - paths.start);
        (work.watch)(done).is_continue().then_some(hits)
    };
    let groups: Vec<Vec<Vec<u64>>> = work.threads.try_map(DRAWS as usize / GROUP, group)?;
    let of_target = |target: usize| groups.iter().flatten().map(|hits| hits[target]).collect();
    Some((0..model.targets.len()).map(of_target).collect())
}

impl Hits {
    /// Whether a draw has fewer than [`WANTED_HITS`] hits on average, or misses.
    fn are_few(&self) -> bool {
        let all = (DRAWS * self.paths) as f64;
        let hits = self.hits.iter().sum::<u64>() as f64;
        hits.min(all - hits) < WANTED_HITS * DRAWS as f64
    }
}

/// A group of draws, and one thread's room.
struct Group<'a> {
    model: &'a Model,
    /// The number of the first draw.
    first_draw: u64,
    /// The draws, a lane each.
    draws: Block,
    /// The model with the quantities of one draw.
    fixed: Model,
    /// What correlated normals are made of, and the numbers of the draws that go into them.
    blends: Vec<Blend>,
    numbers: HashMap<Variable, [f64; GROUP]>,
    block: Block,
}

impl<'a> Group<'a> {
    fn new(model: &'a Model, inputs: &[Input], group: u64) -> Self {
        let first_draw = group * GROUP as u64;
        let mut draws = model.block(GROUP);
        model.draw_quantities(&Philox, DRAWS_FROM + first_draw, &mut draws);
        let mixed = mixed_variables(inputs);
        let known: Vec<bool> = inputs.iter().map(|it| it.kind == InputKind::Quantity).collect();
        let number = |variable: &Variable| {
            let mut row = [0.0; GROUP];
            Philox.normals(*variable, 0, DRAWS_FROM + first_draw, &mut row);
            (*variable, row)
        };
        let is_plain = |(variable, parts): &Blend| *parts == [(*variable, 0.0, 1.0)];
        let mut blends = blends(inputs, &mixed, &known);
        blends.retain(|blend| !is_plain(blend));
        let mut fixed = model.clone();
        fixed.fix_quantities(model, (&draws, 0));
        Self {
            model,
            first_draw,
            draws,
            blends,
            numbers: mixed.iter().map(number).collect(),
            block: fixed.block(LANES),
            fixed,
        }
    }

    /// By draw, by target: the hits of a range of each draw's paths.
    fn hits(mut self, paths: Range<u64>) -> Vec<Vec<u64>> {
        (0..GROUP).map(|lane| self.hits_of(lane, paths.clone())).collect()
    }

    fn hits_of(&mut self, lane: usize, paths: Range<u64>) -> Vec<u64> {
        self.fixed.fix_quantities(self.model, (&self.draws, lane));
        let points = self.held(lane);
        let first = PATHS_FROM + (self.first_draw + lane as u64) * MOST_PATHS;
        let mut totals = vec![0.0; LANES];
        let mut hits = vec![0; self.fixed.targets.len()];
        for start in paths.step_by(LANES) {
            self.fixed.evaluate(&points, first + start, &mut self.block);
            for (target, hits) in self.fixed.targets.iter().zip(&mut hits) {
                self.block.total(&target.flows, target.own_steps(), &mut totals);
                *hits += totals.iter().filter(|total| **total >= target.at_least).count() as u64;
            }
        }
        hits
    }

    /// What is left to chance of correlated normals in one draw.
    fn held(&self, lane: usize) -> Held {
        let row = |(variable, parts): &Blend| {
            let constant = parts.iter().map(|(part, first, _)| first * self.numbers[part][lane]);
            let chance = parts.iter().map(|(part, _, second)| (*part, *second));
            let chance = chance.filter(|(_, weight)| *weight != 0.0);
            (*variable, (constant.sum(), chance.collect()))
        };
        Held { rows: self.blends.iter().map(row).collect() }
    }
}
