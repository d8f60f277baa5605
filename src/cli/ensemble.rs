//! `tradecast ensemble`: scenarios with weights, as one mixture.

use super::run::figure_files;
use super::simulate::{self, Case, Simulated};
use super::watch::ToWatch;
use super::{INTERRUPTED, SimulationArguments, files};
use clap::Args;
use miette::IntoDiagnostic;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tradecast_core::comparison::{self, Question};
use tradecast_core::ensemble::{self, Ensemble, Mixture, Run};
use tradecast_core::model::Model;
use tradecast_core::scenario::Scenario;
use tradecast_report::folder::{self, OutputFile};
use tradecast_report::{chart, ensemble as report, manifest};

/// The name of an ensemble's manifest.
const MANIFEST: &str = "ensemble.toml";

/// Arguments of `ensemble`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A file of weighted scenarios: title, and [member.NAME] with scenario, weight and source.
    /// --set member.NAME.weight=… changes a weight, any other key is one of the scenarios'
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    simulation: SimulationArguments,
}

/// An ensemble and its scenarios, ready to run.
struct Given {
    ensemble: Ensemble,
    /// By member, with the paths, the seed and the method of the first.
    cases: Vec<Case>,
    /// For each target that they have in common, its index by member.
    matched: Vec<Vec<usize>>,
    /// Doubts about their being one ensemble.
    doubts: Vec<String>,
}

/// What is watched, where that was asked for: the ensemble and, where it can be read, its scenarios.
pub fn watched(arguments: &Arguments) -> Option<ToWatch> {
    let mut to_watch = arguments.simulation.watched(std::slice::from_ref(&arguments.file))?;
    let (own, of_scenarios) = settings(&arguments.simulation);
    if let Ok(ensemble) = Ensemble::read(&arguments.file, &own) {
        to_watch.paths.extend(ensemble.members.into_iter().map(|member| member.file));
    }
    Some(ToWatch { settings: of_scenarios, ..to_watch })
}

/// The ensemble's own settings, and those of every scenario.
fn settings(arguments: &SimulationArguments) -> (Vec<String>, Vec<String>) {
    let settings = arguments.settings.iter().cloned();
    settings.partition(|setting| setting.trim_start().starts_with("member."))
}

/// Runs the command.
///
/// # Errors
/// What is no ensemble, a scenario that cannot be read, members that ask different questions,
/// results that cannot be written.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let simulation = &arguments.simulation;
    let given = read(arguments)?;
    let out = results_folder(&given, arguments);
    folder::prepare(&out)?;
    simulate::listen_for_interrupts()?;
    let pool = simulate::pool(simulation.threads)?;
    let simulated: Vec<(Model, Simulated)> = simulate::each(&given.cases, (&pool, simulation))
        .map(|(_, model, simulated)| (model, simulated))
        .collect();
    if simulated.len() < given.cases.len() {
        // Without all members there is no mixture.
        return Ok(ExitCode::from(INTERRUPTED));
    }
    let mixture = mixture(&given, &simulated, files::stem(&arguments.file));
    write(&given, &mixture, &simulated, (&out, simulation.output.no_charts))?;
    if simulation.output.json {
        super::print_json(&mixture)?;
    } else if !simulation.output.quiet {
        let card = report::card(&mixture, simulate::style());
        super::print(&format!("{card}  {}\n", out.display()))?;
    }
    Ok(if simulate::is_interrupted() { ExitCode::from(INTERRUPTED) } else { ExitCode::SUCCESS })
}

/// Reads the ensemble and its scenarios.
fn read(arguments: &Arguments) -> miette::Result<Given> {
    let simulation = &arguments.simulation;
    let (own, of_scenarios) = settings(simulation);
    let ensemble = Ensemble::read(&arguments.file, &own)?;
    let read = ensemble.members.iter();
    let read = read.map(|member| Case::read(&member.file, &of_scenarios, simulation));
    let mut cases: Vec<Case> = read.collect::<miette::Result<_>>()?;
    let questions: Vec<(String, Vec<Question>)> = ensemble
        .members
        .iter()
        .zip(&cases)
        .map(|(member, case)| (member.name.clone(), Question::of(&case.scenario)))
        .collect();
    let matched =
        comparison::match_targets(&questions).map_err(|error| ensemble.different(&error))?;
    let scenarios: Vec<&Scenario> = cases.iter().map(|case| &case.scenario).collect();
    let doubts = ensemble::doubts(&ensemble, &scenarios, &matched);
    let settings = cases[0].scenario.simulation;
    cases.iter_mut().for_each(|case| case.scenario.simulation = settings);
    Ok(Given { ensemble, cases, matched, doubts })
}

/// `DIR/ENSEMBLE`, or `output/FOLDER/ENSEMBLE` after the folder of the first member's scenario.
fn results_folder(given: &Given, arguments: &Arguments) -> PathBuf {
    let name = files::stem(&arguments.file);
    match &arguments.simulation.output.out {
        Some(out) => out.join(name),
        None => {
            let first = &given.cases[0].file;
            let first = first.canonicalize().unwrap_or_else(|_| first.clone());
            files::case_folder(&first).join(name)
        }
    }
}

fn mixture(given: &Given, simulated: &[(Model, Simulated)], name: String) -> Mixture {
    let runs = given.cases.iter().zip(simulated).map(|(case, (model, of))| Run {
        scenario: &case.scenario,
        model,
        outcome: &of.outcome,
        plan: &of.plan,
        asked: of.asked,
        is_imprecise: of.is_imprecise,
    });
    let runs: Vec<Run<'_>> = runs.collect();
    ensemble::mixture((name, &given.ensemble), &runs, &given.matched, given.doubts.clone())
}

/// Writes table, figures and manifest, all or nothing.
fn write(
    given: &Given,
    mixture: &Mixture,
    simulated: &[(Model, Simulated)],
    (out, no_charts): (&Path, bool),
) -> miette::Result<()> {
    let table = report::table(mixture);
    let mut files = vec![OutputFile { name: table.name.to_owned(), bytes: table.bytes }];
    if !no_charts {
        files.extend(figure_files(chart::ensembles(mixture).into_diagnostic()?)?);
    }
    let members: Vec<manifest::MemberInputs<'_>> = given
        .ensemble
        .members
        .iter()
        .zip(&given.cases)
        .zip(simulated)
        .map(|((member, case), (_, of))| {
            let paths = (of.outcome.states[0].paths, of.asked);
            (member.name.as_str(), &case.document, &case.scenario.inputs[..], paths)
        })
        .collect();
    let whole = (mixture.name.as_str(), &given.ensemble.document, mixture.seed);
    let text = manifest::ensemble(whole, &members, &mixture.warnings);
    files.push(OutputFile { name: MANIFEST.to_owned(), bytes: text.into_bytes() });
    let names: Vec<String> = ["ensemble.png", "ensemble.svg"].map(str::to_owned).to_vec();
    folder::write(out, &files, &names, folder::write_bytes)?;
    Ok(())
}
