//! CEPII BACI: `t, i, j, k, v, q`, thousand USD, a row for each product; exporter's and importer's
//! figures are already reconciled.

use super::collect::{Collector, Key, Stated};
use super::finding::Understanding;
use super::format::{content, period};
use super::table::Table;
use super::unit::Money;
use super::{Histories, HistoryError, Reading};

pub(super) fn read(mut table: Table<'_>, reading: &Reading) -> Result<Histories, HistoryError> {
    let [year, exporter, importer, value] = [
        table.one_of(&["t"])?,
        table.one_of(&["i"])?,
        table.one_of(&["j"])?,
        table.one_of(&["v"])?,
    ];
    let thousand = Money::usd(1e3);
    if let Some(given) = reading.unit.as_ref().filter(|given| **given != thousand) {
        return Err(HistoryError::Unit {
            path: table.path,
            message: format!("BACI is in {thousand}, and {given} is asked for"),
        });
    }
    let mut collector = Collector::new(&table.path);
    let unit = collector.unit(&Stated::Money(thousand));
    let codes = reading.country_codes.as_ref();
    table.for_each(|row| {
        let name = |column: usize| {
            let number = row.cell(column)?;
            match codes.map(|codes| codes.get(number)) {
                Some(None) => {
                    Err(row.error(format!("the country {number} is not in the country-code file")))
                }
                Some(Some(letters)) => Ok(letters),
                None => Ok(number),
            }
        };
        let key = Key { exporter: name(exporter)?, importer: name(importer)?, reporter: "" };
        let when = period(row.cell(year)?, None);
        collector.add_to_sum(&key, unit, row.line, content(when, row.cell(value)?));
        Ok(())
    })?;
    if codes.is_none() {
        collector.note(Understanding::NumberedCountries);
    }
    Ok(collector.finish())
}
