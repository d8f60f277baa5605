//! Why two scenarios differ in P: from P of the one, a bar an assumption, to P of the other.

use super::axis::Axis;
use super::canvas::{self, Align, Canvas, Stroke};
use super::lettering::Lettering;
use super::palette::{BLUE, GREEN, GREY, INK, PALE_BLUE, PURPLE, RULE};
use super::sheet::{BOTTOM, LEFT, RIGHT, Sheet};
use super::{ChartError, Figure, frame};
use crate::waterfall as report;
use crate::words;
use crate::words::language::Language;
use plotters::style::RGBColor;
use std::ops::Range;
use tradecast_core::statistics::Estimate;
use tradecast_core::waterfall::{Bar, Waterfall};

/// The most bars; what is left is one more.
const MOST: usize = 22;
/// A row is at most this high.
const HIGHEST_ROW: f64 = 140.0;
/// Half a bar is at most this high, and so far are lines of text at most from its middle.
const HIGHEST_HALF: f64 = 36.0;
/// The columns: names, bars, values.
const NAMES: Range<f64> = LEFT..LEFT + 430.0;
const BARS: Range<f64> = LEFT + 460.0..RIGHT - 270.0;

/// A row: from where to where, and what stands beside it.
struct Row {
    name: String,
    detail: String,
    from: f64,
    to: f64,
    /// The interval of the end, where there is one.
    interval: Option<[f64; 2]>,
    value: String,
    note: String,
    color: RGBColor,
    is_end: bool,
}

/// The figure `name` of one waterfall.
pub fn figure(found: &Waterfall, name: String) -> Result<Figure, ChartError> {
    let rows = rows(found);
    let sheet = sheet(found);
    canvas::figure(name, &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        let plot = Plot::new(&rows, top + 16.0);
        plot.frame(canvas)?;
        for (index, row) in rows.iter().enumerate() {
            plot.row(canvas, index, row)?;
        }
        Ok(())
    })
}

fn sheet(found: &Waterfall) -> Sheet {
    let goal = words::amount(found.at_least, &found.unit);
    let when = words::period_in(Language::english(), &found.period, found.prices);
    let [from, to] = &found.titles;
    let [reference, scenario] = &found.scenarios;
    Sheet {
        title: title(found),
        subtitle: [
            format!("Why P(total ≥ {goal} in {when}) differs: from “{from}” to “{to}”"),
            report::method(found),
        ],
        reading: "Bars: change in P, in points of percentage, by taking the assumption of the second scenario, as a mean over the orders in which they can be taken; they sum to the difference. Whiskers: 95 % confidence intervals.".to_owned(),
        footer: format!("tradecast compare · {reference} and {scenario} · seed {}", found.seed),
    }
}

fn title(found: &Waterfall) -> String {
    let [p, q] = found.probabilities.each_ref().map(words::percent_of);
    let most = found.bars.first().filter(|bar| bar.change.value != 0.0);
    match most {
        Some(bar) => {
            format!(
                "From {p} to {q}: “{}” changes P most, by {}",
                report::name(bar),
                words::points(&bar.change)
            )
        }
        None => format!("{p} and {q}: no assumption moves P"),
    }
}

/// P of the first, the bars, P of the second.
fn rows(found: &Waterfall) -> Vec<Row> {
    let [first, second] = &found.probabilities;
    let mut rows = vec![end(&found.titles[0], first)];
    let mut level = first.value;
    let shown = if found.bars.len() > MOST + 1 { MOST } else { found.bars.len() };
    let (shown, rest) = found.bars.split_at(shown);
    for bar in shown {
        rows.push(step(bar, level));
        level += bar.change.value;
    }
    if !rest.is_empty() {
        let sum: f64 = rest.iter().map(|bar| bar.change.value).sum();
        rows.push(Row {
            name: format!("{} more, each smaller", rest.len()),
            detail: "in waterfall.csv".to_owned(),
            from: level,
            to: level + sum,
            interval: None,
            value: words::signed(100.0 * sum),
            note: String::new(),
            color: GREY,
            is_end: false,
        });
    }
    rows.push(end(&found.titles[1], second));
    rows
}

