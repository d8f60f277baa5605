//! `exp`, `ln`, and the sine and cosine of a turn, written without branches so that LLVM
//! vectorises them in plain loops; every instruction set gives the same bits.
//!
//! Integers are moved in and out of floats by adding a power of two and reading the bits, because
//! conversion instructions between `f64` and `i64` exist in AVX-512DQ only.

use crate::numeric::vectorised::vectorised;

/// 1.5 × 2^52: added to |x| < 2^51 it rounds x to an integer, held in the low bits.
const ROUNDING: f64 = 6_755_399_441_055_744.0;
/// 2^52, whose bits plus an integer below 2^52 are the float 2^52 + integer.
const TWO_52: f64 = 4_503_599_627_370_496.0;
/// ln 2 with 21 trailing zero bits, so that its product with an exponent is exact (fdlibm).
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
/// The rest of ln 2 (fdlibm).
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// π/2 rounded to f64, and the rest of it.
const HALF_PI: f64 = std::f64::consts::FRAC_PI_2;
const HALF_PI_LOW: f64 = 6.123_233_995_736_766e-17;

/// Above this e^x is infinite: ln(2^1024).
const EXP_OVERFLOW: f64 = 709.782_712_893_384;
/// Below this e^x is replaced by zero.
const EXP_UNDERFLOW: f64 = -708.0;

/// (e^r − 1 − r)/r² on |r| ≤ ln 2 / 2, by powers of r: interpolated at ten Chebyshev nodes with
/// mpmath, error of e^r below 2e-17.
const EXP: [f64; 10] = [
    0.5,
    0.166_666_666_666_666_69,
    0.041_666_666_666_624_13,
    0.008_333_333_333_330_062,
    0.001_388_888_891_721_371_7,
    0.000_198_412_698_630_536_18,
    2.480_152_129_595_437_6e-5,
    2.755_726_845_999_706_4e-6,
    2.762_008_844_540_974_6e-7,
    2.510_038_549_551_032e-8,
];

/// Coefficients of ln((1 + s)/(1 − s)) = 2s + s³·(…), by powers of s² (fdlibm `e_log.c`, error
/// below 2^-58.45).
const LN: [f64; 7] = [
    6.666_666_666_666_735e-1,
    3.999_999_999_940_942e-1,
    2.857_142_874_366_239e-1,
    2.222_219_843_214_978_4e-1,
    1.818_357_216_161_805e-1,
    1.531_383_769_920_937_3e-1,
    1.479_819_860_511_658_6e-1,
];

/// (sin(πr/2)/r − π/2)/r² on |r| ≤ 1/2, by powers of r²: Chebyshev nodes, mpmath, error < 1e-17.
const SINE: [f64; 6] = [
    -0.645_964_097_506_246_2,
    0.079_692_626_246_144_23,
    -0.004_681_754_134_254_207,
    0.000_160_441_166_614_094_23,
    -3.598_702_950_973_510_5e-6,
    5.642_225_369_163_528e-8,
];

/// (cos(πr/2) − 1)/r² on |r| ≤ 1/2, by powers of r²: Chebyshev nodes, mpmath, error < 1e-17.
const COSINE: [f64; 7] = [
    -1.233_700_550_136_169_7,
    0.253_669_507_901_047_8,
    -0.020_863_480_763_340_773,
    0.000_919_260_274_546_844_7,
    -2.520_203_902_802_917_8e-5,
    4.710_678_405_505_227e-7,
    -6.329_396_344_967_424e-9,
];

/// e^x, within 1.5 ulp where the result is a normal number.
///
/// Infinite above 709.782712893384; zero below −708, where gradual underflow would begin; NaN
/// gives NaN.
///
/// # Source
/// Cody and Waite (1980), chapter 6: x = k ln 2 + r, e^x = 2^k e^r.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let shifted = x * std::f64::consts::LOG2_E + ROUNDING;
    let k = shifted - ROUNDING;
    let r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    let growth = 1.0 + (r + r * r * polynomial(&EXP, r));
    // 2^(k−1), so that k = 1024 does not overflow before the end; the low bits of `shifted` are k.
    let half_scale = f64::from_bits(shifted.to_bits().wrapping_add(1022) << 52);
    let scaled = (growth + growth) * half_scale;
    let bounded = if x > EXP_OVERFLOW { f64::INFINITY } else { scaled };
    if x < EXP_UNDERFLOW { 0.0 } else { bounded }
}

