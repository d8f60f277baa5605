//! `tradecast compare`: scenarios simulated together, or results written earlier, side by side.

use super::given;
use super::progress::Bars;
use super::run::figure_files;
use super::watch::ToWatch;
use super::{INTERRUPTED, SimulationArguments, files, interrupt, waterfall};
use clap::Args;
use miette::{IntoDiagnostic, miette};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tradecast_core::comparison::{self, CompareError, Question};
use tradecast_core::projection::{Comparison, ComparisonRow};
use tradecast_core::run::{Run, matched};
use tradecast_core::scenario::Scenario;
use tradecast_core::threads::Threads;
use tradecast_core::waterfall::Waterfall;
use tradecast_report::folder::{self, OutputFile};
use tradecast_report::json;
use tradecast_report::results::{self, Results};
use tradecast_report::{chart, csv, manifest, terminal, waterfall as waterfall_report};

/// Arguments of `compare`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Scenario files (or folders of them), simulated together; or folders of results
    #[arg(required = true, value_name = "SCENARIO|RESULTS")]
    inputs: Vec<PathBuf>,
    /// Attribute the difference in P between the first scenario and each other one to the
    /// assumptions in which they differ [--paths: of each of these; default: what takes ten seconds]
    #[arg(long)]
    waterfall: bool,
    #[command(flatten)]
    simulation: SimulationArguments,
}

/// What is watched, where that was asked for.
pub fn watched(arguments: &Arguments) -> Option<ToWatch> {
    arguments.simulation.watched(&arguments.inputs)
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
    if let (Some(result), true) = (finished.first(), arguments.waterfall) {
        return Err(miette!(
            help =
                "name the scenario files: assumptions are exchanged one by one and simulated again",
            "a waterfall needs scenarios, and {} is a folder of results",
            result.display()
        ));
    }
    let (compared, first) = match (finished.first(), scenarios.first()) {
        (Some(result), Some(scenario)) => {
            return Err(miette!(
                help = "compare scenarios with scenarios (simulated together, so that differences are sharp), or results with results",
                "{} is a scenario, but {} is a folder of results",
                scenario.display(),
                result.display()
            ));
        }
        (Some(result), None) => (Compared::of(read_back(&finished)?), result.clone()),
        (None, _) => match simulate_together(&scenarios, arguments)? {
            Some(simulated) => simulated,
            None => return Ok(ExitCode::from(INTERRUPTED)),
        },
    };
    let out = match &simulation.output.out {
        Some(out) => out.join("comparison"),
        None if finished.is_empty() => files::case_folder(&first).join("comparison"),
        None => first.parent().unwrap_or(Path::new("")).join("comparison"),
    };
    write(&compared, &out, simulation.output.no_charts)?;
    if simulation.output.json {
        super::print_json(&compared.json()?)?;
    } else if !simulation.output.quiet {
        super::print(&format!("{}  {}\n", compared.card(), out.display()))?;
    }
    Ok(interrupt::exit_code())
}

/// What is written and printed.
struct Compared {
    comparison: Comparison,
    /// The manifest of what was simulated for it.
    manifest: Option<String>,
    /// Why others differ from the first, where that is asked for.
    waterfalls: Option<Vec<Waterfall>>,
}

impl Compared {
    /// A comparison of earlier results.
    fn of(comparison: Comparison) -> Self {
        Self { comparison, manifest: None, waterfalls: None }
    }

    fn json(&self) -> miette::Result<serde_json::Value> {
        let mut json = json::result(&self.comparison).into_diagnostic()?;
        if let Some(waterfalls) = &self.waterfalls {
            json["waterfalls"] = json::results(waterfalls).into_diagnostic()?;
        }
        Ok(json)
    }

    fn card(&self) -> String {
        let style = super::style();
        let mut card = terminal::comparison(&self.comparison, style);
        for found in self.waterfalls.iter().flatten() {
            card.push('\n');
            card.push_str(&waterfall_report::text(found, style));
        }
        card
    }
}

