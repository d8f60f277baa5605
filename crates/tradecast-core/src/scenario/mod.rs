//! The scenario: from files to plain, valid data.
//!
//! `document` is the tree of keys with their places, `inherit` builds it from files, `schema` says
//! which keys exist, `decode` and its neighbours turn it into a [`Scenario`], `check` holds the
//! rules between fields. After a [`Scenario`] exists every value in it is valid.

mod check;
mod correlation;
mod cursor;
mod decode;
mod document;
mod files;
mod fitted;
mod growth;
mod inherit;
mod problem;
mod quantities;
mod quantity;
mod running;
pub mod schema;
mod unit;

pub use correlation::{Correlation, Member, matrix, name_of};
pub use cursor::Cursor;
pub use document::{BLOCKS, Document, Node, Source, Value};
pub use files::{Disk, Files, Memory};
pub use fitted::Fitted;
pub use growth::{Growth, Tails};
pub use inherit::ReadError;
pub use inherit::read as read_document;
pub use problem::Problem;
pub use problem::ScenarioError;
pub use quantities::QuantityAt;
pub use quantity::{Quantity, read_value};
pub use running::Running;
pub use unit::Unit;

use crate::amount::{Amount, MoneyScale};
use crate::calendar::{MONTHS, Period, Step};
use crate::projection;
use document::Place;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

/// What a scenario from text is called: its file name.
const PARSED: &str = "scenario.toml";

/// What the total of all flows is called.
pub const TOTAL_TRADE: &str = "total trade";

/// The assumptions of one simulation, complete and valid.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The stem of its file, as `qtta-corridor`.
    pub name: String,
    /// What it assumes, in words.
    pub title: String,
    /// Currency, unit and prices.
    pub money: Money,
    /// Fiscal years and steps.
    pub calendar: Calendar,
    /// Amounts to be reached; at least one.
    pub targets: Vec<Target>,
    /// Flows; at least one.
    pub flows: Vec<Flow>,
    /// Outside series.
    pub drivers: Vec<Driver>,
    /// Policy effects.
    pub interventions: Vec<Intervention>,
    /// Interruptions.
    pub disruptions: Vec<Disruption>,
    /// Pairwise correlations.
    pub correlations: Vec<Correlation>,
    /// Paths and seed.
    pub simulation: Simulation,
    /// The data files that it read.
    pub inputs: Vec<Input>,
    /// The tree that it was decoded from, for places in files and for what a setting changes.
    pub document: Arc<Document>,
}

/// What amounts are counted in.
#[derive(Clone, Debug)]
pub struct Money {
    /// As printed, `USD`.
    pub currency: String,
    /// `million`, or empty for single units.
    pub unit: String,
    /// How many single units of the currency are in one of the file.
    pub scale: MoneyScale,
    /// Current, or constant of a year.
    pub prices: Prices,
}

impl Money {
    /// As `million USD`.
    pub fn label(&self) -> String {
        if self.unit.is_empty() {
            self.currency.clone()
        } else {
            format!("{} {}", self.unit, self.currency)
        }
    }
}

/// The prices in which results and targets are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Prices {
    /// Those of each period.
    Current,
    /// Those of one year.
    Constant {
        /// The year.
        year: Period,
        /// The price index: an index into [`Scenario::drivers`].
        deflator: usize,
    },
}

impl Prices {
    /// As results say it, without the index.
    pub fn stated(self) -> projection::Prices {
        match self {
            Self::Current => projection::Prices::Current,
            Self::Constant { year, .. } => projection::Prices::Constant(year),
        }
    }
}

/// What a year is and how finely time is cut.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    /// The month (1 to 12) in which fiscal years start.
    pub fiscal_year_starts: Option<u8>,
    /// The length of a simulated period.
    pub step: Step,
}

/// An amount to be reached in a period.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// The amount.
    pub at_least: Amount,
    /// The period whose total counts.
    pub period: Period,
    /// The flows that are summed: indices into [`Scenario::flows`].
    pub flows: Vec<usize>,
    /// Whether all flows were asked for.
    pub is_of_all_flows: bool,
    /// When it was announced.
    pub announced: Option<String>,
    /// Whose statistics it is judged by.
    pub measured_by: Option<String>,
    /// Where it comes from.
    pub source: Option<String>,
}

/// Goods or services from one country to another.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Its name.
    pub name: String,
    /// Where it comes from.
    pub from: String,
    /// Where it goes.
    pub to: String,
    /// The last observed level.
    pub baseline: Baseline,
    /// How it grows by itself.
    pub growth: Growth,
    /// Elasticities by driver: index into [`Scenario::drivers`] and value.
    pub elasticities: Vec<(usize, Quantity)>,
    /// Share of the year's 4 quarters or 12 months, by step of the calendar year.
    pub seasonal: Option<Vec<f64>>,
}

