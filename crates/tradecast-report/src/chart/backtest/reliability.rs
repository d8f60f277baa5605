//! The reliability diagram: probabilities given, against the shares that came true.

use super::super::axis::Axis;
use super::super::canvas::{self, Align, Canvas, Point, Stroke};
use super::super::lettering::Lettering;
use super::super::palette::{BLUE, GREY, PALE_BLUE, PAPER, RULE};
use super::super::sheet::{BOTTOM, LEFT, RIGHT, Sheet};
use super::super::{ChartError, Figure, frame};
use super::series;
use crate::words;
use std::ops::Range;
use tradecast_lab::backtest::{Backtest, ReliabilityBin};

/// Bins with fewer forecasts are not drawn: their shares say nothing.
const FEWEST: u64 = 20;

/// Probabilities up to which the title compares.
const MOSTLY: f64 = 0.6;

/// The height of the counts below the diagram, and the room between.
const COUNTS: f64 = 120.0;
const BETWEEN: f64 = 34.0;

/// A line that ends so near the edge has its name beside the plot, another where it ends.
const NEAR: f64 = 200.0;

/// Room for the names of models.
const NAMES: f64 = 236.0;

/// The figure.
pub fn figure(backtest: &Backtest, source: &str) -> Result<Figure, ChartError> {
    let first = backtest.models[0];
    let sheet = Sheet {
        title: title(backtest),
        subtitle: [
            format!(
                "Of all forecasts “reaches 1.25, 1.5, 2, 3, 5 times its base” {}: probability given, and share that came true",
                series::ahead(backtest)
            ),
            series::method(backtest),
        ],
        reading: format!(
            "On the line, what is said comes true as often as said. Pale bars: where the dots of a reliable {first} would lie in 95 % of panels (pairs independent). Below: how many forecasts of {first}. Bins of fewer than {FEWEST} forecasts are left out."
        ),
        footer: series::footer(source),
    };
    canvas::figure("reliability".to_owned(), &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        let plot = Plot::new(top + 18.0);
        plot.grid(canvas)?;
        plot.consistency(canvas, backtest)?;
        plot.models(canvas, backtest)?;
        plot.counts(canvas, backtest)
    })
}

/// The widest gap of the first model, and that of the second.
fn title(backtest: &Backtest) -> String {
    let gap = |model: &str| {
        let gap = backtest.widest_gap(model, MOSTLY)?;
        Some(format!("{:.0}", libm::ceil(100.0 * gap - 1e-9).max(1.0)))
    };
    let first = backtest.models[0];
    let Some(own) = gap(first) else { return format!("How often what {first} says comes true") };
    let other = backtest.models.get(1).and_then(|model| Some((model, gap(model)?)));
    let until = words::percent(MOSTLY);
    match other {
        Some((model, gap)) => format!(
            "Up to {until}, what {first} says comes true within {own} points; {model} is off by up to {gap}"
        ),
        None => format!("Up to {until}, what {first} says comes true within {own} points"),
    }
}

/// The bins of a model that are drawn.
fn drawn<'a>(
    backtest: &'a Backtest,
    model: &'a str,
) -> impl Iterator<Item = &'a ReliabilityBin> + 'a {
    backtest.reliability_of(model).filter(|bin| bin.forecasts >= FEWEST)
}

struct Plot {
    across: Axis,
    up: Axis,
    columns: Range<f64>,
}

impl Plot {
    fn new(top: f64) -> Self {
        let columns = LEFT + 70.0..RIGHT - NAMES;
        let bottom = BOTTOM - 62.0 - COUNTS - BETWEEN;
        Self {
            across: Axis::linear((0.0, 1.0), (columns.start, columns.end)),
            up: Axis::linear((0.0, 1.0), (bottom, top)),
            columns,
        }
    }

