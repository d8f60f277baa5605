//! PIT histograms: where in its forecast each value came to lie, a panel a model.

use super::super::axis::Axis;
use super::super::canvas::{self, Align, Canvas, Stroke};
use super::super::lettering::Lettering;
use super::super::palette::{GREY, GRID, INK, RULE};
use super::super::sheet::{BOTTOM, LEFT, RIGHT, Sheet};
use super::super::{ChartError, Figure, frame};
use super::series;
use crate::words;
use std::ops::Range;
use tradecast_lab::backtest::{Backtest, PitBin};

/// Panels side by side at most.
const ABREAST: usize = 3;

/// The figure.
pub fn figure(backtest: &Backtest, source: &str) -> Result<Figure, ChartError> {
    let sheet = Sheet {
        title: title(backtest),
        subtitle: [
            format!(
                "At what quantile of its forecast each value came to lie (probability integral transform), {}",
                series::ahead(backtest)
            ),
            series::method(backtest),
        ],
        reading: "A calibrated model has bars of equal height. High ends: the forecasts are too narrow; a hump: too wide; a slope: too high or too low. Grey band: where bars of a calibrated model lie in 95 % of panels (pairs independent).".to_owned(),
        footer: series::footer(source),
    };
    canvas::figure("pit".to_owned(), &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        let highest = backtest.models.iter().flat_map(|model| backtest.pit_of(model));
        let highest = highest.map(|bin| bin.share).fold(0.1, f64::max);
        for (model, room) in rooms(backtest.models.len(), top + 6.0).into_iter().enumerate() {
            panel(canvas, backtest, model, (room, highest))?;
        }
        Ok(())
    })
}

/// The shares outside the outermost bins of the first model.
fn title(backtest: &Backtest) -> String {
    let first = backtest.models[0];
    let (low, high) = tails(backtest, first);
    format!(
        "{} of values fall below the 5 % quantile of {first} and {} above its 95 % quantile; 5 % each would be right",
        series::share(low),
        series::share(high)
    )
}

/// The shares in the lowest and the highest bin.
fn tails(backtest: &Backtest, model: &str) -> (f64, f64) {
    let share = |bin: Option<&PitBin>| bin.map_or(0.0, |bin| bin.share);
    (share(backtest.pit_of(model).next()), share(backtest.pit_of(model).last()))
}

/// Columns and rows of the sheet, a pair a model.
fn rooms(count: usize, top: f64) -> Vec<(Range<f64>, Range<f64>)> {
    let rows = count.div_ceil(ABREAST);
    let columns = count.div_ceil(rows.max(1));
    let (width, height) = ((RIGHT - LEFT) / columns as f64, (BOTTOM - top) / rows as f64);
    let room = |place: usize| {
        let left = LEFT + width * (place % columns) as f64;
        let upper = top + height * (place / columns) as f64;
        (left + 58.0..left + width - 34.0, upper + 62.0..upper + height - 42.0)
    };
    (0..count).map(room).collect()
}

fn panel(
    canvas: &Canvas,
    backtest: &Backtest,
    model: usize,
    ((across, down), highest): ((Range<f64>, Range<f64>), f64),
) -> Result<(), ChartError> {
    let name = backtest.models[model];
    let up = Axis::to_ticks((0.0, highest), (down.end, down.start), 4);
    let levels = Axis::linear((0.0, 1.0), (across.start, across.end));
    let at = (across.start, down.start - 40.0);
    canvas.text(name, at, &series::lettering(model).bold(), Align::Left)?;
    let (low, high) = tails(backtest, name);
    let ends = format!(
        "{} below the 5 % quantile, {} above the 95 %",
        series::share(low),
        series::share(high)
    );
    let at = (across.start, down.start - 18.0);
    canvas.text(&ends, at, &Lettering::NOTE, Align::Left)?;
    frame::rows(canvas, &up, &up.ticks(4), &across, words::percent)?;
    for bin in backtest.pit_of(name) {
        let (left, right) = (levels.at(bin.lower), levels.at(bin.upper));
        let corner = (right - 1.5, up.at(bin.share));
        canvas.rectangle((left + 1.5, down.end), corner, (series::color(model), 0.55))?;
    }
    for bin in backtest.pit_of(name) {
        let (left, right) = (levels.at(bin.lower), levels.at(bin.upper));
        if let Some([lower, upper]) = bin.consistency {
            canvas.rectangle((left, up.at(lower)), (right, up.at(upper)), (INK, 0.14))?;
        }
        let even = up.at(bin.upper - bin.lower);
        canvas.line(&[(left, even), (right, even)], Stroke(INK, 1.5))?;
    }
    canvas.line(&[(across.start, down.end), (across.end, down.end)], Stroke(RULE, 1.25))?;
    for level in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let x = levels.at(level);
        canvas.line(&[(x, down.end), (x, down.end + 5.0)], Stroke(GRID, 1.25))?;
        let quiet = Lettering::TICK.colored(GREY);
        canvas.text(&words::percent(level), (x, down.end + 20.0), &quiet, Align::Center)?;
    }
    Ok(())
}
