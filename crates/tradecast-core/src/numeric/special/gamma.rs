//! The incomplete gamma function and the quantiles of the gamma distribution with scale 1.

use super::newton::{Tail, root};
use super::stirling::{HALF_LN_TAU, deviance, ln_gamma, stirling_remainder};
use crate::numeric::{elementary::exp, normal};

/// Enough terms for shapes up to 1e8: about 9 √shape are needed.
const MOST_TERMS: usize = 200_000;

/// The logarithm of one of the two tails, whichever is computed without cancellation.
enum LnTail {
    Lower(f64),
    Upper(f64),
}

/// P(shape, x) = γ(shape, x)/Γ(shape), the distribution function of the gamma distribution.
///
/// Relative error below 1e-13 for shapes up to 1e6 wherever P > 1e-20. 0 for x ≤ 0; NaN unless
/// shape > 0.
///
/// # Source
/// DLMF 8.11.4 (series) below shape + 1, DLMF 8.9.2 (continued fraction) above.
pub fn incomplete_gamma_lower(shape: f64, x: f64) -> f64 {
    match tail_of(shape, x) {
        LnTail::Lower(l) => exp(l),
        LnTail::Upper(l) => -libm::expm1(l),
    }
}

/// Q(shape, x) = 1 − P(shape, x), accurate where it is small; bounds of [`incomplete_gamma_lower`].
pub fn incomplete_gamma_upper(shape: f64, x: f64) -> f64 {
    match tail_of(shape, x) {
        LnTail::Lower(l) => -libm::expm1(l),
        LnTail::Upper(l) => exp(l),
    }
}

/// x with P(shape, x) = p. 0 at 0, +∞ at 1; NaN outside [0, 1] and unless shape > 0.
///
/// Relative error below 1e-11; below 1e-300 the result may be 0.
pub fn gamma_quantile(p: f64, shape: f64) -> f64 {
    exp(gamma_log_quantile(p, shape))
}

/// x with Q(shape, x) = q: the quantile of 1 − q, for small q too.
pub fn gamma_quantile_upper(q: f64, shape: f64) -> f64 {
    exp(gamma_log_quantile_upper(q, shape))
}

/// ln of [`gamma_quantile`], which for small shapes is finite where the quantile underflows.
pub fn gamma_log_quantile(p: f64, shape: f64) -> f64 {
    if p <= 0.5 { lower_root(p, shape) } else { upper_root(1.0 - p, shape) }
}

/// ln of [`gamma_quantile_upper`].
pub fn gamma_log_quantile_upper(q: f64, shape: f64) -> f64 {
    if q <= 0.5 { upper_root(q, shape) } else { lower_root(1.0 - q, shape) }
}

/// ln(x^a e^(−x)/Γ(a)) with `ln_x` given: the density of ln x.
fn ln_density(shape: f64, x: f64, ln_x: f64) -> f64 {
    0.5 * libm::log(shape) - HALF_LN_TAU - stirling_remainder(shape) - deviance(shape, x, ln_x)
}

fn tail_of(shape: f64, x: f64) -> LnTail {
    if shape <= 0.0 || shape.is_nan() || x.is_nan() {
        return LnTail::Lower(f64::NAN);
    }
    if x <= 0.0 {
        return LnTail::Lower(f64::NEG_INFINITY);
    }
    if x == f64::INFINITY {
        return LnTail::Upper(f64::NEG_INFINITY);
    }
    ln_tail(shape, x, ln_density(shape, x, libm::log(x)))
}

fn ln_tail(shape: f64, x: f64, ln_density: f64) -> LnTail {
    if x < shape + 1.0 {
        LnTail::Lower(ln_density + libm::log(series(shape, x) / shape))
    } else {
        LnTail::Upper(ln_density + libm::log(continued_fraction(shape, x)))
    }
}

/// Σ x^n / ((a + 1) … (a + n)).
fn series(shape: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (1.0, 1.0, shape);
    for _ in 0..MOST_TERMS {
        n += 1.0;
        term *= x / n;
        sum += term;
        if term < 1e-17 * sum {
            break;
        }
    }
    sum
}

/// Γ(a, x) e^x x^(−a) as 1/(x + 1 − a − 1 (1 − a)/(x + 3 − a − …)), by Lentz's method.
fn continued_fraction(shape: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-290;
    let mut b = x + 1.0 - shape;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut value = d;
    for i in 1..MOST_TERMS {
        let i = i as f64;
        let a = -i * (i - shape);
        b += 2.0;
        d = 1.0 / away_from_zero(a * d + b, TINY);
        c = away_from_zero(b + a / c, TINY);
        value *= d * c;
        if (d * c - 1.0).abs() < 2e-16 {
            break;
        }
    }
    value
}

