//! Growth fitted to a history: its years seen through a prior.

use super::Baseline;
use super::cursor::Cursor;
use super::decode::Decoder;
use super::growth::{Ends, history_problem};
use super::problem::Problem;
use super::quantity::Quantity;
use super::running::{self, Running};
use crate::amount::MoneyScale;
use crate::calendar::Period;
use crate::fit::{self, EndingZeros, Lens, Years};
use crate::forecast::{LocalLevel, Prior};
use crate::history::{self, Columns, CountryCodes, Finding, FlowHistory, HistoryError, Reading};
use crate::history::{Money, Reporter};
use std::path::Path;

/// What a history says of the years ahead.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// The level and its shocks.
    pub level: LocalLevel,
    /// The growth of the world's trade, of its log a year: `prior_drift`, or another view.
    pub drift: Quantity,
    /// The growth of the world's trade that is in the level's drift.
    pub prior_drift: f64,
    /// Whether the error of the drift is the world's, which all flows share, or the flow's own.
    pub has_world_drift: bool,
    /// The share of the variance that comes from the flow's own shocks, not from the prior.
    pub own_share: f64,
    /// Whether it is trade in both directions.
    pub is_total: bool,
    /// The years that it is fitted to, in order, with their totals in single units of the currency.
    pub years: Vec<(Period, f64)>,
    /// The year after them, where some of it is booked.
    pub running: Option<Box<Running>>,
    /// What is odd about the history.
    pub findings: Vec<Finding>,
    /// The zeros that it ends with.
    pub ending_zeros: Option<EndingZeros>,
}

impl Fitted {
    /// The history's last year, where the simulation begins.
    ///
    /// # Panics
    /// Where it is fitted to no year.
    pub fn baseline(&self) -> Baseline {
        let (period, value) = *self.years.last().expect("a fit has years");
        Baseline { period, value: Quantity::Certain(value), lost: None }
    }
}

/// Decodes `growth.fitted` of the flow `key` with its ends.
///
/// # Errors
/// A history that cannot be read or is too short, a wrong parameter.
pub fn decode(
    decoder: &mut Decoder<'_>,
    cursor: &Cursor<'_>,
    ends: Ends<'_>,
) -> Result<Fitted, Problem> {
    cursor.table()?;
    let Some(ends) = ends else {
        return Err(Problem::key(&cursor.key, "a driver cannot be fitted: the prior is one of trade")
            .help("write `growth.random_walk = { median = …, volatility = … }`, or `growth.bootstrap` to draw from the driver's history"));
    };
    let history = cursor.require("history")?;
    let flow = read(decoder, cursor, &history, ends)?;
    let lens = lens(decoder, cursor)?;
    let years = Years::of(&flow, decoder.calendar.fiscal_year_starts)
        .map_err(|error| history_problem(&history, &error))?;
    let scale = scale(decoder, &history, &flow)?;
    let amounts = years.amounts(scale);
    let fit = lens.fit(&amounts);
    let drift = drift(decoder, cursor, &lens)?;
    let running = running(decoder, &history, &lens, (&flow, &years, scale))?;
    Ok(Fitted {
        level: running.as_ref().map_or(fit.level, |running| running.nowcast.beyond.level),
        findings: years.odd(running.as_ref().map(|running| running.year.first_month)),
        ending_zeros: years.ending_zeros(),
        running: running.map(Box::new),
        drift: drift.unwrap_or(Quantity::Certain(fit.prior_drift)),
        prior_drift: fit.prior_drift,
        has_world_drift: fit.has_world_drift,
        own_share: fit.own_share,
        is_total: is_total(cursor)?,
        years: years.points.iter().map(|point| point.period).zip(amounts).collect(),
    })
}

/// The year after the fitted ones, where some of it is booked and a prior says what that means.
fn running(
    decoder: &Decoder<'_>,
    history: &Cursor<'_>,
    lens: &Lens,
    (flow, years, scale): (&FlowHistory, &Years, MoneyScale),
) -> Result<Option<Running>, Problem> {
    let Lens::World(prior, per_dollar) = lens else { return Ok(None) };
    let annual = lens.million_usd(&years.amounts(scale));
    let end = years.points.last().map_or(0, |point| point.period.end_month());
    let in_usd_million = MoneyScale::MILLION.in_units(scale.single(1.0) / per_dollar);
    let starts = decoder.calendar.fiscal_year_starts;
    Running::find(flow, (&annual, end), (&prior.coefficients, in_usd_million), starts)
        .map_err(|error| running::problem(&history.key, &error))
}

/// Another view of the drift, where one is given.
fn drift(
    decoder: &mut Decoder<'_>,
    cursor: &Cursor<'_>,
    lens: &Lens,
) -> Result<Option<Quantity>, Problem> {
    match (lens, cursor.child("drift")) {
        (Lens::Alone, Some(child)) => Err(Problem::key(
            child.key,
            "without a prior the drift is the history's own, so another one reaches no output",
        )
        .help("leave `drift` out, or write `prior = \"world\"`")),
        _ => decoder.optional(cursor, "drift"),
    }
}

