//! Counts of nonnegative values in narrow buckets: the whole distribution of an outcome in a few kilobytes.
//!
//! Counting and merging are here; quantiles and moments in `sketch_summary.rs`.

use crate::numeric::vectorised::vectorised;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Top bits of an f64 that number its bucket: sign, 11 of exponent, 9 of mantissa.
const BUCKET_SHIFT: u32 = 43;
/// Buckets of an octave [2^k, 2^(k+1)): equally wide, each 2^k / 512.
const OCTAVE: usize = 512;
/// Number of the first bucket, which begins at 2⁻²⁰.
const FIRST: usize = (1023 - 20) * OCTAVE;
/// One past the number of the last bucket of finite values.
const END: usize = 2047 * OCTAVE;
/// Values side by side in the search for smallest and largest, so that the processor need not wait for each.
const LANES: usize = 8;

/// An exactly mergeable histogram of nonnegative values with 512 linear buckets an octave (powers of 2).
///
/// - A value is known to within its bucket: at most 1/512 (0.2 %) of itself, half of that on average.
///   Smallest and largest are kept exactly, so values that are all equal come back exactly.
/// - Below 2⁻²⁰ (1e-6) all values, negative ones too, share one bucket that counts as zero: flows and totals are in
///   single currency units. A negative value is a mistake of the caller: it panics in debug builds.
/// - +∞ and NaN are counted in [`QuantileSketch::overflow`] and rank above every finite value.
/// - Memory follows the data: 4 KB an octave between the smallest and largest nonzero value, 4.2 MB at most.
///
/// Two sketches are equal when they have seen values of the same counts and extremes, whatever the order, partition or
/// memory.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(into = "Stored", try_from = "Stored")]
pub struct QuantileSketch {
    /// Number of the bucket that `counts` begins with, a multiple of `OCTAVE`.
    start: usize,
    counts: Vec<u64>,
    zeros: u64,
    overflow: u64,
    smallest: f64,
    largest: f64,
}

/// A sketch as it is written to a file: the same for equal sketches, whatever their memory.
#[derive(Serialize, Deserialize)]
struct Stored {
    /// Number of the first occupied bucket.
    first: usize,
    /// From there to the last occupied one.
    counts: Vec<u64>,
    zeros: u64,
    overflow: u64,
    smallest: f64,
    largest: f64,
}

impl From<QuantileSketch> for Stored {
    fn from(sketch: QuantileSketch) -> Self {
        let (first, occupied) = sketch.occupied();
        Self {
            first,
            counts: occupied.to_vec(),
            zeros: sketch.zeros,
            overflow: sketch.overflow,
            smallest: sketch.smallest,
            largest: sketch.largest,
        }
    }
}

impl TryFrom<Stored> for QuantileSketch {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let Stored { first, counts, zeros, overflow, smallest, largest } = stored;
        let mut sketch = Self { zeros, overflow, smallest, largest, ..Self::new() };
        if counts.is_empty() {
            return Ok(sketch);
        }
        let last = first.saturating_add(counts.len() - 1);
        if first < FIRST || last >= END {
            return Err("a sketch with buckets that there are not");
        }
        sketch.grow_to_hold(first);
        sketch.grow_to_hold(last);
        let place = first - sketch.start;
        sketch.counts[place..=last - sketch.start].copy_from_slice(&counts);
        Ok(sketch)
    }
}

impl Default for QuantileSketch {
    fn default() -> Self {
        Self::new()
    }
}

impl QuantileSketch {
    /// An empty sketch; allocates nothing.
    pub fn new() -> Self {
        Self {
            start: 0,
            counts: Vec::new(),
            zeros: 0,
            overflow: 0,
            smallest: f64::INFINITY,
            largest: f64::NEG_INFINITY,
        }
    }

    /// Counts one value; zero, negative, infinite and NaN see the type's description.
    #[inline]
    pub fn add(&mut self, value: f64) {
        if value < self.smallest || finite_or_lowest(value) > self.largest {
            self.include(value, finite_or_lowest(value));
        }
        self.count_in_bucket(value);
    }

    /// Counts many values, about 1 ns each.
    pub fn add_slice(&mut self, values: &[f64]) {
        let (smallest, largest) = extremes(values);
        self.include(smallest, largest);
        for &value in values {
            self.count_in_bucket(value);
        }
    }

    /// Counts one value `count` times.
    pub fn add_repeated(&mut self, value: f64, count: u64) {
        let Some(others) = count.checked_sub(1) else { return };
        self.add(value);
        let place = bucket_of(value).wrapping_sub(self.start);
        match self.counts.get_mut(place) {
            Some(bucket) => *bucket += others,
            None if bucket_of(value) < FIRST => self.zeros += others,
            None => self.overflow += others,
        }
    }

