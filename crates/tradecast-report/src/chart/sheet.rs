//! What all figures share: the subject in words, and title, subtitle and footer on the sheet.

use super::ChartError;
use super::canvas::{Align, Canvas, HEIGHT, WIDTH, leading};
use super::lettering::Lettering;
use crate::words;
use crate::words::language::Language;
use tradecast_core::projection::{FanPoint, Prices, Projection, Series, TargetProjection};

/// Left edge of titles and footers.
pub const LEFT: f64 = 64.0;

/// Right edge of titles and footers.
pub const RIGHT: f64 = WIDTH as f64 - 64.0;

/// Where the footer's last line stands.
const FOOTER: f64 = HEIGHT as f64 - 24.0;

/// The lowest line that a figure may draw on.
pub const BOTTOM: f64 = HEIGHT as f64 - 56.0;

/// The part of a sheet that a figure may draw on, in pixels.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Its left edge.
    pub left: f64,
    /// Its right edge.
    pub right: f64,
    /// Its upper edge.
    pub top: f64,
    /// Its lower edge.
    pub bottom: f64,
}

impl Room {
    /// What is left of a whole sheet below its words.
    pub fn below(top: f64) -> Self {
        Self { left: LEFT, right: RIGHT, top, bottom: BOTTOM }
    }

    /// All of a sheet that has no words.
    pub fn whole((width, height): (u32, u32)) -> Self {
        Self { left: 2.0, right: f64::from(width) - 2.0, top: 8.0, bottom: f64::from(height) }
    }
}

/// The words around a figure.
pub struct Sheet {
    /// The answer.
    pub title: String,
    /// The question, and the method.
    pub subtitle: [String; 2],
    /// How to read the figure: what bands, bars and dots are.
    pub reading: String,
    /// Where the numbers come from.
    pub footer: String,
}

impl Sheet {
    /// Writes the words; returns where the figure may start.
    pub fn write(&self, canvas: &Canvas) -> Result<f64, ChartError> {
        let width = RIGHT - LEFT;
        let fits = |size: f64| Ok(Lettering::TITLE.sized(size).width(&self.title)? <= width);
        let size = if fits(32.0)? { 32.0 } else { 28.0 };
        let title = Lettering::TITLE.sized(size);
        let mut y = 46.0;
        y = canvas.paragraph(
            &title.balanced(&self.title, width)?,
            (LEFT, y),
            &title,
            Align::Left,
        )?;
        y -= 4.0;
        for text in [&self.subtitle[0], &self.subtitle[1], &self.reading] {
            let lines = Lettering::SUBTITLE.lines(text, width, 2)?;
            y = canvas.paragraph(&lines, (LEFT, y), &Lettering::SUBTITLE, Align::Left)?;
        }
        let footer = Lettering::NOTE.lines(&self.footer, width, 2)?;
        let up = leading(&Lettering::NOTE) * footer.len().saturating_sub(1) as f64;
        canvas.paragraph(&footer, (LEFT, FOOTER - up), &Lettering::NOTE, Align::Left)?;
        Ok(y + leading(&Lettering::SUBTITLE) / 2.0)
    }

    /// The words for readers who cannot see the figure.
    pub fn description(&self) -> String {
        format!("{}. {}. {} {}", self.subtitle[0], self.subtitle[1], self.reading, self.footer)
    }
}

/// A target of a projection and its total.
pub struct Subject<'a> {
    /// The projection.
    pub projection: &'a Projection,
    /// The target.
    pub target: &'a TargetProjection,
    /// The target's total, from the baseline to the target's own period.
    pub points: &'a [FanPoint],
    /// In which the labels of the figure are written.
    pub language: &'static Language,
}

impl<'a> Subject<'a> {
    /// Finds the target's total.
    pub fn new(
        projection: &'a Projection,
        target: &'a TargetProjection,
    ) -> Result<Self, ChartError> {
        let wanted = |series: &&Series| series.name == target.series;
        let series = projection
            .series
            .iter()
            .find(wanted)
            .ok_or_else(|| ChartError::MissingSeries(target.series.clone()))?;
        let until = |point: &FanPoint| point.period.first_month <= target.period.first_month;
        let points = &series.periods[..series.periods.iter().filter(|p| until(p)).count()];
        if points.is_empty() {
            return Err(ChartError::Empty(target.series.clone()));
        }
        Ok(Self { projection, target, points, language: Language::english() })
    }

    /// The total in the target's own period.
    pub fn last(&self) -> &FanPoint {
        &self.points[self.points.len() - 1]
    }

    /// The question, its answer in numbers, and how it was found.
    pub fn subtitle(&self) -> [String; 2] {
        let Projection { title, paths, paths_asked, .. } = self.projection;
        let paths = if paths_asked > paths {
            format!("{} of {}", words::count(*paths), words::count(*paths_asked))
        } else {
            words::count(*paths)
        };
        let error = words::simulation_error(Language::english(), self.target.probability());
        let error = error.trim_end_matches('.');
        [
            words::statement(Language::english(), self.projection, self.target),
            format!("{title} · {paths} simulated paths · {error}"),
        ]
    }

    /// Scenario, seed and prices, and where the target comes from.
    pub fn footer(&self) -> String {
        let Projection { name, seed, prices, .. } = self.projection;
        let mut footer = format!("tradecast · scenario {name} · seed {seed} · {prices}");
        if let Some(source) = &self.target.source {
            footer.push_str(&format!(" · target: {source}"));
            if let Some(announced) = &self.target.announced {
                footer.push_str(&format!(", {announced}"));
            }
        }
        footer
    }

    /// A computed number as the language writes it.
    pub fn number(&self, value: f64) -> String {
        self.language.numerals(&words::rounded(value))
    }

    /// A label of an axis as the language writes it.
    pub fn tick(&self, value: f64) -> String {
        self.language.numerals(&words::number(value))
    }

    /// The target's amount in the scenario's unit, as it was written.
    pub fn goal(&self) -> String {
        words::amount(self.target.at_least, &self.projection.unit)
    }

    /// A computed amount in the scenario's unit.
    pub fn amount(&self, value: f64) -> String {
        words::rounded_amount(value, &self.projection.unit)
    }

    /// The target's period, and the prices where they are constant.
    pub fn when(&self) -> String {
        words::when(Language::english(), self.projection, self.target)
    }

    /// The unit, and the prices where they are constant: `billion USD in constant 2025 prices`.
    pub fn unit(&self) -> String {
        let Projection { unit, prices, .. } = self.projection;
        match prices {
            Prices::Current => unit.clone(),
            Prices::Constant(_) => format!("{unit} in {prices}"),
        }
    }
}
