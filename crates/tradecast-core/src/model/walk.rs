//! The log level of a flow or driver since a reference point in time, step by step.
//!
//! A driver has one walk for each reference that looks at it (the baseline midpoint of a flow, the
//! base year of a deflator): the shocks are shared, only the first step differs in length.

use super::parameters::{Drawn, Parameter, Parameters};
use super::rows::{self, Operand, Rows};
use super::running_year::{RunningRows, RunningYear};
use super::shock::{ShockRows, Shocks};
use crate::forecast::LocalLevel;
use crate::random::{PointSource, Stream, Variable};
use rand::RngExt;
use rand_distr::{Bernoulli, Distribution as _};

/// How a log level moves.
#[derive(Clone, Debug)]
pub enum Motion {
    /// m δ + σ √δv ε a step.
    Random {
        /// ln(1 + median growth) a year.
        drift: Parameter,
        /// σ a year.
        volatility: Parameter,
        /// Row of the shocks.
        shock: usize,
        /// Standard deviation of a year's own disturbance, and what it is drawn from.
        transitory: Option<(Parameter, Variable)>,
    },
    /// A line plus a deviation that decays: the exact discretisation of an Ornstein–Uhlenbeck
    /// process (Uhlenbeck and Ornstein 1930; Gillespie 1996, Phys. Rev. E 54).
    MeanReverting {
        /// ln(1 + trend) a year.
        drift: Parameter,
        /// Half-life of a deviation, in years.
        half_life: Parameter,
        /// Volatility per √year.
        volatility: Parameter,
        /// Row of the shocks.
        shock: usize,
    },
    /// Observed log growth in blocks of geometric length: the stationary bootstrap of Politis and
    /// Romano (1994, JASA 89), circular at the ends.
    Bootstrap {
        /// Log growth from step to step.
        log_growth: Vec<f64>,
        /// Mean length of a block, in steps.
        block_steps: f64,
        /// What blocks are drawn from.
        variable: Variable,
        /// What growth before the first step is drawn from, backwards in time.
        variable_before: Variable,
        /// Steps from the reference to the first step.
        first_steps: usize,
    },
    /// A local level fitted to a history, from year to year.
    Fitted(Fitted),
    /// m δ a step.
    Steady {
        /// ln(1 + growth) a year.
        drift: Parameter,
    },
}

/// The paths of a [`LocalLevel`], whose doc has the formula; all steps of a year have its level.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// The numbers that the history gives.
    pub numbers: LocalLevel,
    /// c, the scale of the path.
    pub spread: Parameter,
    /// Z₀, the error of the drift.
    pub drift_error: Parameter,
    /// Z₁, the error of today's level.
    pub level_error: Parameter,
    /// What is added to the drift.
    pub added_drift: Parameter,
    /// Row of the shocks W.
    pub shock: usize,
    /// What E is drawn from.
    pub transitory: Variable,
    /// Years from the middle of the last observed year to that of the first simulated one.
    pub first_years: f64,
    /// What is booked of the first simulated year; then `numbers` are of the years after it.
    pub running: Option<RunningYear>,
}

/// The log level of one series seen from one reference.
#[derive(Clone, Debug)]
pub struct Walk {
    /// How it moves.
    pub motion: Motion,
    /// Years from the reference to the first step's midpoint.
    pub first_years: f64,
    /// Years that count for the variance of the first step (see docs/method.md).
    pub first_variance_years: f64,
}

/// The walks of a block.
#[derive(Clone, Debug)]
pub struct WalkRows {
    /// Log levels at the current step, a row a walk.
    pub log_levels: Rows,
    /// The path-dependent part without a year's own disturbance, or the deviation from a line.
    states: Rows,
    /// A year's own disturbance, or the log level of a running year.
    disturbances: Rows,
    bootstraps: Vec<Vec<f64>>,
}

