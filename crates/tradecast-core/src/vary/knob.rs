//! A key that can vary: a quantity, a target's amount, a target's period.

use super::{VaryError, moved};
use crate::amount::{Amount, MoneyScale};
use crate::calendar::{self, Period, PeriodKind};
use crate::numerals;
use crate::scenario::schema::{self, Change, Key};
use crate::scenario::{Quantity, QuantityAt, Scenario, Unit, nearest_name};

/// A key that can vary. Its values are held as the scenario holds them: amounts in single units of
/// the currency, dates and durations in years, a period as its first month from January of year 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Knob {
    /// The key path, as `flow.goods.growth.random_walk.median`.
    pub key: String,
    /// What the schema says of it.
    pub row: &'static Key,
    /// What it is.
    pub kind: Kind,
}

/// What varies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// The median of a quantity of this unit.
    Median(Unit, Change),
    /// The amount of a target, by its index, in a file's units of this scale.
    Amount(usize, MoneyScale),
    /// The period of a target, by its index.
    Period(usize, PeriodKind),
}

impl Kind {
    /// Whether its values are amounts of money.
    pub fn is_amount(self) -> bool {
        matches!(self, Self::Amount(..) | Self::Median(Unit::Amount(_), _))
    }
}

impl Knob {
    /// All that can vary in a scenario: the targets' amounts and periods, then the quantities.
    pub fn all(scenario: &Scenario) -> Vec<Self> {
        let mut knobs = Vec::new();
        for (index, target) in scenario.targets.iter().enumerate() {
            let block = format!("target.{}", target.name);
            let knob = |path: &str, kind| {
                let row = schema::row(path);
                Self { key: row.path_in(&block, ""), row, kind }
            };
            let amount = Kind::Amount(index, scenario.money.scale);
            knobs.push(knob("target.NAME.at_least", amount));
            knobs.push(knob("target.NAME.in", Kind::Period(index, target.period.kind)));
        }
        let free = scenario.quantities().into_iter().filter(QuantityAt::is_free);
        knobs.extend(free.filter_map(|it| {
            let change = it.row.change_of(it.quantity)?;
            Some(Self { key: it.key, row: it.row, kind: Kind::Median(it.unit, change) })
        }));
        knobs
    }

    /// The one with this key.
    ///
    /// # Errors
    /// No such key, or one that cannot vary: the nearest and all that can are named.
    pub fn find(scenario: &Scenario, key: &str) -> Result<Self, VaryError> {
        let all = Self::all(scenario);
        if let Some(found) = all.iter().find(|knob| knob.key == key) {
            return Ok(found.clone());
        }
        let known: Vec<String> = all.into_iter().map(|knob| knob.key).collect();
        let near = nearest_name(key, known.iter().map(String::as_str)).map(str::to_owned);
        let exists = scenario.document.node(key).is_some();
        Err(VaryError::Unknown { key: key.to_owned(), exists, near, known })
    }

    /// The value that the scenario has: a number, a median, an amount, a period.
    pub fn current(&self, scenario: &Scenario) -> f64 {
        match self.kind {
            Kind::Amount(target, _) => scenario.targets[target].at_least.single(),
            Kind::Period(target, _) => f64::from(scenario.targets[target].period.first_month),
            Kind::Median(..) => self.quantity(scenario).map_or(f64::NAN, |q| q.median()),
        }
    }

    /// The quantity that the scenario has at the key, where it is one.
    pub fn quantity(&self, scenario: &Scenario) -> Option<Quantity> {
        let found = scenario.quantities().into_iter().find(|it| it.key == self.key)?;
        Some(found.quantity.clone())
    }

    /// The target whose own key this is.
    pub fn target(&self) -> Option<usize> {
        match self.kind {
            Kind::Amount(target, _) | Kind::Period(target, _) => Some(target),
            Kind::Median(..) => None,
        }
    }

    /// The scenario with another value at the key.
    ///
    /// # Errors
    /// A value that the key or the rules between keys do not allow.
    pub fn apply(&self, scenario: &Scenario, value: f64) -> Result<Scenario, VaryError> {
        let mut other = scenario.clone();
        // −0 is 0.
        let value = value + 0.0;
        match self.kind {
            Kind::Amount(target, scale) => {
                self.check(Unit::Amount(scale), value, (value, value))?;
                other.targets[target].at_least = Amount::of_single(value, scale);
            }
            Kind::Period(target, kind) => other.targets[target].period = period(kind, value),
            Kind::Median(unit, change) => self.set_median(&mut other, (unit, change), value)?,
        }
        other.check().map_err(|error| VaryError::Invalid {
            key: self.key.clone(),
            value: self.show(value, 0.0),
            error: Box::new(error),
        })?;
        Ok(other)
    }

