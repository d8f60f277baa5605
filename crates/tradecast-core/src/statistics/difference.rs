//! Difference of two probabilities: paired (both scenarios saw the same paths) or independent.

use super::estimate::two_sided_z;
use super::estimate::{Estimate, Interval};
use serde::{Deserialize, Serialize};

/// How often two scenarios, simulated on the same paths, reach the target: a 2 × 2 table of paths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairedCounts {
    /// Paths on which both reach it.
    pub both: u64,
    /// Paths on which only the first reaches it.
    pub first_only: u64,
    /// Paths on which only the second reaches it.
    pub second_only: u64,
    /// Paths on which neither reaches it.
    pub neither: u64,
}

impl PairedCounts {
    /// Number of paths.
    pub fn paths(&self) -> u64 {
        self.both + self.first_only + self.second_only + self.neither
    }
}

/// P of the second scenario minus P of the first on common paths, with Tango's score interval at `level`.
///
/// The interval holds every δ with (b − c − nδ)² ≤ z² n (2q̂(δ) + δ(1−δ)), b = `second_only`, c = `first_only`, q̂(δ)
/// the probability of `first_only` that is most likely given δ. Standard error: √(b + c − (b−c)²/n)/n; where that
/// is 0 (no discordant path, or every path `second_only`, or every one `first_only`) half a path is added to each of
/// the four cells, so that it never is. Two scenarios that never differ give 0 ± z²/(n+z²), not a point.
/// No paths: value and standard error NaN, interval [−1, 1].
///
/// # Panics
/// If `level` is not in (0, 1).
///
/// # Source
/// Tango (1998), Statistics in Medicine 17, 891, equations 26–29; half a path a cell: Agresti and Min (2005),
/// Statistics in Medicine 24, 729.
pub fn paired_difference(counts: &PairedCounts, level: f64) -> Estimate {
    let z = two_sided_z(level);
    let n = counts.paths() as f64;
    let (b, c) = (counts.second_only as f64, counts.first_only as f64);
    if n == 0.0 {
        return Estimate {
            value: f64::NAN,
            standard_error: f64::NAN,
            interval: Interval { level, lower: -1.0, upper: 1.0 },
        };
    }
    Estimate {
        value: (b - c) / n,
        standard_error: paired_standard_error(b, c, n),
        interval: Interval {
            level,
            lower: -tango_upper(c, b, n, z),
            upper: tango_upper(b, c, n, z),
        },
    }
}

/// Second minus first for two estimates from unrelated paths, or read back from result files.
///
/// With l, u the ends of each one's own interval, d = p₂ − p₁:
/// lower = d − √((p₂−l₂)² + (u₁−p₁)²), upper = d + √((u₂−p₂)² + (p₁−l₁)²); standard error √(se₁² + se₂²).
/// Stays in [−1, 1] when both intervals stay in [0, 1], is never a point when neither of them is. The level is the
/// lower one of the two. NaN in, NaN out.
///
/// # Source
/// Newcombe (1998), Statistics in Medicine 17, 873, method 10 (hybrid score), with any interval in place of Wilson's:
/// Zou and Donner (2008), Statistics in Medicine 27, 1693.
pub fn independent_difference(first: &Estimate, second: &Estimate) -> Estimate {
    let value = second.value - first.value;
    let below =
        root_sum_square(second.value - second.interval.lower, first.interval.upper - first.value);
    let above =
        root_sum_square(second.interval.upper - second.value, first.value - first.interval.lower);
    Estimate {
        value,
        standard_error: root_sum_square(first.standard_error, second.standard_error),
        interval: Interval {
            level: first.interval.level.min(second.interval.level),
            lower: value - below,
            upper: value + above,
        },
    }
}

