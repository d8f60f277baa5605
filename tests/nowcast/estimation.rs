//! How the shipped share coefficients were found, and how they do where they were not.

use super::panel::{Case, whole};
use super::scores;
use argmin::core::{CostFunction, Error, Executor, Gradient};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::BFGS;
use rayon::prelude::*;
use std::cell::RefCell;
use tradecast::nowcast::ShareCoefficients;
use tradecast::numeric::special;

/// Booked months at which the rest is scored.
const BOOKED: [usize; 5] = [1, 3, 6, 9, 11];
/// Coefficients.
const FREE: usize = 12;
/// Half the distance of the points of a central difference.
const DIFFERENCE: f64 = 1e-4;
/// The search ends when an iteration gains less.
const LEAST_GAIN: f64 = 1e-7;
/// Blocks of years, and of partners, that are left out in turn.
const FOLDS: usize = 4;

fn logit(p: f64) -> f64 {
    libm::log(p / (1.0 - p))
}

fn inverse_logit(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

fn to_point(c: &ShareCoefficients) -> Vec<f64> {
    vec![
        c.share_years,
        c.share_years_slope,
        logit(c.share_memory),
        logit(c.recency),
        libm::log(c.pseudo_share),
        c.noise,
        c.noise_slope,
        c.drift_within,
        c.variance_years,
        logit(c.variance_memory),
        c.early,
        c.caution,
    ]
}

fn from_point(point: &[f64]) -> ShareCoefficients {
    ShareCoefficients {
        share_years: point[0],
        share_years_slope: point[1],
        share_memory: inverse_logit(point[2]),
        recency: inverse_logit(point[3]),
        pseudo_share: libm::exp(point[4]),
        noise: point[5],
        noise_slope: point[6],
        drift_within: point[7],
        variance_years: point[8],
        variance_memory: inverse_logit(point[9]),
        early: point[10],
        caution: point[11],
    }
}

/// The mean log score of the log of the rest, over cases whose rest is above 0.
fn log_score(shares: &ShareCoefficients, cases: &[&Case]) -> f64 {
    let of_case = |case: &&Case| BOOKED.map(|booked| log_density(shares, case, booked));
    let scores: Vec<[Option<f64>; 5]> = cases.par_iter().map(of_case).collect();
    let scores: Vec<f64> = scores.into_iter().flatten().flatten().collect();
    scores.iter().sum::<f64>() / scores.len() as f64
}

fn log_density(shares: &ShareCoefficients, case: &Case, booked: usize) -> Option<f64> {
    let open: f64 = case.months[booked..].iter().sum();
    let rest = case.nowcast(shares, booked).rest?;
    let z = (libm::log(open / rest.unit) - rest.ratio.location) / rest.ratio.scale;
    let density = special::student_t_density(z, rest.ratio.df);
    (open > 0.0).then(|| libm::log(density / rest.ratio.scale))
}

struct Problem<'a> {
    cases: &'a [&'a Case],
    best: &'a RefCell<(f64, Vec<f64>)>,
    /// The line search and the descent ask for the same gradient.
    last_gradient: RefCell<(Vec<f64>, Vec<f64>)>,
}

impl Problem<'_> {
    fn evaluate(&self, point: &[f64]) -> f64 {
        let cost = -log_score(&from_point(point), self.cases);
        let mut best = self.best.borrow_mut();
        if cost < best.0 {
            *best = (cost, point.to_vec());
        }
        if cost.is_finite() { cost } else { 1e6 }
    }
}

impl CostFunction for Problem<'_> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, point: &Vec<f64>) -> Result<f64, Error> {
        Ok(self.evaluate(point))
    }
}

impl Gradient for Problem<'_> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, point: &Vec<f64>) -> Result<Vec<f64>, Error> {
        if self.last_gradient.borrow().0 == *point {
            return Ok(self.last_gradient.borrow().1.clone());
        }
        let slope = |axis: usize| {
            let at = |step: f64| {
                let mut moved = point.clone();
                moved[axis] += step;
                self.evaluate(&moved)
            };
            (at(DIFFERENCE) - at(-DIFFERENCE)) / (2.0 * DIFFERENCE)
        };
        let gradient: Vec<f64> = (0..FREE).map(slope).collect();
        *self.last_gradient.borrow_mut() = (point.clone(), gradient.clone());
        Ok(gradient)
    }
}

