//! How a flow or driver grows.

use super::cursor::Cursor;
use super::decode::Decoder;
use super::fitted::{self, Fitted};
use super::problem::Problem;
use super::quantity::Quantity;
use super::schema;
use crate::calendar::Step;
use crate::history::{self, HistoryError, Reading};

/// Growth of a flow or driver beyond what drivers and interventions bring.
#[derive(Clone, Debug)]
pub enum Growth {
    /// Random log growth around a steady median.
    RandomWalk {
        /// Growth of the median path a year.
        median: Quantity,
        /// Standard deviation of log growth over a year.
        volatility: Quantity,
        /// The distribution of a step's shock.
        tails: Tails,
        /// Correlation of shocks a year apart, in normal space.
        persistence: Option<Quantity>,
        /// Standard deviation of a log disturbance of one year's total.
        transitory: Option<Quantity>,
    },
    /// A log level that returns to a line from the baseline.
    MeanReverting {
        /// Growth of the line a year.
        trend: Quantity,
        /// The time, in years, in which half of a deviation is gone.
        half_life: Quantity,
        /// Instantaneous volatility per square root of a year.
        volatility: Quantity,
        /// The distribution of a step's shock.
        tails: Tails,
    },
    /// Log growth drawn from a history in blocks.
    Bootstrap {
        /// Log growth from one step to the next, in order of time.
        log_growth: Vec<f64>,
        /// Mean length of a block, in steps.
        block_steps: f64,
    },
    /// A local level whose spread is itself uncertain, fitted to a history of years.
    Fitted(Fitted),
    /// One rate a year, without chance.
    Constant(Quantity),
}

/// The distribution of a step's shock, of unit variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tails {
    /// Gaussian.
    Normal,
    /// Student's t with this many degrees of freedom, above 2.
    StudentT(f64),
}

impl Growth {
    /// The tails, where shocks have any.
    pub fn tails(&self) -> Option<Tails> {
        match self {
            Self::RandomWalk { tails, .. } | Self::MeanReverting { tails, .. } => Some(*tails),
            Self::Bootstrap { .. } | Self::Fitted(_) | Self::Constant(_) => None,
        }
    }

    /// The quantities that say how wide it spreads.
    pub fn spreads(&self) -> impl Iterator<Item = &Quantity> {
        let (volatility, transitory) = match self {
            Self::RandomWalk { volatility, transitory, .. } => {
                (Some(volatility), transitory.as_ref())
            }
            Self::MeanReverting { volatility, .. } => (Some(volatility), None),
            Self::Bootstrap { .. } | Self::Fitted(_) | Self::Constant(_) => (None, None),
        };
        volatility.into_iter().chain(transitory)
    }

    /// Its median rate a year, where that is a parameter.
    pub fn rate(&self) -> Option<&Quantity> {
        match self {
            Self::RandomWalk { median: rate, .. }
            | Self::MeanReverting { trend: rate, .. }
            | Self::Constant(rate) => Some(rate),
            Self::Bootstrap { .. } | Self::Fitted(_) => None,
        }
    }

    /// Whether it has shocks that can be correlated.
    pub fn has_shocks(&self) -> bool {
        self.tails().is_some() || matches!(self, Self::Fitted(_))
    }
}

/// Where a flow's history lies in a file: its ends, or none for a driver.
pub type Ends<'a> = Option<(&'a str, &'a str)>;

