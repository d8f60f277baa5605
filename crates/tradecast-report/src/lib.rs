//! Results as bytes: words, tables, figures, the terminal's card, the page to hand over.
//!
//! Nothing is computed here that a table would not show: the crate could be deleted and all numbers
//! would stand. [`folder`] alone touches the disk.
//!
//! ```
//! use tradecast_core::{Scenario, Settings, project};
//! use tradecast_report::{chart, csv, terminal};
//!
//! # std::env::set_current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))?;
//! let scenario = Scenario::read("scenarios/pakistan-kyrgyzstan/announced-measures.toml")?;
//! let settings = Settings { paths: Some(20_000), ..Settings::default() };
//! let projection = project(&scenario, &settings)?;
//! print!("{}", terminal::card(&projection, terminal::Style { color: false }));
//! let tables = csv::tables(&projection);
//! assert_eq!(tables[0].name, "probability.csv");
//! let figures = chart::figures(&projection)?;
//! assert!(figures.iter().any(|figure| figure.name == "fan" && figure.svg.contains("<svg")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod assumptions;
pub mod backtest;
pub mod chances;
pub mod chart;
pub mod csv;
pub mod discovery;
pub mod ensemble;
pub mod explain;
pub mod fit;
pub mod folder;
pub mod html;
pub mod json;
pub mod manifest;
pub mod outside_view;
pub mod require;
pub mod results;
pub mod sensitivity;
pub mod sweep;
pub mod terminal;
pub mod waterfall;
pub mod words;
