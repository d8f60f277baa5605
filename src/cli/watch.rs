//! `--watch`: the command again whenever a file that it read is saved.
//!
//! Editors save by renaming, which ends the watch of a file, so folders are watched.

use super::{INTERRUPTED, files, interrupt};
use clap::Args;
use miette::{IntoDiagnostic, WrapErr};
use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;
use tradecast_core::scenario::{Disk, ReadError, Scenario, read_document};

/// A save is over when nothing has happened for so long.
const QUIET: Duration = Duration::from_millis(100);
/// How often Ctrl-C is looked for.
const GLANCE: Duration = Duration::from_millis(200);
/// What files end with that a command may have failed to read.
const READABLE: [&str; 3] = ["toml", "csv", "gz"];

/// Whether the command runs again.
#[derive(Args, Debug, Default)]
pub struct WatchArguments {
    /// Run again whenever a file that was read is saved: scenarios, what they extend, their data.
    /// Ctrl-C ends it
    #[arg(long)]
    watch: bool,
}

/// What a command was given to watch.
pub struct ToWatch {
    /// Files, and folders of scenarios.
    pub paths: Vec<PathBuf>,
    /// What is laid over the scenarios, and may name data files.
    pub settings: Vec<String>,
    /// Whether nothing but errors is printed.
    pub quiet: bool,
}

impl WatchArguments {
    /// What a command was given, where it is to be watched.
    pub fn of(&self, paths: &[PathBuf], settings: &[String], quiet: bool) -> Option<ToWatch> {
        self.watch.then(|| ToWatch { paths: paths.to_vec(), settings: settings.to_vec(), quiet })
    }
}

/// Runs a command, and where `given` names scenarios to watch again after each save of a file behind
/// them, until Ctrl-C. Errors are then printed, and the next save may mend them.
///
/// # Errors
/// Those of the command where nothing is watched; files that cannot be watched.
pub fn repeat(
    given: impl Fn() -> Option<ToWatch>,
    command: impl Fn() -> miette::Result<ExitCode>,
) -> miette::Result<ExitCode> {
    let Some(mut to_watch) = given() else { return command() };
    let (sender, events) = mpsc::channel();
    let watcher = notify::recommended_watcher(sender);
    let mut watcher = watcher.into_diagnostic().wrap_err("cannot watch files")?;
    let mut watched = Watched::default();
    loop {
        // Before the command, so that no save while it runs is missed.
        watched.add(&to_watch, &mut watcher)?;
        watched.has_failed = match command() {
            Ok(_) => false,
            Err(error) => {
                eprintln!("{error:?}");
                true
            }
        };
        if !to_watch.quiet && !interrupt::is_pressed() {
            eprintln!("watching {} files; Ctrl-C ends it", watched.files.len());
        }
        if !wait(&events, &watched) {
            return Ok(ExitCode::from(INTERRUPTED));
        }
        to_watch = given().unwrap_or(to_watch);
    }
}

/// Waits for the end of a save; false where Ctrl-C came instead.
fn wait(events: &Receiver<notify::Result<Event>>, watched: &Watched) -> bool {
    let mut is_saved = false;
    while !interrupt::is_pressed() {
        match events.recv_timeout(if is_saved { QUIET } else { GLANCE }) {
            Ok(Ok(event)) => is_saved |= watched.is_save(&event),
            Err(RecvTimeoutError::Timeout) if is_saved => return true,
            Ok(Err(_)) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
    false
}

/// What is watched; it only grows, as a file that cannot be read today was read yesterday.
#[derive(Default)]
struct Watched {
    files: BTreeSet<PathBuf>,
    /// The folders that they lie in.
    folders: BTreeSet<PathBuf>,
    /// Folders of which every scenario is read.
    whole: BTreeSet<PathBuf>,
    /// Whether the last run failed, perhaps on a file that is not among those known.
    has_failed: bool,
}

impl Watched {
    /// Adds the files behind what a command was given.
    fn add(&mut self, given: &ToWatch, watcher: &mut RecommendedWatcher) -> miette::Result<()> {
        let mut found: Vec<PathBuf> = Vec::new();
        for path in &given.paths {
            let scenarios = files::scenarios(path).unwrap_or_else(|_| vec![path.clone()]);
            found.extend(scenarios.iter().flat_map(|file| behind(file, &given.settings)));
            if path.is_dir() {
                self.whole.extend(path.canonicalize());
            }
        }
        // A link is saved where it points to, or replaced where it stands.
        let places = found.iter().flat_map(|file| [in_real_folder(file), file.canonicalize().ok()]);
        for file in places.flatten() {
            let folder = file.parent().unwrap_or(Path::new(".")).to_owned();
            if self.folders.insert(folder.clone()) {
                watcher
                    .watch(&folder, RecursiveMode::NonRecursive)
                    .into_diagnostic()
                    .wrap_err_with(|| format!("cannot watch the folder {}", folder.display()))?;
            }
            self.files.insert(file);
        }
        Ok(())
    }

    /// Whether a file concerned was saved, or may have been: lost events name no paths.
    fn is_save(&self, event: &Event) -> bool {
        let is_change = match event.kind {
            EventKind::Access(kind) => kind == AccessKind::Close(AccessMode::Write),
            EventKind::Remove(_) => false,
            _ => true,
        };
        event.need_rescan() || is_change && event.paths.iter().any(|path| self.concerns(path))
    }

    fn concerns(&self, path: &Path) -> bool {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let is_new = ending == "toml" && path.parent().is_some_and(|it| self.whole.contains(it));
        let may_be_missing = self.has_failed && READABLE.contains(&ending);
        is_new || may_be_missing || self.files.contains(path)
    }
}

/// The files that a scenario with these settings is read from, as far as it can be read.
fn behind(file: &Path, settings: &[String]) -> Vec<PathBuf> {
    let mut found = vec![file.to_owned()];
    match read_document(file, &[], &Disk) {
        Ok(document) => {
            let sources = document.sources.iter().filter(|source| source.is_file);
            found.extend(sources.map(|source| source.path.clone()));
            // A wrong setting hides the data only.
            if let Ok(scenario) = Scenario::load(file, settings, &Disk) {
                found.extend(scenario.inputs.into_iter().map(|input| input.path));
            }
        }
        Err(ReadError::Scenario(error)) => found.push(error.file().to_owned()),
        Err(
            ReadError::File { path, .. }
            | ReadError::Empty { path }
            | ReadError::NotUtf8 { path, .. },
        ) => found.push(path),
    }
    found
}

/// The path by way of the folder that it really lies in, as events name it.
fn in_real_folder(file: &Path) -> Option<PathBuf> {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    let folder = parent.unwrap_or(Path::new(".")).canonicalize().ok()?;
    Some(folder.join(file.file_name()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::Flag;

    #[test]
    fn lost_events_count_as_a_save() {
        let event = Event::new(EventKind::Other);
        assert!(!Watched::default().is_save(&event));
        assert!(Watched::default().is_save(&event.set_flag(Flag::Rescan)));
    }
}