/// What a walk is moved by in one step.
pub struct Move<'a> {
    /// The source of points.
    pub points: &'a dyn PointSource,
    /// The first path of the block.
    pub first_path: u64,
    /// The step.
    pub step: usize,
    /// The step's year, counted from that of the first step.
    pub year: u32,
    /// Whether the step is the first of its year that is simulated.
    pub is_new_year: bool,
    /// The length of a step, in years.
    pub step_years: f64,
    /// The number of steps of the simulation.
    pub steps: usize,
    /// The parameters.
    pub parameters: &'a Parameters,
    /// Their values.
    pub drawn: &'a Drawn,
    /// The step's shocks.
    pub shocks: &'a ShockRows,
}

impl WalkRows {
    /// Room for walks.
    pub fn new(walks: &[Walk], lanes: usize) -> Self {
        let has_disturbance = |walk: &Walk| match &walk.motion {
            Motion::Random { transitory, .. } => transitory.is_some(),
            Motion::Fitted(fitted) => fitted.running.is_some(),
            _ => false,
        };
        let disturbances = if walks.iter().any(has_disturbance) { walks.len() } else { 0 };
        Self {
            log_levels: Rows::new(walks.len(), lanes),
            states: Rows::new(walks.len(), lanes),
            disturbances: Rows::new(disturbances, lanes),
            bootstraps: vec![Vec::new(); walks.len()],
        }
    }

    /// Back to the reference.
    pub fn reset(&mut self) {
        self.states.fill(0.0);
    }
}

impl Walk {
    /// Whether it is the same on all paths as one of another model. Only walks that many scenarios
    /// share are looked into.
    pub fn is_like(
        &self,
        (parameters, shocks): (&Parameters, &Shocks),
        other: &Self,
        (their_parameters, their_shocks): (&Parameters, &Shocks),
    ) -> bool {
        let is_same = |own, theirs| parameters.is_like(own, their_parameters, theirs);
        let is_same_motion = match (&self.motion, &other.motion) {
            (
                Motion::Random { drift, volatility, shock, transitory },
                Motion::Random {
                    drift: their_drift,
                    volatility: their_volatility,
                    shock: their_shock,
                    transitory: their_transitory,
                },
            ) => {
                let (scale, variable) = transitory.unzip();
                let (their_scale, their_variable) = their_transitory.unzip();
                variable == their_variable
                    && parameters.are_like(scale, their_parameters, their_scale)
                    && is_same(*drift, *their_drift)
                    && is_same(*volatility, *their_volatility)
                    && shocks.is_like(
                        (*shock, parameters),
                        their_shocks,
                        (*their_shock, their_parameters),
                    )
            }
            (Motion::Steady { drift }, Motion::Steady { drift: theirs }) => {
                is_same(*drift, *theirs)
            }
            (Motion::Fitted(own), Motion::Fitted(theirs)) => {
                own.numbers == theirs.numbers
                    && own.transitory == theirs.transitory
                    && own.first_years == theirs.first_years
                    && own.running == theirs.running
                    && is_same(own.spread, theirs.spread)
                    && is_same(own.drift_error, theirs.drift_error)
                    && is_same(own.level_error, theirs.level_error)
                    && is_same(own.added_drift, theirs.added_drift)
                    && shocks.is_like(
                        (own.shock, parameters),
                        their_shocks,
                        (theirs.shock, their_parameters),
                    )
            }
            _ => false,
        };
        is_same_motion
            && self.first_years == other.first_years
            && self.first_variance_years == other.first_variance_years
    }

