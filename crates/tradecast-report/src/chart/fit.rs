//! A history and what it says of the years ahead: a line with dots, then a fan.

use super::axis::{Axis, Scale, linear_top};
use super::canvas::{self, Align, Canvas, Point, Stroke};
use super::lettering::Lettering;
use super::palette::{BLUE, GREY, INK, PAPER, RULE};
use super::sheet::{BOTTOM, LEFT, RIGHT, Sheet};
use super::{ChartError, Figure, curve, frame, labels};
use crate::fit::{answer, basis, span};
use crate::words;
use std::ops::Range;
use tradecast_core::calendar::Period;
use tradecast_core::fit::{AheadYear, FitProjection, FlowFit, HistoryYear};

/// The least room for the labels at the line ends.
const LABELS: f64 = 150.0;

/// From a line's end to its label.
const LEADER: f64 = 26.0;

/// The distance between labels at the line ends.
const GAP: f64 = 27.0;

/// A quantile of a year ahead.
type Quantile = fn(&AheadYear) -> f64;

/// The bands from the outer to the inner one, with their opacities.
const BANDS: [(Quantile, Quantile, f64); 3] =
    [(|y| y.q05, |y| y.q95, 0.12), (|y| y.q10, |y| y.q90, 0.14), (|y| y.q25, |y| y.q75, 0.2)];

/// The figure of each flow.
pub fn figures(projection: &FitProjection) -> Result<Vec<Figure>, ChartError> {
    let name = |position: usize, flow: &FlowFit| match position {
        0 => "fit".to_owned(),
        _ => format!("fit-{}", flow.name),
    };
    let each = projection.flows.iter().enumerate();
    each.map(|(position, flow)| figure(projection, flow, name(position, flow))).collect()
}

fn figure(projection: &FitProjection, flow: &FlowFit, name: String) -> Result<Figure, ChartError> {
    let (Some(_), Some(last)) = (flow.ahead.last(), flow.history.last()) else {
        return Err(ChartError::Empty(flow.name.clone()));
    };
    let sheet = sheet(projection, flow);
    canvas::figure(name, &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        let plot = Plot::new(flow, last, top + 14.0)?;
        plot.grid(canvas)?;
        plot.bands(canvas)?;
        plot.lines(canvas)?;
        plot.last_value(canvas)?;
        plot.end_labels(canvas)
    })
}

fn sheet(projection: &FitProjection, flow: &FlowFit) -> Sheet {
    let unit = if flow.unit.is_empty() { "the file's unit" } else { &flow.unit };
    let scale = match amounts(flow).0 {
        Scale::Log => " (log scale)",
        Scale::Linear => "",
    };
    let chances = flow.ahead.last().map_or_else(String::new, |end| {
        format!(
            " · by {}: at least twice as much {}, five times {}",
            end.period,
            words::percent(end.p_2),
            words::percent(end.p_5)
        )
    });
    let prior = projection.prior.rsplit(['/', '\\']).next().unwrap_or_default();
    Sheet {
        title: answer(flow),
        subtitle: [
            format!("{} · fitted to {}{chances}", flow.label, span(flow)),
            format!("Prior: {prior} · {}", basis(flow)),
        ],
        reading: format!(
            "{} in {unit}{scale}. Dark line: history; blue line: median; shaded: the middle 50, 80 and 90 % (prediction intervals), drawn smooth between years.",
            if flow.is_total { "Trade" } else { "Exports" },
        ),
        footer: format!("tradecast fit · {}", files(projection)),
    }
}

