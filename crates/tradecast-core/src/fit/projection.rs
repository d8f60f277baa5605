//! What a fit gives, as plain data.

use super::EndingZeros;
use crate::calendar::Period;
use crate::history::Finding;
use serde::Serialize;

/// Everything that `tradecast fit` found.
#[derive(Clone, Debug, Serialize)]
pub struct FitProjection {
    /// The history's files, as they were given.
    pub files: Vec<String>,
    /// What the histories are seen through: `world`, `none`, `bootstrap`, or a prior file.
    pub prior: String,
    /// What is to be known of the files as a whole.
    pub notes: Vec<Note>,
    /// Flows that several reporters count, side by side.
    pub mirrors: Vec<MirrorProjection>,
    /// The flows that are fitted, in the order asked for, the exporter's figures first.
    pub flows: Vec<FlowFit>,
    /// Yardsticks of a flow that cannot be fitted, where another can.
    pub unfitted: Vec<Unfitted>,
    /// Correlations of the yearly shocks of flows by the same yardstick.
    pub correlations: Vec<FlowCorrelation>,
    /// Pieces of a scenario; those of different reporters are alternatives.
    pub fragments: Vec<Fragment>,
}

/// What a reader of a fit has to know.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Note {
    /// Something odd about a history or its file.
    History {
        /// What was found.
        finding: Finding,
    },
    /// A history ends with zeros.
    EndsInZeros(EndingZeros),
    /// Months or quarters after the last whole year are not in the outlook, but in a run.
    UnderWay {
        /// Their year.
        year: Period,
    },
    /// Two yardsticks cannot stand side by side.
    NotSideBySide {
        /// Why, as the error says it.
        reason: String,
    },
}

/// One flow by two yardsticks, by years.
#[derive(Clone, Debug, Serialize)]
pub struct MirrorProjection {
    /// The flow, as `PAK → KGZ`.
    pub flow: String,
    /// The unit, as `million USD`; empty where it is not stated.
    pub unit: String,
    /// The first reporter: the exporter where it reports.
    pub first: String,
    /// The second.
    pub second: String,
    /// A row a year that either has.
    pub years: Vec<MirrorYear>,
    /// The lowest, the middle and the highest ratio; none where no year has both.
    pub ratios: Option<[f64; 3]>,
}

/// A year by two yardsticks.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct MirrorYear {
    /// When.
    pub period: Period,
    /// The first reporter's value.
    pub first: Option<f64>,
    /// The second's.
    pub second: Option<f64>,
    /// The second divided by the first.
    pub ratio: Option<f64>,
}

/// A flow's history, its growth, and what it says of the years ahead.
#[derive(Clone, Debug, Serialize)]
pub struct FlowFit {
    /// The name in the fragment, as `pak-kgz`; with `-by-REPORTER` among several yardsticks.
    pub name: String,
    /// The flow in words, as `PAK → KGZ as reported by PAK`.
    pub label: String,
    /// Who sells; empty where neither the file nor a pair says it.
    pub exporter: String,
    /// Who buys.
    pub importer: String,
    /// Whose figures they are, where the file says it.
    pub reporter: Option<String>,
    /// Whether it is trade in both directions.
    pub is_total: bool,
    /// What values are counted in, as `million USD`; empty where nothing states it.
    pub unit: String,
    /// The years that it is fitted to.
    pub history: Vec<HistoryYear>,
    /// What is odd about the history, with lines.
    pub findings: Vec<Note>,
    /// How it grows.
    pub growth: FittedGrowth,
    /// The years ahead.
    pub ahead: Vec<AheadYear>,
}

/// A year of a history.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct HistoryYear {
    /// When.
    pub period: Period,
    /// How much, in the flow's unit.
    pub value: f64,
    /// The line of the file, counted from 1; of a sum the first in it.
    pub line: u64,
}

/// How a flow grows. Rates and standard deviations are of the log of its value.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FittedGrowth {
    /// A local level with drift and Student-t shocks: `growth.fitted`.
    Level {
        /// Drift a year: the median.
        drift: f64,
        /// The error of the drift, a year.
        drift_sd: f64,
        /// A year's lasting shock.
        shock_sd: f64,
        /// A year's passing disturbance.
        transitory_sd: f64,
        /// The share of the variance of a year's growth that passes: 2 t²/(s² + 2 t²), with s the
        /// lasting shock and t the disturbance, which counts in two years' growth.
        transitory_share: f64,
        /// Degrees of freedom of Student's t.
        df: f64,
        /// The share of the variance that comes from the flow's own shocks.
        own_share: f64,
        /// The lasting shock of flows of this size by the prior alone.
        prior_sd: Option<f64>,
    },
    /// Own log growth in blocks: `growth.bootstrap`.
    Blocks(OwnHistory),
}

/// Own growth, drawn in blocks.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct OwnHistory {
    /// Mean log growth a year.
    pub mean: f64,
    /// Its standard deviation, n − 1 in the denominator.
    pub sd: f64,
    /// The mean length of a block, in years.
    pub block_years: f64,
    /// Simulated paths.
    pub paths: u32,
}

/// A year ahead: quantiles in the flow's unit, and probabilities.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct AheadYear {
    /// How many years after the history's last.
    pub years: u32,
    /// When.
    pub period: Period,
    /// 5 % of futures lie below.
    pub q05: f64,
    /// 10 % lie below.
    pub q10: f64,
    /// 25 % lie below.
    pub q25: f64,
    /// The median.
    pub q50: f64,
    /// 75 % lie below.
    pub q75: f64,
    /// 90 % lie below.
    pub q90: f64,
    /// 95 % lie below.
    pub q95: f64,
    /// P(at least 1.25 times the last value).
    pub p_1_25: f64,
    /// P(at least twice the last value).
    pub p_2: f64,
    /// P(at least 5 times the last value).
    pub p_5: f64,
}

/// A yardstick that cannot be fitted.
#[derive(Clone, Debug, Serialize)]
pub struct Unfitted {
    /// What is wrong with it.
    pub reason: String,
    /// The way out.
    pub help: String,
}

/// The correlation of two flows' yearly shocks.
#[derive(Clone, Debug, Serialize)]
pub struct FlowCorrelation {
    /// The names of the two.
    pub between: [String; 2],
    /// What the scenario gets: own and world's together, to two decimals.
    pub value: f64,
    /// That of their own shocks; none without three common years.
    pub own: Option<f64>,
    /// How many common years there are.
    pub years: usize,
    /// That of flows as near as these.
    pub world: f64,
}

/// A piece of a scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Fragment {
    /// By whose figures, where there are several.
    pub reporter: Option<String>,
    /// TOML: a `[[flow]]` for each flow, and their correlations.
    pub text: String,
    /// Files that it names and that are written with the results: name and content.
    #[serde(skip)]
    pub files: Vec<(String, Vec<u8>)>,
}
