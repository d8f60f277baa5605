//! The quiet parts of a plot: grid lines, tick labels, the row of periods.

use super::ChartError;
use super::axis::{Axis, Scale};
use super::canvas::{Align, Canvas, Stroke};
use super::labels;
use super::lettering::Lettering;
use super::palette::{ACCENT, GRID, RULE};
use std::ops::Range;
use tradecast_core::calendar::{Period, PeriodKind};
use tradecast_core::projection::FanPoint;

/// How far a target may lie above the largest 95 % quantile on a linear scale.
const FAR_ABOVE: f64 = 4.0;

/// The ratio of largest to smallest value from which a scale is logarithmic.
const WIDE: f64 = 20.0;

/// The scale for amounts from `lower` to `upper`, whose 95 % quantiles reach `q95`, beside a
/// target.
pub fn amount_scale((lower, upper): (f64, f64), q95: f64, at_least: f64) -> Scale {
    let far_above = q95 > 0.0 && at_least > FAR_ABOVE * q95;
    let wide = lower > 0.0 && upper / lower > WIDE;
    if far_above || wide { Scale::Log } else { Scale::Linear }
}

/// The least positive and the greatest of the values; none where no value is positive.
pub fn positive_range(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let positive = values.into_iter().filter(|v| *v > 0.0 && v.is_finite());
    positive.fold(None, |range, v| match range {
        None => Some((v, v)),
        Some((lower, upper)) => Some((v.min(lower), v.max(upper))),
    })
}

/// The widest of the labels of an axis, in pixels.
pub fn tick_width(ticks: &[f64], label: impl Fn(f64) -> String) -> Result<f64, ChartError> {
    let mut widest = 0.0_f64;
    for &tick in ticks {
        widest = widest.max(Lettering::TICK.width(&label(tick))?);
    }
    Ok(widest)
}

/// Horizontal grid lines over `across`, with labels left of it.
pub fn rows(
    canvas: &Canvas,
    axis: &Axis,
    ticks: &[f64],
    across: &Range<f64>,
    label: impl Fn(f64) -> String,
) -> Result<(), ChartError> {
    for &tick in ticks {
        let y = axis.at(tick);
        canvas.line(&[(across.start, y), (across.end, y)], Stroke(GRID, 1.25))?;
        let at = (across.start - 14.0, y);
        canvas.text(&label(tick), at, &Lettering::TICK, Align::Right)?;
    }
    canvas.line(&[(across.start, axis.start), (across.end, axis.start)], Stroke(RULE, 1.25))
}

/// Vertical grid lines over `down` (from top to bottom), with labels below it.
pub fn columns(
    canvas: &Canvas,
    axis: &Axis,
    ticks: &[f64],
    down: &Range<f64>,
    label: impl Fn(f64) -> String,
) -> Result<(), ChartError> {
    let texts: Vec<String> = ticks.iter().map(|&tick| label(tick)).collect();
    let positions: Vec<f64> = ticks.iter().map(|&tick| axis.at(tick)).collect();
    let widths =
        texts.iter().map(|text| Lettering::TICK.width(text)).collect::<Result<Vec<_>, _>>()?;
    let shown = labels::thinned(&positions, &widths, 14.0, &[1, 2, 5]);
    for ((text, &x), shown) in texts.iter().zip(&positions).zip(shown) {
        canvas.line(&[(x, down.start), (x, down.end)], Stroke(GRID, 1.25))?;
        if shown {
            canvas.text(text, (x, down.end + 20.0), &Lettering::TICK, Align::Center)?;
        }
    }
    Ok(())
}

/// The names of periods under a plot, thinned where they are crowded; the last one, the target's,
/// in the accent colour.
pub fn periods(
    canvas: &Canvas,
    periods: &[Period],
    positions: &[f64],
    y: f64,
) -> Result<(), ChartError> {
    let names: Vec<String> = periods.iter().map(Period::to_string).collect();
    let bold = Lettering::TICK.bold().colored(ACCENT);
    let widths = names.iter().map(|name| bold.width(name)).collect::<Result<Vec<_>, _>>()?;
    let last = names.len().saturating_sub(1);
    let strides = periods.last().map_or(&[1][..], |period| strides(period.kind));
    let shown = labels::thinned(positions, &widths, 16.0, strides);
    for (i, name) in names.iter().enumerate() {
        let x = positions[i];
        let tick = if shown[i] { 7.0 } else { 4.0 };
        canvas.line(&[(x, y), (x, y + tick)], Stroke(RULE, 1.25))?;
        if shown[i] {
            let lettering = if i == last { bold } else { Lettering::TICK };
            canvas.text(name, (x, y + 24.0), &lettering, Align::Center)?;
        }
    }
    Ok(())
}

/// Steps between labelled periods that keep to the parts of a year.
fn strides(kind: PeriodKind) -> &'static [usize] {
    match kind {
        PeriodKind::CalendarYear | PeriodKind::FiscalYear => &[1, 2, 5, 10, 20],
        PeriodKind::Quarter => &[1, 2, 4, 8, 20, 40],
        PeriodKind::Month => &[1, 2, 3, 6, 12, 24, 60, 120],
    }
}

/// The midpoints of the periods, in years.
pub fn midpoints(points: &[FanPoint]) -> Vec<f64> {
    points.iter().map(|point| point.period.midpoint()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_far_above_or_a_wide_range_takes_a_log_scale() {
        assert_eq!(amount_scale((15.0, 200.0), 46.0, 200.0), Scale::Log);
        assert_eq!(amount_scale((60.0, 200.0), 60.0, 200.0), Scale::Linear);
        assert_eq!(amount_scale((1.0, 30.0), 30.0, 25.0), Scale::Log);
        assert_eq!(amount_scale((0.0, 0.0), 0.0, 25.0), Scale::Linear);
    }

    #[test]
    fn only_positive_values_make_a_range() {
        assert_eq!(positive_range([0.0, 3.0, 2.0, f64::INFINITY]), Some((2.0, 3.0)));
        assert_eq!(positive_range([0.0]), None);
    }
}
