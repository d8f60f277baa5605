//! What moves P: a bar an input from P at its 10 % to P at its 90 % quantile, around P itself.

use super::axis::{Axis, linear_top};
use super::canvas::{self, Align, Canvas, Stroke};
use super::lettering::Lettering;
use super::palette::{ACCENT, BLUE, GREY, INK, PALE_BLUE};
use super::sheet::{BOTTOM, LEFT, RIGHT, Sheet};
use super::{ChartError, Figure, frame};
use crate::words;
use crate::words::language::Language;
use std::ops::Range;
use tradecast_core::sensitivity::{Bar, InputSensitivity, Sensitivity};
use tradecast_core::statistics::Estimate;

/// The most bars.
const MOST: usize = 16;
/// A row is at most this high.
const HIGHEST_ROW: f64 = 64.0;
/// The columns: names, bars, shares.
const NAMES: Range<f64> = LEFT..LEFT + 400.0;
const BARS: Range<f64> = LEFT + 440.0..RIGHT - 290.0;
const SHARE_OF_P: f64 = RIGHT - 150.0;
const SHARE_OF_TOTAL: f64 = RIGHT;

/// The figure `tornado`.
pub fn figure(found: &Sensitivity) -> Result<Figure, ChartError> {
    let rows: Vec<(&InputSensitivity, Bar)> =
        found.inputs.iter().filter_map(|input| Some((input, input.bar?))).take(MOST).collect();
    if rows.is_empty() {
        return Err(ChartError::Empty("the sensitivity".to_owned()));
    }
    let sheet = sheet(found, rows.len());
    canvas::figure("tornado".to_owned(), &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        let plot = Plot::new(found, &rows, top + 40.0);
        plot.frame(canvas)?;
        for (index, (input, bar)) in rows.iter().enumerate() {
            plot.row(canvas, index, (input, bar))?;
        }
        plot.probability(canvas)
    })
}

fn sheet(found: &Sensitivity, shown: usize) -> Sheet {
    let goal = words::amount(found.at_least, &found.unit);
    let when = words::period_in(Language::english(), &found.period, found.prices);
    let of = if found.inputs.len() > shown {
        format!("the {shown} of {} inputs that move P most", found.inputs.len())
    } else {
        format!("{} inputs", found.inputs.len())
    };
    Sheet {
        title: title(found),
        subtitle: [
            format!("P(total ≥ {goal} in {when}) with one input low or high, all others left to chance"),
            format!("{} · {of} · {} simulated paths each", found.title, words::count(found.paths)),
        ],
        reading: "Bar: from P with the input at its 10 % quantile (pale) to P at its 90 % quantile (dark); whiskers: 95 % confidence intervals. Shares: Shapley effect on reaching the target, first-order index of the log total.".to_owned(),
        footer: format!("tradecast sensitivity · scenario {} · seed {}", found.name, found.seed),
    }
}

fn title(found: &Sensitivity) -> String {
    match found.inputs.first().and_then(|input| Some((input, input.bar?))) {
        Some((input, bar)) => format!(
            "“{}” moves P most: from {} to {}",
            words::assumption(&input.name),
            words::percent_of(&bar.low),
            words::percent_of(&bar.high)
        ),
        None => "What moves P".to_owned(),
    }
}

struct Plot<'a> {
    found: &'a Sensitivity,
    rows: usize,
    top: f64,
    height: f64,
    axis: Axis,
}

impl<'a> Plot<'a> {
    fn new(found: &'a Sensitivity, rows: &[(&InputSensitivity, Bar)], top: f64) -> Self {
        let height = ((BOTTOM - 50.0 - top) / rows.len() as f64).min(HIGHEST_ROW);
        let ends = rows.iter().flat_map(|(_, bar)| [bar.low.interval, bar.high.interval]);
        let highest = ends.map(|interval| interval.upper).fold(found.probability.value, f64::max);
        let upper = linear_top(highest).min(1.0);
        let axis = Axis::linear((0.0, upper), (BARS.start, BARS.end));
        Self { found, rows: rows.len(), top, height, axis }
    }