    /// Adds all that `other` has counted. Exact, commutative, associative.
    pub fn merge(&mut self, other: &Self) {
        self.zeros += other.zeros;
        self.overflow += other.overflow;
        self.smallest = self.smallest.min(other.smallest);
        self.largest = self.largest.max(other.largest);
        let (first, occupied) = other.occupied();
        if occupied.is_empty() {
            return;
        }
        self.grow_to_hold(first);
        self.grow_to_hold(first + occupied.len() - 1);
        let place = first - self.start;
        for (mine, theirs) in self.counts[place..].iter_mut().zip(occupied) {
            *mine += theirs;
        }
    }

    /// Forgets all values, keeps the memory.
    pub fn clear(&mut self) {
        let mut counts = std::mem::take(&mut self.counts);
        counts.fill(0);
        *self = Self { start: self.start, counts, ..Self::new() };
    }

    /// Number of values counted, overflow included.
    pub fn count(&self) -> u64 {
        self.zeros + self.overflow + self.counts.iter().sum::<u64>()
    }

    /// Number of values that were +∞ or NaN: a result with any is not to be reported.
    pub fn overflow(&self) -> u64 {
        self.overflow
    }

    /// The smallest finite value counted, exact (0 for one that was negative); +∞ where there is none.
    pub fn minimum_bound(&self) -> f64 {
        self.smallest
    }

    /// The largest finite value counted, exact; −∞ where there is none.
    pub fn maximum_bound(&self) -> f64 {
        self.largest
    }

    /// Every occupied bucket, ascending, as (lower, upper, count) with lower ≤ value < upper.
    ///
    /// The bucket of zeros is (0, 2⁻²⁰, count); overflow is not among them.
    pub fn buckets(&self) -> impl Iterator<Item = (f64, f64, u64)> + '_ {
        let zeros = (0.0, lower_edge(FIRST), self.zeros);
        let nonzero = self.counts.iter().enumerate().map(|(place, &count)| {
            let number = self.start + place;
            (lower_edge(number), lower_edge(number + 1), count)
        });
        std::iter::once(zeros).chain(nonzero).filter(|bucket| bucket.2 > 0)
    }

    /// The range from the smallest value of the bucket of one value to the greatest of that of
    /// another, both included: what two quantiles are known to. +∞ and NaN are as they are.
    pub fn whole_buckets(range: &Range<f64>) -> Range<f64> {
        let number =
            |value: f64| (FIRST..END).contains(&bucket_of(value)).then(|| bucket_of(value));
        let zeros = |value: f64| value < lower_edge(FIRST);
        let start = match number(range.start) {
            Some(number) => lower_edge(number),
            None if zeros(range.start) => 0.0,
            None => range.start,
        };
        let end = match number(range.end) {
            Some(number) => lower_edge(number + 1).next_down(),
            None if zeros(range.end) => lower_edge(FIRST).next_down(),
            None => range.end,
        };
        start..end
    }

    #[inline]
    fn count_in_bucket(&mut self, value: f64) {
        let place = bucket_of(value).wrapping_sub(self.start);
        match self.counts.get_mut(place) {
            Some(count) => *count += 1,
            None => self.count_elsewhere(value),
        }
    }

    /// Widens the extremes; negative values count as zero, and −0 as 0, so that bits repeat.
    fn include(&mut self, smallest: f64, largest: f64) {
        debug_assert!(
            smallest >= 0.0 || smallest.is_nan(),
            "negative value {smallest} in a sketch"
        );
        let clamp = |value: f64| if value > 0.0 { value } else { 0.0 };
        if smallest < self.smallest {
            self.smallest = clamp(smallest);
        }
        if largest > self.largest {
            self.largest = clamp(largest);
        }
    }

    /// The rare cases: zero, negative, infinite, NaN, or outside the window so far.
    #[cold]
    fn count_elsewhere(&mut self, value: f64) {
        if value.is_nan() || value == f64::INFINITY {
            self.overflow += 1;
        } else if value < lower_edge(FIRST) {
            self.zeros += 1;
        } else {
            let number = bucket_of(value);
            self.grow_to_hold(number);
            self.counts[number - self.start] += 1;
        }
    }

    /// Extends the window by whole octaves until it holds bucket `number`.
    fn grow_to_hold(&mut self, number: usize) {
        let octave = number / OCTAVE * OCTAVE;
        if self.counts.is_empty() {
            self.start = octave;
        }
        if octave < self.start {
            let more = self.start - octave;
            self.counts.splice(0..0, std::iter::repeat_n(0, more));
            self.start = octave;
        }
        let needed = octave + OCTAVE - self.start;
        if needed > self.counts.len() {
            self.counts.resize(needed, 0);
        }
    }

    /// Number of the first occupied bucket, and the counts from there to the last occupied one.
    fn occupied(&self) -> (usize, &[u64]) {
        let first = self.counts.iter().position(|&count| count > 0);
        let last = self.counts.iter().rposition(|&count| count > 0);
        match (first, last) {
            (Some(first), Some(last)) => (self.start + first, &self.counts[first..=last]),
            _ => (0, &[]),
        }
    }
}

