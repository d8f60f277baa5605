//! The world prior for a pair that is known by its size alone.

use super::OutsideQuestion;
use crate::forecast::{Coefficients, WorldFit};
use serde::Serialize;

/// The length of history for which the prior's variance is taken. A pair without history is as
/// uncertain as the shortest that the prior was fitted on.
pub const HISTORY_LENGTH: f64 = 5.0;

/// What the world prior says of a pair of this size, without history of its own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SizeForecast {
    /// The probability of at least the target in the target's year.
    pub probability: f64,
    /// The median of that year, million USD.
    pub median: f64,
    /// Its 10 % quantile, million USD.
    pub q10: f64,
    /// Its 90 % quantile, million USD.
    pub q90: f64,
}

impl SizeForecast {
    /// The forecast for a valid question.
    pub(super) fn new(coefficients: &Coefficients, question: &OutsideQuestion) -> Self {
        let base = question.base_usd_million;
        let ahead = fit_of_size(coefficients, base).ahead(question.years);
        let quantile = |p| base * libm::exp(ahead.quantile(p));
        Self {
            probability: ahead.exceeds(question.multiple()),
            median: quantile(0.5),
            q10: quantile(0.1),
            q90: quantile(0.9),
        }
    }
}

/// The world prior before it has seen any shock of the pair: the filter at its first value, the
/// base (million USD, above 0), with the prior's variance at [`HISTORY_LENGTH`].
///
/// The level is the base, its variance the transitory one; variance and degrees of freedom are the
/// prior's. A history of five equal values is no substitute: its stillness counts as evidence of
/// calm, and real pairs of the same size then grow tenfold three times as often as it says.
pub fn fit_of_size(coefficients: &Coefficients, base: f64) -> WorldFit {
    let c = coefficients;
    let size = libm::log(base) - 5.0;
    let variance = libm::exp(2.0 * (c.a + c.b * size + c.c1 * 5.0 / HISTORY_LENGTH));
    let transitory = libm::exp((c.q0 + c.q1 * size).min(3.0));
    WorldFit {
        gap: 0.0,
        level_variance: transitory,
        transitory,
        variance,
        df: 1.0 / (libm::exp(-c.ln_nu0) + libm::exp(-c.ln_nu_e)),
        drift: c.m0 + c.m1 * size,
        tau: c.tau,
        prior_variance: variance,
        own_share: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MULTIPLES, real_windows};
    use super::*;
    use crate::forecast::Prior;

    /// Pairs of 5 to 50 million USD that grew tenfold in 3 years: the prior alone lies between the
    /// two panels, a history of five equal values says less than half of the lesser.
    #[test]
    fn a_still_history_is_no_substitute_for_the_prior_alone() {
        let tenfold = MULTIPLES.iter().position(|m| *m == 10.0).expect("a counted multiple");
        let rows = real_windows();
        let rows = rows.iter().filter(|row| row.base_from == 5.0 && row.years == 3);
        let shares: Vec<f64> =
            rows.map(|row| row.reached[tenfold] as f64 / row.windows as f64).collect();
        let base = libm::sqrt(5.0 * 50.0);
        let alone = fit_of_size(&Prior::shipped().coefficients, base).ahead(3.0).exceeds(10.0);
        let still =
            WorldFit::new(&Prior::shipped().coefficients, &[base; 5]).ahead(3.0).exceeds(10.0);
        println!("tenfold in 3 years: panels {shares:?}, prior {alone}, still history {still}");
        assert!(shares[0] < alone && alone < shares[1]);
        assert!(still < 0.5 * shares[0]);
    }
}
