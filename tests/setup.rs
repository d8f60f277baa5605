//! Scenarios from text, and runs of them in memory.

use std::ops::{ControlFlow, Range};
#[cfg(unix)]
use std::path::Path;
use std::path::PathBuf;
#[cfg(unix)]
use std::time::{Duration, Instant};
use tradecast::engine::{Detail, Outcome, Plan, Simulation, State};
use tradecast::model::Model;
use tradecast::projection::Projection;
use tradecast::run::{Run, Settings};
use tradecast::scenario::{Disk, Method, Scenario};
use tradecast::threads::{Threads, Work};

/// One flow whose log total in 2028 is normal with mean ln 10 + 3 ln(1 + `growth`) and variance
/// 3 `volatility`².
pub fn one_flow(title: &str, at_least: u32, growth: &str, volatility: &str) -> String {
    format!(
        r#"
title = "{title}"
[[target]]
name = "t"
at_least = {at_least}
in = "2028"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = {{ period = "2025", value = 10 }}
growth.random_walk = {{ median = "{growth}", volatility = "{volatility}" }}
"#
    )
}

/// A target announced for one flow between Pakistan and Kyrgyzstan, with more lines of the target and
/// whatever follows.
pub fn corridor(title: &str, target: &str, more: &str) -> String {
    format!(
        r#"title = "{title}"

[calendar]
fiscal_year_starts = "July"

[[target]]
name = "announced"
at_least = 20
in = "FY2027-28"
announced = "2025-12-04"
source = "Joint statement, Islamabad"
{target}
[[flow]]
name = "exports"
from = "PAK"
to = "KGZ"
baseline = {{ period = "FY2024-25", value = 12 }}
growth.random_walk = {{ median = "6%", volatility = "40%" }}
source = "State Bank of Pakistan"
{more}"#
    )
}

/// Reads a scenario from text; panics with the rendered error where it is wrong.
pub fn scenario(text: &str) -> Scenario {
    with_settings(text, &[])
}

/// Reads a scenario from text, with `KEY=VALUE` settings.
pub fn with_settings(text: &str, settings: &[&str]) -> Scenario {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = file_in(&folder, "scenario.toml", text);
    let settings: Vec<String> = settings.iter().map(ToString::to_string).collect();
    match Scenario::load(&path, &settings, &Disk) {
        Ok(scenario) => scenario,
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
    let threads = threads(how.threads);
    let (detail, matched) = counted;
    let (plan, lanes) = (&Plan::plain(), how.lanes);
    let simulation = Simulation { models, plan, detail, matched, threads: &threads, lanes };
    simulation.run(0..how.paths, |_| ControlFlow::Continue(()))
}

/// Runs a range of a run's paths alone, as a shard does.
pub fn run_range(models: &[Model], paths: Range<u64>) -> Outcome {
    let (plan, threads, detail) = (&Plan::plain(), &threads(2), Detail::Full);
    let simulation = Simulation { models, plan, detail, matched: &[], threads, lanes: None };
    simulation.run(paths, |_| ControlFlow::Continue(()))
}

/// So many threads; one is the caller's own, without a pool.
pub fn threads(count: usize) -> Threads {
    match count {
        1 => Threads::Serial,
        count => Threads::new(u16::try_from(count).ok()).expect("threads"),
    }
}

/// Work on threads that nobody watches.
pub fn work(threads: &Threads) -> Work<'_> {
    Work { threads, watch: &|_| ControlFlow::Continue(()) }
}

/// What plain paths of a scenario say.
pub fn project(scenario: &Scenario, how: How) -> Projection {
    let (paths, method, lanes) = (Some(how.paths), Some(Method::MonteCarlo), how.lanes);
    let settings = Settings { paths, method, lanes, ..Settings::default() };
    let run = Run { settings: &settings, threads: threads(how.threads), observer: &() };
    run.project(scenario)
}

/// Waits until a process handles Ctrl-C, as Linux reports it; elsewhere two seconds.
#[cfg(unix)]
fn wait_for_handler(process: u32) {
    let end = Instant::now() + Duration::from_secs(20);
    let status = format!("/proc/{process}/status");
    if !Path::new(&status).exists() {
        return std::thread::sleep(Duration::from_secs(2));
    }
    while Instant::now() < end {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let caught = text.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        let mask = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
        if mask & 0b10 != 0 {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("the run does not listen for Ctrl-C");
}

/// Sends Ctrl-C to a process that has worked a little since it handles that.
#[cfg(unix)]
pub fn interrupt(process: u32) {
    wait_for_handler(process);
    std::thread::sleep(Duration::from_millis(300));
    let sent = std::process::Command::new("kill").args(["-INT", &process.to_string()]).status();
    assert!(sent.expect("kill runs").success());
}
