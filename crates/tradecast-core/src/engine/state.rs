//! What is counted of simulated paths: integers only, so that states merge exactly, in any order.

use crate::model::{Model, SeriesModel, TargetModel};
use crate::statistics::{FixedSum, QuantileSketch};
use serde::{Deserialize, Serialize};

/// Everything counted of one model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Paths.
    pub paths: u64,
    /// By series of the model, by point: baseline, periods, then steps.
    pub series: Vec<Vec<QuantileSketch>>,
    /// By target of the model.
    pub targets: Vec<TargetState>,
}

/// What is counted of one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetState {
    /// By period: paths whose total reaches the target in it.
    pub inside: Vec<u64>,
    /// By period: paths whose total reaches the target in it or before.
    pub by: Vec<u64>,
    /// Paths whose total would reach the target in its own period without any intervention.
    pub without_measures: u64,
    /// Sum of (target − total)/target over the paths that miss it in its own period.
    pub shortfall: FixedSum,
    /// Sum of its square.
    pub shortfall_squared: FixedSum,
    /// Paths whose total lies in the middle band.
    pub band_paths: u64,
    /// Flows, then interventions, then disruptions.
    pub items: Vec<ItemState>,
}

/// What is counted of one item of a target.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ItemState {
    /// Paths on which the item is at work in the target's period.
    pub active: u64,
    /// Sum of contribution/target over the paths in the middle band.
    pub contribution: FixedSum,
    /// Paths that reach the target when the intervention is made to happen.
    pub hits_if_yes: u64,
    /// Paths that reach it when it is kept from happening.
    pub hits_if_no: u64,
}

impl State {
    /// The empty state of a model.
    pub fn new(model: &Model) -> Self {
        let items = model.flows() + model.interventions() + model.disruptions();
        let target = |target: &TargetModel| TargetState {
            inside: vec![0; target.periods.len()],
            by: vec![0; target.periods.len()],
            without_measures: 0,
            shortfall: FixedSum::new(),
            shortfall_squared: FixedSum::new(),
            band_paths: 0,
            items: vec![ItemState::default(); items],
        };
        let series = |series: &SeriesModel| {
            let steps = if series.has_steps { model.timeline.steps } else { 0 };
            vec![QuantileSketch::new(); 1 + series.periods.len() + steps]
        };
        Self {
            paths: 0,
            series: model.series.iter().map(series).collect(),
            targets: model.targets.iter().map(target).collect(),
        }
    }

    /// The sketch of a target's total in its own period.
    pub fn own_total(&self, target: &TargetModel) -> &QuantileSketch {
        &self.series[target.series][target.periods.len()]
    }

    /// By target, the paths that reach it in its own period.
    pub fn hits(&self) -> Vec<u64> {
        let own = |target: &TargetState| target.inside.last().copied().unwrap_or_default();
        self.targets.iter().map(own).collect()
    }

    /// Adds what another state of the same model has counted.
    pub fn merge(&mut self, other: &Self) {
        self.paths += other.paths;
        let sketches = self.series.iter_mut().flatten().zip(other.series.iter().flatten());
        sketches.for_each(|(own, other)| own.merge(other));
        for (own, other) in self.targets.iter_mut().zip(&other.targets) {
            own.merge(other);
        }
    }
}

impl TargetState {
    fn merge(&mut self, other: &Self) {
        let counts = self.inside.iter_mut().chain(&mut self.by);
        counts.zip(other.inside.iter().chain(&other.by)).for_each(|(own, other)| *own += other);
        self.without_measures += other.without_measures;
        self.shortfall.merge(&other.shortfall);
        self.shortfall_squared.merge(&other.shortfall_squared);
        self.band_paths += other.band_paths;
        for (own, other) in self.items.iter_mut().zip(&other.items) {
            own.active += other.active;
            own.contribution.merge(&other.contribution);
            own.hits_if_yes += other.hits_if_yes;
            own.hits_if_no += other.hits_if_no;
        }
    }
}
