//! From files to one tree: `extends`, `drop` and `--set`.

use super::document::{BLOCKS, Document, Node, Place, Source, Value, parse, parse_value};
use super::files::Files;
use super::problem::{Problem, ScenarioError};
use super::schema::FAMILIES;
use indexmap::IndexMap;
use std::path::{Path, PathBuf};

/// Why a scenario could not be read.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum ReadError {
    /// The file is not there or may not be read.
    #[error("cannot read {}", path.display())]
    #[diagnostic(help("check the path; `tradecast new NAME` writes a scenario to start from"))]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        error: std::io::Error,
    },
    /// The file holds nothing.
    #[error("{} is empty", path.display())]
    #[diagnostic(help("`tradecast new NAME` writes a scenario to start from"))]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file is not text.
    #[error("{} is not UTF-8: byte {byte} (line {line}) starts no character", path.display())]
    #[diagnostic(help(
        "save the file as UTF-8; a spreadsheet or word processor may have written another encoding"
    ))]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The first wrong byte, counted from 0.
        byte: usize,
        /// Its line, counted from 1.
        line: usize,
    },
    /// Something in the file is wrong.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Scenario(#[from] Box<ScenarioError>),
}

impl From<ScenarioError> for ReadError {
    fn from(error: ScenarioError) -> Self {
        Self::Scenario(Box::new(error))
    }
}

/// Reads a scenario file with all that it extends, and applies `KEY=VALUE` settings.
///
/// # Errors
/// Files that cannot be read, wrong TOML, circles of `extends`, settings of no known block.
pub fn read(path: &Path, settings: &[String], files: &dyn Files) -> Result<Document, ReadError> {
    let mut sources = Vec::new();
    let root = read_chain(path, files, &mut Vec::new(), &mut sources)?;
    let mut document = Document { sources, root };
    for setting in settings {
        set(&mut document, setting)?;
    }
    Ok(document)
}

/// Reads one file and, before it, what it extends; an ancestor gets the lower source number.
fn read_chain(
    path: &Path,
    files: &dyn Files,
    children: &mut Vec<PathBuf>,
    sources: &mut Vec<Source>,
) -> Result<Node, ReadError> {
    let text = read_text(path, files)?;
    let source = |text: String| Source { path: path.to_owned(), text, is_file: true };
    let alone = [source(text.clone())];
    let first = parse(&text, 0).map_err(|problem| problem.locate_in(&alone))?;
    children.push(files.identity(path));
    let base = match first.get("extends") {
        None => None,
        Some(node) => {
            let parent = parent_path(path, node).map_err(|problem| problem.locate_in(&alone))?;
            if children.contains(&files.identity(&parent)) {
                return Err(circle(children, &parent, node).locate_in(&alone).into());
            }
            if !files.exists(&parent) {
                return Err(missing_parent(&parent, node).locate_in(&alone).into());
            }
            Some(read_chain(&parent, files, children, sources)?)
        }
    };
    let number = sources.len();
    sources.push(source(text.clone()));
    let mut own = parse(&text, number).map_err(|problem| problem.locate_in(sources))?;
    let Some(mut base) = base else {
        return match own.get("drop") {
            Some(node) => Err(Problem::at(node.key_place.clone(), "`drop` without `extends`")
                .help("only a scenario that extends another has something to drop")
                .locate_in(sources)
                .into()),
            None => Ok(own),
        };
    };
    drop_blocks(&mut base, &mut own).map_err(|problem| problem.locate_in(sources))?;
    merge(&mut base, own, 0, "");
    Ok(base)
}

fn read_text(path: &Path, files: &dyn Files) -> Result<String, ReadError> {
    let bytes =
        files.read(path).map_err(|error| ReadError::File { path: path.to_owned(), error })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let byte = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..byte].iter().filter(|b| **b == b'\n').count() + 1;
        ReadError::NotUtf8 { path: path.to_owned(), byte, line }
    })?;
    if text.trim().is_empty() {
        return Err(ReadError::Empty { path: path.to_owned() });
    }
    Ok(text)
}

fn parent_path(path: &Path, node: &Node) -> Result<PathBuf, Problem> {
    let Some(name) = node.text() else {
        let message =
            format!("`extends` must be the path of a scenario, not {}", node.value.kind());
        return Err(Problem::at(node.place.clone(), message));
    };
    Ok(path.parent().unwrap_or(Path::new("")).join(name))
}

fn circle(children: &[PathBuf], parent: &Path, node: &Node) -> Problem {
    let name = |path: &PathBuf| {
        path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
    };
    let mut chain: Vec<String> = children.iter().map(name).collect();
    chain.push(name(&parent.to_owned()));
    Problem::at(node.place.clone(), format!("scenarios extend each other: {}", chain.join(" → ")))
        .help("one scenario of the circle must stand by itself, without `extends`")
}

fn missing_parent(parent: &Path, node: &Node) -> Problem {
    Problem::at(node.place.clone(), format!("there is no file {}", parent.display()))
        .help("the path starts at the folder of the file that it stands in")
}

/// Removes from `base` what `own` drops.
fn drop_blocks(base: &mut Node, own: &mut Node) -> Result<(), Problem> {
    let Some(dropped) = own.table_mut().and_then(|entries| entries.shift_remove("drop")) else {
        return Ok(());
    };
    let Value::Array(items) = &dropped.value else {
        return Err(Problem::at(dropped.place, "`drop` must be a list")
            .help("write `drop = [\"intervention.casa-1000\"]`"));
    };
    for item in items {
        let name = item.text().unwrap_or_default();
        let name = &canonical(name);
        let block = name.split_once('.').filter(|(kind, _)| BLOCKS.contains(kind));
        let entries =
            block.and_then(|(kind, _)| base.table_mut()?.get_mut(kind)).and_then(Node::table_mut);
        let found = match (block, entries) {
            (Some((_, name)), Some(entries)) => entries.shift_remove(name).is_some(),
            _ => false,
        };
        if !found {
            return Err(nothing_to_drop(base, item, name));
        }
    }
    Ok(())
}

