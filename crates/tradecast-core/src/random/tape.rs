//! The numbers of a block of paths, drawn once for many evaluations.

use super::{Coordinate, Philox, PointSource, Variable};
use std::collections::HashMap;

/// The plain points of a block of paths: numbers that are known to be asked for are drawn once,
/// others when they are asked for. The same numbers as [`Philox`] has.
#[derive(Clone, Debug)]
pub struct Tape {
    coordinates: Vec<Coordinate>,
    rows: HashMap<Coordinate, usize>,
    values: Vec<f64>,
    lanes: usize,
    first_path: u64,
}

impl Tape {
    /// Room for these numbers of blocks of `lanes` paths, a multiple of [`super::GROUP`].
    pub fn new(coordinates: &[Coordinate], lanes: usize) -> Self {
        Self {
            coordinates: coordinates.to_vec(),
            rows: coordinates.iter().enumerate().map(|(row, key)| (*key, row)).collect(),
            values: vec![0.0; coordinates.len() * lanes],
            lanes,
            first_path: 0,
        }
    }

    /// Draws the numbers of the paths `first_path ..`, a multiple of [`super::GROUP`].
    pub fn draw(&mut self, first_path: u64) {
        self.first_path = first_path;
        for (coordinate, row) in self.coordinates.iter().zip(self.values.chunks_mut(self.lanes)) {
            let Coordinate { variable, slot, is_uniform } = *coordinate;
            if is_uniform {
                Philox.uniforms(variable, slot, first_path, row)
            } else {
                Philox.normals(variable, slot, first_path, row)
            }
        }
    }

    /// The first path of the block.
    pub fn first_path(&self) -> u64 {
        self.first_path
    }

    fn row(&self, variable: Variable, slot: u32, is_uniform: bool) -> Option<&[f64]> {
        let row = *self.rows.get(&Coordinate { variable, slot, is_uniform })?;
        Some(&self.values[row * self.lanes..(row + 1) * self.lanes])
    }

    fn pick(&self, row: &[f64], paths: &[u64], out: &mut [f64]) {
        for (out, path) in out.iter_mut().zip(paths) {
            *out = row[(path - self.first_path) as usize];
        }
    }
}

impl PointSource for Tape {
    fn normals(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]) {
        match self.row(variable, slot, false) {
            Some(row) => out.copy_from_slice(row),
            None => Philox.normals(variable, slot, first_path, out),
        }
    }

    fn uniforms(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]) {
        match self.row(variable, slot, true) {
            Some(row) => out.copy_from_slice(row),
            None => Philox.uniforms(variable, slot, first_path, out),
        }
    }

    fn normals_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]) {
        match self.row(variable, slot, false) {
            Some(row) => self.pick(row, paths, out),
            None => Philox.normals_of(variable, slot, paths, out),
        }
    }

    fn uniforms_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]) {
        match self.row(variable, slot, true) {
            Some(row) => self.pick(row, paths, out),
            None => Philox.uniforms_of(variable, slot, paths, out),
        }
    }
}
