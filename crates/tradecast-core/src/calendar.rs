//! Periods, fiscal years, dates and durations as types.
//!
//! All times are whole months or fractions of them counted from January of year 0, or years
//! (months / 12). A month is 1/12 year whatever its length; day `d` of a month of `D` days is
//! `(d − 1)/D` of that month, so a date without a day is its first instant.

use std::fmt;

/// Months in a year.
pub const MONTHS: i32 = 12;

const MONTH_NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Why a text is no period, date, duration or month.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Not one of the forms of a period.
    #[error("\"{0}\" is not a period")]
    Period(String),
    /// A fiscal year of more or less than one year, as `FY2027-29`.
    #[error("\"{0}\" does not span one year")]
    FiscalSpan(String),
    /// A fiscal year where the scenario says nothing of when it starts.
    #[error("\"{0}\" is a fiscal year, but the scenario does not say when fiscal years start")]
    NoFiscalYear(String),
    /// Not one of the forms of a date.
    #[error("\"{0}\" is not a date")]
    Date(String),
    /// Not one of the forms of a duration.
    #[error("\"{0}\" is not a duration")]
    Duration(String),
    /// No English name of a month.
    #[error("\"{0}\" is not a month")]
    Month(String),
}

impl CalendarError {
    /// What may stand there, with examples, and the way out.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Period(_) => {
                "a period is a year \"2028\", a fiscal year \"FY2027-28\" (or \"FY2028\", named by its end), a quarter \"2027-Q3\" or a month \"2027-09\""
            }
            Self::FiscalSpan(_) => "write two years in a row, as \"FY2027-28\"",
            Self::NoFiscalYear(_) => {
                "add `fiscal_year_starts = \"July\"` (or another month) under [calendar]"
            }
            Self::Date(_) => "a date is \"2027-03\" or \"2027-03-15\"",
            Self::Duration(_) => {
                "a duration is a number and a unit: \"10 days\", \"2 weeks\", \"18 months\", \"1.5 years\""
            }
            Self::Month(_) => "write the English name of a month, as \"July\"",
        }
    }
}

/// The length of one simulated period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// A calendar year, or a fiscal year where the scenario sets one.
    Year,
    /// A calendar quarter.
    Quarter,
    /// A month.
    Month,
}

impl Step {
    /// Months in the step.
    pub fn months(self) -> i32 {
        match self {
            Self::Year => MONTHS,
            Self::Quarter => 3,
            Self::Month => 1,
        }
    }

    /// Steps in a year.
    pub fn per_year(self) -> usize {
        (MONTHS / self.months()) as usize
    }
}

/// What a period is called by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeriodKind {
    /// `2028`
    CalendarYear,
    /// `FY2027-28`
    FiscalYear,
    /// `2027-Q3`
    Quarter,
    /// `2027-09`
    Month,
}

/// A named span of whole months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first month, counted from January of year 0.
    pub first_month: i32,
    /// How the period is named; its length follows.
    pub kind: PeriodKind,
}

impl Period {
    /// Reads `2028`, `FY2027-28`, `FY2028`, `2027-Q3` or `2027-09`.
    ///
    /// # Errors
    /// Any other form, or a fiscal year where `fiscal_year_starts` is `None`.
    pub fn parse(text: &str, fiscal_year_starts: Option<u8>) -> Result<Self, CalendarError> {
        let wrong = || CalendarError::Period(text.to_owned());
        if let Some(rest) = text.strip_prefix("FY") {
            let end = fiscal_end(rest, text)?;
            let starts =
                fiscal_year_starts.ok_or_else(|| CalendarError::NoFiscalYear(text.to_owned()))?;
            return Ok(Self::fiscal_year(end, starts));
        }
        let (year, part) = match text.split_once('-') {
            Some((year, part)) => (year, Some(part)),
            None => (text, None),
        };
        let first = four_digits(year).ok_or_else(wrong)? * MONTHS;
        match part {
            None => Ok(Self { first_month: first, kind: PeriodKind::CalendarYear }),
            Some(part) if part.starts_with('Q') => {
                let quarter = digits(&part[1..], 1, 4).ok_or_else(wrong)?;
                Ok(Self { first_month: first + 3 * (quarter - 1), kind: PeriodKind::Quarter })
            }
            Some(part) if part.len() == 2 => {
                let month = digits(part, 1, MONTHS).ok_or_else(wrong)?;
                Ok(Self { first_month: first + month - 1, kind: PeriodKind::Month })
            }
            Some(_) => Err(wrong()),
        }
    }