impl Flow {
    /// `PAK → KGZ`, or `PAK ⇄ KGZ` for trade in both directions.
    pub fn direction(&self) -> String {
        let is_total = matches!(&self.growth, Growth::Fitted(fitted) if fitted.is_total);
        format!("{} {} {}", self.from, if is_total { "⇄" } else { "→" }, self.to)
    }

    /// The seasonal factor of the baseline period: 1 for a year, else the mean of its months'.
    pub fn baseline_season(&self) -> f64 {
        let period = self.baseline.period;
        let Some(shares) = self.seasonal.as_ref().filter(|_| period.months() < MONTHS) else {
            return 1.0;
        };
        let months_a_share = MONTHS as usize / shares.len();
        let factor = |month: i32| {
            shares[month.rem_euclid(MONTHS) as usize / months_a_share] * shares.len() as f64
        };
        let months = period.first_month..period.end_month();
        months.map(factor).sum::<f64>() / f64::from(period.months())
    }
}

/// The level of the last observed period.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// That period.
    pub period: Period,
    /// Its total in single units of the currency.
    pub value: Quantity,
    /// The share that a disruption already took.
    pub lost: Option<Quantity>,
}

/// An outside series.
#[derive(Clone, Debug)]
pub struct Driver {
    /// Its name.
    pub name: String,
    /// How it grows.
    pub growth: Growth,
}

/// A dated, uncertain effect of policy.
#[derive(Clone, Debug)]
pub struct Intervention {
    /// Its name.
    pub name: String,
    /// The probability that it happens.
    pub probability: Quantity,
    /// When it begins, in years; none means with the first step.
    pub start: Option<Quantity>,
    /// Time to full effect, in years; none means at once.
    pub ramp: Option<Quantity>,
    /// The months in which it acts.
    pub season: Option<Season>,
    /// What it adds: index of the flow and amount a year in single units of the currency.
    pub adds: Option<(usize, Quantity)>,
    /// What it lifts: indices of flows and relative change.
    pub lifts: Option<(Vec<usize>, Quantity)>,
    /// Interventions without which it has no effect: indices into [`Scenario::interventions`].
    pub needs: Vec<usize>,
}

/// Months of the year, from the start of one to the end of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Season {
    /// The first month, 1 to 12.
    pub from: u8,
    /// The last month, 1 to 12; before `from` where the season spans the turn of the year.
    pub to: u8,
}

impl Season {
    /// Whether a month, counted from January of year 0, lies in the season.
    pub fn holds(&self, month: i32) -> bool {
        let number = month.rem_euclid(12) as u8 + 1;
        if self.from <= self.to {
            (self.from..=self.to).contains(&number)
        } else {
            number >= self.from || number <= self.to
        }
    }

    /// The number of months in the season.
    pub fn months(&self) -> usize {
        (0..12).filter(|month| self.holds(*month)).count()
    }
}

/// A random interruption.
#[derive(Clone, Debug)]
pub struct Disruption {
    /// Its name.
    pub name: String,
    /// Mean number of new events a year.
    pub rate_per_year: Quantity,
    /// How long an event lasts, in years; drawn for each event.
    pub duration: Quantity,
    /// The share lost while it lasts; drawn for each event.
    pub loss: Quantity,
    /// The flows that it interrupts.
    pub flows: Vec<usize>,
    /// When an event that is active at the start ends, in years.
    pub ongoing_until: Option<Quantity>,
}

/// How it is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// The number of paths.
    pub paths: u64,
    /// The seed of every draw.
    pub seed: u64,
    /// How probabilities are estimated.
    pub method: Method,
}

/// How probabilities are estimated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// A pilot chooses for each.
    #[default]
    Auto,
    /// Independent paths that count alike.
    MonteCarlo,
    /// Evenly spread paths.
    QuasiMonteCarlo,
    /// Weighted paths, drawn where the event is common.
    ImportanceSampling,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Auto, Self::MonteCarlo, Self::QuasiMonteCarlo, Self::ImportanceSampling];

    /// The name in a scenario and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::MonteCarlo => "monte-carlo",
            Self::QuasiMonteCarlo => "quasi-monte-carlo",
            Self::ImportanceSampling => "importance-sampling",
        }
    }
}

impl FromStr for Method {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = Self::ALL.into_iter().find(|method| method.name() == text);
        let names = Self::ALL.map(|method| format!("\"{}\"", method.name())).join(", ");
        named.ok_or_else(|| format!("\"{text}\" is not a method; write one of {names}"))
    }
}

/// A data file that a scenario read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// The file.
    pub path: PathBuf,
    /// Its content, which all variants of a scenario share.
    pub bytes: Arc<[u8]>,
}

