//! A history seen through a prior, or alone.

use crate::forecast::standardised_shocks;
use crate::forecast::{LocalLevel, NormalInverseGamma, Predictive, Prior, WorldFit};

/// What a history is seen through.
#[derive(Clone, Debug)]
pub enum Lens {
    /// What other series teach, and units of the currency for one USD.
    World(Box<Prior>, f64),
    /// Nothing but itself.
    Alone,
}

/// A history's fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// The level and its shocks, in logs.
    pub level: LocalLevel,
    /// The growth of the world's trade that is in the level's drift, of its log a year.
    pub prior_drift: f64,
    /// Whether the error of the drift is the world's, which all flows share, or the flow's own.
    pub has_world_drift: bool,
    /// The share of the variance that comes from the flow's own shocks, not from the prior.
    pub own_share: f64,
    /// The standard deviation of a year's lasting shock that the prior gives a flow of this size and
    /// this length of history; none without a prior.
    pub prior_sd: Option<f64>,
}

impl Lens {
    /// Fits annual amounts, oldest first, all above 0, in single units of the currency; at least 2,
    /// and 3 without a prior.
    ///
    /// # Panics
    /// For fewer than 2 amounts.
    pub fn fit(&self, amounts: &[f64]) -> Fit {
        match self {
            Self::World(prior, _) => {
                let fit = WorldFit::new(&prior.coefficients, &self.million_usd(amounts));
                Fit {
                    level: LocalLevel::from(&fit),
                    prior_drift: prior.drift,
                    has_world_drift: true,
                    own_share: fit.own_share,
                    prior_sd: Some(fit.prior_variance.sqrt()),
                }
            }
            Self::Alone => Fit {
                level: LocalLevel::from(&NormalInverseGamma::REFERENCE.after(&growths(amounts))),
                prior_drift: 0.0,
                has_world_drift: false,
                own_share: 1.0,
                prior_sd: None,
            },
        }
    }

    /// The shocks of all years but the first two, to be correlated with another flow's: those of
    /// [`standardised_shocks`], or log growth itself where there is no prior.
    pub fn shocks(&self, amounts: &[f64]) -> Vec<f64> {
        match self {
            Self::World(prior, _) => {
                standardised_shocks(&prior.coefficients, &self.million_usd(amounts))
            }
            Self::Alone => growths(amounts).split_off(1),
        }
    }

    /// Amounts as the prior takes them; without a prior as they are.
    pub fn million_usd(&self, amounts: &[f64]) -> Vec<f64> {
        match self {
            Self::World(_, per_dollar) => amounts.iter().map(|a| a / per_dollar / 1e6).collect(),
            Self::Alone => amounts.to_vec(),
        }
    }
}

/// Log growth from each amount to the next.
pub(super) fn growths(amounts: &[f64]) -> Vec<f64> {
    amounts.windows(2).map(|pair| libm::log(pair[1] / pair[0])).collect()
}

impl Fit {
    /// The distribution of the log ratio to the last value, `years` ahead, with the world's trade
    /// growing by `drift` of its log a year, or as in the prior.
    pub fn ahead(&self, years: f64, drift: Option<f64>) -> Predictive {
        let LocalLevel { gap, drift: own, drift_sd, level_sd, shock_sd, transitory_sd, df } =
            self.level;
        let added = drift.map_or(0.0, |drift| drift - self.prior_drift);
        let lasting = level_sd * level_sd + years * shock_sd * shock_sd;
        let doubt = drift_sd * years;
        let variance = lasting + transitory_sd * transitory_sd + doubt * doubt;
        Predictive { location: gap + years * (own + added), scale: variance.sqrt(), df }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HISTORY: [f64; 6] = [5.9e6, 11.5e6, 20e6, 16e6, 15.5e6, 18e6];

    fn assert_alike(found: Predictive, known: Predictive) {
        let (found, known) =
            ([found.location, found.scale, found.df], [known.location, known.scale, known.df]);
        for (found, known) in found.iter().zip(known) {
            assert!((found - known).abs() < 1e-14, "{found} for {known}");
        }
    }

    #[test]
    fn the_outlook_is_that_of_the_prior() {
        let prior = Prior::shipped();
        let millions = HISTORY.map(|amount| amount / 1e6);
        let fit = WorldFit::new(&prior.coefficients, &millions);
        let found = Lens::World(Box::new(prior.clone()), 1.0).fit(&HISTORY);
        for years in [1.0, 2.5, 5.0] {
            assert_alike(found.ahead(years, None), fit.ahead(years));
        }
    }

    #[test]
    fn alone_the_outlook_is_that_of_own_growth() {
        let beliefs = NormalInverseGamma::REFERENCE.after(&growths(&HISTORY));
        let found = Lens::Alone.fit(&HISTORY);
        assert_alike(found.ahead(3.0, None), beliefs.ahead(3.0));
    }

    #[test]
    fn another_drift_moves_the_median_by_as_much_a_year() {
        let prior = Prior::shipped();
        let fit = Lens::World(Box::new(prior.clone()), 1.0).fit(&HISTORY);
        let moved = fit.ahead(3.0, Some(prior.drift - 0.02));
        assert!((fit.ahead(3.0, None).location - moved.location - 0.06).abs() < 1e-14);
    }

    #[test]
    fn rates_of_exchange_cancel() {
        let (usd, pkr) = (HISTORY, HISTORY.map(|amount| amount * 256.0));
        let lens = |rate| Lens::World(Box::new(Prior::shipped().clone()), rate);
        assert_eq!(lens(1.0).fit(&usd), lens(256.0).fit(&pkr));
    }
}
