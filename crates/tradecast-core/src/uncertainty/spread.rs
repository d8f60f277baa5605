//! From the draws of a nested simulation to the distribution of P over what is not known.

use super::nested::{Draw, PATHS};
use crate::importance::Side;
use crate::numeric::normal;
use crate::projection::{ParameterSpread, SpreadQuantile, Untold};
use crate::statistics::{Interval, LEVEL, quantile_ranks};

/// The probabilities of the quantiles that are reported.
const QUANTILES: [f64; 11] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99];

/// The interval that is reported first, nine draws in ten: its ends, and how many lie within.
const ENDS: [f64; 2] = [0.05, 0.95];
const WITHIN: f64 = 0.9;

/// A probability is told where the draws about it have so many hits on average: no hit excludes, at
/// 95 %, a probability for which three are expected.
const LEAST_HITS: f64 = 3.0;

/// Neighbouring draws that are looked at together.
const NEIGHBOURS: usize = 32;

/// The distribution of P(θ) for one target, `side` being the outcome that its draws count.
///
/// Estimates p̂ vary as P(θ) does plus what chance adds to each. On the scale y = Φ⁻¹(p), where the
/// variance of an estimate is v/φ(y)², they are shrunk to their mean m: m + √(1 − v̄/V) (y − m), V
/// being the variance of y between draws and v̄ the mean of what chance adds, so that the variance
/// of what is left is that of Φ⁻¹(P(θ)). Draws of hardly a hit have no say in m, V and v̄.
///
/// # Errors
/// The draws do not tell a spread.
pub fn spread(found: &[Draw], side: Side) -> Result<ParameterSpread, Untold> {
    let mut draws = found.to_vec();
    draws.sort_by(|a, b| a.probability.total_cmp(&b.probability));
    let count = draws.len() as u64;
    let least = least(&draws, side)?;
    let told: Vec<Draw> =
        draws.iter().copied().filter(|draw| is_told(draw.probability, least)).collect();
    let shrinking = Shrinking::of(&told).ok_or(Untold::Small { draws: count, paths: PATHS })?;
    let values: Vec<f64> = draws.iter().map(|draw| shrinking.of_one(draw.probability)).collect();
    let least = least.map(|bound| if bound > 0.0 { shrinking.of_one(bound) } else { bound });
    let [lower, upper] = ENDS.map(|p| at(&values, p));
    Ok(ParameterSpread {
        interval: Interval { level: WITHIN, lower, upper },
        draws: count,
        paths: PATHS,
        least,
        quantiles: QUANTILES.map(|p| quantile(&values, p, least)).to_vec(),
        values,
    })
}

/// The probability below which sorted draws cannot be told from 0, and the one of a miss below which
/// they cannot be told from 1.
fn least(draws: &[Draw], side: Side) -> Result<[f64; 2], Untold> {
    let other = LEAST_HITS / PATHS as f64;
    match side {
        Side::Hit => {
            let windows = draws.windows(NEIGHBOURS);
            let first = first_told(windows).ok_or(Untold::NearZero { paths: PATHS })?;
            Ok([if first == 0 { 0.0 } else { draws[first].probability }, other])
        }
        Side::Miss => {
            let windows = draws.windows(NEIGHBOURS).rev();
            let first = first_told(windows).ok_or(Untold::NearOne { paths: PATHS })?;
            let last = draws.len() - 1 - first;
            Ok([other, if first == 0 { 0.0 } else { 1.0 - draws[last].probability }])
        }
    }
}

/// The first of neighbourhoods in which draws have hits enough.
fn first_told<'a>(mut neighbours: impl Iterator<Item = &'a [Draw]>) -> Option<usize> {
    let enough = LEAST_HITS * NEIGHBOURS as f64;
    neighbours.position(|draws| draws.iter().map(|draw| draw.hits).sum::<f64>() >= enough)
}

fn is_told(p: f64, [zero, one]: [f64; 2]) -> bool {
    p > 0.0 && p < 1.0 && p >= zero && 1.0 - p >= one
}

/// How estimates are drawn together, on the scale Φ⁻¹(p).
#[derive(Clone, Copy, Debug)]
struct Shrinking {
    mean: f64,
    kept: f64,
}

impl Shrinking {
    /// None where draws differ by no more than chance makes them differ.
    fn of(told: &[Draw]) -> Option<Self> {
        let count = told.len() as f64;
        let places: Vec<f64> = told.iter().map(|draw| normal::quantile(draw.probability)).collect();
        let mean = places.iter().sum::<f64>() / count;
        let squares = places.iter().map(|y| (y - mean) * (y - mean)).sum::<f64>();
        let between = squares / (count - 1.0);
        let noise = places.iter().zip(told).map(|(y, draw)| {
            let density = normal::density(*y);
            draw.variance / (density * density)
        });
        let within = noise.sum::<f64>() / count;
        (within < between).then(|| Self { mean, kept: (1.0 - within / between).sqrt() })
    }

    fn of_one(&self, p: f64) -> f64 {
        if p <= 0.0 || p >= 1.0 {
            return p;
        }
        let y = normal::quantile(p);
        normal::cdf(self.mean + self.kept * (y - self.mean))
    }
}

