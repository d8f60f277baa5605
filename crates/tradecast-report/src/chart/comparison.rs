//! Scenarios side by side: the probability, its difference to the first, and the total.

use super::axis::{Axis, Scale, linear_top};
use super::canvas::{self, Align, Canvas, Stroke, leading};
use super::lettering::Lettering;
use super::palette::{ACCENT, BLUE, GREEN, GREY, INK, PAPER, PURPLE, STRIPE};
use super::sheet::{BOTTOM, LEFT, RIGHT, Sheet};
use super::{ChartError, Figure, chance, frame};
use crate::words;
use crate::words::language::Language;
use plotters::style::RGBColor;
use std::ops::Range;
use tradecast_core::projection::{Comparison, ComparisonRow};

/// A row is at most this high.
const HIGHEST_ROW: f64 = 180.0;

/// The smallest letters of a name.
const SMALLEST_NAME: f64 = 12.0;

/// About how many letters of a scenario's name fit into the title.
const SHORT: usize = 48;

/// The columns: names, probabilities, differences, totals.
const NAMES: Range<f64> = LEFT..LEFT + 380.0;
const CHANCES: Range<f64> = LEFT + 420.0..LEFT + 820.0;
const DIFFERENCES: f64 = LEFT + 930.0;
const TOTALS: Range<f64> = LEFT + 1070.0..RIGHT - 10.0;

/// The comparison of scenarios.
pub fn figure(comparison: &Comparison) -> Result<Figure, ChartError> {
    let rows = &comparison.rows;
    let Some(first) = rows.first() else {
        return Err(ChartError::Empty("the comparison".to_owned()));
    };
    let sheet = sheet(rows, first);
    canvas::figure("comparison".to_owned(), &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        let plot = Plot::new(rows, top + 8.0);
        plot.stripes(canvas)?;
        plot.names(canvas)?;
        plot.chances(canvas)?;
        plot.differences(canvas)?;
        plot.totals(canvas)
    })
}

fn sheet(rows: &[ComparisonRow], first: &ComparisonRow) -> Sheet {
    let question = if same(rows, |row| (row.at_least, row.period.clone(), row.unit.clone())) {
        format!(
            "P(total ≥ {} in {}) of each scenario",
            words::amount(first.at_least, &first.unit),
            words::period_in(Language::english(), &first.period, first.prices)
        )
    } else {
        "P of reaching each target in its own period".to_owned()
    };
    let pairing = words::pairing(Language::english(), rows);
    Sheet {
        title: title(rows, first),
        subtitle: [question, format!("Differences to “{}”; {pairing}", label(first, rows))],
        reading: format!(
            "Whiskers and small numbers: {} confidence intervals. Bars: the middle 90 % of the simulated totals (prediction intervals), dot: median.{}",
            words::percent(first.probability.interval.level),
            chance::bounds_reading(rows.iter().map(|row| &row.probability)),
        ),
        footer: "tradecast compare".to_owned(),
    }
}

fn title(rows: &[ComparisonRow], first: &ComparisonRow) -> String {
    let by_p = |a: &&ComparisonRow, b: &&ComparisonRow| {
        chance::shown(&a.probability).total_cmp(&chance::shown(&b.probability))
    };
    let best = rows.iter().max_by(by_p).unwrap_or(first);
    let p = |row: &ComparisonRow| words::percent_of(&row.probability);
    if rows.len() == 1 {
        return format!(
            "“{}” reaches {} in {} with a probability of {}",
            short(first, rows),
            words::amount(first.at_least, &first.unit),
            first.period,
            p(first)
        );
    }
    if best.probability == first.probability {
        return format!(
            "No scenario reaches the target more often than “{}”: {}",
            short(first, rows),
            p(first)
        );
    }
    format!(
        "“{}” reaches {} most often: {}, against {} in “{}”",
        short(best, rows),
        words::amount(best.at_least, &best.unit),
        p(best),
        p(first),
        short(first, rows)
    )
}

