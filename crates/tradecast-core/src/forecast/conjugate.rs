//! A pair's own growth without the world: a normal with unknown mean and variance.

use super::Predictive;

/// Beliefs about log growth g ~ N(μ, σ²) a year: σ² is inverse gamma (shape, rate), and
/// μ given σ² is N(mean, σ²/strength).
///
/// # Source
/// Murphy (2007), "Conjugate Bayesian analysis of the Gaussian distribution", section 6.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NormalInverseGamma {
    /// The expected log growth a year.
    pub mean: f64,
    /// How many years of growth the mean is worth.
    pub strength: f64,
    /// Half the degrees of freedom of the variance.
    pub shape: f64,
    /// The shape times the variance's scale.
    pub rate: f64,
}

impl NormalInverseGamma {
    /// Jeffreys' independence prior, density ∝ 1/σ²: the history alone speaks.
    pub const REFERENCE: Self = Self { mean: 0.0, strength: 0.0, shape: -0.5, rate: 0.0 };

    /// The beliefs after seeing `growths`, at least one.
    pub fn after(&self, growths: &[f64]) -> Self {
        let count = growths.len() as f64;
        let average = growths.iter().sum::<f64>() / count;
        let squares: f64 = growths.iter().map(|g| (g - average) * (g - average)).sum();
        let strength = self.strength + count;
        let surprise = average - self.mean;
        Self {
            mean: self.mean + count / strength * surprise,
            strength,
            shape: self.shape + 0.5 * count,
            rate: self.rate
                + 0.5 * squares
                + 0.5 * self.strength * count / strength * surprise * surprise,
        }
    }

    /// The sum of `years` growths to come: Student's t with 2 · shape degrees of freedom at
    /// years · mean, scale² = rate/shape · (years + years²/strength).
    ///
    /// The second term is the doubt about the mean. After n growths and [`Self::REFERENCE`] that is
    /// t(n − 1) at h ḡ with scale² = s² (h + h²/n), s² the sample variance.
    pub fn ahead(&self, years: f64) -> Predictive {
        let variance = self.rate / self.shape * (years + years * years / self.strength);
        Predictive { location: years * self.mean, scale: variance.sqrt(), df: 2.0 * self.shape }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_steps_are_one() {
        let prior = NormalInverseGamma { mean: 0.1, strength: 2.0, shape: 1.5, rate: 0.3 };
        let (step, once) =
            (prior.after(&[0.2, -0.4]).after(&[0.7]), prior.after(&[0.2, -0.4, 0.7]));
        for (a, b) in [
            (step.mean, once.mean),
            (step.strength, once.strength),
            (step.shape, once.shape),
            (step.rate, once.rate),
        ] {
            assert!((a - b).abs() < 1e-15, "{step:?} {once:?}");
        }
    }

    #[test]
    fn the_reference_prior_gives_the_textbook_prediction_interval() {
        // Growths 1, 2, 3, 6: mean 3, sample variance 14/3.
        let ahead = NormalInverseGamma::REFERENCE.after(&[1.0, 2.0, 3.0, 6.0]).ahead(2.0);
        assert_eq!((ahead.location, ahead.df), (6.0, 3.0));
        assert!((ahead.scale - f64::sqrt(14.0 / 3.0 * (2.0 + 1.0))).abs() < 1e-15);
    }
}
