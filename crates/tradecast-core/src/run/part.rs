//! A part of a run, simulated alone, and the whole from its parts.

use super::{Counting, Run};
use crate::engine::Simulated;
use crate::model::Model;
use crate::projection::Projection;
use crate::scenario::{DataFiles, Disk, ReadError, Scenario};
use crate::shard::{self, Shard};
use std::ops::Range;

/// The parts have weighted paths from another distribution than this build would draw from.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("this build of tradecast would draw other weighted paths than these parts have")]
#[diagnostic(help("merge with the build that simulated the parts"))]
pub struct OtherPlan;

impl Run<'_> {
    /// Counts a range of a scenario's paths with all that it takes to add such parts up. The range
    /// starts at a multiple of [`crate::engine::BATCH`].
    pub fn part(&self, scenario: &Scenario, paths: Range<u64>) -> Shard {
        let scenario = &*self.settings.applied(scenario);
        let simulation = scenario.simulation;
        let models = [Model::new(scenario, simulation.seed)];
        let counting = Counting::FULL;
        let simulated = self.simulate_range(&models, simulation, counting, paths.clone());
        let run = shard::Run::new(scenario, simulated.plan.identity());
        Shard { run, paths, outcome: simulated.outcome }
    }

    /// What all parts of a run say together, as one run of all their paths would: `whole` is their
    /// [`shard::Union`], `scenario` its [`scenario_of`].
    ///
    /// # Errors
    /// This build would draw other weighted paths.
    pub fn merge(&self, whole: Shard, scenario: &Scenario) -> Result<Projection, OtherPlan> {
        let model = Model::new(scenario, scenario.simulation.seed);
        let models = std::slice::from_ref(&model);
        let plan = self.plan(models, scenario.simulation, Counting::FULL.detail);
        if plan.identity() != whole.run.plan {
            return Err(OtherPlan);
        }
        let (asked, outcome) = (whole.outcome.states[0].paths, whole.outcome);
        let simulated = Simulated { outcome, plan, asked, is_imprecise: false };
        Ok(self.summarise(scenario, &model, &simulated))
    }
}

/// The scenario of a whole run, as one run of all its paths would have read it.
///
/// # Errors
/// A document that is no valid scenario.
pub fn scenario_of(whole: &Shard) -> Result<Scenario, ReadError> {
    let run = &whole.run;
    let data = DataFiles { known: run.inputs.clone(), files: &Disk };
    let mut scenario = Scenario::decode(&run.name, run.document.clone().into(), data)?;
    scenario.simulation.paths = whole.paths.end;
    scenario.simulation.seed = run.seed;
    scenario.simulation.method = run.method;
    Ok(scenario)
}
