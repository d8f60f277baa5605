//! The predictive distribution of a log ratio, in closed form.

use super::scores;
use crate::numeric::{normal, special};

/// Of log(y(n+h)/y(n)): location + scale · t, with t Student's t.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Predictive {
    /// The median of the log ratio.
    pub location: f64,
    /// The scale of Student's t, above 0: not its standard deviation.
    pub scale: f64,
    /// Degrees of freedom; infinite for a normal distribution.
    pub df: f64,
}

impl Predictive {
    /// The probability of a log ratio of at most `y`.
    pub fn cdf(&self, y: f64) -> f64 {
        let z = (y - self.location) / self.scale;
        if self.df.is_finite() { special::student_t_cdf(z, self.df) } else { normal::cdf(z) }
    }

    /// The probability that the value becomes at least `multiple` times the last one.
    pub fn exceeds(&self, multiple: f64) -> f64 {
        let mirrored = Self { location: -self.location, ..*self };
        mirrored.cdf(-libm::log(multiple))
    }

    /// The log ratio with probability `p`, in (0, 1), of not being exceeded.
    pub fn quantile(&self, p: f64) -> f64 {
        let z = match (self.df.is_finite(), p <= 0.5) {
            (true, true) => special::student_t_quantile(p, self.df),
            (true, false) => special::student_t_quantile_upper(1.0 - p, self.df),
            (false, _) => normal::quantile(p),
        };
        self.location + self.scale * z
    }

    /// The CRPS of the realised log ratio, in units of the log; better where smaller.
    ///
    /// NaN unless df > 1.
    pub fn crps(&self, y: f64) -> f64 {
        if self.df.is_finite() {
            scores::crps_student(y, self.location, self.scale, self.df)
        } else {
            scores::crps_normal(y, self.location, self.scale)
        }
    }

    /// The log of the density at the realised log ratio; better where larger.
    pub fn log_score(&self, y: f64) -> f64 {
        if self.df.is_finite() {
            scores::log_density_student(y, self.location, self.scale, self.df)
        } else {
            scores::log_density_normal(y, self.location, self.scale)
        }
    }
}
