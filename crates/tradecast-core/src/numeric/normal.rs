//! The standard normal distribution: density, distribution function and quantile, accurate far into
//! both tails.

// Coefficients stand as their sources print them.
#![allow(clippy::excessive_precision)]

use super::elementary::exp;

/// The quantile of 95 %; with its negative the ends of the middle 90 %.
pub const Z95: f64 = 1.644_853_626_951_472_7;

/// 1/√2 rounded to f64, and the rest of it.
const ROOT_HALF: f64 = std::f64::consts::FRAC_1_SQRT_2;
const ROOT_HALF_LOW: f64 = -4.833_646_656_726_457e-17;
/// 1/√(2π).
const PEAK: f64 = 0.398_942_280_401_432_7;

/// Φ(z), the probability of a value at most z; relative error below 1e-15 for z > −37.5.
///
/// Zero below −38.6 and one above 8.3; NaN gives NaN. The upper tail 1 − Φ(z) is Φ(−z).
///
/// # Source
/// Φ(z) = ½ erfc(−z/√2) with fdlibm's erfc; the rounding error of −z/√2, which the tail would
/// multiply by z², is put back by one term of Taylor's series.
pub fn cdf(z: f64) -> f64 {
    let x = -z * ROOT_HALF;
    let tail = libm::erfc(x);
    if x <= 0.5 || tail == 0.0 {
        return 0.5 * tail;
    }
    // In the lower tail: erfc(x + δ) = erfc(x) − δ 2/√π e^(−x²).
    let rest = product_error(-z, ROOT_HALF, x) - z * ROOT_HALF_LOW;
    0.5 * tail - rest * std::f64::consts::FRAC_2_SQRT_PI * 0.5 * exp_minus_square(x)
}

/// φ(z) = e^(−z²/2)/√(2π); relative error below 1e-15 for |z| < 37; zero beyond 37.7.
pub fn density(z: f64) -> f64 {
    PEAK * exp_minus_square_over(z, 0.5)
}

/// e^(−x²).
fn exp_minus_square(x: f64) -> f64 {
    exp_minus_square_over(x, 1.0)
}

/// e^(−c x²) for c a power of two, without the error of a rounded square: x² = h² + (x − h)(x + h)
/// with h short enough that h² is exact.
fn exp_minus_square_over(x: f64, c: f64) -> f64 {
    if x.abs() > 40.0 {
        return 0.0;
    }
    let short = upper_half(x);
    exp(-c * short * short) * exp(-c * (x - short) * (x + short))
}

/// x without the low 27 bits of its mantissa.
fn upper_half(x: f64) -> f64 {
    f64::from_bits(x.to_bits() & 0xffff_ffff_f800_0000)
}

/// ab − product, exact for moderate numbers (Dekker 1971, Mul12, without fused multiply-add).
fn product_error(a: f64, b: f64, product: f64) -> f64 {
    let (a_high, b_high) = (upper_half(a), upper_half(b));
    let (a_low, b_low) = (a - a_high, b - b_high);
    ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
}

/// z with Φ(z) = p; relative error below 1e-15 for p in (0, 1).
///
/// −∞ at 0, +∞ at 1, NaN outside [0, 1]. Close to 1 use [`quantile_upper`].
///
/// # Source
/// Wichura (1988), algorithm AS 241, PPND16.
pub fn quantile(p: f64) -> f64 {
    let centred = p - 0.5;
    if centred.abs() <= 0.425 {
        let r = 0.180_625 - centred * centred;
        return centred * polynomial(&CENTRE_TOP, r) / polynomial(&CENTRE_BOTTOM, r);
    }
    if centred < 0.0 { -upper_tail(p) } else { upper_tail(1.0 - p) }
}

/// z with 1 − Φ(z) = q; relative error below 1e-15, however small q is. +∞ at 0, −∞ at 1.
pub fn quantile_upper(q: f64) -> f64 {
    -quantile(q)
}

/// The quantile of 1 − q for q < 0.075.
fn upper_tail(q: f64) -> f64 {
    if q == 0.0 {
        return f64::INFINITY;
    }
    let r = (-libm::log(q)).sqrt();
    if r <= 5.0 {
        polynomial(&MIDDLE_TOP, r - 1.6) / polynomial(&MIDDLE_BOTTOM, r - 1.6)
    } else {
        polynomial(&FAR_TOP, r - 5.0) / polynomial(&FAR_BOTTOM, r - 5.0)
    }
}

fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

/// |p − ½| ≤ 0.425, by powers of 0.425² − (p − ½)².
pub(crate) const CENTRE_TOP: [f64; 8] = [
    3.387_132_872_796_366_608,
    1.331_416_678_917_843_774_5e2,
    1.971_590_950_306_551_442_7e3,
    1.373_169_376_550_946_112_5e4,
    4.592_195_393_154_987_145_7e4,
    6.726_577_092_700_870_085_3e4,
    3.343_057_558_358_812_810_5e4,
    2.509_080_928_730_122_672_7e3,
];
pub(crate) const CENTRE_BOTTOM: [f64; 8] = [
    1.0,
    4.231_333_070_160_091_125_2e1,
    6.871_870_074_920_579_083e2,
    5.394_196_021_424_751_107_7e3,
    2.121_379_430_158_659_586_7e4,
    3.930_789_580_009_271_061e4,
    2.872_908_573_572_194_267_4e4,
    5.226_495_278_852_854_561e3,
];