/// ln x, within 1 ulp for every positive x, subnormal ones too.
///
/// −∞ at ±0, NaN below 0, +∞ at +∞; NaN gives NaN.
///
/// # Source
/// fdlibm `e_log.c` (Sun Microsystems, 1993).
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    let is_subnormal = x < f64::MIN_POSITIVE;
    let normal = if is_subnormal { x * (4.0 * TWO_52) } else { x };
    let value = ln_normal(normal, if is_subnormal { -54.0 } else { 0.0 });
    let value = if x == 0.0 { f64::NEG_INFINITY } else { value };
    let value = if x < 0.0 { f64::NAN } else { value };
    // Infinity and NaN are their own logarithms; NaN fails the comparison too.
    if x < f64::INFINITY { value } else { x }
}

/// ln x + `extra` ln 2 for a normal positive x: [`ln`] without its special cases.
#[inline(always)]
pub(crate) fn ln_normal(x: f64, extra: f64) -> f64 {
    // Moves the mantissa's range from [1, 2) to [√½, √2), so that 1 has exponent 0.
    const SHIFT: u64 = 0x3ff0_0000_0000_0000 - 0x3fe6_a09e_0000_0000;
    let shifted = x.to_bits().wrapping_add(SHIFT);
    let exponent = f64::from_bits((shifted >> 52) | TWO_52.to_bits()) - (TWO_52 + 1023.0) + extra;
    let mantissa = f64::from_bits((shifted & 0x000f_ffff_ffff_ffff) + 0x3fe6_a09e_0000_0000);
    let f = mantissa - 1.0;
    let s = f / (2.0 + f);
    let square = s * s;
    let half = 0.5 * f * f;
    let rest = square * polynomial(&LN, square);
    exponent * LN_2_HIGH - ((half - (s * (half + rest) + exponent * LN_2_LOW)) - f)
}

/// (sin 2πu, cos 2πu) for u in [0, 1], each within 2 ulp, near its zeros too.
///
/// Outside [0, 1] the result is meaningless beyond |u| = 2^49; NaN gives NaN.
///
/// # Source
/// 4u = q + r with |r| ≤ 1/2 is exact; the quadrant q exchanges and negates sin and cos of πr/2.
#[inline(always)]
pub fn sin_cos_turn(u: f64) -> (f64, f64) {
    const SIGN: u64 = 1 << 63;
    let quarters = 4.0 * u;
    let shifted = quarters + ROUNDING;
    let quadrant = shifted.to_bits();
    let r = quarters - (shifted - ROUNDING);
    let square = r * r;
    let sine = r * HALF_PI + r * (square * polynomial(&SINE, square) + HALF_PI_LOW);
    let cosine = 1.0 + square * polynomial(&COSINE, square);
    // All ones where the quadrant is odd: bit arithmetic, since blends are missing from SSE2.
    let exchange = (quadrant & 1).wrapping_neg();
    let different = (sine.to_bits() ^ cosine.to_bits()) & exchange;
    let sine_sign = (quadrant << 62) & SIGN;
    let cosine_sign = (quadrant.wrapping_add(1) << 62) & SIGN;
    (
        f64::from_bits(sine.to_bits() ^ different ^ sine_sign),
        f64::from_bits(cosine.to_bits() ^ different ^ cosine_sign),
    )
}

/// Σ c_k x^k by Horner's rule.
#[inline(always)]
fn polynomial<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let mut sum = coefficients[N - 1];
    for k in (0..N - 1).rev() {
        sum = sum * x + coefficients[k];
    }
    sum
}

