//! What moves the probability: each input at a low and a high value.

use super::parts::{Place, Span, bar, below, header, scrolling, table_link};
use super::{Chapter, discovery};
use crate::sensitivity;
use crate::words;
use crate::words::language::{Language, fill};
use maud::{Markup, html};
use tradecast_core::model::InputKind;
use tradecast_core::sensitivity::{Bar, InputSensitivity};
use tradecast_core::statistics::Estimate;

/// Inputs that are shown; all are in the table to be saved.
const MOST: usize = 12;

/// The inputs by how far they move P.
pub fn section(chapter: &Chapter, place: Place) -> Markup {
    let (found, language) = (&chapter.sensitivity, place.language);
    let (headings, captions) = (&language.headings, &language.captions);
    let rows: Vec<(&InputSensitivity, Bar)> =
        found.inputs.iter().filter_map(|input| Some((input, input.bar?))).take(MOST).collect();
    if rows.is_empty() {
        return place.section(&headings.tornado, &captions.tornado_empty, &html! {});
    }
    let ends = rows.iter().flat_map(|(_, bar)| [bar.low.value, bar.high.value]);
    let scale = (0.0, ends.fold(found.probability.value, f64::max));
    let columns = &language.columns;
    let names =
        [&*columns.input, &columns.low, &columns.high, "", &columns.change, &columns.importance];
    let csv = sensitivity::table(found);
    let content = html! {
        (scrolling(&headings.tornado, &html! {
            table {
                (header(&names))
                tbody {
                    @for (input, ends) in &rows {
                        (row((input, ends), (found.probability.value, scale), chapter, place))
                    }
                }
            }
        }))
        (table_link(&csv.name, &csv.bytes, &found.name, language))
        (discovery::lines(chapter, language))
    };
    let p = language.numerals(&words::percent_of(&found.probability));
    let interval = language.numerals(&words::percent_interval(&found.probability.interval));
    let plain = fill(&captions.plain_paths, &[("p", &p), ("interval", &interval)]);
    place.section(&headings.tornado, &format!("{}{plain}", captions.tornado), &content)
}

fn row(
    (input, ends): (&InputSensitivity, &Bar),
    (p, scale): (f64, (f64, f64)),
    chapter: &Chapter,
    place: Place,
) -> Markup {
    let language = place.language;
    let [low, high] = values(input, chapter, language);
    let percent = |estimate: &Estimate| language.numerals(&words::percent_of(estimate));
    let change = words::points(&ends.swing);
    let span = Span::new((ends.low.value, ends.high.value), scale);
    let line = Span::new((p, p), scale).from;
    let share = input.reached.as_ref().map(|shares| sensitivity::share(&shares.shapley));
    html! {
        tr {
            th scope="row" { (language.assumption(&input.name)) }
            td.number { (percent(&ends.low)) (below(&low)) }
            td.number { (percent(&ends.high)) (below(&high)) }
            td.drawn { (bar(span, "blue", Some(line), None)) }
            td.number { (language.quantity(&change)) }
            td.number { @if let Some(share) = share { (language.numerals(&share)) } }
        }
    }
}

/// What an input is fixed at, in words; nothing for what the scenario does not list.
fn values(input: &InputSensitivity, chapter: &Chapter, language: &Language) -> [String; 2] {
    let words = &language.inputs;
    match input.kind {
        InputKind::Intervention => [words.does_not_happen.clone(), words.happens.clone()],
        InputKind::Disruption => [words.early.clone(), words.late.clone()],
        InputKind::Shocks => [words.weak_years.clone(), words.strong_years.clone()],
        InputKind::Quantity => {
            let is_listed = chapter.scenario.assumptions().iter().any(|it| it.key == input.name);
            let shown = input.values.clone().filter(|_| is_listed).unwrap_or_default();
            shown.map(|value| language.quantity(&value))
        }
    }
}
