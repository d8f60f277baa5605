//! Growth fitted to histories: a flow's years, seen through a prior, become an outlook and a piece
//! of a scenario. `growth.fitted` in a scenario reads and fits by the same functions.
//!
//! `years` picks the years of a flow, `view` fits them, `yardsticks` finds flows and reporters,
//! `outlook` puts a flow's results together, `kin` correlates flows, `fragment` writes TOML,
//! `projection` is the whole as plain data.

mod error;
mod fragment;
mod kin;
mod outlook;
mod project;
mod projection;
mod view;
mod yardsticks;
mod years;

pub use error::FitError;
pub use project::{Options, Source, View, project};
pub use projection::{
    AheadYear, FitProjection, FittedGrowth, FlowCorrelation, FlowFit, Fragment, HistoryYear,
    MirrorProjection, MirrorYear, Note, OwnHistory, Unfitted,
};
pub use view::{Fit, Lens};
pub use years::{EndingZeros, FEWEST_YEARS, MOST_YEARS, Years, chosen};
