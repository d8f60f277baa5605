//! Every key of a scenario file: what it takes, its unit and limits, how it varies, how scenarios are
//! compared by it, its default, an example.
//!
//! This table is the one place that says which keys exist and what holds for each. The decoder, what
//! varies, the differences of scenarios and the documentation follow from it: `docs/scenario.md`
//! holds [`reference()`], and a test compares the two.

mod keys;
mod reference;
mod takes;

pub use keys::KEYS;
pub use reference::{reference, table_of};
pub use takes::{Allowed, Change, Compared, Limit, Takes};

use super::quantity::Quantity;
use super::unit::Unit;
use serde::ser::{Serialize, SerializeStruct, Serializer};

/// The distribution families that may stand in place of a number.
pub const FAMILIES: [&str; 10] = [
    "normal",
    "lognormal",
    "student_t",
    "uniform",
    "triangular",
    "pert",
    "beta",
    "gamma",
    "empirical",
    "quantiles",
];

/// One key of the format.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Key {
    /// The key path; `NAME` stands for the name of a block, `…` for a distribution's key.
    pub path: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// A limit beside those of its unit.
    pub limit: Option<Limit>,
    /// How it is given another value, where it can vary: a number is set, a distribution moved so.
    pub varies: Option<Change>,
    /// How two scenarios that differ in it are told apart.
    pub compared: Compared,
    /// What holds when it is left out.
    pub default: &'static str,
    /// A line of a scenario that uses it.
    pub example: &'static str,
    /// What it means.
    pub says: &'static str,
}

/// What is written of a key that may not be left out.
pub(crate) const REQUIRED: &str = "required";

/// A key of a table of keys: of a quantity, it varies as its unit does; of a table, scenarios are
/// compared by its entries.
pub(crate) const fn key(
    path: &'static str,
    takes: Takes,
    default: &'static str,
    example: &'static str,
    says: &'static str,
) -> Key {
    let compared = match takes {
        Takes::Table => Compared::InBoth,
        _ => Compared::Whole,
    };
    let varies = match takes {
        Takes::Quantity(unit) => Some(Change::of_unit(unit)),
        _ => None,
    };
    Key { path, takes, limit: None, varies, compared, default, example, says }
}

impl Key {
    /// With a limit of its own, what is wrong beyond it, and what the help adds to what is allowed.
    pub(crate) const fn within(
        self,
        allowed: Allowed,
        message: &'static str,
        hint: &'static str,
    ) -> Self {
        Self { limit: Some(Limit { allowed, message, hint }), ..self }
    }

    /// Varying so, though it is no quantity.
    const fn varies(self, change: Change) -> Self {
        Self { varies: Some(change), ..self }
    }

    /// Compared otherwise than its kind of value is.
    const fn compared(self, compared: Compared) -> Self {
        Self { compared, ..self }
    }

    /// Whether a text at this key names a file.
    pub fn names_file(&self, text: &str) -> bool {
        matches!(self.takes, Takes::File(others) if !others.contains(&text))
    }

    /// How a quantity at this key is changed.
    pub(crate) fn change_of(&self, quantity: &Quantity) -> Option<Change> {
        if quantity.is_uncertain() { self.varies } else { self.varies.and(Some(Change::Set)) }
    }

    /// How far its values may go, in this unit of theirs.
    pub fn allowed(&self, unit: Unit) -> Allowed {
        match self.limit {
            Some(limit) => unit.allowed().narrowed(limit.allowed),
            None => unit.allowed(),
        }
    }

    /// What is allowed, in words: `a share between 0 and 1, as "60%" or 0.6`.
    pub fn allowed_in_words(&self, unit: Unit) -> String {
        let range = self.allowed(unit).words(unit);
        let example = match self.limit {
            // The unit's own example may lie beyond the key's limit.
            Some(_) => self.example,
            None => unit.example(),
        };
        format!("{}{range}{}, as {example}", unit.noun(), unit.counted_in())
    }

    /// What it takes, in words: `share between 0 and 1, or a distribution`.
    pub fn describe(&self) -> String {
        let value = |unit: Unit| format!("{}{}", unit.name(), self.allowed(unit).words(unit));
        match self.takes {
            Takes::Table => "table".to_owned(),
            Takes::Text => "text".to_owned(),
            Takes::File([]) => "file".to_owned(),
            Takes::File(others) => {
                let others = others.iter().map(|name| format!("`\"{name}\"`"));
                format!("file, {}", others.collect::<Vec<_>>().join(" or "))
            }
            Takes::List => "list".to_owned(),
            Takes::Plain => "plain".to_owned(),
            Takes::Value(unit) => value(unit),
            Takes::Quantity(unit) => format!("{}, or a distribution", value(unit)),
        }
    }

    /// The path as it is written in a file, as far as it is the same for all: `….growth.fitted.drift`.
    pub fn full_path(&self) -> String {
        self.path.replace("GROWTH", "….growth")
    }

    /// Its path in a block, as `flow.exports`; `name` stands for a second `NAME`.
    pub(crate) fn path_in(&self, block: &str, name: &str) -> String {
        match self.path.strip_prefix("GROWTH") {
            Some(rest) => format!("{block}.growth{rest}"),
            None => {
                let rest = self.path.split_once(".NAME").map_or("", |(_, rest)| rest);
                format!("{block}{}", rest.replace("NAME", name))
            }
        }
    }