impl PartialEq for QuantileSketch {
    fn eq(&self, other: &Self) -> bool {
        self.zeros == other.zeros
            && self.overflow == other.overflow
            && self.smallest == other.smallest
            && self.largest == other.largest
            && self.occupied() == other.occupied()
    }
}

/// Bucket of a value ≥ 2⁻²⁰; of any other, +∞ and NaN included, a number that is in no window.
#[inline]
fn bucket_of(value: f64) -> usize {
    (value.to_bits() >> BUCKET_SHIFT) as usize
}

/// The value, or −∞ in place of +∞ and NaN: what a largest finite value is sought among.
#[inline]
fn finite_or_lowest(value: f64) -> f64 {
    if value < f64::INFINITY { value } else { f64::NEG_INFINITY }
}

/// Smallest value of bucket `number`; +∞ for `END`.
fn lower_edge(number: usize) -> f64 {
    debug_assert!((FIRST..=END).contains(&number));
    f64::from_bits((number as u64) << BUCKET_SHIFT)
}

vectorised! {
    /// The smallest value, and the largest finite one.
    fn extremes(values: &[f64]) -> (f64, f64) {
        let mut smallest = [f64::INFINITY; LANES];
        let mut largest = [f64::NEG_INFINITY; LANES];
        let (chunks, rest) = values.as_chunks::<LANES>();
        for chunk in chunks {
            for lane in 0..LANES {
                let (low, high) = (chunk[lane], finite_or_lowest(chunk[lane]));
                smallest[lane] = if low < smallest[lane] { low } else { smallest[lane] };
                largest[lane] = if high > largest[lane] { high } else { largest[lane] };
            }
        }
        let mut low = smallest.iter().copied().fold(f64::INFINITY, f64::min);
        let mut high = largest.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for value in rest {
            low = if *value < low { *value } else { low };
            high = high.max(finite_or_lowest(*value));
        }
        (low, high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::vectorised::assert_same;
    use proptest::prelude::*;

    fn sketch_of(values: &[f64]) -> QuantileSketch {
        let mut sketch = QuantileSketch::new();
        sketch.add_slice(values);
        sketch
    }

    #[test]
    fn buckets_are_linear_in_an_octave() {
        let sketch = sketch_of(&[1.0, 1.001, 1.5, 1.998_05]);
        let width = 1.0 / 512.0;
        let buckets: Vec<_> = sketch.buckets().collect();
        assert_eq!(buckets[0], (1.0, 1.0 + width, 2));
        assert_eq!(buckets[1], (1.5, 1.5 + width, 1));
        assert_eq!(buckets[2], (2.0 - width, 2.0, 1));
    }

    #[test]
    fn whole_buckets_hold_all_that_shares_a_bucket_with_an_end() {
        let width: f64 = 1.0 / 512.0;
        let of = |start: f64, end: f64| QuantileSketch::whole_buckets(&(start..end));
        assert_eq!(of(1.001, 1.5), 1.0..(1.5 + width).next_down());
        assert_eq!(of(1.0, 1.0), 1.0..(1.0 + width).next_down());
        assert_eq!(of(0.0, 1e-9), 0.0..lower_edge(FIRST).next_down());
        assert_eq!(of(f64::MAX, f64::MAX).end, f64::MAX);
        assert_eq!(of(1.0, f64::INFINITY).end, f64::INFINITY);
        assert!(of(f64::NAN, f64::NAN).start.is_nan());
    }

    #[test]
    fn the_odd_values_have_their_place() {
        let sketch = sketch_of(&[0.0, -0.0, 1e-9, f64::NAN, f64::INFINITY, f64::MAX, 3.0]);
        assert_eq!((sketch.count(), sketch.overflow()), (7, 2));
        let buckets: Vec<_> = sketch.buckets().collect();
        assert_eq!(buckets[0], (0.0, 1.0 / (1u64 << 20) as f64, 3));
        assert_eq!((buckets[2].1, buckets[2].2), (f64::INFINITY, 1));
        assert_eq!((sketch.minimum_bound(), sketch.maximum_bound()), (0.0, f64::MAX));
        assert_eq!(sketch.minimum_bound().to_bits(), 0);
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "negative value")]
    fn negative_values_are_a_mistake() {
        sketch_of(&[-1.0]);
    }

    #[test]
    fn memory_follows_the_data() {
        assert_eq!(QuantileSketch::new().counts.len(), 0);
        assert_eq!(sketch_of(&[5.0, 6.0, 7.9]).counts.len(), OCTAVE);
        assert_eq!(sketch_of(&[5.0, 3.0]).counts.len(), 2 * OCTAVE);
        let widest = sketch_of(&[1e-6, f64::MAX]).counts.len();
        assert_eq!(widest, END - FIRST);
    }

    #[test]
    fn equality_ignores_memory() {
        let mut cleared = sketch_of(&[1e-3, 1e9, f64::NAN, 0.0]);
        cleared.clear();
        assert_eq!(cleared, QuantileSketch::new());
        cleared.add(5.0);
        assert_eq!(cleared, sketch_of(&[5.0]));
        assert_ne!(cleared, sketch_of(&[7.0]));
        assert_ne!(cleared, sketch_of(&[5.0, 5.0]));
    }

    #[test]
    fn equal_sketches_are_stored_alike_and_come_back() {
        let mut reused = sketch_of(&[1e-3, 1e9]);
        reused.clear();
        reused.add_slice(&[5.0, 700.0, 0.0, f64::INFINITY]);
        let fresh = sketch_of(&[0.0, 700.0, f64::INFINITY, 5.0]);
        for sketch in [&reused, &QuantileSketch::new(), &sketch_of(&[0.0]), &sketch_of(&[f64::MAX])]
        {
            let bytes = postcard::to_allocvec(sketch).expect("bytes");
            assert_eq!(&postcard::from_bytes::<QuantileSketch>(&bytes).expect("a sketch"), sketch);
        }
        assert_eq!(postcard::to_allocvec(&reused), postcard::to_allocvec(&fresh));
    }

    #[test]
    fn buckets_that_there_are_not_are_refused() {
        for (first, counts) in [(FIRST - 1, vec![1]), (END - 1, vec![1, 1]), (usize::MAX, vec![1])]
        {
            let stored = Stored { first, counts, ..QuantileSketch::new().into() };
            assert!(QuantileSketch::try_from(stored).is_err());
        }
    }

    #[test]
    fn every_instruction_set_finds_the_same_extremes() {
        let mut values: Vec<f64> = (0..1003).map(|i| f64::from(i * 7919 % 1003)).collect();
        values[500] = f64::INFINITY;
        assert_same(|| extremes(&values));
        assert_eq!(extremes(&values), (0.0, 1002.0));
    }

    fn values() -> impl Strategy<Value = Vec<f64>> {
        let value = prop_oneof![
            8 => 26.0..33.0f64, // power of two
            1 => Just(f64::NEG_INFINITY), // zero
            1 => Just(f64::INFINITY),
        ];
        prop::collection::vec(value.prop_map(libm::exp2), 0..200)
    }

    fn figures(sketch: &QuantileSketch) -> Vec<u64> {
        let mut figures = vec![sketch.mean(), sketch.std_dev(), sketch.count_below(1234.5)];
        figures.extend(
            [0.0, 0.01, 0.3, 0.5, 0.9, 1.0].map(|probability| sketch.quantile(probability)),
        );
        figures.into_iter().map(f64::to_bits).collect()
    }

    proptest! {
        #[test]
        fn merging_in_any_order_gives_the_same(a in values(), b in values(), c in values()) {
            let whole = sketch_of(&[a.clone(), b.clone(), c.clone()].concat());
            let (a, b, c) = (sketch_of(&a), sketch_of(&b), sketch_of(&c));
            for order in [[&a, &b, &c], [&c, &a, &b], [&b, &c, &a], [&c, &b, &a]] {
                let mut merged = QuantileSketch::new();
                order.iter().for_each(|part| merged.merge(part));
                prop_assert_eq!(&merged, &whole);
                prop_assert_eq!(figures(&merged), figures(&whole));
            }
            let (mut left, mut right) = (b.clone(), a.clone());
            left.merge(&c);
            right.merge(&left);
            prop_assert_eq!(right, whole);
        }
    }
}
