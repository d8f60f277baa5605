//! The prior file: coefficients of the world prior with their provenance, as `tradecast calibrate`
//! writes it and `--prior` reads it.

use super::Coefficients;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The prior file that tradecast ships.
const SHIPPED: &str = include_str!("world-prior.toml");

/// The only format of a prior file that this version reads and writes.
const FORMAT: i64 = 1;

/// Coefficients of the world prior, and what they were fitted on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    /// The number of the file's format, 1.
    pub format: i64,
    /// How the coefficients came about.
    pub source: String,
    /// What must be known of the drift before it is used elsewhere.
    pub drift_note: String,
    /// The growth of the world's trade, of its log a year, that the coefficients hold: what another
    /// view replaces.
    pub drift: f64,
    /// The coefficients.
    pub coefficients: Coefficients,
    /// The panels on which they are scored, in the order given; none for coefficients from
    /// elsewhere.
    #[serde(default)]
    pub fitted_on: Vec<FittedPanel>,
}

/// A panel, and how well the coefficients foretell its windows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FittedPanel {
    /// The file's name, without folders.
    pub file: String,
    /// SHA-256 of the file's bytes, hexadecimal.
    pub sha256: String,
    /// The first and the last year.
    pub years: [i32; 2],
    /// Windows that are scored, flows and totals together.
    pub windows: u64,
    /// Those with a positive value 1 to 5 years ahead.
    pub windows_by_horizon: [u64; 5],
    /// The mean log score (natural log of the density of the log ratio) 1 to 5 years ahead.
    pub log_score: [f64; 5],
}

impl FittedPanel {
    /// The mean over the five horizons.
    pub fn mean_log_score(&self) -> f64 {
        self.log_score.iter().sum::<f64>() / self.log_score.len() as f64
    }
}

/// Why a prior file cannot be used.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum PriorError {
    /// A file that cannot be read.
    #[error("cannot read the prior {}", path.display())]
    #[diagnostic(help(
        "`tradecast calibrate PANEL… --out prior.toml` of a build with `--features calibrate` writes a prior file"
    ))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: std::io::Error,
    },
    /// No TOML, a missing coefficient, an unknown key.
    #[error("{} is not a prior file", path.display())]
    #[diagnostic(help(
        "every key of a prior file is required and none may be added; `tradecast calibrate PANEL… --out prior.toml` of a build with `--features calibrate` writes a whole one"
    ))]
    Parse {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line.
        #[source]
        error: toml::de::Error,
    },
    /// A file of another format.
    #[error("{} has the format {found}, and this tradecast reads format {FORMAT}", path.display())]
    #[diagnostic(help(
        "write it again with this version, built with `--features calibrate`: `tradecast calibrate PANEL… --out prior.toml`; or leave --prior out to use the shipped prior"
    ))]
    Format {
        /// The file.
        path: PathBuf,
        /// What its key `format` holds.
        found: String,
    },
    /// A coefficient outside its range.
    #[error("{}: coefficients.{name} is {value}; allowed is a number {low} < {name} < {high}", path.display())]
    #[diagnostic(help(
        "correct the value, or estimate it again: `tradecast calibrate PANEL… --out prior.toml` of a build with `--features calibrate`"
    ))]
    Range {
        /// The file.
        path: PathBuf,
        /// The coefficient's name.
        name: &'static str,
        /// Its value.
        value: f64,
        /// It must be above this.
        low: f64,
        /// It must be below this.
        high: f64,
    },
}

impl Prior {
    /// The world prior that tradecast ships.
    ///
    /// # Panics
    /// Never: a test reads the shipped file.
    pub fn shipped() -> &'static Self {
        static PRIOR: LazyLock<Prior> = LazyLock::new(|| {
            Prior::parse(Path::new("world-prior.toml"), SHIPPED)
                .expect("the shipped prior is valid")
        });
        &PRIOR
    }

    /// A prior of this format.
    pub fn new(source: String, coefficients: Coefficients, fitted_on: Vec<FittedPanel>) -> Self {
        Self {
            format: FORMAT,
            source,
            drift_note: DRIFT_NOTE.to_owned(),
            drift: coefficients.m0,
            coefficients,
            fitted_on,
        }
    }

    /// Reads a prior file.
    ///
    /// # Errors
    /// A file that cannot be read, another format, a key that is missing or unknown, a coefficient
    /// that is not finite or outside its range.
    pub fn read(path: &Path) -> Result<Self, PriorError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| PriorError::Read { path: path.to_owned(), error })?;
        Self::parse(path, &text)
    }

    /// Reads the text of a prior file; the path is for messages only.
    ///
    /// # Errors
    /// As [`Prior::read`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, PriorError> {
        let wrong = |error| PriorError::Parse { path: path.to_owned(), error };
        // The format comes first: of another one, nothing else is known.
        let table: toml::Table = text.parse().map_err(wrong)?;
        let found = match table.get("format") {
            Some(toml::Value::Integer(FORMAT)) => None,
            Some(other) => Some(other.to_string()),
            None => Some("\"\" (the key `format` is missing)".to_owned()),
        };
        if let Some(found) = found {
            return Err(PriorError::Format { path: path.to_owned(), found });
        }
        let prior: Self = toml::from_str(text).map_err(wrong)?;
        for ((name, value), (low, high)) in prior.coefficients.named().into_iter().zip(RANGES) {
            if !(low < value && value < high) {
                return Err(PriorError::Range { path: path.to_owned(), name, value, low, high });
            }
        }
        Ok(prior)
    }

    /// The file's text: the same prior gives the same bytes, and every number reads back exactly.
    ///
    /// # Errors
    /// None for a prior made by [`Prior::new`] or read; TOML cannot hold every text.
    pub fn text(&self) -> Result<String, toml::ser::Error> {
        Ok(format!("{HEADER}{}", toml::to_string(self)?))
    }
}

/// The first lines of a prior file.
const HEADER: &str = "# A prior of tradecast: what many trade series teach about one. docs/truth.md has the model.\n# Written by `tradecast calibrate`; money is in million USD, logarithms are natural, rates a year.\n";

/// What every user of a prior must know of its drift.
const DRIFT_NOTE: &str = "The drift m0 is that of the panels' era, nominal in USD, not a law: a view of the growth of world trade in the years ahead replaces it by the option `drift`.";

/// Values of coefficients beyond these cannot be meant: a variance or a weight would leave the range
/// of floating-point numbers, or a share would not be one. In the order of [`Coefficients::named`].
const RANGES: [(f64, f64); 13] = [
    (-20.0, 20.0),
    (-5.0, 5.0),
    (-20.0, 20.0),
    (-20.0, 20.0),
    (-5.0, 5.0),
    (-5.0, 5.0),
    (-2.0, 2.0),
    (-1.0, 1.0),
    (-10.0, 20.0),
    (-10.0, 20.0),
    (0.0, 1000.0),
    (0.0, 1.0),
    (0.0, 2.0),
];

impl Coefficients {
    /// Names, as in a prior file, and values, in the order of the fields.
    pub fn named(&self) -> [(&'static str, f64); 13] {
        [
            ("a", self.a),
            ("b", self.b),
            ("c1", self.c1),
            ("q0", self.q0),
            ("q1", self.q1),
            ("q2", self.q2),
            ("m0", self.m0),
            ("m1", self.m1),
            ("ln_nu0", self.ln_nu0),
            ("ln_nu_e", self.ln_nu_e),
            ("shock_limit", self.shock_limit),
            ("memory", self.memory),
            ("tau", self.tau),
        ]
    }
}
