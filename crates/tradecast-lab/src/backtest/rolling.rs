//! Rolling origins: every year of every series that has a history before it and a value after it.

use super::{Case, CaseSet, Unit};
use std::collections::BTreeMap;
use tradecast_core::forecast::PooledWalk;
use tradecast_core::history::AnnualSeries;

/// Which cases are cut from a panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Rolling {
    /// Series to cut from, each unit once.
    pub units: Vec<Unit>,
    /// The least consecutive positive values up to an origin.
    pub min_history: usize,
    /// The most values of a history; earlier ones are not used.
    pub max_history: usize,
    /// Years ahead, ascending.
    pub horizons: Vec<u32>,
}

/// One series that cases are cut from.
struct Series<'a> {
    unit: Unit,
    exporter: &'a str,
    importer: &'a str,
    first_year: i32,
    values: Vec<Option<f64>>,
}

/// All cases of a panel: flows by exporter, importer and origin, then totals. An origin is a year
/// with `min_history` consecutive positive values up to it and a value, be it zero, at one of the
/// horizons.
pub fn rolling(panel: &[AnnualSeries], asked: &Rolling) -> CaseSet {
    let series = series(panel, &asked.units);
    let pool = PooledWalk::new(series.iter().map(|one| (one.first_year, &one.values[..])));
    let mut cases: Vec<Case> = series.iter().flat_map(|one| one.cases(asked)).collect();
    (0..).zip(&mut cases).for_each(|(id, case)| case.id = id);
    CaseSet { cases, pool }
}

/// What a panel without cases holds, for a message.
pub fn described(panel: &[AnnualSeries], min_history: usize) -> String {
    let first = panel.iter().map(|flow| flow.first_year).min();
    let last = panel.iter().map(|flow| flow.first_year + flow.values.len() as i32 - 1).max();
    let (Some(first), Some(last)) = (first, last) else {
        return "it holds no series".to_owned();
    };
    let run = panel.iter().map(|flow| longest_run(&flow.values)).max().unwrap_or(0);
    format!(
        "{} flows, {first}–{last}, at most {run} consecutive positive values; a history of {min_history} and a value after it are needed",
        panel.len()
    )
}

fn longest_run(values: &[Option<f64>]) -> usize {
    let is_positive = |value: &Option<f64>| value.is_some_and(|value| value > 0.0);
    values.split(|value| !is_positive(value)).map(<[_]>::len).max().unwrap_or(0)
}

fn series<'a>(panel: &'a [AnnualSeries], units: &[Unit]) -> Vec<Series<'a>> {
    let by_ends: BTreeMap<(&str, &str), &AnnualSeries> =
        panel.iter().map(|flow| ((&flow.exporter[..], &flow.importer[..]), flow)).collect();
    let mut series = Vec::new();
    if units.contains(&Unit::Flow) {
        series.extend(by_ends.iter().map(|(ends, flow)| Series {
            unit: Unit::Flow,
            exporter: ends.0,
            importer: ends.1,
            first_year: flow.first_year,
            values: flow.values.clone(),
        }));
    }
    if units.contains(&Unit::Total) {
        let pairs = by_ends.iter().filter(|((from, to), _)| from < to);
        series.extend(pairs.filter_map(|(ends, flow)| {
            by_ends.get(&(ends.1, ends.0)).map(|reverse| Series {
                unit: Unit::Total,
                exporter: ends.0,
                importer: ends.1,
                first_year: flow.first_year,
                values: totals(flow, reverse),
            })
        }));
    }
    series
}

/// Both directions together, from the first one's first year: known where both are above 0. A zero
/// beside trade the other way is more often a gap in the statistics than the end of trade, so such
/// a year is missing, as in the published cases.
fn totals(flow: &AnnualSeries, reverse: &AnnualSeries) -> Vec<Option<f64>> {
    let positive = |value: Option<f64>| value.filter(|value| *value > 0.0);
    let back = |year: i32| {
        let place = usize::try_from(year - reverse.first_year).ok()?;
        positive(reverse.values.get(place).copied().flatten())
    };
    let sum = |(year, value): (i32, &Option<f64>)| Some(positive(*value)? + back(year)?);
    (flow.first_year..).zip(&flow.values).map(sum).collect()
}

