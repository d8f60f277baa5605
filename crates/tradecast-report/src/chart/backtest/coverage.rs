//! Coverage by horizon: the share of values in the 50, 80 and 95 % intervals, a panel each.

use super::super::axis::Axis;
use super::super::canvas::{self, Align, Canvas, Point, Stroke};
use super::super::lettering::Lettering;
use super::super::palette::INK;
use super::super::sheet::{BOTTOM, LEFT, RIGHT, Sheet};
use super::super::{ChartError, Figure, frame};
use super::series;
use crate::words;
use std::ops::Range;
use tradecast_lab::backtest::{Backtest, LEVELS, Score};

/// The level that the title speaks of.
const TITLE_LEVEL: usize = 1;

/// Room for the names of models, right of the last panel.
const NAMES: f64 = 236.0;

/// The figure.
pub fn figure(backtest: &Backtest, source: &str) -> Result<Figure, ChartError> {
    let sheet = Sheet {
        title: title(backtest),
        subtitle: [
            "Share of values in the central prediction interval of the forecast, by years ahead"
                .to_owned(),
            series::method(backtest),
        ],
        reading: "Dashed: the 50, 80 and 95 % that a calibrated model would hold. Below it the intervals are too narrow, above it too wide. The three scales differ.".to_owned(),
        footer: series::footer(source),
    };
    canvas::figure("coverage".to_owned(), &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        let width = (RIGHT - NAMES - LEFT) / LEVELS.len() as f64;
        for level in 0..LEVELS.len() {
            let left = LEFT + width * level as f64;
            let room = (left + 58.0..left + width - 24.0, top + 56.0..BOTTOM - 62.0);
            panel(canvas, backtest, level, room)?;
        }
        Ok(())
    })
}

fn title(backtest: &Backtest) -> String {
    let level = TITLE_LEVEL;
    let range = |model: &str| {
        series::share_range(backtest.scores_of(model).map(|score| score.coverage[level]))
    };
    let first = backtest.models[0];
    let own = format!(
        "The {} interval of {first} holds {} of values {}",
        words::percent(LEVELS[level]),
        range(first),
        series::ahead(backtest)
    );
    match backtest.models.get(1) {
        Some(other) => format!("{own}, that of {other} {}", range(other)),
        None => own,
    }
}

fn panel(
    canvas: &Canvas,
    backtest: &Backtest,
    level: usize,
    (across, down): (Range<f64>, Range<f64>),
) -> Result<(), ChartError> {
    let nominal = LEVELS[level];
    let up = axis(backtest, level, &down);
    let heading = format!("{} interval", words::percent(nominal));
    let at = (across.start, down.start - 24.0);
    canvas.text(&heading, at, &Lettering::LABEL.bold(), Align::Left)?;
    frame::rows(canvas, &up, &up.ticks(6), &across, words::percent)?;
    let xs = horizons(canvas, backtest, (&across, down.end))?;
    let y = up.at(nominal);
    canvas.dashed(&[(across.start, y), (across.end, y)], Stroke(INK, 2.0))?;
    let mut ends = Vec::new();
    for (model, name) in backtest.models.iter().enumerate().rev() {
        let y = |score: &Score| up.at(score.coverage[level]);
        let points: Vec<Point> = xs.iter().copied().zip(backtest.scores_of(name).map(y)).collect();
        series::line(canvas, &points, model)?;
        ends.extend(points.last().map(|end| (model, *end)));
    }
    if level + 1 == LEVELS.len() {
        series::names(canvas, backtest, &ends, (across.end + 26.0, (down.start, down.end)))
    } else {
        Ok(())
    }
}

/// From the least to the greatest coverage of any model, and what would be right.
fn axis(backtest: &Backtest, level: usize, down: &Range<f64>) -> Axis {
    let shares = backtest.scores.iter().map(|score| score.coverage[level]);
    let (lower, upper) = shares.fold((LEVELS[level], LEVELS[level]), |(lower, upper), share| {
        (share.min(lower), share.max(upper))
    });
    let margin = (0.15 * (upper - lower)).max(0.02);
    let range = ((lower - margin).max(0.0), (upper + margin).min(1.0));
    Axis::linear(range, (down.end, down.start))
}

/// The years ahead below a panel, and where they stand.
fn horizons(
    canvas: &Canvas,
    backtest: &Backtest,
    (across, foot): (&Range<f64>, f64),
) -> Result<Vec<f64>, ChartError> {
    let asked = &backtest.horizons;
    let ends = (asked.first().copied().unwrap_or(1), asked.last().copied().unwrap_or(1));
    let years = Axis::linear(
        (f64::from(ends.0), f64::from(ends.1)),
        (across.start + 40.0, across.end - 12.0),
    );
    let xs: Vec<f64> = asked.iter().map(|horizon| years.at(f64::from(*horizon))).collect();
    let middle = 0.5 * (across.start + across.end);
    canvas.text("years ahead", (middle, foot + 46.0), &Lettering::TICK, Align::Center)?;
    let mut free = f64::NEG_INFINITY;
    for (x, horizon) in xs.iter().zip(asked) {
        if *x >= free {
            canvas.text(
                &horizon.to_string(),
                (*x, foot + 22.0),
                &Lettering::TICK,
                Align::Center,
            )?;
            free = x + 30.0;
        }
    }
    Ok(xs)
}
