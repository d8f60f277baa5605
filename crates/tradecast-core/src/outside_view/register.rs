//! The register of announced targets: which were met, by how much they needed.

use crate::statistics::{Interval, LEVEL, jeffreys};
use serde::{Deserialize, Serialize};

/// The register as it ships.
const REGISTER: &str = include_str!("../../data/announced-targets.csv");

/// Lower edges of the bands of needed multiples that count as similar; the last has no upper edge.
///
/// They hold 10, 17 and 16 judged targets: finer bands would leave shares of four or five.
pub const BANDS: [f64; 3] = [1.0, 1.5, 2.5];

/// How an announced target ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Reached by its deadline.
    Met,
    /// Not reached by its deadline.
    Missed,
    /// Its deadline is still to come.
    Pending,
    /// Nearly reached when last counted, some months before the deadline.
    OnCourse,
    /// It had no deadline and was reached.
    MetWithoutDeadline,
    /// It has no deadline and was not reached so far.
    NotMetSoFar,
    /// No figure was found for the deadline.
    Unknown,
}

/// One row of the register. Amounts are in USD, not in millions.
#[derive(Clone, Debug, Deserialize)]
pub struct AnnouncedTarget {
    /// A short name, as `PAK-UZB-2022`.
    pub id: String,
    /// Whose trade, as `Pakistan-Uzbekistan`.
    pub pair: String,
    /// `pair` (of countries or of a country and a region) or `all partners`.
    pub scope: String,
    /// The amount announced.
    pub target_usd: f64,
    /// Trade when it was announced, where known.
    pub base_usd: Option<f64>,
    /// The year, or year and month, by which it was to be reached; empty without a deadline.
    pub deadline: String,
    /// How it ended.
    pub outcome: Outcome,
    /// `yes` where the level at the deadline is from a named source, `no` where it is recalled or
    /// inferred; empty where there is none.
    pub sourced: String,
}

impl AnnouncedTarget {
    /// Target over base, and whether it was met; none unless it is of a pair, has a base and a
    /// deadline, and ended.
    pub fn judged(&self) -> Option<(f64, bool)> {
        let is_met = match self.outcome {
            Outcome::Met => true,
            Outcome::Missed => false,
            _ => return None,
        };
        let counts = self.scope == "pair" && !self.deadline.is_empty();
        let multiple = self.target_usd / self.base_usd?;
        counts.then_some((multiple, is_met))
    }

    /// Whether the level at the deadline is from a named source.
    pub fn is_sourced(&self) -> bool {
        self.sourced == "yes"
    }
}

/// All rows of the shipped register.
pub fn announced_targets() -> Vec<AnnouncedTarget> {
    let rows = csv::Reader::from_reader(REGISTER.as_bytes()).into_deserialize();
    rows.collect::<Result<_, _>>().expect("the shipped register is well formed")
}

/// How many of the targets judged were met.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MetShare {
    /// Targets met by their deadline.
    pub met: u64,
    /// Targets that ended, met or missed.
    pub judged: u64,
    /// Jeffreys interval of the share, as if targets were independent.
    pub interval: Interval,
}

impl MetShare {
    fn new(outcomes: impl Iterator<Item = bool>) -> Self {
        let (mut met, mut judged) = (0, 0);
        for is_met in outcomes {
            met += u64::from(is_met);
            judged += 1;
        }
        Self { met, judged, interval: jeffreys(met, judged, LEVEL) }
    }

    /// Met over judged; NaN where none is judged.
    pub fn share(&self) -> f64 {
        self.met as f64 / self.judged as f64
    }
}

/// How announced targets with a similar needed multiple ended.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SimilarTargets {
    /// The least multiple that counts as similar.
    pub multiple_from: f64,
    /// Multiples from here on do not; none for the last band.
    pub multiple_below: Option<f64>,
    /// The greatest multiple among the similar ones.
    pub greatest_multiple: f64,
    /// Of all of them.
    pub all: MetShare,
    /// Of those whose level at the deadline is from a named source.
    pub sourced: MetShare,
}

impl SimilarTargets {
    /// The targets of the band that holds a multiple of at least 1.
    pub(super) fn new(targets: &[AnnouncedTarget], multiple: f64) -> Self {
        let band = BANDS.iter().rposition(|from| multiple >= *from).unwrap_or(0);
        let (from, below) = (BANDS[band], BANDS.get(band + 1).copied());
        let is_similar = |m: f64| m >= from && below.is_none_or(|below| m < below);
        let similar: Vec<(f64, bool, bool)> = targets
            .iter()
            .filter_map(|target| target.judged().map(|(m, met)| (m, met, target.is_sourced())))
            .filter(|(m, ..)| is_similar(*m))
            .collect();
        let sourced = similar.iter().filter(|(.., is_sourced)| *is_sourced);
        Self {
            multiple_from: from,
            multiple_below: below,
            greatest_multiple: similar.iter().map(|(m, ..)| *m).fold(from, f64::max),
            all: MetShare::new(similar.iter().map(|(_, met, _)| *met)),
            sourced: MetShare::new(sourced.map(|(_, met, _)| *met)),
        }
    }
}
