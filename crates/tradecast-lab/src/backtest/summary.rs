//! A whole backtest as plain data: what tables, figures and the card are made of.

use super::{
    Evaluation, GroupScore, PitBin, ReliabilityBin, Score, groups, pit, reliability, scores,
};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::Serialize;

/// How well models foretold the cases of a panel.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Backtest {
    /// The models; the first is the one that others are compared with.
    pub models: Vec<&'static str>,
    /// Years ahead, ascending.
    pub horizons: Vec<u32>,
    /// The number of cases.
    pub cases: u64,
    /// The number of pairs that they are of.
    pub pairs: u64,
    /// The first and the last origin, years.
    pub origins: [i32; 2],
    /// By model, then horizon.
    pub scores: Vec<Score>,
    /// By model: all together, by horizon, by multiple.
    pub reliability: Vec<ReliabilityBin>,
    /// By model: all horizons together, then each.
    pub pit: Vec<PitBin>,
    /// By model, then horizon: groups by base, then by history.
    pub groups: Vec<GroupScore>,
}

impl Backtest {
    /// Sums up an evaluation of at least one case, with a score at each horizon.
    pub fn new(evaluation: &Evaluation) -> Self {
        let horizons = 0..evaluation.horizons.len();
        let places = (0..evaluation.models.len()).into_par_iter();
        let by_model: Vec<_> = places
            .map(|model| {
                let each = horizons.clone();
                let scores: Vec<Score> =
                    each.clone().map(|horizon| scores::score(evaluation, model, horizon)).collect();
                let groups: Vec<GroupScore> =
                    each.flat_map(|horizon| groups::groups(evaluation, model, horizon)).collect();
                let reliability = reliability::bins(evaluation, model);
                (scores, reliability, pit::bins(evaluation, model), groups)
            })
            .collect();
        let origins = || evaluation.cases.iter().map(|case| case.origin);
        let mut backtest = Self {
            models: evaluation.models.clone(),
            horizons: evaluation.horizons.to_vec(),
            cases: evaluation.cases.len() as u64,
            pairs: evaluation.clusters.count() as u64,
            origins: [origins().min().unwrap_or(0), origins().max().unwrap_or(0)],
            scores: Vec::new(),
            reliability: Vec::new(),
            pit: Vec::new(),
            groups: Vec::new(),
        };
        for (scores, reliability, pit, groups) in by_model {
            backtest.scores.extend(scores);
            backtest.reliability.extend(reliability);
            backtest.pit.extend(pit);
            backtest.groups.extend(groups);
        }
        backtest
    }

    /// The scores of a model, by horizon.
    pub fn scores_of<'a>(&'a self, model: &'a str) -> impl Iterator<Item = &'a Score> + 'a {
        self.scores.iter().filter(move |score| score.model == model)
    }

    /// The reliability of a model, all horizons and multiples together.
    pub fn reliability_of<'a>(
        &'a self,
        model: &'a str,
    ) -> impl Iterator<Item = &'a ReliabilityBin> + 'a {
        self.reliability.iter().filter(move |bin| {
            bin.model == model && bin.horizon.is_none() && bin.multiple.is_none()
        })
    }

    /// The PIT of a model, all horizons together.
    pub fn pit_of<'a>(&'a self, model: &'a str) -> impl Iterator<Item = &'a PitBin> + 'a {
        self.pit.iter().filter(move |bin| bin.model == model && bin.horizon.is_none())
    }

    /// The widest gap between forecast and observed share in a model's bins up to a probability.
    pub fn widest_gap(&self, model: &str, up_to: f64) -> Option<f64> {
        let bins = self.reliability_of(model).filter(|bin| bin.upper <= up_to + 1e-9);
        bins.map(|bin| (bin.observed - bin.forecast).abs()).reduce(f64::max)
    }

    /// The horizon in the middle, where figures of one horizon look.
    pub fn middle_horizon(&self) -> u32 {
        self.horizons.get(self.horizons.len() / 2).copied().unwrap_or(1)
    }
}