    /// Moves the walk by one step and writes its log level.
    pub fn advance(&self, index: usize, by: &Move<'_>, room: &mut WalkRows) {
        let is_first = by.step == 0;
        let years = if is_first { self.first_years } else { by.step_years };
        let variance_years = if is_first { self.first_variance_years } else { by.step_years };
        let operand = |parameter| by.parameters.operand(parameter, by.drawn);
        match &self.motion {
            Motion::Random { drift, volatility, shock, transitory } => {
                let rows = (room.states.row_mut(index), room.log_levels.row_mut(index));
                let shocks = by.shocks.rows.row(*shock);
                let root = variance_years.sqrt();
                random_step(rows, (operand(*drift), years), (operand(*volatility), root), shocks);
                if let Some((scale, variable)) = transitory {
                    let log_level = room.log_levels.row_mut(index);
                    let disturbance = room.disturbances.row_mut(index);
                    by.points.normals(*variable, by.year, by.first_path, disturbance);
                    add_operand(log_level, operand(*scale), disturbance);
                }
            }
            Motion::MeanReverting { drift, half_life, volatility, shock } => {
                let elapsed = self.first_years + by.step as f64 * by.step_years;
                let shocks = by.shocks.rows.row(*shock);
                let half_life = operand(*half_life);
                decay(room.states.row_mut(index), years, half_life, operand(*volatility), shocks);
                let log_level = room.log_levels.row_mut(index);
                log_level.copy_from_slice(room.states.row(index));
                add_multiple(log_level, operand(*drift), elapsed);
            }
            Motion::Bootstrap { .. } => {
                if is_first {
                    self.draw_blocks(by, &mut room.bootstraps[index], room.states.row(index).len());
                }
                let log_level = room.log_levels.row_mut(index);
                for (lane, value) in log_level.iter_mut().enumerate() {
                    *value = room.bootstraps[index][lane * by.steps + by.step];
                }
            }
            Motion::Fitted(fitted) if by.is_new_year => fitted.advance(index, by, room),
            Motion::Fitted(_) => {}
            Motion::Steady { drift } => {
                let elapsed = self.first_years + by.step as f64 * by.step_years;
                let log_level = room.log_levels.row_mut(index);
                log_level.fill(0.0);
                add_multiple(log_level, operand(*drift), elapsed);
            }
        }
    }

    /// Draws the log levels of all steps of a block, path by path.
    fn draw_blocks(&self, by: &Move<'_>, log_levels: &mut Vec<f64>, lanes: usize) {
        let Motion::Bootstrap { log_growth, block_steps, variable, variable_before, first_steps } =
            &self.motion
        else {
            return;
        };
        log_levels.clear();
        let count = log_growth.len();
        // A new block starts at each step with this chance, so blocks have block_steps on average.
        let restart = Bernoulli::new(1.0 / block_steps).expect("a block of at least one step");
        for lane in 0..lanes {
            let path = by.first_path + lane as u64;
            let mut stream = by.points.stream(*variable, path);
            let mut position = stream.random_range(0..count);
            let mut sum = 0.0;
            if *first_steps > 0 {
                sum = log_growth[position];
                sum += growth_before(
                    (log_growth, position, *first_steps - 1),
                    &restart,
                    &mut by.points.stream(*variable_before, path),
                );
            }
            log_levels.push(sum);
            for _ in 1..by.steps {
                position = if restart.sample(&mut stream) {
                    stream.random_range(0..count)
                } else {
                    (position + 1) % count
                };
                sum += log_growth[position];
                log_levels.push(sum);
            }
        }
    }
}

impl Fitted {
    /// Moves to the next year.
    fn advance(&self, index: usize, by: &Move<'_>, room: &mut WalkRows) {
        let LocalLevel { gap, drift, drift_sd, level_sd, shock_sd, transitory_sd, .. } =
            self.numbers;
        if let Some(running) = &self.running {
            let rows = RunningRows {
                log_level: room.log_levels.row_mut(index),
                state: room.states.row_mut(index),
                running: room.disturbances.row_mut(index),
            };
            return running.advance(self, by, rows);
        }
        let operand = |parameter| by.parameters.operand(parameter, by.drawn);
        let years = self.first_years + f64::from(by.year);
        let state = room.states.row_mut(index);
        let passed: f64 = match by.step {
            0 => {
                add_multiple(state, operand(self.level_error), level_sd);
                self.first_years
            }
            _ => 1.0,
        };
        rows::add_scaled(state, shock_sd * passed.sqrt(), by.shocks.rows.row(self.shock));
        let log_level = room.log_levels.row_mut(index);
        by.points.normals(self.transitory, by.year, by.first_path, log_level);
        rows::scale(log_level, transitory_sd);
        rows::add(log_level, state);
        add_multiple(log_level, operand(self.drift_error), drift_sd * years);
        scale_by(log_level, operand(self.spread));
        rows::add_scalar(log_level, gap + drift * years);
        add_multiple(log_level, operand(self.added_drift), years);
    }
}

