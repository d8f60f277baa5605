//! A population of points that move, level by level, into a rare event: what the event looks like.
//!
//! Adaptive multilevel splitting (Cérou, Del Moral, Furon and Guyader 2012, Statistics and
//! Computing 22, 795), known as subset simulation (Au and Beck 2001, Probabilistic Engineering
//! Mechanics 16, 263), with moves z′ = √(1 − b²) z + b ξ, which keep the standard normal in any
//! number of dimensions (Neal 1998; Cotter, Roberts, Stuart and White 2013, Statistical Science 28,
//! 424). A population follows several modes at once, where a search for one design point ends in
//! one. What no coordinate holds (later events, resampled histories) is drawn anew at every move.

use super::event::Event;
use crate::model::{Block, Choice, Model};
use crate::numeric::normal;
use crate::random::{Coordinate, Given, Philox, PointSource, Variable};
use crate::threads::Threads;

/// Members of a population.
pub const MEMBERS: usize = 2048;
/// Members of one block.
const LANES: usize = 256;
/// The share that survives a level.
const KEPT: f64 = 0.2;
/// Moves after each level.
const MOVES: usize = 4;
/// Moves after the last one.
const LAST_MOVES: usize = 8;
/// The rarer answer of a choice is given to at least this share of the members at first; weights
/// take it back.
const EXPLORED: f64 = 0.2;

/// What the models of a pilot have in common.
#[derive(Clone, Debug)]
pub struct Space {
    /// The numbers that are moved.
    pub coordinates: Vec<Coordinate>,
    /// The questions among them, with their position in `coordinates`.
    pub choices: Vec<(usize, Choice)>,
    /// Decides which moves are accepted.
    pub decisions: Variable,
    /// Who moves the members.
    pub threads: Threads,
}

impl Space {
    /// How often choices are answered "below" so that either answer is explored.
    pub fn either_answer(&self) -> Vec<f64> {
        let asked = |(_, choice): &(usize, Choice)| choice.below.clamp(EXPLORED, 1.0 - EXPLORED);
        self.choices.iter().map(asked).collect()
    }
}

impl Population {
    /// The share of the event in which a choice is answered "below".
    pub fn share_below(&self, (position, choice): &(usize, Choice)) -> f64 {
        let members = self.points[*position].iter().zip(&self.weights);
        members.filter(|(z, _)| **z < choice.threshold).map(|(_, weight)| weight).sum()
    }
}

/// Points of a rare event.
#[derive(Clone, Debug)]
pub struct Population {
    /// By coordinate, the normals of the members.
    pub points: Vec<Vec<f64>>,
    /// By member, what it stands for: the weights sum to 1.
    pub weights: Vec<f64>,
    /// A rough estimate of the event's probability.
    pub probability: f64,
}

/// A block of members.
struct Chunk {
    points: Vec<Vec<f64>>,
    margins: Vec<f64>,
    /// By member, by how much its choices are explored more often than they come true.
    tilts: Vec<f64>,
    moved: Given,
    block: Block,
    candidates: Vec<f64>,
    totals: Vec<f64>,
    accepted: usize,
}

