//! How the answer moved as periods of a running year were booked: the scenario once more for each of
//! them.

use super::{Counting, Run, Stage, unless};
use crate::engine::{Asked, Detail, Plan, Simulated};
use crate::model::Model;
use crate::projection::Projection;
use crate::scenario::Scenario;
use crate::summary;

/// Paths of each earlier date at most: a curve needs fewer than the answer.
const PATHS: u64 = 1 << 18;

impl Run<'_> {
    /// Adds the answers of earlier dates to a projection, where its scenario has a running year.
    pub(super) fn add_earlier(&self, projection: &mut Projection, scenario: &Scenario) {
        let count = scenario.booked_periods();
        if count == 0 {
            return;
        }
        let simulation = scenario.simulation;
        let scenarios: Vec<Scenario> = (0..count).map(|periods| scenario.as_of(periods)).collect();
        let models: Vec<Model> =
            scenarios.iter().map(|scenario| Model::new(scenario, simulation.seed)).collect();
        let asked = Asked::new(simulation.method, simulation.seed, Detail::Attainment);
        let plan = Plan::new(&models, asked, &self.threads);
        let paths = PATHS.min(projection.paths);
        self.observer.progress(Stage::EarlierDates, 0, paths);
        let outcome =
            self.counted(&models, &plan, Counting::ATTAINMENT).run(0..paths, |progress| {
                self.observer.progress(Stage::EarlierDates, progress.paths.min(paths), paths);
                unless(false)
            });
        let simulated = Simulated { outcome, plan, asked: paths, is_imprecise: false };
        let before = summary::as_of(&scenarios, &models, &simulated);
        summary::add_as_of(projection, scenario, before);
    }
}
