//! How a probability depends on what is not known.

use crate::statistics::Interval;
use serde::Serialize;

/// The spread of a probability over what is not known, where it was asked for.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpreadEntry {
    /// There is one.
    Told(Box<ParameterSpread>),
    /// There is none.
    Untold {
        /// Why, in words.
        why: String,
    },
}

/// The distribution of P over draws of every uncertain quantity, chance alone left within each.
#[derive(Clone, Debug, Serialize)]
pub struct ParameterSpread {
    /// The 5 and 95 % quantiles.
    pub interval: Interval,
    /// The mean: P again, with the noise of this simulation.
    pub mean: f64,
    /// Draws of what is not known.
    pub draws: u64,
    /// Paths of each draw.
    pub paths: u64,
    /// A probability below this, or this near to 1, cannot be told from 0, or 1.
    pub least: f64,
    /// Quantiles in ascending order.
    pub quantiles: Vec<SpreadQuantile>,
    /// One value a draw, in ascending order.
    #[serde(skip)]
    pub values: Vec<f64>,
}

/// One quantile of P over what is not known.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SpreadQuantile {
    /// The share of draws with at most this P, in (0, 1).
    pub quantile: f64,
    /// P.
    pub probability: f64,
    /// Its confidence interval, from order statistics; none where the draws are too few for one.
    pub interval: Option<Interval>,
}
