//! Where tradecast's models are put to the test, and its prior is estimated.
//!
//! [`backtest`] forecasts from every year of a panel of trade and scores what came; `calibration`
//! estimates the world prior's coefficients from panels. Both use the forecasters of the engine
//! ([`tradecast_core::forecast`]) and know nothing of scenarios.
//!
//! ```
//! use tradecast_core::forecast::Prior;
//! use tradecast_core::history::AnnualSeries;
//! use tradecast_lab::backtest::{self, Backtest, Rolling, Unit};
//!
//! // Twenty years of trade from 100 million USD on, up and down by a tenth.
//! let value = |year: u32| Some(if year % 2 == 0 { 100.0 } else { 110.0 });
//! let panel = [AnnualSeries {
//!     exporter: "PAK".to_owned(),
//!     importer: "KGZ".to_owned(),
//!     first_year: 2001,
//!     values: (0..20).map(value).collect(),
//! }];
//! let asked =
//!     Rolling { units: vec![Unit::Flow], min_history: 5, max_history: 20, horizons: vec![1] };
//! let set = backtest::rolling(&panel, &asked);
//! let models = backtest::models(&["world-prior".to_owned()], Prior::shipped(), &set)?;
//! let evaluation = backtest::evaluate(&set.cases, &models, &asked.horizons, || {})?;
//! let score = &Backtest::new(&evaluation).scores[0];
//! assert_eq!(score.cases, 15);
//! println!("CRPS {}, {} of outcomes in the middle 80 %", score.crps, score.coverage[1]);
//! # Ok::<(), tradecast_lab::backtest::BacktestError>(())
//! ```

pub mod backtest;
#[cfg(feature = "calibrate")]
pub mod calibration;