    /// The fiscal year that ends in calendar year `end`, where fiscal years start in month
    /// `starts` (1 to 12). One that starts in January is the calendar year of its end.
    pub fn fiscal_year(end: i32, starts: u8) -> Self {
        let start_year = if starts == 1 { end } else { end - 1 };
        Self {
            first_month: start_year * MONTHS + i32::from(starts) - 1,
            kind: PeriodKind::FiscalYear,
        }
    }

    /// Months in the period.
    pub fn months(&self) -> i32 {
        match self.kind {
            PeriodKind::CalendarYear | PeriodKind::FiscalYear => MONTHS,
            PeriodKind::Quarter => 3,
            PeriodKind::Month => 1,
        }
    }

    /// The first month after the period.
    pub fn end_month(&self) -> i32 {
        self.first_month + self.months()
    }

    /// The length in years.
    pub fn years(&self) -> f64 {
        f64::from(self.months()) / f64::from(MONTHS)
    }

    /// The midpoint, in years.
    pub fn midpoint(&self) -> f64 {
        f64::from(2 * self.first_month + self.months()) / f64::from(2 * MONTHS)
    }

    /// The period of the same kind that follows.
    pub fn next(&self) -> Self {
        Self { first_month: self.end_month(), kind: self.kind }
    }

    /// The period of the same kind `count` before this one.
    pub fn back(&self, count: i32) -> Self {
        Self { first_month: self.first_month - count * self.months(), kind: self.kind }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.first_month.div_euclid(MONTHS);
        let month = self.first_month.rem_euclid(MONTHS);
        let text = match self.kind {
            PeriodKind::CalendarYear => format!("{year}"),
            PeriodKind::FiscalYear if month == 0 => format!("FY{year}"),
            PeriodKind::FiscalYear => format!("FY{year}-{:02}", (year + 1) % 100),
            PeriodKind::Quarter => format!("{year}-Q{}", month / 3 + 1),
            PeriodKind::Month => format!("{year}-{:02}", month + 1),
        };
        f.pad(&text)
    }
}

impl serde::Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The end year of the text after `FY`: `2028`, or `2027-28` (also `2027-2028`).
fn fiscal_end(rest: &str, whole: &str) -> Result<i32, CalendarError> {
    let wrong = || CalendarError::Period(whole.to_owned());
    let Some((start, end)) = rest.split_once('-') else {
        return four_digits(rest).ok_or_else(wrong);
    };
    let start = four_digits(start).ok_or_else(wrong)?;
    let given = match end.len() {
        2 => digits(end, 0, 99),
        4 => {
            four_digits(end).map(|end| if end / 100 == (start + 1) / 100 { end % 100 } else { -1 })
        }
        _ => None,
    };
    match given {
        None => Err(wrong()),
        Some(given) if given == (start + 1) % 100 => Ok(start + 1),
        Some(_) => Err(CalendarError::FiscalSpan(whole.to_owned())),
    }
}

fn four_digits(text: &str) -> Option<i32> {
    if text.len() == 4 { digits(text, 1, 9999) } else { None }
}

fn digits(text: &str, least: i32, most: i32) -> Option<i32> {
    let all_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number: i32 = if all_digits { text.parse().ok()? } else { return None };
    (least..=most).contains(&number).then_some(number)
}

