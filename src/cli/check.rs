use clap::Args;
use std::process::ExitCode;
/// Arguments.
#[derive(Args, Debug)]
pub struct Arguments {}
/// Runs.
pub fn run(_: &Arguments) -> miette::Result<ExitCode> {
    Ok(ExitCode::SUCCESS)
}
