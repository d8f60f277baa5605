//! `--watch`: the program runs again after a save, whatever happened before.

use crate::setup::one_flow;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Far more than any of it takes, on a busy machine too.
const LIMIT: Duration = Duration::from_secs(120);

static BASE: LazyLock<String> = LazyLock::new(|| one_flow("First", 20, "6%", "25%"));

/// The program and the lines that it prints, by stream: between the two there is no order.
struct Watching {
    child: Child,
    out: Receiver<String>,
    err: Receiver<String>,
}

impl Watching {
    fn start(folder: &TempDir, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tradecast"))
            .current_dir(folder.path())
            .env("NO_COLOR", "1")
            .args(arguments)
            .arg("--watch")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program");
        let out = lines_of(child.stdout.take().expect("standard output"));
        let err = lines_of(child.stderr.take().expect("standard error"));
        Self { child, out, err }
    }

    /// Waits for a result with this text.
    fn prints(&self, text: &str) {
        wait_for(&self.out, text);
    }

    /// Waits for an error with this text.
    fn complains(&self, text: &str) {
        wait_for(&self.err, text);
    }

    /// Waits for the end of a run.
    fn rests(&self) {
        wait_for(&self.err, "Ctrl-C ends it");
    }
}

fn lines_of(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    lines
}

fn wait_for(lines: &Receiver<String>, text: &str) {
    let started = Instant::now();
    let mut seen = Vec::new();
    while let Some(left) = LIMIT.checked_sub(started.elapsed()) {
        match lines.recv_timeout(left) {
            Ok(line) if line.contains(text) => return,
            Ok(line) => seen.push(line),
            Err(_) => break,
        }
    }
    panic!("\"{text}\" did not appear: {seen:#?}");
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write(folder: &TempDir, name: &str, text: &str) {
    fs::write(folder.path().join(name), text).expect("a file");
}

/// As many editors save: a new file takes the place of the old one.
fn replace(folder: &TempDir, name: &str, text: &str) {
    write(folder, "new~", text);
    fs::rename(folder.path().join("new~"), folder.path().join(name)).expect("a file");
}

fn workplace() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["case", "elsewhere"] {
        fs::create_dir(folder.path().join(name)).expect("a folder");
    }
    write(&folder, "elsewhere/base.toml", &BASE);
    write(&folder, "case/heir.toml", "extends = \"../elsewhere/base.toml\"\n");
    folder
}

/// The scenario with a growth fitted to a history.
fn fitted(history: &str) -> String {
    BASE.replace(
        "baseline = { period = \"2025\", value = 10 }\ngrowth.random_walk = { median = \"6%\", volatility = \"25%\" }",
        &format!("growth.fitted = {{ history = \"{history}\" }}"),
    )
}

#[test]
fn check_runs_again_after_each_save_and_survives_errors() {
    let folder = workplace();
    let watching = Watching::start(&folder, &["check", "case/heir.toml"]);
    watching.prints("First");
    // What is extended, in another folder, replaced by renaming.
    replace(&folder, "elsewhere/base.toml", &BASE.replace("First", "Second"));
    watching.prints("Second");
    // A mistake, and its mending.
    write(&folder, "case/heir.toml", "extends = \"../elsewhere/base.toml\"\ntitel = \"Third\"\n");
    watching.complains("there is no key `titel`");
    watching.rests();
    write(&folder, "case/heir.toml", "extends = \"../elsewhere/base.toml\"\ntitle = \"Third\"\n");
    watching.prints("Third");
    watching.rests();
    replace(
        &folder,
        "case/heir.toml",
        "extends = \"../elsewhere/base.toml\"\ntitle = \"Fourth\"\n",
    );
    watching.prints("Fourth");
}

/// A history is a data file; a new scenario in a folder that was given is read too.
#[test]
fn run_watches_data_and_new_scenarios_and_ctrl_c_ends_it() {
    let folder = workplace();
    let history = "period,value\n2021,8\n2022,9\n2023,9.5\n2024,11\n2025,10\n";
    write(&folder, "case/history.csv", history);
    fs::remove_file(folder.path().join("case/heir.toml")).expect("a file");
    write(&folder, "case/fitted.toml", &fitted("history.csv"));
    let arguments = ["run", "case", "--paths", "2000", "--no-charts", "--method", "monte-carlo"];
    let mut watching = Watching::start(&folder, &arguments);
    watching.prints("the 10 million USD a year");
    watching.rests();
    write(&folder, "case/history.csv", &history.replace("2025,10", "2025,12"));
    watching.prints("the 12 million USD a year");
    watching.rests();
    write(&folder, "case/other.toml", &BASE.replace("First", "Newcomer"));
    watching.prints("Newcomer");
    watching.rests();
    #[cfg(unix)]
    assert_eq!(interrupted(&mut watching.child), Some(130));
}

/// The exit status after Ctrl-C.
#[cfg(unix)]
fn interrupted(child: &mut Child) -> Option<i32> {
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("kill").success());
    child.wait().expect("an end").code()
}

#[test]
fn an_ensemble_watches_its_scenarios() {
    let folder = workplace();
    let member = |name: &str| {
        format!("[member.{name}]\nscenario = \"heir.toml\"\nweight = 0.5\nsource = \"judgement\"\n")
    };
    let text = format!("title = \"Half and half\"\n{}{}", member("a"), member("b"));
    write(&folder, "case/half.toml", &text);
    let arguments =
        ["ensemble", "case/half.toml", "--paths", "2000", "--no-charts", "--method", "monte-carlo"];
    let watching = Watching::start(&folder, &arguments);
    watching.prints("in 2028) =");
    watching.rests();
    replace(&folder, "elsewhere/base.toml", &BASE.replace("\"2028\"", "\"2029\""));
    watching.prints("in 2029) =");
}

/// Data that only a setting names is watched too, and `--quiet` keeps quiet about that.
#[test]
fn data_named_by_a_setting_is_watched_quietly() {
    let folder = workplace();
    let history = "period,value\n2021,8\n2022,9\n2023,9.5\n2024,11\n2025,10\n";
    for name in ["elsewhere/a.csv", "case/b.csv"] {
        write(&folder, name, history);
    }
    write(&folder, "elsewhere/base.toml", &fitted("a.csv"));
    // A setting's path starts at the folder of the scenario that was named.
    let set = "flow.f.growth.fitted.history=b.csv";
    let arguments = ["--set", set, "--paths", "2000", "--no-charts", "--method", "monte-carlo"];
    let watching = Watching::start(&folder, &[&["run", "case/heir.toml"], &arguments[..]].concat());
    watching.prints("the 10 million USD a year");
    watching.rests();
    write(&folder, "case/b.csv", &history.replace("2025,10", "2025,12"));
    watching.prints("the 12 million USD a year");
    watching.rests();
    let quiet = ["run", "case/heir.toml", "--quiet", "--out", "quiet"];
    let watching = Watching::start(&folder, &[&quiet[..], &arguments[..]].concat());
    let results = folder.path().join("quiet/heir/probability.csv");
    let started = Instant::now();
    while !results.exists() && started.elapsed() < LIMIT {
        std::thread::sleep(Duration::from_millis(20));
    }
    write(&folder, "case/b.csv", "period,value\n");
    // The first that is said is what is wrong.
    let said = watching.err.recv_timeout(LIMIT).expect("an error");
    assert!(!said.contains("watching"), "{said}");
}
