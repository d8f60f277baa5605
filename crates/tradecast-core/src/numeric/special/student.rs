//! Student's t distribution, by T²/df = X/(1 − X) with X of the beta(1/2, df/2) distribution.

use super::beta::{Point, ln_lower, lower_root_from};
use super::stirling::ln_beta;
use crate::numeric::{elementary::exp, normal};

/// The density (1 + t²/df)^(−(df+1)/2) / (√df B(1/2, df/2)); relative error below 1e-13.
///
/// NaN unless df > 0.
pub fn student_t_density(t: f64, df: f64) -> f64 {
    let ln_peak = -0.5 * libm::log(df) - ln_beta(0.5, 0.5 * df);
    exp(ln_peak - 0.5 * (df + 1.0) * libm::log1p(t * t / df))
}

/// The probability of a value at most t; relative error below 1e-12 in the lower tail.
///
/// The upper tail is that of −t. NaN unless df > 0.
pub fn student_t_cdf(t: f64, df: f64) -> f64 {
    if df <= 0.0 || df.is_nan() || t.is_nan() {
        return f64::NAN;
    }
    if t == 0.0 {
        return 0.5;
    }
    // Beta with its ends exchanged: the far tail of |t| is the lower tail.
    let y = libm::log(df) - 2.0 * libm::log(t.abs());
    let tail = 0.5 * exp(ln_lower(0.5 * df, 0.5, Point::from_logit(y)).ln_tail);
    if t < 0.0 { tail } else { 1.0 - tail }
}

/// t with distribution function p; relative error below 1e-11, near ½ too.
///
/// −∞ at 0, ∞ at 1; NaN outside [0, 1] and unless 0 < df < ∞.
pub fn student_t_quantile(p: f64, df: f64) -> f64 {
    if !(df > 0.0 && df < f64::INFINITY && (0.0..=1.0).contains(&p)) {
        return f64::NAN;
    }
    if p <= 0.5 { -magnitude(p, df) } else { magnitude(1.0 - p, df) }
}

/// t with upper tail q: the quantile of 1 − q, for small q too.
pub fn student_t_quantile_upper(q: f64, df: f64) -> f64 {
    -student_t_quantile(q, df)
}

