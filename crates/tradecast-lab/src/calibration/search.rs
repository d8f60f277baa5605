//! The search for the coefficients with the largest mean log score: BFGS with differences for
//! derivatives, on a scale without bounds.

use super::{Window, mean_over_panels};
use argmin::core::{CostFunction, Error, Executor, Gradient, IterState, State};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use argmin::solver::quasinewton::BFGS;
use std::cell::RefCell;
use tradecast_core::forecast::Coefficients;

/// Coefficients that are searched for: all but tau, which has its own rule.
const FREE: usize = 12;

/// How far a coefficient goes until its effect is of the order of one: divides the search's
/// coordinates, so that one step length serves all. Only the search's speed depends on it.
const SCALES: [f64; FREE] = [0.3, 0.1, 0.5, 1.0, 0.4, 0.8, 0.05, 0.02, 0.8, 0.5, 0.5, 1.0];

/// Half the distance, in scaled coordinates, of the points of a central difference: its error is of
/// the order of 1e-8 (third derivatives of order one), that of rounding 1e-12.
const DIFFERENCE: f64 = 1e-4;

/// The search ends when an iteration gains less.
const LEAST_GAIN: f64 = 1e-9;

/// The cost of a point where the score is no number: no real score comes near.
const IMPOSSIBLE: f64 = 1e6;

/// Where a search starts: plain values that use nothing of the result. A yearly shock of 20 %
/// whatever the size and the length of the history; a transitory variance of exp(−2) of the
/// permanent; no drift; a prior worth 5 years; 10 degrees of freedom; shocks limited to 4 standard
/// deviations, remembered with weight 0.8. Its tau counts until the panels' own is put there.
pub const PLAIN_START: Coefficients = Coefficients {
    a: -1.6,
    b: 0.0,
    c1: 0.0,
    q0: -2.0,
    q1: 0.0,
    q2: 0.0,
    m0: 0.0,
    m1: 0.0,
    ln_nu0: 1.6,
    ln_nu_e: 2.3,
    shock_limit: 4.0,
    memory: 0.8,
    tau: 0.03,
};

/// A search for coefficients.
pub struct Search<'a> {
    /// Windows of each panel, none empty at any horizon.
    pub panels: &'a [&'a [Window]],
    /// Where it starts; its tau is kept.
    pub start: Coefficients,
    /// It ends after so many iterations of some 30 evaluations; 200 are never reached in practice.
    pub iterations: u64,
    /// Called once an iteration, with the number of evaluations and the best mean log score so far.
    pub report: &'a (dyn Fn(u64, f64) + Sync),
}

/// What a search found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The best coefficients.
    pub coefficients: Coefficients,
    /// Their mean log score, over horizons and panels.
    pub log_score: f64,
    /// Evaluations of the mean log score.
    pub evaluations: u64,
    /// Whether it ended because nothing more was to gain, and not at the limit of iterations.
    pub is_converged: bool,
}

impl Search<'_> {
    /// Searches; the result is the best point that was evaluated, however the search ends.
    pub fn run(&self) -> Estimate {
        let start = Best { point: to_point(&self.start), cost: IMPOSSIBLE, evaluations: 0 };
        let best = RefCell::new(start.clone());
        let mut is_converged = false;
        // A search that ends in a corner is started again from there, without what it believed of
        // the curvature: it has converged when that gains nothing.
        let mut left = self.iterations;
        while left > 0 {
            let before = best.borrow().clone();
            let used = self.descend(&before.point, left, &best);
            left = left.saturating_sub(used.max(1));
            is_converged = before.cost - best.borrow().cost < RESTART_GAIN;
            if is_converged {
                break;
            }
        }
        if self.iterations == 0 {
            self.problem(&best).evaluate(&start.point);
        }
        let best = best.into_inner();
        Estimate {
            coefficients: from_point(&best.point, self.start.tau),
            log_score: -best.cost,
            evaluations: best.evaluations,
            is_converged,
        }
    }

    fn problem<'b>(&'b self, best: &'b RefCell<Best>) -> Problem<'b> {
        Problem { search: self, best, last_gradient: RefCell::default() }
    }

    /// One descent by BFGS; the iterations it took. An error of the line search ends it, as its end
    /// does: what was found until then is in `best`.
    fn descend(&self, start: &[f64], iterations: u64, best: &RefCell<Best>) -> u64 {
        let solver = BFGS::new(MoreThuenteLineSearch::new());
        let Ok(solver) = solver.with_tolerance_cost(LEAST_GAIN) else { return iterations };
        let configure = |state: IterState<_, _, _, _, _, _>| {
            state.param(start.to_vec()).inv_hessian(identity()).max_iters(iterations)
        };
        let executor = Executor::new(self.problem(best), solver).configure(configure).timer(false);
        executor.run().map_or(1, |result| result.state.get_iter())
    }
}

