//! The distribution of P over what is not known, as a hundred dots: one a hundredth of the draws.

use super::axis::{Axis, Scale, linear_top};
use super::canvas::{self, Align, Canvas, Stroke};
use super::lettering::Lettering;
use super::palette::{ACCENT, BLUE, GREY, RULE, STRIPE};
use super::sheet::{BOTTOM, LEFT, RIGHT, Sheet, Subject};
use super::{ChartError, Figure, chance, frame};
use crate::words;
use crate::words::language::Language;
use std::ops::Range;
use tradecast_core::projection::ParameterSpread;

/// Dots.
const DOTS: usize = 100;
/// From this ratio of the 95 to the 5 % quantile on, the axis is logarithmic.
const WIDE: f64 = 8.0;
/// A dot takes at most and at least so many pixels.
const LARGEST: f64 = 40.0;
const SMALLEST: f64 = 6.0;
/// Room above the dots for two rows of labels.
const LABEL_ROWS: f64 = 96.0;
/// Between the dots that cannot be told from zero and the axis.
const GAP: f64 = 40.0;

/// The dots of a target; none where it has no spread.
pub fn figure(subject: &Subject, name: String) -> Result<Figure, ChartError> {
    let Some(spread) = subject.target.spread().filter(|spread| !spread.values.is_empty()) else {
        return Err(ChartError::Empty(name));
    };
    let sheet = sheet(subject, spread);
    canvas::figure(name, &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        let plot = Plot::new(subject, spread, top + 10.0);
        plot.grid(canvas)?;
        plot.dots(canvas)?;
        plot.probability(canvas)?;
        plot.middle(canvas)
    })
}

fn sheet(subject: &Subject, spread: &ParameterSpread) -> Sheet {
    let [statement, run] = subject.subtitle();
    let [low, high] = words::spread_ends(Language::english(), spread);
    let scale = if scale(spread) == Scale::Log { " (log scale)" } else { "" };
    let beside = match split(spread).0 {
        0 => String::new(),
        _ => format!(
            " Left: draws whose P is below {} and cannot be told from 0.",
            words::percent(spread.least[0])
        ),
    };
    Sheet {
        title: format!(
            "Depending on what we do not know, the chance is between {low} and {high} in nine cases of ten; on average it is {}",
            words::chance(subject.target),
        ),
        subtitle: [statement, run],
        reading: format!(
            "Each dot is one in a hundred of {} draws of everything that is not known: baselines, growth, effects, dates; \
             its place is P{scale} when only chance is left, from {} paths.{beside}",
            words::count(spread.draws),
            words::count(spread.paths),
        ),
        footer: subject.footer(),
    }
}

/// A hundred values, each the middle of a hundredth of the draws, in ascending order.
fn hundredths(values: &[f64]) -> Vec<f64> {
    (0..DOTS).map(|dot| values[(2 * dot + 1) * values.len() / (2 * DOTS)]).collect()
}

/// How many dots cannot be told from zero, and the values of the others.
fn split(spread: &ParameterSpread) -> (usize, Vec<f64>) {
    let all = hundredths(&spread.values);
    let told: Vec<f64> = all.into_iter().filter(|p| *p >= spread.least[0] && *p > 0.0).collect();
    (DOTS - told.len(), told)
}

fn scale(spread: &ParameterSpread) -> Scale {
    let lower = spread.interval.lower.max(spread.least[0]);
    if spread.interval.upper > WIDE * lower { Scale::Log } else { Scale::Linear }
}

/// Dots in columns: the pixels of one, those beside the axis, and the columns on it.
struct Columns {
    size: f64,
    /// Columns of dots that cannot be told from zero, and their number.
    beside: (usize, usize),
    axis: Axis,
    /// By column of the axis, its dots.
    stacks: Vec<usize>,
}

impl Columns {
    /// The largest dots whose columns are not higher than `room`.
    fn new(spread: &ParameterSpread, p: f64, room: f64) -> Self {
        let mut size = LARGEST;
        loop {
            let columns = Self::sized((spread, p), size, room);
            let highest = columns.stacks.iter().max().copied().unwrap_or_default();
            if highest as f64 * size <= room || size <= SMALLEST {
                return columns;
            }
            size -= 1.0;
        }
    }

