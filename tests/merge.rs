//! Parts of a run, simulated apart and added up: the bytes of one run, or a refusal that says why.

use crate::agreement::YEARLY;
use crate::setup;
use assert_cmd::Command;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::ops::{ControlFlow, Range};
use std::path::Path;
use tempfile::TempDir;
use tradecast::engine::{Asked, BATCH, Detail, Outcome, Plan, Simulation};
use tradecast::model::Model;
use tradecast::scenario::Method;
use tradecast::shard::{Shard, StateError};

/// Everything that [`YEARLY`] has, a flow with a history, and a target that is rarely reached.
const RARE: &str = r#"
extends = "yearly.toml"
title = "Everything, and a target out of reach"
[[target]]
name = "announced"
at_least = 1500
[[flow]]
name = "cotton"
from = "PAK"
to = "KGZ"
baseline = { period = "FY2024-25", value = 12 }
growth.bootstrap = { history = "history.csv", block = "2 years" }
"#;

/// Ends of the parts of a run of 300,000 paths, and the threads that simulate each.
const PARTS: [(&str, &str, &str, &str); 3] = [
    ("0", "131072", "a.state", "1"),
    ("131_072", "262_144", "b.state", "2"),
    ("262,144", "300,000", "c.state", "3"),
];

/// A folder `case` with the scenario `rare.toml` and what it reads.
fn workplace() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let year = |year: i32| {
        let value = f64::from(10 + year * year % 7);
        format!("PAK,KGZ,FY20{year}-{},{value}\n", year + 1)
    };
    let history: String = (14..25).map(year).collect();
    fs::create_dir(folder.path().join("case")).expect("a folder");
    write(&folder, "case/yearly.toml", YEARLY);
    write(&folder, "case/rare.toml", RARE);
    write(&folder, "case/history.csv", format!("exporter,importer,period,value\n{history}"));
    folder
}

fn write(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) {
    fs::write(folder.path().join(name), bytes).expect("a file");
}

fn read(folder: &TempDir, name: &str) -> Vec<u8> {
    fs::read(folder.path().join(name)).expect("a file")
}

fn tradecast(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tradecast"));
    command.current_dir(folder.path()).env("NO_COLOR", "1").args(arguments);
    command
}

/// What a command that must succeed prints.
fn succeed(folder: &TempDir, arguments: &[&str]) -> String {
    let output = tradecast(folder, arguments).assert().success().get_output().clone();
    String::from_utf8(output.stdout).expect("text")
}

/// The message of a command that must fail, as one line.
fn fail(folder: &TempDir, status: i32, arguments: &[&str]) -> String {
    let assert = tradecast(folder, arguments).assert().code(status).stdout("");
    let message = String::from_utf8(assert.get_output().stderr.clone()).expect("text");
    message.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ")
}

/// The state of a range of paths.
fn part(folder: &TempDir, (from, to, state): (&str, &str, &str), more: &[&str]) {
    let mut arguments =
        vec!["run", "case/rare.toml", "--paths-from", from, "--paths-to", to, "--state", state];
    arguments.extend(more);
    succeed(folder, &arguments);
}

/// A workplace with the states of all parts.
fn parts(more: &[&str]) -> TempDir {
    let folder = workplace();
    for (from, to, state, threads) in PARTS {
        part(&folder, (from, to, state), &[&["--threads", threads], more].concat());
    }
    folder
}

fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder of results").map(|entry| {
        let entry = entry.expect("an entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        (name, fs::read(entry.path()).expect("a file"))
    });
    entries.collect()
}

fn assert_same(folder: &TempDir, one: &str, other: &str) {
    let [one, other] = [one, other].map(|name| contents(&folder.path().join(name)));
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (name, bytes) in &one {
        assert!(*bytes == other[name], "{name} differs");
    }
}

