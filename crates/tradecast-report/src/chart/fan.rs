//! The fan: how the total may develop from the baseline to the target's period.

use super::axis::{Axis, Scale, linear_top};
use super::canvas::{self, Align, Canvas, Point, Stroke};
use super::lettering::Lettering;
use super::palette::{ACCENT, BLUE, GREY, PAPER, RULE};
use super::sheet::{Room, Sheet, Subject};
use super::{ChartError, Figure, curve, frame, labels};
use crate::words;
use crate::words::language::Language;
use crate::words::language::fill;
use std::ops::Range;
use tradecast_core::calendar::Period;
use tradecast_core::projection::FanPoint;

/// Positions of q05, q25, q50, q75, q95 in [`tradecast_core::projection::FAN_QUANTILES`].
const Q05: usize = 1;
const Q25: usize = 3;
const Q50: usize = 4;
const Q75: usize = 5;
const Q95: usize = 7;

/// Room for the labels at the line ends.
const LABELS: f64 = 190.0;

/// The distance between labels at the line ends.
const GAP: f64 = 30.0;

/// Simulated periods up to which the lines between them are mostly drawn, not simulated.
const FEW: usize = 4;

/// Periods up to which each median has a dot.
const DOTS: usize = 16;

/// The fan of a target's total.
pub fn figure(subject: &Subject, name: String) -> Result<Figure, ChartError> {
    let sheet = sheet(subject);
    canvas::figure(name, &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        paint(subject, Room::below(top + 14.0), canvas)
    })
}

/// The fan without words around it, on a sheet of this size.
pub fn bare(
    subject: &Subject,
    size: (u32, u32),
    words: (&str, &str),
) -> Result<String, ChartError> {
    canvas::drawing(size, words, |canvas| paint(subject, Room::whole(size), canvas))
}

/// Whether amounts are on a log scale.
pub fn is_log(subject: &Subject) -> bool {
    amounts(subject).0 == Scale::Log
}

fn paint(subject: &Subject, room: Room, canvas: &Canvas) -> Result<(), ChartError> {
    let plot = Plot::new(subject, room)?;
    plot.grid(canvas)?;
    plot.bands(canvas)?;
    plot.target(canvas)?;
    plot.medians(canvas)?;
    plot.end_labels(canvas)
}

fn sheet(subject: &Subject) -> Sheet {
    let scale = if is_log(subject) { " (log scale)" } else { "" };
    Sheet {
        title: words::answer(Language::english(), subject.projection, subject.target),
        subtitle: subject.subtitle(),
        reading: format!(
            "{} in {}{scale}. Line: median of the simulated paths; shaded: the middle 50 % and 90 % (prediction intervals).{}",
            words::capitalised(&subject.target.total_label),
            subject.unit(),
            smooth_words(subject.points.len()),
        ),
        footer: subject.footer(),
    }
}

/// Says that nothing is simulated between the dots, where these are few: the baseline and at most
/// [`FEW`] periods.
fn smooth_words(points: usize) -> &'static str {
    match points {
        points if (2..=FEW + 1).contains(&points) => {
            " Dots: simulated periods; lines between them are drawn smooth."
        }
        _ => "",
    }
}

/// The scale and range of amounts that the fan and its target need.
fn amounts(subject: &Subject) -> (Scale, (f64, f64)) {
    let at_least = subject.target.at_least;
    let shown = |p: &FanPoint| [p.quantiles[Q05], p.quantiles[Q95]];
    let values = subject.points.iter().flat_map(shown).chain([at_least]);
    let (lower, upper) = frame::positive_range(values).unwrap_or((1.0, 1.0));
    let q95 = subject.points.iter().map(|p| p.quantiles[Q95]).fold(0.0, f64::max);
    match frame::amount_scale((lower, upper), q95, at_least) {
        // A wider range than six decades would hide the fan itself.
        Scale::Log => (Scale::Log, ((lower / 1.25).max(upper / 1e6), upper * 1.3)),
        Scale::Linear => (Scale::Linear, (0.0, linear_top(upper))),
    }
}

struct Plot<'a> {
    subject: &'a Subject<'a>,
    room: Room,
    across: Range<f64>,
    amounts: Axis,
    ticks: Vec<f64>,
    xs: Vec<f64>,
}

