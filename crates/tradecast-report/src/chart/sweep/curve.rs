//! P over the values of one key.

use super::super::axis::Axis;
use super::super::canvas::{Align, Canvas, Point, Stroke};
use super::super::lettering::Lettering;
use super::super::palette::{ACCENT, BLUE, GREY, PAPER};
use super::super::sheet::{BOTTOM, LEFT, RIGHT};
use super::super::{ChartError, chance, frame};
use super::{axis_name, tick_label, ticks};
use crate::sweep::question;
use crate::words;
use std::ops::Range;
use tradecast_core::statistics::Estimate;
use tradecast_core::sweep::{Axis as Along, Sweep};

/// More points than this have no dots of their own.
const DOTS: usize = 45;

/// Draws the curve below `top`.
pub fn draw(canvas: &Canvas, sweep: &Sweep, along: &Along, top: f64) -> Result<(), ChartError> {
    let plot = Plot::new(sweep, along, top)?;
    plot.grid(canvas)?;
    plot.band(canvas)?;
    plot.now(canvas)?;
    plot.line(canvas)
}

struct Plot<'a> {
    sweep: &'a Sweep,
    along: &'a Along,
    across: Axis,
    chances: Axis,
    chance_ticks: Vec<f64>,
    columns: Range<f64>,
}

impl<'a> Plot<'a> {
    fn new(sweep: &'a Sweep, along: &'a Along, top: f64) -> Result<Self, ChartError> {
        let estimates: Vec<Estimate> = sweep.points.iter().map(|p| p.probability).collect();
        let heights = (BOTTOM - 66.0, top + 34.0);
        let chances = chance::axis(&estimates, chance::scale_over_time(&estimates), heights);
        let chance_ticks = chances.ticks(6);
        let width = frame::tick_width(&chance_ticks, chance::tick_words(&chance_ticks))?;
        let columns = LEFT + 14.0 + width..RIGHT - 40.0;
        let ends = (along.values[0], along.values[along.values.len() - 1]);
        let across = Axis::linear(ends, (columns.start, columns.end));
        Ok(Self { sweep, along, across, chances, chance_ticks, columns })
    }

    fn grid(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let label = chance::tick_words(&self.chance_ticks);
        frame::rows(canvas, &self.chances, &self.chance_ticks, &self.columns, label)?;
        let ends = (self.across.lower, self.across.upper);
        let places = ticks(&self.along.knob, ends, 8);
        let down = self.chances.end..self.chances.start;
        frame::columns(canvas, &self.across, &places, &down, |v| tick_label(&self.along.knob, v))?;
        let middle = 0.5 * (self.columns.start + self.columns.end);
        let name = axis_name(self.sweep, 0);
        canvas.text(
            &name,
            (middle, BOTTOM - 16.0),
            &Lettering::LABEL.colored(GREY),
            Align::Center,
        )?;
        let at = (LEFT, self.chances.end - 26.0);
        canvas.text(&question(self.sweep), at, &Lettering::LABEL.colored(GREY), Align::Left)
    }

    fn at(&self, p: impl Fn(&Estimate) -> f64) -> Vec<Point> {
        let points = self.along.values.iter().zip(&self.sweep.points);
        points
            .map(|(v, point)| (self.across.at(*v), self.chances.at(p(&point.probability))))
            .collect()
    }

    fn band(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let mut outline = self.at(|estimate| estimate.interval.upper);
        outline.extend(self.at(|estimate| estimate.interval.lower).into_iter().rev());
        canvas.area(&outline, (BLUE, 0.22))
    }

    fn line(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let points = self.at(chance::shown);
        canvas.line(&points, Stroke(BLUE, 3.0))?;
        let radius = if points.len() > DOTS { 0.0 } else { 4.5 };
        for point in points.iter().filter(|_| radius > 0.0) {
            canvas.dot(*point, radius, BLUE)?;
        }
        let ends = [(0, Align::Left, 8.0), (points.len() - 1, Align::Right, -8.0)];
        for (index, align, side) in ends {
            let probability = &self.sweep.points[index].probability;
            let text = words::percent_of(probability);
            let x = points[index].0 + side;
            let falls = points[0].1 < points[points.len() - 1].1;
            // Beyond the band, on the side that the line leaves free, if there is room for it.
            let above = self.chances.at(probability.interval.upper) - 20.0;
            let below = self.chances.at(probability.interval.lower) + 22.0;
            let is_free_above = (index == 0) == falls || below > self.chances.start - 14.0;
            let y = if is_free_above { above } else { below };
            let y = y.clamp(self.chances.end + 10.0, self.chances.start - 14.0);
            canvas.backed(&text, (x, y), &Lettering::LABEL.bold().colored(BLUE), align, PAPER)?;
        }
        Ok(())
    }

    /// The scenario's own value, where it lies on the axis.
    fn now(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let now = self.sweep.current[0];
        if now < self.across.lower || now > self.across.upper {
            return Ok(());
        }
        let x = self.across.at(now);
        canvas.dashed(&[(x, self.chances.start), (x, self.chances.end)], Stroke(ACCENT, 2.0))?;
        let text = format!("now {}", self.along.knob.show(now, 0.0));
        let right = x > 0.5 * (self.columns.start + self.columns.end);
        let (at, align) = if right { (x - 8.0, Align::Right) } else { (x + 8.0, Align::Left) };
        let lettering = Lettering::LABEL.colored(ACCENT);
        canvas.backed(&text, (at, self.chances.end + 12.0), &lettering, align, PAPER)
    }
}
