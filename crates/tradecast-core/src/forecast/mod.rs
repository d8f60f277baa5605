//! What a history says of the years ahead: predictive distributions of trade, in logarithms.
//!
//! Histories are annual values in million USD, all positive, oldest first. Knows nothing of
//! scenarios and files of trade.

mod bootstrap;
mod conjugate;
mod correlation;
mod forecaster;
mod local_level;
mod outlook;
mod pooled;
mod predictive;
mod prior;
mod samples;
pub mod scores;
mod world_prior;

pub use bootstrap::Bootstrap;
pub use conjugate::NormalInverseGamma;
pub use correlation::{Kinship, ShockCorrelation, WORLD_YEARS, standardised_shocks};
pub use forecaster::{ForecastError, Forecaster, LEAST_SCALE, Origin};
pub use local_level::LocalLevel;
pub use outlook::Forecast;
pub use pooled::PooledWalk;
pub use predictive::Predictive;
pub use prior::{FittedPanel, Prior, PriorError};
pub use samples::Samples;
pub use world_prior::{Coefficients, WorldFit};