/// Reads the flow's history.
fn read(
    decoder: &mut Decoder<'_>,
    cursor: &Cursor<'_>,
    history: &Cursor<'_>,
    (from, to): (&str, &str),
) -> Result<FlowHistory, Problem> {
    let optional = |name: &str| cursor.child(name).map(|child| Ok((child.text()?, child)));
    let mut reading =
        Reading { fiscal_year_starts: decoder.calendar.fiscal_year_starts, ..Reading::default() };
    if let Some((text, child)) = optional("columns").transpose()? {
        reading.columns = Columns::parse(text).map_err(|error| history_problem(&child, &error))?;
    }
    if let Some((text, child)) = optional("unit").transpose()? {
        reading.unit = Some(Money::parse(text).ok_or_else(|| {
            child.problem(format!("\"{text}\" is not a unit")).help("write \"USD million\"")
        })?);
    }
    if let Some((_, child)) = optional("country_codes").transpose()? {
        let (path, bytes) = decoder.input(&child)?;
        let codes = CountryCodes::read(&path, &bytes);
        reading.country_codes = Some(codes.map_err(|error| history_problem(&child, &error))?);
    }
    let (path, bytes) = decoder.input(history)?;
    let wrong = |error: HistoryError| history_problem(history, &error);
    let mut histories = history::read_histories(&path, &bytes, &reading).map_err(wrong)?;
    if let Some((text, child)) = optional("reporter").transpose()? {
        let reporter = Reporter::parse(text);
        histories =
            histories.reported_by(&reporter).map_err(|error| history_problem(&child, &error))?;
    }
    fit::chosen(&histories, (from, to), is_total(cursor)?).map_err(wrong)
}

/// Whether the flow is trade in both directions.
fn is_total(cursor: &Cursor<'_>) -> Result<bool, Problem> {
    cursor.child("total").map_or(Ok(false), |child| child.boolean())
}

/// What takes a value of the history to single units of the scenario's currency.
fn scale(
    decoder: &Decoder<'_>,
    history: &Cursor<'_>,
    flow: &FlowHistory,
) -> Result<MoneyScale, Problem> {
    match &flow.unit {
        history::Unit::Unstated => Ok(decoder.money_scale),
        history::Unit::Million(currency) if *currency == decoder.currency => {
            Ok(MoneyScale::MILLION)
        }
        other => Err(history
            .problem(format!("this history is in {other}, the scenario in {}", decoder.currency))
            .help("let [money] have the history's currency, or keep a history in the scenario's")),
    }
}

/// What the history is seen through.
fn lens(decoder: &mut Decoder<'_>, cursor: &Cursor<'_>) -> Result<Lens, Problem> {
    let child = cursor.child("prior");
    let text = child.as_ref().map_or(Ok("world"), Cursor::text)?;
    let prior = match (text, &child) {
        ("world", _) | (_, None) => Prior::shipped().clone(),
        ("none", Some(_)) => {
            return match cursor.child("per_dollar") {
                None => Ok(Lens::Alone),
                Some(child) => Err(Problem::key(
                    child.key,
                    "without a prior no exchange rate reaches an output",
                )
                .help("leave `per_dollar` out, or write `prior = \"world\"`")),
            };
        }
        (file, Some(child)) if file.ends_with(".toml") => {
            let (path, bytes) = decoder.input(child)?;
            read_prior(&path, &bytes)
                .map_err(|(problem, help)| child.problem(problem).help(help))?
        }
        (other, Some(child)) => {
            return Err(child.problem(format!("\"{other}\" is no prior")).help(
                "write \"world\", \"none\", or the name of a prior file as \"prior.toml\"; to draw from the history in blocks, write `growth.bootstrap` and a baseline",
            ));
        }
    };
    Ok(Lens::World(Box::new(prior), per_dollar(decoder, cursor)?))
}

/// Units of the currency for one USD: prior levels are in million USD.
fn per_dollar(decoder: &Decoder<'_>, cursor: &Cursor<'_>) -> Result<f64, Problem> {
    let is_usd = decoder.currency == "USD";
    match (cursor.child("per_dollar"), is_usd) {
        (None, true) => Ok(1.0),
        (Some(child), true) => {
            Err(Problem::key(child.key, "amounts are in USD already")
                .help("leave `per_dollar` out"))
        }
        (None, false) => Err(Problem::value(
            format!("{}.per_dollar", cursor.key),
            "how much a flow varies depends on its size in USD",
        )
        .help(format!(
            "write `per_dollar = …`, the {} for one USD in the history's last years",
            decoder.currency
        ))),
        (Some(child), false) => decoder.value(&child),
    }
}

/// Reads a prior file; what is wrong with it, and the way out.
fn read_prior(path: &Path, bytes: &[u8]) -> Result<Prior, (String, String)> {
    let help = |error: &dyn miette::Diagnostic| {
        error.help().map_or_else(String::new, |help| help.to_string())
    };
    let text = std::str::from_utf8(bytes)
        .map_err(|_| (format!("{} is not UTF-8", path.display()), String::new()))?;
    Prior::parse(path, text).map_err(|error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        (format!("{error}{}", cause.unwrap_or_default()), help(&error))
    })
}
