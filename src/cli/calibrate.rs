//! `tradecast calibrate`: the world prior's coefficients estimated from panels, written with their
//! provenance.

use super::{files, print, print_json, progress};
use clap::Args;
use comfy_table::Table;
use miette::{IntoDiagnostic, WrapErr, miette};
use serde::Serialize;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tradecast_core::forecast::{Coefficients, FittedPanel, Prior};
use tradecast_core::history;
use tradecast_core::threads::Threads;
use tradecast_lab::calibration::{
    self, Estimate, MIN_HISTORY, PLAIN_START, Scores, Search, Window,
};
use tradecast_report::folder::{self, OutputFile};
use tradecast_report::manifest;

/// Arguments of `calibrate`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Panels of annual trade in million USD (exporter, importer, year, value; plain or .gz), of
    /// equal weight
    #[arg(required = true, value_name = "PANEL")]
    panels: Vec<PathBuf>,
    /// The prior file to write
    #[arg(long, value_name = "FILE", default_value = "prior.toml")]
    out: PathBuf,
    /// The prior to compare with [default: the shipped one]
    #[arg(long, value_name = "FILE")]
    prior: Option<PathBuf>,
    /// Estimate nothing: write the prior to compare with, scored on these panels
    #[arg(long)]
    only_score: bool,
    /// Score at most so many windows a panel, always the same ones
    #[arg(long, value_name = "N", default_value = "7000", value_parser = super::parse_count)]
    windows: u64,
    /// End the search after so many iterations
    #[arg(long, value_name = "N", default_value = "200", value_parser = super::parse_count)]
    iterations: u64,
    /// Number of threads; results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Print nothing but errors
    #[arg(long, short)]
    quiet: bool,
    /// Print the result as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// Ten windows for each of the 12 coefficients: of fewer, estimates leave any sensible range.
const LEAST_WINDOWS: usize = 120;

/// A panel ready to be scored.
struct Panel {
    file: String,
    sha256: String,
    years: [i32; 2],
    windows: Vec<Window>,
    drift_error: f64,
}

/// What is printed as JSON.
#[derive(Serialize)]
struct Calibrated<'a> {
    /// What was written.
    prior: &'a Prior,
    /// What it is compared with, scored on the same windows.
    compared_with: &'a Prior,
    /// Evaluations of the mean log score; none where nothing was estimated.
    evaluations: Option<u64>,
    /// Whether the search ended because nothing more was to gain.
    converged: Option<bool>,
}

/// Runs the command.
///
/// # Errors
/// A panel that cannot be read or has no windows, a prior file that cannot be used, a file that
/// cannot be written.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let before = match &arguments.prior {
        Some(path) => Prior::read(path)?,
        None => Prior::shipped().clone(),
    };
    let (out_folder, name) = place_of(&arguments.out)?;
    folder::prepare(&out_folder)?;
    let panels = read_all(arguments)?;
    let threads = Threads::new(arguments.threads)?;
    let (before, after, estimate) = threads.install(|| {
        let before = Prior { fitted_on: score(&before.coefficients, &panels), ..before };
        if arguments.only_score {
            return (before.clone(), before, None);
        }
        let estimate = search(&panels, arguments);
        let fitted_on = score(&estimate.coefficients, &panels);
        (
            before,
            Prior::new(source(&estimate, arguments), estimate.coefficients, fitted_on),
            Some(estimate),
        )
    });
    let text = after.text().into_diagnostic()?;
    // What is written can be read: an estimate out of range ends here.
    Prior::parse(&arguments.out, &text)?;
    let files = [OutputFile { name, bytes: text.into_bytes() }];
    folder::write(&out_folder, &files, &[], folder::write_bytes)?;
    if arguments.json {
        let (evaluations, converged) =
            estimate.map(|estimate| (estimate.evaluations, estimate.is_converged)).unzip();
        let shown = Calibrated { prior: &after, compared_with: &before, evaluations, converged };
        print_json(&shown)?;
    } else if !arguments.quiet {
        print(&card(&before, &after, estimate.as_ref(), arguments))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder and the name of a file to be written.
fn place_of(out: &Path) -> miette::Result<(PathBuf, String)> {
    let name = out.file_name().filter(|_| !out.is_dir()).ok_or_else(|| {
        miette!(help = "name a file, as --out prior.toml", "{} is a folder", out.display())
    })?;
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty());
    Ok((parent.unwrap_or(Path::new(".")).to_owned(), name.to_string_lossy().into_owned()))
}

fn read_all(arguments: &Arguments) -> miette::Result<Vec<Panel>> {
    let mut panels: Vec<Panel> = Vec::new();
    for path in &arguments.panels {
        let panel = read(path, arguments.windows)?;
        if let Some(twin) = panels.iter().find(|other| other.sha256 == panel.sha256) {
            return Err(miette!(
                help = "each panel counts with the same weight; name it once",
                "{} is the same file as {}",
                path.display(),
                twin.file
            ));
        }
        panels.push(panel);
    }
    let windows: usize = panels.iter().map(|panel| panel.windows.len()).sum();
    if windows < LEAST_WINDOWS && !arguments.only_score {
        return Err(miette!(
            help = "name larger panels, or allow more with --windows; --only-score scores a prior on any number",
            "{windows} windows in all cannot tell 12 coefficients; at least {LEAST_WINDOWS} are needed"
        ));
    }
    Ok(panels)
}

