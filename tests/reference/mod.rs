//! Truth from elsewhere: a slow and plain simulator of a scenario, closed forms and quadratures.
//!
//! Written from DESIGN.md sections 3 and 4 alone, without a look at the model and the engine; of
//! the crate it uses the typed scenario and the map from a normal to an uncertain value. Here std
//! maths, nalgebra, statrs and rand's own generators are welcome: nothing here has to repeat to
//! the bit on another machine.

#![allow(
    dead_code,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::needless_range_loop
)]

pub mod closed_forms;
pub mod copula;
pub mod growth;
pub mod quadrature;
pub mod simulator;
pub mod timeline;
pub mod two_student_flows;
