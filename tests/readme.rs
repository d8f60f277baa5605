//! The README's numbers are those that the commands give: they are taken from the gallery, which
//! `.ci/run` compares with a fresh run byte for byte. `UPDATE_DOCS=1` writes them.

use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;
use tradecast::words;

#[derive(Deserialize)]
struct Row {
    scenario: String,
    median: f64,
    q05: f64,
    q95: f64,
}

/// A row of a run's own table, the target's own period last.
#[derive(Deserialize)]
struct Probability {
    criterion: String,
    probability: f64,
}

/// A row of its table of targets.
#[derive(Deserialize)]
struct Target {
    probability_low: Option<f64>,
    probability_high: Option<f64>,
}

fn table_of<T: for<'de> Deserialize<'de>>(scenario: &str, name: &str) -> Vec<T> {
    let file = root().join("output/gallery").join(scenario).join(name);
    let mut reader = csv::Reader::from_path(file).expect("the gallery is shipped");
    reader.deserialize().map(|row| row.expect("a readable row")).collect()
}

/// What `run` says of a scenario: P, and between what for nine in ten settings of what is not known.
fn said_of(scenario: &str) -> [String; 2] {
    let rows: Vec<Probability> = table_of(scenario, "probability.csv");
    let inside = rows.into_iter().rfind(|row| row.criterion == "in");
    let p = inside.expect("the target's own period").probability;
    let target = table_of::<Target>(scenario, "target.csv").remove(0);
    let ends = [target.probability_low.unwrap_or(0.0), target.probability_high.unwrap_or(1.0)];
    let low = target.probability_low.map(|low| words::percent_within(low, ends));
    let low = low.unwrap_or_else(|| "next to nothing".to_owned());
    [words::percent_within(p, ends), format!("{low} to {}", words::percent_within(ends[1], ends))]
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn gallery() -> PathBuf {
    root().join("output/gallery/comparison/comparison.csv")
}

fn rows() -> Vec<Row> {
    let mut reader = csv::Reader::from_path(gallery()).expect("the gallery is shipped");
    reader.deserialize().collect::<Result<_, _>>().expect("a readable comparison")
}

fn table() -> String {
    let mut text = String::from(
        "| scenario | chance of ≥ 200 million in FY2027-28 | in nine of ten settings of what is not known | median, million USD | 5–95 % |\n|---|---|---|---|---|\n",
    );
    for row in rows() {
        let [chance, settings] = said_of(&row.scenario);
        text.push_str(&format!(
            "| {} | {chance} | {settings} | {} | {}–{} |\n",
            row.scenario,
            words::rounded(row.median),
            words::rounded(row.q05),
            words::rounded(row.q95),
        ));
    }
    text
}

/// Replaces or compares what stands between two marks of a file.
pub fn assert_section(path: &Path, begin: &str, end: &str, expected: &str) {
    let text = std::fs::read_to_string(path).expect("a document of the project");
    let start = text.find(begin).expect("the opening mark") + begin.len();
    let stop = start + text[start..].find(end).expect("the closing mark");
    let expected = format!("\n{}\n", expected.trim_end());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let text = format!("{}{expected}{}", &text[..start], &text[stop..]);
        std::fs::write(path, text).expect("a writable document");
    } else {
        assert!(
            text[start..stop] == expected,
            "{} is out of date; `just docs` writes it:\n{expected}",
            path.display()
        );
    }
}

/// One test, for two would write the same file at the same time.
#[test]
fn the_numbers_are_those_of_the_gallery() {
    let readme = root().join("README.md");
    assert_section(&readme, "<!-- results -->", "<!-- end of results -->", &table());
    assert_section(&readme, "<!-- headline -->", "<!-- end of headline -->", &headline());
}

/// What the base scenario says.
fn headline() -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let scenario = root().join("scenarios/pakistan-kyrgyzstan/history-continues.toml");
    let run = Command::new(env!("CARGO_BIN_EXE_tradecast"))
        .args(["run", "--no-charts", "--out"])
        .args([folder.path(), &scenario])
        .output()
        .expect("the binary runs");
    let card = String::from_utf8_lossy(&run.stdout).into_owned();
    let sentence = card.lines().nth(1).expect("the sentence to quote");
    format!("> {sentence}")
}

/// The examples of the table of commands: the command, and whether it can run as it stands. `merge`
/// names parts of a run that are not shipped, `calibrate` is there in a build with its feature.
fn examples() -> Vec<(String, bool)> {
    let text = std::fs::read_to_string(root().join("docs/commands.md")).expect("the commands");
    let start = text.find("<!-- commands -->").expect("the table of commands");
    let end = text.find("<!-- end of commands -->").expect("its end");
    let rows = text[start..end].lines().filter(|line| line.starts_with("| `"));
    let example = |row: &str| {
        let cell = row.rsplit("| `tradecast ").next().expect("an example");
        let command = cell.trim_end_matches("` |").to_owned();
        let is_shipped = !command.contains(".state")
            && (cfg!(feature = "calibrate") || !command.starts_with("calibrate"));
        (command, is_shipped)
    };
    rows.map(example).collect()
}

#[test]
fn every_command_has_a_line_and_an_example_that_runs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::os::unix::fs::symlink(root().join("scenarios"), folder.path().join("scenarios"))
        .expect("a link");
    let tradecast = || {
        let mut command = assert_cmd::Command::cargo_bin("tradecast").expect("the binary");
        command.current_dir(folder.path());
        command
    };
    let examples = examples();
    let help = tradecast().arg("--help").output().expect("the help").stdout;
    let help = String::from_utf8(help).expect("text");
    let listed = help.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let listed = listed.filter_map(|line| line.split_whitespace().next());
    for name in listed.filter(|name| *name != "help" && !name.starts_with('-')) {
        let is_named = |(example, _): &(String, bool)| example.split(' ').next() == Some(name);
        assert!(examples.iter().any(is_named), "docs/commands.md says nothing of `{name}`");
    }
    for (example, _) in examples.iter().filter(|(_, is_shipped)| *is_shipped) {
        let output = tradecast().args(example.split(' ')).output().expect("a run");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "tradecast {example}: {said}");
    }
}
