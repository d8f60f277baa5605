//! Fits a mixture to the points of an event: expectation maximisation on weighted points.

use super::kernels;
use super::mixture::Component;
use crate::numeric::elementary::exp;
use crate::random::{Philox, PointSource, Variable};
use nalgebra::{Cholesky, DMatrix};

/// Components of an event.
const COMPONENTS: usize = 8;
/// Steps of expectation maximisation.
const STEPS: usize = 20;
/// Added to every variance: a Gaussian as narrow as the event would have too light tails, and a few
/// large weights.
const WIDENED: f64 = 0.1;
/// The share of one wide component about all points, for what lies between and beyond the others.
const WIDE_SHARE: f64 = 0.2;
/// By how much its variances are larger than those of all points.
const WIDE: f64 = 1.5;
/// A component of less than this share is dropped.
const LEAST_SHARE: f64 = 0.01;
/// A choice keeps at least this share of its own chances.
const KEPT_CHANCE: f64 = 0.1;

/// Weighted points: their places along directions, and the answers of choices.
pub struct Sample {
    /// By direction.
    pub along: Vec<Vec<f64>>,
    /// By choice, 1 where the answer is "below".
    pub below: Vec<Vec<f64>>,
    /// By point; they sum to 1.
    pub weights: Vec<f64>,
}

/// Fits components whose shares sum to 1. `chances` are the original ones of "below".
pub fn fit(sample: &Sample, chances: &[f64], start: Variable) -> Vec<Component> {
    let mut memberships = nearest(sample, &centers(sample, start));
    let mut fitted = maximise(sample, chances, &memberships);
    for _ in 0..STEPS {
        memberships = expect(sample, &fitted);
        fitted = maximise(sample, chances, &memberships);
    }
    let everyone = vec![1.0; sample.weights.len()];
    if let Some(mut wide) = component(sample, chances, &everyone, WIDE) {
        fitted.iter_mut().for_each(|component| component.share *= 1.0 - WIDE_SHARE);
        wide.share = if fitted.is_empty() { 1.0 } else { WIDE_SHARE };
        fitted.push(wide);
    }
    fitted
}

/// Points far from each other, as k-means++ finds them (Arthur and Vassilvitskii 2007).
fn centers(sample: &Sample, start: Variable) -> Vec<usize> {
    let count = sample.weights.len();
    let mut draws = [0.0; 16];
    Philox.uniforms(start, 0, 0, &mut draws);
    let mut far: Vec<f64> = vec![1.0; count];
    let mut centers = Vec::new();
    for u in &draws[..COMPONENTS] {
        let total: f64 = far.iter().zip(&sample.weights).map(|(far, weight)| far * weight).sum();
        let mut left = u * total;
        let chosen = far.iter().zip(&sample.weights).position(|(far, weight)| {
            left -= far * weight;
            left < 0.0
        });
        let chosen = chosen.unwrap_or(count - 1);
        centers.push(chosen);
        for (point, far) in far.iter_mut().enumerate() {
            let distance = distance(sample, point, chosen);
            *far = if centers.len() == 1 { distance } else { far.min(distance) };
        }
    }
    centers
}

/// Squared distance; a different answer counts as far as two standard deviations.
fn distance(sample: &Sample, a: usize, b: usize) -> f64 {
    let along = sample.along.iter().map(|row| (row[a] - row[b]) * (row[a] - row[b]));
    let below = sample.below.iter().map(|row| 4.0 * (row[a] - row[b]).abs());
    along.chain(below).sum()
}

/// Each point belongs to its nearest center.
fn nearest(sample: &Sample, centers: &[usize]) -> Vec<Vec<f64>> {
    let count = sample.weights.len();
    let mut memberships = vec![vec![0.0; count]; centers.len()];
    for point in 0..count {
        let distances = centers.iter().map(|center| distance(sample, point, *center));
        let closest = distances.enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((closest, _)) = closest {
            let membership = &mut memberships[closest];
            membership[point] = 1.0;
        }
    }
    memberships
}

/// The components that memberships make; shares sum to 1.
fn maximise(sample: &Sample, chances: &[f64], memberships: &[Vec<f64>]) -> Vec<Component> {
    let mut components: Vec<Component> = memberships
        .iter()
        .filter_map(|membership| component(sample, chances, membership, 1.0))
        .collect();
    let sum: f64 = components.iter().map(|component| component.share).sum();
    components.iter_mut().for_each(|component| component.share /= sum);
    components
}

