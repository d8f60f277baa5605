//! Scenarios from text, and runs of them in memory.

use std::ops::ControlFlow;
use std::path::PathBuf;
use tradecast::engine::{Detail, Outcome, Plan, Simulation, State};
use tradecast::model::Model;
use tradecast::projection::Projection;
use tradecast::scenario::Scenario;
use tradecast::summary;

/// Reads a scenario from text; panics with the rendered error where it is wrong.
pub fn scenario(text: &str) -> Scenario {
    with_settings(text, &[])
}

/// Reads a scenario from text, with `KEY=VALUE` settings.
pub fn with_settings(text: &str, settings: &[&str]) -> Scenario {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = file_in(&folder, "scenario.toml", text);
    let settings: Vec<String> = settings.iter().map(ToString::to_string).collect();
    match Scenario::read(&path, &settings) {
        Ok((_, scenario)) => scenario,
        Err(error) => panic!("{:?}", miette::Report::new(error)),
    }
}

/// Writes a file to a temporary folder.
pub fn file_in(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("a writable folder");
    path
}

/// How a run in memory is done.
#[derive(Clone, Copy)]
pub struct How {
    pub paths: u64,
    pub threads: usize,
    pub lanes: Option<usize>,
}

/// So many paths on two threads.
pub fn paths(paths: u64) -> How {
    How { paths, threads: 2, lanes: None }
}

/// Runs one model with everything counted.
pub fn run(model: &Model, how: How) -> State {
    let models = std::slice::from_ref(model);
    run_all(models, how, (Detail::Full, &[])).states.remove(0)
}

/// Runs models on the same paths.
pub fn run_all(models: &[Model], how: How, counted: (Detail, &[Vec<usize>])) -> Outcome {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(how.threads).build().expect("threads");
    let (detail, matched) = counted;
    let (plan, lanes) = (&Plan::plain(), how.lanes);
    let simulation = Simulation { models, plan, detail, matched, pool: &pool, lanes };
    simulation.run(0..how.paths, |_| ControlFlow::Continue(()))
}

/// Runs a scenario and summarises it.
pub fn project(scenario: &Scenario, how: How) -> Projection {
    let model = Model::new(scenario, scenario.simulation.seed);
    let outcome = run_all(std::slice::from_ref(&model), how, (Detail::Full, &[]));
    summary::summarise(("test", scenario, &model), (&outcome, &Plan::plain()), how.paths)
}
