//! `tradecast check`: explain the assumptions of scenarios; simulate nothing.

use super::given::{self, Readable};
use super::run::print_failed;
use super::watch::{ToWatch, WatchArguments};
use clap::Args;
use miette::IntoDiagnostic;
use std::path::PathBuf;
use std::process::ExitCode;
use tradecast_core::outline::outline;
use tradecast_core::run::Settings;
use tradecast_core::warning::Warning;
use tradecast_report::assumptions::{Listed, assumptions, listed};
use tradecast_report::json;

/// Arguments of `check`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "FILE|FOLDER")]
    scenarios: Vec<PathBuf>,
    /// Override one key of the scenario, as target.announced.at_least=150 (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Print the assumptions as JSON on standard output
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    watch: WatchArguments,
}

/// What `--json` prints of a scenario.
#[derive(serde::Serialize)]
struct Checked {
    name: String,
    title: String,
    assumptions: Vec<Listed>,
    warnings: serde_json::Value,
}

/// What is watched, where that was asked for.
pub fn watched(arguments: &Arguments) -> Option<ToWatch> {
    arguments.watch.of(&arguments.scenarios, &arguments.settings, false)
}

/// Runs the command.
///
/// # Errors
/// A scenario that cannot be read.
pub fn run(arguments: &Arguments) -> miette::Result<ExitCode> {
    let settings = Settings::default();
    let Readable { scenarios, failed } =
        given::read_what_can_be(&arguments.scenarios, &arguments.settings, &settings)?;
    let mut checked = Vec::new();
    for scenario in &scenarios {
        let warnings = Warning::of_scenario(scenario);
        let name = scenario.name.clone();
        if arguments.json {
            let (title, assumptions) = (scenario.title.clone(), listed(scenario));
            checked.push(Checked {
                name,
                title,
                assumptions,
                warnings: json::warnings(&warnings).into_diagnostic()?,
            });
            continue;
        }
        let outline = outline(scenario);
        let text = assumptions(scenario, &outline, &warnings, super::style());
        super::print(&format!("{text}\n"))?;
    }
    if arguments.json {
        super::print_json(&checked)?;
    }
    print_failed(&failed);
    Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
