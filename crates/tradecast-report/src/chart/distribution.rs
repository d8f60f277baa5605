//! The distribution of the total in the target's period, and the share that reaches the target.

use super::axis::{Axis, Scale, linear_top};
use super::canvas::{self, Align, Canvas, Stroke};
use super::lettering::Lettering;
use super::palette::{ACCENT, BLUE, GREY, PALE_BLUE, RULE};
use super::sheet::{Room, Sheet, Subject};
use super::{ChartError, Figure, frame};
use crate::words;
use crate::words::language::fill;
use std::ops::Range;
use tradecast_core::projection::Bin;

/// The share of the paths in either tail that is not shown, unless the target is there.
const TAIL: f64 = 0.001;

/// From this ratio of least to greatest amount a linear axis starts above zero.
const NARROW: f64 = 0.4;

/// No bar is narrower than this many pixels, so that a point mass is seen.
const THINNEST: f64 = 8.0;

/// A bar that reaches out of the sheet is drawn this far, in pixels, at most.
const FAR: f64 = 1e6;

/// Room above the highest bar for three rows of labels.
const LABEL_ROWS: f64 = 104.0;

/// Room beside the plot where there are no words around it.
const EDGE: f64 = 26.0;

/// The histogram of a target's total.
pub fn figure(subject: &Subject, name: String) -> Result<Figure, ChartError> {
    let sheet = sheet(subject);
    canvas::figure(name, &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        paint(subject, Room::below(top + 10.0), canvas)
    })
}

/// The distribution without words around it, on a sheet of this size.
pub fn bare(
    subject: &Subject,
    size: (u32, u32),
    words: (&str, &str),
) -> Result<String, ChartError> {
    let room = Room::whole(size);
    // The first and the last label of the axis stand half beyond its ends.
    let room = Room { left: room.left + EDGE, right: room.right - EDGE, ..room };
    canvas::drawing(size, words, |canvas| paint(subject, room, canvas))
}

fn paint(subject: &Subject, room: Room, canvas: &Canvas) -> Result<(), ChartError> {
    let plot = Plot::new(subject, room);
    plot.beyond_target(canvas)?;
    plot.grid(canvas)?;
    plot.bars(canvas)?;
    plot.target(canvas)?;
    plot.median(canvas)?;
    plot.middle(canvas)
}

fn sheet(subject: &Subject) -> Sheet {
    let axis = axis(subject, (0.0, 1.0));
    let scale = if axis.scale == Scale::Log { " (log scale)" } else { "" };
    Sheet {
        title: title(subject),
        subtitle: subject.subtitle(),
        reading: format!(
            "{} in {}, {}{scale}. The area of a bar is the share of simulated paths in it.{}",
            words::capitalised(&subject.target.total_label),
            subject.target.period,
            subject.unit(),
            cut_words(unseen(&subject.target.distribution, &axis)),
        ),
        footer: subject.footer(),
    }
}

fn title(subject: &Subject) -> String {
    let median = subject.last().median();
    let half = subject.amount(median);
    let target = subject.goal();
    let ratio = subject.target.at_least / median;
    let period = subject.when();
    if ratio <= 1.0 {
        format!("Half of the simulated paths exceed {half} in {period}; the target is {target}")
    } else if ratio < 1.5 || !ratio.is_finite() {
        format!("Half of the simulated paths stay below {half} in {period}; the target is {target}")
    } else {
        let fine = if ratio < 20.0 { 10.0 } else { 1.0 };
        let times = words::number(libm::round(ratio * fine) / fine);
        format!(
            "Half of the simulated paths stay below {half} in {period}; the target is {times} times that"
        )
    }
}

/// The range of amounts between the [`TAIL`]s: from the bin where the lower one ends to that where
/// the upper one starts.
fn covered(bins: &[Bin]) -> (f64, f64) {
    let above = |bin: &&Bin| 1.0 - bin.cumulative + bin.share >= TAIL;
    let lower = bins.iter().find(|bin| bin.cumulative > TAIL).map(|bin| bin.lower);
    let upper = bins.iter().rev().find(above).or(bins.last());
    let upper = upper.map(|bin| bin.upper).filter(|upper| upper.is_finite());
    (lower.unwrap_or(0.0), upper.unwrap_or(1.0))
}

