//! Why a history cannot be read or used, and the way out.

use super::flow::Reporter;
use std::path::PathBuf;

/// Why a history cannot be read or used.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The file is no CSV.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        #[source]
        error: csv::Error,
    },
    /// A packed file that cannot be unpacked to its end.
    #[error("{}: {message}", path.display())]
    Packed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A column is missing.
    #[error("{} has no column {column} (it has: {given})", path.display())]
    Column {
        /// The file.
        path: PathBuf,
        /// The missing column, or the columns one of which must be there.
        column: String,
        /// The columns of the file.
        given: String,
    },
    /// A mapping of columns that cannot be read.
    #[error("\"{0}\" is no mapping of columns")]
    Mapping(String),
    /// A cell cannot be read or is not allowed.
    #[error("{} line {line}: {message}", path.display())]
    Cell {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// Rows that cannot be added up or told apart.
    #[error("{}: {message}", path.display())]
    Rows {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
        /// The way out.
        help: String,
    },
    /// A pair that the file does not have.
    #[error("{} has no flow from {exporter} to {importer}", path.display())]
    Pair {
        /// The file.
        path: PathBuf,
        /// Who sells.
        exporter: String,
        /// Who buys.
        importer: String,
        /// What is near, as a sentence.
        near: String,
    },
    /// Several flows where one is needed.
    #[error("{} holds {count} flows: {names}", path.display())]
    Several {
        /// The file.
        path: PathBuf,
        /// How many.
        count: usize,
        /// The first of them.
        names: String,
    },
    /// Several reporters of the same flow where one is needed.
    #[error("{}: {flow} has several yardsticks: as reported by {reporters}", path.display())]
    Yardsticks {
        /// The file.
        path: PathBuf,
        /// The flow.
        flow: String,
        /// Who reports it.
        reporters: String,
    },
    /// A reporter of whom the file has nothing.
    #[error("{} has nothing that is reported by {reporter} (reporters: {given})", path.display())]
    Reporter {
        /// The file.
        path: PathBuf,
        /// Whose figures were asked for.
        reporter: Reporter,
        /// Who reports.
        given: String,
    },
    /// Periods of several lengths where one is needed.
    #[error("{}: {flow} mixes frequencies: {counts}", path.display())]
    Frequencies {
        /// The file.
        path: PathBuf,
        /// The flow.
        flow: String,
        /// How many of each.
        counts: String,
    },
    /// A unit that is not stated, contradicts another, or is not the one needed.
    #[error("{}: {message}", path.display())]
    Unit {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// Fewer consecutive positive values than a fit needs.
    #[error("Fewer than {minimum} consecutive positive values: {flow} in {} {reason}", path.display())]
    TooShort {
        /// The file.
        path: PathBuf,
        /// The flow.
        flow: String,
        /// How many are needed.
        minimum: usize,
        /// What there is and what is missing.
        reason: String,
        /// The way out.
        help: String,
    },
    /// Too little or not continuous for growth from period to period.
    #[error("{}: {message}", path.display())]
    Series {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
}

impl HistoryError {
    /// The way out.
    pub fn help(&self) -> String {
        match self {
            Self::Rows { help, .. } | Self::TooShort { help, .. } => help.clone(),
            Self::Pair { near, .. } => near.clone(),
            other => other.standing_help().to_owned(),
        }
    }

    fn standing_help(&self) -> &'static str {
        match self {
            Self::Read { .. } => "a history is a table of comma-separated values in UTF-8",
            Self::Packed { .. } => {
                "fetch the file again and compare its size with the source's; nothing of it was used"
            }
            Self::Column { .. } => {
                "a history has the columns `period` and `value`, and for several flows `exporter` and `importer`; columns of other names are mapped, as `exporter=from,importer=to,period=year,value=usd`"
            }
            Self::Mapping(_) => {
                "write pairs of a role and a column, as `exporter=from,value=usd`; the roles are exporter, importer, period, value, reporter and unit"
            }
            Self::Cell { .. } => {
                "a period is written as in a scenario (2028, FY2027-28, 2027-Q3, 2027-09); a value is a plain number of at least 0, and empty where it is missing"
            }
            Self::Several { .. } => "name the pair, as PAK-KGZ",
            Self::Yardsticks { .. } => {
                "choose one: the name of a reporter, `exporter` or `importer`; different reporters are never averaged"
            }
            Self::Reporter { .. } => "name one of the reporters, `exporter` or `importer`",
            Self::Frequencies { .. } => {
                "choose one frequency, or keep the others in a file of their own"
            }
            Self::Unit { .. } => {
                "state the unit, as \"USD million\"; or name the value's column by it, as `usd_million`"
            }
            _ => {
                "a bootstrap needs at least 3 consecutive periods as long as a step, each once and above 0; one yardstick (one reporter) a file"
            }
        }
    }
}
