//! `tradecast windows`: the figures of real trade behind `outside-view`, from panels.

use super::files;
use clap::Args;
use miette::{Diagnostic, IntoDiagnostic, WrapErr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tradecast_core::history::read_panel;
use tradecast_core::outside_view::{WindowRow, count_windows};
use tradecast_report::folder::{self, OutputFile};
use tradecast_report::manifest::sha256;
use tradecast_report::outside_view::{self, Provenance};

/// Arguments of `windows`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Panels of annual trade in million USD, plain or .gz: exporter, importer, year, value
    #[arg(required = true, value_name = "PANEL")]
    panels: Vec<PathBuf>,
    /// Whom to credit for a panel, one a panel in their order
    #[arg(long, value_name = "TEXT")]
    credit: Vec<String>,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Why panels cannot be counted.
#[derive(Debug, thiserror::Error, Diagnostic)]
enum WindowsError {
    /// Credits do not match panels.
    #[error("{credits} credits for {panels} panels")]
    #[diagnostic(help("give --credit once for each panel, in the order of the panels"))]
    Credits {
        /// How many credits.
        credits: usize,
        /// How many panels.
        panels: usize,
    },
    /// Two panels of one name.
    #[error("two panels are named {0}")]
    #[diagnostic(help("a panel's name is its file's, without endings: rename one file"))]
    SameName(String),
    /// Nothing to count.
    #[error("{} has no pair with trade in both directions in two years", .0.display())]
    #[diagnostic(help(
        "windows are of the totals of both directions: the panel needs rows of A to B and of B to A, above 0, in million USD"
    ))]
    Empty(PathBuf),
}

/// Runs the command.
///
/// # Errors
/// Panels that cannot be read or have no windows, a file that cannot be written.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let (panels, credits) = (&arguments.panels, &arguments.credit);
    if credits.len() != panels.len() {
        let (credits, panels) = (credits.len(), panels.len());
        return Err(WindowsError::Credits { credits, panels }.into());
    }
    let (mut provenances, mut rows): (Vec<Provenance>, Vec<WindowRow>) = (Vec::new(), Vec::new());
    for (file, credit) in panels.iter().zip(credits) {
        let (provenance, counted) = count(file, credit)?;
        if provenances.iter().any(|known| known.panel == provenance.panel) {
            return Err(WindowsError::SameName(provenance.panel).into());
        }
        provenances.push(provenance);
        rows.extend(counted);
    }
    let bytes = outside_view::windows(&provenances, &rows);
    match &arguments.out {
        Some(out) => write(out, bytes)?,
        None => super::print(&String::from_utf8_lossy(&bytes))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn count(file: &Path, credit: &str) -> miette::Result<(Provenance, Vec<WindowRow>)> {
    let bytes = std::fs::read(file)
        .into_diagnostic()
        .wrap_err_with(|| format!("cannot read {}", file.display()))?;
    let panel = files::panel_name(file);
    let series = read_panel(file, &bytes)
        .map_err(|error| miette::miette!(help = error.help().to_string(), "{error}"))?;
    let rows = count_windows(&panel, &series);
    if rows.is_empty() {
        return Err(WindowsError::Empty(file.to_owned()).into());
    }
    let credit = credit.to_owned();
    Ok((Provenance { panel, sha256: sha256(&bytes), credit }, rows))
}

fn write(out: &Path, bytes: Vec<u8>) -> miette::Result<()> {
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty());
    let name = files::file_name(out);
    let folder = parent.unwrap_or(Path::new("."));
    folder::write(folder, &[OutputFile { name, bytes }], &[], folder::write_bytes)?;
    Ok(())
}
