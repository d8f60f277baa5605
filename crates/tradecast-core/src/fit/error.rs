//! Why a fit cannot be made, and the way out.

use crate::history::HistoryError;
use miette::Diagnostic;
use std::fmt;

/// Why histories cannot be fitted as asked.
#[derive(Debug, thiserror::Error)]
pub enum FitError {
    /// A history that cannot be read or used.
    #[error("{0}")]
    History(HistoryError),
    /// A pair that is not of the form `PAK-KGZ`.
    #[error("\"{0}\" is no pair")]
    Pair(String),
    /// A pair that is asked for twice.
    #[error("the pair {0} is asked for twice")]
    Repeated(String),
    /// Several pairs of a file that has one flow.
    #[error("the file holds one flow without countries, and {0} pairs are asked for")]
    OneFlow(usize),
    /// A total without a pair where the file has several.
    #[error("the file holds flows between {0} pairs of countries, and a total is of one")]
    WhichTotal(usize),
    /// The prior needs money in USD and nothing says what the values are.
    #[error("nothing says what the values of {0} are counted in")]
    NoUnit(String),
    /// The prior needs money.
    #[error("{flow} is counted in {unit}, and the prior is one of money")]
    NoMoney {
        /// The flow.
        flow: String,
        /// Its unit.
        unit: String,
    },
    /// Another currency than USD without an exchange rate.
    #[error("{flow} is in {currency}, and how much a flow varies depends on its size in USD")]
    NoRate {
        /// The flow.
        flow: String,
        /// Its currency.
        currency: String,
    },
    /// An exchange rate where none is needed.
    #[error("--per-dollar is given, and {0} is in USD already")]
    NeedlessRate(String),
    /// An option that reaches no output with this prior.
    #[error("with --prior {prior}, {option} reaches no output")]
    Unused {
        /// The option.
        option: &'static str,
        /// The prior.
        prior: String,
        /// The way out.
        help: &'static str,
    },
    /// A prior that does not exist.
    #[error("\"{0}\" is no prior")]
    Prior(String),
}

impl From<HistoryError> for FitError {
    fn from(error: HistoryError) -> Self {
        Self::History(error)
    }
}

/// How the message ends of a cell with a fiscal year of which nothing says the first month.
const NO_MONTH: &str = "in which month fiscal years start";

impl FitError {
    fn way_out(&self) -> String {
        match self {
            Self::History(HistoryError::Yardsticks { .. }) => {
                "choose one with --reporter; different reporters are never averaged".to_owned()
            }
            Self::History(HistoryError::Several { .. }) => {
                "name the pair, as `--pair PAK-KGZ`, the exporter first (repeatable)".to_owned()
            }
            Self::History(HistoryError::Column { .. }) => {
                "a history has the columns `period` and `value`, and for several flows `exporter` and `importer`; columns of other names are mapped, as `--columns exporter=from,importer=to,period=year,value=usd`".to_owned()
            }
            Self::History(HistoryError::Cell { message, .. }) if message.ends_with(NO_MONTH) => {
                "add that month, as `--fiscal-year-starts July`".to_owned()
            }
            Self::History(error) => error.help(),
            Self::Pair(_) => "write exporter and importer, as `--pair PAK-KGZ`".to_owned(),
            Self::Repeated(_) => {
                "ask for it once; with --total a pair counts both of its directions".to_owned()
            }
            Self::OneFlow(_) => "give at most one --pair, which says between whom the flow is".to_owned(),
            Self::WhichTotal(_) => "name the pair, as `--pair PAK-KGZ`".to_owned(),
            Self::NoUnit(_) => {
                "how much a flow varies depends on its size: state the unit, as `--unit \"USD million\"`; or fit without the world, `--prior none`".to_owned()
            }
            Self::NoMoney { .. } => {
                "take the flow's value in money, or fit without the world: `--prior none` or `--prior bootstrap`".to_owned()
            }
            Self::NoRate { currency, .. } => {
                format!("add `--per-dollar …`, the {currency} for one USD in the history's last years")
            }
            Self::NeedlessRate(_) => "leave --per-dollar out".to_owned(),
            Self::Unused { help, .. } => (*help).to_owned(),
            Self::Prior(_) => {
                "write world, none, bootstrap, or the name of a prior file that `tradecast calibrate` wrote, as prior.toml".to_owned()
            }
        }
    }
}

impl Diagnostic for FitError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let text = self.way_out();
        (!text.is_empty()).then(|| Box::new(text) as Box<dyn fmt::Display>)
    }
}
