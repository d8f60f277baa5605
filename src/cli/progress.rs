//! How far a command is, on a terminal.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

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
