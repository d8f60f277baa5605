//! `tradecast run`: simulate scenarios and write their results.

use super::given::{self, Failed, Readable};
use super::progress::Bars;
use super::shard::{self, ShardArguments};
use super::watch::ToWatch;
use super::{OutputArguments, SimulationArguments, files, interrupt};
use clap::Args;
use miette::IntoDiagnostic;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::ScopedJoinHandle;
use tradecast_core::projection::Projection;
use tradecast_core::run::Run;
use tradecast_core::scenario::Scenario;
use tradecast_core::threads::Threads;
use tradecast_report::folder::{self, OutputFile};
use tradecast_report::json;
use tradecast_report::{chances, chart, csv, manifest, terminal};

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
    let settings = simulation.to_settings();
    let laid_over = &simulation.settings;
    if let Some((paths, file)) = arguments.shard.asked() {
        let scenarios = given::read_all(&arguments.scenarios, laid_over, &settings)?;
        return shard::run(&scenarios, paths, file, simulation);
    }
    let Readable { scenarios, failed } =
        given::read_what_can_be(&arguments.scenarios, laid_over, &settings)?;
    let folders = files::results_folders(&scenarios, simulation.output.out.as_deref())?;
    folders.iter().try_for_each(|folder| folder::prepare(folder))?;
    interrupt::listen()?;
    let bars = Bars::new(simulation.output.quiet);
    let run = Run::new(&settings, &bars)?;
    let projections = project_and_write(&run, &scenarios, &folders, &simulation.output)?;
    print_end(&projections, &folders, &simulation.output)?;
    print_failed(&failed);
    Ok(if failed.is_empty() { interrupt::exit_code() } else { ExitCode::FAILURE })
}

/// Simulates each scenario while the results of the one before are drawn and written; prints a card
/// once they are, between two simulations, so that it meets no progress bar.
fn project_and_write(
    run: &Run<'_>,
    scenarios: &[Scenario],
    folders: &[PathBuf],
    output: &OutputArguments,
) -> miette::Result<Vec<Projection>> {
    std::thread::scope(|scope| {
        let mut projections = Vec::new();
        let mut writing: Option<(ScopedJoinHandle<'_, _>, &PathBuf)> = None;
        let mut finish = |(thread, out): (ScopedJoinHandle<'_, _>, &PathBuf)| {
            let projection = written(thread)?;
            if !output.quiet && !output.json {
                print_card(&projection, out)?;
            }
            projections.push(projection);
            Ok::<(), miette::Report>(())
        };
        for ((projection, scenario), out) in run.each(scenarios).zip(scenarios).zip(folders) {
            writing.take().map_or(Ok(()), &mut finish)?;
            let results = Results { scenario, out, no_charts: output.no_charts };
            let write = move || results.write(&projection, &run.threads).map(|()| projection);
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

/// Prints the card of a scenario, and where its results are.
pub fn print_card(projection: &Projection, out: &Path) -> miette::Result<()> {
    let card = terminal::card(projection, super::style());
    super::print(&format!("{card}  {}\n\n", out.display()))
}

/// After several scenarios: their chances side by side, and the file to open first. As JSON, whole
/// results, one entry a scenario.
fn print_end(
    projections: &[Projection],
    folders: &[PathBuf],
    output: &OutputArguments,
) -> miette::Result<()> {
    if output.json {
        return super::print_json(&json::results(projections).into_diagnostic()?);
    }
    let (true, false, Some(folder)) = (projections.len() > 1, output.quiet, folders.first()) else {
        return Ok(());
    };
    let table = chances::table(projections, super::style());
    let first = folder.join(if output.no_charts { "probability.csv" } else { "fan.png" });
    super::print(&format!("{table}\n  open first: {}\n", first.display()))
}

/// Prints what is wrong with the files of a folder that are no valid scenarios.
pub fn print_failed(failed: &[Failed]) {
    if failed.is_empty() {
        return;
    }
    let files: Vec<String> = failed.iter().map(|it| it.file.display().to_string()).collect();
    eprintln!("left out: {}\n", files.join(", "));
    failed.iter().for_each(|it| eprintln!("{:?}", it.why));
}

/// The results of one scenario, and where they go.
pub struct Results<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The folder.
    pub out: &'a Path,
    /// Whether only tables are written.
    pub no_charts: bool,
}

impl Results<'_> {
    /// Writes them, all or nothing.
    ///
    /// # Errors
    /// A figure that cannot be drawn, a folder that cannot be written to.
    pub fn write(&self, projection: &Projection, threads: &Threads) -> miette::Result<()> {
        let tables = csv::tables(projection).into_iter();
        let mut files: Vec<OutputFile> = tables
            .map(|table| OutputFile { name: table.name.to_owned(), bytes: table.bytes })
            .collect();
        if !self.no_charts {
            let figures = chart::figures(projection).into_diagnostic()?;
            files.extend(figure_files(&figures, threads)?);
        }
        let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
        let text = manifest::manifest(projection, self.scenario, &names);
        files.push(OutputFile { name: manifest::NAME.to_owned(), bytes: text.into_bytes() });
        folder::write(self.out, &files, &manifest::files_listed(self.out), folder::write_bytes)?;
        Ok(())
    }
}

/// Each figure as SVG and PNG.
pub fn figure_files(
    figures: &[chart::Figure],
    threads: &Threads,
) -> miette::Result<Vec<OutputFile>> {
    let files = |index: usize| {
        let figure = &figures[index];
        let file = |ending: &str, bytes: Vec<u8>| OutputFile {
            name: format!("{}.{ending}", figure.name),
            bytes,
        };
        let png = figure.png().into_diagnostic()?;
        Ok([file("png", png), file("svg", figure.svg.clone().into_bytes())])
    };
    let files: miette::Result<Vec<_>> = threads.map(figures.len(), files).into_iter().collect();
    Ok(files?.into_iter().flatten().collect())
}
