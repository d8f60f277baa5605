//! The result of a run as plain data: everything after it only reads it.
//!
//! Amounts are in the scenario's own unit (for example million USD), shares and probabilities in
//! [0, 1]. A confidence interval of an estimate ([`Estimate`]) says how well the simulated paths
//! pin a figure down; a quantile of a [`FanPoint`] is a prediction: how trade itself may turn out.

mod spread;

pub use spread::{ParameterSpread, SpreadEntry, SpreadQuantile, Untold};

use crate::calendar::Period;
use crate::outside_view::{Contrast, OutsideView};
use crate::scenario;
use crate::statistics::{Estimate, Interval};
use crate::warning::{NoOutsideView, Warning};
use serde::{Serialize, Serializer};
use std::fmt;

/// The probabilities of the quantiles in a [`FanPoint`].
pub const FAN_QUANTILES: [f64; 9] = [0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99];

/// The positions in [`FAN_QUANTILES`] that carry a confidence interval: q05, q50, q95.
pub const FAN_INTERVALS: [usize; 3] = [1, 4, 7];

/// What a simulation says of one scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Projection {
    /// The stem of the scenario's file, as `qtta-corridor`.
    pub name: String,
    /// The scenario's title.
    pub title: String,
    /// The unit of every amount, as `million USD`.
    pub unit: String,
    /// The prices of every amount.
    pub prices: Prices,
    /// Paths simulated.
    pub paths: u64,
    /// Paths asked for: more than `paths` where the run was cut short.
    pub paths_asked: u64,
    /// The seed of every draw.
    pub seed: u64,
    /// The method that was asked for; each probability says what it came from.
    #[serde(serialize_with = "by_name")]
    pub method: scenario::Method,
    /// One a target, in the order of the scenario.
    pub targets: Vec<TargetProjection>,
    /// The totals of the targets first (one, where all sum the same), then one a flow.
    pub series: Vec<Series>,
    /// Doubts about the numbers above.
    pub warnings: Vec<Warning>,
    /// Why cells of the tables are empty.
    pub notes: Vec<Warning>,
}

/// A method by its name in a scenario.
fn by_name<S: Serializer>(method: &scenario::Method, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(method.name())
}

/// The prices that amounts are in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prices {
    /// Those of each period.
    Current,
    /// Those of one year.
    Constant(Period),
}

impl Prices {
    /// Of the name in a table.
    pub fn named(name: &str) -> Option<Self> {
        if name == "current prices" {
            return Some(Self::Current);
        }
        let year = name.strip_prefix("constant ")?.strip_suffix(" prices")?;
        // The end year of a fiscal year says all that its start would.
        Period::parse(year, Some(7)).ok().map(Self::Constant)
    }
}

/// The name in a table: `current prices`, `constant 2024 prices`.
impl fmt::Display for Prices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Current => f.write_str("current prices"),
            Self::Constant(year) => write!(f, "constant {year} prices"),
        }
    }
}

impl Serialize for Prices {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl Projection {
    /// The median total of a target's own period.
    pub fn median_of(&self, target: &TargetProjection) -> Option<f64> {
        let series = self.series.iter().find(|series| series.name == target.series)?;
        let own = series.periods.iter().skip(1).find(|point| point.period == target.period)?;
        Some(own.median())
    }
}

/// How a probability was estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Independent paths.
    MonteCarlo,
    /// Evenly spread paths in independent scramblings.
    QuasiMonteCarlo,
    /// Independent paths with weights, drawn where the event is common.
    ImportanceSampling,
}

impl Method {
    /// The name in a table, as `monte-carlo`.
    pub fn name(self) -> &'static str {
        match self {
            Self::MonteCarlo => "monte-carlo",
            Self::QuasiMonteCarlo => "quasi-monte-carlo",
            Self::ImportanceSampling => "importance-sampling",
        }
    }
}

/// A probability and how it was estimated.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Probability {
    /// Value, standard error and confidence interval.
    pub estimate: Estimate,
    /// The method.
    pub method: Method,
    /// Paths simulated.
    pub paths: u64,
    /// Independent paths that would give the same standard error.
    pub effective_paths: f64,
}