/// The label up to its first colon, where that is enough to tell it from the others, and
/// no more than some words.
fn short(row: &ComparisonRow, rows: &[ComparisonRow]) -> String {
    let full = label(row, rows);
    let name = full.split(':').next().unwrap_or_default().to_owned();
    let alike = rows.iter().filter(|other| label(other, rows).starts_with(&name)).count();
    let name = if alike <= 1 && !name.trim().is_empty() { name } else { full };
    let mut words = Vec::new();
    for word in name.split_whitespace() {
        if words.iter().map(|word: &&str| word.chars().count() + 1).sum::<usize>() > SHORT {
            return format!("{} …", words.join(" "));
        }
        words.push(word);
    }
    words.join(" ")
}

/// The scenario's title, with the target's name where there are several.
fn label(row: &ComparisonRow, rows: &[ComparisonRow]) -> String {
    let title = if row.title.trim().is_empty() { &row.scenario } else { &row.title };
    if same(rows, |row| row.target.clone()) {
        title.clone()
    } else {
        format!("{title}: {}", row.target)
    }
}

/// The label, and by whose statistics the total is judged where scenarios differ in that.
fn full_name(row: &ComparisonRow, rows: &[ComparisonRow]) -> String {
    let label = label(row, rows);
    match &row.measured_by {
        Some(who) if !same(rows, |row| row.measured_by.clone()) => format!("{label} ({who})"),
        _ => label,
    }
}

fn same<T: PartialEq>(rows: &[ComparisonRow], of: impl Fn(&ComparisonRow) -> T) -> bool {
    rows.windows(2).all(|pair| of(&pair[0]) == of(&pair[1]))
}

struct Plot<'a> {
    rows: &'a [ComparisonRow],
    /// The upper edge of the first row, and the height of each.
    top: f64,
    height: f64,
    lettering: Lettering,
    chances: Axis,
    /// None where the units of the rows differ.
    totals: Option<Axis>,
}

impl<'a> Plot<'a> {
    fn new(rows: &'a [ComparisonRow], top: f64) -> Self {
        let top = top + 34.0;
        let room = BOTTOM - 44.0 - top;
        let height = (room / rows.len() as f64).min(HIGHEST_ROW);
        // Few rows stand a little above the middle of the sheet.
        let top = top + 0.35 * (room - height * rows.len() as f64);
        let size = libm::floor(0.5 * height).clamp(9.0, 17.0);
        let lettering = Lettering::LABEL.sized(size);
        let estimates: Vec<_> = rows.iter().map(|row| row.probability).collect();
        let room = (CHANCES.start + 10.0, CHANCES.end - 70.0);
        let scale = chance::scale_side_by_side(&estimates);
        let chances = chance::axis(&estimates, scale, room);
        let totals = same(rows, |row| row.unit.clone()).then(|| totals_axis(rows));
        Self { rows, top, height, lettering, chances, totals }
    }

    fn y(&self, row: usize) -> f64 {
        self.top + self.height * (row as f64 + 0.5)
    }

    fn down(&self) -> Range<f64> {
        self.top..self.top + self.height * self.rows.len() as f64
    }

    fn stripes(&self, canvas: &Canvas) -> Result<(), ChartError> {
        for row in (0..self.rows.len()).step_by(2) {
            let y = self.top + self.height * row as f64;
            let corners = ((LEFT - 12.0, y), (RIGHT + 12.0, y + self.height));
            canvas.rectangle(corners.0, corners.1, (STRIPE, 1.0))?;
        }
        Ok(())
    }

    fn names(&self, canvas: &Canvas) -> Result<(), ChartError> {
        for (i, row) in self.rows.iter().enumerate() {
            let lettering = if i == 0 { self.lettering.bold() } else { self.lettering };
            let name = full_name(row, self.rows);
            let room = (NAMES.end - NAMES.start, self.height);
            let (lettering, lines) = name_lines(&name, lettering, room)?;
            let up = leading(&lettering) * lines.len().saturating_sub(1) as f64 / 2.0;
            canvas.paragraph(&lines, (NAMES.start, self.y(i) - up), &lettering, Align::Left)?;
        }
        Ok(())
    }

