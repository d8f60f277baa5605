//! Which format a file has, told by its header, and how its cells are read.

use super::collect::Content;
use super::table::Table;
use super::{Histories, HistoryError, Reading};
use super::{baci, comtrade, imf, long, unpack};
use crate::calendar::{CalendarError, Period};
use std::path::Path;

/// Reads all flows of a file, plain or .gz: long form (or one flow), a UN Comtrade download, CEPII
/// BACI, or an IMF export of trade by partner. A cell that cannot be used spoils its own flow only:
/// the error comes when that flow is asked for.
///
/// # Errors
/// No table, a .gz cut short, a missing column, a row cut short, rows that cannot be told apart.
pub fn read_histories(
    path: &Path,
    bytes: &[u8],
    reading: &Reading,
) -> Result<Histories, HistoryError> {
    let text = unpack::text(path, bytes)?;
    let table = Table::open(path, &text)?;
    let has_all = |names: &[&str]| names.iter().all(|name| table.column(name).is_some());
    if !reading.columns.is_empty() {
        long::read(table, reading)
    } else if has_all(&["t", "i", "j", "v"]) {
        baci::read(table, reading)
    } else if has_all(&["primaryValue"]) {
        comtrade::read(table, reading)
    } else if imf::is_recognised(&table) {
        imf::read(table, reading)
    } else {
        long::read(table, reading)
    }
}

/// Cells that say that there is no value.
const MISSING: [&str; 7] = ["", "NA", "N/A", "n/a", "NaN", "nan", ".."];

/// A row's content from the texts of its period and value.
pub(super) fn content(period: Result<Period, String>, value: &str) -> Content {
    let period = match period {
        Ok(period) => period,
        Err(message) => return Content::Wrong(message),
    };
    if MISSING.contains(&value) {
        return Content::Missing(period);
    }
    match value.parse::<f64>() {
        Ok(number) if number < 0.0 => {
            Content::Wrong(format!("the value {value} is negative; trade is at least 0"))
        }
        Ok(number) if number.is_finite() => Content::Value(period, number + 0.0),
        Ok(_) => Content::Wrong(format!("the value {value} is not finite")),
        Err(_) => {
            Content::Wrong(format!("\"{value}\" is not a number; write it plainly, as 1234.5"))
        }
    }
}

/// A period as a scenario writes it, or as statistics offices do: `202401`, `2024-M01`, `2024M1`,
/// `2024Q1`, `2024-Q1`.
pub(super) fn period(text: &str, fiscal_year_starts: Option<u8>) -> Result<Period, String> {
    match Period::parse(text, fiscal_year_starts) {
        Ok(period) => Ok(period),
        Err(CalendarError::Period(_)) => {
            let plain = office_form(text).and_then(|text| Period::parse(&text, None).ok());
            plain.ok_or_else(|| CalendarError::Period(text.to_owned()).to_string())
        }
        Err(CalendarError::NoFiscalYear(_)) => Err(format!(
            "\"{text}\" is a fiscal year, and nothing says in which month fiscal years start"
        )),
        Err(error) => Err(error.to_string()),
    }
}

fn office_form(text: &str) -> Option<String> {
    let (year, rest) = text.split_at_checked(4)?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    match rest.as_bytes() {
        [b'Q', _] => Some(format!("{year}-{rest}")),
        [b'M', month @ ..] | month @ [_, _] => {
            let month: u8 = std::str::from_utf8(month).ok()?.parse().ok()?;
            Some(format!("{year}-{month:02}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offices_write_periods_in_their_own_ways() {
        for (text, expected) in [
            ("2024", "2024"),
            ("202401", "2024-01"),
            ("2024-M01", "2024-01"),
            ("2024M1", "2024-01"),
            ("2024M12", "2024-12"),
            ("2024Q3", "2024-Q3"),
            ("2024-Q3", "2024-Q3"),
            ("FY2023-24", "FY2023-24"),
        ] {
            assert_eq!(period(text, Some(7)).map(|p| p.to_string()), Ok(expected.to_owned()));
        }
        for text in ["24", "2024M13", "202413", "2022 Jan-Nov", "2024-1-1", "", "2024Q5"] {
            assert!(period(text, None).is_err(), "{text}");
        }
        assert!(period("FY2023-24", None).expect_err("no start").contains("nothing says"));
    }

    #[test]
    fn values_are_plain_numbers_of_at_least_0() {
        let year = || period("2024", None);
        assert!(matches!(content(year(), "1.5e3"), Content::Value(_, value) if value == 1500.0));
        assert!(matches!(content(year(), "-0"), Content::Value(_, value) if value.to_bits() == 0));
        assert!(matches!(content(year(), "NA"), Content::Missing(_)));
        for text in ["-3", "inf", "1,234", "4 m", "1e999"] {
            assert!(matches!(content(year(), text), Content::Wrong(_)), "{text}");
        }
    }
}
