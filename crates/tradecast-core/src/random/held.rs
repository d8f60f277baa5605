//! Points of which some once-a-path normals are held, wholly or in part.

use super::{Philox, PointSource, Variable};
use std::collections::HashMap;

/// The plain points of paths, but some normals are a constant plus weighted plain normals: what is
/// left to chance of correlated numbers when others of them are known.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// By variable, the constant and what is added to it; all other variables are plain.
    pub rows: HashMap<Variable, (f64, Vec<(Variable, f64)>)>,
}

impl Held {
    fn write(&self, variable: Variable, out: &mut [f64], plain: impl Fn(Variable, &mut [f64])) {
        let Some((constant, parts)) = self.rows.get(&variable) else {
            return plain(variable, out);
        };
        out.fill(*constant);
        let mut row = vec![0.0; out.len()];
        for (part, weight) in parts {
            plain(*part, &mut row);
            out.iter_mut().zip(&row).for_each(|(out, z)| *out += weight * z);
        }
    }
}

impl PointSource for Held {
    fn normals(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]) {
        self.write(variable, out, |of, row| Philox.normals(of, slot, first_path, row));
    }

    fn uniforms(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]) {
        Philox.uniforms(variable, slot, first_path, out);
    }

    fn normals_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]) {
        self.write(variable, out, |of, row| Philox.normals_of(of, slot, paths, row));
    }

    fn uniforms_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]) {
        Philox.uniforms_of(variable, slot, paths, out);
    }
}
