//! Logarithms of the gamma and beta functions, and the two quantities that keep the densities of
//! gamma and beta accurate for large shapes: Stirling's remainder and the deviance.
//!
//! # Source
//! Loader (2000), "Fast and accurate computation of binomial probabilities".

/// ½ ln 2π.
pub(super) const HALF_LN_TAU: f64 = 0.918_938_533_204_672_8;

/// ln Γ(x) for x > 0, within 2 ulp of max(1, |ln Γ|); fdlibm's `lgamma`.
///
/// +∞ at 0 and at negative integers, ln |Γ| at other negative x; NaN gives NaN.
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b) for a, b > 0, without the cancellation of these.
///
/// # Source
/// Stirling's formula in each term.
pub fn ln_beta(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    let sum = small + large;
    (small - 0.5) * libm::log(small / sum)
        - large * libm::log1p(small / large)
        - 0.5 * libm::log(large)
        + HALF_LN_TAU
        + stirling_remainder(small)
        + stirling_remainder(large)
        - stirling_remainder(sum)
}

/// ln Γ(a) − [(a − ½) ln a − a + ½ ln 2π]; absolute error below 1e-14.
pub(super) fn stirling_remainder(a: f64) -> f64 {
    if a < 10.0 {
        return ln_gamma(a) - ((a - 0.5) * libm::log(a) - a + HALF_LN_TAU);
    }
    // Bernoulli numbers B_2k / (2k (2k − 1)): Abramowitz and Stegun (1964), 6.1.40.
    const TERMS: [f64; 7] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
    ];
    let inverse_square = 1.0 / (a * a);
    TERMS.iter().rev().fold(0.0, |sum, term| sum * inverse_square + term) / a
}

/// a ln(a/m) + m − a, accurate where m is near a; `ln_m` = ln m, for an m that underflows.
///
/// # Source
/// Loader (2000), `bd0`.
pub(super) fn deviance(a: f64, m: f64, ln_m: f64) -> f64 {
    let difference = a - m;
    if difference.abs() >= 0.1 * (a + m) {
        return a * (libm::log(a) - ln_m) + m - a;
    }
    let ratio = difference / (a + m);
    let square = ratio * ratio;
    let mut sum = difference * ratio;
    let mut power = 2.0 * a * ratio;
    for j in 1..50 {
        power *= square;
        let next = sum + power / f64::from(2 * j + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ln_gamma_and_ln_beta_match_mpmath() {
        // mpmath 1.4: loggamma(x); loggamma(a) + loggamma(b) - loggamma(a + b).
        let gammas = [
            (0.01, 4.599479878042022),
            (0.5, 0.5723649429247001),
            (3.7, 1.428072326665388),
            (42.0, 114.0342117814617),
            (1000000.0, 12815504.569147611),
        ];
        for (x, exact) in gammas {
            assert!((ln_gamma(x) / exact - 1.0).abs() < 1e-14, "at {x}");
        }
        let betas = [
            (0.01, 0.02, 5.010313350697985),
            (0.5, 500000.0, -5.988816495777464),
            (2.0, 3.0, -2.4849066497880004),
            (12.0, 900.0, -64.19945227833821),
            (1000000.0, 1000000.0, -1386300.003362921),
            (0.01, 1000000.0, 4.46132477741238),
        ];
        for (a, b, exact) in betas {
            assert!((ln_beta(a, b) / exact - 1.0).abs() < 1e-14, "at {a}, {b}");
            assert_eq!(ln_beta(a, b), ln_beta(b, a));
        }
    }

    #[test]
    fn remainder_is_continuous_where_its_formula_changes() {
        let (below, above) = (stirling_remainder(10.0 - 1e-9), stirling_remainder(10.0));
        assert!((below - above).abs() < 2e-11);
    }

    #[test]
    fn deviance_is_the_same_by_both_formulas() {
        for (a, m) in [(3.0_f64, 3.6_f64), (100.0, 82.0), (5.0, 5.0), (1e6, 1e6 + 1.0)] {
            let plain = a * libm::log(a / m) + m - a;
            let difference = deviance(a, m, libm::log(m)) - plain;
            assert!(difference.abs() < 1e-15 * a, "at {a}, {m}: {difference:e}");
        }
    }
}
