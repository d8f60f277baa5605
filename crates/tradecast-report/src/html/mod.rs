//! A report to hand over: one HTML page that needs nothing else, in several languages.
//!
//! One file a section. Each first turns results into words and lengths, then prints them; a page
//! holds its figures as SVG and its tables as links, and no script.

mod answer;
mod assumptions;
mod closing;
mod comparison;
mod discovery;
mod figures;
mod measures;
mod outside;
mod parts;
mod periods;
mod required;
mod tornado;

use crate::chart::{ChartError, palette};
use crate::csv::Table;
use crate::require::Required;
use crate::words;
use crate::words::language::Language;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use parts::Place;
use tradecast_core::projection::{Comparison, Projection};
use tradecast_core::scenario::Scenario;
use tradecast_core::sensitivity::Sensitivity;

/// What a report says of one scenario.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// What the simulation gave.
    pub projection: Projection,
    /// Its tables.
    pub tables: Vec<Table>,
    /// The assumptions.
    pub scenario: Scenario,
    /// What moves the probability of the first target.
    pub sensitivity: Sensitivity,
    /// What the first target would take; without rows where nothing was varied.
    pub required: Required,
    /// `run.toml`: inputs with their hashes, the scenario as it was read.
    pub manifest: String,
    /// The files that it was read from, and their SHA-256.
    pub files: Vec<(String, String)>,
}

/// All that a report says.
#[derive(Clone, Debug)]
pub struct Report {
    /// One a scenario; at least one.
    pub chapters: Vec<Chapter>,
    /// The scenarios side by side; none for a single one, or why they cannot be compared.
    pub comparison: Option<Result<Comparison, String>>,
    /// The command that writes the report.
    pub command: String,
    /// Whether figures are drawn.
    pub with_figures: bool,
}

/// The page, complete.
///
/// # Errors
/// A figure cannot be drawn.
pub fn page(report: &Report, language: &'static Language) -> Result<String, ChartError> {
    let is_single = report.chapters.len() == 1;
    let mut body = Vec::new();
    for (number, chapter) in report.chapters.iter().enumerate() {
        let place = Place { language, number, is_single };
        body.push(written(chapter, report, place)?);
    }
    let title = title(report, language);
    let page = html! {
        (DOCTYPE)
        html lang=(language.code) dir=(language.direction) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content=(format!("tradecast {}", env!("CARGO_PKG_VERSION")));
                // A page without it asks its server for one.
                link rel="icon" href="data:,";
                title { (title) }
                style { (PreEscaped(style())) }
            }
            body {
                main {
                    @if !is_single {
                        header { h1 { (title) } }
                        (contents(report, language))
                        (comparison::section(report, language))
                    }
                    @for chapter in &body { (chapter) }
                    (closing::method(language))
                    (closing::provenance(report, language))
                }
            }
        }
    };
    Ok(unbroken(&page.into_string()))
}

/// The page with no line ending between a number and its sign; commands stay as they are pasted.
fn unbroken(page: &str) -> String {
    let bound = |text: &str| text.replace(" %", "\u{a0}%");
    let mut parts = page.split("<code");
    let first = parts.next().map(bound).unwrap_or_default();
    parts.fold(first, |text, part| {
        let (code, rest) = part.split_once("</code>").unwrap_or((part, ""));
        format!("{text}<code{code}</code>{}", bound(rest))
    })
}

/// One scenario.
fn written(chapter: &Chapter, report: &Report, place: Place) -> Result<Markup, ChartError> {
    let targets = chapter.projection.targets.iter().enumerate();
    let figures = targets.map(|(index, _)| {
        if report.with_figures { figures::of_target(chapter, index, place) } else { Ok(html! {}) }
    });
    let figures = figures.collect::<Result<Vec<_>, _>>()?;
    Ok(html! {
        article id=(place.chapter_id()) {
            @for (index, figures) in figures.iter().enumerate() {
                (answer::section(chapter, index, place))
                (figures)
                (periods::section(chapter, index, place))
                (measures::section(chapter, index, place))
                @if index == 0 {
                    (tornado::section(chapter, place))
                    (required::section(chapter, place))
                }
                (outside::section(chapter, index, place))
            }
            (assumptions::section(chapter, place))
            (closing::warnings(chapter, place))
        }
    })
}

/// The page's name: the answer of a single scenario, else the question.
fn title(report: &Report, language: &'static Language) -> String {
    match &report.chapters[..] {
        [only] => words::answer(language, &only.projection, &only.projection.targets[0]),
        [first, others @ ..] => {
            let question = |chapter: &Chapter| {
                let projection = &chapter.projection;
                words::question(language, projection, &projection.targets[0])
            };
            let (asked, is_same) =
                (question(first), others.iter().all(|it| question(it) == question(first)));
            if is_same { asked } else { language.headings.report.clone() }
        }
        [] => language.headings.report.clone(),
    }
}

/// Links to the scenarios.
fn contents(report: &Report, language: &'static Language) -> Markup {
    html! {
        nav aria-label=(language.headings.contents) {
            h2 { (language.headings.contents) }
            ol {
                @for (number, chapter) in report.chapters.iter().enumerate() {
                    @let place = Place { language, number, is_single: false };
                    li {
                        a href=(format!("#{}", place.chapter_id())) dir="auto" {
                            (chapter.projection.title)
                        }
                        " " span.quiet { (chapter.projection.name) }
                    }
                }
            }
        }
    }
}

/// The style sheet, with the colours of the figures.
fn style() -> String {
    let colors = palette::NAMED.iter().map(|(name, light, dark)| {
        (
            format!("--{name}:{};", palette::hex(*light)),
            format!("--{name}:{};", palette::hex(*dark)),
        )
    });
    let (light, dark): (String, String) = colors.unzip();
    let rest = include_str!("page.css");
    format!(
        ":root{{{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{rest}"
    )
}
