//! The models that a backtest compares: each turns one history into forecasts.

use super::{
    Bootstrap, Coefficients, Forecast, NormalInverseGamma, PooledWalk, Predictive, WorldFit,
};

/// The least scale of a forecast from a pair's own growth: a constant history leaves none, and a
/// distribution without width has no density. The peers of the published cases are scored with it.
pub const LEAST_SCALE: f64 = 0.01;

/// What is known when a forecast is made.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// What the case is called, for random draws: those of another name are independent.
    pub case: &'a str,
    /// The year of the last value.
    pub year: i32,
    /// Annual values in million USD, oldest first, all above 0.
    pub history: &'a [f64],
}

/// A model of what comes after a history.
#[derive(Clone, Debug)]
pub enum Forecaster {
    /// A local level with the world's drift and variance.
    WorldPrior(Coefficients),
    /// Growth as in the sample: N(h ḡ, h s²) of the log ratio, with ḡ and s² the mean and sample
    /// variance (n − 2 degrees of freedom for n values) of log growth.
    Lognormal,
    /// As `statsforecast` has it, on logs: N(h ḡ, σ² h (1 + h/(n − 1))), with σ² the mean squared
    /// deviation of the n − 1 log growths from their mean ḡ.
    RandomWalkWithDrift,
    /// N(0, h σ²), with σ that of all pairs' log growths up to the origin.
    PooledWalk(PooledWalk),
    /// The stationary bootstrap of own log growth.
    Bootstrap(Bootstrap),
    /// Own growth with unknown mean and variance, from the reference prior: Student's t.
    Conjugate,
}

/// Why a history gives no forecast.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ForecastError {
    /// Too few values.
    #[error("{model} needs {needed} values in a row, and the history of {case} has {given}")]
    Short {
        /// The model.
        model: &'static str,
        /// The case.
        case: String,
        /// Values given.
        given: usize,
        /// Values needed.
        needed: usize,
    },
    /// A value that has no logarithm.
    #[error("the history of {case} has the value {value}; all must be above 0 and finite")]
    NotPositive {
        /// The case.
        case: String,
        /// The first such value.
        value: f64,
    },
    /// The panel begins after the origin.
    #[error(
        "the panel has no growth up to {year}, so pooled-walk cannot forecast {case}: leave the model or the origin out"
    )]
    NothingPooled {
        /// The case.
        case: String,
        /// The origin.
        year: i32,
    },
}

impl Forecaster {
    /// The names by which a command knows the models.
    pub const NAMES: [&'static str; 6] = [
        "world-prior",
        "lognormal",
        "random-walk-with-drift",
        "pooled-walk",
        "bootstrap",
        "conjugate",
    ];

    /// The model's name, one of [`Self::NAMES`].
    pub fn name(&self) -> &'static str {
        match self {
            Self::WorldPrior(_) => "world-prior",
            Self::Lognormal => "lognormal",
            Self::RandomWalkWithDrift => "random-walk-with-drift",
            Self::PooledWalk(_) => "pooled-walk",
            Self::Bootstrap(_) => "bootstrap",
            Self::Conjugate => "conjugate",
        }
    }

    /// How many values a history must have for this model to be defined.
    pub fn least_values(&self) -> usize {
        match self {
            Self::PooledWalk(_) => 1,
            Self::WorldPrior(_) | Self::Bootstrap(_) => 2,
            Self::Lognormal | Self::RandomWalkWithDrift => 3,
            // More than one degree of freedom, so that the CRPS exists.
            Self::Conjugate => 4,
        }
    }

    /// The distribution of the log ratio to the last value after each of `horizons` years, in
    /// their order.
    ///
    /// # Errors
    /// Too few values, a value that is not above 0, an origin before all pooled growth.
    pub fn forecast(
        &self,
        origin: Origin<'_>,
        horizons: &[u32],
    ) -> Result<Vec<Forecast>, ForecastError> {
        self.check(origin)?;
        let growths = || log_growths(origin.history);
        let forecasts = match self {
            Self::WorldPrior(coefficients) => {
                let fit = WorldFit::new(coefficients, origin.history);
                closed(horizons, |years| fit.ahead(years))
            }
            Self::Lognormal => {
                let (mean, variance) = moments(&growths(), 1.0);
                closed(horizons, |years| normal(years * mean, years * variance))
            }
            Self::RandomWalkWithDrift => {
                let growths = growths();
                let (mean, variance) = moments(&growths, 0.0);
                let doubt = |years: f64| years * (1.0 + years / growths.len() as f64);
                closed(horizons, |years| normal(years * mean, variance * doubt(years)))
            }
            Self::PooledWalk(pool) => {
                let (case, year) = (origin.case.to_owned(), origin.year);
                let sd = pool.sd(year).ok_or(ForecastError::NothingPooled { case, year })?;
                closed(horizons, |years| normal(0.0, years * sd * sd))
            }
            Self::Bootstrap(bootstrap) => {
                let samples = bootstrap.forecast(&growths(), horizons, origin.case);
                samples.into_iter().map(Forecast::Samples).collect()
            }
            Self::Conjugate => {
                let beliefs = NormalInverseGamma::REFERENCE.after(&growths());
                closed(horizons, |years| with_width(beliefs.ahead(years)))
            }
        };
        Ok(forecasts)
    }

    fn check(&self, origin: Origin<'_>) -> Result<(), ForecastError> {
        let (case, given) = (origin.case.to_owned(), origin.history.len());
        let (model, needed) = (self.name(), self.least_values());
        let is_usable = |value: &&f64| **value > 0.0 && value.is_finite();
        match origin.history.iter().find(|value| !is_usable(value)) {
            Some(value) => Err(ForecastError::NotPositive { case, value: *value }),
            None if given < needed => Err(ForecastError::Short { model, case, given, needed }),
            None => Ok(()),
        }
    }
}