impl Series<'_> {
    fn cases(&self, asked: &Rolling) -> Vec<Case> {
        let mut run = 0;
        let mut cases = Vec::new();
        for (place, value) in self.values.iter().enumerate() {
            run = if value.is_some_and(|value| value > 0.0) { run + 1 } else { 0 };
            if run >= asked.min_history {
                cases.extend(self.case(place, run.min(asked.max_history), &asked.horizons));
            }
        }
        cases
    }

    /// The case whose history is the `count` values up to a place; none without a value after it.
    fn case(&self, place: usize, count: usize, horizons: &[u32]) -> Option<Case> {
        let ahead = |years: u32| self.values.get(place + years as usize).copied().flatten();
        horizons.iter().find_map(|years| ahead(*years))?;
        let longest = horizons.iter().copied().max().unwrap_or(0);
        let history: Vec<f64> =
            self.values[place + 1 - count..=place].iter().copied().flatten().collect();
        Some(Case {
            id: 0,
            unit: self.unit,
            exporter: self.exporter.to_owned(),
            importer: self.importer.to_owned(),
            origin: self.first_year + place as i32,
            base: *history.last()?,
            history,
            future: (1..=longest).map(ahead).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(exporter: &str, importer: &str, first_year: i32, values: &[f64]) -> AnnualSeries {
        let values = values.iter().map(|value| Some(*value).filter(|v| !v.is_nan())).collect();
        AnnualSeries { exporter: exporter.into(), importer: importer.into(), first_year, values }
    }

    fn asked(units: &[Unit]) -> Rolling {
        Rolling { units: units.to_vec(), min_history: 2, max_history: 3, horizons: vec![1, 2] }
    }

    #[test]
    fn origins_have_a_history_and_a_future() {
        let values = [0.0, 1.0, 2.0, 3.0, 4.0, 0.0, 5.0, 6.0, f64::NAN, f64::NAN, 7.0];
        let set = rolling(&[flow("A", "B", 2000, &values)], &asked(&[Unit::Flow]));
        let found: Vec<(i32, Vec<f64>)> =
            set.cases.iter().map(|case| (case.origin, case.history.clone())).collect();
        let known = [
            (2002, vec![1.0, 2.0]),
            (2003, vec![1.0, 2.0, 3.0]),
            // The longest history is 3 values; the next year's zero is a value.
            (2004, vec![2.0, 3.0, 4.0]),
            // 2007 has two values before it and none in the two years after it.
        ];
        assert_eq!(found, known);
        assert_eq!(set.cases[1].future, [Some(4.0), Some(0.0)]);
        assert_eq!(set.cases[2].future, [Some(0.0), Some(5.0)]);
        assert_eq!(longest_run(&[Some(1.0), Some(2.0), Some(0.0), None, Some(1.0)]), 2);
    }

    #[test]
    fn totals_are_known_where_both_directions_are_positive() {
        let panel = [
            flow("B", "A", 2001, &[10.0, 20.0, 30.0, 0.0, 50.0]),
            flow("A", "B", 2000, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
            flow("A", "C", 2000, &[1.0, 1.0]),
        ];
        let set = rolling(&panel, &asked(&[Unit::Flow, Unit::Total]));
        let totals: Vec<&Case> = set.cases.iter().filter(|c| c.unit == Unit::Total).collect();
        let (names, ids): (Vec<String>, Vec<u64>) =
            totals.iter().map(|case| (case.name(), case.id)).unzip();
        // 2004 is missing, so 2003 has a value at horizon 2 only.
        assert_eq!(names, ["total A-B 2002", "total A-B 2003"]);
        assert_eq!(ids, [set.cases.len() as u64 - 2, set.cases.len() as u64 - 1]);
        assert_eq!(totals[1].history, [12.0, 23.0, 34.0]);
        assert_eq!(totals[1].future, [None, Some(56.0)]);
    }
}
