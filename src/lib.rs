//! How likely is an announced trade target to be reached, and what would it take?
//!
//! This package is the command line, and the door for those who call tradecast from Rust: all that
//! its crates hold is here under one name.
//!
//! ```
//! use tradecast::words::{headline, language::Language};
//! use tradecast::{Scenario, Settings, project};
//!
//! let scenario = Scenario::read("scenarios/pakistan-kyrgyzstan/announced-measures.toml")?;
//! let projection = project(&scenario, &Settings::default())?;
//! let target = &projection.targets[0];
//! println!("{}", headline(Language::english(), &projection, target));
//! println!("median {:?} {}", projection.median_of(target), projection.unit);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - `tradecast-core`, the engine: from [`scenario`] to [`projection`], by way of [`run`];
//! - `tradecast-report`: [`words`], tables, figures and the page, under [`report`];
//! - `tradecast-lab`: [`backtest`] on panels of trade; with feature `calibrate`, `calibration`.

pub use tradecast_core::*;
pub use tradecast_lab::backtest;
#[cfg(feature = "calibrate")]
pub use tradecast_lab::calibration;
pub use tradecast_report as report;
pub use tradecast_report::words;
