//! What makes up the total about its median, and what each intervention does to the probability.

use super::axis::{Axis, Scale};
use super::canvas::{self, Align, Canvas, Stroke};
use super::lettering::Lettering;
use super::palette::{BLUE, GREEN, GREY, INK, PURPLE, RULE};
use super::sheet::{BOTTOM, LEFT, RIGHT, Sheet, Subject};
use super::{ChartError, Figure, chance, frame};
use crate::projection::{Contribution, ItemKind};
use crate::statistics::Estimate;
use crate::words;
use plotters::style::RGBColor;

/// The widest column of names.
const NAMES: f64 = 330.0;

/// A row is at most this high.
const HIGHEST_ROW: f64 = 62.0;

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
        reading.push(format!(
            "Bars: means over paths with about the median total ({}).",
            subject.amount(subject.last().median())
        ));
    } else {
        reading.push(
            "No simulated path lies about the median: contributions are left out.".to_owned(),
        );
    }
    if rows.iter().any(|row| row.pair().is_some()) {
        let pairs = rows.iter().filter_map(Row::pair).flat_map(|(yes, no)| [yes, no]);
        let bounds = chance::bounds_reading(pairs);
        reading.push(format!("Dots: P where an intervention happens (filled) or does not (open), with confidence intervals.{bounds}"));
    }
    Sheet {
        title: title(subject, rows),
        subtitle: subject.subtitle(),
        reading: reading.join(" "),
        footer: subject.footer(),
    }
}

/// The intervention that matters most for P; without one the largest contribution.
fn title(subject: &Subject, rows: &[Row]) -> String {
    let told_apart = |row: &&Row| {
        let apart = |(yes, no): (&Estimate, &Estimate)| {
            yes.interval.lower > no.interval.upper || no.interval.lower > yes.interval.upper
        };
        row.pair().is_some_and(apart)
    };
    let gap = |row: &&Row| row.pair().map_or(0.0, |(yes, no)| (yes.value - no.value).abs());
    let most = rows.iter().filter(told_apart).max_by(|a, b| gap(a).total_cmp(&gap(b)));
    if let Some((row, (yes, no))) = most.and_then(|row| Some((row, row.pair()?))) {
        return format!(
            "“{}” changes the chance most: {} where it happens, {} where it does not",
            row.name(),
            words::percent_of(yes),
            words::percent_of(no),
        );
    }
    let size = |row: &&Row| row.amount().unwrap_or(0.0);
    let largest = rows.iter().max_by(|a, b| size(a).total_cmp(&size(b)));
    match largest.and_then(|row| Some((row, row.amount()?))) {
        Some((row, amount)) => format!(
            "“{}” brings most: {} of a median of {} in {}",
            row.name(),
            words::number(amount),
            subject.amount(subject.last().median()),
            subject.target.period,
        ),
        None => words::answer(subject.target, &subject.projection.unit),
    }
}

/// A row of the figure.
enum Row<'a> {
    Heading(ItemKind),
    Item(&'a Contribution),
}

impl<'a> Row<'a> {
    fn name(&self) -> &'a str {
        match self {
            Self::Heading(ItemKind::Flow) => "Flows",
            Self::Heading(ItemKind::Intervention) => "Interventions",
            Self::Heading(ItemKind::Disruption) => "Disruptions",
            Self::Item(item) => &item.item,
        }
    }

    fn amount(&self) -> Option<f64> {
        match self {
            Self::Heading(_) => None,
            Self::Item(item) => item.contribution,
        }
    }

    /// P if the intervention happens, and if it does not.
    fn pair(&self) -> Option<(&'a Estimate, &'a Estimate)> {
        match self {
            Self::Heading(_) => None,
            Self::Item(item) => item.if_yes.as_ref().zip(item.if_no.as_ref()),
        }
    }
}

/// The items by kind, the largest first, each kind under its heading; where there are no
/// contributions only the items with a pair of probabilities.
fn rows(items: &[Contribution]) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let any_amount = items.iter().any(|item| item.contribution.is_some());
    let shown = |item: &&Contribution| any_amount || Row::Item(item).pair().is_some();
    for kind in [ItemKind::Flow, ItemKind::Intervention, ItemKind::Disruption] {
        let mut members: Vec<&Contribution> =
            items.iter().filter(|i| i.kind == kind).filter(shown).collect();
        let size = |item: &Contribution| item.contribution.unwrap_or(0.0).abs();
        members.sort_by(|a, b| size(b).total_cmp(&size(a)));
        if !members.is_empty() {
            rows.push(Row::Heading(kind));
        }
        rows.extend(members.into_iter().map(Row::Item));
    }
    rows
}

fn color(kind: ItemKind) -> RGBColor {
    match kind {
        ItemKind::Flow => BLUE,
        ItemKind::Intervention => GREEN,
        ItemKind::Disruption => PURPLE,
    }
}

struct Plot<'a> {
    rows: &'a [Row<'a>],
    /// The middle of the first row, and the distance to the next.
    top: f64,
    height: f64,
    name_width: f64,
    lettering: Lettering,
    amounts: Option<Axis>,
    chances: Option<Axis>,
    unit: &'a str,
}

