//! How likely is an announced trade target to be reached, and what would it take?
//!
//! Data flows one way, and no module imports from its right:
//!
//! ```text
//! scenario.toml ─▶ scenario ─▶ model ─▶ engine ─▶ projection ─▶ report ─▶ output/
//!                  (assumptions) (compiled) (paths)  (results)    (csv, charts)
//! ```
//!
//! `calendar`, `distribution`, `numeric`, `random` and `statistics` serve them from below.

pub mod backtest;
pub mod calendar;
pub mod cli;
pub mod comparison;
pub mod distribution;
pub mod engine;
pub mod ensemble;
pub mod fit;
pub mod forecast;
pub mod history;
pub mod importance;
pub mod model;
pub mod nowcast;
pub mod numeric;
pub mod outline;
pub mod outside_view;
pub mod projection;
pub mod random;
pub mod report;
pub mod require;
pub mod scenario;
pub mod sensitivity;
pub mod shard;
pub mod statistics;
pub mod summary;
pub mod sweep;
pub mod uncertainty;
pub mod vary;
pub mod warning;
pub mod waterfall;
pub mod words;
