//! A part of a run: what one machine counted of a range of paths, with all that it takes to add the
//! parts up and to write the results. Pure data: files are read and written elsewhere.

mod bytes;
mod union;

pub use bytes::StateError;
pub use union::{MergeError, Union};

use crate::engine::Outcome;
use crate::numerals;
use crate::scenario::{Document, Input, Method, Scenario};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::ops::Range;

/// A SHA-256.
pub type Hash = [u8; 32];

/// A part of a run of one scenario.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shard {
    /// The run.
    pub run: Run,
    /// The paths that were simulated.
    pub paths: Range<u64>,
    /// What was counted.
    pub outcome: Outcome,
}

/// A run, without the number of its paths.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Run {
    /// The name of the scenario.
    pub name: String,
    /// The name of the folder that its file lies in.
    pub folder: String,
    /// What the scenario says, its data files included.
    pub scenario: Hash,
    /// The seed of every draw.
    pub seed: u64,
    /// How probabilities are estimated.
    pub method: Method,
    /// What the plan says, the distribution of weighted paths above all.
    pub plan: Hash,
    /// The scenario itself.
    pub document: Document,
    /// The data files that it reads.
    pub inputs: Vec<Input>,
}

impl Run {
    /// The run of a scenario under a plan, by the plan's identity.
    pub fn new(scenario: &Scenario, plan: Hash) -> Self {
        let document = (*scenario.document).clone();
        Self {
            name: scenario.name.clone(),
            folder: document.folder_name(),
            scenario: identity(&document, &scenario.inputs),
            seed: scenario.simulation.seed,
            method: scenario.simulation.method,
            plan,
            document,
            inputs: scenario.inputs.clone(),
        }
    }

    /// The command that simulates a range of its paths.
    pub fn command(&self, paths: &Range<u64>) -> String {
        let sources = &self.document.sources;
        let file = self.document.file().display().to_string();
        let settings = sources.iter().filter(|source| !source.is_file);
        let settings: String =
            settings.map(|source| format!(" --set {}", quoted(&source.text))).collect();
        let (Range { start, end }, Self { seed, method, .. }) = (paths, self);
        let method = method.name();
        format!(
            "tradecast run {}{settings} --seed {seed} --method {method} --paths-from {start} --paths-to {end} --state {start}-{end}.state",
            quoted(&file)
        )
    }
}

/// The SHA-256 of what a scenario says: the resolved table and the data files, wherever they lie.
fn identity(document: &Document, inputs: &[Input]) -> Hash {
    let text = document.resolved().to_string();
    let mut hash = Sha256::new();
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
    inputs.iter().for_each(|input| hash.update(Sha256::digest(&input.bytes)));
    hash.finalize().into()
}

/// A range of paths in words: `from 0 to before 131,072`.
pub fn paths_in_words(paths: &Range<u64>) -> String {
    format!("from {} to before {}", numerals::count(paths.start), numerals::count(paths.end))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=+:,%@".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_cut_them() {
        assert_eq!(quoted("case/a-b.toml"), "case/a-b.toml");
        assert_eq!(quoted("my case.toml"), "'my case.toml'");
        assert_eq!(quoted("title=It's"), r"'title=It'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
