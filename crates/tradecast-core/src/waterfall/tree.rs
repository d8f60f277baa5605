//! Two scenarios' trees in one form: one target, files by what they are, keys in one order, so that
//! parts of one can stand in the other, and equal trees have equal texts.

use crate::scenario::{Document, Node, Scenario, Value, schema};
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

/// Blocks whose names are one space: what others refer to.
pub const NAMED: [&str; 4] = ["flow", "driver", "intervention", "disruption"];

/// The trees of two scenarios in one form, over the texts of both.
pub fn aligned(scenarios: [&Scenario; 2], target: &str) -> [Document; 2] {
    let [first, second] = scenarios.map(|scenario| &scenario.document);
    let mut sources = first.sources.clone();
    sources.extend(second.sources.iter().cloned());
    let offsets = [0, first.sources.len()];
    [0, 1].map(|number| {
        let scenario = scenarios[number];
        let mut root = scenario.document.root.clone();
        keep_target(&mut root, target);
        name_files(&mut root, &scenario.document);
        shift(&mut root, offsets[number]);
        sort(&mut root);
        Document { sources: sources.clone(), root }
    })
}

fn keep_target(root: &mut Node, target: &str) {
    let targets = root.table_mut().and_then(|entries| entries.get_mut("target"));
    if let Some(targets) = targets.and_then(Node::table_mut) {
        targets.retain(|name, _| name == target);
    }
}

/// Names every file by what it is: the same name may mean another file in another folder, and one
/// file may have several names.
fn name_files(root: &mut Node, document: &Document) {
    name_files_at(root, &mut Vec::new(), document);
}

fn name_files_at(node: &mut Node, path: &mut Vec<String>, document: &Document) {
    match &mut node.value {
        Value::Table(entries) => {
            for (key, entry) in entries {
                path.push(key.clone());
                name_files_at(entry, path, document);
                path.pop();
            }
        }
        Value::Text(text) => {
            let parts: Vec<&str> = path.iter().map(String::as_str).collect();
            if schema::at(&parts).is_some_and(|row| row.names_file(text)) {
                *text = identity(&document.resolve_path(&path.join("."), text));
            }
        }
        _ => {}
    }
}

/// A file's path from the root of the file system, without links and turns; where there is no such
/// file (the scenario is from a state file) without turns.
pub fn identity(path: &Path) -> String {
    let found = path.canonicalize().unwrap_or_else(|_| {
        let mut straight = PathBuf::new();
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        for part in absolute.components() {
            match part {
                Component::ParentDir => {
                    straight.pop();
                }
                Component::CurDir => {}
                part => straight.push(part),
            }
        }
        straight
    });
    found.display().to_string()
}

/// Moves the places of a tree to later texts.
fn shift(node: &mut Node, offset: usize) {
    node.place.source += offset;
    node.key_place.source += offset;
    match &mut node.value {
        Value::Array(items) => items.iter_mut().for_each(|item| shift(item, offset)),
        Value::Table(entries) => entries.values_mut().for_each(|entry| shift(entry, offset)),
        _ => {}
    }
}

/// Puts the keys of every table in alphabetical order. Sums over blocks then have one order in
/// both trees and all between.
fn sort(node: &mut Node) {
    match &mut node.value {
        Value::Array(items) => items.iter_mut().for_each(sort),
        Value::Table(entries) => {
            entries.sort_unstable_keys();
            entries.values_mut().for_each(sort);
        }
        _ => {}
    }
}

/// Takes the node at `path` from another tree: where that has none, it is removed.
pub fn take(into: &mut Node, from: Option<&Node>, path: &[String]) {
    let (Some((key, rest)), Some(entries)) = (path.split_first(), into.table_mut()) else { return };
    let given = from.and_then(|from| from.get(key));
    match (given, rest.is_empty()) {
        (None, true) => {
            entries.shift_remove(key);
        }
        (Some(given), true) => {
            entries.insert_sorted(key.clone(), given.clone());
        }
        (given, false) => {
            if let (Some(given), false) = (given, entries.contains_key(key)) {
                let mut empty = given.clone();
                empty.table_mut().into_iter().for_each(indexmap::IndexMap::clear);
                entries.insert_sorted(key.clone(), empty);
            }
            if let Some(child) = entries.get_mut(key) {
                take(child, given, rest);
            }
        }
    }
}

/// Takes out what can have no effect while what it names is not there: an intervention whose
/// `needs` are absent, one that does nothing and that nothing needs, absent flows in the lists of
/// lifts, disruptions and the target, a lift or disruption of no flow, the correlation of an absent
/// block.
pub fn prune(root: &mut Node) {
    while prune_once(root) {}
}

