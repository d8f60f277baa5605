//! The part of `tradecast run` that simulates a range of a scenario's paths and writes what it
//! counted, for `tradecast merge`.

use super::progress::Bars;
use super::{INTERRUPTED, SimulationArguments, interrupt};
use clap::Args;
use std::ffi::OsStr;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tradecast_core::engine::BATCH;
use tradecast_core::run::Run;
use tradecast_core::scenario::Scenario;
use tradecast_core::shard::{Shard, paths_in_words};
use tradecast_report::folder::{self, OutputFile};
use tradecast_report::words;

/// Which paths to simulate, and where their state goes.
#[derive(Args, Debug)]
pub struct ShardArguments {
    /// Simulate a part of a run, for `merge`: paths from A, a multiple of 131,072 …
    #[arg(long, value_name = "A", value_parser = parse_start, requires = "state")]
    paths_from: Option<u64>,
    /// … to before B; also a multiple of 131,072 unless the run ends there
    #[arg(long, value_name = "B", value_parser = super::parse_count, requires = "state")]
    paths_to: Option<u64>,
    /// Write the state of these paths to a file, and no results
    #[arg(
        long,
        value_name = "STATEFILE",
        requires_all = ["paths_from", "paths_to"],
        conflicts_with_all = ["paths", "precision", "max_paths", "max_time", "out", "json"]
    )]
    state: Option<PathBuf>,
}

/// Why a part of a run cannot be simulated.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
enum ShardError {
    /// No path at all.
    #[error("there is no path {}", paths_in_words(paths))]
    #[diagnostic(help("--paths-to B must be above --paths-from A"))]
    Empty {
        /// The range asked for.
        paths: Range<u64>,
    },
    /// More than one scenario.
    #[error("a state is of one scenario, not of {count}")]
    #[diagnostic(help("name one scenario file; give each its own command and --state STATEFILE"))]
    ManyScenarios {
        /// The number of scenarios.
        count: usize,
    },
    /// A file of the user's in the place of the state.
    #[error("{} is there and is no state file", path.display())]
    #[diagnostic(help(
        "--state names the file to write, and replaces only an older state: name another"
    ))]
    Occupied {
        /// The file.
        path: PathBuf,
    },
    /// A folder in place of a file.
    #[error("{} is a folder", path.display())]
    #[diagnostic(help("--state names the file to write, as {}", path.join("1.state").display()))]
    Folder {
        /// The folder.
        path: PathBuf,
    },
}

impl ShardArguments {
    /// The paths to simulate and the file for their state, where these were asked for.
    pub fn asked(&self) -> Option<(Range<u64>, &Path)> {
        Some((self.paths_from?..self.paths_to?, self.state.as_deref()?))
    }
}

/// Simulates a range of paths and writes its state; nothing where Ctrl-C ended it.
///
/// # Errors
/// Not exactly one scenario, an empty range, a file that cannot be written.
pub fn run(
    scenarios: &[Scenario],
    paths: Range<u64>,
    file: &Path,
    arguments: &SimulationArguments,
) -> miette::Result<ExitCode> {
    let [scenario] = scenarios else {
        return Err(ShardError::ManyScenarios { count: scenarios.len() }.into());
    };
    if paths.is_empty() {
        return Err(ShardError::Empty { paths }.into());
    }
    let name = file.file_name().filter(|_| !file.is_dir());
    let Some(name) = name else {
        return Err(ShardError::Folder { path: file.to_owned() }.into());
    };
    if is_occupied(file) {
        return Err(ShardError::Occupied { path: file.to_owned() }.into());
    }
    let folder = file.parent().filter(|folder| *folder != "").unwrap_or(Path::new("."));
    folder::prepare(folder)?;
    interrupt::listen()?;
    let (settings, bars) = (arguments.to_settings(), Bars::new(arguments.output.quiet));
    let shard = Run::new(&settings, &bars)?.part(scenario, paths);
    if interrupt::is_pressed() {
        return Ok(ExitCode::from(INTERRUPTED));
    }
    write(&shard, folder, name)?;
    if !arguments.output.quiet {
        let paths = paths_in_words(&shard.paths);
        super::print(&format!("{}: paths {paths} are in {}\n", scenario.name, file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether a file that is no state stands where one is to be written: an input of the run, say.
fn is_occupied(file: &Path) -> bool {
    let Ok(existing) = std::fs::File::open(file) else { return file.exists() };
    let mut first = Vec::new();
    let is_read = existing.take(64).read_to_end(&mut first).is_ok();
    !is_read || !Shard::is_state(&first)
}

fn write(shard: &Shard, folder: &Path, name: &OsStr) -> miette::Result<()> {
    let name = name.to_string_lossy().into_owned();
    let files = [OutputFile { name, bytes: shard.to_bytes()? }];
    folder::write(folder, &files, &[], folder::write_bytes)?;
    Ok(())
}

/// The first path of a part: a multiple of the paths of a batch.
fn parse_start(text: &str) -> Result<u64, String> {
    let start = super::parse_whole(text)
        .ok_or_else(|| format!("\"{text}\" is not a whole number, as 131_072"))?;
    if start.is_multiple_of(BATCH) {
        return Ok(start);
    }
    let [batch, below, above] =
        [BATCH, start / BATCH * BATCH, start.next_multiple_of(BATCH)].map(words::count);
    Err(format!(
        "a part starts at a multiple of {batch} (2^17); the nearest are {below} and {above}"
    ))
}
