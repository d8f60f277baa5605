//! A forecast of one horizon, whatever form its distribution has.

use super::{Predictive, Samples};

/// The distribution of log(y(n+h)/y(n)).
#[derive(Clone, Debug, PartialEq)]
pub enum Forecast {
    /// Known in closed form.
    Closed(Predictive),
    /// Known from draws.
    Samples(Samples),
}

impl Forecast {
    /// The probability of a log ratio of at most `y`.
    pub fn cdf(&self, y: f64) -> f64 {
        match self {
            Self::Closed(predictive) => predictive.cdf(y),
            Self::Samples(samples) => samples.cdf(y),
        }
    }

    /// The probability integral transform of the realised log ratio: uniform for a calibrated
    /// forecast. Draws equal to it count half.
    pub fn pit(&self, y: f64) -> f64 {
        match self {
            Self::Closed(predictive) => predictive.cdf(y),
            Self::Samples(samples) => samples.pit(y),
        }
    }

    /// The probability that the value becomes at least `multiple` times the last one.
    pub fn exceeds(&self, multiple: f64) -> f64 {
        match self {
            Self::Closed(predictive) => predictive.exceeds(multiple),
            Self::Samples(samples) => samples.exceeds(multiple),
        }
    }

    /// The log ratio with probability `p`, in (0, 1), of not being exceeded.
    pub fn quantile(&self, p: f64) -> f64 {
        match self {
            Self::Closed(predictive) => predictive.quantile(p),
            Self::Samples(samples) => samples.quantile(p),
        }
    }

    /// The CRPS of the realised log ratio: in closed form, or by the fair estimator from draws.
    pub fn crps(&self, y: f64) -> f64 {
        match self {
            Self::Closed(predictive) => predictive.crps(y),
            Self::Samples(samples) => samples.crps(y),
        }
    }

    /// The log of the density at the realised log ratio, higher is better; draws have none.
    pub fn log_score(&self, y: f64) -> Option<f64> {
        match self {
            Self::Closed(predictive) => Some(predictive.log_score(y)),
            Self::Samples(_) => None,
        }
    }

    /// The closed form, where there is one.
    pub fn closed(&self) -> Option<&Predictive> {
        match self {
            Self::Closed(predictive) => Some(predictive),
            Self::Samples(_) => None,
        }
    }
}
