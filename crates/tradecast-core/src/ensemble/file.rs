//! The file of an ensemble: a title and its members, each a scenario with a weight and a source.

use crate::amount::MoneyScale;
use crate::comparison::CompareError;
use crate::scenario::schema::{Allowed, Key, REQUIRED, Takes, key};
use crate::scenario::{
    Cursor, Disk, Document, Files, Problem, ReadError, Unit, nearest_name, read_document,
    read_value,
};
use std::ops::Bound;
use std::path::{Path, PathBuf};

/// What the whole is called beside its members.
const WHOLE: &str = "mixture";

/// By how much the weights may miss a sum of 1.
const TOLERANCE: f64 = 1e-9;

/// Neither certain nor impossible.
const WEIGHT: Allowed = Allowed { lower: Bound::Excluded(0.0), upper: Bound::Excluded(1.0) };

/// Every key of the file.
pub const KEYS: &[Key] = &[
    key(
        "title",
        Takes::Text,
        REQUIRED,
        "title = \"Pakistan–Kyrgyzstan, as the authors judge it\"",
        "What is weighed, in words; the figure shows it.",
    ),
    key(
        "member",
        Takes::Table,
        REQUIRED,
        "[member.history-continues]",
        "A scenario of the ensemble, under a name of its own; two or more.",
    ),
    key(
        "member.NAME.scenario",
        Takes::File(&[]),
        REQUIRED,
        "scenario = \"../history-continues.toml\"",
        "The scenario's file. The path starts at this file's folder.",
    ),
    key(
        "member.NAME.weight",
        Takes::Value(Unit::Share),
        REQUIRED,
        "weight = \"50 %\"",
        "The probability that this is the right scenario of all members, a share above 0 and below 1. All weights sum to 1.",
    )
    .within(WEIGHT, "VALUE is no weight", "; leave out a member that cannot come true"),
    key(
        "member.NAME.source",
        Takes::Text,
        "no source",
        "source = \"judgement: nothing announced before has shown in the figures\"",
        "Where the weight comes from.",
    ),
];

/// Scenarios and their weights, which sum to 1.
#[derive(Clone, Debug)]
pub struct Ensemble {
    /// What is weighed, in words.
    pub title: String,
    /// Two or more, in the order of the file.
    pub members: Vec<Member>,
    /// The tree, for errors and the manifest.
    pub document: Document,
}

/// One scenario of an ensemble.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name in the ensemble.
    pub name: String,
    /// The scenario's file.
    pub file: PathBuf,
    /// The probability that it is the right one, in (0, 1).
    pub weight: f64,
    /// Where the weight comes from.
    pub source: Option<String>,
}

impl Ensemble {
    /// Reads an ensemble, with `KEY=VALUE` settings laid over it. Its scenarios are not read.
    ///
    /// # Errors
    /// What is no ensemble: unknown or missing keys, scenarios that do not exist, weights that are
    /// no shares or do not sum to 1, fewer than two members.
    pub fn read(path: &Path, settings: &[String]) -> Result<Self, ReadError> {
        let document = read_document(path, settings, &Disk)?;
        match decode(&document) {
            Ok((title, members)) => Ok(Self { title, members, document }),
            Err(problem) => Err(problem.locate(&document).into()),
        }
    }

    /// The error that its members ask different questions, at the member that does.
    pub fn different(&self, error: &CompareError) -> ReadError {
        let problem = match error {
            CompareError::TooFew { .. } => Problem::key("member", error.to_string()),
            CompareError::MissingTarget { scenario, .. }
            | CompareError::OtherTarget { scenario, .. } => {
                Problem::value(format!("member.{scenario}.scenario"), error.to_string())
            }
        };
        problem
            .help("members must answer the same question: same target name, amount, unit, period and prices; `--set target.NAME.at_least=…` or `.in=…` can make them alike")
            .locate(&self.document)
            .into()
    }
}

fn decode(document: &Document) -> Result<(String, Vec<Member>), Problem> {
    let root = Cursor::root_of(&document.root, KEYS);
    root.table()?;
    let title = root.require("title")?.text()?.to_owned();
    root.require("member")?;
    let blocks = root.blocks("member")?;
    if blocks.len() < 2 {
        return Err(Problem::key("member", "an ensemble has two or more members").help(
            "give each scenario its own [member.NAME] with scenario, weight and source; `tradecast run` simulates a single scenario",
        ));
    }
    let members = blocks.into_iter().map(|(name, cursor)| member(document, name, &cursor));
    let members: Vec<Member> = members.collect::<Result<_, _>>()?;
    check_sum(&members)?;
    Ok((title, members))
}

fn member(document: &Document, name: String, cursor: &Cursor<'_>) -> Result<Member, Problem> {
    cursor.table()?;
    if name == WHOLE {
        return Err(Problem::key(&cursor.key, "a member cannot be called \"mixture\"")
            .help("that is what tables call the whole; choose another name"));
    }
    let scenario = cursor.require("scenario")?;
    let file = document.resolve_path(&scenario.key, scenario.text()?);
    if !file.is_file() {
        return Err(scenario
            .problem(format!("there is no file {}", file.display()))
            .help(missing_file(&file)));
    }
    let given = cursor.require("weight")?;
    let weight = read_value(&given, MoneyScale::ONE)?;
    let source = document.source_of(&given.key).map(str::to_owned);
    Ok(Member { name, file, weight, source })
}

/// The scenario of that folder that may be meant.
fn missing_file(file: &Path) -> String {
    let starts = "the path starts at the folder of the file that it stands in";
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let names = Disk.names(folder.unwrap_or(Path::new(".")));
    let given = file.file_name().unwrap_or_default().to_string_lossy();
    match nearest_name(&given, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}? {starts}"),
        None => starts.to_owned(),
    }
}

/// Weights are probabilities of what excludes each other and leaves nothing out.
fn check_sum(members: &[Member]) -> Result<(), Problem> {
    let sum: f64 = members.iter().map(|member| member.weight).sum();
    if (sum - 1.0).abs() <= TOLERANCE {
        return Ok(());
    }
    let scaled: Vec<String> = members
        .iter()
        .map(|member| format!("{} {}", member.name, shown(member.weight / sum)))
        .collect();
    Err(Problem::key("member", format!("the weights sum to {}, not to 1", shown(sum))).help(
        format!(
            "each weight is the probability that its member is the right one, so together they are 1 (100 %): change one, or add a member for what is left out; in the same proportions they would be {}",
            scaled.join(", ")
        ),
    ))
}

/// A share with at most nine decimals: a sum that is refused is never shown as 1.
fn shown(share: f64) -> String {
    format!("{share:.9}").trim_end_matches('0').trim_end_matches('.').to_owned()
}
