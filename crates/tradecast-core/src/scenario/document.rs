//! The document tree: TOML whose every node knows the file and the place it stands at, also after
//! inheritance. It knows nothing of what the keys mean.
//!
//! Arrays of named blocks (`[[flow]]`) become tables keyed by name, so that one key path
//! (`flow.pakistan-exports.baseline.value`) serves errors, `--set` and inheritance alike.

use super::problem::Problem;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The kinds of blocks that are written as arrays of tables.
pub const BLOCKS: [&str; 6] =
    ["target", "flow", "driver", "intervention", "disruption", "correlation"];

/// One text that a document was made from: a file, or a `--set` argument.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Source {
    /// The path of the file, or the text `--set`.
    pub path: PathBuf,
    /// The whole text.
    pub text: String,
    /// Whether this is a file that relative paths can start from.
    pub is_file: bool,
}

/// Where a node stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Index into [`Document::sources`]; a later source overrides an earlier one.
    pub source: usize,
    /// Bytes of the text.
    pub span: Range<usize>,
}

/// A value and its place.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where the value stands.
    pub place: Place,
    /// Where the key before it stands; the value's own place for an element of an array.
    pub key_place: Place,
}

/// A TOML value.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Value {
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number, perhaps infinite or NaN.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// An unquoted date.
    Datetime(String),
    /// An array.
    Array(Vec<Node>),
    /// A table, or named blocks.
    Table(IndexMap<String, Node>),
}

impl Value {
    /// What kind of value it is, for an error.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Integer(_) | Self::Float(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Datetime(_) => "an unquoted date",
            Self::Array(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

impl Node {
    /// The entry `key` where this is a table that has one.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.table()?.get(key)
    }

    /// The entries, where this is a table.
    pub fn table(&self) -> Option<&IndexMap<String, Self>> {
        match &self.value {
            Value::Table(entries) => Some(entries),
            _ => None,
        }
    }

    /// The entries, where this is a table.
    pub fn table_mut(&mut self) -> Option<&mut IndexMap<String, Self>> {
        match &mut self.value {
            Value::Table(entries) => Some(entries),
            _ => None,
        }
    }

    /// The text, where this is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// A scenario as one tree, and the texts it came from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Document {
    /// The texts in the order in which they override each other: the oldest ancestor first.
    pub sources: Vec<Source>,
    /// The tree.
    pub root: Node,
}

impl Document {
    /// The node at a key path, as `flow.exports.baseline.value`.
    pub fn node(&self, key: &str) -> Option<&Node> {
        if key.is_empty() { Some(&self.root) } else { find(&self.root, key) }
    }

    /// The node at the longest part of a key path that exists, and whether that is all of it.
    pub fn nearest(&self, key: &str) -> (&Node, bool) {
        let mut part = key;
        loop {
            if let Some(node) = self.node(part) {
                return (node, part.len() == key.len());
            }
            part = part.rfind('.').map_or("", |dot| &part[..dot]);
        }
    }

    /// The `source` that speaks for the value at `key`: that of the nearest table around it, unless
    /// the value overrides the one that the source was written for.
    pub fn source_of(&self, key: &str) -> Option<&str> {
        let layer = self.node(key)?.place.source;
        let mut part = key;
        loop {
            if let Some(source) = self.node(part).and_then(|node| node.get("source")) {
                return source.text().filter(|_| source.place.source >= layer);
            }
            part = &part[..part.rfind('.')?];
        }
    }

    /// The scenario with all that it inherits, as a table; named blocks are blocks again.
    pub fn resolved(&self) -> toml::Value {
        resolved(&self.root)
    }

    /// The file that it was read from: of a chain of them that which extends the others.
    pub fn file(&self) -> &Path {
        let file = self.sources.iter().rfind(|source| source.is_file);
        file.map_or(Path::new(""), |file| &file.path)
    }

    /// The name of the folder that the file lies in, from wherever the file is named.
    pub fn folder_name(&self) -> String {
        let path = std::path::absolute(self.file()).unwrap_or_default();
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
        folder.to_string_lossy().into_owned()
    }

