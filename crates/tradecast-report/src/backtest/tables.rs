//! The tables of a backtest: columns and rows are a contract (docs/output.md).

use crate::csv::Table;
use csv::Writer;
use rayon::iter::ParallelIterator;
use rayon::slice::ParallelSlice;
use std::fmt::Write as _;
use tradecast_lab::backtest::{
    Backtest, Evaluated, Evaluation, GroupScore, MULTIPLES, PitBin, ReliabilityBin, Score,
};

/// Cases whose rows are written at once by one thread.
const CHUNK: usize = 256;

/// Cases whose rows are written in parallel before they are joined: more would take more memory.
const BLOCK: usize = 64 * CHUNK;

const CASE_COLUMNS: [&str; 16] = [
    "id",
    "unit",
    "exporter",
    "importer",
    "origin",
    "n",
    "base",
    "horizon",
    "model",
    "location",
    "scale",
    "df",
    "realised",
    "log_ratio",
    "crps",
    "pit",
];

const SCORE_COLUMNS: [&str; 9] = [
    "model",
    "horizon",
    "cases",
    "crps",
    "crps_standard_error",
    "log_score",
    "coverage_50",
    "coverage_80",
    "coverage_95",
];

const RELIABILITY_COLUMNS: [&str; 10] = [
    "model",
    "horizon",
    "multiple",
    "lower",
    "upper",
    "forecasts",
    "forecast",
    "observed",
    "consistency_lower",
    "consistency_upper",
];

const PIT_COLUMNS: [&str; 8] = [
    "model",
    "horizon",
    "lower",
    "upper",
    "cases",
    "share",
    "consistency_lower",
    "consistency_upper",
];

const GROUP_COLUMNS: [&str; 9] = [
    "model",
    "horizon",
    "grouped_by",
    "lower",
    "upper",
    "cases",
    "crps",
    "ratio_to_first",
    "ratio_to_first_standard_error",
];

/// Every forecast of every case, one a row.
pub fn cases(evaluation: &Evaluation) -> Table {
    let mut head = Rows::default();
    CASE_COLUMNS.iter().for_each(|name| head.text(name));
    MULTIPLES.iter().for_each(|multiple| head.text(&with_multiple("p", *multiple)));
    head.end();
    let places: Vec<usize> = (0..evaluation.cases.len()).collect();
    let chunk = |places: &[usize]| {
        let mut rows = Rows::default();
        places.iter().for_each(|case| case_rows(evaluation, *case, &mut rows));
        rows.into_bytes()
    };
    let mut bytes = head.into_bytes();
    for block in places.chunks(BLOCK) {
        let chunks: Vec<Vec<u8>> = block.par_chunks(CHUNK).map(chunk).collect();
        chunks.iter().for_each(|chunk| bytes.extend_from_slice(chunk));
    }
    Table { name: "cases.csv", bytes }
}

fn case_rows(evaluation: &Evaluation, place: usize, rows: &mut Rows) {
    let case = &evaluation.cases[place];
    for (horizon, years) in evaluation.horizons.iter().enumerate() {
        let (realised, log_ratio) = (case.realised(*years), case.log_ratio(*years));
        for (model, name) in evaluation.models.iter().enumerate() {
            rows.whole(case.id);
            rows.text(case.unit.name());
            rows.text(&case.exporter);
            rows.text(&case.importer);
            rows.whole(case.origin);
            rows.whole(case.history.len());
            rows.number(case.base);
            rows.whole(years);
            rows.text(name);
            forecast_cells(evaluation.at(place, horizon, model), realised, log_ratio, rows);
            rows.end();
        }
    }
}

fn forecast_cells(
    forecast: &Evaluated,
    realised: Option<f64>,
    log_ratio: Option<f64>,
    rows: &mut Rows,
) {
    let predictive = forecast.predictive;
    rows.optional(predictive.map(|p| p.location));
    rows.optional(predictive.map(|p| p.scale));
    match predictive {
        // Infinite for a normal distribution: `inf`, as empty cells mean that there is no closed form.
        Some(predictive) => rows.whole(predictive.df),
        None => rows.text(""),
    }
    rows.optional(realised);
    rows.optional(log_ratio);
    rows.optional(forecast.outcome.map(|outcome| outcome.crps));
    rows.optional(forecast.outcome.map(|outcome| outcome.pit));
    forecast.exceeds.iter().for_each(|p| rows.number(*p));
}

/// `scores.csv`, `reliability.csv`, `pit.csv` and `groups.csv`.
pub fn summary_tables(backtest: &Backtest) -> Vec<Table> {
    vec![scores(backtest), reliability(backtest), pit(backtest), groups(backtest)]
}

