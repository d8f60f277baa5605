//! The incomplete beta function and the quantiles of the beta distribution.
//!
//! Points are given by their logit y = ln(x/(1 − x)) where one of x and 1 − x may be tiny.

use super::newton::{Tail, root};
use super::stirling::{HALF_LN_TAU, deviance, ln_beta, stirling_remainder};
use crate::numeric::{elementary::exp, normal};

/// Enough terms for shapes up to 1e9: about √(larger shape) are needed.
const MOST_TERMS: usize = 100_000;

/// I_x(a, b), the distribution function of the beta distribution.
///
/// Relative error below 1e-12 for shapes up to 1e6 wherever the result exceeds 1e-20. 0 for x ≤ 0,
/// 1 for x ≥ 1; NaN unless a, b > 0.
///
/// # Source
/// The continued fraction of DiDonato and Morris (1992), on the side of the mean where it converges
/// fast.
pub fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    from_fraction(a, b, x, false)
}

/// 1 − I_x(a, b), accurate where it is small; bounds of [`incomplete_beta`].
pub fn incomplete_beta_complement(a: f64, b: f64, x: f64) -> f64 {
    from_fraction(a, b, x, true)
}

/// x with I_x(a, b) = p. 0 at 0, 1 at 1; NaN outside [0, 1] and unless a, b > 0.
///
/// Relative error below 1e-11 of x, and of 1 − x as far as f64 shows it.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    logistic(beta_logit_quantile(p, a, b))
}

/// x with 1 − I_x(a, b) = q: the quantile of 1 − q, for small q too.
pub fn beta_quantile_upper(q: f64, a: f64, b: f64) -> f64 {
    logistic(beta_logit_quantile_upper(q, a, b))
}

/// ln(x/(1 − x)) of [`beta_quantile`], which also shows how near to 1 it is; −∞ at 0, ∞ at 1.
pub fn beta_logit_quantile(p: f64, a: f64, b: f64) -> f64 {
    if p <= 0.5 { lower_root(p, a, b) } else { -lower_root(1.0 - p, b, a) }
}

/// ln(x/(1 − x)) of [`beta_quantile_upper`].
pub fn beta_logit_quantile_upper(q: f64, a: f64, b: f64) -> f64 {
    -beta_logit_quantile(q, b, a)
}

/// 1/(1 + e^(−y)).
pub(super) fn logistic(y: f64) -> f64 {
    1.0 / (1.0 + exp(-y))
}

/// A point of the unit interval: x and 1 − x, each accurate, and their logarithms.
#[derive(Clone, Copy)]
pub(super) struct Point {
    x: f64,
    rest: f64,
    ln_x: f64,
    ln_rest: f64,
}

impl Point {
    pub(super) fn from_logit(y: f64) -> Self {
        // ln(1 + e^−|y|), and −|y| added on the smaller side.
        let common = libm::log1p(exp(-y.abs()));
        Self {
            x: logistic(y),
            rest: logistic(-y),
            ln_x: if y < 0.0 { y - common } else { -common },
            ln_rest: if y < 0.0 { -common } else { -y - common },
        }
    }

    fn from_fraction(x: f64) -> Self {
        Self { x, rest: 1.0 - x, ln_x: libm::log(x), ln_rest: libm::log1p(-x) }
    }

    fn turned(self) -> Self {
        Self { x: self.rest, rest: self.x, ln_x: self.ln_rest, ln_rest: self.ln_x }
    }
}

fn from_fraction(a: f64, b: f64, x: f64, complement: bool) -> f64 {
    if !(a > 0.0 && b > 0.0) || x.is_nan() {
        return f64::NAN;
    }
    if x <= 0.0 || x >= 1.0 {
        return if (x <= 0.0) == complement { 1.0 } else { 0.0 };
    }
    let point = Point::from_fraction(x);
    let tail = if complement { ln_lower(b, a, point.turned()) } else { ln_lower(a, b, point) };
    exp(tail.ln_tail)
}

/// ln I_x(a, b), and ln(x^a (1 − x)^b / B(a, b)), the density of the logit.
pub(super) fn ln_lower(a: f64, b: f64, point: Point) -> Tail {
    let ln_density = ln_density(a, b, point);
    let direct =
        |a: f64, b: f64, point: Point| ln_density - libm::log(continued_fraction(a, b, point));
    let ln_tail = if point.x * (a + b + 2.0) < a + 1.0 {
        direct(a, b, point)
    } else {
        libm::log(-libm::expm1(direct(b, a, point.turned())))
    };
    Tail { ln_tail, ln_density }
}

/// ln(x^a (1 − x)^b / B(a, b)).
fn ln_density(a: f64, b: f64, point: Point) -> f64 {
    let n = a + b;
    let ln_n = libm::log(n);
    if a < 1.0 || b < 1.0 {
        return a * point.ln_x + b * point.ln_rest - ln_beta(a, b);
    }
    0.5 * libm::log(a * (b / n)) - HALF_LN_TAU + stirling_remainder(n)
        - stirling_remainder(a)
        - stirling_remainder(b)
        - deviance(a, n * point.x, ln_n + point.ln_x)
        - deviance(b, n * point.rest, ln_n + point.ln_rest)
}

