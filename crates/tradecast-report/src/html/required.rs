//! What it would take: one assumption changed, all else as it is.

use super::Chapter;
use super::parts::{Place, below, header, scrolling, table_link, verbatim};
use crate::require;
use crate::words;
use crate::words::language::{Language, fill};
use maud::{Markup, html};
use tradecast_core::require::{Answer, Found, Requirement};
use tradecast_core::vary::Kind;

/// The values that give the wanted probabilities; nothing where none was varied.
pub fn section(chapter: &Chapter, place: Place) -> Markup {
    let (required, language) = (&chapter.required, place.language);
    if required.requirements.is_empty() {
        return html! {};
    }
    let (headings, columns) = (&language.headings, &language.columns);
    let wanted = required.requirements[0].answers.iter();
    let wanted: Vec<String> = wanted
        .map(|answer| {
            let p = language.numerals(&words::percent(answer.wanted));
            format!("{} {p}", columns.wanted)
        })
        .collect();
    let mut names = vec![columns.key.as_str(), columns.now.as_str()];
    names.extend(wanted.iter().map(String::as_str));
    let csv = require::table(required);
    let content = html! {
        (scrolling(&headings.required, &html! {
            table {
                (header(&names))
                tbody { @for one in &required.requirements { (row(one, chapter, language)) } }
            }
        }))
        (table_link(csv.name, &csv.bytes, &required.name, language))
    };
    place.section(&headings.required, &language.captions.required, &content)
}

fn row(one: &Requirement, chapter: &Chapter, language: &Language) -> Markup {
    let name = match one.knob.kind {
        Kind::Amount(..) => language.required.amount.clone(),
        Kind::Period(..) => language.required.period.clone(),
        Kind::Median(..) => language.assumption(&one.knob.key),
    };
    let unit = if one.knob.kind.is_amount() {
        format!(" {}", language.quantity(&chapter.projection.unit))
    } else {
        String::new()
    };
    let now = language.quantity(&one.knob.show(one.current, 0.0));
    html! {
        tr {
            th scope="row" { (name) }
            td.number { (verbatim(&format!("{now}{unit}"))) }
            @if let Some(text) = out_of_reach(one, &unit, language) {
                td colspan=(one.answers.len()) { span.quiet { (verbatim(&text)) } }
            } @else {
                @for answer in &one.answers { (cell(one, answer, &unit, language)) }
            }
        }
    }
}

/// Why no wanted probability can be had, where the reason is the same for all.
fn out_of_reach(one: &Requirement, unit: &str, language: &Language) -> Option<String> {
    let texts: Vec<String> = one
        .answers
        .iter()
        .filter(|answer| matches!(answer.found, Found::OutOfReach { .. }))
        .map(|answer| shown(one, answer, unit, language)[1].clone())
        .collect();
    let is_same = texts.len() == one.answers.len() && texts.iter().all(|text| *text == texts[0]);
    is_same.then(|| texts[0].clone())
}

fn cell(one: &Requirement, answer: &Answer, unit: &str, language: &Language) -> Markup {
    let [value, about] = shown(one, answer, unit, language);
    html! {
        td.number {
            @if value.is_empty() { span.quiet { (verbatim(&about)) } }
            @else { (verbatim(&value)) (below(&about)) }
        }
    }
}

/// The value, and its interval or why there is none.
fn shown(one: &Requirement, answer: &Answer, unit: &str, language: &Language) -> [String; 2] {
    let words = &language.required;
    match &answer.found {
        Found::Reached { value, lower, upper, .. } => {
            let error = lower.zip(*upper).map_or(0.0, |(lower, upper)| 0.5 * (upper - lower));
            let show = |value: f64| match (one.knob.kind.is_amount(), one.knob.number(value)) {
                (true, Some(amount)) => language.numerals(&words::rounded(amount)),
                _ => language.quantity(&one.knob.show(value, error)),
            };
            let interval = match (lower.map(show), upper.map(show)) {
                (Some(low), Some(high)) if low == high => String::new(),
                (Some(low), Some(high)) => fill(&words.between, &[("low", &low), ("high", &high)]),
                (Some(low), None) => fill(&words.above, &[("low", &low)]),
                (None, Some(high)) => fill(&words.below, &[("high", &high)]),
                (None, None) => String::new(),
            };
            [format!("{}{unit}", show(*value)), interval]
        }
        Found::OutOfReach { value, nearest, is_above, is_flat } => {
            let p = language.numerals(&words::percent_of(nearest));
            let at = format!("{}{unit}", language.quantity(&one.knob.show(*value, 0.0)));
            let [low, high] = [one.range.0, one.range.1]
                .map(|end| format!("{}{unit}", language.quantity(&one.knob.show(end, 0.0))));
            let text = match (is_flat, one.is_end(*value), is_above) {
                (true, ..) => &words.flat,
                (false, true, true) => &words.at_most,
                (false, true, false) => &words.at_least,
                (false, false, true) => &words.peaks,
                (false, false, false) => &words.never_below,
            };
            let values = [("p", &*p), ("value", &at), ("low", &low), ("high", &high)];
            [String::new(), fill(text, &values)]
        }
    }
}
