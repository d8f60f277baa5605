//! Quantiles as a smooth function of a standard normal, tabulated: a draw from a beta, gamma or
//! Student-t distribution for the price of a polynomial.

use crate::numeric::vectorised::vectorised;
use std::sync::LazyLock;

use super::elementary::{exp, exp_slice};
use super::{normal, special};

/// The table covers |z| ≤ 9.5, beyond the largest normal of the generator; P(|z| > 9.5) = 2e-21.
const LIMIT: f64 = 9.5;
const CELLS_PER_UNIT: f64 = 8.0;
/// Cells of width 1/8 from −9.5 to 9.5.
const CELLS: usize = 152;
/// Coefficients of a cell's polynomial, of degree 7.
const TERMS: usize = 8;
/// Rows of the table: a power of two, so that a masked index needs no bounds check.
const ROWS: usize = 256;
/// 1.5 × 2^52: adding it rounds to an integer, held in the low bits.
const ROUNDING: f64 = 6_755_399_441_055_744.0;

type Rows = [[f64; TERMS]; ROWS];

/// The scale on which a table interpolates: where the quantile is smooth and no range overflows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// The value itself.
    Identity,
    /// Its logarithm, for positive values of many sizes.
    Log,
    /// ln(x/(1 − x)), for values in (0, 1) that crowd at the ends.
    Logit,
}

impl Scale {
    /// The value on this scale, infinities bounded to what f64 can show of it.
    fn forward(self, x: f64) -> f64 {
        match self {
            Self::Identity => x,
            Self::Log => libm::log(x).clamp(-708.0, 709.0),
            Self::Logit => (libm::log(x) - libm::log1p(-x)).clamp(-708.0, 37.0),
        }
    }
}

/// A smooth increasing map from a standard normal z to the quantile at Φ(z).
///
/// In each cell of width 1/8 a polynomial of degree 7 meets the map at eight Chebyshev–Lobatto
/// points, ends included, so neighbours agree where they touch. Relative error below 1e-9 for
/// Student-t with df ≥ 2.1, gamma with shape ≥ 0.1 and beta with shapes ≥ 0.1 (of the scale where
/// the value passes through 0).
#[derive(Clone, Debug, PartialEq)]
pub struct NormalTable {
    scale: Scale,
    rows: Box<Rows>,
}

impl NormalTable {
    /// The table of the distribution with quantile `lower(p)` for p ≤ ½ and `upper(q)` at upper
    /// tail q ≤ ½, interpolated on `scale`.
    ///
    /// Quantiles should be smooth and increasing; 0 on the log scale and 0 or 1 on the logit scale
    /// stand for values too small or too near 1 for an f64, with a kink there.
    pub fn from_quantiles(
        lower: impl Fn(f64) -> f64,
        upper: impl Fn(f64) -> f64,
        scale: Scale,
    ) -> Self {
        Self::from_scaled_quantiles(|p| scale.forward(lower(p)), |q| scale.forward(upper(q)), scale)
    }

    /// [`NormalTable::from_quantiles`] of functions that already return the value on `scale`, which
    /// has no kink where the value itself underflows.
    pub fn from_scaled_quantiles(
        lower: impl Fn(f64) -> f64,
        upper: impl Fn(f64) -> f64,
        scale: Scale,
    ) -> Self {
        let quantile = |z: f64| {
            if z <= 0.0 { lower(normal::cdf(z)) } else { upper(normal::cdf(-z)) }
        };
        let mut rows: Box<Rows> = Box::new([[0.0; TERMS]; ROWS]);
        let mut left_end = quantile(-LIMIT);
        for (cell, row) in rows.iter_mut().enumerate().take(CELLS) {
            let centre = (cell as f64 + 0.5) / CELLS_PER_UNIT - LIMIT;
            let mut values = NODES.map(|node| node * (0.5 / CELLS_PER_UNIT) + centre);
            values[0] = left_end;
            for value in &mut values[1..] {
                *value = quantile(*value);
            }
            left_end = values[TERMS - 1];
            *row = polynomial_through(values);
        }
        // z = 9.5 itself may be rounded into the cell after the last.
        for row in &mut rows[CELLS..] {
            row[0] = left_end;
        }
        Self { scale, rows }
    }

    /// Student's t with `df` degrees of freedom, not scaled to unit variance.
    pub fn student_t(df: f64) -> Self {
        Self::from_scaled_quantiles(
            |p| special::student_t_quantile(p, df),
            |q| special::student_t_quantile_upper(q, df),
            Scale::Identity,
        )
    }

    /// The gamma distribution with this shape and scale 1.
    pub fn gamma(shape: f64) -> Self {
        Self::from_scaled_quantiles(
            |p| special::gamma_log_quantile(p, shape),
            |q| special::gamma_log_quantile_upper(q, shape),
            Scale::Log,
        )
    }

