//! The root of P(value) = wanted: a scan of the range on few paths, then points around the root on
//! all, until the simulated P is the wanted one to a tenth of its standard error.

use super::curve::Curve;
use super::steps::{Steps, standard_error, within};
use super::{Answer, Found, FoundAll, Question};
use crate::scenario::Scenario;
use crate::statistics::{Estimate, LEVEL, proportion};
use crate::vary::{Look, Point, VaryError, simulate};

/// Points of the scan.
const SCAN: usize = 25;
/// Its paths.
const SCAN_PATHS: u64 = 1 << 16;
/// Rounds on all paths: each halves the bracket at least.
const ROUNDS: usize = 40;

/// Finds the values; none where the watch ended it.
///
/// # Errors
/// A value of the range at which the scenario is not valid.
pub fn find(
    scenario: &Scenario,
    question: &Question,
    look: Look<'_>,
) -> Result<Option<FoundAll>, VaryError> {
    let mut search = Search { scenario, question, look, curve: Curve::new(look.paths) };
    let Some(scan) = search.scan()? else { return Ok(None) };
    let brackets: Vec<Option<(f64, f64)>> =
        question.wanted.iter().map(|wanted| search.bracket(&scan, *wanted)).collect();
    for _ in 0..ROUNDS {
        let asked: Vec<f64> = question
            .wanted
            .iter()
            .zip(&brackets)
            .filter_map(|(wanted, bracket)| Some(search.steps().next(*wanted, (*bracket)?)))
            .flatten()
            .collect();
        if asked.is_empty() {
            break;
        }
        if !search.evaluate(&asked)? {
            return Ok(None);
        }
    }
    let mut answers = Vec::new();
    for (wanted, bracket) in question.wanted.iter().zip(brackets) {
        let found = match bracket {
            Some(bracket) => search.reached(*wanted, bracket, &scan),
            None => None,
        };
        let found = match found {
            Some(found) => found,
            None => match search.out_of_reach(*wanted, &scan)? {
                Some(found) => found,
                None => return Ok(None),
            },
        };
        answers.push(Answer { wanted: *wanted, found });
    }
    let curve = (0..scan.points.len()).map(|i| (scan.points[i].0, scan.share(i))).collect();
    Ok(Some((answers, curve)))
}

struct Search<'a> {
    scenario: &'a Scenario,
    question: &'a Question,
    look: Look<'a>,
    /// What is known on all paths.
    curve: Curve,
}

