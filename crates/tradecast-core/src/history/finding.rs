//! What a history is not: complete, of one unit, without breaks. Said with lines, changed nothing.

use super::flow::{FlowHistory, Point, plural};
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
    MixedUnits(Vec<(String, String)>),
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
        why: String,
    },
    /// How the file was understood where it leaves room.
    Understood(String),
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

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { first, last, after } if first == last => {
                write!(f, "gap: {first} is missing (after {after})")
            }
            Self::Gap { first, last, after } => {
                write!(f, "gap: {first} to {last} are missing (after {after})")
            }
            Self::Zeros(seen) => write!(
                f,
                "zeros: {}; a 0 may mean no trade or no report, and a fit starts after it",
                listed(seen)
            ),
            Self::Duplicate { kept, again } => write!(
                f,
                "duplicate: {} stands twice with the same value ({}, {again}); it counts once",
                kept.period, kept.place
            ),
            Self::Unusable { place, message } => write!(f, "unusable: {place}: {message}"),
            Self::Break { before, after, ratio } => write!(
                f,
                "break: from {} in {} ({}) to {} in {} ({}), {}, and it stays there; a change of unit or of coverage looks like this",
                before.value,
                before.period,
                before.place,
                after.value,
                after.period,
                after.place,
                times(*ratio)
            ),
            Self::MixedFrequencies(kinds) => {
                let kinds: Vec<String> = kinds
                    .iter()
                    .map(|(kind, count)| format!("{count} {}", plural(*kind)))
                    .collect();
                write!(f, "mixed frequencies: {}; a fit needs one of them", kinds.join(", "))
            }
            Self::MixedUnits(units) => {
                let units: Vec<String> =
                    units.iter().map(|(unit, place)| format!("{unit} (from {place})")).collect();
                write!(f, "mixed units: {}; all are held in millions", units.join(", "))
            }
            Self::UnitUnstated => f.write_str(
                "unit: nothing says what the values are counted in; state it, as \"USD million\"",
            ),
            Self::Empty(seen) => {
                write!(f, "no value: {}; they count as missing", listed(seen))
            }
            Self::OneDirection { flow, periods } => write!(
                f,
                "one direction only: {} have a value for {flow} alone and are not in the total",
                spans(periods)
            ),
            Self::PartialYear { year, parts, of } => {
                write!(f, "partial year: {year} has {parts} of {of} parts and is left out")
            }
            Self::LeftOut { rows, line, why } => {
                write!(f, "left out: {rows} rows (the first is line {line}): {why}")
            }
            Self::Understood(text) => f.write_str(text),
        }
    }
}

/// `×12.5`, or `÷12.5`.
fn times(ratio: f64) -> String {
    if ratio >= 1.0 { format!("×{ratio:.1}") } else { format!("÷{:.1}", 1.0 / ratio) }
}

/// The first eight, and how many more.
fn listed(seen: &[Seen]) -> String {
    const MOST: usize = 8;
    let mut names: Vec<String> =
        seen.iter().take(MOST).map(|s| format!("{} ({})", s.period, s.place)).collect();
    if seen.len() > MOST {
        names.push(format!("and {} more", seen.len() - MOST));
    }
    names.join(", ")
}

/// Runs of periods, as `1995 to 1998, 2001`.
fn spans(periods: &[Period]) -> String {
    let mut spans: Vec<(Period, Period)> = Vec::new();
    for period in periods {
        match spans.last_mut() {
            Some((_, last)) if last.next() == *period => *last = *period,
            _ => spans.push((*period, *period)),
        }
    }
    let text = |(first, last): &(Period, Period)| {
        if first == last { first.to_string() } else { format!("{first} to {last}") }
    };
    spans.iter().map(text).collect::<Vec<_>>().join(", ")
}
