//! What moves the probability: each uncertain input at a low and a high value, shares of the
//! variance of the log total, and importance for reaching the target itself.
//!
//! An input is a group of random numbers with a name: a quantity, the shocks of a flow, whether an
//! intervention happens, the events of a disruption. Correlated inputs are drawn again from their
//! distribution given what is frozen, so that every figure respects the correlations.

mod blends;
mod discovery;
mod indices;
mod paths;
mod prim;
mod projection;
mod ratio;
mod result;
mod tornado;

pub use blends::{Blend, blends, mixed_variables};
pub use discovery::{Discovered, LEAST_HITS, NoBox, Restriction};
pub use indices::{BATCHES, Design, Indices, PickFreeze, indices, order};
pub use paths::LANES;
pub use prim::{LEAST_COVERAGE, MOST_RESTRICTIONS, Points, Ranges, find};
pub use projection::projection;
pub use ratio::Ratios;
pub use result::{InputSensitivity, Sensitivity};
pub use tornado::Bar;

use crate::model::{Input, InputKind, Model};
use crate::numeric::normal;
use crate::random::Variable;
use crate::scenario::{Scenario, Unit};
use crate::threads::Work;
use paths::{LOG_TOTAL, Paths, REACHED};
use tornado::Z90;

/// Paths that are the least that [`sensitivity`] simulates, and of which it takes multiples.
pub const ROUND: u64 = BATCHES * LANES as u64;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The number of the target.
    pub target: usize,
    /// Paths of each evaluation, rounded up to a multiple of [`ROUND`].
    pub paths: u64,
    /// The seed of every draw.
    pub seed: u64,
}

/// Steps of the work on a question that its watch is told of.
pub const STEPS: u64 = 2 * BATCHES;

/// Answers a question; none where the watch ends the work, which is told of [`STEPS`] steps, from any
/// thread. The same for any number of threads.
pub fn sensitivity(question: &Question<'_>, work: Work<'_>) -> Option<Sensitivity> {
    let Question { scenario, target, seed, .. } = *question;
    let model = Model::new(scenario, seed);
    let (inputs, coordinates) = model.inputs(scenario, seed, target);
    let paths = Paths::new(&model, target, &inputs, &coordinates);
    let blocks_a_batch = question.paths.div_ceil(ROUND).max(1);
    let (probability, bars) = tornado::bars(&paths, blocks_a_batch, work)?;
    let orders = Variable::new(seed, "sensitivity orders");
    let design = Design { blocks_a_batch, orders };
    let found = indices(&paths, design, work)?;
    let mut discovered = discovery::discover(&paths, probability.value, work)?;
    for restriction in discovered.iter_mut().flat_map(|found| &mut found.restrictions) {
        restriction.values = restricted_values(restriction, &inputs[restriction.number], scenario);
    }
    let of_input = |index: usize| {
        let of = |output: usize| found[output].as_ref().map(|all| all[index]);
        let input = &inputs[index];
        InputSensitivity {
            name: input.name.clone(),
            kind: input.kind,
            is_correlated: !input.is_independent(),
            values: ends(input, scenario),
            bar: bars[index],
            log_total: of(LOG_TOTAL),
            reached: of(REACHED),
        }
    };
    let inputs = (0..inputs.len()).map(of_input).collect();
    Some(Sensitivity::new(question, blocks_a_batch * ROUND, (probability, inputs), discovered))
}

/// The ends of a restriction in words, each where it restricts a value that has a name.
fn restricted_values(
    restriction: &Restriction,
    input: &Input,
    scenario: &Scenario,
) -> [Option<String>; 2] {
    let [lower, upper] = restriction.quantiles;
    let value = |quantile: f64| value_at(input, scenario, normal::quantile(quantile));
    [
        (lower > 0.0 && lower < 1.0).then(|| value(lower)).flatten(),
        (upper > 0.0 && upper < 1.0).then(|| value(upper)).flatten(),
    ]
}

/// A quantity that the scenario names, at a quantile, with its unit.
fn value_at(input: &Input, scenario: &Scenario, z: f64) -> Option<String> {
    let it = scenario.quantities().into_iter().find(|it| it.key == input.name)?;
    let value = it.unit.show(it.quantity.value(z));
    Some(match it.unit {
        Unit::Amount(_) => format!("{value} {}", scenario.money.label()),
        _ => value,
    })
}

/// What an input is fixed at, in words.
fn ends(input: &Input, scenario: &Scenario) -> Option<[String; 2]> {
    match input.kind {
        InputKind::Intervention => Some(["does not happen", "happens"].map(str::to_owned)),
        InputKind::Disruption => Some(["first event early", "late"].map(str::to_owned)),
        InputKind::Shocks => {
            input.pin.as_ref().map(|_| ["weak years", "strong years"].map(str::to_owned))
        }
        InputKind::Quantity => {
            let unnamed = ["10 % quantile", "90 % quantile"];
            Some([0, 1].map(|end| {
                let value = value_at(input, scenario, [-Z90, Z90][end]);
                value.unwrap_or_else(|| unnamed[end].to_owned())
            }))
        }
    }
}