    fn sized((spread, p): (&ParameterSpread, f64), size: f64, room: f64) -> Self {
        let (untold, told) = split(spread);
        let rows = libm::floor(0.9 * room / size).max(1.0) as usize;
        let beside = untold.div_ceil(rows);
        let start = match beside {
            0 => LEFT + size,
            count => LEFT + count as f64 * size + GAP,
        };
        let axis = axis(spread, (&told, p), (start, RIGHT - 20.0));
        let count = libm::floor((axis.end - axis.start) / size) as usize;
        let mut stacks = vec![0; count.max(1)];
        let last = stacks.len() - 1;
        for value in told {
            let column = libm::floor((axis.at(value) - axis.start) / size) as usize;
            stacks[column.min(last)] += 1;
        }
        Self { size, beside: (beside, untold), axis, stacks }
    }
}

/// An axis with room for dots and for the probability of the run.
fn axis(spread: &ParameterSpread, (told, p): (&[f64], f64), pixels: (f64, f64)) -> Axis {
    let ends = [told.first(), told.last()].map(|end| end.copied().unwrap_or(p));
    let (lower, upper) = (ends[0].min(p), ends[1].max(p));
    match scale(spread) {
        Scale::Log => {
            let foot = if lower < 1.5 * spread.least[0] { spread.least[0] } else { lower / 1.2 };
            Axis::log((foot, (upper * 1.2).min(1.0)), pixels)
        }
        Scale::Linear if lower > 0.4 * upper => {
            let room = 0.1 * (upper - lower).max(1e-9);
            Axis::linear(((lower - room).max(0.0), (upper + room).min(1.0)), pixels)
        }
        Scale::Linear => Axis::linear((0.0, linear_top(upper).min(1.0)), pixels),
    }
}

struct Plot<'a> {
    subject: &'a Subject<'a>,
    spread: &'a ParameterSpread,
    columns: Columns,
    down: Range<f64>,
}

impl<'a> Plot<'a> {
    fn new(subject: &'a Subject<'a>, spread: &'a ParameterSpread, top: f64) -> Self {
        let down = top..BOTTOM - 44.0;
        let p = subject.target.probability().estimate.value;
        let columns = Columns::new(spread, p, down.end - down.start - LABEL_ROWS);
        Self { subject, spread, columns, down }
    }

    fn grid(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let Columns { axis, beside, size, .. } = &self.columns;
        let down = self.down.start + LABEL_ROWS..self.down.end;
        if beside.0 > 0 {
            let right = LEFT + beside.0 as f64 * size + GAP / 2.0;
            canvas.rectangle((LEFT - 8.0, down.start), (right, down.end), (STRIPE, 1.0))?;
            let label = format!("below {}", words::percent(self.spread.least[0]));
            let at = (LEFT - 8.0, down.end + 20.0);
            canvas.text(&label, at, &Lettering::TICK, Align::Left)?;
        }
        let free = |tick: &f64| beside.0 == 0 || axis.at(*tick) > axis.start + 70.0;
        let ticks: Vec<f64> = axis.ticks(8).into_iter().filter(free).collect();
        frame::columns(canvas, axis, &ticks, &down, words::percent)?;
        canvas.line(&[(LEFT - 8.0, down.end), (RIGHT, down.end)], Stroke(RULE, 1.25))
    }

    fn dots(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let Columns { size, beside: (columns, untold), axis, stacks } = &self.columns;
        let radius = 0.42 * size;
        let y = |row: usize| self.down.end - (row as f64 + 0.5) * size;
        let rows = untold.div_ceil((*columns).max(1));
        for dot in 0..*untold {
            let x = LEFT + ((dot / rows) as f64 + 0.5) * size;
            canvas.dot((x, y(dot % rows)), radius, GREY)?;
        }
        for (column, count) in stacks.iter().enumerate() {
            let x = axis.start + (column as f64 + 0.5) * size;
            for row in 0..*count {
                canvas.dot((x, y(row)), radius, BLUE)?;
            }
        }
        if *untold > 0 {
            let label = format!("{untold} of {DOTS}");
            let at = (LEFT, y(rows) - 8.0);
            canvas.text(&label, at, &Lettering::LABEL.colored(GREY), Align::Left)?;
        }
        Ok(())
    }

