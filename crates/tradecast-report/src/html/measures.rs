//! What flows, measures and disruptions contribute, and P with and without each measure.

use super::Chapter;
use super::parts::{Place, Span, bar, data, header, scrolling, verbatim};
use crate::chart::contributions::rows::{Row, rows};
use crate::words;
use crate::words::language::fill;
use maud::{Markup, html};
use tradecast_core::projection::{Contribution, ItemKind};
use tradecast_core::statistics::Estimate;

/// The contributions to one target's total; nothing where there is only one flow.
pub fn section(chapter: &Chapter, index: usize, place: Place) -> Markup {
    let (projection, language) = (&chapter.projection, place.language);
    let items = &projection.targets[index].contributions;
    if items.len() < 2 {
        return html! {};
    }
    let (headings, columns) = (&language.headings, &language.columns);
    let caption =
        fill(&language.captions.measures, &[("unit", &language.quantity(&projection.unit))]);
    let parts = || items.iter().filter_map(|item| item.contribution);
    let scale = (parts().fold(0.0, f64::min), parts().fold(0.0, f64::max));
    let has_chances = items.iter().any(|item| item.if_yes.is_some());
    let mut names = vec![&*columns.item, &columns.contribution, "", &columns.at_work];
    if has_chances {
        names.extend([&*columns.if_yes, &columns.if_no]);
    }
    let content = html! {
        (scrolling(&headings.measures, &html! {
            table {
                (header(&names))
                tbody {
                    @for row in rows(items) { (line(&row, (scale, has_chances), place)) }
                }
            }
        }))
        (data(chapter, "contributions.csv", language))
    };
    place.section(&headings.measures, &caption, &content)
}

fn line(row: &Row, (scale, has_chances): ((f64, f64), bool), place: Place) -> Markup {
    let language = place.language;
    let item = match row {
        Row::Item(item) => item,
        Row::Heading(kind) => {
            let name = match kind {
                ItemKind::Flow => &language.blocks.flows,
                ItemKind::Intervention => &language.blocks.interventions,
                ItemKind::Disruption => &language.blocks.disruptions,
            };
            let columns = if has_chances { 6 } else { 4 };
            return html! { tr.block { th colspan=(columns) scope="colgroup" { (name) } } };
        }
    };
    let percent = |p: &Option<Estimate>| {
        p.as_ref().map(|p| language.numerals(&words::percent_of(p))).unwrap_or_default()
    };
    html! {
        tr {
            th scope="row" { (verbatim(&item.item)) }
            td.number {
                @if let Some(part) = item.contribution { (language.numerals(&words::signed(part))) }
            }
            td.drawn { (drawn(item, scale)) }
            td.number {
                @if let Some(share) = item.share_active { (language.numerals(&words::percent(share))) }
            }
            @if has_chances {
                td.number { (percent(&item.if_yes)) }
                td.number { (percent(&item.if_no)) }
            }
        }
    }
}

/// The contribution as a bar from 0.
fn drawn(item: &Contribution, scale: (f64, f64)) -> Markup {
    let class = match item.kind {
        ItemKind::Flow => "blue",
        ItemKind::Intervention => "green",
        ItemKind::Disruption => "purple",
    };
    let zero = Span::new((0.0, 0.0), scale).from;
    match item.contribution {
        Some(part) => bar(Span::new((0.0, part), scale), class, Some(zero), None),
        None => html! {},
    }
}
