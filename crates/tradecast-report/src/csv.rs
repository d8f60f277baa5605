//! The CSV tables: column names and rows are a contract (docs/output.md). Numbers are the shortest
//! that read back to the same value; what is missing is empty.

use super::outside_view;
use ::csv::Writer;
use tradecast_core::projection::{
    Comparison, FAN_QUANTILES, FanPoint, ParameterSpread, Projection, Series, TargetProjection,
};
use tradecast_core::statistics::Estimate;

/// One table as a named file.
#[derive(Clone, Debug)]
pub struct Table {
    /// The file's name.
    pub name: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// All tables of a projection.
pub fn tables(projection: &Projection) -> Vec<Table> {
    let table = |name, rows: Rows| Table { name, bytes: rows.into_bytes() };
    let mut tables = vec![
        table("probability.csv", probability(projection)),
        table("target.csv", target(projection)),
        table("fan.csv", fan(projection)),
        table("distribution.csv", distribution(projection)),
        table("contributions.csv", contributions(projection)),
        outside_view::rows(projection.targets.iter().filter_map(|target| {
            target.outside_view.view().map(|view| (target.name.as_str(), view))
        })),
    ];
    if projection.targets.iter().any(|target| !target.as_of.is_empty()) {
        tables.push(table("as-of.csv", as_of(projection)));
    }
    let has_spread = |target: &TargetProjection| {
        target.spread().is_some() || target.spread_with_measures.is_some()
    };
    if projection.targets.iter().any(has_spread) {
        tables.push(table("uncertainty.csv", uncertainty(projection)));
    }
    tables
}

fn as_of(projection: &Projection) -> Rows {
    let mut rows = Rows::new(&[
        "target",
        "booked_periods",
        "until",
        "booked",
        "probability",
        "standard_error",
        "lower",
        "upper",
        "q05",
        "median",
        "q95",
        "unit",
    ]);
    for target in &projection.targets {
        for as_of in &target.as_of {
            let estimate = &as_of.probability.estimate;
            rows.push(&[
                target.name.clone(),
                as_of.booked_periods.to_string(),
                as_of.until.to_string(),
                number(as_of.booked),
                number(estimate.value),
                number(estimate.standard_error),
                number(estimate.interval.lower),
                number(estimate.interval.upper),
                number(as_of.quantiles[0]),
                number(as_of.quantiles[1]),
                number(as_of.quantiles[2]),
                projection.unit.clone(),
            ]);
        }
    }
    rows
}

fn uncertainty(projection: &Projection) -> Rows {
    let columns = [
        "target",
        "not_known",
        "quantile",
        "probability",
        "lower",
        "upper",
        "draws",
        "paths_a_draw",
    ];
    let mut rows = Rows::new(&columns);
    for target in &projection.targets {
        let averaged = target.spread().map(|spread| ("assumptions", spread));
        let open = target.spread_with_measures.as_ref();
        let open = open.map(|spread| ("assumptions and measures", spread));
        for (not_known, spread) in averaged.into_iter().chain(open) {
            for of in &spread.quantiles {
                rows.push(&[
                    target.name.clone(),
                    not_known.to_owned(),
                    number(of.quantile),
                    optional(of.probability),
                    optional(of.interval.map(|interval| interval.lower)),
                    optional(of.interval.map(|interval| interval.upper)),
                    spread.draws.to_string(),
                    spread.paths.to_string(),
                ]);
            }
        }
    }
    rows
}

/// The table of a comparison.
pub fn comparison(comparison: &Comparison) -> Table {
    let mut rows = Rows::new(&[
        "scenario",
        "target",
        "probability",
        "standard_error",
        "lower",
        "upper",
        "difference",
        "difference_lower",
        "difference_upper",
        "pairing",
        "median",
        "q05",
        "q95",
        "unit",
    ]);
    for row in &comparison.rows {
        let difference = |part: fn(&Estimate) -> f64| optional(row.difference.as_ref().map(part));
        rows.push(&[
            row.scenario.clone(),
            row.target.clone(),
            number(row.probability.value),
            number(row.probability.standard_error),
            number(row.probability.interval.lower),
            number(row.probability.interval.upper),
            difference(|estimate| estimate.value),
            difference(|estimate| estimate.interval.lower),
            difference(|estimate| estimate.interval.upper),
            row.pairing.name().to_owned(),
            number(row.median),
            number(row.q05),
            number(row.q95),
            row.unit.clone(),
        ]);
    }
    Table { name: "comparison.csv", bytes: rows.into_bytes() }
}

fn probability(projection: &Projection) -> Rows {
    let mut rows = Rows::new(&[
        "target",
        "period",
        "criterion",
        "at_least",
        "unit",
        "probability",
        "standard_error",
        "lower",
        "upper",
        "level",
        "method",
        "paths",
        "effective_paths",
    ]);
    for target in &projection.targets {
        for attainment in &target.attainment {
            for (criterion, p) in [("in", &attainment.inside), ("by", &attainment.by)] {
                rows.push(&[
                    target.name.clone(),
                    attainment.period.to_string(),
                    criterion.to_owned(),
                    number(target.at_least),
                    projection.unit.clone(),
                    number(p.estimate.value),
                    number(p.estimate.standard_error),
                    number(p.estimate.interval.lower),
                    number(p.estimate.interval.upper),
                    number(p.estimate.interval.level),
                    p.method.name().to_owned(),
                    p.paths.to_string(),
                    number(p.effective_paths),
                ]);
            }
        }
    }
    rows
}

fn target(projection: &Projection) -> Rows {
    let mut rows = Rows::new(&[
        "target",
        "period",
        "at_least",
        "unit",
        "baseline_total",
        "growth_required",
        "shortfall",
        "shortfall_standard_error",
        "probability_low",
        "probability_high",
        "probability_without_measures",
        "probability_without_measures_standard_error",
    ]);
    for target in &projection.targets {
        let ends = |spread: &ParameterSpread| spread.told_ends().map(Result::ok);
        let [low, high] = target.spread().map_or([None; 2], ends);
        rows.push(&[
            target.name.clone(),
            target.period.to_string(),
            number(target.at_least),
            projection.unit.clone(),
            number(target.baseline_total),
            optional(target.growth_required),
            optional(target.shortfall.map(|shortfall| shortfall.value)),
            optional(target.shortfall.map(|shortfall| shortfall.standard_error)),
            optional(low),
            optional(high),
            optional(target.without_measures.map(|estimate| estimate.value)),
            optional(target.without_measures.map(|estimate| estimate.standard_error)),
        ]);
    }
    rows
}

fn fan(projection: &Projection) -> Rows {
    let quantiles = FAN_QUANTILES.map(quantile_name);
    let bounds = ["q05", "q50", "q95"].map(|q| [format!("{q}_lower"), format!("{q}_upper")]);
    let mut columns: Vec<&str> = vec!["series", "period", "unit", "mean", "std_dev"];
    columns.extend(quantiles.iter().map(String::as_str));
    columns.extend(bounds.iter().flatten().map(String::as_str));
    let mut rows = Rows::new(&columns);
    for series in &projection.series {
        for point in series.periods.iter().chain(&series.steps) {
            rows.push(&fan_row(projection, series, point));
        }
    }
    rows
}

fn fan_row(projection: &Projection, series: &Series, point: &FanPoint) -> Vec<String> {
    let mut cells = vec![
        series.name.clone(),
        point.period.to_string(),
        projection.unit.clone(),
        optional(point.mean),
        optional(point.std_dev),
    ];
    cells.extend(point.quantiles.map(number));
    for interval in point.intervals {
        cells.push(optional(interval.map(|interval| interval.lower)));
        cells.push(optional(interval.map(|interval| interval.upper)));
    }
    cells
}

fn quantile_name(probability: f64) -> String {
    format!("q{:02}", (probability * 100.0).round())
}

fn distribution(projection: &Projection) -> Rows {
    let mut rows = Rows::new(&["target", "lower", "upper", "unit", "share", "cumulative"]);
    for target in &projection.targets {
        for bin in &target.distribution {
            rows.push(&[
                target.name.clone(),
                number(bin.lower),
                number(bin.upper),
                projection.unit.clone(),
                number(bin.share),
                number(bin.cumulative),
            ]);
        }
    }
    rows
}

fn contributions(projection: &Projection) -> Rows {
    let mut rows = Rows::new(&[
        "target",
        "item",
        "share_active",
        "contribution",
        "unit",
        "probability_if_yes",
        "probability_if_yes_standard_error",
        "probability_if_no",
        "probability_if_no_standard_error",
    ]);
    let mut push = |target: &TargetProjection| {
        for item in &target.contributions {
            let value = |p: Option<Estimate>| optional(p.map(|p| p.value));
            let error = |p: Option<Estimate>| optional(p.map(|p| p.standard_error));
            rows.push(&[
                target.name.clone(),
                item.item.clone(),
                optional(item.share_active),
                optional(item.contribution),
                projection.unit.clone(),
                value(item.if_yes),
                error(item.if_yes),
                value(item.if_no),
                error(item.if_no),
            ]);
        }
    };
    projection.targets.iter().for_each(&mut push);
    rows
}

pub(super) fn number(value: f64) -> String {
    if value.is_finite() { value.to_string() } else { String::new() }
}

pub(super) fn optional(value: Option<f64>) -> String {
    value.map_or_else(String::new, number)
}

/// Rows written to memory, which cannot fail.
pub(super) struct Rows(Writer<Vec<u8>>);

impl Rows {
    pub(super) fn new(columns: &[&str]) -> Self {
        let mut rows = Self(Writer::from_writer(Vec::new()));
        rows.push(&columns.iter().map(ToString::to_string).collect::<Vec<_>>());
        rows
    }

    pub(super) fn push(&mut self, cells: &[String]) {
        self.0.write_record(cells).expect("rows of one table are equally long");
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0.into_inner().expect("writing to memory does not fail")
    }
}
