//! Quantiles, counts below a value, mean and standard deviation of a [`QuantileSketch`].
//!
//! All sums run over the buckets in ascending order, so equal sketches give equal bits.

use super::sketch::QuantileSketch;

impl QuantileSketch {
    /// The `rank`-th smallest value, 1-based, placed linearly inside its bucket: (j − ½)/c of the way for the j-th of c.
    ///
    /// Off by less than the bucket's width, 1/512 (0.2 %) of the value, and by far less where the density is smooth.
    /// Exact for rank 1 and the last finite one, and 0 in the bucket of zeros (off by 2⁻²⁰). +∞ for ranks in the
    /// overflow. NaN for rank 0, a rank above the count, or an empty sketch.
    pub fn value_at_rank(&self, rank: u64) -> f64 {
        let count = self.count();
        if rank == 0 || rank > count {
            return f64::NAN;
        }
        let finite = count - self.overflow();
        if rank > finite {
            return f64::INFINITY;
        }
        if rank == 1 {
            return self.minimum_bound();
        }
        if rank == finite {
            return self.maximum_bound();
        }
        let mut before = 0;
        for (lower, upper, count) in self.buckets_within_extremes() {
            if rank <= before + count {
                let share = ((rank - before) as f64 - 0.5) / count as f64;
                return lower + (upper - lower) * share;
            }
            before += count;
        }
        self.maximum_bound()
    }

    /// Quantile at `probability`, as R type 7: at rank 1 + (n − 1) p, linear between neighbouring ranks.
    ///
    /// Error as [`QuantileSketch::value_at_rank`]. +∞ where a rank that it needs is in the overflow. NaN for an empty
    /// sketch or a probability outside [0, 1].
    ///
    /// # Source
    /// Hyndman and Fan (1996), The American Statistician 50, 361, definition 7.
    pub fn quantile(&self, probability: f64) -> f64 {
        let count = self.count();
        if count == 0 || !(0.0..=1.0).contains(&probability) {
            return f64::NAN;
        }
        let position = (count - 1) as f64 * probability;
        let rank = (position as u64).min(count - 1) + 1;
        let share = position - (rank - 1) as f64;
        let lower = self.value_at_rank(rank);
        if share <= 0.0 || rank == count {
            return lower;
        }
        let upper = self.value_at_rank(rank + 1);
        if lower == upper { lower } else { lower + (upper - lower) * share }
    }

    /// Estimated number of values below `value`, linear inside its bucket.
    ///
    /// Exact at bucket edges, else off by less than the count of one bucket. Zeros all lie below any positive value.
    /// +∞ counts every finite value, overflow is never below anything, NaN gives NaN.
    pub fn count_below(&self, value: f64) -> f64 {
        if value.is_nan() {
            return f64::NAN;
        }
        let mut below = 0.0;
        for (lower, upper, count) in self.buckets_within_extremes() {
            if value <= lower {
                break;
            }
            let share = if value >= upper { 1.0 } else { (value - lower) / (upper - lower) };
            below += count as f64 * share;
        }
        below
    }

    /// Mean, each value taken at the middle of its bucket.
    ///
    /// Off by at most 1/1024 (0.1 %), about 1e-7 where the density is smooth. +∞ with any overflow, NaN when empty.
    pub fn mean(&self) -> f64 {
        let count = self.count();
        if count == 0 {
            return f64::NAN;
        }
        if self.overflow() > 0 {
            return f64::INFINITY;
        }
        let rough = self.average_of_middles(|middle| middle);
        rough + self.average_of_middles(|middle| middle - rough)
    }

    /// Standard deviation with divisor n − 1, each value taken at the middle of its bucket.
    ///
    /// Off by at most half a bucket's width, 1/1024 of the largest values. NaN for fewer than two values or with any
    /// overflow.
    pub fn std_dev(&self) -> f64 {
        let count = self.count();
        if count < 2 || self.overflow() > 0 {
            return f64::NAN;
        }
        let mean = self.mean();
        let variance = self.average_of_middles(|middle| (middle - mean) * (middle - mean));
        (variance * (count as f64 / (count - 1) as f64)).sqrt()
    }

