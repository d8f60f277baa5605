//! Errors by the size of the base and by the length of the history, against the first model.

use super::super::axis::Axis;
use super::super::canvas::{self, Align, Canvas, Point, Stroke};
use super::super::lettering::Lettering;
use super::super::palette::BLUE;
use super::super::sheet::{BOTTOM, LEFT, RIGHT, Sheet};
use super::super::{ChartError, Figure, frame};
use super::series;
use crate::words;
use std::ops::Range;
use tradecast_core::statistics::{LEVEL, two_sided_z};
use tradecast_lab::backtest::{Backtest, GroupScore, Grouping};

/// How far the dots of two models stand apart, so that whiskers do not hide each other.
const DODGE: f64 = 9.0;

/// Room for the names of models, right of the last panel.
const NAMES: f64 = 236.0;

/// The figure; of one model its own error, of several their ratios to the first.
pub fn figure(backtest: &Backtest, source: &str) -> Result<Figure, ChartError> {
    let first = backtest.models[0];
    let horizon = backtest.middle_horizon();
    let sheet = Sheet {
        title: title(backtest),
        subtitle: [
            format!(
                "Mean CRPS of the log ratio {}, {}, by the size of the base and the length of the history",
                years_ahead(horizon),
                match backtest.models.len() {
                    1 => format!("of {first}"),
                    _ => format!("in multiples of that of {first} on the same cases"),
                }
            ),
            series::method(backtest),
        ],
        reading: match backtest.models.len() {
            1 => "Lower is better. Below the groups: their numbers of cases.".to_owned(),
            _ => format!(
                "Above the line: worse than {first} (log scale). Whiskers: 95 % confidence intervals, clustered on pairs. Below the groups: their numbers of cases."
            ),
        },
        footer: series::footer(source),
    };
    canvas::figure("skill".to_owned(), &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        let middle = 0.5 * (LEFT + RIGHT - NAMES) + 40.0;
        let down = top + 56.0..BOTTOM - 84.0;
        let up = axis(backtest, &down);
        let left = Panel { backtest, by: Grouping::Base, across: LEFT + 58.0..middle - 20.0, up };
        let right =
            Panel { by: Grouping::History, across: middle + 58.0..RIGHT - NAMES, ..left.clone() };
        left.draw(canvas)?;
        let ends = right.draw(canvas)?;
        let x = right.across.end + 26.0;
        series::names(canvas, backtest, &ends, (x, (down.start, down.end)))
    })
}

fn years_ahead(horizon: u32) -> String {
    if horizon == 1 { "1 year ahead".to_owned() } else { format!("{horizon} years ahead") }
}

fn title(backtest: &Backtest) -> String {
    let (first, horizon) = (backtest.models[0], backtest.middle_horizon());
    let of = |model: &'static str| shown(backtest).filter(move |group| group.model == model);
    let range = |values: Vec<f64>| {
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (format!("{least:.2}"), format!("{most:.2}"))
    };
    match backtest.models.get(1) {
        Some(other) => {
            let (least, most) = range(of(other).map(|group| group.ratio_to_first).collect());
            format!(
                "{}, the error of {other} is {least} to {most} times that of {first}, group by group",
                words::capitalised(&years_ahead(horizon))
            )
        }
        None => {
            let (least, most) = range(of(first).map(|group| group.crps).collect());
            format!(
                "{}, the error of {first} is {least} to {most}, group by group",
                words::capitalised(&years_ahead(horizon))
            )
        }
    }
}

/// The groups at the horizon of the figure.
fn shown(backtest: &Backtest) -> impl Iterator<Item = &GroupScore> {
    let horizon = backtest.middle_horizon();
    backtest.groups.iter().filter(move |group| group.horizon == horizon)
}

/// The value of a group in the figure, and half its confidence interval.
fn value(backtest: &Backtest, group: &GroupScore) -> (f64, f64) {
    if backtest.models.len() == 1 {
        return (group.crps, 0.0);
    }
    let error = group.ratio_to_first_standard_error.unwrap_or(0.0);
    (group.ratio_to_first, two_sided_z(LEVEL) * error)
}

