//! Values that may be uncertain: a number in its unit, or a distribution of it.

use super::cursor::Cursor;
use super::document::Value;
use super::problem::Problem;
use super::schema::{FAMILIES, Key};
use super::unit::Unit;
use crate::amount::MoneyScale;
use crate::distribution::{Distribution, DistributionError, Limits, Quantiles};

/// A number that is certain or has a distribution.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
    /// A certain number.
    Certain(f64),
    /// Drawn once a path (for a disruption's duration and loss, once an event).
    Uncertain(Distribution),
}

impl Quantity {
    /// The median.
    pub fn median(&self) -> f64 {
        match self {
            Self::Certain(value) => *value,
            Self::Uncertain(distribution) => distribution.median(),
        }
    }

    /// The value at a standard normal `z`.
    pub fn value(&self, z: f64) -> f64 {
        match self {
            Self::Certain(value) => *value,
            Self::Uncertain(distribution) => distribution.value(z),
        }
    }

    /// The least and the greatest value that can be drawn.
    pub fn reach(&self) -> (f64, f64) {
        match self {
            Self::Certain(value) => (*value, *value),
            Self::Uncertain(distribution) => distribution.reach(),
        }
    }

    /// Whether it has a distribution.
    pub fn is_uncertain(&self) -> bool {
        matches!(self, Self::Uncertain(_))
    }

    /// Reads a quantity and checks that all of it lies within the limits of its unit and its key.
    ///
    /// # Errors
    /// A value that cannot be read or is not allowed; parameters that make no distribution; a
    /// distribution that passes the limits.
    ///
    /// # Panics
    /// The schema gives the key no unit.
    pub fn decode(cursor: &Cursor<'_>, money: MoneyScale) -> Result<Self, Problem> {
        if !matches!(cursor.node.value, Value::Table(_)) {
            return read_value(cursor, money).map(Self::Certain);
        }
        let (row, unit) = measured(cursor, money);
        let distribution = decode_distribution(cursor, unit)?;
        let (least, greatest) = distribution.reach();
        for value in [least, greatest] {
            if !unit.allowed().holds(value) {
                return Err(passes_limits(cursor, row, unit, value));
            }
            check_limit(cursor, row, unit, value)?;
        }
        Ok(Self::Uncertain(distribution))
    }
}

/// Reads a number in its unit and checks that it lies within the limits of its unit and its key.
///
/// # Errors
/// A value that cannot be read or is not allowed.
///
/// # Panics
/// The schema gives the key no unit.
pub fn read_value(cursor: &Cursor<'_>, money: MoneyScale) -> Result<f64, Problem> {
    let (row, unit) = measured(cursor, money);
    let value = unit.read(cursor)?;
    check_limit(cursor, row, unit, value)?;
    if unit.allowed().holds(value) {
        return Ok(value);
    }
    Err(cursor
        .problem(format!("{} is not allowed", unit.show(value)))
        .help(format!("write {}", row.allowed_in_words(unit))))
}

/// A key's row of the schema, and its unit where amounts are in units of this scale.
fn measured(cursor: &Cursor<'_>, money: MoneyScale) -> (&'static Key, Unit) {
    let row = cursor.row().expect("the schema has every key that is read");
    let unit = row.takes.unit().expect("the schema says in which unit a value is");
    (row, unit.in_money(money))
}

/// Checks the limit that a key has beside its unit's.
fn check_limit(cursor: &Cursor<'_>, row: &Key, unit: Unit, value: f64) -> Result<(), Problem> {
    match row.limit.filter(|limit| !limit.allowed.holds(value)) {
        None => Ok(()),
        Some(limit) => Err(cursor.problem(limit.message(value)).help(format!(
            "write {}{}",
            row.allowed_in_words(unit),
            limit.hint
        ))),
    }
}

