//! The world prior: a local level in logs whose drift is the world's and whose variance blends the
//! world's, by size, with the pair's own recent shocks.

use super::Predictive;

/// What thousands of series teach. Logarithms are natural; rates are a year's.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coefficients {
    /// Log of the prior's innovation standard deviation, at exp(5) million USD and no history.
    pub a: f64,
    /// Its slope in the log level.
    pub b: f64,
    /// What a short history adds to it: c1 · 5/n.
    pub c1: f64,
    /// Log of the ratio of transitory to permanent variance, at exp(5) million USD.
    pub q0: f64,
    /// Its slope in the log level.
    pub q1: f64,
    /// Its slope in the log of own over prior variance.
    pub q2: f64,
    /// The drift at exp(5) million USD.
    pub m0: f64,
    /// Its slope in the log level.
    pub m1: f64,
    /// Log of how many years of own history the prior variance is worth.
    pub ln_nu0: f64,
    /// Log of the largest degrees of freedom.
    pub ln_nu_e: f64,
    /// Standardised shocks beyond this count as this.
    pub shock_limit: f64,
    /// How much of its own shocks a series remembers from one year to the next.
    pub memory: f64,
    /// Standard deviation, a year, of the world's own drift over the years ahead.
    pub tau: f64,
}

/// A history seen through the world prior.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorldFit {
    /// The filtered level minus the last observation, both in logs.
    pub gap: f64,
    /// Variance of the level, in units of `variance`.
    pub level_variance: f64,
    /// Transitory variance, in units of `variance`.
    pub transitory: f64,
    /// The variance of a year's permanent shock.
    pub variance: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// Drift of the log a year.
    pub drift: f64,
    /// Standard deviation of the world's drift.
    pub tau: f64,
    /// The prior's variance of a year's permanent shock, for a pair of this size without history.
    pub prior_variance: f64,
    /// The share of the variance that comes from the pair's own shocks.
    pub own_share: f64,
}

impl WorldFit {
    /// Fits annual values in million USD, at least 2, all above 0.
    ///
    /// # Panics
    /// Where there are fewer than 2 values.
    pub fn new(coefficients: &Coefficients, history: &[f64]) -> Self {
        assert!(history.len() >= 2, "a fit needs two values");
        let Coefficients {
            a,
            b,
            c1,
            q0,
            q1,
            q2,
            m0,
            m1,
            ln_nu0,
            ln_nu_e,
            shock_limit,
            memory,
            tau,
        } = *coefficients;
        let logs: Vec<f64> = history.iter().map(|value| libm::log(*value)).collect();
        let count = logs.len() as f64;
        let last = &logs[logs.len().saturating_sub(3)..];
        let size = last.iter().sum::<f64>() / last.len() as f64 - 5.0;
        let drift = m0 + m1 * size;
        let prior_variance = libm::exp(2.0 * (a + b * size + c1 * 5.0 / count));
        let nu0 = libm::exp(ln_nu0);
        let log_ratio = q0 + q1 * size;
        let prior_change = prior_variance * (1.0 + 2.0 * libm::exp(log_ratio.min(3.0)));
        let squares = logs.windows(2).map(|pair| {
            let shock = pair[1] - pair[0] - drift;
            (shock * shock).min(16.0 * prior_change)
        });
        let change = (nu0 * prior_change + squares.sum::<f64>()) / (nu0 + count - 1.0);
        let log_ratio = log_ratio.min(3.0) + q2 * libm::log(change / prior_change);
        let transitory = libm::exp(log_ratio.min(3.0));

        let prior_sum = nu0 * prior_variance;
        let (mut level, mut level_variance) = (logs[0], transitory);
        let (mut sum, mut df) = (prior_sum, nu0);
        for log in &logs[1..] {
            let before = level_variance + 1.0;
            let total = before + transitory;
            let error = log - (level + drift);
            let variance = sum / df;
            level += drift + before / total * error;
            level_variance = before - before * before / total;
            let z = (error.abs() / (total * variance).sqrt()).min(shock_limit);
            sum = memory * (sum - prior_sum) + prior_sum + z * z * variance;
            df = memory * (df - nu0) + nu0 + 1.0;
        }
        Self {
            gap: level - logs[logs.len() - 1],
            level_variance,
            transitory,
            variance: sum / df,
            df: 1.0 / (1.0 / df + libm::exp(-ln_nu_e)),
            drift,
            tau,
            prior_variance,
            own_share: 1.0 - nu0 / df,
        }
    }

    /// The distribution of the log ratio to the last observation, `years` ahead.
    pub fn ahead(&self, years: f64) -> Predictive {
        let chance = self.variance * (self.level_variance + years + self.transitory);
        let world = self.tau * years;
        Predictive {
            location: self.gap + years * self.drift,
            scale: (chance + world * world).sqrt(),
            df: self.df,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::Prior;

    /// Histories with (gap, P, q, s2, nu), (mu, s) at 3 years and P(doubles), of another program.
    #[test]
    fn known_histories_give_known_fits() {
        let cases: [(&[f64], [f64; 8]); 4] = [
            (
                &[5.9, 11.5, 20.0, 16.0, 15.5],
                [
                    0.024104595,
                    0.22372424,
                    0.27377669,
                    0.079363634,
                    4.3151033,
                    0.22471355,
                    0.53448516,
                    0.213445,
                ],
            ),
            (
                &[100.0, 110.0, 125.0, 90.0, 140.0, 150.0, 160.0],
                [
                    -0.00041125169,
                    0.068477506,
                    0.073166675,
                    0.034999388,
                    4.4767599,
                    0.18005262,
                    0.34359223,
                    0.101102,
                ],
            ),
            (
                &[5000.0, 5200.0, 5100.0, 5600.0, 5900.0, 6100.0, 6400.0, 5000.0],
                [
                    0.0024705887,
                    0.0084248171,
                    0.0084957946,
                    0.017002337,
                    4.5279248,
                    0.14903167,
                    0.24371028,
                    0.040754,
                ],
            ),
            (
                &[1.0, 2.0, 40.0, 3.0, 2.5, 3.0, 3.2, 2.8, 3.5, 3.9],
                [
                    -0.0233807,
                    0.76025037,
                    1.3382307,
                    0.094201268,
                    4.5951723,
                    0.19226624,
                    0.69884432,
                    0.254149,
                ],
            ),
        ];
        for (history, known) in cases {
            let fit = WorldFit::new(&Prior::shipped().coefficients, history);
            let ahead = fit.ahead(3.0);
            let found = [
                fit.gap,
                fit.level_variance,
                fit.transitory,
                fit.variance,
                fit.df,
                ahead.location,
                ahead.scale,
                ahead.exceeds(2.0),
            ];
            for (found, known) in found.iter().zip(known) {
                assert!((found - known).abs() < 1e-6, "{history:?}: {found} for {known}");
            }
        }
    }
}
