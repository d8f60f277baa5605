//! `tradecast merge`: add up the parts of a run and write the results of the whole.

use super::progress::Bars;
use super::run::{self, Results};
use super::{OutputArguments, files};
use clap::Args;
use miette::{IntoDiagnostic, WrapErr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tradecast_core::run::{Run, Settings, scenario_of};
use tradecast_core::shard::{Shard, Union};
use tradecast_report::folder;
use tradecast_report::json;

/// Arguments of `merge`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Files that `run --state` wrote, in any order: all paths from 0 on, each once
    #[arg(required = true, value_name = "STATEFILE")]
    states: Vec<PathBuf>,
    #[command(flatten)]
    output: OutputArguments,
}

/// Runs the command: the results are those of one run of all the paths.
///
/// # Errors
/// Files that are not the parts of one run, results that cannot be written.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let whole = whole(&arguments.states)?;
    let scenario = scenario_of(&whole)?;
    let file = Path::new(&whole.run.folder).join(format!("{}.toml", whole.run.name));
    let out = files::results_folder(&file, arguments.output.out.as_deref());
    folder::prepare(&out)?;
    let (settings, bars) = (Settings::default(), Bars::new(arguments.output.quiet));
    let run = Run::new(&settings, &bars)?;
    let projection = run
        .merge(whole, &scenario)
        .map_err(miette::Report::from)
        .wrap_err_with(|| format!("cannot merge {}", arguments.states[0].display()))?;
    let no_charts = arguments.output.no_charts;
    Results { scenario: &scenario, out: &out, no_charts }.write(&projection, &run.threads)?;
    if arguments.output.json {
        super::print_json(&json::results([&projection]).into_diagnostic()?)?;
    } else if !arguments.output.quiet {
        run::print_card(&projection, &out)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads the parts one after the other and adds them up.
fn whole(files: &[PathBuf]) -> miette::Result<Shard> {
    let mut union: Option<Union> = None;
    for file in files {
        let bytes = std::fs::read(file)
            .into_diagnostic()
            .wrap_err_with(|| format!("cannot read {}", file.display()))?;
        let shard = Shard::from_bytes(file, &bytes)?;
        match &mut union {
            Some(union) => union.add(file, shard)?,
            None => union = Some(Union::new(file, shard)),
        }
    }
    Ok(union.expect("at least one file").whole()?)
}