/// What the simulation says of one target.
#[derive(Clone, Debug, Serialize)]
pub struct TargetProjection {
    /// The target's name in the scenario.
    pub name: String,
    /// What is summed, as `total trade` or `pakistan-exports + kyrgyz-exports`.
    pub total_label: String,
    /// The name of the target's total in [`Projection::series`].
    pub series: String,
    /// The amount to reach.
    pub at_least: f64,
    /// The target's own period.
    pub period: Period,
    /// When the target was announced, as written in the scenario.
    pub announced: Option<String>,
    /// Whose statistics the total is judged by, as `Kyrgyz customs`.
    pub measured_by: Option<String>,
    /// Where the target comes from.
    pub source: Option<String>,
    /// One a period of the target's length, in order of time; the target's own period last.
    pub attainment: Vec<Attainment>,
    /// The median annualised total of the baseline.
    pub baseline_total: f64,
    /// Growth a year from the baseline's to the target's midpoint that reaches the target; none
    /// where the baseline is zero.
    pub growth_required: Option<f64>,
    /// P if no intervention took effect, all else shared; none where none acts on the total.
    pub without_measures: Option<Estimate>,
    /// Mean of target minus total over the paths that miss it; none where no path misses.
    pub shortfall: Option<Estimate>,
    /// Whether growth that is fitted to a history is in it.
    pub is_fitted: bool,
    /// How the probability depends on what is not known of the parameters; none where nobody asked.
    pub parameter_spread: Option<SpreadEntry>,
    /// The same with whether each measure happens among what is not known; none where no measure has
    /// odds, or the draws do not tell it.
    pub spread_with_measures: Option<ParameterSpread>,
    /// How the answer moved as periods of a running year were booked, from none to all that are;
    /// empty where none is.
    pub as_of: Vec<AsOf>,
    /// The distribution of the total in the target's period; bins in ascending order.
    pub distribution: Vec<Bin>,
    /// What flows, interventions and disruptions contribute around the median total.
    pub contributions: Vec<Contribution>,
    /// How others fared with as much to reach; never mixed into the probability.
    pub outside_view: OutsideEntry,
}

/// The outside view beside a target's probability.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutsideEntry {
    /// There is one.
    Beside {
        /// How others fared.
        view: Box<OutsideView>,
        /// Where the scenario is far from every figure of history.
        contrast: Option<Contrast>,
        /// The items of [`TargetProjection::contributions`] that carry the contrast.
        carriers: Vec<String>,
    },
    /// There is none.
    LeftOut {
        /// Why.
        why: NoOutsideView,
    },
}

impl OutsideEntry {
    /// The view, if there is one.
    pub fn view(&self) -> Option<&OutsideView> {
        match self {
            Self::Beside { view, .. } => Some(view),
            Self::LeftOut { .. } => None,
        }
    }
}

impl TargetProjection {
    /// The probability that the total of the target's own period reaches the target.
    pub fn probability(&self) -> &Probability {
        &self.own().inside
    }

    /// The probability that the target is reached in its own period or a period before it.
    pub fn probability_by(&self) -> &Probability {
        &self.own().by
    }

    /// How many times the yearly baseline the target is, a year.
    pub fn multiple(&self) -> f64 {
        self.at_least / self.baseline_total / self.period.years()
    }

    /// The spread of the probability over what is not known, if there is one.
    pub fn spread(&self) -> Option<&ParameterSpread> {
        match &self.parameter_spread {
            Some(SpreadEntry::Told(spread)) => Some(spread),
            _ => None,
        }
    }

    fn own(&self) -> &Attainment {
        self.attainment.last().expect("a target has at least its own period")
    }
}

/// The answer when fewer periods of a running year were booked.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct AsOf {
    /// Booked periods of the running year.
    pub booked_periods: usize,
    /// The last booked period; with none booked, the last whole year.
    pub until: Period,
    /// What was booked of the running year.
    pub booked: f64,
    /// P of reaching the target in its own period.
    pub probability: Probability,
    /// The 5, 50 and 95 % quantiles of the total in the target's period.
    pub quantiles: [f64; 3],
}

/// The probability of reaching a target in, and by, one period.
#[derive(Clone, Debug, Serialize)]
pub struct Attainment {
    /// The period, of the target's length.
    pub period: Period,
    /// The total of this period reaches the target.
    #[serde(rename = "in")]
    pub inside: Probability,
    /// The total of this or an earlier simulated period reaches the target.
    pub by: Probability,
}

/// One bin of a distribution.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Bin {
    /// Lower edge.
    pub lower: f64,
    /// Upper edge.
    pub upper: f64,
    /// Share of paths within.
    pub share: f64,
    /// Share of paths below the upper edge.
    pub cumulative: f64,
}