    /// The path of a file named at `key`, relative to the folder of the file it is named in.
    pub fn resolve_path(&self, key: &str, name: &str) -> PathBuf {
        let layer = self.node(key).map_or(self.sources.len() - 1, |node| node.place.source);
        let file = self.sources[..=layer].iter().rev().find(|source| source.is_file);
        let folder = file.and_then(|source| source.path.parent());
        folder.unwrap_or(Path::new("")).join(name)
    }
}

fn resolved(node: &Node) -> toml::Value {
    match &node.value {
        Value::Text(text) => text.clone().into(),
        Value::Integer(number) => (*number).into(),
        Value::Float(number) => (*number).into(),
        Value::Boolean(flag) => (*flag).into(),
        Value::Datetime(date) => date.clone().into(),
        Value::Array(items) => items.iter().map(resolved).collect::<Vec<_>>().into(),
        Value::Table(entries) => {
            let mut table = toml::Table::new();
            for (key, entry) in entries.iter().filter(|(key, _)| *key != "extends") {
                table.insert(key.clone(), resolved_entry(key, entry));
            }
            table.into()
        }
    }
}

fn resolved_entry(key: &str, entry: &Node) -> toml::Value {
    let is_of_blocks = |blocks: &&IndexMap<String, Node>| {
        BLOCKS.contains(&key) && blocks.values().all(|block| block.table().is_some())
    };
    match entry.table().filter(is_of_blocks) {
        Some(blocks) => blocks.values().map(resolved).collect::<Vec<_>>().into(),
        None => resolved(entry),
    }
}

/// Walks a key path; a name may hold dots, so the longest matching key is taken.
fn find<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    let entries = node.table()?;
    if let Some(found) = entries.get(key) {
        return Some(found);
    }
    let candidates = entries.iter().filter_map(|(name, child)| {
        let rest = key.strip_prefix(name.as_str())?.strip_prefix('.')?;
        Some((name.len(), child, rest))
    });
    let (_, child, rest) = candidates.max_by_key(|candidate| candidate.0)?;
    find(child, rest)
}

/// Parses a text into a tree, with its blocks keyed by name.
///
/// # Errors
/// What is not TOML, a block without a name, two blocks of one name.
pub fn parse(text: &str, source: usize) -> Result<Node, Problem> {
    let table = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..text.len().min(1));
        Problem::at(Place { source, span }, format!("not valid TOML: {}", error.message())).help(
            "write texts, percentages, dates and periods in straight quotes (\"12%\", \"2027-01\"), numbers with a point and without separators of thousands (1234.5 or 1_234.5), and each block under its own [[flow]] in two pairs of brackets",
        )
    })?;
    let place = Place { source, span: 0..0 };
    let entries = convert_table(table.into_inner(), source);
    let mut root = Node { value: Value::Table(entries), place: place.clone(), key_place: place };
    name_blocks(&mut root)?;
    Ok(root)
}

/// Parses the value of a `--set` argument: TOML, or else a text as it stands.
pub fn parse_value(text: &str, offset: usize, source: usize) -> Node {
    let value = match DeValue::parse(text) {
        Ok(value) => convert(value, source),
        Err(_) => Node {
            value: Value::Text(text.trim().to_owned()),
            place: Place { source, span: 0..text.len() },
            key_place: Place { source, span: 0..text.len() },
        },
    };
    shift(value, offset)
}

/// Moves every place of a subtree by `offset` bytes.
fn shift(mut node: Node, offset: usize) -> Node {
    let moved = |span: &Range<usize>| span.start + offset..span.end + offset;
    node.place.span = moved(&node.place.span);
    node.key_place.span = moved(&node.key_place.span);
    node.value = match node.value {
        Value::Array(items) => {
            Value::Array(items.into_iter().map(|item| shift(item, offset)).collect())
        }
        Value::Table(entries) => Value::Table(
            entries.into_iter().map(|(key, item)| (key, shift(item, offset))).collect(),
        ),
        other => other,
    };
    node
}

fn convert_table(table: DeTable<'_>, source: usize) -> IndexMap<String, Node> {
    let entry = |(key, value): (Spanned<std::borrow::Cow<'_, str>>, Spanned<DeValue<'_>>)| {
        let key_place = Place { source, span: key.span() };
        let node = convert(value, source);
        (key.into_inner().into_owned(), Node { key_place, ..node })
    };
    table.into_iter().map(entry).collect()
}

