//! `tradecast completions` and `tradecast man`: what a shell and a manual know of the commands, from
//! the same definitions as the program itself.

use super::Cli;
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use miette::IntoDiagnostic;
use std::path::PathBuf;
use std::process::ExitCode;

use tradecast_report::folder::{self, OutputFile};

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Arguments of `man`.
#[derive(Args, Debug)]
pub struct ManArguments {
    /// The folder for the pages, one a command
    #[arg(long, value_name = "DIR", default_value = "man")]
    out: PathBuf,
}

/// Prints the completions of a shell.
///
/// # Errors
/// Standard output that cannot be written.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let mut bytes = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "tradecast", &mut bytes);
    super::print(&String::from_utf8_lossy(&bytes))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the manual.
///
/// # Errors
/// A folder that cannot be written.
pub fn man(arguments: &ManArguments) -> miette::Result<ExitCode> {
    let mut program = Cli::command();
    program.build();
    let shown = program.get_subcommands().filter(|command| !command.is_hide_set());
    let shown = shown.filter(|command| command.get_name() != "help");
    let pages =
        std::iter::once(&program).chain(shown).map(page).collect::<miette::Result<Vec<_>>>()?;
    folder::prepare(&arguments.out)?;
    folder::write(&arguments.out, &pages, &[], folder::write_bytes)?;
    super::print(&format!("{} pages are in {}\n", pages.len(), arguments.out.display()))?;
    Ok(ExitCode::SUCCESS)
}

fn page(command: &clap::Command) -> miette::Result<OutputFile> {
    let name = command.get_bin_name().unwrap_or("tradecast").replace(' ', "-");
    let mut bytes = Vec::new();
    let manual = clap_mangen::Man::new(command.clone()).title(name.clone());
    manual.render(&mut bytes).into_diagnostic()?;
    Ok(OutputFile { name: format!("{name}.1"), bytes })
}
