//! Backtests: what models said at rolling origins, against what came.
//!
//! A panel or a file becomes a [`CaseSet`]; [`evaluate`] lets each model forecast every case, and
//! [`Backtest::new`] sums that up. Knows nothing of output formats.

mod case;
mod case_file;
mod cluster;
mod error;
mod evaluate;
mod groups;
mod models;
mod pit;
mod reliability;
mod rolling;
mod scores;
mod summary;

pub use case::{Case, CaseSet, Unit};
pub use case_file::{ReadError, read_cases};
pub use error::BacktestError;
pub use evaluate::{Evaluated, Evaluation, Outcome, evaluate};
pub use groups::{GroupScore, Grouping};
pub use models::{DEFAULT_MODELS, check_names, models};
pub use pit::PitBin;
pub use reliability::ReliabilityBin;
pub use rolling::{Rolling, described, rolling};
pub use scores::Score;
pub use summary::Backtest;

/// "Reaches this many times its base": the events whose probabilities are scored.
pub const MULTIPLES: [f64; 5] = [1.25, 1.5, 2.0, 3.0, 5.0];

/// Levels of the central prediction intervals whose coverage is counted.
pub const LEVELS: [f64; 3] = [0.5, 0.8, 0.95];
