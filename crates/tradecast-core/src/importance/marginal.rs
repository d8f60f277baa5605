//! A mixture as some of its numbers see it: what it is when the others are averaged over.

use super::fit::{inverse, row_by_row};
use super::mixture::{Component, Mixture};
use crate::random::Coordinate;
use nalgebra::{Cholesky, DMatrix, DVector};

impl Mixture {
    /// The distribution of the numbers that are kept when all others are averaged over; normals that
    /// are kept are among its numbers also where no direction touches them.
    ///
    /// A component has mean V m and covariance I + V (L Lᵀ − I) Vᵀ, V its directions. Of the rows
    /// that are kept V is Q R, with Q orthonormal: along Q the mean is R m and the covariance
    /// I + R (L Lᵀ − I) Rᵀ, and across it nothing changes.
    pub fn marginal(&self, kept: &[Coordinate]) -> Self {
        let (normals, answers) =
            self.coordinates.split_at(self.coordinates.len() - self.choices.len());
        let asked: Vec<usize> =
            (0..answers.len()).filter(|at| kept.contains(&answers[*at])).collect();
        let is_moved = |it: &&Coordinate| !it.is_uniform || normals.contains(it);
        let is_normal = |it: &&Coordinate| is_moved(it) && !answers.contains(it);
        let mut coordinates: Vec<Coordinate> = kept.iter().filter(is_normal).copied().collect();
        let weight = |direction: &Vec<f64>, of: &Coordinate| {
            normals.iter().position(|it| it == of).map_or(0.0, |at| direction[at])
        };
        let across = DMatrix::from_fn(coordinates.len(), self.directions.len(), |row, column| {
            weight(&self.directions[column], &coordinates[row])
        });
        let (basis, turned) = across.qr().unpack();
        coordinates.extend(asked.iter().map(|at| answers[*at]));
        Self {
            coordinates,
            directions: basis
                .column_iter()
                .map(|column| column.iter().copied().collect())
                .collect(),
            choices: asked.iter().map(|at| self.choices[*at]).collect(),
            components: self.components.iter().map(|of| marginal(of, &turned, &asked)).collect(),
            selector: self.selector,
        }
    }
}

/// A component along the directions that are left, and what it asks of the choices that are.
fn marginal(of: &Component, turned: &DMatrix<f64>, asked: &[usize]) -> Component {
    let (size, left) = (of.mean.len(), turned.nrows());
    let identity = |size: usize| DMatrix::<f64>::identity(size, size);
    let factor = DMatrix::from_row_slice(size, size, &of.factor);
    let excess = &factor * factor.transpose() - identity(size);
    let covariance = identity(left) + turned * excess * turned.transpose();
    // Of a positive definite matrix, so that there is a factor but for rounding.
    let factor = Cholesky::new(covariance).map_or_else(|| identity(left), |found| found.unpack());
    let mean = turned * DVector::from_column_slice(&of.mean);
    Component {
        share: of.share,
        mean: mean.iter().copied().collect(),
        inverse: row_by_row(&inverse(&factor)),
        factor: row_by_row(&factor),
        below: asked.iter().map(|at| of.below[*at]).collect(),
    }
}
