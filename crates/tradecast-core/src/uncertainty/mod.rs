//! What we do not know against what chance does: the distribution of P over draws of every quantity
//! that is given as a distribution, with the noise of the simulation removed.
//!
//! What is not known, θ: all that is drawn once a path, the hidden level, drift and volatility of
//! fitted growth among it. Chance: shocks, whether interventions happen, the events of disruptions.

mod nested;
mod spread;

pub use nested::{DRAWS, DRAWS_FROM, FIRST_PATHS, Hits, MOST_PATHS, PATHS_FROM, nested};
pub use spread::spread;

use crate::model::Model;
use crate::projection::{ParameterSpread, Projection, SpreadEntry, Untold};
use crate::scenario::Scenario;
use crate::threads::Work;
use crate::warning::{SpreadEnd, Warning};

/// Adds to each target the spread of its probability over what is not known, or why there is none;
/// nothing where the watch, which is told of paths, ends the work. `model` is the scenario's,
/// compiled with its own seed. The same for any number of threads.
pub fn add(projection: &mut Projection, scenario: &Scenario, model: &Model, work: Work<'_>) {
    let entries: Vec<Result<_, Untold>> = if model.has_quantities() {
        let (inputs, _) = model.inputs(scenario, scenario.simulation.seed, 0);
        let Some(found) = nested(model, &inputs, work) else { return };
        found.iter().map(spread).collect()
    } else {
        projection.targets.iter().map(|_| Err(Untold::Certain)).collect()
    };
    for (target, entry) in projection.targets.iter_mut().zip(entries) {
        projection.notes.extend(empty_ends(&target.name, &entry));
        target.parameter_spread = Some(match entry {
            Ok(spread) => SpreadEntry::Told(Box::new(spread)),
            Err(why) => SpreadEntry::Untold(why),
        });
    }
}

/// Why cells of a target's spread are empty.
fn empty_ends(target: &str, entry: &Result<ParameterSpread, Untold>) -> Vec<Warning> {
    let target = target.to_owned();
    let spread = match entry {
        Err(why) => return vec![Warning::NoSpread { target, why: *why }],
        Ok(spread) => spread,
    };
    let ends = [SpreadEnd::Low, SpreadEnd::High].into_iter().zip(spread.told_ends());
    let (least, paths) = (spread.least, spread.paths);
    let open = ends.filter_map(|(end, told)| {
        let is_near_zero = told.err()? == 0;
        Some(Warning::OpenSpread { target: target.clone(), end, is_near_zero, least, paths })
    });
    open.collect()
}
