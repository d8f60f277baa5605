//! `tradecast explain`: the documentation of a scenario key.

use clap::Args;
use miette::miette;
use std::process::ExitCode;
use tradecast_core::scenario::schema;
use tradecast_report::explain::{explained, list};

/// Arguments of `explain`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// A key, whole or its end, as flow.exports.growth.fitted.drift, fitted.drift or at_least; none
    /// lists all keys
    key: Option<String>,
    /// Print the result as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// A key that does not exist.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let found = match &arguments.key {
        None => schema::KEYS.iter().collect(),
        Some(key) => schema::find(key),
    };
    if let (Some(key), true) = (&arguments.key, found.is_empty()) {
        let help = match schema::nearest(key) {
            Some(near) => format!("did you mean `{near}`? `tradecast explain` lists all keys"),
            None => "`tradecast explain` lists all keys".to_owned(),
        };
        return Err(miette!(help = help, "there is no key `{key}`"));
    }
    if arguments.json {
        super::print_json(&found)?;
        return Ok(ExitCode::SUCCESS);
    }
    let text = match &arguments.key {
        None => list(&found),
        Some(_) => {
            found.iter().map(|key| explained(key, super::style())).collect::<Vec<_>>().join("\n")
        }
    };
    super::print(&text)?;
    Ok(ExitCode::SUCCESS)
}
