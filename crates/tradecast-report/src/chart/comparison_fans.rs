//! The totals of several scenarios over time on one plot: medians, and the bands that stay legible.

use super::axis::{Axis, Scale, linear_top};
use super::canvas::{self, Align, Canvas, Point, Stroke};
use super::lettering::Lettering;
use super::palette::{ACCENT, BLUE, GREEN, GREY, PURPLE, RULE};
use super::sheet::{BOTTOM, LEFT, RIGHT, Sheet};
use super::{ChartError, Figure, chance, curve, frame, labels, stem};
use crate::words;
use crate::words::language::Language;
use plotters::style::RGBColor;
use std::ops::Range;
use tradecast_core::calendar::Period;
use tradecast_core::projection::{Comparison, ComparisonRow, FanSlice};

/// Positions of the quantiles of a [`FanSlice`].
const Q05: usize = 0;
const Q25: usize = 1;
const Q50: usize = 2;
const Q75: usize = 3;
const Q95: usize = 4;

/// Up to so many scenarios have a band of their own; of more, the first and the likeliest.
const FEW: usize = 3;

/// Room for the labels at the line ends.
const LABELS: f64 = 330.0;

/// The distance between labels, of one line and of two.
const GAPS: (f64, f64) = (26.0, 46.0);

/// The figures of all targets.
pub fn figures(comparison: &Comparison) -> Result<Vec<Figure>, ChartError> {
    let mut targets: Vec<&str> = Vec::new();
    for row in &comparison.rows {
        if !targets.contains(&row.target.as_str()) {
            targets.push(&row.target);
        }
    }
    let mut figures = Vec::new();
    for (position, target) in targets.into_iter().enumerate() {
        let rows: Vec<ComparisonRow> =
            comparison.rows.iter().filter(|row| row.target == target).cloned().collect();
        if rows.iter().any(|row| row.fan.is_empty()) {
            continue;
        }
        let suffix = if position == 0 { String::new() } else { format!("-{}", stem(target)) };
        figures.push(figure(&rows, format!("comparison-fans{suffix}"))?);
    }
    Ok(figures)
}

fn figure(rows: &[ComparisonRow], name: String) -> Result<Figure, ChartError> {
    let looks = looks(rows);
    let sheet = sheet(rows, &looks);
    canvas::figure(name, &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        let plot = Plot::new(rows, &looks, top + 14.0)?;
        plot.grid(canvas)?;
        plot.bands(canvas)?;
        plot.target(canvas)?;
        plot.medians(canvas)?;
        plot.end_labels(canvas)
    })
}

/// How one scenario is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Look {
    color: RGBColor,
    has_bands: bool,
}

/// Few scenarios have a colour and a band each; of many, the first and the likeliest of the others,
/// and the rest are grey lines.
fn looks(rows: &[ComparisonRow]) -> Vec<Look> {
    let colors = [BLUE, GREEN, PURPLE];
    if rows.len() <= FEW {
        return colors
            .iter()
            .take(rows.len())
            .map(|&color| Look { color, has_bands: true })
            .collect();
    }
    let by_p = |a: &usize, b: &usize| {
        let p = |index: usize| chance::shown(&rows[index].probability);
        p(*a).total_cmp(&p(*b)).then(b.cmp(a))
    };
    let likeliest = (1..rows.len()).max_by(by_p);
    let look = |index: usize| match index {
        0 => Look { color: BLUE, has_bands: true },
        index if Some(index) == likeliest => Look { color: GREEN, has_bands: true },
        _ => Look { color: GREY, has_bands: false },
    };
    (0..rows.len()).map(look).collect()
}

fn sheet(rows: &[ComparisonRow], looks: &[Look]) -> Sheet {
    let first = &rows[0];
    let when = words::period_in(Language::english(), &first.period, first.prices);
    let named = |(row, look): (&ComparisonRow, &Look)| look.has_bands.then(|| row.scenario.clone());
    let banded: Vec<String> = rows.iter().zip(looks).filter_map(named).collect();
    let bands = if rows.len() <= FEW {
        "shaded: the middle 50 % and 90 %".to_owned()
    } else {
        format!("shaded: the middle 90 % of {}", banded.join(" and of "))
    };
    let scenarios: Vec<&str> = rows.iter().map(|row| row.scenario.as_str()).collect();
    let scale = match amounts(rows, looks).0 {
        Scale::Log => " (log scale)",
        Scale::Linear => "",
    };
    Sheet {
        title: title(rows),
        subtitle: [
            format!(
                "Total in {}{scale}, against the target of {} in {when}",
                first.unit,
                words::amount(first.at_least, &first.unit)
            ),
            format!("Scenarios: {}", scenarios.join(", ")),
        ],
        reading: format!(
            "Lines: medians of the simulated paths of each scenario, drawn smooth between periods; {bands} (prediction intervals)."
        ),
        footer: "tradecast compare".to_owned(),
    }
}