/// What kind of thing contributes to a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemKind {
    /// A flow, before lifts, additions and losses.
    Flow,
    /// An intervention: what it lifts and adds.
    Intervention,
    /// A disruption: what it takes, negative.
    Disruption,
}

/// The part of one item in the total of the target's period.
#[derive(Clone, Debug, Serialize)]
pub struct Contribution {
    /// The item's name.
    pub item: String,
    /// What the item is.
    pub kind: ItemKind,
    /// Share of paths in which the item is at work in the target's period; none for a flow.
    pub share_active: Option<f64>,
    /// Mean over the paths whose total is about the median; all items sum to the total. None
    /// where no path lies in that band.
    pub contribution: Option<f64>,
    /// P where the intervention happens; none for other items, or where it always or never does.
    pub if_yes: Option<Estimate>,
    /// P where it does not.
    pub if_no: Option<Estimate>,
}

/// What a series is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeriesKind {
    /// The sum of a target's flows.
    Total,
    /// One flow.
    Flow,
}

/// Quantiles of a total or a flow by period.
#[derive(Clone, Debug, Serialize)]
pub struct Series {
    /// `total`, `total NAME` where targets sum different flows, or a flow's name.
    pub name: String,
    /// Total or flow.
    pub kind: SeriesKind,
    /// By period of the target's length: the baseline period first, then in order of time.
    pub periods: Vec<FanPoint>,
    /// By step, for a total whose period is longer than a step; otherwise empty.
    pub steps: Vec<FanPoint>,
}

/// The distribution of a series in one period.
#[derive(Clone, Debug, Serialize)]
pub struct FanPoint {
    /// The period.
    pub period: Period,
    /// Mean; none where it is infinite.
    pub mean: Option<f64>,
    /// Standard deviation; none where it is infinite.
    pub std_dev: Option<f64>,
    /// Quantiles at [`FAN_QUANTILES`].
    pub quantiles: [f64; 9],
    /// Confidence intervals of the quantiles at [`FAN_INTERVALS`]; none where the paths are too
    /// few for one.
    pub intervals: [Option<Interval>; 3],
}

impl FanPoint {
    /// The median.
    pub fn median(&self) -> f64 {
        self.quantiles[4]
    }
}

/// Scenarios side by side.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// Doubts about the differences.
    pub warnings: Vec<Warning>,
    /// One a scenario and target, the reference scenario first.
    pub rows: Vec<ComparisonRow>,
}

/// Where a difference's interval comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pairing {
    /// Both scenarios saw the same draws.
    CommonRandomNumbers,
    /// The scenarios saw the same draws, but a rare and a likely probability come from different paths.
    #[serde(rename = "independent")]
    OtherPaths,
    /// The scenarios were simulated apart.
    Independent,
}

impl Pairing {
    /// The name in a table.
    pub fn name(self) -> &'static str {
        match self {
            Self::CommonRandomNumbers => "common-random-numbers",
            Self::OtherPaths | Self::Independent => "independent",
        }
    }
}

/// One scenario's result for one target, and its difference to the first scenario.
#[derive(Clone, Debug, Serialize)]
pub struct ComparisonRow {
    /// The scenario's name.
    pub scenario: String,
    /// The scenario's title.
    pub title: String,
    /// The target's name.
    pub target: String,
    /// The target's amount, in `unit`.
    pub at_least: f64,
    /// The target's period, as `FY2027-28`.
    pub period: String,
    /// The prices of its amounts.
    pub prices: Prices,
    /// Whose statistics the total is judged by.
    pub measured_by: Option<String>,
    /// P of reaching the target in its own period.
    pub probability: Estimate,
    /// P minus that of the first scenario; none for the first.
    pub difference: Option<Estimate>,
    /// How the difference was estimated.
    pub pairing: Pairing,
    /// Median of the total in the target's period.
    pub median: f64,
    /// Its 5 % quantile.
    pub q05: f64,
    /// Its 95 % quantile.
    pub q95: f64,
    /// The unit of amounts.
    pub unit: String,
    /// The total from the baseline period to the target's own; empty where it is not known.
    pub fan: Vec<FanSlice>,
}

/// The middle of a total in one period.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct FanSlice {
    /// The period.
    pub period: Period,
    /// Its 5, 25, 50, 75 and 95 % quantiles.
    pub quantiles: [f64; 5],
}

impl FanSlice {
    /// The probabilities of its quantiles.
    pub const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
}
