//! The standard normal quantile of many probabilities at once: without branches but for far tails,
//! so that it vectorises; every instruction set gives the same bits.

use crate::numeric::elementary::ln_normal;
use crate::numeric::normal::{self, CENTRE_BOTTOM, CENTRE_TOP, MIDDLE_BOTTOM, MIDDLE_TOP};

/// Half the width of the centre.
const CENTRE: f64 = 0.425;
/// √(−ln q) where the far tails begin: two values in 7e10 are beyond.
const FAR: f64 = 5.0;

/// The normal quantile of each probability in (0, 1), relative error below 2e-15.
///
/// # Source
/// Wichura (1988), algorithm AS 241, PPND16.
#[inline(always)]
pub fn quantiles<const N: usize>(probabilities: &[f64; N]) -> [f64; N] {
    let (mut roots, mut z) = ([0.0; N], [0.0; N]);
    let mut has_far = false;
    for (root, p) in roots.iter_mut().zip(probabilities) {
        *root = tail_root(*p);
        has_far |= *root > FAR;
    }
    for ((z, p), root) in z.iter_mut().zip(probabilities).zip(&roots) {
        *z = near_quantile(*p, *root);
    }
    if has_far {
        for ((z, p), root) in z.iter_mut().zip(probabilities).zip(&roots) {
            if *root > FAR {
                *z = normal::quantile(*p);
            }
        }
    }
    z
}

/// √(−ln q) with q the smaller of p and 1 − p, exact for multiples of 2^-53.
#[inline(always)]
fn tail_root(p: f64) -> f64 {
    let q = if p < 0.5 { p } else { 1.0 - p };
    (-ln_normal(q, 0.0)).sqrt()
}

/// The quantile of a p whose `root` is not far. Chooses coefficients instead of results, so that
/// one quotient serves centre and tails.
#[inline(always)]
fn near_quantile(p: f64, root: f64) -> f64 {
    let centred = p - 0.5;
    let is_centre = centred.abs() <= CENTRE;
    let r = if is_centre { CENTRE * CENTRE - centred * centred } else { root - 1.6 };
    let factor = if is_centre { centred } else { 1.0_f64.copysign(centred) };
    let (mut top, mut bottom) = (0.0, 0.0);
    for k in (0..8).rev() {
        top = top * r + if is_centre { CENTRE_TOP[k] } else { MIDDLE_TOP[k] };
        bottom = bottom * r + if is_centre { CENTRE_BOTTOM[k] } else { MIDDLE_BOTTOM[k] };
    }
    factor * top / bottom
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_agree_with_the_scalar_ones() {
        let ends = (0..3100).map(|i| libm::exp2(-f64::from(i) / 60.0 - 1.0));
        let middle = (1..4000).map(|i| f64::from(i) / 4000.0);
        for p in ends.chain(middle).flat_map(|p| [p, 1.0 - p]) {
            let [z] = quantiles(&[p]);
            let exact = normal::quantile(p);
            assert!((z - exact).abs() <= 2e-15 * exact.abs(), "at {p}: {z}");
            // Beside a far one: the same bits.
            assert_eq!(quantiles(&[0.3, p, 1e-13])[1], z);
        }
    }

    #[test]
    fn the_extremes_are_finite() {
        let smallest = libm::ldexp(1.0, -53);
        let [low, high, centre] = quantiles(&[smallest, 1.0 - smallest, 0.5]);
        assert_eq!(low, -high);
        assert!((high - 8.2095).abs() < 1e-4);
        assert_eq!(centre, 0.0);
    }
}
