//! The engine of tradecast: from a scenario to the probability that an announced trade target is
//! reached.
//!
//! Data flows one way, and no module imports from its right:
//!
//! ```text
//! scenario.toml ─▶ Scenario ─▶ Model ─▶ State ─▶ Projection
//!                  scenario    model    engine   summary
//!                  (valid      (compiled) (integer (plain
//!                   data)                  counts)  results)
//! ```
//!
//! [`run`] is the door: it takes a [`Scenario`] and [`Settings`] through all of it.
//!
//! ```
//! use tradecast_core::{Scenario, Settings, project};
//!
//! # let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
//! # std::env::set_current_dir(root)?;
//! let scenario = Scenario::read("scenarios/pakistan-kyrgyzstan/announced-measures.toml")?;
//! let settings = Settings { paths: Some(20_000), ..Settings::default() };
//! let projection = project(&scenario, &settings)?;
//! for target in &projection.targets {
//!     let p = target.probability().estimate;
//!     println!("{}: {} ± {}", target.name, p.value, p.standard_error);
//! }
//! # assert!(projection.targets[0].probability().estimate.value < 0.05);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The modules stand in the order of the flow: what serves all of them, what a file of trade or a
//! scenario says, how it is simulated, what comes out, and the questions that simulate it again.
//! Results keep enums and numbers: words are made by `tradecast-report`.
//!
//! # Features
//! `parallel` (default): a pool of threads. Without it there is no rayon, everything runs on the
//! caller's own thread, and all bits are the same.

// What serves all others.
pub mod numeric;
pub mod numerals;
pub mod amount;
pub mod calendar;
pub mod distribution;
pub mod random;
pub mod statistics;
pub mod threads;

// What a file of trade says, of itself and of the years ahead.
pub mod history;
pub mod forecast;
pub mod fit;
pub mod nowcast;
pub mod outside_view;

// The flow.
pub mod scenario;
pub mod model;
pub mod importance;
pub mod engine;
pub mod projection;
pub mod warning;
pub mod summary;
pub mod comparison;
pub mod vary;
pub mod sensitivity;
pub mod uncertainty;
pub mod shard;
pub mod run;

// What is asked of a scenario beyond its projection.
pub mod outline;
pub mod require;
pub mod sweep;
pub mod ensemble;
pub mod waterfall;

/// A file of the repository, for tests: they run in the folder of the crate.
#[cfg(test)]
fn repository(file: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file)
}

pub use projection::Projection;
pub use run::{Observer, Run, Settings, Stage, Stop, project};
pub use scenario::Scenario;
