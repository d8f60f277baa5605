//! The one form in which a simulated number leaves the program: value, standard error, interval.

use crate::numeric::normal;

/// Confidence level of every interval that is reported.
pub const LEVEL: f64 = 0.95;

/// A two-sided confidence interval, in the unit of the estimate that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Interval {
    /// Share of repeated simulations whose interval contains the exact value, e.g. 0.95.
    pub level: f64,
    /// Lower end.
    pub lower: f64,
    /// Upper end, never below `lower`.
    pub upper: f64,
}

impl Interval {
    /// Distance from `value` to the farther end; NaN if any of the three is NaN.
    pub fn reach_from(&self, value: f64) -> f64 {
        let (below, above) = (value - self.lower, self.upper - value);
        if below > above || below.is_nan() { below } else { above }
    }
}

/// A simulated value with what chance alone may have done to it.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Estimate {
    /// The estimate itself.
    pub value: f64,
    /// Standard deviation of `value` over repeated simulations, same unit.
    pub standard_error: f64,
    /// Confidence interval of `value`; it need not be symmetric around it.
    pub interval: Interval,
}

/// The z with which a two-sided normal interval of this level is ±z standard errors wide.
///
/// # Panics
/// If `level` is not strictly between 0 and 1: a level is chosen by us, never read from a file unchecked.
pub fn two_sided_z(level: f64) -> f64 {
    assert!(level > 0.0 && level < 1.0, "confidence level {level} is not in (0, 1)");
    normal::quantile_upper((1.0 - level) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reach_is_the_longer_arm() {
        let interval = Interval { level: LEVEL, lower: 0.1, upper: 0.5 };
        assert_eq!(interval.reach_from(0.125), 0.375);
        assert_eq!(interval.reach_from(0.5), 0.4);
        assert!(interval.reach_from(f64::NAN).is_nan());
    }
}
