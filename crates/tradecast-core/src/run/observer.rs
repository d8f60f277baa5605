//! Who watches a run.

/// A stretch of the work, which has progress of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The paths of the run.
    Paths,
    /// Weighted paths beside paths that several scenarios shared.
    WeightedPaths,
    /// Paths of earlier dates of a running year.
    EarlierDates,
    /// Paths of the nested simulation of what is not known.
    Spread,
}

/// Is told how far the work is, and may end it.
pub trait Observer: Sync {
    /// So many of all paths of a stage are done; 0 when it begins.
    fn progress(&self, _stage: Stage, _done: u64, _all: u64) {}

    /// Whether the work is to end after the batch at hand. Once it was, it stays so.
    fn is_interrupted(&self) -> bool {
        false
    }
}

/// Nobody watches.
impl Observer for () {}