fn convert(value: Spanned<DeValue<'_>>, source: usize) -> Node {
    let place = Place { source, span: value.span() };
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) => integer(&number),
        DeValue::Float(number) => float(number.as_str()),
        DeValue::Boolean(flag) => Value::Boolean(flag),
        DeValue::Datetime(date) => Value::Datetime(date.to_string()),
        DeValue::Array(items) => {
            Value::Array(items.into_iter().map(|item| convert(item, source)).collect())
        }
        DeValue::Table(table) => Value::Table(convert_table(table, source)),
    };
    Node { value, key_place: place.clone(), place }
}

fn integer(number: &toml::de::DeInteger<'_>) -> Value {
    match i64::from_str_radix(number.as_str(), number.radix()) {
        Ok(number) => Value::Integer(number),
        Err(_) => float(number.as_str()),
    }
}

/// A number that is not whole; −0 is 0, of which a sum with 0 makes it.
fn float(number: &str) -> Value {
    Value::Float(number.parse().map_or(f64::NAN, |number: f64| number + 0.0))
}

/// Turns each array of blocks into a table keyed by the blocks' names.
fn name_blocks(root: &mut Node) -> Result<(), Problem> {
    let Some(entries) = root.table_mut() else { return Ok(()) };
    for kind in BLOCKS {
        let Some(node) = entries.get_mut(kind) else { continue };
        let Value::Array(blocks) = &mut node.value else {
            return Err(Problem::at(
                node.key_place.clone(),
                format!("`{kind}` must be written as blocks"),
            )
            .help(format!("write [[{kind}]] with two pairs of brackets before each {kind}")));
        };
        let mut named: IndexMap<String, Node> = IndexMap::new();
        for block in std::mem::take(blocks) {
            let name = block_name(kind, &block)?;
            if let Some(first) = named.get(&name) {
                return Err(duplicate(kind, &name, first, &block));
            }
            named.insert(name, block);
        }
        node.value = Value::Table(named);
    }
    Ok(())
}

fn duplicate(kind: &str, name: &str, first: &Node, second: &Node) -> Problem {
    let key = if kind == "correlation" { "between" } else { "name" };
    let place = |block: &Node| block.get(key).map_or(&block.place, |node| &node.place).clone();
    let help = match kind {
        "correlation" => "drop one of them: a pair has one correlation, in whatever order",
        _ => "give one of them another name; names are how blocks refer to each other",
    };
    Problem::at(place(second), format!("there are two {kind} blocks \"{name}\""))
        .also(place(first), "the first stands here")
        .help(help)
}

/// The name of a block: its `name`, or for a correlation its pair.
fn block_name(kind: &str, block: &Node) -> Result<String, Problem> {
    if block.table().is_none() {
        let message = format!("a {kind} must be a table, not {}", block.value.kind());
        return Err(Problem::at(block.place.clone(), message));
    }
    if kind == "correlation" {
        return pair_name(block);
    }
    let Some(name) = block.get("name") else {
        return Err(Problem::at(block.place.clone(), format!("this {kind} has no name"))
            .help("add `name = \"…\"`: other blocks, `--set` and `drop` refer to it by name"));
    };
    match name.text() {
        Some(text) if is_name(text) => Ok(text.to_owned()),
        Some(text) => Err(Problem::at(name.place.clone(), format!("\"{text}\" cannot be a name"))
            .help("a name has letters, digits, '-' and '_', as \"pakistan-exports\"")),
        None => Err(Problem::at(
            name.place.clone(),
            format!("a name must be a text, not {}", name.value.kind()),
        )),
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

/// `a+b` for `between = ["a", "b"]`, in alphabetical order, so that a pair has one name.
fn pair_name(block: &Node) -> Result<String, Problem> {
    let wrong = |place: &Place| {
        Problem::at(place.clone(), "a correlation is between two names".to_owned())
            .help("write `between = [\"pakistan-exports\", \"kyrgyz-exports\"]`")
    };
    let between = block.get("between").ok_or_else(|| wrong(&block.place))?;
    let Value::Array(items) = &between.value else { return Err(wrong(&between.place)) };
    let mut names: Vec<&str> = items.iter().filter_map(Node::text).collect();
    if items.len() != 2 || names.len() != 2 {
        return Err(wrong(&between.place));
    }
    if names[0] == names[1] {
        return Err(Problem::at(
            between.place.clone(),
            format!("\"{}\" cannot be correlated with itself", names[0]),
        )
        .help("a correlation is between two different things"));
    }
    names.sort_unstable();
    Ok(names.join("+"))
}