/// The names of the files, without folders.
fn files(projection: &FitProjection) -> String {
    let name = |path: &String| path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    projection.files.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The scale and range of amounts that history and fan need.
fn amounts(flow: &FlowFit) -> (Scale, (f64, f64)) {
    let ends = flow.ahead.iter().flat_map(|year| [year.q05, year.q95]);
    let values = flow.history.iter().map(|year| year.value).chain(ends);
    let (lower, upper) = frame::positive_range(values).unwrap_or((1.0, 1.0));
    match frame::amount_scale((lower, upper), upper, upper) {
        Scale::Log => (Scale::Log, (lower / 1.25, upper * 1.3)),
        Scale::Linear => (Scale::Linear, (0.0, linear_top(upper))),
    }
}

struct Plot<'a> {
    flow: &'a FlowFit,
    last: &'a HistoryYear,
    across: Range<f64>,
    amounts: Axis,
    ticks: Vec<f64>,
    time: Axis,
}

impl<'a> Plot<'a> {
    fn new(flow: &'a FlowFit, last: &'a HistoryYear, top: f64) -> Result<Self, ChartError> {
        let pixels = (BOTTOM - 50.0, top);
        let (scale, range) = amounts(flow);
        let amounts = match scale {
            Scale::Log => Axis::log(range, pixels),
            Scale::Linear => Axis::linear(range, pixels),
        };
        let ticks = amounts.ticks(7);
        let left = LEFT + 14.0 + frame::tick_width(&ticks, words::number)?.max(30.0);
        let across = left..RIGHT - labels_room(flow)?;
        let periods = periods(flow);
        let first = periods.first().map_or(0.0, Period::midpoint);
        let end = periods.last().map_or(1.0, Period::midpoint);
        let time = Axis::linear((first, end), (across.start + 34.0, across.end));
        Ok(Self { flow, last, across, amounts, ticks, time })
    }

    fn x(&self, period: &Period) -> f64 {
        self.time.at(period.midpoint())
    }

    /// Horizontal lines, a vertical one where the history ends, and the years.
    fn grid(&self, canvas: &Canvas) -> Result<(), ChartError> {
        frame::rows(canvas, &self.amounts, &self.ticks, &self.across, words::number)?;
        let x = self.x(&self.last.period);
        canvas.line(&[(x, self.amounts.end), (x, self.amounts.start)], Stroke(RULE, 1.25))?;
        self.years(canvas)
    }

    fn years(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let periods = periods(self.flow);
        let names: Vec<String> = periods.iter().map(Period::to_string).collect();
        let bold = Lettering::TICK.bold().colored(INK);
        let widths = names.iter().map(|name| bold.width(name)).collect::<Result<Vec<_>, _>>()?;
        let xs: Vec<f64> = periods.iter().map(|period| self.x(period)).collect();
        let last = self.flow.history.len() - 1;
        let shown = shown(&xs, &widths, last);
        let y = self.amounts.start;
        for (index, name) in names.iter().enumerate() {
            let tick = if shown[index] { 7.0 } else { 4.0 };
            canvas.line(&[(xs[index], y), (xs[index], y + tick)], Stroke(RULE, 1.25))?;
            if shown[index] {
                let lettering = if index == last { bold } else { Lettering::TICK };
                canvas.text(name, (xs[index], y + 24.0), &lettering, Align::Center)?;
            }
        }
        Ok(())
    }

    /// The smooth line of a quantile from the last value on.
    fn quantile(&self, of: Quantile) -> Vec<Point> {
        let last = (self.x(&self.last.period), self.amounts.at(self.last.value));
        let ahead = self.flow.ahead.iter();
        let points = ahead.map(|year| (self.x(&year.period), self.amounts.at(of(year))));
        curve::smooth(&[last].into_iter().chain(points).collect::<Vec<_>>())
    }

    fn bands(&self, canvas: &Canvas) -> Result<(), ChartError> {
        for (lower, upper, opacity) in BANDS {
            let mut outline = self.quantile(upper);
            outline.extend(self.quantile(lower).into_iter().rev());
            canvas.area(&outline, (BLUE, opacity))?;
        }
        Ok(())
    }

