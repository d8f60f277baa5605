//! The part that all simulating commands share: read, compile, run with progress, Ctrl-C and
//! precision.

use super::{SimulationArguments, files, progress};
use miette::{IntoDiagnostic, WrapErr};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::io::IsTerminal;
use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tradecast_core::engine::{
    Detail, Outcome, PLAIN_TO_WEIGHTED, Plan, Progress, Simulation, State,
};
use tradecast_core::model::Model;
use tradecast_core::scenario::{Document, Method, Scenario, Simulation as Settings};
use tradecast_core::statistics::{is_reached, look_after};
use tradecast_report::terminal::Style;

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
            let read = files.iter().map(|file| Self::read(file, &arguments.settings, arguments));
            let mut of_path = read.collect::<miette::Result<Vec<_>>>()?;
            of_path.sort_by_key(|case| case.document.sources.len());
            cases.extend(of_path);
        }
        Ok(cases)
    }

    /// The scenario compiled, with its own seed.
    pub fn model(&self) -> Model {
        Model::new(&self.scenario, self.scenario.simulation.seed)
    }

    /// Reads a scenario with settings; the command's paths, seed and method override the file's.
    pub fn read(
        file: &Path,
        settings: &[String],
        arguments: &SimulationArguments,
    ) -> miette::Result<Self> {
        let (document, mut scenario) = Scenario::read(file, settings)?;
        if let Some(paths) = arguments.paths {
            scenario.simulation.paths = paths;
        }
        if let Some(seed) = arguments.seed {
            scenario.simulation.seed = seed;
        }
        if let Some(method) = arguments.method {
            scenario.simulation.method = method;
        }
        Ok(Self { file: file.to_owned(), name: files::stem(file), document, scenario })
    }
}