fn passes_limits(cursor: &Cursor<'_>, row: &Key, unit: Unit, value: f64) -> Problem {
    let help = format!(
        "allowed is {}; cut the distribution with `truncate = {{ min = …, max = … }}`, or take one that keeps to the limits (lognormal, beta, quantiles)",
        row.allowed_in_words(unit)
    );
    cursor.problem(format!("this distribution reaches {}", unit.show(value))).help(help)
}

fn decode_distribution(cursor: &Cursor<'_>, unit: Unit) -> Result<Distribution, Problem> {
    let entries = cursor.entries()?;
    cursor.check_source()?;
    let families: Vec<&str> =
        entries.keys().map(String::as_str).filter(|key| FAMILIES.contains(key)).collect();
    let cursor = cursor.clone().of_kind("…");
    let [family] = families[..] else {
        return Err(family_problem(&cursor, &families));
    };
    let others = entries.keys().find(|key| !["truncate", "source", family].contains(&key.as_str()));
    if let Some(other) = others {
        return Err(Problem::key(
            format!("{}.{other}", cursor.key),
            format!("there is no key `{other}` beside a distribution"),
        )
        .help("beside the distribution only `truncate` and `source` may stand"));
    }
    let parameters = cursor.require(family)?;
    let distribution = decode_family(&parameters, family, unit)?;
    let Some(truncate) = cursor.child("truncate") else { return Ok(distribution) };
    truncate.table()?;
    if truncate.child("min").is_none() && truncate.child("max").is_none() {
        return Err(truncate
            .problem("this cuts nothing, so it reaches no output")
            .help("write `truncate = { min = …, max = … }`, one or both of them"));
    }
    let limit = |name, none| truncate.child(name).map_or(Ok(none), |value| unit.read(&value));
    let (min, max) = (limit("min", f64::NEG_INFINITY)?, limit("max", f64::INFINITY)?);
    distribution.truncate(min, max).map_err(|error| explain(&truncate, unit, error))
}

fn family_problem(cursor: &Cursor<'_>, families: &[&str]) -> Problem {
    let help = format!("the distributions are: {}", FAMILIES.join(", "));
    if let [first, second, ..] = families {
        return cursor
            .problem(format!("two distributions at once: {first} and {second}"))
            .help(help);
    }
    let given = cursor.entries().ok().and_then(|entries| entries.keys().next());
    match given.and_then(|given| Some((given, super::nearest_name(given, FAMILIES)?))) {
        Some((given, near)) => Problem::key(
            format!("{}.{given}", cursor.key),
            format!("there is no distribution `{given}`"),
        )
        .help(format!("did you mean `{near}`? {help}")),
        None => cursor.problem("this table names no distribution").help(help),
    }
}

fn decode_family(
    parameters: &Cursor<'_>,
    family: &str,
    unit: Unit,
) -> Result<Distribution, Problem> {
    if family == "quantiles" {
        return decode_quantiles(parameters, unit);
    }
    parameters.table()?;
    let is_date = matches!(unit, Unit::Date | Unit::Until);
    if is_date && ["lognormal", "gamma"].contains(&family) {
        return Err(parameters
            .problem(format!("a date has no {family} distribution"))
            .help("for a date use triangular, pert, uniform, normal, quantiles or empirical"));
    }
    let place = |name| unit.read(&parameters.require(name)?);
    let spread = |name| unit.read_difference(&parameters.require(name)?);
    let plain = |name| parameters.require(name)?.number();
    let made = match family {
        "normal" => Distribution::normal(place("mean")?, spread("std_dev")?),
        "lognormal" => Distribution::lognormal(place("median")?, plain("sigma")?),
        "student_t" => Distribution::student_t(place("location")?, spread("scale")?, plain("df")?),
        "uniform" => Distribution::uniform(place("min")?, place("max")?),
        "triangular" => Distribution::triangular(place("min")?, place("mode")?, place("max")?),
        "pert" => Distribution::pert(place("min")?, place("mode")?, place("max")?),
        "gamma" => Distribution::gamma(place("mean")?, spread("std_dev")?),
        "beta" => return decode_beta(parameters, unit),
        _ => return decode_empirical(parameters, unit),
    };
    made.map_err(|error| explain(parameters, unit, error))
}

