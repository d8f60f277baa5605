//! The log level of a flow or driver over one path, as seen from any date before the first step.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};
use tradecast::forecast::LocalLevel;
use tradecast::nowcast::Nowcast;
use tradecast::scenario::Tails;

/// One series' growth with all that one path drew for it.
pub enum Process {
    /// Random log growth.
    RandomWalk {
        /// Log growth of the median a year.
        drift: f64,
        /// Standard deviation of log growth over a year.
        volatility: f64,
        /// Shocks of unit variance by step, already scaled for persistence.
        shocks: Vec<f64>,
        /// The log disturbance of each step's year.
        transitory: Vec<f64>,
    },
    /// Back to a line.
    MeanReverting {
        /// Log growth of the line a year.
        drift: f64,
        /// Speed of return a year: ln 2 / half-life.
        speed: f64,
        /// Standard deviation per √year.
        volatility: f64,
        /// Shocks of unit variance by step.
        shocks: Vec<f64>,
    },
    /// Log growth from a history.
    Bootstrap {
        /// One log growth a step: `before` steps before the first, then one for each step.
        chain: Vec<f64>,
        /// How many steps the chain begins before the first step.
        before: usize,
    },
    /// A local level whose scale is drawn once.
    Fitted {
        /// The numbers of the fit.
        level: LocalLevel,
        /// √(ν/χ²).
        scale: f64,
        /// What is added to the drift of the log a year.
        added: f64,
        /// What is booked of the first year.
        running: Option<Box<Nowcast>>,
        /// The normals of the drift's error and of the level's.
        errors: [f64; 2],
        /// The normals of permanent and transitory shocks, by year.
        shocks: Vec<[f64; 2]>,
        /// The year of each step, from 0.
        years: Vec<usize>,
        /// Years from the midpoint of the first step to that of its year.
        to_year: f64,
    },
    /// One log growth a year.
    Constant {
        /// Log growth a year.
        drift: f64,
        /// The number of steps.
        steps: usize,
    },
}

impl Process {
    /// The log level at each step's midpoint, relative to a date `first` years before the first
    /// midpoint. `first_variance` years of variance lie between; steps are `step` years long.
    pub fn levels(&self, first: f64, first_variance: f64, step: f64) -> Vec<f64> {
        let span = |t: usize| if t == 0 { first } else { step };
        let elapsed = |t: usize| first + t as f64 * step;
        match self {
            Self::RandomWalk { drift, volatility, shocks, transitory } => {
                let mut level = 0.0;
                let mut levels = Vec::new();
                for t in 0..shocks.len() {
                    let variance = if t == 0 { first_variance } else { step };
                    level += drift * span(t) + volatility * variance.sqrt() * shocks[t];
                    levels.push(level + transitory[t]);
                }
                levels
            }
            Self::MeanReverting { drift, speed, volatility, shocks } => {
                let mut deviation = 0.0;
                let mut levels = Vec::new();
                for t in 0..shocks.len() {
                    let kept = (-speed * span(t)).exp();
                    let spread = ((1.0 - (-2.0 * speed * span(t)).exp()) / (2.0 * speed)).sqrt();
                    deviation = kept * deviation + volatility * spread * shocks[t];
                    levels.push(drift * elapsed(t) + deviation);
                }
                levels
            }
            Self::Bootstrap { chain, before } => {
                let count = whole_steps(first, step)
                    .expect("whole steps from the date to the first midpoint");
                let from = before + 1 - count;
                (0..chain.len() - before).map(|t| chain[from..=before + t].iter().sum()).collect()
            }
            Self::Fitted {
                running: Some(nowcast), scale, added, errors, shocks, years, ..
            } => {
                let of_year =
                    |year: &usize| running(nowcast, (*scale, *added), errors, &shocks[..=*year]);
                years.iter().map(of_year).collect()
            }
            Self::Fitted { level, scale, added, errors, shocks, years, to_year, running: None } => {
                let of_year = |year: &usize| {
                    let passed = first + to_year + *year as f64;
                    let span = |number: usize| if number == 0 { first + to_year } else { 1.0 };
                    let walk: f64 = (0..=*year).map(|n| span(n).sqrt() * shocks[n][0]).sum();
                    let random = passed * level.drift_sd * errors[0]
                        + level.level_sd * errors[1]
                        + level.shock_sd * walk
                        + level.transitory_sd * shocks[*year][1];
                    level.gap + passed * (level.drift + added) + scale * random
                };
                years.iter().map(of_year).collect()
            }
            Self::Constant { drift, steps } => (0..*steps).map(|t| drift * elapsed(t)).collect(),
        }
    }
}

