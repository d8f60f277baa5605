//! What a backtest prints.

use crate::terminal::Style;
use crate::words;
use std::fmt::Write as _;
use tradecast_lab::backtest::{Backtest, Score};

/// Probabilities up to which the card compares forecast and observed shares.
const MOSTLY: f64 = 0.6;

/// The card of a backtest of a named panel.
pub fn card(backtest: &Backtest, source: &str, style: Style) -> String {
    let first = backtest.models[0];
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{}",
        style.bold(&format!(
            "{source}: {} cases of {} pairs, origins {}–{}",
            words::count(backtest.cases),
            words::count(backtest.pairs),
            backtest.origins[0],
            backtest.origins[1]
        ))
    );
    let crps = table(backtest, "CRPS of the log ratio", style, |s| format!("{:.4}", s.crps));
    let _ = writeln!(text, "\n{crps}");
    if backtest.models.len() > 1 {
        let ratio = |score: &Score| format!("{:.4}", score.ratio_to_first);
        let _ = writeln!(text, "\n{}", table(backtest, "in multiples of the first", style, ratio));
    }
    let holds = |score: &Score| format!("{:.1} %", 100.0 * score.coverage[1]);
    let _ = writeln!(text, "\n{}", table(backtest, "80 % interval holds", style, holds));
    if let Some(gap) = backtest.widest_gap(first, MOSTLY) {
        let _ = writeln!(
            text,
            "\n  Up to {}, the shares that came true are within {:.1} points of what {first} says.",
            words::percent(MOSTLY),
            100.0 * gap
        );
    }
    if let Some(note) = zeros(backtest) {
        let _ = writeln!(text, "  {note}");
    }
    text
}

/// A row a model, a column a horizon.
fn table(
    backtest: &Backtest,
    name: &str,
    style: Style,
    written: impl Fn(&Score) -> String,
) -> comfy_table::Table {
    let years =
        |horizon: &u32| if *horizon == 1 { "1 year".into() } else { format!("{horizon} years") };
    let columns: Vec<String> = backtest.horizons.iter().map(years).collect();
    let mut header = vec![name];
    header.extend(columns.iter().map(String::as_str));
    let mut table = style.table(&header, 1);
    for model in &backtest.models {
        let mut row = vec![(*model).to_owned()];
        row.extend(backtest.scores_of(model).map(&written));
        table.add_row(row);
    }
    table
}

/// How many values were zero.
fn zeros(backtest: &Backtest) -> Option<String> {
    let zeros: u64 = backtest.scores_of(backtest.models[0]).map(|score| score.zeros).sum();
    (zeros > 0).then(|| {
        format!(
            "{} values that fell to zero have no CRPS and no PIT; they count as reaching nothing.",
            words::count(zeros)
        )
    })
}