impl Search<'_> {
    fn simulate(&self, values: &[f64], paths: u64) -> Result<Option<Vec<Point>>, VaryError> {
        let scenario = self.scenario;
        let knob = &self.question.knob;
        let variants: Vec<Scenario> =
            values.iter().map(|value| knob.apply(scenario, *value)).collect::<Result<_, _>>()?;
        Ok(simulate(&variants, Look { paths, ..self.look }))
    }

    /// Simulates values on all paths; whether it was not interrupted.
    fn evaluate(&mut self, values: &[f64]) -> Result<bool, VaryError> {
        let known = |value: &f64| self.curve.points.iter().any(|point| point.0 == *value);
        let mut new: Vec<f64> = values.iter().copied().filter(|value| !known(value)).collect();
        new.sort_by(f64::total_cmp);
        new.dedup();
        let Some(points) = self.simulate(&new, self.look.paths)? else { return Ok(false) };
        let hits: Vec<u64> = points.iter().map(|point| point.hits).collect();
        self.curve.add(&new, &hits);
        Ok(true)
    }

    /// P over the range on few paths, finer where answers lie.
    fn scan(&self) -> Result<Option<Curve>, VaryError> {
        let paths = self.look.paths.min(SCAN_PATHS);
        let mut curve = Curve::new(paths);
        let values = spread(self.question.range.0, self.question.range.1);
        let Some(points) = self.simulate(&values, paths)? else { return Ok(None) };
        let hits: Vec<u64> = points.iter().map(|point| point.hits).collect();
        curve.add(&values, &hits);
        let mut intervals: Vec<usize> = Vec::new();
        for wanted in &self.question.wanted {
            match self.nearest_crossing(&curve, *wanted) {
                Some(crossing) => intervals.push(crossing),
                None => {
                    let nearest = nearest_point(&curve, *wanted);
                    intervals.extend([nearest.saturating_sub(1), nearest.min(SCAN - 2)]);
                }
            }
        }
        intervals.sort_unstable();
        intervals.dedup();
        let finer: Vec<f64> = intervals
            .iter()
            .flat_map(|first| within(curve.points[*first].0, curve.points[first + 1].0))
            .collect();
        let Some(points) = self.simulate(&finer, paths)? else { return Ok(None) };
        let hits: Vec<u64> = points.iter().map(|point| point.hits).collect();
        curve.add(&finer, &hits);
        Ok(Some(curve))
    }

    /// Of the crossings of a wanted share, the one nearest to the scenario's own value.
    fn nearest_crossing(&self, curve: &Curve, wanted: f64) -> Option<usize> {
        let now = self.question.knob.current(self.scenario);
        let distance = |first: &usize| {
            let (a, b) = (curve.points[*first].0, curve.points[first + 1].0);
            if (a..=b).contains(&now) { 0.0 } else { (a - now).abs().min((b - now).abs()) }
        };
        let crossings = curve.crossings(wanted).into_iter();
        crossings.min_by(|a, b| distance(a).total_cmp(&distance(b)))
    }

    /// The values of the scan that enclose the answer; where it comes near without passing, those
    /// around its nearest point.
    fn bracket(&self, scan: &Curve, wanted: f64) -> Option<(f64, f64)> {
        if let Some(first) = self.nearest_crossing(scan, wanted) {
            return Some((scan.points[first].0, scan.points[first + 1].0));
        }
        let nearest = nearest_point(scan, wanted);
        let error = standard_error(wanted, scan.paths);
        if (scan.share(nearest) - wanted).abs() > 5.0 * error {
            return None;
        }
        let last = scan.points.len() - 1;
        let ends = [nearest.saturating_sub(1), (nearest + 1).min(last)];
        Some((scan.points[ends[0]].0, scan.points[ends[1]].0))
    }

    fn steps(&self) -> Steps<'_> {
        Steps { curve: &self.curve, range: self.question.range }
    }

    fn reached(&self, wanted: f64, bracket: (f64, f64), scan: &Curve) -> Option<Found> {
        let first = self.steps().crossing_near(wanted, bracket)?;
        let center = self.steps().nearer(first, wanted);
        let curve = &self.curve;
        let (value, hits) = curve.points[center];
        let attained = proportion(hits, curve.paths, LEVEL);
        let ends = [attained.interval.lower, attained.interval.upper];
        let side = |to_right| {
            ends.iter()
                .filter_map(|end| curve.outwards(center, *end, to_right))
                .min_by(|x, y| (x - value).abs().total_cmp(&(y - value).abs()))
        };
        let others = scan.crossings(wanted).len().saturating_sub(1);
        Some(Found::Reached { value, lower: side(false), upper: side(true), attained, others })
    }

    /// Where P comes nearest, on all paths; none where the watch ended it.
    fn out_of_reach(&mut self, wanted: f64, scan: &Curve) -> Result<Option<Found>, VaryError> {
        let nearest = nearest_point(scan, wanted);
        let value = scan.points[nearest].0;
        if !self.evaluate(&[value])? {
            return Ok(None);
        }
        let hits = self.curve.points.iter().find(|point| point.0 == value).map_or(0, |p| p.1);
        let nearest: Estimate = proportion(hits, self.curve.paths, LEVEL);
        let same = |point: &(f64, u64)| point.1 == scan.points[0].1;
        let is_flat = scan.points.iter().all(same);
        let is_above = nearest.value < wanted;
        Ok(Some(Found::OutOfReach { value, nearest, is_above, is_flat }))
    }
}

/// The known point whose share is nearest to the wanted one.
fn nearest_point(curve: &Curve, wanted: f64) -> usize {
    let off = |index: &usize| (curve.share(*index) - wanted).abs();
    (0..curve.points.len()).min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(0)
}

/// The values of the scan: by equal ratios where the range spans a hundredfold, else by equal steps.
fn spread(low: f64, high: f64) -> Vec<f64> {
    let steps = (SCAN - 1) as f64;
    let at = |index: usize| {
        let share = index as f64 / steps;
        match index {
            0 => low,
            index if index + 1 == SCAN => high,
            _ if low > 0.0 && high / low >= 99.0 => low * libm::exp(share * libm::log(high / low)),
            _ => low + (high - low) * share,
        }
    };
    (0..SCAN).map(at).collect()
}
