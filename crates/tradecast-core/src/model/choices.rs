//! Yes-or-no questions that single numbers of a point decide: does an intervention happen, does a
//! disruption ever strike? For methods that ask unlikely answers more often than they come.

use super::Model;
use crate::numeric::normal;
use crate::random::Coordinate;

/// A question that one normal z answers: one way below a threshold, the other way from it on.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Choice {
    /// The number that decides.
    pub coordinate: Coordinate,
    /// P(z below the threshold).
    pub below: f64,
    /// The threshold.
    pub threshold: f64,
}

impl Model {
    /// The questions. Where a probability or a rate is itself uncertain, its median stands for it;
    /// where choices are correlated, the threshold is that of an uncorrelated one.
    pub fn choices(&self) -> Vec<Choice> {
        let mut choices = Vec::new();
        for (index, intervention) in self.interventions.iter().enumerate() {
            if self.is_random(index) {
                let variable = self.parameters.variable_of(intervention.chance);
                let coordinate = Coordinate { variable, slot: 0, is_uniform: false };
                let below = self.parameters.median(intervention.chance.probability);
                choices.push(Choice::new(coordinate, below));
            }
        }
        for disruption in &self.disruptions {
            // The first event comes after the gap −ln(u)/rate: within the horizon where u is high.
            let coordinate = Coordinate { variable: disruption.gap, slot: 0, is_uniform: true };
            let events = self.parameters.median(disruption.rate) * self.timeline.horizon_years();
            choices.push(Choice::new(coordinate, libm::exp(-events)));
        }
        choices.retain(|choice| choice.below > 0.0 && choice.below < 1.0);
        choices
    }
}

impl Choice {
    fn new(coordinate: Coordinate, below: f64) -> Self {
        Self { coordinate, below, threshold: normal::quantile(below) }
    }
}
