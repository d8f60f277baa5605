//! What a scenario assumes, each with its range and its source.

use super::Chapter;
use super::parts::{Place, header, scrolling, table_link, verbatim};
use crate::assumptions::{self, Row, SourceOf};
use crate::words::language::{Language, fill};
use maud::{Markup, html};

/// The table of assumptions; those without a source are marked.
pub fn section(chapter: &Chapter, place: Place) -> Markup {
    let language = place.language;
    let (headings, columns) = (&language.headings, &language.columns);
    let csv = assumptions::table(&chapter.scenario);
    let content = html! {
        (scrolling(&headings.assumptions, &html! {
            table.assumptions {
                (header(&[&columns.assumption, &columns.median, &columns.range, &columns.source]))
                tbody {
                    @for row in assumptions::rows(&chapter.scenario) { (line(&row, language)) }
                }
            }
        }))
        (table_link(csv.name, &csv.bytes, &chapter.projection.name, language))
    };
    place.section(&headings.assumptions, &language.captions.assumptions, &content)
}

fn line(row: &Row, language: &Language) -> Markup {
    match row {
        Row::Block(heading) => html! {
            tr.block { th colspan="4" scope="colgroup" { (verbatim(&block(heading, language))) } }
        },
        Row::Quantity { key, median, range, source } => html! {
            tr {
                th scope="row" { (verbatim(&language.key(key))) }
                td.number { (verbatim(&language.quantity(median))) }
                td.number {
                    @if let Some([low, high]) = range {
                        @let ends = [low, high].map(|end| language.quantity(end));
                        (verbatim(&fill(&language.required.between, &[("low", &ends[0]), ("high", &ends[1])])))
                    }
                }
                td.source { (cited(source, language)) }
            }
        },
        Row::Structure { what, text } => html! {
            tr {
                th scope="row" { (verbatim(&language.key(what))) }
                td colspan="3" { (verbatim(text)) }
            }
        },
        Row::Correlation { between: [first, second], value, source } => {
            let source = source.clone().map_or(SourceOf::None, SourceOf::Named);
            let names = [("first", first.as_str()), ("second", second.as_str())];
            html! {
                tr {
                    th scope="row" { (verbatim(&fill(&language.blocks.correlation, &names))) }
                    td.number { (language.numerals(value)) }
                    td {}
                    td.source { (cited(&source, language)) }
                }
            }
        }
    }
}

fn cited(source: &SourceOf, language: &Language) -> Markup {
    let columns = &language.columns;
    match source {
        SourceOf::None => html! { span.unsourced { (columns.no_source) } },
        SourceOf::AsAbove => html! { span.quiet { (columns.as_above) } },
        SourceOf::Named(source) => verbatim(source),
    }
}

/// `flow.goods (PAK → KGZ)` as `flow: goods (PAK → KGZ)`.
fn block(heading: &str, language: &Language) -> String {
    let (kind, name) = heading.split_once('.').unwrap_or((heading, ""));
    let kind = match kind {
        "flow" => &language.blocks.flow,
        "driver" => &language.blocks.driver,
        "intervention" => &language.blocks.intervention,
        "disruption" => &language.blocks.disruption,
        other => other,
    };
    format!("{kind}: {name}")
}
