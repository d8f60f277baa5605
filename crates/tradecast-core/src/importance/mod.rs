//! Where to look for rare events: from models and events to a distribution of points in which the
//! events are common, with weights that take it back.
//!
//! A pure function of models and seed: a population explores each event, what distinguishes it from
//! the whole is reduced to few directions and choices, and a mixture is fitted there. Its estimates hold whatever the mixture is; how well it fits decides their precision.

mod event;
mod fit;
mod kernels;
mod marginal;
mod mixture;
mod population;
mod subspace;

pub use event::{Criterion, Event, Side};
pub use mixture::{Component, DEFENSIVE, Drawing, Mixture};

use crate::model::{Choice, Model};
use crate::random::{Coordinate, GROUP, Survey, Variable};
use crate::threads::Threads;
use fit::Sample;
use population::{Population, Space, explore};

/// Paths from here on belong to pilots: their draws are those of no run.
pub const PILOT_PATHS: u64 = 1 << 62;

/// An event less likely than this is left alone.
const LEAST: f64 = 1e-13;
/// An answer of less than this share of an event is explored by itself.
const HIDDEN: f64 = 0.03;
/// A part of an event of less than this share of it is left alone.
const NEGLIGIBLE: f64 = 1e-4;
/// A part has at least this share of its event's part of the mixture.
const LEAST_SHARE: f64 = 0.02;

/// An event of one of several models, and how much of the mixture is for it.
#[derive(Clone, Copy, Debug)]
pub struct Aim<'a> {
    /// The model.
    pub model: &'a Model,
    /// The event.
    pub event: Event,
    /// Its share, before those of events out of reach are given to the others.
    pub share: f64,
}

/// A mixture that aims at events, and roughly how likely each is; none where it is out of reach.
///
/// Nothing where all are.
pub fn aim(
    models: &[Model],
    aims: &[Aim<'_>],
    seed: u64,
    threads: &Threads,
) -> Option<(Mixture, Vec<Option<f64>>)> {
    let space = space(models, seed, threads);
    let explored: Vec<Vec<Mode>> = threads.map(aims.len(), |index| {
        modes(&aims[index], &space, PILOT_PATHS + ((index as u64 + 1) << 40))
    });
    let probability = |modes: &Vec<Mode>| Some(modes.first()?.population.probability);
    let found = explored.iter().map(probability).collect();
    let modes: Vec<Mode> = explored.into_iter().flatten().collect();
    (!modes.is_empty()).then(|| (mixture(&space, &modes, seed), found))
}

/// A part of an event, and its share of the mixture.
struct Mode {
    population: Population,
    share: f64,
}

/// An event as a whole, and the parts of it in which a choice is answered as it hardly ever is in
/// the event: what few members would stand for has a population of its own.
fn modes(aim: &Aim<'_>, space: &Space, first_path: u64) -> Vec<Mode> {
    let either = space.either_answer();
    let of_event = (aim.model, &aim.event);
    let Some(whole) = explore(of_event, (space, &either), LEAST, first_path) else {
        return Vec::new();
    };
    let hidden: Vec<(usize, f64)> = space
        .choices
        .iter()
        .enumerate()
        .filter_map(|(index, choice)| {
            let below = whole.share_below(choice);
            let answer = f64::from(u8::from(below < 0.5));
            (below.min(1.0 - below) < HIDDEN).then_some((index, answer))
        })
        .collect();
    let least = LEAST.max(NEGLIGIBLE * whole.probability);
    let part = |number: usize| {
        let (index, answer) = hidden[number];
        let mut asked = either.clone();
        asked[index] = answer;
        explore(of_event, (space, &asked), least, first_path + ((number as u64 + 1) << 32))
    };
    let parts: Vec<Population> =
        space.threads.map(hidden.len(), part).into_iter().flatten().collect();
    let share =
        |part: &Population| aim.share * (part.probability / whole.probability).max(LEAST_SHARE);
    let mut modes: Vec<Mode> = parts
        .into_iter()
        .map(|population| Mode { share: share(&population), population })
        .collect();
    modes.insert(0, Mode { population: whole, share: aim.share });
    modes
}

/// The numbers that points of models are made of.
pub fn coordinates(models: &[Model]) -> Vec<Coordinate> {
    let survey = Survey::default();
    for model in models {
        model.evaluate(&survey, 0, &mut model.block(GROUP));
    }
    survey.coordinates()
}

fn space(models: &[Model], seed: u64, threads: &Threads) -> Space {
    let coordinates = coordinates(models);
    let mut choices: Vec<(usize, Choice)> = Vec::new();
    for choice in models.iter().flat_map(Model::choices) {
        let position = coordinates.iter().position(|known| *known == choice.coordinate);
        let Some(position) = position else { continue };
        if choices.iter().all(|(known, _)| *known != position) {
            choices.push((position, choice));
        }
    }
    let decisions = Variable::new(seed, "importance decisions");
    Space { coordinates, choices, decisions, threads: threads.clone() }
}

fn mixture(space: &Space, modes: &[Mode], seed: u64) -> Mixture {
    let populations: Vec<&Population> = modes.iter().map(|mode| &mode.population).collect();
    let positions: Vec<usize> = space.choices.iter().map(|(position, _)| *position).collect();
    let subspace = subspace::find(&populations, &positions);
    let choices: Vec<(usize, Choice)> =
        subspace.choices.iter().map(|index| space.choices[*index]).collect();
    let chances: Vec<f64> = choices.iter().map(|(_, choice)| choice.below).collect();
    let shares: f64 = modes.iter().map(|mode| mode.share).sum();
    let fit_one = |index: usize| {
        let Mode { population, share } = &modes[index];
        let along = |direction: &Vec<f64>| project(population, &subspace.positions, direction);
        let answers = |(position, choice): &(usize, Choice)| -> Vec<f64> {
            let points = population.points[*position].iter();
            points.map(|z| f64::from(u8::from(*z < choice.threshold))).collect()
        };
        let sample = Sample {
            along: subspace.directions.iter().map(along).collect(),
            below: choices.iter().map(answers).collect(),
            weights: population.weights.clone(),
        };
        let start = Variable::new(seed, &format!("importance centers {index}"));
        let mut components = fit::fit(&sample, &chances, start);
        let share = (1.0 - DEFENSIVE) * share / shares;
        components.iter_mut().for_each(|component| component.share *= share);
        components
    };
    let components = space.threads.map(modes.len(), fit_one);
    let normals = subspace.positions.iter().map(|position| space.coordinates[*position]);
    let answers = choices.iter().map(|(_, choice)| choice.coordinate);
    Mixture {
        coordinates: normals.chain(answers).collect::<Vec<Coordinate>>(),
        directions: subspace.directions,
        choices: choices.into_iter().map(|(_, choice)| choice).collect(),
        components: components.into_iter().flatten().collect(),
        selector: Variable::new(seed, "importance part"),
    }
}

/// The members' places along a direction.
fn project(population: &Population, positions: &[usize], direction: &[f64]) -> Vec<f64> {
    let mut along = vec![0.0; population.weights.len()];
    for (position, weight) in positions.iter().zip(direction) {
        for (along, z) in along.iter_mut().zip(&population.points[*position]) {
            *along += weight * z;
        }
    }
    along
}
