//! The report: one page that needs nothing else and says what a run says, in every language.
//! `tests/browser` looks at it in a real browser.

use crate::setup::corridor;
use assert_cmd::Command;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use tempfile::TempDir;

static SCENARIO: LazyLock<String> =
    LazyLock::new(|| corridor("Corridor <in> time & more", "measured_by = \"customs\"\n", MORE));

const MORE: &str = r#"
[[intervention]]
name = "corridor"
probability = 0.6
lifts = { flows = ["exports"], by = { triangular = { min = "5%", mode = "20%", max = "60%" } } }

[simulation]
paths = 20_000
"#;

fn folder_with(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a writable folder");
    }
    folder
}

/// Runs the binary in a folder; its standard output.
fn tradecast(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::cargo_bin("tradecast").expect("the binary");
    let output = command.current_dir(folder).args(arguments).output().expect("a run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("text")
}

/// Runs the binary in a folder; what it complains of, on one line.
fn complaint(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::cargo_bin("tradecast").expect("the binary");
    let output = command.current_dir(folder).args(arguments).output().expect("a run");
    assert!(!output.status.success(), "{arguments:?} succeeded");
    let said = String::from_utf8_lossy(&output.stderr).replace('│', " ");
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn page(folder: &Path, arguments: &[&str]) -> String {
    let path = tradecast(folder, &[&["report"], arguments].concat());
    fs::read_to_string(folder.join(path.trim())).expect("the report").replace('\u{a0}', " ")
}

/// What is between two marks, every time.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    text.split(start).skip(1).filter_map(|rest| Some(rest.split_once(end)?.0)).collect()
}

#[test]
fn a_report_is_one_page_that_needs_nothing_else() {
    let folder = folder_with(&[("corridor.toml", &SCENARIO)]);
    let page = page(folder.path(), &["corridor.toml", "--out", "out"]);
    assert!(folder.path().join("out/corridor/report.html").exists());
    for attribute in ["href=\"", "src=\"", "url("] {
        for address in between(&page, attribute, "\"") {
            let is_own = address.starts_with('#') || address.starts_with("data:");
            assert!(is_own, "{attribute}{address}");
        }
    }
    assert!(!page.contains("<script") && !page.contains("@import"));
    let drawings = between(&page, "<figure", "</figure>");
    assert_eq!(drawings.len(), 4, "two figures, each for a wide page and for a phone");
    for drawing in drawings {
        assert!(drawing.contains("<title>About ") && drawing.contains("<desc>Total trade in"));
        assert!(drawing.contains("var(--blue)") && !drawing.contains("#005F9E"));
    }
    for heading in [
        "How trade may develop",
        "Where trade may end",
        "Probability by year",
        "What each measure is worth",
        "What moves the probability",
        "What it would take",
        "What others did",
        "What is assumed",
        "The method in a page",
        "Where these numbers come from",
    ] {
        assert!(page.contains(&format!("<h2>{heading}</h2>")), "{heading}");
    }
    assert!(page.contains("Corridor &lt;in&gt; time &amp; more") && !page.contains("<in>"));
    assert!(page.contains("tradecast report corridor.toml"));
}

#[test]
fn it_says_what_a_run_says_and_carries_its_tables() {
    let folder = folder_with(&[("corridor.toml", &SCENARIO)]);
    let card = tradecast(folder.path(), &["run", "corridor.toml", "--out", "out", "--no-charts"]);
    let page = page(folder.path(), &["corridor.toml", "--out", "out"]);
    let sentence =
        card.lines().find(|line| line.contains("the chance that total trade")).expect("a sentence");
    let (odds, statement) = sentence.split_once(": ").expect("odds, then a statement");
    assert!(page.contains(&format!("<p class=\"statement\">{sentence}</p>")), "{statement}");
    assert!(page.contains(&format!("<h1>{odds}: 20 million USD of total trade in FY2027-28 is")));
    for name in ["fan", "distribution", "probability", "contributions", "outside-view"] {
        let written = fs::read(folder.path().join(format!("out/corridor/{name}.csv"))).expect(name);
        let links = between(&page, &format!("download=\"corridor-{name}.csv\""), ">");
        let data = between(links[0], "base64,", "\"")[0];
        assert_eq!(BASE64_STANDARD.decode(data).expect("base64"), written, "{name}");
    }
    for name in ["sensitivity", "require", "assumptions"] {
        assert!(page.contains(&format!("download=\"corridor-{name}.csv\"")), "{name}");
    }
    let manifest = between(&page, "data:application/toml;base64,", "\"")[0];
    let manifest = String::from_utf8(BASE64_STANDARD.decode(manifest).expect("base64"));
    assert!(manifest.expect("text").contains("sha256 = "));
}

#[test]
fn assumptions_without_a_source_are_marked() {
    let folder = folder_with(&[("corridor.toml", &SCENARIO)]);
    let page = page(folder.path(), &["corridor.toml"]);
    let table = between(&page, "<table class=\"assumptions\">", "</table>")[0];
    // The intervention's probability and its lift; the flow has a source.
    assert_eq!(table.matches("<span class=\"unsourced\">no source</span>").count(), 2);
    assert_eq!(table.matches("State Bank of Pakistan").count(), 1);
}

#[test]
fn every_language_has_its_own_words_and_the_same_numbers() {
    let folder = folder_with(&[("corridor.toml", &SCENARIO)]);
    let data = |page: &str| between(page, "data:text/csv;base64,", "\"").concat();
    let english = page(folder.path(), &["corridor.toml", "--out", "out"]);
    for (code, direction, heading) in [
        ("ar", "rtl", "ما الذي افتُرض"),
        ("ur", "rtl", "کیا فرض کیا گیا ہے"),
        ("ru", "ltr", "Что предполагается"),
    ] {
        let page = page(folder.path(), &["corridor.toml", "--out", "out", "--lang", code]);
        assert!(folder.path().join(format!("out/corridor/report.{code}.html")).exists());
        assert!(page.contains(&format!("<html lang=\"{code}\" dir=\"{direction}\">")));
        assert!(page.contains(&format!("<h2>{heading}</h2>")));
        for words in ["What is assumed", "about 1 in", "95 % interval", "median", "yearly shocks"] {
            let shown = page.split("<ul lang=\"en\"").next().expect("text");
            assert!(!shown.contains(words), "{code} says \"{words}\"");
        }
        assert_eq!(data(&page), data(&english), "{code}");
    }
    let error = complaint(folder.path(), &["report", "corridor.toml", "--lang", "xx"]);
    assert!(error.contains("en, ar, ur, ru"), "{error}");
}

#[test]
fn the_command_on_the_page_writes_the_same_page() {
    let folder = folder_with(&[("my corridor.toml", &SCENARIO)]);
    let settings = ["--set", "title=it's 5 %", "--probability", "20%", "--seed=7"];
    let arguments =
        [&["my corridor.toml", "--out", "one", "--threads", "1"], &settings[..]].concat();
    tradecast(folder.path(), &[&["report"], &arguments[..]].concat());
    let first = fs::read_to_string(folder.path().join("one/my corridor/report.html"));
    let first = first.expect("the report");
    let command =
        between(&first, "<code dir=\"ltr\">tradecast ", "</code>")[0].replace("&#39;", "'");
    assert_eq!(
        command,
        r"report 'my corridor.toml' --set 'title=it'\''s 5 %' --probability 20% --seed=7"
    );
    let again = ["report", "my corridor.toml", "--out", "two"];
    tradecast(folder.path(), &[&again, &settings[..]].concat());
    let second = fs::read_to_string(folder.path().join("two/my corridor/report.html"));
    assert_eq!(first, second.expect("the report"));
}

#[test]
fn threads_change_no_byte() {
    let folder = folder_with(&[("corridor.toml", &SCENARIO)]);
    let with = |threads| page(folder.path(), &["corridor.toml", "--threads", threads]);
    assert_eq!(with("1"), with("3"));
}

#[test]
fn a_folder_is_compared() {
    let other = SCENARIO.replace("Corridor <in> time", "No corridor").replace("0.6", "0");
    let folder = folder_with(&[("a.toml", &SCENARIO), ("b.toml", &other)]);
    let case = folder.path().join("case");
    fs::create_dir(&case).expect("a folder");
    for name in ["a.toml", "b.toml"] {
        fs::rename(folder.path().join(name), case.join(name)).expect("a file");
    }
    let page = page(folder.path(), &["case"]);
    assert!(folder.path().join("output/case/report.html").exists());
    assert!(page.contains("<h2>The scenarios compared</h2>"));
    assert_eq!(page.matches("<article").count(), 2);
    assert!(page.contains("href=\"#scenario-2\"") && page.contains("id=\"scenario-2\""));
    let table = between(&page, "<h2>The scenarios compared</h2>", "</table>")[0];
    assert!(table.contains(" points<br>"), "{table}");
}

#[test]
fn scenarios_with_other_questions_stand_side_by_side_uncompared() {
    let other = SCENARIO.replace("at_least = 20", "at_least = 30");
    let folder = folder_with(&[]);
    let case = folder.path().join("case");
    fs::create_dir(&case).expect("a folder");
    fs::write(case.join("a.toml"), &*SCENARIO).expect("a file");
    fs::write(case.join("b.toml"), other).expect("a file");
    let page = page(folder.path(), &["case"]);
    assert!(page.contains("The scenarios ask different questions, so they are not compared"));
    assert!(page.contains("30 million USD in FY2027-28"));
}

#[test]
fn what_cannot_be_written_loses_nothing() {
    let folder = folder_with(&[("corridor.toml", &SCENARIO), ("file", "in the way")]);
    let error = complaint(folder.path(), &["report", "corridor.toml", "--out", "file"]);
    assert!(error.contains("cannot write file"), "{error}");
    assert!(error.contains("choose another with --out DIR"), "{error}");
    assert_eq!(fs::read_to_string(folder.path().join("file")).expect("a file"), "in the way");

    let before = page(folder.path(), &["corridor.toml"]);
    fs::write(folder.path().join("corridor.toml"), SCENARIO.replace("0.6", "6")).expect("a file");
    let error = complaint(folder.path(), &["report", "corridor.toml"]);
    assert!(error.contains("probability"), "{error}");
    let parent = folder.path().file_name().expect("a name");
    let path = folder.path().join("output").join(parent).join("corridor/report.html");
    let after = fs::read_to_string(path).expect("the earlier report").replace('\u{a0}', " ");
    assert_eq!(before, after);
}
