//! `run.toml`: what a folder of results came from. No wall time and no thread count, so that the
//! same inputs give the same bytes.

use crate::words;
use crate::words::language::Language;
use sha2::{Digest, Sha256};
use std::path::Path;
use toml::Table;
use tradecast_core::ensemble::Mixture;
use tradecast_core::projection::Projection;
use tradecast_core::run::Compared;
use tradecast_core::scenario::{Document, Input, Scenario, Source};
use tradecast_core::warning::Warning;

/// The name of the manifest.
pub const NAME: &str = "run.toml";

/// The first line of a manifest.
const HEADER: &str =
    "# What these results came from. Written by tradecast; the same inputs give the same bytes.\n";

/// The manifest of a run.
pub fn manifest(projection: &Projection, scenario: &Scenario, files: &[String]) -> String {
    let mut table = Table::new();
    let mut insert = |key: &str, value: toml::Value| table.insert(key.to_owned(), value);
    insert("tradecast", env!("CARGO_PKG_VERSION").into());
    insert("scenario", projection.name.clone().into());
    insert("complete", (projection.paths == projection.paths_asked).into());
    insert("paths", integer(projection.paths));
    insert("paths_asked", integer(projection.paths_asked));
    insert("seed", integer(projection.seed));
    insert("method", projection.method.name().into());
    insert("prices", projection.prices.to_string().into());
    insert("warnings", said(&projection.warnings));
    insert("notes", said(&projection.notes));
    insert("files", files.to_vec().into());
    insert("input", all_inputs(&scenario.document, &scenario.inputs));
    insert("resolved", scenario.document.resolved());
    format!("{HEADER}{table}")
}

/// Doubts in English.
fn said(warnings: &[Warning]) -> toml::Value {
    let said = |warning| words::warning(Language::english(), warning);
    warnings.iter().map(said).collect::<Vec<_>>().into()
}

/// The name of a comparison's manifest.
pub const COMPARISON_NAME: &str = "comparison.toml";

/// The manifest of a comparison of scenarios: what was compared, on which paths.
pub fn comparison(compared: &Compared, scenarios: &[&Scenario]) -> String {
    let Compared { paths, asked, seed, .. } = *compared;
    let of_scenario = |scenario: &&Scenario| {
        let mut table = Table::new();
        table.insert("name".to_owned(), scenario.name.clone().into());
        table.insert("input".to_owned(), all_inputs(&scenario.document, &scenario.inputs));
        toml::Value::from(table)
    };
    let mut table = Table::new();
    let mut insert = |key: &str, value: toml::Value| table.insert(key.to_owned(), value);
    insert("tradecast", env!("CARGO_PKG_VERSION").into());
    insert("complete", (paths == asked).into());
    insert("paths", integer(paths));
    insert("paths_asked", integer(asked));
    insert("seed", integer(seed));
    insert("scenario", scenarios.iter().map(of_scenario).collect::<Vec<_>>().into());
    format!("{HEADER}{table}")
}

/// A member of an ensemble as it was simulated.
#[derive(Clone, Copy)]
pub struct SimulatedMember<'a> {
    /// Its name in the ensemble.
    pub name: &'a str,
    /// Its scenario.
    pub scenario: &'a Scenario,
    /// Paths simulated.
    pub paths: u64,
    /// Paths asked for.
    pub asked: u64,
}

/// The manifest of an ensemble: its own file, and each member with its paths.
pub fn ensemble(mixture: &Mixture, document: &Document, members: &[SimulatedMember<'_>]) -> String {
    let of_member = |member: &SimulatedMember<'_>| {
        let SimulatedMember { name, scenario, paths, asked } = *member;
        let mut table = Table::new();
        table.insert("name".to_owned(), name.into());
        table.insert("paths".to_owned(), integer(paths));
        table.insert("paths_asked".to_owned(), integer(asked));
        table.insert("input".to_owned(), all_inputs(&scenario.document, &scenario.inputs));
        toml::Value::from(table)
    };
    let mut table = Table::new();
    let mut insert = |key: &str, value: toml::Value| table.insert(key.to_owned(), value);
    insert("tradecast", env!("CARGO_PKG_VERSION").into());
    insert("ensemble", mixture.name.clone().into());
    insert("complete", members.iter().all(|member| member.paths >= member.asked).into());
    insert("seed", integer(mixture.seed));
    insert("warnings", said(&mixture.warnings));
    insert("input", all_inputs(document, &[]));
    insert("member", members.iter().map(of_member).collect::<Vec<_>>().into());
    insert("resolved", document.resolved());
    format!("{HEADER}{table}")
}

/// The manifest of one scenario that was varied: what was asked for, on which paths.
pub fn varied(scenario: &Scenario, paths: u64, seed: u64, asked: &[(&str, Vec<String>)]) -> String {
    let mut table = Table::new();
    let mut insert = |key: &str, value: toml::Value| table.insert(key.to_owned(), value);
    insert("tradecast", env!("CARGO_PKG_VERSION").into());
    insert("scenario", scenario.name.clone().into());
    insert("paths", integer(paths));
    insert("seed", integer(seed));
    for (key, values) in asked {
        insert(key, values.clone().into());
    }
    insert("input", all_inputs(&scenario.document, &scenario.inputs));
    insert("resolved", scenario.document.resolved());
    format!("{HEADER}{table}")
}

fn all_inputs(document: &Document, inputs: &[Input]) -> toml::Value {
    let data = inputs.iter().map(|data| input("file", data.path.display(), &data.bytes));
    document.sources.iter().map(source).chain(data).collect::<Vec<_>>().into()
}

/// The files and settings that a scenario was read from, each with the SHA-256 of its bytes.
pub fn hashes(scenario: &Scenario) -> Vec<(String, String)> {
    let of_source = |source: &Source| {
        let name = if source.is_file {
            source.path.display().to_string()
        } else {
            format!("--set {}", source.text)
        };
        (name, sha256(source.text.as_bytes()))
    };
    let of_data = |data: &Input| (data.path.display().to_string(), sha256(&data.bytes));
    let sources = scenario.document.sources.iter().map(of_source);
    sources.chain(scenario.inputs.iter().map(of_data)).collect()
}

/// The files that an earlier manifest in a folder lists, or none.
pub fn files_listed(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join(NAME)).unwrap_or_default();
    let table: Table = text.parse().unwrap_or_default();
    let files = table.get("files").and_then(toml::Value::as_array);
    let names = files.into_iter().flatten().filter_map(toml::Value::as_str);
    // A name with a folder in it is not one of ours.
    names.filter(|name| !name.contains(['/', '\\'])).map(str::to_owned).collect()
}

fn integer(number: u64) -> toml::Value {
    match i64::try_from(number) {
        Ok(number) => number.into(),
        Err(_) => number.to_string().into(),
    }
}

fn source(source: &Source) -> toml::Value {
    if source.is_file {
        input("file", source.path.display(), source.text.as_bytes())
    } else {
        input("set", &source.text, source.text.as_bytes())
    }
}

/// The SHA-256 of bytes, hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One input and the SHA-256 of its bytes.
pub(super) fn input(kind: &str, name: impl std::fmt::Display, bytes: &[u8]) -> toml::Value {
    let mut table = Table::new();
    table.insert(kind.to_owned(), name.to_string().into());
    table.insert("sha256".to_owned(), sha256(bytes).into());
    table.into()
}
