//! What a running year's booked months say of its total and of the years after it.
//!
//! What is booked is fixed. The rest of the year is Student's t in logs: the world prior's view of
//! the year, updated by the booked periods with a weight that depends on how many there are, on how
//! evenly the pair's years run, and on its size. Money is million USD. Knows nothing of scenarios
//! and files.

mod beyond;
mod bookings;
mod coefficients;
mod estimate;
mod seasons;

pub use beyond::Beyond;
pub use bookings::{Bookings, NowcastError, RunningYear};
pub use coefficients::ShareCoefficients;
pub use estimate::{Nowcast, Rest};
