//! The years of a flow that a fit takes.

use crate::amount::MoneyScale;
use crate::calendar::Period;
use crate::history::{Finding, FlowHistory, Histories, HistoryError, Point};
use serde::Serialize;

/// The fewest consecutive positive years that a history is fitted to.
pub const FEWEST_YEARS: usize = 5;
/// The most: earlier ones say next to nothing, and the priors were fitted to no more.
pub const MOST_YEARS: usize = 20;

/// The last consecutive positive years of a flow.
#[derive(Clone, Debug)]
pub struct Years {
    /// Year, value in the flow's unit, and line, oldest first; from [`FEWEST_YEARS`] to
    /// [`MOST_YEARS`] of them.
    pub points: Vec<Point>,
    /// What is odd about the history, with lines; that its unit is not stated is not among them.
    pub findings: Vec<Finding>,
    /// Zeros after the last year, which are left out: the first of them.
    pub zero: Option<Period>,
}

/// Zeros at the end of a history, which are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct EndingZeros {
    /// The first of them.
    pub first: Period,
    /// The last period before them.
    pub baseline: Period,
}

impl Years {
    /// Takes a flow's years; months and quarters are summed to fiscal years that start in month
    /// `fiscal_year_starts`, or to calendar years without it.
    ///
    /// # Errors
    /// Too few years in a row, several frequencies, quarters that do not fit the fiscal year.
    pub fn of(flow: &FlowHistory, fiscal_year_starts: Option<u8>) -> Result<Self, HistoryError> {
        let flow = flow.annual(fiscal_year_starts)?;
        let run = flow.latest_run(FEWEST_YEARS)?;
        let points = run.points[run.points.len().saturating_sub(MOST_YEARS)..].to_vec();
        let findings = flow.findings().into_iter();
        let findings = findings.filter(|finding| *finding != Finding::UnitUnstated).collect();
        let zero = run.zeros_after.first().map(|point| point.period);
        Ok(Self { points, findings, zero })
    }

    /// What is odd about the history, but for a partial year that begins in month `used`, which is
    /// used as the running one.
    pub fn odd(&self, used: Option<i32>) -> Vec<Finding> {
        let is_odd = |finding: &&Finding| match finding {
            Finding::PartialYear { year, .. } => Some(year.first_month) != used,
            _ => true,
        };
        self.findings.iter().filter(is_odd).cloned().collect()
    }

    /// The zeros that the history ends with, where it does.
    pub fn ending_zeros(&self) -> Option<EndingZeros> {
        let baseline = self.points.last()?.period;
        self.zero.map(|first| EndingZeros { first, baseline })
    }

    /// The values in single units of the currency, where the flow's unit is `scale` of them.
    pub fn amounts(&self, scale: MoneyScale) -> Vec<f64> {
        self.points.iter().map(|point| scale.single(point.value)).collect()
    }
}

/// The flow between two countries, or the total of both directions. A file of one flow without
/// countries holds that flow, and if asked for, that total.
///
/// # Errors
/// It is not in the file, several reporters count it, a cell is unusable.
pub fn chosen(
    histories: &Histories,
    from: &str,
    to: &str,
    is_total: bool,
) -> Result<FlowHistory, HistoryError> {
    let is_of_one_flow = histories.flows().iter().all(|flow| flow.exporter.is_empty());
    if is_total && !is_of_one_flow {
        histories.total(from, to)
    } else {
        histories.flow(Some((from, to))).cloned()
    }
}
