//! The part that all simulating commands share: read, compile, run with progress, Ctrl-C and
//! precision.

use super::{SimulationArguments, files};
use crate::engine::{Detail, Outcome, Progress, Simulation};
use crate::model::Model;
use crate::random::Philox;
use crate::report::terminal::Style;
use crate::scenario::{Document, Scenario};
use crate::statistics::{is_reached, look_after};
use indicatif::{ProgressBar, ProgressStyle};
use miette::{IntoDiagnostic, WrapErr};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A scenario ready to run.
pub struct Case {
    /// The file.
    pub file: PathBuf,
    /// Its stem.
    pub name: String,
    /// The tree, for the manifest.
    pub document: Document,
    /// The assumptions.
    pub scenario: Scenario,
}

impl Case {
    /// Reads all scenarios that arguments mean: files in the order given, a folder's with what
    /// others extend before what extends it.
    pub fn read_all(
        paths: &[PathBuf],
        arguments: &SimulationArguments,
    ) -> miette::Result<Vec<Self>> {
        let mut cases = Vec::new();
        for path in paths {
            let files = files::scenarios(path)?;
            let read = files.iter().map(|file| Self::read(file, arguments));
            let mut of_path = read.collect::<miette::Result<Vec<_>>>()?;
            of_path.sort_by_key(|case| case.document.sources.len());
            cases.extend(of_path);
        }
        Ok(cases)
    }

    /// Reads a scenario; the command's paths and seed override the file's.
    fn read(file: &Path, arguments: &SimulationArguments) -> miette::Result<Self> {
        let (document, mut scenario) = Scenario::read(file, &arguments.settings)?;
        if let Some(paths) = arguments.paths {
            scenario.simulation.paths = paths;
        }
        if let Some(seed) = arguments.seed {
            scenario.simulation.seed = seed;
        }
        Ok(Self { file: file.to_owned(), name: files::stem(file), document, scenario })
    }
}

/// Set by Ctrl-C; looked at between batches.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Lets Ctrl-C end the run after the batch at hand; a second one ends the program at once.
pub fn listen_for_interrupts() -> miette::Result<()> {
    ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(super::INTERRUPTED));
        }
    })
    .into_diagnostic()
    .wrap_err("cannot listen for Ctrl-C")
}

/// Whether Ctrl-C was pressed.
pub fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// The threads of a command.
pub fn pool(arguments: &SimulationArguments) -> miette::Result<ThreadPool> {
    let threads = arguments.threads.map_or(0, usize::from);
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .into_diagnostic()
        .wrap_err("cannot start threads")
}

/// How text on standard output may look.
pub fn style() -> Style {
    let is_terminal = std::io::stdout().is_terminal();
    Style { color: is_terminal && std::env::var_os("NO_COLOR").is_none() }
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// All paths that were asked for are simulated.
    AllPaths,
    /// The probabilities were as precise as asked for.
    Precise,
    /// Ctrl-C.
    Interrupted,
}

/// Simulates models on the same paths, with a progress bar where a person watches.
pub fn simulate(
    models: &[Model],
    paths: u64,
    (detail, matched): (Detail, &[Vec<usize>]),
    (pool, arguments): (&ThreadPool, &SimulationArguments),
) -> (Outcome, Ending) {
    let bar = progress_bar(paths, arguments.quiet);
    let simulation = Simulation { models, points: &Philox, detail, matched, pool, lanes: None };
    let mut ending = Ending::AllPaths;
    let outcome = simulation.run(paths, |progress| {
        bar.set_position(progress.paths);
        if is_precise(progress, arguments) {
            ending = Ending::Precise;
        } else if is_interrupted() && progress.paths < paths {
            ending = Ending::Interrupted;
        }
        match ending {
            Ending::AllPaths => ControlFlow::Continue(()),
            Ending::Precise | Ending::Interrupted => ControlFlow::Break(()),
        }
    });
    bar.finish_and_clear();
    (outcome, ending)
}

/// Whether each probability is as precise as was asked for; looked at after 1, 2, 4, 8 … batches.
fn is_precise(progress: &Progress, arguments: &SimulationArguments) -> bool {
    let (Some(precision), Some(look)) = (&arguments.precision, look_after(progress.batches)) else {
        return false;
    };
    progress.hits.iter().flatten().all(|hits| is_reached(*hits, progress.paths, look, precision))
}

/// A bar that appears on a terminal after a moment; hidden elsewhere.
fn progress_bar(paths: u64, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(paths);
    let style = ProgressStyle::with_template("  {bar:30} {percent} % of {len} paths, {eta} left");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}
