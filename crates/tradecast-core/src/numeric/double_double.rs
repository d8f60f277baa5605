//! Arithmetic with some 106 bits, slow and plain: the reference that the tests of the elementary
//! functions compare with.
//!
//! # Source
//! Dekker (1971), "A floating-point technique for extending the available precision".

/// The unevaluated sum of two floats.
#[derive(Clone, Copy, Debug)]
pub(super) struct DoubleDouble {
    high: f64,
    low: f64,
}

const LN_2: DoubleDouble =
    DoubleDouble { high: std::f64::consts::LN_2, low: 2.319_046_813_846_299_6e-17 };
const TWO_PI: DoubleDouble =
    DoubleDouble { high: std::f64::consts::TAU, low: 2.449_293_598_294_706_4e-16 };

fn two_sum(a: f64, b: f64) -> DoubleDouble {
    let high = a + b;
    let part = high - a;
    DoubleDouble { high, low: (a - (high - part)) + (b - part) }
}

impl DoubleDouble {
    fn new(x: f64) -> Self {
        Self { high: x, low: 0.0 }
    }

    fn plus(self, other: Self) -> Self {
        let sum = two_sum(self.high, other.high);
        let rest = two_sum(self.low, other.low);
        let sum = two_sum(sum.high, sum.low + rest.high);
        two_sum(sum.high, sum.low + rest.low)
    }

    fn times(self, other: Self) -> Self {
        let high = self.high * other.high;
        let low = libm::fma(self.high, other.high, -high);
        two_sum(high, low + (self.high * other.low + self.low * other.high))
    }

    fn over(self, divisor: f64) -> Self {
        let first = self.high / divisor;
        let rest = self.plus(Self::new(-first).times(Self::new(divisor)));
        two_sum(first, rest.high / divisor)
    }

    fn scaled(self, factor: f64) -> Self {
        Self { high: self.high * factor, low: self.low * factor }
    }

    /// e^x for |x| < 709.8, by Taylor's series after x = k ln 2 + 256 r.
    pub(super) fn exp(x: f64) -> Self {
        Self::new(x).exponential()
    }

    fn exponential(self) -> Self {
        let k = (self.high / LN_2.high).round();
        let r = self.plus(LN_2.times(Self::new(-k))).scaled(1.0 / 256.0);
        let mut term = Self::new(1.0);
        let mut sum = Self::new(0.0);
        for n in 1..=12 {
            term = term.times(r).over(f64::from(n));
            sum = sum.plus(term);
        }
        // e^2r − 1 = (e^r − 1)² + 2 (e^r − 1) loses no digits.
        for _ in 0..8 {
            sum = sum.times(sum).plus(sum.scaled(2.0));
        }
        let half = (k / 2.0).floor();
        let growth = sum.plus(Self::new(1.0));
        growth.scaled(libm::ldexp(1.0, half as i32)).scaled(libm::ldexp(1.0, (k - half) as i32))
    }

    /// ln x for positive x, by one step of Newton's method from the platform's own.
    pub(super) fn ln(x: f64) -> Self {
        let (x, extra) = if x < 1e-200 { (x * libm::ldexp(1.0, 400), -400.0) } else { (x, 0.0) };
        let (x, extra) = if x > 1e200 { (x * libm::ldexp(1.0, -400), 400.0) } else { (x, extra) };
        let mut y = Self::new(libm::log(x));
        for _ in 0..2 {
            let back = y.scaled(-1.0).exponential();
            let excess = Self::new(x).times(back).plus(Self::new(-1.0));
            let square = excess.times(excess).scaled(-0.5);
            y = y.plus(excess).plus(square);
        }
        y.plus(LN_2.times(Self::new(extra)))
    }

    /// Sine and cosine of 2πu, by Taylor's series within an eighth of a turn of a quarter.
    pub(super) fn sin_cos_turn(u: f64) -> (Self, Self) {
        let quarter = (4.0 * u).round();
        let angle = TWO_PI.times(Self::new(u - quarter / 4.0));
        let (mut sine, mut cosine) = (Self::new(0.0), Self::new(0.0));
        let mut term = Self::new(1.0);
        for n in 0..30 {
            let sign = if n % 4 < 2 { 1.0 } else { -1.0 };
            if n % 2 == 0 {
                cosine = cosine.plus(term.scaled(sign));
            } else {
                sine = sine.plus(term.scaled(sign));
            }
            term = term.times(angle).over(f64::from(n + 1));
        }
        match quarter as i64 % 4 {
            0 => (sine, cosine),
            1 => (cosine, sine.scaled(-1.0)),
            2 => (sine.scaled(-1.0), cosine.scaled(-1.0)),
            _ => (cosine.scaled(-1.0), sine),
        }
    }

    /// |y − self| in units of the last place of `self`.
    pub(super) fn ulps_from(self, y: f64) -> f64 {
        let exponent = self.high.abs().to_bits() & 0x7ff0_0000_0000_0000;
        let difference = ((self.high - y) + self.low).abs();
        if difference == 0.0 {
            return 0.0;
        }
        difference / f64::from_bits(exponent) * libm::ldexp(1.0, 52)
    }
}