/// Largest δ that the score test does not reject, by bisection between (b−c)/n, never rejected, and 1.
fn tango_upper(b: f64, c: f64, n: f64, z: f64) -> f64 {
    let (mut inside, mut outside) = ((b - c) / n, 1.0);
    loop {
        let middle = 0.5 * (inside + outside);
        if middle <= inside || middle >= outside {
            return inside;
        }
        let gap = n * middle - (b - c);
        if gap * gap <= z * z * n * score_variance(middle, b, c, n) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
}

/// Variance of one pair's difference if the true difference is `delta`: 2q̂ + δ(1−δ), Tango's equation 28.
fn score_variance(delta: f64, b: f64, c: f64, n: f64) -> f64 {
    let linear = (2.0 * n - b + c) * delta - b - c;
    let constant = -c * delta * (1.0 - delta);
    let root = (linear * linear - 8.0 * n * constant).max(0.0).sqrt();
    let q = if linear > 0.0 {
        -2.0 * constant / (root + linear) // the same root without cancellation
    } else {
        (root - linear) / (4.0 * n)
    };
    (2.0 * q + delta * (1.0 - delta)).max(0.0)
}

fn paired_standard_error(b: f64, c: f64, n: f64) -> f64 {
    let wald = |b: f64, c: f64, n: f64| (b + c - (b - c) * ((b - c) / n)).max(0.0).sqrt() / n;
    if b + c == 0.0 || b == n || c == n {
        return wald(b + 0.5, c + 0.5, n + 2.0);
    }
    wald(b, c, n)
}

fn root_sum_square(a: f64, b: f64) -> f64 {
    (a * a + b * b).sqrt()
}

#[cfg(test)]
mod tests {
    use super::super::estimate::LEVEL;
    use super::super::proportion::proportion;
    use super::*;
    use proptest::prelude::*;

    fn counts(second_only: u64, first_only: u64, paths: u64) -> PairedCounts {
        let both = (paths - first_only - second_only) / 2;
        PairedCounts {
            both,
            first_only,
            second_only,
            neither: paths - first_only - second_only - both,
        }
    }

    /// Cavo et al. (2012), (59, 6; 16, 80): −0.0621 (−0.1240 to −0.0054) by R package contingencytables 3.0.0
    /// (Fagerland, Lydersen and Laake 2017, Statistical Analysis of Contingency Tables, chapter 8).
    #[test]
    fn agrees_with_published_tango_interval() {
        let table = PairedCounts { both: 59, first_only: 16, second_only: 6, neither: 80 };
        let estimate = paired_difference(&table, LEVEL);
        let rounded = |value: f64| (value * 1e4).round() / 1e4;
        assert_eq!(rounded(estimate.value), -0.0621);
        assert_eq!(rounded(estimate.interval.lower), -0.1240);
        assert_eq!(rounded(estimate.interval.upper), -0.0054);
    }

    // mpmath 1.4.1, 60 digits, from the definition: bisect (b-c-n*d)/sqrt(n*(2*q + d*(1-d))) = ±z, q the larger root of
    // the derivative of b*log(q+d) + c*log(q) + (n-b-c)*log(1-2*q-d), z = sqrt(2)*erfinv(level)
    const TANGO: [(u64, u64, u64, f64, f64, f64); 8] = [
        (1, 7, 21, 0.95, -0.5172322764213774, -0.026003032480868597),
        (6, 16, 161, 0.95, -0.12402343246406815, -0.0054333957316770945),
        (40, 20, 160, 0.95, 0.030864533133086743, 0.2180642441668248),
        (0, 1, 44, 0.95, -0.11807709698213285, 0.05939323111662794),
        (0, 0, 100, 0.95, -0.03699349820698567, 0.03699349820698567),
        (12, 0, 100, 0.9, 0.07632600811956232, 0.18369445967565018),
        (5000, 3000, 1_000_000, 0.95, 0.0018251685237552048, 0.002175768835616907),
        (3, 1, 1_000_000_000, 0.95, -2.910421364445554e-9, 7.924859425451052e-9),
    ];

    #[test]
    fn agrees_with_the_definition_in_60_digits() {
        for (second_only, first_only, paths, level, lower, upper) in TANGO {
            let interval =
                paired_difference(&counts(second_only, first_only, paths), level).interval;
            let scale = lower.abs().max(upper.abs());
            assert!((interval.lower - lower).abs() < 1e-12 * scale, "{interval:?} against {lower}");
            assert!((interval.upper - upper).abs() < 1e-12 * scale, "{interval:?} against {upper}");
        }
    }

    #[test]
    fn scenarios_that_never_differ_give_no_point() {
        let estimate = paired_difference(&counts(0, 0, 10_000), LEVEL);
        assert_eq!(estimate.value, 0.0);
        assert!(estimate.standard_error > 0.0);
        assert!(
            (estimate.interval.upper - 3.841_458_820_694_124 / 10_003.841_458_820_694).abs()
                < 1e-15
        );
        assert_eq!(estimate.interval.lower, -estimate.interval.upper);
    }

    #[test]
    fn without_paths_nothing_is_known() {
        let estimate = paired_difference(&PairedCounts::default(), LEVEL);
        assert!(estimate.value.is_nan() && estimate.standard_error.is_nan());
        assert_eq!((estimate.interval.lower, estimate.interval.upper), (-1.0, 1.0));
    }

    // statsmodels 0.15.0: confint_proportions_2indep(x2, n2, x1, n1, method="newcomb", compare="diff"); the first is
    // Newcombe's own example (a): 0.0524 to 0.3339
    const NEWCOMBE: [(u64, u64, u64, u64, f64, f64); 3] = [
        (56, 70, 48, 80, 0.05243147240236498, 0.33387265403690614),
        (9, 10, 3, 10, 0.1705227239345029, 0.809017973535488),
        (1000, 10_000, 900, 10_000, 0.001871897832537479, 0.018133026165338177),
    ];

    #[test]
    fn independent_agrees_with_newcombe() {
        for (x2, n2, x1, n1, lower, upper) in NEWCOMBE {
            let (first, second) = (proportion(x1, n1, LEVEL), proportion(x2, n2, LEVEL));
            let difference = independent_difference(&first, &second);
            assert!((difference.interval.lower - lower).abs() < 1e-14);
            assert!((difference.interval.upper - upper).abs() < 1e-14);
            let variance = first.standard_error * first.standard_error
                + second.standard_error * second.standard_error;
            assert!((difference.standard_error - variance.sqrt()).abs() < 1e-16);
        }
    }

    proptest! {
        #[test]
        fn paired_is_antisymmetric_and_encloses(both in 0u64..1 << 30, first_only in 0u64..1 << 30,
            second_only in 0u64..1 << 30, neither in 0u64..1 << 30, shift in 0u32..30)
        {
            let table = PairedCounts { both, first_only: first_only >> shift, second_only: second_only >> shift, neither };
            prop_assume!(table.paths() > 0);
            let swapped = PairedCounts { first_only: table.second_only, second_only: table.first_only, ..table };
            let (estimate, mirror) = (paired_difference(&table, LEVEL), paired_difference(&swapped, LEVEL));
            prop_assert_eq!(estimate.value, -mirror.value);
            prop_assert_eq!(estimate.interval.lower, -mirror.interval.upper);
            prop_assert!(-1.0 <= estimate.interval.lower && estimate.interval.lower <= estimate.value);
            prop_assert!(estimate.value <= estimate.interval.upper && estimate.interval.upper <= 1.0);
            prop_assert!(estimate.interval.lower < estimate.interval.upper && estimate.standard_error > 0.0);
        }

        #[test]
        fn independent_stays_within_one(n1 in 1u64..1000, n2 in 1u64..1000, a in 0.0..=1.0f64, b in 0.0..=1.0f64) {
            let first = proportion((n1 as f64 * a) as u64, n1, LEVEL);
            let second = proportion((n2 as f64 * b) as u64, n2, LEVEL);
            let interval = independent_difference(&first, &second).interval;
            prop_assert!(-1.0 - 1e-15 <= interval.lower && interval.lower < interval.upper);
            prop_assert!(interval.upper <= 1.0 + 1e-15);
        }
    }
}