vectorised! {
    /// Replaces each value by its exponential, [`exp`].
    pub fn exp_slice(values: &mut [f64]) {
        for value in values {
            *value = exp(*value);
        }
    }

    /// Replaces each value by its natural logarithm, [`ln`].
    pub fn ln_slice(values: &mut [f64]) {
        for value in values {
            *value = ln(*value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::double_double::DoubleDouble;
    use super::super::vectorised::assert_same;
    use super::*;

    /// Points spread evenly with an irrational step.
    fn spread(low: f64, high: f64, n: usize) -> impl Iterator<Item = f64> {
        (0..n).map(move |i| low + (high - low) * ((i as f64 * 0.618_033_988_749_894_9) % 1.0))
    }

    fn worst(points: impl Iterator<Item = f64>, error: impl Fn(f64) -> f64) -> f64 {
        points.map(error).fold(0.0, |worst, e| {
            assert!(e >= 0.0, "an error is NaN");
            if e > worst { e } else { worst }
        })
    }

    fn exp_error(x: f64) -> f64 {
        DoubleDouble::exp(x).ulps_from(exp(x))
    }

    fn ln_error(x: f64) -> f64 {
        DoubleDouble::ln(x).ulps_from(ln(x))
    }

    #[test]
    fn exp_is_within_its_bound() {
        let wide = worst(spread(-708.0, 709.78, 400_000), exp_error);
        let middle = worst(spread(-3.0, 3.0, 400_000), exp_error);
        let tiny = worst((0..60).map(|i| libm::ldexp(1.0, -i) * 0.7), exp_error);
        println!("exp: {wide} {middle} {tiny} ulp");
        assert!(wide.max(middle).max(tiny) <= 1.5);
    }

    #[test]
    fn ln_is_within_its_bound() {
        let wide = worst(spread(-744.0, 709.0, 400_000).map(exp).filter(|&x| x > 0.0), ln_error);
        let middle = worst(spread(0.3, 3.0, 400_000), ln_error);
        let around_one = worst((1..50).map(|i| 1.0 + libm::ldexp(1.0, -i)), ln_error);
        let subnormal = worst((1..50).map(|i| f64::from_bits(0x5_1234_9876_abcd >> i)), ln_error);
        println!("ln: {wide} {middle} {around_one} {subnormal} ulp");
        assert!(wide.max(middle).max(around_one).max(subnormal) <= 1.0);
    }

    #[test]
    fn sine_and_cosine_are_within_their_bound() {
        let error = |u: f64| {
            let (sine, cosine) = DoubleDouble::sin_cos_turn(u);
            let (s, c) = sin_cos_turn(u);
            sine.ulps_from(s).max(cosine.ulps_from(c))
        };
        let wide = worst(spread(0.0, 1.0, 400_000), error);
        let zeros = worst(
            (3..50).flat_map(|i| (0..4).map(move |q| f64::from(q) * 0.25 + libm::ldexp(1.0, -i))),
            error,
        );
        println!("sin, cos: {wide} {zeros} ulp");
        assert!(wide.max(zeros) <= 2.0);
    }

    #[test]
    fn exp_at_its_limits() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(-0.0), 1.0);
        assert!(exp(709.782_712_893_384).is_finite());
        assert_eq!(exp(709.782_712_893_385), f64::INFINITY);
        assert_eq!(exp(f64::INFINITY), f64::INFINITY);
        assert!(exp(-708.0) >= f64::MIN_POSITIVE);
        assert_eq!(exp(-708.1), 0.0);
        assert_eq!(exp(-1e300), 0.0);
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert!(exp(f64::NAN).is_nan());
    }

    #[test]
    fn ln_at_its_limits() {
        assert_eq!(ln(1.0), 0.0);
        assert_eq!(ln(0.0), f64::NEG_INFINITY);
        assert_eq!(ln(-0.0), f64::NEG_INFINITY);
        assert!(ln(-1.0).is_nan() && ln(f64::NEG_INFINITY).is_nan());
        assert_eq!(ln(f64::INFINITY), f64::INFINITY);
        assert!(ln(f64::NAN).is_nan());
    }

    #[test]
    fn quarter_turns_are_exact() {
        assert_eq!(sin_cos_turn(0.0), (0.0, 1.0));
        assert_eq!(sin_cos_turn(0.25), (1.0, 0.0));
        assert_eq!(sin_cos_turn(0.5), (0.0, -1.0));
        assert_eq!(sin_cos_turn(0.75), (-1.0, 0.0));
        assert_eq!(sin_cos_turn(1.0), (0.0, 1.0));
    }

    #[test]
    fn every_instruction_set_gives_the_bits_of_one_value_alone() {
        let points: Vec<f64> = spread(-710.0, 710.0, 100_003).collect();
        let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_same(|| {
            let mut slice = points.clone();
            exp_slice(&mut slice);
            assert!(bits(&slice) == bits(&points.iter().map(|&x| exp(x)).collect::<Vec<_>>()));
            ln_slice(&mut slice);
            let expected: Vec<f64> = points.iter().map(|&x| ln(exp(x))).collect();
            assert!(bits(&slice) == bits(&expected));
        });
    }
}