/// Reads a date `2027-03` or `2027-03-15` as years; a date without a day is its first instant.
///
/// # Errors
/// Any other form, or a day that the month does not have.
pub fn parse_date(text: &str) -> Result<f64, CalendarError> {
    let (month, days, day) = date_parts(text)?;
    Ok((f64::from(month) + (day.unwrap_or(1.0) - 1.0) / days) / f64::from(MONTHS))
}

/// Reads the same forms as [`parse_date`], but a date without a day is the month's end: the
/// reading of `until`.
///
/// # Errors
/// As [`parse_date`].
pub fn parse_until(text: &str) -> Result<f64, CalendarError> {
    let (month, days, day) = date_parts(text)?;
    Ok((f64::from(month) + day.map_or(1.0, |day| (day - 1.0) / days)) / f64::from(MONTHS))
}

/// Month number, days in that month, and the day where one is given.
fn date_parts(text: &str) -> Result<(i32, f64, Option<f64>), CalendarError> {
    let wrong = || CalendarError::Date(text.to_owned());
    let mut parts = text.split('-');
    let year = parts.next().and_then(four_digits).ok_or_else(wrong)?;
    let month = parts
        .next()
        .filter(|part| part.len() == 2)
        .and_then(|part| digits(part, 1, MONTHS))
        .ok_or_else(wrong)?;
    let days = days_in_month(year, month);
    let day = match parts.next() {
        None => None,
        Some(day) if day.len() == 2 => Some(digits(day, 1, days).ok_or_else(wrong)?),
        Some(_) => return Err(wrong()),
    };
    if parts.next().is_some() {
        return Err(wrong());
    }
    Ok((year * MONTHS + month - 1, f64::from(days), day.map(f64::from)))
}

/// Days of month `number`, 1 to 12, of a year of the Gregorian calendar.
fn days_in_month(year: i32, number: i32) -> i32 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match number {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads a duration `10 days`, `2 weeks`, `18 months`, `1.5 years` as years. A week is 7 and a
/// year 365.25 days. −0 is 0.
///
/// # Errors
/// Any other form. A negative number is read: whether it is allowed is the key's matter.
pub fn parse_duration(text: &str) -> Result<f64, CalendarError> {
    let wrong = || CalendarError::Duration(text.to_owned());
    let (number, unit) = text.trim().split_once(' ').ok_or_else(wrong)?;
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let per_year = match unit.trim() {
        "day" | "days" => 365.25,
        "week" | "weeks" => 365.25 / 7.0,
        "month" | "months" => 12.0,
        "year" | "years" => 1.0,
        _ => return Err(wrong()),
    };
    if number.is_finite() { Ok(number / per_year + 0.0) } else { Err(wrong()) }
}

/// Reads the English name of a month as its number, 1 to 12.
///
/// # Errors
/// Any other text.
pub fn parse_month(text: &str) -> Result<u8, CalendarError> {
    (1..)
        .zip(MONTH_NAMES)
        .find_map(|(number, name)| (name == text).then_some(number))
        .ok_or_else(|| CalendarError::Month(text.to_owned()))
}

/// The English name of month `number`, 1 to 12.
pub fn month_name(number: u8) -> &'static str {
    MONTH_NAMES[usize::from(number) - 1]
}

/// The month that holds a time in years, as `September 2027`.
pub fn month_of(years: f64) -> String {
    let month = (years * f64::from(MONTHS) + 1e-6).floor() as i32;
    let name = MONTH_NAMES[month.rem_euclid(MONTHS) as usize];
    format!("{name} {}", month.div_euclid(MONTHS))
}

