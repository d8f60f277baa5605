//! Why a backtest cannot be made, and the way out.

use std::path::PathBuf;
use tradecast_core::forecast::ForecastError;

/// Why a backtest cannot be made.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum BacktestError {
    /// A name that no model has.
    #[error("there is no model \"{name}\"; the models are {}", known.join(", "))]
    #[diagnostic(help("write names with commas between them, as --models world-prior,lognormal"))]
    UnknownModel {
        /// The name given.
        name: String,
        /// All names.
        known: Vec<&'static str>,
    },
    /// A model named twice.
    #[error("the model {name} is named twice")]
    #[diagnostic(help("name each model once; the first is the one that others are compared with"))]
    SameModel {
        /// The name.
        name: String,
    },
    /// No model at all.
    #[error("no model is named")]
    #[diagnostic(help("name one or more, as --models world-prior,lognormal"))]
    NoModel,
    /// A shortest history on which a model is not defined.
    #[error("--min-history {given} is too short for {model}, which needs {needed} values")]
    #[diagnostic(help(
        "ask for --min-history {needed} or more, or leave the model out of --models"
    ))]
    ShortHistory {
        /// The model.
        model: &'static str,
        /// The shortest history asked for.
        given: usize,
        /// What the model needs.
        needed: usize,
    },
    /// The longest history is shorter than the shortest.
    #[error("--max-history {longest} is below --min-history {shortest}")]
    #[diagnostic(help("histories have at least --min-history and at most --max-history values"))]
    HistoryRange {
        /// The shortest history, in values.
        shortest: usize,
        /// The longest history, in values.
        longest: usize,
    },
    /// No origin with a history before it and a value after it.
    #[error("{}: no history overlaps with a future: {reason}", path.display())]
    #[diagnostic(help(
        "an origin needs consecutive positive values up to it and a value after it; name a longer panel, or ask for a smaller --min-history or shorter --horizons"
    ))]
    NoOverlap {
        /// The panel, or the file of cases.
        path: PathBuf,
        /// What there is.
        reason: String,
    },
    /// A horizon at which no case has a positive value.
    #[error("{}: no case has a positive value {horizon} years after its origin", path.display())]
    #[diagnostic(help(
        "the longest horizon with values is {longest}: ask for --horizons 1..{longest}"
    ))]
    NoValue {
        /// The panel, or the file of cases.
        path: PathBuf,
        /// The horizon, in years.
        horizon: u32,
        /// The longest horizon with a positive value.
        longest: u32,
    },
    /// A file of cases that is no table of the known form.
    #[error("{}: {message}", path.display())]
    #[diagnostic(help(
        "a file of cases has the columns unit (flow or total), exporter, importer, origin (a year), n, base, hist (values oldest to base, with ; between them) and fut (the years after it; 0 is zero, empty is missing)"
    ))]
    CaseFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A cell of a file of cases.
    #[error("{} line {line}: {message}", path.display())]
    #[diagnostic(help(
        "values are plain numbers in million USD; those of hist are above 0, those of fut at least 0 or empty; nothing of the file was used"
    ))]
    Cell {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// A model that cannot forecast a case.
    #[error(transparent)]
    #[diagnostic(help("leave the model out of --models, or the case out of the file"))]
    Forecast(#[from] ForecastError),
    /// A forecast whose CRPS does not exist.
    #[error(
        "the CRPS of {model} for {case} is not a number: its distribution is too wide to have a mean"
    )]
    #[diagnostic(help(
        "the world prior has one where its degrees of freedom are above 1: see ln_nu0 and ln_nu_e of the prior file"
    ))]
    NoCrps {
        /// The model.
        model: &'static str,
        /// The case.
        case: String,
    },
}
