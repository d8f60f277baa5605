//! Why a key cannot be varied as asked, and the way out.

use crate::scenario::ReadError;
use miette::Diagnostic;
use std::fmt;

/// Why a key cannot be varied as asked.
#[derive(Debug, thiserror::Error)]
pub enum VaryError {
    /// No key of the scenario that can vary has this name.
    #[error("{}", unknown(key, *exists))]
    Unknown {
        /// What was asked for.
        key: String,
        /// Whether the scenario has the key, but it cannot vary.
        exists: bool,
        /// The nearest one that can.
        near: Option<String>,
        /// All that can.
        known: Vec<String>,
    },
    /// A value or range that cannot be read.
    #[error("{key}: {message}")]
    Range {
        /// The key.
        key: String,
        /// What is wrong.
        message: String,
        /// What is allowed.
        help: String,
    },
    /// A distribution with a median of 0 cannot be scaled to another.
    #[error("{key}: the median of this distribution is 0, and scaling leaves it there")]
    ZeroMedian {
        /// The key.
        key: String,
    },
    /// The scenario with this value is not valid.
    #[error("{key} = {value} makes no valid scenario")]
    Invalid {
        /// The key.
        key: String,
        /// The value, as it is shown.
        value: String,
        /// What is wrong with it.
        #[source]
        error: Box<ReadError>,
    },
    /// A distribution that would pass the limits of its key.
    #[error("{key}: with a median of {value}, its distribution passes the limits of the key")]
    Limits {
        /// The key.
        key: String,
        /// The value, as it is shown.
        value: String,
        /// What is allowed.
        allowed: String,
    },
}

fn unknown(key: &str, exists: bool) -> String {
    if exists {
        format!("`{key}` cannot vary: it is no number of its own")
    } else {
        format!("there is no key `{key}` that can vary")
    }
}

impl VaryError {
    fn way_out(&self) -> String {
        match self {
            Self::Unknown { near, known, .. } => {
                let list = known.join("\n  ");
                let near = near.as_ref().map(|near| format!("did you mean `{near}`? "));
                format!("{}what can vary in this scenario:\n  {list}", near.unwrap_or_default())
            }
            Self::Range { help, .. } => help.clone(),
            Self::ZeroMedian { .. } => {
                "write a number, or a distribution with a median above 0, at this key".to_owned()
            }
            Self::Invalid { error, .. } => {
                let help = error.help().map(|help| help.to_string());
                help.unwrap_or_else(|| "choose a range in which the scenario is valid".to_owned())
            }
            Self::Limits { allowed, .. } => {
                format!("allowed is {allowed}; choose another range with --between or --over")
            }
        }
    }
}

impl Diagnostic for VaryError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.way_out()))
    }
}
