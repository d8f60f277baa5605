//! The years after the running one, given its total.

use crate::forecast::{LocalLevel, Predictive, WorldFit};

/// The local level of the world prior after the running year, relative to that year's total.
///
/// With y the log of the running year's total over last year's and e = y − `expected`, the log of
/// the total h years later over the running year's is, with independent standard normals Z₀ and Z₁ a
/// path, W and E a year, and the path's mixing factor c = √(df/χ²), the same c that multiplies the
/// rest's normal,
///
/// −`reverts` e + h (drift + `trend` e) + c ((h + `head_start`) drift_sd Z₀ + level_sd Z₁ + shock_sd Σ W + transitory_sd E)
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beyond {
    /// What the world prior expected of the running year: the median of y. 0 once it is known.
    pub expected: f64,
    /// The part of a surprise that the year after takes back: transitory variance over all.
    pub reverts: f64,
    /// The part of a surprise that the drift of every later year takes on.
    pub trend: f64,
    /// How many years the drift's error has run before the first of the years after.
    pub head_start: f64,
    /// Level and spread of the years after, as of a surprise of 0.
    pub level: LocalLevel,
}

impl Beyond {
    /// The exact conditional law of the world prior's later years given its first, with every
    /// variance times `calm`.
    pub(super) fn after(fit: &WorldFit, calm: f64) -> Self {
        let drift_variance = fit.tau * fit.tau;
        let level = fit.variance * (fit.level_variance + 1.0) + drift_variance;
        let noise = fit.variance * fit.transitory;
        let total = level + noise;
        let of_drift = drift_variance * (1.0 - drift_variance / total);
        let covariance = drift_variance * noise / total;
        let head_start = if of_drift > 0.0 { covariance / of_drift } else { 0.0 };
        let of_level = level * noise / total - covariance * head_start;
        Self {
            expected: fit.gap + fit.drift,
            reverts: noise / total,
            trend: drift_variance / total,
            head_start,
            level: LocalLevel {
                gap: 0.0,
                drift: fit.drift,
                drift_sd: (calm * of_drift).sqrt(),
                level_sd: (calm * of_level).sqrt(),
                shock_sd: (calm * fit.variance).sqrt(),
                transitory_sd: (calm * noise).sqrt(),
                df: fit.df,
            },
        }
    }

    /// The fit of a history that holds the running year whole.
    pub(super) fn known(fit: &WorldFit) -> Self {
        let level = LocalLevel::from(fit);
        Self { expected: 0.0, reverts: 0.0, trend: 0.0, head_start: 0.0, level }
    }

    pub(super) fn with_df(self, df: f64) -> Self {
        Self { level: LocalLevel { df, ..self.level }, ..self }
    }

    /// The log of the total `years` (at least 1) after the running year over its total, for a path
    /// whose running year has the log ratio `ratio` to the year before it, without chance.
    pub fn median(&self, ratio: f64, years: f64) -> f64 {
        let surprise = ratio - self.expected;
        let drift = self.level.drift + self.trend * surprise;
        self.level.gap - self.reverts * surprise + years * drift
    }

    /// The scale that `years` after the running year have on a path with mixing factor 1.
    pub fn scale(&self, years: f64) -> f64 {
        let of_drift = (years + self.head_start) * self.level.drift_sd;
        let LocalLevel { level_sd, shock_sd, transitory_sd, .. } = self.level;
        let of_years = years * shock_sd * shock_sd + transitory_sd * transitory_sd;
        (of_drift * of_drift + level_sd * level_sd + of_years).sqrt()
    }

    /// The distribution of the log of the total `years` after the running year over that of the year
    /// before it, where the running year's own log ratio is Student's t as `running`: exact where
    /// nothing is booked, to first order in the rest's spread otherwise.
    pub fn ahead(&self, running: &Predictive, years: f64) -> Predictive {
        let passes_on = 1.0 - self.reverts + years * self.trend;
        let of_running = passes_on * running.scale;
        let of_years = self.scale(years);
        Predictive {
            location: running.location + self.median(running.location, years),
            scale: (of_running * of_running + of_years * of_years).sqrt(),
            df: running.df,
        }
    }
}
