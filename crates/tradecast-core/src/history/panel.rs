//! Panels: many annual series of bilateral trade, as a backtest takes them.

use super::flow::FlowHistory;
use super::unit::Unit;
use super::{Histories, HistoryError, Reading, read_histories};
use crate::calendar::{MONTHS, PeriodKind};
use std::path::Path;

/// Annual trade of one directed pair.
#[derive(Clone, Debug, PartialEq)]
pub struct AnnualSeries {
    /// Who sells.
    pub exporter: String,
    /// Who buys.
    pub importer: String,
    /// The year of the first value; of a fiscal year the one it ends in.
    pub first_year: i32,
    /// Million USD, a value a year; zero is zero, none where the file has no value.
    pub values: Vec<Option<f64>>,
}

/// Reads a panel of a file that says everything itself, as one with `usd_million`.
///
/// # Errors
/// As [`read_histories`] and [`Histories::panel`].
pub fn read_panel(path: &Path, bytes: &[u8]) -> Result<Vec<AnnualSeries>, HistoryError> {
    read_histories(path, bytes, &Reading::default())?.panel()
}

impl Histories {
    /// Every pair by years, ordered by exporter and importer; months and quarters are summed to
    /// complete calendar years. A pair without a complete year is not in it.
    ///
    /// # Errors
    /// An unusable cell, mixed frequencies, values that are not in USD, several reporters of a pair.
    pub fn panel(&self) -> Result<Vec<AnnualSeries>, HistoryError> {
        let mut panel = Vec::with_capacity(self.flows().len());
        for (index, flow) in self.flows().iter().enumerate() {
            let is_same_pair = |other: &FlowHistory| other.ends() == flow.ends();
            let before = index.checked_sub(1).map(|index| &self.flows()[index]);
            if let Some(other) = before.filter(|other| is_same_pair(other)) {
                return Err(self.several_yardsticks(&[other, flow]));
            }
            panel.extend(flow.sound()?.annual_series()?);
        }
        Ok(panel)
    }
}

impl FlowHistory {
    /// The values in million USD, as the prior's level needs them, years filled with none where
    /// the file has no value; none without a complete year.
    ///
    /// # Errors
    /// Values that are not in USD, several frequencies.
    pub fn annual_series(&self) -> Result<Option<AnnualSeries>, HistoryError> {
        self.in_usd()?;
        let annual = self.annual(None)?;
        let year = |index: usize| {
            let period = annual.points[index].period;
            let is_fiscal = period.kind == PeriodKind::FiscalYear;
            let month = if is_fiscal { period.end_month() - 1 } else { period.first_month };
            month.div_euclid(MONTHS)
        };
        let Some(last) = annual.points.len().checked_sub(1) else { return Ok(None) };
        let (first_year, last_year) = (year(0), year(last));
        let mut values = vec![None; (last_year - first_year + 1) as usize];
        for (index, point) in annual.points.iter().enumerate() {
            values[(year(index) - first_year) as usize] = Some(point.value);
        }
        let (exporter, importer) = (self.exporter.clone(), self.importer.clone());
        Ok(Some(AnnualSeries { exporter, importer, first_year, values }))
    }

    /// Checks that values are million USD.
    ///
    /// # Errors
    /// Another unit, or none stated.
    pub fn in_usd(&self) -> Result<(), HistoryError> {
        match &self.unit {
            Unit::Million(currency) if currency == "USD" => Ok(()),
            other => Err(HistoryError::Unit {
                path: self.path().to_owned(),
                message: format!("{} is in {other}; million USD are needed", self.name()),
            }),
        }
    }
}
