//! Loops over draws that the compiler turns into vector instructions.

use crate::numeric::elementary::exp;
use multiversion::multiversion;

/// value = location + scale · value
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))]
pub fn normal(values: &mut [f64], location: f64, scale: f64) {
    for value in values {
        *value = location + scale * *value;
    }
}

/// value = median · exp(sigma · value)
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))]
pub fn lognormal(values: &mut [f64], median: f64, sigma: f64) {
    for value in values {
        *value = median * exp(sigma * *value);
    }
}

/// The triangular quantile at each share.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))]
pub fn triangular(shares: &mut [f64], min: f64, mode: f64, max: f64) {
    let (width, rise, fall) = (max - min, mode - min, max - mode);
    for share in shares {
        let rising = min + (*share * width * rise).sqrt();
        let falling = max - ((1.0 - *share) * width * fall).sqrt();
        *share = if *share * width < rise { rising } else { falling };
    }
}

/// value = a1 + a2 z + a3 (share − ½) z, for z in `values` and shares Φ(z).
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))]
pub fn metalog(values: &mut [f64], shares: &[f64], coefficients: [f64; 3]) {
    let [a1, a2, a3] = coefficients;
    for (value, share) in values.iter_mut().zip(shares) {
        *value = a1 + (a2 + a3 * (share - 0.5)) * *value;
    }
}

/// value = lower + exp(value)
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))]
pub fn above(values: &mut [f64], lower: f64) {
    for value in values {
        *value = lower + exp(*value);
    }
}

/// value = upper − exp(−value)
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))]
pub fn below(values: &mut [f64], upper: f64) {
    for value in values {
        *value = upper - exp(-*value);
    }
}

/// value = lower + (upper − lower)/(1 + exp(−value)), from the nearer end.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))]
pub fn between(values: &mut [f64], lower: f64, upper: f64) {
    let width = upper - lower;
    for value in values {
        let odds = exp(-value.abs());
        let part = width * (odds / (1.0 + odds));
        *value = if *value < 0.0 { lower + part } else { upper - part };
    }
}
