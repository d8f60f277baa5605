//! From the hits of each draw to the distribution of P over what is not known.

use super::nested::Nested;
use crate::projection::{ParameterSpread, SpreadQuantile};
use crate::statistics::{Interval, LEVEL, quantile_ranks};
use crate::words;

/// The probabilities of the quantiles that are reported.
pub const QUANTILES: [f64; 11] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99];

/// The ends of the interval that is reported first: nine draws in ten.
const ENDS: [f64; 2] = [0.05, 0.95];

/// Why a spread is not given.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Untold {
    /// Nothing is uncertain.
    #[error(
        "every value of the scenario is certain: what is left is chance, and P has no spread over what is not known"
    )]
    Certain,
    /// The draws differ by no more than chance makes them differ.
    #[error(
        "P differs between {} draws of what is not known by no more than the noise of {} paths each",
        words::count(*draws),
        words::count(*paths)
    )]
    Small {
        /// Draws.
        draws: u64,
        /// Paths of each.
        paths: u64,
    },
    /// Nearly all draws have hardly a hit, or a miss.
    #[error(
        "fewer than one draw in twenty {what} on three or more of {} paths: P is too near to {end} for quantiles",
        words::count(*paths)
    )]
    Rare {
        /// `reaches the target`, `misses the target`.
        what: &'static str,
        /// `0`, `1`.
        end: u8,
        /// Paths of each draw.
        paths: u64,
    },
}

/// The distribution of P(θ) for one target: the shares p̂ of a [`Nested`] simulation, shrunk to their
/// mean m, m + √(1 − V_i/V) (p̂ − m), where V is the variance of p̂ between draws and V_i what chance
/// adds to it, the mean of p̂ (1 − p̂)/(N − 1): the shrunk values have the variance of P(θ) itself.
///
/// # Errors
/// The draws do not tell a spread.
pub fn spread(nested: &Nested, target: usize) -> Result<ParameterSpread, Untold> {
    let (hits, paths) = (&nested.hits[target], nested.paths);
    let draws = hits.len() as u64;
    let mut shares: Vec<f64> = hits.iter().map(|hits| *hits as f64 / paths as f64).collect();
    shares.sort_by(f64::total_cmp);
    rare(&shares, paths)?;
    let mean = shares.iter().sum::<f64>() / draws as f64;
    let within = shares.iter().map(|p| p * (1.0 - p)).sum::<f64>();
    let within = within / draws as f64 / (paths - 1) as f64;
    let squares = shares.iter().map(|p| (p - mean) * (p - mean)).sum::<f64>();
    let between = squares / (draws - 1) as f64;
    if within >= between {
        return Err(Untold::Small { draws, paths });
    }
    let kept = (1.0 - within / between).sqrt();
    let values: Vec<f64> = shares.iter().map(|p| mean + kept * (p - mean)).collect();
    let [lower, upper] = ENDS.map(|p| at(&values, p));
    Ok(ParameterSpread {
        interval: Interval { level: ENDS[1] - ENDS[0], lower, upper },
        mean,
        draws,
        paths,
        least: least(paths),
        quantiles: QUANTILES.map(|p| quantile(&values, p)).to_vec(),
        values,
    })
}

/// The probability that the absence of any hit, or miss, excludes at 95 %: 3/N.
fn least(paths: u64) -> f64 {
    3.0 / paths as f64
}

fn rare(shares: &[f64], paths: u64) -> Result<(), Untold> {
    let [lower, upper] = ENDS.map(|p| at(shares, p));
    if upper < least(paths) {
        return Err(Untold::Rare { what: "reaches the target", end: 0, paths });
    }
    if 1.0 - lower < least(paths) {
        return Err(Untold::Rare { what: "misses the target", end: 1, paths });
    }
    Ok(())
}

/// The quantile of sorted values: the least that at least a share `p` of them do not exceed.
fn at(values: &[f64], p: f64) -> f64 {
    let rank = libm::ceil(p * values.len() as f64 - 1e-9) as usize;
    values[rank.clamp(1, values.len()) - 1]
}

fn quantile(values: &[f64], p: f64) -> SpreadQuantile {
    let ranks = quantile_ranks(values.len() as u64, p, LEVEL);
    let interval = ranks.map(|(lower, upper)| Interval {
        level: LEVEL,
        lower: values[lower as usize - 1],
        upper: values[upper as usize - 1],
    });
    SpreadQuantile { quantile: p, probability: at(values, p), interval }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(hits: Vec<u64>, paths: u64) -> Nested {
        Nested { paths, hits: vec![hits] }
    }

    #[test]
    fn shrunk_values_have_the_variance_between_draws_less_that_of_chance() {
        let hits: Vec<u64> = (0..1000).map(|draw| draw % 10).collect();
        let found = spread(&nested(hits.clone(), 101), 0).expect("a spread");
        let p: Vec<f64> = hits.iter().map(|h| *h as f64 / 101.0).collect();
        let variance = |values: &[f64]| {
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (values.len() - 1) as f64
        };
        let within = p.iter().map(|p| p * (1.0 - p) / 100.0).sum::<f64>() / 1000.0;
        assert!((variance(&found.values) - (variance(&p) - within)).abs() < 1e-15);
        assert!((found.mean - 4.5 / 101.0).abs() < 1e-15);
        assert!(found.values.iter().all(|p| (0.0..=1.0).contains(p)));
    }

    #[test]
    fn what_cannot_be_told_is_an_error() {
        let all = |hits: u64| vec![hits; 1000];
        assert!(matches!(spread(&nested(all(5), 100), 0), Err(Untold::Small { .. })));
        assert!(matches!(spread(&nested(all(0), 100), 0), Err(Untold::Rare { .. })));
        assert!(matches!(spread(&nested(all(100), 100), 0), Err(Untold::Rare { .. })));
    }

    #[test]
    fn quantiles_are_order_statistics_with_intervals() {
        let values: Vec<f64> = (1..=1000).map(f64::from).collect();
        let median = quantile(&values, 0.5);
        assert_eq!(median.probability, 500.0);
        let interval = median.interval.expect("an interval");
        assert!(interval.lower < 480.0 && interval.upper > 520.0);
    }
}
