//! Results written earlier, read back from their folder.

use super::manifest;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use tradecast_core::calendar::{Period, parse_month};
use tradecast_core::comparison::Question;
use tradecast_core::projection::{ComparisonRow, FanSlice, Pairing, Prices};
use tradecast_core::statistics::{Estimate, Interval};

/// Why a folder of results cannot be read.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("cannot read results from {}: {message}", path.display())]
#[diagnostic(help(
    "a folder of results is what `tradecast run` writes: it holds run.toml and probability.csv; run the scenario again"
))]
pub struct ResultsError {
    /// The file at fault.
    pub path: PathBuf,
    /// What is wrong.
    pub message: String,
}

/// The results of one scenario.
pub struct Results {
    /// The scenario's name.
    pub name: String,
    /// What its targets ask.
    pub questions: Vec<Question>,
    /// One a target, in the order of `questions`, without differences.
    pub rows: Vec<ComparisonRow>,
}

#[derive(Deserialize)]
struct ProbabilityRow {
    target: String,
    period: String,
    criterion: String,
    at_least: f64,
    unit: String,
    probability: f64,
    standard_error: f64,
    lower: f64,
    upper: f64,
    level: f64,
}

#[derive(Deserialize)]
struct FanRow {
    series: String,
    period: String,
    q05: f64,
    q25: f64,
    q50: f64,
    q75: f64,
    q95: f64,
}

/// Whether a folder holds results.
pub fn is_results_folder(folder: &Path) -> bool {
    folder.join(manifest::NAME).is_file()
}

/// Reads a folder of results.
///
/// # Errors
/// Missing files, columns or rows; numbers that cannot be read.
pub fn read(folder: &Path) -> Result<Results, ResultsError> {
    let Names { name, title, prices, resolved } = read_names(folder)?;
    let probabilities: Vec<ProbabilityRow> = read_rows(&folder.join("probability.csv"))?;
    let fan: Vec<FanRow> = read_rows(&folder.join("fan.csv"))?;
    // A target's own period is the last of its `in` rows.
    let mut own: Vec<ProbabilityRow> = Vec::new();
    for row in probabilities.into_iter().filter(|row| row.criterion == "in") {
        match own.iter_mut().find(|known| known.target == row.target) {
            Some(known) => *known = row,
            None => own.push(row),
        }
    }
    let row = |given: &ProbabilityRow| {
        let total = format!("total {}", given.target);
        let is_total = |fan: &&FanRow| fan.series == "total" || fan.series == total;
        let totals: Vec<&FanRow> = fan.iter().filter(is_total).collect();
        let own = totals.iter().position(|fan| fan.period == given.period);
        let own = own.ok_or_else(|| ResultsError {
            path: folder.join("fan.csv"),
            message: format!("no total in {} for target \"{}\"", given.period, given.target),
        })?;
        let fan = totals[own];
        let interval = Interval { level: given.level, lower: given.lower, upper: given.upper };
        let (value, standard_error) = (given.probability, given.standard_error);
        Ok(ComparisonRow {
            scenario: name.clone(),
            title: title.clone(),
            target: given.target.clone(),
            at_least: given.at_least,
            period: given.period.clone(),
            prices,
            measured_by: measured_by(&resolved, &given.target),
            probability: Estimate { value, standard_error, interval },
            difference: None,
            pairing: Pairing::Independent,
            median: fan.q50,
            q05: fan.q05,
            q95: fan.q95,
            unit: given.unit.clone(),
            fan: slices(&totals[..=own], fiscal_year_starts(&resolved)).unwrap_or_default(),
        })
    };
    let rows = own.iter().map(row).collect::<Result<_, _>>()?;
    let question = |row: &ProbabilityRow| Question {
        target: row.target.clone(),
        at_least: row.at_least,
        period: row.period.clone(),
        unit: row.unit.clone(),
        prices,
    };
    Ok(Results { name: name.clone(), questions: own.iter().map(question).collect(), rows })
}

/// A total by period; none where a period cannot be read.
fn slices(rows: &[&FanRow], fiscal_year_starts: Option<u8>) -> Option<Vec<FanSlice>> {
    let slice = |row: &&FanRow| {
        let period = Period::parse(&row.period, fiscal_year_starts).ok()?;
        Some(FanSlice { period, quantiles: [row.q05, row.q25, row.q50, row.q75, row.q95] })
    };
    rows.iter().map(slice).collect()
}

fn fiscal_year_starts(resolved: &toml::Value) -> Option<u8> {
    parse_month(resolved.get("calendar")?.get("fiscal_year_starts")?.as_str()?).ok()
}

/// What a manifest says.
struct Names {
    name: String,
    title: String,
    prices: Prices,
    resolved: toml::Value,
}

fn read_names(folder: &Path) -> Result<Names, ResultsError> {
    let path = folder.join(manifest::NAME);
    let wrong = |message: String| ResultsError { path: path.clone(), message };
    let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
    let mut table: toml::Table = text.parse().map_err(|_| wrong("not a manifest".to_owned()))?;
    let text = |key: &str| table.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let name = text("scenario");
    let prices = text("prices").and_then(|name| Prices::named(&name));
    let resolved = table.remove("resolved");
    let title = resolved.as_ref().and_then(|resolved| resolved.get("title")?.as_str());
    match (name, title.map(str::to_owned), prices, resolved) {
        (Some(name), Some(title), Some(prices), Some(resolved)) => {
            Ok(Names { name, title, prices, resolved })
        }
        _ => Err(wrong("it names no scenario".to_owned())),
    }
}

/// Whose statistics a target is judged by.
fn measured_by(resolved: &toml::Value, target: &str) -> Option<String> {
    let named = |block: &&toml::Value| block.get("name").and_then(|n| n.as_str()) == Some(target);
    let block = resolved.get("target")?.as_array()?.iter().find(named)?;
    Some(block.get("measured_by")?.as_str()?.to_owned())
}

fn read_rows<T: for<'a> Deserialize<'a>>(path: &Path) -> Result<Vec<T>, ResultsError> {
    let wrong =
        |error: ::csv::Error| ResultsError { path: path.to_owned(), message: error.to_string() };
    let mut reader = ::csv::Reader::from_path(path).map_err(wrong)?;
    reader.deserialize().collect::<Result<_, _>>().map_err(wrong)
}