    fn chances(&self, canvas: &Canvas) -> Result<(), ChartError> {
        chance::columns(canvas, &self.chances, &self.down())?;
        let radius = (0.16 * self.height).clamp(3.5, 7.0);
        let bold = self.lettering.bold().colored(BLUE);
        for (i, row) in self.rows.iter().enumerate() {
            let (at, look) = ((self.y(i), &row.probability), (radius, &bold));
            chance::labelled(canvas, &self.chances, at, look, (&CHANCES, None), backing(i))?;
        }
        Ok(())
    }

    fn differences(&self, canvas: &Canvas) -> Result<(), ChartError> {
        if self.rows.iter().all(|row| row.difference.is_none()) {
            return Ok(());
        }
        let at = (DIFFERENCES, self.top - 18.0);
        canvas.text("difference to the first", at, &Lettering::TICK, Align::Center)?;
        let two_lines = self.height >= 2.2 * leading(&self.lettering);
        for (i, row) in self.rows.iter().enumerate() {
            let y = self.y(i);
            let Some(difference) = &row.difference else {
                canvas.text(
                    "reference",
                    (DIFFERENCES, y),
                    &self.lettering.colored(GREY),
                    Align::Center,
                )?;
                continue;
            };
            let color = match (difference.interval.lower > 0.0, difference.interval.upper < 0.0) {
                (true, _) => GREEN,
                (_, true) => PURPLE,
                _ => INK,
            };
            let bold = self.lettering.bold().colored(color);
            let half = if two_lines { leading(&self.lettering) / 2.0 } else { 0.0 };
            canvas.text(
                &words::points(difference),
                (DIFFERENCES, y - half),
                &bold,
                Align::Center,
            )?;
            if two_lines {
                let interval = words::points_interval(&difference.interval);
                let quiet = self.lettering.colored(GREY);
                canvas.text(&interval, (DIFFERENCES, y + half), &quiet, Align::Center)?;
            }
        }
        Ok(())
    }

    fn totals(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let Some(axis) = &self.totals else {
            return Ok(());
        };
        frame::columns(canvas, axis, &axis.ticks(6), &self.down(), words::number)?;
        let scale = if axis.scale == Scale::Log { " (log scale)" } else { "" };
        let text = format!("total, {}{scale}", self.rows[0].unit);
        let end = axis.start + Lettering::TICK.width(&text)?;
        // Where the target's label needs its place the heading stands a line higher.
        let up = if axis.at(self.rows[0].at_least) < end + 70.0 { 22.0 } else { 0.0 };
        let at = (axis.start, self.top - 18.0 - up);
        canvas.text(&text, at, &Lettering::TICK, Align::Left)?;
        let half = (0.14 * self.height).clamp(2.5, 6.0);
        for (i, row) in self.rows.iter().enumerate() {
            let y = self.y(i);
            let ends = ((axis.at(row.q05), y - half), (axis.at(row.q95), y + half));
            canvas.rectangle(ends.0, ends.1, (BLUE, 0.25))?;
            let x = axis.at(row.at_least);
            let edge = (y - self.height / 2.0, y + self.height / 2.0);
            canvas.line(&[(x, edge.0), (x, edge.1)], Stroke(ACCENT, 2.5))?;
            canvas.dot((axis.at(row.median), y), half + 1.5, BLUE)?;
        }
        self.target_label(canvas, axis)
    }

    fn target_label(&self, canvas: &Canvas, axis: &Axis) -> Result<(), ChartError> {
        let bold = Lettering::TICK.bold().colored(ACCENT);
        let text = if same(self.rows, |row| row.at_least) {
            format!("target {}", words::number(self.rows[0].at_least))
        } else {
            "targets".to_owned()
        };
        let x = axis.at(self.rows[0].at_least).min(RIGHT - bold.width(&text)? / 2.0);
        canvas.text(&text, (x, self.top - 18.0), &bold, Align::Center)
    }
}

/// What stands behind the texts of a row.
pub(super) fn backing(row: usize) -> RGBColor {
    if row.is_multiple_of(2) { STRIPE } else { PAPER }
}