fn away_from_zero(x: f64, tiny: f64) -> f64 {
    if x.abs() < tiny { tiny } else { x }
}

/// The u with ln P(a, e^u) = ln p, for p ≤ ½.
fn lower_root(p: f64, shape: f64) -> f64 {
    if let Some(end) = end_point(p, shape, f64::NEG_INFINITY) {
        return end;
    }
    let ln_p = libm::log(p);
    // P ≤ x^a / Γ(a + 1), nearly equal in the lower tail of a small shape.
    let power = (ln_p + ln_gamma(shape + 1.0)) / shape;
    let start =
        if shape < 1.0 { power } else { wilson_hilferty(normal::quantile(p), shape).max(power) };
    root(start, ln_p, |u| {
        let x = exp(u);
        let ln_density = ln_density(shape, x, u);
        let ln_tail = match ln_tail(shape, x, ln_density) {
            LnTail::Lower(l) => l,
            LnTail::Upper(l) => libm::log1p(-exp(l)),
        };
        Tail { ln_tail, ln_density }
    })
}

/// The u with ln Q(a, e^u) = ln q, for q ≤ ½.
fn upper_root(q: f64, shape: f64) -> f64 {
    if let Some(end) = end_point(q, shape, f64::INFINITY) {
        return end;
    }
    let ln_q = libm::log(q);
    // Q ≤ e^(−x) for a ≤ 1.
    let start = if shape < 0.5 {
        libm::log(-ln_q)
    } else {
        wilson_hilferty(normal::quantile_upper(q), shape)
    };
    // Turned round, so that the tail increases.
    -root(-start, ln_q, |v| {
        let x = exp(-v);
        let ln_density = ln_density(shape, x, -v);
        let ln_tail = match ln_tail(shape, x, ln_density) {
            LnTail::Lower(l) => libm::log(-libm::expm1(l)),
            LnTail::Upper(l) => l,
        };
        Tail { ln_tail, ln_density }
    })
}

/// The quantile of a probability that needs no search: 0, or one that makes no sense.
fn end_point(probability: f64, shape: f64, at_zero: f64) -> Option<f64> {
    if !(shape > 0.0 && shape < f64::INFINITY && (0.0..=1.0).contains(&probability)) {
        Some(f64::NAN)
    } else if probability == 0.0 {
        Some(at_zero)
    } else {
        None
    }
}

