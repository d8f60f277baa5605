//! From counts of paths to numbers with honest intervals.
//!
//! Everything here works on integers (hits, counts, fixed-point sums), so that a result depends neither on the order
//! in which paths were simulated nor on how they were cut into blocks, threads or shards. Every interval is a
//! *confidence interval of an estimate*: how far the simulation may be from the model's own answer. None is a
//! prediction interval of an outcome, and none knows whether the model is right.

mod difference;
mod estimate;
mod fixed_sum;
mod order_statistics;
mod proportion;
mod sequential;
mod sketch;
mod sketch_summary;
mod tally;

pub use difference::{PairedCounts, independent_difference, paired_difference};
pub use estimate::{Estimate, Interval, LEVEL, two_sided_z};
pub use fixed_sum::{FixedSum, SHARE_BITS};
pub use order_statistics::quantile_ranks;
pub use proportion::{jeffreys, proportion, trials_for_relative_error};
pub use sequential::{Precision, PrecisionError, is_reached, look_after, stopped_estimate};
pub use sketch::QuantileSketch;
pub use tally::{Tally, WeightedSum, WeightedTally, mean_of_scramblings};
