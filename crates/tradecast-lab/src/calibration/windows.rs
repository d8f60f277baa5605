//! Windows of a panel: a history, and what came after it.

use super::{HORIZONS, MAX_HISTORY, MIN_HISTORY};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use tradecast_core::history::AnnualSeries;

/// One annual series that windows are cut from: a flow, or the total of both directions of a pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Its identity: `flow` or `total`, exporter and importer (of a total in alphabetical order).
    pub name: String,
    /// The year of the first value.
    pub first_year: i32,
    /// Million USD, a value a year; none where it is not known.
    pub values: Vec<Option<f64>>,
}

/// A history and what came after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Consecutive positive values in million USD, oldest first.
    pub history: Vec<f64>,
    /// The log ratio to the history's last value, 1 to 5 years ahead; none where the value is zero,
    /// missing or after the panel's end.
    pub future: [Option<f64>; HORIZONS],
}

/// All flows of a panel, then the totals of pairs with both directions: known in a year where both
/// are positive, so that a total does not jump where one direction begins to be recorded. The
/// development cases follow the same rule.
pub fn units(panel: &[AnnualSeries]) -> Vec<Unit> {
    let by_ends: BTreeMap<(&str, &str), &AnnualSeries> =
        panel.iter().map(|flow| ((&flow.exporter[..], &flow.importer[..]), flow)).collect();
    let flows = by_ends.values().map(|flow| Unit {
        name: format!("flow {} {}", flow.exporter, flow.importer),
        first_year: flow.first_year,
        values: flow.values.clone(),
    });
    let totals = by_ends.iter().filter(|((from, to), _)| from < to).filter_map(|(ends, flow)| {
        by_ends.get(&(ends.1, ends.0)).map(|reverse| total(flow, reverse))
    });
    flows.chain(totals).collect()
}

fn total(flow: &AnnualSeries, reverse: &AnnualSeries) -> Unit {
    let sum = |(position, value): (usize, &Option<f64>)| {
        let year = flow.first_year + position as i32;
        let other = usize::try_from(year - reverse.first_year).ok();
        let other = other.and_then(|other| reverse.values.get(other).copied().flatten());
        let both = value.zip(other).filter(|(there, back)| *there > 0.0 && *back > 0.0);
        both.map(|(there, back)| there + back)
    };
    Unit {
        name: format!("total {} {}", flow.exporter, flow.importer),
        first_year: flow.first_year,
        values: flow.values.iter().enumerate().map(sum).collect(),
    }
}

impl Unit {
    /// The window whose history is the `count` values up to a position.
    fn window(&self, origin: usize, count: usize) -> Window {
        let history: Vec<f64> =
            self.values[origin + 1 - count..=origin].iter().flatten().copied().collect();
        let ahead = |index: usize| {
            let later = self.values.get(origin + 1 + index).copied().flatten();
            let positive = later.filter(|later| *later > 0.0);
            positive.zip(history.last()).map(|(later, base)| libm::log(later / base))
        };
        let future = std::array::from_fn(ahead);
        Window { history, future }
    }

    /// For each position, how many consecutive positive values end there.
    fn runs(&self) -> impl Iterator<Item = usize> {
        self.values.iter().scan(0, |run, value| {
            *run = if value.is_some_and(|value| value > 0.0) { *run + 1 } else { 0 };
            Some(*run)
        })
    }
}

/// The most consecutive positive values of any unit.
pub fn longest_run(units: &[Unit]) -> usize {
    units.iter().flat_map(Unit::runs).max().unwrap_or(0)
}

/// The smallest last value of a history, million USD: what is smaller is mostly rounding and single
/// shipments.
const LEAST_BASE: f64 = 1.0;

/// Lengths of histories beside the longest that there is.
const LENGTHS: [usize; 3] = [5, 8, 12];