/// The t ≥ 0 with upper tail q ≤ ½.
fn magnitude(q: f64, df: f64) -> f64 {
    if q == 0.0 {
        return f64::INFINITY;
    }
    if q == 0.5 {
        return 0.0;
    }
    // A normal quantile with the first term of its expansion in 1/df: Abramowitz and Stegun 26.7.5.
    let z = normal::quantile_upper(q);
    let guess = 2.0 * libm::log(z * (1.0 + (z * z + 1.0) / (4.0 * df))) - libm::log(df);
    let logit = if q <= 0.25 {
        -lower_root_from(-guess, 2.0 * q, 0.5 * df, 0.5)
    } else {
        lower_root_from(guess, 2.0 * (0.5 - q), 0.5, 0.5 * df)
    };
    (df * exp(logit)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ContinuousCDF, StudentsT};

    /// df, p, quantile and density there, by mpmath 1.4 with 40 digits: the root of
    /// betainc(df/2, 1/2, 0, df/(df + t*t), regularized=True) = 2 p by Newton's method; the density
    /// from its formula with loggamma.
    const QUANTILES: [(f64, f64, f64, f64); 35] = [
        (2.000001, 1e-18, -707099807.9969635, 2.828456432007105e-27),
        (2.000001, 1e-09, -22360.575075517852, 8.944318235310947e-14),
        (2.000001, 0.001, -22.32709727417715, 8.930874239116664e-05),
        (2.000001, 0.3, -0.6172133492968163, 0.2721911444429165),
        (2.000001, 0.4999, -0.00028284270205104257, 0.35355338948057363),
        (2.1, 1e-18, -276644295.62996846, 7.5909752457318e-27),
        (2.1, 1e-09, -14328.721188285388, 1.4655878610271924e-13),
        (2.1, 0.001, -19.86979579979704, 0.00010526507464308101),
        (2.1, 0.3, -0.6124168057253698, 0.275548822995664),
        (2.1, 0.4999, -0.0002813098955748628, 0.35547983799745075),
        (3.0, 1e-18, -1033110.8360434914, 2.9038510635338664e-24),
        (3.0, 1e-09, -1033.1096745038078, 2.9038477986984066e-12),
        (3.0, 0.001, -10.214531852407386, 0.00028712158505283326),
        (3.0, 0.3, -0.5843897274398187, 0.29626211771585353),
        (3.0, 0.4999, -0.00027206990911047337, 0.3675525788098678),
        (7.5, 1e-18, -529.7261781070491, 1.4157919617813915e-20),
        (7.5, 1e-09, -33.3233549197542, 2.237162297027097e-10),
        (7.5, 0.001, -4.6303190940341015, 0.0012420139977555558),
        (7.5, 0.3, -0.5474128775812612, 0.3267113098203121),
        (7.5, 0.4999, -0.00025913400015184414, 0.38590072088030997),
        (30.0, 1e-18, -19.236156338468486, 1.4462428245355034e-18),
        (30.0, 1e-09, -8.445862796274243, 2.5325544316119455e-09),
        (30.0, 0.001, -3.385184866829305, 0.0026272532106880924),
        (30.0, 0.3, -0.5300190039065045, 0.3424132092080175),
        (30.0, 0.4999, -0.00025276002539339365, 0.39563217183482985),
        (1000.0, 1e-18, -8.930207601518676, 8.371702538649104e-18),
        (1000.0, 1e-09, -6.053690272079834, 5.991059814325193e-09),
        (1000.0, 0.001, -3.098402163912923, 0.003342221351044755),
        (1000.0, 0.3, -0.524567707309227, 0.3475339873917964),
        (1000.0, 0.4999, -0.00025072550362288887, 0.39884254476504677),
        (1000000.0, 1e-18, -8.757460440342825, 8.868168094480058e-18),
        (1000000.0, 1e-09, -5.997862455710895, 6.156174604343081e-09),
        (1000000.0, 0.001, -3.09024045631652, 0.0033670651197701264),
        (1000000.0, 0.3, -0.5244006798602089, 0.3476924555663951),
        (1000000.0, 0.4999, -0.00025066289275372676, 0.39894216813271793),
    ];

    #[test]
    fn quantiles_densities_and_tails_match_mpmath() {
        for (df, p, t, density) in QUANTILES {
            let quantile = student_t_quantile(p, df) / t - 1.0;
            assert!(quantile.abs() < 1e-11, "df {df}, p {p}: {quantile:e}");
            assert_eq!(student_t_quantile_upper(p, df), -student_t_quantile(p, df));
            let height = student_t_density(t, df) / density - 1.0;
            assert!(height.abs() < 1e-13, "density, df {df}, p {p}: {height:e}");
            // The rounding of t moves the tail by |t| f(t) ε.
            let tail = student_t_cdf(t, df) / p - 1.0;
            assert!(tail.abs() < 1e-12, "tail, df {df}, p {p}: {tail:e}");
        }
    }

    #[test]
    fn distribution_matches_statrs() -> Result<(), Box<dyn std::error::Error>> {
        for df in [2.5, 7.0, 100.0] {
            let reference = StudentsT::new(0.0, 1.0, df)?;
            for i in -40..=40 {
                let t = f64::from(i) / 5.0;
                assert!((student_t_cdf(t, df) - reference.cdf(t)).abs() < 1e-11);
            }
        }
        Ok(())
    }

    #[test]
    fn two_degrees_of_freedom_have_a_closed_form() {
        for p in [1e-18_f64, 1e-5, 0.2, 0.25, 0.3, 0.499_999, 0.6, 0.9] {
            let exact = (2.0 * p - 1.0) / (2.0 * p * (1.0 - p)).sqrt();
            assert!((student_t_quantile(p, 2.0) / exact - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn limits() {
        assert_eq!(student_t_quantile(0.0, 3.0), f64::NEG_INFINITY);
        assert_eq!(student_t_quantile(1.0, 3.0), f64::INFINITY);
        assert_eq!(student_t_quantile(0.5, 3.0), 0.0);
        assert!(student_t_quantile(1.5, 3.0).is_nan() && student_t_quantile(0.3, 0.0).is_nan());
        assert!(student_t_quantile(f64::NAN, 3.0).is_nan());
        assert_eq!(student_t_cdf(0.0, 3.0), 0.5);
        assert_eq!(student_t_cdf(f64::INFINITY, 3.0), 1.0);
        assert_eq!(student_t_cdf(f64::NEG_INFINITY, 3.0), 0.0);
        assert!(student_t_cdf(1.0, -1.0).is_nan() && student_t_cdf(f64::NAN, 3.0).is_nan());
        assert!(student_t_density(1.0, -1.0).is_nan());
        assert_eq!(student_t_density(f64::INFINITY, 3.0), 0.0);
    }
}
