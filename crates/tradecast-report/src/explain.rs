//! The documentation of scenario keys on the terminal.

use super::terminal::Style;
use crate::words;
use crate::words::language::Language;
use std::fmt::Write as _;
use textwrap::Options;
use tradecast_core::scenario::schema::{self, Change, Key};

/// A line a key.
pub fn list(keys: &[&Key]) -> String {
    keys.iter().fold(String::new(), |mut text, key| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", key.full_path());
        text
    })
}

/// What a key means, takes and defaults to, an example, and what it holds.
pub fn explained(key: &Key, style: Style) -> String {
    let mut text = String::new();
    let indented = Options::new(98).initial_indent("  ").subsequent_indent("  ");
    let says = textwrap::fill(key.says, indented);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}\n{says}", style.bold(&key.full_path()));
    let _ = writeln!(text, "  takes: {}; when left out: {}", key.describe(), key.default);
    let _ = writeln!(text, "  as: {}", key.example);
    if let Some(change) = key.varies {
        let moved = match change {
            Change::Set => String::new(),
            moved => {
                let [set, moved] =
                    [Change::Set, moved].map(|how| words::changed(Language::english(), how));
                format!(": {set}; {moved}")
            }
        };
        let _ = writeln!(text, "  varies with require and sweep{moved}");
    }
    let inside: Vec<&str> = schema::keys_in(schema::KEYS, key.path)
        .into_iter()
        .filter(|name| *name != "source")
        .collect();
    if !inside.is_empty() {
        let _ = writeln!(text, "  holds: {}", inside.join(", "));
    }
    text
}
