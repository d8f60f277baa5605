//! Tables of keys as Markdown.

use super::{KEYS, Key};
use std::fmt::Write;

/// The reference of all keys as Markdown: the part of `docs/scenario.md` that must be complete.
pub fn reference() -> String {
    let mut text = table_of(KEYS);
    text.push_str("| `….source` | text | no source | `source = \"State Bank of Pakistan\"` | Where the values of a table come from. May stand in any table, and speaks for all values in it that are not overridden by a later file. |\n");
    text
}

/// A table of keys as Markdown.
pub fn table_of(keys: &[Key]) -> String {
    let mut text = String::from(
        "| key | takes | when left out | example | meaning |\n|---|---|---|---|---|\n",
    );
    for key in keys {
        let path = key.full_path();
        let cell = |text: &str| text.replace('|', "\\|");
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| `{path}` | {} | {} | `{}` | {} |",
            cell(&key.describe()),
            key.default,
            cell(key.example),
            cell(key.says),
        );
    }
    text
}