impl<'a> Plot<'a> {
    fn new(subject: &'a Subject, rows: &'a [Row<'a>], top: f64) -> Result<Self, ChartError> {
        let room = BOTTOM - 40.0 - (top + 26.0);
        let height = (room / rows.len().max(1) as f64).min(HIGHEST_ROW);
        let lettering = Lettering::LABEL.sized(libm::floor(0.66 * height).clamp(9.0, 17.0));
        let mut name_width = 0.0_f64;
        for row in rows {
            name_width = name_width.max(lettering.bold().width(row.name())?);
        }
        let name_width = name_width.min(NAMES);
        let (amounts, chances) = axes(rows, LEFT + name_width + 24.0);
        let unit = &subject.projection.unit;
        let top = top + 26.0 + height / 2.0;
        Ok(Self { rows, top, height, name_width, lettering, amounts, chances, unit })
    }

    fn y(&self, row: usize) -> f64 {
        self.top + self.height * row as f64
    }

    fn bottom(&self) -> f64 {
        self.y(self.rows.len()) - self.height / 2.0
    }

    fn names(&self, canvas: &Canvas) -> Result<(), ChartError> {
        for (i, row) in self.rows.iter().enumerate() {
            let lettering = match row {
                Row::Heading(kind) => self.lettering.bold().colored(color(*kind)),
                Row::Item(_) => self.lettering,
            };
            let name = lettering.fitted(row.name(), self.name_width + 4.0)?;
            canvas.text(&name, (LEFT, self.y(i)), &lettering, Align::Left)?;
        }
        Ok(())
    }

    /// The bars of the left panel.
    fn amounts(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let Some(axis) = &self.amounts else {
            return Ok(());
        };
        let down = self.top - self.height / 2.0..self.bottom();
        frame::columns(canvas, axis, &axis.ticks(5), &down, words::number)?;
        let heading = Lettering::TICK.colored(GREY);
        let text = format!("contribution, {}", self.unit);
        canvas.text(&text, (axis.start, down.start - 16.0), &heading, Align::Left)?;
        let zero = axis.at(0.0);
        canvas.line(&[(zero, down.start), (zero, down.end)], Stroke(RULE, 1.5))?;
        for (i, row) in self.rows.iter().enumerate() {
            if let (Row::Item(item), Some(amount)) = (row, row.amount()) {
                self.bar(canvas, axis, self.y(i), amount, color(item.kind))?;
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
        let half = (0.33 * self.height).min(14.0);
        let (zero, end) = (axis.at(0.0), axis.at(amount));
        canvas.rectangle((zero, y - half), (end, y + half), (color, 0.85))?;
        let (x, align) =
            if amount < 0.0 { (end - 8.0, Align::Right) } else { (end + 8.0, Align::Left) };
        canvas.text(&words::number(amount), (x, y), &self.lettering.colored(INK), align)
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
        frame::columns(canvas, axis, &axis.ticks(4), &down, words::percent)?;
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
        let radius = (0.2 * self.height).clamp(3.5, 6.5);
        let (x_yes, x_no) = (axis.at(chance::shown(yes)), axis.at(chance::shown(no)));
        canvas.line(&[(x_yes, y), (x_no, y)], Stroke(RULE, 2.0))?;
        chance::lying(canvas, axis, y, no, (radius, GREEN))?;
        if !chance::is_bound(no) {
            canvas.ring((x_no, y), radius, GREEN)?;
        }
        chance::lying(canvas, axis, y, yes, (radius, GREEN))?;
        let (right, left) = if x_yes >= x_no { (yes, no) } else { (no, yes) };
        let start = chance::reach(axis, left, radius).0.min(chance::reach(axis, right, radius).0);
        let end = chance::reach(axis, right, radius).1.max(chance::reach(axis, left, radius).1);
        let text = words::percent_of(right);
        canvas.text(&text, (end + 10.0, y), &self.lettering, Align::Left)?;
        canvas.text(&words::percent_of(left), (start - 10.0, y), &self.lettering, Align::Right)
    }
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
    let range = |amounts: &[f64]| {
        let lower = amounts.iter().copied().fold(0.0, f64::min);
        let upper = amounts.iter().copied().fold(0.0, f64::max);
        // Room for the values at the bars' ends.
        let room = 0.12 * (upper - lower);
        (if lower < 0.0 { lower - room } else { 0.0 }, upper + room)
    };
    let bars = (!amounts.is_empty()).then(|| Axis::linear(range(&amounts), (left, split - 24.0)));
    let dots = (!pairs.is_empty())
        .then(|| chance::axis(pairs.into_iter(), (split + 120.0, RIGHT - 100.0)));
    (bars, dots)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn items_stand_by_kind_and_size() {
        let items = testing::contributions();
        let names: Vec<&str> = rows(&items).iter().map(Row::name).collect();
        assert_eq!(
            names,
            [
                "Flows",
                "pakistan-exports",
                "kyrgyz-exports",
                "kyrgyz-electricity",
                "Interventions",
                "qtta-corridor",
                "casa-1000",
                "Disruptions",
                "border-closure",
            ]
        );
    }

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
        assert!(axis.lower < -3.4 && axis.upper > 13.2);
    }
}
