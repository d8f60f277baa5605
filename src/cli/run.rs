//! `tradecast run`: simulate scenarios and write their results.

use super::shard::{self, ShardArguments};
use super::simulate::{self, Case, Simulated};
use super::watch::ToWatch;
use super::{INTERRUPTED, SimulationArguments, as_of, files, uncertainty};
use clap::Args;
use miette::IntoDiagnostic;
use rayon::ThreadPool;
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::ScopedJoinHandle;
use tradecast_core::model::Model;
use tradecast_core::projection::Projection;
use tradecast_core::summary;
use tradecast_core::warning::Warning;
use tradecast_report::folder::{self, OutputFile};
use tradecast_report::{chart, csv, manifest, terminal};

/// Arguments of `run`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "FILE|FOLDER")]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    simulation: SimulationArguments,
    #[command(flatten)]
    shard: ShardArguments,
    /// Also: how P depends on what is not known, from a nested simulation (5 and 95 % quantiles)
    #[arg(long, conflicts_with = "state")]
    uncertainty: bool,
}

/// What is watched, where that was asked for.
pub fn watched(arguments: &Arguments) -> Option<ToWatch> {
    arguments.simulation.watched(&arguments.scenarios)
}

/// Runs the command: all scenarios are read before the first is simulated, and each is written as
/// soon as it is done, while the next one is simulated.
///
/// # Errors
/// A scenario that cannot be read, results that cannot be written.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let simulation = &arguments.simulation;
    let cases = Case::read_all(&arguments.scenarios, simulation)?;
    if let Some(shard) = arguments.shard.asked() {
        return shard::run(&cases, shard, simulation);
    }
    let files: Vec<&Path> = cases.iter().map(|case| case.file.as_path()).collect();
    let folders = files::results_folders(&files, simulation.output.out.as_deref())?;
    folders.iter().try_for_each(|folder| folder::prepare(folder))?;
    simulate::listen_for_interrupts()?;
    let pool = simulate::pool(simulation.threads)?;
    let projections = project_and_write(&cases, &folders, (&pool, arguments))?;
    if simulation.output.json {
        print_json(&projections)?;
    }
    Ok(if simulate::is_interrupted() { ExitCode::from(INTERRUPTED) } else { ExitCode::SUCCESS })
}

/// Prints the card of a scenario, and where its results are.
pub fn print_card(projection: &Projection, out: &Path) -> miette::Result<()> {
    let card = terminal::card(projection, simulate::style());
    super::print(&format!("{card}  {}\n\n", out.display()))
}

/// Prints whole results, one entry a scenario.
pub fn print_json(projections: &[Projection]) -> miette::Result<()> {
    super::print_json(&projections)
}

/// Simulates each scenario while the results of the one before are drawn and written; prints a card
/// once they are, between two simulations, so that it meets no progress bar.
fn project_and_write(
    cases: &[Case],
    folders: &[PathBuf],
    (pool, arguments): (&ThreadPool, &Arguments),
) -> miette::Result<Vec<Projection>> {
    let simulation = &arguments.simulation;
    std::thread::scope(|scope| {
        let mut projections = Vec::new();
        let mut writing: Option<(ScopedJoinHandle<'_, _>, &PathBuf)> = None;
        let mut finish = |(thread, out): (ScopedJoinHandle<'_, _>, &PathBuf)| {
            let projection = written(thread)?;
            if !simulation.output.quiet && !simulation.output.json {
                print_card(&projection, out)?;
            }
            projections.push(projection);
            Ok::<(), miette::Report>(())
        };
        let given = (pool, simulation);
        for ((case, model, simulated), out) in simulate::each(cases, given).zip(folders) {
            let mut projection = project((case, &model), &simulated, given);
            if arguments.uncertainty && !simulate::is_interrupted() {
                let quiet = simulation.output.quiet;
                uncertainty::add(&mut projection, (case, &model), (pool, quiet));
            }
            writing.take().map_or(Ok(()), &mut finish)?;
            let write = move || {
                write(&projection, case, out, (pool, simulation.output.no_charts))
                    .map(|()| projection)
            };
            writing = Some((scope.spawn(write), out));
        }
        writing.map_or(Ok(()), &mut finish)?;
        Ok(projections)
    })
}

/// Waits until a scenario's results are written.
fn written(
    writing: ScopedJoinHandle<'_, miette::Result<Projection>>,
) -> miette::Result<Projection> {
    writing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// What simulations of all scenarios give, in their order; fewer where Ctrl-C ended the work.
pub fn project_all(cases: &[Case], given: (&ThreadPool, &SimulationArguments)) -> Vec<Projection> {
    let project = |(case, model, simulated): (_, Model, Simulated)| {
        project((case, &model), &simulated, given)
    };
    simulate::each(cases, given).map(project).collect()
}

fn project(
    (case, model): (&Case, &Model),
    simulated: &Simulated,
    given: (&ThreadPool, &SimulationArguments),
) -> Projection {
    let counted = (&simulated.outcome, &simulated.plan);
    let scenario = (case.name.as_str(), &case.scenario, model);
    let mut projection = summary::summarise(scenario, counted, simulated.asked);
    if simulated.is_imprecise {
        projection.warnings.push(Warning::Imprecise { paths: projection.paths }.to_string());
    }
    as_of::add(&mut projection, case, (given.0, given.1.output.quiet));
    projection
}

/// Writes the results of one scenario, all or nothing.
pub fn write(
    projection: &Projection,
    case: &Case,
    out: &Path,
    (pool, no_charts): (&ThreadPool, bool),
) -> miette::Result<()> {
    let tables = csv::tables(projection).into_iter();
    let mut files: Vec<OutputFile> = tables
        .map(|table| OutputFile { name: table.name.to_owned(), bytes: table.bytes })
        .collect();
    if !no_charts {
        let figures = chart::figures(projection).into_diagnostic()?;
        files.extend(pool.install(|| figure_files(figures))?);
    }
    let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    let text = manifest::manifest(projection, (&case.document, &case.scenario.inputs), &names);
    files.push(OutputFile { name: manifest::NAME.to_owned(), bytes: text.into_bytes() });
    folder::write(out, &files, &manifest::files_listed(out), folder::write_bytes)?;
    Ok(())
}

/// Each figure as SVG and PNG.
pub fn figure_files(figures: Vec<chart::Figure>) -> miette::Result<Vec<OutputFile>> {
    let file = |figure: chart::Figure| {
        let png = figure.png().into_diagnostic()?;
        Ok([
            OutputFile { name: format!("{}.png", figure.name), bytes: png },
            OutputFile { name: format!("{}.svg", figure.name), bytes: figure.svg.into_bytes() },
        ])
    };
    let files: Vec<[OutputFile; 2]> =
        figures.into_par_iter().map(file).collect::<miette::Result<_>>()?;
    Ok(files.into_iter().flatten().collect())
}
