//! One flow as one reporter counts it: its observations, the latest run, growth from step to step.

use super::HistoryError;
use super::finding::Finding;
use super::finding::Place;
use super::unit::Unit;
use crate::calendar::{Period, PeriodKind};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An observation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// When.
    pub period: Period,
    /// How much, in the flow's unit.
    pub value: f64,
    /// The line of the file, counted from 1; of a sum the first line that is in it.
    pub line: u64,
    /// Which file, where several were joined.
    pub file: u16,
}

/// Whose figures of a flow are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reporter {
    /// The exporter's, of its exports (usually free on board).
    Exporter,
    /// The importer's, of its imports (usually with freight and insurance).
    Importer,
    /// The figures of this country or source.
    Named(String),
}

/// Observations of one flow by one reporter, in order of time.
#[derive(Clone, Debug)]
pub struct FlowHistory {
    /// Who sells, or one of the two of a total; empty in a file of one flow.
    pub exporter: String,
    /// Who buys, or the other of the two of a total; empty in a file of one flow.
    pub importer: String,
    /// Whether it is the sum of both directions.
    pub is_total: bool,
    /// Whose statistics they are, where the file says it.
    pub reporter: Option<String>,
    /// What values are counted in.
    pub unit: Unit,
    /// The observations, in order of time. A missing value is no point; a zero is one.
    pub points: Vec<Point>,
    /// What was found while it was read or put together.
    pub(super) notes: Vec<Finding>,
    /// The first cell that cannot be used, as line and message. A flow with one is never handed out.
    pub(super) fault: Option<(u16, u64, String)>,
    /// The files it comes from.
    pub(super) files: Arc<[PathBuf]>,
}

/// Consecutive positive values.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The values with their periods, each following the one before.
    pub points: Vec<Point>,
    /// Zeros after the last of them, which the run leaves out.
    pub zeros_after: Vec<Point>,
}

impl Reporter {
    /// Reads `exporter`, `importer`, or a name.
    pub fn parse(text: &str) -> Self {
        match text {
            "exporter" => Self::Exporter,
            "importer" => Self::Importer,
            name => Self::Named(name.to_owned()),
        }
    }

    /// Whether the flow is by this reporter.
    pub fn reports(&self, flow: &FlowHistory) -> bool {
        let wanted = match self {
            Self::Exporter => &flow.exporter,
            Self::Importer => &flow.importer,
            Self::Named(name) => name,
        };
        flow.reporter.as_ref() == Some(wanted)
    }
}

impl fmt::Display for Reporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exporter => "the exporter",
            Self::Importer => "the importer",
            Self::Named(name) => name,
        })
    }
}

impl Run {
    /// The values alone, oldest first.
    pub fn values(&self) -> Vec<f64> {
        self.points.iter().map(|point| point.value).collect()
    }
}

impl FlowHistory {
    /// `PAK → KGZ`, `PAK–KGZ, both directions`, or `the flow`, with the reporter where known.
    pub fn name(&self) -> String {
        let ends = self.ends();
        match &self.reporter {
            Some(reporter) => format!("{ends} as reported by {reporter}"),
            None => ends,
        }
    }

    /// Its name without the reporter.
    pub(super) fn ends(&self) -> String {
        match (self.exporter.is_empty(), self.is_total) {
            (true, _) => "the flow".to_owned(),
            (false, true) => format!("{}–{}, both directions", self.exporter, self.importer),
            (false, false) => format!("{} → {}", self.exporter, self.importer),
        }
    }

    /// The first file it comes from.
    pub(super) fn path(&self) -> &Path {
        self.files.first().map_or(Path::new(""), PathBuf::as_path)
    }

    /// The flow, or the first cell of it that cannot be used.
    pub(super) fn sound(&self) -> Result<&Self, HistoryError> {
        let Some((file, line, message)) = &self.fault else { return Ok(self) };
        let path = self.files.get(usize::from(*file)).cloned().unwrap_or_default();
        Err(HistoryError::Cell { path, line: *line, message: message.clone() })
    }

    /// The one length of its periods; none where it has no points.
    ///
    /// # Errors
    /// Several lengths.
    pub fn frequency(&self) -> Result<Option<PeriodKind>, HistoryError> {
        let kinds = self.frequencies();
        if kinds.len() < 2 {
            return Ok(kinds.first().map(|(kind, _)| *kind));
        }
        let counts: Vec<String> =
            kinds.iter().map(|(kind, count)| format!("{count} {}", plural(*kind))).collect();
        Err(HistoryError::Frequencies {
            path: self.path().to_owned(),
            flow: self.name(),
            counts: counts.join(", "),
        })
    }

    /// Kinds of periods, longest first, and how many points each has.
    pub(super) fn frequencies(&self) -> Vec<(PeriodKind, usize)> {
        use PeriodKind::{CalendarYear, FiscalYear, Month, Quarter};
        let count = |kind| self.points.iter().filter(|point| point.period.kind == kind).count();
        let all = [CalendarYear, FiscalYear, Quarter, Month].map(|kind| (kind, count(kind)));
        all.into_iter().filter(|(_, count)| *count > 0).collect()
    }

    /// The same flow with the periods of one kind only.
    #[must_use]
    pub fn of_kind(&self, kind: PeriodKind) -> Self {
        let mut flow = self.clone();
        flow.points.retain(|point| point.period.kind == kind);
        flow
    }

