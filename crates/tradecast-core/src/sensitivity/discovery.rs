//! Scenario discovery: the ranges of inputs in which the target is met, found on one half of the
//! paths and measured on the other.

use super::paths::{LANES, Paths};
use super::prim::{self, Points, Ranges};
use crate::model::{Block, Input, InputKind};
use crate::numeric::normal;
use crate::random::{Pin, PointSource, SECOND_PATHS, Tape};
use crate::statistics::{Estimate, LEVEL, proportion};
use crate::threads::Work;
use serde::Serialize;

/// Fewer hits in either half give no box.
pub const LEAST_HITS: u64 = 100;
/// Hits that each half should have, and blocks of a half at most.
const WANTED_HITS: f64 = 2000.0;
const MOST_BLOCKS: u64 = 1 << 13;
/// Hits, and paths without, that the box is sought on, about.
const SOUGHT_ON: f64 = 8192.0;
/// Blocks of one thread's work at a time.
const BLOCKS: u64 = 32;

/// A box of inputs, as measured on paths of its own.
#[derive(Clone, Debug, Serialize)]
pub struct Discovered {
    /// The inputs that are restricted.
    pub restrictions: Vec<Restriction>,
    /// The share of the paths that reach the target which lie in the box.
    pub coverage: Estimate,
    /// P in the box: the share of its paths that reach the target.
    pub density: Estimate,
    /// P of all paths.
    pub probability: Estimate,
    /// The share of all paths that lie in the box.
    pub share: Estimate,
    /// Paths of each half.
    pub paths: u64,
}

/// The range of one input in a box.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Restriction {
    /// The number of the input in its list.
    #[serde(skip)]
    pub number: usize,
    /// Its name.
    pub input: String,
    /// What it is.
    pub kind: InputKind,
    /// Its quantiles, from 0 to 1; of a disruption those of the first event's coming; of an
    /// intervention 0 to 0 where it does not happen and 1 to 1 where it does.
    pub quantiles: [f64; 2],
    /// The ends in words, each where it restricts.
    pub values: [Option<String>; 2],
}

/// Why there is no box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoBox {
    /// Fewer than [`LEAST_HITS`].
    FewHits {
        /// Hits of one half.
        hits: u64,
        /// Its paths.
        paths: u64,
    },
    /// No restriction matters.
    Nothing,
}

/// What was counted of one half.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    paths: u64,
    hits: u64,
    inside: u64,
    hits_inside: u64,
}

/// The box of a target whose probability is about `p`; none where the watch ends the work. The same
/// for any number of threads.
///
/// # Errors
/// Too few hits, or no restriction that matters.
pub fn discover(paths: &Paths<'_>, p: f64, work: Work<'_>) -> Option<Result<Discovered, NoBox>> {
    let blocks = libm::ceil(WANTED_HITS / p / LANES as f64);
    let least = libm::ceil(2.0 * SOUGHT_ON / LANES as f64);
    let blocks = (blocks.max(least).min(MOST_BLOCKS as f64) as u64).next_multiple_of(BLOCKS);
    let points = sample(paths, blocks, p, work)?;
    let found = points.hits.iter().filter(|hit| **hit).count() as f64 * points.weights[1];
    let few = |hits: u64| NoBox::FewHits { hits, paths: blocks * LANES as u64 };
    if found < LEAST_HITS as f64 {
        return Some(Err(few(found as u64)));
    }
    let ranges = prim::find(&points);
    let counts = measure(paths, &ranges, blocks, work)?;
    if counts.hits < LEAST_HITS {
        return Some(Err(few(counts.hits)));
    }
    if ranges.iter().all(Option::is_none) {
        return Some(Err(NoBox::Nothing));
    }
    Some(Ok(Discovered {
        restrictions: restrictions(paths.inputs, &ranges),
        coverage: proportion(counts.hits_inside, counts.hits, LEVEL),
        density: proportion(counts.hits_inside, counts.inside.max(1), LEVEL),
        probability: proportion(counts.hits, counts.paths, LEVEL),
        share: proportion(counts.inside, counts.paths, LEVEL),
        paths: counts.paths,
    }))
}

/// Every hit and every path without one whose number is a multiple of its weight, from plain paths.
fn sample(paths: &Paths<'_>, blocks: u64, p: f64, work: Work<'_>) -> Option<Points> {
    let all = (blocks * LANES as u64) as f64;
    let every = |share: f64| libm::floor(all * share / SOUGHT_ON).max(1.0);
    let weights = [every(1.0 - p), every(p)];
    let chunk = |chunk: usize| {
        let chunk = chunk as u64;
        let mut room = Room::new(paths);
        let mut points =
            Points { values: vec![Vec::new(); paths.inputs.len()], ..Points::default() };
        for block in chunk * BLOCKS..(chunk + 1) * BLOCKS {
            room.evaluate(paths, block * LANES as u64);
            for lane in 0..LANES {
                let is_hit = room.hits[lane];
                let every = weights[usize::from(is_hit)] as u64;
                if (block * LANES as u64 + lane as u64).is_multiple_of(every) {
                    points.hits.push(is_hit);
                    points
                        .values
                        .iter_mut()
                        .zip(&room.values)
                        .for_each(|(to, of)| to.push(of[lane]));
                }
            }
        }
        (work.watch)(0).is_continue().then_some(points)
    };
    let chunks: Vec<Points> = work.threads.try_map((blocks / BLOCKS) as usize, chunk)?;
    let mut all =
        Points { values: vec![Vec::new(); paths.inputs.len()], hits: Vec::new(), weights };
    for chunk in chunks {
        all.hits.extend(chunk.hits);
        all.values.iter_mut().zip(chunk.values).for_each(|(all, part)| all.extend(part));
    }
    Some(all)
}

