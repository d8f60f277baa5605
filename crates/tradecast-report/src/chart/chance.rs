//! Probabilities on an axis: their scale, dots with confidence intervals, and upper bounds where
//! no path hit.

use super::axis::{Axis, Scale, linear_top, round_above, round_below};
use super::canvas::{Align, Canvas, Point, Stroke};
use super::lettering::Lettering;
use super::{ChartError, frame};
use crate::words;
use plotters::style::RGBColor;
use std::ops::Range;
use tradecast_core::projection::Probability;
use tradecast_core::statistics::Estimate;

/// Probabilities below this share are small.
const SMALL: f64 = 0.05;

/// The ratio from which probabilities side by side take a log axis, whatever their size.
const FAR_APART: f64 = 20.0;

/// The ratio from which small ones do.
const APART: f64 = 5.0;

/// A log axis of probabilities spans at most this ratio: what is smaller stands at its foot.
const WIDEST: f64 = 1e6;

/// The distance between a dot or its whisker and its label, in pixels.
const GAP: f64 = 10.0;

/// Half the width of a whisker's ends, in pixels.
const CAP: f64 = 5.0;

/// The length of the arrow of an upper bound, in pixels.
const ARROW: f64 = 26.0;

/// The scale of probabilities over time: logarithmic where all are small.
pub fn scale_over_time(estimates: &[Estimate]) -> Scale {
    let highest = estimates.iter().map(|e| e.interval.upper.max(e.value)).fold(0.0, f64::max);
    if highest < SMALL { Scale::Log } else { Scale::Linear }
}

/// The scale of probabilities side by side: logarithmic where they are far apart, or most are
/// small and several times as large as others.
pub fn scale_side_by_side(estimates: &[Estimate]) -> Scale {
    let mut values: Vec<f64> = estimates.iter().map(shown).filter(|p| *p > 0.0).collect();
    values.sort_by(f64::total_cmp);
    let (Some(least), Some(most)) = (values.first(), values.last()) else {
        return Scale::Linear;
    };
    let spread = most / least;
    let most_small = values[values.len() / 2] < SMALL;
    if spread > FAR_APART || most_small && spread > APART { Scale::Log } else { Scale::Linear }
}

/// The axis of this scale that the estimates and their intervals need; a linear one from zero.
pub fn axis(estimates: &[Estimate], scale: Scale, pixels: (f64, f64)) -> Axis {
    let (mut lowest, mut highest) = (f64::INFINITY, 0.0_f64);
    for estimate in estimates {
        highest = highest.max(estimate.interval.upper).max(estimate.value);
        // An upper bound needs room for its arrow below it.
        let foot = if estimate.value > 0.0 {
            estimate.interval.lower.max(estimate.value / 10.0)
        } else {
            estimate.interval.upper / 3.0
        };
        if foot > 0.0 {
            lowest = lowest.min(foot);
        }
    }
    if scale == Scale::Linear || highest <= 0.0 || !lowest.is_finite() {
        let top = if highest > 0.6 { 1.0 } else { linear_top(highest).min(1.0) };
        return Axis::linear((0.0, top), pixels);
    }
    let lower = round_below(lowest / 1.2).max(highest / WIDEST);
    Axis::log((lower, round_above(highest * 1.25).min(1.0)), pixels)
}

/// The labels of ticks: percent, and where one of them is small and all have odds, these too.
pub fn tick_words(ticks: &[f64]) -> impl Fn(f64) -> String + use<> {
    let small = ticks.iter().any(|p| *p < 0.01);
    let odds = small && ticks.iter().all(|p| *p > 0.0 && *p <= 0.5);
    move |p| {
        if odds {
            format!("{} · {}", words::percent(p), words::fraction(p))
        } else {
            words::percent(p)
        }
    }
}

/// The value shown for an estimate: itself, or its upper bound where it is zero.
pub fn shown(estimate: &Estimate) -> f64 {
    if estimate.value > 0.0 { estimate.value } else { estimate.interval.upper }
}

/// Whether no path hit, so that only an upper bound is known.
pub fn is_bound(estimate: &Estimate) -> bool {
    estimate.value <= 0.0 && estimate.interval.upper > 0.0
}

/// How the bounds among the estimates are to be read; empty where there are none.
pub fn bounds_reading<'a>(mut estimates: impl Iterator<Item = &'a Estimate>) -> &'static str {
    if estimates.any(is_bound) {
        " A bar without a dot is an upper bound: no path reached the target."
    } else {
        ""
    }
}

