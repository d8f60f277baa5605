//! A predictive distribution that is known from draws only.

use super::scores::crps_fair;

/// Draws of log(y(n+h)/y(n)), in ascending order; at least 2.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    draws: Vec<f64>,
}

impl Samples {
    /// Sorts draws of the log ratio.
    ///
    /// # Panics
    /// For fewer than 2 draws, and where one is NaN: a caller's mistake.
    pub fn new(mut draws: Vec<f64>) -> Self {
        assert!(draws.len() >= 2, "a distribution needs two draws");
        assert!(!draws.iter().any(|draw| draw.is_nan()), "a draw is not a number");
        draws.sort_by(f64::total_cmp);
        Self { draws }
    }

    /// The draws, ascending.
    pub fn ascending(&self) -> &[f64] {
        &self.draws
    }

    /// The share of draws of at most `y`.
    pub fn cdf(&self, y: f64) -> f64 {
        self.share(|draw| draw <= y)
    }

    /// The probability integral transform: the share of draws below `y`, and half of those at it.
    pub fn pit(&self, y: f64) -> f64 {
        0.5 * (self.share(|draw| draw < y) + self.cdf(y))
    }

    /// The share of draws in which the value becomes at least `multiple` times the last one.
    pub fn exceeds(&self, multiple: f64) -> f64 {
        let least = libm::log(multiple);
        1.0 - self.share(|draw| draw < least)
    }

    /// The log ratio with probability `p`, in \[0, 1\], of not being exceeded: R's type 7,
    /// which interpolates between neighbouring draws.
    pub fn quantile(&self, p: f64) -> f64 {
        let place = p * (self.draws.len() - 1) as f64;
        let below = self.draws[place as usize];
        let above = self.draws[(place as usize + 1).min(self.draws.len() - 1)];
        below + place.fract() * (above - below)
    }

    /// The CRPS of the realised log ratio by the fair estimator.
    pub fn crps(&self, y: f64) -> f64 {
        crps_fair(y, &self.draws)
    }

    /// The share of draws for which `is_low` holds; true up to some draw, then false.
    fn share(&self, is_low: impl Fn(f64) -> bool) -> f64 {
        self.draws.partition_point(|draw| is_low(*draw)) as f64 / self.draws.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_quantiles_of_four_draws() {
        let samples = Samples::new(vec![2.0, 0.0, 1.0, 1.0]);
        assert_eq!(samples.ascending(), [0.0, 1.0, 1.0, 2.0]);
        let found = [-1.0, 0.0, 1.0, 1.5, 2.0].map(|y| (samples.cdf(y), samples.pit(y)));
        let known = [(0.0, 0.0), (0.25, 0.125), (0.75, 0.5), (0.75, 0.75), (1.0, 0.875)];
        assert_eq!(found, known);
        assert_eq!(samples.exceeds(1.0), 1.0);
        assert_eq!(samples.exceeds(2.0), 0.75);
        assert_eq!(samples.exceeds(8.0), 0.0);
        let quantiles = [0.0, 0.25, 0.5, 0.9, 1.0].map(|p| samples.quantile(p));
        for (found, known) in quantiles.into_iter().zip([0.0, 0.75, 1.0, 1.7, 2.0]) {
            assert!((found - known).abs() < 1e-15, "{found} for {known}");
        }
    }
}
