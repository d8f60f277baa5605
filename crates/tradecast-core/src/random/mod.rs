//! Random numbers as a pure function of names: seed, variable, slot and path determine a draw.
//!
//! There is no state, so the same numbers come out on any number of threads, in any order and for
//! any division of the paths.

mod center;
mod coordinate;
mod held;
mod philox;
mod pick_freeze;
mod pinned;
mod quasi;
mod sobol;
mod stream;
mod tape;
mod variable;

pub use self::sobol::Sobol;
pub use center::Center;
pub use coordinate::{Coordinate, Given, Survey};
pub use held::Held;
pub use philox::{Philox, philox4x32_10};
pub use pick_freeze::{Origin, PickFreeze, SECOND_PATHS};
pub use pinned::{Pin, Pinned};
pub use quasi::{Quasi, ROUND, SCRAMBLINGS, STRETCH};
pub use stream::Stream;
pub use tape::Tape;
pub use variable::Variable;

/// Paths are drawn in aligned groups of this many.
pub const GROUP: usize = 16;

/// A source of points: standard normals and uniforms by variable, slot and path.
pub trait PointSource: Sync {
    /// Standard normals of `variable` at `slot` for paths `first_path .. first_path + out.len()`.
    ///
    /// `first_path` and `out.len()` are multiples of [`GROUP`].
    fn normals(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]);

    /// Uniforms in the open interval (0, 1), same addressing.
    fn uniforms(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]);

    /// The same normals for a list of paths in any order: for what few paths of a block need.
    fn normals_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]);

    /// The same uniforms for a list of paths.
    fn uniforms_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]);

    /// The numbers of a variable on one path whose count is not known beforehand.
    fn stream(&self, variable: Variable, path: u64) -> Stream {
        Stream::new(variable, path)
    }
}
