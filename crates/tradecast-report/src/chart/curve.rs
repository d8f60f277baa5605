//! Smooth curves through points, without overshoot.

use super::canvas::Point;

/// Pieces between two neighbours.
const PIECES: usize = 16;

/// The monotone cubic interpolant through points of ascending x: between two points it never
/// leaves the range of their y.
///
/// # Source
/// Fritsch and Butland (1984), A method for constructing local monotone piecewise cubic
/// interpolants, SIAM J. Sci. Stat. Comput. 5: slopes as weighted harmonic means of the secants.
pub fn smooth(points: &[Point]) -> Vec<Point> {
    if points.is_empty() {
        return Vec::new();
    }
    let slopes = slopes(points);
    let mut curve = vec![points[0]];
    for (i, pair) in points.windows(2).enumerate() {
        let (a, b) = (pair[0], pair[1]);
        let width = b.0 - a.0;
        for piece in 1..=PIECES {
            let t = piece as f64 / PIECES as f64;
            let y = hermite(t, a.1, width * slopes[i], b.1, width * slopes[i + 1]);
            curve.push((a.0 + t * width, y));
        }
    }
    curve
}

fn slopes(points: &[Point]) -> Vec<f64> {
    let secant = |i: usize| (points[i + 1].1 - points[i].1) / (points[i + 1].0 - points[i].0);
    let last = points.len() - 1;
    if last < 2 {
        return vec![if last == 1 { secant(0) } else { 0.0 }; points.len()];
    }
    let inner = |i: usize| {
        let (left, right) = (secant(i - 1), secant(i));
        if left * right <= 0.0 {
            return 0.0;
        }
        let before = points[i].0 - points[i - 1].0;
        let after = points[i + 1].0 - points[i].0;
        let (w1, w2) = (2.0 * after + before, after + 2.0 * before);
        (w1 + w2) / (w1 / left + w2 / right)
    };
    (0..=last)
        .map(|i| match i {
            0 => edge(secant(0), inner(1)),
            i if i == last => edge(secant(last - 1), inner(last - 1)),
            i => inner(i),
        })
        .collect()
}

/// The slope at an end whose next slope is `inner`: the parabola's, kept monotone.
fn edge(secant: f64, inner: f64) -> f64 {
    let slope = 1.5 * secant - 0.5 * inner;
    if slope * secant <= 0.0 { 0.0 } else { slope.abs().min(3.0 * secant.abs()) * secant.signum() }
}

fn hermite(t: f64, a: f64, slope_a: f64, b: f64, slope_b: f64) -> f64 {
    let (t2, t3) = (t * t, t * t * t);
    (2.0 * t3 - 3.0 * t2 + 1.0) * a
        + (t3 - 2.0 * t2 + t) * slope_a
        + (3.0 * t2 - 2.0 * t3) * b
        + (t3 - t2) * slope_b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_passes_through_its_points() {
        let points = [(0.0, 1.0), (1.0, 4.0), (3.0, 4.5), (4.0, 2.0)];
        let curve = smooth(&points);
        for point in points {
            let near = |p: &Point| (p.0 - point.0).abs() < 1e-9 && (p.1 - point.1).abs() < 1e-9;
            assert!(curve.iter().any(near), "{point:?}");
        }
    }

    #[test]
    fn rising_points_give_a_rising_curve() {
        let points = [(0.0, 0.0), (1.0, 0.1), (2.0, 5.0), (3.0, 5.0), (4.0, 5.1)];
        assert!(smooth(&points).windows(2).all(|pair| pair[1].1 >= pair[0].1 - 1e-12));
    }

    #[test]
    fn two_points_are_a_straight_line() {
        let line = smooth(&[(0.0, 1.0), (1.0, 2.0)]);
        assert!(line.iter().all(|(x, y)| (y - x - 1.0).abs() < 1e-12), "{line:?}");
        assert_eq!(smooth(&[(3.0, 1.0)]), [(3.0, 1.0)]);
        assert!(smooth(&[]).is_empty());
    }
}
