//! The models of a backtest, by their names.

use super::{BacktestError, CaseSet};
use tradecast_core::forecast::{Bootstrap, Forecaster, Prior};

/// The models that a backtest compares unless others are named.
pub const DEFAULT_MODELS: [&str; 5] =
    ["world-prior", "lognormal", "random-walk-with-drift", "pooled-walk", "bootstrap"];

/// Checks names before anything is read.
///
/// # Errors
/// A name that no model has, one named twice, none.
pub fn check_names(names: &[String]) -> Result<(), BacktestError> {
    if names.is_empty() {
        return Err(BacktestError::NoModel);
    }
    for (place, name) in names.iter().enumerate() {
        if !Forecaster::NAMES.contains(&name.as_str()) {
            let known = Forecaster::NAMES.to_vec();
            return Err(BacktestError::UnknownModel { name: name.clone(), known });
        }
        if names[..place].contains(name) {
            return Err(BacktestError::SameModel { name: name.clone() });
        }
    }
    Ok(())
}

/// The models of these names, ready to forecast the cases.
///
/// # Errors
/// As [`check_names`].
pub fn models(
    names: &[String],
    prior: &Prior,
    set: &CaseSet,
) -> Result<Vec<Forecaster>, BacktestError> {
    check_names(names)?;
    let model = |name: &String| match name.as_str() {
        "lognormal" => Forecaster::Lognormal,
        "random-walk-with-drift" => Forecaster::RandomWalkWithDrift,
        "pooled-walk" => Forecaster::PooledWalk(set.pool.clone()),
        "bootstrap" => Forecaster::Bootstrap(Bootstrap::default()),
        "conjugate" => Forecaster::Conjugate,
        _ => Forecaster::WorldPrior(prior.coefficients),
    };
    Ok(names.iter().map(model).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradecast_core::forecast::PooledWalk;

    #[test]
    fn each_name_gives_its_model() {
        let set = CaseSet { cases: Vec::new(), pool: PooledWalk::default() };
        let names = Forecaster::NAMES.map(str::to_owned);
        let found = models(&names, Prior::shipped(), &set).expect("models");
        assert!(found.iter().map(Forecaster::name).eq(Forecaster::NAMES));
        let message = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            check_names(&names).expect_err("wrong names").to_string()
        };
        assert!(message(&["naive"]).contains("world-prior, lognormal, random-walk-with-drift"));
        assert!(message(&["lognormal", "lognormal"]).contains("twice"));
        assert_eq!(message(&[]), "no model is named");
    }
}
