//! `tradecast report`: one page to hand over, with everything that is known of scenarios.

use super::require::parse_probability;
use super::simulate::{self, Case};
use super::vary as shared;
use super::watch::ToWatch;
use super::{INTERRUPTED, SimulationArguments, compare, files, progress, run, uncertainty};
use clap::Args;
use miette::IntoDiagnostic;
use rayon::ThreadPool;
use std::path::PathBuf;
use std::process::ExitCode;
use tradecast_core::projection::{Comparison, Projection};
use tradecast_core::require::{self, Question};
use tradecast_core::scenario::Flow;
use tradecast_core::sensitivity::{self, STEPS, Sensitivity};
use tradecast_core::vary::{Knob, Look, Watch, default_range};
use tradecast_report::folder::{self, OutputFile};
use tradecast_report::html::{self, Chapter, Report};
use tradecast_report::require::Required;
use tradecast_report::words::language::{Code, Language};
use tradecast_report::{csv, manifest};

/// Paths of each evaluation of `sensitivity`, for one scenario and for each of several.
const SENSITIVITY_PATHS: [u64; 2] = [1 << 17, 1 << 15];

/// Paths on which it is looked what the target would take, for one scenario and for each of several.
const REQUIRE_PATHS: [u64; 2] = [200_000, 50_000];

/// What is varied to see what the target would take.
const VARIED: usize = 5;

/// Arguments of `report`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A scenario file, or a folder of scenarios that are compared
    #[arg(value_name = "FILE|FOLDER")]
    scenario: PathBuf,
    /// The language of the report's own words, en, ar, ur or ru; what a scenario says stays as it was
    /// written
    #[arg(long, value_name = "CODE", default_value = "en")]
    lang: Code,
    /// What it would take is told for this probability (repeatable)
    #[arg(long, value_name = "P", value_parser = parse_probability, default_values = ["10%", "50%", "90%"])]
    probability: Vec<f64>,
    #[command(flatten)]
    simulation: SimulationArguments,
}

/// What is watched, where that was asked for.
pub fn watched(arguments: &Arguments) -> Option<ToWatch> {
    arguments.simulation.watched(std::slice::from_ref(&arguments.scenario))
}

