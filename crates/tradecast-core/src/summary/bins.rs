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
    let quantiles = |ends: [f64; 2]| ends.map(|p| scale.in_units(sketch.quantile(p)));
    let ([low, high], [first, last]) = (quantiles([0.005, 0.995]), quantiles([0.0005, 0.9995]));
    if low > 0.0 && high / low > LOG_FROM {
        return log_edges(first.max(low * 1e-3), last);
    }
    let width = round_width((high - low) / LINEAR_BINS);
    if width <= 0.0 {
        return Vec::new();
    }
    let (from, to) = ((first / width).floor() as i64, (last / width).ceil() as i64);
    (from..=to).map(|k| k as f64 * width).collect()
}

/// Preferred numbers from below `first` to above `last`, thinned where they would be too many.
fn log_edges(first: f64, last: f64) -> Vec<f64> {
    let decade = |x: f64| libm::floor(libm::log10(x)) as i32;
    let decades = f64::from(decade(last) - decade(first)).max(libm::log10(last / first));
    let every = if decades > 3.5 { 2 } else { 1 };
    let edges = (decade(first)..=decade(last) + 1).flat_map(|power| {
        let unit = power_of_ten(power);
        DECADE.iter().step_by(every).map(move |number| round_product(*number, unit))
    });
    edges.filter(|edge| (first..=last).contains(edge)).collect()
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

    #[test]
    fn shares_sum_to_one_and_the_target_is_an_exact_edge() {
        let mut sketch = QuantileSketch::new();
        let values: Vec<f64> =
            (1..=10_000).map(|k| 1e6 * libm::exp(f64::from(k) / 2000.0)).collect();
        sketch.add_slice(&values);
        let target = Amount::of_units(100.0, MoneyScale::MILLION);
        let hits = values.iter().filter(|value| **value >= target.single()).count() as u64;
        let bins = bins(&sketch, target, hits);
        assert!((bins.iter().map(|bin| bin.share).sum::<f64>() - 1.0).abs() < 1e-12);
        let edge = bins.iter().find(|bin| bin.lower == 100.0).expect("the target is an edge");
        let above: f64 = bins.iter().filter(|bin| bin.lower >= 100.0).map(|bin| bin.share).sum();
        assert!((above - hits as f64 / 10_000.0).abs() < 1e-12, "{edge:?}");
        assert!(bins.windows(2).all(|pair| pair[0].upper == pair[1].lower));
    }

    #[test]
    fn one_value_is_one_bin() {
        let mut sketch = QuantileSketch::new();
        sketch.add_slice(&[5e6; 100]);
        let bins = bins(&sketch, Amount::of_units(10.0, MoneyScale::MILLION), 0);
        assert_eq!(bins.len(), 1);
        assert_eq!((bins[0].share, bins[0].cumulative), (1.0, 1.0));
    }
}