/// The quantile of sorted values: the least that at least a share `p` of them do not exceed.
fn at(values: &[f64], p: f64) -> f64 {
    let rank = libm::ceil(p * values.len() as f64 - 1e-9) as usize;
    values[rank.clamp(1, values.len()) - 1]
}

/// A quantile of sorted values, as far as it can be told from 0 and 1.
fn quantile(values: &[f64], p: f64, least: [f64; 2]) -> SpreadQuantile {
    let [zero, one] = least;
    let lower = |value: f64| if value < zero { 0.0 } else { value.min(1.0 - one) };
    let upper = |value: f64| if 1.0 - value < one { 1.0 } else { value.max(zero) };
    let ranks = quantile_ranks(values.len() as u64, p, LEVEL);
    let interval = ranks.map(|(low, high)| Interval {
        level: LEVEL,
        lower: lower(values[low as usize - 1]),
        upper: upper(values[high as usize - 1]),
    });
    let probability = Some(at(values, p)).filter(|p| is_told(*p, least));
    SpreadQuantile { quantile: p, probability, interval }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(probability: f64, variance: f64) -> Draw {
        Draw { probability, variance, hits: 100.0 }
    }

    /// Φ⁻¹(p) of evenly spaced quantiles of N(m, s²), known without error.
    fn exact(m: f64, s: f64) -> Vec<f64> {
        let z = |k: usize| normal::quantile((k as f64 + 0.5) / 1000.0);
        (0..1000).map(|k| normal::cdf(m + s * z(k))).collect()
    }

    #[test]
    fn what_is_known_without_error_keeps_its_place() {
        let values = exact(-3.0, 0.5);
        let draws: Vec<Draw> = values.iter().map(|p| draw(*p, 0.0)).collect();
        let found = spread(&draws, Side::Hit).expect("a spread");
        for (found, given) in found.values.iter().zip(&values) {
            assert!((found / given - 1.0).abs() < 1e-9, "{found} for {given}");
        }
        assert_eq!(found.interval.level, 0.9);
        assert_eq!(found.least[0], 0.0);
    }

    /// Estimates whose Φ⁻¹ has twice the variance of that of P(θ), half of it by chance.
    #[test]
    fn what_is_left_has_the_variance_between_draws_less_that_of_chance() {
        let of = |p: &f64| {
            let density = normal::density(normal::quantile(*p));
            draw(*p, 0.02 * density * density)
        };
        let draws: Vec<Draw> = exact(-2.0, 0.2).iter().map(of).collect();
        let found = spread(&draws, Side::Hit).expect("a spread");
        let wanted = exact(-2.0, 0.02_f64.sqrt());
        for (found, wanted) in found.values.iter().zip(&wanted) {
            assert!((normal::quantile(*found) - normal::quantile(*wanted)).abs() < 0.005);
        }
    }

    #[test]
    fn what_cannot_be_told_is_an_error() {
        let small = vec![draw(0.01, 1e-3); 64];
        assert_eq!(
            spread(&small, Side::Hit).err(),
            Some(Untold::Small { draws: 64, paths: PATHS })
        );
        let none = vec![Draw::default(); 64];
        assert_eq!(spread(&none, Side::Hit).err(), Some(Untold::NearZero { paths: PATHS }));
        let all = vec![Draw { probability: 1.0, ..Draw::default() }; 64];
        assert_eq!(spread(&all, Side::Miss).err(), Some(Untold::NearOne { paths: PATHS }));
    }

    /// Where draws have hardly a hit they are below what can be told.
    #[test]
    fn draws_of_hardly_a_hit_are_below_a_bound() {
        let hits = |draw: Draw| Draw { hits: 1e4 * draw.probability, ..draw };
        let draws = exact(-3.0, 0.5).iter().map(|p| hits(draw(*p, 1e-9))).collect::<Vec<_>>();
        let found = spread(&draws, Side::Hit).expect("a spread");
        assert!((2e-4..4e-4).contains(&found.least[0]), "{}", found.least[0]);
        assert_eq!(found.quantiles[0].probability, None);
        assert!(found.told_ends()[1].is_ok());
    }

    #[test]
    fn quantiles_are_order_statistics_with_intervals() {
        let values: Vec<f64> = (1..=1000).map(|value| f64::from(value) / 1001.0).collect();
        let median = quantile(&values, 0.5, [0.001; 2]);
        assert_eq!(median.probability, Some(500.0 / 1001.0));
        let interval = median.interval.expect("an interval");
        assert!(interval.lower < 0.48 && interval.upper > 0.52);
    }

    #[test]
    fn what_cannot_be_told_from_0_or_1_is_a_bound() {
        let ends = |value: f64| {
            let found = quantile(&[value; 1000], 0.5, [0.01; 2]);
            let interval = found.interval.expect("an interval");
            (found.probability, interval.lower, interval.upper)
        };
        assert_eq!(ends(1e-6), (None, 0.0, 0.01));
        assert_eq!(ends(1.0 - 1e-6), (None, 0.99, 1.0));
        assert_eq!(ends(0.3), (Some(0.3), 0.3, 0.3));
    }
}
