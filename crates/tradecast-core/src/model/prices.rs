//! Constant prices: amounts divided by a driver that is 1 at the midpoint of its base year.

use super::rows::{self, Rows};
use crate::numeric::elementary::exp_slice;

/// A price index.
#[derive(Clone, Debug)]
pub struct Deflator {
    /// The index as it moves with the steps, from its base year or, where that lies later than the
    /// first step, from the first step.
    pub walk: usize,
    /// The walk as seen from each flow's baseline midpoint: what deflates the baseline.
    pub from_baselines: Vec<usize>,
    /// Where the base year's midpoint lies after the first step's: the step before it and the
    /// share of the way to the next step.
    pub base: Option<(usize, f64)>,
}

/// The price index of a block; empty under current prices.
#[derive(Clone, Debug)]
pub struct PriceRows {
    /// Log level, a row a step.
    log_levels: Rows,
    /// Log level of the first step as seen from each flow's baseline, a row a flow.
    at_baselines: Rows,
    /// One over the index, a row a step.
    pub factors: Rows,
    /// Log level of the base year.
    base: Rows,
}

impl PriceRows {
    /// Room for a block.
    pub fn new(is_needed: bool, steps: usize, flows: usize, lanes: usize) -> Self {
        let rows = |count| Rows::new(if is_needed { count } else { 0 }, lanes);
        Self {
            log_levels: rows(steps),
            at_baselines: rows(flows),
            factors: rows(steps),
            base: rows(1),
        }
    }

    /// Keeps the log levels of a step for [`PriceRows::deflate`].
    pub fn keep(&mut self, deflator: &Deflator, step: usize, log_levels: &Rows) {
        self.log_levels.row_mut(step).copy_from_slice(log_levels.row(deflator.walk));
        if step == 0 {
            for (flow, walk) in deflator.from_baselines.iter().enumerate() {
                self.at_baselines.row_mut(flow).copy_from_slice(log_levels.row(*walk));
            }
        }
    }

    /// Divides the flows of all steps (row `step × flows + flow`) and the baselines by the index.
    pub fn deflate(&mut self, deflator: &Deflator, flows: &mut Rows, baselines: &mut Rows) {
        let base = self.base.row_mut(0);
        base.fill(0.0);
        if let Some((step, share)) = deflator.base {
            rows::add_scaled(base, 1.0 - share, self.log_levels.row(step));
            rows::add_scaled(base, share, self.log_levels.row(step + 1));
        }
        let count = deflator.from_baselines.len();
        for step in 0..self.factors.count() {
            let factor = self.factors.row_mut(step);
            factor.copy_from_slice(base);
            rows::add_scaled(factor, -1.0, self.log_levels.row(step));
            exp_slice(factor);
            for flow in 0..count {
                rows::multiply(flows.row_mut(step * count + flow), factor);
            }
        }
        for flow in 0..count {
            let factor = self.at_baselines.row_mut(flow);
            rows::add_scaled(factor, 1.0, base);
            rows::add_scaled(factor, -1.0, self.log_levels.row(0));
            exp_slice(factor);
            rows::multiply(baselines.row_mut(flow), factor);
        }
    }
}