/// A first guess of ln x: Wilson and Hilferty (1931), the cube root is nearly normal.
fn wilson_hilferty(z: f64, shape: f64) -> f64 {
    let root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * shape.sqrt());
    let bounded = if root < 0.01 { 0.01 } else { root };
    libm::log(shape) + 3.0 * libm::log(bounded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::function::gamma::{gamma_lr, gamma_ur};

    /// Shape, p, ln of the quantiles of p and 1 − p, by mpmath 1.4 with 40 digits: the root u of
    /// gammainc(a, 0, exp(u), regularized=True) = p and of the upper function, by Newton's method.
    const LOG_QUANTILES: [(f64, f64, f64, f64); 32] = [
        (0.01, 1e-18, -4145.222198183889, 3.506958895809113),
        (0.01, 1e-09, -2072.895614489248, 2.6013417288506253),
        (0.01, 0.001, -691.3445586928207, 0.4115029421108522),
        (0.01, 0.3, -120.96631122720056, -36.2365251884802),
        (0.1, 1e-18, -414.9640411515266, 3.5820152118980495),
        (0.1, 1e-09, -207.7313827820625, 2.7680302874636844),
        (0.1, 0.001, -69.57627720241976, 1.2130347243378712),
        (0.1, 0.3, -12.53844919578209, -4.049690001353091),
        (0.7, 1e-18, -59.34619910185699, 3.690657473337579),
        (0.7, 1e-09, -29.7415336205049, 2.9732763437823935),
        (0.7, 0.001, -10.005063395440466, 1.8023266995100116),
        (0.7, 0.3, -1.757243264555306, -0.21064232727418453),
        (1.0, 1e-18, -41.44653167389282, 3.7244042031441205),
        (1.0, 1e-09, -20.723265836446412, 3.031257022584175),
        (1.0, 0.001, -6.907255070523717, 1.9326447339160655),
        (1.0, 0.3, -1.0309304331587232, 0.18562675886236568),
        (5.0, 1e-18, -7.331698910276696, 3.994952459176891),
        (5.0, 1e-09, -3.1802289002720765, 3.4491214156198557),
        (5.0, 0.001, -0.3019544643196668, 2.694231779807871),
        (5.0, 0.3, 1.2902263920808619, 1.7733173393638895),
        (50.0, 1e-18, 2.3446704123837194, 4.9355648319517895),
        (50.0, 1e-09, 2.915316315363158, 4.650705529000474),
        (50.0, 0.001, 3.4326627666259624, 4.3138097083518065),
        (50.0, 0.3, 3.8300419841092355, 3.9788005242683875),
        (1000.0, 1e-18, 6.617056929209539, 7.1721744124540825),
        (1000.0, 1e-09, 6.711536911560621, 7.091303477266763),
        (1000.0, 0.001, 6.8080684054398946, 7.003590864639643),
        (1000.0, 0.3, 6.8907906364878455, 6.923961497316638),
        (1000000.0, 1e-18, 13.806740132696705, 13.82425475313787),
        (1000000.0, 1e-09, 13.809506415168507, 13.821502042851433),
        (1000000.0, 0.001, 13.812418399485837, 13.818598866596032),
        (1000000.0, 0.3, 13.814985778208698, 13.816034579387793),
    ];

    #[test]
    fn quantiles_match_mpmath() {
        for (shape, p, lower, upper) in LOG_QUANTILES {
            // The error of the logarithm is the relative error of the quantile.
            let errors =
                [gamma_log_quantile(p, shape) - lower, gamma_log_quantile_upper(p, shape) - upper];
            for error in errors {
                assert!(error.abs() < 1e-11, "shape {shape}, p {p}: {error:e}");
            }
        }
    }

    #[test]
    fn functions_invert_the_quantiles_of_mpmath() {
        for (shape, p, lower, upper) in LOG_QUANTILES {
            let bound = |x: f64, ln_x: f64| {
                // The rounding of x itself moves the tail by x f(x) ε.
                1e-13 + 3e-16 * (1.0 + ln_x.abs()) * exp(ln_density(shape, x, ln_x)) / p
            };
            let (x, y) = (exp(lower), exp(upper));
            if x > 0.0 {
                let error = incomplete_gamma_lower(shape, x) / p - 1.0;
                assert!(error.abs() < bound(x, lower), "P({shape}, {x}): {error:e}");
            }
            let error = incomplete_gamma_upper(shape, y) / p - 1.0;
            assert!(error.abs() < bound(y, upper), "Q({shape}, {y}): {error:e}");
        }
    }

    #[test]
    fn functions_match_statrs() {
        for shape in [0.2, 1.0, 3.7, 20.0] {
            for i in 1..60 {
                let x = f64::from(i) * 0.05 * (shape + 1.0);
                assert!((incomplete_gamma_lower(shape, x) - gamma_lr(shape, x)).abs() < 1e-12);
                assert!((incomplete_gamma_upper(shape, x) - gamma_ur(shape, x)).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn exponential_distribution_has_a_closed_form() {
        for p in [1e-18, 1e-5, 0.3, 0.5, 0.8, 1.0 - 1e-16] {
            let exact = -libm::log1p(-p);
            assert!((gamma_quantile(p, 1.0) / exact - 1.0).abs() < 1e-13);
            assert!((gamma_quantile_upper(p, 1.0) / -libm::log(p) - 1.0).abs() < 1e-13);
        }
    }

    #[test]
    fn limits() {
        assert_eq!(gamma_quantile(0.0, 2.0), 0.0);
        assert_eq!(gamma_quantile(1.0, 2.0), f64::INFINITY);
        assert_eq!(gamma_quantile_upper(0.0, 2.0), f64::INFINITY);
        assert_eq!(gamma_quantile(1e-9, 0.01), 0.0);
        assert!(gamma_quantile(-0.1, 2.0).is_nan() && gamma_quantile(0.1, -2.0).is_nan());
        assert!(gamma_quantile(f64::NAN, 2.0).is_nan() && gamma_quantile(0.1, f64::NAN).is_nan());
        assert_eq!(incomplete_gamma_lower(2.0, 0.0), 0.0);
        assert_eq!(incomplete_gamma_upper(2.0, 0.0), 1.0);
        assert_eq!(incomplete_gamma_lower(2.0, f64::INFINITY), 1.0);
        assert_eq!(incomplete_gamma_upper(2.0, f64::INFINITY), 0.0);
        assert!(incomplete_gamma_lower(0.0, 1.0).is_nan());
        assert!(incomplete_gamma_upper(1.0, f64::NAN).is_nan());
    }
}
