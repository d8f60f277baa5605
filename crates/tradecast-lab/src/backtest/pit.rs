//! The probability integral transform: where in its forecast each value came to lie.

use super::{Evaluation, cluster};
use serde::Serialize;
use tradecast_core::statistics::{LEVEL, two_sided_z};

/// Bins of equal width between 0 and 1.
const BINS: usize = 20;

/// The share of values that came between two quantiles of their forecasts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PitBin {
    /// The model.
    pub model: &'static str,
    /// Years ahead; none for all horizons together.
    pub horizon: Option<u32>,
    /// The level of the lower quantile.
    pub lower: f64,
    /// The level of the upper quantile.
    pub upper: f64,
    /// How many values lie between them.
    pub cases: u64,
    /// Their share of all; upper − lower for a calibrated model.
    pub share: f64,
    /// Where a calibrated model's share lies with 95 % probability, as far as pairs are
    /// independent; cut off at 0; none with one pair.
    pub consistency: Option<[f64; 2]>,
}

/// The bins of a model: all horizons together, then each.
pub(super) fn bins(evaluation: &Evaluation, model: usize) -> Vec<PitBin> {
    let each = 0..evaluation.horizons.len();
    let mut rows = bins_of(evaluation, model, None, each.clone());
    for horizon in each {
        let asked = Some(evaluation.horizons[horizon]);
        rows.extend(bins_of(evaluation, model, asked, horizon..horizon + 1));
    }
    rows
}

fn bins_of(
    evaluation: &Evaluation,
    model: usize,
    horizon: Option<u32>,
    horizons: std::ops::Range<usize>,
) -> Vec<PitBin> {
    let clusters = evaluation.clusters.count();
    let mut all = vec![0.0; clusters];
    let mut counts = vec![vec![0.0; clusters]; BINS];
    for place in horizons {
        for (case, outcome) in evaluation.outcomes(place, model) {
            let cluster = evaluation.clusters.of(case);
            all[cluster] += 1.0;
            counts[((outcome.pit * BINS as f64) as usize).min(BINS - 1)][cluster] += 1.0;
        }
    }
    let total: f64 = all.iter().sum();
    let row = |(place, counts): (usize, &Vec<f64>)| {
        let count: f64 = counts.iter().sum();
        let share = count / total;
        let used = counts.iter().zip(&all).filter(|(_, all)| **all > 0.0);
        let error = cluster::of_sums(used.map(|(count, all)| (count - share * all) / total));
        let even = 1.0 / BINS as f64;
        let half = error.map(|error| two_sided_z(LEVEL) * error);
        PitBin {
            model: evaluation.models[model],
            horizon,
            lower: place as f64 / BINS as f64,
            upper: (place + 1) as f64 / BINS as f64,
            cases: count as u64,
            share,
            consistency: half.map(|half| [(even - half).max(0.0), even + half]),
        }
    };
    counts.iter().enumerate().map(row).collect()
}