fn scores(backtest: &Backtest) -> Table {
    let mut rows = Rows::default();
    SCORE_COLUMNS.iter().for_each(|name| rows.text(name));
    MULTIPLES.iter().for_each(|multiple| rows.text(&with_multiple("brier", *multiple)));
    ["ratio_to_first", "ratio_to_first_standard_error", "zeros"].iter().for_each(|n| rows.text(n));
    rows.end();
    for score in &backtest.scores {
        let Score { model, horizon, cases, .. } = score;
        rows.text(model);
        rows.whole(horizon);
        rows.whole(cases);
        rows.number(score.crps);
        rows.optional(score.crps_standard_error);
        rows.optional(score.log_score);
        score.coverage.iter().chain(&score.brier).for_each(|value| rows.number(*value));
        rows.number(score.ratio_to_first);
        rows.optional(score.ratio_to_first_standard_error);
        rows.whole(score.zeros);
        rows.end();
    }
    rows.into_table("scores.csv")
}

fn reliability(backtest: &Backtest) -> Table {
    let mut rows = Rows::with_columns(&RELIABILITY_COLUMNS);
    for bin in &backtest.reliability {
        let ReliabilityBin { model, horizon, multiple, consistency, .. } = bin;
        rows.text(model);
        rows.or_all(horizon.map(f64::from));
        rows.or_all(*multiple);
        rows.number(bin.lower);
        rows.number(bin.upper);
        rows.whole(bin.forecasts);
        rows.number(bin.forecast);
        rows.number(bin.observed);
        rows.optional(consistency.map(|ends| ends[0]));
        rows.optional(consistency.map(|ends| ends[1]));
        rows.end();
    }
    rows.into_table("reliability.csv")
}

fn pit(backtest: &Backtest) -> Table {
    let mut rows = Rows::with_columns(&PIT_COLUMNS);
    for bin in &backtest.pit {
        let PitBin { model, horizon, consistency, .. } = bin;
        rows.text(model);
        rows.or_all(horizon.map(f64::from));
        rows.number(bin.lower);
        rows.number(bin.upper);
        rows.whole(bin.cases);
        rows.number(bin.share);
        rows.optional(consistency.map(|ends| ends[0]));
        rows.optional(consistency.map(|ends| ends[1]));
        rows.end();
    }
    rows.into_table("pit.csv")
}

fn groups(backtest: &Backtest) -> Table {
    let mut rows = Rows::with_columns(&GROUP_COLUMNS);
    for group in &backtest.groups {
        let GroupScore { model, horizon, grouped_by, .. } = group;
        rows.text(model);
        rows.whole(horizon);
        rows.text(grouped_by.name());
        rows.number(group.lower);
        rows.optional(group.upper);
        rows.whole(group.cases);
        rows.number(group.crps);
        rows.number(group.ratio_to_first);
        rows.optional(group.ratio_to_first_standard_error);
        rows.end();
    }
    rows.into_table("groups.csv")
}

/// `p_1_25` of p and 1.25.
fn with_multiple(prefix: &str, multiple: f64) -> String {
    format!("{prefix}_{}", multiple.to_string().replace('.', "_"))
}

/// Rows written cell by cell to memory, which cannot fail.
struct Rows {
    writer: Writer<Vec<u8>>,
    cell: String,
}

impl Default for Rows {
    fn default() -> Self {
        Self { writer: Writer::from_writer(Vec::new()), cell: String::new() }
    }
}

impl Rows {
    fn with_columns(columns: &[&str]) -> Self {
        let mut rows = Self::default();
        columns.iter().for_each(|name| rows.text(name));
        rows.end();
        rows
    }

    fn text(&mut self, text: &str) {
        self.writer.write_field(text).expect("writing to memory does not fail");
    }

    fn whole(&mut self, number: impl std::fmt::Display) {
        self.cell.clear();
        let _ = write!(self.cell, "{number}");
        self.writer.write_field(&self.cell).expect("writing to memory does not fail");
    }

    /// The shortest text that reads back to the same value; empty where it is infinite.
    fn number(&mut self, value: f64) {
        if value.is_finite() { self.whole(value) } else { self.text("") }
    }

    fn optional(&mut self, value: Option<f64>) {
        self.number(value.unwrap_or(f64::NAN));
    }

    fn or_all(&mut self, value: Option<f64>) {
        match value {
            Some(value) => self.number(value),
            None => self.text("all"),
        }
    }

    fn end(&mut self) {
        self.writer.write_record(None::<&[u8]>).expect("rows of one table are equally long");
    }

    fn into_bytes(self) -> Vec<u8> {
        self.writer.into_inner().expect("writing to memory does not fail")
    }

    fn into_table(self, name: &'static str) -> Table {
        Table { name, bytes: self.into_bytes() }
    }
}
