//! Estimating the world prior's coefficients: windows of panels, their mean log score, the search
//! for its maximum, and the drift's own error.
//!
//! Every sum has a fixed order, so the result has the same bits for any number of threads.

mod drift_error;
mod score;
mod search;
mod windows;

pub use drift_error::drift_error;
pub use score::{Scores, mean_over_panels, scores};
pub use search::{Estimate, PLAIN_START, Search};
pub use windows::{Unit, Window, longest_run, units, windows};

/// The fewest values in a history.
pub const MIN_HISTORY: usize = 5;

/// The most values in a history.
pub const MAX_HISTORY: usize = 20;

/// Years ahead that are scored: 1 to this.
pub const HORIZONS: usize = 5;
