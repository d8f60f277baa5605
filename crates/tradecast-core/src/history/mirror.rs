//! Two reporters of one flow side by side: two yardsticks, and their ratio over time.

use super::flow::FlowHistory;
use super::{Histories, HistoryError};
use crate::calendar::Period;
use std::collections::BTreeMap;
use std::fmt;

/// One flow by two yardsticks.
#[derive(Clone, Debug, PartialEq)]
pub struct Mirror {
    /// The flow, as `PAK → KGZ`.
    pub flow: String,
    /// The reporter of the first column: the exporter where it reports.
    pub first: String,
    /// The reporter of the second column: the importer where it reports.
    pub second: String,
    /// A row a period that either has, in order of time.
    pub rows: Vec<MirrorRow>,
}

/// A period by two yardsticks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MirrorRow {
    /// When.
    pub period: Period,
    /// The first reporter's value; none where it has none.
    pub first: Option<f64>,
    /// The second reporter's value.
    pub second: Option<f64>,
}

impl MirrorRow {
    /// The second value divided by the first; none unless both are above 0.
    pub fn ratio(&self) -> Option<f64> {
        let (first, second) = (self.first?, self.second?);
        (first > 0.0 && second > 0.0).then(|| second / first)
    }
}

impl Mirror {
    /// One flow by two yardsticks.
    ///
    /// # Errors
    /// Their units differ, a cell is unusable.
    pub fn of(first: &FlowHistory, second: &FlowHistory) -> Result<Self, HistoryError> {
        side_by_side(first, second)
    }

    /// The lowest, the middle and the highest ratio; none where no period has both.
    pub fn ratios(&self) -> Option<[f64; 3]> {
        let mut ratios: Vec<f64> = self.rows.iter().filter_map(MirrorRow::ratio).collect();
        ratios.sort_by(f64::total_cmp);
        Some([*ratios.first()?, ratios[(ratios.len() - 1) / 2], *ratios.last()?])
    }
}

impl fmt::Display for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value =
            |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.6}"));
        writeln!(f, "{}", self.flow)?;
        writeln!(f, "{:>10} {:>16} {:>16} {:>8}", "period", self.first, self.second, "ratio")?;
        for row in &self.rows {
            let ratio = row.ratio().map_or("-".to_owned(), |ratio| format!("{ratio:.2}"));
            let (first, second) = (value(row.first), value(row.second));
            writeln!(f, "{:>10} {first:>16} {second:>16} {ratio:>8}", row.period)?;
        }
        Ok(())
    }
}

impl Histories {
    /// The flow from `exporter` to `importer` by its two reporters, the exporter first.
    ///
    /// # Errors
    /// It is not in the file, it has not exactly two reporters, their units differ, a cell is
    /// unusable.
    pub fn mirror(&self, exporter: &str, importer: &str) -> Result<Mirror, HistoryError> {
        let flows = self.yardsticks(exporter, importer)?;
        match &flows[..] {
            [one, other] if other.reporter.as_deref() == Some(exporter) => side_by_side(other, one),
            [one, other] if one.reporter.as_deref() == Some(importer) => side_by_side(other, one),
            [one, other] => side_by_side(one, other),
            [one] => Err(HistoryError::Rows {
                path: self.path().to_owned(),
                message: format!("{} has one yardstick only", one.name()),
                help: "a mirror needs the same flow by two reporters: in a UN Comtrade download the exporter's exports and the importer's imports".to_owned(),
            }),
            several => Err(self.several_yardsticks(several)),
        }
    }
}

fn side_by_side(one: &FlowHistory, other: &FlowHistory) -> Result<Mirror, HistoryError> {
    one.sound()?;
    other.sound()?;
    if one.unit != other.unit {
        let message =
            format!("{} is in {}, and {} in {}", one.name(), one.unit, other.name(), other.unit);
        return Err(HistoryError::Unit { path: one.path().to_owned(), message });
    }
    let mut rows: BTreeMap<(i32, i32), MirrorRow> = BTreeMap::new();
    for (flow, is_first) in [(one, true), (other, false)] {
        for point in &flow.points {
            let empty = MirrorRow { period: point.period, first: None, second: None };
            let place = (point.period.first_month, -point.period.months());
            let row = rows.entry(place).or_insert(empty);
            let slot = if is_first { &mut row.first } else { &mut row.second };
            *slot = Some(point.value);
        }
    }
    let name = |flow: &FlowHistory| flow.reporter.clone().unwrap_or_else(|| "unnamed".to_owned());
    let rows = rows.into_values().collect();
    Ok(Mirror { flow: one.ends(), first: name(one), second: name(other), rows })
}
