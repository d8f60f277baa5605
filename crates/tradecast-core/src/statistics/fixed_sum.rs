//! Exact sum of f64 values as integers: the same bits in any order and for any partition into blocks.

use serde::{Deserialize, Serialize};

/// Values beyond ±2⁶² (4.6e18) are counted as saturated.
const LARGEST: f64 = (1u64 << 62) as f64;
/// The fractional part is kept in units of 2⁻⁶⁰.
const FRACTION_BITS: u32 = 60;
/// Shares in [0, 1] may be summed in units of 2⁻⁴⁰.
pub const SHARE_BITS: u32 = 40;
const FRACTION_UNITS: f64 = (1u64 << FRACTION_BITS) as f64;

/// A running sum of bounded values.
///
/// Each value is split into its integer part and its fraction, the latter rounded to the nearest 2⁻⁶⁰ (exact already
/// for |value| ≥ 2⁻⁷, error at most 2⁻⁶¹ below). Both are summed as integers, which no u64 number of values can
/// overflow. A value beyond ±2⁶² is added as ±2⁶², NaN as 0, and each is counted in [`FixedSum::saturated`]: unless
/// that is 0 the sum is wrong and says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FixedSum {
    whole: i128,
    fraction: i128,
    saturated: u64,
}

impl FixedSum {
    /// The empty sum, 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one value; beyond ±2⁶² or NaN see the type's description.
    #[inline]
    pub fn add(&mut self, value: f64) {
        let bounded = if value.abs() <= LARGEST { value } else { self.saturate(value) };
        let whole = bounded as i64;
        let fraction = (bounded - whole as f64) * FRACTION_UNITS;
        self.whole += i128::from(whole);
        self.fraction += i128::from(fraction.round_ties_even() as i64);
    }

    /// Adds `units` · 2⁻⁴⁰: a sum of shares made elsewhere in whole numbers, exact.
    pub fn add_share_units(&mut self, units: u64) {
        self.fraction += i128::from(units) << (FRACTION_BITS - SHARE_BITS);
    }

    /// Adds the values that `other` has added. Exact, commutative, associative.
    pub fn merge(&mut self, other: &Self) {
        self.whole += other.whole;
        self.fraction += other.fraction;
        self.saturated += other.saturated;
    }

    /// Number of values that were out of range or NaN; 0 for a sum that can be trusted.
    pub fn saturated(&self) -> u64 {
        self.saturated
    }

    /// The sum, in the unit of the values, rounded to f64; 0 when nothing was added.
    pub fn sum(&self) -> f64 {
        let carry = self.fraction >> FRACTION_BITS;
        let rest = self.fraction - (carry << FRACTION_BITS);
        (self.whole + carry) as f64 + rest as f64 / FRACTION_UNITS
    }

    /// The sum divided by `count`, the number of values or of paths; NaN for 0.
    pub fn mean(&self, count: u64) -> f64 {
        if count == 0 { f64::NAN } else { self.sum() / count as f64 }
    }

    #[cold]
    fn saturate(&mut self, value: f64) -> f64 {
        self.saturated += 1;
        if value.is_nan() { 0.0 } else { LARGEST.copysign(value) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum_of(values: &[f64]) -> FixedSum {
        let mut sum = FixedSum::new();
        values.iter().for_each(|&value| sum.add(value));
        sum
    }

    #[test]
    fn sums_what_floating_point_cannot() {
        assert_eq!(sum_of(&[1e18, 0.25, -1e18]).sum(), 0.25);
        assert_eq!(sum_of(&[0.1; 10]).sum(), 1.0); // ten times the f64 nearest 0.1 is 1 + 5.6e-17
        assert_eq!(sum_of(&[-0.75, -0.5]).sum(), -1.25);
        assert_eq!(sum_of(&[0.5, 1.0, 1.5]).mean(3), 1.0);
        assert_eq!(FixedSum::new().sum(), 0.0);
        assert!(FixedSum::new().mean(0).is_nan());
    }

    #[test]
    fn resolution_is_two_to_the_minus_60() {
        let unit = 1.0 / (1u64 << 60) as f64;
        assert_eq!(sum_of(&[unit, 0.4 * unit]).sum(), unit);
        assert_eq!(sum_of(&[0.6 * unit]).sum(), unit);
    }

    #[test]
    fn out_of_range_is_counted() {
        let sum = sum_of(&[1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e19]);
        assert_eq!(sum.saturated(), 4);
        assert_eq!(sum.sum(), 1.0 + LARGEST);
        assert_eq!(sum_of(&[LARGEST, -LARGEST]).saturated(), 0);
    }

    #[test]
    fn full_range_times_many_does_not_overflow() {
        let mut sum = sum_of(&[LARGEST]);
        (0..62).for_each(|_| sum.merge(&sum.clone())); // 2⁶² values of 2⁶²
        assert_eq!(sum.sum(), LARGEST * LARGEST);
        assert_eq!(sum.mean(1 << 62), LARGEST);
    }

    proptest! {
        #[test]
        fn any_order_and_partition_gives_the_same_bits(
            mut values in prop::collection::vec(prop_oneof![-1.0..1.0f64, -1e18..1e18f64, any::<f64>()], 1..200),
            cut in any::<prop::sample::Index>(), turn in any::<prop::sample::Index>())
        {
            let whole = sum_of(&values);
            let (cut, turn) = (cut.index(values.len()), turn.index(values.len()));
            values.rotate_left(turn);
            let mut parts = sum_of(&values[cut..]);
            parts.merge(&sum_of(&values[..cut]));
            prop_assert_eq!(whole, parts);
            prop_assert_eq!(whole.sum().to_bits(), parts.sum().to_bits());
        }

        #[test]
        fn integers_are_exact(values in prop::collection::vec(-(1i64 << 53)..1i64 << 53, 0..100)) {
            let exact: i128 = values.iter().map(|&value| i128::from(value)).sum();
            let floats: Vec<f64> = values.iter().map(|&value| value as f64).collect();
            prop_assert_eq!(sum_of(&floats).sum(), exact as f64);
        }
    }
}
