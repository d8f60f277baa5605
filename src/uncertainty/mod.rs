//! What we do not know against what chance does: the distribution of P over draws of every quantity
//! that is given as a distribution, with the noise of the simulation removed.
//!
//! What is not known, θ: all that is drawn once a path, the hidden level, drift and volatility of
//! fitted growth among it. Chance: shocks, whether interventions happen, the events of disruptions.

mod nested;
mod spread;

pub use nested::{DRAWS, DRAWS_FROM, FIRST_PATHS, MOST_PATHS, Nested, PATHS_FROM, nested};
pub use spread::{QUANTILES, Untold, spread};

use crate::model::Model;
use crate::projection::{Projection, SpreadEntry};
use crate::scenario::Scenario;
use rayon::ThreadPool;

/// Adds to each target the spread of its probability over what is not known, or why there is none.
/// `model` is the scenario's, compiled with its own seed. The same for any number of threads.
pub fn add(projection: &mut Projection, (scenario, model): (&Scenario, &Model), pool: &ThreadPool) {
    let found = model.has_quantities().then(|| {
        let (inputs, _) = model.inputs((scenario, scenario.simulation.seed), 0);
        nested(model, &inputs, pool)
    });
    for (number, target) in projection.targets.iter_mut().enumerate() {
        let of_target = |found: &Nested| spread(found, number);
        let entry = found.as_ref().map_or(Err(Untold::Certain), of_target);
        if let Err(why) = &entry {
            projection.notes.push(format!(
                "{}: probability_low and probability_high are empty: {why}",
                target.name
            ));
        }
        target.parameter_spread = Some(match entry {
            Ok(spread) => SpreadEntry::Told(Box::new(spread)),
            Err(why) => SpreadEntry::Untold { why: why.to_string() },
        });
    }
}