/// Tails with r = √(−ln q) ≤ 5, by powers of r − 1.6.
pub(crate) const MIDDLE_TOP: [f64; 8] = [
    1.423_437_110_749_683_577_34,
    4.630_337_846_156_545_295_9,
    5.769_497_221_460_691_405_5,
    3.647_848_324_763_204_605_04,
    1.270_458_252_452_368_382_58,
    2.417_807_251_774_506_117_7e-1,
    2.272_384_498_926_918_458_33e-2,
    7.745_450_142_783_414_076_4e-4,
];
pub(crate) const MIDDLE_BOTTOM: [f64; 8] = [
    1.0,
    2.053_191_626_637_758_821_87,
    1.676_384_830_183_803_849_4,
    6.897_673_349_851_000_045_5e-1,
    1.481_039_764_274_800_745_9e-1,
    1.519_866_656_361_645_719_66e-2,
    5.475_938_084_995_344_946e-4,
    1.050_750_071_644_416_843_24e-9,
];

/// Tails with r > 5, by powers of r − 5.
const FAR_TOP: [f64; 8] = [
    6.657_904_643_501_103_777_2,
    5.463_784_911_164_114_369_9,
    1.784_826_539_917_291_335_8,
    2.965_605_718_285_048_912_3e-1,
    2.653_218_952_657_612_309_3e-2,
    1.242_660_947_388_078_438_6e-3,
    2.711_555_568_743_487_578_15e-5,
    2.010_334_399_292_288_132_65e-7,
];
const FAR_BOTTOM: [f64; 8] = [
    1.0,
    5.998_322_065_558_879_376_9e-1,
    1.369_298_809_227_358_053_1e-1,
    1.487_536_129_085_061_485_25e-2,
    7.868_691_311_456_132_591e-4,
    1.846_318_317_510_054_681_8e-5,
    1.421_511_758_316_445_888_7e-7,
    2.044_263_103_389_939_785_64e-15,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// z, Φ(z), φ(z) by mpmath 1.4 with 50 digits: erfc(-z/sqrt(2))/2 and npdf(z).
    const VALUES: [(f64, f64, f64); 13] = [
        (-37.3, 8.205494844930773e-305, 3.062846290695667e-303),
        (-20.1, 3.6896808637213897e-90, 7.434525389680312e-89),
        (-8.57, 5.174252028971683e-18, 4.4931681204494235e-17),
        (-5.3, 5.790134039964594e-08, 3.171349216715978e-07),
        (-2.7, 0.0034669738030406664, 0.01042093481442259),
        (-1.1, 0.13566606094638264, 0.2178521770325505),
        (-0.3, 0.3820885778110474, 0.3813878154605241),
        (-1e-05, 0.49999601057719606, 0.39894228038148555),
        (0.0, 0.5, 0.3989422804014327),
        (0.4, 0.6554217416103242, 0.3682701403033233),
        (1.3, 0.9031995154143897, 0.17136859204780736),
        (3.9, 0.9999519036559824, 0.0001986554713927727),
        (6.1, 0.9999999994696577, 3.3178842435473016e-09),
    ];

    /// p and its quantile: the root of erfc(-z/sqrt(2))/2 - p, by Newton's method in mpmath.
    const QUANTILES: [(f64, f64); 17] = [
        (1e-300, -37.0470962993612),
        (1e-100, -21.273453560965326),
        (1.1e-18, -8.74653708101694),
        (1e-12, -7.034483825301132),
        (1.3e-11, -6.667611456510741),
        (1e-05, -4.264890793922825),
        (0.01, -2.326347874040841),
        (0.0749, -1.4402382675279637),
        (0.08, -1.4050715603096327),
        (0.3, -0.5244005127080408),
        (0.4999, -0.00025066283008800747),
        (0.5001, 0.00025066283008800747),
        (0.77, 0.7388468491852137),
        (0.93, 1.475791028179171),
        (0.99, 2.3263478740408408),
        (0.9999999999, 6.361340889697422),
        (0.9999999999999999, 8.209536151601387),
    ];

    fn relative_error(value: f64, exact: f64) -> f64 {
        ((value - exact) / exact).abs()
    }

    #[test]
    fn distribution_and_density_match_mpmath() {
        for (z, probability, height) in VALUES {
            assert!(relative_error(cdf(z), probability) < 1e-15, "cdf at {z}");
            assert!(relative_error(density(z), height) < 1e-15, "density at {z}");
            assert_eq!(density(z), density(-z));
        }
    }

    #[test]
    fn quantiles_match_mpmath() {
        for (p, z) in QUANTILES {
            assert!(relative_error(quantile(p), z) < 1e-15, "quantile at {p}");
            assert_eq!(quantile_upper(p), -quantile(p));
        }
    }

    #[test]
    fn quantile_inverts_the_distribution() {
        for i in -3700..=829 {
            let z = f64::from(i) / 100.0;
            // A relative error ε of z moves Φ by ε z φ; Φ itself is rounded.
            let p = cdf(z);
            let bound = 1e-15 * z.abs() + 2.3e-16 * p / density(z);
            assert!((quantile(p) - z).abs() <= bound, "at {z}");
        }
    }

    #[test]
    fn limits() {
        assert_eq!(quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(quantile(1.0), f64::INFINITY);
        assert_eq!(quantile(0.5), 0.0);
        assert!(quantile(-0.1).is_nan() && quantile(1.1).is_nan() && quantile(f64::NAN).is_nan());
        assert_eq!(cdf(f64::NEG_INFINITY), 0.0);
        assert_eq!(cdf(f64::INFINITY), 1.0);
        assert!(cdf(f64::NAN).is_nan() && density(f64::NAN).is_nan());
        assert_eq!(density(40.0), 0.0);
        assert_eq!(density(f64::INFINITY), 0.0);
    }
}