/// The axis of amounts: the bins and the target with some room about it.
fn axis(subject: &Subject, pixels: (f64, f64)) -> Axis {
    let at_least = subject.target.at_least;
    let (lower, upper) = covered(&subject.target.distribution);
    let positive = subject.target.distribution.iter().map(|bin| bin.lower).find(|&v| v > 0.0);
    let lowest = if lower > 0.0 { lower } else { positive.unwrap_or(0.0) };
    let range = (lowest.min(at_least), upper.max(at_least));
    let bins = &subject.target.distribution;
    let scale = if lowest > 0.0 && widths_grow(bins) {
        Scale::Log
    } else {
        frame::amount_scale(range, subject.last().quantiles[7], at_least)
    };
    match scale {
        Scale::Log => {
            let least = if at_least < lowest { at_least / 1.3 } else { range.0 / 1.05 };
            Axis::log((least, upper.max(at_least * 1.6)), pixels)
        }
        Scale::Linear => {
            let top = linear_top(reached(bins).min(upper).max(at_least * 1.1));
            let step = top / 20.0;
            let foot = step * libm::floor(0.97 * range.0 / step);
            Axis::linear((if foot > NARROW * top { foot } else { 0.0 }, top), pixels)
        }
    }
}

/// Whether the bins are spaced in proportion, as on a log scale: their widths grow with their
/// amounts. The outermost end with the paths and one ends at the target: they do not count.
fn widths_grow(bins: &[Bin]) -> bool {
    let inner = bins.get(1..bins.len().saturating_sub(1)).unwrap_or_default();
    let third = inner.len() / 3;
    if third < 3 {
        return false;
    }
    let typical = |bins: &[Bin]| {
        let mut widths: Vec<f64> = bins.iter().map(|bin| bin.upper - bin.lower).collect();
        widths.sort_by(f64::total_cmp);
        widths[widths.len() / 2]
    };
    typical(&inner[inner.len() - third..]) > 1.5 * typical(&inner[..third])
}

/// The amount that all but [`TAIL`] of the paths stay below, within its bin in proportion.
fn reached(bins: &[Bin]) -> f64 {
    let holds = |bin: &&Bin| 1.0 - bin.cumulative + bin.share >= TAIL;
    bins.iter().rev().find(holds).map_or(f64::INFINITY, |bin| {
        let above = (TAIL - (1.0 - bin.cumulative)).max(0.0);
        let part = if bin.share > 0.0 { (above / bin.share).min(1.0) } else { 0.0 };
        bin.upper - part * (bin.upper - bin.lower)
    })
}

/// The share of the paths beyond the ends of the axis.
fn unseen(bins: &[Bin], axis: &Axis) -> f64 {
    let beyond = |bin: &Bin| {
        let outside = (axis.lower - bin.lower).max(0.0) + (bin.upper - axis.upper).max(0.0);
        match bin.upper - bin.lower {
            width if width > 0.0 => bin.share * (outside / width).min(1.0),
            _ => 0.0,
        }
    };
    bins.iter().map(beyond).sum()
}

/// What the note says of tails that are cut; nothing where less than one path in 100,000 is.
fn cut_words(share: f64) -> String {
    if share < 1e-5 {
        return String::new();
    }
    let decimals = if share >= 0.0095 {
        0
    } else if share >= 0.00095 {
        1
    } else {
        2
    };
    let percent = words::rounded_to((100.0 * share).max(0.01), decimals);
    format!(" The outer {percent} % of paths are not shown.")
}

/// The bins with the one that holds `at_least` split there, so that the shares at and above it
/// sum to `p`.
fn split(bins: &[Bin], at_least: f64, p: f64) -> Vec<Bin> {
    let mut split = Vec::with_capacity(bins.len() + 1);
    for bin in bins {
        if !(bin.lower < at_least && at_least < bin.upper) {
            split.push(*bin);
            continue;
        }
        let above = (p - (1.0 - bin.cumulative)).clamp(0.0, bin.share);
        let cumulative = bin.cumulative - above;
        split.push(Bin { upper: at_least, share: bin.share - above, cumulative, ..*bin });
        split.push(Bin { lower: at_least, share: above, ..*bin });
    }
    split
}

