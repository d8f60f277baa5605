//! Which order statistics enclose a quantile, whatever the distribution.

use super::estimate::two_sided_z;

/// Binomial variance above which ranks come from the corrected normal approximation.
const EXACT_UP_TO_VARIANCE: f64 = 1e8;
/// Terms this small against the largest one end a sum: together they are below 1e-20 of the total.
const NEGLIGIBLE: f64 = 1e-25;

/// 1-based ranks (l, u) such that the l-th and u-th smallest of `paths` independent values enclose the quantile at
/// `probability`, each end missing with a chance of at most (1 − `level`)/2.
///
/// With B ~ Binomial(paths, probability): l is the largest rank with P(B ≤ l − 1) ≤ (1−level)/2, u the smallest with
/// P(B ≥ u) ≤ (1−level)/2. For a continuous distribution that is exact; with ties the coverage is higher.
/// `None` where a tail has no such rank (too few paths: at 0.95 under 6 for the median, under 72 for a 5 % quantile),
/// and for a probability of 0, 1 or NaN.
///
/// Cost and error: binomial sums (relative error about 1e-12) while N p (1−p) ≤ 1e8, which take at most 2 ms and 2 MB;
/// above, the normal approximation with skewness and continuity corrections, whose error, below 0.01 rank, is covered
/// by one more rank on either side (1e-4 of a standard deviation of the rank). N p is rounded beyond 2⁵³ paths.
///
/// For independent paths only.
///
/// # Panics
/// If `level` is not in (0, 1).
///
/// # Source
/// Conover (1999), Practical Nonparametric Statistics, section 3.2; David and Nagaraja (2003), Order Statistics,
/// section 7.1; the approximation: Cornish and Fisher (1938).
pub fn quantile_ranks(paths: u64, probability: f64, level: f64) -> Option<(u64, u64)> {
    let z = two_sided_z(level);
    if paths == 0 || !(probability > 0.0 && probability < 1.0) {
        return None;
    }
    let variance = paths as f64 * probability * (1.0 - probability);
    if variance > EXACT_UP_TO_VARIANCE {
        return approximate_ranks(paths, probability, z);
    }
    exact_ranks(paths, probability, (1.0 - level) / 2.0)
}

/// Counts ranks from both ends of the binomial distribution until the tail would exceed `tail`.
fn exact_ranks(paths: u64, probability: f64, tail: f64) -> Option<(u64, u64)> {
    let (first, weights) = binomial_weights(paths, probability);
    let limit = tail * weights.iter().sum::<f64>();
    let lower = first + terms_within(weights.iter(), limit);
    let upper = first + weights.len() as u64 - terms_within(weights.iter().rev(), limit);
    (lower >= 1 && upper <= paths).then_some((lower, upper))
}

/// The binomial distribution relative to its mode, by the ratio of neighbours: the first count that is not negligible,
/// and the weights from there on.
fn binomial_weights(paths: u64, probability: f64) -> (u64, Vec<f64>) {
    let n = paths as f64;
    let odds = probability / (1.0 - probability);
    let mode = (((n + 1.0) * probability) as u64).min(paths);
    let (mut weights, mut count, mut weight) = (Vec::new(), mode, 1.0);
    while weight > NEGLIGIBLE {
        weights.push(weight);
        if count == 0 {
            break;
        }
        weight *= count as f64 / ((n - count as f64 + 1.0) * odds);
        count -= 1;
    }
    weights.reverse();
    let first = mode + 1 - weights.len() as u64;
    (count, weight) = (mode, 1.0);
    while count < paths {
        weight *= (n - count as f64) * odds / (count as f64 + 1.0);
        if weight <= NEGLIGIBLE {
            break;
        }
        weights.push(weight);
        count += 1;
    }
    (first, weights)
}

/// How many of `weights`, in their order, sum to at most `limit`.
fn terms_within<'a>(weights: impl Iterator<Item = &'a f64>, limit: f64) -> u64 {
    let mut sum = 0.0;
    let mut terms = 0;
    for weight in weights {
        sum += weight;
        if sum > limit {
            break;
        }
        terms += 1;
    }
    terms
}