/// A closed form a horizon.
fn closed(horizons: &[u32], ahead: impl Fn(f64) -> Predictive) -> Vec<Forecast> {
    horizons.iter().map(|years| Forecast::Closed(ahead(f64::from(*years)))).collect()
}

fn normal(location: f64, variance: f64) -> Predictive {
    with_width(Predictive { location, scale: variance.sqrt(), df: f64::INFINITY })
}

fn with_width(predictive: Predictive) -> Predictive {
    Predictive { scale: predictive.scale.max(LEAST_SCALE), ..predictive }
}

fn log_growths(history: &[f64]) -> Vec<f64> {
    let logs: Vec<f64> = history.iter().map(|value| libm::log(*value)).collect();
    logs.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

/// The mean, and the sum of squared deviations from it over count − `lost`.
fn moments(growths: &[f64], lost: f64) -> (f64, f64) {
    let count = growths.len() as f64;
    let mean = growths.iter().sum::<f64>() / count;
    let squares: f64 = growths.iter().map(|growth| (growth - mean) * (growth - mean)).sum();
    (mean, squares / (count - lost))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(model: &Forecaster, history: &[f64]) -> Result<Vec<Forecast>, ForecastError> {
        model.forecast(Origin { case: "A-B 2000", year: 2000, history }, &[1, 4])
    }

    fn models() -> [Forecaster; 4] {
        [
            Forecaster::Lognormal,
            Forecaster::RandomWalkWithDrift,
            Forecaster::Conjugate,
            Forecaster::Bootstrap(Bootstrap::default()),
        ]
    }

    #[test]
    fn a_constant_history_has_the_least_width() {
        for model in models() {
            let forecasts = ask(&model, &[7.0; 6]).unwrap();
            let width = forecasts[1].closed().map(|predictive| predictive.scale);
            assert_eq!(width.unwrap_or(LEAST_SCALE), LEAST_SCALE, "{}", model.name());
            assert!((forecasts[1].crps(1.0) - 1.0).abs() < LEAST_SCALE, "{}", model.name());
        }
    }

    #[test]
    fn histories_that_cannot_be_used_are_refused() {
        for model in models() {
            assert!(Forecaster::NAMES.contains(&model.name()));
            let short = vec![1.0; model.least_values() - 1];
            assert!(matches!(ask(&model, &short), Err(ForecastError::Short { .. })));
            for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
                let result = ask(&model, &[1.0, 2.0, value, 1.0, 5.0]);
                assert!(matches!(result, Err(ForecastError::NotPositive { .. })));
            }
        }
        let pooled = Forecaster::PooledWalk(PooledWalk::new([(2000, &[Some(1.0), Some(2.0)][..])]));
        let result = ask(&pooled, &[1.0]);
        assert!(matches!(result, Err(ForecastError::NothingPooled { year: 2000, .. })));
    }
}
