//! Years from months or quarters: complete years are summed, partial ones named and left out.

use super::HistoryError;
use super::finding::Finding;
use super::flow::{FlowHistory, Point};
use crate::calendar::{MONTHS, Period, PeriodKind};

impl FlowHistory {
    /// The flow by years. Years stay what they are; months or quarters are summed to fiscal years
    /// that start in month `fiscal_year_starts` (1 to 12), or to calendar years without it. Years
    /// with a part missing are left out and named in the findings.
    ///
    /// # Errors
    /// Several frequencies; quarters that do not fit the fiscal year.
    pub fn annual(&self, fiscal_year_starts: Option<u8>) -> Result<Self, HistoryError> {
        let parts = match self.frequency()? {
            None | Some(PeriodKind::CalendarYear | PeriodKind::FiscalYear) => {
                return Ok(self.clone());
            }
            Some(PeriodKind::Quarter) => 4,
            Some(PeriodKind::Month) => 12,
        };
        let starts = fiscal_year_starts.unwrap_or(1);
        if parts == 4 && !(starts - 1).is_multiple_of(3) {
            return Err(HistoryError::Series {
                path: self.path().to_owned(),
                message: format!(
                    "quarters of {} do not add up to fiscal years that start in month {starts}",
                    self.name()
                ),
            });
        }
        Ok(self.summed(fiscal_year_starts, parts))
    }

    fn summed(&self, fiscal_year_starts: Option<u8>, parts: usize) -> Self {
        let mut flow = Self { points: Vec::new(), ..self.clone() };
        let year_of = |point: &Point| year_with(point.period.first_month, fiscal_year_starts);
        for year in self.points.chunk_by(|a, b| year_of(a) == year_of(b)) {
            let period = year_of(&year[0]);
            if year.len() < parts {
                flow.notes.push(Finding::PartialYear {
                    year: period,
                    parts: year.len(),
                    of: parts,
                });
                continue;
            }
            let value = year.iter().fold(0.0, |sum, point| sum + point.value);
            flow.points.push(Point { period, value, ..year[0] });
        }
        flow
    }
}

/// The year that a month lies in.
fn year_with(month: i32, fiscal_year_starts: Option<u8>) -> Period {
    let Some(starts) = fiscal_year_starts else {
        let first_month = month.div_euclid(MONTHS) * MONTHS;
        return Period { first_month, kind: PeriodKind::CalendarYear };
    };
    let first = (month - (i32::from(starts) - 1)).div_euclid(MONTHS);
    Period::fiscal_year(if starts == 1 { first } else { first + 1 }, starts)
}
