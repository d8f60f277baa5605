//! Probability estimated by a count of hits, with an interval that stays inside [0, 1] and is never a point.

use super::estimate::two_sided_z;
use super::estimate::{Estimate, Interval};
use crate::numeric::special::{beta_quantile, beta_quantile_upper};

/// Share of `trials` independent paths that are `hits`, with its confidence interval at `level`.
///
/// - Interval: Wilson's score interval, (p + z²/2N ± z √(p(1−p)/N + z²/4N²)) / (1 + z²/N). With no hit it is
///   [0, 1 − (1−level)^(1/N)], the one-sided exact bound ("P < 3/N" at 0.95), mirrored when all are hits.
/// - Standard error: √(p(1−p)/N); with no hit or no miss √(p̃(1−p̃)/(N+4)), p̃ = (hits+2)/(N+4), never 0.
/// - No trials: value and standard error are NaN, the interval is [0, 1].
///
/// For independent paths only: not for quasi-Monte Carlo points, not for weighted paths.
///
/// # Panics
/// If `hits` exceeds `trials` or `level` is not in (0, 1).
///
/// # Source
/// Wilson (1927), JASA 22, 209; no hit: Louis (1981), The American Statistician 35, 154 (one-sided
/// Clopper–Pearson); p̃: Agresti and Coull (1998), The American Statistician 52, 119.
pub fn proportion(hits: u64, trials: u64, level: f64) -> Estimate {
    assert!(hits <= trials, "{hits} hits in {trials} trials");
    let z = two_sided_z(level);
    if trials == 0 {
        return without_trials(level);
    }
    let misses = trials - hits;
    let (lower, upper) = if hits <= misses {
        lower_half(hits, trials, z, level)
    } else {
        let (lower, upper) = lower_half(misses, trials, z, level);
        (1.0 - upper, 1.0 - lower)
    };
    Estimate {
        value: hits as f64 / trials as f64,
        standard_error: standard_error(hits, trials),
        interval: Interval { level, lower, upper },
    }
}

/// Jeffreys interval at `level` of a share of which `trials` cases showed `hits`: for few real cases.
///
/// The quantiles (1 ∓ level)/2 of the beta distribution with x + ½ and n − x + ½. With no hit its
/// lower end is 0, with no miss its upper end is 1. No trials: [0, 1].
///
/// # Panics
/// If `hits` exceeds `trials` or `level` is not in (0, 1).
///
/// # Source
/// Brown, Cai and DasGupta (2001), Statistical Science 16, 101, section 3.1.2.
pub fn jeffreys(hits: u64, trials: u64, level: f64) -> Interval {
    assert!(hits <= trials, "{hits} hits in {trials} trials");
    assert!(level > 0.0 && level < 1.0, "confidence level {level} is not in (0, 1)");
    let (a, b) = (hits as f64 + 0.5, (trials - hits) as f64 + 0.5);
    let tail = (1.0 - level) / 2.0;
    Interval {
        level,
        lower: if hits == 0 { 0.0 } else { beta_quantile(tail, a, b) },
        upper: if hits == trials { 1.0 } else { beta_quantile_upper(tail, a, b) },
    }
}

/// Paths needed for a standard error of `relative_error` × `probability`: (1 − p) / (p r²).
///
/// Not rounded. +∞ for a probability of 0 or a relative error of 0, 0 for a probability of 1, NaN outside [0, 1].
pub fn trials_for_relative_error(probability: f64, relative_error: f64) -> f64 {
    if !(0.0..=1.0).contains(&probability) || relative_error.is_nan() || relative_error < 0.0 {
        return f64::NAN;
    }
    if probability == 1.0 {
        return 0.0;
    }
    (1.0 - probability) / probability / (relative_error * relative_error)
}

/// Interval for at most half of the trials being hits; the lower end is the product of the roots over the upper one,
/// so that both keep their relative precision at one hit in 10¹².
fn lower_half(hits: u64, trials: u64, z: f64, level: f64) -> (f64, f64) {
    let n = trials as f64;
    if hits == 0 {
        return (0.0, -libm::expm1(libm::log1p(-level) / n));
    }
    let (p, q) = (hits as f64 / n, (trials - hits) as f64 / n);
    let shrink = 1.0 + z * z / n;
    let spread = z * (p * q / n + z * z / (4.0 * n * n)).sqrt();
    let upper = (p + z * z / (2.0 * n) + spread) / shrink;
    (p * p / (shrink * upper), upper)
}

fn standard_error(hits: u64, trials: u64) -> f64 {
    let (x, n) = (hits as f64, trials as f64);
    if hits == 0 || hits == trials {
        let p = (x + 2.0) / (n + 4.0);
        return (p * (1.0 - p) / (n + 4.0)).sqrt();
    }
    (x / n * ((trials - hits) as f64 / n) / n).sqrt()
}

fn without_trials(level: f64) -> Estimate {
    Estimate {
        value: f64::NAN,
        standard_error: f64::NAN,
        interval: Interval { level, lower: 0.0, upper: 1.0 },
    }
}

#[cfg(test)]
mod tests {
    use super::super::estimate::LEVEL;
    use super::*;
    use proptest::prelude::*;

    // statsmodels 0.15.0: proportion_confint(hits, trials, 1 - level, "wilson")
    const WILSON: [(u64, u64, f64, f64, f64); 7] = [
        (1, 10, 0.95, 0.017876213095072924, 0.40415002679523854),
        (29, 10_000, 0.95, 0.002019996633561045, 0.004161774546565626),
        (29, 10_000, 0.99, 0.001806258960548697, 0.004652945084457074),
        (15, 148, 0.95, 0.06238639953073628, 0.16048724172330803),
        (81, 263, 0.95, 0.2552885198782742, 0.36620957698280004),
        (97, 100, 0.95, 0.9154806357094724, 0.9897454759759611),
        (1, 1_000_000_000_000, 0.95, 1.7652455493517516e-13, 5.664934265736512e-12),
    ];