    /// The median ahead and the history, with a dot a year.
    fn lines(&self, canvas: &Canvas) -> Result<(), ChartError> {
        canvas.line(&self.quantile(|year| year.q50), Stroke(BLUE, 3.5))?;
        for year in &self.flow.ahead {
            canvas.dot((self.x(&year.period), self.amounts.at(year.q50)), 4.5, BLUE)?;
        }
        let history: Vec<Point> = self
            .flow
            .history
            .iter()
            .map(|year| (self.x(&year.period), self.amounts.at(year.value)))
            .collect();
        canvas.line(&history, Stroke(INK, 2.5))?;
        history.iter().try_for_each(|point| canvas.dot(*point, 4.5, INK))
    }

    /// The last value beside its dot, on the side of the history where its line leaves room.
    fn last_value(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let label = words::number(self.last.value);
        let lettering = Lettering::LABEL.bold();
        let (x, y) = (self.x(&self.last.period), self.amounts.at(self.last.value));
        let before = self.flow.history.iter().rev().nth(1);
        let comes_from_above = before.is_some_and(|before| self.amounts.at(before.value) < y);
        let side = if comes_from_above { 24.0 } else { -24.0 };
        let room = self.amounts.end + 10.0..self.amounts.start - 12.0;
        let place = if room.contains(&(y + side)) { y + side } else { y - side };
        canvas.backed(&label, (x - 10.0, place), &lettering, Align::Right, PAPER)
    }

    fn end_labels(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let rows = end_rows(self.flow);
        let wanted: Vec<f64> = rows.iter().map(|row| self.amounts.at(row.0)).collect();
        let room = (self.amounts.end - 6.0, self.amounts.start);
        let placed = labels::separated(&wanted, GAP, room);
        let x = self.time.end;
        for (((_, text, lettering), wanted), y) in rows.iter().zip(wanted).zip(placed) {
            if (y - wanted).abs() > 4.0 {
                canvas.line(&[(x + 9.0, wanted), (x + 22.0, y)], Stroke(RULE, 1.25))?;
            }
            canvas.text(text, (x + LEADER, y), lettering, Align::Left)?;
        }
        Ok(())
    }
}

/// Amount, text and look of each label at the end.
fn end_rows(flow: &FlowFit) -> Vec<(f64, String, Lettering)> {
    let Some(end) = flow.ahead.last() else { return Vec::new() };
    let quiet = Lettering::LABEL.colored(GREY);
    let rows = [
        ("95 % below", end.q95, quiet),
        ("90 % below", end.q90, quiet),
        ("75 % below", end.q75, quiet),
        ("median", end.q50, Lettering::LABEL.bold().colored(BLUE)),
        ("25 % below", end.q25, quiet),
        ("10 % below", end.q10, quiet),
        ("5 % below", end.q05, quiet),
    ];
    let text = |name: &str, value: f64| format!("{name} {}", words::rounded(value));
    rows.map(|(name, value, lettering)| (value, text(name, value), lettering)).to_vec()
}

/// The room that the labels at the line ends take.
fn labels_room(flow: &FlowFit) -> Result<f64, ChartError> {
    let mut room = LABELS;
    for (_, text, lettering) in end_rows(flow) {
        room = room.max(lettering.width(&text)? + LEADER + 4.0);
    }
    Ok(room)
}

/// Which years are named: thinned where they are crowded, the history's last one always.
fn shown(xs: &[f64], widths: &[f64], last: usize) -> Vec<bool> {
    const STRIDES: [usize; 4] = [1, 2, 5, 10];
    let mut shown = labels::thinned(&xs[..=last], &widths[..=last], 16.0, &STRIDES);
    // Those ahead are thinned from the same year on, read backwards.
    let back: Vec<f64> = xs[last..].iter().rev().map(|x| -x).collect();
    let back_widths: Vec<f64> = widths[last..].iter().rev().copied().collect();
    let ahead = labels::thinned(&back, &back_widths, 16.0, &STRIDES);
    shown.extend(ahead.into_iter().rev().skip(1));
    shown
}

