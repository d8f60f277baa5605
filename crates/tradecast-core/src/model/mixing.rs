//! Correlation of standard normals: a Gaussian copula by a triangular factor.

use super::rows::Rows;
use crate::numeric::vectorised::vectorised;
use crate::random::GROUP;
use nalgebra::DMatrix;

/// Paths mixed at a time: their normals stay in registers and the innermost cache.
const TILE: usize = 32;

/// Which rows are correlated, and the lower triangular factor of their matrix.
#[derive(Clone, Debug, Default)]
pub struct Mixing {
    rows: Vec<usize>,
    /// By position of `rows`, its line of the factor: its own weight, then the other rows that
    /// weigh something.
    lines: Vec<Line>,
}

#[derive(Clone, Debug)]
struct Line {
    row: usize,
    own: f64,
    others: Vec<(usize, f64)>,
}

impl Mixing {
    /// Correlates `rows` by a positive semidefinite correlation matrix.
    pub fn new(rows: Vec<usize>, correlation: &DMatrix<f64>) -> Self {
        let factor = factor(correlation);
        let line = |position: usize| Line {
            row: rows[position],
            own: factor[(position, position)],
            others: (0..position)
                .map(|other| (rows[other], factor[(position, other)]))
                .filter(|(_, weight)| *weight != 0.0)
                .collect(),
        };
        Self { lines: (0..rows.len()).map(line).collect(), rows }
    }

    /// The rows.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// What a row is mixed from: the weights of rows, its own among them; nothing where it stays as
    /// it is.
    pub fn weights(&self, row: usize) -> Vec<(usize, f64)> {
        let of_line = |line: &Line| [&[(line.row, line.own)], &line.others[..]].concat();
        self.lines.iter().find(|line| line.row == row).map(of_line).unwrap_or_default()
    }

    /// Replaces independent rows z by L z.
    pub fn apply(&self, normals: &mut Rows) {
        let (lanes, count) = (normals.lanes(), normals.count());
        mix(normals.rows_mut(0..count), lanes, &self.lines);
    }
}

vectorised! {
    /// Mixes rows of `lanes` values, a multiple of [`GROUP`].
    fn mix(rows: &mut [f64], lanes: usize, lines: &[Line]) {
        let whole = lanes / TILE * TILE;
        for start in (0..whole).step_by(TILE) {
            mix_tile::<TILE>(rows, lanes, start, lines);
        }
        for start in (whole..lanes).step_by(GROUP) {
            mix_tile::<GROUP>(rows, lanes, start, lines);
        }
    }
}

/// From the last row up: a row only needs those before it, and the first keeps its own draws.
#[inline(always)]
fn mix_tile<const WIDTH: usize>(rows: &mut [f64], lanes: usize, start: usize, lines: &[Line]) {
    let place = |row: usize| row * lanes + start..row * lanes + start + WIDTH;
    for line in lines.iter().rev() {
        let mut sums = [0.0; WIDTH];
        for (sum, z) in sums.iter_mut().zip(&rows[place(line.row)]) {
            *sum = z * line.own;
        }
        for (row, weight) in &line.others {
            for (sum, z) in sums.iter_mut().zip(&rows[place(*row)]) {
                *sum += weight * z;
            }
        }
        rows[place(line.row)].copy_from_slice(&sums);
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
