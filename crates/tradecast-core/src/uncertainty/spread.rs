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

    fn of(hits: Vec<u64>, paths: u64) -> Result<ParameterSpread, Untold> {
        spread(&Hits { paths, hits })
    }

    fn variance(values: &[f64]) -> f64 {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (values.len() - 1) as f64
    }

    /// So many draws with 0, 1, 2 … hits.
    fn draws(counts: &[usize]) -> Vec<u64> {
        let of = |(hits, count): (usize, &usize)| std::iter::repeat_n(hits as u64, *count);
        counts.iter().enumerate().flat_map(of).collect()
    }

    #[test]
    fn shrunk_values_have_the_variance_between_draws_less_that_of_chance() {
        let hits: Vec<u64> = (0..1000).map(|draw| draw % 10).collect();
        let found = of(hits.clone(), 101).expect("a spread");
        let p: Vec<f64> = hits.iter().map(|h| *h as f64 / 101.0).collect();
        let within = p.iter().map(|p| p * (1.0 - p) / 100.0).sum::<f64>() / 1000.0;
        assert!((variance(&found.values) - (variance(&p) - within)).abs() < 1e-15);
        assert!((found.mean - 4.5 / 101.0).abs() < 1e-15);
        assert!(found.values.iter().all(|p| (0.0..=1.0).contains(p)));
        assert_eq!(found.interval.level, 0.9);
    }

    /// Draws in the proportions of Binomial(4, ½): the variance of their shares is that of chance,
    /// 1/16, and their sample variance M/(M − 1) of it. What is kept is √(1 − (M − 1)/M) = 1/√M.
    #[test]
    fn of_draws_that_only_chance_tells_apart_next_to_nothing_is_kept() {
        for times in [1_usize, 64] {
            let hits = draws(&[1, 4, 6, 4, 1].map(|count| times * count));
            let kept = 1.0 / (hits.len() as f64).sqrt();
            let found = of(hits, 4).expect("a spread");
            let ends = [found.values.first(), found.values.last()].map(|end| *end.expect("one"));
            let near = |value: f64, exact: f64| (value - exact).abs() < 1e-9;
            assert!(near(ends[0], 0.5 - 0.5 * kept) && near(ends[1], 0.5 + 0.5 * kept), "{ends:?}");
        }
    }

    /// As many draws of Binomial(4, ¼) as of Binomial(4, ¾): the variance of P(θ) is 1/16 and chance
    /// adds (3/16)/4 = 3/64, of which the sample variance has M/(M − 1).
    #[test]
    fn draws_of_two_probabilities_keep_the_variance_of_these() {
        let few = [81, 108, 54, 12, 1];
        let hits = draws(&[0, 1, 2, 3, 4].map(|hits| few[hits] + few[4 - hits]));
        let sample = 512.0 / 511.0;
        let found = of(hits, 4).expect("a spread");
        let exact = sample * 7.0 / 64.0 - 3.0 / 64.0;
        assert!((variance(&found.values) - exact).abs() < 1e-15);
        assert!((exact - 1.0 / 16.0).abs() < 1.0 / 4096.0);
    }

    /// Fewer draws at the ends than Binomial(4, ½) has: they differ by less than chance.
    #[test]
    fn what_cannot_be_told_is_an_error() {
        let small = of(draws(&[0, 4, 8, 4, 0]), 4);
        assert_eq!(small.err(), Some(Untold::Small { draws: 16, paths: 4 }));
        let all = |hits: u64| of(vec![hits; 1000], 100).err();
        assert_eq!(all(5), Some(Untold::Small { draws: 1000, paths: 100 }));
        assert_eq!(all(0), Some(Untold::NearZero { paths: 100 }));
        assert_eq!(all(100), Some(Untold::NearOne { paths: 100 }));
    }

    #[test]
    fn quantiles_are_order_statistics_with_intervals() {
        let values: Vec<f64> = (1..=1000).map(|value| f64::from(value) / 1001.0).collect();
        let median = quantile(&values, 0.5, 0.001);
        assert_eq!(median.probability, Some(500.0 / 1001.0));
        let interval = median.interval.expect("an interval");
        assert!(interval.lower < 0.48 && interval.upper > 0.52);
    }

    #[test]
    fn what_cannot_be_told_from_0_or_1_is_a_bound() {
        let ends = |value: f64| {
            let found = quantile(&[value; 1000], 0.5, 0.01);
            let interval = found.interval.expect("an interval");
            (found.probability, interval.lower, interval.upper)
        };
        assert_eq!(ends(1e-6), (None, 0.0, 0.01));
        assert_eq!(ends(1.0 - 1e-6), (None, 0.99, 1.0));
        assert_eq!(ends(0.3), (Some(0.3), 0.3, 0.3));
    }
}