impl<'a> Plot<'a> {
    fn new(subject: &'a Subject<'a>, room: Room) -> Result<Self, ChartError> {
        let pixels = (room.bottom - 50.0, room.top);
        let (scale, range) = amounts(subject);
        let amounts = match scale {
            Scale::Log => Axis::log(range, pixels),
            Scale::Linear => Axis::linear(range, pixels),
        };
        let ticks = amounts.ticks(7);
        let label = |tick| subject.tick(tick);
        let left = room.left + 14.0 + frame::tick_width(&ticks, label)?.max(30.0);
        let across = left..room.right - LABELS;
        let years = frame::midpoints(subject.points);
        let first = years.first().copied().unwrap_or_default();
        let last = years.last().copied().unwrap_or_default();
        let time = Axis::linear((first, last), (across.start + 34.0, across.end));
        let xs = years.iter().map(|&year| time.at(year)).collect();
        Ok(Self { subject, room, across, amounts, ticks, xs })
    }

    fn grid(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let label = |tick| self.subject.tick(tick);
        frame::rows(canvas, &self.amounts, &self.ticks, &self.across, label)?;
        let names: Vec<Period> = self.subject.points.iter().map(|p| p.period).collect();
        frame::periods(canvas, &names, &self.xs, self.amounts.start)
    }

    /// The smooth line of a quantile, with points close enough to measure it by.
    fn quantile(&self, which: usize) -> Vec<Point> {
        let y = |point: &FanPoint| self.amounts.at(point.quantiles[which]);
        let points: Vec<Point> =
            self.xs.iter().zip(self.subject.points).map(|(&x, point)| (x, y(point))).collect();
        curve::smooth(&points)
    }

    fn bands(&self, canvas: &Canvas) -> Result<(), ChartError> {
        for (lower, upper, opacity) in [(Q05, Q95, 0.15), (Q25, Q75, 0.24)] {
            let mut outline = self.quantile(upper);
            outline.extend(self.quantile(lower).into_iter().rev());
            canvas.area(&outline, (BLUE, opacity))?;
        }
        Ok(())
    }

    fn medians(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let line = self.quantile(Q50);
        canvas.line(&line, Stroke(BLUE, 3.5))?;
        if self.xs.len() <= DOTS {
            for (&x, point) in self.xs.iter().zip(self.subject.points) {
                canvas.dot((x, self.amounts.at(point.median())), 4.5, BLUE)?;
            }
        }
        self.baseline(canvas)
    }

    /// The baseline's amount, above the fan over the width of the label or, without room, below.
    fn baseline(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let value = self.subject.number(self.subject.points[0].median());
        let label = fill(&self.subject.language.chart.baseline, &[("value", &value)]);
        let lettering = Lettering::LABEL.colored(GREY);
        let left = self.xs[0] - 20.0;
        let right = left + lettering.width(&label)? + 6.0;
        let over = |which: usize| {
            let edge = self.quantile(which);
            // With the point after the label: the edge may be steep there.
            let count = edge.iter().filter(|p| p.0 <= right).count() + 1;
            edge.into_iter().take(count)
        };
        let middle = self.amounts.at(self.subject.points[0].median());
        let top = over(Q95).map(|p| p.1).fold(middle, f64::min) - 20.0;
        let bottom = over(Q05).map(|p| p.1).fold(middle, f64::max) + 20.0;
        let line = self.amounts.at(self.subject.target.at_least);
        let free = |y: f64| (y - line).abs() > 14.0 && y > self.amounts.end;
        let y = if free(top) { top } else { bottom };
        canvas.backed(&label, (left, y), &lettering, Align::Left, PAPER)
    }

    fn target(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let y = self.amounts.at(self.subject.target.at_least);
        let x = self.xs[self.xs.len() - 1];
        canvas.line(&[(x, self.amounts.end), (x, self.amounts.start)], Stroke(RULE, 1.25))?;
        canvas.dashed(&[(self.across.start, y), (x, y)], Stroke(ACCENT, 2.5))?;
        canvas.dot((x, y), 7.0, ACCENT)?;
        self.growth(canvas, y)
    }

    /// What growth the target asks for and what the median path brings, beside the target line
    /// where neither the fan nor the baseline's label is in the way.
    fn growth(&self, canvas: &Canvas, line: f64) -> Result<(), ChartError> {
        let Some(text) = growth_words(self.subject) else {
            return Ok(());
        };
        let lettering = Lettering::LABEL.colored(ACCENT);
        let left = self.across.start + 16.0;
        let right = left + lettering.width(&text)?;
        let free = |y: f64| {
            let clear = |y: f64| self.is_clear(left..right, y);
            y - 14.0 > self.amounts.end && y + 14.0 < self.amounts.start && clear(y)
        };
        if right > self.across.end {
            return Ok(());
        }
        match [line - 20.0, line + 20.0].into_iter().find(|&y| free(y)) {
            Some(y) => canvas.backed(&text, (left, y), &lettering, Align::Left, PAPER),
            None => Ok(()),
        }
    }

