//! The probability of reaching the target in, and by, each period.

use super::axis::{Axis, Scale};
use super::canvas::{self, Align, Canvas, Point, Stroke};
use super::labels::Tile;
use super::lettering::Lettering;
use super::palette::{ACCENT, BLUE, PAPER};
use super::sheet::{BOTTOM, LEFT, RIGHT, Sheet, Subject};
use super::{ChartError, Figure, chance, frame, labels};
use crate::words;
use plotters::style::RGBColor;
use std::ops::Range;
use tradecast_core::calendar::Period;
use tradecast_core::projection::{Attainment, Probability};
use tradecast_core::statistics::Estimate;

/// Room for the labels at the line ends.
const LABELS: f64 = 260.0;

/// Periods up to which each dot has its value beside it.
const VALUES: usize = 8;

/// The radius of a dot, where periods are not crowded.
const RADIUS: f64 = 6.5;

/// Where the axis of P stands, about, as far as that can be told before the title is written.
const HEIGHTS: (f64, f64) = (BOTTOM - 50.0, 220.0);

/// Half the distance between the dots of one period.
const APART: f64 = 7.0;

/// The probabilities of a target by period.
pub fn figure(subject: &Subject, name: String) -> Result<Figure, ChartError> {
    let sheet = sheet(subject);
    canvas::figure(name, &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        let plot = Plot::new(subject, top + 26.0)?;
        plot.grid(canvas)?;
        if !plot.single() {
            plot.series(canvas, By)?;
        }
        plot.series(canvas, In)?;
        plot.values(canvas)?;
        plot.end_labels(canvas)
    })
}

fn sheet(subject: &Subject) -> Sheet {
    let axis = axis(subject, HEIGHTS);
    let scale = if axis.scale == Scale::Log { " (log scale)" } else { "" };
    let level = subject.target.probability().estimate.interval.level;
    let mut estimates =
        subject.target.attainment.iter().flat_map(|a| [&a.inside.estimate, &a.by.estimate]);
    let whiskers = if estimates.any(|e| chance::whisker_shows(&axis, e, RADIUS)) {
        format!(
            " Whiskers: {} confidence intervals (how well the simulated paths pin P down).",
            words::percent(level)
        )
    } else {
        String::new()
    };
    Sheet {
        title: title(subject),
        subtitle: subject.subtitle(),
        reading: format!(
            "Probability by period{scale}.{whiskers}{}",
            chance::bounds_reading(
                subject.target.attainment.iter().flat_map(|a| [&a.inside.estimate, &a.by.estimate])
            ),
        ),
        footer: subject.footer(),
    }
}

/// P in the target's own period, and in or before it where that is more.
fn title(subject: &Subject) -> String {
    let target = subject.target;
    let [inside, by] = [&target.probability().estimate, &target.probability_by().estimate];
    let when = subject.when();
    let chance = match inside.value {
        _ if chance::is_bound(inside) => words::odds_of(inside),
        p if p >= 0.995 => words::percent_of(inside).replace("> ", "more than "),
        _ => format!("{}, {}", words::percent_of(inside), words::odds_of(inside)),
    };
    let before = match words::percent_beside(by, inside) {
        text if text == words::percent_of(inside) => String::new(),
        text => format!(" (in or before {}: {text})", target.period),
    };
    format!(
        "The chance that {} reaches {} in {when}{} is {chance}{before}",
        target.total_label,
        subject.goal(),
        if when.contains(',') { "," } else { "" },
    )
}

/// Which of the two criteria.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Criterion {
    In,
    By,
}

use Criterion::{By, In};

impl Criterion {
    fn of(self, attainment: &Attainment) -> &Probability {
        match self {
            In => &attainment.inside,
            By => &attainment.by,
        }
    }

    /// The probability in words; both of a period with the same digits.
    fn words(self, attainment: &Attainment) -> String {
        chance::words_beside(self.of(attainment), &attainment.inside)
    }

