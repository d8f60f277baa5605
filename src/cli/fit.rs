//! `tradecast fit`: the growth of flows, fitted to their histories.

use super::{files, run};
use clap::Args;
use miette::{IntoDiagnostic, WrapErr, miette};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tradecast_core::calendar;
use tradecast_core::fit::{self, FitError, FitProjection, Options, Source, View};
use tradecast_core::forecast::{Bootstrap, Prior};
use tradecast_core::history::{self, Columns, CountryCodes, Histories, Money, Reading};
use tradecast_core::threads::Threads;
use tradecast_report::folder::{self, OutputFile};
use tradecast_report::{chart, fit as report, json};

/// Paths that a bootstrap draws.
const PATHS: u32 = 100_000;

/// Arguments of `fit`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Files of trade by period, plain or .gz; several are joined, as BACI's one a year
    #[arg(required = true, value_name = "HISTORY")]
    histories: Vec<PathBuf>,
    /// Exporter and importer, as PAK-KGZ (repeatable) [default: the only flow of the file]
    #[arg(long = "pair", value_name = "PAIR")]
    pairs: Vec<String>,
    /// Add both directions of each pair up
    #[arg(long)]
    total: bool,
    /// Whose figures count: exporter, importer, or a name [default: each one's, side by side]
    #[arg(long, value_name = "NAME")]
    reporter: Option<String>,
    /// What the history is seen through: world, none, bootstrap, or a prior file
    #[arg(long, value_name = "NAME|FILE", default_value = "world")]
    prior: String,
    /// With --prior bootstrap: the mean length of a block [default: 3 years]
    #[arg(long, value_name = "TIME", value_parser = parse_block)]
    block: Option<f64>,
    /// Growth of the world's trade a year, in logs and current USD, as 4% [default: the prior's]
    #[arg(long, value_name = "GROWTH", value_parser = parse_growth, allow_hyphen_values = true)]
    drift: Option<f64>,
    /// How many years ahead
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=30))]
    years: u32,
    #[command(flatten)]
    reading: ReadingArguments,
    #[command(flatten)]
    output: FitOutputArguments,
}

/// What a file does not say of itself.
#[derive(Args, Debug)]
struct ReadingArguments {
    /// Names of the columns, as exporter=from,importer=to,period=year,value=usd
    #[arg(long, value_name = "ROLE=COLUMN,…")]
    columns: Option<String>,
    /// What the values are counted in, as "USD million"
    #[arg(long, value_name = "UNIT")]
    unit: Option<String>,
    /// The file that names the numbered countries of a BACI file
    #[arg(long, value_name = "FILE")]
    country_codes: Option<PathBuf>,
    /// The month in which fiscal years start, as July
    #[arg(long, value_name = "MONTH", value_parser = parse_month)]
    fiscal_year_starts: Option<u8>,
    /// Units of the currency for one USD, where values are in another currency
    #[arg(long, value_name = "RATE", value_parser = parse_rate)]
    per_dollar: Option<f64>,
}

