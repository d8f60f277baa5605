//! The commands: arguments and glue, no arithmetic.

mod backtest;
#[cfg(feature = "calibrate")]
mod calibrate;
mod check;
mod compare;
mod completions;
mod ensemble;
mod explain;
mod files;
mod fit;
mod given;
mod interrupt;
mod merge;
mod new;
mod outside_view;
mod progress;
mod report;
mod require;
mod run;
mod sensitivity;
mod shard;
mod sweep;
mod vary;
mod watch;
mod waterfall;
mod windows;

use clap::{Args, Parser, Subcommand};
use miette::{IntoDiagnostic, WrapErr};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tradecast_core::run::{Settings, Stop};
use tradecast_report::terminal::Style;
use watch::{ToWatch, WatchArguments, repeat};

/// How likely is an announced trade target to be reached, and what would it take?
#[derive(Debug, Parser)]
#[command(name = "tradecast", version, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Simulate scenarios: probability, tables, charts
    Run(run::Arguments),
    /// Explain the assumptions of scenarios; simulate nothing
    Check(check::Arguments),
    /// Put scenarios, or results written earlier, side by side
    Compare(compare::Arguments),
    /// Weigh scenarios: the probability of the mixture, and how much of it each carries
    Ensemble(ensemble::Arguments),
    /// What moves P: each input at a low and a high value, and its share of the uncertainty
    Sensitivity(sensitivity::Arguments),
    /// Add up the parts of a run that `run --state` simulated, on any machines
    Merge(merge::Arguments),
    /// Fit the growth of flows to their histories: outlook, figure, a scenario fragment to paste
    Fit(fit::Arguments),
    /// Score forecasting models on a panel of trade, from every year that it allows
    Backtest(backtest::Arguments),
    /// Estimate the world prior from panels of trade and write it as a prior file
    #[cfg(feature = "calibrate")]
    Calibrate(calibrate::Arguments),
    /// What it would take: the value of a key that gives a wanted probability
    Require(require::Arguments),
    /// The probability over a grid of values of one or two keys: curve or heat map
    Sweep(sweep::Arguments),
    /// Write one page to hand over: answer, figures, assumptions, what moves P, what it would take
    Report(report::Arguments),
    /// Write a commented scenario to start from
    New(new::Arguments),
    /// How others fared with as much to reach: announced targets, the world prior, real pairs
    OutsideView(outside_view::Arguments),
    /// Explain a key of a scenario file: what it means, takes and defaults to
    Explain(explain::Arguments),
    /// Print what a shell needs to complete commands and flags
    Completions(completions::Arguments),
    /// Write manual pages, one a command
    Man(completions::ManArguments),
    /// Count how often pairs of panels grew so much: the figures behind `outside-view`
    #[command(hide = true)]
    Windows(windows::Arguments),
}

impl Cli {
    /// Runs the command that was asked for.
    ///
    /// # Errors
    /// What went wrong, ready to be shown.
    pub fn run(self) -> miette::Result<ExitCode> {
        match self.command {
            Command::Run(arguments) => repeat(|| run::watched(&arguments), || run::run(&arguments)),
            Command::Check(arguments) => {
                repeat(|| check::watched(&arguments), || check::run(&arguments))
            }
            Command::Compare(arguments) => {
                repeat(|| compare::watched(&arguments), || compare::run(&arguments))
            }
            Command::Ensemble(arguments) => {
                repeat(|| ensemble::watched(&arguments), || ensemble::run(&arguments))
            }
            Command::Sensitivity(arguments) => {
                repeat(|| sensitivity::watched(&arguments), || sensitivity::run(&arguments))
            }
            Command::Merge(arguments) => merge::run(&arguments),
            Command::Fit(arguments) => fit::run(&arguments),
            Command::Backtest(arguments) => backtest::run(&arguments),
            #[cfg(feature = "calibrate")]
            Command::Calibrate(arguments) => calibrate::run(&arguments),
            Command::Require(arguments) => {
                repeat(|| arguments.shared.watched(), || require::run(&arguments))
            }
            Command::Sweep(arguments) => {
                repeat(|| arguments.vary.watched(), || sweep::run(&arguments))
            }
            Command::Report(arguments) => {
                repeat(|| report::watched(&arguments), || report::run(&arguments))
            }
            Command::New(arguments) => new::run(&arguments),
            Command::OutsideView(arguments) => outside_view::run(&arguments),
            Command::Explain(arguments) => explain::run(&arguments),
            Command::Completions(arguments) => completions::run(&arguments),
            Command::Man(arguments) => completions::man(&arguments),
            Command::Windows(arguments) => windows::run(&arguments),
        }
    }
}

