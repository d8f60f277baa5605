//! What it would take: P over the range of each key, with the answers on it.

use super::axis::{Axis, Scale, linear_top};
use super::canvas::{self, Align, Canvas, Point, Stroke};
use super::lettering::Lettering;
use super::palette::{ACCENT, BLUE, GREY, INK, PAPER, RULE};
use super::sheet::{BOTTOM, LEFT, RIGHT, Sheet};
use super::sweep::{tick_label, ticks};
use super::{ChartError, Figure, frame};
use crate::require::{Required, shown};
use crate::words;
use crate::words::language::Language;
use std::ops::Range;
use tradecast_core::require::{Found, Requirement};

/// The most keys that are drawn.
const MOST: usize = 9;

/// The figure.
///
/// # Errors
/// No key, or drawing fails.
pub fn figure(required: &Required) -> Result<Figure, ChartError> {
    if required.requirements.is_empty() {
        return Err(ChartError::Empty("require".to_owned()));
    }
    let sheet = sheet(required);
    canvas::figure("require".to_owned(), &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        let drawn = &required.requirements[..required.requirements.len().min(MOST)];
        let (rows, columns) = arranged(drawn.len());
        let (wide, high) = ((RIGHT - LEFT) / columns as f64, (BOTTOM - 6.0 - top) / rows as f64);
        for (index, one) in drawn.iter().enumerate() {
            let left = LEFT + wide * (index % columns) as f64;
            let upper = top + high * (index / columns) as f64;
            let room = (left..left + wide - 26.0, upper..upper + high);
            Panel::new(one, room, highest(drawn))?.draw(canvas)?;
        }
        Ok(())
    })
}

/// The upper end of P that all panels share.
fn highest(drawn: &[Requirement]) -> f64 {
    let wanted = drawn.iter().flat_map(|one| one.answers.iter().map(|answer| answer.wanted));
    let curves = drawn.iter().flat_map(|one| one.curve.iter().map(|point| point.1));
    linear_top(wanted.chain(curves).fold(0.0, f64::max)).min(1.0)
}

/// Rows and columns of so many panels.
fn arranged(count: usize) -> (usize, usize) {
    match count {
        0 | 1 => (1, 1),
        2 => (1, 2),
        3 | 4 => (2, 2),
        5 | 6 => (2, 3),
        _ => (3, 3),
    }
}

fn sheet(required: &Required) -> Sheet {
    let first = &required.requirements[0];
    let answer = first.answers.first();
    let title = answer.map_or_else(String::new, |answer| {
        let (value, _) = shown(first, answer);
        let wanted = words::percent(answer.wanted);
        match answer.found {
            Found::Reached { .. } => {
                let now = first.knob.show(first.current, 0.0);
                let unit = if first.knob.kind.is_amount() {
                    format!(" {}", first.unit)
                } else {
                    String::new()
                };
                format!(
                    "For P = {wanted}, “{}” would have to be {value}{unit}; now it is {now}",
                    words::assumption(&first.knob.key)
                )
            }
            Found::OutOfReach { .. } => {
                format!("“{}” alone: {wanted} is {value}", words::assumption(&first.knob.key))
            }
        }
    });
    let left_out = required.requirements.len().saturating_sub(MOST);
    let left_out = match left_out {
        0 => String::new(),
        count => format!(" {count} more keys are in require.csv."),
    };
    Sheet {
        title,
        subtitle: [
            required.question.clone(),
            format!(
                "{} · {} simulated paths, the same for every value; all else as in the scenario",
                required.title,
                words::count(required.paths)
            ),
        ],
        reading: format!(
            "Line: P by the value of one key. Dots: where P is the wanted one; bars: 95 % intervals, where wider than the dot. Dashed: the value now.{left_out}"
        ),
        footer: format!("tradecast require · scenario {} · seed {}", required.name, required.seed),
    }
}

struct Panel<'a> {
    one: &'a Requirement,
    across: Axis,
    chances: Axis,
    columns: Range<f64>,
    top: f64,
}

impl<'a> Panel<'a> {
    fn new(
        one: &'a Requirement,
        (columns, rows): (Range<f64>, Range<f64>),
        highest: f64,
    ) -> Result<Self, ChartError> {
        let chances = Axis::linear((0.0, highest), (rows.end - 44.0, rows.start + 54.0));
        let width = frame::tick_width(&chances.ticks(4), words::percent)?;
        let inner = columns.start + width + 18.0..columns.end;
        let values = one.curve.iter().map(|point| point.0);
        let ends = values
            .fold((f64::INFINITY, f64::NEG_INFINITY), |ends, v| (ends.0.min(v), ends.1.max(v)));
        let is_wide = ends.0 > 0.0 && ends.1 / ends.0 >= 99.0;
        let pixels = (inner.start, inner.end);
        let across = if is_wide && one.knob.number(1.0).is_some() {
            Axis::log(ends, pixels)
        } else {
            Axis::linear(ends, pixels)
        };
        Ok(Self { one, across, chances, columns: inner, top: rows.start })
    }

