//! From the document tree to typed values: blocks, names resolved to indices. Rules between
//! fields are in `check`.

use super::cursor::Cursor;
use super::document::{Document, Value};
use super::files::Files;
use super::problem::Problem;
use super::quantity::{Quantity, read_value};
use super::unit::Unit;
use super::{
    Baseline, Calendar, DataFiles, Disruption, Driver, Flow, Growth, Input, Intervention, Method,
    Money, Prices, Scenario, Season, Simulation, Target, correlation, growth, unknown_name,
};
use crate::amount::{Amount, MoneyScale};
use crate::calendar::{self, Period, Step};
use std::path::PathBuf;
use std::sync::Arc;

/// What decoding carries along.
pub struct Decoder<'a> {
    /// The tree, for sources and relative paths.
    pub document: &'a Document,
    /// Fiscal years and steps.
    pub calendar: Calendar,
    /// The currency of amounts.
    pub currency: String,
    /// What amounts in the file are multiples of.
    pub money_scale: MoneyScale,
    flows: Vec<String>,
    drivers: Vec<String>,
    interventions: Vec<String>,
    /// Data files known so far.
    pub inputs: Vec<Input>,
    files: &'a dyn Files,
}

/// Decodes a whole document; data files that are not known are read.
///
/// # Errors
/// The first thing that is wrong.
pub fn decode(
    name: &str,
    document: &Arc<Document>,
    data: DataFiles<'_>,
) -> Result<Scenario, Problem> {
    let root = Cursor::root(&document.root);
    if document.root.get("member").is_some() {
        return Err(Problem::key("member", "this is an ensemble, not a scenario")
            .help("`tradecast ensemble FILE` simulates its members and weighs them"));
    }
    root.table()?;
    let names = |kind| Ok::<_, Problem>(root.blocks(kind)?.into_iter().map(|b| b.0).collect());
    let mut decoder = Decoder {
        document,
        calendar: decode_calendar(&root)?,
        currency: String::new(),
        money_scale: MoneyScale::ONE,
        flows: names("flow")?,
        drivers: names("driver")?,
        interventions: names("intervention")?,
        inputs: data.known,
        files: data.files,
    };
    let title = root.require("title")?.text()?.to_owned();
    let money = decoder.money(&root)?;
    decoder.currency.clone_from(&money.currency);
    decoder.money_scale = money.scale;
    let flows = decoder.each(&root, "flow", Decoder::flow)?;
    let drivers = decoder.each(&root, "driver", Decoder::driver)?;
    let interventions = decoder.each(&root, "intervention", Decoder::intervention)?;
    let disruptions = decoder.each(&root, "disruption", Decoder::disruption)?;
    let targets = decoder.each(&root, "target", Decoder::target)?;
    for (kind, is_empty) in [("flow", flows.is_empty()), ("target", targets.is_empty())] {
        if is_empty {
            root.require(kind)?;
            return Err(Problem::value(kind, format!("there is no {kind}")));
        }
    }
    let mut scenario = Scenario {
        name: name.to_owned(),
        title,
        money,
        calendar: decoder.calendar,
        targets,
        flows,
        drivers,
        interventions,
        disruptions,
        correlations: Vec::new(),
        simulation: decode_simulation(&root)?,
        inputs: decoder.inputs,
        document: Arc::clone(document),
    };
    scenario.correlations = correlation::decode(&root, &scenario)?;
    Ok(scenario)
}

