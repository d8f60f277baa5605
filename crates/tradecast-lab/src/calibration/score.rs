//! The mean log score of windows under coefficients.

use super::{HORIZONS, Window};
use rayon::prelude::*;
use tradecast_core::forecast::{Coefficients, WorldFit};

/// Windows of one sum. A constant, so that the order of additions does not depend on threads.
const BLOCK: usize = 64;

/// How well coefficients foretell windows, 1 to 5 years ahead.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scores {
    /// Windows with a positive value.
    pub windows: [u64; HORIZONS],
    /// The mean of the log density of the log ratio; NaN without windows.
    pub log_score: [f64; HORIZONS],
}

impl Scores {
    /// The mean over the horizons.
    pub fn mean(&self) -> f64 {
        self.log_score.iter().sum::<f64>() / HORIZONS as f64
    }
}

/// The scores of windows, on the threads of the current pool.
pub fn scores(coefficients: &Coefficients, windows: &[Window]) -> Scores {
    let sums: Vec<Scores> =
        windows.par_chunks(BLOCK).map(|block| sum_of(coefficients, block)).collect();
    let mut all = Scores::default();
    for sum in sums {
        for horizon in 0..HORIZONS {
            all.windows[horizon] += sum.windows[horizon];
            all.log_score[horizon] += sum.log_score[horizon];
        }
    }
    for horizon in 0..HORIZONS {
        all.log_score[horizon] /= all.windows[horizon] as f64;
    }
    all
}

/// Sums of log scores, not means.
fn sum_of(coefficients: &Coefficients, windows: &[Window]) -> Scores {
    let mut sum = Scores::default();
    for window in windows {
        let fit = WorldFit::new(coefficients, &window.history);
        for (index, log_ratio) in window.future.iter().enumerate() {
            let Some(log_ratio) = log_ratio else { continue };
            sum.windows[index] += 1;
            sum.log_score[index] += fit.ahead((index + 1) as f64).log_score(*log_ratio);
        }
    }
    sum
}

/// What a calibration makes as large as possible: the mean over horizons and panels, with equal
/// weight of panels whatever their size.
pub fn mean_over_panels(coefficients: &Coefficients, panels: &[&[Window]]) -> f64 {
    let sum: f64 = panels.iter().map(|windows| scores(coefficients, windows).mean()).sum();
    sum / panels.len() as f64
}