#[test]
fn parts_in_any_order_give_the_bytes_of_one_run() {
    // --set, --seed and --method are part of what the parts have in common.
    let more = ["--set", "target.exports-only.at_least=75", "--seed", "9", "--method", "auto"];
    let folder = parts(&more);
    let one = ["run", "case/rare.toml", "--paths", "300000"];
    let card = succeed(&folder, &[&one, &more[..]].concat());
    let rows = String::from_utf8(read(&folder, "output/case/rare/probability.csv")).expect("text");
    assert!(rows.contains("importance-sampling"), "the target is rare enough for weighted paths");
    succeed(&folder, &[&one, &more[..], &["--out", "tables", "--no-charts"]].concat());
    fs::rename(folder.path().join("output"), folder.path().join("one")).expect("a folder");
    // A state needs no other file.
    fs::remove_dir_all(folder.path().join("case")).expect("a folder");

    let merged = succeed(&folder, &["merge", "c.state", "a.state", "b.state"]);
    assert_eq!(merged, card);
    assert_same(&folder, "one/case/rare", "output/case/rare");
    let merge = ["merge", "b.state", "c.state", "a.state", "--out", "merged", "--no-charts"];
    let merged = succeed(&folder, &merge);
    assert!(merged.starts_with(card.lines().next().expect("a card")));
    assert_same(&folder, "tables/rare", "merged/rare");
}

#[test]
fn a_part_alone_from_path_0_is_a_run() {
    let folder = workplace();
    part(&folder, ("0", "1000", "a.state"), &["--method", "monte-carlo"]);
    let one = ["run", "case/rare.toml", "--paths", "1000", "--method", "monte-carlo"];
    let json = succeed(&folder, &[&one[..], &["--out", "one", "--no-charts", "--json"]].concat());
    let merge = ["merge", "a.state", "--out", "merged", "--no-charts"];
    assert_eq!(succeed(&folder, &[&merge[..], &["--json"]].concat()), json);
    assert_same(&folder, "one/rare", "merged/rare");
    assert_eq!(succeed(&folder, &[&merge[..], &["--quiet"]].concat()), "");
}

#[test]
fn a_state_is_the_same_on_any_number_of_threads() {
    let folder = workplace();
    for (state, threads) in [("1.state", "1"), ("3.state", "3")] {
        part(&folder, ("131072", "270000", state), &["--threads", threads]);
    }
    assert!(read(&folder, "1.state") == read(&folder, "3.state"));
}

#[test]
fn parts_of_another_run_are_refused() {
    let folder = workplace();
    let first = ("0", "131072", "a.state");
    part(&folder, first, &[]);
    let refused = |words: [&str; 2]| {
        let message = fail(&folder, 1, &["merge", "a.state", "b.state"]);
        assert!(message.contains("they are parts of different runs"), "{message}");
        assert!(message.contains(&format!("a.state has {}", words[0])), "{message}");
        assert!(message.contains(&format!("b.state has {}", words[1])), "{message}");
        assert!(message.contains("leave one of the files out"), "{message}");
        assert!(!folder.path().join("output").exists());
    };
    let second = ("131072", "140000", "b.state");
    part(&folder, second, &["--set", "target.announced.at_least=1501"]);
    refused(["scenario rare (", "scenario rare ("]);
    part(&folder, second, &["--seed", "8"]);
    refused(["seed 1,", "seed 8:"]);
    part(&folder, second, &["--method", "monte-carlo"]);
    refused(["method auto,", "method monte-carlo:"]);

    part(&folder, second, &[]);
    let path = folder.path().join("b.state");
    let mut shard = Shard::from_bytes(&path, &read(&folder, "b.state")).expect("a state");
    shard.run.plan[0] ^= 1;
    write(&folder, "b.state", shard.to_bytes().expect("bytes"));
    refused(["proposal ", "proposal "]);

    let history = String::from_utf8(read(&folder, "case/history.csv")).expect("text");
    write(&folder, "case/history.csv", history + "PAK,KGZ,FY2025-26,11\n");
    part(&folder, second, &[]);
    refused(["scenario rare (", "scenario rare ("]);
}

#[test]
fn a_plan_that_this_build_would_not_make_is_refused() {
    let folder = workplace();
    part(&folder, ("0", "1000", "a.state"), &[]);
    let mut shard = Shard::from_bytes(Path::new("a"), &read(&folder, "a.state")).expect("a state");
    shard.run.plan[0] ^= 1;
    write(&folder, "a.state", shard.to_bytes().expect("bytes"));
    let message = fail(&folder, 1, &["merge", "a.state"]);
    assert!(message.contains("cannot merge a.state"), "{message}");
    assert!(message.contains("would draw other weighted paths than these parts have"), "{message}");
}