    fn color(self) -> RGBColor {
        match self {
            In => ACCENT,
            By => BLUE,
        }
    }
}

/// The axis of P that all intervals need.
fn axis(subject: &Subject, pixels: (f64, f64)) -> Axis {
    let both = |a: &Attainment| [a.inside.estimate, a.by.estimate];
    let estimates: Vec<Estimate> = subject.target.attainment.iter().flat_map(both).collect();
    chance::axis(&estimates, chance::scale_over_time(&estimates), pixels)
}

struct Plot<'a> {
    subject: &'a Subject<'a>,
    across: Range<f64>,
    chances: Axis,
    ticks: Vec<f64>,
    xs: Vec<f64>,
}

impl<'a> Plot<'a> {
    fn new(subject: &'a Subject<'a>, top: f64) -> Result<Self, ChartError> {
        let chances = axis(subject, (BOTTOM - 50.0, top));
        let ticks = chances.ticks(6);
        let left = LEFT + 14.0 + frame::tick_width(&ticks, chance::tick_words(&ticks))?;
        let across = left..RIGHT - LABELS;
        let attainment = &subject.target.attainment;
        let years: Vec<f64> = attainment.iter().map(|a| a.period.midpoint()).collect();
        let (first, last) = (years[0], years[years.len() - 1]);
        // Room for the first value over its dots.
        let inner = (across.start + 88.0, across.end - 30.0);
        let xs = if first == last {
            vec![f64::midpoint(inner.0, inner.1)]
        } else {
            years.iter().map(|&y| Axis::linear((first, last), inner).at(y)).collect()
        };
        Ok(Self { subject, across, chances, ticks, xs })
    }

    /// Whether both criteria are the same everywhere, as far as is printed.
    fn single(&self) -> bool {
        let same = |a: &Attainment| In.words(a) == By.words(a);
        self.subject.target.attainment.iter().all(same)
    }

    fn grid(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let label = chance::tick_words(&self.ticks);
        frame::rows(canvas, &self.chances, &self.ticks, &self.across, label)?;
        let periods: Vec<Period> =
            self.subject.target.attainment.iter().map(|a| a.period).collect();
        frame::periods(canvas, &periods, &self.xs, self.chances.start)
    }

    /// The place of each period's estimate; side by side where both criteria are shown.
    fn points(&self, criterion: Criterion) -> Vec<Point> {
        let apart = match (self.single(), criterion) {
            (true, _) => 0.0,
            (false, In) => APART.min(self.spacing() / 6.0),
            (false, By) => -APART.min(self.spacing() / 6.0),
        };
        let y = |a: &Attainment| self.chances.at(chance::shown(&criterion.of(a).estimate));
        let attainment = &self.subject.target.attainment;
        self.xs.iter().zip(attainment).map(|(&x, a)| (x + apart, y(a))).collect()
    }

    fn spacing(&self) -> f64 {
        self.xs.windows(2).map(|pair| pair[1] - pair[0]).fold(400.0, f64::min)
    }

    fn series(&self, canvas: &Canvas, criterion: Criterion) -> Result<(), ChartError> {
        let points = self.points(criterion);
        let color = criterion.color();
        let width = if criterion == In { 3.0 } else { 2.0 };
        let bound =
            |i: usize| chance::is_bound(&criterion.of(&self.subject.target.attainment[i]).estimate);
        // An upper bound is no value that a line could lead to.
        for (i, pair) in points.windows(2).enumerate() {
            if !bound(i) && !bound(i + 1) {
                canvas.line(pair, Stroke(color, width))?;
            }
        }
        let radius = (self.spacing() / 7.0).clamp(2.5, RADIUS);
        for (point, attainment) in points.iter().zip(&self.subject.target.attainment) {
            let estimate = &criterion.of(attainment).estimate;
            chance::upright(canvas, &self.chances, point.0, estimate, (radius, color))?;
        }
        Ok(())
    }

