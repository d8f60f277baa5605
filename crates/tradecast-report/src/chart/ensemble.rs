//! An ensemble: of each member its P, and what it weighs beside what it carries of the mixture's P.

use super::axis::Axis;
use super::canvas::{self, Align, Canvas, Stroke, leading};
use super::comparison::{backing, name_lines};
use super::lettering::Lettering;
use super::palette::{ACCENT, BLUE, GREY, INK, PALE_BLUE, STRIPE};
use super::sheet::{BOTTOM, LEFT, RIGHT, Sheet};
use super::{ChartError, Figure, chance};
use crate::ensemble::rests_on;
use crate::words;
use crate::words::language::Language;
use std::ops::Range;
use tradecast_core::ensemble::{MixedTarget, Mixture, Part};
use tradecast_core::statistics::Estimate;

/// A row is at most this high.
const HIGHEST_ROW: f64 = 130.0;
/// The columns: names, probabilities, bars.
const NAMES: Range<f64> = LEFT..LEFT + 390.0;
const CHANCES: Range<f64> = LEFT + 430.0..LEFT + 870.0;
const BARS: Range<f64> = LEFT + 930.0..RIGHT - 130.0;

/// The figure of one target.
pub fn figure(mixture: &Mixture, target: &MixedTarget, name: String) -> Result<Figure, ChartError> {
    let sheet = sheet(mixture, target);
    canvas::figure(name, &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        let plot = Plot::new(target, top + 8.0);
        plot.stripes(canvas)?;
        plot.names(canvas)?;
        plot.chances(canvas)?;
        plot.bars(canvas)
    })
}

fn sheet(mixture: &Mixture, target: &MixedTarget) -> Sheet {
    let estimates = target.members.iter().map(|part| &part.probability.estimate);
    Sheet {
        title: title(target),
        subtitle: [
            words::statement_of_mixture(Language::english(), target),
            format!(
                "{} · a mixture of {} scenarios, whose weights are assumptions",
                mixture.title,
                target.members.len()
            ),
        ],
        reading: format!(
            "Dots: P of each scenario with its {} confidence interval. Pale bars: its weight. Dark bars: the share of the mixture's P that it carries, weight × P of all.{}",
            words::percent(target.probability.interval.level),
            chance::bounds_reading(estimates),
        ),
        footer: format!("tradecast ensemble · {} · seed {}", mixture.name, mixture.seed),
    }
}

/// `About 1 in 100: 52 % of it rests on “Everything goes right”, which has a weight of 1 %`.
fn title(target: &MixedTarget) -> String {
    let odds = words::capitalised(&words::odds_of(&target.probability));
    match rests_on(target) {
        Some(rests) => format!("{odds}: {rests}"),
        None => format!(
            "{odds}: no scenario reaches {} in {}",
            words::amount(target.at_least, &target.unit),
            target.period
        ),
    }
}

/// The largest weight or share.
fn longest(target: &MixedTarget) -> f64 {
    let of_part =
        |part: &Part| part.share.map_or(part.weight, |share| share.value.max(part.weight));
    target.members.iter().map(of_part).fold(0.0, f64::max)
}

struct Plot<'a> {
    target: &'a MixedTarget,
    /// The upper edge of the first row, and the height of each; the last row is the mixture.
    top: f64,
    height: f64,
    lettering: Lettering,
    chances: Axis,
    bars: Axis,
}

impl<'a> Plot<'a> {
    fn new(target: &'a MixedTarget, top: f64) -> Self {
        let top = top + 34.0;
        let room = BOTTOM - 44.0 - top;
        let rows = target.members.len() + 1;
        let height = (room / rows as f64).min(HIGHEST_ROW);
        let size = libm::floor(0.4 * height).clamp(9.0, 17.0);
        let mut estimates: Vec<Estimate> =
            target.members.iter().map(|part| part.probability.estimate).collect();
        estimates.push(target.probability);
        let scale = chance::scale_side_by_side(&estimates);
        let room = (CHANCES.start + 70.0, CHANCES.end - 70.0);
        Self {
            target,
            top,
            height,
            lettering: Lettering::LABEL.sized(size),
            chances: chance::axis(&estimates, scale, room),
            bars: Axis::linear((0.0, longest(target)), (BARS.start, BARS.end)),
        }
    }

    fn rows(&self) -> usize {
        self.target.members.len() + 1
    }

    fn y(&self, row: usize) -> f64 {
        self.top + self.height * (row as f64 + 0.5)
    }

    fn down(&self) -> Range<f64> {
        self.top..self.top + self.height * self.rows() as f64
    }

    fn stripes(&self, canvas: &Canvas) -> Result<(), ChartError> {
        for row in (0..self.rows()).step_by(2) {
            let y = self.top + self.height * row as f64;
            let corners = ((LEFT - 12.0, y), (RIGHT + 12.0, y + self.height));
            canvas.rectangle(corners.0, corners.1, (STRIPE, 1.0))?;
        }
        let y = self.y(self.rows() - 1) - self.height / 2.0;
        canvas.line(&[(LEFT - 12.0, y), (RIGHT + 12.0, y)], Stroke(INK, 1.5))
    }

