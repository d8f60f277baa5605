//! Which numbers of a point matter for rare events, and the few directions in which to draw them
//! otherwise.
//!
//! With many numbers, weights degenerate unless most keep their own distribution. Directions are
//! eigenvectors of the second moments of the points of the event with the largest λ − 1 − ln λ: in
//! these the event differs most from the original distribution (El Masri, Morio and Simatos 2021,
//! Reliability Engineering & System Safety 216, 107982).

use super::population::{MEMBERS, Population};
use nalgebra::{DMatrix, SymmetricEigen};

/// The most directions.
const MOST: usize = 12;
/// The most numbers that directions are looked for among.
const MOST_COORDINATES: usize = 96;
/// A number matters when its mean or variance in an event is so many standard errors off.
const SIGNIFICANT: f64 = 4.5;
/// Members descend from few survivors: so many count as one.
const RELATED: f64 = 5.0;

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

/// Finds what distinguishes the events from the whole, among numbers that are no choice
/// (`is_choice`) and among choices.
pub fn find(populations: &[&Population], choices: &[usize]) -> Subspace {
    let coordinates = populations.first().map_or(0, |population| population.points.len());
    let mut scores: Vec<(f64, usize)> = (0..coordinates)
        .map(|c| (populations.iter().map(|p| score(p, c)).fold(0.0, f64::max), c))
        .filter(|(score, _)| *score > SIGNIFICANT)
        .collect();
    let is_significant = |position: &usize| scores.iter().any(|(_, c)| c == position);
    let chosen = choices.iter().enumerate().filter(|(_, position)| is_significant(position));
    let chosen: Vec<usize> = chosen.map(|(index, _)| index).collect();
    scores.retain(|(_, position)| !choices.contains(position));
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    scores.truncate(MOST_COORDINATES);
    let mut positions: Vec<usize> = scores.into_iter().map(|(_, position)| position).collect();
    positions.sort_unstable();
    let directions = directions(populations, &positions);
    Subspace { positions, directions, choices: chosen }
}

/// By how many standard errors mean or variance of a number differ from 0 and 1.
fn score(population: &Population, coordinate: usize) -> f64 {
    let points = population.points[coordinate].iter().zip(&population.weights);
    let (mut mean, mut square, mut weights) = (0.0, 0.0, 0.0);
    for (z, weight) in points {
        mean += weight * z;
        square += weight * z * z;
        weights += weight * weight;
    }
    let count = 1.0 / weights / RELATED;
    (mean.abs() * count.sqrt()).max((square - 1.0).abs() * (count / 2.0).sqrt())
}

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
