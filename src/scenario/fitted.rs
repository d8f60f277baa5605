//! Growth fitted to a history: its years seen through a prior.

use super::cursor::Cursor;
use super::decode::Decoder;
use super::growth::{Ends, history_problem};
use super::problem::Problem;
use super::quantity::Quantity;
use super::running::{self, Running};
use super::unit::Unit;
use super::{Assumption, Baseline};
use crate::calendar::Period;
use crate::forecast::{LocalLevel, NormalInverseGamma, Prior, WorldFit};
use crate::history::{self, Columns, CountryCodes, Finding, FlowHistory, HistoryError, Reading};
use crate::history::{Money, Reporter};
use std::path::Path;

/// The fewest consecutive positive years that a history is fitted to.
const FEWEST_YEARS: usize = 5;
/// The most: earlier ones say next to nothing, and the priors were fitted to no more.
const MOST_YEARS: usize = 20;

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
    pub findings: Vec<String>,
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

/// What a history is seen through.
enum View {
    /// What other series teach, and units of the currency for one USD.
    World(Box<Prior>, f64),
    /// Nothing but itself.
    Alone,
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
    let view = view(decoder, cursor)?;
    let wrong = |error: HistoryError| history_problem(&history, &error);
    let by_period = flow;
    let flow = by_period.annual(decoder.calendar.fiscal_year_starts).map_err(wrong)?;
    let run = flow.latest_run(FEWEST_YEARS).map_err(wrong)?;
    let scale = scale(decoder, &history, &flow)?;
    let last = &run.points[run.points.len().saturating_sub(MOST_YEARS)..];
    let years: Vec<(Period, f64)> =
        last.iter().map(|point| (point.period, point.value * scale)).collect();
    note_baseline(decoder, cursor, years[years.len() - 1].1);
    let zeros = run
        .zeros_after
        .first()
        .map(|first| format!("it ends with zeros from {} on, which are left out", first.period));
    let findings = flow.findings();
    let fit = Fit { is_total: is_total(cursor)?, flow: by_period, scale, years, findings, zeros };
    match view {
        View::World(prior, per_dollar) => fit.world(decoder, cursor, (&prior, per_dollar)),
        View::Alone => fit.alone(cursor),
    }
}

/// Notes the history's last value as an assumption, with the fit's source.
fn note_baseline(decoder: &mut Decoder<'_>, cursor: &Cursor<'_>, value: f64) {
    let flow = cursor.key.strip_suffix(".growth.fitted").unwrap_or(&cursor.key);
    decoder.assumptions.push(Assumption {
        key: format!("{flow}.baseline.value"),
        unit: Unit::Amount(decoder.money_scale),
        quantity: Quantity::Certain(value),
        source: decoder.document.source_of(&format!("{}.history", cursor.key)).map(str::to_owned),
    });
}

/// The years of a history, ready to be fitted.
struct Fit {
    is_total: bool,
    /// The flow by its own periods, and what takes its values to single units of the currency.
    flow: FlowHistory,
    scale: f64,
    years: Vec<(Period, f64)>,
    findings: Vec<Finding>,
    zeros: Option<String>,
}

impl Fit {
    fn world(
        self,
        decoder: &mut Decoder<'_>,
        cursor: &Cursor<'_>,
        (prior, per_dollar): (&Prior, f64),
    ) -> Result<Fitted, Problem> {
        let in_usd_million = |(_, value): &(Period, f64)| value / per_dollar / 1e6;
        let values: Vec<f64> = self.years.iter().map(in_usd_million).collect();
        let fit = WorldFit::new(&prior.coefficients, &values);
        let drift = decoder.optional(cursor, "drift", Unit::Growth)?;
        let end = self.years.last().map_or(0, |(period, _)| period.end_month());
        let running = Running::find(
            &self.flow,
            (&values, end),
            (&prior.coefficients, self.scale / per_dollar / 1e6),
            decoder.calendar.fiscal_year_starts,
        );
        let key = format!("{}.history", cursor.key);
        let running = running.map_err(|error| running::problem(&key, &error))?;
        let level = LocalLevel::from(&fit);
        let findings = self.findings(running.as_ref());
        Ok(Fitted {
            level: running.as_ref().map_or(level, |running| running.nowcast.beyond.level),
            running: running.map(Box::new),
            drift: drift.unwrap_or(Quantity::Certain(prior.drift)),
            prior_drift: prior.drift,
            has_world_drift: true,
            own_share: fit.own_share,
            is_total: self.is_total,
            years: self.years,
            findings,
        })
    }