/// A bar in pixels: from left to right, with its share of the paths a pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bar {
    left: f64,
    right: f64,
    density: f64,
}

/// The bars of the bins on the axis; bins outside it are left out.
fn bars(bins: &[Bin], axis: &Axis) -> Vec<Bar> {
    let inside = |bin: &&Bin| bin.share > 0.0 && bin.upper > axis.lower && bin.lower < axis.upper;
    // Beyond the ends, so that a bar that is cut keeps its height.
    // Zero is nowhere on a log axis, and a bar from it on would be a needle at the axis's start.
    let place = |value: f64| match axis.scale {
        Scale::Log if value <= 0.0 => axis.start - FAR,
        _ => axis.beyond(value).clamp(axis.start - FAR, axis.end + FAR),
    };
    bins.iter()
        .filter(inside)
        .map(|bin| {
            let (left, right) = (place(bin.lower), place(bin.upper));
            let middle = f64::midpoint(left, right);
            let half = ((right - left) / 2.0).max(THINNEST / 2.0);
            let (left, right) = if bin.lower == bin.upper {
                (middle - half, middle + half)
            } else {
                (left, right.max(left + 0.5))
            };
            Bar { left, right, density: bin.share / (right - left) }
        })
        .collect()
}

struct Plot<'a> {
    subject: &'a Subject<'a>,
    room: Room,
    amounts: Axis,
    bars: Vec<Bar>,
    down: Range<f64>,
}

impl<'a> Plot<'a> {
    fn new(subject: &'a Subject<'a>, room: Room) -> Self {
        let amounts = axis(subject, (room.left, room.right));
        let target = subject.target;
        let p = target.probability().estimate.value;
        let bars = bars(&split(&target.distribution, target.at_least, p), &amounts);
        Self { subject, room, amounts, bars, down: room.top..room.bottom - 44.0 }
    }

    fn grid(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let down = self.down.start + LABEL_ROWS..self.down.end;
        frame::columns(canvas, &self.amounts, &self.amounts.ticks(9), &down, |tick| {
            self.subject.tick(tick)
        })?;
        canvas.line(
            &[(self.room.left, self.down.end), (self.room.right, self.down.end)],
            Stroke(RULE, 1.25),
        )
    }

    fn bars(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let highest = self.bars.iter().map(|bar| bar.density).fold(0.0, f64::max);
        let room = self.down.end - self.down.start - LABEL_ROWS;
        let edge = self.amounts.at(self.subject.target.at_least);
        for bar in &self.bars {
            let top = self.down.end - room * bar.density / highest;
            let gap = if bar.right - bar.left > 6.0 { 1.0 } else { 0.0 };
            let reaches = f64::midpoint(bar.left, bar.right) >= edge - 1e-6;
            let color = if reaches { ACCENT } else { PALE_BLUE };
            let right = (bar.right - gap).min(self.room.right);
            let corners = ((bar.left.max(self.room.left), top), (right, self.down.end));
            canvas.rectangle(corners.0, corners.1, (color, 1.0))?;
        }
        Ok(())
    }

    fn beyond_target(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let x = self.amounts.at(self.subject.target.at_least);
        let corners = ((x, self.down.start), (self.room.right, self.down.end));
        canvas.rectangle(corners.0, corners.1, (ACCENT, 0.07))
    }