impl Decoder<'_> {
    fn each<T>(
        &mut self,
        root: &Cursor<'_>,
        kind: &str,
        decode: fn(&mut Self, String, &Cursor<'_>) -> Result<T, Problem>,
    ) -> Result<Vec<T>, Problem> {
        let blocks = root.blocks(kind)?;
        blocks
            .into_iter()
            .map(|(name, cursor)| {
                cursor.table()?;
                decode(self, name, &cursor)
            })
            .collect()
    }

    /// The data file that a key names, which becomes an input of the scenario.
    ///
    /// # Panics
    /// The schema says that the key names no file: comparisons of scenarios would miss it.
    pub fn input(&mut self, cursor: &Cursor<'_>) -> Result<(PathBuf, Arc<[u8]>), Problem> {
        let text = cursor.text()?;
        assert!(cursor.row().is_some_and(|row| row.names_file(text)), "{} is no file", cursor.key);
        let path = self.document.resolve_path(&cursor.key, text);
        if let Some(known) = self.inputs.iter().find(|input| input.path == path) {
            return Ok((path, known.bytes.clone()));
        }
        let bytes = self.files.read(&path).map_err(|error| {
            cursor
                .problem(format!("cannot read {}: {error}", path.display()))
                .help("the path starts at the folder of the scenario file")
        })?;
        let bytes: Arc<[u8]> = bytes.into();
        self.inputs.push(Input { path: path.clone(), bytes: bytes.clone() });
        Ok((path, bytes))
    }

    /// The quantity at a key, in the unit and within the limits that the schema gives it.
    pub fn quantity(&self, cursor: &Cursor<'_>) -> Result<Quantity, Problem> {
        Quantity::decode(cursor, self.money_scale)
    }

    /// The quantity at a key that must be there.
    pub fn required(&self, cursor: &Cursor<'_>, name: &str) -> Result<Quantity, Problem> {
        self.quantity(&cursor.require(name)?)
    }

    /// The quantity at a key that may be left out.
    pub fn optional(&self, cursor: &Cursor<'_>, name: &str) -> Result<Option<Quantity>, Problem> {
        cursor.child(name).map(|child| self.quantity(&child)).transpose()
    }

    /// The number at a key that takes no distribution.
    pub fn value(&self, cursor: &Cursor<'_>) -> Result<f64, Problem> {
        read_value(cursor, self.money_scale)
    }

    fn period(&self, cursor: &Cursor<'_>) -> Result<Period, Problem> {
        // On a command line the shell takes the quotes away: a bare year is one there.
        let is_set = !self.document.sources[cursor.node.place.source].is_file;
        let year = match cursor.node.value {
            Value::Integer(year) if is_set => year.to_string(),
            _ => cursor.text()?.to_owned(),
        };
        Period::parse(&year, self.calendar.fiscal_year_starts)
            .map_err(|error| cursor.problem(error.to_string()).help(error.help()))
    }

    fn money(&self, root: &Cursor<'_>) -> Result<Money, Problem> {
        let Some(cursor) = root.child("money") else {
            let (currency, unit) = ("USD".to_owned(), "million".to_owned());
            return Ok(Money {
                currency,
                unit,
                scale: MoneyScale::MILLION,
                prices: Prices::Current,
            });
        };
        cursor.table()?;
        let currency = text_or(&cursor, "currency", "USD")?;
        let unit = text_or(&cursor, "unit", "million")?;
        let scale = MoneyScale::named(&unit).ok_or_else(|| {
            Problem::value("money.unit", format!("\"{unit}\" is not a unit"))
                .help("write \"one\", \"thousand\", \"million\" or \"billion\"")
        })?;
        let prices = cursor.child("prices").map_or(Ok(Prices::Current), |c| self.prices(&c))?;
        let unit = if unit == "one" { String::new() } else { unit };
        Ok(Money { currency, unit, scale, prices })
    }

    fn prices(&self, cursor: &Cursor<'_>) -> Result<Prices, Problem> {
        if let Value::Text(text) = &cursor.node.value {
            return match text.as_str() {
                "current" => Ok(Prices::Current),
                _ => Err(cursor
                    .problem(format!("\"{text}\" are no prices"))
                    .help("write \"current\", or { constant = 2024, deflator = \"us-prices\" }")),
            };
        }
        cursor.table()?;
        if cursor.child("constant").is_none() && cursor.child("deflator").is_some() {
            return Err(Problem::key(
                format!("{}.deflator", cursor.key),
                "a deflator reaches no output under current prices",
            )
            .help(
                "add `constant = 2024` (the year whose prices count), or leave the deflator out",
            ));
        }
        let constant = cursor.require("constant")?;
        let year = match &constant.node.value {
            Value::Integer(year) => Period::parse(&year.to_string(), None)
                .map_err(|error| constant.problem(error.to_string()).help(error.help()))?,
            _ => self.period(&constant)?,
        };
        if year.months() != calendar::MONTHS {
            return Err(constant
                .problem("prices are those of a year")
                .help("write a year, as 2024"));
        }
        let deflator = cursor.require("deflator")?;
        Ok(Prices::Constant { year, deflator: index(&deflator, "driver", &self.drivers)? })
    }

    fn flow(&mut self, name: String, cursor: &Cursor<'_>) -> Result<Flow, Problem> {
        let from = cursor.require("from")?.text()?.to_owned();
        let to = cursor.require("to")?.text()?.to_owned();
        let given = cursor.child("baseline").map(|baseline| self.baseline(&baseline));
        let growth = growth::decode(self, &cursor.require("growth")?, Some((&from, &to)))?;
        let baseline = match (&growth, given) {
            (Growth::Fitted(fitted), None) => fitted.baseline(),
            (Growth::Fitted(_), Some(_)) => {
                return Err(Problem::key(
                    format!("{}.baseline", cursor.key),
                    "a fitted flow starts at its history's last value",
                )
                .help("leave `baseline` out; where it is inherited, `drop` the flow and write it anew"));
            }
            (_, Some(baseline)) => baseline?,
            (_, None) => return Err(cursor.require("baseline").expect_err("there is none")),
        };
        let mut elasticities = Vec::new();
        if let Some(table) = cursor.child("elasticity") {
            table.check_source()?;
            for key in table.entries()?.keys().filter(|key| *key != "source") {
                let value = table.require_like(key, "NAME")?;
                let Some(driver) = self.drivers.iter().position(|driver| driver == key) else {
                    let known = self.drivers.iter().map(String::as_str);
                    return Err(unknown_name("driver", key, known, value.node.key_place.clone()));
                };
                elasticities.push((driver, self.quantity(&value)?));
            }
        }
        let seasonal = cursor.child("seasonal").map(|c| seasonal(&c, self.calendar.step));
        Ok(Flow { name, from, to, baseline, growth, elasticities, seasonal: seasonal.transpose()? })
    }

    fn baseline(&mut self, cursor: &Cursor<'_>) -> Result<Baseline, Problem> {
        cursor.table()?;
        let period = self.period(&cursor.require("period")?)?;
        let value = self.required(cursor, "value")?;
        Ok(Baseline { period, value, lost: self.optional(cursor, "lost")? })
    }

    fn driver(&mut self, name: String, cursor: &Cursor<'_>) -> Result<Driver, Problem> {
        Ok(Driver { name, growth: growth::decode(self, &cursor.require("growth")?, None)? })
    }

    fn intervention(&mut self, name: String, cursor: &Cursor<'_>) -> Result<Intervention, Problem> {
        let probability = self.optional(cursor, "probability")?;
        let start = self.optional(cursor, "start")?;
        let ramp = self.optional(cursor, "ramp")?;
        let mut adds = None;
        if let Some(table) = cursor.child("adds") {
            table.table()?;
            let flow = index(&table.require("flow")?, "flow", &self.flows)?;
            adds = Some((flow, self.required(&table, "per_year")?));
        }
        let mut lifts = None;
        if let Some(table) = cursor.child("lifts") {
            table.table()?;
            let (flows, _) = self.selection(&table.require("flows")?)?;
            lifts = Some((flows, self.required(&table, "by")?));
        }
        let needs = match cursor.child("needs") {
            None => Vec::new(),
            Some(list) => list
                .list()?
                .iter()
                .map(|item| index(item, "intervention", &self.interventions))
                .collect::<Result<_, _>>()?,
        };
        Ok(Intervention {
            name,
            probability: probability.unwrap_or(Quantity::Certain(1.0)),
            start,
            ramp,
            season: cursor.child("season").map(|c| season(&c)).transpose()?,
            adds,
            lifts,
            needs,
        })
    }

    fn disruption(&mut self, name: String, cursor: &Cursor<'_>) -> Result<Disruption, Problem> {
        let rate_per_year = self.required(cursor, "rate_per_year")?;
        let duration = self.required(cursor, "duration")?;
        let loss = self.required(cursor, "loss")?;
        let (flows, _) = self.selection(&cursor.require("flows")?)?;
        let mut ongoing_until = None;
        if let Some(table) = cursor.child("ongoing") {
            table.table()?;
            ongoing_until = Some(self.required(&table, "until")?);
        }
        Ok(Disruption { name, rate_per_year, duration, loss, flows, ongoing_until })
    }

    fn target(&mut self, name: String, cursor: &Cursor<'_>) -> Result<Target, Problem> {
        let at_least = self.value(&cursor.require("at_least")?)?;
        let period = self.period(&cursor.require("in")?)?;
        let (flows, is_of_all_flows) = match cursor.child("flows") {
            Some(flows) => self.selection(&flows)?,
            None => ((0..self.flows.len()).collect(), true),
        };
        let announced = optional_text(cursor, "announced")?;
        if let (Some(date), Some(place)) = (&announced, cursor.child("announced")) {
            calendar::parse_date(date)
                .map_err(|error| place.problem(error.to_string()).help(error.help()))?;
        }
        Ok(Target {
            name,
            at_least: Amount::of_single(at_least, self.money_scale),
            period,
            flows,
            is_of_all_flows,
            announced,
            measured_by: optional_text(cursor, "measured_by")?,
            source: optional_text(cursor, "source")?,
        })
    }

    /// `"all"` or a list of flow names; whether it was `"all"`.
    fn selection(&self, cursor: &Cursor<'_>) -> Result<(Vec<usize>, bool), Problem> {
        if let Value::Text(text) = &cursor.node.value {
            if text == "all" {
                return Ok(((0..self.flows.len()).collect(), true));
            }
            return Err(cursor
                .problem(format!("\"{text}\" is not a list of flows"))
                .help(format!("write \"all\", or a list as [\"{text}\"]")));
        }
        let mut flows: Vec<usize> = Vec::new();
        for item in cursor.list()? {
            let flow = index(&item, "flow", &self.flows)?;
            if flows.contains(&flow) {
                return Err(item
                    .problem(format!("\"{}\" stands twice", self.flows[flow]))
                    .help("name each flow once"));
            }
            flows.push(flow);
        }
        if flows.is_empty() {
            return Err(cursor
                .problem("this list names no flow")
                .help("write \"all\", or names of flows"));
        }
        Ok((flows, false))
    }
}