/// Explores an event of a model; nothing where its probability turns out to be below `least`.
/// `asked` is how often each choice is answered "below"; 0 or 1 explores one answer only.
/// `first_path` begins a range of 2^32 paths whose draws nothing else uses.
pub fn explore(
    (model, event): (&Model, &Event),
    (space, asked): (&Space, &[f64]),
    least: f64,
    first_path: u64,
) -> Option<Population> {
    let mut chunks: Vec<Chunk> = (0..MEMBERS / LANES).map(|_| Chunk::new(model, space)).collect();
    let mut next_path = first_path;
    each(&space.threads, &mut chunks, next_path, |chunk, path| {
        chunk.draw(model, event, (space, asked), path)
    });
    next_path += MEMBERS as u64;
    let rarity = chunks.iter().flat_map(|chunk| &chunk.tilts).map(|tilt| 1.0 / tilt).sum::<f64>()
        / MEMBERS as f64;
    let (mut probability, mut step): (f64, f64) = (1.0, 0.7);
    loop {
        let mut ranked: Vec<(f64, usize)> = chunks
            .iter()
            .flat_map(|chunk| &chunk.margins)
            .copied()
            .enumerate()
            .map(|(member, margin)| (margin, member))
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let inside = ranked.iter().take_while(|(margin, _)| event.contains(*margin)).count();
        let wanted = (KEPT * MEMBERS as f64) as usize;
        let (kept, level) = if inside >= wanted {
            (inside, f64::NEG_INFINITY)
        } else {
            let level = next_level(&ranked, wanted)?;
            (ranked.iter().take_while(|(margin, _)| *margin >= level).count(), level)
        };
        probability *= kept as f64 / MEMBERS as f64;
        if probability * rarity < least {
            return None;
        }
        let is_last = inside >= wanted;
        let survivors: Vec<usize> = ranked[..kept].iter().map(|(_, member)| *member).collect();
        copy_members(&mut chunks, &survivors, space.coordinates.len());
        for _ in 0..if is_last { LAST_MOVES } else { MOVES } {
            let is_allowed =
                |margin: f64| if is_last { event.contains(margin) } else { margin >= level };
            each(&space.threads, &mut chunks, next_path, |chunk, path| {
                chunk.step(model, event, (space, asked, step), path, is_allowed);
            });
            next_path += MEMBERS as u64;
            let accepted: usize = chunks.iter().map(|chunk| chunk.accepted).sum();
            step = adapted(step, accepted as f64 / MEMBERS as f64);
        }
        if is_last {
            return Some(gather(&chunks, probability));
        }
    }
}

/// The margin that the wanted number of members reaches, or the next one above the lowest where
/// many share it; none where all are alike.
fn next_level(ranked: &[(f64, usize)], wanted: usize) -> Option<f64> {
    let lowest = ranked.last()?.0;
    let level = ranked[wanted - 1].0;
    if level > lowest {
        return Some(level);
    }
    ranked.iter().rev().map(|(margin, _)| *margin).find(|margin| *margin > lowest)
}

/// Keeps between a quarter and a half of the moves.
fn adapted(step: f64, accepted: f64) -> f64 {
    if accepted < 0.25 {
        (0.75 * step).max(0.02)
    } else if accepted > 0.5 {
        (1.25 * step).min(1.0)
    } else {
        step
    }
}

fn each(
    threads: &Threads,
    chunks: &mut [Chunk],
    first_path: u64,
    act: impl Fn(&mut Chunk, u64) + Sync + Send,
) {
    threads.for_each(chunks, |index, chunk| act(chunk, first_path + (index * LANES) as u64));
}

/// Replaces all members by copies of the survivors, in turn.
fn copy_members(chunks: &mut [Chunk], survivors: &[usize], coordinates: usize) {
    let sources: Vec<usize> = survivors.iter().copied().cycle().take(MEMBERS).collect();
    let mut all = Vec::with_capacity(MEMBERS);
    let mut copy = |row: fn(&mut Chunk, usize) -> &mut [f64], index: usize| {
        all.clear();
        chunks.iter_mut().for_each(|chunk| all.extend_from_slice(row(chunk, index)));
        for (chunk, sources) in chunks.iter_mut().zip(sources.chunks_exact(LANES)) {
            let own = row(chunk, index).iter_mut().zip(sources);
            own.for_each(|(own, source)| *own = all[*source]);
        }
    };
    copy(|chunk, _| &mut chunk.margins, 0);
    copy(|chunk, _| &mut chunk.tilts, 0);
    (0..coordinates).for_each(|position| copy(|chunk, index| &mut chunk.points[index], position));
}

fn gather(chunks: &[Chunk], probability: f64) -> Population {
    let coordinates = chunks.first().map_or(0, |chunk| chunk.points.len());
    let points = (0..coordinates)
        .map(|c| chunks.iter().flat_map(|chunk| chunk.points[c].iter().copied()).collect())
        .collect();
    let mut weights: Vec<f64> =
        chunks.iter().flat_map(|chunk| chunk.tilts.iter().map(|tilt| 1.0 / tilt)).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= sum);
    Population { points, weights, probability: probability * sum / MEMBERS as f64 }
}