/// The pixels along the axis that an estimate's drawing covers, the end towards zero first.
pub fn reach(axis: &Axis, estimate: &Estimate, radius: f64) -> (f64, f64) {
    let at = axis.at(shown(estimate));
    let towards_zero = (axis.start - axis.end).signum();
    if is_bound(estimate) {
        let arrow = if axis.scale == Scale::Log { ARROW } else { 0.0 };
        return (at + towards_zero * arrow, at);
    }
    let (lower, upper) = (axis.at(estimate.interval.lower), axis.at(estimate.interval.upper));
    if towards_zero < 0.0 {
        (lower.min(at - radius), upper.max(at + radius))
    } else {
        (lower.max(at + radius), upper.min(at - radius))
    }
}

/// Whether an estimate's whisker reaches beyond its dot.
pub fn whisker_shows(axis: &Axis, estimate: &Estimate, radius: f64) -> bool {
    let at = axis.at(shown(estimate));
    let ends = [axis.at(estimate.interval.lower), axis.at(estimate.interval.upper)];
    !is_bound(estimate) && ends.into_iter().any(|end| (end - at).abs() > radius + 1.5)
}

/// `0.42 %`, or `< 3 in 1,000,000` where no path hit.
pub fn words(probability: &Probability) -> String {
    let Estimate { value, interval, .. } = probability.estimate;
    let hits = libm::ceil(interval.upper * probability.paths as f64 - 1e-9);
    if value > 0.0 || interval.upper <= 0.0 {
        words::percent_of(&probability.estimate)
    } else if hits <= 10.0 {
        format!("< {hits} in {}", words::count(probability.paths))
    } else {
        words::percent_of(&probability.estimate)
    }
}

/// As [`words`], with the digits of the probability beside it where that has a value too.
pub fn words_beside(probability: &Probability, other: &Probability) -> String {
    if is_bound(&probability.estimate) {
        words(probability)
    } else {
        words::percent_beside(&probability.estimate, &other.estimate)
    }
}

/// A probability's [`words`] with its odds, `0.42 % · 1 in 240`, where they say more than these.
pub fn with_odds(text: &str, probability: &Probability) -> String {
    match probability.estimate.value {
        p if p > 0.0 && p < 0.95 => format!("{text} · {}", words::fraction(p)),
        _ => text.to_owned(),
    }
}

/// A dot with its confidence interval, upright at `x`; an upper bound as a ring with an arrow.
pub fn upright(
    canvas: &Canvas,
    axis: &Axis,
    x: f64,
    estimate: &Estimate,
    look: (f64, RGBColor),
) -> Result<(), ChartError> {
    draw(canvas, axis, estimate, look, &|along, across| (x + across, along))
}

/// As [`upright`], lying at `y`.
pub fn lying(
    canvas: &Canvas,
    axis: &Axis,
    y: f64,
    estimate: &Estimate,
    look: (f64, RGBColor),
) -> Result<(), ChartError> {
    draw(canvas, axis, estimate, look, &|along, across| (along, y + across))
}

/// The grid lines of a lying axis of probabilities, down these pixels, with their values below and a
/// heading above.
pub fn columns(canvas: &Canvas, axis: &Axis, down: &Range<f64>) -> Result<(), ChartError> {
    let ticks = axis.ticks(if axis.scale == Scale::Log { 4 } else { 5 });
    frame::columns(canvas, axis, &ticks, down, words::percent)?;
    let scale = if axis.scale == Scale::Log { " (log scale)" } else { "" };
    let at = (axis.start, down.start - 18.0);
    canvas.text(&format!("probability{scale}"), at, &Lettering::TICK, Align::Left)
}

/// As [`lying`], in the colour of the letters of its value beside it: on the right, or on the left
/// where it would leave its `room` or stand on the line at `line`.
pub fn labelled(
    canvas: &Canvas,
    axis: &Axis,
    (y, estimate): (f64, &Estimate),
    (radius, lettering): (f64, &Lettering),
    (room, line): (&Range<f64>, Option<f64>),
    backing: RGBColor,
) -> Result<(), ChartError> {
    lying(canvas, axis, y, estimate, (radius, lettering.color))?;
    let (start, end) = reach(axis, estimate, radius);
    let text = words::percent_of(estimate);
    let width = lettering.width(&text)?;
    let is_clear = |left: f64| line.is_none_or(|x| x < left - GAP / 2.0 || x > left + width);
    let fits_right = end + GAP + width <= room.end;
    let fits_left = start - GAP - width >= room.start && is_clear(start - GAP - width);
    let (x, align) = if fits_right && (is_clear(end + GAP) || !fits_left) {
        (end + GAP, Align::Left)
    } else {
        (start - GAP, Align::Right)
    };
    canvas.backed(&text, (x, y), lettering, align, backing)
}