    /// The target's line, its amount, and the share that reaches it: in the tint beyond the line
    /// where there is room, otherwise before it.
    fn target(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let target = self.subject.target;
        let x = self.amounts.at(target.at_least);
        canvas.dashed(&[(x, self.down.start), (x, self.down.end)], Stroke(ACCENT, 2.5))?;
        let bold = Lettering::LABEL.bold().colored(ACCENT);
        let estimate = &target.probability().estimate;
        let language = self.subject.language;
        let goal = language.quantity(&self.subject.goal());
        let texts = [
            fill(&language.chart.target, &[("value", &goal)]),
            match estimate.value {
                p if p <= 0.0 => language.chart.none_reaches.clone(),
                p if p >= 1.0 => language.chart.all_reach.clone(),
                _ => {
                    let p = language.numerals(&words::percent_of(estimate));
                    fill(&language.chart.reach, &[("p", &p)])
                }
            },
        ];
        let width = bold.width(&texts[0])?.max(bold.width(&texts[1])?);
        let (x, align) = if x + width + 12.0 > self.room.right {
            (x - 12.0, Align::Right)
        } else {
            (x + 12.0, Align::Left)
        };
        canvas.text(&texts[0], (x, self.down.start + 12.0), &bold, align)?;
        canvas.text(&texts[1], (x, self.down.start + 36.0), &bold, align)
    }

    fn median(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let x = self.amounts.at(self.subject.last().median());
        canvas.line(&[(x, self.down.start + 90.0), (x, self.down.end)], Stroke(BLUE, 2.5))?;
        Ok(())
    }

    /// The range of the middle 90 % as a bracket above the bars, with the median on it.
    fn middle(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let last = self.subject.last();
        let (q05, median, q95) = (last.quantiles[1], last.median(), last.quantiles[7]);
        let y = self.down.start + 90.0;
        let (left, right) = (self.amounts.at(q05), self.amounts.at(q95));
        canvas.line(&[(left, y), (right, y)], Stroke(BLUE, 2.0))?;
        for x in [left, right] {
            canvas.line(&[(x, y - 6.0), (x, y + 6.0)], Stroke(BLUE, 2.0))?;
        }
        canvas.dot((self.amounts.at(median), y), 5.5, BLUE)?;
        self.middle_words(canvas, y - 24.0)
    }

    /// The words above the bracket, kept clear of the target's line.
    fn middle_words(&self, canvas: &Canvas, y: f64) -> Result<(), ChartError> {
        let last = self.subject.last();
        let bold = Lettering::LABEL.bold().colored(BLUE);
        let quiet = Lettering::LABEL.colored(GREY);
        let names = &self.subject.language.chart;
        let shown = |value: f64| self.subject.number(value);
        let median = fill(&names.median, &[("value", &shown(last.median()))]);
        let (low, high) = (shown(last.quantiles[1]), shown(last.quantiles[7]));
        let range = format!("· {}", fill(&names.middle, &[("low", &low), ("high", &high)]));
        let (first, second) = (bold.width(&median)?, quiet.width(&range)?);
        let x = self.place(self.amounts.at(last.median()), first + 8.0 + second);
        canvas.text(&median, (x, y), &bold, Align::Left)?;
        canvas.text(&range, (x + first + 8.0, y), &quiet, Align::Left)
    }

