//! Proper scores of a forecast against what came: the continuous ranked probability score (CRPS),
//! in the unit of the observation and better where smaller, and the log of the density.

use crate::numeric::{normal, special};
use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// ½ ln 2π.
const HALF_LN_TAU: f64 = 0.918_938_533_204_672_8;

/// The CRPS of a normal distribution.
///
/// NaN unless `scale` > 0; for a forecast without spread it is |y − location|.
///
/// # Source
/// Gneiting and Raftery (2007), equation 21.
pub fn crps_normal(y: f64, location: f64, scale: f64) -> f64 {
    let z = ((y - location) / scale).abs();
    let central = 1.0 - 2.0 * normal::cdf(-z);
    scale * (z * central + 2.0 * normal::density(z) - 1.0 / PI.sqrt())
}

/// The CRPS of location + scale · t, with t Student's with `df` degrees of freedom.
///
/// NaN unless `scale` > 0 and `df` is in (1, ∞): with df of 1 or less there is no mean.
///
/// # Source
/// Jordan, Krüger and Lerch (2019), appendix A. With F and f the distribution function and density
/// of t: z (2F(z) − 1) + 2 f(z) (df + z²)/(df − 1) − 2 √df/(df − 1) B(½, df − ½)/B(½, df/2)².
/// f(z) (df + z²) is written as one power, so that the far tail neither overflows nor cancels.
pub fn crps_student(y: f64, location: f64, scale: f64, df: f64) -> f64 {
    if !(df > 1.0 && df < f64::INFINITY) {
        return f64::NAN;
    }
    let z = ((y - location) / scale).abs();
    let ln_beta = special::ln_beta(0.5, 0.5 * df);
    let central = 1.0 - 2.0 * special::student_t_cdf(-z, df);
    let ln_weight = 0.5 * libm::log(df) - ln_beta;
    let near = libm::exp(ln_weight - 0.5 * (df - 1.0) * ln_one_plus_square(z / df.sqrt()));
    let ln_spread = 0.5 * libm::log(df) + special::ln_beta(0.5, df - 0.5) - 2.0 * ln_beta;
    scale * (z * central + 2.0 / (df - 1.0) * (near - libm::exp(ln_spread)))
}

/// The CRPS of exp(N(log_location, log_scale²)), in the unit of `y`.
///
/// NaN unless `log_scale` > 0. An observation of 0 or below is allowed.
///
/// # Source
/// Baran and Lerch (2015), appendix; Jordan, Krüger and Lerch (2019), appendix A.
pub fn crps_lognormal(y: f64, log_location: f64, log_scale: f64) -> f64 {
    let z = if y > 0.0 { (libm::log(y) - log_location) / log_scale } else { f64::NEG_INFINITY };
    let mean = libm::exp(log_location + 0.5 * log_scale * log_scale);
    let shifted = normal::cdf(z - log_scale) - normal::cdf(-log_scale * FRAC_1_SQRT_2);
    y * (1.0 - 2.0 * normal::cdf(-z)) - 2.0 * mean * shifted
}

/// The fair CRPS of at least two draws in ascending order: without bias, whatever their number.
///
/// (1/n) Σ|xᵢ − y| − Σᵢ Σⱼ |xᵢ − xⱼ| / (2 n (n − 1)), in one pass. May fall below 0. NaN for fewer
/// draws.
///
/// # Source
/// Ferro (2014), equation 8; the double sum from order statistics.
pub fn crps_fair(y: f64, ascending: &[f64]) -> f64 {
    let count = ascending.len() as f64;
    let (mut error, mut spread) = (0.0, 0.0);
    for (rank, draw) in ascending.iter().enumerate() {
        let apart = draw - y;
        error += apart.abs();
        // The weights sum to 0, so draws may be counted from y: fewer digits cancel.
        spread += (2.0 * rank as f64 + 1.0 - count) * apart;
    }
    error / count - spread / (count * (count - 1.0))
}

/// The log of a normal density.
pub fn log_density_normal(y: f64, location: f64, scale: f64) -> f64 {
    let z = (y - location) / scale;
    -0.5 * z * z - HALF_LN_TAU - libm::log(scale)
}

/// The log of the density of location + scale · t, with t Student's with `df` degrees of freedom.
pub fn log_density_student(y: f64, location: f64, scale: f64, df: f64) -> f64 {
    let z = (y - location) / scale;
    let ln_peak = -0.5 * libm::log(df) - special::ln_beta(0.5, 0.5 * df);
    ln_peak - 0.5 * (df + 1.0) * ln_one_plus_square(z / df.sqrt()) - libm::log(scale)
}

/// ln(1 + r²), also where r² overflows.
fn ln_one_plus_square(r: f64) -> f64 {
    let r = r.abs();
    if r > 1e8 { 2.0 * libm::log(r) } else { libm::log1p(r * r) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn student_becomes_normal() {
        // The difference is of the order of 1/df.
        for y in [-30.0, -2.0, 0.1, 0.5, 7.0] {
            let (normal, student) = (crps_normal(y, 0.1, 2.0), crps_student(y, 0.1, 2.0, 1e7));
            assert!((student - normal).abs() < 1e-6 * normal.max(1.0), "{student} {normal}");
        }
    }

    #[test]
    fn the_far_tail_is_the_distance() {
        // CRPS → |z| − E|X − X'|/2 in units of the scale: the second term is lost in rounding.
        for far in [1e20, 1e200] {
            assert_eq!(crps_normal(far, 0.0, 1.0), far);
            assert_eq!(crps_student(-far, 0.0, 1.0, 4.3), far);
        }
        let (near, far) =
            (log_density_student(1e150, 0.0, 1.0, 4.0), log_density_student(1e200, 0.0, 1.0, 4.0));
        // The density falls as z^−5.
        let slope = (far - near) / libm::log(1e50);
        assert!((slope + 5.0).abs() < 1e-12, "{slope}");
    }

    #[test]
    fn limits() {
        assert!(crps_student(0.0, 0.0, 1.0, 1.0).is_nan());
        assert!(crps_student(0.0, 0.0, 1.0, f64::INFINITY).is_nan());
        assert!(crps_fair(0.0, &[1.0]).is_nan() && crps_fair(0.0, &[]).is_nan());
        // |x − y| averaged is 1.5; the two draws are 1 apart.
        assert_eq!(crps_fair(0.0, &[1.0, 2.0]), 1.0);
        assert_eq!(crps_fair(0.0, &[3.0, 3.0]), 3.0);
    }
}