/// The years of the history and those ahead.
fn periods(flow: &FlowFit) -> Vec<Period> {
    let history = flow.history.iter().map(|year| year.period);
    history.chain(flow.ahead.iter().map(|year| year.period)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradecast_core::calendar::PeriodKind;
    use tradecast_core::fit::FittedGrowth;

    /// Five years of history and `years` ahead whose log spreads by `sd` a year.
    fn flow(values: &[f64], sd: f64, years: u32) -> FlowFit {
        let year = |index: usize| Period {
            first_month: (2021 + index as i32) * 12,
            kind: PeriodKind::CalendarYear,
        };
        let history: Vec<HistoryYear> = (0..)
            .zip(values)
            .map(|(index, value)| HistoryYear { period: year(index), value: *value, line: 3 })
            .collect();
        let last = values[values.len() - 1];
        let ahead = (1..=years).map(|years| {
            let at = |z: f64| last * libm::exp(z * sd * f64::from(years).sqrt());
            AheadYear {
                years,
                period: year(values.len() - 1 + years as usize),
                q05: at(-1.64),
                q10: at(-1.28),
                q25: at(-0.67),
                q50: at(0.0),
                q75: at(0.67),
                q90: at(1.28),
                q95: at(1.64),
                p_1_25: 0.4,
                p_2: 0.2,
                p_5: 0.01,
            }
        });
        FlowFit {
            name: "pak-kgz".to_owned(),
            label: "PAK → KGZ".to_owned(),
            exporter: "PAK".to_owned(),
            importer: "KGZ".to_owned(),
            reporter: None,
            is_total: false,
            unit: "million USD".to_owned(),
            findings: Vec::new(),
            growth: FittedGrowth::Level {
                drift: 0.06,
                drift_sd: 0.03,
                shock_sd: sd,
                transitory_sd: 0.1,
                transitory_share: 0.2,
                df: 4.3,
                own_share: 0.4,
                prior_sd: Some(0.3),
            },
            ahead: ahead.collect(),
            history,
        }
    }

    #[test]
    fn a_wide_fan_takes_a_log_scale() {
        let (scale, (lower, _)) = amounts(&flow(&[5.9, 11.5, 20.0, 16.0, 15.5], 0.1, 3));
        assert_eq!((scale, lower), (Scale::Linear, 0.0));
        let (scale, (lower, upper)) = amounts(&flow(&[5.9, 11.5, 20.0, 16.0, 15.5], 0.6, 5));
        assert!(scale == Scale::Log && lower > 0.0 && upper > 15.5, "{lower} {upper}");
    }

    #[test]
    fn the_last_year_of_the_history_is_named() {
        let xs: Vec<f64> = (0..25).map(|index| 40.0 * f64::from(index)).collect();
        let shown = shown(&xs, &[38.0; 25], 19);
        let named: Vec<usize> = (0..25).filter(|index| shown[*index]).collect();
        assert_eq!(named, [1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23]);
    }

    #[test]
    fn any_history_can_be_drawn() {
        for (values, sd, years) in [
            (&[5.9, 11.5, 20.0, 16.0, 15.5][..], 0.3, 5),
            (&[1e-4, 2.0, 3e5, 4.0, 5.0], 0.9, 30),
            (&[7.0; 20], 1e-9, 1),
        ] {
            let flows = vec![flow(values, sd, years), flow(values, sd, years)];
            let projection = FitProjection {
                files: vec!["some/history.csv".to_owned()],
                prior: "world".to_owned(),
                notes: Vec::new(),
                mirrors: Vec::new(),
                flows,
                unfitted: Vec::new(),
                correlations: Vec::new(),
                fragments: Vec::new(),
            };
            let drawn = figures(&projection).expect("figures");
            assert_eq!([&drawn[0].name, &drawn[1].name], ["fit", "fit-pak-kgz"]);
            assert!(!drawn[0].png().expect("a picture").is_empty());
        }
    }
}
