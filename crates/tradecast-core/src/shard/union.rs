//! Parts of a run added up, and what keeps them from being the whole of one.

use super::{Hash, Run, Shard, paths_in_words};
use crate::engine::{BATCH, Outcome};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Why parts are not one run.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum MergeError {
    /// Parts of different runs.
    #[error("{} has {one}, {} has {other}: they are parts of different runs", first.display(), second.display())]
    #[diagnostic(help(
        "parts of one run have the same scenario, data files, --set, --seed, --method and build of tradecast; leave one of the files out, or simulate its paths again"
    ))]
    Different {
        /// A file.
        first: PathBuf,
        /// Another.
        second: PathBuf,
        /// What the first has.
        one: String,
        /// What the second has.
        other: String,
    },
    /// Parts that share paths.
    #[error(
        "{} has paths {} and {} has paths {}: they overlap",
        first.display(), paths_in_words(one), second.display(), paths_in_words(other)
    )]
    #[diagnostic(help("every path counts once: leave one of the files out"))]
    Overlap {
        /// A file.
        first: PathBuf,
        /// Another.
        second: PathBuf,
        /// The paths of the first.
        one: Range<u64>,
        /// The paths of the second.
        other: Range<u64>,
    },
    /// Paths that are in no part.
    #[error("paths {} are missing, between {} and {}", paths_in_words(missing), first.display(), second.display())]
    #[diagnostic(help("{way_out}"))]
    Gap {
        /// The file before them.
        first: PathBuf,
        /// The file after them.
        second: PathBuf,
        /// The paths.
        missing: Range<u64>,
        /// What to do.
        way_out: String,
    },
    /// No part starts at path 0.
    #[error("paths {} are missing: {} has the first paths", paths_in_words(missing), first.display())]
    #[diagnostic(help("{way_out}"))]
    NoStart {
        /// The file with the first paths.
        first: PathBuf,
        /// The paths.
        missing: Range<u64>,
        /// What to do.
        way_out: String,
    },
}

/// Parts of one run, in whatever order they came.
pub struct Union {
    /// The run as the part with the first paths has it.
    run: Run,
    parts: Vec<Part>,
    outcome: Outcome,
}

/// What is kept of a part that was added.
struct Part {
    file: PathBuf,
    paths: Range<u64>,
}

impl Union {
    /// The union of one part, from the state file `file`.
    pub fn new(file: &Path, shard: Shard) -> Self {
        let Shard { run, paths, outcome } = shard;
        Self { run, parts: vec![Part { file: file.to_owned(), paths }], outcome }
    }

    /// Adds a part of the same run, from the state file `file`.
    ///
    /// # Errors
    /// A part of another run.
    pub fn add(&mut self, file: &Path, shard: Shard) -> Result<(), MergeError> {
        if let Some((one, other)) = difference(&self.run, &shard.run) {
            let (first, second) = (self.parts[0].file.clone(), file.to_owned());
            return Err(MergeError::Different { first, second, one, other });
        }
        let Shard { run, paths, outcome } = shard;
        if self.parts.iter().all(|part| paths.start < part.paths.start) {
            self.run = run;
        }
        self.outcome.merge(&outcome);
        self.parts.push(Part { file: file.to_owned(), paths });
        Ok(())
    }

    /// The whole run.
    ///
    /// # Errors
    /// Paths that are in no part or in several.
    pub fn whole(mut self) -> Result<Shard, MergeError> {
        self.parts.sort_by_key(|part| (part.paths.start, part.paths.end));
        let (first, last) = (&self.parts[0], &self.parts[self.parts.len() - 1]);
        if first.paths.start > 0 {
            let missing = 0..first.paths.start;
            let way_out = format!("simulate them: {}", self.run.command(&missing));
            return Err(MergeError::NoStart { first: first.file.clone(), missing, way_out });
        }
        for pair in self.parts.windows(2) {
            follows(&self.run, &pair[0], &pair[1])?;
        }
        Ok(Shard { paths: 0..last.paths.end, run: self.run, outcome: self.outcome })
    }
}

/// Whether a part begins where the one before it ends.
fn follows(run: &Run, before: &Part, after: &Part) -> Result<(), MergeError> {
    let (first, second) = (before.file.clone(), after.file.clone());
    let missing = before.paths.end..after.paths.start;
    if missing.start > missing.end {
        let (one, other) = (before.paths.clone(), after.paths.clone());
        return Err(MergeError::Overlap { first, second, one, other });
    }
    if missing.is_empty() {
        return Ok(());
    }
    let way_out = if missing.start.is_multiple_of(BATCH) {
        format!("simulate them: {}", run.command(&missing))
    } else {
        // No part can start there.
        format!(
            "simulate them in place of {}: {}",
            first.display(),
            run.command(&(before.paths.start..missing.end))
        )
    };
    Err(MergeError::Gap { first, second, missing, way_out })
}

/// In what two runs differ, in words.
fn difference(one: &Run, other: &Run) -> Option<(String, String)> {
    let scenario = |run: &Run| format!("scenario {} ({})", run.name, short(&run.scenario));
    let seed = |run: &Run| format!("seed {}", run.seed);
    let method = |run: &Run| format!("method {}", run.method.name());
    let plan = |run: &Run| format!("proposal {} for weighted paths", short(&run.plan));
    let words: [&dyn Fn(&Run) -> String; 4] = [&scenario, &seed, &method, &plan];
    let is_same = [
        one.scenario == other.scenario,
        one.seed == other.seed,
        one.method == other.method,
        one.plan == other.plan,
    ];
    let differing = is_same.iter().position(|is_same| !is_same)?;
    Some((words[differing](one), words[differing](other)))
}

/// The first digits of a hash.
fn short(hash: &Hash) -> String {
    hash[..4].iter().map(|byte| format!("{byte:02x}")).collect()
}