/// The log of a year's total over that of the last whole year: the year being booked where there is
/// one shock, else a later one.
fn running(
    nowcast: &Nowcast,
    (scale, added): (f64, f64),
    errors: &[f64; 2],
    shocks: &[[f64; 2]],
) -> f64 {
    let rest = nowcast.rest.expect("a year not wholly booked");
    let ratio = rest.ratio.location
        + (1.0 - nowcast.weight) * added
        + scale * rest.ratio.scale * shocks[0][0];
    let running = ((nowcast.booked + rest.unit * ratio.exp()) / nowcast.last_total).ln();
    let years = shocks.len() - 1;
    if years == 0 {
        return running;
    }
    let (beyond, level) = (nowcast.beyond, nowcast.beyond.level);
    let surprise = running - beyond.expected - added;
    let drift = level.drift + added + beyond.trend * surprise;
    let walk: f64 = shocks[1..].iter().map(|shock| shock[0]).sum();
    let random = (years as f64 + beyond.head_start) * level.drift_sd * errors[0]
        + level.level_sd * errors[1]
        + level.shock_sd * walk
        + level.transitory_sd * shocks[years][1];
    running - beyond.reverts * surprise + years as f64 * drift + scale * random
}

/// How many steps make up a time, where it is a whole number.
pub fn whole_steps(time: f64, step: f64) -> Option<usize> {
    let count = (time / step).round();
    ((time / step - count).abs() < 1e-6).then_some(count as usize)
}

/// A shock of unit variance from a standard normal.
///
/// For Student-t the quantile of Φ(z), times √((ν − 2)/ν). Taken in the lower tail, where Φ keeps
/// its digits, and mirrored.
pub fn shock(tails: Tails, z: f64) -> f64 {
    match tails {
        Tails::Normal => z,
        Tails::StudentT(freedom) => {
            let student = StudentsT::new(0.0, 1.0, freedom).expect("valid degrees of freedom");
            let lower = student.inverse_cdf(Normal::standard().cdf(-z.abs()));
            -lower.copysign(-z) * ((freedom - 2.0) / freedom).sqrt()
        }
    }
}

/// Persistent normals from independent ones: z(t) = φ^Δ z(t−1) + √(1 − φ^2Δ) η(t), the first one
/// stationary.
pub fn persistent(innovations: &[f64], persistence: f64, step: f64) -> Vec<f64> {
    let kept = persistence.powf(step);
    let mut normals: Vec<f64> = Vec::new();
    for (t, innovation) in innovations.iter().enumerate() {
        normals.push(match t {
            0 => *innovation,
            _ => kept * normals[t - 1] + (1.0 - kept * kept).sqrt() * innovation,
        });
    }
    normals
}

/// What a persistent shock is multiplied by, so that the sum of a year's `steps` shocks of variance
/// 1/steps has variance 1: [ (1/n) Σ_ij φ^(|i−j|/n) ]^(−1/2).
pub fn persistence_scale(persistence: f64, steps: usize) -> f64 {
    let mut sum = 0.0;
    for i in 0..steps {
        for j in 0..steps {
            sum += persistence.powf(i.abs_diff(j) as f64 / steps as f64);
        }
    }
    (sum / steps as f64).powf(-0.5)
}