/// `place` takes a pixel along the axis and one across it.
fn draw(
    canvas: &Canvas,
    axis: &Axis,
    estimate: &Estimate,
    (radius, color): (f64, RGBColor),
    place: &dyn Fn(f64, f64) -> Point,
) -> Result<(), ChartError> {
    let at = axis.at(shown(estimate));
    if is_bound(estimate) {
        if axis.scale == Scale::Log {
            let tip = at + ARROW * (axis.start - axis.end).signum();
            let back = tip - 9.0 * (axis.start - axis.end).signum();
            canvas.line(&[place(at, 0.0), place(back, 0.0)], Stroke(color, 2.0))?;
            canvas.area(&[place(tip, 0.0), place(back, -CAP), place(back, CAP)], (color, 1.0))?;
        }
        return canvas
            .line(&[place(at, -radius - 2.0), place(at, radius + 2.0)], Stroke(color, 3.0));
    }
    let ends = [axis.at(estimate.interval.lower), axis.at(estimate.interval.upper)];
    canvas.line(&[place(ends[0], 0.0), place(ends[1], 0.0)], Stroke(color, 1.75))?;
    for end in ends {
        canvas.line(&[place(end, -CAP), place(end, CAP)], Stroke(color, 1.75))?;
    }
    canvas.dot(place(at, 0.0), radius, color)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{probability, proportion};
    use super::*;

    #[test]
    fn the_axis_holds_every_interval() {
        let estimates = [proportion(40.0, 1e6), proportion(4200.0, 1e6)];
        assert_eq!(scale_over_time(&estimates), Scale::Log);
        let axis = axis(&estimates, Scale::Log, (0.0, 1.0));
        assert!(axis.lower <= estimates[0].interval.lower);
        assert!(axis.upper >= estimates[1].interval.upper);
    }

    #[test]
    fn large_probabilities_take_a_linear_axis_from_zero() {
        let estimates = [proportion(70.0, 100.0)];
        let axis = axis(&estimates, scale_over_time(&estimates), (0.0, 1.0));
        assert_eq!((axis.scale, axis.lower, axis.upper), (Scale::Linear, 0.0, 1.0));
    }

    #[test]
    fn one_large_probability_among_small_ones_takes_a_log_axis() {
        let scale = |hits: &[f64]| {
            let estimates: Vec<Estimate> = hits.iter().map(|&h| proportion(h, 1e4)).collect();
            scale_side_by_side(&estimates)
        };
        assert_eq!(scale(&[134.0, 71.0, 5230.0, 102.0]), Scale::Log);
        assert_eq!(scale(&[100.0, 120.0, 90.0]), Scale::Linear);
        assert_eq!(scale(&[100.0, 120.0, 700.0]), Scale::Log);
        assert_eq!(scale(&[5000.0, 2000.0, 8000.0]), Scale::Linear);
        assert_eq!(scale(&[]), Scale::Linear);
    }

    #[test]
    fn no_hit_is_a_bound_and_never_zero() {
        let none = probability(0.0, 1_000_000);
        assert_eq!(words(&none), "< 3 in 1,000,000");
        assert!(shown(&none.estimate) > 0.0);
        let axis = axis(&[none.estimate], Scale::Log, (0.0, 1.0));
        assert!(axis.lower < none.estimate.interval.upper && axis.scale == Scale::Log);
    }

    #[test]
    fn all_ticks_name_the_odds_or_none() {
        let words = |ticks: &[f64]| ticks.iter().map(|&p| tick_words(ticks)(p)).collect::<Vec<_>>();
        assert_eq!(words(&[0.002, 0.01]), ["0.2 % · 1 in 500", "1 % · 1 in 100"]);
        assert_eq!(words(&[0.0, 0.005, 0.01]), ["0 %", "0.5 %", "1 %"]);
        assert_eq!(words(&[0.0, 0.2]), ["0 %", "20 %"]);
        assert_eq!(words(&[0.001, 1.0]), ["0.1 %", "100 %"]);
    }

    #[test]
    fn a_whisker_within_its_dot_does_not_show() {
        let axis = Axis::linear((0.0, 1.0), (800.0, 0.0));
        assert!(!whisker_shows(&axis, &proportion(5e5, 1e6), 6.5));
        assert!(whisker_shows(&axis, &proportion(50.0, 100.0), 6.5));
        assert!(!whisker_shows(&axis, &proportion(0.0, 10.0), 6.5));
    }
}
