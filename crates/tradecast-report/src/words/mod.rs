//! The sentences and numbers that terminal, charts and reports share.
//!
//! `keys` names assumptions, `numbers` writes amounts, growth and counts, `chances` probabilities and odds, `sentences` what
//! is asked of a target and its answer, `quoted` the sentence to quote, `warnings` and `findings` what is doubted, `varied` what varies; `language` holds the words of reports and figures, language
//! by language.

mod chances;
mod findings;
mod keys;
pub mod language;
mod quoted;
mod sentences;
mod varied;
mod warnings;

pub use chances::{
    Odds, about_count, cautious, fraction, odds_of, percent, percent_beside, percent_interval,
    percent_of, percent_within, points, points_interval, verdict,
};
pub use findings::{finding, note};
pub use keys::{assumption, key};
pub use quoted::{chance, headline, spread_ends};
pub use sentences::{
    answer, are_booked, capitalised, headline_of_mixture, odds, pairing, paths_behind, period_in,
    question, simulation_error, statement, statement_of_mixture, total, when,
};
pub use tradecast_core::numerals::{
    amount, amount_range, count, growth, number, rounded, rounded_amount, rounded_to, signed,
};
pub use varied::{asked, change, changed};
pub use warnings::{no_box, no_outside_view, warning};
