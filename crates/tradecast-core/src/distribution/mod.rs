//! The distributions that a scenario may name, as maps from a standard normal to the value: the
//! quantile function of Φ(z). So any two uncertain values can share a Gaussian copula.

mod families;
mod kernels;
mod quantiles;

pub use quantiles::{Limits, Quantiles};

use crate::numeric::interpolation::{NormalTable, Scale, cdf_slice};
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
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    shape: Shape,
    window: Option<Window>,
    moved: Option<Affine>,
}

/// x ↦ scale · x + offset, with a scale of at least 0.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Affine {
    scale: f64,
    offset: f64,
}

#[derive(Clone, Debug, PartialEq)]
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

/// A truncation: the map from a standard normal to that of the whole distribution which stands at
/// the same share of what is left of it.
#[derive(Clone, Debug, PartialEq)]
struct Window {
    narrow: Arc<NormalTable>,
    min: f64,
    max: f64,
}

impl Distribution {
    /// The value at a standard normal `z`: the quantile function at Φ(z).
    pub fn value(&self, z: f64) -> f64 {
        let mut one = [z];
        self.transform(&mut one);
        one[0]
    }

    /// Replaces each standard normal by the value there.
    pub fn transform(&self, normals: &mut [f64]) {
        self.transform_unmoved(normals);
        if let Some(Affine { scale, offset }) = self.moved {
            normals.iter_mut().for_each(|value| *value = scale * *value + offset);
        }
    }

    /// The distribution of `scale` · x + `offset`: the same shape, elsewhere.
    ///
    /// # Panics
    /// Where the scale is below 0 or not a number.
    #[must_use]
    pub fn moved(&self, scale: f64, offset: f64) -> Self {
        assert!(scale >= 0.0, "a scale of {scale}");
        let before = self.moved.unwrap_or(Affine { scale: 1.0, offset: 0.0 });
        let offset = scale * before.offset + offset;
        let moved = Affine { scale: scale * before.scale, offset };
        Self { moved: Some(moved), ..self.clone() }
    }

    fn transform_unmoved(&self, normals: &mut [f64]) {
        let Some(window) = &self.window else { return self.shape.transform(normals) };
        window.narrow.map_slice(normals);
        self.shape.transform(normals);
        // Interpolation may pass a limit by its last digits.
        normals.iter_mut().for_each(|value| *value = value.clamp(window.min, window.max));
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
        if self.window.as_ref().is_some_and(|window| window.max.is_finite()) {
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
    ///
    /// # Panics
    /// Where it was [`Distribution::moved`] before: cut first, then move.
    pub fn truncate(mut self, min: f64, max: f64) -> Result<Self, DistributionError> {
        assert!(self.moved.is_none(), "a moved distribution is not cut");
        if min.is_nan() || max.is_nan() || min >= max {
            return Err(DistributionError::new(
                "truncate",
                "the minimum is not below the maximum",
                "write a truncate.min below truncate.max",
            ));
        }
        let (low, high) = (self.normal_at(min), self.normal_at(max));
        // Shares are counted from the end where they are small, so that no digit is lost.
        let (below, above) = (normal::cdf(low), normal::cdf(-high));
        let within = if low > 0.0 { normal::cdf(-low) - above } else { normal::cdf(high) - below };
        if within < 1e-12 {
            let message = "nothing of the distribution lies within the limits";
            let mut error =
                DistributionError::new("truncate", message, "limits around its middle half");
            error.feasible = Some([self.quantile(0.25), self.quantile(0.75)]);
            return Err(error);
        }
        let lower = |p: f64| {
            if low > 0.0 {
                normal::quantile_upper(normal::cdf(-low) - within * p)
            } else {
                normal::quantile(below + within * p)
            }
        };
        let upper = |q: f64| {
            if high < 0.0 {
                normal::quantile(normal::cdf(high) - within * q)
            } else {
                normal::quantile_upper(above + within * q)
            }
        };
        let narrow = Arc::new(NormalTable::from_quantiles(lower, upper, Scale::Identity));
        self.window = Some(Window { narrow, min, max });
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

impl Shape {
    fn value(&self, z: f64) -> f64 {
        let mut one = [z];
        self.transform(&mut one);
        one[0]
    }

    fn transform(&self, values: &mut [f64]) {
        match self {
            Self::Normal { mean, std_dev } => kernels::normal(values, *mean, *std_dev),
            Self::Lognormal { median, sigma } => kernels::lognormal(values, *median, *sigma),
            Self::Uniform { min, max } => {
                cdf_slice(values);
                kernels::normal(values, *min, max - min);
            }
            Self::Triangular { min, mode, max } => {
                cdf_slice(values);
                kernels::triangular(values, *min, *mode, *max);
            }
            Self::Table { table, offset, scale, .. } => {
                table.map_slice(values);
                kernels::normal(values, *offset, *scale);
            }
            Self::Empirical { values: branches, thresholds } => {
                for value in values {
                    *value = branches[thresholds.partition_point(|threshold| threshold <= value)];
                }
            }
            Self::Quantiles(quantiles) => quantiles.transform(values),
        }
    }
}