    /// The middle 90 % as a bracket above the dots; open where its end cannot be told from zero.
    fn middle(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let (axis, interval) = (&self.columns.axis, &self.spread.interval);
        let y = self.down.start + 74.0;
        let is_open = self.spread.told_ends()[0].is_err();
        let left = if is_open { LEFT } else { axis.at(interval.lower) };
        let right = axis.at(interval.upper);
        canvas.line(&[(left, y), (right, y)], Stroke(BLUE, 2.0))?;
        for x in [left, right].into_iter().skip(usize::from(is_open)) {
            canvas.line(&[(x, y - 6.0), (x, y + 6.0)], Stroke(BLUE, 2.0))?;
        }
        let [low, high] = words::spread_ends(Language::english(), self.spread);
        let text = format!("90 % of draws: {low} to {high}");
        let bold = Lettering::LABEL.bold().colored(BLUE);
        let width = bold.width(&text)?;
        let x = self.beside_line(f64::midpoint(left, right) - width / 2.0, width);
        canvas.text(&text, (x, y - 22.0), &bold, Align::Left)
    }

    /// Where a text of this width starts that would start at `x`, on one side of the line of P.
    fn beside_line(&self, x: f64, width: f64) -> f64 {
        let line = self.line();
        let side = if x + width / 2.0 < line || line + 12.0 + width > RIGHT {
            x.min(line - 12.0 - width)
        } else {
            x.max(line + 12.0)
        };
        side.clamp(LEFT, RIGHT - width)
    }

    /// The place of P on the axis.
    fn line(&self) -> f64 {
        self.columns.axis.at(chance::shown(&self.subject.target.probability().estimate))
    }

    fn probability(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let (x, from) = (self.line(), self.down.start + 26.0);
        canvas.dashed(&[(x, from), (x, self.down.end)], Stroke(ACCENT, 2.5))?;
        let bold = Lettering::LABEL.bold().colored(ACCENT);
        let text = format!("P {}, the average", words::chance(self.subject.target));
        let half = bold.width(&text)? / 2.0;
        let x = x.clamp(LEFT + half, RIGHT - half);
        canvas.text(&text, (x, self.down.start + 12.0), &bold, Align::Center)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use tradecast_core::projection::SpreadEntry;
    use tradecast_core::statistics::Interval;

    fn spread(values: Vec<f64>, paths: u64) -> ParameterSpread {
        let at = |p: f64| values[(p * (values.len() - 1) as f64) as usize];
        ParameterSpread {
            interval: Interval { level: 0.9, lower: at(0.05), upper: at(0.95) },
            draws: values.len() as u64,
            paths,
            least: [3.0 / paths as f64; 2],
            quantiles: Vec::new(),
            values,
        }
    }

    #[test]
    fn there_are_always_a_hundred_dots() {
        let wide = |i: usize| libm::exp(-14.0 + i as f64 / 100.0);
        let narrow = |i: usize| 0.4 + i as f64 / 10_000.0;
        for values in [(0..1000).map(wide).collect::<Vec<_>>(), (0..1000).map(narrow).collect()] {
            let columns = Columns::new(&spread(values, 4096), 0.45, 500.0);
            assert_eq!(columns.beside.1 + columns.stacks.iter().sum::<usize>(), DOTS);
            let highest = columns.stacks.iter().max().copied().unwrap_or_default();
            assert!(highest as f64 * columns.size <= 500.0);
        }
    }

    #[test]
    fn extreme_spreads_are_drawn() {
        let mut projection = testing::first_case();
        for values in [vec![0.5; 1000], vec![0.9999; 1000], vec![0.0; 1000], vec![1e-3, 0.9]] {
            let entry = SpreadEntry::Told(Box::new(spread(values, 4096)));
            projection.targets[0].parameter_spread = Some(entry);
            let subject = Subject::new(&projection, &projection.targets[0]).expect("a subject");
            assert!(figure(&subject, "uncertainty".to_owned()).is_ok());
        }
    }
}
