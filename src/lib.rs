//! How likely is an announced trade target to be reached, and what would it take?

pub use tradecast_core::*;
pub use tradecast_lab::{backtest, calibration};
pub use tradecast_report as report;
pub use tradecast_report::words;
