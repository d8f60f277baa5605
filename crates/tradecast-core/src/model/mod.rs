//! The compiled scenario: names resolved to indices, flat arrays, one row for each random
//! variable; and its evaluation on a block of paths. A point goes in, an outcome comes out: the
//! model does not know where points come from.

mod activity;
mod block;
mod choices;
mod compile;
mod contribution;
mod disruption;
mod inputs;
mod mixing;
mod parameters;
mod prices;
mod quantities;
mod rows;
mod running_year;
mod series;
mod shock;
mod timeline;
mod twins;
mod walk;

pub use block::Block;
pub use choices::Choice;
pub use contribution::Contributions;
pub use inputs::{Input, InputKind};
pub use timeline::Timeline;
pub use twins::{Alike, BlockPoints, Twins, evaluate_in_turn};

use crate::calendar::Period;
use activity::Timing;
use disruption::Disruption;
use parameters::{Chance, Parameter, Parameters};
use prices::Deflator;
use shock::Shocks;
use std::ops::Range;
use walk::Walk;

/// A scenario ready to be simulated.
#[derive(Clone, Debug)]
pub struct Model {
    /// The steps.
    pub timeline: Timeline,
    /// The amounts to be reached.
    pub targets: Vec<TargetModel>,
    /// What is summarised by period.
    pub series: Vec<SeriesModel>,
    parameters: Parameters,
    shocks: Shocks,
    walks: Vec<Walk>,
    flows: Vec<FlowModel>,
    interventions: Vec<InterventionModel>,
    /// Interventions in an order in which each comes after all that it needs.
    order: Vec<usize>,
    disruptions: Vec<Disruption>,
    deflator: Option<Deflator>,
}

/// A target.
#[derive(Clone, Debug)]
pub struct TargetModel {
    /// The flows that are summed.
    pub flows: Vec<usize>,
    /// The amount in single units of the currency.
    pub at_least: f64,
    /// Periods of the target's length with the steps that make them up; its own is last.
    pub periods: Vec<(Period, Range<usize>)>,
    /// The index of its total in [`Model::series`].
    pub series: usize,
}

impl TargetModel {
    /// The steps of the target's own period.
    pub fn own_steps(&self) -> Range<usize> {
        self.periods.last().expect("a target has its own period").1.clone()
    }
}

/// A total or a flow to be summarised by period.
#[derive(Clone, Debug)]
pub struct SeriesModel {
    /// The name of a flow, or `total`; the totals of several targets are named by the summary.
    pub name: String,
    /// Whether it is the total of a target.
    pub is_total: bool,
    /// The flows that are summed.
    pub flows: Vec<usize>,
    /// The latest of their baseline periods.
    pub baseline: Period,
    /// Periods with the steps that make them up.
    pub periods: Vec<(Period, Range<usize>)>,
    /// Whether single steps are summarised too: for totals whose periods are longer.
    pub has_steps: bool,
    /// Whether the mean exists.
    pub has_moments: bool,
}

impl SeriesModel {
    /// The length of a period, in years.
    pub fn period_years(&self) -> f64 {
        self.periods.last().map_or(1.0, |(period, _)| period.years())
    }
}

/// A flow.
#[derive(Clone, Debug)]
struct FlowModel {
    /// The observed baseline, as an annual rate.
    baseline: Parameter,
    /// What makes the observed rate an undisturbed one.
    undo_loss: Option<Parameter>,
    /// Its own walk.
    walk: usize,
    /// Elasticities and the walks of the drivers as seen from its baseline.
    elasticities: Vec<(Parameter, usize)>,
    /// By step: years times the seasonal factor.
    step_factors: Vec<f64>,
    /// The interventions that lift it.
    lifts: Vec<(usize, Parameter)>,
    /// The interventions that add to it: amounts a year.
    adds: Vec<(usize, Parameter)>,
    /// The disruptions that interrupt it.
    disruptions: Vec<usize>,
}

impl FlowModel {
    /// Whether any intervention lifts it or adds to it.
    fn is_acted_on(&self) -> bool {
        !(self.lifts.is_empty() && self.adds.is_empty())
    }

    /// Whether one of some interventions lifts it or adds to it.
    fn is_acted_on_by(&self, is_one: &[bool]) -> bool {
        self.lifts.iter().chain(&self.adds).any(|(k, _)| is_one[*k])
    }
}

/// An intervention.
#[derive(Clone, Debug)]
struct InterventionModel {
    /// Whether it happens.
    chance: Chance,
    /// When it acts.
    timing: Timing,
    /// What it needs directly.
    needs: Vec<usize>,
    /// Itself and all that need it, directly or not, in the model's order.
    dependents: Vec<usize>,
    /// Takes the mean activity of a season to that of a year: 12 / months of the season.
    season_factor: f64,
}
