//! A place in the document tree while it is decoded: typed reading with errors by key path.

use super::document::{Node, Value};
use super::problem::Problem;
use super::schema::{self, Key};
use indexmap::IndexMap;

/// A node, its key path, and the path of its kind in the schema.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    /// The node.
    pub node: &'a Node,
    /// The key path, as `flow.exports.baseline`.
    pub key: String,
    /// The path of its kind, which a row of the schema has.
    pattern: String,
    /// The keys that there are.
    keys: &'static [Key],
}

impl<'a> Cursor<'a> {
    /// The whole file of a scenario.
    pub fn root(node: &'a Node) -> Self {
        Self::root_of(node, schema::KEYS)
    }

    /// A whole file that has these keys.
    pub fn root_of(node: &'a Node, keys: &'static [Key]) -> Self {
        Self { node, key: String::new(), pattern: String::new(), keys }
    }

    /// The same place read as another kind of the schema, as `GROWTH` for a `growth`.
    #[must_use]
    pub fn of_kind(mut self, pattern: &str) -> Self {
        pattern.clone_into(&mut self.pattern);
        self
    }

    /// Checks that this is a table with known keys only.
    ///
    /// # Errors
    /// Another kind of value; an unknown key, with the nearest known one.
    pub fn table(&self) -> Result<(), Problem> {
        self.check_source()?;
        let known = schema::keys_in(self.keys, &self.pattern);
        for key in self.entries()?.keys() {
            if !known.contains(&key.as_str()) {
                return Err(self.unknown(key, &known));
            }
        }
        Ok(())
    }

    /// Checks that a `source` is a text, where there is one.
    ///
    /// # Errors
    /// It is something else.
    pub fn check_source(&self) -> Result<(), Problem> {
        self.child("source").map_or(Ok(()), |source| source.text().map(|_| ()))
    }