/// Windows of a panel's units, at most so many, in the order of units and years.
///
/// An origin is a year with at least 5 consecutive positive values up to it, the last of at least 1
/// million USD, with 5 years of the panel after it of which one at least is positive. Its history
/// has 5, 8, 12 or all (at most 20) of these values, each length that there is with the same chance,
/// so that short histories are as common as users' are. The draw, and which origins are kept where
/// there are too many, are by the SHA-256 of the unit's name and the year: the same in every run,
/// and independent of the values.
pub fn windows(units: &[Unit], most: usize) -> Vec<Window> {
    let end = units.iter().map(|unit| unit.first_year + unit.values.len() as i32).max();
    let mut chosen: Vec<(u64, usize, Window)> = Vec::new();
    for unit in units {
        // The panel's years after an origin; the unit may end earlier.
        let years = (end.unwrap_or(0) - unit.first_year) as usize;
        let origins = unit.runs().enumerate().take(years.saturating_sub(HORIZONS));
        for (origin, run) in origins.filter(|(_, run)| *run >= MIN_HISTORY) {
            let (key, draw) = hash(&unit.name, unit.first_year + origin as i32);
            let window = unit.window(origin, length(run, draw));
            let is_large = window.history.last().is_some_and(|base| *base >= LEAST_BASE);
            if is_large && window.future.iter().any(Option::is_some) {
                chosen.push((key, chosen.len(), window));
            }
        }
    }
    chosen.sort_by_key(|(key, position, _)| (*key, *position));
    chosen.truncate(most);
    chosen.sort_by_key(|(_, position, _)| *position);
    chosen.into_iter().map(|(_, _, window)| window).collect()
}

/// The length of a history where `run` values are there.
fn length(run: usize, draw: u64) -> usize {
    let longest = run.min(MAX_HISTORY);
    let shorter: Vec<usize> = LENGTHS.into_iter().filter(|length| *length < longest).collect();
    let choice = (draw % (shorter.len() as u64 + 1)) as usize;
    shorter.get(choice).copied().unwrap_or(longest)
}

/// Two numbers that depend on nothing but a unit's name and a year.
fn hash(name: &str, year: i32) -> (u64, u64) {
    let digest = Sha256::digest(format!("{name} {year}"));
    let number = |from: usize| {
        digest[from..from + 8].iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
    };
    (number(0), number(8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(exporter: &str, importer: &str, first_year: i32, values: &[f64]) -> AnnualSeries {
        let values = values.iter().map(|value| Some(*value).filter(|v| !v.is_nan())).collect();
        AnnualSeries { exporter: exporter.into(), importer: importer.into(), first_year, values }
    }

    #[test]
    fn a_total_is_known_where_both_directions_are_positive() {
        let panel = [
            flow("B", "A", 2001, &[10.0, 0.0, 30.0]),
            flow("A", "B", 2000, &[1.0, 2.0, 3.0, 4.0]),
            flow("A", "C", 2000, &[1.0]),
        ];
        let units = units(&panel);
        let names: Vec<&str> = units.iter().map(|unit| &unit.name[..]).collect();
        assert_eq!(names, ["flow A B", "flow A C", "flow B A", "total A B"]);
        assert_eq!(units[3].values, [None, Some(12.0), None, Some(34.0)]);
        assert_eq!(units[3].first_year, 2000);
    }

    #[test]
    fn histories_are_consecutive_and_positive_and_futures_follow_them() {
        let values = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 0.0, 7.0, f64::NAN, 9.0, 0.0];
        let found = windows(&units(&[flow("A", "B", 2000, &values)]), usize::MAX);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].history, [1.0, 2.0, 3.0, 4.0, 5.0]);
        let future = [None, Some(7.0), None, Some(9.0), None];
        assert_eq!(found[0].future, future.map(|value| value.map(|v: f64| libm::log(v / 5.0))));
    }

    #[test]
    fn a_thinned_set_is_part_of_the_whole_in_its_order() {
        let values: Vec<f64> = (1..60).map(f64::from).collect();
        let units = units(&[flow("A", "B", 1950, &values), flow("B", "A", 1950, &values)]);
        let whole = windows(&units, usize::MAX);
        let part = windows(&units, 40);
        assert_eq!(part.len(), 40);
        let mut rest = whole.iter();
        assert!(part.iter().all(|window| rest.any(|other| other == window)));
        // Years 5 to 54 of 59 are origins, of two flows and their total.
        assert_eq!(whole.len(), 3 * 50);
        for length in [5, 8, 12, MAX_HISTORY] {
            assert!(whole.iter().any(|window| window.history.len() == length));
        }
        assert!(whole.iter().all(|window| window.history.len() <= MAX_HISTORY));
    }
}
