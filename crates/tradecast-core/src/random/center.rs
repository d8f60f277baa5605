//! The centre of the space of points: every normal 0, so that each uncertain value is at its
//! median, shocks are absent and no random event arrives.

use super::{PointSource, Variable};

/// The one point at the centre, for all paths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Center;

impl PointSource for Center {
    fn normals(&self, _: Variable, _: u32, _: u64, out: &mut [f64]) {
        out.fill(0.0);
    }

    /// Zero, the end of the open interval: the gap before a first event is then without end.
    fn uniforms(&self, _: Variable, _: u32, _: u64, out: &mut [f64]) {
        out.fill(0.0);
    }

    fn normals_of(&self, _: Variable, _: u32, _: &[u64], out: &mut [f64]) {
        out.fill(0.0);
    }

    fn uniforms_of(&self, _: Variable, _: u32, _: &[u64], out: &mut [f64]) {
        out.fill(0.0);
    }
}