    fn draw(&self, canvas: &Canvas) -> Result<(), ChartError> {
        self.grid(canvas)?;
        self.now(canvas)?;
        let points: Vec<Point> = self
            .one
            .curve
            .iter()
            .map(|(value, p)| (self.across.at(*value), self.chances.at(*p)))
            .collect();
        canvas.line(&points, Stroke(BLUE, 3.0))?;
        self.answers(canvas)
    }

    fn grid(&self, canvas: &Canvas) -> Result<(), ChartError> {
        frame::rows(canvas, &self.chances, &self.chances.ticks(4), &self.columns, words::percent)?;
        let wanted = ((self.columns.end - self.columns.start) / 130.0).max(3.0) as usize;
        let places = match self.across.scale {
            Scale::Linear => ticks(&self.one.knob, (self.across.lower, self.across.upper), wanted),
            Scale::Log => self.log_ticks(wanted),
        };
        let down = self.chances.end..self.chances.start;
        frame::columns(canvas, &self.across, &places, &down, |v| tick_label(&self.one.knob, v))?;
        let bold = Lettering::LABEL.bold();
        let left = self.columns.start - 44.0;
        let name = words::assumption(&self.one.knob.key);
        let bold = bold.shrunk(&name, self.columns.end - left, 12.0)?;
        let name = bold.fitted(&name, self.columns.end - left)?;
        canvas.text(&name, (left, self.top + 14.0), &bold, Align::Left)?;
        let change = words::change(Language::english(), &self.one.knob);
        let note = Lettering::NOTE.fitted(change, self.columns.end - left)?;
        canvas.text(&note, (left, self.top + 34.0), &Lettering::NOTE, Align::Left)
    }

    /// Round numbers of the file on a logarithmic axis.
    fn log_ticks(&self, wanted: usize) -> Vec<f64> {
        let knob = &self.one.knob;
        let number = |value| knob.number(value).unwrap_or(value);
        let ends = (number(self.across.lower), number(self.across.upper));
        let ticks = Axis::log(ends, (0.0, 1.0)).ticks(wanted);
        ticks.into_iter().map(|tick| knob.of_number(tick)).collect()
    }

    fn now(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let now = self.one.current;
        if now < self.across.lower || now > self.across.upper {
            return Ok(());
        }
        let x = self.across.at(now);
        canvas.dashed(&[(x, self.chances.start), (x, self.chances.end)], Stroke(GREY, 1.75))
    }

    /// Above or below a dot, where the curve leaves room beside it.
    fn free_side(&self, align: Align) -> f64 {
        let ends = (self.one.curve.first(), self.one.curve.last());
        let is_rising = matches!(ends, (Some(first), Some(last)) if last.1 > first.1);
        if is_rising == (align == Align::Left) { 16.0 } else { -16.0 }
    }

    fn answers(&self, canvas: &Canvas) -> Result<(), ChartError> {
        for answer in &self.one.answers {
            let y = self.chances.at(answer.wanted);
            let bold = Lettering::LABEL.bold().colored(ACCENT);
            let (value, _) = shown(self.one, answer);
            match answer.found {
                Found::Reached { value: at, lower, upper, attained, .. } => {
                    let x = self.across.at(at);
                    // Of a period P is not the wanted one, but the first above it.
                    let y = self.chances.at(attained.value);
                    let ends =
                        [lower.unwrap_or(at), upper.unwrap_or(at)].map(|v| self.across.at(v));
                    canvas.line(&[(self.columns.start, y), (x, y)], Stroke(RULE, 1.25))?;
                    canvas.line(&[(ends[0], y), (ends[1], y)], Stroke(ACCENT, 3.0))?;
                    canvas.dot((x, y), 6.0, ACCENT)?;
                    let width = bold.width(&value)?;
                    let (x, align) = if x + 16.0 + width > self.columns.end {
                        (x - 14.0, Align::Right)
                    } else {
                        (x + 14.0, Align::Left)
                    };
                    canvas.backed(&value, (x, y + self.free_side(align)), &bold, align, PAPER)?;
                }
                Found::OutOfReach { .. } => {
                    let text = format!("{}: {value}", words::percent(answer.wanted));
                    let room = self.columns.end - self.columns.start - 20.0;
                    let quiet = Lettering::NOTE.colored(INK);
                    let lines = quiet.lines(&text, room, 2)?;
                    let y = y.clamp(self.chances.end + 14.0, self.chances.start - 40.0);
                    for (index, line) in lines.iter().enumerate() {
                        let at = (self.columns.start + 10.0, y + 20.0 * index as f64);
                        canvas.backed(line, at, &quiet, Align::Left, PAPER)?;
                    }
                }
            }
        }
        Ok(())
    }
}
