//! The numbers that make up a point, one by one: what a model asks for, and points some of whose
//! numbers are given.

use super::{Philox, PointSource, Variable};
use crate::numeric::interpolation::cdf_slice;
use crate::numeric::normal;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Events of a disruption whose numbers are surveyed; later ones are left to chance.
const EVENTS: u32 = 2;

/// One number of a point, as the standard normal that it is or stands for: u = Φ(z).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Coordinate {
    /// The variable.
    pub variable: Variable,
    /// Its slot.
    pub slot: u32,
    /// Whether the model asks for the uniform.
    pub is_uniform: bool,
}

impl Coordinate {
    /// The plain normals of a range of paths; for a uniform, its quantiles.
    pub fn normals(&self, first_path: u64, out: &mut [f64]) {
        if self.is_uniform {
            Philox.uniforms(self.variable, self.slot, first_path, out);
            out.iter_mut().for_each(|u| *u = normal::quantile(*u));
        } else {
            Philox.normals(self.variable, self.slot, first_path, out);
        }
    }
}

/// Notes which numbers are asked for. Every disruption has its first two events at once, so that
/// theirs are among them.
#[derive(Debug, Default)]
pub struct Survey {
    seen: Mutex<Vec<Coordinate>>,
}

impl Survey {
    /// The numbers asked for so far, each once, in order of asking.
    pub fn coordinates(self) -> Vec<Coordinate> {
        self.seen.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, variable: Variable, slot: u32, is_uniform: bool) {
        let coordinate = Coordinate { variable, slot, is_uniform };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.contains(&coordinate) {
            seen.push(coordinate);
        }
    }
}

impl PointSource for Survey {
    fn normals(&self, variable: Variable, slot: u32, _: u64, out: &mut [f64]) {
        self.note(variable, slot, false);
        out.fill(0.0);
    }

    fn uniforms(&self, variable: Variable, slot: u32, _: u64, out: &mut [f64]) {
        self.uniforms_of(variable, slot, &[], out);
    }

    fn normals_of(&self, variable: Variable, slot: u32, _: &[u64], out: &mut [f64]) {
        if slot < EVENTS {
            self.note(variable, slot, false);
        }
        out.fill(0.0);
    }

    /// Close to 1, a gap of almost nothing, for the first events; then close to 0, without end.
    fn uniforms_of(&self, variable: Variable, slot: u32, _: &[u64], out: &mut [f64]) {
        if slot < EVENTS {
            self.note(variable, slot, true);
        }
        out.fill(if slot < EVENTS { 1.0 - f64::EPSILON } else { f64::MIN_POSITIVE });
    }
}

/// The points of a block of paths, some of whose numbers are given; Philox has the others.
#[derive(Clone, Debug)]
pub struct Given {
    rows: HashMap<Coordinate, usize>,
    values: Vec<f64>,
    lanes: usize,
    first_path: u64,
}

impl Given {
    /// Room for blocks of `lanes` paths with these numbers given.
    pub fn new(coordinates: &[Coordinate], lanes: usize) -> Self {
        Self {
            rows: coordinates.iter().enumerate().map(|(row, key)| (*key, row)).collect(),
            values: vec![0.0; coordinates.len() * lanes],
            lanes,
            first_path: 0,
        }
    }

    /// The number of paths of a block.
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// Starts a block of paths.
    pub fn start(&mut self, first_path: u64) {
        self.first_path = first_path;
    }

    /// The given normals of the coordinate with this position, to be written.
    pub fn row_mut(&mut self, position: usize) -> &mut [f64] {
        &mut self.values[position * self.lanes..(position + 1) * self.lanes]
    }

    /// The given normals of the coordinate with this position.
    pub fn row(&self, position: usize) -> &[f64] {
        &self.values[position * self.lanes..(position + 1) * self.lanes]
    }

    fn given(&self, variable: Variable, slot: u32, is_uniform: bool) -> Option<&[f64]> {
        let row = *self.rows.get(&Coordinate { variable, slot, is_uniform })?;
        Some(self.row(row))
    }

    fn pick(&self, row: &[f64], paths: &[u64], out: &mut [f64]) {
        for (out, path) in out.iter_mut().zip(paths) {
            *out = row[(path - self.first_path) as usize];
        }
    }
}

impl PointSource for Given {
    fn normals(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]) {
        match self.given(variable, slot, false) {
            Some(row) => out.copy_from_slice(row),
            None => Philox.normals(variable, slot, first_path, out),
        }
    }

    fn uniforms(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]) {
        match self.given(variable, slot, true) {
            Some(row) => {
                out.copy_from_slice(row);
                cdf_slice(out);
            }
            None => Philox.uniforms(variable, slot, first_path, out),
        }
    }

    fn normals_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]) {
        match self.given(variable, slot, false) {
            Some(row) => self.pick(row, paths, out),
            None => Philox.normals_of(variable, slot, paths, out),
        }
    }

    fn uniforms_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]) {
        match self.given(variable, slot, true) {
            Some(row) => {
                self.pick(row, paths, out);
                cdf_slice(out);
            }
            None => Philox.uniforms_of(variable, slot, paths, out),
        }
    }
}
