//! Scores of a year's total, and the simple methods that a nowcast has to beat.

use super::panel::Case;
use tradecast::nowcast::Nowcast;
use tradecast::numeric::normal;

/// Points of a quantile grid: the score's error is of the order of 1/points² of it.
const POINTS: usize = 200;

/// CRPS of the log of the total over last year's: twice the mean quantile loss at evenly spread
/// probabilities.
///
/// # Source
/// Gneiting and Ranjan (2011), Journal of Business and Economic Statistics 29, 411, equation 9.
pub fn crps(quantile: impl Fn(f64) -> f64, truth: f64) -> f64 {
    let loss = |i: usize| {
        let p = (i as f64 + 0.5) / POINTS as f64;
        let error = truth - quantile(p);
        2.0 * error * if error >= 0.0 { p } else { p - 1.0 }
    };
    (0..POINTS).map(loss).sum::<f64>() / POINTS as f64
}

/// CRPS of a nowcast.
pub fn of_nowcast(nowcast: &Nowcast, case: &Case) -> f64 {
    let log_total = |p: f64| libm::log(nowcast.quantile(p) / case.last_total());
    crps(log_total, libm::log(case.total() / case.last_total()))
}

/// CRPS of a normal distribution around 0 at `error`; its absolute value where `sd` is 0.
///
/// # Source
/// Gneiting and Raftery (2007), Journal of the American Statistical Association 102, 359, equation 21.
pub fn normal_crps(error: f64, sd: f64) -> f64 {
    if sd == 0.0 {
        return error.abs();
    }
    let z = error / sd;
    let density = libm::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt();
    sd * (z * (2.0 * normal::cdf(z) - 1.0) + 2.0 * density - 1.0 / std::f64::consts::PI.sqrt())
}

/// A way to a year's total without a model.
#[derive(Clone, Copy)]
pub enum Simple {
    /// What is booked over the share that it had last year.
    LastShare,
    /// What is booked over the share of the year that has passed.
    ProRata,
}

impl Simple {
    /// Log of the true total over the method's, where both are above 0.
    fn error(self, before: &[f64], year: &[f64], booked: usize) -> Option<f64> {
        let sum = |months: &[f64]| months.iter().sum::<f64>();
        let share = match self {
            Self::LastShare => sum(&before[..booked]) / sum(before),
            Self::ProRata => booked as f64 / 12.0,
        };
        let total = sum(&year[..booked]) / share;
        (share > 0.0 && total > 0.0).then(|| libm::log(sum(year) / total))
    }

    /// The method's absolute error in logs, and its CRPS with the root mean square of its errors
    /// over the case's earlier years as a normal's standard deviation. None where it has no total.
    pub fn scores(self, case: &Case, booked: usize) -> Option<[f64; 2]> {
        let last = case.earlier.len() - 1;
        let error = self.error(&case.earlier[last], &case.months, booked)?;
        let past = case.earlier.windows(2);
        let squares: Vec<f64> = past
            .filter_map(|years| self.error(&years[0], &years[1], booked))
            .map(|error| error * error)
            .collect();
        if squares.len() < 2 {
            return None;
        }
        let sd = (squares.iter().sum::<f64>() / squares.len() as f64).sqrt();
        Some([error.abs(), normal_crps(error, sd)])
    }
}

/// The standard error of a mean, clustered on partner and on year: the sum of both minus that
/// clustered on their intersection.
///
/// # Source
/// Cameron, Gelbach and Miller (2011), Journal of Business and Economic Statistics 29, 238.
pub fn clustered(values: &[f64], cases: &[&Case]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares = |key: &dyn Fn(&Case) -> (usize, i32)| {
        let mut sums = std::collections::BTreeMap::new();
        for (value, case) in values.iter().zip(cases) {
            *sums.entry(key(case)).or_insert(0.0) += value - mean;
        }
        sums.values().map(|sum: &f64| sum * sum).sum::<f64>()
    };
    let by_partner = squares(&|case| (case.partner, 0));
    let by_year = squares(&|case| (0, case.year));
    let by_both = squares(&|case| (case.partner, case.year));
    (by_partner + by_year - by_both).max(0.0).sqrt() / values.len() as f64
}
