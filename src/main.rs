//! The command line: parse arguments, run the command, show the error, set the exit status.

mod cli;

use clap::Parser;
use cli::Cli;
use miette::MietteHandlerOpts;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Names have hyphens: a line must not break at one. Setting it can only fail if it is set.
    let whole_names = textwrap::WordSplitter::NoHyphenation;
    let look = move |_: &_| {
        Box::new(MietteHandlerOpts::new().word_splitter(whole_names.clone()).build()) as Box<_>
    };
    let _ = miette::set_hook(Box::new(look));
    match Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}