fn end(title: &str, p: &Estimate) -> Row {
    Row {
        name: title.to_owned(),
        detail: String::new(),
        from: 0.0,
        to: p.value,
        interval: Some([p.interval.lower, p.interval.upper]),
        value: words::percent_of(p),
        note: String::new(),
        color: BLUE,
        is_end: true,
    }
}

fn step(bar: &Bar, level: f64) -> Row {
    let change = bar.change;
    let color = match (change.interval.lower > 0.0, change.interval.upper < 0.0) {
        (true, _) => GREEN,
        (_, true) => PURPLE,
        _ => PALE_BLUE,
    };
    let detail = match (&bar.from[..], &bar.to[..]) {
        ([from], [to]) if from != "absent" && to != "absent" => format!("{from} → {to}"),
        ([_], [to]) if to == "absent" => "only in the first".to_owned(),
        ([_], [_]) => "only in the second".to_owned(),
        _ => format!("{} assumptions that need each other", bar.keys.len()),
    };
    Row {
        name: report::name(bar),
        detail,
        from: level,
        to: level + change.value,
        interval: Some([level + change.interval.lower, level + change.interval.upper]),
        value: words::points(&change).replace(" points", ""),
        note: words::points_interval(&change.interval),
        color,
        is_end: false,
    }
}

struct Plot<'a> {
    rows: &'a [Row],
    top: f64,
    height: f64,
    axis: Axis,
}

impl<'a> Plot<'a> {
    fn new(rows: &'a [Row], top: f64) -> Self {
        let top = top + 20.0;
        let room = BOTTOM - 40.0 - top;
        let height = (room / rows.len() as f64).min(HIGHEST_ROW);
        let ends = rows.iter().flat_map(|row| {
            let [lower, upper] = row.interval.unwrap_or([row.from, row.to]);
            [row.from, row.to, lower, upper]
        });
        let (lower, upper) = ends.fold((0.0_f64, 0.0_f64), |(a, b), x| (a.min(x), b.max(x)));
        let axis = Axis::linear((lower, upper * 1.03), (BARS.start, BARS.end));
        Self { rows, top, height, axis }
    }

    /// Half the height of a bar.
    fn half(&self) -> f64 {
        (0.32 * self.height).min(HIGHEST_HALF)
    }

    /// Letters of a share of a row, within bounds, of which the upper is higher in high rows.
    fn letters(&self, share: f64, least: f64, most: f64) -> f64 {
        (share * self.height).clamp(least, most * (self.height / 80.0).clamp(1.0, 1.25))
    }

    fn y(&self, row: usize) -> f64 {
        self.top + self.height * (row as f64 + 0.5)
    }

    fn frame(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let ticks = self.axis.ticks(6);
        let down = self.top..self.top + self.height * self.rows.len() as f64;
        frame::columns(canvas, &self.axis, &ticks, &down, words::percent)?;
        let at = |x| (x, self.top - 14.0);
        canvas.text("P, change in points", at(RIGHT - 145.0), &Lettering::TICK, Align::Right)?;
        canvas.text("95 % interval", at(RIGHT), &Lettering::TICK, Align::Right)
    }

    fn row(&self, canvas: &Canvas, index: usize, row: &Row) -> Result<(), ChartError> {
        let y = self.y(index);
        self.name(canvas, y, row)?;
        let half = self.half();
        let [from, to] = [row.from, row.to].map(|p| self.axis.at(p));
        canvas.rectangle((from, y - half), (to, y + half), (row.color, 1.0))?;
        if !row.is_end || index == 0 {
            // Where the next bar starts.
            let next = self.y(index + 1) - half;
            canvas.line(&[(to, y - half), (to, next)], Stroke(RULE, 1.25))?;
        }
        if !row.is_end && (to - from).abs() < 2.0 {
            canvas.line(&[(to, y - half), (to, y + half)], Stroke(row.color, 2.0))?;
        }
        if let Some(interval) = row.interval {
            let ends = interval.map(|p| self.axis.at(p));
            canvas.line(&[(ends[0], y), (ends[1], y)], Stroke(INK, 1.25))?;
            for x in ends {
                canvas.line(&[(x, y - 4.0), (x, y + 4.0)], Stroke(INK, 1.25))?;
            }
        }
        self.value(canvas, y, row)
    }

