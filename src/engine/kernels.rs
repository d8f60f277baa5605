//! Loops over the lanes of a block that count, in whole numbers.

use crate::statistics::SHARE_BITS;
use multiversion::multiversion;
use std::ops::Range;

/// Units of a share: 2^40 to one.
const UNITS: f64 = (1u64 << SHARE_BITS) as f64;
/// 2^52: a number below it that is added to it stands in its low bits, rounded to a whole one.
const ROUNDING: f64 = (1u64 << 52) as f64;

/// Notes which totals reach a target, and which have by now; counts both.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))]
pub fn reach(totals: &[f64], at_least: f64, hits: &mut [bool], reached: &mut [bool]) -> (u64, u64) {
    let (mut inside, mut by) = (0u64, 0u64);
    for ((total, hit), reached) in totals.iter().zip(hits).zip(reached) {
        *hit = *total >= at_least;
        *reached |= *hit;
        inside += u64::from(*hit);
        by += u64::from(*reached);
    }
    (inside, by)
}

/// Sums (target − total)/target where it is positive, and its square, in units of 2⁻⁴⁰.
///
/// Rounding a share to a unit is exact to 1e-12 of the target; a block of fewer than 2^23 lanes
/// cannot overflow.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))]
pub fn shortfall(totals: &[f64], at_least: f64) -> (u64, u64) {
    let (mut sum, mut squares) = (0u64, 0u64);
    for total in totals {
        let share = ((at_least - total) / at_least).max(0.0);
        sum += units(share);
        squares += units(share * share);
    }
    (sum, squares)
}

/// Lists the lanes whose total lies in a band, ends included; returns how many. Without branches:
/// each lane is written down, and overwritten by the next unless it counts.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))]
pub fn within(totals: &[f64], band: &Range<f64>, lanes: &mut [u32]) -> usize {
    let mut found = 0;
    for (lane, total) in totals.iter().enumerate() {
        lanes[found] = lane as u32;
        found += usize::from(*total >= band.start && *total <= band.end);
    }
    found
}

/// A share in [0, 1] in whole units.
#[inline(always)]
fn units(share: f64) -> u64 {
    (share * UNITS + ROUNDING).to_bits() - ROUNDING.to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_summed_to_the_unit() {
        let totals = [0.0, 25.0, 50.0, 100.0, 300.0];
        let (sum, squares) = shortfall(&totals, 100.0);
        assert_eq!(sum as f64 / UNITS, 1.0 + 0.75 + 0.5);
        assert_eq!(squares as f64 / UNITS, 1.0 + 0.5625 + 0.25);
    }

    #[test]
    fn a_target_once_reached_stays_reached() {
        let (mut hits, mut reached) = ([false; 3], [false; 3]);
        assert_eq!(reach(&[1.0, 5.0, 9.0], 5.0, &mut hits, &mut reached), (2, 2));
        assert_eq!(reach(&[6.0, 4.0, 9.0], 5.0, &mut hits, &mut reached), (2, 3));
        assert_eq!(hits, [true, false, true]);
    }
}
