//! What ends a report: doubts, the method, where the numbers come from.

use super::parts::{Place, download, header, scrolling, verbatim};
use super::{Chapter, Report};
use crate::sensitivity;
use crate::words;
use crate::words::language::{Language, fill};
use maud::{Markup, html};
use tradecast_core::projection::Prices;

/// What is doubted.
pub fn warnings(chapter: &Chapter, place: Place) -> Markup {
    let language = place.language;
    let warnings = chapter.projection.warnings.iter();
    let mut doubts: Vec<String> = warnings.map(|doubt| words::warning(language, doubt)).collect();
    doubts.extend(sensitivity::notes(&chapter.sensitivity, language));
    if doubts.is_empty() {
        return html! {};
    }
    html! {
        section {
            (place.heading(&language.headings.warnings))
            (listed(&doubts, language))
        }
    }
}

/// Sentences as a list; nothing for none.
pub fn listed(sentences: &[String], language: &Language) -> Markup {
    html! {
        @if !sentences.is_empty() {
            ul lang=(language.code) dir=(language.direction) { @for sentence in sentences { li { (sentence) } } }
        }
    }
}

/// The method in a page.
pub fn method(language: &Language) -> Markup {
    html! {
        section.method {
            h2 { (language.headings.method) }
            @for paragraph in &language.method.paragraphs { p { (paragraph) } }
            p { (language.method.words) }
        }
    }
}

/// Version, command, seeds, and the files with their hashes.
pub fn provenance(report: &Report, language: &Language) -> Markup {
    let words = &language.provenance;
    let version = fill(&words.program, &[("version", env!("CARGO_PKG_VERSION"))]);
    html! {
        section.provenance {
            h2 { (language.headings.provenance) }
            p.caption { (language.captions.provenance) }
            p { (version) " · " (words.command) ": " code dir="ltr" { (report.command) } }
            @for chapter in &report.chapters { (of_scenario(chapter, language)) }
        }
    }
}

fn of_scenario(chapter: &Chapter, language: &Language) -> Markup {
    let (words, projection) = (&language.provenance, &chapter.projection);
    let prices = match projection.prices {
        Prices::Current => words.current.clone(),
        Prices::Constant(year) => fill(&words.constant, &[("year", &year.to_string())]),
    };
    let facts = [
        (&words.paths, language.numerals(&words::count(projection.paths))),
        (&words.seed, projection.seed.to_string()),
        (&words.prices, prices),
        (&words.method, projection.method.name().to_owned()),
    ];
    let facts: Vec<String> = facts.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let file = format!("{}-run.toml", projection.name);
    let columns = &language.columns;
    html! {
        div.origin {
            p { strong { (verbatim(&projection.name)) } " · " (facts.join(" · ")) }
            (scrolling(&projection.name, &html! {
                table {
                    (header(&[&columns.file, &columns.hash]))
                    tbody {
                        @for (name, hash) in &chapter.files {
                            tr { td { (verbatim(name)) } td { code dir="ltr" { (hash) } } }
                        }
                    }
                }
            }))
            p.data {
                (download(&language.downloads.manifest, &file, "application/toml", chapter.manifest.as_bytes()))
            }
        }
    }
}