/// One scale for both panels.
fn axis(backtest: &Backtest, down: &Range<f64>) -> Axis {
    let pixels = (down.end, down.start);
    let values = || shown(backtest).map(|group| value(backtest, group));
    let most = values().map(|(value, _)| value).fold(1e-3, f64::max);
    if backtest.models.len() == 1 {
        return Axis::linear((0.0, 1.1 * most), pixels);
    }
    // Whiskers of small groups may be long: they do not set the scale beyond this.
    let upper = values().map(|(value, half)| value + half).fold(most, f64::max);
    let lower = values().map(|(value, half)| value - half).fold(1.0, f64::min);
    let least = values().map(|(value, _)| value).fold(1.0, f64::min);
    Axis::log((0.96 * lower.max(0.7 * least), 1.04 * upper.min(1.5 * most)), pixels)
}

#[derive(Clone)]
struct Panel<'a> {
    backtest: &'a Backtest,
    by: Grouping,
    across: Range<f64>,
    up: Axis,
}

impl Panel<'_> {
    /// Draws the panel; returns where each model's line ends.
    fn draw(&self, canvas: &Canvas) -> Result<Vec<(usize, Point)>, ChartError> {
        let heading = match self.by {
            Grouping::Base => "by base, million USD",
            Grouping::History => "by years of history",
        };
        let at = (self.across.start, self.up.end - 24.0);
        canvas.text(heading, at, &Lettering::LABEL.bold(), Align::Left)?;
        frame::rows(canvas, &self.up, &self.up.ticks(9), &self.across, words::number)?;
        let groups = self.groups(self.backtest.models[0]);
        for (x, group) in self.places(groups.len()).into_iter().zip(&groups) {
            let at = (x, self.up.start + 22.0);
            canvas.text(&bounds(group), at, &Lettering::TICK, Align::Center)?;
            let at = (x, self.up.start + 44.0);
            canvas.text(&words::count(group.cases), at, &Lettering::NOTE, Align::Center)?;
        }
        let mut ends = Vec::new();
        for model in (0..self.backtest.models.len()).rev() {
            ends.extend(self.model(canvas, model)?.map(|end| (model, end)));
        }
        Ok(ends)
    }

    fn groups(&self, model: &str) -> Vec<&GroupScore> {
        let is_shown = |group: &&GroupScore| group.model == model && group.grouped_by == self.by;
        shown(self.backtest).filter(is_shown).collect()
    }

    fn places(&self, count: usize) -> Vec<f64> {
        let width = (self.across.end - self.across.start) / count.max(1) as f64;
        (0..count).map(|place| self.across.start + width * (place as f64 + 0.5)).collect()
    }

    fn model(&self, canvas: &Canvas, model: usize) -> Result<Option<Point>, ChartError> {
        let groups = self.groups(self.backtest.models[model]);
        let mut points = Vec::new();
        let aside = DODGE * (model as f64 - 0.5 * self.backtest.models.len() as f64);
        for (x, group) in self.places(groups.len()).into_iter().zip(groups) {
            let x = x + aside;
            let (value, half) = value(self.backtest, group);
            let ends = [value - half, value + half].map(|end| (x, self.up.at(end)));
            canvas.line(&ends, Stroke(series::color(model), 1.5))?;
            points.push((x, self.up.at(value)));
        }
        if model == 0 && self.backtest.models.len() > 1 {
            // All ratios to itself are 1.
            let y = self.up.at(1.0);
            let ends = [(self.across.start, y), (self.across.end, y)];
            canvas.line(&ends, Stroke(BLUE, 3.5))?;
            return Ok(Some((self.across.end, y)));
        }
        series::line(canvas, &points, model)?;
        Ok(points.last().copied())
    }
}

/// `5–50`, `below 0.5`, `≥ 5,000`; of years `5–7`.
fn bounds(group: &GroupScore) -> String {
    let number = words::number;
    match (group.grouped_by, group.upper) {
        (_, None) => format!("≥ {}", number(group.lower)),
        (Grouping::History, Some(upper)) if upper - group.lower > 1.0 => {
            format!("{}–{}", number(group.lower), number(upper - 1.0))
        }
        (Grouping::History, Some(_)) => number(group.lower),
        (Grouping::Base, Some(upper)) if group.lower <= 0.0 => format!("below {}", number(upper)),
        (Grouping::Base, Some(upper)) => format!("{}–{}", number(group.lower), number(upper)),
    }
}