/// One quantity of a scenario, for tables of assumptions.
#[derive(Clone, Debug)]
pub struct Assumption {
    /// Its key path.
    pub key: String,
    /// What the schema says of it.
    pub row: &'static schema::Key,
    /// Its unit.
    pub unit: Unit,
    /// Its value or distribution.
    pub quantity: Quantity,
    /// Where it comes from.
    pub source: Option<String>,
}

/// The data files that a scenario may name.
#[derive(Clone)]
pub struct DataFiles<'a> {
    /// Those that were read before.
    pub known: Vec<Input>,
    /// Where others are read from.
    pub files: &'a dyn Files,
}

impl Scenario {
    /// Reads a scenario file, with all that it extends and the data that it names.
    ///
    /// # Errors
    /// Everything that makes a file no valid scenario, with file, line and the way out.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        Self::load(path.as_ref(), &[], &Disk)
    }

    /// Reads a scenario from text. What it extends and the data that it names are among `files`, by
    /// paths that start at the folder in which the text would stand.
    ///
    /// # Errors
    /// As [`Scenario::read`].
    pub fn parse(text: &str, files: &Memory) -> Result<Self, ReadError> {
        let mut files = files.clone();
        files.insert(PARSED, text);
        Self::load(Path::new(PARSED), &[], &files)
    }

    /// Reads a scenario file from wherever `files` are, with `KEY=VALUE` settings laid over it.
    ///
    /// # Errors
    /// As [`Scenario::read`].
    pub fn load(path: &Path, settings: &[String], files: &dyn Files) -> Result<Self, ReadError> {
        let document = inherit::read(path, settings, files)?;
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        Self::decode(&stem, document.into(), DataFiles { known: Vec::new(), files })
    }

    /// The scenario with another value at a key: a number, a text, or TOML as a file would have it.
    /// Data files that it has read are not read again.
    ///
    /// # Errors
    /// As [`Scenario::read`]: no such key, or a value that makes no valid scenario.
    pub fn set(&self, key: &str, value: &str) -> Result<Self, ReadError> {
        let mut document = (*self.document).clone();
        inherit::set(&mut document, &format!("{key}={value}"))?;
        let known = self.inputs.clone();
        Self::decode(&self.name, document.into(), DataFiles { known, files: &Disk })
    }

    /// Decodes a document. Data files that are not known are read.
    ///
    /// # Errors
    /// As [`Scenario::read`], but for the reading of scenario files themselves.
    pub fn decode(
        name: &str,
        document: Arc<Document>,
        data: DataFiles<'_>,
    ) -> Result<Self, ReadError> {
        let decoded = decode::decode(name, &document, data).and_then(|scenario| {
            check::check(&scenario)?;
            Ok(scenario)
        });
        decoded.map_err(|problem| problem.locate(&document).into())
    }

    /// Checks the rules between fields, after one of them was replaced.
    ///
    /// # Errors
    /// As [`Scenario::decode`], pointing at what the document says.
    pub fn check(&self) -> Result<(), ReadError> {
        check::check(self).map_err(|problem| problem.locate(&self.document).into())
    }

    /// The most booked periods of a running year among its flows.
    pub fn booked_periods(&self) -> usize {
        let booked = self.flows.iter().filter_map(|flow| match &flow.growth {
            Growth::Fitted(fitted) => Some(fitted.running.as_ref()?.year.booked.len()),
            _ => None,
        });
        booked.max().unwrap_or(0)
    }

    /// What is booked of running years, in single units of the currency, and the last period that
    /// is: of the last whole year where nothing is booked.
    pub fn booked(&self) -> (f64, Period) {
        let running = self.flows.iter().filter_map(|flow| match &flow.growth {
            Growth::Fitted(fitted) => fitted.running.as_ref().map(|running| (running, flow)),
            _ => None,
        });
        let mut booked = (0.0, self.latest_baseline());
        for (running, flow) in running {
            let last = flow.baseline.value.median();
            booked.0 += running.nowcast.booked / running.nowcast.last_total * last;
            if !running.year.booked.is_empty() {
                booked.1 = running.last_booked();
            }
        }
        booked
    }

    /// The same scenario when only the first `periods` of running years were booked.
    #[must_use]
    pub fn as_of(&self, periods: usize) -> Self {
        let mut scenario = self.clone();
        for flow in &mut scenario.flows {
            let Growth::Fitted(Fitted { level, running: Some(running), .. }) = &mut flow.growth
            else {
                continue;
            };
            **running = running.as_of(periods);
            *level = running.nowcast.beyond.level;
        }
        scenario
    }

    /// What one of its targets sums, as `total trade` or `pakistan-exports + kyrgyz-exports`.
    pub fn total_label(&self, target: &Target) -> String {
        if target.is_of_all_flows || target.flows.len() == self.flows.len() {
            return TOTAL_TRADE.to_owned();
        }
        let names = target.flows.iter().map(|flow| self.flows[*flow].name.as_str());
        names.collect::<Vec<_>>().join(" + ")
    }

    /// The first month after the latest baseline period.
    pub fn baseline_end(&self) -> i32 {
        self.latest_baseline().end_month()
    }

    /// The first month of the first step: the first that starts at or after the latest baseline's
    /// end.
    pub fn first_month(&self) -> i32 {
        let anchor = match (self.calendar.step, self.calendar.fiscal_year_starts) {
            (Step::Year, Some(month)) => i32::from(month) - 1,
            _ => 0,
        };
        let end = self.baseline_end();
        end + (anchor - end).rem_euclid(self.calendar.step.months())
    }

    /// An intervention and all that it needs, directly or not.
    pub fn with_needs(&self, intervention: usize) -> Vec<usize> {
        let mut found = vec![intervention];
        let mut is_found = vec![false; self.interventions.len()];
        is_found[intervention] = true;
        let mut next = 0;
        while next < found.len() {
            for need in &self.interventions[found[next]].needs {
                if !is_found[*need] {
                    is_found[*need] = true;
                    found.push(*need);
                }
            }
            next += 1;
        }
        found
    }

    /// Whether the mean of a flow exists: not with Student-t tails (its drivers' neither), with an
    /// uncertain volatility or transitory part without upper limit, or where the baseline, growth
    /// or an effect on the flow is itself Student-t.
    pub fn has_moments(&self, flow: usize) -> bool {
        let heavy = |quantity: Option<&Quantity>| matches!(quantity, Some(Quantity::Uncertain(d)) if d.is_heavy_tailed());
        let is_tame = |growth: &Growth| {
            let open = |quantity: &Quantity| matches!(quantity, Quantity::Uncertain(d) if !d.is_bounded_above());
            !matches!(growth, Growth::Fitted(_))
                && !matches!(growth.tails(), Some(Tails::StudentT(_)))
                && !growth.spreads().any(open)
                && !heavy(growth.rate())
        };
        let (index, flow) = (flow, &self.flows[flow]);
        let mut drivers: Vec<usize> = flow.elasticities.iter().map(|(driver, _)| *driver).collect();
        if let Prices::Constant { deflator, .. } = self.money.prices {
            drivers.push(deflator);
        }
        let is_heavy_effect = |intervention: &Intervention| {
            let adds = intervention.adds.as_ref().filter(|(flow, _)| *flow == index);
            let lifts = intervention.lifts.as_ref().filter(|(flows, _)| flows.contains(&index));
            heavy(adds.map(|adds| &adds.1)) || heavy(lifts.map(|lifts| &lifts.1))
        };
        is_tame(&flow.growth)
            && drivers.iter().all(|driver| is_tame(&self.drivers[*driver].growth))
            && !heavy(Some(&flow.baseline.value))
            && !self.interventions.iter().any(is_heavy_effect)
    }

    /// The baseline period that ends last.
    pub fn latest_baseline(&self) -> Period {
        let periods = self.flows.iter().map(|flow| flow.baseline.period);
        periods.max_by_key(Period::end_month).expect("a scenario has a flow")
    }
}

