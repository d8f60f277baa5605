//! What was counted for one probability, whichever way paths were drawn.

use super::estimate::{Estimate, Interval, LEVEL, two_sided_z};
use super::fixed_sum::FixedSum;
use super::proportion::proportion;
use crate::numeric::special::{
    incomplete_gamma_lower, incomplete_gamma_upper, student_t_quantile_upper,
};
use crate::random::SCRAMBLINGS;
use serde::{Deserialize, Serialize};

/// The probability of a normal deviate beyond four standard deviations on one side.
const UNLIKELY: f64 = 3.17e-5;

/// Counts from which a probability is estimated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tally {
    /// Independent paths that count alike.
    Plain {
        /// Paths on which it comes true.
        hits: u64,
        /// All paths.
        paths: u64,
    },
    /// Independent paths, each with a weight.
    Weighted(WeightedTally),
    /// Evenly spread paths in independent scramblings: hits and paths of each.
    Spread([(u64, u64); SCRAMBLINGS]),
}

/// Weights of the paths on which an event comes true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightedSum {
    /// Sum of the scaled weights, with the sign that each has.
    pub sum: FixedSum,
    /// Sum of their squares.
    pub squares: FixedSum,
}

/// What a weighted sum says of a probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightedTally {
    /// The sum.
    pub weights: WeightedSum,
    /// All paths.
    pub paths: u64,
    /// Weights were multiplied by 2 to this power.
    pub scale: i32,
    /// Whether the event is that it does not come true.
    pub is_complement: bool,
}

impl WeightedSum {
    /// Adds a path on which the event comes true, with its scaled weight.
    pub fn add(&mut self, weight: f64) {
        self.sum.add(weight);
        self.squares.add(weight * weight);
    }

    /// Adds what another sum has.
    pub fn merge(&mut self, other: &Self) {
        self.sum.merge(&other.sum);
        self.squares.merge(&other.squares);
    }

    /// (Σw)²/Σw²: the number of equal weights that would be as good (Kish 1965); 0 where a weight
    /// was out of range.
    pub fn effective_hits(&self) -> f64 {
        let (sum, squares) = (self.sum.sum(), self.squares.sum());
        let is_sound = self.sum.saturated() == 0 && self.squares.saturated() == 0 && squares > 0.0;
        if is_sound { sum * sum / squares } else { 0.0 }
    }

    /// Mean over all paths and its standard error, unscaled: a path that does not count is a zero.
    pub fn mean(&self, paths: u64, scale: i32) -> (f64, f64) {
        let n = paths as f64;
        let (mean, square) = (self.sum.mean(paths), self.squares.mean(paths));
        let variance = (square - mean * mean).max(0.0) / (n - 1.0).max(1.0);
        (libm::ldexp(mean, -scale), libm::ldexp(variance.sqrt(), -scale))
    }
}

impl Tally {
    /// The probability with its interval: Wilson's for plain counts, ±z standard errors of the mean
    /// weight, cut at 0 and 1, for weighted ones; ±t standard errors of the mean of independent
    /// scramblings for evenly spread ones, never a formula for independent paths.
    pub fn estimate(&self, level: f64) -> Estimate {
        match self {
            Self::Plain { hits, paths } => proportion(*hits, *paths, level),
            Self::Weighted(weighted) => weighted.estimate(level),
            Self::Spread(counts) => {
                if self.is_varied() {
                    spread(counts, level)
                } else {
                    proportion(self.hits().0, self.paths(), level)
                }
            }
        }
    }

    /// Whether scramblings differ. Where none has a hit, or none a miss, they say as much as plain
    /// paths would.
    fn is_varied(&self) -> bool {
        match self {
            Self::Spread(counts) => {
                let shares = counts.map(|(hits, paths)| hits as f64 / paths as f64);
                shares.iter().any(|share| *share != shares[0])
            }
            _ => false,
        }
    }

    /// Paths on which it comes true, counted plainly, and all paths; none of weighted ones.
    pub fn hits(&self) -> (u64, u64) {
        match self {
            Self::Plain { hits, paths } => (*hits, *paths),
            Self::Spread(counts) => {
                counts.iter().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1))
            }
            Self::Weighted(_) => (0, 0),
        }
    }

    /// All paths.
    pub fn paths(&self) -> u64 {
        match self {
            Self::Plain { paths, .. } => *paths,
            Self::Weighted(weighted) => weighted.paths,
            Self::Spread(_) => self.hits().1,
        }
    }

    /// The number of plain paths that would be as precise: p(1 − p)/se².
    pub fn effective_paths(&self) -> f64 {
        match self {
            Self::Plain { paths, .. } => *paths as f64,
            Self::Weighted(weighted) => {
                let (mean, error) = weighted.weights.mean(weighted.paths, weighted.scale);
                mean * (1.0 - mean) / (error * error)
            }
            Self::Spread(_) if !self.is_varied() => self.paths() as f64,
            Self::Spread(_) => {
                let Estimate { value, standard_error, .. } = self.estimate(LEVEL);
                value * (1.0 - value) / (standard_error * standard_error)
            }
        }
    }
}

