//! What a history is not: complete, of one unit, without breaks. Said with lines, changed nothing.

use super::flow::{FlowHistory, Point};
use crate::calendar::{Period, PeriodKind};
use serde::Serialize;
use std::fmt;

/// Something that a reader of a history has to know.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "found", content = "details", rename_all = "kebab-case")]
pub enum Finding {
    /// Periods without a value between two that have one.
    Gap {
        /// The first missing period.
        first: Period,
        /// The last missing period.
        last: Period,
        /// The line after which they are missing.
        after: Place,
    },
    /// Values of 0, which may mean none or not reported.
    Zeros(Vec<Seen>),
    /// A period that stands several times with one value; it counts once.
    Duplicate {
        /// The observation that counts.
        kept: Seen,
        /// Where it stands again.
        again: Place,
    },
    /// A cell that cannot be used; the flow is refused until it is mended.
    Unusable {
        /// Where.
        place: Place,
        /// What is wrong.
        message: String,
    },
    /// A jump of more than ×8, or to less than ⅛, that persists.
    Break {
        /// The last observation before it.
        before: Seen,
        /// The first after it.
        after: Seen,
        /// The one divided by the other.
        ratio: f64,
    },
    /// Periods of several lengths.
    MixedFrequencies(Vec<(PeriodKind, usize)>),
    /// Values that the file states in several units; all are held in millions.
    MixedUnits(Vec<StatedUnit>),
    /// Nothing says what the values are counted in.
    UnitUnstated,
    /// Cells without a value, as lines.
    Empty(Vec<Seen>),
    /// Periods of a total for which only one direction has a value; they are left out.
    OneDirection {
        /// The direction that has them.
        flow: String,
        /// Which they are.
        periods: Vec<Period>,
    },
    /// Years of which some months or quarters are missing; they are left out.
    PartialYear {
        /// The year.
        year: Period,
        /// How many parts there are.
        parts: usize,
        /// How many a year has.
        of: usize,
    },
    /// Rows that were left out, and why.
    LeftOut {
        /// How many.
        rows: u64,
        /// The first line.
        line: u64,
        /// Why.
        why: LeftOut,
    },
    /// How the file was understood where it leaves room.
    Understood(Understanding),
}

/// Why rows of a file are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeftOut {
    /// They are neither exports nor imports, as re-exports, which exports include.
    OtherFlow,
    /// They are neither exports free on board nor imports with freight and insurance.
    OtherIndicator,
    /// They split a flow further whose total is in the file.
    PartOfFlow,
    /// They are products, and the file has their total.
    Product,
}

/// How a file was understood where it leaves room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "as", rename_all = "kebab-case")]
pub enum Understanding {
    /// Values are sums of some products.
    SumsOfProducts {
        /// How many.
        count: usize,
        /// The first code.
        first: String,
        /// The last.
        last: String,
    },
    /// Countries are numbers, as nothing names them.
    NumberedCountries,
    /// Values are single dollars, as the IMF exports them.
    SingleDollars,
}

/// A unit that a file states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatedUnit {
    /// As `USD million`.
    pub unit: String,
    /// Where it first stands.
    pub place: Place,
}

/// An observation and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Seen {
    /// When.
    pub period: Period,
    /// How much.
    pub value: f64,
    /// Where it stands.
    pub place: Place,
}

/// Where something stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The line, counted from 1.
    pub line: u64,
    /// The name of the file, where there are several.
    pub file: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "line {} of {file}", self.line),
            None => write!(f, "line {}", self.line),
        }
    }
}

/// A jump beyond this, up or down, that persists is a break.
const BREAK: f64 = 8.0;

impl FlowHistory {
    /// What there is to know of it, in a fixed order.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = self.notes.clone();
        if let Some((file, line, message)) = &self.fault {
            let at = Point { period: FIRST, value: 0.0, line: *line, file: *file };
            findings.push(Finding::Unusable { place: self.place(&at), message: message.clone() });
        }
        let kinds = self.frequencies();
        if kinds.len() > 1 {
            findings.push(Finding::MixedFrequencies(kinds.clone()));
        }
        for (kind, _) in kinds {
            let points: Vec<Point> =
                self.points.iter().filter(|p| p.period.kind == kind).copied().collect();
            findings.extend(self.gaps(&points));
            findings.extend(self.breaks(&points));
        }
        let zeros = self.points.iter().filter(|point| point.value == 0.0);
        let zeros: Vec<Seen> = zeros.map(|point| self.seen(point)).collect();
        findings.extend((!zeros.is_empty()).then_some(Finding::Zeros(zeros)));
        if self.unit == super::Unit::Unstated && !self.points.is_empty() {
            findings.push(Finding::UnitUnstated);
        }
        findings
    }

    fn gaps(&self, points: &[Point]) -> Vec<Finding> {
        let gap = |pair: &[Point]| {
            let (before, after) = (pair[0].period, pair[1].period);
            (before.end_month() < after.first_month).then(|| Finding::Gap {
                first: before.next(),
                last: after.back(1),
                after: self.place(&pair[0]),
            })
        };
        points.windows(2).filter_map(gap).collect()
    }

    /// A step beyond the limit, with at most two periods missing or 0 in between, whose medians on both sides, over up to three years or one year of
    /// shorter periods, lie as far apart. One value after it is not enough to persist.
    fn breaks(&self, points: &[Point]) -> Vec<Finding> {
        let positive: Vec<Point> = points.iter().filter(|p| p.value > 0.0).copied().collect();
        let breaks_at = |at: usize| {
            let (before, after) = (positive[at - 1], positive[at]);
            let width = match after.period.months() {
                12 => 3,
                months => (12 / months) as usize,
            };
            let early = &positive[at.saturating_sub(width)..at];
            let late = &positive[at..positive.len().min(at + width)];
            let step = after.value / before.value;
            let levels = median(late) / median(early);
            let apart = after.period.first_month - before.period.end_month();
            let is_near = apart <= 2 * before.period.months();
            let is_break = is_near && late.len() > 1 && is_far(step) && is_far(levels);
            (is_break && (step > 1.0) == (levels > 1.0)).then(|| Finding::Break {
                before: self.seen(&before),
                after: self.seen(&after),
                ratio: step,
            })
        };
        (1..positive.len()).filter_map(breaks_at).collect()
    }

    pub(super) fn seen(&self, point: &Point) -> Seen {
        Seen { period: point.period, value: point.value, place: self.place(point) }
    }
}

const FIRST: Period = Period { first_month: 0, kind: PeriodKind::Month };

fn is_far(ratio: f64) -> bool {
    !(1.0 / BREAK..=BREAK).contains(&ratio)
}

/// The median of at least one value; of an even number the geometric mean of the middle two.
fn median(points: &[Point]) -> f64 {
    let mut values: Vec<f64> = points.iter().map(|point| point.value).collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        (values[middle - 1] * values[middle]).sqrt()
    }
}
