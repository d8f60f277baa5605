//! Probability by year, and how the answer moved as a running year came in.

use super::Chapter;
use super::parts::{Place, Span, bar, data, header, scrolling};
use crate::words;
use maud::{Markup, html};
use tradecast_core::projection::{AsOf, Attainment};

/// The probabilities of one target's periods.
pub fn section(chapter: &Chapter, index: usize, place: Place) -> Markup {
    let (projection, language) = (&chapter.projection, place.language);
    let target = &projection.targets[index];
    let (headings, columns) = (&language.headings, &language.columns);
    let most = target.attainment.iter().map(|a| a.inside.estimate.value).fold(0.0, f64::max);
    let content = html! {
        (scrolling(&headings.periods, &html! {
            table {
                (header(&[&columns.period, &columns.inside, "", &columns.interval, &columns.by]))
                tbody { @for attainment in &target.attainment { (row(attainment, most, place)) } }
            }
        }))
        (data(chapter, "probability.csv", language))
    };
    let booked = html! {
        (scrolling(&headings.as_of, &html! {
            table {
                (header(&[&columns.booked, &columns.so_far, &columns.probability, &columns.median, &columns.middle]))
                tbody { @for as_of in &target.as_of { (as_of_row(as_of, place)) } }
            }
        }))
        (data(chapter, "as-of.csv", language))
    };
    html! {
        (place.section(&headings.periods, &language.captions.periods, &content))
        @if !target.as_of.is_empty() {
            (place.section(&headings.as_of, &language.captions.as_of, &booked))
        }
    }
}

fn row(attainment: &Attainment, most: f64, place: Place) -> Markup {
    let language = place.language;
    let (inside, by) = (&attainment.inside.estimate, &attainment.by.estimate);
    let span = Span::new((0.0, inside.value), (0.0, most));
    html! {
        tr {
            th scope="row" { (attainment.period) }
            td.number { (language.numerals(&words::percent_of(inside))) }
            td.drawn { (bar(span, "accent", None, None)) }
            td.number { (language.numerals(&words::percent_interval(&inside.interval))) }
            td.number { (language.numerals(&words::percent_beside(by, inside))) }
        }
    }
}

fn as_of_row(as_of: &AsOf, place: Place) -> Markup {
    let number = |value: f64| place.language.numerals(&words::rounded(value));
    let [low, median, high] = as_of.quantiles.map(number);
    let p = words::percent_of(&as_of.probability.estimate);
    html! {
        tr {
            th scope="row" { (as_of.until) }
            td.number { (number(as_of.booked)) }
            td.number { (place.language.numerals(&p)) }
            td.number { (median) }
            td.number { (low) "–" (high) }
        }
    }
}
