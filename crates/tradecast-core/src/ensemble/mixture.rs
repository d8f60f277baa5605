//! The arithmetic of a mixture: P, what each member carries of it, and quantiles.
//!
//! Members saw the same draws, so their errors are correlated, in a way that is not counted. What is
//! given is a bound that holds whatever the correlation: the standard deviation of a sum is at most
//! the sum of the standard deviations.

use crate::statistics::{Estimate, Interval, LEVEL, QuantileSketch};

/// Σ wᵢ xᵢ of (wᵢ, xᵢ) with weights that sum to 1; 0 of nothing.
///
/// As the least x and what the others add to it, in the order of x: the same bits in any order of
/// the terms, and x itself where all are equal.
fn weighted_mean(terms: impl IntoIterator<Item = (f64, f64)>) -> f64 {
    let mut terms: Vec<(f64, f64)> = terms.into_iter().collect();
    terms.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.total_cmp(&b.0)));
    let least = terms.first().map_or(0.0, |term| term.1);
    least + terms.iter().map(|(weight, x)| weight * (x - least)).sum::<f64>()
}

/// P = Σ wᵢ Pᵢ of members (wᵢ, Pᵢ).
///
/// Standard error and the ends of the interval are the same means of those of the members: a bound,
/// wider than needed unless the errors of all members go together.
pub fn estimate(members: &[(f64, Estimate)]) -> Estimate {
    let mean = |part: fn(&Estimate) -> f64| {
        weighted_mean(members.iter().map(|(weight, p)| (*weight, part(p))))
    };
    Estimate {
        value: mean(|p| p.value).min(1.0),
        standard_error: mean(|p| p.standard_error),
        interval: Interval {
            level: LEVEL,
            lower: mean(|p| p.interval.lower),
            upper: mean(|p| p.interval.upper).min(1.0),
        },
    }
}

/// The share wᵢ Pᵢ / P that each member carries of the mixture's P; none where P is 0.
///
/// A share rises with its member's P and falls with the rest R = Σ wⱼ Pⱼ over j ≠ i, so its interval
/// goes from the member's lower end beside the others' upper ones to the opposite. To first order
/// that is again the bound of any correlation, (R wᵢ SEᵢ + wᵢ Pᵢ Σ wⱼ SEⱼ)/P², the standard error.
pub fn shares(members: &[(f64, Estimate)]) -> Vec<Option<Estimate>> {
    (0..members.len()).map(|index| share(members, index)).collect()
}

fn share(members: &[(f64, Estimate)], index: usize) -> Option<Estimate> {
    let part = |of: fn(&Estimate) -> f64| members[index].0 * of(&members[index].1);
    let rest = |of: fn(&Estimate) -> f64| {
        let others = members.iter().enumerate().filter(|(other, _)| *other != index);
        let mut parts: Vec<f64> = others.map(|(_, (weight, p))| weight * of(p)).collect();
        parts.sort_by(f64::total_cmp);
        parts.iter().sum::<f64>()
    };
    let (own, others) = (part(|p| p.value), rest(|p| p.value));
    let all = own + others;
    if all <= 0.0 {
        return None;
    }
    let (own_error, others_error) = (part(|p| p.standard_error), rest(|p| p.standard_error));
    let value = own / all;
    // Where both ends are 0 the share is certain: 1 of the only member that can hit, 0 of one that cannot.
    let end = |own: f64, others: f64| match own + others {
        sum if sum > 0.0 => own / sum,
        _ => value,
    };
    Some(Estimate {
        value,
        standard_error: (others * own_error + own * others_error) / (all * all),
        interval: Interval {
            level: LEVEL,
            lower: end(part(|p| p.interval.lower), rest(|p| p.interval.upper)),
            upper: end(part(|p| p.interval.upper), rest(|p| p.interval.lower)),
        },
    })
}

