//! Scenarios with weights, as one mixture: which of them is right is uncertain too. The weights are
//! assumptions like any other, each with its source.
//!
//! `file` reads an ensemble, `mixture` is the arithmetic, `result` puts both together with what was
//! counted of each member.

mod file;
mod mixture;
mod result;

pub use file::{Ensemble, KEYS, Member};
pub use mixture::{estimate, shares};
pub use result::{Counted, MixedTarget, Mixture, Part, Run, doubts, mix, mixture};