/// x^a (1 − x)^b / (B(a, b) I_x(a, b)), by Lentz's method.
///
/// Both x and 1 − x enter, so that a (1 − x) − b x keeps its digits where x is near 1.
///
/// # Source
/// DiDonato and Morris (1992), algorithm 708, `BFRAC`.
fn continued_fraction(a: f64, b: f64, point: Point) -> f64 {
    const TINY: f64 = 1e-290;
    let keep = |v: f64| if v.abs() < TINY { TINY } else { v };
    let x = point.x;
    let lambda = a * point.rest - b * x;
    let mut value = keep(a * (lambda + 1.0) / (a + 1.0));
    let (mut c, mut d) = (value, 0.0);
    for m in 1..MOST_TERMS {
        let m = m as f64;
        let at = a + 2.0 * m;
        let shared = m * (b - m) * x / (at - 1.0);
        let top = (a + m - 1.0) * (a + b + m - 1.0) * x / (at - 1.0) * shared;
        let bottom = m + shared + (a + m) * (lambda + 1.0 + m * (1.0 + point.rest)) / (at + 1.0);
        d = 1.0 / keep(bottom + top * d);
        c = keep(bottom + top / c);
        value *= d * c;
        if (d * c - 1.0).abs() < 2e-16 {
            break;
        }
    }
    value
}

/// The logit y with ln I = ln p, for p ≤ ½.
fn lower_root(p: f64, a: f64, b: f64) -> f64 {
    let valid = |shape: f64| shape > 0.0 && shape < f64::INFINITY;
    if !(valid(a) && valid(b) && (0.0..=1.0).contains(&p)) {
        return f64::NAN;
    }
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    lower_root_from(start(p, a, b), p, a, b)
}

/// [`lower_root`] with a first guess.
pub(super) fn lower_root_from(start: f64, p: f64, a: f64, b: f64) -> f64 {
    root(start, libm::log(p), |y| ln_lower(a, b, Point::from_logit(y)))
}