/// The index of the block that a text names.
fn index(cursor: &Cursor<'_>, kind: &str, known: &[String]) -> Result<usize, Problem> {
    let name = cursor.text()?;
    known.iter().position(|known| known == name).ok_or_else(|| {
        unknown_name(kind, name, known.iter().map(String::as_str), cursor.node.place.clone())
    })
}

fn optional_text(cursor: &Cursor<'_>, name: &str) -> Result<Option<String>, Problem> {
    cursor.child(name).map(|child| child.text().map(str::to_owned)).transpose()
}

fn text_or(cursor: &Cursor<'_>, name: &str, default: &str) -> Result<String, Problem> {
    Ok(optional_text(cursor, name)?.unwrap_or_else(|| default.to_owned()))
}

fn month(cursor: &Cursor<'_>) -> Result<u8, Problem> {
    calendar::parse_month(cursor.text()?)
        .map_err(|error| cursor.problem(error.to_string()).help(error.help()))
}

fn season(cursor: &Cursor<'_>) -> Result<Season, Problem> {
    cursor.table()?;
    Ok(Season { from: month(&cursor.require("from")?)?, to: month(&cursor.require("to")?)? })
}

/// Shares by step of the calendar year; 12 shares are summed for steps of a quarter.
fn seasonal(cursor: &Cursor<'_>, step: Step) -> Result<Vec<f64>, Problem> {
    let shares: Vec<f64> =
        cursor.list()?.iter().map(|item| Unit::Share.read(item)).collect::<Result<_, _>>()?;
    let steps = step.per_year();
    let help = match step {
        Step::Year => "leave `seasonal` out, or set calendar.step to \"quarter\" or \"month\"",
        Step::Quarter => "write 4 shares (or 12, one a month)",
        Step::Month => "write 12 shares, January first",
    };
    if step == Step::Year {
        return Err(Problem::key(
            cursor.key.clone(),
            "seasons reach no output with steps of a year",
        )
        .help(help));
    }
    if shares.len() != steps && shares.len() != 12 {
        return Err(cursor.problem(format!("{} shares", shares.len())).help(help));
    }
    let sum: f64 = shares.iter().sum();
    if shares.iter().any(|share| *share < 0.0) || (sum - 1.0).abs() > 1e-6 {
        return Err(cursor
            .problem(format!("these shares sum to {}", Unit::Share.show(sum)))
            .help("shares are 0 or more and sum to 100 %"));
    }
    Ok(shares.chunks(shares.len() / steps).map(|chunk| chunk.iter().sum()).collect())
}

