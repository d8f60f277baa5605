//! `tradecast require`: the value of a key that gives a wanted probability.

use super::vary::{self, VaryArguments};
use super::{INTERRUPTED, interrupt, parse_count, progress, run::figure_files};
use clap::Args;
use miette::{IntoDiagnostic, miette};
use std::process::ExitCode;
use tradecast_core::require::{self, Question};
use tradecast_core::scenario::Scenario;
use tradecast_core::threads::Work;
use tradecast_core::vary::{Knob, Look, default_range, parse_range};
use tradecast_report::folder::OutputFile;
use tradecast_report::require::{self as report, Required};
use tradecast_report::words;
use tradecast_report::{chart, manifest};

/// Fewer paths than this on the rarer side of a probability are too few to find it.
const LEAST_HITS: f64 = 100.0;

/// Arguments of `require`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The wanted probability, as 50% or 0.5, above 0 and below 100 % (repeatable)
    #[arg(long, required = true, value_name = "P", value_parser = parse_probability)]
    probability: Vec<f64>,
    /// What may vary: a key, as flow.goods.growth.random_walk.median, target.announced.at_least or
    /// target.announced.in (repeatable)
    #[arg(long, required = true, value_name = "KEY")]
    vary: Vec<String>,
    /// In which range, as 0%..25% or 2027-01..2031-06; one for all keys, or one for each in their
    /// order [default: a wide one, by the key's unit]
    #[arg(long, value_name = "a..b", allow_hyphen_values = true)]
    between: Vec<String>,
    /// Number of simulated paths [default: the scenario's, or 1,000,000]
    #[arg(long, value_name = "N", value_parser = parse_count)]
    paths: Option<u64>,
    #[command(flatten)]
    pub shared: VaryArguments,
}

/// Runs the command.
///
/// # Errors
/// A key that cannot vary, a range at which the scenario is not valid, a probability that so many
/// paths cannot show, results that cannot be written.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let scenario = &arguments.shared.read(arguments.paths)?;
    check_paths(&arguments.probability, scenario.simulation.paths)?;
    let knobs: Vec<Knob> =
        arguments.vary.iter().map(|key| Knob::find(scenario, key)).collect::<Result<_, _>>()?;
    let target = arguments.shared.target(scenario, &knobs.iter().collect::<Vec<_>>())?;
    let questions = questions(arguments, scenario, &knobs)?;
    let out = arguments.shared.folder("require")?;
    interrupt::listen()?;
    let threads = arguments.shared.threads()?;
    let bar = arguments.shared.bar(None);
    let watch = progress::watch(&bar);
    let look = vary::look(scenario, target, Work { threads: &threads, watch: &watch });
    let found = require::require_each(scenario, &questions, look)?;
    bar.finish_and_clear();
    let Some(requirements) = found else { return Ok(ExitCode::from(INTERRUPTED)) };
    let required = Required::new(scenario, look, requirements);
    let files = files(&required, scenario, &look, arguments.shared.output.no_charts)?;
    vary::write(&out, &files, &["require.png", "require.svg"])?;
    let card = report::card(&required, super::style());
    arguments.shared.print(&report::json(&required), &card, &out)?;
    Ok(ExitCode::SUCCESS)
}

/// One question a key, with its range.
fn questions(
    arguments: &Arguments,
    scenario: &Scenario,
    knobs: &[Knob],
) -> miette::Result<Vec<Question>> {
    let ranges = &arguments.between;
    if ranges.len() > 1 && ranges.len() != knobs.len() {
        return Err(miette!(
            help = "give one --between for all keys, or one for each --vary in their order",
            "{} ranges for {} keys",
            ranges.len(),
            knobs.len()
        ));
    }
    let question = |(index, knob): (usize, &Knob)| {
        let range = match ranges.get(index).or_else(|| ranges.first()) {
            Some(text) => parse_range(knob, scenario, text)?,
            None => default_range(knob, scenario),
        };
        Ok(Question { knob: knob.clone(), range, wanted: arguments.probability.clone() })
    };
    knobs.iter().enumerate().map(question).collect()
}

/// A probability must leave enough paths on either side.
fn check_paths(wanted: &[f64], paths: u64) -> miette::Result<()> {
    let needed = |p: f64| LEAST_HITS / p.min(1.0 - p);
    match wanted.iter().find(|p| needed(**p) > paths as f64 * (1.0 + 1e-9)) {
        None => Ok(()),
        Some(p) => Err(miette!(
            help = format!(
                "simulate {} paths or more with --paths",
                words::count(libm::ceil(needed(*p)) as u64)
            ),
            "{} paths are too few to find where P is {}",
            words::count(paths),
            words::percent(*p)
        )),
    }
}

/// A probability strictly between 0 and 1: `50%` or `0.5`.
pub fn parse_probability(text: &str) -> Result<f64, String> {
    let number = match text.trim().strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map(|percent| percent / 100.0),
        None => text.trim().parse::<f64>(),
    };
    match number {
        Ok(p) if p > 0.0 && p < 1.0 => Ok(p),
        Ok(0.0 | 1.0) => Err("nothing is certain: no value gives a probability of 0 or 100 %; write one between, as 1% or 99%".to_owned()),
        _ => Err(format!("\"{text}\" is not a probability, as 50% or 0.5")),
    }
}

fn files(
    required: &Required,
    scenario: &Scenario,
    look: &Look<'_>,
    no_charts: bool,
) -> miette::Result<Vec<OutputFile>> {
    let table = report::table(required);
    let mut files = vec![OutputFile { name: table.name.to_owned(), bytes: table.bytes }];
    if !no_charts {
        files.extend(figure_files(
            &[chart::require(required).into_diagnostic()?],
            look.work.threads,
        )?);
    }
    let keys = required.requirements.iter().map(|one| one.knob.key.clone()).collect();
    let wanted = required.requirements.first().map_or(&[][..], |one| &one.answers);
    let wanted = wanted.iter().map(|answer| answer.wanted.to_string()).collect();
    let text = manifest::varied(
        scenario,
        required.paths,
        required.seed,
        &[("target", vec![required.target.clone()]), ("vary", keys), ("probability", wanted)],
    );
    files.push(OutputFile { name: "require.toml".to_owned(), bytes: text.into_bytes() });
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_lie_strictly_between_0_and_1() {
        assert_eq!(parse_probability("50%"), Ok(0.5));
        assert_eq!(parse_probability("0.25"), Ok(0.25));
        for text in ["0%", "100 %", "0", "1"] {
            assert!(parse_probability(text).is_err_and(|m| m.contains("nothing is certain")));
        }
        for text in ["", "half", "150%", "-1%", "NaN"] {
            assert!(parse_probability(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_rare_probability_needs_paths() {
        assert!(check_paths(&[0.5, 0.01], 10_000).is_ok());
        let error = check_paths(&[0.001], 10_000).expect_err("too few");
        assert!(error.to_string().contains("too few"));
    }
}
