//! `tradecast sweep`: the probability over a grid of values of one or two keys.

use super::vary::{self, VaryArguments};
use super::{INTERRUPTED, interrupt, parse_count, progress, run::figure_files};
use clap::Args;
use miette::{IntoDiagnostic, miette};
use std::process::ExitCode;
use tradecast_core::scenario::Scenario;
use tradecast_core::sweep::{self, Axis, MOST_POINTS, Sweep};
use tradecast_core::threads::Work;
use tradecast_core::vary::Look;
use tradecast_report::folder::OutputFile;
use tradecast_report::words;
use tradecast_report::{chart, manifest, sweep as report};

/// Arguments of `sweep`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// What varies and over which values: n from a to b, as
    /// --over target.announced.at_least=100..300:21 [default n: 21]; twice for a heat map
    #[arg(long, required = true, value_name = "KEY=a..b:n")]
    over: Vec<String>,
    /// Number of simulated paths, the same at every point
    #[arg(long, value_name = "N", value_parser = parse_count, default_value = "100_000")]
    paths: u64,
    #[command(flatten)]
    pub vary: VaryArguments,
}

/// Runs the command.
///
/// # Errors
/// A key that cannot vary, a range at which the scenario is not valid, results that cannot be
/// written.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let scenario = &arguments.vary.read(Some(arguments.paths))?;
    let axes = axes(arguments, scenario)?;
    let knobs: Vec<_> = axes.iter().map(|axis| &axis.knob).collect();
    let target = arguments.vary.target(scenario, &knobs)?;
    let out = arguments.vary.folder("sweep")?;
    interrupt::listen()?;
    let threads = arguments.vary.threads()?;
    let points: usize = axes.iter().map(|axis| axis.values.len()).product();
    let bar = arguments.vary.bar(Some(points as u64 * arguments.paths));
    let watch = progress::watch(&bar);
    let look = vary::look(scenario, target, Work { threads: &threads, watch: &watch });
    let found = sweep::sweep(scenario, axes, look)?;
    bar.finish_and_clear();
    let Some(sweep) = found else { return Ok(ExitCode::from(INTERRUPTED)) };
    let files = files(&sweep, scenario, &look, arguments.vary.output.no_charts)?;
    vary::write(&out, &files, &["sweep.png", "sweep.svg"])?;
    let card = report::card(&sweep, super::style());
    arguments.vary.print(&report::json(&sweep), &card, &out)?;
    Ok(ExitCode::SUCCESS)
}

fn axes(arguments: &Arguments, scenario: &Scenario) -> miette::Result<Vec<Axis>> {
    let read = |text: &String| Axis::parse(scenario, text);
    let axes: Vec<Axis> = arguments.over.iter().map(read).collect::<Result<_, _>>()?;
    let points: usize = axes.iter().map(|axis| axis.values.len()).product();
    match &axes[..] {
        [first, second] if first.knob.key == second.knob.key => Err(miette!(
            help = "the second --over takes another key",
            "both axes vary {}",
            first.knob.key
        )),
        [_, _, _, ..] => Err(miette!(
            help = "sweep one or two keys at a time; fix another with --set KEY=VALUE",
            "{} axes are asked for",
            axes.len()
        )),
        _ if points > MOST_POINTS => Err(miette!(
            help = format!(
                "at most {} points; take fewer on an axis",
                words::count(MOST_POINTS as u64)
            ),
            "the grid has {} points",
            words::count(points as u64)
        )),
        _ => Ok(axes),
    }
}

fn files(
    sweep: &Sweep,
    scenario: &Scenario,
    look: &Look<'_>,
    no_charts: bool,
) -> miette::Result<Vec<OutputFile>> {
    let table = report::table(sweep);
    let mut files = vec![OutputFile { name: table.name.to_owned(), bytes: table.bytes }];
    if !no_charts {
        files.extend(figure_files(&[chart::sweep(sweep).into_diagnostic()?], look.work.threads)?);
    }
    let over = sweep.axes.iter().map(|axis| {
        let ends = [axis.values.first(), axis.values.last()]
            .map(|value| axis.knob.written(value.copied().unwrap_or(f64::NAN)));
        format!("{}={}..{}:{}", axis.knob.key, ends[0], ends[1], axis.values.len())
    });
    let text = manifest::varied(
        scenario,
        sweep.paths,
        sweep.seed,
        &[("target", vec![sweep.target.clone()]), ("over", over.collect())],
    );
    files.push(OutputFile { name: "sweep.toml".to_owned(), bytes: text.into_bytes() });
    Ok(files)
}