    /// Average of a function of the middles of the occupied buckets, weighted by their shares of all values.
    fn average_of_middles(&self, function: impl Fn(f64) -> f64) -> f64 {
        let count = self.count() as f64;
        let term = |(lower, upper, number): (f64, f64, u64)| {
            function(lower + 0.5 * (upper - lower)) * (number as f64 / count)
        };
        self.buckets_within_extremes().map(term).sum()
    }

    /// Occupied buckets, the outer ones cut at the smallest and largest value, the bucket of zeros a point at 0.
    fn buckets_within_extremes(&self) -> impl Iterator<Item = (f64, f64, u64)> + '_ {
        let (smallest, largest) = (self.minimum_bound(), self.maximum_bound());
        self.buckets().map(move |(lower, upper, count)| {
            if lower == 0.0 {
                return (0.0, 0.0, count);
            }
            (lower.max(smallest), upper.min(largest), count)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sketch_of(values: &[f64]) -> QuantileSketch {
        let mut sketch = QuantileSketch::new();
        sketch.add_slice(values);
        sketch
    }

    fn square(value: f64) -> f64 {
        value * value
    }

    /// R type 7, directly on sorted values.
    fn type_seven(sorted: &[f64], probability: f64) -> f64 {
        let position = (sorted.len() - 1) as f64 * probability;
        let below = position.floor() as usize;
        let above = (below + 1).min(sorted.len() - 1);
        sorted[below] + (sorted[above] - sorted[below]) * (position - below as f64)
    }

    #[test]
    fn equal_values_come_back_exactly() {
        let sketch = sketch_of(&[123_456.789; 100]);
        for probability in [0.0, 0.05, 0.5, 0.95, 1.0] {
            assert_eq!(sketch.quantile(probability), 123_456.789);
        }
        assert!((sketch.mean() - 123_456.789).abs() < 1e-10);
        assert!(sketch.std_dev() < 1e-9);
        assert_eq!((sketch.count_below(123_456.0), sketch.count_below(123_457.0)), (0.0, 100.0));
    }

    #[test]
    fn nothing_and_one_value() {
        let empty = QuantileSketch::new();
        assert!(empty.quantile(0.5).is_nan() && empty.mean().is_nan() && empty.std_dev().is_nan());
        assert!(empty.value_at_rank(1).is_nan());
        assert_eq!(empty.count_below(1.0), 0.0);
        let one = sketch_of(&[7.0]);
        assert_eq!((one.quantile(0.3), one.mean()), (7.0, 7.0));
        assert!(
            one.std_dev().is_nan() && one.quantile(1.5).is_nan() && one.quantile(f64::NAN).is_nan()
        );
        assert!(one.value_at_rank(0).is_nan() && one.value_at_rank(2).is_nan());
    }

    #[test]
    fn overflow_ranks_last() {
        let sketch = sketch_of(&[1.0, 2.0, f64::NAN]);
        assert_eq!((sketch.value_at_rank(2), sketch.value_at_rank(3)), (2.0, f64::INFINITY));
        assert_eq!((sketch.quantile(0.5), sketch.quantile(0.75)), (2.0, f64::INFINITY));
        assert_eq!((sketch.mean(), sketch.count_below(f64::INFINITY)), (f64::INFINITY, 2.0));
        assert!(sketch.std_dev().is_nan());
    }

    /// 4096 evenly spaced values, 1e5 apart, in buckets of 2²⁰: what the buckets may do to smooth data.
    #[test]
    fn smooth_values_come_back_closer_than_a_bucket() {
        let (spacing, width) = (1e5, 1_048_576.0);
        let values: Vec<f64> = (0..4096).map(|k| 1e9 + spacing * f64::from(k)).collect();
        let sketch = sketch_of(&values);
        let mean = 1e9 + spacing * 2047.5;
        assert!((sketch.mean() - mean).abs() <= spacing / 2.0);
        let deviation = spacing * (4096.0 * 4097.0 / 12.0f64).sqrt();
        // variance inside a bucket (Sheppard 1898), and the offset of its values' mean from its middle
        let inside = (width + spacing) * (width + spacing) / 12.0 / (2.0 * deviation);
        assert!((sketch.std_dev() - deviation).abs() <= inside + spacing / 2.0);
        for (place, value) in values.iter().enumerate() {
            assert!((sketch.value_at_rank(place as u64 + 1) - value).abs() <= spacing);
            assert!((sketch.count_below(*value) - place as f64).abs() <= 1.0);
        }
    }

    /// 2⁴⁰ counts by doubling have the figures of the 4096 that they repeat.
    #[test]
    fn a_million_million_counts_keep_their_precision() {
        let values: Vec<f64> = (0..4096).map(|k| 1e9 + 1e5 * f64::from(k)).collect();
        let few = sketch_of(&values);
        let mut many = few.clone();
        (0..28).for_each(|_| many.merge(&many.clone()));
        assert_eq!(many.count(), 1 << 40);
        assert!((many.mean() / few.mean() - 1.0).abs() < 1e-15);
        let divisor = (4095.0 / 4096.0f64).sqrt();
        assert!((many.std_dev() / (few.std_dev() * divisor) - 1.0).abs() < 1e-12);
        assert!((many.value_at_rank(1 << 39) / few.value_at_rank(1 << 11) - 1.0).abs() < 1e-4);
        let below = few.count_below(1.1e9) * (1u64 << 28) as f64;
        assert!((many.count_below(1.1e9) / below - 1.0).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn every_figure_is_within_a_bucket(
            scale in -10.0..40.0f64, powers in prop::collection::vec(0.0..3.0f64, 2..60), probability in 0.0..=1.0f64)
        {
            let mut values: Vec<f64> = powers.into_iter().map(|power| libm::exp2(scale + power)).collect();
            let sketch = sketch_of(&values);
            values.sort_by(f64::total_cmp);
            let n = values.len() as f64;
            for (place, exact) in values.iter().enumerate() {
                let got = sketch.value_at_rank(place as u64 + 1);
                prop_assert!((got - exact).abs() <= exact / 512.0, "{} {}", got, exact);
                let below = sketch.count_below(*exact);
                let bucket = values.iter().filter(|value| (*value - exact).abs() <= exact / 512.0).count() as f64;
                prop_assert!((below - place as f64).abs() <= bucket);
            }
            let exact = type_seven(&values, probability);
            prop_assert!((sketch.quantile(probability) - exact).abs() <= exact / 512.0 * (1.0 + 1e-9));
            let mean = values.iter().sum::<f64>() / n;
            prop_assert!((sketch.mean() - mean).abs() <= mean / 1024.0);
            let deviation = (values.iter().map(|value| square(value - mean)).sum::<f64>() / (n - 1.0)).sqrt();
            let half_width = (values.iter().map(|value| square(value / 1024.0)).sum::<f64>() / (n - 1.0)).sqrt();
            prop_assert!((sketch.std_dev() - deviation).abs() <= half_width + 1e-9 * deviation);
        }

        #[test]
        fn ranks_ascend(powers in prop::collection::vec(0.0..0.1f64, 2..300)) {
            let values: Vec<f64> = powers.into_iter().map(libm::exp2).collect();
            let sketch = sketch_of(&values);
            let ranked: Vec<f64> = (1..=values.len() as u64).map(|rank| sketch.value_at_rank(rank)).collect();
            prop_assert!(ranked.is_sorted());
        }
    }
}
