//! What can vary in a scenario: one key at a time takes another value, all else stays, and all
//! variants see the same paths.

mod error;
mod knob;
mod moved;
mod points;
mod range;

pub use error::VaryError;
pub use knob::{Kind, Knob};
pub use moved::moved;
pub use points::{Look, Point, TOGETHER, simulate, states};
pub use range::{default_range, parse_range};