fn decode_calendar(root: &Cursor<'_>) -> Result<Calendar, Problem> {
    let default = Calendar { fiscal_year_starts: None, step: Step::Year };
    let Some(cursor) = root.child("calendar") else { return Ok(default) };
    cursor.table()?;
    let fiscal_year_starts = cursor.child("fiscal_year_starts").map(|c| month(&c)).transpose()?;
    let step = match text_or(&cursor, "step", "year")?.as_str() {
        "year" => Step::Year,
        "quarter" => Step::Quarter,
        "month" => Step::Month,
        other => {
            return Err(Problem::value("calendar.step", format!("\"{other}\" is not a step"))
                .help("write \"year\", \"quarter\" or \"month\""));
        }
    };
    Ok(Calendar { fiscal_year_starts, step })
}

fn decode_simulation(root: &Cursor<'_>) -> Result<Simulation, Problem> {
    let Some(cursor) = root.child("simulation") else {
        return Ok(Simulation { paths: 1_000_000, seed: 1, method: Method::Auto });
    };
    cursor.table()?;
    let number = |name, least, default| {
        cursor.child(name).map_or(Ok(default), |child| child.whole_number(least))
    };
    let method = text_or(&cursor, "method", Method::Auto.name())?;
    let method = method.parse().map_err(|message: String| {
        let (problem, help) = message.split_once("; ").unwrap_or((&message, ""));
        Problem::value("simulation.method", problem).help(help)
    })?;
    Ok(Simulation { paths: number("paths", 1, 1_000_000)?, seed: number("seed", 0, 1)?, method })
}
