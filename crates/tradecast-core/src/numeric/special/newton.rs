//! Newton's method on the logarithm of a log-concave tail.

use crate::numeric::elementary::exp;

/// A tail at a point y: its logarithm and that of the density with respect to y.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tail {
    pub ln_tail: f64,
    pub ln_density: f64,
}

/// The y at which an increasing log-concave distribution function has logarithm `ln_target`.
///
/// ln F is concave, so after one step every iterate lies left of the root and moves right: no
/// bracket is needed, only a limit of the first step. Ends when the step is so small that its
/// square is beyond rounding; NaN ends at once.
pub(super) fn root(start: f64, ln_target: f64, tail: impl Fn(f64) -> Tail) -> f64 {
    const MOST_STEPS: usize = 200;
    let mut y = start;
    for _ in 0..MOST_STEPS {
        let at = tail(y);
        let slope = exp(at.ln_density - at.ln_tail);
        let step = (ln_target - at.ln_tail) / slope;
        // Right of the root the tangent is nearly flat; a step to the left may then be as long as
        // the linear part of ln F allows.
        let bounded = if step < -1e5 { -1e5 } else { step };
        y += bounded;
        if y.is_nan() || bounded.abs() <= 1e-10 + 1e-13 * y.abs() {
            break;
        }
    }
    y
}
