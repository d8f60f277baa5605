//! Which numbers of a point matter for rare events, and the few directions in which to draw them
//! otherwise.
//!
//! With many numbers, weights degenerate unless most keep their own distribution. Among numbers
//! whose distribution an event changes, directions are eigenvectors of the second moments of its
//! points with the largest λ − 1 − ln λ: in these the event differs most from the original
//! distribution (El Masri, Morio and Simatos 2021, Reliability Engineering & System Safety 216,
//! 107982). Many numbers that change little each, as the shocks of many short steps do, have their
//! mean as one more direction.

use super::population::{MEMBERS, Population};
use nalgebra::{DMatrix, SymmetricEigen};

/// The most directions among numbers that matter by themselves.
const MOST: usize = 16;
/// The most numbers that these directions are looked for among.
const MOST_COORDINATES: usize = 96;
/// A number matters when its mean or variance in an event is so many standard errors off.
const SIGNIFICANT: f64 = 4.5;
/// Members descend from few survivors: so many count as one.
const RELATED: f64 = 5.0;
/// The most directions of small changes.
const MOST_SMALL: usize = 4;
/// Small changes matter when their mean is so far from the center, beyond chance: a quarter of the
/// exponent's unit is lost where they are left out.
const FAR: f64 = 0.5;

/// The numbers that matter.
#[derive(Clone, Debug)]
pub struct Subspace {
    /// Their positions in the space, none of them a choice.
    pub positions: Vec<usize>,
    /// Orthonormal directions, each by position.
    pub directions: Vec<Vec<f64>>,
    /// Which choices matter, by their index in the space.
    pub choices: Vec<usize>,
}

/// Finds what distinguishes events from the whole. `choices` are the positions of choices.
pub fn find(populations: &[&Population], choices: &[usize]) -> Subspace {
    let coordinates = populations.first().map_or(0, |population| population.points.len());
    let score = |c: usize| populations.iter().map(|p| score(p, c)).fold(0.0, f64::max);
    let scores: Vec<f64> = (0..coordinates).map(score).collect();
    let chosen = choices.iter().enumerate().filter(|(_, c)| scores[**c] > SIGNIFICANT);
    let chosen: Vec<usize> = chosen.map(|(index, _)| index).collect();
    let mut normals: Vec<usize> = (0..coordinates).filter(|c| !choices.contains(c)).collect();
    normals.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
    let large = normals.iter().take_while(|c| scores[**c] > SIGNIFICANT).count();
    let large = large.min(MOST_COORDINATES);
    let mut directions = directions(populations, &normals[..large]);
    let small = small_changes(populations, &normals[large..]);
    if small.is_empty() {
        normals.truncate(large);
    }
    directions.iter_mut().for_each(|direction| direction.resize(normals.len(), 0.0));
    let before = vec![0.0; large];
    directions.extend(small.into_iter().map(|small| [before.clone(), small].concat()));
    Subspace { positions: normals, directions, choices: chosen }
}

/// Members that count as independent.
fn independent(population: &Population) -> f64 {
    let squares: f64 = population.weights.iter().map(|weight| weight * weight).sum();
    1.0 / squares / RELATED
}

fn mean(population: &Population, coordinate: usize) -> f64 {
    let points = population.points[coordinate].iter().zip(&population.weights);
    points.map(|(z, weight)| weight * z).sum()
}

/// By how many standard errors mean or variance of a number differ from 0 and 1.
fn score(population: &Population, coordinate: usize) -> f64 {
    let points = population.points[coordinate].iter().zip(&population.weights);
    let square: f64 = points.map(|(z, weight)| weight * z * z).sum();
    let (mean, count) = (mean(population, coordinate), independent(population));
    (mean.abs() * count.sqrt()).max((square - 1.0).abs() * (count / 2.0).sqrt())
}

/// Orthonormal directions among numbers that matter by themselves.
fn directions(populations: &[&Population], positions: &[usize]) -> Vec<Vec<f64>> {
    let size = positions.len();
    let unit = |own: usize| (0..size).map(|c| f64::from(u8::from(c == own))).collect();
    if size <= MOST {
        return (0..size).map(unit).collect();
    }
    let mut moments: DMatrix<f64> = DMatrix::zeros(size, size);
    for population in populations {
        for (i, a) in positions.iter().enumerate() {
            for (j, b) in positions[..=i].iter().enumerate() {
                let pairs = population.points[*a].iter().zip(&population.points[*b]);
                let sum: f64 =
                    pairs.zip(&population.weights).map(|((a, b), weight)| weight * a * b).sum();
                moments[(i, j)] += sum / populations.len() as f64;
                moments[(j, i)] = moments[(i, j)];
            }
        }
    }
    let eigen = SymmetricEigen::new(moments);
    let gain = |value: f64| {
        let value = value.max(1.0 / MEMBERS as f64);
        value - 1.0 - libm::log(value)
    };
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by(|a, b| gain(eigen.eigenvalues[*b]).total_cmp(&gain(eigen.eigenvalues[*a])));
    order[..MOST].iter().map(|k| eigen.eigenvectors.column(*k).iter().copied().collect()).collect()
}

/// The means of numbers that each change little, made orthonormal, where they are far enough from
/// the center together.
fn small_changes(populations: &[&Population], positions: &[usize]) -> Vec<Vec<f64>> {
    let mut found: Vec<Vec<f64>> = Vec::new();
    for population in populations {
        let mut rest: Vec<f64> = positions.iter().map(|c| mean(population, *c)).collect();
        for direction in &found {
            let along: f64 = rest.iter().zip(direction).map(|(a, b)| a * b).sum();
            rest.iter_mut().zip(direction).for_each(|(rest, unit)| *rest -= along * unit);
        }
        let square: f64 = rest.iter().map(|value| value * value).sum();
        let by_chance = positions.len() as f64 / independent(population);
        if square - by_chance > FAR * FAR && found.len() < MOST_SMALL {
            rest.iter_mut().for_each(|value| *value /= square.sqrt());
            found.push(rest);
        }
    }
    found
}
