//! Figures of a backtest: reliability, PIT, coverage, and errors by size and history.

mod coverage;
mod groups;
mod pit;
mod reliability;
mod series;

use super::{ChartError, Figure};
use tradecast_lab::backtest::Backtest;

/// The names of the figures.
pub const NAMES: [&str; 4] = ["reliability", "pit", "coverage", "skill"];

/// The figures of a backtest of a named panel, in the order of [`NAMES`].
///
/// # Errors
/// Drawing fails.
pub fn figures(backtest: &Backtest, source: &str) -> Result<Vec<Figure>, ChartError> {
    if backtest.scores.is_empty() {
        return Err(ChartError::Empty("the backtest".to_owned()));
    }
    Ok(vec![
        reliability::figure(backtest, source)?,
        pit::figure(backtest, source)?,
        coverage::figure(backtest, source)?,
        groups::figure(backtest, source)?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradecast_lab::backtest::{Grouping, PitBin, ReliabilityBin, Score};

    fn backtest(models: &[&'static str], horizons: &[u32]) -> Backtest {
        let each = || models.iter().flat_map(|model| horizons.iter().map(move |h| (*model, *h)));
        let score = |(model, horizon): (&'static str, u32)| Score {
            model,
            horizon,
            cases: 100,
            zeros: 0,
            crps: 0.2,
            crps_standard_error: Some(0.01),
            log_score: None,
            coverage: [0.5, 0.77, 1.0],
            brier: [0.1; 5],
            ratio_to_first: 1.2,
            ratio_to_first_standard_error: None,
        };
        let bin = |model: &&'static str| ReliabilityBin {
            model,
            horizon: None,
            multiple: None,
            lower: 0.2,
            upper: 0.3,
            forecasts: 1_234_567,
            forecast: 0.24,
            observed: 0.31,
            consistency: Some([0.2, 0.28]),
        };
        let pit = |model: &&'static str| PitBin {
            model,
            horizon: None,
            lower: 0.0,
            upper: 0.05,
            cases: 500,
            share: 1.0,
            consistency: None,
        };
        let group = |(model, horizon): (&'static str, u32)| tradecast_lab::backtest::GroupScore {
            model,
            horizon,
            grouped_by: Grouping::Base,
            lower: 5.0,
            upper: None,
            cases: 3,
            crps: 0.3,
            ratio_to_first: 1.3,
            ratio_to_first_standard_error: Some(0.2),
        };
        Backtest {
            models: models.to_vec(),
            horizons: horizons.to_vec(),
            cases: 100,
            pairs: 10,
            origins: [1990, 2001],
            scores: each().map(score).collect(),
            reliability: models.iter().map(bin).collect(),
            pit: models.iter().map(pit).collect(),
            groups: each().map(group).collect(),
        }
    }

    #[test]
    fn whatever_is_tested_there_are_four_pictures() {
        let all = ["world-prior", "lognormal", "pooled-walk", "bootstrap", "conjugate", "other"];
        for (models, horizons) in
            [(&all[..], &[1, 2, 3, 4, 5][..]), (&all[..1], &[3]), (&all[..2], &[1, 50])]
        {
            let figures = figures(&backtest(models, horizons), "a <b> & c").expect("figures");
            assert!(figures.iter().map(|figure| figure.name.as_str()).eq(NAMES));
            assert!(figures.iter().all(|figure| figure.png().is_ok()));
        }
    }

    #[test]
    fn nothing_tested_is_an_error() {
        assert!(matches!(figures(&backtest(&[], &[]), "a"), Err(ChartError::Empty(_))));
    }
}
