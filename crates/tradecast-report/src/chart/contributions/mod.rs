//! What makes up the total about its median, and what each intervention does to the probability.

pub mod rows;

use super::axis::{Axis, Scale};
use super::canvas::{self, Align, Canvas, Stroke};
use super::lettering::Lettering;
use super::palette::{GREEN, GREY, INK, PAPER, PURPLE, RULE};
use super::sheet::{BOTTOM, LEFT, RIGHT, Sheet, Subject};
use super::{ChartError, Figure, chance, frame};
use crate::words;
use plotters::style::RGBColor;
use rows::{Row, amount_words, bar_color, color, decimals, pair_words, rows, title};
use tradecast_core::statistics::Estimate;

/// The widest column of names.
const NAMES: f64 = 330.0;

/// The height of a heading beside that of an item.
const HEADING: f64 = 0.75;

/// The space above every heading but the first, beside the height of an item.
const SPACE: f64 = 0.5;

/// About how many ticks the axis of amounts has.
const TICKS: usize = 6;

/// Room for the values at the bars' ends, in pixels.
const VALUES: f64 = 48.0;

/// A row is at most this high.
const HIGHEST_ROW: f64 = 104.0;

/// The contributions of a target's items.
pub fn figure(subject: &Subject, name: String) -> Result<Figure, ChartError> {
    let rows = rows(&subject.target.contributions);
    let sheet = sheet(subject, &rows);
    canvas::figure(name, &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        let plot = Plot::new(subject, &rows, top + 12.0)?;
        plot.names(canvas)?;
        plot.amounts(canvas)?;
        plot.chances(canvas)
    })
}

fn sheet(subject: &Subject, rows: &[Row]) -> Sheet {
    let mut reading = Vec::new();
    if rows.iter().any(|row| row.amount().is_some()) {
        let takes = |row: &Row| row.amount().is_some_and(|amount| amount < 0.0);
        reading.push(format!(
            "Bars: mean over paths near the median of {}{}.",
            subject.amount(subject.last().median()),
            if rows.iter().any(takes) { ", purple takes away" } else { "" },
        ));
    } else {
        reading.push(
            "No simulated path lies about the median: contributions are left out.".to_owned(),
        );
    }
    if rows.iter().any(|row| row.pair().is_some()) {
        let pairs = rows.iter().filter_map(Row::pair).flat_map(|(yes, no)| [yes, no]);
        let bounds = chance::bounds_reading(pairs);
        reading.push(format!("Dots: P if an intervention happens (filled) or not (open), with confidence intervals.{bounds}"));
    }
    Sheet {
        title: title(subject, rows),
        subtitle: subject.subtitle(),
        reading: reading.join(" "),
        footer: subject.footer(),
    }
}

struct Plot<'a> {
    rows: &'a [Row<'a>],
    /// The upper edge of the first row, and the height of an item's.
    top: f64,
    height: f64,
    name_width: f64,
    lettering: Lettering,
    amounts: Option<Axis>,
    chances: Option<Axis>,
    unit: String,
    decimals: usize,
}