    fn y(&self, row: usize) -> f64 {
        self.top + self.height * (row as f64 + 0.5)
    }

    fn bottom(&self) -> f64 {
        self.top + self.height * self.rows as f64
    }

    fn frame(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let ticks = self.axis.ticks(6);
        frame::columns(canvas, &self.axis, &ticks, &(self.top..self.bottom()), words::percent)?;
        let y = self.top - 18.0;
        canvas.text("of P", (SHARE_OF_P, y), &Lettering::TICK, Align::Right)?;
        canvas.text("of log total", (SHARE_OF_TOTAL, y), &Lettering::TICK, Align::Right)
    }

    fn row(
        &self,
        canvas: &Canvas,
        row: usize,
        (input, bar): (&InputSensitivity, &Bar),
    ) -> Result<(), ChartError> {
        let y = self.y(row);
        self.name(canvas, y, input)?;
        let half = 0.3 * self.height;
        let center = self.axis.at(self.found.probability.value);
        let ends = [(&bar.low, PALE_BLUE), (&bar.high, BLUE)];
        for (estimate, color) in ends {
            let x = self.axis.at(estimate.value);
            canvas.rectangle((center, y - half), (x, y + half), (color, 1.0))?;
        }
        for (estimate, _) in ends {
            self.whisker(canvas, y, estimate)?;
        }
        let shares = [
            (input.reached.map(|indices| indices.shapley), SHARE_OF_P),
            (input.log_total.map(|indices| indices.first_order), SHARE_OF_TOTAL),
        ];
        for (share, x) in shares {
            let text = share.map_or_else(|| "–".to_owned(), |it| crate::sensitivity::share(&it));
            canvas.text(&text, (x, y), &Lettering::TICK, Align::Right)?;
        }
        Ok(())
    }

    fn name(&self, canvas: &Canvas, y: f64, input: &InputSensitivity) -> Result<(), ChartError> {
        let width = NAMES.end - NAMES.start;
        let size = (0.36 * self.height).clamp(12.0, 16.0);
        let own = Lettering::LABEL.sized(size);
        let values = input.values.as_ref().map(|[from, to]| format!("{from} to {to}"));
        let name = words::assumption(&input.name);
        let own = own.shrunk(&name, width, 11.0)?;
        let name = own.lines(&name, width, 1)?.concat();
        let up = if values.is_some() { 0.24 * self.height } else { 0.0 };
        canvas.text(&name, (NAMES.start, y - up), &own, Align::Left)?;
        let Some(values) = values else { return Ok(()) };
        let small = Lettering::NOTE.sized((0.3 * self.height).clamp(10.0, 14.0)).colored(GREY);
        let values = small.lines(&values, width, 1)?.concat();
        canvas.text(&values, (NAMES.start, y + 0.22 * self.height), &small, Align::Left)
    }

    fn whisker(&self, canvas: &Canvas, y: f64, estimate: &Estimate) -> Result<(), ChartError> {
        let ends = [estimate.interval.lower, estimate.interval.upper].map(|p| self.axis.at(p));
        let stroke = Stroke(INK, 1.25);
        canvas.line(&[(ends[0], y), (ends[1], y)], stroke)?;
        for x in ends {
            canvas.line(&[(x, y - 4.0), (x, y + 4.0)], stroke)?;
        }
        Ok(())
    }

    /// P with all left to chance.
    fn probability(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let x = self.axis.at(self.found.probability.value);
        canvas.line(&[(x, self.top - 4.0), (x, self.bottom())], Stroke(ACCENT, 2.0))?;
        let text = format!("P {}", words::percent_of(&self.found.probability));
        let bold = Lettering::TICK.bold().colored(ACCENT);
        canvas.text(&text, (x, self.top - 18.0), &bold, Align::Center)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_as_words() {
        assert_eq!(words::assumption("intervention.casa-1000"), "casa-1000");
        assert_eq!(words::assumption("flow.a.growth.random_walk.median"), "a: growth a year");
        assert_eq!(words::assumption("world.drift"), "growth of the world's trade");
    }
}