/// Where the medians end.
fn title(rows: &[ComparisonRow]) -> String {
    let first = &rows[0];
    let medians = || rows.iter().map(|row| row.median);
    let (least, most) =
        (medians().fold(f64::INFINITY, f64::min), medians().fold(f64::NEG_INFINITY, f64::max));
    let [low, high] = [least, most].map(words::rounded);
    let range = if low == high { low } else { format!("{low} to {high}") };
    format!(
        "The median paths end at {} in {}; the target is {}",
        format!("{range} {}", first.unit).trim_end(),
        first.period,
        words::number(first.at_least)
    )
}

/// The scale and range of amounts that what is drawn needs.
fn amounts(rows: &[ComparisonRow], looks: &[Look]) -> (Scale, (f64, f64)) {
    let at_least = rows[0].at_least;
    let shown = |(row, look): (&ComparisonRow, &Look)| {
        let ends = if look.has_bands { [Q05, Q95] } else { [Q50, Q50] };
        row.fan.iter().flat_map(move |slice| ends.map(|q| slice.quantiles[q])).collect::<Vec<_>>()
    };
    let all: Vec<f64> = rows.iter().zip(looks).flat_map(shown).collect();
    let highest = all.iter().copied().fold(0.0, f64::max);
    let range = frame::positive_range(all.into_iter().chain([at_least]));
    let (lower, upper) = range.unwrap_or((1.0, 1.0));
    match frame::amount_scale((lower, upper), highest, at_least) {
        // As in the fan of one scenario.
        Scale::Log => (Scale::Log, ((lower / 1.25).max(upper / 1e6), upper * 1.3)),
        Scale::Linear => (Scale::Linear, (0.0, linear_top(upper))),
    }
}

struct Plot<'a> {
    rows: &'a [ComparisonRow],
    looks: &'a [Look],
    across: Range<f64>,
    amounts: Axis,
    ticks: Vec<f64>,
    time: Axis,
}

impl<'a> Plot<'a> {
    fn new(rows: &'a [ComparisonRow], looks: &'a [Look], top: f64) -> Result<Self, ChartError> {
        let pixels = (BOTTOM - 50.0, top);
        let (scale, range) = amounts(rows, looks);
        let amounts = match scale {
            Scale::Log => Axis::log(range, pixels),
            Scale::Linear => Axis::linear(range, pixels),
        };
        let ticks = amounts.ticks(7);
        let left = LEFT + 14.0 + frame::tick_width(&ticks, words::number)?.max(30.0);
        let across = left..RIGHT - LABELS;
        let years = || rows.iter().flat_map(|row| &row.fan).map(|slice| slice.period.midpoint());
        let (first, last) =
            (years().fold(f64::INFINITY, f64::min), years().fold(f64::NEG_INFINITY, f64::max));
        let time = Axis::linear((first, last), (across.start + 34.0, across.end));
        Ok(Self { rows, looks, across, amounts, ticks, time })
    }

    fn grid(&self, canvas: &Canvas) -> Result<(), ChartError> {
        frame::rows(canvas, &self.amounts, &self.ticks, &self.across, words::number)?;
        let names: Vec<Period> = self.rows[0].fan.iter().map(|slice| slice.period).collect();
        let xs: Vec<f64> = names.iter().map(|period| self.time.at(period.midpoint())).collect();
        frame::periods(canvas, &names, &xs, self.amounts.start)
    }

    fn quantile(&self, row: &ComparisonRow, which: usize) -> Vec<Point> {
        let point = |slice: &FanSlice| {
            (self.time.at(slice.period.midpoint()), self.amounts.at(slice.quantiles[which]))
        };
        curve::smooth(&row.fan.iter().map(point).collect::<Vec<_>>())
    }

