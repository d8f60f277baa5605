//! One door to a run: a scenario and [`Settings`] in, plain results out.
//!
//! [`project`] answers for one scenario, [`Run::each`] for several that share their draws,
//! [`Run::compare`] puts scenarios side by side, [`Run::part`] simulates some of a run's paths on one
//! of several machines and [`Run::merge`] adds the parts up. An [`Observer`] is told how far the work
//! is, and may end it.
//!
//! ```
//! use tradecast_core::run::{Settings, project};
//! use tradecast_core::scenario::{Memory, Scenario};
//!
//! let text = r#"
//! title = "Trade grows by 4 % a year, give or take 20 %"
//! [[target]]
//! name = "doubled"
//! at_least = 20
//! in = "2030"
//! [[flow]]
//! name = "exports"
//! from = "A"
//! to = "B"
//! baseline = { period = "2025", value = 10 }
//! growth.random_walk = { median = "4%", volatility = "20%" }
//! "#;
//! let scenario = Scenario::parse(text, &Memory::default())?;
//! let settings = Settings { paths: Some(100_000), ..Settings::default() };
//! let projection = project(&scenario, &settings)?;
//! // ln 2 = 5 ln 1.04 + 0.2 √5 z at z = 1.11, which 13 % of standard normals exceed.
//! let estimate = projection.targets[0].probability().estimate;
//! assert!((estimate.value - 0.133).abs() < 5.0 * estimate.standard_error);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod compare;
mod earlier;
mod observer;
mod part;
mod settings;
mod simulate;
mod together;

pub use compare::{Compared, matched};
pub use observer::{Observer, Stage};
pub use part::{OtherPlan, scenario_of};
pub use settings::{Settings, Stop};
pub use simulate::Counting;

use crate::engine::{Plan, Simulated};
use crate::model::Model;
use crate::projection::Projection;
use crate::scenario::Scenario;
use crate::summary;
use crate::threads::{Threads, ThreadsError, Work};
use crate::uncertainty;
use crate::warning::Warning;
use std::ops::ControlFlow;

/// What a scenario says of its targets.
///
/// # Errors
/// Threads cannot be started.
pub fn project(scenario: &Scenario, settings: &Settings) -> Result<Projection, ThreadsError> {
    Ok(Run::new(settings, &())?.project(scenario))
}

/// Settings, the threads that they ask for, and who watches: what all simulations of one run share.
pub struct Run<'a> {
    /// How it is done.
    pub settings: &'a Settings,
    /// The threads; no result depends on them.
    pub threads: Threads,
    /// Who watches.
    pub observer: &'a dyn Observer,
}

impl<'a> Run<'a> {
    /// A run with threads of its own.
    ///
    /// # Errors
    /// Threads cannot be started.
    pub fn new(settings: &'a Settings, observer: &'a dyn Observer) -> Result<Self, ThreadsError> {
        Ok(Self { settings, threads: Threads::new(settings.threads)?, observer })
    }

    /// What a scenario says of its targets. After an interruption that of the paths done by then.
    pub fn project(&self, scenario: &Scenario) -> Projection {
        let scenario = &*self.settings.applied(scenario);
        let model = Model::new(scenario, scenario.simulation.seed);
        let models = std::slice::from_ref(&model);
        let simulated = self.simulate(models, scenario.simulation, Counting::FULL);
        self.summarise(scenario, &model, &simulated)
    }

    /// What each of several scenarios says of its targets, in their order and as soon as it is
    /// known; fewer where the observer ended the work.
    pub fn each<'s>(&'s self, scenarios: &'s [Scenario]) -> impl Iterator<Item = Projection> + 's {
        let summarise = |(scenario, model, simulated): (&'s Scenario, Model, Simulated)| {
            self.summarise(&self.settings.applied(scenario), &model, &simulated)
        };
        self.simulate_each(scenarios).map(summarise)
    }

    /// The projection of counts, with the answers of earlier dates where a year is running.
    fn summarise(&self, scenario: &Scenario, model: &Model, simulated: &Simulated) -> Projection {
        let mut projection = summary::summarise(scenario, model, simulated);
        if simulated.is_imprecise {
            projection.warnings.push(Warning::Imprecise { paths: projection.paths });
        }
        self.add_earlier(&mut projection, scenario);
        if !self.settings.without_spread && !self.observer.is_interrupted() {
            self.add_spread(&mut projection, scenario, model, &simulated.plan);
        }
        projection
    }

    /// Adds to each target the spread of its probability over what is not known; nothing after an
    /// interruption.
    fn add_spread(
        &self,
        projection: &mut Projection,
        scenario: &Scenario,
        model: &Model,
        plan: &Plan,
    ) {
        let watch = self.watch(Stage::Spread, uncertainty::DRAWS * uncertainty::PATHS);
        let work = Work { threads: &self.threads, watch: &watch };
        uncertainty::add(projection, (scenario, model, plan), work);
    }

    /// Tells the observer of a stage piece by piece, and ends the work where it is interrupted. Where
    /// more than `all` turns out to be done, all is as much as is done.
    pub fn watch(&self, stage: Stage, all: u64) -> impl Fn(u64) -> ControlFlow<()> + Sync {
        let done = std::sync::atomic::AtomicU64::new(0);
        move |more| {
            let done = done.fetch_add(more, std::sync::atomic::Ordering::Relaxed) + more;
            self.observer.progress(stage, done, all.max(done));
            if self.observer.is_interrupted() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        }
    }
}

/// Goes on unless the work is interrupted.
fn unless(is_interrupted: bool) -> ControlFlow<()> {
    if is_interrupted { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}
