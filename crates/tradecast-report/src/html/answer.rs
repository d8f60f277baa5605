//! The answer in sentences.

use super::Chapter;
use super::parts::{Place, verbatim};
use crate::words;
use crate::words::language::{Language, fill};
use maud::{Markup, html};
use tradecast_core::projection::{Projection, TargetProjection};
use tradecast_core::statistics::Estimate;

/// The answer of one target: odds, what they are of, numbers, what it takes.
pub fn section(chapter: &Chapter, index: usize, place: Place) -> Markup {
    let Chapter { projection, .. } = chapter;
    let (language, target) = (place.language, &projection.targets[index]);
    let is_first = index == 0;
    html! {
        section.answer {
            @if place.is_single && is_first {
                h1 { (words::answer(language, projection, target)) }
            } @else if is_first {
                h2 { (verbatim(&projection.title)) }
                p.claim { (words::answer(language, projection, target)) }
            } @else {
                (place.heading(&words::answer(language, projection, target)))
            }
            @if place.is_single && is_first { p.caption { (verbatim(&projection.title)) } }
            p.statement { (words::headline(language, projection, target)) }
            @for line in lines(projection, target, language) { p { (line) } }
            @if let Some((date, source)) = announced(target) {
                p.quiet { (verbatim(&fill(&language.answer.announced, &[("date", date), ("source", source)]))) }
            }
        }
    }
}

/// What it takes, what is missing, what P would be otherwise.
fn lines(projection: &Projection, target: &TargetProjection, language: &Language) -> Vec<String> {
    let (answer, unit) = (&language.answer, &projection.unit);
    let rounded = |value: f64| language.quantity(&words::rounded_amount(value, unit));
    let goal = language.quantity(&words::amount(target.at_least, unit));
    let percent = |estimate: &Estimate| language.numerals(&words::percent_of(estimate));
    let mut lines = Vec::new();
    lines.push(match target.growth_required {
        None => fill(&answer.from_nothing, &[("amount", &goal)]),
        Some(growth) => {
            let multiple = target.multiple();
            let median = projection.median_of(target).map(rounded).unwrap_or_default();
            fill(
                &answer.takes,
                &[
                    ("multiple", &language.numerals(&words::number(multiple))),
                    ("baseline", &language.quantity(&words::amount(target.baseline_total, unit))),
                    ("growth", &language.numerals(&words::growth(growth))),
                    ("median", &median),
                ],
            )
        }
    });
    if let Some(shortfall) = &target.shortfall {
        lines.push(fill(&answer.missing, &[("amount", &rounded(shortfall.value))]));
    }
    if let Some(without) = &target.without_measures {
        lines.push(fill(&answer.without, &[("p", &percent(without))]));
    }
    lines.push(words::simulation_error(language, target.probability()));
    lines
}

fn announced(target: &TargetProjection) -> Option<(&str, &str)> {
    Some((target.announced.as_deref()?, target.source.as_deref()?))
}