/// Set by Ctrl-C; looked at between batches.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Lets Ctrl-C end the run after the batch at hand; a second one ends the program at once.
pub fn listen_for_interrupts() -> miette::Result<()> {
    // A command that watches files comes here once a run.
    static IS_LISTENING: AtomicBool = AtomicBool::new(false);
    if IS_LISTENING.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
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
pub fn pool(threads: Option<u16>) -> miette::Result<ThreadPool> {
    let threads = threads.map_or(0, usize::from);
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

/// What a simulation gave.
pub struct Simulated {
    /// What was counted.
    pub outcome: Outcome,
    /// How probabilities were estimated.
    pub plan: Plan,
    /// The paths that there are when nobody interrupts.
    pub asked: u64,
    /// Whether a precision was asked for and not reached.
    pub is_imprecise: bool,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// All paths that were asked for are simulated.
    AllPaths,
    /// The probabilities were as precise as asked for.
    Precise,
    /// The time that it may take is over.
    OutOfTime,
    /// Ctrl-C.
    Interrupted,
}

/// Simulates models on the same paths, as a pilot of them finds best, with a progress bar where a
/// person watches.
pub fn simulate(
    models: &[Model],
    settings: Settings,
    counted: (Detail, &[Vec<usize>]),
    (pool, arguments): (&ThreadPool, &SimulationArguments),
) -> Simulated {
    let paths = arguments.max_paths.unwrap_or(settings.paths);
    simulate_range(models, (settings, 0..paths), counted, (pool, arguments))
}

/// What plain paths of several scenarios counted together.
struct Plain {
    /// One a scenario.
    states: Vec<State>,
    /// The paths that there are when nobody interrupts.
    asked: u64,
}

/// Scenarios simulated together: more would keep much in memory and the first results late.
const TOGETHER: usize = 16;

/// Simulates scenarios one after the other with everything counted, the plain paths of those that
/// are alike together; ends where Ctrl-C came, after those whose plain paths were under way.
pub fn each<'a>(
    cases: &'a [Case],
    given: (&'a ThreadPool, &'a SimulationArguments),
) -> impl Iterator<Item = (&'a Case, Model, Simulated)> {
    let of_chunk = move |cases: &'a [Case]| {
        let models: Vec<Model> = cases.iter().map(Case::model).collect();
        let plain = simulate_plain_together(cases, &models, given);
        let is_together = plain.is_some();
        let one = move |(index, (case, model)): (usize, (&'a Case, Model))| {
            let models = std::slice::from_ref(&model);
            let settings = case.scenario.simulation;
            let simulated = match &plain {
                Some(plain) => add_weighted(models, settings, (plain, index), given),
                None => simulate(models, settings, (Detail::Full, &[]), given),
            };
            (case, model, simulated)
        };
        let cases = cases.iter().zip(models).enumerate();
        cases.take_while(move |_| is_together || !is_interrupted()).map(one)
    };
    cases.chunks(TOGETHER).take_while(|_| !is_interrupted()).flat_map(of_chunk)
}

/// Simulates the plain paths of scenarios together, as they share most of their draws; nothing
/// where they differ in paths, seed or method, or where each ends by itself.
fn simulate_plain_together(
    cases: &[Case],
    models: &[Model],
    (pool, arguments): (&ThreadPool, &SimulationArguments),
) -> Option<Plain> {
    let [first, others @ ..] = cases else { return None };
    let settings = first.scenario.simulation;
    let is_alike = |other: &Case| other.scenario.simulation == settings;
    let ends_alone = arguments.precision.is_some() || arguments.max_time.is_some();
    let is_spread = settings.method == Method::QuasiMonteCarlo;
    if others.is_empty() || !others.iter().all(is_alike) || ends_alone || is_spread {
        return None;
    }
    let settings = Settings { method: Method::MonteCarlo, ..settings };
    let Simulated { outcome, asked, .. } =
        simulate(models, settings, (Detail::Full, &[]), (pool, arguments));
    Some(Plain { states: outcome.states, asked })
}

/// Adds the weighted paths of one scenario to its plain ones.
fn add_weighted(
    models: &[Model],
    settings: Settings,
    (plain, index): (&Plain, usize),
    (pool, arguments): (&ThreadPool, &SimulationArguments),
) -> Simulated {
    let detail = Detail::Full;
    let plan = Plan::new(models, (settings.method, settings.seed), (detail, false), pool);
    let simulation = Simulation { models, plan: &plan, detail, matched: &[], pool, lanes: None };
    let state = plain.states[index].clone();
    let paths = if plan.weighted.is_some() { state.paths.div_ceil(PLAIN_TO_WEIGHTED) } else { 0 };
    let bar = progress::bar(paths, " of {len} weighted paths", arguments.output.quiet);
    let weighted = simulation.run_weighted_alone(0..paths, |done| bar.inc(done));
    bar.finish_and_clear();
    let (states, asked) = (vec![state], plain.asked);
    let outcome = Outcome { states, pairs: Vec::new(), scramblings: Vec::new(), weighted };
    Simulated { outcome, plan, asked, is_imprecise: false }
}

/// As [`simulate`], but a range of paths whatever the settings say of their number.
pub fn simulate_range(
    models: &[Model],
    (settings, paths): (Settings, Range<u64>),
    (detail, matched): (Detail, &[Vec<usize>]),
    (pool, arguments): (&ThreadPool, &SimulationArguments),
) -> Simulated {
    let started = Instant::now();
    let counted = (detail, arguments.precision.is_some());
    let plan = Plan::new(models, (settings.method, settings.seed), counted, pool);
    let simulation = Simulation { models, plan: &plan, detail, matched, pool, lanes: None };
    let (start, end) = (paths.start, paths.end);
    let bar = progress::bar(end - start, " of {len} paths", arguments.output.quiet);
    let mut ending = Ending::AllPaths;
    let outcome = simulation.run(paths, |progress| {
        bar.set_position(progress.paths - start);
        if is_precise(progress, arguments) {
            ending = Ending::Precise;
        } else if progress.paths < end {
            if is_interrupted() {
                ending = Ending::Interrupted;
            } else if arguments.max_time.is_some_and(|limit| started.elapsed() >= limit) {
                ending = Ending::OutOfTime;
            }
        }
        match ending {
            Ending::AllPaths => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    });
    bar.finish_and_clear();
    let done = outcome.states.first().map_or(0, |state| state.paths);
    let asked = if ending == Ending::Interrupted { end - start } else { done };
    let is_imprecise =
        arguments.precision.is_some() && matches!(ending, Ending::AllPaths | Ending::OutOfTime);
    Simulated { outcome, plan, asked, is_imprecise }
}

/// Whether each probability is as precise as was asked for; looked at after 1, 2, 4, 8 … batches.
fn is_precise(progress: &Progress, arguments: &SimulationArguments) -> bool {
    let (Some(precision), Some(look)) = (&arguments.precision, look_after(progress.batches)) else {
        return false;
    };
    progress.own.iter().flatten().all(|tally| is_reached(tally, look, precision))
}