    /// The latest run of consecutive positive values, the baseline last.
    ///
    /// # Errors
    /// Fewer than `minimum` values in it; several frequencies.
    pub fn latest_run(&self, minimum: usize) -> Result<Run, HistoryError> {
        self.frequency()?;
        let runs = self.runs();
        let latest = runs.last().cloned().unwrap_or(0..0);
        if latest.len() < minimum.max(1) {
            return Err(self.too_short(minimum.max(1), &runs));
        }
        Ok(Run {
            zeros_after: self.points[latest.end..].to_vec(),
            points: self.points[latest].to_vec(),
        })
    }

    /// Ranges of points that are positive and follow each other.
    pub(super) fn runs(&self) -> Vec<std::ops::Range<usize>> {
        let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
        for (index, point) in self.points.iter().enumerate().filter(|(_, p)| p.value > 0.0) {
            let follows = |last: &std::ops::Range<usize>| {
                last.end == index
                    && self.points[index - 1].period.end_month() == point.period.first_month
            };
            match runs.last_mut() {
                Some(last) if follows(last) => last.end = index + 1,
                _ => runs.push(index..index + 1),
            }
        }
        runs
    }

    fn too_short(&self, minimum: usize, runs: &[std::ops::Range<usize>]) -> HistoryError {
        let span = |run: &std::ops::Range<usize>| {
            let (first, last) = (self.points[run.start].period, self.points[run.end - 1].period);
            if run.len() == 1 { format!("{first}") } else { format!("{first} to {last}") }
        };
        let reason = match runs.last() {
            None => "has no positive value".to_owned(),
            Some(run) => format!("has {} ({}){}", run.len(), span(run), self.what_is_missing(run)),
        };
        let earlier = runs.iter().rev().skip(1).find(|run| run.len() >= minimum);
        let help = match earlier {
            Some(run) => format!(
                "add the missing values from their source; or keep only {} in the file, which are {} in a row, and forecast from {}",
                span(run), run.len(), self.points[run.end - 1].period
            ),
            None => "add the missing values from their source, take the total of both directions or the other country's figures, or state the growth in the scenario (`growth.random_walk`); nothing is filled silently".to_owned(),
        };
        let (path, flow) = (self.path().to_owned(), self.name());
        HistoryError::TooShort { path, flow, minimum, reason, help }
    }

    /// What ends a run on its early side.
    fn what_is_missing(&self, run: &std::ops::Range<usize>) -> String {
        let first = self.points[run.start].period;
        let before = run.start.checked_sub(1).map(|index| self.points[index]);
        match before {
            None => format!("; nothing is there before {first}"),
            Some(point) if point.period.end_month() == first.first_month => {
                format!("; {} is 0 ({})", point.period, self.place(&point))
            }
            Some(point) => match (point.period.next(), first.back(1)) {
                (from, to) if from == to => format!("; {from} is missing"),
                (from, to) => format!("; {from} to {to} are missing"),
            },
        }
    }

    /// Where a point stands: `line 7`, with the file where there are several.
    pub(super) fn place(&self, point: &Point) -> Place {
        let file = self.files.get(usize::from(point.file)).filter(|_| self.files.len() > 1);
        let file = file.and_then(|path| path.file_name());
        Place { line: point.line, file: file.map(|name| name.to_string_lossy().into_owned()) }
    }

    /// Log growth from each period to the next, for steps of `months`, called `name`.
    ///
    /// # Errors
    /// Periods of another length than a step, gaps, a period twice, values of 0, under 3 periods.
    pub fn log_growth(&self, months: i32, step: &str) -> Result<Vec<f64>, HistoryError> {
        let wrong = |message| HistoryError::Series { path: self.path().to_owned(), message };
        if let Some(point) = self.points.iter().find(|point| point.period.months() != months) {
            let (place, period) = (self.place(point), point.period);
            return Err(wrong(format!(
                "{place}: {period} is not as long as a step; steps are {step}"
            )));
        }
        let twice = self.notes.iter().find_map(|note| match note {
            Finding::Duplicate { kept, again } => Some((kept, again)),
            _ => None,
        });
        if let Some((kept, again)) = twice {
            let (period, place) = (kept.period, &kept.place);
            return Err(wrong(format!(
                "{period} stands twice with the same value ({place}, {again})"
            )));
        }
        if let Some(point) = self.points.iter().find(|point| point.value <= 0.0) {
            let place = self.place(point);
            return Err(wrong(format!("{place}: the value {} has no log growth", point.value)));
        }
        if self.points.len() < 3 {
            return Err(wrong(format!("{} observations of {}", self.points.len(), self.name())));
        }
        let growth = |pair: &[Point]| {
            let (before, after) = (pair[0], pair[1]);
            if before.period.end_month() == after.period.first_month {
                return Ok(libm::log(after.value / before.value));
            }
            let place = self.place(&after);
            Err(wrong(format!("{place}: {} does not follow {}", after.period, before.period)))
        };
        self.points.windows(2).map(growth).collect()
    }
}

/// What several periods of a kind are called.
pub(super) fn plural(kind: PeriodKind) -> &'static str {
    match kind {
        PeriodKind::CalendarYear => "calendar years",
        PeriodKind::FiscalYear => "fiscal years",
        PeriodKind::Quarter => "quarters",
        PeriodKind::Month => "months",
    }
}
