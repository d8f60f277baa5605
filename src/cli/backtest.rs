//! `tradecast backtest`: forecasts at rolling origins of a panel, scored against what came.

use super::run::figure_files;
use super::{files, print, print_json, progress};
use clap::{Args, ValueEnum};
use miette::{IntoDiagnostic, WrapErr, miette};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tradecast_core::forecast::{ForecastError, Forecaster, Prior};
use tradecast_core::history;
use tradecast_core::threads::Threads;
use tradecast_lab::backtest::{
    self, Backtest, BacktestError, CaseSet, DEFAULT_MODELS, Evaluation, Rolling, Unit,
};
use tradecast_report::backtest::{self as report, Provenance};
use tradecast_report::chart;
use tradecast_report::folder::{self, OutputFile};

/// The longest horizon, in years.
const FARTHEST: u32 = 50;

/// Arguments of `backtest`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A panel of annual trade in million USD (exporter, importer, year, value; plain or .gz)
    #[arg(value_name = "PANEL", required_unless_present = "cases")]
    panel: Option<PathBuf>,
    /// Exactly the cases of this file (unit, exporter, importer, origin, n, base, hist, fut); a panel
    /// beside it is what pooled-walk learns from
    #[arg(long, value_name = "FILE")]
    cases: Option<PathBuf>,
    /// Models with commas between them, the first one to compare with [default: all but conjugate]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    models: Option<Vec<String>>,
    /// Years ahead, as 1..5 (both included) or 1,3,5
    #[arg(long, value_name = "YEARS", default_value = "1..5")]
    horizons: String,
    /// The least consecutive positive values up to an origin [default: 5]
    #[arg(long, value_name = "N", value_parser = values, conflicts_with = "cases")]
    min_history: Option<usize>,
    /// Use at most so many values of a history, the latest ones [default: 20]
    #[arg(long, value_name = "N", value_parser = values, conflicts_with = "cases")]
    max_history: Option<usize>,
    /// Forecast each direction, the total of both, or both [default: both]
    #[arg(long, value_name = "UNIT", conflicts_with = "cases")]
    unit: Option<Units>,
    /// The prior file of world-prior [default: the shipped one]
    #[arg(long, value_name = "FILE")]
    prior: Option<PathBuf>,
    /// Folder for tables and figures [default: output/backtest/NAME, after the panel]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Number of threads; results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Write tables only
    #[arg(long)]
    no_charts: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print the scores as JSON on standard output
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Units {
    Flow,
    Total,
    Both,
}

impl Units {
    fn name(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Total => "total",
            Self::Both => "both",
        }
    }

    fn series(self) -> Vec<Unit> {
        match self {
            Self::Flow => vec![Unit::Flow],
            Self::Total => vec![Unit::Total],
            Self::Both => vec![Unit::Flow, Unit::Total],
        }
    }
}

/// What the arguments ask for, checked.
struct Asked<'a> {
    panel: Option<Input<'a>>,
    cases: Option<Input<'a>>,
    models: Vec<String>,
    horizons: Vec<u32>,
    units: Units,
    rolling: Rolling,
    prior: Prior,
}

/// A file and its bytes.
struct Input<'a> {
    file: &'a Path,
    bytes: Vec<u8>,
}

impl<'a> Input<'a> {
    fn read(file: &'a PathBuf) -> miette::Result<Self> {
        let bytes = std::fs::read(file)
            .into_diagnostic()
            .wrap_err_with(|| format!("cannot read {}", file.display()))?;
        Ok(Self { file, bytes })
    }

    /// Its name, and its bytes.
    fn named(&self) -> (String, &[u8]) {
        (files::file_name(self.file), &self.bytes)
    }
}

