//! Simulated time: equal steps from the end of the baseline to the end of the latest target.

use crate::calendar::{MONTHS, Period, PeriodKind, Step};
use crate::scenario::{Scenario, Season};
use std::ops::Range;

/// The steps of a simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// The first month of the first step.
    pub first_month: i32,
    /// The length of a step.
    pub step: Step,
    /// The number of steps.
    pub steps: usize,
    fiscal_year_starts: Option<u8>,
}

impl Timeline {
    /// The timeline of a scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let step = scenario.calendar.step;
        let first_month = scenario.first_month();
        let ends = scenario.targets.iter().map(|target| target.period.end_month());
        let last = ends.max().unwrap_or(first_month);
        Self {
            first_month,
            step,
            steps: ((last - first_month) / step.months()) as usize,
            fiscal_year_starts: scenario.calendar.fiscal_year_starts,
        }
    }

    /// The start of the simulation, in years.
    pub fn origin(&self) -> f64 {
        f64::from(self.first_month) / f64::from(MONTHS)
    }

    /// The length of a step, in years.
    pub fn step_years(&self) -> f64 {
        f64::from(self.step.months()) / f64::from(MONTHS)
    }

    /// The length of the simulation, in years.
    pub fn horizon_years(&self) -> f64 {
        self.step_years() * self.steps as f64
    }

    /// The midpoint of the first step, in years.
    pub fn first_midpoint(&self) -> f64 {
        f64::from(2 * self.first_month + self.step.months()) / f64::from(2 * MONTHS)
    }

    /// The midpoint of the year, calendar or fiscal, that the first step lies in, in years.
    pub fn first_year_midpoint(&self) -> f64 {
        let first = self.first_month - (self.first_month - self.year_starts()).rem_euclid(MONTHS);
        f64::from(2 * first + MONTHS) / f64::from(2 * MONTHS)
    }

    /// The period of one step.
    pub fn step_period(&self, step: usize) -> Period {
        let kind = match (self.step, self.fiscal_year_starts) {
            (Step::Year, None) => PeriodKind::CalendarYear,
            (Step::Year, Some(_)) => PeriodKind::FiscalYear,
            (Step::Quarter, _) => PeriodKind::Quarter,
            (Step::Month, _) => PeriodKind::Month,
        };
        Period { first_month: self.first_month + step as i32 * self.step.months(), kind }
    }

    /// The steps that make up a period.
    pub fn steps_of(&self, period: Period) -> Range<usize> {
        let step = |month: i32| ((month - self.first_month) / self.step.months()) as usize;
        step(period.first_month)..step(period.end_month())
    }

    /// The periods of a target's kind whose steps are all simulated, up to its own, which is last.
    pub fn periods_up_to(&self, own: Period) -> Vec<Period> {
        let earlier = (own.first_month - self.first_month) / own.months();
        (0..=earlier).rev().map(|count| own.back(count)).collect()
    }

    /// The calendar or fiscal year of a step, counted from that of the first.
    pub fn year_of(&self, step: usize) -> u32 {
        let year = |month: i32| (month - self.year_starts()).div_euclid(MONTHS);
        (year(self.step_period(step).first_month) - year(self.first_month)) as u32
    }

    /// Months from January to the start of a year, calendar or fiscal.
    fn year_starts(&self) -> i32 {
        self.fiscal_year_starts.map_or(0, |month| i32::from(month) - 1)
    }

    /// The spans of a step, in years from the origin, in which a season is on.
    pub fn windows(&self, step: usize, season: Option<Season>) -> Vec<(f64, f64)> {
        let first = self.step_period(step).first_month;
        let years = |month: i32| f64::from(month - self.first_month) / f64::from(MONTHS);
        let Some(season) = season else {
            return vec![(years(first), years(first + self.step.months()))];
        };
        let months = (first..first + self.step.months()).filter(|month| season.holds(*month));
        let mut windows: Vec<(f64, f64)> = Vec::new();
        for month in months {
            let (start, end) = (years(month), years(month + 1));
            match windows.last_mut() {
                // The same month count divided the same way: equal bits.
                Some(window) if window.1 == start => window.1 = end,
                _ => windows.push((start, end)),
            }
        }
        windows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeline(step: Step, fiscal_year_starts: Option<u8>, first_month: i32) -> Timeline {
        Timeline { first_month, step, steps: 12, fiscal_year_starts }
    }

    #[test]
    fn aligned_periods_need_all_their_steps() {
        // From October 2025 the first whole calendar year is 2026.
        let quarters = timeline(Step::Quarter, None, 2025 * 12 + 9);
        let own = Period { first_month: 2028 * 12, kind: PeriodKind::CalendarYear };
        let labels: Vec<String> =
            quarters.periods_up_to(own).iter().map(ToString::to_string).collect();
        assert_eq!(labels, ["2026", "2027", "2028"]);
        assert_eq!(quarters.steps_of(own), 9..13);
    }

    #[test]
    fn a_season_over_the_turn_of_the_year_has_two_windows() {
        let years = timeline(Step::Year, None, 2026 * 12);
        let season = Season { from: 11, to: 2 };
        assert_eq!(years.windows(0, Some(season)), [(0.0, 2.0 / 12.0), (10.0 / 12.0, 1.0)]);
        assert_eq!(season.months(), 4);
    }

    #[test]
    fn years_of_steps_are_fiscal_where_set() {
        let quarters = timeline(Step::Quarter, Some(7), 2026 * 12 + 3);
        assert_eq!(
            (0..6).map(|step| quarters.year_of(step)).collect::<Vec<_>>(),
            [0, 1, 1, 1, 1, 2]
        );
    }
}
