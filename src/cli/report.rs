//! `tradecast report`: one page to hand over, with everything that is known of scenarios.

use super::given;
use super::progress::Bars;
use super::require::parse_probability;
use super::watch::ToWatch;
use super::{INTERRUPTED, SimulationArguments, files, interrupt, progress};
use clap::Args;
use miette::IntoDiagnostic;
use std::path::PathBuf;
use std::process::ExitCode;
use tradecast_core::projection::{Comparison, Projection};
use tradecast_core::require::{self, Question};
use tradecast_core::run::Run;
use tradecast_core::scenario::{Flow, Scenario};
use tradecast_core::sensitivity::{self, STEPS, Sensitivity};
use tradecast_core::threads::{Threads, Work};
use tradecast_core::vary::{Knob, Look, default_range};
use tradecast_report::folder::{self, OutputFile};
use tradecast_report::html::{self, Chapter, Report};
use tradecast_report::json;
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
    let settings = simulation.to_settings();
    let named = std::slice::from_ref(&arguments.scenario);
    let scenarios = given::read_all(named, &simulation.settings, &settings)?;
    let out = folder_of(arguments, &scenarios);
    folder::prepare(&out)?;
    interrupt::listen()?;
    let bars = Bars::new(simulation.output.quiet);
    let Some(report) = report(arguments, &scenarios, &Run::new(&settings, &bars)?)? else {
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
        super::print_json(&json::results(projections).into_diagnostic()?)?;
    } else if !simulation.output.quiet {
        super::print(&format!("{}\n", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder of one scenario's results, or of a case's.
fn folder_of(arguments: &Arguments, scenarios: &[Scenario]) -> PathBuf {
    let out = arguments.simulation.output.out.as_deref();
    match (scenarios, arguments.scenario.is_dir(), out) {
        ([only], false, out) => files::results_folder(only.document.file(), out),
        (_, _, Some(out)) => out.to_owned(),
        (scenarios, ..) => files::case_folder(scenarios[0].document.file()),
    }
}

/// Everything that the page says; none where Ctrl-C ended the work.
fn report(
    arguments: &Arguments,
    scenarios: &[Scenario],
    run: &Run<'_>,
) -> miette::Result<Option<Report>> {
    let simulation = &arguments.simulation;
    let projections: Vec<Projection> = run.each(scenarios).collect();
    if interrupt::is_pressed() {
        return Ok(None);
    }
    let comparison = compared(scenarios, run);
    if interrupt::is_pressed() {
        return Ok(None);
    }
    let bar = progress::bar(STEPS * scenarios.len() as u64, "", simulation.output.quiet);
    let several = usize::from(scenarios.len() > 1);
    let mut chapters = Vec::new();
    for (scenario, projection) in scenarios.iter().zip(projections) {
        let watch = progress::watch(&bar);
        let paths = SENSITIVITY_PATHS[several];
        let Some(sensitivity) =
            sensitivity_of(scenario, paths, Work { threads: &run.threads, watch: &watch })
        else {
            return Ok(None);
        };
        let given = (&arguments.probability[..], REQUIRE_PATHS[several]);
        let Some(required) = required(scenario, &sensitivity, given, &run.threads)? else {
            return Ok(None);
        };
        chapters.push(chapter(scenario, projection, sensitivity, required));
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
fn compared(scenarios: &[Scenario], run: &Run<'_>) -> Option<Result<Comparison, String>> {
    let all: Vec<&Scenario> = scenarios.iter().collect();
    let compared = (all.len() > 1).then(|| run.compare(&all))?;
    Some(compared.map(|compared| compared.comparison).map_err(|error| error.to_string()))
}

fn sensitivity_of(scenario: &Scenario, paths: u64, work: Work<'_>) -> Option<Sensitivity> {
    let seed = scenario.simulation.seed;
    let question = sensitivity::Question { scenario, target: 0, paths, seed };
    sensitivity::sensitivity(&question, work)
}

/// What the first target would take: its amount, its period, and what moves P most.
fn required(
    scenario: &Scenario,
    sensitivity: &Sensitivity,
    (wanted, paths): (&[f64], u64),
    threads: &Threads,
) -> miette::Result<Option<Required>> {
    let question = |knob: Knob| {
        let range = default_range(&knob, scenario);
        Question { knob, range, wanted: wanted.to_vec() }
    };
    let questions: Vec<Question> = knobs(scenario, sensitivity).into_iter().map(question).collect();
    let watch = |_| interrupt::unless_pressed();
    let seed = scenario.simulation.seed;
    let work = Work { threads, watch: &watch };
    let look = Look { target: 0, paths, seed, work };
    let found = require::require_each(scenario, &questions, look)?;
    Ok(found.map(|requirements| Required::new(scenario, look, requirements)))
}

/// The target's amount and period, how the largest flow grows, and what moves P most.
fn knobs(scenario: &Scenario, sensitivity: &Sensitivity) -> Vec<Knob> {
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
        knobs.extend(Knob::find(scenario, &key).ok().filter(|_| is_new));
        if knobs.len() == VARIED {
            break;
        }
    }
    knobs
}

fn chapter(
    scenario: &Scenario,
    projection: Projection,
    sensitivity: Sensitivity,
    required: Required,
) -> Chapter {
    Chapter {
        tables: csv::tables(&projection),
        manifest: manifest::manifest(&projection, scenario, &[]),
        files: manifest::hashes(scenario),
        scenario: scenario.clone(),
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
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
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
