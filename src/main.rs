//! The command line: parse arguments, run the command, show the error, set the exit status.

use clap::Parser;
use std::process::ExitCode;
use tradecast::cli::Cli;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}
