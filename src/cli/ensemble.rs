//! `tradecast ensemble`: scenarios with weights, as one mixture.

use super::given;
use super::progress::Bars;
use super::run::figure_files;
use super::watch::ToWatch;
use super::{INTERRUPTED, SimulationArguments, files, interrupt};
use clap::Args;
use miette::IntoDiagnostic;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tradecast_core::comparison::{self, Question};
use tradecast_core::engine::Simulated;
use tradecast_core::ensemble::{self, Ensemble, Mixture};
use tradecast_core::model::Model;
use tradecast_core::run::Run;
use tradecast_core::scenario::Scenario;
use tradecast_core::threads::Threads;
use tradecast_core::warning::Warning;
use tradecast_report::folder::{self, OutputFile};
use tradecast_report::json;
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
    scenarios: Vec<Scenario>,
    /// For each target that they have in common, its index by member.
    matched: Vec<Vec<usize>>,
    /// Doubts about their being one ensemble.
    doubts: Vec<Warning>,
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
    interrupt::listen()?;
    let (settings, bars) = (simulation.to_settings(), Bars::new(simulation.output.quiet));
    let run = Run::new(&settings, &bars)?;
    let simulated: Vec<(Model, Simulated)> = run
        .simulate_each(&given.scenarios)
        .map(|(_, model, simulated)| (model, simulated))
        .collect();
    if simulated.len() < given.scenarios.len() {
        // Without all members there is no mixture.
        return Ok(ExitCode::from(INTERRUPTED));
    }
    let mixture = mixture(&given, &simulated, files::stem(&arguments.file));
    write(
        &given,
        &mixture,
        &simulated,
        (&out, (!simulation.output.no_charts).then_some(&run.threads)),
    )?;
    if simulation.output.json {
        super::print_json(&json::result(&mixture).into_diagnostic()?)?;
    } else if !simulation.output.quiet {
        let card = report::card(&mixture, super::style());
        super::print(&format!("{card}  {}\n", out.display()))?;
    }
    Ok(interrupt::exit_code())
}

/// Reads the ensemble and its scenarios.
fn read(arguments: &Arguments) -> miette::Result<Given> {
    let simulation = &arguments.simulation;
    let (own, of_scenarios) = settings(simulation);
    let ensemble = Ensemble::read(&arguments.file, &own)?;
    let read = ensemble.members.iter();
    let settings = simulation.to_settings();
    let read = read.map(|member| given::read(&member.file, &of_scenarios, &settings));
    let mut scenarios: Vec<Scenario> = read.collect::<miette::Result<_>>()?;
    let questions: Vec<(String, Vec<Question>)> = ensemble
        .members
        .iter()
        .zip(&scenarios)
        .map(|(member, scenario)| (member.name.clone(), Question::of(scenario)))
        .collect();
    let matched =
        comparison::match_targets(&questions).map_err(|error| ensemble.different(&error))?;
    let doubts = ensemble::doubts(&ensemble, &scenarios.iter().collect::<Vec<_>>(), &matched);
    let first = scenarios[0].simulation;
    scenarios.iter_mut().for_each(|scenario| scenario.simulation = first);
    Ok(Given { ensemble, scenarios, matched, doubts })
}

/// `DIR/ENSEMBLE`, or `output/FOLDER/ENSEMBLE` after the folder of the first member's scenario.
fn results_folder(given: &Given, arguments: &Arguments) -> PathBuf {
    let name = files::stem(&arguments.file);
    match &arguments.simulation.output.out {
        Some(out) => out.join(name),
        None => {
            let first = given.scenarios[0].document.file();
            let first = first.canonicalize().unwrap_or_else(|_| first.to_owned());
            files::case_folder(&first).join(name)
        }
    }
}

fn mixture(given: &Given, simulated: &[(Model, Simulated)], name: String) -> Mixture {
    let runs = given.scenarios.iter().zip(simulated).map(|(scenario, (model, of))| ensemble::Run {
        scenario,
        model,
        simulated: of,
    });
    let runs: Vec<ensemble::Run<'_>> = runs.collect();
    ensemble::mixture((name, &given.ensemble), &runs, &given.matched, given.doubts.clone())
}

/// Writes table, figures and manifest, all or nothing.
fn write(
    given: &Given,
    mixture: &Mixture,
    simulated: &[(Model, Simulated)],
    (out, draws): (&Path, Option<&Threads>),
) -> miette::Result<()> {
    let table = report::table(mixture);
    let mut files = vec![OutputFile { name: table.name.to_owned(), bytes: table.bytes }];
    if let Some(threads) = draws {
        files.extend(figure_files(&chart::ensembles(mixture).into_diagnostic()?, threads)?);
    }
    let members: Vec<manifest::SimulatedMember<'_>> = given
        .ensemble
        .members
        .iter()
        .zip(&given.scenarios)
        .zip(simulated)
        .map(|((member, scenario), (_, of))| manifest::SimulatedMember {
            name: &member.name,
            scenario,
            paths: of.outcome.states[0].paths,
            asked: of.asked,
        })
        .collect();
    let text = manifest::ensemble(mixture, &given.ensemble.document, &members);
    files.push(OutputFile { name: MANIFEST.to_owned(), bytes: text.into_bytes() });
    let names: Vec<String> = ["ensemble.png", "ensemble.svg"].map(str::to_owned).to_vec();
    folder::write(out, &files, &names, folder::write_bytes)?;
    Ok(())
}
