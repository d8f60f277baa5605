//! The bins of a distribution: round edges, on a logarithmic scale where it spans much.

use crate::amount::{Amount, MoneyScale};
use crate::projection::Bin;
use crate::statistics::QuantileSketch;

/// Preferred numbers of a decade, 20 steps of about 12 % (ISO 3, R20 rounded).
const DECADE: [f64; 20] = [
    1.0, 1.12, 1.25, 1.4, 1.6, 1.8, 2.0, 2.24, 2.5, 2.8, 3.15, 3.55, 4.0, 4.5, 5.0, 5.6, 6.3, 7.1,
    8.0, 9.0,
];

/// Linear bins over the central part of a distribution.
const LINEAR_BINS: f64 = 40.0;

/// Linear bins beyond which those of the tails are cut.
const MOST_LINEAR: f64 = 200.0;

/// Bins that either tail then keeps beyond the central part; the outermost bin is the rest.
const TAIL_BINS: f64 = 80.0;

/// Where the central 99 % spans a factor above this, bins are logarithmic.
const LOG_FROM: f64 = 8.0;

/// Bins of a total in single currency units, with edges in the unit of the target.
///
/// The target is an edge, and what lies above it is counted exactly; at other edges counts are
/// interpolated within a bucket of the sketch.
pub fn bins(sketch: &QuantileSketch, target: Amount, hits: u64) -> Vec<Bin> {
    let scale = target.scale();
    let paths = sketch.count() as f64;
    let (least, greatest) = (sketch.minimum_bound(), sketch.maximum_bound());
    if paths == 0.0 || !(least.is_finite() && greatest.is_finite()) {
        return Vec::new();
    }
    let mut edges = inner_edges(sketch, scale);
    edges.push(target.in_units());
    edges.retain(|edge| (least..=greatest).contains(&scale.single(*edge)) && *edge > 0.0);
    edges.push(scale.in_units(least));
    edges.push(scale.in_units(greatest));
    edges.sort_by(f64::total_cmp);
    edges.dedup();
    if edges.len() == 1 {
        edges.push(edges[0]);
    }
    let below = |edge: f64| {
        if scale.single(edge) >= greatest {
            paths
        } else if scale.single(edge) == target.single() {
            paths - hits as f64
        } else {
            sketch.count_below(scale.single(edge))
        }
    };
    let mut lower_count = 0.0;
    let bins = edges.windows(2).map(|pair| {
        // Interpolation next to an exact count may step back by a part of a bucket.
        let count = below(pair[1]).max(lower_count);
        let share = (count - lower_count) / paths;
        lower_count = count;
        Bin { lower: pair[0], upper: pair[1], share, cumulative: count / paths }
    });
    bins.collect()
}

/// Round edges over the range that holds all but the outermost paths.
fn inner_edges(sketch: &QuantileSketch, scale: MoneyScale) -> Vec<f64> {
    // Paths without a finite total rank above all others.
    let quantile = |p: f64| scale.in_units(sketch.quantile(p).min(sketch.maximum_bound()));
    let (low, high) = (quantile(0.005), quantile(0.995));
    let (first, last) = (quantile(0.0005), quantile(0.9995));
    if low > 0.0 && high / low > LOG_FROM {
        return log_edges(first.max(low * 1e-3), last);
    }
    let width = round_width((high - low) / LINEAR_BINS);
    if width <= 0.0 {
        return Vec::new();
    }
    let (mut from, mut to) = (libm::floor(first / width), libm::ceil(last / width));
    if to - from > MOST_LINEAR && low <= 0.0 {
        return log_edges(scale.in_units(low_of_positive(sketch)), last);
    }
    if to - from > MOST_LINEAR {
        from = from.max(libm::floor(low / width) - TAIL_BINS);
        to = to.min(libm::ceil(high / width) + TAIL_BINS);
    }
    (from as i64..=to as i64).map(|k| k as f64 * width).collect()
}

/// The quantile that bins start from, of the values above 0 alone.
fn low_of_positive(sketch: &QuantileSketch) -> f64 {
    let zeros = sketch.buckets().find(|bucket| bucket.0 == 0.0).map_or(0, |bucket| bucket.2);
    let rank = libm::ceil((sketch.count() - zeros) as f64 * 0.005) as u64;
    sketch.value_at_rank(zeros + rank)
}

/// Preferred numbers from below `first` to above `last`, thinned where they would be too many.
fn log_edges(first: f64, last: f64) -> Vec<f64> {
    let first = first.max(f64::MIN_POSITIVE);
    let decade = |x: f64| libm::floor(libm::log10(x)) as i32;
    let decades = f64::from(decade(last) - decade(first)).max(libm::log10(last / first));
    let (every, apart) = spacing(decades);
    let edges = (decade(first)..=decade(last) + 1).step_by(apart).flat_map(|power| {
        let unit = power_of_ten(power);
        DECADE.iter().step_by(every).map(move |number| round_product(*number, unit))
    });
    edges.filter(|edge| (first..=last).contains(edge)).collect()
}

/// Every which preferred number, of every which decade, so that at most some 200 fit in so many.
fn spacing(decades: f64) -> (usize, usize) {
    if decades <= 3.5 {
        (1, 1)
    } else if decades <= 20.0 {
        (2, 1)
    } else if decades <= 50.0 {
        (5, 1)
    } else if decades <= 200.0 {
        (20, 1)
    } else {
        (20, 4)
    }
}