    fn value(&self, canvas: &Canvas, y: f64, row: &Row) -> Result<(), ChartError> {
        let size = self.letters(0.45, 12.0, 17.0);
        let color = match row.color {
            color if color == PALE_BLUE => INK,
            color => color,
        };
        let bold = Lettering::LABEL.sized(size).bold().colored(color);
        canvas.text(&row.value, (RIGHT - 145.0, y), &bold, Align::Right)?;
        let note = Lettering::NOTE.sized(self.letters(0.45, 12.0, 14.0)).colored(GREY);
        canvas.text(&row.note, (RIGHT, y), &note, Align::Right)
    }

    fn name(&self, canvas: &Canvas, y: f64, row: &Row) -> Result<(), ChartError> {
        let width = NAMES.end - NAMES.start;
        let size = self.letters(0.48, 11.0, 16.0);
        let own = Lettering::LABEL.sized(size);
        let own = if row.is_end { own.bold() } else { own };
        let small = Lettering::NOTE.sized(self.letters(0.4, 10.0, 14.0)).colored(GREY);
        let two = !row.detail.is_empty() && self.height >= 34.0;
        if two {
            let own = own.shrunk(&row.name, width, 11.0)?;
            let name = own.fitted(&row.name, width)?;
            canvas.text(&name, (NAMES.start, y - 0.6 * self.half()), &own, Align::Left)?;
            let small = small.shrunk(&row.detail, width, 12.0)?;
            let detail = small.fitted(&row.detail, width)?;
            return canvas.text(&detail, (NAMES.start, y + 0.7 * self.half()), &small, Align::Left);
        }
        // On one line, the values behind the name where there is room.
        let own = own.shrunk(&row.name, width, 11.0)?;
        let name = own.fitted(&row.name, width)?;
        canvas.text(&name, (NAMES.start, y), &own, Align::Left)?;
        let taken = own.width(&name)? + 12.0;
        if row.detail.is_empty() || small.width(&row.detail)? > width - taken {
            return Ok(());
        }
        canvas.text(&row.detail, (NAMES.start + taken, y), &small, Align::Left)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::proportion;
    use super::*;
    use tradecast_core::statistics::Interval;
    use tradecast_core::waterfall::Attribution;

    fn waterfall(bars: usize) -> Waterfall {
        let change = |i: usize| {
            let value = if i.is_multiple_of(3) { 0.002 } else { -0.001 };
            let interval = Interval { level: 0.95, lower: value - 1e-4, upper: value + 1e-4 };
            Estimate { value, standard_error: 5e-5, interval }
        };
        let bar = |i: usize| Bar {
            keys: vec![format!("intervention.i{i}")],
            from: vec!["absent".to_owned()],
            to: vec!["present".to_owned()],
            change: change(i),
            differing: 1000,
        };
        let bars: Vec<Bar> = (0..bars).map(bar).collect();
        let sum: f64 = bars.iter().map(|bar| bar.change.value).sum();
        let probabilities = [0.02, 0.02 + sum].map(|p| proportion(1e6 * p, 1e6));
        Waterfall {
            scenarios: ["a", "b"].map(str::to_owned),
            titles: ["A <&>", "B"].map(str::to_owned),
            target: "announced".to_owned(),
            at_least: 200.0,
            unit: "million USD".to_owned(),
            period: "FY2027-28".to_owned(),
            prices: tradecast_core::projection::Prices::Current,
            probabilities,
            difference: change(0),
            bars,
            attribution: Attribution::Exact,
            models: 8,
            paths: 1_000_000,
            seed: 1,
            warnings: Vec::new(),
        }
    }

    #[test]
    fn bars_lead_from_one_probability_to_the_other() {
        for count in [0, 1, 5, 22, 23, 24, 60] {
            let found = waterfall(count);
            let rows = rows(&found);
            assert_eq!(rows.len(), 2 + count.min(MOST + 1), "{count}");
            let last = rows[rows.len() - 2].to;
            assert!((last - found.probabilities[1].value).abs() < 1e-12, "{count}");
            assert!(figure(&found, "waterfall".to_owned()).is_ok(), "{count}");
        }
    }
}
