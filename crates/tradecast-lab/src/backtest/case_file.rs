//! Cases from a file: histories and futures in one row each.

use super::{BacktestError, Case, CaseSet, Unit};
use csv::StringRecord;
use std::collections::BTreeMap;
use std::path::Path;
use tradecast_core::forecast::PooledWalk;
use tradecast_core::history::{HistoryError, unpack};

/// The columns that are read, in the order of [`Columns`]; a column `panel` and others are left alone.
const COLUMNS: [&str; 8] = ["unit", "exporter", "importer", "origin", "n", "base", "hist", "fut"];

/// The base repeats the last value of the history, which is written with six digits.
const BASE_TOLERANCE: f64 = 1e-5;

/// Reads a file of cases, plain or .gz; the number of a case is that of its row, from 0.
///
/// # Errors
/// A .gz that is cut short, a missing column, a cell that cannot be read or is not allowed, a file
/// without cases.
pub fn read_cases(path: &Path, bytes: &[u8]) -> Result<CaseSet, ReadError> {
    let text = unpack::text(path, bytes)?;
    let wrong = |message: String| BacktestError::CaseFile { path: path.to_owned(), message };
    let mut reader = csv::Reader::from_reader(&*text);
    let headers = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
    let mut places = [0; COLUMNS.len()];
    for (place, name) in places.iter_mut().zip(COLUMNS) {
        let found = headers.iter().position(|header| header.trim() == name);
        let given = headers.iter().collect::<Vec<_>>().join(", ");
        *place = found.ok_or_else(|| wrong(format!("no column {name} (it has: {given})")))?;
    }
    let mut cases = Vec::new();
    for (id, record) in (0..).zip(reader.records()) {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let row = Row { path, record: &record, places: &places };
        cases.push(row.case(id)?);
    }
    if cases.is_empty() {
        return Err(wrong("it holds no cases".to_owned()).into());
    }
    let pool = pool(&cases);
    Ok(CaseSet { cases, pool })
}

/// Why a file of cases cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be unpacked.
    #[error(transparent)]
    File(#[from] HistoryError),
    /// Its text is not that of a file of cases.
    #[error(transparent)]
    Cases(#[from] BacktestError),
}

/// The growth in all histories and futures: each year of a series once, whichever cases hold it.
fn pool(cases: &[Case]) -> PooledWalk {
    let mut series: BTreeMap<(Unit, &str, &str), BTreeMap<i32, f64>> = BTreeMap::new();
    for case in cases {
        let years = series.entry((case.unit, &case.exporter, &case.importer)).or_default();
        let first = case.origin + 1 - case.history.len() as i32;
        years.extend((first..).zip(case.history.iter().copied()));
        let later = (case.origin + 1..).zip(&case.future);
        years.extend(later.filter_map(|(year, value)| value.map(|value| (year, value))));
    }
    let filled: Vec<(i32, Vec<Option<f64>>)> = series
        .values()
        .filter_map(|years| {
            let (first, last) = (*years.keys().next()?, *years.keys().next_back()?);
            Some((first, (first..=last).map(|year| years.get(&year).copied()).collect()))
        })
        .collect();
    PooledWalk::new(filled.iter().map(|(first, values)| (*first, &values[..])))
}

/// One row of the file.
struct Row<'a> {
    path: &'a Path,
    record: &'a StringRecord,
    places: &'a [usize; COLUMNS.len()],
}

impl Row<'_> {
    fn case(&self, id: u64) -> Result<Case, BacktestError> {
        let unit = match self.cell("unit") {
            "flow" => Unit::Flow,
            "total" => Unit::Total,
            other => {
                return Err(self.wrong(format!("unit is \"{other}\"; allowed are flow and total")));
            }
        };
        let history = self.history()?;
        let base = self.number("base", self.cell("base"))?;
        let last = history[history.len() - 1];
        if (base - last).abs() > BASE_TOLERANCE * last {
            return Err(self.wrong(format!("base is {base}, but hist ends with {last}")));
        }
        Ok(Case {
            id,
            unit,
            exporter: self.cell("exporter").to_owned(),
            importer: self.cell("importer").to_owned(),
            origin: self.whole("origin")?,
            base,
            history,
            future: self.future()?,
        })
    }

    fn history(&self) -> Result<Vec<f64>, BacktestError> {
        let read = |text| {
            let value = self.number("hist", text)?;
            if value > 0.0 {
                Ok(value)
            } else {
                Err(self.wrong(format!("hist holds {value}; its values are above 0")))
            }
        };
        let history: Vec<f64> = self.cell("hist").split(';').map(read).collect::<Result<_, _>>()?;
        let count = self.whole("n")?;
        if usize::try_from(count) != Ok(history.len()) {
            let given = history.len();
            return Err(self.wrong(format!("n is {count}, but hist holds {given} values")));
        }
        Ok(history)
    }

    fn future(&self) -> Result<Vec<Option<f64>>, BacktestError> {
        let read = |text: &str| match text.trim() {
            "" => Ok(None),
            text => self.number("fut", text).map(Some),
        };
        self.cell("fut").split(';').map(read).collect()
    }

    /// A finite number of at least 0.
    fn number(&self, column: &str, text: &str) -> Result<f64, BacktestError> {
        match text.trim().parse::<f64>() {
            Ok(value) if value >= 0.0 && value.is_finite() => Ok(value + 0.0),
            Ok(value) => Err(self.wrong(format!("{column} holds {value}; values are at least 0"))),
            Err(_) => Err(self.wrong(format!("{column} holds \"{text}\", which is not a number"))),
        }
    }

    fn whole(&self, column: &str) -> Result<i32, BacktestError> {
        let text = self.cell(column);
        let wrong = || self.wrong(format!("{column} is \"{text}\", which is not a whole number"));
        text.parse().map_err(|_| wrong())
    }

    fn cell(&self, column: &str) -> &str {
        let index = COLUMNS.iter().position(|name| *name == column).unwrap_or_default();
        self.record.get(self.places[index]).unwrap_or_default().trim()
    }

    fn wrong(&self, message: String) -> BacktestError {
        let line = self.record.position().map_or(0, csv::Position::line);
        BacktestError::Cell { path: self.path.to_owned(), line, message }
    }
}
