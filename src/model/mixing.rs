//! Correlation of standard normals: a Gaussian copula by a triangular factor.

use super::rows::Rows;
use nalgebra::DMatrix;

/// Which rows are correlated, and the lower triangular factor of their matrix.
#[derive(Clone, Debug)]
pub struct Mixing {
    rows: Vec<usize>,
    factor: DMatrix<f64>,
}

impl Default for Mixing {
    fn default() -> Self {
        Self { rows: Vec::new(), factor: DMatrix::zeros(0, 0) }
    }
}

impl Mixing {
    /// Correlates `rows` by a positive semidefinite correlation matrix.
    pub fn new(rows: Vec<usize>, correlation: &DMatrix<f64>) -> Self {
        Self { rows, factor: factor(correlation) }
    }

    /// Replaces independent rows z by L z. From the last row up: a row only needs those before it,
    /// and the first keeps its own draws.
    pub fn apply(&self, normals: &mut Rows) {
        for (position, row) in self.rows.iter().enumerate().rev() {
            let own = self.factor[(position, position)];
            normals.row_mut(*row).iter_mut().for_each(|z| *z *= own);
            for (other, source) in self.rows[..position].iter().enumerate() {
                let weight = self.factor[(position, other)];
                if weight == 0.0 {
                    continue;
                }
                let (target, source) = normals.pair_mut(*row, *source);
                for (z, other) in target.iter_mut().zip(source) {
                    *z += weight * *other;
                }
            }
        }
    }
}

/// The lower triangular L with L Lᵀ = matrix. A pivot of zero, as with a correlation of 1, leaves
/// its column at zero, where a plain Cholesky decomposition stops.
fn factor(matrix: &DMatrix<f64>) -> DMatrix<f64> {
    let size = matrix.nrows();
    let mut lower: DMatrix<f64> = DMatrix::zeros(size, size);
    for column in 0..size {
        let known = |row: usize, lower: &DMatrix<f64>| {
            (0..column).map(|k| lower[(row, k)] * lower[(column, k)]).sum::<f64>()
        };
        let pivot = (matrix[(column, column)] - known(column, &lower)).max(0.0).sqrt();
        if pivot < 1e-7 {
            continue;
        }
        lower[(column, column)] = pivot;
        for row in column + 1..size {
            lower[(row, column)] = (matrix[(row, column)] - known(row, &lower)) / pivot;
        }
    }
    lower
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_gives_the_matrix_back_also_where_it_is_singular() {
        for third in [0.3, 1.0] {
            let given =
                DMatrix::from_row_slice(3, 3, &[1.0, 0.5, 0.5, 0.5, 1.0, third, 0.5, third, 1.0]);
            let lower = factor(&given);
            assert!((&lower * lower.transpose() - given).abs().max() < 1e-12);
        }
    }
}
