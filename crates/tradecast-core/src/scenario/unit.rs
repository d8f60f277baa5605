//! The units of keys: how a value of each is written, what is allowed, how it is shown.

use super::cursor::Cursor;
use super::document::{Node, Value, parse_value};
use super::problem::Problem;
use super::schema::Allowed;
use crate::amount::MoneyScale;
use crate::calendar;
use crate::distribution::Limits;
use std::ops::Bound::{Excluded, Included, Unbounded};

/// The unit of an uncertain key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unit {
    /// Money a period, in a file's units of this scale; held in single units of the currency.
    Amount(MoneyScale),
    /// Relative growth, above −100 %.
    Growth,
    /// A share between 0 and 1.
    Share,
    /// A share of at least 0 that may pass 1: volatilities.
    Spread,
    /// A time span of at least 0, held in years.
    Duration,
    /// A date, held in years.
    Date,
    /// A date that without a day is the month's end, held in years.
    Until,
    /// A number of at least 0.
    Rate,
    /// A number.
    Plain,
}

impl Unit {
    /// How far values may go.
    pub fn allowed(self) -> Allowed {
        let (lower, upper) = match self {
            Self::Amount(_) | Self::Spread | Self::Duration | Self::Rate => {
                (Included(0.0), Unbounded)
            }
            Self::Growth => (Excluded(-1.0), Unbounded),
            Self::Share => (Included(0.0), Included(1.0)),
            Self::Date | Self::Until | Self::Plain => (Unbounded, Unbounded),
        };
        Allowed { lower, upper }
    }

    /// The same limits as a distribution of quantiles keeps to them.
    pub fn limits(self) -> Limits {
        let end = |bound| match bound {
            Included(end) | Excluded(end) => Some(end),
            Unbounded => None,
        };
        let Allowed { lower, upper } = self.allowed();
        Limits { lower: end(lower), upper: end(upper) }
    }