    /// √(df/χ²) with χ² of `df` degrees of freedom.
    pub fn student_t_spread(df: f64) -> Self {
        // χ²/2 has the gamma distribution of shape df/2; where it is small, the spread is large.
        let shape = 0.5 * df;
        let from_log_gamma = |log: f64| 0.5 * (libm::log(shape) - log);
        Self::from_scaled_quantiles(
            |p| from_log_gamma(special::gamma_log_quantile_upper(p, shape)),
            |q| from_log_gamma(special::gamma_log_quantile(q, shape)),
            Scale::Log,
        )
    }

    /// The beta distribution on (0, 1).
    pub fn beta(a: f64, b: f64) -> Self {
        Self::from_scaled_quantiles(
            |p| special::beta_logit_quantile(p, a, b),
            |q| special::beta_logit_quantile_upper(q, a, b),
            Scale::Logit,
        )
    }

    /// The quantile at Φ(z); z beyond ±9.5 counts as ±9.5, NaN gives NaN.
    #[inline]
    pub fn value(&self, z: f64) -> f64 {
        let y = interpolate(&self.rows, z);
        match self.scale {
            Scale::Identity => y,
            Scale::Log => exp(y),
            Scale::Logit => logistic(y),
        }
    }

    /// Replaces each z by [`NormalTable::value`], the same bits.
    pub fn map_slice(&self, z: &mut [f64]) {
        interpolate_slice(&self.rows, z);
        match self.scale {
            Scale::Identity => {}
            Scale::Log => exp_slice(z),
            Scale::Logit => logistic_slice(z),
        }
    }
}

/// Replaces each z by Φ(z), absolute error below 1e-12: interpolated, for draws of shares that need
/// no relative accuracy in the tails.
pub fn cdf_slice(values: &mut [f64]) {
    static TABLE: LazyLock<NormalTable> =
        LazyLock::new(|| NormalTable::from_quantiles(|p| p, |q| 1.0 - q, Scale::Identity));
    TABLE.map_slice(values);
}

// AVX-512's eight-fold gathers are slower on Zen 4 (193 against 443 M/s).
vectorised! { at most AVX2:
    /// Replaces each z by [`interpolate`].
    fn interpolate_slice(rows: &Rows, z: &mut [f64]) {
        for z in z {
            *z = interpolate(rows, *z);
        }
    }
}

vectorised! {
    fn logistic_slice(values: &mut [f64]) {
        for value in values {
            *value = logistic(*value);
        }
    }
}

#[inline(always)]
fn logistic(y: f64) -> f64 {
    1.0 / (1.0 + exp(-y))
}

/// The polynomial of z's cell, without branches.
#[inline(always)]
fn interpolate(rows: &Rows, z: f64) -> f64 {
    let z = if z < -LIMIT { -LIMIT } else { z };
    let z = if z > LIMIT { LIMIT } else { z };
    let position = (z + LIMIT) * CELLS_PER_UNIT;
    let shifted = position - 0.5 + ROUNDING;
    let t = 2.0 * (position - (shifted - ROUNDING)) - 1.0;
    let row = &rows[shifted.to_bits() as usize & (ROWS - 1)];
    let mut sum = row[TERMS - 1];
    for k in (0..TERMS - 1).rev() {
        sum = sum * t + row[k];
    }
    sum
}

/// −cos(πk/7): the Chebyshev–Lobatto points of degree 7 on [−1, 1].
const NODES: [f64; TERMS] = [
    -1.0,
    -0.900_968_867_902_419_1,
    -0.623_489_801_858_733_5,
    -0.222_520_933_956_314_4,
    0.222_520_933_956_314_4,
    0.623_489_801_858_733_5,
    0.900_968_867_902_419_1,
    1.0,
];

/// Coefficients by powers of t of the polynomial with these values at the nodes: Newton's divided
/// differences, multiplied out.
fn polynomial_through(values: [f64; TERMS]) -> [f64; TERMS] {
    let mut differences = values;
    for order in 1..TERMS {
        for i in (order..TERMS).rev() {
            let width = NODES[i] - NODES[i - order];
            differences[i] = (differences[i] - differences[i - 1]) / width;
        }
    }
    let mut coefficients = [0.0; TERMS];
    for i in (0..TERMS).rev() {
        for k in (1..TERMS).rev() {
            coefficients[k] = coefficients[k - 1] - NODES[i] * coefficients[k];
        }
        coefficients[0] = differences[i] - NODES[i] * coefficients[0];
    }
    coefficients
}