#[test]
fn overlaps_and_gaps_are_refused_with_the_way_out() {
    let folder = parts(&["--method", "monte-carlo", "--set", "title=It is"]);
    let merge = |files: &[&str]| fail(&folder, 1, &[&["merge"], files].concat());
    let message = merge(&["a.state", "b.state", "a.state"]);
    let overlap = "a.state has paths from 0 to before 131,072 and a.state has paths from 0 to before 131,072: they overlap";
    assert!(message.contains(overlap), "{message}");

    let message = merge(&["c.state", "a.state"]);
    let gap = "paths from 131,072 to before 262,144 are missing, between a.state and c.state";
    let command = "tradecast run case/rare.toml --set 'title=It is' --seed 1 --method monte-carlo --paths-from 131072 --paths-to 262144 --state 131072-262144.state";
    assert!(message.contains(gap) && message.contains(command), "{message}");

    let message = merge(&["c.state", "b.state"]);
    let start = "paths from 0 to before 131,072 are missing: b.state has the first paths";
    let command = "--paths-from 0 --paths-to 131072 --state 0-131072.state";
    assert!(message.contains(start) && message.contains(command), "{message}");

    // No part can start where this one ends.
    let more = ["--method", "monte-carlo", "--set", "title=It is"];
    part(&folder, ("0", "100000", "a.state"), &more);
    let message = merge(&["a.state", "b.state"]);
    let gap = "paths from 100,000 to before 131,072 are missing, between a.state and b.state";
    let command = "--paths-from 0 --paths-to 131072 --state 0-131072.state";
    assert!(message.contains(gap) && message.contains("in place of a.state"), "{message}");
    assert!(message.contains(command), "{message}");
}

/// A state replaces an older state, and no other file: not the scenario, not its data, not notes.
#[test]
fn a_state_replaces_no_file_of_the_users() {
    let folder = workplace();
    write(&folder, "notes.txt", "mine");
    let run = |state| {
        ["run", "case/rare.toml", "--paths-from", "0", "--paths-to", "131072", "--state", state]
    };
    for file in ["case/rare.toml", "case/history.csv", "notes.txt"] {
        let before = read(&folder, file);
        let message = fail(&folder, 1, &run(file));
        assert!(message.contains("is no state file"), "{message}");
        assert_eq!(read(&folder, file), before);
    }
    succeed(&folder, &run("a.state"));
    succeed(&folder, &run("a.state"));
}

#[test]
fn damaged_files_are_refused() {
    let folder = workplace();
    part(&folder, ("0", "1000", "a.state"), &["--method", "monte-carlo"]);
    let bytes = read(&folder, "a.state");
    let path = folder.path().join("a.state");
    let read_back = |bytes: &[u8]| Shard::from_bytes(&path, bytes);
    for length in (0..bytes.len()).step_by(97).chain([bytes.len() - 1]) {
        assert!(read_back(&bytes[..length]).is_err(), "the first {length} bytes");
    }
    for place in (0..bytes.len()).step_by(97).chain([bytes.len() - 1]) {
        let mut bytes = bytes.clone();
        bytes[place] ^= 4;
        assert!(read_back(&bytes).is_err(), "byte {place}");
    }
    write(&folder, "a.state", &bytes[..bytes.len() / 2]);
    let message = fail(&folder, 1, &["merge", "a.state"]);
    assert!(message.contains("a.state is damaged"), "{message}");
    assert!(message.contains("copy it again from where it was written"), "{message}");
    let message = fail(&folder, 1, &["merge", "case/rare.toml"]);
    assert!(message.contains("case/rare.toml is no state file"), "{message}");
    let message = fail(&folder, 1, &["merge", "none.state"]);
    assert!(message.contains("cannot read none.state"), "{message}");

    // Whole, but with counts of other paths than it says.
    let mut shard = read_back(&bytes).expect("a state");
    shard.paths.end += 1;
    let error = read_back(&shard.to_bytes().expect("bytes")).expect_err("1,001 paths");
    assert!(matches!(error, StateError::Damaged { .. }), "{error}");
}

