//! The running year of a fitted flow: what is booked of it, and what that says.

use super::problem::Problem;
use super::{Fitted, Growth, Scenario};
use crate::calendar::{MONTHS, Period, PeriodKind, Step};
use crate::forecast::Coefficients;
use crate::history::FlowHistory;
use crate::nowcast::{Bookings, Nowcast, NowcastError, RunningYear, ShareCoefficients};

/// A running year, with what it takes to see it as of an earlier month.
#[derive(Clone, Debug)]
pub struct Running {
    /// What the booked periods say.
    pub nowcast: Nowcast,
    /// The year and what is booked of it, million USD.
    pub year: RunningYear,
    coefficients: Coefficients,
    /// Totals of the whole years before it, million USD.
    annual: Vec<f64>,
    /// The periods of those years that are known by period, million USD.
    earlier: Vec<Vec<f64>>,
}

impl Running {
    /// The running year after the `annual` totals of a flow, where some of it is booked.
    ///
    /// # Errors
    /// Periods that do not fit the annual totals.
    pub fn find(
        flow: &FlowHistory,
        (annual, end): (&[f64], i32),
        (coefficients, in_usd_million): (&Coefficients, f64),
        fiscal_year_starts: Option<u8>,
    ) -> Result<Option<Self>, NowcastError> {
        let points = trailing(flow);
        let Some(first) = points.first().filter(|point| point.0.months() < MONTHS) else {
            return Ok(None);
        };
        let values: Vec<f64> = points.iter().map(|point| point.1 * in_usd_million).collect();
        let months = first.0.months() as u8;
        let starts = fiscal_year_starts.unwrap_or(1);
        let Bookings { earlier, running: year, .. } =
            Bookings::split(first.0.first_month, months, &values, starts)?;
        if year.booked.is_empty() || year.first_month != end {
            return Ok(None);
        }
        let earlier = earlier[earlier.len().saturating_sub(annual.len())..].to_vec();
        Self::new(coefficients, annual.to_vec(), earlier, year).map(Some)
    }

    fn new(
        coefficients: &Coefficients,
        annual: Vec<f64>,
        earlier: Vec<Vec<f64>>,
        year: RunningYear,
    ) -> Result<Self, NowcastError> {
        let shares = &ShareCoefficients::SHIPPED;
        let nowcast = Nowcast::new(coefficients, shares, &annual, &earlier, &year)?;
        Ok(Self { nowcast, year, coefficients: *coefficients, annual, earlier })
    }

    /// The same year when only its first `periods` were booked.
    pub fn as_of(&self, periods: usize) -> Self {
        let mut year = self.year.clone();
        year.booked.truncate(periods);
        Self::new(&self.coefficients, self.annual.clone(), self.earlier.clone(), year)
            .expect("fewer periods of a year that was seen whole")
    }

    /// The last booked period.
    pub fn last_booked(&self) -> Period {
        let months = i32::from(self.year.months_per_period);
        let kind = if months == 1 { PeriodKind::Month } else { PeriodKind::Quarter };
        Period {
            first_month: self.year.first_month + months * (self.year.booked.len() as i32 - 1),
            kind,
        }
    }
}

/// The periods and values at the end of a flow that follow each other without a gap.
fn trailing(flow: &FlowHistory) -> Vec<(Period, f64)> {
    let points = &flow.points;
    let is_gap =
        |pair: &[crate::history::Point]| pair[0].period.end_month() != pair[1].period.first_month;
    let start = points.windows(2).rposition(is_gap).map_or(0, |gap| gap + 1);
    points[start..].iter().map(|point| (point.period, point.value)).collect()
}

/// A running year that cannot be used, as a problem of a key.
pub fn problem(key: &str, error: &NowcastError) -> Problem {
    Problem::value(key, error.to_string())
        .help("let the months or quarters follow each other without a gap, in one unit and by one reporter; or leave those of the running year out")
}

/// Booked periods are fixed: nothing that is drawn may change them.
///
/// # Errors
/// Steps shorter than a year, a running year that is not simulated, an intervention or a disruption
/// that could change what is booked.
pub fn check(scenario: &Scenario) -> Result<(), Problem> {
    for (index, flow) in scenario.flows.iter().enumerate() {
        let Growth::Fitted(Fitted { running: Some(running), .. }) = &flow.growth else { continue };
        let key = format!("flow.{}.growth.fitted.history", flow.name);
        let booked = running.last_booked();
        if scenario.calendar.step != Step::Year {
            return Err(Problem::value(
                key,
                format!("a running year, booked to {booked}, needs steps of a year"),
            )
            .help("leave `calendar.step` out, or the periods of the running year"));
        }
        if running.year.first_month != scenario.first_month() {
            return Err(Problem::value(
                key,
                format!("this history is booked to {booked}, in a year that is not simulated"),
            )
            .help("let the baselines of all flows end with the same year"));
        }
        let end = f64::from(booked.end_month()) / f64::from(MONTHS);
        for (number, measure) in scenario.interventions.iter().enumerate() {
            let acts = measure.lifts.as_ref().is_some_and(|(flows, _)| flows.contains(&index))
                || measure.adds.as_ref().is_some_and(|(flow, _)| *flow == index);
            let starts = scenario.with_needs(number);
            let starts = starts.iter().filter_map(|k| scenario.interventions[*k].start.as_ref());
            let earliest = starts.map(|start| start.reach().0).fold(f64::NEG_INFINITY, f64::max);
            if acts && earliest < end {
                return Err(Problem::value(
                    format!("intervention.{}.start", measure.name),
                    format!("this can start before the end of {booked}, which is booked"),
                )
                .help(
                    "let it start after what is booked; what it did before is in the booked values",
                ));
            }
        }
        if let Some(disruption) = scenario.disruptions.iter().find(|d| d.flows.contains(&index)) {
            return Err(Problem::value(
                format!("disruption.{}.flows", disruption.name),
                format!("{} is booked to {booked}, and a disruption of its year would change that", flow.name),
            )
            .help("leave the periods of the running year out, or the disruption: past ones are in the history"));
        }
    }
    Ok(())
}
