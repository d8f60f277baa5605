//! The distributions that a scenario may name, as maps from a standard normal to the value: the
//! quantile function of Φ(z). So any two uncertain values can share a Gaussian copula.

mod families;
mod quantiles;

pub use quantiles::{Limits, Quantiles};

use crate::numeric::interpolation::NormalTable;
use crate::numeric::normal;
use std::sync::Arc;

/// The largest |z| that matters: no source of points draws beyond it (Φ(−9) = 1.1e-19).
pub const REACH: f64 = 9.0;

/// Why parameters make no distribution.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct DistributionError {
    /// The parameter at fault, as `std_dev`.
    pub parameter: &'static str,
    /// What is wrong.
    pub message: String,
    /// What is allowed.
    pub help: String,
    /// The range in which the value at fault would do, where there is one.
    pub feasible: Option<[f64; 2]>,
}

impl DistributionError {
    fn new(parameter: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { parameter, message: message.into(), help: help.into(), feasible: None }
    }
}

/// A distribution of one number.
#[derive(Clone, Debug)]
pub struct Distribution {
    shape: Shape,
    window: Option<Window>,
}

#[derive(Clone, Debug)]
enum Shape {
    Normal {
        mean: f64,
        std_dev: f64,
    },
    Lognormal {
        median: f64,
        sigma: f64,
    },
    Uniform {
        min: f64,
        max: f64,
    },
    Triangular {
        min: f64,
        mode: f64,
        max: f64,
    },
    /// offset + scale · table(z); the flag says that no mean exists.
    Table {
        table: Arc<NormalTable>,
        offset: f64,
        scale: f64,
        bounded: (bool, bool),
        heavy: bool,
    },
    /// Values in ascending order; value k holds below the k-th threshold of z.
    Empirical {
        values: Vec<f64>,
        thresholds: Vec<f64>,
    },
    Quantiles(Quantiles),
}

/// A truncation: the share of the original below it, and the share within.
#[derive(Clone, Copy, Debug)]
struct Window {
    /// Whether shares are counted from the upper end, where they are small.
    from_top: bool,
    below: f64,
    within: f64,
    min: f64,
    max: f64,
}

impl Distribution {
    /// The value at a standard normal `z`: the quantile function at Φ(z).
    pub fn value(&self, z: f64) -> f64 {
        match &self.window {
            None => self.shape.value(z),
            Some(window) => self.shape.value(window.narrow(z)).clamp(window.min, window.max),
        }
    }

    /// Replaces each standard normal by the value there.
    pub fn transform(&self, normals: &mut [f64]) {
        for z in normals {
            *z = self.value(*z);
        }
    }

    /// The quantile at probability `p` in (0, 1).
    pub fn quantile(&self, p: f64) -> f64 {
        self.value(normal::quantile(p))
    }

    /// The median.
    pub fn median(&self) -> f64 {
        self.value(0.0)
    }

    /// The least and the greatest value that can be drawn.
    pub fn reach(&self) -> (f64, f64) {
        (self.value(-REACH), self.value(REACH))
    }

    /// Whether an upper limit exists that no value exceeds.
    pub fn is_bounded_above(&self) -> bool {
        if self.window.is_some_and(|window| window.max.is_finite()) {
            return true;
        }
        match &self.shape {
            Shape::Normal { .. } | Shape::Lognormal { .. } => false,
            Shape::Uniform { .. } | Shape::Triangular { .. } | Shape::Empirical { .. } => true,
            Shape::Table { bounded, .. } => bounded.1,
            Shape::Quantiles(quantiles) => quantiles.limits().upper.is_some(),
        }
    }

    /// Whether the mean may be infinite: Student-t, unless cut at the top.
    pub fn is_heavy_tailed(&self) -> bool {
        matches!(self.shape, Shape::Table { heavy: true, .. }) && !self.is_bounded_above()
    }

    /// Cuts the distribution to [min, max] and renormalises; never moves a value to a limit.
    ///
    /// # Errors
    /// `min` not below `max`; less than 1e-12 of the distribution within.
    pub fn truncate(mut self, min: f64, max: f64) -> Result<Self, DistributionError> {
        if min.is_nan() || max.is_nan() || min >= max {
            return Err(DistributionError::new(
                "truncate",
                "the minimum is not below the maximum",
                "write a truncate.min below truncate.max",
            ));
        }
        let (low, high) = (self.normal_at(min), self.normal_at(max));
        let from_top = low > 0.0;
        let share = |z: f64| if from_top { normal::cdf(-z) } else { normal::cdf(z) };
        let within = (share(high) - share(low)).abs();
        if within < 1e-12 {
            let message = "nothing of the distribution lies within the limits";
            let mut error =
                DistributionError::new("truncate", message, "limits around its middle half");
            error.feasible = Some([self.quantile(0.25), self.quantile(0.75)]);
            return Err(error);
        }
        self.window = Some(Window { from_top, below: share(low), within, min, max });
        Ok(self)
    }

    /// The z at which the value is `x`, by bisection of the monotone map.
    fn normal_at(&self, x: f64) -> f64 {
        let (mut low, mut high) = (-40.0, 40.0);
        if x == f64::NEG_INFINITY || self.shape.value(low) >= x {
            return f64::NEG_INFINITY;
        }
        if x == f64::INFINITY || self.shape.value(high) <= x {
            return f64::INFINITY;
        }
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if self.shape.value(middle) < x { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    }
}

impl Window {
    /// The z of the whole distribution that stands at the share Φ(z) of what is left of it.
    fn narrow(&self, z: f64) -> f64 {
        if self.from_top {
            -normal::quantile((self.below - self.within * normal::cdf(z)).max(f64::MIN_POSITIVE))
        } else if z <= 0.0 {
            normal::quantile(self.below + self.within * normal::cdf(z))
        } else {
            let above = (1.0 - self.below - self.within) + self.within * normal::cdf(-z);
            normal::quantile_upper(above.max(f64::MIN_POSITIVE))
        }
    }
}

impl Shape {
    fn value(&self, z: f64) -> f64 {
        match self {
            Self::Normal { mean, std_dev } => mean + std_dev * z,
            Self::Lognormal { median, sigma } => median * libm::exp(sigma * z),
            Self::Uniform { min, max } => min + (max - min) * normal::cdf(z),
            Self::Triangular { min, mode, max } => triangular(*min, *mode, *max, z),
            Self::Table { table, offset, scale, .. } => offset + scale * table.value(z),
            Self::Empirical { values, thresholds } => {
                values[thresholds.partition_point(|threshold| *threshold <= z)]
            }
            Self::Quantiles(quantiles) => quantiles.value(z),
        }
    }
}

fn triangular(min: f64, mode: f64, max: f64, z: f64) -> f64 {
    let (width, share) = (max - min, normal::cdf(z));
    if share * width < mode - min {
        min + (share * width * (mode - min)).sqrt()
    } else {
        max - (normal::cdf(-z) * width * (max - mode)).sqrt()
    }
}