#[test]
fn another_version_is_refused() {
    let folder = workplace();
    part(&folder, ("0", "1000", "a.state"), &["--method", "monte-carlo"]);
    let bytes = read(&folder, "a.state");
    let end = bytes.iter().position(|byte| *byte == b'\n').expect("a line");
    let mut other = b"tradecast state 7, tradecast 3.1.4".to_vec();
    other.extend(&bytes[end..bytes.len() - 32]);
    let hash = Sha256::digest(&other);
    other.extend(hash.iter());
    write(&folder, "a.state", other);
    let message = fail(&folder, 1, &["merge", "a.state"]);
    let own = concat!("this program has format 2, tradecast ", env!("CARGO_PKG_VERSION"));
    assert!(message.contains("a.state has format 7, tradecast 3.1.4"), "{message}");
    assert!(message.contains(own), "{message}");
}

#[test]
fn arguments_that_do_not_go_together_are_refused() {
    let folder = workplace();
    let refused = |status: i32, arguments: &[&str], words: &[&str]| {
        let message = fail(&folder, status, &[&["run", "case/rare.toml"], arguments].concat());
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is written");
    };
    let whole = ["--paths-from", "0", "--paths-to", "9", "--state", "a.state"];
    refused(2, &whole[..4], &["--state"]);
    refused(2, &whole[2..], &["--paths-from"]);
    refused(2, &whole[4..], &["--paths-from", "--paths-to"]);
    for other in [
        &["--paths", "9"][..],
        &["--precision", "1%"],
        &["--max-paths", "9"],
        &["--max-time", "9s"],
        &["--out", "x"],
        &["--json"],
    ] {
        refused(2, &[&whole[..], other].concat(), &["cannot be used with", other[0]]);
    }
    let nearest = ["multiple of 131,072", "nearest are 131,072 and 262,144"];
    refused(2, &[&["--paths-from", "200_000"], &whole[2..]].concat(), &nearest);
    let empty = ["there is no path from 131,072 to before 9", "must be above"];
    refused(1, &[&["--paths-from", "131072"], &whole[2..]].concat(), &empty);
    refused(1, &[&whole[..4], &["--state", "case"]].concat(), &["case is a folder"]);
    refused(1, &[&["case/yearly.toml"], &whole[..]].concat(), &["not of 2", "name one"]);
}

#[test]
#[cfg(unix)]
fn an_interrupted_part_writes_no_state() {
    use std::process::Command;
    let folder = workplace();
    let child = Command::new(env!("CARGO_BIN_EXE_tradecast"))
        .current_dir(folder.path())
        .args(["run", "case/rare.toml", "--state", "a.state", "--quiet", "--threads", "1"])
        .args(["--paths-from", "0", "--paths-to", "1000000000000"])
        .spawn();
    let mut child = child.expect("a program that starts");
    // Long enough to be listening.
    std::thread::sleep(std::time::Duration::from_secs(2));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill").success());
    assert_eq!(child.wait().expect("an end").code(), Some(130));
    assert!(!folder.path().join("a.state").exists());
}

/// Ranges of paths of several models, on other threads and blocks each, are one run to the last
/// integer.
#[test]
fn outcomes_of_ranges_merge_into_that_of_the_whole() {
    let settings = |amount: &str| format!("target.announced.at_least={amount}");
    let scenarios =
        ["1500", "1400"].map(|amount| setup::with_settings(YEARLY, &[&settings(amount)]));
    let models = scenarios.map(|scenario| Model::new(&scenario, 3));
    let matched = [vec![0, 0], vec![1, 1]];
    let detail = Detail::Full;
    let plan = &Plan::new(&models, Asked::new(Method::Auto, 3, detail), &setup::threads(2));
    assert!(plan.weighted.is_some());
    let run = |paths: Range<u64>, threads: usize, lanes: Option<usize>| -> Outcome {
        let (models, matched, threads) = (&models, &matched, &setup::threads(threads));
        let simulation = Simulation { models, plan, detail, matched, threads, lanes };
        simulation.run(paths, |_| ControlFlow::Continue(()))
    };
    let end = 2 * BATCH + 1001;
    let mut sum = run(2 * BATCH..end, 1, Some(80));
    sum.merge(&run(0..BATCH, 2, None));
    sum.merge(&run(BATCH..2 * BATCH, 3, Some(64)));
    assert!(sum == run(0..end, 2, None));
}