    fn bands(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let bands: &[(usize, usize, f64)] = if self.rows.len() <= FEW {
            &[(Q05, Q95, 0.12), (Q25, Q75, 0.2)]
        } else {
            &[(Q05, Q95, 0.14)]
        };
        for (row, look) in self.rows.iter().zip(self.looks).filter(|(_, look)| look.has_bands) {
            for &(lower, upper, opacity) in bands {
                let mut outline = self.quantile(row, upper);
                outline.extend(self.quantile(row, lower).into_iter().rev());
                canvas.area(&outline, (look.color, opacity))?;
            }
        }
        Ok(())
    }

    fn target(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let (x, y) = (self.across.end, self.amounts.at(self.rows[0].at_least));
        canvas.line(&[(x, self.amounts.end), (x, self.amounts.start)], Stroke(RULE, 1.25))?;
        canvas.dashed(&[(self.across.start, y), (x, y)], Stroke(ACCENT, 2.5))?;
        canvas.dot((x, y), 7.0, ACCENT)
    }

    /// Grey lines first, so that the others lie above them.
    fn medians(&self, canvas: &Canvas) -> Result<(), ChartError> {
        for has_bands in [false, true] {
            let those = self.rows.iter().zip(self.looks);
            for (row, look) in those.filter(|(_, look)| look.has_bands == has_bands) {
                let width = if has_bands { 3.5 } else { 2.0 };
                canvas.line(&self.quantile(row, Q50), Stroke(look.color, width))?;
            }
        }
        Ok(())
    }

    fn end_labels(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let at_least = self.rows[0].at_least;
        let goal = format!("target {}", words::number(at_least));
        let mut ends = vec![(at_least, goal, None, Lettering::LABEL.bold().colored(ACCENT))];
        let few = self.rows.len() <= FEW;
        for (row, look) in self.rows.iter().zip(self.looks) {
            let [low, high] = [row.q05, row.q95].map(words::rounded);
            let own = Lettering::LABEL.colored(look.color);
            let own = if look.has_bands { own.bold() } else { own };
            let detail = few.then(|| format!("median; 90 % within {low}–{high}"));
            let text = format!("{} {}", row.scenario, words::rounded(row.median));
            ends.push((row.median, text, detail, own));
        }
        let gap = if few { GAPS.1 } else { GAPS.0 };
        let wanted: Vec<f64> = ends.iter().map(|end| self.amounts.at(end.0)).collect();
        let placed = labels::separated(&wanted, gap, (self.amounts.end, self.amounts.start));
        let x = self.across.end;
        for ((end, wanted), y) in ends.iter().zip(wanted).zip(placed) {
            let (_, text, detail, lettering) = end;
            if (y - wanted).abs() > 4.0 {
                canvas.line(&[(x + 9.0, wanted), (x + 22.0, y)], Stroke(RULE, 1.25))?;
            }
            let room = RIGHT - x - 26.0;
            let own = lettering.shrunk(text, room, 12.0)?;
            canvas.text(&own.fitted(text, room)?, (x + 26.0, y), &own, Align::Left)?;
            if let Some(detail) = detail {
                canvas.text(detail, (x + 26.0, y + 19.0), &Lettering::NOTE, Align::Left)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn of_many_scenarios_the_first_and_the_likeliest_have_bands() {
        let comparison = testing::comparison(7);
        let rows = &comparison.rows[..];
        let banded: Vec<usize> = (0..7).filter(|index| looks(rows)[*index].has_bands).collect();
        // The third of the test's rows has the most hits.
        assert_eq!(banded, [0, 2]);
        assert!(looks(&rows[..3]).iter().all(|look| look.has_bands));
    }

    #[test]
    fn the_axis_holds_bands_and_target() {
        let comparison = testing::comparison(5);
        let rows = &comparison.rows[..];
        let (scale, (lower, upper)) = amounts(rows, &looks(rows));
        assert_eq!(scale, Scale::Log);
        assert!(lower < rows[0].q05 && upper > 200.0);
    }

    #[test]
    fn a_scenario_without_a_fan_leaves_the_figure_out() {
        let mut comparison = testing::comparison(2);
        assert_eq!(figures(&comparison).expect("a figure").len(), 1);
        comparison.rows[1].fan.clear();
        assert!(figures(&comparison).expect("none").is_empty());
    }
}