/// The quantile of the mixture of distributions (wᵢ, Fᵢ): the least value at which Σ wᵢ Fᵢ reaches
/// `probability`, each Fᵢ linear within the buckets of its sketch.
///
/// Off by less than a bucket's width, 1/512 (0.2 %) of the value. +∞ where so much of the mixture is
/// in the overflow of its sketches; NaN for an empty sketch or a probability outside (0, 1].
pub(super) fn quantile(members: &[(f64, &QuantileSketch)], probability: f64) -> f64 {
    let is_empty = members.iter().any(|(_, sketch)| sketch.count() == 0);
    if members.is_empty() || is_empty || !(probability > 0.0 && probability <= 1.0) {
        return f64::NAN;
    }
    let below = |value: f64| {
        let share = |sketch: &QuantileSketch| sketch.count_below(value) / sketch.count() as f64;
        weighted_mean(members.iter().map(|(weight, sketch)| (*weight, share(sketch))))
    };
    if below(f64::INFINITY) < probability {
        return f64::INFINITY;
    }
    // Values of at least 0 are in the order of their bits.
    let (mut low, mut high) = (0.0_f64.to_bits(), f64::INFINITY.to_bits());
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if below(f64::from_bits(middle)) < probability { low = middle } else { high = middle }
    }
    f64::from_bits(low)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::proportion;

    fn sketch(values: &[f64]) -> QuantileSketch {
        let mut sketch = QuantileSketch::new();
        sketch.add_slice(values);
        sketch
    }

    #[test]
    fn a_mean_of_equals_is_exact_and_order_changes_no_bit() {
        let weights = [0.1, 0.2, 0.7];
        assert_eq!(weighted_mean(weights.map(|weight| (weight, 0.123))), 0.123);
        let terms = [(0.1, 0.7), (0.2, 1e-9), (0.7, 0.03)];
        let turned = [terms[2], terms[0], terms[1]];
        assert_eq!(weighted_mean(terms).to_bits(), weighted_mean(turned).to_bits());
        assert!((weighted_mean(terms) - (0.07 + 2e-10 + 0.021)).abs() < 1e-16);
    }

    #[test]
    fn the_interval_of_one_member_is_its_own() {
        let p = proportion(29, 10_000, LEVEL);
        assert_eq!(estimate(&[(0.25, p), (0.75, p)]), p);
    }

    #[test]
    fn shares_sum_to_one_and_lie_in_their_intervals() {
        let members = [
            (0.6, proportion(3_000, 1_000_000, LEVEL)),
            (0.39, proportion(0, 1_000_000, LEVEL)),
            (0.01, proportion(500_000, 1_000_000, LEVEL)),
        ];
        let shares: Vec<Estimate> = shares(&members).into_iter().flatten().collect();
        assert!((shares.iter().map(|share| share.value).sum::<f64>() - 1.0).abs() < 1e-15);
        assert!((shares[2].value - 0.005 / 0.0068).abs() < 1e-15);
        for share in &shares {
            assert!(share.interval.lower <= share.value && share.value < share.interval.upper);
        }
        // Near a normal: the interval is 1.96 standard errors to either side.
        let half = (shares[2].interval.upper - shares[2].interval.lower) / 2.0;
        assert!((half / (1.96 * shares[2].standard_error) - 1.0).abs() < 0.02, "{half}");
        // The lower end of what alone can hit, beside what cannot for certain.
        let zero = Interval { level: LEVEL, lower: 0.0, upper: 0.0 };
        let never = Estimate { value: 0.0, standard_error: 0.0, interval: zero };
        let interval = Interval { upper: 0.2, ..zero };
        let rarely = Estimate { value: 0.1, standard_error: 0.05, interval };
        let found = super::shares(&[(0.5, rarely), (0.5, never)]);
        let ends =
            |share: &Option<Estimate>| share.map(|it| [it.interval.lower, it.interval.upper]);
        assert_eq!(found.iter().map(ends).collect::<Vec<_>>(), [Some([1.0; 2]), Some([0.0; 2])]);
        let none = proportion(0, 100, LEVEL);
        assert_eq!(super::shares(&[(0.5, none), (0.5, none)]), [None, None]);
    }

    #[test]
    fn quantiles_of_points_are_the_points() {
        let (low, high) = (sketch(&[3.0; 10]), sketch(&[7.0; 4]));
        let mixture = [(0.3, &low), (0.7, &high)];
        assert_eq!([0.05, 0.29, 0.31, 1.0].map(|p| quantile(&mixture, p)), [3.0, 3.0, 7.0, 7.0]);
        let zeros = sketch(&[0.0; 5]);
        assert_eq!(quantile(&[(0.5, &zeros), (0.5, &high)], 0.2), 0.0);
    }

    #[test]
    fn overflow_ranks_above_all_and_nothing_is_nan() {
        let (finite, infinite) = (sketch(&[1.0, 2.0]), sketch(&[f64::INFINITY; 2]));
        let mixture = [(0.5, &finite), (0.5, &infinite)];
        assert!(quantile(&mixture, 0.4).is_finite());
        assert_eq!(quantile(&mixture, 0.6), f64::INFINITY);
        assert!(quantile(&mixture, 0.0).is_nan());
        assert!(quantile(&[(1.0, &QuantileSketch::new())], 0.5).is_nan());
    }

    /// Of one member the median is that of its sketch; elsewhere the two definitions differ by less
    /// than half a rank.
    #[test]
    fn a_mixture_of_equals_has_the_quantiles_of_each() {
        let values: Vec<f64> = (1..=1000).map(|rank| 10.0 + f64::from(rank) / 100.0).collect();
        let one = sketch(&values);
        let mixture = [(0.2, &one), (0.8, &one)];
        for probability in [0.05, 0.5, 0.95] {
            let (mixed, own) = (quantile(&mixture, probability), one.quantile(probability));
            assert!((mixed - own).abs() < 0.011, "{probability}: {mixed} and {own}");
        }
    }
}
