//! The scenarios side by side.

use super::parts::{Place, Span, bar, below, header, scrolling, table_link, verbatim};
use super::{Report, closing};
use crate::chart::axis::Axis;
use crate::csv;
use crate::words;
use crate::words::language::{Language, fill};
use maud::{Markup, html};
use tradecast_core::projection::{Comparison, ComparisonRow};
use tradecast_core::statistics::Estimate;

/// From this ratio of the greatest to the least probability on, dots stand on a log scale.
const WIDE: f64 = 10.0;

/// The comparison; nothing for a single scenario.
pub fn section(report: &Report, language: &'static Language) -> Markup {
    let (headings, captions) = (&language.headings, &language.captions);
    match &report.comparison {
        None => html! {},
        Some(Err(why)) => html! {
            section {
                h2 { (headings.comparison) }
                p.caption { (fill(&captions.not_compared, &[("why", why)])) }
            }
        },
        Some(Ok(comparison)) => {
            let csv = csv::comparison(comparison);
            let warnings = comparison.warnings.iter();
            let doubts: Vec<String> =
                warnings.map(|doubt| words::warning(language, doubt)).collect();
            html! { section {
                h2 { (headings.comparison) }
                p.caption { (captions.comparison) }
                (table(report, comparison, language))
                (closing::listed(&doubts, language))
                (table_link(csv.name, &csv.bytes, "scenarios", language))
            } }
        }
    }
}

fn table(report: &Report, comparison: &Comparison, language: &'static Language) -> Markup {
    let columns = &language.columns;
    let unit = comparison.rows.first().map(|row| language.quantity(&row.unit)).unwrap_or_default();
    let median = format!("{}{}{unit}", columns.median, language.comma);
    let names = [
        &*columns.scenario,
        &columns.probability,
        "",
        &columns.interval,
        &columns.difference,
        &median,
        &columns.middle,
    ];
    let axis = axis(report, &comparison.rows);
    scrolling(
        &language.headings.comparison,
        &html! {
            table {
                (header(&names))
                tbody { @for row in &comparison.rows { (line(report, row, &axis, language)) } }
            }
        },
    )
}

/// The probability as its chapter has it: a comparison may have simulated other weighted paths, so
/// that its differences are sharp.
fn own<'a>(report: &'a Report, row: &'a ComparisonRow) -> &'a Estimate {
    let chapter = report.chapters.iter().find(|it| it.projection.name == row.scenario);
    let targets = chapter.into_iter().flat_map(|it| &it.projection.targets);
    let target = targets.into_iter().find(|target| target.name == row.target);
    target.map_or(&row.probability, |target| &target.probability().estimate)
}

/// From 0 to 1: where a probability's dot stands.
fn axis(report: &Report, rows: &[ComparisonRow]) -> Axis {
    let ends = rows.iter().map(|row| &own(report, row).interval);
    let least = ends.clone().map(|it| it.lower).filter(|p| *p > 0.0).fold(1.0, f64::min);
    let greatest = ends.map(|it| it.upper).fold(0.0, f64::max);
    if greatest > WIDE * least {
        Axis::log((least / 1.2, greatest * 1.2), (0.0, 1.0))
    } else {
        Axis::linear((0.0, greatest), (0.0, 1.0))
    }
}

fn line(report: &Report, row: &ComparisonRow, axis: &Axis, language: &'static Language) -> Markup {
    let number = report.chapters.iter().position(|it| it.projection.name == row.scenario);
    let anchor = number
        .map(|number| format!("#{}", Place { language, number, is_single: false }.chapter_id()));
    let several = report.chapters[0].projection.targets.len() > 1;
    let probability = own(report, row);
    let interval = &probability.interval;
    let span = Span { from: axis.at(interval.lower), to: axis.at(interval.upper) };
    let shown = |value: f64| language.numerals(&words::rounded(value));
    let difference = row.difference.as_ref().map(|difference| {
        (
            words::points(difference),
            words::points_interval(&difference.interval).replace(" to ", " … "),
        )
    });
    html! {
        tr {
            th scope="row" {
                a href=[anchor] { (verbatim(&row.title)) }
                @if several { " · " (verbatim(&row.target)) }
            }
            td.number { (language.numerals(&words::percent_of(probability))) }
            td.drawn { (bar(span, "accent", None, Some(axis.at(probability.value)))) }
            td.number { (language.numerals(&words::percent_interval(interval))) }
            td.number {
                @if let Some((points, interval)) = &difference {
                    (language.quantity(points)) (below(&language.numerals(interval)))
                }
            }
            td.number { (shown(row.median)) }
            td.number { (shown(row.q05)) "–" (shown(row.q95)) }
        }
    }
}