fn prune_once(root: &mut Node) -> bool {
    let flows = names(root, "flow");
    let all: Vec<String> = NAMED.iter().flat_map(|kind| names(root, kind)).collect();
    let measures = names(root, "intervention");
    let needed: Vec<String> = blocks(root, "intervention")
        .flat_map(|(_, block)| texts(block.get("needs")))
        .chain(blocks(root, "correlation").flat_map(|(_, block)| texts(block.get("between"))))
        .collect();
    let mut changed = false;
    for (kind, path) in [
        ("intervention", &["lifts", "flows"][..]),
        ("disruption", &["flows"]),
        ("target", &["flows"]),
    ] {
        for (_, block) in blocks_mut(root, kind) {
            let list = path.iter().try_fold(block, |node, key| node.table_mut()?.get_mut(*key));
            changed |= list.is_some_and(|list| keep_known(list, &flows));
        }
    }
    for (_, block) in blocks_mut(root, "intervention") {
        changed |= rest_without_flows(block);
    }
    let has_flows = |_: &String, block: &Node| !is_empty(block.get("flows"));
    let is_live = |name: &String, block: &Node| {
        let acts = block.get("adds").is_some() || block.get("lifts").is_some();
        let can = texts(block.get("needs")).all(|need| measures.contains(&need));
        can && (acts || needed.contains(name))
    };
    let is_known = |_: &String, block: &Node| {
        texts(block.get("between"))
            .all(|member| all.contains(&member.split('.').next().unwrap_or_default().to_owned()))
    };
    changed |= keep(root, "disruption", has_flows);
    changed |= keep(root, "intervention", is_live);
    changed | keep(root, "correlation", is_known)
}

fn blocks<'a>(root: &'a Node, kind: &str) -> impl Iterator<Item = (&'a String, &'a Node)> {
    root.get(kind).and_then(Node::table).into_iter().flatten()
}

fn blocks_mut<'a>(
    root: &'a mut Node,
    kind: &str,
) -> impl Iterator<Item = (&'a String, &'a mut Node)> {
    let kind = root.table_mut().and_then(|entries| entries.get_mut(kind));
    kind.and_then(Node::table_mut).into_iter().flatten()
}

fn names(root: &Node, kind: &str) -> Vec<String> {
    blocks(root, kind).map(|(name, _)| name.clone()).collect()
}

fn texts(list: Option<&Node>) -> impl Iterator<Item = String> + '_ {
    let items = match list.map(|list| &list.value) {
        Some(Value::Array(items)) => &items[..],
        _ => &[],
    };
    items.iter().filter_map(Node::text).map(str::to_owned)
}

fn is_empty(list: Option<&Node>) -> bool {
    matches!(list.map(|list| &list.value), Some(Value::Array(items)) if items.is_empty())
}

/// Keeps the known names of a list; whether any was unknown.
fn keep_known(list: &mut Node, known: &[String]) -> bool {
    let Value::Array(items) = &mut list.value else { return false };
    let count = items.len();
    items.retain(|item| item.text().is_some_and(|name| known.iter().any(|known| known == name)));
    items.len() < count
}

/// Takes out a lift of no flow, and with it what only times an effect, where none is left; whether
/// there was one.
fn rest_without_flows(measure: &mut Node) -> bool {
    if !is_empty(measure.get("lifts").and_then(|lifts| lifts.get("flows"))) {
        return false;
    }
    let acts = measure.get("adds").is_some();
    if let Some(entries) = measure.table_mut() {
        entries.retain(|key, _| {
            key != "lifts" && (acts || !["ramp", "season"].contains(&key.as_str()))
        });
    }
    true
}

/// Keeps some blocks of a kind; whether any went.
fn keep(root: &mut Node, kind: &str, wanted: impl Fn(&String, &Node) -> bool) -> bool {
    let entries = root.table_mut().and_then(|entries| entries.get_mut(kind));
    let Some(entries) = entries.and_then(Node::table_mut) else { return false };
    let count = entries.len();
    entries.retain(|name, block| wanted(name, block));
    entries.len() < count
}

/// The values of a tree as a text, the same for trees that mean the same: without places, sources
/// and empty tables, `1` and `1.0` alike.
pub fn text(node: Option<&Node>) -> String {
    let mut out = String::new();
    if let Some(node) = node {
        write_value(node, &mut out);
    }
    out
}

fn write_value(node: &Node, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = match &node.value {
        Value::Text(text) => write!(out, "{text:?}"),
        Value::Integer(number) => write!(out, "{:?}", *number as f64),
        Value::Float(number) => write!(out, "{number:?}"),
        Value::Boolean(flag) => write!(out, "{flag}"),
        Value::Datetime(date) => write!(out, "{date}"),
        Value::Array(items) => {
            out.push('[');
            items.iter().for_each(|item| {
                write_value(item, out);
                out.push(',');
            });
            write!(out, "]")
        }
        Value::Table(entries) => {
            out.push('{');
            let is_empty = |entry: &Node| entry.table().is_some_and(indexmap::IndexMap::is_empty);
            let said = |(key, entry): &(&String, &Node)| *key != "source" && !is_empty(entry);
            for (key, entry) in entries.iter().filter(said) {
                let _ = write!(out, "{key:?}:");
                write_value(entry, out);
                out.push(',');
            }
            write!(out, "}}")
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_there_has_one_name() {
        let of = |path: &str| identity(Path::new(path));
        assert_eq!(of("none/such/../file.csv"), of("./none/file.csv"));
        assert_eq!(of("/none/../../a/./b.csv"), of("/a/b.csv"));
        assert_ne!(of("none/a/codes.csv"), of("none/b/codes.csv"));
    }
}
