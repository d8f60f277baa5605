//! Loops over draws that the compiler turns into vector instructions.

use crate::numeric::elementary::exp;
use crate::numeric::vectorised::vectorised;

vectorised! {
    /// value = location + scale · value
    pub fn normal(values: &mut [f64], location: f64, scale: f64) {
        for value in values {
            *value = location + scale * *value;
        }
    }

    /// value = median · exp(sigma · value)
    pub fn lognormal(values: &mut [f64], median: f64, sigma: f64) {
        for value in values {
            *value = median * exp(sigma * *value);
        }
    }

    /// The triangular quantile at each share.
    pub fn triangular(shares: &mut [f64], min: f64, mode: f64, max: f64) {
        let (width, rise, fall) = (max - min, mode - min, max - mode);
        for share in shares {
            let rising = min + (*share * width * rise).sqrt();
            let falling = max - ((1.0 - *share) * width * fall).sqrt();
            *share = if *share * width < rise { rising } else { falling };
        }
    }

    /// value = a1 + a2 z + a3 (share − ½) z, for z in `values` and shares Φ(z).
    pub fn metalog(values: &mut [f64], shares: &[f64], coefficients: [f64; 3]) {
        let [a1, a2, a3] = coefficients;
        for (value, share) in values.iter_mut().zip(shares) {
            *value = a1 + (a2 + a3 * (share - 0.5)) * *value;
        }
    }

    /// value = lower + exp(value)
    pub fn above(values: &mut [f64], lower: f64) {
        for value in values {
            *value = lower + exp(*value);
        }
    }

    /// value = upper − exp(−value)
    pub fn below(values: &mut [f64], upper: f64) {
        for value in values {
            *value = upper - exp(-*value);
        }
    }

    /// value = lower + (upper − lower)/(1 + exp(−value)), from the nearer end.
    pub fn between(values: &mut [f64], lower: f64, upper: f64) {
        let width = upper - lower;
        for value in values {
            let odds = exp(-value.abs());
            let part = width * (odds / (1.0 + odds));
            *value = if *value < 0.0 { lower + part } else { upper - part };
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::distribution::{Distribution, Limits, Quantiles};
    use crate::numeric::vectorised::assert_same;

    #[test]
    fn every_instruction_set_gives_the_bits_of_one_value_alone() {
        let quantiles = |lower, upper| {
            let pairs = [(0.1, 1.0), (0.5, 2.0), (0.9, 4.0)];
            Quantiles::new(&pairs, Limits { lower, upper }).map(Distribution::quantiles)
        };
        let distributions = [
            Distribution::normal(1.0, 2.0),
            Distribution::normal(1.0, 2.0).and_then(|normal| normal.truncate(0.0, 3.0)),
            Distribution::lognormal(3.0, 0.4),
            Distribution::student_t(0.0, 1.0, 4.0),
            Distribution::uniform(1.0, 2.0),
            Distribution::triangular(1.0, 2.0, 5.0),
            Distribution::pert(1.0, 2.0, 5.0),
            Distribution::gamma(2.0, 1.0),
            Distribution::empirical(&[1.0, 2.0, 5.0], &[]),
            quantiles(None, None),
            quantiles(Some(0.0), None),
            quantiles(None, Some(9.0)),
            quantiles(Some(0.0), Some(9.0)),
        ];
        let normals: Vec<f64> = (0..1003).map(|i| f64::from(i - 501) / 60.0).collect();
        for distribution in distributions.map(|made| made.expect("a distribution")) {
            assert_same(|| {
                let mut values = normals.clone();
                distribution.transform(&mut values);
                for (value, z) in values.iter().zip(&normals) {
                    assert_eq!(value.to_bits(), distribution.value(*z).to_bits(), "at {z}");
                }
            });
        }
    }
}
