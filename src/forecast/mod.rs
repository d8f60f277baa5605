//! What a history says of the years ahead: predictive distributions of trade, in logarithms.
//!
//! Histories are annual values in million USD, all positive, oldest first. Knows nothing of
//! scenarios and files.

mod local_level;
mod predictive;
mod world_prior;

pub use local_level::LocalLevel;
pub use predictive::Predictive;
pub use world_prior::{Coefficients, WorldFit};
