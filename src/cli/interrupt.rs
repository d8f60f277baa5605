//! Ctrl-C: the first press ends the work after the batch at hand, a second one the program at once.

use super::INTERRUPTED;
use miette::{IntoDiagnostic, WrapErr};
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

/// Set by Ctrl-C; looked at between batches.
static IS_PRESSED: AtomicBool = AtomicBool::new(false);

/// Lets Ctrl-C end the work.
///
/// # Errors
/// The system does not let the program listen.
pub fn listen() -> miette::Result<()> {
    // A command that watches files comes here once a run.
    static IS_LISTENING: AtomicBool = AtomicBool::new(false);
    if IS_LISTENING.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    ctrlc::set_handler(|| {
        if IS_PRESSED.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(INTERRUPTED));
        }
    })
    .into_diagnostic()
    .wrap_err("cannot listen for Ctrl-C")
}

/// Whether Ctrl-C was pressed.
pub fn is_pressed() -> bool {
    IS_PRESSED.load(Ordering::SeqCst)
}

/// Goes on unless Ctrl-C was pressed.
pub fn unless_pressed() -> ControlFlow<()> {
    if is_pressed() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// The exit status of work that Ctrl-C may have cut short.
pub fn exit_code() -> ExitCode {
    if is_pressed() { ExitCode::from(INTERRUPTED) } else { ExitCode::SUCCESS }
}
