//! The part of `run --uncertainty` and `report`: how P depends on what is not known.

use super::simulate::Case;
use super::{progress, vary};
use rayon::ThreadPool;
use std::ops::ControlFlow;
use tradecast_core::model::Model;
use tradecast_core::projection::Projection;
use tradecast_core::uncertainty::{self, DRAWS, FIRST_PATHS, MOST_PATHS};
use tradecast_report::words;

/// Adds the spread of P over what is not known, and why cells are empty; nothing after Ctrl-C.
pub fn add(
    projection: &mut Projection,
    (case, model): (&Case, &Model),
    (pool, quiet): (&ThreadPool, bool),
) {
    let bar = progress::bar(DRAWS * FIRST_PATHS, " of {len} paths of what is not known", quiet);
    let watch = |done: u64| -> ControlFlow<()> {
        bar.inc(done);
        if bar.position() > DRAWS * FIRST_PATHS {
            bar.set_length(DRAWS * MOST_PATHS);
        }
        vary::unless_interrupted()
    };
    uncertainty::add(projection, (&case.scenario, model), (pool, &watch));
    bar.finish_and_clear();
    projection.notes.extend(projection.targets.iter().flat_map(words::empty_ends));
}