/// Counts a box on second paths.
fn measure(paths: &Paths<'_>, ranges: &Ranges, blocks: u64, work: Work<'_>) -> Option<Counts> {
    let chunk = |chunk: usize| {
        let chunk = chunk as u64;
        let (mut room, mut counts) = (Room::new(paths), Counts::default());
        for block in chunk * BLOCKS..(chunk + 1) * BLOCKS {
            room.evaluate(paths, SECOND_PATHS + block * LANES as u64);
            for lane in 0..LANES {
                let mut all = ranges.iter().zip(&room.values);
                let is_inside =
                    all.all(|(range, of)| range.as_ref().is_none_or(|r| r.contains(&of[lane])));
                counts.paths += 1;
                counts.hits += u64::from(room.hits[lane]);
                counts.inside += u64::from(is_inside);
                counts.hits_inside += u64::from(is_inside && room.hits[lane]);
            }
        }
        (work.watch)(0).is_continue().then_some(counts)
    };
    let sum = |a: Counts, b: Counts| Counts {
        paths: a.paths + b.paths,
        hits: a.hits + b.hits,
        inside: a.inside + b.inside,
        hits_inside: a.hits_inside + b.hits_inside,
    };
    let counted = work.threads.try_map((blocks / BLOCKS) as usize, chunk)?;
    Some(counted.into_iter().fold(Counts::default(), sum))
}

/// One thread's room: the inputs and hits of a block.
struct Room {
    block: Block,
    tape: Tape,
    row: Vec<f64>,
    totals: Vec<f64>,
    hits: Vec<bool>,
    /// By input: the normal that it is drawn from, a disruption's from late to early turned round, an
    /// intervention's happening as 0 or 1; zeros where nothing of it can be fixed.
    values: Vec<Vec<f64>>,
}

impl Room {
    fn new(paths: &Paths<'_>) -> Self {
        Self {
            block: paths.model.block(LANES),
            tape: Tape::new(paths.coordinates, LANES),
            row: vec![0.0; LANES],
            totals: vec![0.0; LANES],
            hits: vec![false; LANES],
            values: vec![vec![0.0; LANES]; paths.inputs.len()],
        }
    }

    fn evaluate(&mut self, paths: &Paths<'_>, first_path: u64) {
        let Self { block, tape, row, totals, hits, values } = self;
        tape.draw(first_path);
        paths.model.evaluate(tape, first_path, block);
        paths.totals(block, totals);
        let at_least = paths.model.targets[paths.target].at_least;
        hits.iter_mut().zip(totals).for_each(|(hit, total)| *hit = *total >= at_least);
        for (input, out) in paths.inputs.iter().zip(values) {
            match (&input.pin, input.intervention) {
                (_, Some(number)) => out.copy_from_slice(block.happens(number)),
                (Some(Pin::Sum(weights)), _) => {
                    out.fill(0.0);
                    for (coordinate, weight) in weights {
                        tape.normals(coordinate.variable, coordinate.slot, first_path, row);
                        out.iter_mut().zip(row.iter()).for_each(|(out, z)| *out += weight * z);
                    }
                }
                (Some(Pin::Uniform(coordinate)), _) => {
                    tape.uniforms(coordinate.variable, coordinate.slot, first_path, row);
                    out.iter_mut().zip(row.iter()).for_each(|(out, u)| *out = 1.0 - u);
                }
                (None, None) => {}
            }
        }
    }
}

fn restrictions(inputs: &[Input], ranges: &Ranges) -> Vec<Restriction> {
    let restricted = inputs.iter().zip(ranges).enumerate();
    let restricted = restricted.filter_map(|(number, (input, range))| {
        let range = range.as_ref()?;
        let ends = [*range.start(), *range.end()];
        let quantile = |end: f64| match input.pin {
            Some(Pin::Sum(_)) => normal::cdf(end),
            _ => end.clamp(0.0, 1.0),
        };
        let quantiles = match input.kind {
            InputKind::Intervention if ends[0] > 0.5 => [1.0, 1.0],
            InputKind::Intervention => [0.0, 0.0],
            _ => ends.map(quantile),
        };
        let (input, kind) = (input.name.clone(), input.kind);
        Some(Restriction { number, input, kind, quantiles, values: [None, None] })
    });
    restricted.collect()
}