impl<'a> Plot<'a> {
    fn new(subject: &'a Subject, rows: &'a [Row<'a>], top: f64) -> Result<Self, ChartError> {
        let room = BOTTOM - 40.0 - (top + 26.0);
        let height = (room / heights(rows).max(1.0)).min(HIGHEST_ROW);
        let lettering = Lettering::LABEL.sized(libm::floor(0.66 * height).clamp(9.0, 18.0));
        let mut name_width = 0.0_f64;
        for row in rows {
            let heading = matches!(row, Row::Heading(_));
            let face = if heading { lettering.bold() } else { lettering };
            name_width = name_width.max(face.width(row.name())?);
        }
        let name_width = name_width.min(NAMES);
        let (amounts, chances) = axes(rows, LEFT + name_width + 24.0);
        // Few rows stand a little above the middle of the sheet.
        let top = top + 26.0 + 0.4 * (room - height * heights(rows));
        let decimals = decimals(rows);
        let unit = subject.unit();
        Ok(Self { rows, top, height, name_width, lettering, amounts, chances, unit, decimals })
    }

    /// The middle of a row, without the space above a heading.
    fn y(&self, row: usize) -> f64 {
        let own = match self.rows[row] {
            Row::Heading(_) => HEADING,
            Row::Item(_) => 1.0,
        };
        self.top + self.height * (heights(&self.rows[..=row]) - own / 2.0)
    }

    fn bottom(&self) -> f64 {
        self.top + self.height * heights(self.rows)
    }

    fn names(&self, canvas: &Canvas) -> Result<(), ChartError> {
        for (i, row) in self.rows.iter().enumerate() {
            let lettering = match row {
                Row::Heading(kind) => self.lettering.bold().colored(color(*kind)),
                Row::Item(_) => self.lettering,
            };
            let room = self.name_width + 4.0;
            let lettering = lettering.shrunk(row.name(), room, 13.0)?;
            let name = lettering.fitted(row.name(), room)?;
            canvas.text(&name, (LEFT, self.y(i)), &lettering, Align::Left)?;
        }
        Ok(())
    }

    /// The bars of the left panel.
    fn amounts(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let Some(axis) = &self.amounts else {
            return Ok(());
        };
        let down = self.top..self.bottom();
        frame::columns(canvas, axis, &axis.ticks(TICKS), &down, words::number)?;
        let heading = Lettering::TICK.colored(GREY);
        let text = format!("contribution, {}", self.unit);
        canvas.text(&text, (axis.start, down.start - 16.0), &heading, Align::Left)?;
        let zero = axis.at(0.0);
        canvas.line(&[(zero, down.start), (zero, down.end)], Stroke(RULE, 1.5))?;
        for (i, row) in self.rows.iter().enumerate() {
            if let (Row::Item(item), Some(amount)) = (row, row.amount()) {
                self.bar(canvas, axis, self.y(i), amount, bar_color(item.kind, amount))?;
            }
        }
        Ok(())
    }

    fn bar(
        &self,
        canvas: &Canvas,
        axis: &Axis,
        y: f64,
        amount: f64,
        color: RGBColor,
    ) -> Result<(), ChartError> {
        let half = (0.33 * self.height).min(20.0);
        let (zero, end) = (axis.at(0.0), axis.at(amount));
        canvas.rectangle((zero, y - half), (end, y + half), (color, 0.85))?;
        let (x, align) =
            if amount < 0.0 { (end - 8.0, Align::Right) } else { (end + 8.0, Align::Left) };
        let text = amount_words(amount, self.decimals);
        canvas.backed(&text, (x, y), &self.lettering.colored(INK), align, PAPER)
    }

    /// The pairs of dots of the right panel.
    fn chances(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let Some(axis) = &self.chances else {
            return Ok(());
        };
        let with_pair = |row: &&Row| row.pair().is_some();
        let first = self.rows.iter().position(|row| with_pair(&row)).unwrap_or(0);
        let last = self.rows.iter().rposition(|row| with_pair(&row)).unwrap_or(0);
        let down = self.y(first) - self.height / 2.0..self.y(last) + self.height / 2.0;
        let ticks = axis.ticks(if axis.scale == Scale::Log { 4 } else { 5 });
        frame::columns(canvas, axis, &ticks, &down, words::percent)?;
        let scale = if axis.scale == Scale::Log { " (log scale)" } else { "" };
        let heading = Lettering::TICK.colored(GREY);
        let text = format!("P of reaching the target{scale}");
        canvas.text(&text, (axis.start, down.start - 16.0), &heading, Align::Left)?;
        for (i, row) in self.rows.iter().enumerate() {
            if let Some((yes, no)) = row.pair() {
                self.pair(canvas, axis, self.y(i), (yes, no))?;
            }
        }
        Ok(())
    }

    fn pair(
        &self,
        canvas: &Canvas,
        axis: &Axis,
        y: f64,
        (yes, no): (&Estimate, &Estimate),
    ) -> Result<(), ChartError> {
        let radius = (0.2 * self.height).clamp(3.5, 7.5);
        let (x_yes, x_no) = (axis.at(chance::shown(yes)), axis.at(chance::shown(no)));
        let color = if yes.value < no.value { PURPLE } else { GREEN };
        canvas.line(&[(x_yes, y), (x_no, y)], Stroke(RULE, 2.0))?;
        chance::lying(canvas, axis, y, no, (radius, color))?;
        let open = if chance::is_bound(no) { radius } else { open_radius(radius, x_yes - x_no) };
        if !chance::is_bound(no) {
            canvas.ring((x_no, y), open, color)?;
        }
        chance::lying(canvas, axis, y, yes, (radius, color))?;
        let reaches = [chance::reach(axis, yes, radius), chance::reach(axis, no, open)];
        let start = reaches[0].0.min(reaches[1].0);
        let end = reaches[0].1.max(reaches[1].1);
        let [yes_words, no_words] = pair_words(yes, no);
        let (right, left) =
            if x_yes >= x_no { (yes_words, no_words) } else { (no_words, yes_words) };
        canvas.backed(&right, (end + 10.0, y), &self.lettering, Align::Left, PAPER)?;
        canvas.backed(&left, (start - 10.0, y), &self.lettering, Align::Right, PAPER)
    }
}

/// The radius of an open dot this far from its filled one: where the filled one would hide it, it
/// is a ring about that.
fn open_radius(radius: f64, apart: f64) -> f64 {
    if apart.abs() < 1.6 * radius { radius + 4.5 } else { radius }
}

/// The height of the first rows, in rows of an item: a heading is lower, with space above it.
fn heights(rows: &[Row]) -> f64 {
    let height = |(i, row): (usize, &Row)| match row {
        Row::Item(_) => 1.0,
        Row::Heading(_) if i == 0 => HEADING,
        Row::Heading(_) => HEADING + SPACE,
    };
    rows.iter().enumerate().map(height).sum()
}

/// The axes of the panels that there is something to show in, from `left` on.
fn axes(rows: &[Row], left: f64) -> (Option<Axis>, Option<Axis>) {
    let amounts: Vec<f64> = rows.iter().filter_map(Row::amount).collect();
    let pairs: Vec<Estimate> =
        rows.iter().filter_map(Row::pair).flat_map(|(yes, no)| [*yes, *no]).collect();
    let split = match (amounts.is_empty(), pairs.is_empty()) {
        (false, false) => left + 0.5 * (RIGHT - left),
        (true, _) => left,
        (_, true) => RIGHT,
    };
    let lower = amounts.iter().copied().fold(0.0, f64::min);
    let upper = amounts.iter().copied().fold(0.0, f64::max);
    let start = if lower < 0.0 { left + VALUES } else { left };
    let pixels = (start, split - 24.0 - VALUES);
    let bars = (!amounts.is_empty()).then(|| Axis::to_ticks((lower, upper), pixels, TICKS));
    let scale = chance::scale_side_by_side(&pairs);
    let room = (split + 120.0, RIGHT - 100.0);
    let dots = (!pairs.is_empty()).then(|| chance::axis(&pairs, scale, room));
    (bars, dots)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn panels_without_content_are_dropped() {
        let mut items = testing::contributions();
        for item in &mut items {
            item.contribution = None;
        }
        let (amounts, chances) = axes(&rows(&items), 300.0);
        assert!(amounts.is_none() && chances.is_some());
        let (amounts, chances) = axes(&[], 300.0);
        assert!(amounts.is_none() && chances.is_none());
    }

    #[test]
    fn negative_contributions_have_room() {
        let items = testing::contributions();
        let (amounts, _) = axes(&rows(&items), 300.0);
        let axis = amounts.expect("an axis");
        assert_eq!((axis.lower, axis.upper, axis.start), (-5.0, 15.0, 300.0 + VALUES));
    }

    #[test]
    fn a_heading_is_nearer_to_its_own_rows() {
        let items = testing::contributions();
        let rows = rows(&items);
        let until = |row: usize| heights(&rows[..row]);
        assert!(matches!(rows[4], Row::Heading(_)));
        let middle = until(5) - HEADING / 2.0;
        assert!(middle - (until(4) - 0.5) > 1.2 * (until(5) + 0.5 - middle));
    }

    #[test]
    fn an_open_dot_shows_about_a_filled_one() {
        assert!(open_radius(7.0, -3.0) > 7.0 + 4.0);
        assert_eq!(open_radius(7.0, 30.0), 7.0);
    }
}
