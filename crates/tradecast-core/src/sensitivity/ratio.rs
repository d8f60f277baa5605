//! Ratios of sums over independent batches, with intervals.

use crate::numeric::special::student_t_quantile;
use crate::statistics::{Estimate, Interval, LEVEL};

/// Denominators, one a batch.
#[derive(Clone, Debug)]
pub struct Ratios {
    denominators: Vec<f64>,
    sum: f64,
    /// Student-t quantile of the interval.
    reach: f64,
}

impl Ratios {
    /// From the denominators of at least two batches, whose sum is not zero.
    pub fn new(denominators: Vec<f64>) -> Self {
        let sum = denominators.iter().sum();
        let df = denominators.len().saturating_sub(1).max(1) as f64;
        let reach = student_t_quantile(0.5 + LEVEL / 2.0, df);
        Self { denominators, sum, reach }
    }

    /// R = Σ a / Σ b, with the standard error √(B/(B−1) Σ (a − R b)²) / Σ b of a ratio of B
    /// independent batches and its Student-t interval. The interval is not cut at 0 or 1.
    ///
    /// # Source
    /// Cochran (1977), Sampling Techniques, section 6.4.
    pub fn of(&self, numerators: &[f64]) -> Estimate {
        let value = numerators.iter().sum::<f64>() / self.sum;
        let parts = numerators.iter().zip(&self.denominators);
        let squares: f64 = parts.map(|(a, b)| (a - value * b) * (a - value * b)).sum();
        let batches = self.denominators.len() as f64;
        let standard_error = (squares * batches / (batches - 1.0)).sqrt() / self.sum;
        let reach = self.reach * standard_error;
        let interval = Interval { level: LEVEL, lower: value - reach, upper: value + reach };
        Estimate { value, standard_error, interval }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_and_its_error_by_hand() {
        let estimate = Ratios::new(vec![1.0, 3.0]).of(&[1.0, 1.0]);
        assert_eq!(estimate.value, 0.5);
        // Residuals 0.5 and −0.5; √(2 · 0.5) / 4.
        assert!((estimate.standard_error - 0.25).abs() < 1e-15);
        // Student-t with one degree of freedom at 97.5 %: tan(0.475 π) = 12.7062.
        assert!((estimate.interval.upper - 0.5 - 12.7062 * 0.25).abs() < 1e-4);
    }
}
