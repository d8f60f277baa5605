//! Panels: many annual series of bilateral trade in one file.

use super::HistoryError;
use csv::{Reader, StringRecord};
use flate2::read::MultiGzDecoder;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// Annual trade of one directed pair.
#[derive(Clone, Debug, PartialEq)]
pub struct AnnualSeries {
    /// Who sells.
    pub exporter: String,
    /// Who buys.
    pub importer: String,
    /// The year of the first value.
    pub first_year: i32,
    /// Million USD, a value a year; none where the file has none.
    pub values: Vec<Option<f64>>,
}

/// Reads a panel in long form, plain or .gz, ordered by exporter and importer.
///
/// # Errors
/// A file that cannot be read.
pub fn read_panel(path: &Path, bytes: &[u8]) -> Result<Vec<AnnualSeries>, HistoryError> {
    let read_error = |error| HistoryError::Read { path: path.to_owned(), error };
    let mut text = Vec::new();
    let is_packed = bytes.starts_with(&[0x1f, 0x8b]);
    let read = match is_packed {
        true => MultiGzDecoder::new(bytes).read_to_end(&mut text),
        false => (&mut &*bytes).read_to_end(&mut text),
    };
    read.map_err(|error| read_error(error.into()))?;
    let mut pairs: BTreeMap<(String, String), BTreeMap<i32, f64>> = BTreeMap::new();
    for record in Reader::from_reader(&text[..]).records() {
        let record: StringRecord = record.map_err(read_error)?;
        let cell = |column: usize| record.get(column).unwrap_or_default();
        let (Ok(year), Ok(value)) = (cell(2).parse(), cell(3).parse()) else { continue };
        pairs.entry((cell(0).into(), cell(1).into())).or_default().insert(year, value);
    }
    let series = |((exporter, importer), points): ((String, String), BTreeMap<i32, f64>)| {
        let (first, last) = (*points.keys().next()?, *points.keys().next_back()?);
        let values = (first..=last).map(|year| points.get(&year).copied()).collect();
        Some(AnnualSeries { exporter, importer, first_year: first, values })
    };
    Ok(pairs.into_iter().filter_map(series).collect())
}
