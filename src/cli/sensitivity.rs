//! `tradecast sensitivity`: what moves the probability of a target.

use super::watch::{ToWatch, WatchArguments};
use super::{INTERRUPTED, OutputArguments, files, interrupt, parse_count, progress, run};
use clap::Args;
use miette::{IntoDiagnostic, miette};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tradecast_core::scenario::{Disk, Scenario};
use tradecast_core::sensitivity::{self, Question, STEPS, Sensitivity};
use tradecast_core::threads::{Threads, Work};
use tradecast_report::folder::{self, OutputFile};
use tradecast_report::json;
use tradecast_report::{chart, discovery, manifest, sensitivity as report};

/// Paths of each evaluation where nobody says how many.
const PATHS: u64 = 1 << 17;

/// Arguments of `sensitivity`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A scenario file
    #[arg(value_name = "FILE")]
    scenario: PathBuf,
    /// The target whose probability is meant [default: the scenario's first]
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// Override one key of the scenario, as target.announced.at_least=150 (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Paths of each evaluation; there are about four evaluations an input [default: 131,072]
    #[arg(long, value_name = "N", value_parser = parse_count)]
    paths: Option<u64>,
    /// Seed of every draw [default: the scenario's, or 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Number of threads; results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    #[command(flatten)]
    watch: WatchArguments,
    #[command(flatten)]
    output: OutputArguments,
}

/// What is watched, where that was asked for.
pub fn watched(arguments: &Arguments) -> Option<ToWatch> {
    let scenario = std::slice::from_ref(&arguments.scenario);
    arguments.watch.of(scenario, &arguments.settings, arguments.output.quiet)
}

/// Runs the command.
///
/// # Errors
/// A scenario that cannot be read, a target that it does not have, results that cannot be written.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let file = one_file(&arguments.scenario)?;
    let scenario = Scenario::load(&file, &arguments.settings, &Disk)?;
    let question = Question {
        scenario: &scenario,
        target: target(&scenario, arguments.target.as_deref())?,
        paths: arguments.paths.unwrap_or(PATHS),
        seed: arguments.seed.unwrap_or(scenario.simulation.seed),
    };
    let out = files::results_folder(&file, arguments.output.out.as_deref());
    folder::prepare(&out)?;
    interrupt::listen()?;
    let threads = Threads::new(arguments.threads)?;
    let bar = progress::bar(STEPS, "", arguments.output.quiet);
    let found = sensitivity::sensitivity(
        &question,
        Work { threads: &threads, watch: &progress::watch(&bar) },
    );
    bar.finish_and_clear();
    let Some(found) = found else { return Ok(ExitCode::from(INTERRUPTED)) };
    let manifest = manifest::varied(
        &scenario,
        (found.paths, found.seed),
        &[("target", vec![found.target.clone()])],
    );
    write(&found, manifest, &out, (!arguments.output.no_charts).then_some(&threads))?;
    print(&found, &out, &arguments.output)?;
    Ok(ExitCode::SUCCESS)
}

/// The only scenario that an argument means.
fn one_file(path: &Path) -> miette::Result<PathBuf> {
    match &files::scenarios(path)?[..] {
        [file] => Ok(file.clone()),
        several => Err(miette!(
            help = format!("name one of them, as `tradecast sensitivity {}`", several[0].display()),
            "{} holds {} scenarios; `sensitivity` looks at one",
            path.display(),
            several.len()
        )),
    }
}

/// The number of the target that is meant.
fn target(scenario: &Scenario, name: Option<&str>) -> miette::Result<usize> {
    let Some(name) = name else { return Ok(0) };
    let position = scenario.targets.iter().position(|target| target.name == name);
    position.ok_or_else(|| {
        let names: Vec<&str> = scenario.targets.iter().map(|it| it.name.as_str()).collect();
        let likeness = |other: &&&str| (1000.0 * strsim::jaro_winkler(name, other)) as u32;
        let nearest = names.iter().max_by_key(likeness).copied().unwrap_or_default();
        let help = format!("did you mean `{nearest}`? The targets are: {}", names.join(", "));
        miette!(help = help, "the scenario has no target \"{name}\"")
    })
}

/// Writes table, figure and manifest, all or nothing; the figure on threads where it is wanted.
fn write(
    found: &Sensitivity,
    manifest: String,
    out: &Path,
    draws: Option<&Threads>,
) -> miette::Result<()> {
    let mut files: Vec<OutputFile> = vec![report::table(found)];
    files.extend(found.discovered.as_ref().map(discovery::table));
    if let Some(threads) = draws.filter(|_| !found.inputs.is_empty()) {
        files.extend(run::figure_files(&[chart::tornado(found).into_diagnostic()?], threads)?);
    }
    let name = "sensitivity.toml".to_owned();
    files.push(OutputFile { name, bytes: manifest.into_bytes() });
    let obsolete = ["tornado.png", "tornado.svg", discovery::NAME].map(str::to_owned);
    folder::write(out, &files, &obsolete, folder::write_bytes)?;
    Ok(())
}

fn print(found: &Sensitivity, out: &Path, output: &OutputArguments) -> miette::Result<()> {
    if output.json {
        return super::print_json(&json::result(found).into_diagnostic()?);
    }
    if output.quiet {
        return Ok(());
    }
    let text = report::text(found, super::style());
    super::print(&format!("{text}  {}\n", out.display()))
}