/// The component that a membership makes, its covariance times `wide` and widened; nothing where it
/// has too few points.
fn component(sample: &Sample, chances: &[f64], membership: &[f64], wide: f64) -> Option<Component> {
    let weights: Vec<f64> =
        membership.iter().zip(&sample.weights).map(|(member, weight)| member * weight).collect();
    let share: f64 = weights.iter().sum();
    if share < LEAST_SHARE {
        return None;
    }
    let mean_of = |row: &[f64]| kernels::product(row, &weights) / share;
    let mean: Vec<f64> = sample.along.iter().map(|row| mean_of(row)).collect();
    let size = mean.len();
    let mut covariance = DMatrix::zeros(size, size);
    let centered = centered(sample, &mean);
    for i in 0..size {
        let weighted = weights.iter().zip(&centered[i]).map(|(weight, value)| weight * value);
        let weighted: Vec<f64> = weighted.collect();
        for j in 0..=i {
            covariance[(i, j)] = wide * kernels::product(&weighted, &centered[j]) / share;
            covariance[(j, i)] = covariance[(i, j)];
        }
        covariance[(i, i)] += WIDENED;
    }
    let factor = Cholesky::new(covariance)?.unpack();
    let below = sample.below.iter().zip(chances);
    let below = below.map(|(row, chance)| {
        mean_of(row).clamp(KEPT_CHANCE * chance, 1.0 - KEPT_CHANCE * (1.0 - chance))
    });
    Some(Component {
        share,
        mean,
        inverse: row_by_row(&inverse(&factor)),
        factor: row_by_row(&factor),
        below: below.collect(),
    })
}

/// The points with a mean taken from them, by direction.
fn centered(sample: &Sample, mean: &[f64]) -> Vec<Vec<f64>> {
    let rows = sample.along.iter().zip(mean);
    rows.map(|(row, mean)| row.iter().map(|value| value - mean).collect()).collect()
}

/// The inverse of a lower triangular matrix.
pub(super) fn inverse(factor: &DMatrix<f64>) -> DMatrix<f64> {
    let size = factor.nrows();
    let mut inverse: DMatrix<f64> = DMatrix::zeros(size, size);
    for column in 0..size {
        inverse[(column, column)] = 1.0 / factor[(column, column)];
        for row in column + 1..size {
            let sum: f64 = (column..row).map(|k| factor[(row, k)] * inverse[(k, column)]).sum();
            inverse[(row, column)] = -sum / factor[(row, row)];
        }
    }
    inverse
}

pub(super) fn row_by_row(matrix: &DMatrix<f64>) -> Vec<f64> {
    matrix.transpose().iter().copied().collect()
}

/// By component and point, the probability that the point is of the component.
fn expect(sample: &Sample, fitted: &[Component]) -> Vec<Vec<f64>> {
    let count = sample.weights.len();
    let mut logs: Vec<Vec<f64>> =
        fitted.iter().map(|component| log_density(sample, component)).collect();
    for point in 0..count {
        let largest = logs.iter().map(|row| row[point]).fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for row in &mut logs {
            row[point] = exp(row[point] - largest);
            sum += row[point];
        }
        logs.iter_mut().for_each(|row| row[point] /= sum);
    }
    logs
}

/// The logarithm of share times density, by point, up to a constant that all components share.
fn log_density(sample: &Sample, component: &Component) -> Vec<f64> {
    let size = component.mean.len();
    let mut constant = libm::log(component.share);
    let mut out = vec![0.0; sample.weights.len()];
    if size > 0 {
        let centered = centered(sample, &component.mean);
        kernels::subtract_squares(&mut out, &component.inverse, &centered);
    }
    out.iter_mut().for_each(|out| *out *= 0.5);
    (0..size).for_each(|i| constant += libm::log(component.inverse[i * size + i]));
    for (below, answers) in component.below.iter().zip(&sample.below) {
        let (yes, no) = (libm::log(*below), libm::log(1.0 - below));
        let answers = out.iter_mut().zip(answers);
        answers.for_each(|(out, answer)| *out += if *answer > 0.0 { yes } else { no });
    }
    out.iter_mut().for_each(|out| *out += constant);
    out
}
