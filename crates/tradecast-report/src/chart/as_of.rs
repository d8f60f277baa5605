//! How the probability moved as periods of a running year were booked.

use super::axis::{Axis, Scale};
use super::canvas::{self, Align, Canvas, Point, Stroke};
use super::lettering::Lettering;
use super::palette::ACCENT;
use super::sheet::{BOTTOM, LEFT, RIGHT, Sheet, Subject};
use super::{ChartError, Figure, chance, frame};
use crate::words;
use crate::words::language::Language;
use std::ops::Range;
use tradecast_core::calendar::Period;
use tradecast_core::projection::AsOf;
use tradecast_core::statistics::Estimate;

/// Room for the label at the line's end.
const LABELS: f64 = 240.0;
/// The radius of a dot.
const RADIUS: f64 = 6.5;
/// Where the axis of P stands, about, as far as that can be told before the title is written.
const HEIGHTS: (f64, f64) = (BOTTOM - 50.0, 220.0);

/// The probability of a target by what was booked.
pub fn figure(subject: &Subject, name: String) -> Result<Figure, ChartError> {
    let dates = &subject.target.as_of;
    let (Some(first), Some(last)) = (dates.first(), dates.last()) else {
        return Err(ChartError::Empty(name));
    };
    let sheet = sheet(subject, (first, last));
    canvas::figure(name, &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        let plot = Plot::new(dates, top + 26.0)?;
        plot.grid(canvas)?;
        plot.line(canvas)?;
        plot.labels(canvas)
    })
}

fn sheet(subject: &Subject, (first, last): (&AsOf, &AsOf)) -> Sheet {
    let axis = axis(&subject.target.as_of, HEIGHTS);
    let scale = if axis.scale == Scale::Log { " (log scale)" } else { "" };
    let p = |as_of: &AsOf| words::percent_of(&as_of.probability.estimate);
    Sheet {
        title: format!(
            "{} in: the chance of {} in {} is now {}; before, it was {}",
            words::are_booked(Language::english(), last),
            subject.goal(),
            subject.when(),
            p(last),
            p(first),
        ),
        subtitle: subject.subtitle(),
        reading: format!(
            "Probability{scale} by the last period that was booked when it was asked; the first is the year before. \
             Dots have 95 % confidence intervals where these are wider than the dot."
        ),
        footer: subject.footer(),
    }
}

/// The axis of P that all intervals need.
fn axis(dates: &[AsOf], pixels: (f64, f64)) -> Axis {
    let estimates: Vec<Estimate> = dates.iter().map(|date| date.probability.estimate).collect();
    chance::axis(&estimates, chance::scale_over_time(&estimates), pixels)
}

struct Plot<'a> {
    dates: &'a [AsOf],
    across: Range<f64>,
    chances: Axis,
    ticks: Vec<f64>,
    xs: Vec<f64>,
}

impl<'a> Plot<'a> {
    fn new(dates: &'a [AsOf], top: f64) -> Result<Self, ChartError> {
        let chances = axis(dates, (BOTTOM - 50.0, top));
        let ticks = chances.ticks(6);
        let left = LEFT + 14.0 + frame::tick_width(&ticks, chance::tick_words(&ticks))?;
        let across = left..RIGHT - LABELS;
        let inner = (across.start + 60.0, across.end - 30.0);
        let last = dates.len().saturating_sub(1).max(1) as f64;
        let places = Axis::linear((0.0, last), inner);
        let xs = (0..dates.len()).map(|number| places.at(number as f64)).collect();
        Ok(Self { dates, across, chances, ticks, xs })
    }

    fn grid(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let label = chance::tick_words(&self.ticks);
        frame::rows(canvas, &self.chances, &self.ticks, &self.across, label)?;
        let periods: Vec<Period> = self.dates.iter().map(|date| date.until).collect();
        frame::periods(canvas, &periods, &self.xs, self.chances.start)
    }

    fn points(&self) -> Vec<Point> {
        let y = |date: &AsOf| self.chances.at(chance::shown(&date.probability.estimate));
        self.xs.iter().zip(self.dates).map(|(&x, date)| (x, y(date))).collect()
    }

    fn line(&self, canvas: &Canvas) -> Result<(), ChartError> {
        canvas.line(&self.points(), Stroke(ACCENT, 3.0))?;
        for (x, date) in self.xs.iter().zip(self.dates) {
            let estimate = &date.probability.estimate;
            chance::upright(canvas, &self.chances, *x, estimate, (RADIUS, ACCENT))?;
        }
        Ok(())
    }

    /// What was said before the first period, and what is said now.
    fn labels(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let (points, bold) = (self.points(), Lettering::LABEL.bold().colored(ACCENT));
        let (Some(&(x, y)), Some(now)) = (points.last(), self.dates.last()) else { return Ok(()) };
        let text = chance::with_odds(&chance::words(&now.probability), &now.probability);
        canvas.text("now", (x + 24.0, y - 12.0), &bold, Align::Left)?;
        let text = bold.fitted(&text, RIGHT - x - 24.0)?;
        canvas.text(&text, (x + 24.0, y + 12.0), &bold, Align::Left)?;
        if let ([(x, y), (_, next), ..], Some(before)) = (&points[..], self.dates.first()) {
            let text = chance::words(&before.probability);
            // On the side that the line leaves free.
            let y = if next < y { y + 24.0 } else { y - 24.0 };
            canvas.text(&text, (*x, y), &Lettering::LABEL.colored(ACCENT), Align::Center)?;
        }
        Ok(())
    }
}
