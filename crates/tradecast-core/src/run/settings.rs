//! How a run is done, beyond what its scenario says.

use crate::scenario::{Method, Scenario};
use crate::statistics::Precision;
use std::borrow::Cow;
use std::time::Duration;

/// How a run is done. The default is what each scenario says, on all cores.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The number of paths, in place of the scenario's.
    pub paths: Option<u64>,
    /// The seed of every draw, in place of the scenario's.
    pub seed: Option<u64>,
    /// How probabilities are estimated, in place of the scenario's.
    pub method: Option<Method>,
    /// When it ends before all paths are simulated.
    pub stop: Stop,
    /// The number of threads; none for one a core. No result depends on it.
    pub threads: Option<u16>,
    /// Paths of a block, a multiple of 16; none for as many as fit the cache. No result depends on it.
    pub lanes: Option<usize>,
    /// Whether to leave out how each probability depends on what is not known.
    pub without_spread: bool,
}

/// When a run ends before all its paths are simulated. A run with a precision or a time has every
/// scenario simulated alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stop {
    /// Once every probability is known so well.
    pub precision: Option<Precision>,
    /// After so many paths at most, in place of the number that the scenario or the settings give.
    pub max_paths: Option<u64>,
    /// After this time, between two batches.
    pub max_time: Option<Duration>,
}

impl Settings {
    /// The scenario with paths, seed and method in place of its own where they are given.
    pub fn applied<'s>(&self, scenario: &'s Scenario) -> Cow<'s, Scenario> {
        let mut simulation = scenario.simulation;
        simulation.paths = self.paths.unwrap_or(simulation.paths);
        simulation.seed = self.seed.unwrap_or(simulation.seed);
        simulation.method = self.method.unwrap_or(simulation.method);
        if simulation == scenario.simulation {
            return Cow::Borrowed(scenario);
        }
        let mut scenario = scenario.clone();
        scenario.simulation = simulation;
        Cow::Owned(scenario)
    }
}