    /// Where a text of this width starts, centred on `x` as nearly as the sheet and the target's
    /// line allow.
    fn place(&self, x: f64, width: f64) -> f64 {
        let line = self.amounts.at(self.subject.target.at_least);
        let sides = [(self.room.left, line - 12.0), (line + 12.0, self.room.right)];
        let fits = |side: &&(f64, f64)| side.1 - side.0 >= width;
        let start = |side: &(f64, f64)| (x - width / 2.0).min(side.1 - width).max(side.0);
        let off = |side: &(f64, f64)| (start(side) + width / 2.0 - x).abs();
        let best = sides.iter().filter(fits).min_by(|a, b| off(a).total_cmp(&off(b)));
        start(best.unwrap_or(&(self.room.left, self.room.right)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    const LINEAR: fn() -> Axis = || Axis::linear((0.0, 100.0), (0.0, 1000.0));

    fn bin(lower: f64, upper: f64, share: f64, cumulative: f64) -> Bin {
        Bin { lower, upper, share, cumulative }
    }

    #[test]
    fn the_areas_of_unequal_bars_are_their_shares() {
        let bins = [bin(10.0, 20.0, 0.4, 0.4), bin(20.0, 60.0, 0.6, 1.0)];
        for bar in bars(&bins, &LINEAR()).iter().zip(bins) {
            let area = bar.0.density * (bar.0.right - bar.0.left);
            assert!((area - bar.1.share).abs() < 1e-12);
        }
    }

    #[test]
    fn the_accent_bars_hold_the_probability() {
        let bins = split(&[bin(10.0, 20.0, 0.4, 0.4), bin(20.0, 60.0, 0.6, 1.0)], 50.0, 0.1);
        assert_eq!(bins.len(), 3);
        assert!((bins[1].share - 0.5).abs() < 1e-12 && bins[1].upper == 50.0);
        assert!((bins[2].share - 0.1).abs() < 1e-12 && bins[2].lower == 50.0);
        assert_eq!(split(&bins, 50.0, 0.1).len(), 3);
    }

    #[test]
    fn a_point_mass_has_a_bar() {
        let bars = bars(&[bin(50.0, 50.0, 1.0, 1.0)], &LINEAR());
        assert_eq!(bars, [Bar { left: 496.0, right: 504.0, density: 1.0 / 8.0 }]);
    }

    #[test]
    fn far_tails_are_left_out_but_never_the_target() {
        let bins = [
            bin(1.0, 2.0, 0.0009, 0.0009),
            bin(2.0, 9.0, 0.9983, 0.9992),
            bin(9.0, 9e9, 0.0008, 1.0),
        ];
        assert_eq!(covered(&bins), (2.0, 9.0));
        let cut = unseen(&bins, &Axis::linear((2.0, 9.0), (0.0, 1.0)));
        assert!((cut - 0.0017).abs() < 1e-9);
        assert_eq!(cut_words(cut), " The outer 0.2 % of paths are not shown.");
        assert_eq!(cut_words(0.0), "");
        let mut projection = testing::first_case();
        projection.targets[0].at_least = 1e6;
        let subject = Subject::new(&projection, &projection.targets[0]).expect("a subject");
        assert!(axis(&subject, (0.0, 1.0)).upper > 1e6);
    }

    #[test]
    fn bins_in_proportion_take_a_log_axis() {
        let mut projection = testing::first_case();
        projection.targets[0].at_least = 20.0;
        let subject = Subject::new(&projection, &projection.targets[0]).expect("a subject");
        assert!(widths_grow(&subject.target.distribution));
        assert_eq!(axis(&subject, (0.0, 1.0)).scale, Scale::Log);
        let even = |i: usize| bin(i as f64, (i + 1) as f64, 0.05, 0.05 * (i + 1) as f64);
        let mut bins: Vec<Bin> = (0..20).map(even).collect();
        assert!(!widths_grow(&bins) && !widths_grow(&[]));
        bins[19].upper = 400.0;
        assert!(!widths_grow(&bins));
    }

    #[test]
    fn a_linear_axis_ends_near_the_paths() {
        let bins = [bin(0.0, 280.0, 0.998, 0.998), bin(280.0, 400.0, 0.002, 1.0)];
        assert!((reached(&bins) - 340.0).abs() < 1e-6);
        assert_eq!(reached(&[]), f64::INFINITY);
    }

    #[test]
    fn a_bar_that_leaves_the_axis_keeps_its_height() {
        let bars = bars(&[bin(50.0, 250.0, 0.5, 1.0)], &LINEAR());
        assert_eq!(bars, [Bar { left: 500.0, right: 2500.0, density: 0.5 / 2000.0 }]);
    }

    #[test]
    fn a_bar_from_zero_does_not_hide_the_others_on_a_log_axis() {
        let axis = Axis::log((1.0, 100.0), (0.0, 1000.0));
        let bars = bars(&[bin(0.0, 1.1, 0.5, 0.5), bin(1.1, 10.0, 0.5, 1.0)], &axis);
        assert!(bars[0].density < 0.01 * bars[1].density, "{bars:?}");
    }

    #[test]
    fn no_bins_is_still_a_figure() {
        let mut projection = testing::first_case();
        projection.targets[0].distribution.clear();
        let subject = Subject::new(&projection, &projection.targets[0]).expect("a subject");
        assert!(figure(&subject, "distribution".to_owned()).is_ok());
    }
}