fn read(path: &Path, most: u64) -> miette::Result<Panel> {
    let bytes = std::fs::read(path)
        .into_diagnostic()
        .wrap_err_with(|| format!("cannot read the panel {}", path.display()))?;
    let series = history::read_panel(path, &bytes)
        .map_err(|error| miette!(help = error.help(), "{error}"))?;
    let first = series.iter().map(|flow| flow.first_year).min().unwrap_or(0);
    let last = series.iter().map(|flow| flow.first_year + flow.values.len() as i32 - 1).max();
    let years = [first, last.unwrap_or(0)];
    let units = calibration::units(&series);
    let windows = calibration::windows(&units, usize::try_from(most).unwrap_or(usize::MAX));
    let is_empty = |horizon: usize| windows.iter().all(|window| window.future[horizon].is_none());
    let without = (0..calibration::HORIZONS).find(|horizon| is_empty(*horizon));
    let drift_error = calibration::drift_error(&series);
    let (None, Some(drift_error)) = (without, drift_error) else {
        let run = calibration::longest_run(&units);
        return Err(no_overlap(path, (series.len(), years, run), without));
    };
    let (file, sha256) = (files::file_name(path), manifest::sha256(&bytes));
    Ok(Panel { file, sha256, years, windows, drift_error })
}

/// A panel on which nothing can be learnt for some year ahead.
fn no_overlap(
    path: &Path,
    (series, [first, last], run): (usize, [i32; 2], usize),
    without: Option<usize>,
) -> miette::Report {
    let shown = path.display();
    let missing = match without {
        Some(_) if series == 0 => format!("{shown} holds no series"),
        Some(horizon) => format!(
            "{shown} has no history of {MIN_HISTORY} consecutive positive values and a positive value in year {} after it: {series} series, {first}–{last}, at most {run} positive values in a row",
            horizon + 1
        ),
        None => format!(
            "{shown}: the cross-section's growth has no spread over 5-year spans, {first}–{last}"
        ),
    };
    miette!(
        help = "a panel is a table exporter,importer,year,usd_million of at least 10 years, in which some flows are positive throughout; name a longer one",
        "{missing}"
    )
}

fn score(coefficients: &Coefficients, panels: &[Panel]) -> Vec<FittedPanel> {
    let of_panel = |panel: &Panel| {
        let Scores { windows, log_score } = calibration::scores(coefficients, &panel.windows);
        FittedPanel {
            file: panel.file.clone(),
            sha256: panel.sha256.clone(),
            years: panel.years,
            windows: panel.windows.len() as u64,
            windows_by_horizon: windows,
            log_score,
        }
    };
    panels.iter().map(of_panel).collect()
}

fn search(panels: &[Panel], arguments: &Arguments) -> Estimate {
    let tau = panels.iter().map(|panel| panel.drift_error).sum::<f64>() / panels.len() as f64;
    let windows: Vec<&[Window]> = panels.iter().map(|panel| &panel.windows[..]).collect();
    let spinner = progress::search(arguments.quiet);
    let report = |evaluations: u64, log_score: f64| {
        spinner
            .set_message(format!("mean log score {log_score:.6} after {evaluations} evaluations"));
    };
    let start = Coefficients { tau, ..PLAIN_START };
    let search =
        Search { panels: &windows, start, iterations: arguments.iterations, report: &report };
    let estimate = search.run();
    spinner.finish_and_clear();
    estimate
}

/// How the coefficients came about, for the file.
fn source(estimate: &Estimate, arguments: &Arguments) -> String {
    let ending = if estimate.is_converged { "" } else { ", not converged" };
    format!(
        "tradecast {} calibrate, at most {} windows a panel: the largest mean log score 1 to 5 years ahead, panels of equal weight, from a plain start by BFGS, {} evaluations{ending}; tau is the mean over panels of the standard deviation of the 5-year mean of the median growth.",
        env!("CARGO_PKG_VERSION"),
        arguments.windows,
        estimate.evaluations
    )
}

/// What a person reads.
fn card(
    before: &Prior,
    after: &Prior,
    estimate: Option<&Estimate>,
    arguments: &Arguments,
) -> String {
    let name = arguments.prior.as_ref().map_or("shipped".to_owned(), |p| p.display().to_string());
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}\n", score_table(&name, before, estimate.map(|_| after)));
    if let Some(estimate) = estimate {
        let _ = writeln!(text, "{}\n", coefficient_table(&name, before, after));
        if !estimate.is_converged {
            let _ = writeln!(
                text,
                "warning: the search ended at its limit of iterations before it converged; allow more with --iterations"
            );
        }
    }
    let _ = writeln!(text, "  {}", arguments.out.display());
    text
}

/// Mean log scores by panel; of one prior where nothing was estimated.
fn score_table(name: &str, before: &Prior, after: Option<&Prior>) -> Table {
    let mut header = vec!["mean log score, 1–5 years", "windows", name];
    header.extend(after.map(|_| ["calibrated", "gain"]).into_iter().flatten());
    let mut table = super::style().table(&header, 1);
    for (index, panel) in before.fitted_on.iter().enumerate() {
        let score = panel.mean_log_score();
        let mut row = vec![panel.file.clone(), panel.windows.to_string(), format!("{score:.5}")];
        if let Some(after) = after {
            let calibrated = after.fitted_on[index].mean_log_score();
            row.extend([format!("{calibrated:.5}"), format!("{:+.5}", calibrated - score)]);
        }
        table.add_row(row);
    }
    table
}

fn coefficient_table(name: &str, before: &Prior, after: &Prior) -> Table {
    let mut table = super::style().table(&["coefficient", name, "calibrated"], 1);
    for ((name, old), (_, new)) in
        before.coefficients.named().into_iter().zip(after.coefficients.named())
    {
        table.add_row([name.to_owned(), format!("{old:.6}"), format!("{new:.6}")]);
    }
    table
}
