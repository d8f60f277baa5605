//! Scores of groups of cases: by the size of the base, and by the length of the history.

use super::scores::{mean_of, ratio_of};
use super::{Case, Evaluation};
use serde::Serialize;

/// Edges of the groups by base, million USD.
const BASES: [f64; 6] = [0.0, 0.5, 5.0, 50.0, 500.0, 5000.0];

/// Edges of the groups by history, values.
const HISTORIES: [f64; 5] = [1.0, 5.0, 8.0, 11.0, 16.0];

/// By what cases are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grouping {
    /// The value at the origin, million USD.
    Base,
    /// The number of values in the history.
    History,
}

impl Grouping {
    /// As in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::History => "history",
        }
    }

    fn edges(self) -> &'static [f64] {
        match self {
            Self::Base => &BASES,
            Self::History => &HISTORIES,
        }
    }

    fn of(self, case: &Case) -> f64 {
        match self {
            Self::Base => case.base,
            Self::History => case.history.len() as f64,
        }
    }
}

/// How well a model foretold the cases of a group at one horizon.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupScore {
    /// The model.
    pub model: &'static str,
    /// Years ahead.
    pub horizon: u32,
    /// By what cases are grouped.
    pub grouped_by: Grouping,
    /// The least base (million USD) or number of values of the group.
    pub lower: f64,
    /// That of the next group; none for the last.
    pub upper: Option<f64>,
    /// Cases that are scored.
    pub cases: u64,
    /// Their mean CRPS.
    pub crps: f64,
    /// The CRPS over that of the first model on the same cases.
    pub ratio_to_first: f64,
    /// Its standard error, clustered on pairs; none with one pair.
    pub ratio_to_first_standard_error: Option<f64>,
}

/// The scores of a model at a horizon, by their places, of each group that has cases.
pub(super) fn groups(evaluation: &Evaluation, model: usize, horizon: usize) -> Vec<GroupScore> {
    let crps_of = |model: usize| {
        evaluation.outcomes(horizon, model).map(|(case, outcome)| (case, outcome.crps))
    };
    let own_and_first: Vec<(usize, f64, f64)> = crps_of(model)
        .zip(crps_of(0))
        .map(|((case, own), (_, first))| (case, own, first))
        .collect();
    let mut scores = Vec::new();
    for by in [Grouping::Base, Grouping::History] {
        let mut groups = vec![(Vec::new(), Vec::new()); by.edges().len()];
        for (case, own, first) in &own_and_first {
            let value = by.of(&evaluation.cases[*case]);
            let group = by.edges().partition_point(|edge| *edge <= value) - 1;
            groups[group].0.push((*case, *own));
            groups[group].1.push(*first);
        }
        for (place, (own, first)) in
            groups.iter().enumerate().filter(|(_, group)| !group.0.is_empty())
        {
            let ratio = ratio_of(own, first, evaluation);
            scores.push(GroupScore {
                model: evaluation.models[model],
                horizon: evaluation.horizons[horizon],
                grouped_by: by,
                lower: by.edges()[place],
                upper: by.edges().get(place + 1).copied(),
                cases: own.len() as u64,
                crps: mean_of(own, evaluation).0,
                ratio_to_first: ratio.0,
                ratio_to_first_standard_error: ratio.1,
            });
        }
    }
    scores
}
