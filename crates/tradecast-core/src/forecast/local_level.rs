//! What whole paths of a fitted history are made of.

use super::{NormalInverseGamma, WorldFit};

/// A local level in logs with drift: after h years the log ratio to the last observation is gap + h
/// drift + c (h drift_sd Z₀ + level_sd Z₁ + shock_sd Σ W + transitory_sd E), with independent
/// standard normals Z₀ and Z₁ a path, W and E a year, and c = √(df/χ²) once a path: a path is calm or
/// wild as a whole. Its distribution after h years is Student's t.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LocalLevel {
    /// The level of today minus the last observation.
    pub gap: f64,
    /// Drift a year.
    pub drift: f64,
    /// The scale of the drift's error.
    pub drift_sd: f64,
    /// The scale of the level's error.
    pub level_sd: f64,
    /// The scale of a year's permanent shock.
    pub shock_sd: f64,
    /// The scale of a year's transitory shock.
    pub transitory_sd: f64,
    /// Degrees of freedom.
    pub df: f64,
}

impl From<&WorldFit> for LocalLevel {
    fn from(fit: &WorldFit) -> Self {
        let sd = fit.variance.sqrt();
        Self {
            gap: fit.gap,
            drift: fit.drift,
            drift_sd: fit.tau,
            level_sd: sd * fit.level_variance.sqrt(),
            shock_sd: sd,
            transitory_sd: sd * fit.transitory.sqrt(),
            df: fit.df,
        }
    }
}

impl From<&NormalInverseGamma> for LocalLevel {
    /// A walk whose drift and scale are those that own growth leaves open: after h years Student's t
    /// with scale² = rate/shape · (h + h²/strength).
    fn from(beliefs: &NormalInverseGamma) -> Self {
        let sd = (beliefs.rate / beliefs.shape).sqrt();
        Self {
            gap: 0.0,
            drift: beliefs.mean,
            drift_sd: sd / beliefs.strength.sqrt(),
            level_sd: 0.0,
            shock_sd: sd,
            transitory_sd: 0.0,
            df: 2.0 * beliefs.shape,
        }
    }
}
