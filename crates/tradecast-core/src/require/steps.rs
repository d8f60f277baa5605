//! Where to look next for a root, from what is known on all paths.

use super::curve::Curve;

/// Points between two neighbours of the scan, where they enclose an answer or the peak.
const WITHIN: usize = 7;
/// P is the wanted one when it differs by fewer standard errors.
const CLOSE: f64 = 0.1;
/// The interval needs points at which P differs by at least so many standard errors …
const FLANK: f64 = 2.2;
/// … and at most so many.
const FAR: f64 = 9.0;

/// What is known, and the range that may be looked at.
pub struct Steps<'a> {
    /// Values and hits.
    pub curve: &'a Curve,
    /// The range, in the knob's own unit.
    pub range: (f64, f64),
}

impl Steps<'_> {
    /// The values to look at next for a wanted share; none when enough is known.
    pub fn next(&self, wanted: f64, bracket: (f64, f64)) -> Vec<f64> {
        let curve = self.curve;
        let inside = |value: f64| value >= bracket.0 && value <= bracket.1;
        let known = curve.points.iter().filter(|point| inside(point.0)).count();
        if known < 3 {
            return vec![bracket.0, 0.5 * (bracket.0 + bracket.1), bracket.1];
        }
        let Some(first) = self.crossing_near(wanted, bracket) else {
            return self.wider(bracket, wanted);
        };
        let (a, b) = (curve.points[first].0, curve.points[first + 1].0);
        let error = standard_error(wanted, curve.paths);
        let nearer = self.nearer(first, wanted);
        let off = (curve.share(nearer) - wanted).abs() / error;
        let width = (b - a) / (self.range.1 - self.range.0);
        if off > CLOSE
            && width > 1e-12
            && curve.points[first].1.abs_diff(curve.points[first + 1].1) > 1
        {
            return self.towards(first, wanted);
        }
        self.flanks(nearer, wanted)
    }

    /// The root that interpolation finds, and points a little to its sides: from far away the middle
    /// of the bracket too, so that it halves.
    fn towards(&self, first: usize, wanted: f64) -> Vec<f64> {
        let curve = self.curve;
        let (a, b) = (curve.points[first].0, curve.points[first + 1].0);
        let root = curve.between(first, wanted);
        let slope = (curve.share(first + 1) - curve.share(first)).abs() / (b - a);
        let step = 3.0 * standard_error(wanted, curve.paths) / slope;
        let mut values = vec![root];
        if step.is_finite() && step < 0.25 * (b - a) {
            values.extend([root - step, root + step]);
        } else {
            values.push(0.5 * (a + b));
        }
        values.into_iter().filter(|value| *value > a && *value < b).collect()
    }

    /// Points at which P differs enough to see the interval, where none is known.
    fn flanks(&self, center: usize, wanted: f64) -> Vec<f64> {
        let curve = self.curve;
        let error = standard_error(wanted, curve.paths);
        let off = |index: usize| (curve.share(index) - wanted).abs() / error;
        let (low, high) = self.range;
        let mut values = Vec::new();
        for side in [-1.0, 1.0] {
            let at = curve.points[center].0;
            let mut beyond: Vec<usize> = if side < 0.0 {
                (0..center).rev().collect()
            } else {
                (center + 1..curve.points.len()).collect()
            };
            beyond.truncate(12);
            let flank = beyond.iter().copied().find(|index| off(*index) >= FLANK);
            let is_at_end =
                beyond.iter().any(|index| [low, high].contains(&curve.points[*index].0))
                    || at == if side < 0.0 { low } else { high };
            match flank {
                Some(index) if off(index) > FAR => {
                    // Linear in P: the flank was too far.
                    let share = 0.5 * (FLANK + FAR) / off(index);
                    values.push(at + (curve.points[index].0 - at) * share);
                }
                None if !is_at_end => {
                    let farthest = beyond.last().map_or(at, |index| curve.points[*index].0);
                    let least = 1e-6 * (high - low);
                    let reach = (2.0 * (farthest - at).abs()).max(least);
                    values.push((at + side * reach).clamp(low, high));
                }
                _ => {}
            }
        }
        let is_known = |value: f64| curve.points.iter().any(|point| point.0 == value);
        values.retain(|value| !is_known(*value));
        values
    }

    /// The bracket of an answer among all known points, nearest to where the scan saw it.
    pub fn crossing_near(&self, wanted: f64, (a, b): (f64, f64)) -> Option<usize> {
        let middle = 0.5 * (a + b);
        let distance = |first: &usize| (self.curve.points[*first].0 - middle).abs();
        let reach = 4.0 * (b - a);
        self.curve
            .crossings(wanted)
            .into_iter()
            .filter(|first| distance(first) <= reach)
            .min_by(|x, y| distance(x).total_cmp(&distance(y)))
    }

    /// Values farther out, where the scan's bracket holds no answer on all paths; none when that was
    /// tried.
    fn wider(&self, (a, b): (f64, f64), wanted: f64) -> Vec<f64> {
        let (low, high) = self.range;
        let width = b - a;
        let tried = |value: &f64| self.curve.points.iter().any(|point| point.0 == *value);
        let inner = within(a, b).into_iter();
        let outer = [a - width, b + width, a - 3.0 * width, b + 3.0 * width].into_iter();
        let values: Vec<f64> = outer.chain(inner).map(|value| value.clamp(low, high)).collect();
        let is_rest = self.crossing_near(wanted, (a, b)).is_none();
        values.into_iter().filter(|value| is_rest && !tried(value)).collect()
    }

    /// Of two neighbours, the one whose share is nearer to the wanted one.
    pub fn nearer(&self, first: usize, wanted: f64) -> usize {
        let off = |index: usize| (self.curve.share(index) - wanted).abs();
        if off(first) <= off(first + 1) { first } else { first + 1 }
    }
}

/// The standard error of a simulated share.
pub fn standard_error(probability: f64, paths: u64) -> f64 {
    (probability * (1.0 - probability) / paths as f64).sqrt()
}

/// Values between two others, by equal steps.
pub fn within(a: f64, b: f64) -> Vec<f64> {
    let steps = (WITHIN + 1) as f64;
    (1..=WITHIN).map(|index| a + (b - a) * (index as f64 / steps)).collect()
}
