//! What each flow, intervention and disruption contributes to a total, path by path.
//!
//! An amount that several factors bring together is shared by log-mean weights (Ang 2004, "LMDI"):
//! factor k of a product Π gets ln f_k (Π − 1)/ln Π of the relative change Π − 1, so that the parts
//! sum to the whole whatever the order.

use super::{Block, Model, TargetModel};

/// Contributions on one path: flows, then interventions, then disruptions.
#[derive(Clone, Debug)]
pub struct Contributions {
    /// One amount an item, in single units of the currency.
    pub amounts: Vec<f64>,
    flows: usize,
    interventions: usize,
    factors: Vec<(usize, f64)>,
}

impl Contributions {
    /// Room for a model's items.
    pub fn new(model: &Model) -> Self {
        let (flows, interventions) = (model.flows.len(), model.interventions.len());
        let items = flows + interventions + model.disruptions.len();
        Self { amounts: vec![0.0; items], flows, interventions, factors: Vec::new() }
    }

    /// Computes the contributions to a target's total in its own period on one path of a block.
    pub fn compute(&mut self, model: &Model, block: &Block, target: &TargetModel, lane: usize) {
        self.amounts.fill(0.0);
        for step in target.own_steps() {
            let price = match model.deflator {
                Some(_) => block.prices.factors.row(step)[lane],
                None => 1.0,
            };
            for flow in &target.flows {
                self.add_flow(model, block, (step, *flow, lane), price);
            }
        }
    }

    fn add_flow(
        &mut self,
        model: &Model,
        block: &Block,
        (step, flow, lane): (usize, usize, usize),
        price: f64,
    ) {
        let flow_model = &model.flows[flow];
        let Some(levels) = block.levels(flow, step) else {
            // Nothing acts on flows: they are levels, and deflated already.
            self.amounts[flow] += block.flow(flow, step)[lane];
            return;
        };
        let level = levels[lane] * price;
        self.amounts[flow] += level;
        let active = |k: usize| block.active(k, step)[lane] * block.effective.row(k)[lane];
        let value = |parameter| model.parameters.operand(parameter, block.drawn()).at(lane);
        self.factors.clear();
        let lifts = flow_model.lifts.iter().map(|(k, by)| (*k, 1.0 + value(*by) * active(*k)));
        self.factors.extend(lifts);
        let lifted = self.share(level, self.flows);
        let mut gross = level + lifted;
        for (k, per_year) in &flow_model.adds {
            let factor = model.timeline.step_years() * model.interventions[*k].season_factor;
            let amount = factor * value(*per_year) * active(*k) * price;
            self.amounts[self.flows + k] += amount;
            gross += amount;
        }
        self.factors.clear();
        let steps = model.timeline.steps;
        let kept = |d: &usize| (*d, 1.0 - block.losses.row(d * steps + step)[lane]);
        self.factors.extend(flow_model.disruptions.iter().map(kept));
        self.share(gross, self.flows + self.interventions);
    }

    /// Gives each factor its part of `amount` · (Π f − 1), to the items from `first`; returns the
    /// whole.
    fn share(&mut self, amount: f64, first: usize) -> f64 {
        let product: f64 = self.factors.iter().map(|factor| factor.1).product();
        let zeros = self.factors.iter().filter(|factor| factor.1 <= 0.0).count();
        let log_product = libm::log(product);
        // (Π − 1)/ln Π, whose limit at Π = 1 is 1.
        let mean = if log_product == 0.0 { 1.0 } else { (product - 1.0) / log_product };
        for (item, factor) in &self.factors {
            // Its logarithm is 0.
            if *factor == 1.0 {
                continue;
            }
            let part = match zeros {
                0 if *factor == product => log_product * mean,
                0 => libm::log(*factor) * mean,
                // The limit where one factor goes to zero: it takes all.
                _ if *factor <= 0.0 => -1.0 / zeros as f64,
                _ => 0.0,
            };
            self.amounts[first + item] += part * amount;
        }
        amount * (product - 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(amount: f64, factors: &[f64]) -> (Vec<f64>, f64) {
        let mut contributions = Contributions {
            amounts: vec![0.0; factors.len()],
            flows: 0,
            interventions: 0,
            factors: factors.iter().copied().enumerate().collect(),
        };
        let whole = contributions.share(amount, 0);
        (contributions.amounts, whole)
    }

    #[test]
    fn parts_sum_to_the_whole_and_equal_factors_share_alike() {
        let (parts, whole) = shares(10.0, &[1.5, 1.5, 0.9]);
        assert!((whole - 10.0 * (1.5 * 1.5 * 0.9 - 1.0)).abs() < 1e-12);
        assert!((parts.iter().sum::<f64>() - whole).abs() < 1e-12);
        assert_eq!(parts[0], parts[1]);
        assert!(parts[2] < 0.0);
    }

    #[test]
    fn a_factor_of_zero_takes_all() {
        let (parts, whole) = shares(10.0, &[0.0, 0.5]);
        assert_eq!(whole, -10.0);
        assert_eq!(parts, [-10.0, 0.0]);
        assert_eq!(shares(10.0, &[1.0, 1.0]).0, [0.0, 0.0]);
    }

    #[test]
    fn factors_that_cancel_each_keep_their_part() {
        let (parts, whole) = shares(10.0, &[1.25, 0.8]);
        assert_eq!(whole, 0.0);
        assert!((parts[0] - 10.0 * libm::log(1.25)).abs() < 1e-12, "{parts:?}");
        assert!((parts[0] + parts[1]).abs() < 1e-12, "{parts:?}");
    }
}