/// The known name nearest to what was written, where one is near enough to be meant.
pub fn nearest_name<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Jaro-Winkler misses swapped letters in short names.
    let likeness = |name: &str| {
        let swapped = if strsim::osa_distance(given, name) == 1 { 0.8 } else { 0.0 };
        strsim::jaro_winkler(given, name).max(swapped)
    };
    let scored = known.into_iter().map(|name| (likeness(name), name));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.75).then_some(best.1)
}

/// A reference to a block that does not exist.
fn unknown_name<'a>(
    kind: &str,
    given: &str,
    known: impl IntoIterator<Item = &'a str>,
    place: Place,
) -> Problem {
    let known: Vec<&str> = known.into_iter().collect();
    let list = if known.is_empty() {
        format!("there is no {kind} in this scenario")
    } else {
        format!("known names: {}", known.join(", "))
    };
    let help = match nearest_name(given, known) {
        Some(near) => format!("did you mean \"{near}\"? {list}"),
        None => list,
    };
    Problem::at(place, format!("there is no {kind} \"{given}\"")).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// State files hold the content of a data file as a list of bytes after its length.
    #[test]
    fn shared_bytes_are_stored_as_a_list_of_bytes() {
        let path = PathBuf::from("a.csv");
        let input = Input { path: path.clone(), bytes: Arc::from(*b"1,2") };
        let stored = postcard::to_allocvec(&input).expect("bytes");
        assert_eq!(stored, postcard::to_allocvec(&(path, b"1,2".to_vec())).expect("bytes"));
        assert_eq!(postcard::from_bytes::<Input>(&stored), Ok(input));
    }
}
