//! How the answer moved as periods of a running year were booked: the scenario once more for each of
//! them.

use super::progress;
use super::simulate::Case;
use rayon::ThreadPool;
use std::ops::ControlFlow;
use tradecast_core::engine::{Detail, Plan, Simulation};
use tradecast_core::model::Model;
use tradecast_core::projection::Projection;
use tradecast_core::scenario::Scenario;
use tradecast_core::summary;

/// Paths of each earlier date at most: a curve needs fewer than the answer.
const PATHS: u64 = 1 << 18;

/// Adds the answers of earlier dates to a projection, where its scenario has a running year.
pub fn add(projection: &mut Projection, case: &Case, (pool, quiet): (&ThreadPool, bool)) {
    let count = case.scenario.booked_periods();
    if count == 0 {
        return;
    }
    let settings = case.scenario.simulation;
    let scenarios: Vec<Scenario> = (0..count).map(|periods| case.scenario.as_of(periods)).collect();
    let models: Vec<Model> =
        scenarios.iter().map(|scenario| Model::new(scenario, settings.seed)).collect();
    let detail = Detail::Attainment;
    let plan = Plan::new(&models, (settings.method, settings.seed), (detail, false), pool);
    let simulation =
        Simulation { models: &models, plan: &plan, detail, matched: &[], pool, lanes: None };
    let paths = PATHS.min(projection.paths);
    let bar = progress::bar(paths, " of {len} paths of earlier dates", quiet);
    let outcome = simulation.run(0..paths, |progress| {
        bar.set_position(progress.paths);
        ControlFlow::Continue(())
    });
    bar.finish_and_clear();
    let before = summary::as_of(&scenarios, &models, (&outcome, &plan));
    summary::add_as_of(projection, &case.scenario, before);
}
