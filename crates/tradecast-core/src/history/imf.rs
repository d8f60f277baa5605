//! Exports of the IMF's trade by partner country (IMTS, before 2025 called DOTS): rows by period,
//! or a row for each series with a column for each period.

use super::collect::{Collector, Key, Stated};
use super::finding::{LeftOut, Understanding};
use super::format::{content, period};
use super::table::{Row, Table};
use super::unit::Money;
use super::{Histories, HistoryError, Reading};

/// Names of columns: today's, and DOTS's.
const COUNTRY: [&str; 2] = ["COUNTRY", "Country Name"];
const PARTNER: [&str; 2] = ["COUNTERPART_COUNTRY", "Counterpart Country Name"];
const INDICATOR: [&str; 3] = ["INDICATOR", "Indicator Code", "Indicator Name"];
const PERIOD: [&str; 2] = ["TIME_PERIOD", "Time Period"];
const VALUE: [&str; 2] = ["OBS_VALUE", "Value"];

/// What a row counts.
enum Indicator {
    Exports,
    ImportsWithFreight,
    Other,
}

/// Columns of periods with their names.
type Periods = Vec<(usize, String)>;

/// Whether the header names both countries as the IMF does.
pub(super) fn is_recognised(table: &Table<'_>) -> bool {
    [&COUNTRY, &PARTNER].iter().all(|names| table.one_of(*names).is_ok())
}

pub(super) fn read(mut table: Table<'_>, reading: &Reading) -> Result<Histories, HistoryError> {
    let [country, partner] = [table.one_of(&COUNTRY)?, table.one_of(&PARTNER)?];
    let indicator = table.one_of(&INDICATOR)?;
    let attribute = table.column("Attribute");
    let (when, periods) = periods(&table)?;
    let mut collector = Collector::new(&table.path);
    let money = reading.unit.clone().unwrap_or_else(|| Money::usd(1.0));
    if reading.unit.is_none() {
        collector.note(Understanding::SingleDollars);
    }
    let unit = collector.unit(&Stated::Money(money));
    table.for_each(|row| {
        let is_value = matches!(row.optional(attribute)?, "" | "Value");
        let (reporter, other) = (row.cell(country)?, row.cell(partner)?);
        let key = match indicator_of(row.cell(indicator)?) {
            Indicator::Exports if is_value => Key { exporter: reporter, importer: other, reporter },
            Indicator::ImportsWithFreight if is_value => {
                Key { exporter: other, importer: reporter, reporter }
            }
            _ => {
                collector.leave_out(row.line, LeftOut::OtherIndicator);
                return Ok(());
            }
        };
        for (column, name) in &periods {
            let name = when.map_or(Ok(name.as_str()), |when| row.cell(when))?;
            add(&mut collector, &key, unit, row, name, *column)?;
        }
        Ok(())
    })?;
    Ok(collector.finish())
}

/// Adds one observation; an empty cell of a wide row is no observation at all.
fn add(
    collector: &mut Collector,
    key: &Key<'_>,
    unit: u16,
    row: &Row<'_>,
    name: &str,
    column: usize,
) -> Result<(), HistoryError> {
    let value = row.cell(column)?;
    if !value.is_empty() {
        collector.add(key, "", unit, row.line, content(period(name, None), value));
    }
    Ok(())
}

/// The column of periods with the one of values, or the columns that are periods.
fn periods(table: &Table<'_>) -> Result<(Option<usize>, Periods), HistoryError> {
    if let Ok(when) = table.one_of(&PERIOD) {
        return Ok((Some(when), vec![(table.one_of(&VALUE)?, String::new())]));
    }
    let named = table.headers.iter().cloned().enumerate();
    let periods: Periods = named.filter(|(_, name)| period(name, None).is_ok()).collect();
    if periods.is_empty() {
        return Err(table.missing(&["TIME_PERIOD", "2024"]));
    }
    Ok((None, periods))
}

/// Codes `XG_FOB_USD` and `MG_CIF_USD` (DOTS: with a T before), or their long names.
fn indicator_of(text: &str) -> Indicator {
    let text = text.to_ascii_uppercase();
    let is_in_dollars = text.contains("USD") || text.contains("US DOLLAR");
    let has = |part: &str| text.contains(part);
    if is_in_dollars && (has("XG_FOB") || has("EXPORT")) {
        Indicator::Exports
    } else if is_in_dollars && (has("MG_CIF") || (has("IMPORT") && has("CIF"))) {
        Indicator::ImportsWithFreight
    } else {
        Indicator::Other
    }
}