/// The mean of independent estimates with ± t of R − 1 degrees of freedom times its standard error.
pub fn mean_of_scramblings(estimates: &[f64; SCRAMBLINGS], level: f64) -> Estimate {
    let count = SCRAMBLINGS as f64;
    let value = estimates.iter().sum::<f64>() / count;
    let squares: f64 = estimates.iter().map(|one| (one - value) * (one - value)).sum();
    let standard_error = (squares / (count - 1.0) / count).sqrt();
    let reach = student_t_quantile_upper((1.0 - level) / 2.0, count - 1.0) * standard_error;
    let interval = Interval { level, lower: value - reach, upper: value + reach };
    Estimate { value, standard_error, interval }
}

fn spread(counts: &[(u64, u64); SCRAMBLINGS], level: f64) -> Estimate {
    let mut estimate =
        mean_of_scramblings(&counts.map(|(hits, paths)| hits as f64 / paths as f64), level);
    estimate.interval.lower = estimate.interval.lower.max(0.0);
    estimate.interval.upper = estimate.interval.upper.min(1.0);
    estimate
}

impl WeightedTally {
    /// Whether plain hits (of the outcome that the weights are of) can hardly be explained by it:
    /// with the mean shifted by two standard errors towards them, so few or so many hits have a
    /// Poisson probability below that of two standard deviations more, 3.2e-5 on that side.
    pub fn is_contradicted_by(&self, hits: u64, paths: u64) -> bool {
        let (mean, error) = self.weights.mean(self.paths, self.scale);
        let expected = |mean: f64| (mean * paths as f64).max(f64::MIN_POSITIVE);
        let count = hits as f64;
        let at_most = incomplete_gamma_upper(count + 1.0, expected(mean - 2.0 * error));
        let at_least = match hits {
            0 => 1.0,
            _ => incomplete_gamma_lower(count, expected(mean + 2.0 * error)),
        };
        at_most < UNLIKELY || at_least < UNLIKELY
    }

    fn estimate(&self, level: f64) -> Estimate {
        let (mean, standard_error) = self.weights.mean(self.paths, self.scale);
        let reach = two_sided_z(level) * standard_error;
        let (lower, upper) = ((mean - reach).max(0.0), (mean + reach).min(1.0));
        if self.is_complement {
            let interval = Interval { level, lower: 1.0 - upper, upper: 1.0 - lower };
            return Estimate { value: 1.0 - mean, standard_error, interval };
        }
        Estimate { value: mean, standard_error, interval: Interval { level, lower, upper } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_give_mean_and_error_of_all_paths() {
        // Ten paths, weights 0.25 and 0.75 on two of them: mean 0.1, variance of one path
        // (0.0625 + 0.5625)/10 − 0.01 = 0.0525.
        let mut weights = WeightedSum::default();
        [0.25, 0.75].iter().for_each(|weight| weights.add(weight * 1024.0));
        let tally = WeightedTally { weights, paths: 10, scale: 10, is_complement: false };
        let estimate = Tally::Weighted(tally).estimate(LEVEL);
        assert!((estimate.value - 0.1).abs() < 1e-15);
        assert!((estimate.standard_error - (0.0525f64 / 9.0).sqrt()).abs() < 1e-15);
        assert_eq!(estimate.interval.lower, 0.0);
        let complement = WeightedTally { is_complement: true, ..tally };
        assert!((Tally::Weighted(complement).estimate(LEVEL).value - 0.9).abs() < 1e-15);
        assert!((weights.effective_hits() - 1.6).abs() < 1e-12);
    }

    #[test]
    fn plain_hits_contradict_only_what_they_can_hardly_come_from() {
        // 1e-5 to within 1 %: 10 hits expected in a million paths. Poisson: P(≤ 1) = 5e-4,
        // P(≥ 26) = 2e-5 and P(≤ 0) = 4.5e-5.
        let mut weights = WeightedSum::default();
        (0..10_000).for_each(|_| weights.add(1.0));
        let tally = WeightedTally { weights, paths: 1_000_000, scale: 10, is_complement: false };
        let contradicts = |hits| tally.is_contradicted_by(hits, 1_000_000);
        assert!(!contradicts(0) && !contradicts(1) && !contradicts(10) && !contradicts(22));
        assert!(contradicts(30));
        assert!(
            tally.is_contradicted_by(50, 10_000_000) && !tally.is_contradicted_by(80, 10_000_000)
        );
    }

    #[test]
    fn weights_out_of_range_count_for_nothing() {
        let mut weights = WeightedSum::default();
        weights.add(1e12);
        assert_eq!(weights.effective_hits(), 0.0);
    }
}
