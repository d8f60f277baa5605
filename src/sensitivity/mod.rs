//! What moves the probability: each uncertain input at a low and a high value, shares of the
//! variance of the log total, and importance for reaching the target itself.
//!
//! An input is a group of random numbers with a name: a quantity, the shocks of a flow, whether an
//! intervention happens, the events of a disruption. Correlated inputs are drawn again from their
//! distribution given what is frozen, so that every figure respects the correlations.

mod indices;
mod paths;
mod projection;
mod ratio;
mod result;
mod tornado;

pub use indices::{BATCHES, Design, Indices, PickFreeze, indices, order};
pub use paths::LANES;
pub use projection::projection;
pub use ratio::Ratios;
pub use result::{InputSensitivity, Sensitivity};
pub use tornado::Bar;

use crate::model::{Input, InputKind, Model};
use crate::random::Variable;
use crate::scenario::{Scenario, Unit};
use paths::{LOG_TOTAL, Paths, REACHED};
use rayon::ThreadPool;
use tornado::Z90;

/// Paths that are the least that [`sensitivity`] simulates, and of which it takes multiples.
pub const ROUND: u64 = BATCHES * LANES as u64;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The stem of the scenario's file.
    pub name: &'a str,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The number of the target.
    pub target: usize,
    /// Paths of each evaluation, rounded up to a multiple of [`ROUND`].
    pub paths: u64,
    /// The seed of every draw.
    pub seed: u64,
}

/// Steps that are reported of the work on a question.
pub const STEPS: u64 = 2 * BATCHES;

/// Answers a question; `observe` is called [`STEPS`] times, from any thread. The same for any
/// number of threads.
pub fn sensitivity(
    question: &Question<'_>,
    pool: &ThreadPool,
    observe: impl Fn() + Sync,
) -> Sensitivity {
    let Question { scenario, target, seed, .. } = *question;
    let model = Model::new(scenario, seed);
    let (inputs, coordinates) = model.inputs((scenario, seed), target);
    let paths = Paths::new((&model, target), (&inputs, &coordinates));
    let blocks_a_batch = question.paths.div_ceil(ROUND).max(1);
    let (probability, bars) = tornado::bars(&paths, blocks_a_batch, pool, &observe);
    let orders = Variable::new(seed, "sensitivity orders");
    let design = Design { blocks_a_batch, orders };
    let found = indices(&paths, design, pool, &observe);
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
    Sensitivity::new(question, blocks_a_batch * ROUND, probability, inputs)
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
            let known = scenario.assumptions.iter().find(|it| it.key == input.name);
            Some(match known {
                Some(it) => [-Z90, Z90].map(|z| {
                    let value = it.unit.show(it.quantity.value(z));
                    match it.unit {
                        Unit::Amount(_) => format!("{value} {}", scenario.money.label()),
                        _ => value,
                    }
                }),
                None => ["10 % quantile", "90 % quantile"].map(str::to_owned),
            })
        }
    }
}