    fn set_median(
        &self,
        scenario: &mut Scenario,
        (unit, change): (Unit, Change),
        value: f64,
    ) -> Result<(), VaryError> {
        let places = scenario.quantities_mut();
        let Some(place) = places.into_iter().find(|it| it.key == self.key) else { return Ok(()) };
        let other = moved(place.quantity, change, value)
            .ok_or_else(|| VaryError::ZeroMedian { key: self.key.clone() })?;
        self.check(unit, value, other.reach())?;
        *place.quantity = other;
        Ok(())
    }

    /// Checks that the least and the greatest that another value reaches are within the key's limits.
    fn check(
        &self,
        unit: Unit,
        value: f64,
        (least, greatest): (f64, f64),
    ) -> Result<(), VaryError> {
        let allowed = self.row.allowed(unit);
        if allowed.holds(least) && allowed.holds(greatest) {
            return Ok(());
        }
        let (key, value) = (self.key.clone(), self.show(value, 0.0));
        Err(VaryError::Limits { key, value, allowed: self.row.allowed_in_words(unit) })
    }

    /// Reads a value: `8%`, `150`, `2027-03`, `18 months`, `FY2030-31`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(&self, scenario: &Scenario, text: &str) -> Result<f64, String> {
        match self.kind {
            Kind::Amount(_, scale) => self.parse_value(Unit::Amount(scale), text),
            Kind::Median(unit, _) => self.parse_value(unit, text),
            Kind::Period(_, kind) => {
                let starts = scenario.calendar.fiscal_year_starts;
                let period =
                    Period::parse(text.trim(), starts).map_err(|error| error.to_string())?;
                if period.kind == kind {
                    Ok(f64::from(period.first_month))
                } else {
                    Err(format!("\"{}\" is another kind of period", text.trim()))
                }
            }
        }
    }

    fn parse_value(&self, unit: Unit, text: &str) -> Result<f64, String> {
        let allowed = self.row.allowed(unit);
        let value = unit.parse(text).filter(|value| allowed.holds(*value));
        let wrong = || format!("\"{}\" is not {}", text.trim(), self.row.allowed_in_words(unit));
        value.ok_or_else(wrong)
    }

    /// The number that a table holds: amounts in the scenario's unit, shares as such, durations in
    /// years; none for dates and periods, which are text.
    pub fn number(&self, value: f64) -> Option<f64> {
        match self.kind {
            Kind::Amount(_, scale) | Kind::Median(Unit::Amount(scale), _) => {
                Some(scale.in_units(value))
            }
            Kind::Median(Unit::Date | Unit::Until, _) | Kind::Period(..) => None,
            Kind::Median(..) => Some(value),
        }
    }

    /// The value that a table's number stands for: what [`Knob::number`] takes back.
    pub fn of_number(&self, number: f64) -> f64 {
        match self.kind {
            Kind::Amount(_, scale) | Kind::Median(Unit::Amount(scale), _) => scale.single(number),
            _ => number,
        }
    }

    /// The value as a table holds it: the shortest number that reads back, a date, a period.
    pub fn written(&self, value: f64) -> String {
        self.number(value).map_or_else(|| self.show(value, 0.0), |number| number.to_string())
    }

    /// The value for a reader, with the digits that an error of this size supports (of the value's
    /// own size where it is 0).
    pub fn show(&self, value: f64, error: f64) -> String {
        let percent = |value: f64| {
            let (value, error) = (100.0 * value, 100.0 * error);
            format!("{} %", rounded(value, error))
        };
        match self.kind {
            Kind::Amount(_, scale) | Kind::Median(Unit::Amount(scale), _) => {
                rounded(scale.in_units(value), scale.in_units(error))
            }
            Kind::Period(_, kind) => period(kind, value).to_string(),
            Kind::Median(Unit::Growth | Unit::Share | Unit::Spread, _) => percent(value),
            Kind::Median(Unit::Date | Unit::Until, _) => calendar::day_of(value),
            Kind::Median(Unit::Duration, _) if value < 2.0 => {
                format!("{} months", rounded(12.0 * value, 12.0 * error))
            }
            Kind::Median(Unit::Duration, _) => format!("{} years", rounded(value, error)),
            Kind::Median(Unit::Rate | Unit::Plain, _) => rounded(value, error),
        }
    }
}

/// The period of a kind that starts with a month.
pub(super) fn period(kind: PeriodKind, first_month: f64) -> Period {
    Period { first_month: first_month.round() as i32, kind }
}

/// Decimals that an error supports: two digits of it; without one, four digits of the value.
fn rounded(value: f64, error: f64) -> String {
    let (size, digits) = if error > 0.0 { (error, 2) } else { (value.abs(), 4) };
    if size <= 0.0 || !size.is_finite() {
        return numerals::number(value);
    }
    let leading = libm::floor(libm::log10(size)) as i32;
    let decimals = (digits - 1 - leading).clamp(0, 9) as usize;
    let text = numerals::rounded_to(value, decimals);
    if text.contains('.') && error <= 0.0 {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
