//! Points of which one number, or one sum of numbers, is fixed.

use super::{Coordinate, PointSource, Tape, Variable};

/// What is fixed.
#[derive(Clone, Debug, PartialEq)]
pub enum Pin {
    /// The sum of normals with these weights, whose squares sum to 1: a standard normal.
    Sum(Vec<(Coordinate, f64)>),
    /// One uniform.
    Uniform(Coordinate),
}

/// Points of a block with something fixed; all else as likely as it is given that.
///
/// The normals e that sum to w·e become e + w (z − w·e): the conditional distribution of e given
/// w·e = z, as close to e as it can be. What is correlated with the sum moves with it.
#[derive(Clone, Debug)]
pub struct Pinned<'a> {
    tape: &'a Tape,
    pin: &'a Pin,
    /// By path, z − w·e; or the uniform.
    shift: Vec<f64>,
}

impl<'a> Pinned<'a> {
    /// The block of a tape with a sum fixed at the normal `z`, or a uniform at `u`.
    pub fn new(tape: &'a Tape, pin: &'a Pin, at: f64, lanes: usize) -> Self {
        let mut shift = vec![at; lanes];
        if let Pin::Sum(weights) = pin {
            let mut row = vec![0.0; lanes];
            for (coordinate, weight) in weights {
                tape.normals(coordinate.variable, coordinate.slot, tape.first_path(), &mut row);
                shift.iter_mut().zip(&row).for_each(|(shift, z)| *shift -= weight * z);
            }
        }
        Self { tape, pin, shift }
    }

    fn weight(&self, variable: Variable, slot: u32) -> Option<f64> {
        let Pin::Sum(weights) = self.pin else { return None };
        let is_it = |(known, _): &&(Coordinate, f64)| {
            known.variable == variable && known.slot == slot && !known.is_uniform
        };
        weights.iter().find(is_it).map(|(_, weight)| *weight)
    }

    fn is_uniform(&self, variable: Variable, slot: u32) -> bool {
        *self.pin == Pin::Uniform(Coordinate { variable, slot, is_uniform: true })
    }
}

impl PointSource for Pinned<'_> {
    fn normals(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]) {
        self.tape.normals(variable, slot, first_path, out);
        if let Some(weight) = self.weight(variable, slot) {
            out.iter_mut().zip(&self.shift).for_each(|(out, shift)| *out += weight * shift);
        }
    }

    fn uniforms(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]) {
        if self.is_uniform(variable, slot) {
            out.copy_from_slice(&self.shift)
        } else {
            self.tape.uniforms(variable, slot, first_path, out)
        }
    }

    fn normals_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]) {
        self.tape.normals_of(variable, slot, paths, out);
        if let Some(weight) = self.weight(variable, slot) {
            for (out, path) in out.iter_mut().zip(paths) {
                *out += weight * self.shift[(path - self.tape.first_path()) as usize];
            }
        }
    }

    fn uniforms_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]) {
        if self.is_uniform(variable, slot) {
            out.fill(self.shift.first().copied().unwrap_or_default())
        } else {
            self.tape.uniforms_of(variable, slot, paths, out)
        }
    }
}