/// Runs the command.
///
/// # Errors
/// Arguments that ask for nothing, a file that cannot be read or has no case, results that cannot
/// be written.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let asked = Asked::of(arguments)?;
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None => Path::new("output/backtest").join(asked.name()),
    };
    let set = asked.set()?;
    let models = backtest::models(&asked.models, &asked.prior, &set)?;
    check_lengths(&asked, &set, &models)?;
    folder::prepare(&out)?;
    let threads = Threads::new(arguments.threads)?;
    let backtest = threads.install(|| {
        let evaluation = evaluate(&set, &models, &asked.horizons, arguments.quiet)?;
        let backtest = Backtest::new(&evaluation);
        let provenance = asked.provenance(arguments)?;
        let name = (!arguments.no_charts).then(|| asked.name());
        write(&evaluation, &backtest, &provenance, (&out, name))?;
        Ok::<_, miette::Report>(backtest)
    })?;
    if arguments.json {
        print_json(&backtest)?;
    } else if !arguments.quiet {
        let card = report::card(&backtest, &asked.name(), super::style());
        print(&format!("{card}\n  {}\n", out.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

impl<'a> Asked<'a> {
    fn of(arguments: &'a Arguments) -> miette::Result<Self> {
        let models = match &arguments.models {
            Some(names) => names.iter().map(|name| name.trim().to_owned()).collect(),
            None => DEFAULT_MODELS.map(str::to_owned).to_vec(),
        };
        backtest::check_names(&models)?;
        let horizons = horizons(&arguments.horizons)?;
        let units = arguments.unit.unwrap_or(Units::Both);
        let rolling = Rolling {
            units: units.series(),
            min_history: arguments.min_history.unwrap_or(5),
            max_history: arguments.max_history.unwrap_or(20),
            horizons: horizons.clone(),
        };
        let (shortest, longest) = (rolling.min_history, rolling.max_history);
        if longest < shortest {
            return Err(BacktestError::HistoryRange { shortest, longest }.into());
        }
        let prior = match &arguments.prior {
            Some(path) => Prior::read(path)?,
            None => Prior::shipped().clone(),
        };
        let input = |file: &'a Option<PathBuf>| file.as_ref().map(Input::read).transpose();
        let (panel, cases) = (input(&arguments.panel)?, input(&arguments.cases)?);
        Ok(Self { panel, cases, models, horizons, units, rolling, prior })
    }

    /// What the backtest is called: its file of cases, or its panel.
    fn name(&self) -> String {
        let input = self.cases.as_ref().or(self.panel.as_ref());
        input.map_or_else(String::new, |input| files::panel_name(input.file))
    }

    /// The cases of the file, or cut from the panel; a panel beside a file is what is learnt from.
    fn set(&self) -> miette::Result<CaseSet> {
        let of_panel = self.panel.as_ref().map(|panel| self.cut(panel)).transpose()?;
        let Some(cases) = &self.cases else {
            return of_panel
                .ok_or_else(|| miette!("name a panel, or a file of cases with --cases"));
        };
        let own = read_cases(cases, &self.horizons)?;
        Ok(match of_panel {
            Some(CaseSet { pool, .. }) => CaseSet { pool, ..own },
            None => own,
        })
    }

    fn cut(&self, input: &Input) -> miette::Result<CaseSet> {
        let panel = history::read_panel(input.file, &input.bytes)
            .map_err(|error| miette!(help = error.help(), "{error}"))?;
        let set = backtest::rolling(&panel, &self.rolling);
        if self.cases.is_none() {
            let reason = || backtest::described(&panel, self.rolling.min_history);
            set.check(input.file, &self.horizons, reason)?;
        }
        Ok(set)
    }

    fn provenance(&self, arguments: &Arguments) -> miette::Result<Provenance<'_>> {
        let (shortest, longest) = (self.rolling.min_history, self.rolling.max_history);
        let prior = match &arguments.prior {
            Some(path) => Some((files::file_name(path), std::fs::read(path).into_diagnostic()?)),
            None => None,
        };
        Ok(Provenance {
            panel: self.panel.as_ref().map(Input::named),
            cases: self.cases.as_ref().map(Input::named),
            prior,
            prior_source: &self.prior.source,
            rolling: self.cases.is_none().then(|| (self.units.name(), shortest, longest)),
        })
    }
}

fn read_cases(input: &Input, horizons: &[u32]) -> miette::Result<CaseSet> {
    let set = backtest::read_cases(input.file, &input.bytes).map_err(|error| match error {
        backtest::ReadError::File(error) => miette!(help = error.help(), "{error}"),
        backtest::ReadError::Cases(error) => error.into(),
    })?;
    let reason = || format!("{} cases, none with a positive value", set.cases.len());
    set.check(input.file, horizons, reason)?;
    Ok(set)
}

/// Checks that every model is defined on every history, before a folder is made.
fn check_lengths(asked: &Asked, set: &CaseSet, models: &[Forecaster]) -> miette::Result<()> {
    for model in models {
        let (name, needed) = (model.name(), model.least_values());
        let Some(short) = set.cases.iter().find(|case| case.history.len() < needed) else {
            continue;
        };
        let shortest = asked.rolling.min_history;
        if asked.cases.is_none() && shortest < needed {
            return Err(BacktestError::ShortHistory { model: name, given: shortest, needed }.into());
        }
        let (case, given) = (short.name(), short.history.len());
        let error = ForecastError::Short { model: name, case, given, needed };
        return Err(BacktestError::Forecast(error).into());
    }
    Ok(())
}

fn evaluate<'a>(
    set: &'a CaseSet,
    models: &[Forecaster],
    horizons: &'a [u32],
    quiet: bool,
) -> miette::Result<Evaluation<'a>> {
    let bar = progress::bar(set.cases.len() as u64, " of {len} cases", quiet);
    let evaluation = backtest::evaluate(&set.cases, models, horizons, || bar.inc(1));
    bar.finish_and_clear();
    Ok(evaluation?)
}