/// Runs the command.
///
/// # Errors
/// A scenario that cannot be read, a report that cannot be written.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let simulation = &arguments.simulation;
    let cases = Case::read_all(std::slice::from_ref(&arguments.scenario), simulation)?;
    let out = folder_of(arguments, &cases);
    folder::prepare(&out)?;
    simulate::listen_for_interrupts()?;
    let pool = simulate::pool(simulation.threads)?;
    let Some(report) = report(arguments, &cases, &pool)? else {
        return Ok(ExitCode::from(INTERRUPTED));
    };
    let language = Language::of(arguments.lang);
    let page = html::page(&report, language).into_diagnostic()?;
    let name = match arguments.lang {
        Code::En => "report.html".to_owned(),
        other => format!("report.{}.html", other.name()),
    };
    let path = out.join(&name);
    folder::write(
        &out,
        &[OutputFile { name, bytes: page.into_bytes() }],
        &[],
        folder::write_bytes,
    )?;
    if simulation.output.json {
        let projections = report.chapters.iter().map(|chapter| &chapter.projection);
        run::print_json(&projections.cloned().collect::<Vec<_>>())?;
    } else if !simulation.output.quiet {
        super::print(&format!("{}\n", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder of one scenario's results, or of a case's.
fn folder_of(arguments: &Arguments, cases: &[Case]) -> PathBuf {
    let out = arguments.simulation.output.out.as_deref();
    match (cases, arguments.scenario.is_dir(), out) {
        ([only], false, out) => files::results_folder(&only.file, out),
        (_, _, Some(out)) => out.to_owned(),
        (cases, ..) => files::case_folder(&cases[0].file),
    }
}

/// Everything that the page says; none where Ctrl-C ended the work.
fn report(
    arguments: &Arguments,
    cases: &[Case],
    pool: &ThreadPool,
) -> miette::Result<Option<Report>> {
    let simulation = &arguments.simulation;
    let mut projections = run::project_all(cases, (pool, simulation));
    for (case, projection) in cases.iter().zip(&mut projections) {
        uncertainty::add(projection, (case, &case.model()), (pool, simulation.output.quiet));
    }
    if simulate::is_interrupted() {
        return Ok(None);
    }
    let comparison = compared(cases, simulation)?;
    if simulate::is_interrupted() {
        return Ok(None);
    }
    let bar = progress::bar(STEPS * cases.len() as u64, "", simulation.output.quiet);
    let mut chapters = Vec::new();
    for (case, projection) in cases.iter().zip(projections) {
        let watch = shared::watch(&bar);
        let Some(sensitivity) = sensitivity_of(case, cases.len(), pool, &watch) else {
            return Ok(None);
        };
        let given = (&arguments.probability[..], REQUIRE_PATHS[usize::from(cases.len() > 1)]);
        let Some(required) = required(case, &sensitivity, given, pool)? else {
            return Ok(None);
        };
        chapters.push(chapter(case, projection, (sensitivity, required)));
    }
    bar.finish_and_clear();
    Ok(Some(Report {
        chapters,
        comparison,
        command: command(),
        with_figures: !simulation.output.no_charts,
    }))
}

/// The scenarios side by side, or why not; none for a single one.
fn compared(
    cases: &[Case],
    simulation: &SimulationArguments,
) -> miette::Result<Option<Result<Comparison, String>>> {
    if cases.len() < 2 {
        return Ok(None);
    }
    if let Err(error) = compare::matched(cases) {
        return Ok(Some(Err(error.to_string())));
    }
    let (comparison, _) = compare::simulated(cases, simulation)?;
    Ok(Some(Ok(comparison)))
}

fn sensitivity_of(
    case: &Case,
    scenarios: usize,
    pool: &ThreadPool,
    watch: Watch<'_>,
) -> Option<Sensitivity> {
    let question = sensitivity::Question {
        name: &case.name,
        scenario: &case.scenario,
        target: 0,
        paths: SENSITIVITY_PATHS[usize::from(scenarios > 1)],
        seed: case.scenario.simulation.seed,
    };
    sensitivity::sensitivity(&question, pool, watch)
}

/// What the first target would take: its amount, its period, and what moves P most.
fn required(
    case: &Case,
    sensitivity: &Sensitivity,
    (wanted, paths): (&[f64], u64),
    pool: &ThreadPool,
) -> miette::Result<Option<Required>> {
    let (scenario, document) = (&case.scenario, &case.document);
    let question = |knob: Knob| {
        let range = default_range(&knob, scenario);
        Question { knob, range, wanted: wanted.to_vec() }
    };
    let questions: Vec<Question> = knobs(case, sensitivity).into_iter().map(question).collect();
    let watch = |_| shared::unless_interrupted();
    let seed = scenario.simulation.seed;
    let look = Look { target: 0, paths, seed, pool, watch: &watch };
    let found = require::require_each(scenario, document, &questions, look)?;
    Ok(found.map(|requirements| Required::new((&case.name, scenario), look, requirements)))
}

/// The target's amount and period, how the largest flow grows, and what moves P most.
fn knobs(case: &Case, sensitivity: &Sensitivity) -> Vec<Knob> {
    let (scenario, document) = (&case.scenario, &case.document);
    let own = ["at_least", "in"].map(|key| format!("target.{}.{key}", scenario.targets[0].name));
    let size = |flow: &&Flow| flow.baseline.value.median();
    let largest = scenario.flows.iter().max_by(|a, b| size(a).total_cmp(&size(b)));
    let growth = largest.into_iter().flat_map(|flow| {
        ["fitted.drift", "random_walk.median", "mean_reverting.trend", "constant"]
            .map(|rate| format!("flow.{}.growth.{rate}", flow.name))
    });
    let inputs = sensitivity.inputs.iter().map(|input| &input.name);
    let moving = inputs.flat_map(|name| [name.clone(), format!("{name}.probability")]);
    let mut knobs: Vec<Knob> = Vec::new();
    for key in own.into_iter().chain(growth).chain(moving) {
        let is_new = knobs.iter().all(|known| known.key != key);
        knobs.extend(Knob::find(scenario, document, &key).ok().filter(|_| is_new));
        if knobs.len() == VARIED {
            break;
        }
    }
    knobs
}

fn chapter(
    case: &Case,
    projection: Projection,
    (sensitivity, required): (Sensitivity, Required),
) -> Chapter {
    let inputs = (&case.document, &case.scenario.inputs[..]);
    Chapter {
        tables: csv::tables(&projection),
        manifest: manifest::manifest(&projection, inputs, &[]),
        files: manifest::hashes(&case.document, &case.scenario.inputs),
        scenario: case.scenario.clone(),
        projection,
        sensitivity,
        required,
    }
}

/// The command that gives the same report, to be pasted into a shell: as it was given, without what
/// changes no number.
fn command() -> String {
    let mut words = vec!["tradecast".to_owned()];
    let mut given = std::env::args().skip(1);
    while let Some(word) = given.next() {
        match word.as_str() {
            "--quiet" | "-q" | "--json" | "--watch" => {}
            "--out" | "--threads" => drop(given.next()),
            word if word.starts_with("--out=") || word.starts_with("--threads=") => {}
            word => words.push(quoted(word)),
        }
    }
    words.join(" ")
}

/// A word as a shell takes it for one.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_./=%:,+-".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn what_a_shell_would_split_is_quoted() {
        assert_eq!(quoted("scenarios/a-b.toml"), "scenarios/a-b.toml");
        assert_eq!(quoted("title=it's 5 %"), "'title=it'\\''s 5 %'");
        assert_eq!(quoted(""), "''");
    }
}