#[cfg(test)]
mod tests {
    use super::super::vectorised::assert_same;
    use super::*;
    use special::{
        beta_quantile, beta_quantile_upper, gamma_quantile, gamma_quantile_upper,
        student_t_quantile, student_t_quantile_upper,
    };

    fn points(n: usize) -> impl Iterator<Item = f64> {
        (0..n).map(|i| -LIMIT + 2.0 * LIMIT * ((i as f64 * 0.618_033_988_749_894_9) % 1.0))
    }

    /// The largest error relative to the value, or to `scale` where the value is smaller.
    fn worst_error(
        table: &NormalTable,
        lower: impl Fn(f64) -> f64,
        upper: impl Fn(f64) -> f64,
        scale: f64,
    ) -> f64 {
        points(4000)
            .map(|z| {
                let exact = if z <= 0.0 { lower(normal::cdf(z)) } else { upper(normal::cdf(-z)) };
                (table.value(z) - exact).abs() / exact.abs().max(scale)
            })
            .fold(0.0, f64::max)
    }

    fn assert_increasing(table: &NormalTable) {
        let mut sorted: Vec<f64> = points(50_000).collect();
        sorted.sort_by(f64::total_cmp);
        let y: Vec<f64> = sorted.iter().map(|&z| interpolate(&table.rows, z)).collect();
        for (pair, z) in y.windows(2).zip(&sorted) {
            assert!(pair[0] < pair[1], "not increasing after {z}");
        }
    }

    #[test]
    fn student_t_is_close_and_increasing() {
        for df in [2.1, 3.0, 5.0, 30.0, 1e5] {
            let table = NormalTable::student_t(df);
            let error = worst_error(
                &table,
                |p| student_t_quantile(p, df),
                |q| student_t_quantile_upper(q, df),
                1.0,
            );
            println!("t {df}: {error:e}");
            assert!(error < 1e-9);
            assert_increasing(&table);
        }
    }

    #[test]
    fn gamma_is_close_and_increasing() {
        for shape in [0.1, 0.5, 1.0, 10.0, 1e4] {
            let table = NormalTable::gamma(shape);
            let error = worst_error(
                &table,
                |p| gamma_quantile(p, shape),
                |q| gamma_quantile_upper(q, shape),
                1e-290,
            );
            println!("gamma {shape}: {error:e}");
            assert!(error < 1e-9);
            assert_increasing(&table);
        }
    }

    #[test]
    fn beta_is_close_and_increasing() {
        for (a, b) in [(0.1, 0.1), (0.1, 3.0), (0.5, 0.5), (2.0, 5.0), (4.8, 3.2), (900.0, 20.0)] {
            let table = NormalTable::beta(a, b);
            let error = worst_error(
                &table,
                |p| beta_quantile(p, a, b),
                |q| beta_quantile_upper(q, a, b),
                1e-290,
            );
            println!("beta {a} {b}: {error:e}");
            assert!(error < 1e-9);
            assert_increasing(&table);
        }
    }

    #[test]
    fn quantiles_of_the_value_give_the_same_table_where_they_show_it() {
        let (a, b) = (2.0, 5.0);
        let plain = NormalTable::from_quantiles(
            |p| beta_quantile(p, a, b),
            |q| beta_quantile_upper(q, a, b),
            Scale::Logit,
        );
        let scaled = NormalTable::beta(a, b);
        for z in points(1000).filter(|z| *z < 8.0) {
            assert!((plain.value(z) / scaled.value(z) - 1.0).abs() < 1e-12, "at {z}");
        }
    }

    #[test]
    fn slices_give_the_bits_of_one_value_on_every_instruction_set() {
        for table in
            [NormalTable::student_t(4.0), NormalTable::gamma(2.0), NormalTable::beta(2.0, 3.0)]
        {
            assert_same(|| {
                let mut z: Vec<f64> = points(1003).map(|z| 1.1 * z).collect();
                let expected: Vec<u64> = z.iter().map(|&z| table.value(z).to_bits()).collect();
                table.map_slice(&mut z);
                assert_eq!(z.iter().map(|x| x.to_bits()).collect::<Vec<_>>(), expected);
            });
        }
    }

    #[test]
    fn limits() {
        let table = NormalTable::student_t(4.0);
        assert_eq!(table.value(20.0), table.value(9.5));
        assert_eq!(table.value(-20.0), table.value(-9.5));
        assert_eq!(table.value(f64::INFINITY), table.value(9.5));
        assert!(table.value(f64::NAN).is_nan());
        let end = student_t_quantile_upper(normal::cdf(-9.5), 4.0);
        assert!((table.value(9.5) / end - 1.0).abs() < 1e-12);
        assert!(table.value(0.0).abs() < 1e-15);
    }
}