/// Exit status of a run that Ctrl-C ended.
pub const INTERRUPTED: u8 = 130;

/// What every simulating command takes.
#[derive(Args, Debug)]
pub struct SimulationArguments {
    /// Override one key of the scenario, as target.announced.at_least=150 (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Number of simulated paths [default: the scenario's, or 1,000,000]
    #[arg(long, value_name = "N", value_parser = parse_count)]
    paths: Option<u64>,
    /// Seed of every draw [default: the scenario's, or 1]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Stop once P is known to this half-width: percentage points (0.1pt) or a share of P (1%)
    #[arg(long, value_name = "WIDTH")]
    precision: Option<tradecast_core::statistics::Precision>,
    /// How probabilities are estimated: auto, monte-carlo, quasi-monte-carlo or importance-sampling
    /// [default: the scenario's, or auto: a pilot chooses for each]
    #[arg(long, value_name = "NAME")]
    method: Option<tradecast_core::scenario::Method>,
    /// With --precision: simulate at most so many paths [default: as many as without it]
    #[arg(long, value_name = "N", value_parser = parse_count, conflicts_with = "paths")]
    max_paths: Option<u64>,
    /// End after this time, as 30s or 5m, with the paths done by then
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    max_time: Option<Duration>,
    /// Number of threads; results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    #[command(flatten)]
    watch: WatchArguments,
    #[command(flatten)]
    output: OutputArguments,
}

impl SimulationArguments {
    /// How a run is done.
    fn to_settings(&self) -> Settings {
        Settings {
            paths: self.paths,
            seed: self.seed,
            method: self.method,
            stop: Stop {
                precision: self.precision,
                max_paths: self.max_paths,
                max_time: self.max_time,
            },
            threads: self.threads,
            lanes: None,
            without_spread: false,
        }
    }

    /// What is watched of these scenarios, where that was asked for.
    fn watched(&self, scenarios: &[PathBuf]) -> Option<ToWatch> {
        self.watch.of(scenarios, &self.settings, self.output.quiet)
    }
}

/// Where results go, and what is printed.
#[derive(Args, Debug)]
pub struct OutputArguments {
    /// Folder for results: they go to DIR/SCENARIO/ [default: output/FOLDER/SCENARIO/, after the scenario's folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write tables only
    #[arg(long)]
    no_charts: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print the result as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// How text on standard output may look.
fn style() -> Style {
    let is_terminal = std::io::stdout().is_terminal();
    Style { color: is_terminal && std::env::var_os("NO_COLOR").is_none() }
}

/// Prints to standard output. A closed pipe, as after `head`, ends the output quietly.
fn print(text: &str) -> miette::Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.into_diagnostic().wrap_err("cannot print"),
    }
}

/// Prints what `--json` asks for, alone on standard output.
fn print_json(value: &impl serde::Serialize) -> miette::Result<()> {
    let json = serde_json::to_string_pretty(value).into_diagnostic()?;
    print(&format!("{json}\n"))
}

/// A length of time, as 30s, 5m or 1h30m.
fn parse_time(text: &str) -> Result<Duration, String> {
    let wrong = || format!("\"{text}\" is not a length of time, as 30s, 5m or 1h30m");
    let duration = humantime::parse_duration(text).map_err(|_| wrong())?;
    if duration.is_zero() { Err(wrong()) } else { Ok(duration) }
}

/// A number of paths, with or without separators: 1_000_000 or 1,000,000.
fn parse_count(text: &str) -> Result<u64, String> {
    match parse_whole(text) {
        Some(count) if count > 0 => Ok(count),
        _ => Err(format!("\"{text}\" is not a whole number above 0, as 1000000 or 1_000_000")),
    }
}

/// A whole number, with or without separators.
fn parse_whole(text: &str) -> Option<u64> {
    let digits: String = text.chars().filter(|c| !matches!(c, '_' | ',')).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::parse_time;
    use std::time::Duration;

    #[test]
    fn lengths_of_time_are_numbers_with_units() {
        for (text, seconds) in [("30s", 30), ("5m", 300), ("1h30m", 5400), ("2 minutes", 120)] {
            assert_eq!(parse_time(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(parse_time("10ms"), Ok(Duration::from_millis(10)));
        for text in ["", "30", "s", "soon", "0s", "-5m", "5m later"] {
            assert!(parse_time(text).is_err_and(|error| error.contains("as 30s, 5m")), "{text}");
        }
    }
}