/// Normal quantiles with the skewness correction (z²−1)(1−2p)/6, half a count for continuity, one rank to spare.
fn approximate_ranks(paths: u64, probability: f64, z: f64) -> Option<(u64, u64)> {
    let mean = paths as f64 * probability;
    let spread = z * (mean * (1.0 - probability)).sqrt();
    let skew = (z * z - 1.0) * (1.0 - 2.0 * probability) / 6.0;
    let lower = (mean - spread + skew + 0.5).floor() - 1.0;
    let upper = (mean + spread + skew + 0.5).ceil() + 1.0;
    (lower >= 1.0 && upper <= paths as f64).then_some((lower as u64, upper as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    // scipy 1.17.1, a = (1 − level)/2: l the largest with binom.cdf(l-1, n, p) <= a, u the smallest with
    // binom.sf(u-1, n, p) <= a
    const FIXTURES: [(u64, f64, f64, (u64, u64)); 12] = [
        (6, 0.5, 0.95, (1, 6)),
        (16, 0.75, 0.9, (9, 16)),
        (72, 0.05, 0.95, (1, 9)),
        (100, 0.5, 0.95, (40, 61)),
        (1_000, 0.05, 0.95, (37, 65)),
        (1_000, 0.95, 0.99, (931, 968)),
        (131_072, 0.01, 0.95, (1_241, 1_383)),
        (131_072, 0.5, 0.95, (65_181, 65_892)),
        (1_048_576, 0.95, 0.95, (995_709, 996_585)),
        (10_000_000, 0.001, 0.9, (9_836, 10_166)),
        (100_000_000, 0.5, 0.95, (49_990_200, 50_009_801)),
        (1_000_000_000_000, 1e-09, 0.95, (938, 1_063)),
    ];

    #[test]
    fn agrees_with_scipy() {
        for (paths, probability, level, ranks) in FIXTURES {
            assert_eq!(
                quantile_ranks(paths, probability, level),
                Some(ranks),
                "{paths} {probability} {level}"
            );
        }
    }

    #[test]
    fn too_few_paths_have_no_interval() {
        assert_eq!(quantile_ranks(5, 0.5, 0.95), None); // 2⁻⁵ > 0.025
        assert_eq!(quantile_ranks(6, 0.5, 0.95), Some((1, 6))); // 2⁻⁶ < 0.025
        assert_eq!(quantile_ranks(71, 0.05, 0.95), None); // 0.95⁷¹ = 0.0262
        assert!(quantile_ranks(72, 0.05, 0.95).is_some()); // 0.95⁷² = 0.0249
        for probability in [0.0, 1.0, -0.5, 2.0, f64::NAN] {
            assert_eq!(quantile_ranks(1000, probability, 0.95), None);
        }
        assert_eq!(quantile_ranks(0, 0.5, 0.95), None);
    }

    #[test]
    fn mirrored_probability_mirrors_the_ranks() {
        for paths in [100, 4096, 131_072, 1 << 40] {
            for probability in [0.03125, 0.25, 0.5] {
                let mirrored = quantile_ranks(paths, 1.0 - probability, 0.95)
                    .map(|(lower, upper)| (paths + 1 - upper, paths + 1 - lower));
                assert_eq!(
                    quantile_ranks(paths, probability, 0.95),
                    mirrored,
                    "{paths} {probability}"
                );
            }
        }
    }

    #[test]
    fn both_methods_agree_where_they_meet() {
        for (paths, probability) in
            [(400_000_000u64, 0.5), (2_000_000_000, 0.05), (90_000_000_000, 0.001)]
        {
            for level in [0.5, 0.95, 0.9999] {
                let (lower, upper) = exact_ranks(paths, probability, (1.0 - level) / 2.0).unwrap();
                let (wide_lower, wide_upper) =
                    approximate_ranks(paths, probability, two_sided_z(level)).unwrap();
                assert!((0..=2).contains(&(lower - wide_lower)), "{lower} {wide_lower}");
                assert!((0..=2).contains(&(wide_upper - upper)), "{upper} {wide_upper}");
            }
        }
    }
}
