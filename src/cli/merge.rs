//! `tradecast merge`: add up the parts of a run and write the results of the whole.

use super::simulate::{self, Case};
use super::{OutputArguments, as_of, files, run};
use clap::Args;
use miette::{IntoDiagnostic, WrapErr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tradecast_core::engine::{Detail, Plan};
use tradecast_core::scenario::Scenario;
use tradecast_core::shard::{Shard, Union};
use tradecast_core::summary;
use tradecast_report::folder;

/// Arguments of `merge`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Files that `run --state` wrote, in any order: all paths from 0 on, each once
    #[arg(required = true, value_name = "STATEFILE")]
    states: Vec<PathBuf>,
    #[command(flatten)]
    output: OutputArguments,
}

/// The weighted paths were drawn from another distribution than this build would.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("this build of tradecast would draw other weighted paths than {} has", file.display())]
#[diagnostic(help("merge with the build that simulated the parts"))]
struct OtherPlan {
    /// One of the parts.
    file: PathBuf,
}

/// Runs the command: the results are those of one run of all the paths.
///
/// # Errors
/// Files that are not the parts of one run, results that cannot be written.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let whole = whole(&arguments.states)?;
    let case = case(&whole)?;
    let out = files::results_folder(&case.file, arguments.output.out.as_deref());
    folder::prepare(&out)?;
    let pool = simulate::pool(None)?;
    let settings = case.scenario.simulation;
    let models = [case.model()];
    let plan = Plan::new(&models, (settings.method, settings.seed), (Detail::Full, false), &pool);
    if plan.identity() != whole.run.plan {
        return Err(OtherPlan { file: arguments.states[0].clone() }.into());
    }
    let scenario = (case.name.as_str(), &case.scenario, &models[0]);
    let mut projection =
        summary::summarise(scenario, (&whole.outcome, &plan), whole.outcome.states[0].paths);
    as_of::add(&mut projection, &case, (&pool, arguments.output.quiet));
    run::write(&projection, &case, &out, (&pool, arguments.output.no_charts))?;
    if arguments.output.json {
        run::print_json(&[projection])?;
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

/// The scenario as one run of all the paths would have read it.
fn case(whole: &Shard) -> miette::Result<Case> {
    let run = &whole.run;
    let mut scenario = Scenario::decode(&run.document, run.inputs.clone())?;
    scenario.simulation.paths = whole.paths.end;
    scenario.simulation.seed = run.seed;
    scenario.simulation.method = run.method;
    let file = Path::new(&run.folder).join(format!("{}.toml", run.name));
    Ok(Case { file, name: run.name.clone(), document: run.document.clone(), scenario })
}
