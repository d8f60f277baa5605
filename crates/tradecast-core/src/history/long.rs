//! Long form: a row for each observation, `exporter, importer, period, value`; or one flow.

use super::collect::{Collector, Key, Stated};
use super::format::{content, period};
use super::table::{Row, Table};
use super::unit::Money;
use super::{Histories, HistoryError, Reading};
use crate::calendar::Period;

/// Which column plays which role.
struct Layout {
    ends: Option<(usize, usize)>,
    period: usize,
    month: Option<usize>,
    value: usize,
    reporter: Option<usize>,
    unit: Option<usize>,
    /// What the name of the value's column states, or the reading.
    stated: Option<Money>,
}

pub(super) fn read(mut table: Table<'_>, reading: &Reading) -> Result<Histories, HistoryError> {
    let layout = layout(&table, reading)?;
    let mut collector = Collector::new(&table.path);
    let nothing = layout.stated.clone().map_or(Stated::Nothing, Stated::Money);
    let mut last = (String::new(), collector.unit(&nothing));
    table.for_each(|row| {
        let ends = layout.ends.map_or(Ok(("", "")), |(exporter, importer)| {
            Ok((row.cell(exporter)?, row.cell(importer)?))
        })?;
        let reporter = row.optional(layout.reporter)?;
        let key = Key { exporter: ends.0, importer: ends.1, reporter };
        let text = row.optional(layout.unit)?;
        if text != last.0 {
            last = (text.to_owned(), collector.unit(&row_unit(row, text, &nothing)?));
        }
        let when = when(row, &layout, reading.fiscal_year_starts)?;
        collector.add(&key, "", last.1, row.line, content(when, row.cell(layout.value)?));
        Ok(())
    })?;
    Ok(collector.finish())
}

fn layout(table: &Table<'_>, reading: &Reading) -> Result<Layout, HistoryError> {
    let columns = &reading.columns;
    let find = |mapped: &Option<String>, names: &[&str]| match mapped {
        Some(name) => table.one_of(&[name]).map(Some),
        None => Ok(names.iter().find_map(|name| table.column(name))),
    };
    let exporter = find(&columns.exporter, &["exporter"])?;
    let importer = find(&columns.importer, &["importer"])?;
    let ends = match (exporter, importer) {
        (Some(exporter), Some(importer)) => Some((exporter, importer)),
        (None, None) => None,
        (Some(_), None) => return Err(table.missing(&["importer"])),
        (None, Some(_)) => return Err(table.missing(&["exporter"])),
    };
    let period = find(&columns.period, &["period", "year", "quarter", "month"])?;
    let period = period.ok_or_else(|| table.missing(&["period", "year", "month"]))?;
    let has_year = table.headers[period].eq_ignore_ascii_case("year");
    let month = table.column("month").filter(|_| has_year && columns.period.is_none());
    let (value, stated) = value_column(table, reading)?;
    let reporter = find(&columns.reporter, &["reporter"])?;
    let unit = find(&columns.unit, &["unit"])?;
    Ok(Layout { ends, period, month, value, reporter, unit, stated })
}

/// The column of values, and what its name or the reading states of them.
fn value_column(
    table: &Table<'_>,
    reading: &Reading,
) -> Result<(usize, Option<Money>), HistoryError> {
    let by_name = || {
        let mut names = table.headers.iter();
        table.column("value").or_else(|| names.position(|name| Money::of_column(name).is_some()))
    };
    let value = match &reading.columns.value {
        Some(name) => table.one_of(&[name])?,
        None => by_name().ok_or_else(|| table.missing(&["value", "usd_million"]))?,
    };
    let header = &table.headers[value];
    match (Money::of_column(header), &reading.unit) {
        (Some(stated), Some(given)) if stated != *given => Err(HistoryError::Unit {
            path: table.path.clone(),
            message: format!("the column {header} states {stated}, and {given} is asked for"),
        }),
        (stated, given) => Ok((value, stated.or_else(|| given.clone()))),
    }
}

/// What a row's unit cell states; an empty cell leaves it to the header and the reading.
fn row_unit(row: &Row<'_>, text: &str, otherwise: &Stated) -> Result<Stated, HistoryError> {
    let stated = match (text, Money::parse(text)) {
        ("", _) => return Ok(otherwise.clone()),
        (_, Some(money)) => Stated::Money(money),
        (other, None) => Stated::Other(other.to_owned()),
    };
    match otherwise {
        Stated::Money(given) if stated != *otherwise => Err(row.error(format!(
            "the unit of this row is {text}, and the column's name or the unit asked for is {given}"
        ))),
        _ => Ok(stated),
    }
}

/// The period of a row, from one cell or from a year and the number of a month.
fn when(
    row: &Row<'_>,
    layout: &Layout,
    fiscal_year_starts: Option<u8>,
) -> Result<Result<Period, String>, HistoryError> {
    let text = row.cell(layout.period)?;
    let Some(month) = layout.month else { return Ok(period(text, fiscal_year_starts)) };
    let number = row.cell(month)?;
    if number.contains('-') {
        return Ok(period(number, fiscal_year_starts));
    }
    Ok(period(&format!("{text}-M{number}"), fiscal_year_starts))
}