    fn names(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let members = self.target.members.iter().map(|part| part.title.as_str());
        let last = self.rows() - 1;
        for (row, name) in members.chain(["Mixture"]).enumerate() {
            let bold = row == last;
            let lettering = if bold { self.lettering.bold() } else { self.lettering };
            let room = (NAMES.end - NAMES.start, self.height);
            let (lettering, lines) = name_lines(name, lettering, room)?;
            let up = leading(&lettering) * lines.len().saturating_sub(1) as f64 / 2.0;
            let at = (NAMES.start, self.y(row) - up);
            canvas.paragraph(&lines, at, &lettering, Align::Left)?;
        }
        Ok(())
    }

    fn chances(&self, canvas: &Canvas) -> Result<(), ChartError> {
        chance::columns(canvas, &self.chances, &self.down())?;
        let mixture = &self.target.probability;
        let line = (mixture.value > 0.0).then(|| self.chances.at(mixture.value));
        if let Some(x) = line {
            canvas.dashed(&[(x, self.top), (x, self.down().end)], Stroke(ACCENT, 1.5))?;
        }
        let radius = (0.14 * self.height).clamp(3.5, 7.0);
        let members = self.target.members.iter().map(|part| (&part.probability.estimate, BLUE));
        for (row, (p, color)) in members.chain([(mixture, ACCENT)]).enumerate() {
            let (at, bold) = ((self.y(row), p), self.lettering.bold().colored(color));
            let (look, room) = ((radius, &bold), (&CHANCES, line));
            chance::labelled(canvas, &self.chances, at, look, room, backing(row))?;
        }
        Ok(())
    }

    fn bars(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let at = (self.bars.start, self.top - 18.0);
        let heading = "weight, and share of P that it carries";
        canvas.text(heading, at, &Lettering::TICK, Align::Left)?;
        for (row, part) in self.target.members.iter().enumerate() {
            self.pair(canvas, self.y(row), part)?;
        }
        Ok(())
    }

    /// The weight above the share.
    fn pair(&self, canvas: &Canvas, y: f64, part: &Part) -> Result<(), ChartError> {
        let thick = (0.26 * self.height).min(24.0);
        let size = (0.9 * thick).clamp(9.0, 16.0);
        let weight = (part.weight, format!("weight {}", words::percent(part.weight)));
        let share = part
            .share
            .map(|share| (share.value, format!("carries {}", words::percent(share.value))));
        let rows = [(Some(weight), PALE_BLUE, GREY, y - 1.5 - thick), (share, BLUE, BLUE, y + 1.5)];
        for (bar, color, ink, top) in rows {
            let Some((value, text)) = bar else { continue };
            let end = self.bars.at(value);
            canvas.rectangle((BARS.start, top), (end, top + thick), (color, 1.0))?;
            let lettering = Lettering::TICK.sized(size).colored(ink);
            canvas.text(&text, (end + 8.0, top + thick / 2.0), &lettering, Align::Left)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use tradecast_core::ensemble::{estimate, shares};

    /// A mixture of so many scenarios; none reaches the target where `is_hopeless`.
    fn mixture(count: usize, is_hopeless: bool) -> Mixture {
        let rows = testing::comparison(count).rows;
        let probability = |index: usize| {
            if is_hopeless {
                testing::probability(0.0, 1_000_000)
            } else {
                testing::probability(100.0 * libm::exp2(index as f64 / 2.0), 1_000_000)
            }
        };
        let weight = 1.0 / count as f64;
        let estimates: Vec<(f64, Estimate)> =
            (0..count).map(|index| (weight, probability(index).estimate)).collect();
        let part = |(index, share): (usize, Option<Estimate>)| Part {
            member: rows[index].scenario.clone(),
            title: rows[index].title.clone(),
            weight,
            source: None,
            probability: probability(index),
            share,
            median: 20.0,
            q05: 10.0,
            q95: 40.0,
        };
        let target = MixedTarget {
            target: "announced".to_owned(),
            total_label: "total trade".to_owned(),
            at_least: 200.0,
            period: "FY2027-28".to_owned(),
            unit: "million USD".to_owned(),
            prices: tradecast_core::projection::Prices::Current,
            measured_by: None,
            probability: estimate(&estimates),
            paths: 1_000_000,
            median: 20.0,
            q05: 10.0,
            q95: 40.0,
            members: shares(&estimates).into_iter().enumerate().map(part).collect(),
        };
        let (name, title) = ("judged".to_owned(), "As weighed".to_owned());
        Mixture { name, title, seed: 1, targets: vec![target], warnings: Vec::new() }
    }

    #[test]
    fn few_and_many_members_and_none_that_hits_make_a_figure() {
        for (count, is_hopeless) in [(2, false), (20, false), (3, true)] {
            let mixture = mixture(count, is_hopeless);
            let figure = figure(&mixture, &mixture.targets[0], "ensemble".to_owned());
            let figure = figure.expect("a figure");
            assert!(figure.png().expect("a PNG").starts_with(b"\x89PNG"));
            assert_eq!(figure.svg.contains(">carries "), !is_hopeless);
        }
    }

    #[test]
    fn the_title_names_what_carries_most() {
        let title_of = |mixture: Mixture| title(&mixture.targets[0]);
        assert!(
            title_of(mixture(3, false)).contains("of it rests on “Everything announced happens")
        );
        assert_eq!(
            title_of(mixture(3, true)),
            "Less than 1 in 333,000: no scenario reaches 200 million USD in FY2027-28"
        );
    }
}