/// A name in the largest letters in which it fits into a row of this width and height, with space above and
/// below it; cut where even the smallest are too large.
pub(super) fn name_lines(
    name: &str,
    lettering: Lettering,
    (width, height): (f64, f64),
) -> Result<(Lettering, Vec<String>), ChartError> {
    let room = height - 0.5 * leading(&lettering);
    let mut lettering = lettering;
    loop {
        let most = libm::floor(room / leading(&lettering)).clamp(1.0, 3.0) as usize;
        let lines = lettering.lines(name, width, most)?;
        let cut = lines.iter().any(|line| line.ends_with('…'));
        if !cut || lettering.size - 0.5 < SMALLEST_NAME {
            return Ok((lettering, lines));
        }
        lettering = lettering.sized(lettering.size - 0.5);
    }
}

/// The axis of amounts that all totals and targets need.
fn totals_axis(rows: &[ComparisonRow]) -> Axis {
    let pixels = (TOTALS.start, TOTALS.end);
    let all = rows.iter().flat_map(|row| [row.q05, row.q95, row.at_least]);
    let (lower, upper) = frame::positive_range(all).unwrap_or((1.0, 1.0));
    let q95 = rows.iter().map(|row| row.q95).fold(0.0, f64::max);
    let at_least = rows.iter().map(|row| row.at_least).fold(0.0, f64::max);
    match frame::amount_scale((lower, upper), q95, at_least) {
        Scale::Log => Axis::log(((lower / 1.2).max(upper / 1e6), upper * 1.3), pixels),
        Scale::Linear => Axis::linear((0.0, linear_top(upper)), pixels),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn the_axis_of_totals_holds_ranges_and_targets() {
        let rows = testing::comparison(5).rows;
        let axis = totals_axis(&rows);
        for row in &rows {
            assert!(axis.lower <= row.q05 && row.q95 <= axis.upper && row.at_least <= axis.upper);
        }
    }

    #[test]
    fn the_title_names_the_best_scenario() {
        let rows = testing::comparison(3).rows;
        assert!(title(&rows, &rows[0]).contains("most often"), "{}", title(&rows, &rows[0]));
        let same = [rows[0].clone(), rows[0].clone()];
        assert!(title(&same, &rows[0]).starts_with("No scenario"));
        assert!(title(&rows[..1], &rows[0]).ends_with("a probability of 0.42 %"));
    }

    #[test]
    fn the_title_shortens_names_that_stay_distinct() {
        let mut rows = testing::comparison(3).rows;
        rows[0].title = "History continues: no new measure".to_owned();
        rows[1].title = "History continues, by other figures".to_owned();
        rows[2].title = "Everything goes right: on time, borders open".to_owned();
        assert_eq!(short(&rows[0], &rows), "History continues: no new measure");
        assert_eq!(short(&rows[2], &rows), "Everything goes right");
        rows[2].title = "a very long title that goes on ".repeat(9);
        assert!(short(&rows[2], &rows).ends_with('…') && short(&rows[2], &rows).len() < 70);
    }

    #[test]
    fn names_keep_clear_of_the_edges_of_their_rows() {
        let name = "Everything announced happens, the borders stay open, transit is free of charge and banks transfer";
        for height in [180.0, 80.0, 69.0, 60.0, 50.0] {
            let (lettering, lines) =
                name_lines(name, Lettering::LABEL, (380.0, height)).expect("lines");
            assert!(leading(&lettering) * lines.len() as f64 <= height - 10.0, "{height}");
        }
        let (lettering, lines) = name_lines(name, Lettering::LABEL, (380.0, 69.0)).expect("lines");
        assert!(lettering.size < 17.0 || lines.len() < 3);
        assert!(!lines.concat().contains('…'));
    }

    #[test]
    fn an_empty_comparison_is_an_error() {
        let empty = Comparison { warnings: Vec::new(), rows: Vec::new() };
        assert!(matches!(figure(&empty), Err(ChartError::Empty(_))));
    }
}
