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
    Untold(Untold),
}

/// Why a spread is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Untold {
    /// Nothing is uncertain.
    Certain,
    /// The draws differ by no more than chance makes them differ.
    Small {
        /// Draws.
        draws: u64,
        /// Paths of each.
        paths: u64,
    },
    /// Nearly all draws have hardly a hit.
    NearZero {
        /// Paths of each draw.
        paths: u64,
    },
    /// Nearly all draws have hardly a miss.
    NearOne {
        /// Paths of each draw.
        paths: u64,
    },
}

/// The distribution of P over draws of every uncertain quantity, chance alone left within each.
#[derive(Clone, Debug, Serialize)]
pub struct ParameterSpread {
    /// The 5 and 95 % quantiles.
    pub interval: Interval,
    /// Draws of what is not known.
    pub draws: u64,
    /// Paths of each draw.
    pub paths: u64,
    /// A probability below the first cannot be told from 0, one nearer to 1 than the second not from 1.
    pub least: [f64; 2],
    /// Quantiles in ascending order.
    pub quantiles: Vec<SpreadQuantile>,
    /// One value a draw, in ascending order.
    #[serde(skip)]
    pub values: Vec<f64>,
}

impl ParameterSpread {
    /// The 5 and the 95 % quantile, each where it can be told from 0 and 1.
    ///
    /// # Errors
    /// It cannot: 0 or 1, which it is near to.
    pub fn told_ends(&self) -> [Result<f64, u8>; 2] {
        [self.interval.lower, self.interval.upper].map(|end| match end {
            end if end < self.least[0] || end <= 0.0 => Err(0),
            end if 1.0 - end < self.least[1] || end >= 1.0 => Err(1),
            end => Ok(end),
        })
    }
}

/// One quantile of P over what is not known.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SpreadQuantile {
    /// The share of draws with at most this P, in (0, 1).
    pub quantile: f64,
    /// P; none where it cannot be told from 0 or 1.
    pub probability: Option<f64>,
    /// Its confidence interval, from order statistics; none where the draws are too few for one. It
    /// goes to 0 or 1 where it cannot be told from them.
    pub interval: Option<Interval>,
}
