//! Where the paths of a nested simulation come from: plain ones, or weighted ones for an outcome
//! that is rare.

use crate::engine::Plan;
use crate::importance::{Aim, Criterion, Event, Mixture, Side, aim};
use crate::model::Model;
use crate::random::Coordinate;
use crate::threads::Threads;

/// An outcome that is less likely has weighted paths.
const RARE: f64 = 0.1;

/// Where the paths for one target come from.
#[derive(Clone, Debug)]
pub enum Look {
    /// Plain paths, on which hits count.
    Plain,
    /// Weighted paths, and which outcome counts.
    Weighted(Box<Mixture>, Side),
}

/// What is known when looks are chosen.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The model.
    pub model: &'a Model,
    /// The plan of its run.
    pub plan: &'a Plan,
    /// The seed of pilots.
    pub seed: u64,
    /// The numbers of its points that are chance.
    pub chance: &'a [Coordinate],
    /// Who explores.
    pub threads: &'a Threads,
}

impl Look {
    /// What is counted.
    pub fn side(&self) -> Side {
        match self {
            Self::Plain => Side::Hit,
            Self::Weighted(_, side) => *side,
        }
    }

    /// For a target that is so likely: weighted paths where an outcome is rare, drawn as those of the
    /// run, or of a pilot of their own, with what is not known averaged over.
    pub fn at(target: usize, probability: f64, known: Known<'_>) -> Self {
        if probability.min(1.0 - probability) >= RARE {
            return Self::Plain;
        }
        let side = if probability < 0.5 { Side::Hit } else { Side::Miss };
        match known.of_run(target).or_else(|| known.explored(target, side)) {
            Some(mixture) => Self::Weighted(Box::new(mixture.marginal(known.chance)), side),
            None => Self::Plain,
        }
    }
}

impl Known<'_> {
    /// The run's own mixture where it looks for a target's own period.
    fn of_run(&self, target: usize) -> Option<Mixture> {
        let weighted = self.plan.weighted.as_ref()?;
        let row = weighted.rows[0][target].last()?;
        row.side(Criterion::In).map(|_| weighted.mixture.clone())
    }

    fn explored(&self, target: usize, side: Side) -> Option<Mixture> {
        let model = self.model;
        let position = model.targets[target].periods.len() - 1;
        let event = Event { target, position, criterion: Criterion::In, side };
        let aims = [Aim { model, event, share: 1.0 }];
        Some(aim(std::slice::from_ref(model), &aims, self.seed, self.threads)?.0)
    }
}
