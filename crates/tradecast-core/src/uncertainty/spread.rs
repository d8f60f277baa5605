//! From the hits of each draw to the distribution of P over what is not known.

use super::nested::Hits;
use crate::projection::{ParameterSpread, SpreadQuantile, Untold};
use crate::statistics::{Interval, LEVEL, quantile_ranks};

/// The probabilities of the quantiles that are reported.
const QUANTILES: [f64; 11] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99];

/// The interval that is reported first, nine draws in ten: its ends, and how many lie within.
const ENDS: [f64; 2] = [0.05, 0.95];
const WITHIN: f64 = 0.9;

/// The distribution of P(θ) for one target: the shares p̂ of hits, shrunk to their
/// mean m, m + √(1 − V_i/V) (p̂ − m), where V is the variance of p̂ between draws and V_i what chance
/// adds to it, the mean of p̂ (1 − p̂)/(N − 1): the shrunk values have the variance of P(θ) itself.
///
/// # Errors
/// The draws do not tell a spread.
pub fn spread(found: &Hits) -> Result<ParameterSpread, Untold> {
    let (hits, paths) = (&found.hits, found.paths);
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
        interval: Interval { level: WITHIN, lower, upper },
        mean,
        draws,
        paths,
        least: least(paths),
        quantiles: QUANTILES.map(|p| quantile(&values, p, least(paths))).to_vec(),
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
        return Err(Untold::NearZero { paths });
    }
    if 1.0 - lower < least(paths) {
        return Err(Untold::NearOne { paths });
    }
    Ok(())
}

/// The quantile of sorted values: the least that at least a share `p` of them do not exceed.
fn at(values: &[f64], p: f64) -> f64 {
    let rank = libm::ceil(p * values.len() as f64 - 1e-9) as usize;
    values[rank.clamp(1, values.len()) - 1]
}

/// A quantile of sorted values, as far as it can be told from 0 and 1 at this `least`.
fn quantile(values: &[f64], p: f64, least: f64) -> SpreadQuantile {
    let is_told = |p: &f64| (least..=1.0 - least).contains(p);
    let lower = |value: f64| if value < least { 0.0 } else { value.min(1.0 - least) };
    let upper = |value: f64| if value > 1.0 - least { 1.0 } else { value.max(least) };
    let ranks = quantile_ranks(values.len() as u64, p, LEVEL);
    let interval = ranks.map(|(low, high)| Interval {
        level: LEVEL,
        lower: lower(values[low as usize - 1]),
        upper: upper(values[high as usize - 1]),
    });
    SpreadQuantile { quantile: p, probability: Some(at(values, p)).filter(is_told), interval }
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
