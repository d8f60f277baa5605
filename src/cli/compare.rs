//! `tradecast compare`: scenarios simulated together, or results written earlier, side by side.

use super::run::figure_files;
use super::simulate::{self, Case};
use super::{INTERRUPTED, SimulationArguments, files};
use crate::comparison::{self, Question};
use crate::engine::Detail;
use crate::model::Model;
use crate::projection::{Comparison, ComparisonRow};
use crate::report::folder::{self, OutputFile};
use crate::report::results::{self, Results};
use crate::report::{chart, csv, manifest, terminal};
use clap::Args;
use miette::{IntoDiagnostic, miette};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `compare`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Scenario files (or folders of them), simulated together; or folders of results
    #[arg(required = true, value_name = "SCENARIO|RESULTS")]
    inputs: Vec<PathBuf>,
    #[command(flatten)]
    simulation: SimulationArguments,
}

/// Runs the command.
///
/// # Errors
/// Scenarios mixed with results, what cannot be read, targets that differ, results that cannot be
/// written.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let simulation = &arguments.simulation;
    let (finished, scenarios): (Vec<PathBuf>, Vec<PathBuf>) =
        arguments.inputs.iter().cloned().partition(|path| results::is_results_folder(path));
    let (compared, first) = match (finished.first(), scenarios.first()) {
        (Some(result), Some(scenario)) => {
            return Err(miette!(
                help = "compare scenarios with scenarios (simulated together, so that differences are sharp), or results with results",
                "{} is a scenario, but {} is a folder of results",
                scenario.display(),
                result.display()
            ));
        }
        (Some(result), None) => ((read_back(&finished)?, None), result.clone()),
        (None, _) => simulate_together(&scenarios, simulation)?,
    };
    let out = match &simulation.output.out {
        Some(out) => out.join("comparison"),
        None if finished.is_empty() => files::case_folder(&first).join("comparison"),
        None => first.parent().unwrap_or(Path::new("")).join("comparison"),
    };
    write(&compared, &out, simulation.output.no_charts)?;
    let comparison = &compared.0;
    if simulation.output.json {
        let json = serde_json::to_string_pretty(comparison).into_diagnostic()?;
        super::print(&format!("{json}\n"))?;
    } else if !simulation.output.quiet {
        let table = terminal::comparison(comparison, simulate::style());
        super::print(&format!("{table}  {}\n", out.display()))?;
    }
    Ok(if simulate::is_interrupted() { ExitCode::from(INTERRUPTED) } else { ExitCode::SUCCESS })
}

/// A comparison, and the manifest of what was simulated for it.
type Compared = (Comparison, Option<String>);

/// Reads scenarios and simulates them.
fn simulate_together(
    paths: &[PathBuf],
    arguments: &SimulationArguments,
) -> miette::Result<(Compared, PathBuf)> {
    let cases = Case::read_all(paths, arguments)?;
    let [first, _, ..] = &cases[..] else { return Err(too_few(cases.len())) };
    simulate::listen_for_interrupts()?;
    let (comparison, manifest) = simulated(&cases, arguments)?;
    Ok(((comparison, Some(manifest)), first.file.clone()))
}

/// The targets of the first scenario in each: their indices.
///
/// # Errors
/// Scenarios that ask different questions.
pub fn matched(cases: &[Case]) -> Result<Vec<Vec<usize>>, comparison::CompareError> {
    let questions: Vec<(String, Vec<Question>)> =
        cases.iter().map(|case| (case.name.clone(), Question::of(&case.scenario))).collect();
    comparison::match_targets(&questions)
}

/// Simulates scenarios on the same paths, with the paths and the seed of the first; also the
/// manifest.
///
/// # Errors
/// Scenarios that ask different questions, threads that cannot be started.
pub fn simulated(
    cases: &[Case],
    arguments: &SimulationArguments,
) -> miette::Result<(Comparison, String)> {
    let matched = matched(cases).map_err(different)?;
    let settings = cases[0].scenario.simulation;
    let models: Vec<Model> =
        cases.iter().map(|case| Model::new(&case.scenario, settings.seed)).collect();
    let pool = simulate::pool(arguments.threads)?;
    let detail = (Detail::Attainment, &matched[..]);
    let simulated = simulate::simulate(&models, settings, detail, (&pool, arguments));
    let scenarios: Vec<_> = cases.iter().map(|case| (case.name.as_str(), &case.scenario)).collect();
    let paths = simulated.outcome.states[0].paths;
    let inputs: Vec<_> = cases
        .iter()
        .map(|case| (case.name.as_str(), &case.document, &case.scenario.inputs[..]))
        .collect();
    let manifest = manifest::comparison(&inputs, (paths, simulated.asked, settings.seed));
    let comparison =
        comparison::paired(&scenarios, &models, &matched, (&simulated.outcome, &simulated.plan));
    Ok((comparison, manifest))
}

/// Reads results back and compares them as independent.
fn read_back(folders: &[PathBuf]) -> miette::Result<Comparison> {
    let results: Vec<Results> =
        folders.iter().map(|folder| results::read(folder)).collect::<Result<_, _>>()?;
    if results.len() < 2 {
        return Err(too_few(results.len()));
    }
    let questions: Vec<(String, Vec<Question>)> =
        results.iter().map(|result| (result.name.clone(), result.questions.clone())).collect();
    let matched = comparison::match_targets(&questions).map_err(different)?;
    let row = |(result, index): (&Results, &usize)| result.rows[*index].clone();
    let rows: Vec<ComparisonRow> =
        matched.iter().flat_map(|indices| results.iter().zip(indices).map(row)).collect();
    Ok(comparison::independent(rows))
}

fn too_few(count: usize) -> miette::Report {
    miette!(
        help = "name two or more scenarios or folders of results, as `tradecast compare scenarios/pakistan-kyrgyzstan`",
        "there is nothing to compare with: {count} given"
    )
}

fn different(error: comparison::CompareError) -> miette::Report {
    miette!(
        help = "only the same question can be compared: same target name, amount, unit, period and prices; `--set target.NAME.at_least=…` or `.in=…` can make them alike",
        "{error}"
    )
}

fn write((comparison, manifest): &Compared, out: &Path, no_charts: bool) -> miette::Result<()> {
    let table = csv::comparison(comparison);
    let mut files = vec![OutputFile { name: table.name.to_owned(), bytes: table.bytes }];
    if !no_charts {
        let figure = chart::comparison(comparison).into_diagnostic()?;
        files.extend(figure_files(vec![figure])?);
    }
    let name = manifest::COMPARISON_NAME;
    if let Some(manifest) = manifest {
        files.push(OutputFile { name: name.to_owned(), bytes: manifest.clone().into_bytes() });
    }
    let obsolete = ["comparison.png", "comparison.svg", name].map(str::to_owned);
    folder::write(out, &files, &obsolete, folder::write_bytes)?;
    Ok(())
}