    /// Whether it stands at a whole path.
    fn is_at(&self, path: &[&str]) -> bool {
        let is_like = |(own, given): (&str, &&str)| own == "NAME" || own == *given;
        let fits = |own: &str, given: &[&str]| {
            own.split('.').count() == given.len() && own.split('.').zip(given).all(is_like)
        };
        match (self.path.strip_prefix("GROWTH."), path) {
            (Some(kind), ["flow" | "driver", _, "growth", rest @ ..]) => fits(kind, rest),
            (Some(_), _) => false,
            (None, _) => fits(self.path, path),
        }
    }

    /// Whether a path means this key: whole, with names of blocks in it, or its end.
    fn is_meant_by(&self, path: &str) -> bool {
        let own: Vec<&str> = self
            .path
            .split('.')
            .map(|part| if part == "GROWTH" { "growth" } else { part })
            .collect();
        let given: Vec<&str> = path.split('.').filter(|part| *part != "…").collect();
        let is_like = |(own, given): (&&str, &&str)| *own == "NAME" || own == given;
        let matches = |own: &[&str], given: &[&str]| own.iter().zip(given).all(is_like);
        match own.len().checked_sub(given.len()) {
            Some(0) => matches(&own, &given),
            // The end of a key, as `at_least`; the name of a block alone means nothing.
            Some(more) => own[more] == given[0] && matches(&own[more..], &given),
            // A growth or a distribution within a longer path.
            None => {
                let more = given.len() - own.len();
                let is_part = own[0] == "growth" || own[0] == "…";
                is_part && matches(&own, &given[more..])
            }
        }
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Key", 5)?;
        fields.serialize_field("path", self.path)?;
        fields.serialize_field("takes", &self.describe())?;
        fields.serialize_field("default", self.default)?;
        fields.serialize_field("example", self.example)?;
        fields.serialize_field("says", self.says)?;
        fields.end()
    }
}

/// The key with this path in the table, as `flow.NAME.baseline.value`.
///
/// # Panics
/// There is none.
pub(crate) fn row(path: &str) -> &'static Key {
    let found = KEYS.iter().find(|key| key.path == path);
    found.unwrap_or_else(|| panic!("the schema has no key {path}"))
}

/// The key that stands at a whole path of a scenario, as `flow`, `exports`, `growth`, `constant`;
/// none for a block and within a distribution.
pub fn at(path: &[&str]) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.is_at(path))
}

/// The keys that a path, or the end of one, means.
pub fn find(path: &str) -> Vec<&'static Key> {
    KEYS.iter().filter(|key| key.is_meant_by(path)).collect()
}

/// The key whose path is nearest to one that does not exist.
pub fn nearest(path: &str) -> Option<String> {
    let last = path.rsplit('.').next().unwrap_or(path);
    let ends = KEYS.iter().map(|key| key.path.rsplit('.').next().unwrap_or(key.path));
    let near = super::nearest_name(last, ends)?;
    let mut with_end = KEYS.iter().filter(|key| key.path.rsplit('.').next() == Some(near));
    with_end.next().map(Key::full_path)
}

/// Those of `keys` that may stand in the table of `pattern`: a path with `NAME` for the name of a
/// block.
///
/// `source` may stand in any table.
pub fn keys_in(keys: &'static [Key], pattern: &str) -> Vec<&'static str> {
    let child = |key: &Key| {
        let rest = if pattern.is_empty() {
            key.path
        } else {
            key.path.strip_prefix(pattern)?.strip_prefix('.')?
        };
        let is_own = !rest.contains('.') && !rest.contains('…') && !rest.contains("NAME");
        is_own.then_some(rest)
    };
    let mut found: Vec<&str> = keys.iter().filter_map(child).collect();
    if !pattern.is_empty() && !found.contains(&"source") {
        found.push("source");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_has_its_keys() {
        let mut families = keys_in(KEYS, "…");
        families.retain(|key| !["truncate", "source"].contains(key));
        assert_eq!(families, FAMILIES);
    }

    #[test]
    fn a_whole_path_has_one_key() {
        let path = |given: &[&str]| at(given).map(|key| key.path);
        assert_eq!(path(&["target", "t", "in"]), Some("target.NAME.in"));
        assert_eq!(
            path(&["driver", "gdp", "growth", "random_walk", "median"]),
            Some("GROWTH.random_walk.median")
        );
        assert_eq!(path(&["flow", "f", "elasticity", "gdp"]), Some("flow.NAME.elasticity.NAME"));
        assert_eq!(path(&["flow", "f"]), None);
        assert_eq!(path(&["flow", "f", "baseline", "value", "normal"]), None);
    }

    #[test]
    fn keys_are_found_whole_by_name_and_by_their_end() {
        let paths = |given: &str| -> Vec<&str> { find(given).iter().map(|key| key.path).collect() };
        assert_eq!(paths("target.announced.at_least"), ["target.NAME.at_least"]);
        assert_eq!(paths("at_least"), ["target.NAME.at_least"]);
        assert_eq!(paths("flow.exports.growth.fitted.drift"), ["GROWTH.fitted.drift"]);
        assert_eq!(paths("fitted.drift"), ["GROWTH.fitted.drift"]);
        assert_eq!(paths("flow.exports.baseline"), ["flow.NAME.baseline"]);
        assert_eq!(paths("volatility").len(), 2);
        assert!(paths("exports").is_empty());
        assert_eq!(nearest("target.announced.at_leest").as_deref(), Some("target.NAME.at_least"));
        for key in KEYS {
            assert!(
                find(&key.full_path()).iter().any(|found| found.path == key.path),
                "{}",
                key.path
            );
        }
    }
}