    /// The entries, whatever their keys.
    ///
    /// # Errors
    /// Not a table.
    pub fn entries(&self) -> Result<&'a IndexMap<String, Node>, Problem> {
        self.node.table().ok_or_else(|| self.wrong("a table"))
    }

    fn unknown(&self, key: &str, known: &[&str]) -> Problem {
        let place = if self.key.is_empty() { String::new() } else { format!(" in {}", self.key) };
        let help = match super::nearest_name(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? Known keys here: {}", known.join(", ")),
            None => format!("known keys here: {}", known.join(", ")),
        };
        Problem::key(self.join(key), format!("there is no key `{key}`{place}")).help(help)
    }

    /// What the schema says of this key.
    pub fn row(&self) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.path == self.pattern)
    }

    /// The entry `name`, where there is one and the schema has its key: what it does not list cannot
    /// be read.
    pub fn child(&self, name: &str) -> Option<Self> {
        self.child_like(name, name)
    }

    /// The entry `name`, where there is one, of which the schema speaks as `kind`: as `NAME` where
    /// the name of a block is a key.
    pub fn child_like(&self, name: &str, kind: &str) -> Option<Self> {
        let node = self.node.get(name)?;
        let child =
            Self { node, key: self.join(name), pattern: join(&self.pattern, kind), ..*self };
        (kind == "source" || child.row().is_some()).then_some(child)
    }

    /// The entry `name`.
    ///
    /// # Errors
    /// There is none.
    pub fn require(&self, name: &str) -> Result<Self, Problem> {
        self.require_like(name, name)
    }

    /// The entry `name`, of which the schema speaks as `kind`.
    ///
    /// # Errors
    /// There is none.
    pub fn require_like(&self, name: &str, kind: &str) -> Result<Self, Problem> {
        self.child_like(name, kind).ok_or_else(|| {
            let pattern = join(&self.pattern, kind);
            let key = self.keys.iter().find(|key| key.path == pattern);
            let problem = Problem::value(self.join(name), "this key is required");
            match key {
                Some(key) => problem.help(format!("{} As: {}", key.says, key.example)),
                None => problem,
            }
        })
    }

    /// The named blocks of a kind, as all flows.
    ///
    /// # Errors
    /// Not written as blocks.
    pub fn blocks(&self, kind: &str) -> Result<Vec<(String, Self)>, Problem> {
        let Some(blocks) = self.child(kind) else { return Ok(Vec::new()) };
        let block = |(name, node): (&String, &'a Node)| {
            let key = blocks.join(name);
            (name.clone(), Self { node, key, pattern: format!("{kind}.NAME"), ..*self })
        };
        Ok(blocks.entries()?.iter().map(block).collect())
    }

    /// The elements of a list.
    ///
    /// # Errors
    /// Not a list.
    pub fn list(&self) -> Result<Vec<Self>, Problem> {
        let Value::Array(items) = &self.node.value else { return Err(self.wrong("a list")) };
        let item = |node| Self { node, ..self.clone() };
        Ok(items.iter().map(item).collect())
    }

    /// A text.
    ///
    /// # Errors
    /// Not a text; an empty one.
    pub fn text(&self) -> Result<&'a str, Problem> {
        match self.node.text() {
            Some(text) if text.trim().is_empty() => Err(self.problem("this text is empty")),
            Some(text) => Ok(text),
            None => Err(self.wrong("a text in quotes")),
        }
    }

    /// A list of texts.
    ///
    /// # Errors
    /// Anything else.
    pub fn texts(&self) -> Result<Vec<String>, Problem> {
        self.list()?.iter().map(|item| Ok(item.text()?.to_owned())).collect()
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// Anything else.
    pub fn boolean(&self) -> Result<bool, Problem> {
        match self.node.value {
            Value::Boolean(value) => Ok(value),
            _ => Err(self.wrong("true or false")),
        }
    }

    /// A finite number; −0, which only the tree of a state file may hold, is 0.
    ///
    /// # Errors
    /// Not a number; NaN or infinite.
    pub fn number(&self) -> Result<f64, Problem> {
        let number = match self.node.value {
            Value::Integer(number) => number as f64,
            Value::Float(number) => number,
            _ => return Err(self.wrong("a number")),
        };
        if number.is_finite() {
            Ok(number + 0.0)
        } else {
            Err(self.problem(format!("{number} is not allowed")).help("write a finite number"))
        }
    }

    /// A whole number of at least `least`.
    ///
    /// # Errors
    /// Anything else.
    pub fn whole_number(&self, least: u64) -> Result<u64, Problem> {
        match self.node.value {
            Value::Integer(number) if u64::try_from(number).is_ok_and(|n| n >= least) => {
                Ok(number as u64)
            }
            Value::Integer(number) => Err(self
                .problem(format!("{number} is too small"))
                .help(format!("a whole number of at least {least}"))),
            Value::Float(number) if number.abs() > i64::MAX as f64 / 2.0 => Err(self
                .problem(format!("{number} is not allowed"))
                .help(format!("a whole number from {least} to {}", i64::MAX))),
            _ => Err(self.wrong("a whole number")),
        }
    }

    /// A problem with this value.
    pub fn problem(&self, message: impl Into<String>) -> Problem {
        // An element of a list has no key path of its own: its place is shown instead.
        Problem::at(self.node.place.clone(), format!("{}: {}", self.key, message.into()))
    }

    /// The value is of another kind than `wanted`.
    pub fn wrong(&self, wanted: &str) -> Problem {
        let got = self.node.value.kind();
        let problem = self.problem(format!("expected {wanted}, got {got}"));
        match &self.node.value {
            Value::Datetime(date) => problem.help(format!("put it in quotes: \"{date}\"")),
            Value::Integer(number) if wanted.contains("quotes") => {
                problem.help(format!("put it in quotes: \"{number}\""))
            }
            _ => match self.row() {
                Some(key) => problem.help(format!("{} As: {}", key.says, key.example)),
                None => problem,
            },
        }
    }

    fn join(&self, name: &str) -> String {
        join(&self.key, name)
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
