//! Scores of a model at a horizon.

use super::{Evaluation, LEVELS, MULTIPLES, Outcome};
use serde::Serialize;

/// How well a model foretold all cases at one horizon.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// The model.
    pub model: &'static str,
    /// Years ahead.
    pub horizon: u32,
    /// Cases with a positive value then: those that are scored.
    pub cases: u64,
    /// Cases whose value then is zero: of them only the Brier scores know.
    pub zeros: u64,
    /// The mean CRPS of the log ratio.
    pub crps: f64,
    /// Its standard error, clustered on pairs; none with one pair.
    pub crps_standard_error: Option<f64>,
    /// The mean log density of the log ratio; none for a model of draws.
    pub log_score: Option<f64>,
    /// The shares of cases in the central intervals of [`LEVELS`].
    pub coverage: [f64; LEVELS.len()],
    /// The mean Brier scores of reaching each of [`MULTIPLES`] times the base.
    pub brier: [f64; MULTIPLES.len()],
    /// The CRPS over that of the first model.
    pub ratio_to_first: f64,
    /// Its standard error, clustered on pairs; none with one pair.
    pub ratio_to_first_standard_error: Option<f64>,
}

/// The score of a model at a horizon, by their places; at least one case has an outcome there.
pub(super) fn score(evaluation: &Evaluation, model: usize, horizon: usize) -> Score {
    let outcomes: Vec<(usize, &Outcome)> = evaluation.outcomes(horizon, model).collect();
    let first: Vec<f64> =
        evaluation.outcomes(horizon, 0).map(|(_, outcome)| outcome.crps).collect();
    let of = |value: fn(&Outcome) -> f64| outcomes.iter().map(move |(_, outcome)| value(outcome));
    let crps: Vec<(usize, f64)> =
        outcomes.iter().map(|(case, outcome)| (*case, outcome.crps)).collect();
    let mean = mean_of(&crps, evaluation);
    let ratio = ratio_of(&crps, &first, evaluation);
    let in_interval = |level: f64| {
        let tail = 0.5 * (1.0 - level);
        of(|outcome| outcome.pit).filter(|pit| (tail..=1.0 - tail).contains(pit)).count() as f64
    };
    let count = outcomes.len() as f64;
    let logs: Option<Vec<f64>> = outcomes.iter().map(|(_, outcome)| outcome.log_score).collect();
    let asked = evaluation.horizons[horizon];
    let zeros = evaluation.cases.iter().filter(|case| case.realised(asked) == Some(0.0)).count();
    Score {
        model: evaluation.models[model],
        horizon: asked,
        cases: outcomes.len() as u64,
        zeros: zeros as u64,
        crps: mean.0,
        crps_standard_error: mean.1,
        log_score: logs.map(|logs| logs.iter().sum::<f64>() / count),
        coverage: LEVELS.map(|level| in_interval(level) / count),
        brier: brier(evaluation, model, horizon),
        ratio_to_first: ratio.0,
        ratio_to_first_standard_error: ratio.1,
    }
}

/// The mean of values, each with the place of its case, and its standard error.
pub(super) fn mean_of(values: &[(usize, f64)], evaluation: &Evaluation) -> (f64, Option<f64>) {
    let count = values.len() as f64;
    let mean = values.iter().map(|(_, value)| value).sum::<f64>() / count;
    let terms = values.iter().map(|(case, value)| (*case, (value - mean) / count));
    (mean, evaluation.clusters.standard_error(terms))
}

/// The ratio of the mean of values to that of others of the same cases, and its standard error by
/// linearisation.
pub(super) fn ratio_of(
    values: &[(usize, f64)],
    others: &[f64],
    evaluation: &Evaluation,
) -> (f64, Option<f64>) {
    let below = others.iter().sum::<f64>();
    let ratio = values.iter().map(|(_, value)| value).sum::<f64>() / below;
    let pairs = values.iter().zip(others);
    let terms = pairs.map(|((case, value), other)| (*case, (value - ratio * other) / below));
    (ratio, evaluation.clusters.standard_error(terms))
}

fn brier(evaluation: &Evaluation, model: usize, horizon: usize) -> [f64; MULTIPLES.len()] {
    let mut sums = [(0.0, 0.0); MULTIPLES.len()];
    for event in evaluation.events(horizon, model) {
        let miss = event.forecast - event.observed;
        sums[event.multiple].0 += miss * miss;
        sums[event.multiple].1 += 1.0;
    }
    sums.map(|(squares, count)| squares / count)
}