impl Chunk {
    fn new(model: &Model, space: &Space) -> Self {
        Self {
            points: vec![vec![0.0; LANES]; space.coordinates.len()],
            margins: vec![0.0; LANES],
            tilts: vec![1.0; LANES],
            moved: Given::new(&space.coordinates, LANES),
            block: model.block(LANES),
            candidates: vec![0.0; LANES],
            totals: Vec::new(),
            accepted: 0,
        }
    }

    /// Draws the members anew.
    fn draw(
        &mut self,
        model: &Model,
        event: &Event,
        (space, asked): (&Space, &[f64]),
        first_path: u64,
    ) {
        for (row, coordinate) in self.points.iter_mut().zip(&space.coordinates) {
            Philox.normals(coordinate.variable, coordinate.slot, first_path, row);
        }
        for ((position, choice), asked) in space.choices.iter().zip(asked) {
            let row = &mut self.points[*position];
            let Coordinate { variable, slot, .. } = choice.coordinate;
            Philox.uniforms(variable, slot, first_path, row);
            row.iter_mut().for_each(|u| *u = choice_normal(*u, choice.below, *asked));
        }
        for lane in 0..LANES {
            self.tilts[lane] = tilt(space, asked, |position| self.points[position][lane]);
        }
        for (position, row) in self.points.iter().enumerate() {
            self.moved.row_mut(position).copy_from_slice(row);
        }
        self.evaluate(model, event, first_path);
        self.margins.copy_from_slice(&self.candidates);
    }

    /// Moves each member by a step, where that is allowed.
    fn step(
        &mut self,
        model: &Model,
        event: &Event,
        (space, asked, step): (&Space, &[f64], f64),
        first_path: u64,
        is_allowed: impl Fn(f64) -> bool,
    ) {
        let kept = (1.0 - step * step).sqrt();
        for (position, coordinate) in space.coordinates.iter().enumerate() {
            let row = self.moved.row_mut(position);
            Philox.normals(coordinate.variable, coordinate.slot, first_path, row);
            for (fresh, own) in row.iter_mut().zip(&self.points[position]) {
                *fresh = kept * own + step * *fresh;
            }
        }
        self.evaluate(model, event, first_path);
        let mut decisions = [0.0; LANES];
        Philox.uniforms(space.decisions, 0, first_path, &mut decisions);
        let mut is_moved = [false; LANES];
        for lane in 0..LANES {
            let margin = self.candidates[lane];
            if !is_allowed(margin) {
                continue;
            }
            let moved_tilt = tilt(space, asked, |position| self.moved.row(position)[lane]);
            is_moved[lane] = decisions[lane] * self.tilts[lane] < moved_tilt;
            if is_moved[lane] {
                (self.margins[lane], self.tilts[lane]) = (margin, moved_tilt);
            }
        }
        for (position, row) in self.points.iter_mut().enumerate() {
            for ((own, moved), is_moved) in
                row.iter_mut().zip(self.moved.row(position)).zip(&is_moved)
            {
                *own = if *is_moved { *moved } else { *own };
            }
        }
        self.accepted = is_moved.iter().filter(|is_moved| **is_moved).count();
    }

    /// Margins of the moved points.
    fn evaluate(&mut self, model: &Model, event: &Event, first_path: u64) {
        self.moved.start(first_path);
        model.evaluate(&self.moved, first_path, &mut self.block);
        event.margins(model, &self.block, &mut self.totals, &mut self.candidates);
    }
}

/// The normal of a choice whose answer "below" comes with probability `asked` in place of `below`,
/// from a uniform: within each answer it is as it would be.
pub fn choice_normal(u: f64, below: f64, asked: f64) -> f64 {
    if u < asked {
        normal::quantile(u / asked * below)
    } else {
        normal::quantile_upper((1.0 - u) / (1.0 - asked) * (1.0 - below))
    }
}

/// Explored over true density of a point.
fn tilt(space: &Space, asked: &[f64], z: impl Fn(usize) -> f64) -> f64 {
    let mut tilt = 1.0;
    for ((position, choice), asked) in space.choices.iter().zip(asked) {
        tilt *= if z(*position) < choice.threshold {
            asked / choice.below
        } else {
            (1.0 - asked) / (1.0 - choice.below)
        };
    }
    tilt
}
