//! What `require` and `sweep` share: a scenario, one of its targets, the paths, progress, Ctrl-C.

use super::given;
use super::watch::{ToWatch, WatchArguments};
use super::{OutputArguments, files, progress};
use clap::Args;
use indicatif::ProgressBar;
use miette::miette;
use std::path::{Path, PathBuf};
use tradecast_core::run::Settings;
use tradecast_core::scenario::{Method, Scenario, nearest_name};
use tradecast_core::threads::{Threads, ThreadsError, Work};
use tradecast_core::vary::{Knob, Look};
use tradecast_report::folder::{self, OutputFile};

/// What commands take that vary a scenario.
#[derive(Args, Debug)]
pub struct VaryArguments {
    /// A scenario file
    #[arg(value_name = "FILE")]
    scenario: PathBuf,
    /// Whose probability [default: the target that a KEY names, or the first]
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// Override one key of the scenario, as target.announced.at_least=150 (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Seed of every draw [default: the scenario's, or 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Number of threads; results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    #[command(flatten)]
    watch: WatchArguments,
    #[command(flatten)]
    pub output: OutputArguments,
}

impl VaryArguments {
    /// Reads the scenario, with so many paths where they are given.
    ///
    /// # Errors
    /// A scenario that cannot be read.
    pub fn read(&self, paths: Option<u64>) -> miette::Result<Scenario> {
        if self.scenario.is_dir() {
            return Err(miette!(
                help = "name one scenario file of it",
                "{} is a folder, and one scenario is varied at a time",
                self.scenario.display()
            ));
        }
        let (seed, method) = (self.seed, Some(Method::MonteCarlo));
        let settings = Settings { paths, seed, method, ..Settings::default() };
        let scenarios = std::slice::from_ref(&self.scenario);
        let mut read = given::read_all(scenarios, &self.settings, &settings)?;
        Ok(read.swap_remove(0))
    }

    /// The index of the target that is asked for: by name, by a key of its own, or the first.
    ///
    /// # Errors
    /// No such target, or keys of another one.
    pub fn target(&self, scenario: &Scenario, knobs: &[&Knob]) -> miette::Result<usize> {
        let names = || scenario.targets.iter().map(|target| target.name.as_str());
        let of_keys = knobs.iter().find_map(|knob| knob.target());
        let Some(name) = &self.target else { return Ok(of_keys.unwrap_or(0)) };
        let Some(index) = names().position(|known| known == name) else {
            let known: Vec<&str> = names().collect();
            let near = nearest_name(name, names()).map(|near| format!("did you mean \"{near}\"? "));
            return Err(miette!(
                help = format!("{}targets: {}", near.unwrap_or_default(), known.join(", ")),
                "there is no target \"{name}\""
            ));
        };
        match knobs.iter().find(|knob| knob.target().is_some_and(|other| other != index)) {
            Some(knob) => Err(miette!(
                help = "leave --target out, or vary a key of that target",
                "{} says nothing of the target \"{name}\"",
                knob.key
            )),
            None => Ok(index),
        }
    }

    /// What is watched, where that was asked for.
    pub fn watched(&self) -> Option<ToWatch> {
        let scenario = std::slice::from_ref(&self.scenario);
        self.watch.of(scenario, &self.settings, self.output.quiet)
    }

    /// The threads.
    ///
    /// # Errors
    /// They cannot be started.
    pub fn threads(&self) -> Result<Threads, ThreadsError> {
        Threads::new(self.threads)
    }

    /// The folder of results: `DIR/SCENARIO`, or `output/FOLDER/SCENARIO`, and in it one of its own.
    ///
    /// # Errors
    /// It cannot be made or written to.
    pub fn folder(&self, command: &str) -> miette::Result<PathBuf> {
        let out = files::results_folder(&self.scenario, self.output.out.as_deref()).join(command);
        folder::prepare(&out)?;
        Ok(out)
    }

    /// A bar that appears on a terminal after a moment, or a count where nobody knows how much there
    /// is to do; hidden elsewhere.
    pub fn bar(&self, work: Option<u64>) -> ProgressBar {
        match work {
            Some(work) => progress::bar(work, "", self.output.quiet),
            None => progress::count("paths", self.output.quiet),
        }
    }

    /// Prints the card, or JSON.
    ///
    /// # Errors
    /// Nothing can be printed.
    pub fn print(&self, json: &serde_json::Value, card: &str, out: &Path) -> miette::Result<()> {
        if self.output.json {
            super::print_json(json)
        } else if self.output.quiet {
            Ok(())
        } else {
            super::print(&format!("{card}  {}\n", out.display()))
        }
    }
}

/// On which paths a scenario is looked at.
pub fn look<'a>(scenario: &Scenario, target: usize, work: Work<'a>) -> Look<'a> {
    let (paths, seed) = (scenario.simulation.paths, scenario.simulation.seed);
    Look { target, paths, seed, work }
}

/// Writes tables, figures and the manifest, all or nothing.
///
/// # Errors
/// Results that cannot be written.
pub fn write(out: &Path, files: &[OutputFile], names: &[&str]) -> miette::Result<()> {
    let obsolete: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    folder::write(out, files, &obsolete, folder::write_bytes)?;
    Ok(())
}
