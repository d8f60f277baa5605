//! Trade series from CSV files: read, checked, never filled silently.

mod panel;

pub use panel::{AnnualSeries, read_panel};

use crate::calendar::Period;
use std::path::{Path, PathBuf};

/// Observed values of one flow or driver, in order of time.
#[derive(Clone, Debug)]
pub struct Series {
    path: PathBuf,
    /// Period, value and line of the file.
    points: Vec<(Period, f64, u64)>,
}

/// Why a history cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The file is no CSV.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        #[source]
        error: csv::Error,
    },
    /// A column is missing.
    #[error("{} has no column \"{column}\" (it has: {given})", path.display())]
    Column {
        /// The file.
        path: PathBuf,
        /// The missing column.
        column: &'static str,
        /// The columns of the file.
        given: String,
    },
    /// A cell cannot be read or is not allowed.
    #[error("{} line {line}: {message}", path.display())]
    Cell {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// Too little or not continuous.
    #[error("{}: {message}", path.display())]
    Series {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
}

impl HistoryError {
    /// The way out.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Read { .. } => "a history is a table of comma-separated values in UTF-8",
            Self::Column { .. } => {
                "a history has the columns `period` and `value`, and for several flows `exporter` and `importer`"
            }
            Self::Cell { .. } => {
                "a period is written as in a scenario, and a value is a number above 0"
            }
            Self::Series { .. } => {
                "a bootstrap needs at least 3 consecutive periods as long as a step, each once; one yardstick (one reporter) a file"
            }
        }
    }
}

/// Reads the series of one flow (`ends`: exporter and importer) or, without ends, the only one,
/// from the bytes of a file.
///
/// # Errors
/// Missing columns, unreadable cells, values that are not above 0, a period twice.
pub fn read(
    path: &Path,
    bytes: &[u8],
    ends: Option<(&str, &str)>,
    fiscal_year_starts: Option<u8>,
) -> Result<Series, HistoryError> {
    let read_error = |error| HistoryError::Read { path: path.to_owned(), error };
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(bytes);
    let headers = reader.headers().map_err(read_error)?.clone();
    let column = |name| headers.iter().position(|header| header == name);
    let required = |name| {
        let given = headers.iter().collect::<Vec<_>>().join(", ");
        column(name).ok_or(HistoryError::Column { path: path.to_owned(), column: name, given })
    };
    let (period_column, value_column) = (required("period")?, required("value")?);
    let ends_columns = column("exporter").zip(column("importer"));
    let mut points: Vec<(Period, f64, u64)> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(read_error)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |column: usize| record.get(column).unwrap_or_default();
        let is_of_flow = match (ends_columns, ends) {
            (Some((exporter, importer)), Some((from, to))) => {
                cell(exporter) == from && cell(importer) == to
            }
            _ => true,
        };
        if !is_of_flow {
            continue;
        }
        let wrong = |message| HistoryError::Cell { path: path.to_owned(), line, message };
        let period = Period::parse(cell(period_column), fiscal_year_starts)
            .map_err(|error| wrong(error.to_string()))?;
        let value = parse_value(cell(value_column)).map_err(wrong)?;
        if points.iter().any(|point| point.0 == period) {
            return Err(wrong(format!("{period} stands twice")));
        }
        points.push((period, value, line));
    }
    points.sort_by_key(|point| point.0.first_month);
    Ok(Series { path: path.to_owned(), points })
}

fn parse_value(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        Ok(_) => Err(format!("the value {text} has no log growth")),
        Err(_) => Err(format!("\"{text}\" is not a number")),
    }
}

impl Series {
    /// Log growth from each period to the next.
    ///
    /// # Errors
    /// Periods of another length than a step (`months`, called `name`), gaps, under 3 periods.
    pub fn log_growth(&self, (months, name): (i32, &str)) -> Result<Vec<f64>, HistoryError> {
        let wrong = |message| HistoryError::Series { path: self.path.clone(), message };
        if let Some((period, _, line)) = self.points.iter().find(|p| p.0.months() != months) {
            return Err(wrong(format!(
                "line {line}: {period} is not as long as a step; steps are {name}"
            )));
        }
        if self.points.len() < 3 {
            return Err(wrong(format!("{} observations of this flow", self.points.len())));
        }
        let growth = |pair: &[(Period, f64, u64)]| {
            let ((earlier, before, _), (later, after, line)) = (pair[0], pair[1]);
            if earlier.end_month() == later.first_month {
                Ok(libm::log(after / before))
            } else {
                Err(wrong(format!("line {line}: {later} does not follow {earlier}")))
            }
        };
        self.points.windows(2).map(growth).collect()
    }
}
