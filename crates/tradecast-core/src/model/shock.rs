//! The random shocks of flows and drivers: one standard normal a step, correlated across series,
//! perhaps persistent, with the tails that the scenario names. Unit variance throughout.

use super::mixing::Mixing;
use super::parameters::{Drawn, Parameter, Parameters};
use super::rows::{Operand, Rows};
use crate::numeric::interpolation::NormalTable;
use crate::random::{PointSource, Variable};
use crate::scenario::Tails;

/// The shocks of one series.
#[derive(Clone, Debug)]
pub struct Shock {
    /// What they are drawn from.
    pub variable: Variable,
    /// Student-t quantiles and the factor that gives them unit variance; none for normal tails.
    pub tails: Option<(NormalTable, f64)>,
    /// Correlation of shocks a year apart.
    pub persistence: Option<Parameter>,
}

impl Shock {
    /// The tails of a scenario, prepared.
    pub fn prepare_tails(tails: Tails) -> Option<(NormalTable, f64)> {
        match tails {
            Tails::Normal => None,
            Tails::StudentT(df) => Some((NormalTable::student_t(df), ((df - 2.0) / df).sqrt())),
        }
    }
}

/// All shocks and their correlation.
#[derive(Clone, Debug)]
pub struct Shocks {
    /// One a series that has shocks.
    pub series: Vec<Shock>,
    /// Correlation of the normals.
    pub mixing: Mixing,
    /// The length of a step, in years.
    pub step_years: f64,
    /// Steps in a year.
    pub steps_per_year: usize,
}

/// The shocks of a block: this step's, and the persistent normals carried from step to step.
#[derive(Clone, Debug)]
pub struct ShockRows {
    /// Shocks of the step, a row a series.
    pub rows: Rows,
    carried: Rows,
}

impl Shocks {
    /// Room for a block.
    pub fn room(&self, lanes: usize) -> ShockRows {
        let count = self.series.len();
        let carried = if self.series.iter().any(|s| s.persistence.is_some()) { count } else { 0 };
        ShockRows { rows: Rows::new(count, lanes), carried: Rows::new(carried, lanes) }
    }

    /// Whether one series has the same shocks on all paths as one of another model.
    pub fn is_like(
        &self,
        (row, parameters): (usize, &Parameters),
        other: &Self,
        (their_row, their_parameters): (usize, &Parameters),
    ) -> bool {
        let (own, theirs) = (&self.series[row], &other.series[their_row]);
        parameters.are_like(own.persistence, their_parameters, theirs.persistence)
            && (own.variable, &own.tails) == (theirs.variable, &theirs.tails)
            && self.sources(row) == other.sources(their_row)
    }

    /// The variables that a series' shocks are mixed from, with their weights; itself alone where
    /// they are correlated with nothing.
    pub fn mixed_from(&self, row: usize) -> Vec<(Variable, f64)> {
        let sources = self.sources(row);
        if sources.is_empty() { vec![(self.series[row].variable, 1.0)] } else { sources }
    }

    /// The variables that a series' shocks are mixed from, with their weights.
    fn sources(&self, row: usize) -> Vec<(Variable, f64)> {
        let weights = self.mixing.weights(row).into_iter();
        weights.map(|(row, weight)| (self.series[row].variable, weight)).collect()
    }

    /// Draws the shocks of a step. Steps must come in order: persistent shocks build on the last.
    pub fn draw(
        &self,
        points: &dyn PointSource,
        first_path: u64,
        step: usize,
        (parameters, drawn): (&Parameters, &Drawn),
        room: &mut ShockRows,
    ) {
        for (index, shock) in self.series.iter().enumerate() {
            points.normals(shock.variable, step as u32, first_path, room.rows.row_mut(index));
        }
        self.mixing.apply(&mut room.rows);
        for (index, shock) in self.series.iter().enumerate() {
            if let Some(persistence) = shock.persistence {
                let phi = parameters.operand(persistence, drawn);
                self.persist(phi, step, room.rows.row_mut(index), room.carried.row_mut(index));
            }
            if let Some((table, unit)) = &shock.tails {
                let row = room.rows.row_mut(index);
                table.map_slice(row);
                row.iter_mut().for_each(|value| *value *= unit);
            }
            if let Some(persistence) = shock.persistence {
                let phi = parameters.operand(persistence, drawn);
                self.scale_to_a_year(phi, room.rows.row_mut(index));
            }
        }
    }

    /// z(t) = φ^δ z(t−1) + √(1 − φ^2δ) η(t), from a stationary start.
    fn persist(&self, phi: Operand<'_>, step: usize, row: &mut [f64], carried: &mut [f64]) {
        for (lane, (z, before)) in row.iter_mut().zip(carried).enumerate() {
            if step > 0 {
                let kept = libm::pow(phi.at(lane), self.step_years);
                *z = kept * *before + (1.0 - kept * kept).sqrt() * *z;
            }
            *before = *z;
        }
    }

    /// Scales shocks so that log growth over one year keeps its variance: the variance of the mean
    /// of n shocks with correlation ρ^|i−j| is Σ_ij ρ^|i−j| / n², against 1/n for independent ones.
    fn scale_to_a_year(&self, phi: Operand<'_>, row: &mut [f64]) {
        let steps = self.steps_per_year;
        if steps == 1 {
            return;
        }
        let factor = |phi: f64| {
            let rho = libm::pow(phi, self.step_years);
            let (mut sum, mut power) = (steps as f64, 1.0);
            for lag in 1..steps {
                power *= rho;
                sum += 2.0 * (steps - lag) as f64 * power;
            }
            (steps as f64 / sum).sqrt()
        };
        match phi {
            Operand::Certain(phi) => {
                let factor = factor(phi);
                row.iter_mut().for_each(|value| *value *= factor);
            }
            Operand::Row(values) => {
                row.iter_mut().zip(values).for_each(|(value, phi)| *value *= factor(*phi));
            }
        }
    }
}
