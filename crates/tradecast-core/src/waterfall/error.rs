//! Why a difference cannot be attributed.

use crate::scenario::ReadError;
use miette::Diagnostic;
use std::fmt;

/// Why a difference cannot be attributed.
#[derive(Debug, thiserror::Error)]
pub enum WaterfallError {
    /// A scenario that is not valid once its other targets are left out.
    #[error("{scenario}: with the target \"{target}\" alone this is no valid scenario")]
    End {
        /// The scenario.
        scenario: String,
        /// The target.
        target: String,
        /// What is wrong with it.
        #[source]
        error: Box<ReadError>,
    },
}

impl Diagnostic for WaterfallError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let Self::End { .. } = self;
        Some(Box::new(
            "a waterfall is of the first target, without the others; write the scenario so that each key matters for that one, or compare without --waterfall",
        ))
    }
}