/// Writes tables, figures and the manifest, all or nothing.
fn write(
    evaluation: &Evaluation,
    backtest: &Backtest,
    provenance: &Provenance,
    (out, name): (&Path, Option<String>),
) -> miette::Result<()> {
    let mut tables = vec![report::cases(evaluation)];
    tables.extend(report::summary_tables(backtest));
    let file = |table: tradecast_report::csv::Table| OutputFile {
        name: table.name.to_owned(),
        bytes: table.bytes,
    };
    let mut files: Vec<OutputFile> = tables.into_iter().map(file).collect();
    if let Some(name) = name {
        let figures = chart::backtest::figures(backtest, &name).into_diagnostic()?;
        files.extend(figure_files(&figures, &Threads::new(None)?)?);
    }
    let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    let text = report::manifest(backtest, provenance, &names);
    files.push(OutputFile { name: report::NAME.to_owned(), bytes: text.into_bytes() });
    let figure = |name: &&str| [format!("{name}.png"), format!("{name}.svg")];
    let obsolete: Vec<String> = chart::backtest::NAMES.iter().flat_map(figure).collect();
    folder::write(out, &files, &obsolete, folder::write_bytes)?;
    Ok(())
}

/// Years ahead, ascending: `1..5`, both included, or `1,3,5`.
fn horizons(text: &str) -> miette::Result<Vec<u32>> {
    let wrong = |reason: String| {
        miette!(
            help =
                "write --horizons 1..5 for 1 to 5 years, or --horizons 1,3,5; the farthest is 50",
            "--horizons {text}: {reason}"
        )
    };
    let year = |text: &str| match text.trim().parse::<u32>() {
        Ok(year) if (1..=FARTHEST).contains(&year) => Ok(year),
        _ => Err(wrong(format!("\"{}\" is no number of years from 1 to {FARTHEST}", text.trim()))),
    };
    let mut years: Vec<u32> = match text.split_once("..") {
        Some((first, last)) => (year(first)?..=year(last.trim_start_matches('='))?).collect(),
        None => text.split(',').map(year).collect::<Result<_, _>>()?,
    };
    let count = years.len();
    years.sort_unstable();
    years.dedup();
    match count {
        0 => Err(wrong("the first year is after the last, so no year is asked for".to_owned())),
        _ if years.len() < count => Err(wrong("a year is named twice".to_owned())),
        _ => Ok(years),
    }
}

/// A number of values of a history.
fn values(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if (1..=1000).contains(&count) => Ok(count),
        _ => Err(format!("\"{text}\" is no whole number from 1 to 1000")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn horizons_are_ranges_or_lists() {
        assert_eq!(horizons("1..5").expect("a range"), [1, 2, 3, 4, 5]);
        assert_eq!(horizons("5, 1,3").expect("a list"), [1, 3, 5]);
        assert_eq!(horizons("2..2").expect("a range"), [2]);
        for (text, word) in [
            ("5..1", "no year is asked for"),
            ("", "no number of years"),
            ("0..3", "no number of years"),
            ("1..51", "no number of years"),
            ("1,1", "named twice"),
            ("one", "no number of years"),
        ] {
            let message = horizons(text).expect_err(text).to_string();
            assert!(message.contains(word), "{message}");
        }
    }
}