/// A first guess: I ≈ x^a/(a B(a, b)) for small a, a nearly normal logit otherwise.
fn start(p: f64, a: f64, b: f64) -> f64 {
    if a < 1.0 {
        return (libm::log(p * a) + ln_beta(a, b)) / a;
    }
    libm::log(a / b) + normal::quantile(p) * (1.0 / a + 1.0 / b).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::function::beta::beta_reg;

    /// a, b, p, logits of the quantiles of p and 1 − p, by mpmath 1.4 with 40 digits: the root y of
    /// betainc(a, b, 0, 1/(1 + exp(-y)), regularized=True) = p (by DLMF 8.17.22), Newton's method.
    const LOGIT_QUANTILES: [(f64, f64, f64, f64, f64); 36] = [
        (0.01, 0.01, 1e-18, -4075.3546619895246, 4075.3546619895246),
        (0.01, 0.01, 1e-09, -2003.0280782948835, 2003.0280782948835),
        (0.01, 0.01, 0.001, -621.4770224984561, 621.4770224984561),
        (0.01, 0.01, 0.3, -51.09877503283599, 51.09877503283599),
        (0.01, 1000000.0, 1e-18, -4159.037708246853, -10.308534493750553),
        (0.01, 1000000.0, 1e-09, -2086.7111245522124, -11.214161593195792),
        (0.01, 1000000.0, 0.001, -705.1600687557849, -13.404006366310862),
        (0.01, 1000000.0, 0.3, -134.78182129016477, -50.052035251444394),
        (0.5, 0.5, 1e-18, -81.98989793720673, 81.98989793720673),
        (0.5, 0.5, 1e-09, -40.543366263313914, 40.543366263313914),
        (0.5, 0.5, 0.001, -12.91234350245035, 12.91234350245035),
        (0.5, 0.5, 0.3, -1.3485509552536332, 1.3485509552536332),
        (0.3, 40.0, 1e-18, -142.19580334164039, 0.46496642396916393),
        (0.3, 40.0, 1e-09, -73.118250551819, -0.5836504668324156),
        (0.3, 40.0, 0.001, -27.066548691883572, -2.0912311190079667),
        (0.3, 40.0, 0.3, -8.044011260262034, -5.0372563739300436),
        (2.0, 5.0, 1e-18, -22.077290936895054, 8.647453411407373),
        (2.0, 5.0, 1e-09, -11.715638967178158, 4.489988797178051),
        (2.0, 5.0, 0.001, -4.788586749639629, 1.5069844128305236),
        (2.0, 5.0, 0.3, -1.5041762871326947, -0.5738120063361754),
        (4.8, 3.2, 1e-18, -9.299113169741336, 14.07556544456671),
        (4.8, 3.2, 1e-09, -4.972373045412499, 7.598592035932536),
        (4.8, 3.2, 0.001, -1.9147979901986363, 3.206873178911735),
        (4.8, 3.2, 0.3, 0.054459290510687576, 0.8401091370233508),
        (1000.0, 20.0, 1e-18, 2.4047417980905146, 6.819795962729354),
        (1000.0, 20.0, 1e-09, 2.8043063423835988, 5.6700976023057645),
        (1000.0, 20.0, 0.001, 3.2961284958195245, 4.720176029247226),
        (1000.0, 20.0, 0.3, 3.811436930999112, 4.049996651734199),
        (1000000.0, 1000000.0, 1e-18, -0.012384719903298003, 0.012384719903298003),
        (1000000.0, 1000000.0, 1e-09, -0.008482193799372916, 0.008482193799372916),
        (1000000.0, 1000000.0, 0.001, -0.004370250723457886, 0.004370250723457886),
        (1000000.0, 1000000.0, 0.3, -0.0007416144183864507, 0.0007416144183864507),
        (1000000.0, 0.5, 1e-18, 10.151170909265696, 96.95013813102041),
        (1000000.0, 0.5, 1e-09, 10.888987679198587, 55.50360645712759),
        (1000000.0, 0.5, 0.001, 12.126559476191018, 27.872584817599652),
        (1000000.0, 0.5, 0.3, 14.437086447997494, 16.41601727270885),
    ];

    #[test]
    fn quantiles_match_mpmath() {
        for (a, b, p, lower, upper) in LOGIT_QUANTILES {
            let errors =
                [beta_logit_quantile(p, a, b) - lower, beta_logit_quantile_upper(p, a, b) - upper];
            for error in errors {
                assert!(error.abs() < 1e-11, "a {a}, b {b}, p {p}: {error:e}");
            }
        }
    }

    #[test]
    fn functions_invert_the_quantiles_of_mpmath() {
        for (a, b, p, lower, upper) in LOGIT_QUANTILES {
            let bound = |y: f64| {
                let x = Point::from_logit(y);
                // x is rounded relative to itself; the logit of 1 − x then moves by ε/(1 − x).
                1e-12 + (4e-16 + 3e-16 * y.abs() + 2e-16 / x.rest) * exp(ln_density(a, b, x)) / p
            };
            let (x, y) = (logistic(lower), logistic(upper));
            if x > 0.0 {
                let error = incomplete_beta(a, b, x) / p - 1.0;
                assert!(error.abs() < bound(lower), "I({a}, {b}, {x}): {error:e}");
            }
            if y < 1.0 {
                let error = incomplete_beta_complement(a, b, y) / p - 1.0;
                assert!(error.abs() < bound(upper), "1 - I({a}, {b}, {y}): {error:e}");
            }
        }
    }

    #[test]
    fn function_matches_statrs() {
        for (a, b) in [(0.5, 0.5), (2.0, 5.0), (30.0, 12.0)] {
            for i in 1..100 {
                let x = f64::from(i) / 100.0;
                let exact = beta_reg(a, b, x);
                assert!((incomplete_beta(a, b, x) - exact).abs() < 1e-12);
                assert!((incomplete_beta_complement(a, b, x) - (1.0 - exact)).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn closed_forms() {
        for p in [1e-18_f64, 1e-5, 0.3, 0.5, 0.8, 1.0 - 1e-16] {
            // I_x(a, 1) = x^a; the arc-sine distribution.
            assert!((beta_quantile(p, 2.0, 1.0) / p.sqrt() - 1.0).abs() < 1e-13);
            let sine = libm::sin(0.5 * std::f64::consts::PI * p);
            assert!((beta_quantile(p, 0.5, 0.5) / (sine * sine) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn limits() {
        assert_eq!(beta_quantile(0.0, 2.0, 3.0), 0.0);
        assert_eq!(beta_quantile(1.0, 2.0, 3.0), 1.0);
        assert_eq!(beta_quantile_upper(0.0, 2.0, 3.0), 1.0);
        assert_eq!(beta_quantile_upper(1.0, 2.0, 3.0), 0.0);
        assert!(beta_quantile(1.1, 2.0, 3.0).is_nan() && beta_quantile(0.1, 0.0, 3.0).is_nan());
        assert!(beta_quantile(f64::NAN, 2.0, 3.0).is_nan());
        assert_eq!(incomplete_beta(2.0, 3.0, 0.0), 0.0);
        assert_eq!(incomplete_beta(2.0, 3.0, 1.0), 1.0);
        assert_eq!(incomplete_beta_complement(2.0, 3.0, 0.0), 1.0);
        assert_eq!(incomplete_beta_complement(2.0, 3.0, 1.0), 0.0);
        assert!(incomplete_beta(2.0, 3.0, f64::NAN).is_nan());
    }
}
