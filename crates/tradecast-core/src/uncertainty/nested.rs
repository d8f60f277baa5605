//! Nested simulation: for each of many draws of what is not known, the probability that chance alone
//! reaches the target.

use super::look::Look;
use super::split::Split;
use crate::importance::{Mixture, Side};
use crate::model::{Block, Model};
use crate::random::{Coordinate, GROUP, Philox, PointSource, Tape, Variable};
use crate::threads::Work;
use std::collections::HashMap;

/// Draws of what is not known, a multiple of [`GROUP`].
pub const DRAWS: u64 = 1024;

/// Paths that each draw has.
pub const PATHS: u64 = 1 << 9;

/// Draw k has the once-a-path numbers of the plain path `DRAWS_FROM + k`; the draws k from
/// `g` [`GROUP`] on share the paths from `PATHS_FROM + g` [`PATHS`] on: of no run.
pub const DRAWS_FROM: u64 = 3 << 60;
/// See [`DRAWS_FROM`].
pub const PATHS_FROM: u64 = DRAWS_FROM + (1 << 40);

/// Paths of a block.
const LANES: usize = 256;

/// What chance makes of one draw of what is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Draw {
    /// The estimate of its probability to reach the target.
    pub probability: f64,
    /// The variance of that estimate.
    pub variance: f64,
    /// Hits of equal weight that would be as good an estimate, or misses where these were looked for.
    pub hits: f64,
}

/// What a nested simulation is of.
#[derive(Clone, Copy, Debug)]
pub struct Nest<'a> {
    /// The model.
    pub model: &'a Model,
    /// What of its inputs is not known.
    pub split: &'a Split,
    /// The numbers of its points that are chance.
    pub chance: &'a [Coordinate],
    /// By target, where paths come from.
    pub looks: &'a [Look],
}

/// Simulates [`DRAWS`] draws of every quantity of a model that is drawn once a path, each on
/// [`PATHS`] paths: by target, its draws, which no other target changes. The watch is told of paths.
/// None where it ended the work. The same for any number of threads.
pub fn nested(nest: Nest<'_>, work: Work<'_>) -> Option<Vec<Vec<Draw>>> {
    let group = |group: usize| {
        let draws = Group::new(nest, group as u64).draws();
        let done = GROUP as u64 * PATHS;
        (work.watch)(done).is_continue().then_some(draws)
    };
    let groups: Vec<Vec<Vec<Draw>>> = work.threads.try_map(DRAWS as usize / GROUP, group)?;
    let of_target = |target: usize| groups.iter().flat_map(|group| group[target].clone()).collect();
    Some((0..nest.model.targets.len()).map(of_target).collect())
}

/// A group of draws, and one thread's room. Its draws share their paths, whose numbers are drawn
/// once: estimates of one group err together, which matters little among many groups.
struct Group<'a> {
    nest: Nest<'a>,
    number: u64,
    /// The draws, a lane each.
    draws: Block,
    /// The numbers of the draws that correlated normals are mixed from.
    numbers: HashMap<Variable, [f64; GROUP]>,
    /// The model with the quantities of one draw.
    fixed: Model,
    block: Block,
    totals: Vec<f64>,
}

impl<'a> Group<'a> {
    fn new(nest: Nest<'a>, number: u64) -> Self {
        let Nest { model, split, .. } = nest;
        let first_draw = DRAWS_FROM + number * GROUP as u64;
        let mut draws = model.block(GROUP);
        model.draw_quantities(&Philox, first_draw, &mut draws);
        let mut fixed = model.clone();
        fixed.fix_quantities(model, &draws, 0);
        Self {
            nest,
            number,
            draws,
            numbers: split.numbers(first_draw),
            block: fixed.block(LANES),
            fixed,
            totals: vec![0.0; LANES],
        }
    }

    /// By target, by draw.
    fn draws(mut self) -> Vec<Vec<Draw>> {
        let looks = self.nest.looks;
        let mut sums = vec![[Sum::default(); GROUP]; looks.len()];
        self.count_plain(&mut sums);
        for (target, look) in looks.iter().enumerate() {
            if let Look::Weighted(mixture, side) = look {
                self.count_weighted(mixture, (target, *side), &mut sums[target]);
            }
        }
        let of_target = |(look, sums): (&Look, [Sum; GROUP])| {
            sums.into_iter().map(|sum| sum.draw(look.side())).collect()
        };
        looks.iter().zip(sums).map(of_target).collect()
    }

    /// The first paths of its blocks.
    fn starts(&self) -> impl Iterator<Item = u64> + use<> {
        let first = PATHS_FROM + self.number * PATHS;
        (first..first + PATHS).step_by(LANES)
    }

    /// Counts plain paths for all targets that take such.
    fn count_plain(&mut self, sums: &mut [[Sum; GROUP]]) {
        let Nest { looks, chance, .. } = self.nest;
        let plain: Vec<usize> =
            (0..looks.len()).filter(|target| matches!(looks[*target], Look::Plain)).collect();
        if plain.is_empty() {
            return;
        }
        let mut tape = Tape::new(chance, LANES);
        for start in self.starts() {
            tape.draw(start);
            for lane in 0..GROUP {
                self.evaluate(&tape, start, lane);
                self.add_hits(lane, &plain, sums);
            }
        }
    }

    /// Adds the hits of a block of one draw to the sums of targets.
    fn add_hits(&mut self, lane: usize, targets: &[usize], sums: &mut [[Sum; GROUP]]) {
        for index in targets {
            let (target, sum) = (&self.fixed.targets[*index], &mut sums[*index][lane]);
            self.block.total(&target.flows, target.own_steps(), &mut self.totals);
            let is_hit = |total: &&f64| **total >= target.at_least;
            let hits = self.totals.iter().filter(is_hit).count() as f64;
            sum.weights += hits;
            sum.squares += hits;
        }
    }

    fn count_weighted(
        &mut self,
        mixture: &Mixture,
        (target, side): (usize, Side),
        sums: &mut [Sum; GROUP],
    ) {
        let mut room = mixture.room(LANES);
        for start in self.starts() {
            mixture.draw(start, &mut room);
            for (lane, sum) in sums.iter_mut().enumerate() {
                self.evaluate(&room.points, start, lane);
                let target = &self.fixed.targets[target];
                self.block.total(&target.flows, target.own_steps(), &mut self.totals);
                for (total, weight) in self.totals.iter().zip(&room.weights) {
                    if (*total >= target.at_least) == (side == Side::Hit) {
                        sum.weights += weight;
                        sum.squares += weight * weight;
                    }
                }
            }
        }
    }

    /// Paths of one draw.
    fn evaluate(&mut self, points: &impl PointSource, start: u64, lane: usize) {
        let Nest { model, split, .. } = self.nest;
        self.fixed.fix_quantities(model, &self.draws, lane);
        let held = split.held((&self.numbers, lane), points);
        self.fixed.evaluate(&held, start, &mut self.block);
    }
}

/// The weights of the paths on which an outcome came true, and their squares.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    weights: f64,
    squares: f64,
}

impl Sum {
    /// What [`PATHS`] paths say of the probability of a hit, `side` being what was counted.
    fn draw(self, side: Side) -> Draw {
        let paths = PATHS as f64;
        let mean = self.weights / paths;
        let variance = (self.squares / paths - mean * mean).max(0.0) / (paths - 1.0);
        let hits =
            if self.squares > 0.0 { self.weights * self.weights / self.squares } else { 0.0 };
        let share = mean.min(1.0);
        let probability = if side == Side::Hit { share } else { 1.0 - share };
        Draw { probability, variance, hits }
    }
}
