//! A backtest as tables, a card and a manifest.

mod card;
mod manifest;
mod tables;

pub use card::card;
pub use manifest::{NAME, Provenance, manifest};
pub use tables::{cases, summary_tables};