/// Reads scenarios and simulates them. None where Ctrl-C ended it before anything was simulated.
fn simulate_together(
    paths: &[PathBuf],
    Arguments { simulation: arguments, waterfall, .. }: &Arguments,
) -> miette::Result<Option<(Compared, PathBuf)>> {
    let settings = arguments.to_settings();
    let scenarios = given::read_all(paths, &arguments.settings, &settings)?;
    let all: Vec<&Scenario> = scenarios.iter().collect();
    interrupt::listen()?;
    matched(&all).map_err(different)?;
    let bars = Bars::new(arguments.output.quiet);
    let run = Run::new(&settings, &bars)?;
    let prepared = if *waterfall {
        let seed = all[0].simulation.seed;
        let quiet = arguments.output.quiet;
        match waterfall::prepare(&scenarios, seed, &run.threads, quiet)? {
            Some(prepared) => Some(prepared),
            None => return Ok(None),
        }
    } else {
        None
    };
    let compared = run.compare(&all).map_err(different)?;
    let manifest = Some(manifest::comparison(&compared, &all));
    let waterfalls =
        prepared.and_then(|prepared| waterfall::run(&prepared, &run.threads, arguments));
    let first = all[0].document.file().to_owned();
    Ok(Some((Compared { comparison: compared.comparison, manifest, waterfalls }, first)))
}

/// Reads results back and compares them as independent.
fn read_back(folders: &[PathBuf]) -> miette::Result<Comparison> {
    let results: Vec<Results> =
        folders.iter().map(|folder| results::read(folder)).collect::<Result<_, _>>()?;
    if results.len() < 2 {
        return Err(different(CompareError::TooFew { count: results.len() }));
    }
    let questions: Vec<(String, Vec<Question>)> =
        results.iter().map(|result| (result.name.clone(), result.questions.clone())).collect();
    let matched = comparison::match_targets(&questions).map_err(different)?;
    let row = |(result, index): (&Results, &usize)| result.rows[*index].clone();
    let rows: Vec<ComparisonRow> =
        matched.iter().flat_map(|indices| results.iter().zip(indices).map(row)).collect();
    Ok(comparison::independent(rows))
}

fn different(error: CompareError) -> miette::Report {
    let help = match error {
        CompareError::TooFew { .. } => {
            "name two or more scenarios or folders of results, as `tradecast compare scenarios/pakistan-kyrgyzstan`"
        }
        CompareError::MissingTarget { .. } | CompareError::OtherTarget { .. } => {
            "only the same question can be compared: same target name, amount, unit, period and prices; `--set target.NAME.at_least=…` or `.in=…` can make them alike"
        }
    };
    miette!(help = help, "{error}")
}

fn write(compared: &Compared, out: &Path, no_charts: bool) -> miette::Result<()> {
    let Compared { comparison, manifest, waterfalls } = compared;
    let table = csv::comparison(comparison);
    let mut files = vec![OutputFile { name: table.name.to_owned(), bytes: table.bytes }];
    files.extend(waterfalls.iter().map(|all| waterfall_report::table(all)));
    if !no_charts {
        let mut figures = vec![chart::comparison(comparison).into_diagnostic()?];
        figures.extend(chart::comparison_fans(comparison).into_diagnostic()?);
        figures.extend(
            chart::waterfalls(waterfalls.as_deref().unwrap_or_default()).into_diagnostic()?,
        );
        files.extend(figure_files(&figures, &Threads::new(None)?)?);
    }
    if let Some(manifest) = manifest {
        let name = manifest::COMPARISON_NAME.to_owned();
        files.push(OutputFile { name, bytes: manifest.clone().into_bytes() });
    }
    folder::write(out, &files, &earlier(out), folder::write_bytes)?;
    Ok(())
}

/// What an earlier comparison may have left in a folder.
fn earlier(out: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(out).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let is_figure = |name: &String| {
        let stem = name.strip_suffix(".png").or_else(|| name.strip_suffix(".svg"));
        stem.is_some_and(|stem| stem.starts_with("comparison") || stem.starts_with("waterfall"))
    };
    let is_ours = |name: &String| {
        [manifest::COMPARISON_NAME, "waterfall.csv"].contains(&name.as_str()) || is_figure(name)
    };
    names.filter(is_ours).collect()
}
