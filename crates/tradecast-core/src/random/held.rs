//! Points of which some once-a-path normals are held, wholly or in part.

use super::{PointSource, Stream, Variable};
use std::collections::HashMap;

/// The points of a source, but some normals are a constant plus weighted normals of it: what is left
/// to chance of correlated numbers when others of them are known.
#[derive(Clone, Debug)]
pub struct Held<'a, S> {
    /// All other numbers, and those that are weighted.
    pub base: &'a S,
    /// By variable, the constant and what is added to it.
    pub rows: HashMap<Variable, (f64, Vec<(Variable, f64)>)>,
}

impl<S> Held<'_, S> {
    fn write(&self, variable: Variable, out: &mut [f64], base: impl Fn(Variable, &mut [f64])) {
        let Some((constant, parts)) = self.rows.get(&variable) else {
            return base(variable, out);
        };
        out.fill(*constant);
        let mut row = vec![0.0; out.len()];
        for (part, weight) in parts {
            base(*part, &mut row);
            out.iter_mut().zip(&row).for_each(|(out, z)| *out += weight * z);
        }
    }
}

impl<S: PointSource> PointSource for Held<'_, S> {
    fn normals(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]) {
        self.write(variable, out, |of, row| self.base.normals(of, slot, first_path, row));
    }

    fn uniforms(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]) {
        self.base.uniforms(variable, slot, first_path, out);
    }

    fn normals_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]) {
        self.write(variable, out, |of, row| self.base.normals_of(of, slot, paths, row));
    }

    fn uniforms_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]) {
        self.base.uniforms_of(variable, slot, paths, out);
    }

    fn stream(&self, variable: Variable, path: u64) -> Stream {
        self.base.stream(variable, path)
    }
}
