//! What we do not know against what chance does: the distribution of P over draws of every quantity
//! that is given as a distribution, with the noise of the simulation removed.
//!
//! What is not known, θ: all that is drawn once a path, the hidden level, drift and volatility of
//! fitted growth among it. Chance: shocks, whether interventions happen, the events of disruptions.

mod look;
mod nested;
mod split;
mod spread;

pub use look::{Known, Look};
pub use nested::{DRAWS, DRAWS_FROM, Draw, Nest, PATHS, PATHS_FROM, nested};
pub use split::{Split, Unknown};
pub use spread::spread;

use crate::engine::Plan;
use crate::model::Model;
use crate::projection::{ParameterSpread, Projection, SpreadEntry, TargetProjection, Untold};
use crate::random::Coordinate;
use crate::scenario::Scenario;
use crate::threads::Work;
use crate::warning::{SpreadEnd, Warning};

/// Adds to each target the spread of its probability over what is not known, or why there is none:
/// with the odds of measures averaged over, and with each measure's happening among what is not
/// known. Nothing where the watch, which is told of paths, ends the work. `model` is the scenario's,
/// compiled with its own seed, `plan` that of the run. The same for any number of threads.
pub fn add(
    projection: &mut Projection,
    (scenario, model, plan): (&Scenario, &Model, &Plan),
    work: Work<'_>,
) {
    let simulated = Simulated { projection, scenario, model, plan };
    let has_measures = (0..model.interventions()).any(|index| model.is_random(index));
    let with_measures =
        has_measures.then(|| simulated.spreads(Unknown::QuantitiesAndMeasures, work));
    let entries = if model.has_quantities() {
        simulated.spreads(Unknown::Quantities, work)
    } else {
        Some(vec![Err(Untold::Certain); projection.targets.len()])
    };
    let Some(entries) = entries else { return };
    for (target, entry) in projection.targets.iter_mut().zip(entries) {
        projection.notes.extend(empty_ends(&target.name, &entry));
        target.parameter_spread = Some(match entry {
            Ok(spread) => SpreadEntry::Told(Box::new(spread)),
            Err(why) => SpreadEntry::Untold(why),
        });
    }
    let Some(Some(entries)) = with_measures else { return };
    for (target, entry) in projection.targets.iter_mut().zip(entries) {
        target.spread_with_measures = entry.ok();
    }
}

/// What a run was of, and what it found.
#[derive(Clone, Copy)]
struct Simulated<'a> {
    projection: &'a Projection,
    scenario: &'a Scenario,
    model: &'a Model,
    plan: &'a Plan,
}

impl Simulated<'_> {
    /// By target, the spread over what is not known; none where the work was ended.
    fn spreads(
        self,
        unknown: Unknown,
        work: Work<'_>,
    ) -> Option<Vec<Result<ParameterSpread, Untold>>> {
        let Self { projection, scenario, model, plan } = self;
        let seed = scenario.simulation.seed;
        let (inputs, coordinates) = model.inputs(scenario, seed, 0);
        let split = Split::new(&inputs, unknown);
        let chance: Vec<Coordinate> =
            coordinates.into_iter().filter(|it| split.is_chance(it.variable)).collect();
        let known = Known { model, plan, seed, chance: &chance, threads: work.threads };
        let probability = |target: &TargetProjection| target.probability().estimate.value;
        let targets = projection.targets.iter().map(probability).enumerate();
        let looks: Vec<Look> = targets.map(|(target, p)| Look::at(target, p, known)).collect();
        let found = nested(Nest { model, split: &split, chance: &chance, looks: &looks }, work)?;
        Some(found.iter().zip(&looks).map(|(draws, look)| spread(draws, look.side())).collect())
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
    let paths = spread.paths;
    let open = ends.filter_map(|(end, told)| {
        let is_near_zero = told.err()? == 0;
        let least = spread.least[usize::from(!is_near_zero)];
        Some(Warning::OpenSpread { target: target.clone(), end, is_near_zero, least, paths })
    });
    open.collect()
}
