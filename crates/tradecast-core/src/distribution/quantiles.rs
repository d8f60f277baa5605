//! The smooth distribution through two or three quantiles: a three-term metalog in the normal
//! space, on a scale that keeps to the limits.
//!
//! T(X) = a1 + a2 z + a3 (Φ(z) − ½) z, with T the identity, log(X − lower), −log(upper − X) or the
//! logit between two limits. It increases strictly when a2 > |a3| max h, with
//! h(z) = z φ(z) + Φ(z) − ½, whose largest value lies at z = √2.
//!
//! Source: Keelin (2016), "The Metalog Distributions", Decision Analysis 13(4), with z in place of
//! the logit.

use super::{DistributionError, kernels};
use crate::numeric::interpolation::cdf_slice;
use crate::numeric::normal;
use nalgebra::{Matrix3, Vector3};

/// Values transformed at a time.
const CHUNK: usize = 64;

/// Limits that no value reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// The lower limit.
    pub lower: Option<f64>,
    /// The upper limit.
    pub upper: Option<f64>,
}

/// A distribution given by two or three of its quantiles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantiles {
    coefficients: [f64; 3],
    limits: Limits,
}

impl Quantiles {
    /// The distribution with the given `(probability, value)` pairs, in ascending order.
    ///
    /// # Errors
    /// Other than two or three pairs; values out of order, outside the limits, or such that no
    /// increasing quantile function of this form passes through them: the message names the
    /// feasible range of the middle one.
    pub fn new(pairs: &[(f64, f64)], limits: Limits) -> Result<Self, DistributionError> {
        if !(2..=3).contains(&pairs.len()) {
            return Err(wrong(
                format!("the number of quantiles is {}", pairs.len()),
                "give two or three of p1 … p99, as { p10 = …, p50 = …, p90 = … }",
            ));
        }
        for pair in pairs.windows(2) {
            if pair[0].1 >= pair[1].1 {
                let name = |p: f64| (p * 100.0).round();
                return Err(wrong(
                    format!("p{} is not below p{}", name(pair[0].0), name(pair[1].0)),
                    "quantiles must increase",
                ));
            }
        }
        let (first, last) = (pairs[0].1, pairs[pairs.len() - 1].1);
        if limits.lower.is_some_and(|lower| first <= lower)
            || limits.upper.is_some_and(|upper| last >= upper)
        {
            return Err(wrong(
                "a quantile lies on or outside the limits".to_owned(),
                "values must lie strictly between `min` (or the key's lower limit) and `max`",
            ));
        }
        let fitted = Self { coefficients: coefficients(pairs, limits), limits };
        if fitted.is_increasing() { Ok(fitted) } else { Err(infeasible(pairs, limits)) }
    }

    /// Replaces each standard normal by the value there.
    pub fn transform(&self, normals: &mut [f64]) {
        let mut room = [0.0; CHUNK];
        for part in normals.chunks_mut(CHUNK) {
            let shares = &mut room[..part.len()];
            if self.coefficients[2] != 0.0 {
                shares.copy_from_slice(part);
                cdf_slice(shares);
            }
            kernels::metalog(part, shares, self.coefficients);
            self.limits.leave_scale(part);
        }
    }

    /// The limits.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    fn is_increasing(&self) -> bool {
        self.coefficients[1] > self.coefficients[2].abs() * largest_bend()
    }
}

impl Limits {
    /// T: the value on the scale without limits.
    fn on_scale(self, x: f64) -> f64 {
        match (self.lower, self.upper) {
            (None, None) => x,
            (Some(lower), None) => libm::log(x - lower),
            (None, Some(upper)) => -libm::log(upper - x),
            (Some(lower), Some(upper)) => libm::log((x - lower) / (upper - x)),
        }
    }

    /// The inverse of T.
    fn leave_scale(self, values: &mut [f64]) {
        match (self.lower, self.upper) {
            (None, None) => {}
            (Some(lower), None) => kernels::above(values, lower),
            (None, Some(upper)) => kernels::below(values, upper),
            (Some(lower), Some(upper)) => kernels::between(values, lower, upper),
        }
    }

    /// The inverse of T at one value.
    fn off_scale(self, t: f64) -> f64 {
        let mut one = [t];
        self.leave_scale(&mut one);
        one[0]
    }
}

/// The largest value of h(z) = z φ(z) + Φ(z) − ½, at z = √2.
fn largest_bend() -> f64 {
    let z = std::f64::consts::SQRT_2;
    z * normal::density(z) + normal::cdf(z) - 0.5
}

/// a1, a2, a3 of the curve through the pairs; a3 = 0 for two pairs.
fn coefficients(pairs: &[(f64, f64)], limits: Limits) -> [f64; 3] {
    let z: Vec<f64> = pairs.iter().map(|pair| normal::quantile(pair.0)).collect();
    let t: Vec<f64> = pairs.iter().map(|pair| limits.on_scale(pair.1)).collect();
    if pairs.len() == 2 {
        let slope = (t[1] - t[0]) / (z[1] - z[0]);
        return [t[0] - slope * z[0], slope, 0.0];
    }
    let bend = |k: usize| (pairs[k].0 - 0.5) * z[k];
    let rows = Matrix3::new(
        1.0,
        z[0],
        bend(0),
        1.0,
        z[1],
        bend(1),
        1.0,
        z[2],
        bend(2), //
    );
    // Three different quantiles make the rows independent: z, 1 and (Φ − ½) z are.
    let solved = rows.lu().solve(&Vector3::new(t[0], t[1], t[2]));
    solved.map_or([f64::NAN; 3], |a| [a[0], a[1], a[2]])
}

/// The feasible range of the middle quantile: the conditions a2 ± a3 max h > 0 are linear in it.
fn infeasible(pairs: &[(f64, f64)], limits: Limits) -> DistributionError {
    let (low, high) = (limits.on_scale(pairs[0].1), limits.on_scale(pairs[2].1));
    let slack = |share: f64, sign: f64| {
        let middle = low + share * (high - low);
        let trial = [pairs[0], (pairs[1].0, limits.off_scale(middle)), pairs[2]];
        let [_, a2, a3] = coefficients(&trial, limits);
        a2 + sign * a3 * largest_bend()
    };
    let root = |sign: f64| {
        let (at_third, at_two_thirds) = (slack(1.0 / 3.0, sign), slack(2.0 / 3.0, sign));
        1.0 / 3.0 - at_third / (3.0 * (at_two_thirds - at_third))
    };
    let ends = [root(1.0), root(-1.0)].map(|share| limits.off_scale(low + share * (high - low)));
    let middle = (pairs[1].0 * 100.0).round();
    let mut error = wrong(
        format!("no smooth distribution has these quantiles: p{middle} is too near to one end"),
        &format!("with the outer two as they are, the feasible range of p{middle} is"),
    );
    error.feasible = Some([ends[0].min(ends[1]), ends[0].max(ends[1])]);
    error
}

fn wrong(message: String, help: &str) -> DistributionError {
    DistributionError::new("quantiles", message, help)
}