    /// The value of each period but the last beside its dot, where it is clear of all lines and of
    /// the axis; once where the criteria agree.
    fn values(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let attainment = &self.subject.target.attainment;
        if attainment.len() > VALUES {
            return Ok(());
        }
        let mut obstacles = self.obstacles();
        let criteria: &[Criterion] = if self.single() { &[In] } else { &[In, By] };
        for &criterion in criteria {
            let lettering = Lettering::LABEL.colored(criterion.color());
            let points = self.points(criterion);
            for (a, point) in attainment.iter().zip(points).take(attainment.len() - 1) {
                let text = criterion.words(a);
                if criterion == By && text == In.words(a) {
                    continue;
                }
                let reach = chance::reach(&self.chances, &criterion.of(a).estimate, 8.0);
                let width = lettering.width(&text)?;
                let over = criterion == By || self.single();
                let spot = spots(point.0, reach, width, over)
                    .into_iter()
                    .filter(|spot| spot.is_within(&self.room()))
                    .find(|spot| !obstacles.iter().any(|&(a, b)| spot.is_crossed_by(a, b)));
                if let Some(Tile { left, right, top, bottom }) = spot {
                    let y = f64::midpoint(top, bottom);
                    canvas.backed(&text, (left + 4.0, y), &lettering, Align::Left, PAPER)?;
                    let edges = [top + 4.0, y, bottom - 4.0];
                    obstacles.extend(edges.map(|y| ((left, y), (right, y))));
                }
            }
        }
        Ok(())
    }

    /// Where values may stand.
    fn room(&self) -> Tile {
        let (top, bottom) = (self.chances.end - 20.0, self.chances.start);
        Tile { left: self.across.start, right: RIGHT, top, bottom }
    }

    /// The segments that no value may stand on: lines, whiskers and the axis.
    fn obstacles(&self) -> Vec<(Point, Point)> {
        let mut segments = Vec::new();
        for criterion in [In, By] {
            let points = self.points(criterion);
            segments.extend(points.windows(2).map(|pair| (pair[0], pair[1])));
            for (point, a) in points.iter().zip(&self.subject.target.attainment) {
                let (lower, upper) = chance::reach(&self.chances, &criterion.of(a).estimate, 7.0);
                segments.push(((point.0, lower), (point.0, upper)));
            }
        }
        segments
    }

    fn end_labels(&self, canvas: &Canvas) -> Result<(), ChartError> {
        let target = self.subject.target;
        let period = target.period;
        let Some(last) = target.attainment.last() else {
            return Ok(());
        };
        let name = |criterion: Criterion| match criterion {
            In => (In, format!("in {period}")),
            By => (By, format!("in or before {period}")),
        };
        let value = |criterion: Criterion| {
            let probability = criterion.of(last);
            (criterion, chance::with_odds(&criterion.words(last), probability))
        };
        let ends = match (self.single(), In.words(last) == By.words(last)) {
            (true, _) if self.xs.len() == 1 => vec![vec![name(In), value(In)]],
            (true, _) => vec![vec![(In, format!("in {period}, or before")), value(In)]],
            // Both names, so that both lines have one.
            (false, true) => vec![vec![name(By), name(In), value(In)]],
            (false, false) => vec![vec![name(By), value(By)], vec![name(In), value(In)]],
        };
        let y = |criterion: Criterion| self.chances.at(chance::shown(&criterion.of(last).estimate));
        let wanted: Vec<f64> = ends.iter().map(|lines| y(lines[0].0)).collect();
        let room = (self.chances.end + 24.0, self.chances.start - 40.0);
        let placed = labels::separated(&wanted, 60.0, room);
        let x = self.xs[self.xs.len() - 1] + 34.0;
        for (lines, y) in ends.iter().zip(placed) {
            let first = y + 1.0 - 12.0 * (lines.len() - 1) as f64;
            for (i, (criterion, text)) in lines.iter().enumerate() {
                let bold = Lettering::LABEL.bold().colored(criterion.color());
                let text = bold.fitted(text, RIGHT - x)?;
                canvas.text(&text, (x, first + 24.0 * i as f64), &bold, Align::Left)?;
            }
        }
        Ok(())
    }
}

