//! Points of which some variables are frozen and the others drawn again.

use super::{PointSource, Stream, Tape, Variable};
use std::collections::HashMap;

/// Second points of a path are the plain points of the path so far beyond it: of no run.
pub const SECOND_PATHS: u64 = 1 << 61;

/// Where the numbers of a variable come from, if not from the first points.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// The second points.
    Second,
    /// A sum over variables, each with the weight of its first and of its second number; of
    /// normals only. Weights a and b of one variable's row with Σ (a² + b²) = 1 keep it standard.
    Blend(Vec<(Variable, f64, f64)>),
}

/// Points of a block whose variables come from the first points, from the second or from both:
/// the pick-freeze design of Sobol (1993) and Saltelli (2002), with blends for correlated inputs.
#[derive(Clone, Debug)]
pub struct PickFreeze<'a> {
    /// The points of the block's paths.
    pub first: &'a Tape,
    /// Those of the paths [`SECOND_PATHS`] beyond.
    pub second: &'a Tape,
    /// By variable; those not named come from the first points.
    pub origins: HashMap<Variable, Origin>,
}

impl PickFreeze<'_> {
    fn blend(&self, parts: &[(Variable, f64, f64)], slot: u32, first_path: u64, out: &mut [f64]) {
        let mut row = vec![0.0; out.len()];
        out.fill(0.0);
        for (variable, of_first, of_second) in parts {
            if *of_first != 0.0 {
                self.first.normals(*variable, slot, first_path, &mut row);
                out.iter_mut().zip(&row).for_each(|(out, z)| *out += of_first * z);
            }
            if *of_second != 0.0 {
                self.second.normals(*variable, slot, first_path + SECOND_PATHS, &mut row);
                out.iter_mut().zip(&row).for_each(|(out, z)| *out += of_second * z);
            }
        }
    }
}

fn beyond(paths: &[u64]) -> Vec<u64> {
    paths.iter().map(|path| path + SECOND_PATHS).collect()
}

impl PointSource for PickFreeze<'_> {
    fn normals(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]) {
        match self.origins.get(&variable) {
            None => self.first.normals(variable, slot, first_path, out),
            Some(Origin::Second) => {
                self.second.normals(variable, slot, first_path + SECOND_PATHS, out);
            }
            Some(Origin::Blend(parts)) => self.blend(parts, slot, first_path, out),
        }
    }

    fn uniforms(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]) {
        match self.origins.get(&variable) {
            Some(Origin::Second) => {
                self.second.uniforms(variable, slot, first_path + SECOND_PATHS, out);
            }
            _ => self.first.uniforms(variable, slot, first_path, out),
        }
    }

    fn normals_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]) {
        match self.origins.get(&variable) {
            Some(Origin::Second) => self.second.normals_of(variable, slot, &beyond(paths), out),
            _ => self.first.normals_of(variable, slot, paths, out),
        }
    }

    fn uniforms_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]) {
        match self.origins.get(&variable) {
            Some(Origin::Second) => self.second.uniforms_of(variable, slot, &beyond(paths), out),
            _ => self.first.uniforms_of(variable, slot, paths, out),
        }
    }

    fn stream(&self, variable: Variable, path: u64) -> Stream {
        match self.origins.get(&variable) {
            Some(Origin::Second) => Stream::new(variable, path + SECOND_PATHS),
            _ => Stream::new(variable, path),
        }
    }
}