/// The sum of `steps` growths before the one at `position`: a stationary bootstrap read backwards
/// in time is one again.
fn growth_before(
    (log_growth, mut position, steps): (&[f64], usize, usize),
    restart: &Bernoulli,
    stream: &mut Stream,
) -> f64 {
    let count = log_growth.len();
    let mut sum = 0.0;
    for _ in 0..steps {
        position = if restart.sample(stream) {
            stream.random_range(0..count)
        } else {
            (position + count - 1) % count
        };
        sum += log_growth[position];
    }
    sum
}

/// log level = state += drift · years + volatility · root · shock
fn random_step(
    (state, log_level): (&mut [f64], &mut [f64]),
    (drift, years): (Operand<'_>, f64),
    (volatility, root): (Operand<'_>, f64),
    shocks: &[f64],
) {
    match (drift, volatility) {
        (Operand::Certain(drift), Operand::Certain(volatility)) => {
            rows::walk(log_level, state, drift * years, volatility * root, shocks);
            return;
        }
        (Operand::Row(drifts), Operand::Certain(volatility)) => {
            rows::add_scaled(state, years, drifts);
            rows::add_scaled(state, volatility * root, shocks);
        }
        (drift, Operand::Row(volatilities)) => {
            add_multiple(state, drift, years);
            rows::add_product(state, root, volatilities, shocks);
        }
    }
    log_level.copy_from_slice(state);
}

/// out = out · operand
pub(super) fn scale_by(out: &mut [f64], operand: Operand<'_>) {
    match operand {
        Operand::Certain(factor) => rows::scale(out, factor),
        Operand::Row(factors) => rows::multiply(out, factors),
    }
}

/// out += factor · operand
pub(super) fn add_multiple(out: &mut [f64], operand: Operand<'_>, factor: f64) {
    match operand {
        Operand::Certain(value) => rows::add_scalar(out, value * factor),
        Operand::Row(values) => rows::add_scaled(out, factor, values),
    }
}

/// out += operand · row
pub fn add_operand(out: &mut [f64], operand: Operand<'_>, row: &[f64]) {
    match operand {
        Operand::Certain(scale) => rows::add_scaled(out, scale, row),
        Operand::Row(scales) => rows::add_product(out, 1.0, scales, row),
    }
}

/// y = e^(−κδ) y + σ √((1 − e^(−2κδ))/(2κ)) ε, with κ = ln 2 / half-life.
fn decay(
    deviation: &mut [f64],
    years: f64,
    half_life: Operand<'_>,
    volatility: Operand<'_>,
    shocks: &[f64],
) {
    let coefficients = |half_life: f64| {
        let kappa = std::f64::consts::LN_2 / half_life;
        let variance = -libm::expm1(-2.0 * kappa * years) / (2.0 * kappa);
        (libm::exp(-kappa * years), variance.sqrt())
    };
    let certain = match half_life {
        Operand::Certain(half_life) => Some(coefficients(half_life)),
        Operand::Row(_) => None,
    };
    for (lane, (y, shock)) in deviation.iter_mut().zip(shocks).enumerate() {
        let (kept, root) = certain.unwrap_or_else(|| coefficients(half_life.at(lane)));
        *y = kept * *y + volatility.at(lane) * root * shock;
    }
}