    fn grid(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let ticks = self.up.ticks(5);
        frame::rows(canvas, &self.up, &ticks, &self.columns, words::percent)?;
        let foot = BOTTOM - 62.0;
        frame::columns(canvas, &self.across, &ticks, &(self.up.end..foot), words::percent)?;
        let middle = 0.5 * (self.columns.start + self.columns.end);
        let at = (middle, foot + 46.0);
        canvas.text("probability given", at, &Lettering::TICK, Align::Center)?;
        let at = (self.columns.start - 56.0, self.up.end - 22.0);
        canvas.text("share that came true", at, &Lettering::TICK, Align::Left)?;
        let ends = [self.place((0.0, 0.0)), self.place((1.0, 1.0))];
        canvas.dashed(&ends, Stroke(RULE, 2.0))
    }

    fn place(&self, (forecast, observed): (f64, f64)) -> Point {
        (self.across.at(forecast), self.up.at(observed))
    }

    fn consistency(&self, canvas: &Canvas, backtest: &Backtest) -> Result<(), ChartError> {
        for bin in drawn(backtest, backtest.models[0]) {
            let Some([lower, upper]) = bin.consistency else { continue };
            let (low, high) =
                (self.place((bin.forecast, lower)), self.place((bin.forecast, upper)));
            canvas.rectangle((low.0 - 9.0, low.1), (high.0 + 9.0, high.1), (PALE_BLUE, 0.7))?;
        }
        Ok(())
    }

    fn models(&self, canvas: &Canvas, backtest: &Backtest) -> Result<(), ChartError> {
        let mut ends = Vec::new();
        let mut inside = Vec::new();
        for (model, name) in backtest.models.iter().enumerate().rev() {
            let points: Vec<Point> =
                drawn(backtest, name).map(|bin| self.place((bin.forecast, bin.observed))).collect();
            series::line(canvas, &points, model)?;
            let is_near = |end: &&Point| self.columns.end - end.0 < NEAR;
            match points.last() {
                Some(end) if is_near(&end) => ends.push((model, *end)),
                end => inside.extend(end.map(|end| (model, *end))),
            }
        }
        for (model, end) in inside {
            // Where the line ends: of the first model right of it, of others left above it.
            let (at, align) = match model {
                0 => ((end.0 + 18.0, end.1 + 2.0), Align::Left),
                _ => ((end.0 - 6.0, end.1 - 20.0), Align::Right),
            };
            let name = backtest.models[model];
            canvas.backed(name, at, &series::lettering(model), align, PAPER)?;
        }
        let x = self.columns.end + 26.0;
        series::names(canvas, backtest, &ends, (x, (self.up.end, self.up.start)))
    }

    /// How many forecasts of the first model each bin holds.
    fn counts(&self, canvas: &Canvas, backtest: &Backtest) -> Result<(), ChartError> {
        let first = backtest.models[0];
        let most = backtest.reliability_of(first).map(|bin| bin.forecasts).max().unwrap_or(1);
        let foot = BOTTOM - 62.0;
        let height = Axis::linear((0.0, most as f64), (foot, foot - COUNTS + 26.0));
        let columns = (self.columns.start, self.columns.end);
        for bin in backtest.reliability_of(first) {
            let top = height.at(bin.forecasts as f64);
            let (left, right) = (self.across.at(bin.lower), self.across.at(bin.upper));
            canvas.rectangle((left + 3.0, foot), (right - 3.0, top), (PALE_BLUE, 1.0))?;
            let at = (0.5 * (left + right), top - 13.0);
            let quiet = Lettering::NOTE.colored(GREY);
            canvas.text(&words::count(bin.forecasts), at, &quiet, Align::Center)?;
        }
        canvas.line(&[(columns.0, foot), (columns.1, foot)], Stroke(RULE, 1.25))?;
        let at = (self.columns.end + 26.0, foot - 0.5 * COUNTS);
        let lettering = Lettering::NOTE.colored(BLUE);
        canvas.text(&format!("forecasts of {first}"), at, &lettering, Align::Left)
    }
}
