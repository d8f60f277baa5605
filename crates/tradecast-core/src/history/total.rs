//! Both directions of a pair added up, by one yardstick at a time.

use super::finding::Finding;
use super::flow::{FlowHistory, Point};
use super::{Histories, HistoryError};
use crate::calendar::Period;
use std::collections::HashMap;

impl Histories {
    /// Trade of both directions between `a` and `b`: periods that only one direction has are left
    /// out and named in the findings. A reporter's total is its exports and its imports.
    ///
    /// # Errors
    /// A direction is not in the file, no reporter counts both directions, several do, units
    /// differ, a cell is unusable.
    pub fn total(&self, a: &str, b: &str) -> Result<FlowHistory, HistoryError> {
        let mut totals = self.totals(a, b)?;
        match (totals.len(), totals.pop()) {
            (1, Some(total)) => Ok(total),
            (_, Some(last)) => {
                let all: Vec<&FlowHistory> = totals.iter().chain([&last]).collect();
                Err(self.several_yardsticks(&all))
            }
            (_, None) => Err(self.no_common_reporter(a, b)),
        }
    }

    /// The total of both directions as each reporter counts it who counts both.
    ///
    /// # Errors
    /// A direction is not in the file, units differ, a cell is unusable.
    pub fn totals(&self, a: &str, b: &str) -> Result<Vec<FlowHistory>, HistoryError> {
        let (there, back) = (self.yardsticks(a, b)?, self.yardsticks(b, a)?);
        let mut totals = Vec::new();
        for one in there {
            if let Some(other) = back.iter().find(|other| other.reporter == one.reporter) {
                totals.push(sum(one.sound()?, other.sound()?)?);
            }
        }
        Ok(totals)
    }

    fn no_common_reporter(&self, a: &str, b: &str) -> HistoryError {
        HistoryError::Rows {
            path: self.path().to_owned(),
            message: format!("no reporter counts both {a} → {b} and {b} → {a}"),
            help: format!(
                "a total needs one yardstick: {a}'s exports and imports, or {b}'s; fetch the missing half, or fit the two flows apart"
            ),
        }
    }
}

fn sum(one: &FlowHistory, other: &FlowHistory) -> Result<FlowHistory, HistoryError> {
    if one.unit != other.unit {
        return Err(HistoryError::Unit {
            path: one.path().to_owned(),
            message: format!(
                "{} is in {}, and {} in {}",
                one.name(),
                one.unit,
                other.name(),
                other.unit
            ),
        });
    }
    let by_period: HashMap<Period, f64> =
        other.points.iter().map(|point| (point.period, point.value)).collect();
    let both = |point: &Point| {
        let back = by_period.get(&point.period)?;
        Some(Point { value: point.value + back, ..*point })
    };
    let points: Vec<Point> = one.points.iter().filter_map(both).collect();
    let mut notes: Vec<Finding> = one.notes.iter().chain(&other.notes).cloned().collect();
    for flow in [one, other] {
        let is_alone = |period: &Period| !points.iter().any(|point| point.period == *period);
        let periods: Vec<Period> =
            flow.points.iter().map(|point| point.period).filter(is_alone).collect();
        if !periods.is_empty() {
            notes.push(Finding::OneDirection { flow: flow.ends(), periods });
        }
    }
    Ok(FlowHistory { is_total: true, points, notes, ..one.clone() })
}
