//! The answer in sentences.

use super::Chapter;
use super::parts::{Place, verbatim};
use crate::words::language::{Language, fill};
use crate::words::{self, Odds};
use maud::{Markup, html};
use tradecast_core::projection::{Projection, TargetProjection};
use tradecast_core::scenario::TOTAL_TRADE;
use tradecast_core::statistics::Estimate;

/// The answer of one target: odds, what they are of, numbers, what it takes.
pub fn section(chapter: &Chapter, index: usize, place: Place) -> Markup {
    let Chapter { projection, .. } = chapter;
    let (language, target) = (place.language, &projection.targets[index]);
    let is_first = index == 0;
    html! {
        section.answer {
            @if place.is_single && is_first {
                h1 { (claim(chapter, index, language)) }
            } @else if is_first {
                h2 { (verbatim(&projection.title)) }
                p.claim { (claim(chapter, index, language)) }
            } @else {
                (place.heading(&claim(chapter, index, language)))
            }
            @if place.is_single && is_first { p.caption { (verbatim(&projection.title)) } }
            p.statement { (statement(projection, target, language)) }
            @for line in lines(projection, target, language) { p { (line) } }
            @if let Some((date, source)) = announced(target) {
                p.quiet { (verbatim(&fill(&language.answer.announced, &[("date", date), ("source", source)]))) }
            }
        }
    }
}

/// `How likely is 200 million USD of total trade in FY2027-28?`, of the first target.
pub fn question(chapter: &Chapter, language: &Language) -> String {
    let (projection, target) = (&chapter.projection, &chapter.projection.targets[0]);
    let amount = language.quantity(&words::amount(target.at_least, &projection.unit));
    let period = when(projection, target, language);
    let total = total(target, language);
    fill(&language.answer.question, &[("amount", &amount), ("total", total), ("period", &period)])
}

/// `About 1 in 240: 200 million USD of total trade in FY2027-28 is exceptionally unlikely`.
pub fn claim(chapter: &Chapter, index: usize, language: &Language) -> String {
    let target = &chapter.projection.targets[index];
    let estimate = &target.probability().estimate;
    let amount = language.quantity(&words::amount(target.at_least, &chapter.projection.unit));
    let claim = fill(
        &language.answer.claim,
        &[
            ("amount", &amount),
            ("total", total(target, language)),
            ("period", &when(&chapter.projection, target, language)),
            ("verdict", language.verdict(words::cautious(estimate))),
        ],
    );
    match estimate.value {
        p if p >= 0.995 => format!("{claim}: {}", language.numerals(&words::percent_of(estimate))),
        _ => format!("{}: {claim}", odds(estimate, language)),
    }
}

/// `About 1 in 240`.
pub fn odds(estimate: &Estimate, language: &Language) -> String {
    let words = &language.answer;
    match Odds::of(estimate) {
        Odds::About(a, b) => {
            fill(&words.odds, &[("a", &language.numerals(&a)), ("b", &language.quantity(&b))])
        }
        Odds::Below(b) => fill(&words.below, &[("b", &language.quantity(&b))]),
        Odds::Certain => words.certain.clone(),
        Odds::Unknown => words.unknown.clone(),
    }
}

/// The name of a target's total.
pub fn total<'a>(target: &'a TargetProjection, language: &'a Language) -> &'a str {
    match target.total_label.as_str() {
        TOTAL_TRADE => &language.answer.total,
        label => label,
    }
}

fn when(projection: &Projection, target: &TargetProjection, language: &Language) -> String {
    let period = target.period.to_string();
    match constant_year(projection) {
        None => period,
        Some(year) => fill(&language.answer.constant, &[("period", &period), ("year", year)]),
    }
}

/// The year whose prices are meant, where they are constant.
pub fn constant_year(projection: &Projection) -> Option<&str> {
    projection.prices.strip_prefix("constant ")?.strip_suffix(" prices")
}

/// What is asked, and its answer in numbers.
fn statement(projection: &Projection, target: &TargetProjection, language: &Language) -> String {
    let answer = &language.answer;
    let probability = target.probability();
    let estimate = &probability.estimate;
    let amount = language.quantity(&words::amount(target.at_least, &projection.unit));
    let asked = fill(
        &answer.asked,
        &[
            ("total", total(target, language)),
            ("amount", &amount),
            ("period", &when(projection, target, language)),
        ],
    );
    let p = language.numerals(&words::percent_of(estimate));
    let interval = language.numerals(&words::percent_interval(&estimate.interval));
    let paths = language.numerals(&words::count(probability.paths));
    let words = match estimate {
        it if it.value <= 0.0 && it.interval.upper > 0.0 => &answer.none,
        it if it.value >= 1.0 && it.interval.lower < 1.0 => &answer.all,
        it if it.interval.lower == it.interval.upper => &answer.exact,
        _ => &answer.interval,
    };
    let equals = fill(words, &[("p", &p), ("interval", &interval), ("paths", &paths)]);
    match &target.measured_by {
        None => format!("{asked} {equals}"),
        Some(whose) => {
            let counted = fill(&answer.counted, &[("whose", whose)]);
            format!("{asked} {equals}{}{counted}", language.comma)
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
    if let Some(spread) = target.spread() {
        let [low, high] = words::ends(spread, ["< ", "> "]).map(|end| language.numerals(&end));
        lines.push(fill(&answer.spread, &[("low", &low), ("high", &high)]));
    }
    if let Some(without) = &target.without_measures {
        lines.push(fill(&answer.without, &[("p", &percent(without))]));
    }
    lines
}

fn announced(target: &TargetProjection) -> Option<(&str, &str)> {
    Some((target.announced.as_deref()?, target.source.as_deref()?))
}
