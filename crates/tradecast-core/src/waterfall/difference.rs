//! In which assumptions two trees differ: one difference a quantity where both have it, a whole
//! block that only one has, growth of another kind as one, all correlations as one.

use super::tree::text;
use crate::numeric::normal::Z95;
use crate::scenario::schema::{self, Compared};
use crate::scenario::{Document, Node, Quantity, Scenario, Unit, Value};
use std::collections::{BTreeSet, HashMap};

/// One key in which two scenarios differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The path of the key.
    pub path: Vec<String>,
    /// What the first scenario says, in words.
    pub from: String,
    /// What the second says.
    pub to: String,
}

impl Difference {
    /// The key path, as `flow.goods.growth.fitted.drift`.
    pub fn key(&self) -> String {
        self.path.join(".")
    }
}

/// A scenario's tree, and the quantities that it comes to.
pub struct Side<'a> {
    root: &'a Node,
    quantities: HashMap<String, (Unit, Quantity)>,
    /// The unit of amounts.
    money: String,
}

impl<'a> Side<'a> {
    /// The tree of a scenario that was decoded from it.
    pub fn new(document: &'a Document, scenario: &Scenario) -> Self {
        let all = scenario.quantities().into_iter();
        let quantities = all.map(|it| (it.key, (it.unit, it.quantity.clone()))).collect();
        Self { root: &document.root, quantities, money: scenario.money.label() }
    }

    /// Whether the block that a path lies in grows by a history.
    fn looks_up(&self, path: &[String]) -> bool {
        let growth = self.root.get(&path[0]).and_then(|it| it.get(&path[1])?.get("growth"));
        matches!(kind(growth).map(String::as_str), Some("fitted" | "bootstrap"))
    }

    /// A value in words: a quantity with its 90 % range, a text, how many there are of a list.
    fn words(&self, path: &[String], node: Option<&Node>) -> String {
        if let Some((unit, quantity)) = self.quantities.get(&path.join(".")) {
            return self.quantity(*unit, quantity);
        }
        match (node.map(|node| &node.value), path) {
            (None, [_, _]) => "absent".to_owned(),
            (Some(_), [_, _]) => "present".to_owned(),
            (None, _) => "none".to_owned(),
            (Some(Value::Table(entries)), [kind]) => format!("{} {kind}s", entries.len()),
            (Some(Value::Table(entries)), _) => {
                let keys = entries.keys().filter(|key| *key != "source");
                keys.map(|key| key.replace('_', " ")).collect::<Vec<_>>().join(", ")
            }
            (Some(Value::Text(text)), _) => {
                text.rsplit(['/', '\\']).next().unwrap_or(text).to_owned()
            }
            (Some(Value::Array(items)), _) => {
                let items = items.iter().map(|item| text(Some(item)).replace('"', ""));
                items.collect::<Vec<_>>().join(", ")
            }
            (Some(_), _) => text(node),
        }
    }

    fn quantity(&self, unit: Unit, quantity: &Quantity) -> String {
        let money = match unit {
            Unit::Amount(_) => format!(" {}", self.money),
            _ => String::new(),
        };
        let show = |value: f64| unit.show(value).replacen('-', "−", 1);
        match quantity {
            Quantity::Certain(value) => format!("{}{money}", show(*value)),
            Quantity::Uncertain(distribution) => {
                let [low, high] = [-Z95, Z95].map(|z| show(distribution.value(z)));
                format!("{} ({low} to {high}){money}", show(distribution.median()))
            }
        }
    }
}

/// The differences of two scenarios that can move P, in alphabetical order of their keys.
pub fn differences(first: &Side<'_>, second: &Side<'_>) -> Vec<Difference> {
    let mut found = Vec::new();
    look(&mut Vec::new(), (first, Some(first.root)), (second, Some(second.root)), &mut found);
    found
}

/// A place in one of the trees, where there is one.
type Place<'a> = (&'a Side<'a>, Option<&'a Node>);

fn look(path: &mut Vec<String>, first: Place<'_>, second: Place<'_>, found: &mut Vec<Difference>) {
    let compared = compared(path);
    let is_opened = match compared {
        Compared::Never => return,
        Compared::Whole => false,
        Compared::InBoth => first.1.is_some() && second.1.is_some(),
        Compared::OfOneKind => kind(first.1).is_some() && kind(first.1) == kind(second.1),
        Compared::Entries => true,
    };
    if !is_opened {
        if !is_same(path, first, second) {
            let [from, to] = [first, second].map(|(side, node)| side.words(path, node));
            let texts = [first, second].map(|(_, node)| node.and_then(Node::text));
            let [from, to] = match texts {
                [Some(first), Some(second)] if from == to => told_apart(first, second),
                _ => [from, to],
            };
            found.push(Difference { path: path.clone(), from, to });
        }
        return;
    }
    let entries = [first, second].into_iter().filter_map(|(_, node)| node?.table());
    let keys: BTreeSet<&String> = entries.flat_map(|entries| entries.keys()).collect();
    for key in keys {
        let [first, second] =
            [first, second].map(|(side, node)| (side, node.and_then(|it| it.get(key))));
        path.push(key.clone());
        look(path, first, second, found);
        path.pop();
    }
}

/// The ends of two paths from where they differ: their files have the same name.
fn told_apart(first: &str, second: &str) -> [String; 2] {
    let [first, second] = [first, second].map(|path| path.split(['/', '\\']).collect::<Vec<_>>());
    let same = first.iter().rev().zip(second.iter().rev()).take_while(|(a, b)| a == b).count();
    [first, second].map(|parts| parts[parts.len().saturating_sub(same + 1)..].join("/"))
}

/// How finely the schema says that scenarios are told apart at a path.
fn compared(path: &[String]) -> Compared {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match (&path[..], schema::at(&path)) {
        ([], _) => Compared::Entries,
        ([.., "source"], _) => Compared::Never,
        (_, Some(row)) => row.compared,
        // A block.
        ([_, _], None) => Compared::InBoth,
        (_, None) => Compared::Never,
    }
}

/// The kind of growth that a table holds.
fn kind(growth: Option<&Node>) -> Option<&String> {
    growth.and_then(Node::table)?.keys().find(|key| *key != "source")
}

/// Whether both say the same: as text, as a quantity, or by leaving out what is the default.
fn is_same(path: &[String], first: Place<'_>, second: Place<'_>) -> bool {
    let key = path.join(".");
    let said = |(_, node): Place<'_>| text(node.filter(|node| !is_default(path, node)));
    let [from, to] = [first.0, second.0].map(|side| side.quantities.get(&key).map(|it| &it.1));
    let comes_to_same = from.is_some() && from == to;
    said(first) == said(second) || comes_to_same || is_label(path, [first.0, second.0])
}

/// Whether a key says between whom a flow goes, and neither looks a history up by it.
fn is_label(path: &[String], sides: [&Side<'_>; 2]) -> bool {
    let is_end = path.last().is_some_and(|key| ["from", "to"].contains(&key.as_str()));
    path.len() == 3 && is_end && !sides.into_iter().any(|side| side.looks_up(path))
}

/// Whether a value says what holds where it is left out.
fn is_default(path: &[String], node: &Node) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let Some(row) = schema::at(&path) else { return false };
    match &node.value {
        Value::Array(items) => items.is_empty(),
        Value::Table(entries) => entries.is_empty(),
        Value::Text(text) => row.default == text || row.default == format!("{text:?}"),
        Value::Boolean(flag) => row.default == flag.to_string(),
        _ => false,
    }
}
