//! One case of a backtest: what was known at an origin, and what came.

use super::BacktestError;
use serde::Serialize;
use std::path::Path;
use tradecast_core::forecast::PooledWalk;

/// What a series measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// One direction of a pair.
    Flow,
    /// Both directions together.
    Total,
}

impl Unit {
    /// As in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Total => "total",
        }
    }
}

/// A history, and what came after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The number of the case, from 0.
    pub id: u64,
    /// What is measured.
    pub unit: Unit,
    /// Who sells; of a total, the first of the pair.
    pub exporter: String,
    /// Who buys; of a total, the second of the pair.
    pub importer: String,
    /// The year of the history's last value.
    pub origin: i32,
    /// The value in that year, million USD.
    pub base: f64,
    /// Annual values up to the origin, million USD, oldest first, all above 0.
    pub history: Vec<f64>,
    /// Values 1, 2, … years after the origin, million USD; none where the value is missing.
    pub future: Vec<Option<f64>>,
}

impl Case {
    /// `flow PAK-KGZ 2005`.
    pub fn name(&self) -> String {
        format!("{} {}-{} {}", self.unit.name(), self.exporter, self.importer, self.origin)
    }

    /// The value so many years (1 or more) after the origin; 0 is zero.
    pub fn realised(&self, horizon: u32) -> Option<f64> {
        self.future.get(horizon as usize - 1).copied().flatten()
    }

    /// The log of that value over the base; none where it is zero or missing.
    pub fn log_ratio(&self, horizon: u32) -> Option<f64> {
        let realised = self.realised(horizon).filter(|value| *value > 0.0)?;
        Some(libm::log(realised / self.base))
    }

    /// Whether the value so many years ahead is at least `multiple` times the base; zero is not,
    /// and of a missing one nothing is known.
    pub fn reaches(&self, multiple: f64, horizon: u32) -> Option<bool> {
        Some(self.realised(horizon)? >= multiple * self.base)
    }

    /// The two ends, whichever way trade goes.
    pub fn pair(&self) -> (&str, &str) {
        let ends = (&self.exporter[..], &self.importer[..]);
        if ends.0 <= ends.1 { ends } else { (ends.1, ends.0) }
    }
}

/// The cases of a backtest, and the growth that a pooled walk learns from.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseSet {
    /// In the order of their numbers.
    pub cases: Vec<Case>,
    /// The growth of all series that cases are cut from.
    pub pool: PooledWalk,
}

impl CaseSet {
    /// Checks that each horizon has a case to score; `reason` says what there is where none has.
    ///
    /// # Errors
    /// No value after any origin, or none at one of the horizons.
    pub fn check(
        &self,
        path: &Path,
        horizons: &[u32],
        reason: impl Fn() -> String,
    ) -> Result<(), BacktestError> {
        let is_scored =
            |horizon: &u32| self.cases.iter().any(|case| case.log_ratio(*horizon).is_some());
        let longest = (1..=horizons.iter().copied().max().unwrap_or(0)).rev().find(is_scored);
        let path = path.to_owned();
        let Some(longest) = longest else {
            return Err(BacktestError::NoOverlap { path, reason: reason() });
        };
        match horizons.iter().find(|horizon| !is_scored(horizon)) {
            Some(&horizon) => Err(BacktestError::NoValue { path, horizon, longest }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_a_miss_and_missing_is_unknown() {
        let case = Case {
            id: 0,
            unit: Unit::Flow,
            exporter: "PAK".to_owned(),
            importer: "KGZ".to_owned(),
            origin: 2005,
            base: 8.0,
            history: vec![4.0, 8.0],
            future: vec![Some(16.0), Some(0.0), None],
        };
        assert_eq!(case.name(), "flow PAK-KGZ 2005");
        assert_eq!(case.pair(), ("KGZ", "PAK"));
        let ratios = [1, 2, 3, 4].map(|horizon| case.log_ratio(horizon));
        assert_eq!(ratios, [Some(std::f64::consts::LN_2), None, None, None]);
        let reached = [1, 2, 3].map(|horizon| case.reaches(2.0, horizon));
        assert_eq!(reached, [Some(true), Some(false), None]);
        assert_eq!(case.reaches(2.001, 1), Some(false));
    }
}
