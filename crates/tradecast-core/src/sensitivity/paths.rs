//! A model's total as a function of its inputs: what is frozen, what is drawn again.

use super::blends::{blends, mixed_variables};
use super::indices::PickFreeze;
use crate::model::{Block, Input, Model};
use crate::numeric::elementary::ln_slice;
use crate::random::{self, Coordinate, Origin, SECOND_PATHS, Tape, Variable};
use std::collections::HashMap;

/// Paths of a block.
pub const LANES: usize = 256;

/// Outputs of [`Paths`]: the log of the total, and whether the target is reached, 1 or 0.
pub const LOG_TOTAL: usize = 0;
/// See [`LOG_TOTAL`].
pub const REACHED: usize = 1;

/// The total of a target's own period on the paths of a model.
pub struct Paths<'a> {
    /// The model.
    pub model: &'a Model,
    /// The target's number.
    pub target: usize,
    /// Its inputs.
    pub inputs: &'a [Input],
    /// The numbers that points consist of.
    pub coordinates: &'a [Coordinate],
    /// The variables that correlated inputs are mixed from.
    mixed: Vec<Variable>,
}

/// One thread's room.
pub struct Room {
    block: Block,
    first: Tape,
    second: Tape,
}

impl<'a> Paths<'a> {
    /// Prepares the inputs of a model.
    pub fn new(
        model: &'a Model,
        target: usize,
        inputs: &'a [Input],
        coordinates: &'a [Coordinate],
    ) -> Self {
        let mixed = mixed_variables(inputs);
        Self { model, target, inputs, coordinates, mixed }
    }

    /// Where the numbers of variables come from when some inputs are frozen.
    fn origins(&self, frozen: &[bool]) -> HashMap<Variable, Origin> {
        let again = self.inputs.iter().zip(frozen).filter(|(_, frozen)| !**frozen);
        let own = again.flat_map(|(input, _)| &input.own);
        let origins = own.map(|variable| (*variable, Origin::Second));
        let blends = blends(self.inputs, &self.mixed, frozen).into_iter();
        origins.chain(blends.map(|(variable, parts)| (variable, Origin::Blend(parts)))).collect()
    }

    /// Writes the totals of the block that was evaluated last.
    pub fn totals(&self, block: &Block, out: &mut [f64]) {
        let target = &self.model.targets[self.target];
        block.total(&target.flows, target.own_steps(), out);
    }
}

impl PickFreeze for Paths<'_> {
    type Room = Room;

    fn room(&self) -> Room {
        let tape = || Tape::new(self.coordinates, LANES);
        let mut block = self.model.block(LANES);
        block.keep_quantities();
        Room { block, first: tape(), second: tape() }
    }

    fn inputs(&self) -> usize {
        self.inputs.len()
    }

    fn outputs(&self) -> usize {
        2
    }

    fn lanes(&self) -> usize {
        LANES
    }

    fn is_independent(&self, input: usize) -> bool {
        self.inputs[input].is_independent()
    }

    fn start(&self, block: u64, room: &mut Room) {
        room.first.draw(block * LANES as u64);
        room.second.draw(block * LANES as u64 + SECOND_PATHS);
    }

    fn evaluate(&self, frozen: &[bool], room: &mut Room, out: &mut [Vec<f64>]) {
        let first_path = room.first.first_path();
        if frozen.iter().all(|frozen| *frozen) {
            self.model.evaluate(&room.first, first_path, &mut room.block);
        } else {
            let origins = self.origins(frozen);
            let points = random::PickFreeze { first: &room.first, second: &room.second, origins };
            self.model.evaluate(&points, first_path, &mut room.block);
        }
        let at_least = self.model.targets[self.target].at_least;
        let (logs, reached) = out.split_at_mut(REACHED);
        let (logs, reached) = (&mut logs[LOG_TOTAL], &mut reached[0]);
        self.totals(&room.block, logs);
        for (reached, total) in reached.iter_mut().zip(logs.iter()) {
            *reached = f64::from(u8::from(*total >= at_least));
        }
        ln_slice(logs);
    }
}
