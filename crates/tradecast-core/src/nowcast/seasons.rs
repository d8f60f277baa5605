//! How the pair's years run: shares of periods, and how far the rest of a year strays from its
//! beginning.

use super::{RunningYear, ShareCoefficients};
use crate::calendar::MONTHS;

/// Earlier years beyond this count do not enter.
const YEARS: usize = 12;

/// A cut of the year after its booked periods, between none and all of them.
pub(super) struct Cut<'a> {
    coefficients: &'a ShareCoefficients,
    /// Whole years with trade, the latest first.
    years: Vec<&'a [f64]>,
    /// Expected shares of the periods; they add up to 1.
    shares: Vec<f64>,
    /// Weights of the booked periods: the last has 1.
    weights: Vec<f64>,
    months_per_period: f64,
    /// Log level minus 5.
    size: f64,
}

impl<'a> Cut<'a> {
    /// `size` is the log level in million USD minus 5; `earlier` years are whole, oldest first.
    pub(super) fn new(
        coefficients: &'a ShareCoefficients,
        earlier: &'a [Vec<f64>],
        year: &RunningYear,
        size: f64,
    ) -> Self {
        let has_trade = |year: &&[f64]| year.iter().sum::<f64>() > 0.0;
        let latest = earlier.iter().rev().take(YEARS).map(Vec::as_slice);
        let years: Vec<&[f64]> = latest.filter(has_trade).collect();
        let shares = shares(coefficients, &years, year.periods(), size);
        let months_per_period = f64::from(year.months_per_period);
        let fade = libm::pow(coefficients.recency, months_per_period);
        let mut weights = vec![1.0; year.booked.len()];
        for at in (0..weights.len().saturating_sub(1)).rev() {
            weights[at] = weights[at + 1] * fade;
        }
        Self { coefficients, years, shares, weights, months_per_period, size }
    }

    /// The expected share of the booked periods in the year's total.
    pub(super) fn share_booked(&self) -> f64 {
        self.shares[..self.weights.len()].iter().sum()
    }

    /// Log of the pace of the booked periods of a year relative to `total` spread by the shares.
    pub(super) fn signal(&self, periods: &[f64], total: f64) -> f64 {
        let expected = total * self.weighted(&self.shares);
        let pseudo = self.coefficients.pseudo_share;
        libm::log((self.weighted(periods) / expected + pseudo) / (1.0 + pseudo))
    }

    /// Variance of the log pace of the rest minus the signal: the world's by size, months and the
    /// annual `variance`, blended with the pair's own earlier years.
    pub(super) fn contrast_variance(&self, variance: f64) -> f64 {
        let c = self.coefficients;
        let open_months = self.months_per_period * (self.shares.len() - self.weights.len()) as f64;
        let noise = libm::exp(c.noise + c.noise_slope * self.size);
        let world = noise * (1.0 / self.effective_months() + 1.0 / open_months)
            + libm::exp(c.drift_within) * variance;
        let worth = libm::exp(c.variance_years);
        let (mut sum, mut total, mut weight) = (worth * world, worth, 1.0);
        for year in &self.years {
            let contrast = self.contrast(year);
            sum += weight * (contrast * contrast).min(16.0 * world);
            total += weight;
            weight *= c.variance_memory;
        }
        sum / total
    }

    fn contrast(&self, year: &[f64]) -> f64 {
        let total = year.iter().sum::<f64>();
        let rest: f64 = year[self.weights.len()..].iter().sum();
        let pace = rest / (total * (1.0 - self.share_booked()));
        libm::log(pace + self.coefficients.pseudo_share) - self.log_pace(year, total)
    }

    fn log_pace(&self, year: &[f64], total: f64) -> f64 {
        self.signal(year, total) + libm::log(1.0 + self.coefficients.pseudo_share)
    }

    fn weighted(&self, periods: &[f64]) -> f64 {
        self.weights.iter().zip(periods).map(|(weight, value)| weight * value).sum()
    }

    fn effective_months(&self) -> f64 {
        let sum: f64 = self.weights.iter().sum();
        let squares: f64 = self.weights.iter().map(|weight| weight * weight).sum();
        self.months_per_period * sum * sum / squares
    }
}

/// The pair's own shares, recent years first, shrunk towards equal ones.
fn shares(
    coefficients: &ShareCoefficients,
    years: &[&[f64]],
    periods: usize,
    size: f64,
) -> Vec<f64> {
    let worth = libm::exp(coefficients.share_years + coefficients.share_years_slope * size);
    let mut sums = vec![worth * (1.0 / periods as f64); periods];
    let (mut total, mut weight) = (worth, 1.0);
    for year in years {
        let of_year = year.iter().sum::<f64>();
        for (sum, value) in sums.iter_mut().zip(*year) {
            *sum += weight * value / of_year;
        }
        total += weight;
        weight *= coefficients.share_memory;
    }
    sums.iter().map(|sum| sum / total).collect()
}

/// Log level of the last three annual values, in million USD, minus 5.
pub(super) fn size(annual: &[f64]) -> f64 {
    let last = &annual[annual.len().saturating_sub(3)..];
    last.iter().map(|value| libm::log(*value)).sum::<f64>() / last.len() as f64 - 5.0
}

/// Periods in a year of `months` each.
pub(super) fn periods(months: u8) -> Option<usize> {
    let months = i32::from(months);
    (months > 0 && MONTHS % months == 0).then(|| (MONTHS / months) as usize)
}