fn decode_beta(parameters: &Cursor<'_>, unit: Unit) -> Result<Distribution, Problem> {
    let has_unit_range = matches!(unit, Unit::Share | Unit::Growth | Unit::Spread | Unit::Plain);
    let limit = |name, default| match parameters.child(name) {
        Some(value) => unit.read(&value),
        None if has_unit_range => Ok(default),
        None => unit.read(&parameters.require(name)?),
    };
    let mean = unit.read(&parameters.require("mean")?)?;
    let concentration = parameters.require("concentration")?.number()?;
    Distribution::beta(mean, concentration, limit("min", 0.0)?, limit("max", 1.0)?)
        .map_err(|error| explain(parameters, unit, error))
}

fn decode_empirical(parameters: &Cursor<'_>, unit: Unit) -> Result<Distribution, Problem> {
    let values = parameters.require("values")?;
    let values: Vec<f64> =
        values.list()?.iter().map(|value| unit.read(value)).collect::<Result<_, _>>()?;
    let weights = match parameters.child("weights") {
        None => Vec::new(),
        Some(weights) => {
            weights.list()?.iter().map(Cursor::number).collect::<Result<Vec<_>, _>>()?
        }
    };
    Distribution::empirical(&values, &weights).map_err(|error| explain(parameters, unit, error))
}

fn decode_quantiles(parameters: &Cursor<'_>, unit: Unit) -> Result<Distribution, Problem> {
    let mut pairs = Vec::new();
    parameters.check_source()?;
    let is_limit = |key: &&String| ["min", "max", "source"].contains(&key.as_str());
    for key in parameters.entries()?.keys().filter(|key| !is_limit(key)) {
        let probability = percentile(parameters, key)?;
        pairs.push((probability, unit.read(&parameters.require_like(key, "p1…p99")?)?));
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let limit = |name, own: Option<f64>| match parameters.child(name) {
        Some(value) => unit.read(&value).map(Some),
        None => Ok(own),
    };
    let own = unit.limits();
    let limits = Limits { lower: limit("min", own.lower)?, upper: limit("max", own.upper)? };
    Quantiles::new(&pairs, limits)
        .map(Distribution::quantiles)
        .map_err(|error| explain(parameters, unit, error))
}

/// The probability of a key `p1` to `p99`.
fn percentile(parameters: &Cursor<'_>, key: &str) -> Result<f64, Problem> {
    let number = key.strip_prefix('p').and_then(|digits| digits.parse::<u32>().ok());
    match number.filter(|number| (1..=99).contains(number)) {
        Some(number) => Ok(f64::from(number) / 100.0),
        None => {
            let path = format!("{}.{key}", parameters.key);
            Err(Problem::key(path, format!("there is no key `{key}` in quantiles"))
                .help("quantiles take two or three of p1 … p99, and `min` and `max` as limits"))
        }
    }
}

/// The range with its ends moved inwards, by hundredths, until they lie in it as they are printed.
fn printable(unit: Unit, [low, high]: [f64; 2]) -> [f64; 2] {
    let lies_within = |value: &f64| low < unit.rounded(*value) && unit.rounded(*value) < high;
    let hundredth = (high - low) / 100.0;
    let inwards = |end: f64, step: f64| {
        let mut nearer = (0..50_u8).map(|count| end + f64::from(count) * step);
        nearer.find(lies_within).unwrap_or(end)
    };
    [inwards(low, hundredth), inwards(high, -hundredth)]
}

fn explain(parameters: &Cursor<'_>, unit: Unit, error: DistributionError) -> Problem {
    let at = parameters.child(error.parameter);
    let problem = match &at {
        Some(parameter) => parameter.problem(error.message),
        None => parameters.problem(error.message),
    };
    match error.feasible {
        Some(range) => {
            let [low, high] = printable(unit, range);
            problem.help(format!("{} {} to {}", error.help, unit.show(low), unit.show(high)))
        }
        None => problem.help(error.help),
    }
}
