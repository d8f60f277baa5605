//! P over the values of two keys: the first upwards, the second across.

use super::super::axis::Axis;
use super::super::canvas::{Align, Canvas, Point, Stroke};
use super::super::lettering::Lettering;
use super::super::palette::{ACCENT, BLUE, GREY, INK, PAPER, RULE};
use super::super::sheet::{BOTTOM, LEFT, RIGHT};
use super::super::{ChartError, frame};
use super::contours::pieces;
use super::{axis_name, tick_label, ticks};
use crate::words;
use plotters::style::RGBColor;
use tradecast_core::sweep::{Axis as Along, Sweep};
use tradecast_core::vary::Knob;

/// The probabilities whose contours are drawn, where the grid passes them.
const LEVELS: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

/// Room for the scale of colours.
const SCALE: f64 = 150.0;

/// Draws the map below `top`.
pub fn draw(
    canvas: &Canvas,
    sweep: &Sweep,
    (up, across): (&Along, &Along),
    top: f64,
) -> Result<(), ChartError> {
    let map = Map::new(sweep, (up, across), top)?;
    map.cells(canvas)?;
    map.ticks(canvas)?;
    map.contours(canvas)?;
    map.now(canvas)?;
    map.scale(canvas)
}

struct Map<'a> {
    sweep: &'a Sweep,
    knobs: [&'a Knob; 2],
    /// The values of the first axis, and the pixels of their places.
    rows: (&'a [f64], Axis),
    /// The same of the second.
    columns: (&'a [f64], Axis),
    /// The least and the greatest P.
    range: (f64, f64),
}

impl<'a> Map<'a> {
    fn new(
        sweep: &'a Sweep,
        (up, across): (&'a Along, &'a Along),
        top: f64,
    ) -> Result<Self, ChartError> {
        let ends = |values: &[f64]| (values[0], values[values.len() - 1]);
        let names = |value: f64| tick_label(&up.knob, value);
        let width = frame::tick_width(&ticks(&up.knob, ends(&up.values), 8), names)?;
        let left = LEFT + 14.0 + width;
        let (right, bottom) = (RIGHT - SCALE, BOTTOM - 66.0);
        let place = |values: &[f64], pixels| Axis::linear(ends(values), pixels);
        // Half a cell of room around the outermost places.
        let (wide, high) = (right - left, bottom - top - 34.0);
        let half = |length: f64, count: usize| 0.5 * length / count as f64;
        let (side, rise) = (half(wide, across.values.len()), half(high, up.values.len()));
        let p = sweep.points.iter().map(|point| point.probability.value);
        Ok(Self {
            sweep,
            knobs: [&up.knob, &across.knob],
            rows: (&up.values, place(&up.values, (bottom - rise, top + 34.0 + rise))),
            columns: (&across.values, place(&across.values, (left + side, right - side))),
            range: (p.clone().fold(1.0, f64::min), p.fold(0.0, f64::max)),
        })
    }

    fn p(&self, row: usize, column: usize) -> f64 {
        self.sweep.points[row * self.columns.0.len() + column].probability.value
    }

    /// Half the width and half the height of a cell.
    fn halves(&self) -> (f64, f64) {
        let half = |values: &[f64], axis: &Axis| {
            0.5 * (axis.end - axis.start).abs() / (values.len() - 1).max(1) as f64
        };
        (half(self.columns.0, &self.columns.1), half(self.rows.0, &self.rows.1))
    }

    fn cells(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let (side, rise) = self.halves();
        for (row, up) in self.rows.0.iter().enumerate() {
            for (column, across) in self.columns.0.iter().enumerate() {
                let (x, y) = (self.columns.1.at(*across), self.rows.1.at(*up));
                let color = self.color(self.p(row, column));
                // A hair wider, so that no white line stands between cells.
                let corners = ((x - side - 0.4, y - rise - 0.4), (x + side + 0.4, y + rise + 0.4));
                canvas.rectangle(corners.0, corners.1, (color, 1.0))?;
            }
        }
        Ok(())
    }

    /// From paper to blue over the range of P.
    fn color(&self, p: f64) -> RGBColor {
        let (least, most) = self.range;
        let share = if most > least { (p - least) / (most - least) } else { 0.5 };
        let pale = RGBColor(0xf2, 0xf6, 0xfa);
        let mix =
            |a: u8, b: u8| (f64::from(a) + share * (f64::from(b) - f64::from(a))).round() as u8;
        RGBColor(mix(pale.0, BLUE.0), mix(pale.1, BLUE.1), mix(pale.2, BLUE.2))
    }

    fn ticks(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let (side, rise) = self.halves();
        let (across, up) = (&self.columns.1, &self.rows.1);
        let bottom = up.start + rise;
        for tick in ticks(self.knobs[1], (across.lower, across.upper), 8) {
            let x = across.at(tick);
            canvas.line(&[(x, bottom), (x, bottom + 6.0)], Stroke(RULE, 1.25))?;
            let text = tick_label(self.knobs[1], tick);
            canvas.text(&text, (x, bottom + 22.0), &Lettering::TICK, Align::Center)?;
        }
        let left = across.start - side;
        for tick in ticks(self.knobs[0], (up.lower, up.upper), 8) {
            let y = up.at(tick);
            canvas.line(&[(left - 6.0, y), (left, y)], Stroke(RULE, 1.25))?;
            let text = tick_label(self.knobs[0], tick);
            canvas.text(&text, (left - 14.0, y), &Lettering::TICK, Align::Right)?;
        }
        let quiet = Lettering::LABEL.colored(GREY);
        let middle = 0.5 * (across.start + across.end);
        let name = axis_name(self.sweep, 1);
        canvas.text(&name, (middle, BOTTOM - 16.0), &quiet, Align::Center)?;
        canvas.text(&axis_name(self.sweep, 0), (LEFT, up.end - rise - 18.0), &quiet, Align::Left)
    }

    fn place(&self, (row, column): (f64, f64)) -> Point {
        let along = |values: &[f64], axis: &Axis, at: f64| {
            let share = at / (values.len() - 1).max(1) as f64;
            axis.start + (axis.end - axis.start) * share
        };
        (along(self.columns.0, &self.columns.1, column), along(self.rows.0, &self.rows.1, row))
    }

    fn contours(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let mut labels: Vec<Point> = Vec::new();
        for level in LEVELS {
            let shape = (self.rows.0.len(), self.columns.0.len());
            let found = pieces(&|row, column| self.p(row, column), shape, level);
            let drawn: Vec<[Point; 2]> =
                found.iter().map(|piece| piece.map(|end| self.place(end))).collect();
            let width = if level == 0.5 { 3.0 } else { 1.75 };
            for piece in &drawn {
                canvas.line(piece, Stroke(PAPER, width + 2.0))?;
            }
            for piece in &drawn {
                canvas.line(piece, Stroke(INK, width))?;
            }
            self.label(canvas, level, &drawn, &mut labels)?;
        }
        Ok(())
    }

    /// The contour's P on one of its pieces, away from the labels before and from the edge.
    fn label(
        &self,
        canvas: &Canvas,
        level: f64,
        drawn: &[[Point; 2]],
        labels: &mut Vec<Point>,
    ) -> Result<(), ChartError> {
        let (left, right) = (self.columns.1.start + 40.0, self.columns.1.end - 40.0);
        let (top, bottom) = (self.rows.1.end + 16.0, self.rows.1.start - 16.0);
        let middle =
            |piece: &[Point; 2]| (0.5 * (piece[0].0 + piece[1].0), 0.5 * (piece[0].1 + piece[1].1));
        let is_free = |at: &Point| {
            let is_inside = at.0 > left && at.0 < right && at.1 > top && at.1 < bottom;
            let is_apart =
                |other: &Point| (at.0 - other.0).abs() > 80.0 || (at.1 - other.1).abs() > 30.0;
            is_inside && labels.iter().all(is_apart)
        };
        // On the diagonal of the map labels of all contours have room.
        let off = |at: &Point| {
            let across = (at.0 - left) / (right - left);
            let down = (at.1 - top) / (bottom - top);
            (across - down).abs()
        };
        let places = drawn.iter().map(middle).filter(is_free);
        let Some(at) = places.min_by(|a, b| off(a).total_cmp(&off(b))) else { return Ok(()) };
        labels.push(at);
        let lettering = if level == 0.5 { Lettering::LABEL.bold() } else { Lettering::LABEL };
        canvas.backed(&words::percent(level), at, &lettering, Align::Center, PAPER)
    }

    /// The scenario as it is, where it lies on the map.
    fn now(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let (up, across) = (self.sweep.current[0], self.sweep.current[1]);
        let within = |value: f64, axis: &Axis| value >= axis.lower && value <= axis.upper;
        if !within(up, &self.rows.1) || !within(across, &self.columns.1) {
            return Ok(());
        }
        let at = (self.columns.1.at(across), self.rows.1.at(up));
        canvas.ring(at, 8.0, ACCENT)?;
        let right = at.0 > 0.5 * (self.columns.1.start + self.columns.1.end);
        let (x, align) =
            if right { (at.0 - 16.0, Align::Right) } else { (at.0 + 16.0, Align::Left) };
        let bold = Lettering::LABEL.bold().colored(ACCENT);
        canvas.backed("now", (x, at.1), &bold, align, PAPER)
    }

    /// The colours of P, beside the map.
    fn scale(&self, canvas: &Canvas) -> Result<(), ChartError> {
        const STEPS: usize = 64;
        let (least, most) = self.range;
        let (side, _) = self.halves();
        let left = self.columns.1.end + side + 40.0;
        let axis = Axis::linear((least, most), (self.rows.1.start, self.rows.1.end));
        let high = (axis.start - axis.end) / STEPS as f64;
        for step in 0..STEPS {
            let p = least + (most - least) * (step as f64 + 0.5) / STEPS as f64;
            let y = axis.start - high * step as f64;
            canvas.rectangle(
                (left, y + 0.4),
                (left + 22.0, y - high - 0.4),
                (self.color(p), 1.0),
            )?;
        }
        for tick in axis.ticks(5) {
            let y = axis.at(tick);
            canvas.text(&words::percent(tick), (left + 32.0, y), &Lettering::TICK, Align::Left)?;
        }
        canvas.text("P", (left, axis.end - 18.0), &Lettering::LABEL.bold(), Align::Left)
    }
}
