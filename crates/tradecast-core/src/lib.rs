//! The engine of tradecast: from a scenario to the probability that a trade target is reached.
//!
//! Data flows one way, and no module imports from its right:
//!
//! ```text
//! scenario.toml ─▶ scenario ─▶ model ─▶ engine ─▶ summary ─▶ projection
//!                  (assumptions) (compiled) (paths)  (estimates) (plain results)
//! ```

pub mod amount;
pub mod calendar;
pub mod distribution;
pub mod numerals;
pub mod numeric;
pub mod random;
pub mod statistics;
pub mod threads;

pub mod fit;
pub mod forecast;
pub mod history;
pub mod nowcast;
pub mod outside_view;
pub mod scenario;

pub mod comparison;
pub mod engine;
pub mod importance;
pub mod model;
pub mod outline;
pub mod projection;
pub mod run;
pub mod shard;
pub mod summary;
pub mod warning;

pub mod ensemble;
pub mod require;
pub mod sensitivity;
pub mod sweep;
pub mod uncertainty;
pub mod vary;
pub mod waterfall;

pub use projection::Projection;
pub use run::{Observer, Run, Settings, Stage, Stop, project};
pub use scenario::Scenario;
