//! The part of `compare --waterfall`: each scenario against the first, on as many paths as are asked
//! for or affordable.

use super::simulate::Case;
use super::{SimulationArguments, progress, vary};
use rayon::ThreadPool;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use tradecast_core::waterfall::{self, Look, Prepared, Question, Waterfall};

/// The first target of the first scenario, asked of each of the others against it. None where Ctrl-C
/// ended it.
///
/// # Errors
/// See [`waterfall::WaterfallError`]; of several that of the scenario named first.
pub fn prepare<'a>(
    cases: &'a [Case],
    seed: u64,
    pool: &ThreadPool,
    quiet: bool,
) -> miette::Result<Option<Vec<Prepared<'a>>>> {
    let Some((first, others)) = cases.split_first() else { return Ok(Some(Vec::new())) };
    let bar = progress::count("scenarios in between are read", quiet);
    let watch = vary::watch(&bar);
    let prepared = |other| {
        let cases = [first, other].map(one_of_two);
        Prepared::new(Question { cases, target: 0, seed }, &watch)
    };
    let all: Vec<_> = pool.install(|| others.par_iter().map(prepared).collect());
    bar.finish_and_clear();
    let all: Vec<_> = all.into_iter().collect::<Result<_, _>>()?;
    Ok(all.into_iter().collect())
}

fn one_of_two(case: &Case) -> waterfall::Case<'_> {
    waterfall::Case { name: &case.name, document: &case.document, scenario: &case.scenario }
}

/// Simulates them; none where Ctrl-C ended it.
pub fn run(
    prepared: &[Prepared<'_>],
    pool: &ThreadPool,
    arguments: &SimulationArguments,
) -> Option<Vec<Waterfall>> {
    let paths = arguments.paths.unwrap_or_else(|| waterfall::affordable_paths(prepared));
    let bar = progress::count("paths", arguments.output.quiet);
    let watch = vary::watch(&bar);
    let look = Look { pool, watch: &watch };
    let found = prepared.iter().map(|prepared| prepared.run(paths, look)).collect();
    bar.finish_and_clear();
    found
}
