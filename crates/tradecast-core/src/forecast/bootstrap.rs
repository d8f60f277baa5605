//! The stationary bootstrap of a pair's own log growth.

use super::Samples;
use crate::random::{Stream, Variable};
use rand::RngExt;
use rand_distr::{Bernoulli, Distribution as _};

/// Observed growth in blocks of geometric length, read in a circle.
///
/// # Source
/// Politis and Romano (1994).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bootstrap {
    /// The mean length of a block in years, at least 1.
    pub block_years: f64,
    /// Paths a case, at least 2.
    pub paths: u32,
    /// The seed; with the case's name it determines all draws.
    pub seed: u64,
}

impl Default for Bootstrap {
    /// 1,000 paths in blocks of 2 years.
    fn default() -> Self {
        Self { block_years: 2.0, paths: 1000, seed: 1 }
    }
}

impl Bootstrap {
    /// The log ratio after each of `horizons` years, from log `growths`, at least one.
    ///
    /// # Panics
    /// Where a field is outside its range, or there is no growth.
    pub fn forecast(&self, growths: &[f64], horizons: &[u32], case: &str) -> Vec<Samples> {
        let variable = Variable::new(self.seed, &format!("bootstrap {case}"));
        let years = horizons.iter().copied().max().unwrap_or_default() as usize;
        let mut draws = vec![Vec::with_capacity(self.paths as usize); horizons.len()];
        for path in 0..u64::from(self.paths) {
            let levels = self.path(growths, years, Stream::new(variable, path));
            for (draws, horizon) in draws.iter_mut().zip(horizons) {
                draws.push(levels[*horizon as usize]);
            }
        }
        draws.into_iter().map(Samples::new).collect()
    }

    /// The log ratio after 0, 1, …, `years` years.
    fn path(&self, growths: &[f64], years: usize, mut stream: Stream) -> Vec<f64> {
        let restart = Bernoulli::new(1.0 / self.block_years).expect("a block of at least one year");
        let mut position = stream.random_range(0..growths.len());
        let mut levels = vec![0.0];
        for year in 0..years {
            if year > 0 {
                position = if restart.sample(&mut stream) {
                    stream.random_range(0..growths.len())
                } else {
                    (position + 1) % growths.len()
                };
            }
            levels.push(levels[year] + growths[position]);
        }
        levels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_depend_on_the_case_and_the_seed_only() {
        let bootstrap = Bootstrap { paths: 50, ..Bootstrap::default() };
        let growths = [0.1, -0.2, 0.5, 0.0];
        let some = bootstrap.forecast(&growths, &[3], "A-B 2000");
        assert_eq!(some[0], bootstrap.forecast(&growths, &[1, 3, 5], "A-B 2000")[1]);
        assert_ne!(some, bootstrap.forecast(&growths, &[3], "A-C 2000"));
        let reseeded = Bootstrap { seed: 2, ..bootstrap };
        assert_ne!(some, reseeded.forecast(&growths, &[3], "A-B 2000"));
    }

    #[test]
    fn long_blocks_follow_the_history_round() {
        let bootstrap = Bootstrap { block_years: 1e9, paths: 200, seed: 1 };
        let growths = [1.0, 10.0, 100.0, 1000.0];
        let after = bootstrap.forecast(&growths, &[2, 4], "a");
        assert!(after[1].ascending().iter().all(|sum| *sum == 1111.0));
        assert!(after[0].ascending().iter().all(|sum| [11.0, 110.0, 1100.0, 1001.0].contains(sum)));
    }
}
