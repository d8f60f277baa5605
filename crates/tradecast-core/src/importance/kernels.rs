//! Loops over the points of a sample or a block that the compiler turns into vector instructions.

use crate::numeric::vectorised::vectorised;
use crate::random::GROUP;

vectorised! {
    /// out += factor · row
    pub fn add_scaled(out: &mut [f64], factor: f64, row: &[f64]) {
        for (out, value) in out.iter_mut().zip(row) {
            *out += factor * value;
        }
    }

    /// out = row − center
    pub fn center(out: &mut [f64], row: &[f64], center: f64) {
        for (out, value) in out.iter_mut().zip(row) {
            *out = value - center;
        }
    }

    /// out += |x|², for x by dimension.
    pub fn add_squares(out: &mut [f64], rows: &[Vec<f64>]) {
        for row in rows {
            for (out, value) in out.iter_mut().zip(row) {
                *out += value * value;
            }
        }
    }

    /// out −= |M x|², for x by dimension and M lower triangular, row after row. The number of points
    /// is a multiple of [`GROUP`].
    pub fn subtract_squares(out: &mut [f64], matrix: &[f64], rows: &[Vec<f64>]) {
        for (tile, out) in out.chunks_exact_mut(GROUP).enumerate() {
            let points = tile * GROUP..(tile + 1) * GROUP;
            for (i, weights) in matrix.chunks_exact(rows.len()).enumerate() {
                let mut moved = [0.0; GROUP];
                for (weight, row) in weights.iter().zip(&rows[..=i]) {
                    for (moved, value) in moved.iter_mut().zip(&row[points.clone()]) {
                        *moved += weight * value;
                    }
                }
                for (out, moved) in out.iter_mut().zip(&moved) {
                    *out -= moved * moved;
                }
            }
        }
    }

    /// Σ a b, in sixteen sums side by side. The number of points is a multiple of [`GROUP`].
    pub fn product(a: &[f64], b: &[f64]) -> f64 {
        let mut sums = [0.0; GROUP];
        for (a, b) in a.chunks_exact(GROUP).zip(b.chunks_exact(GROUP)) {
            for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
                *sum += a * b;
            }
        }
        sums.iter().sum()
    }
}