    /// What a value is, as a table calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Amount(_) => "amount",
            Self::Growth => "growth",
            Self::Share | Self::Spread => "share",
            Self::Duration => "duration",
            Self::Date | Self::Until => "date",
            Self::Rate | Self::Plain => "number",
        }
    }

    /// What a value is, in a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Amount(_) => "an amount",
            Self::Growth => "growth",
            Self::Share | Self::Spread => "a share",
            Self::Duration => "a duration",
            Self::Date | Self::Until => "a date in quotes",
            Self::Rate | Self::Plain => "a number",
        }
    }

    /// What its numbers are counted in where they do not say it themselves.
    pub fn counted_in(self) -> &'static str {
        match self {
            Self::Amount(_) => ", in the unit of [money]",
            _ => "",
        }
    }

    /// A value as a file has it.
    pub fn example(self) -> &'static str {
        match self {
            Self::Amount(_) => "62",
            Self::Growth => "\"8%\" or 0.08",
            Self::Share => "\"60%\" or 0.6",
            Self::Spread => "\"45%\" or 0.45",
            Self::Duration => "\"18 months\"",
            Self::Date => "\"2027-03\" or \"2027-03-15\"",
            Self::Until => "\"2027-03\" (its end) or \"2027-03-15\"",
            Self::Rate => "0.5",
            Self::Plain => "1.2",
        }
    }

    /// The same unit, where it is of amounts in a file's units of this scale.
    #[must_use]
    pub fn in_money(self, scale: MoneyScale) -> Self {
        match self {
            Self::Amount(_) => Self::Amount(scale),
            other => other,
        }
    }

    /// Reads a value, or a parameter of location of its distribution.
    ///
    /// # Errors
    /// Another kind of value or form. Whether it lies within the limits is not checked here.
    pub fn read(self, cursor: &Cursor<'_>) -> Result<f64, Problem> {
        match self {
            Self::Amount(scale) => Ok(scale.single(cursor.number()?)),
            Self::Rate | Self::Plain => cursor.number(),
            Self::Growth | Self::Spread => {
                let value = read_share(cursor)?;
                let is_bare = !matches!(cursor.node.value, Value::Text(_));
                if is_bare && value > 1.0 {
                    let percent = round(value * 100.0);
                    return Err(cursor
                        .problem(format!("a bare {value} is ambiguous"))
                        .help(format!("write \"{value}%\", or \"{percent}%\" if that is meant")));
                }
                Ok(value)
            }
            Self::Share => read_share(cursor),
            Self::Duration => read_calendar(cursor, calendar::parse_duration),
            Self::Date => read_calendar(cursor, calendar::parse_date),
            Self::Until => read_calendar(cursor, calendar::parse_until),
        }
    }

    /// Reads a value as a command line gives it: `8%`, `2027-03`, `18 months`; none where it is no
    /// value of this unit. Whether it lies within the limits is not checked here.
    pub fn parse(self, text: &str) -> Option<f64> {
        let node = parse_value(text.trim(), 0, 0);
        // Without quotes, a year and a month are an unquoted date of TOML.
        let node = match node.value {
            Value::Datetime(_) => Node { value: Value::Text(text.trim().to_owned()), ..node },
            _ => node,
        };
        self.read(&Cursor::root(&node)).ok()
    }

    /// Reads a parameter of spread: a difference of two values.
    ///
    /// # Errors
    /// Another kind of value or form.
    pub fn read_difference(self, cursor: &Cursor<'_>) -> Result<f64, Problem> {
        match self {
            Self::Date | Self::Until => read_calendar(cursor, calendar::parse_duration),
            other => other.read(cursor),
        }
    }

    /// The number that is read where a value is printed by [`Unit::show`]; dates and durations are
    /// left as they are.
    pub fn rounded(self, value: f64) -> f64 {
        match self {
            Self::Amount(scale) => scale.single(round(scale.in_units(value))),
            Self::Growth | Self::Share | Self::Spread => round(value * 100.0) / 100.0,
            Self::Rate | Self::Plain => round(value),
            Self::Duration | Self::Date | Self::Until => value,
        }
    }

    /// A value as it would be printed: `8 %`, `62`, `18 months`, `September 2027`.
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Amount(scale) => round(scale.in_units(value)).to_string(),
            Self::Growth | Self::Share | Self::Spread => format!("{} %", round(value * 100.0)),
            Self::Duration => show_duration(value),
            Self::Date => calendar::month_of(value),
            // The end of June is the first instant of July.
            Self::Until => calendar::month_of(value - 1e-4),
            Self::Rate | Self::Plain => round(value).to_string(),
        }
    }
}

fn show_duration(years: f64) -> String {
    let (value, unit) = if years == 0.0 {
        return "at once".to_owned();
    } else if years < 2.0 / 12.0 {
        (years * 365.25, "days")
    } else if years < 2.0 {
        (years * 12.0, "months")
    } else {
        (years, "years")
    };
    format!("{} {unit}", (value * 10.0).round() / 10.0)
}

/// Three significant digits, for a reader.
fn round(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

/// A share: a number, or a text with a percent sign; −0 is 0.
fn read_share(cursor: &Cursor<'_>) -> Result<f64, Problem> {
    let Value::Text(text) = &cursor.node.value else {
        return match cursor.node.value {
            Value::Integer(_) | Value::Float(_) => cursor.number(),
            _ => Err(cursor.wrong("a percentage or a number")),
        };
    };
    let number = text.trim().strip_suffix('%').map(str::trim).and_then(|n| n.parse::<f64>().ok());
    match number.filter(|number| number.is_finite()) {
        Some(number) => Ok(number / 100.0 + 0.0),
        None => Err(cursor
            .problem(format!("\"{text}\" is not a percentage"))
            .help("write a number and a percent sign, as \"8%\" or \"12.5%\", or a plain 0.08")),
    }
}

fn read_calendar(
    cursor: &Cursor<'_>,
    parse: fn(&str) -> Result<f64, calendar::CalendarError>,
) -> Result<f64, Problem> {
    parse(cursor.text()?).map_err(|error| cursor.problem(error.to_string()).help(error.help()))
}
