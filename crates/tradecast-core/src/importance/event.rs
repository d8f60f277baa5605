//! What one probability is about, as a margin that is positive where it comes true.

use crate::model::{Block, Model};

/// When a target counts as reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// In the period itself.
    In,
    /// In the period or in one before it.
    By,
}

/// Which of two outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Side {
    /// The target is reached.
    Hit,
    /// It is missed.
    Miss,
}

/// Reaching or missing a target in, or by, one of its periods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The target.
    pub target: usize,
    /// The period, by its position in [`crate::model::TargetModel::periods`].
    pub position: usize,
    /// When the target counts as reached.
    pub criterion: Criterion,
    /// Which outcome.
    pub side: Side,
}

impl Event {
    /// How far each path of a block is beyond the target, on the event's side of it.
    pub fn margins(&self, model: &Model, block: &Block, totals: &mut Vec<f64>, out: &mut [f64]) {
        let target = &model.targets[self.target];
        totals.resize(block.lanes(), 0.0);
        let first = match self.criterion {
            Criterion::In => self.position,
            Criterion::By => 0,
        };
        out.fill(f64::NEG_INFINITY);
        for (_, steps) in &target.periods[first..=self.position] {
            block.total(&target.flows, steps.clone(), totals);
            for (out, total) in out.iter_mut().zip(totals.iter()) {
                *out = out.max(total - target.at_least);
            }
        }
        if self.side == Side::Miss {
            out.iter_mut().for_each(|out| *out = -*out);
        }
    }

    /// Whether a path with this margin is in the event.
    pub fn contains(&self, margin: f64) -> bool {
        match self.side {
            Side::Hit => margin >= 0.0,
            Side::Miss => margin > 0.0,
        }
    }
}
