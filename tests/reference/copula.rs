//! Correlated standard normals of one class: all shocks of a step, or all that is drawn once a path.

use nalgebra::{DMatrix, DVector, SymmetricEigen};
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};
use tradecast::scenario::{Correlation, Member};

/// A multivariate standard normal.
pub struct Copula {
    /// A matrix L with L Lᵀ = the correlation matrix.
    root: DMatrix<f64>,
}

impl Copula {
    /// The normals of `members`, correlated as the scenario says; every pair that it does not name
    /// is independent.
    pub fn new(members: &[Member], correlations: &[Correlation]) -> Self {
        let mut matrix = DMatrix::identity(members.len(), members.len());
        for correlation in correlations {
            let place = |member: &Member| members.iter().position(|known| known == member);
            let [first, second] = &correlation.between;
            if let (Some(i), Some(j)) = (place(first), place(second)) {
                matrix[(i, j)] = correlation.value;
                matrix[(j, i)] = correlation.value;
            }
        }
        Self { root: square_root(matrix) }
    }

    /// One draw, in the order of the members.
    pub fn draw(&self, rng: &mut impl Rng) -> Vec<f64> {
        let independent = DVector::from_fn(self.root.nrows(), |_, _| {
            Distribution::<f64>::sample(&StandardNormal, rng)
        });
        (&self.root * independent).iter().copied().collect()
    }
}

/// The Cholesky factor; where the matrix is singular (a correlation of 1), V √Λ from its
/// eigenvectors, which gives the same distribution.
fn square_root(matrix: DMatrix<f64>) -> DMatrix<f64> {
    if let Some(cholesky) = matrix.clone().cholesky() {
        return cholesky.l();
    }
    let eigen = SymmetricEigen::new(matrix);
    assert!(eigen.eigenvalues.min() > -1e-8, "not a correlation matrix");
    eigen.eigenvectors
        * DMatrix::from_diagonal(&eigen.eigenvalues.map(|value| value.max(0.0).sqrt()))
}
