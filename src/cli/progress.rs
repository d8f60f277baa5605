//! How far a command is, on a terminal.

use super::interrupt;
use indicatif::{ProgressBar, ProgressStyle};
use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tradecast_core::run::{Observer, Stage};

/// Shows the stages of a run as bars, one after the other, and ends it after Ctrl-C.
pub struct Bars {
    quiet: bool,
    at_hand: Mutex<Option<ProgressBar>>,
}

impl Bars {
    /// Bars that appear on a terminal after a moment; none when `quiet`.
    pub fn new(quiet: bool) -> Self {
        Self { quiet, at_hand: Mutex::new(None) }
    }
}

impl Observer for Bars {
    fn progress(&self, stage: Stage, done: u64, all: u64) {
        let of = match stage {
            Stage::Paths => " of {len} paths",
            Stage::WeightedPaths => " of {len} weighted paths",
            Stage::EarlierDates => " of {len} paths of earlier dates",
            Stage::Spread => " of {len} paths of what is not known",
        };
        let mut at_hand = self.at_hand.lock().unwrap_or_else(PoisonError::into_inner);
        if done == 0
            && let Some(earlier) = at_hand.take()
        {
            earlier.finish_and_clear();
        }
        if done >= all {
            at_hand.take().iter().for_each(ProgressBar::finish_and_clear);
            return;
        }
        let shown = at_hand.get_or_insert_with(|| bar(all, of, self.quiet));
        shown.set_length(all);
        shown.set_position(done);
    }

    fn is_interrupted(&self) -> bool {
        interrupt::is_pressed()
    }
}

/// Moves a bar, and ends the work after Ctrl-C.
pub fn watch(bar: &ProgressBar) -> impl Fn(u64) -> ControlFlow<()> + Sync + '_ {
    move |done| {
        bar.inc(done);
        interrupt::unless_pressed()
    }
}

/// A bar that appears on a terminal after a moment; hidden elsewhere and when `quiet`. `of` says what
/// is counted, as ` of {len} paths`, or nothing.
pub fn bar(work: u64, of: &str, quiet: bool) -> ProgressBar {
    let template = format!("  {{bar:30}} {{percent}} %{of}, {{eta}} left");
    shown(|| ProgressBar::new(work), &template, quiet)
}

/// A count of paths, or of what else `of` says, where nobody knows how many there will be.
pub fn count(of: &str, quiet: bool) -> ProgressBar {
    let template = format!("  {{spinner}} {{human_pos}} {of}, {{elapsed}}");
    shown(ProgressBar::new_spinner, &template, quiet)
}

/// What a search says of itself, where nobody knows how long it takes.
#[cfg(feature = "calibrate")]
pub fn search(quiet: bool) -> ProgressBar {
    shown(ProgressBar::new_spinner, "  {spinner} {msg}, {elapsed}", quiet)
}

fn shown(bar: impl Fn() -> ProgressBar, template: &str, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let bar = bar();
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}