    #[test]
    fn agrees_with_statsmodels() {
        for (hits, trials, level, lower, upper) in WILSON {
            let interval = proportion(hits, trials, level).interval;
            // their lower end cancels: a few roundings of the upper end's size
            assert!(
                (interval.lower - lower).abs() < 1e-14 * upper,
                "{hits}/{trials}: {interval:?}"
            );
            assert!(
                (interval.upper - upper).abs() < 1e-14 * upper,
                "{hits}/{trials}: {interval:?}"
            );
        }
    }

    // scipy 1.17.1: beta.ppf(tail, x + 0.5, n - x + 0.5) and beta.isf, tail = (1 - level) / 2
    const JEFFREYS: [(u64, u64, f64, f64, f64); 5] = [
        (1, 16, 0.95, 0.006828722055886861, 0.2569214298857737),
        (9, 43, 0.95, 0.1089287858536783, 0.3472891861363562),
        (1, 10, 0.95, 0.011011673763161138, 0.3813147710666164),
        (3, 10, 0.95, 0.09269459393815317, 0.6058183181486713),
        (8, 43, 0.9, 0.10486435028545112, 0.2974941814823051),
    ];

    #[test]
    fn jeffreys_agrees_with_scipy() {
        for (hits, trials, level, lower, upper) in JEFFREYS {
            let interval = jeffreys(hits, trials, level);
            // The quantile's own bound is 1e-11; scipy's is of that order.
            assert!((interval.lower / lower - 1.0).abs() < 1e-10, "{hits}/{trials}: {interval:?}");
            assert!((interval.upper / upper - 1.0).abs() < 1e-10, "{hits}/{trials}: {interval:?}");
        }
    }

    #[test]
    fn jeffreys_ends_at_zero_without_hits_and_at_one_without_misses() {
        let (none, all) = (jeffreys(0, 16, LEVEL), jeffreys(16, 16, LEVEL));
        assert_eq!((none.lower, all.upper), (0.0, 1.0));
        // scipy 1.17.1: beta.isf(0.025, 0.5, 16.5), beta.ppf(0.025, 16.5, 0.5)
        assert!((none.upper / 0.14318413793144472 - 1.0).abs() < 1e-10);
        assert!((all.lower / 0.8568158620685553 - 1.0).abs() < 1e-10);
        let unknown = jeffreys(0, 0, LEVEL);
        assert_eq!((unknown.lower, unknown.upper), (0.0, 1.0));
    }

    /// OpenTURNS 1.27 reports [0, 0] for 0 of 10,000 and [1, 1] for all of them.
    #[test]
    fn no_hit_and_no_miss_give_no_point() {
        let none = proportion(0, 10_000, LEVEL);
        assert_eq!((none.value, none.interval.lower), (0.0, 0.0));
        // mpmath 1.4.1: 1 - mpf("0.05") ** (1 / mpf(10000))
        assert!((none.interval.upper / 2.995_283_597_766_12e-4 - 1.0).abs() < 1e-12);
        assert!(none.interval.upper < 3.0 / 10_000.0);
        assert!(none.standard_error > 1.4e-4 && none.standard_error < 1.5e-4); // √2/(N+4)
        let all = proportion(10_000, 10_000, LEVEL);
        assert_eq!((all.value, all.interval.upper), (1.0, 1.0));
        assert_eq!(all.interval.lower, 1.0 - none.interval.upper);
        assert!((all.standard_error - none.standard_error).abs() < 1e-15);
    }

    /// OpenTURNS 1.27 reports an upper end of 1.0036 for 97 of 100.
    #[test]
    fn interval_stays_below_one() {
        assert!(proportion(97, 100, LEVEL).interval.upper < 0.99);
    }

    #[test]
    fn without_trials_nothing_is_known() {
        let estimate = proportion(0, 0, LEVEL);
        assert!(estimate.value.is_nan() && estimate.standard_error.is_nan());
        assert_eq!((estimate.interval.lower, estimate.interval.upper), (0.0, 1.0));
    }

    #[test]
    fn trials_invert_the_standard_error() {
        let trials = trials_for_relative_error(0.04, 0.1); // 0.96 / 0.04 / 0.01
        assert!((trials - 2400.0).abs() < 1e-9);
        let estimate = proportion(96, 2400, LEVEL);
        assert!((estimate.standard_error / estimate.value - 0.1).abs() < 1e-12);
        assert_eq!(trials_for_relative_error(0.0, 0.1), f64::INFINITY);
        assert_eq!(trials_for_relative_error(1.0, 0.1), 0.0);
        assert!(trials_for_relative_error(f64::NAN, 0.1).is_nan());
    }

    proptest! {
        #[test]
        fn interval_encloses_the_value_and_is_mirrored(trials in 1u64..1 << 50, share in 0.0..=1.0f64) {
            let hits = ((trials as f64 * share) as u64).min(trials);
            let (estimate, mirror) = (proportion(hits, trials, LEVEL), proportion(trials - hits, trials, LEVEL));
            let interval = estimate.interval;
            prop_assert!(0.0 <= interval.lower && interval.lower <= estimate.value);
            prop_assert!(estimate.value <= interval.upper && interval.upper <= 1.0);
            prop_assert!(interval.lower < interval.upper && estimate.standard_error > 0.0);
            prop_assert!((interval.lower - (1.0 - mirror.interval.upper)).abs() < 1e-15);
        }
    }
}
