//! What is known of the number of hits as a function of a key's value.

use crate::numeric::normal;

/// Values with their hits, all on the same paths, by ascending value.
#[derive(Clone, Debug)]
pub struct Curve {
    /// Values and hits.
    pub points: Vec<(f64, u64)>,
    /// The paths.
    pub paths: u64,
}

impl Curve {
    /// Nothing known yet of so many paths.
    pub fn new(paths: u64) -> Self {
        Self { points: Vec::new(), paths }
    }

    /// Adds what was simulated.
    pub fn add(&mut self, values: &[f64], hits: &[u64]) {
        self.points.extend(values.iter().copied().zip(hits.iter().copied()));
        self.points.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.points.dedup_by(|a, b| a.0 == b.0);
    }

    /// The share of hits.
    pub fn share(&self, index: usize) -> f64 {
        self.points[index].1 as f64 / self.paths as f64
    }

    /// The pairs of neighbours between which the share passes `wanted`, by the index of the first.
    pub fn crossings(&self, wanted: f64) -> Vec<usize> {
        let is_above = |index: usize| self.share(index) >= wanted;
        (1..self.points.len()).filter(|i| is_above(*i) != is_above(i - 1)).map(|i| i - 1).collect()
    }

    /// Where between two neighbours the share is `wanted`: linear in Φ⁻¹ of it, where a shift of a
    /// normal total is a straight line.
    pub fn between(&self, first: usize, wanted: f64) -> f64 {
        let (a, b) = (self.points[first].0, self.points[first + 1].0);
        let (at_a, at_b) = (self.normal(first), self.normal(first + 1));
        let share = (normal::quantile(wanted) - at_a) / (at_b - at_a);
        if share.is_finite() { a + (b - a) * share.clamp(0.0, 1.0) } else { 0.5 * (a + b) }
    }

    /// Φ⁻¹ of the share, with half a hit to spare, so that it is finite.
    fn normal(&self, index: usize) -> f64 {
        normal::quantile((self.points[index].1 as f64 + 0.5) / (self.paths as f64 + 1.0))
    }

    /// From a point outwards, to the left or to the right, the first value with this share; none
    /// where no known point lies on its other side.
    pub fn outwards(&self, from: usize, wanted: f64, to_right: bool) -> Option<f64> {
        let is_above = self.share(from) >= wanted;
        let passes = |index: &usize| (self.share(*index) >= wanted) != is_above;
        if to_right {
            let next = (from + 1..self.points.len()).find(passes)?;
            Some(self.between(next - 1, wanted))
        } else {
            let next = (0..from).rev().find(passes)?;
            Some(self.between(next, wanted))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::normal;

    /// P = Φ(x): interpolation in Φ⁻¹ is exact but for the rounding of hits.
    #[test]
    fn a_normal_curve_is_straight() {
        let paths = 1_000_000_000;
        let hits = |x: f64| (normal::cdf(x) * paths as f64).round() as u64;
        let mut curve = Curve::new(paths);
        curve.add(&[1.0, -1.0], &[hits(1.0), hits(-1.0)]);
        assert_eq!(curve.crossings(0.7), [0]);
        let wanted = normal::quantile(0.7);
        // One hit in 10⁹ moves Φ⁻¹ at ±1 by 1/(0.24 · 10⁹).
        assert!((curve.between(0, 0.7) - wanted).abs() < 1e-8);
        assert!((curve.outwards(0, 0.7, true).expect("found") - wanted).abs() < 1e-8);
        assert_eq!(curve.outwards(0, 0.7, false), None);
        assert!(curve.crossings(0.9).is_empty());
    }
}