/// Where results go, and what is printed.
#[derive(Args, Debug)]
struct FitOutputArguments {
    /// Folder for results: they go to DIR/HISTORY/ [default: output/FOLDER/HISTORY/, after the file]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write the table only
    #[arg(long)]
    no_charts: bool,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print the result as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// A history that cannot be read or fitted, results that cannot be written.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let options = options(arguments)?;
    let histories = read(arguments)?;
    let projection = fit::project(&histories, &source(arguments), &options)?;
    let out = results_folder(&arguments.histories[0], arguments.output.out.as_deref());
    folder::prepare(&out)?;
    write(&projection, &out, arguments.output.no_charts)?;
    if arguments.output.json {
        super::print_json(&json::fit(&projection).into_diagnostic()?)?;
    } else if !arguments.output.quiet {
        let text = report::text(&projection, super::style());
        super::print(&format!("{text}  {}\n", out.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn options(arguments: &Arguments) -> miette::Result<Options> {
    let view = view(&arguments.prior, arguments.block)?;
    Ok(Options {
        pairs: arguments.pairs.clone(),
        is_total: arguments.total,
        reporter: arguments.reporter.clone(),
        view,
        drift: arguments.drift,
        per_dollar: arguments.reading.per_dollar,
        years: arguments.years,
        fiscal_year_starts: arguments.reading.fiscal_year_starts,
    })
}

fn view(prior: &str, block: Option<f64>) -> miette::Result<View> {
    let view = match prior {
        "world" => View::World { prior: Box::new(Prior::shipped().clone()), name: prior.into() },
        "none" => View::Alone,
        "bootstrap" => View::Bootstrap(Bootstrap {
            block_years: block.unwrap_or(3.0),
            paths: PATHS,
            ..Bootstrap::default()
        }),
        file if file.ends_with(".toml") => {
            View::World { prior: Box::new(Prior::read(Path::new(file))?), name: file.to_owned() }
        }
        other => return Err(FitError::Prior(other.to_owned()).into()),
    };
    match (block, &view) {
        (Some(_), View::World { .. } | View::Alone) => Err(FitError::Unused {
            option: "--block",
            prior: prior.to_owned(),
            help: "leave --block out, or write `--prior bootstrap`",
        }
        .into()),
        _ => Ok(view),
    }
}

/// Reads and joins the files.
fn read(arguments: &Arguments) -> miette::Result<Histories> {
    let reading = reading(&arguments.reading)?;
    let mut parts = Vec::new();
    for path in &arguments.histories {
        let bytes = bytes(path, "history")?;
        parts.push(history::read_histories(path, &bytes, &reading).map_err(FitError::from)?);
    }
    Ok(match parts.len() {
        1 => parts.remove(0),
        _ => Histories::join(parts).map_err(FitError::from)?,
    })
}

fn reading(arguments: &ReadingArguments) -> miette::Result<Reading> {
    let columns = arguments.columns.as_deref().unwrap_or_default();
    let unit = |text: &String| {
        Money::parse(text)
            .ok_or_else(|| miette!(help = "write \"USD million\"", "\"{text}\" is not a unit"))
    };
    let codes = |path: &PathBuf| {
        let bytes = bytes(path, "country-code file")?;
        Ok::<_, miette::Report>(CountryCodes::read(path, &bytes).map_err(FitError::from)?)
    };
    Ok(Reading {
        columns: Columns::parse(columns).map_err(FitError::from)?,
        fiscal_year_starts: arguments.fiscal_year_starts,
        country_codes: arguments.country_codes.as_ref().map(codes).transpose()?,
        unit: arguments.unit.as_ref().map(unit).transpose()?,
    })
}

fn bytes(path: &Path, what: &str) -> miette::Result<Vec<u8>> {
    std::fs::read(path)
        .into_diagnostic()
        .wrap_err_with(|| format!("cannot read the {what} {}", path.display()))
}

fn source(arguments: &Arguments) -> Source {
    let files = &arguments.histories;
    Source {
        files: files.iter().map(|path| path.display().to_string()).collect(),
        history: (files.len() == 1).then(|| files::file_name(&files[0])),
        columns: arguments.reading.columns.clone(),
        unit: arguments.reading.unit.clone(),
        country_codes: arguments.reading.country_codes.as_deref().map(files::file_name),
    }
}

/// `DIR/HISTORY`, or `output/FOLDER/HISTORY`; the history's name without `.csv` and `.gz`.
fn results_folder(file: &Path, out: Option<&Path>) -> PathBuf {
    let name = files::panel_name(file);
    match out {
        Some(out) => out.join(name),
        None => files::case_folder(file).join(name),
    }
}

fn write(projection: &FitProjection, out: &Path, no_charts: bool) -> miette::Result<()> {
    let mut files = vec![report::table(projection)];
    let fragments = projection.fragments.iter().flat_map(|fragment| &fragment.files);
    files.extend(
        fragments.map(|(name, bytes)| OutputFile { name: name.clone(), bytes: bytes.clone() }),
    );
    if !no_charts {
        files.extend(run::figure_files(
            &chart::fits(projection).into_diagnostic()?,
            &Threads::new(None)?,
        )?);
    }
    folder::write(out, &files, &figures_in(out), folder::write_bytes)?;
    Ok(())
}

/// The figures of an earlier fit.
fn figures_in(out: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(out).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let is_figure = |name: &String| {
        let stem = name.strip_suffix(".svg").or_else(|| name.strip_suffix(".png"));
        stem.is_some_and(|stem| stem == "fit" || stem.starts_with("fit-"))
    };
    names.filter(is_figure).collect()
}

/// A length of a block, as "3 years".
fn parse_block(text: &str) -> Result<f64, String> {
    match calendar::parse_duration(text) {
        Ok(years) if years >= 1.0 => Ok(years),
        Ok(_) => Err("a block is at least one year, as \"3 years\"".to_owned()),
        Err(error) => Err(format!("{error}: {}", error.help())),
    }
}

fn parse_month(text: &str) -> Result<u8, String> {
    calendar::parse_month(text).map_err(|error| format!("{error}: {}", error.help()))
}

/// Growth a year, as 4% or 0.04.
fn parse_growth(text: &str) -> Result<f64, String> {
    let wrong = || format!("\"{text}\" is no growth, as 4% or 0.04");
    let (number, is_percent) = match text.trim().strip_suffix('%') {
        Some(number) => (number.trim(), true),
        None => (text.trim(), false),
    };
    let value: f64 = number.parse().map_err(|_| wrong())?;
    let share = if is_percent { value / 100.0 } else { value };
    match share {
        share if !is_percent && share.abs() > 1.0 => {
            Err(format!("a bare {text} is ambiguous: write \"{text}%\" if that is meant"))
        }
        share if share > -1.0 && share.is_finite() => Ok(share),
        _ => Err(wrong()),
    }
}

fn parse_rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate.is_finite() => Ok(rate),
        _ => Err(format!("\"{text}\" is no exchange rate: a number above 0, as 280")),
    }
}
