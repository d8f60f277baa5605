//! `tradecast new`: a commented scenario to start from.

use clap::Args;
use miette::{IntoDiagnostic, WrapErr, miette};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// The scenario that is written; it runs as it stands.
const TEMPLATE: &str = include_str!("template.toml");

/// Arguments of `new`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The scenario's name, or a path; the ending .toml is added where it is missing
    name: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// A file that exists already or cannot be written.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let mut path = arguments.name.clone();
    if path.extension().is_none_or(|ending| ending != "toml") {
        path.as_mut_os_string().push(".toml");
    }
    if path.exists() {
        return Err(miette!(
            help = "choose another name; an existing scenario is never overwritten",
            "{} exists already",
            path.display()
        ));
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .into_diagnostic()
            .wrap_err_with(|| format!("cannot make the folder {}", folder.display()))?;
    }
    let failed = || format!("cannot write {}", path.display());
    // A file that appeared in the meantime is not overwritten either.
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    let mut file = file.into_diagnostic().wrap_err_with(failed)?;
    file.write_all(TEMPLATE.as_bytes()).into_diagnostic().wrap_err_with(failed)?;
    let shown = path.display();
    super::print(&format!(
        "{shown} is written: edit it, then\n  tradecast check {shown}\n  tradecast run {shown}\n"
    ))?;
    Ok(ExitCode::SUCCESS)
}