/// 1, 2, 2.5 or 5 times a power of ten, at least `width`.
fn round_width(width: f64) -> f64 {
    if width <= 0.0 || !width.is_finite() {
        return 0.0;
    }
    let unit = power_of_ten(libm::floor(libm::log10(width)) as i32);
    let round = [1.0, 2.0, 2.5, 5.0].into_iter().find(|number| number * unit >= width);
    round.unwrap_or(10.0) * unit
}

/// Ten to a whole power, as exact as an f64 is.
fn power_of_ten(power: i32) -> f64 {
    format!("1e{power}").parse().expect("a power of ten is a number")
}

/// A product of round numbers without the dust of binary fractions.
fn round_product(number: f64, unit: f64) -> f64 {
    let product = number * unit;
    format!("{product:.6e}").parse().unwrap_or(product)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::normal;

    #[test]
    fn shares_sum_to_one_and_the_target_is_an_exact_edge() {
        let mut sketch = QuantileSketch::new();
        let values: Vec<f64> =
            (1..=10_000).map(|k| 1e6 * libm::exp(f64::from(k) / 2000.0)).collect();
        sketch.add_slice(&values);
        let target = millions(100.0);
        let hits = values.iter().filter(|value| **value >= target.single()).count() as u64;
        let bins = bins(&sketch, target, hits);
        assert!((bins.iter().map(|bin| bin.share).sum::<f64>() - 1.0).abs() < 1e-12);
        let edge = bins.iter().find(|bin| bin.lower == 100.0).expect("the target is an edge");
        let above: f64 = bins.iter().filter(|bin| bin.lower >= 100.0).map(|bin| bin.share).sum();
        assert!((above - hits as f64 / 10_000.0).abs() < 1e-12, "{edge:?}");
        assert!(bins.windows(2).all(|pair| pair[0].upper == pair[1].lower));
    }

    /// The bins of values, checked: few, ascending, without a gap, all paths in them.
    fn checked(values: &[f64], target: Amount) -> Vec<Bin> {
        let mut sketch = QuantileSketch::new();
        sketch.add_slice(values);
        let hits = values.iter().filter(|value| **value >= target.single()).count() as u64;
        let bins = bins(&sketch, target, hits);
        assert!((1..=210).contains(&bins.len()), "{} bins", bins.len());
        assert!(bins.iter().all(|bin| bin.lower <= bin.upper && bin.share >= 0.0));
        assert!(bins.windows(2).all(|pair| pair[0].upper == pair[1].lower));
        let sum: f64 = bins.iter().map(|bin| bin.share).sum();
        assert!((sum - 1.0).abs() < 1e-12, "{sum}");
        bins
    }

    fn billion() -> MoneyScale {
        MoneyScale::named("billion").expect("a scale")
    }

    fn millions(units: f64) -> Amount {
        Amount::of_units(units, MoneyScale::MILLION)
    }

    /// Values with log-normal tails of so many sigma a step, after a share of zeros.
    fn spread(sigma: f64, zeros: f64) -> Vec<f64> {
        let value = |k: u32| {
            let p = (f64::from(k) + 0.5) / 10_000.0;
            if p < zeros {
                0.0
            } else {
                1e7 * libm::exp(sigma * normal::quantile((p - zeros) / (1.0 - zeros)))
            }
        };
        (0..10_000).map(value).collect()
    }

    #[test]
    fn bins_are_few_however_wide_the_tails() {
        for zeros in [0.0, 0.003, 0.01, 0.5, 0.998] {
            for sigma in [0.01, 0.5, 2.0, 5.0, 8.0, 20.0, 90.0, 180.0] {
                for scale in [MoneyScale::ONE, MoneyScale::MILLION, billion()] {
                    checked(&spread(sigma, zeros), Amount::of_single(1e8, scale));
                }
            }
        }
    }

    #[test]
    fn a_far_tail_leaves_the_central_bins_as_they_are() {
        let mut values: Vec<f64> = (0..10_000).map(|k| 1e6 + 100.0 * f64::from(k)).collect();
        values.extend([1e300; 40]);
        let bins = checked(&values, millions(1.5));
        assert_eq!(bins.last().map(|bin| bin.upper), Some(1e300 / 1e6));
        let central = bins.iter().filter(|bin| bin.share > 0.01).count();
        assert!((30..=60).contains(&central), "{central}");
    }

    #[test]
    fn totals_beyond_all_numbers_and_the_least_of_all_end_too() {
        let mut values = vec![f64::INFINITY; 500];
        values.extend((0..9_500).map(|k| 1e6 * libm::exp(f64::from(k) / 1000.0)));
        checked(&values, millions(100.0));
        values[..500].fill(f64::NAN);
        checked(&values, millions(100.0));
        checked(&[1e-320, 1e-310, 1.0, 1e300, f64::MAX], Amount::of_single(1e8, billion()));
        checked(&[0.0, 1e-320, f64::MAX], Amount::of_single(1e8, MoneyScale::ONE));
    }

    #[test]
    fn one_value_is_one_bin() {
        let mut sketch = QuantileSketch::new();
        sketch.add_slice(&[5e6; 100]);
        let bins = bins(&sketch, millions(10.0), 0);
        assert_eq!(bins.len(), 1);
        assert_eq!((bins[0].share, bins[0].cumulative), (1.0, 1.0));
    }
}
