//! Trade series from files: read, checked, never filled silently.
//!
//! A file becomes [`Histories`], one [`FlowHistory`] for each flow and reporter; what is odd about
//! it becomes a [`Finding`] with its lines. `docs/histories.md` describes the formats.

mod annual;
mod baci;
mod collect;
mod comtrade;
mod country;
mod error;
mod finding;
mod flow;
mod format;
mod histories;
mod imf;
mod long;
mod mirror;
mod nearest;
mod panel;
mod reading;
mod table;
#[cfg(test)]
mod tests;
mod total;
mod unit;
pub mod unpack;

pub use country::CountryCodes;
pub use error::HistoryError;
pub use finding::{Finding, LeftOut, Place, Seen, StatedUnit, Understanding};
pub use flow::{FlowHistory, Point, Reporter, Run};
pub use format::read_histories;
pub use histories::Histories;
pub use mirror::{Mirror, MirrorRow};
pub use panel::{AnnualSeries, read_panel};
pub use reading::{Columns, Reading};
pub use unit::{Money, Unit};
