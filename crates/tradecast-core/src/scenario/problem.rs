//! What is wrong with a scenario, and how it is shown: file, line, the value underlined, what is
//! allowed and the way out.

use super::document::{Document, Place, Source};
use miette::{Diagnostic, LabeledSpan, NamedSource, Severity, SourceCode};
use std::fmt;
use std::path::PathBuf;

/// What a problem points at.
#[derive(Clone, Debug)]
enum Mark {
    /// The value at a key path, or the table that should hold it.
    Value(String),
    /// The key at the end of a key path.
    Key(String),
    /// A place in a text.
    Place(Place),
}

/// Something wrong with a scenario, by key path.
#[derive(Clone, Debug)]
pub struct Problem {
    mark: Mark,
    message: String,
    help: Option<String>,
    also: Option<(Place, &'static str)>,
}

impl Problem {
    /// A problem with the value at a key path, as `flow.exports.growth`.
    pub fn value(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Mark::Value(key.into()), message.into())
    }

    /// A problem with the key itself at the end of a key path.
    pub fn key(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Mark::Key(key.into()), message.into())
    }

    /// A problem at a place of a text.
    pub fn at(place: Place, message: impl Into<String>) -> Self {
        Self::new(Mark::Place(place), message.into())
    }

    fn new(mark: Mark, message: String) -> Self {
        Self { mark, message, help: None, also: None }
    }

    /// Adds what is allowed and the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a second place that has to do with it.
    #[must_use]
    pub fn also(mut self, place: Place, label: &'static str) -> Self {
        self.also = Some((place, label));
        self
    }

    /// The problem as an error that shows the text it is about.
    pub fn locate(self, document: &Document) -> ScenarioError {
        let (key, place, label) = match self.mark {
            Mark::Place(place) => (None, place, "here"),
            Mark::Value(key) => {
                let (node, whole) = document.nearest(&key);
                let place = if whole { node.place.clone() } else { node.key_place.clone() };
                (Some(key), place, if whole { "this value" } else { "missing here" })
            }
            Mark::Key(key) => {
                let place = document.nearest(&key).0.key_place.clone();
                (Some(key), place, "this key")
            }
        };
        ScenarioError::new(
            &document.sources,
            key,
            self.message,
            self.help,
            (place, label),
            self.also,
        )
    }

    /// As [`Problem::locate`], where only the texts exist yet.
    pub fn locate_in(self, sources: &[Source]) -> ScenarioError {
        let place = match self.mark {
            Mark::Place(place) => place,
            Mark::Value(_) | Mark::Key(_) => Place { source: sources.len() - 1, span: 0..0 },
        };
        ScenarioError::new(sources, None, self.message, self.help, (place, "here"), self.also)
    }
}

/// A problem that knows its file and line.
#[derive(Debug)]
pub struct ScenarioError {
    message: String,
    key: Option<String>,
    help: Option<String>,
    file: PathBuf,
    line: usize,
    code: NamedSource<String>,
    labels: Vec<LabeledSpan>,
}

impl ScenarioError {
    fn new(
        sources: &[Source],
        key: Option<String>,
        message: String,
        help: Option<String>,
        (place, label): (Place, &str),
        also: Option<(Place, &'static str)>,
    ) -> Self {
        let source = &sources[place.source];
        let start = source.text.floor_char_boundary(place.span.start);
        let line = source.text[..start].matches('\n').count() + 1;
        let mut labels = vec![LabeledSpan::new_primary_with_span(
            Some(label.to_owned()),
            first_line(&source.text, &place),
        )];
        labels.extend(
            also.filter(|(other, _)| other.source == place.source)
                .map(|(other, label)| LabeledSpan::at(first_line(&source.text, &other), label)),
        );
        let name = source.path.display().to_string();
        let code = NamedSource::new(name, source.text.clone()).with_language("toml");
        Self { message, key, help, file: source.path.clone(), line, code, labels }
    }

    /// The file it stands in.
    pub fn file(&self) -> &std::path::Path {
        &self.file
    }

    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }
}

/// The part of a span that lies on its first line, in whole characters: a table of thirty lines is
/// not all underlined.
fn first_line(text: &str, place: &Place) -> std::ops::Range<usize> {
    let start = text.floor_char_boundary(place.span.start);
    let end = text.ceil_char_boundary(place.span.end).max(start);
    let line_end = text[start..end].find('\n').map_or(end, |newline| start + newline);
    start..line_end
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) if !key.is_empty() => write!(f, "{key}: {}", self.message),
            _ => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for ScenarioError {}

impl Diagnostic for ScenarioError {
    fn severity(&self) -> Option<Severity> {
        Some(Severity::Error)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.code)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_covers_whole_characters_of_its_first_line() {
        let text = "né = \"ü\"\nx";
        let of = |span| &text[first_line(text, &Place { source: 0, span })];
        assert_eq!((of(0..2), of(2..2), of(0..3)), ("né", "é", "né"));
        assert_eq!((of(4..999), of(500..999)), ("= \"ü\"", ""));
    }
}
