//! What a run prints: the sentence to quote, a few small tables, doubts.

use super::outside_view;
use crate::words;
use crate::words::language::Language;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, Table, presets};
use std::fmt::Write as _;
use tradecast_core::projection::{
    Comparison, FAN_QUANTILES, ItemKind, Projection, TargetProjection,
};
use tradecast_core::warning::Warning;

/// Up to so many measures are named where all are meant.
const FEW_MEASURES: usize = 3;

/// How text may look.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether colours and bold are allowed.
    pub color: bool,
}

impl Style {
    fn paint(self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    pub(super) fn yellow(self, text: &str) -> String {
        self.paint("33", text)
    }

    /// Doubts, a line each.
    pub(super) fn warnings(self, warnings: &[Warning]) -> String {
        let line = |warning: &Warning| {
            let said = words::warning(Language::english(), warning);
            format!("{} {said}\n", self.yellow("warning:"))
        };
        warnings.iter().map(line).collect()
    }

    /// A table without lines, its first `left` columns to the left, numbers to the right.
    pub fn table(self, header: &[&str], left: usize) -> Table {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        if self.color {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        table.set_header(header.iter().map(|name| Cell::new(name).add_attribute(Attribute::Dim)));
        for (index, column) in table.column_iter_mut().enumerate() {
            let alignment = if index < left { CellAlignment::Left } else { CellAlignment::Right };
            column.set_cell_alignment(alignment);
            column.set_padding((if index == 0 { 2 } else { 0 }, 3));
        }
        table
    }
}

/// The card of one projection.
pub fn card(projection: &Projection, style: Style) -> String {
    let english = Language::english();
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", style.dim(&projection.title));
    for target in &projection.targets {
        let headline = words::headline(english, projection, target);
        let _ = writeln!(text, "{}", style.bold(&headline));
        let _ = writeln!(text, "{}", needed(projection, target));
        if let Some(booked) = booked(projection, target) {
            let _ = writeln!(text, "{booked}");
        }
        let error = words::simulation_error(english, target.probability());
        let _ = writeln!(text, "{}", style.dim(&error));
        let _ = writeln!(text);
        let _ = writeln!(text, "{}\n", by_period(projection, target, style));
        let table = measures(target, style).map(|table| format!("{table}\n"));
        let without = target.without_measures.as_ref().map(|without| {
            let names =
                measure_names(target).map(|names| format!(" ({names})")).unwrap_or_default();
            let p = words::percent_of(without);
            format!("  P is {p} if none of the measures{names} takes effect.\n")
        });
        for part in table.iter().chain(&without) {
            text.push_str(part);
        }
        if table.is_some() || without.is_some() {
            text.push('\n');
        }
        let _ = writeln!(text, "{}", outside_view::beside(target, &projection.unit, style));
    }
    text.push_str(&style.warnings(&projection.warnings));
    text
}

/// What it would take, beside what the median path does.
fn needed(projection: &Projection, target: &TargetProjection) -> String {
    let unit = &projection.unit;
    let from = words::amount(target.baseline_total, unit);
    let Some(growth) = target.growth_required else {
        return format!("From nothing to {}.", words::amount(target.at_least, unit));
    };
    let multiple = words::number(target.multiple());
    let median = projection.median_of(target).unwrap_or(f64::NAN);
    let mut text = format!(
        "It takes {multiple} times the {from} a year of the baseline: {} a year. The median path ends at {}.",
        words::growth(growth),
        words::rounded_amount(median, unit),
    );
    if let Some(shortfall) = &target.shortfall {
        let short = words::rounded_amount(shortfall.value, unit);
        text.push_str(&format!("\nWhere the target is missed, {short} are missing on average."));
    }
    text
}

/// How much of the running year is in, and what P was before.
fn booked(projection: &Projection, target: &TargetProjection) -> Option<String> {
    let (before, now) = (target.as_of.first()?, target.as_of.last()?);
    let unit = &projection.unit;
    Some(format!(
        "{} in, to {}: {}. Before, P was {}.",
        words::are_booked(Language::english(), now),
        now.until,
        words::rounded_amount(now.booked, unit),
        words::percent_of(&before.probability.estimate),
    ))
}

/// The measures by name, where they are few.
fn measure_names(target: &TargetProjection) -> Option<String> {
    let measures = target.contributions.iter().filter(|item| item.kind == ItemKind::Intervention);
    let names: Vec<&str> = measures.map(|item| item.item.as_str()).collect();
    (names.len() <= FEW_MEASURES).then(|| names.join(", "))
}

/// Quantiles and probabilities by period.
fn by_period(projection: &Projection, target: &TargetProjection, style: Style) -> Table {
    let unit = format!("total, {}", projection.unit);
    let header = [unit.as_str(), "5 %", "median", "95 %", "P(in)", "P(by)"];
    let mut table = style.table(&header, 1);
    let series = projection.series.iter().find(|series| series.name == target.series);
    let points = series.map(|series| &series.periods[..]).unwrap_or_default();
    let quantile = |wanted: f64| FAN_QUANTILES.iter().position(|q| *q == wanted).unwrap_or(4);
    for (index, point) in points.iter().enumerate() {
        let attainment = index.checked_sub(1).and_then(|index| target.attainment.get(index));
        if index > 0 && attainment.is_none() {
            break;
        }
        let name = match index {
            0 => format!("{} (baseline)", point.period),
            _ => point.period.to_string(),
        };
        let mut cells = vec![name];
        for wanted in [0.05, 0.5, 0.95] {
            cells.push(words::rounded(point.quantiles[quantile(wanted)]));
        }
        if let Some(attainment) = attainment {
            cells.push(words::percent_of(&attainment.inside.estimate));
            cells.push(words::percent_of(&attainment.by.estimate));
        }
        table.add_row(cells);
    }
    table
}

/// P if each intervention does and does not go ahead.
fn measures(target: &TargetProjection, style: Style) -> Option<Table> {
    let at_work = format!("at work in {}", target.period);
    let header = ["measure", at_work.as_str(), "P if it goes ahead", "P if not"];
    let mut table = style.table(&header, 1);
    let mut is_empty = true;
    for item in &target.contributions {
        let (Some(yes), Some(no)) = (&item.if_yes, &item.if_no) else { continue };
        is_empty = false;
        table.add_row([
            item.item.clone(),
            item.share_active.map_or_else(String::new, words::percent),
            words::percent_of(yes),
            words::percent_of(no),
        ]);
    }
    (!is_empty).then_some(table)
}

/// The table of a comparison.
pub fn comparison(comparison: &Comparison, style: Style) -> String {
    let english = Language::english();
    let header = ["scenario", "target", "P", "95 % interval", "difference", "median", "5–95 %"];
    let mut table = style.table(&header, 2);
    for row in &comparison.rows {
        let difference = row.difference.as_ref();
        table.add_row([
            row.scenario.clone(),
            row.target.clone(),
            words::percent_of(&row.probability),
            words::percent_interval(&row.probability.interval),
            difference.map_or_else(String::new, |difference| {
                let interval = words::points_interval(&difference.interval);
                format!("{} ({interval})", words::points(difference))
            }),
            words::rounded(row.median),
            format!("{}–{}", words::rounded(row.q05), words::rounded(row.q95)),
        ]);
    }
    let how = words::pairing(english, &comparison.rows);
    let unit = comparison.rows.first().map_or("", |row| row.unit.as_str());
    let mut text = format!("{table}\n{}\n", style.dim(&format!("  amounts in {unit}; {how}")));
    text.push_str(&style.warnings(&comparison.warnings));
    text
}
