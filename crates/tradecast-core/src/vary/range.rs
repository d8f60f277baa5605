//! The range in which a key is varied: as asked, or the usual one of its unit.

use super::{Kind, Knob, VaryError};
use crate::numeric::normal::Z95;
use crate::scenario::{Quantity, Scenario, Unit};
use std::ops::Bound::{Excluded, Included, Unbounded};

/// The farthest period that is looked at by default, in months after the target's own.
const MONTHS_AFTER: f64 = 240.0;

/// Reads `a..b`: two values of the key, the first below the second.
///
/// # Errors
/// Another form, values that cannot be read, an empty range.
pub fn parse_range(knob: &Knob, scenario: &Scenario, text: &str) -> Result<(f64, f64), VaryError> {
    let wrong = |message: String| VaryError::Range {
        key: knob.key.clone(),
        message,
        help: format!("write a range as {}", example(knob)),
    };
    let Some((first, last)) = text.split_once("..") else {
        return Err(wrong(format!("\"{text}\" is not a range a..b")));
    };
    let first = knob.parse(scenario, first).map_err(wrong)?;
    let last = knob.parse(scenario, last).map_err(wrong)?;
    if first >= last {
        return Err(wrong(format!("the range {text} is empty: its start is not below its end")));
    }
    Ok((first, last))
}

fn example(knob: &Knob) -> &'static str {
    match knob.kind {
        Kind::Amount(..) | Kind::Median(Unit::Amount(_), _) => "50..250, in the unit of [money]",
        Kind::Period(..) => "2027..2040, or FY2027-28..FY2040-41 where the target is a fiscal year",
        Kind::Median(unit, _) => match unit {
            Unit::Growth => "-5%..20%",
            Unit::Share => "0%..100%",
            Unit::Spread => "10%..80%",
            Unit::Duration => "\"6 months..3 years\"",
            Unit::Date | Unit::Until => "2027-01..2031-06",
            _ => "0..4",
        },
    }
}

/// The range in which a key is varied where none is asked for, in the knob's own unit.
pub fn default_range(knob: &Knob, scenario: &Scenario) -> (f64, f64) {
    let now = knob.current(scenario);
    match knob.kind {
        Kind::Amount(..) => (now / 1000.0, now * 1000.0),
        Kind::Period(target, _) => {
            let period = scenario.targets[target].period;
            let length = period.months();
            let periods = (period.first_month - scenario.first_month()) / length;
            let first = period.first_month - periods * length;
            (f64::from(first), f64::from(period.first_month) + MONTHS_AFTER)
        }
        Kind::Median(unit, _) => {
            let (low, high) = of_unit(unit, now, knob, scenario);
            match (unit, knob.quantity(scenario)) {
                // At least what the assumption itself holds possible.
                (Unit::Growth, Some(Quantity::Uncertain(own))) => {
                    let [own_low, own_high] = [-Z95, Z95].map(|z| own.value(z));
                    (low.min(own_low), high.max(own_high))
                }
                _ => (low, high),
            }
        }
    }
}

fn of_unit(unit: Unit, now: f64, knob: &Knob, scenario: &Scenario) -> (f64, f64) {
    let allowed = knob.row.allowed(unit);
    match unit {
        Unit::Growth => ((now - 0.3).max(0.5 * now - 0.5), now + 0.5),
        Unit::Share if matches!(allowed.upper, Excluded(_)) => (0.0, 0.95_f64.max(now)),
        Unit::Share => (0.0, 1.0),
        Unit::Spread => (0.0, (3.0 * now).max(1.0)),
        Unit::Amount(_) if now > 0.0 => (now / 10.0, now * 10.0),
        Unit::Amount(scale) => (0.0, scale.single(100.0)),
        Unit::Duration if matches!(allowed.lower, Excluded(_)) => (now / 10.0, now * 10.0),
        Unit::Duration => (0.0, (4.0 * now).max(5.0)),
        Unit::Date | Unit::Until => dates(now, knob, scenario),
        Unit::Rate => {
            let most = match allowed.upper {
                Included(most) | Excluded(most) => most,
                Unbounded => f64::INFINITY,
            };
            (0.0, (4.0 * now).max(4.0).min(most))
        }
        Unit::Plain => (now - 3.0, now + 3.0),
    }
}

/// From where the earliest date that can be drawn is the first that may be, to the last target's end.
fn dates(now: f64, knob: &Knob, scenario: &Scenario) -> (f64, f64) {
    let years = |month: i32| f64::from(month) / 12.0;
    let earliest = knob.quantity(scenario).map_or(now, |quantity| quantity.reach().0);
    let ends = scenario.targets.iter().map(|target| target.period.end_month());
    let last = ends.max().unwrap_or_else(|| scenario.first_month());
    let first = years(scenario.baseline_end()) + (now - earliest);
    (first, years(last).max(first + 1.0))
}
