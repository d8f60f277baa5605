//! A running year and the whole years before it.

use crate::calendar::MONTHS;

/// A year of which the first periods are booked.
#[derive(Clone, Debug, PartialEq)]
pub struct RunningYear {
    /// The year's first month, counted from January of year 0: any month starts a fiscal year.
    pub first_month: i32,
    /// Length of a period: 1, 3 or another divisor of 12.
    pub months_per_period: u8,
    /// Booked values, million USD, a value a period, in order of time; none if nothing is booked.
    pub booked: Vec<f64>,
}

impl RunningYear {
    /// Periods in a year.
    pub fn periods(&self) -> usize {
        MONTHS as usize / usize::from(self.months_per_period.max(1))
    }

    /// The sum of what is booked, million USD; 0 if nothing is.
    pub fn total(&self) -> f64 {
        self.booked.iter().sum()
    }
}

/// Periods cut into years: whole ones, and the running one at the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Bookings {
    /// Values of each whole year, oldest first, million USD.
    pub earlier: Vec<Vec<f64>>,
    /// The year after the last whole one, of which no, some or (never) all periods are booked.
    pub running: RunningYear,
    /// Periods at the beginning that belong to no whole year.
    pub left_out: usize,
}

/// Why a running year cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NowcastError {
    /// A period's length does not divide a year.
    #[error("periods of {months} months do not divide a year; 1, 2, 3, 4, 6 and 12 do")]
    Length {
        /// The length given.
        months: u8,
    },
    /// A fiscal year starts in no month.
    #[error("a year starts in month {month}; months are 1 to 12")]
    Start {
        /// The month given.
        month: u8,
    },
    /// More periods than a year has, or an earlier year that is not whole.
    #[error("{which} has {found} periods; a year has {allowed}")]
    Periods {
        /// The year meant.
        which: String,
        /// Its periods.
        found: usize,
        /// Periods in a year.
        allowed: usize,
    },
    /// A value that is below 0 or no number.
    #[error("period {period} of {which} is {value}; a booked value is 0 or above")]
    Value {
        /// The year meant.
        which: String,
        /// The period, counted from 1.
        period: usize,
        /// The value given.
        value: f64,
    },
    /// Too few annual values, or one that is not above 0.
    #[error(
        "{found} consecutive annual values above 0 end at the year before the running one; a nowcast needs {needed}: give a longer annual history"
    )]
    History {
        /// Consecutive values above 0.
        found: usize,
        /// How many are needed.
        needed: usize,
    },
    /// The periods and the annual history tell two stories.
    #[error(
        "the periods of {which} add up to {periods}, its annual value is {annual}: use one reporter, one unit and one year's start for both"
    )]
    Mismatch {
        /// The year meant.
        which: String,
        /// The sum of the periods.
        periods: f64,
        /// The annual value.
        annual: f64,
    },
}

impl Bookings {
    /// Cuts consecutive periods, the first of which starts at `first_month` (counted from January of
    /// year 0), into years that start in month `year_starts` (1 to 12).
    ///
    /// Periods before the first whole year are counted in `left_out`. Where the series ends with a
    /// year, the running year is the next one with nothing booked.
    ///
    /// # Errors
    /// A length that does not divide a year, a month that is none, periods that straddle the start
    /// of a year, values that are below 0 or no number.
    pub fn split(
        first_month: i32,
        months_per_period: u8,
        values: &[f64],
        year_starts: u8,
    ) -> Result<Self, NowcastError> {
        let length = i32::from(months_per_period);
        if length == 0 || MONTHS % length != 0 {
            return Err(NowcastError::Length { months: months_per_period });
        }
        let start = i32::from(year_starts) - 1;
        if !(0..MONTHS).contains(&start) {
            return Err(NowcastError::Start { month: year_starts });
        }
        let wait = (start - first_month).rem_euclid(MONTHS);
        if wait % length != 0 {
            return Err(NowcastError::Length { months: months_per_period });
        }
        let periods = (MONTHS / length) as usize;
        let left_out = ((wait / length) as usize).min(values.len());
        let whole = &values[left_out..];
        check_values("the series", values)?;
        let earlier: Vec<Vec<f64>> = whole.chunks_exact(periods).map(<[f64]>::to_vec).collect();
        let first_month = first_month + wait + MONTHS * earlier.len() as i32;
        let booked = whole[earlier.len() * periods..].to_vec();
        Ok(Self {
            earlier,
            running: RunningYear { first_month, months_per_period, booked },
            left_out,
        })
    }

    /// Totals of the whole years, oldest first, million USD.
    pub fn annual(&self) -> Vec<f64> {
        self.earlier.iter().map(|year| year.iter().sum()).collect()
    }
}

pub(super) fn check_values(which: &str, values: &[f64]) -> Result<(), NowcastError> {
    match values.iter().position(|value| !(value.is_finite() && *value >= 0.0)) {
        Some(at) => {
            Err(NowcastError::Value { which: which.into(), period: at + 1, value: values[at] })
        }
        None => Ok(()),
    }
}