/// The day that holds a time in years, as `2027-09-15`.
pub fn day_of(years: f64) -> String {
    let months = years * f64::from(MONTHS) + 1e-6;
    let month = months.floor() as i32;
    let (year, number) = (month.div_euclid(MONTHS), month.rem_euclid(MONTHS) + 1);
    let days = f64::from(days_in_month(year, number));
    let day = 1.0 + ((months - f64::from(month)) * days).floor();
    format!("{year:04}-{number:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_round_trip() {
        for text in ["2027-03-15", "2028-02-29", "2027-01-01", "2027-12-31"] {
            assert_eq!(day_of(parse_date(text).expect("a date")), text);
        }
    }

    #[test]
    fn february_is_longer_in_leap_years_only() {
        let days = |year: i32| (1..=MONTHS).map(|month| days_in_month(year, month)).sum::<i32>();
        for (year, expected) in [(2027, 365), (2028, 366), (1900, 365), (2000, 366), (2100, 365)] {
            assert_eq!(days(year), expected, "{year}");
        }
        let lengths: Vec<i32> = (1..=MONTHS).map(|month| days_in_month(2027, month)).collect();
        assert_eq!(lengths, [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
        assert!(parse_date("2000-02-29").is_ok());
        for text in ["2100-02-29", "2027-04-31", "2027-11-31", "2027-01-32", "2027-01-00"] {
            assert_eq!(parse_date(text), Err(CalendarError::Date(text.to_owned())), "{text}");
        }
    }

    fn period(text: &str) -> Period {
        Period::parse(text, Some(7)).expect("a valid period")
    }

    #[test]
    fn periods_round_trip() {
        for text in ["2028", "FY2027-28", "2027-Q3", "2027-09", "FY1999-00"] {
            assert_eq!(period(text).to_string(), text);
        }
        assert_eq!(period("FY2028"), period("FY2027-28"));
        assert_eq!(period("FY2027-2028"), period("FY2027-28"));
    }

    #[test]
    fn a_fiscal_year_from_july_starts_in_the_year_before_its_end() {
        let year = period("FY2027-28");
        assert_eq!(year.first_month, 2027 * 12 + 6);
        assert_eq!(year.midpoint(), 2028.0);
        assert_eq!(year.next(), period("FY2028-29"));
        assert_eq!(year.back(2), period("FY2025-26"));
    }

    #[test]
    fn an_april_year_and_a_january_year() {
        let april = Period::parse("FY2027-28", Some(4)).expect("valid");
        assert_eq!(april.first_month, 2027 * 12 + 3);
        let january = Period::parse("FY2028", Some(1)).expect("valid");
        assert_eq!(january.first_month, 2028 * 12);
        assert_eq!(january.to_string(), "FY2028");
    }

    #[test]
    fn wrong_periods_are_refused() {
        for text in ["28", "2028-13", "2028-Q5", "2028-1", "FY27", "FY2027-2", "2028-Q", "", "x"] {
            assert_eq!(
                Period::parse(text, Some(7)),
                Err(CalendarError::Period(text.to_owned())),
                "{text}"
            );
        }
        assert!(matches!(Period::parse("FY2027-29", Some(7)), Err(CalendarError::FiscalSpan(_))));
        assert!(matches!(Period::parse("FY2027-28", None), Err(CalendarError::NoFiscalYear(_))));
    }

    #[test]
    fn dates_count_days_within_their_own_month() {
        assert_eq!(parse_date("2027-03"), Ok((2027.0 * 12.0 + 2.0) / 12.0));
        assert_eq!(parse_date("2027-03-01"), parse_date("2027-03"));
        let mid = (2028.0 * 12.0 + 1.0 + 14.0 / 29.0) / 12.0;
        assert_eq!(parse_date("2028-02-15"), Ok(mid));
        assert_eq!(parse_until("2028-02"), Ok((2028.0 * 12.0 + 2.0) / 12.0));
        assert!(parse_date("2027-02-29").is_err());
        assert!(parse_date("2027-3").is_err());
        assert!(parse_date("2027").is_err());
    }

    #[test]
    fn durations_are_years() {
        assert_eq!(parse_duration("18 months"), Ok(1.5));
        assert_eq!(parse_duration("1.5 years"), Ok(1.5));
        assert!((parse_duration("2 weeks").expect("valid") - 14.0 / 365.25).abs() < 1e-15);
        for text in ["12", "months", "x months", "inf years", "NaN years", "3 fortnights"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
