//! The scenarios that the arguments of a command mean.

use super::files;
use miette::Report;
use std::path::{Path, PathBuf};
use tradecast_core::run::Settings;
use tradecast_core::scenario::{Disk, Scenario};

/// Reads a scenario, with `KEY=VALUE` laid over it, and with the paths, the seed and the method that
/// the command gives.
///
/// # Errors
/// What makes it no valid scenario.
pub fn read(file: &Path, laid_over: &[String], settings: &Settings) -> miette::Result<Scenario> {
    let scenario = Scenario::load(file, laid_over, &Disk)?;
    Ok(settings.applied(&scenario).into_owned())
}

/// Reads all scenarios that arguments mean: files in the order given, a folder's with what others
/// extend before what extends it.
///
/// # Errors
/// The first scenario that cannot be read.
pub fn read_all(
    paths: &[PathBuf],
    laid_over: &[String],
    settings: &Settings,
) -> miette::Result<Vec<Scenario>> {
    let mut scenarios = Vec::new();
    for path in paths {
        let files = files::scenarios(path)?;
        let read = files.iter().map(|file| read(file, laid_over, settings));
        scenarios.extend(in_order(read.collect::<miette::Result<_>>()?));
    }
    Ok(scenarios)
}

/// Scenarios, and why files of folders are none.
pub struct Readable {
    /// Those that can be read.
    pub scenarios: Vec<Scenario>,
    /// One a file of a folder that cannot.
    pub failed: Vec<Failed>,
}

/// A file that is no valid scenario.
pub struct Failed {
    /// The file.
    pub file: PathBuf,
    /// What is wrong with it.
    pub why: Report,
}

/// As [`read_all`], but what is wrong with some files of a folder keeps nobody from the others.
///
/// # Errors
/// A file that was named and cannot be read, or a folder in which none can.
pub fn read_what_can_be(
    paths: &[PathBuf],
    laid_over: &[String],
    settings: &Settings,
) -> miette::Result<Readable> {
    let mut all = Readable { scenarios: Vec::new(), failed: Vec::new() };
    for path in paths {
        let (mut of_path, mut failed) = (Vec::new(), Vec::new());
        for file in files::scenarios(path)? {
            match read(&file, laid_over, settings) {
                Ok(scenario) => of_path.push(scenario),
                Err(why) => failed.push(Failed { file, why }),
            }
        }
        if of_path.is_empty() {
            return Err(failed.swap_remove(0).why);
        }
        all.scenarios.extend(in_order(of_path));
        all.failed.extend(failed);
    }
    Ok(all)
}

/// What others extend before what extends it.
fn in_order(mut scenarios: Vec<Scenario>) -> Vec<Scenario> {
    scenarios.sort_by_key(|scenario| scenario.document.sources.len());
    scenarios
}
