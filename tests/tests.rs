//! One binary, so that everything is linked once. The list is the map.

/// The reference itself, against closed forms and brute force.
#[path = "reference/checks.rs"]
#[allow(clippy::disallowed_methods)]
mod checks;
/// Truth from elsewhere: a plain simulator, closed forms, quadratures.
mod reference;
/// What several modules need: scenarios from text, runs in memory.
mod setup;

/// The engine against the plain simulator, every feature at once.
mod agreement;
/// Models scored on panels: tables, figures, the scores of the development cases.
mod backtest;
/// A message for each kind of wrong input.
mod bad_input;
/// The world prior's coefficients, estimated again from panels.
#[cfg(feature = "calibrate")]
mod calibrate;
/// The binary: exit codes, files, columns.
mod cli;
/// Intervals of rare events, over many seeds.
mod coverage;
/// The box of inputs in which the target is met.
mod discovery;
/// Weighted scenarios: closed forms, runs, wrong files.
mod ensemble;
/// `tradecast fit`: known figures, fragments that run, yardsticks, correlations.
mod fit;
/// Forecasts and scores against other programs'.
mod forecast;
/// Quantities that keep their values from one evaluation to the next.
mod kept_quantities;
/// Legal input at the ends of what is allowed.
mod limits;
/// Parts of a run, simulated apart and added up.
mod merge;
/// Totals that hardly vary, so that most share a bucket of a sketch.
mod narrow;
/// A running year: closed forms, joint paths, and US monthly trade.
mod nowcast;
/// The engine against closed forms and quadratures.
mod oracle;
/// The outside view: the register, Jeffreys intervals, windows of real trade.
mod outside_view;
/// Defects measured in other tools.
mod peers;
/// The README's numbers.
mod readme;
/// One page to hand over.
mod report;
/// Same bytes on any threads and blocks; what a change must and must not move.
mod reproducibility;
/// Months booked of the first simulated year.
mod running_year;
/// The shipped scenarios.
mod scenarios;
/// The small panels that ship with the project.
mod shipped_panel;
/// Every key of the schema changes an output and is documented.
mod schema_keys;
/// What moves P: indices with closed forms.
mod sensitivity;
/// Frozen outputs for a fixed seed.
mod stability;
/// The scores of docs/truth.md.
mod truth;
/// P over what is not known: closed forms and brute force.
mod uncertainty;
/// What it would take, and grids: closed forms, runs, wrong keys.
mod vary;
/// Runs again after a save.
mod watch;
/// Why scenarios differ: closed forms, what shares, what may not matter.
mod waterfall;
