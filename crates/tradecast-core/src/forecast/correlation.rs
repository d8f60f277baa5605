//! How the yearly shocks of two flows move together: what their own histories say, drawn towards
//! what flows as near to each other have in common.

use super::{Coefficients, WorldFit};

/// How near two flows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinship {
    /// The two directions of one pair.
    OppositeDirections,
    /// One country in common.
    SharedCountry,
    /// None.
    Strangers,
}

/// How many common years of two flows' own shocks weigh as much as [`Kinship::correlation`].
///
/// A pair's true correlation varies around that of its kind with variance (1 − r₀²)²/25. Measured as
/// [`Kinship::correlation`]: 30 and 24 years in the two panels.
pub const WORLD_YEARS: f64 = 25.0;

impl Kinship {
    /// How near the flow between these two countries is to that between those two.
    pub fn of((a, b): (&str, &str), (c, d): (&str, &str)) -> Self {
        match ([a, b].contains(&c), [a, b].contains(&d)) {
            (true, true) => Self::OppositeDirections,
            (false, false) => Self::Strangers,
            _ => Self::SharedCountry,
        }
    }

    /// The correlation of yearly shocks of flows as near as this, over many flows.
    ///
    /// # Source
    /// Measured on manufactures between 69 countries, 1986–2006 (UNCTAD/WTO), and on trade of the
    /// United States, 1985–2022 (Census Bureau): two directions .142 and .191, a country in common
    /// .093 and .116, none .040. `tests/fit.rs` measures them again.
    pub fn correlation(self) -> f64 {
        match self {
            Self::OppositeDirections => 0.15,
            Self::SharedCountry => 0.10,
            Self::Strangers => 0.04,
        }
    }
}

/// The correlation of two flows' yearly shocks, with what it is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShockCorrelation {
    /// That of flows as near as these.
    pub world: f64,
    /// That of their own shocks; none without three common years, or where a flow has no shocks.
    pub own: Option<f64>,
    /// How many years both have shocks, where those count.
    pub years: usize,
    /// The two together.
    pub value: f64,
}

impl ShockCorrelation {
    /// From the shocks of common years: (25 r₀ + n r)/(25 + n).
    pub fn new(kinship: Kinship, shocks: &[(f64, f64)]) -> Self {
        let world = kinship.correlation();
        let own = pearson(shocks);
        let years = own.map_or(0, |_| shocks.len());
        Self { world, own, years, value: world }.with_own_weight(1.0)
    }

    /// The same with own shocks counting this share, in \[0, 1\], of their years.
    #[must_use]
    pub fn with_own_weight(&self, share: f64) -> Self {
        let years = share * self.years as f64;
        let own = self.own.unwrap_or(self.world);
        let value = (WORLD_YEARS * self.world + years * own) / (WORLD_YEARS + years);
        Self { value, ..*self }
    }
}

/// The shocks of a history in million USD, all above 0: the log of each value from the third on
/// minus its median as seen from the years before, in units of the scale. Beyond the prior's limit
/// a shock counts as that.
pub fn standardised_shocks(coefficients: &Coefficients, history: &[f64]) -> Vec<f64> {
    let limit = coefficients.shock_limit;
    let shock = |index: usize| {
        let ahead = WorldFit::new(coefficients, &history[..index]).ahead(1.0);
        let growth = libm::log(history[index] / history[index - 1]);
        ((growth - ahead.location) / ahead.scale).clamp(-limit, limit)
    };
    (2..history.len()).map(shock).collect()
}

/// Pearson's correlation; none for fewer than three pairs, or where one side does not vary.
fn pearson(pairs: &[(f64, f64)]) -> Option<f64> {
    let count = pairs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let moment = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        pairs.iter().map(|pair| of(pair.0 - x, pair.1 - y)).sum()
    };
    let (xx, yy, xy) = (moment(&|a, _| a * a), moment(&|_, b| b * b), moment(&|a, b| a * b));
    let varies = pairs.len() >= 3 && xx > 0.0 && yy > 0.0;
    varies.then(|| (xy / (xx * yy).sqrt()).clamp(-1.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::Prior;

    #[test]
    fn kinship_is_countries_in_common() {
        let pair = ("PAK", "KGZ");
        for (other, kinship) in [
            (("KGZ", "PAK"), Kinship::OppositeDirections),
            (("KAZ", "KGZ"), Kinship::SharedCountry),
            (("KGZ", "UZB"), Kinship::SharedCountry),
            (("KAZ", "UZB"), Kinship::Strangers),
        ] {
            assert_eq!(Kinship::of(pair, other), kinship, "{other:?}");
        }
    }

    #[test]
    fn own_shocks_count_by_their_years() {
        // Perfectly correlated over five years: (25 · 0.15 + 5 · 1)/30.
        let shocks: Vec<(f64, f64)> = (0..5).map(|i| (f64::from(i), 2.0 * f64::from(i))).collect();
        let found = ShockCorrelation::new(Kinship::OppositeDirections, &shocks);
        assert!((found.value - 8.75 / 30.0).abs() < 1e-15, "{found:?}");
        assert_eq!((found.own, found.years), (Some(1.0), 5));
        assert_eq!(found.with_own_weight(0.0).value, 0.15);
    }

    #[test]
    fn without_common_years_the_world_alone_speaks() {
        for shocks in [&[][..], &[(1.0, 1.0), (2.0, 2.0)], &[(1.0, 0.0); 9]] {
            let found = ShockCorrelation::new(Kinship::Strangers, shocks);
            assert_eq!((found.own, found.years, found.value), (None, 0, 0.04));
        }
    }

    #[test]
    fn a_shock_is_seen_from_the_years_before() {
        let coefficients = &Prior::shipped().coefficients;
        let history = [5.9, 11.5, 20.0, 16.0, 1e6];
        let shocks = standardised_shocks(coefficients, &history);
        assert_eq!(shocks.len(), 3);
        assert_eq!(shocks[..2], standardised_shocks(coefficients, &history[..4])[..]);
        assert_eq!(shocks[2], coefficients.shock_limit);
        let ahead = WorldFit::new(coefficients, &history[..2]).ahead(1.0);
        assert_eq!(shocks[0], (libm::log(20.0 / 11.5) - ahead.location) / ahead.scale);
    }
}
