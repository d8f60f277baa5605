//! Numerical integration for the closed forms.

use std::f64::consts::PI;

/// Nodes and weights on [from, to]: `panels` equal panels of Gauss–Legendre with 32 nodes each.
pub fn nodes(from: f64, to: f64, panels: usize) -> Vec<(f64, f64)> {
    let rule = gauss_legendre(32);
    let width = (to - from) / panels as f64;
    let mut nodes = Vec::new();
    for panel in 0..panels {
        let middle = from + (panel as f64 + 0.5) * width;
        nodes.extend(
            rule.iter().map(|(x, weight)| (middle + 0.5 * width * x, 0.5 * width * weight)),
        );
    }
    nodes
}

/// The integral of a smooth function over [from, to].
pub fn integral(from: f64, to: f64, panels: usize, function: impl Fn(f64) -> f64) -> f64 {
    nodes(from, to, panels).iter().map(|(x, weight)| weight * function(*x)).sum()
}

/// Nodes and weights on the whole line for functions with power tails: x = sinh(u), trapezoidal
/// in u, which converges exponentially for analytic functions.
///
/// # Source
/// Trefethen & Weideman (2014), "The exponentially convergent trapezoidal rule", SIAM Review 56,
/// section 5.
pub fn line_nodes(reach: f64, count: usize) -> Vec<(f64, f64)> {
    let step = 2.0 * reach / count as f64;
    let at = |k: usize| -reach + (k as f64 + 0.5) * step;
    (0..count).map(|k| (at(k).sinh(), step * at(k).cosh())).collect()
}

/// Gauss–Legendre nodes and weights on [−1, 1]: Newton's method on the Legendre polynomial.
///
/// # Source
/// Abramowitz & Stegun (1964), 25.4.29; weights 2 / ((1 − x²) P′(x)²).
fn gauss_legendre(count: usize) -> Vec<(f64, f64)> {
    let n = count as f64;
    let node = |k: usize| {
        let mut x = (PI * (k as f64 + 0.75) / (n + 0.5)).cos();
        let mut slope = 0.0;
        for _ in 0..50 {
            let (mut before, mut value) = (1.0, x);
            for degree in 2..=count {
                let d = degree as f64;
                (before, value) = (value, ((2.0 * d - 1.0) * x * value - (d - 1.0) * before) / d);
            }
            slope = n * (x * value - before) / (x * x - 1.0);
            x -= value / slope;
        }
        (x, 2.0 / ((1.0 - x * x) * slope * slope))
    };
    (0..count).map(node).collect()
}
