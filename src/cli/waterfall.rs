//! The part of `compare --waterfall`: each scenario against the first, on as many paths as are asked
//! for or affordable.

use super::{SimulationArguments, progress};
use tradecast_core::scenario::Scenario;
use tradecast_core::threads::{Threads, Work};
use tradecast_core::waterfall::{self, Prepared, Question, Waterfall};

/// The first target of the first scenario, asked of each of the others against it. None where Ctrl-C
/// ended it.
///
/// # Errors
/// See [`waterfall::WaterfallError`]; of several that of the scenario named first.
pub fn prepare<'a>(
    scenarios: &'a [Scenario],
    seed: u64,
    threads: &Threads,
    quiet: bool,
) -> miette::Result<Option<Vec<Prepared<'a>>>> {
    let Some((first, others)) = scenarios.split_first() else { return Ok(Some(Vec::new())) };
    let bar = progress::count("scenarios in between are read", quiet);
    let watch = progress::watch(&bar);
    let prepared = |other: usize| {
        let scenarios = [first, &others[other]];
        Prepared::new(Question { scenarios, target: 0, seed }, &watch)
    };
    let all = threads.map(others.len(), prepared);
    bar.finish_and_clear();
    let all: Vec<_> = all.into_iter().collect::<Result<_, _>>()?;
    Ok(all.into_iter().collect())
}

/// Simulates them; none where Ctrl-C ended it.
pub fn run(
    prepared: &[Prepared<'_>],
    threads: &Threads,
    arguments: &SimulationArguments,
) -> Option<Vec<Waterfall>> {
    let paths = arguments.paths.unwrap_or_else(|| waterfall::affordable_paths(prepared));
    let bar = progress::count("paths", arguments.output.quiet);
    let watch = progress::watch(&bar);
    let work = Work { threads, watch: &watch };
    let found = prepared.iter().map(|prepared| prepared.run(paths, work)).collect();
    bar.finish_and_clear();
    found
}