/// Places for a value of this width about the dot at `x`, the preferred first: over the dot for
/// the upper series, under it for the lower one.
fn spots(x: f64, (lower, upper): (f64, f64), width: f64, over: bool) -> Vec<Tile> {
    let tile = |left: f64, middle: f64| Tile {
        left: left - 4.0,
        right: left + width + 4.0,
        top: middle - 11.0,
        bottom: middle + 11.0,
    };
    let (above, below) = (upper - 16.0, lower + 16.0);
    let (before, after) = (x - width - 12.0, x + 12.0);
    let (centered, beside) = (x - width / 2.0, f64::midpoint(lower, upper));
    let over_it = [tile(centered, above), tile(before, above), tile(before, beside)];
    let aside = [tile(before - 16.0, above), tile(before - 16.0, beside)];
    let under_it = [tile(centered, below), tile(after, below), tile(after, beside)];
    let (first, second) = if over { (over_it, under_it) } else { (under_it, over_it) };
    first
        .into_iter()
        .chain(second)
        .chain([tile(after, above), tile(before, below)])
        .chain(aside)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn small_probabilities_take_a_log_scale() {
        let projection = testing::first_case();
        let subject = Subject::new(&projection, &projection.targets[0]).expect("a subject");
        assert_eq!(axis(&subject, (0.0, 1.0)).scale, Scale::Log);
    }

    #[test]
    fn the_title_leads_with_the_chance_in_the_period() {
        let projection = testing::first_case();
        let subject = Subject::new(&projection, &projection.targets[0]).expect("a subject");
        let inside = words::percent_of(&projection.targets[0].probability().estimate);
        let by = words::percent_of(&projection.targets[0].probability_by().estimate);
        let title = title(&subject);
        assert!(title.contains(&format!("in FY2027-28 is {inside}, about")), "{title}");
        assert!(title.ends_with(&format!("(in or before FY2027-28: {by})")), "{title}");
    }

    #[test]
    fn whiskers_are_explained_where_they_show() {
        let reading = |paths: u64| {
            let projection = testing::Shape { paths, ..testing::Shape::first_case() }.projection();
            let subject = Subject::new(&projection, &projection.targets[0]).expect("a subject");
            sheet(&subject).reading
        };
        assert!(reading(20_000).contains("Whiskers: 95 %"));
        assert_eq!(reading(1_000_000_000), "Probability by period (log scale).");
    }

    #[test]
    fn both_values_of_a_period_have_the_same_digits() {
        let last = Attainment {
            inside: testing::probability(0.079, 20_000),
            by: testing::probability(0.0841, 2_000_000),
            ..testing::first_case().targets[0].attainment[0]
        };
        assert_eq!([In.words(&last), By.words(&last)], ["7.9 %", "8.4 %"]);
    }

    #[test]
    fn values_never_stand_on_the_axis() {
        let floor = Tile { left: 0.0, right: 900.0, top: 0.0, bottom: 100.0 };
        let inside = |tile: &&Tile| tile.is_within(&floor);
        assert!(spots(400.0, (98.0, 90.0), 60.0, false).iter().filter(inside).count() > 0);
        assert!(!spots(400.0, (98.0, 90.0), 60.0, false)[0].is_within(&floor));
    }

    #[test]
    fn criteria_that_agree_are_one_series() {
        let mut projection = testing::first_case();
        projection.targets[0].attainment.truncate(1);
        let subject = Subject::new(&projection, &projection.targets[0]).expect("a subject");
        assert!(Plot::new(&subject, 100.0).expect("a plot").single());
    }
}