    /// Whether a line of text over `across` at `y` keeps clear of the fan.
    fn is_clear(&self, across: Range<f64>, y: f64) -> bool {
        let outside = |which: usize, beyond: f64| {
            let edge = self.quantile(which);
            let over = edge.windows(2).filter(|p| p[1].0 >= across.start && p[0].0 <= across.end);
            over.flatten().all(|p| (p.1 - y) * beyond > 36.0)
        };
        outside(Q95, 1.0) || outside(Q05, -1.0)
    }

    fn end_labels(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let last = self.subject.last();
        let quiet = Lettering::LABEL.colored(GREY);
        let names = &self.subject.language.chart;
        let row = |which: usize, name: &str, lettering: Lettering| {
            let value = last.quantiles[which];
            (value, fill(name, &[("value", &self.subject.number(value))]), lettering)
        };
        let below = |which: usize, share: &str| {
            let name = fill(&names.below, &[("share", share), ("value", "{value}")]);
            row(which, &name, quiet)
        };
        let at_least = self.subject.target.at_least;
        let ends = [
            below(Q95, "95 %"),
            below(Q75, "75 %"),
            row(Q50, &names.median, Lettering::LABEL.bold().colored(BLUE)),
            below(Q25, "25 %"),
            below(Q05, "5 %"),
            (
                at_least,
                fill(&names.target, &[("value", &self.subject.tick(at_least))]),
                Lettering::LABEL.bold().colored(ACCENT),
            ),
        ];
        let median = self.amounts.at(last.median());
        // Without spread the quantiles say no more than the median.
        let apart = |end: &(f64, String, Lettering)| {
            end.2.bold || (self.amounts.at(end.0) - median).abs() > 6.0
        };
        let ends: Vec<_> = ends.into_iter().filter(apart).collect();
        let wanted: Vec<f64> = ends.iter().map(|end| self.amounts.at(end.0)).collect();
        let room = (self.amounts.end - 6.0, self.amounts.start);
        let placed = labels::separated(&wanted, GAP, room);
        let x = self.xs[self.xs.len() - 1];
        for ((end, wanted), y) in ends.iter().zip(wanted).zip(placed) {
            if (y - wanted).abs() > 4.0 {
                canvas.line(&[(x + 9.0, wanted), (x + 22.0, y)], Stroke(RULE, 1.25))?;
            }
            let text = end.2.fitted(&end.1, self.room.right - x - 26.0)?;
            canvas.text(&text, (x + 26.0, y), &end.2, Align::Left)?;
        }
        Ok(())
    }
}

/// `needs +116 % a year; the median path grows 6.6 % a year`.
fn growth_words(subject: &Subject) -> Option<String> {
    let needed = subject.target.growth_required.filter(|rate| *rate > 0.0)?;
    let first = subject.points.first()?;
    let last = subject.last();
    let years = last.period.midpoint() - first.period.midpoint();
    let ratio = last.median() / last.period.years() / subject.target.baseline_total;
    if years <= 0.0 || ratio <= 0.0 || !ratio.is_finite() {
        return None;
    }
    let median = libm::pow(ratio, 1.0 / years) - 1.0;
    let rate = |rate: f64| subject.language.numerals(&words::growth(rate));
    let values = [("needed", &*rate(needed)), ("median", &*rate(median))];
    Some(fill(&subject.language.chart.needs, &values))
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn a_far_target_takes_a_log_scale_that_holds_it() {
        let projection = testing::first_case();
        let subject = Subject::new(&projection, &projection.targets[0]).expect("a subject");
        let (scale, (lower, upper)) = amounts(&subject);
        assert_eq!(scale, Scale::Log);
        assert!(lower < subject.points[1].quantiles[Q05] && upper > 200.0);
        let words = growth_words(&subject).expect("growth");
        assert!(words.starts_with("needs +"), "{words}");
    }

    #[test]
    fn a_near_target_takes_a_linear_scale_from_zero() {
        let mut projection = testing::first_case();
        projection.targets[0].at_least = 20.0;
        let subject = Subject::new(&projection, &projection.targets[0]).expect("a subject");
        let (scale, (lower, _)) = amounts(&subject);
        assert_eq!((scale, lower), (Scale::Linear, 0.0));
    }

    #[test]
    fn few_periods_say_that_lines_are_drawn_smooth() {
        assert!(smooth_words(4).contains("drawn smooth") && smooth_words(5).contains("Dots"));
        assert_eq!((smooth_words(6), smooth_words(1)), ("", ""));
    }

    #[test]
    fn no_spread_is_still_a_fan() {
        let mut projection = testing::first_case();
        for point in &mut projection.series[0].periods {
            point.quantiles = [16.0; 9];
        }
        let subject = Subject::new(&projection, &projection.targets[0]).expect("a subject");
        assert!(figure(&subject, "fan".to_owned()).is_ok());
    }
}