    fn alone(self, cursor: &Cursor<'_>) -> Result<Fitted, Problem> {
        if cursor.child("drift").is_some() {
            return Err(Problem::key(
                format!("{}.drift", cursor.key),
                "without a prior the drift is the history's own, so another one reaches no output",
            )
            .help("leave `drift` out, or write `prior = \"world\"`"));
        }
        let growth: Vec<f64> =
            self.years.windows(2).map(|pair| libm::log(pair[1].1 / pair[0].1)).collect();
        let level = LocalLevel::from(&NormalInverseGamma::REFERENCE.after(&growth));
        Ok(Fitted {
            level,
            drift: Quantity::Certain(0.0),
            prior_drift: 0.0,
            has_world_drift: false,
            own_share: 1.0,
            running: None,
            is_total: self.is_total,
            findings: self.findings(None),
            years: self.years,
        })
    }

    /// What is odd about the history, in words; a year that is used as a running one is not.
    fn findings(&self, running: Option<&Running>) -> Vec<String> {
        let is_odd = |finding: &&Finding| match finding {
            // It is in that of [money] then.
            Finding::UnitUnstated => false,
            Finding::PartialYear { year, .. } => {
                running.is_none_or(|running| running.year.first_month != year.first_month)
            }
            _ => true,
        };
        let findings = self.findings.iter().filter(is_odd).map(ToString::to_string);
        findings.chain(self.zeros.clone()).collect()
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
    let is_of_one_flow = histories.flows().iter().all(|flow| flow.exporter.is_empty());
    match is_total(cursor)? && !is_of_one_flow {
        true => histories.total(from, to).map_err(wrong),
        false => histories.flow(Some((from, to))).cloned().map_err(wrong),
    }
}

/// Whether the flow is trade in both directions.
fn is_total(cursor: &Cursor<'_>) -> Result<bool, Problem> {
    cursor.child("total").map_or(Ok(false), |child| child.boolean())
}

/// What takes a value of the history to single units of the scenario's currency.
fn scale(decoder: &Decoder<'_>, history: &Cursor<'_>, flow: &FlowHistory) -> Result<f64, Problem> {
    match &flow.unit {
        history::Unit::Unstated => Ok(decoder.money_scale),
        history::Unit::Million(currency) if *currency == decoder.currency => Ok(1e6),
        other => Err(history
            .problem(format!("this history is in {other}, the scenario in {}", decoder.currency))
            .help("let [money] have the history's currency, or keep a history in the scenario's")),
    }
}

fn view(decoder: &mut Decoder<'_>, cursor: &Cursor<'_>) -> Result<View, Problem> {
    let child = cursor.child("prior");
    let text = child.as_ref().map_or(Ok("world"), Cursor::text)?;
    let prior = match (text, &child) {
        ("world", _) | (_, None) => Prior::shipped().clone(),
        ("none", Some(_)) => {
            return match cursor.child("per_dollar") {
                None => Ok(View::Alone),
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
    Ok(View::World(Box::new(prior), per_dollar(decoder, cursor)?))
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
        (Some(child), false) => match child.number()? {
            rate if rate > 0.0 => Ok(rate),
            rate => Err(child.problem(format!("{rate} is no exchange rate")).help("above 0")),
        },
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