/// A restart that gains less than this was not needed.
const RESTART_GAIN: f64 = 1e-7;

fn identity() -> Vec<Vec<f64>> {
    let row = |i: usize| (0..FREE).map(|j| if i == j { 1.0 } else { 0.0 }).collect();
    (0..FREE).map(row).collect()
}

/// The best point so far.
#[derive(Clone)]
struct Best {
    point: Vec<f64>,
    cost: f64,
    evaluations: u64,
}

/// The negative mean log score as a function of scaled coordinates.
struct Problem<'a> {
    search: &'a Search<'a>,
    best: &'a RefCell<Best>,
    /// The line search and the descent ask for the same gradient.
    last_gradient: RefCell<Option<(Vec<f64>, Vec<f64>)>>,
}

impl Problem<'_> {
    fn evaluate(&self, point: &[f64]) -> f64 {
        let coefficients = from_point(point, self.search.start.tau);
        let cost = -mean_over_panels(&coefficients, self.search.panels);
        let cost = if cost.is_finite() { cost } else { IMPOSSIBLE };
        let mut best = self.best.borrow_mut();
        best.evaluations += 1;
        if cost < best.cost {
            (best.point, best.cost) = (point.to_vec(), cost);
        }
        cost
    }

    fn slope(&self, point: &[f64], axis: usize) -> f64 {
        let at = |step: f64| {
            let mut moved = point.to_vec();
            moved[axis] += step;
            self.evaluate(&moved)
        };
        (at(DIFFERENCE) - at(-DIFFERENCE)) / (2.0 * DIFFERENCE)
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
        if let Some((known, gradient)) = &*self.last_gradient.borrow()
            && known == point
        {
            return Ok(gradient.clone());
        }
        let gradient: Vec<f64> = (0..FREE).map(|axis| self.slope(point, axis)).collect();
        *self.last_gradient.borrow_mut() = Some((point.clone(), gradient.clone()));
        let (evaluations, cost) = (self.best.borrow().evaluations, self.best.borrow().cost);
        (self.search.report)(evaluations, -cost);
        Ok(gradient)
    }
}

/// Scaled coordinates: the limit of shocks by its log, the memory by its logit.
fn to_point(coefficients: &Coefficients) -> Vec<f64> {
    let c = coefficients;
    let limit = libm::log(c.shock_limit);
    let memory = libm::log(c.memory / (1.0 - c.memory));
    let free = [c.a, c.b, c.c1, c.q0, c.q1, c.q2, c.m0, c.m1, c.ln_nu0, c.ln_nu_e, limit, memory];
    free.iter().zip(SCALES).map(|(value, scale)| value / scale).collect()
}

/// The inverse of [`to_point`], with a tau.
fn from_point(point: &[f64], tau: f64) -> Coefficients {
    let value = |axis: usize| point[axis] * SCALES[axis];
    Coefficients {
        a: value(0),
        b: value(1),
        c1: value(2),
        q0: value(3),
        q1: value(4),
        q2: value(5),
        m0: value(6),
        m1: value(7),
        ln_nu0: value(8),
        ln_nu_e: value(9),
        shock_limit: libm::exp(value(10)),
        memory: 1.0 / (1.0 + libm::exp(-value(11))),
        tau,
    }
}