/// A key path with the two names of a correlation in the order in which it is kept.
fn canonical(key: &str) -> String {
    let pair = key.strip_prefix("correlation.").and_then(|pair| pair.split_once('+'));
    match pair {
        Some((first, second)) if first > second => format!("correlation.{second}+{first}"),
        _ => key.to_owned(),
    }
}

fn nothing_to_drop(base: &Node, item: &Node, name: &str) -> Problem {
    let names = BLOCKS.iter().flat_map(|kind| {
        let blocks = base.get(kind).and_then(Node::table);
        blocks.into_iter().flat_map(move |blocks| blocks.keys().map(move |b| format!("{kind}.{b}")))
    });
    let names: Vec<String> = names.collect();
    let help = match super::nearest_name(name, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("inherited blocks are: {}", names.join(", ")),
    };
    Problem::at(item.place.clone(), format!("nothing inherited is called \"{name}\"")).help(help)
}

/// Lays `over` on `base`: tables merge by key; a distribution, a list and a plain value replace
/// what was there, and so does a growth of another kind.
fn merge(base: &mut Node, over: Node, depth: usize, key: &str) {
    let replaces = match (&base.value, &over.value) {
        (Value::Table(old), Value::Table(new)) => {
            // Depth 0 is the file and 1 the named blocks of a kind, whose keys are free names.
            let is_distribution = depth > 1
                && key != "elasticity"
                && new.keys().ne(["source"])
                && [old, new].iter().any(|table| table.keys().any(|key| is_family(key)));
            let is_other_growth =
                key == "growth" && kinds(old).ne(kinds(new)) && kinds(new).next().is_some();
            is_distribution || is_other_growth
        }
        _ => true,
    };
    if replaces {
        *base = over;
        return;
    }
    let Value::Table(new) = over.value else { return };
    let Some(old) = base.table_mut() else { return };
    for (key, node) in new {
        match old.get_mut(&key) {
            Some(existing) => merge(existing, node, depth + 1, &key),
            None => {
                old.insert(key, node);
            }
        }
    }
}

/// The kinds of growth in a `growth` table.
fn kinds(growth: &IndexMap<String, Node>) -> impl Iterator<Item = &String> {
    growth.keys().filter(|key| *key != "source")
}

fn is_family(key: &str) -> bool {
    key == "truncate" || FAMILIES.contains(&key)
}

/// Applies one `KEY=VALUE` setting, as the last file of the chain would.
pub fn set(document: &mut Document, setting: &str) -> Result<(), ReadError> {
    let number = document.sources.len();
    let source = Source { path: PathBuf::from("--set"), text: setting.to_owned(), is_file: false };
    document.sources.push(source);
    let place = Place { source: number, span: 0..setting.len() };
    let Some((key, value)) = setting.split_once('=') else {
        return Err(Problem::at(place, "a setting is KEY=VALUE")
            .help("as --set target.announced.at_least=150")
            .locate_in(&document.sources)
            .into());
    };
    let blanks = value.len() - value.trim_start().len();
    let mut node = parse_value(value.trim(), key.len() + 1 + blanks, number);
    let start = key.len() - key.trim_start().len();
    let key = key.trim();
    node.key_place = Place { source: number, span: start..start + key.len() };
    let overlay = overlay(document, key, node).map_err(|p| p.locate_in(&document.sources))?;
    merge(&mut document.root, overlay, 0, "");
    Ok(())
}

/// The tree that holds only `node` at `key`. Blocks must exist: a setting cannot make one.
fn overlay(document: &Document, key: &str, node: Node) -> Result<Node, Problem> {
    let place = node.key_place.clone();
    if ["", "extends", "drop"].contains(&key) || key.split('.').any(str::is_empty) {
        return Err(Problem::at(place, format!("a setting cannot change `{key}`"))
            .help("name one key of the scenario, as target.announced.at_least; to extend or to drop, write a scenario of its own"));
    }
    let mut names: Vec<String> = Vec::new();
    let mut rest = key;
    if let Some((kind, after)) = key.split_once('.').filter(|(kind, _)| BLOCKS.contains(kind)) {
        let blocks = document.root.get(kind).and_then(Node::table);
        let known = || blocks.into_iter().flat_map(IndexMap::keys).map(String::as_str);
        let holds =
            |name: &&str| after.strip_prefix(*name).is_some_and(|rest| rest.starts_with('.'));
        let Some(name) = known().filter(holds).max_by_key(|name| name.len()) else {
            let given = after.split('.').next().unwrap_or(after);
            if known().any(|name| name == given) {
                let help = format!("name one of its keys, as {key}.source");
                return Err(Problem::at(place, format!("`{key}` is a whole {kind}")).help(help));
            }
            return Err(super::unknown_name(kind, given, known(), place));
        };
        names.extend([kind.to_owned(), name.to_owned()]);
        rest = &after[name.len() + 1..];
        if ["name", "between"].contains(&rest) {
            return Err(Problem::at(
                place,
                format!("a setting cannot change what a {kind} is called"),
            )
            .help("other keys refer to it by that; change it in the file"));
        }
    }
    names.extend(rest.split('.').map(str::to_owned));
    let wrap = |inner: Node, name: String| Node {
        value: Value::Table(IndexMap::from([(name, inner)])),
        place: place.clone(),
        key_place: place.clone(),
    };
    Ok(names.into_iter().rev().fold(node, wrap))
}