/// Decodes a `growth` table.
///
/// # Errors
/// No kind, two kinds, or a wrong parameter.
pub fn decode(
    decoder: &mut Decoder<'_>,
    cursor: &Cursor<'_>,
    ends: Ends<'_>,
) -> Result<Growth, Problem> {
    let cursor = cursor.clone().of_kind("GROWTH");
    cursor.table()?;
    let given: Vec<&str> =
        cursor.entries()?.keys().map(String::as_str).filter(|key| *key != "source").collect();
    let [kind] = given[..] else {
        let message = match given.len() {
            0 => "no kind of growth is given".to_owned(),
            _ => format!("{} kinds of growth at once: {}", given.len(), given.join(", ")),
        };
        let mut kinds = schema::keys_in(schema::KEYS, "GROWTH");
        kinds.retain(|kind| *kind != "source");
        return Err(cursor.problem(message).help(format!("write one of: {}", kinds.join(", "))));
    };
    let kind_cursor = cursor.require(kind)?;
    match kind {
        "random_walk" => random_walk(decoder, &kind_cursor),
        "mean_reverting" => mean_reverting(decoder, &kind_cursor),
        "bootstrap" => bootstrap(decoder, &kind_cursor, ends),
        "constant" => Ok(Growth::Constant(decoder.quantity(&kind_cursor)?)),
        _ => Ok(Growth::Fitted(fitted::decode(decoder, &kind_cursor, ends)?)),
    }
}

fn random_walk(decoder: &mut Decoder<'_>, cursor: &Cursor<'_>) -> Result<Growth, Problem> {
    cursor.table()?;
    Ok(Growth::RandomWalk {
        median: decoder.required(cursor, "median")?,
        volatility: decoder.required(cursor, "volatility")?,
        tails: tails(decoder, cursor)?,
        persistence: decoder.optional(cursor, "persistence")?,
        transitory: decoder.optional(cursor, "transitory")?,
    })
}

fn mean_reverting(decoder: &mut Decoder<'_>, cursor: &Cursor<'_>) -> Result<Growth, Problem> {
    cursor.table()?;
    Ok(Growth::MeanReverting {
        trend: decoder.required(cursor, "trend")?,
        half_life: decoder.required(cursor, "half_life")?,
        volatility: decoder.required(cursor, "volatility")?,
        tails: tails(decoder, cursor)?,
    })
}

fn tails(decoder: &Decoder<'_>, cursor: &Cursor<'_>) -> Result<Tails, Problem> {
    let Some(tails) = cursor.child("tails") else { return Ok(Tails::Normal) };
    tails.table()?;
    Ok(Tails::StudentT(decoder.value(&tails.require("student_t")?)?))
}

fn bootstrap(
    decoder: &mut Decoder<'_>,
    cursor: &Cursor<'_>,
    ends: Ends<'_>,
) -> Result<Growth, Problem> {
    cursor.table()?;
    let calendar = decoder.calendar;
    let block = cursor.require("block")?;
    let years = decoder.value(&block)?;
    let block_steps = years * calendar.step.per_year() as f64;
    if block_steps < 1.0 - 1e-9 {
        return Err(block
            .problem("a block is shorter than a step")
            .help("write a duration of at least one step; 2 to 4 steps are usual"));
    }
    let history = cursor.require("history")?;
    let (path, bytes) = decoder.input(&history)?;
    let reading = Reading { fiscal_year_starts: calendar.fiscal_year_starts, ..Reading::default() };
    let wrong = |error: HistoryError| history_problem(&history, &error);
    let histories = history::read_histories(&path, &bytes, &reading).map_err(wrong)?;
    let flow = histories.flow(ends).map_err(wrong)?;
    let (months, step) = step_kind(calendar.step, calendar.fiscal_year_starts);
    let log_growth = flow.log_growth(months, step).map_err(wrong)?;
    Ok(Growth::Bootstrap { log_growth, block_steps: block_steps.max(1.0) })
}

/// A history that cannot be used, shown at the key that names it.
pub fn history_problem(cursor: &Cursor<'_>, error: &HistoryError) -> Problem {
    cursor.problem(error.to_string()).help(error.help())
}

/// Months in a step, and its name for a message.
fn step_kind(step: Step, fiscal_year_starts: Option<u8>) -> (i32, &'static str) {
    let name = match (step, fiscal_year_starts) {
        (Step::Year, Some(_)) => "fiscal years",
        (Step::Year, None) => "years",
        (Step::Quarter, _) => "quarters",
        (Step::Month, _) => "months",
    };
    (step.months(), name)
}