/// The coefficients with the largest mean log score, by BFGS from `start`.
fn estimate(start: &ShareCoefficients, cases: &[&Case], iterations: u64) -> ShareCoefficients {
    let best = RefCell::new((f64::INFINITY, to_point(start)));
    let solver = BFGS::new(MoreThuenteLineSearch::new()).with_tolerance_cost(LEAST_GAIN);
    let row = |i: usize| (0..FREE).map(|j| if i == j { 1.0 } else { 0.0 }).collect();
    let identity: Vec<Vec<f64>> = (0..FREE).map(row).collect();
    let problem = Problem { cases, best: &best, last_gradient: RefCell::default() };
    let executor = Executor::new(problem, solver.expect("a tolerance"))
        .configure(|state| state.param(to_point(start)).inv_hessian(identity).max_iters(iterations))
        .timer(false);
    // A line search that finds nothing better ends it: what was found until then is in `best`.
    if let Err(error) = executor.run() {
        println!("the search ended with: {error}");
    }
    from_point(&best.into_inner().1)
}

/// Plain values that use nothing of the result.
const PLAIN: ShareCoefficients = ShareCoefficients {
    share_years: 1.6,
    share_years_slope: 0.0,
    share_memory: 0.8,
    recency: 0.7,
    pseudo_share: 0.05,
    noise: -3.0,
    noise_slope: 0.0,
    drift_within: -1.0,
    variance_years: 1.6,
    variance_memory: 0.8,
    early: 0.0,
    caution: 0.0,
};

/// Fits the shipped coefficients again, then without each block of years and of partners, and scores
/// each block with what the others taught.
#[test]
#[ignore = "takes minutes: the command is in docs/truth.md"]
fn fits_again_and_cross_validates() {
    let Some(cases) = whole() else { return };
    let all: Vec<&Case> = cases.iter().collect();
    println!("shipped: mean log score {:.5}", log_score(&ShareCoefficients::SHIPPED, &all));
    let full = estimate(&PLAIN, &all, 60);
    println!("all {} cases: mean log score {:.5} {full:#?}", all.len(), log_score(&full, &all));
    let (first, last) = (cases.iter().map(|c| c.year).min(), cases.iter().map(|c| c.year).max());
    let (first, span) = (first.unwrap_or(0), last.unwrap_or(0) - first.unwrap_or(0) + 1);
    let block = |case: &Case| ((case.year - first) * FOLDS as i32 / span) as usize;
    cross_validate("blocks of years", &full, &all, &block);
    cross_validate("partners", &full, &all, &|case| case.partner % FOLDS);
}

fn cross_validate(
    name: &str,
    full: &ShareCoefficients,
    all: &[&Case],
    fold: &dyn Fn(&Case) -> usize,
) {
    let mut fits = Vec::new();
    for left_out in 0..FOLDS {
        let rest: Vec<&Case> = all.iter().copied().filter(|c| fold(c) != left_out).collect();
        fits.push(estimate(full, &rest, 12));
    }
    let of_case: Vec<usize> = all.iter().map(|case| fold(case)).collect();
    println!("{name} left out in turn ({FOLDS}); in brackets all in");
    for booked in [3, 6, 9] {
        let scored = |shares: &dyn Fn(usize) -> ShareCoefficients| {
            let tasks: Vec<ShareCoefficients> = (0..all.len()).map(shares).collect();
            let of = |(case, shares): (&&Case, ShareCoefficients)| {
                let nowcast = case.nowcast(&shares, booked);
                let p = nowcast.cdf(case.total());
                (scores::of_nowcast(&nowcast, case), f64::from(u8::from((0.1..=0.9).contains(&p))))
            };
            let pairs: Vec<(f64, f64)> = all.par_iter().zip(tasks).map(of).collect();
            let covered: Vec<f64> = pairs.iter().map(|pair| pair.1).collect();
            let mean = |sum: f64| sum / pairs.len() as f64;
            let crps = mean(pairs.iter().map(|pair| pair.0).sum());
            (crps, mean(covered.iter().sum()), scores::clustered(&covered, all))
        };
        let (crps, covered, error) = scored(&|i| fits[of_case[i]]);
        let (full_crps, full_covered, _) = scored(&|_| *full);
        println!(
            "{booked} months: CRPS {crps:.4} ({full_crps:.4}), covered {covered:.4} ({full_covered:.4}), standard error {error:.4}"
        );
    }
}
