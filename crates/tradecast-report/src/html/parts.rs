//! What sections are made of: headings, tables, bars, links to data.

use super::Chapter;
use crate::csv::Table;
use crate::words::language::Language;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use maud::{Markup, html};

/// Where in a report something stands.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The language.
    pub language: &'static Language,
    /// The number of the scenario.
    pub number: usize,
    /// Whether there is no other scenario.
    pub is_single: bool,
}

impl Place {
    /// The anchor of the scenario.
    pub fn chapter_id(self) -> String {
        format!("scenario-{}", self.number + 1)
    }

    /// A heading within the scenario.
    pub fn heading(self, text: &str) -> Markup {
        if self.is_single {
            html! { h2 { (text) } }
        } else {
            html! { h3 { (text) } }
        }
    }

    /// A section: its heading, a line that says how to read it, what it shows.
    pub fn section(self, heading: &str, caption: &str, content: &Markup) -> Markup {
        html! {
            section {
                (self.heading(heading))
                p.caption { (caption) }
                (content)
            }
        }
    }
}

/// Tables beyond the width of a phone scroll by themselves.
pub fn scrolling(name: &str, content: &Markup) -> Markup {
    html! { div.scroll role="region" tabindex="0" aria-label=(name) { (content) } }
}

/// A heading row.
pub fn header(names: &[&str]) -> Markup {
    html! { thead { tr { @for name in names { th scope="col" { (name) } } } } }
}

/// Text that a scenario or the program wrote, in whatever direction its letters run.
pub fn verbatim(text: &str) -> Markup {
    html! { bdi dir="auto" { (text) } }
}

/// A second, quiet line in a cell; nothing for no text.
pub fn below(text: &str) -> Markup {
    html! { @if !text.is_empty() { br; span.quiet { (verbatim(text)) } } }
}

/// A link that saves a file which is part of the page.
pub fn download(label: &str, name: &str, kind: &str, bytes: &[u8]) -> Markup {
    let address = format!("data:{kind};base64,{}", BASE64_STANDARD.encode(bytes));
    html! { a.download download=(name) href=(address) { (label) } }
}

/// A link that saves a table of a scenario.
pub fn table_link(name: &str, bytes: &[u8], stem: &str, language: &Language) -> Markup {
    let name = format!("{stem}-{name}");
    html! { p.data { (download(&language.downloads.data, &name, "text/csv", bytes)) } }
}

/// A link that saves one of a run's tables, where the run has it.
pub fn data(chapter: &Chapter, name: &str, language: &Language) -> Markup {
    let table = chapter.tables.iter().find(|table| table.name == name);
    let link =
        |table: &Table| table_link(table.name, &table.bytes, &chapter.projection.name, language);
    html! { @if let Some(table) = table { (link(table)) } }
}

/// What a bar in a table spans, as shares of its column's width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// The start in [0, 1].
    pub from: f64,
    /// The end in [0, 1].
    pub to: f64,
}

impl Span {
    /// Between two values on a scale that runs from `low` to `high`.
    pub fn new((a, b): (f64, f64), (low, high): (f64, f64)) -> Self {
        let width = high - low;
        let at = |value: f64| {
            if width > 0.0 && value.is_finite() {
                ((value - low) / width).clamp(0.0, 1.0)
            } else {
                0.0
            }
        };
        Self { from: at(a.min(b)), to: at(a.max(b)) }
    }
}

/// Units of a bar's width.
const WIDE: f64 = 1000.0;

/// A bar in a table, with a line across it and a dot on it where they are asked for. The words beside
/// it say the same, so it is hidden from readers that cannot see it.
pub fn bar(span: Span, class: &str, line: Option<f64>, dot: Option<f64>) -> Markup {
    let place = |share: f64| (WIDE * share).round();
    let width = (place(span.to) - place(span.from)).max(4.0);
    html! {
        svg.bar viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true" {
            rect class=(class) x=(place(span.from)) y="4" width=(width) height="12" {}
            @if let Some(at) = line { rect.line x=(place(at)) y="0" width="3" height="20" {} }
            @if let Some(at) = dot {
                rect.dot x=((place(at) - 8.0).max(0.0)) y="2" width="16" height="16" {}
            }
        }
    }
}
