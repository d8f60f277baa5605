//! Every model's forecast of every case, scored against what came.

use super::cluster::Clusters;
use super::{BacktestError, Case, MULTIPLES};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use tradecast_core::forecast::{Forecast, Forecaster, Origin, Predictive};

/// Cases that are forecast in parallel before their forecasts are joined.
const BLOCK: usize = 8192;

/// One forecast of one case at one horizon.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluated {
    /// The distribution of the log ratio, where it has a closed form.
    pub predictive: Option<Predictive>,
    /// The probabilities of reaching each of [`MULTIPLES`] times the base.
    pub exceeds: [f64; MULTIPLES.len()],
    /// The scores; none where the value is zero or missing.
    pub outcome: Option<Outcome>,
}

/// How a forecast fared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// The CRPS of the log ratio.
    pub crps: f64,
    /// The log of the density of the log ratio; none of a forecast by draws.
    pub log_score: Option<f64>,
    /// The probability integral transform.
    pub pit: f64,
}

/// All cases, with what every model said of them.
pub struct Evaluation<'a> {
    /// The cases.
    pub cases: &'a [Case],
    /// Years ahead, ascending.
    pub horizons: &'a [u32],
    /// The models' names; the first is the one that others are compared with.
    pub models: Vec<&'static str>,
    /// By case, then horizon, then model.
    forecasts: Vec<Evaluated>,
    /// Which cases are of the same pair.
    pub(super) clusters: Clusters,
}

/// Lets each model forecast each case, in parallel; `done` is told of each case.
///
/// # Errors
/// The first case, in their order, that a model cannot forecast.
pub fn evaluate<'a>(
    cases: &'a [Case],
    models: &[Forecaster],
    horizons: &'a [u32],
    done: impl Fn() + Sync,
) -> Result<Evaluation<'a>, BacktestError> {
    let of_case = |case: &Case| {
        let evaluated = evaluate_case(case, models, horizons);
        done();
        evaluated
    };
    let mut forecasts = Vec::with_capacity(cases.len() * horizons.len() * models.len());
    for block in cases.chunks(BLOCK) {
        let by_case: Vec<Result<Vec<Evaluated>, BacktestError>> =
            block.par_iter().map(of_case).collect();
        for evaluated in by_case {
            forecasts.extend(evaluated?);
        }
    }
    let models = models.iter().map(Forecaster::name).collect();
    Ok(Evaluation { cases, horizons, models, forecasts, clusters: Clusters::new(cases) })
}

fn evaluate_case(
    case: &Case,
    models: &[Forecaster],
    horizons: &[u32],
) -> Result<Vec<Evaluated>, BacktestError> {
    let name = case.name();
    let origin = Origin { case: &name, year: case.origin, history: &case.history };
    let by_model: Vec<Vec<Forecast>> =
        models.iter().map(|model| model.forecast(origin, horizons)).collect::<Result<_, _>>()?;
    let mut evaluated = Vec::with_capacity(horizons.len() * models.len());
    for (place, horizon) in horizons.iter().enumerate() {
        let realised = case.log_ratio(*horizon);
        for (model, forecasts) in models.iter().zip(&by_model) {
            let one = score(&forecasts[place], realised);
            if one.outcome.is_some_and(|outcome| !outcome.crps.is_finite()) {
                return Err(BacktestError::NoCrps { model: model.name(), case: name });
            }
            evaluated.push(one);
        }
    }
    Ok(evaluated)
}

fn score(forecast: &Forecast, log_ratio: Option<f64>) -> Evaluated {
    Evaluated {
        predictive: forecast.closed().copied(),
        exceeds: MULTIPLES.map(|multiple| forecast.exceeds(multiple)),
        outcome: log_ratio.map(|y| Outcome {
            crps: forecast.crps(y),
            log_score: forecast.log_score(y),
            pit: forecast.pit(y),
        }),
    }
}

impl Evaluation<'_> {
    /// One forecast, by the places of case, horizon and model.
    pub fn at(&self, case: usize, horizon: usize, model: usize) -> &Evaluated {
        &self.forecasts[(case * self.horizons.len() + horizon) * self.models.len() + model]
    }

    /// The places of cases with a score at a horizon, and their outcomes.
    pub(super) fn outcomes(
        &self,
        horizon: usize,
        model: usize,
    ) -> impl Iterator<Item = (usize, &Outcome)> + '_ {
        (0..self.cases.len())
            .filter_map(move |case| Some((case, self.at(case, horizon, model).outcome.as_ref()?)))
    }

    /// Every forecast of an event at a horizon, by the places of case and multiple, with whether it
    /// came true; a value of zero reaches nothing, and missing ones are left out.
    pub(super) fn events(&self, horizon: usize, model: usize) -> impl Iterator<Item = Event> + '_ {
        let multiples = 0..MULTIPLES.len();
        (0..self.cases.len()).flat_map(move |case| {
            multiples.clone().filter_map(move |multiple| {
                let reached =
                    self.cases[case].reaches(MULTIPLES[multiple], self.horizons[horizon])?;
                let forecast = self.at(case, horizon, model).exceeds[multiple];
                Some(Event { case, multiple, forecast, observed: f64::from(u8::from(reached)) })
            })
        })
    }
}

/// The forecast of an event, and whether it came true.
#[derive(Clone, Copy)]
pub(super) struct Event {
    /// The place of the case.
    pub case: usize,
    /// The place of the multiple.
    pub multiple: usize,
    /// The probability that was given.
    pub forecast: f64,
    /// 1 where it came true, or 0.
    pub observed: f64,
}
