//! The outside view: a table on the terminal, beside a scenario's probability or alone.

mod lines;
mod tables;

pub use lines::{Line, lines};
pub use tables::{Provenance, rows, windows};

use super::terminal::Style;
use crate::words;
use crate::words::language::Language;
use comfy_table::Table;
use tradecast_core::outside_view::{Contrast, OutsideView, Side};
use tradecast_core::projection::{Contribution, OutsideEntry, TargetProjection};

/// The unit of amounts.
const UNIT: &str = "million USD";

/// What `outside-view` prints: the question and the three yardsticks.
pub fn card(view: &OutsideView, style: Style) -> String {
    let question = &view.question;
    let headline = format!(
        "From {} to {} in {}: {} times as much, {} a year",
        words::number(question.base_usd_million),
        words::amount(question.target_usd_million, UNIT),
        years(question.years),
        words::rounded(view.multiple),
        words::growth(view.growth_a_year),
    );
    format!("{}\n\n{}\n", style.bold(&headline), table(view, style))
}

/// The block under a target's card: the yardsticks and, where the scenario is far from them, a note.
pub fn beside(target: &TargetProjection, unit: &str, style: Style) -> String {
    match &target.outside_view {
        OutsideEntry::LeftOut { why } => {
            let why = words::no_outside_view(Language::english(), why);
            format!("  no outside view: {why}\n")
        }
        OutsideEntry::Beside { view, contrast, carriers } => {
            let note = contrast.as_ref().map(|contrast| {
                let text = note(target, contrast, (carriers, unit));
                format!("{} {text}\n", style.yellow("note:"))
            });
            format!("{}\n{}", table(view, style), note.unwrap_or_default())
        }
    }
}

/// By how much a scenario differs from history, and which assumptions carry it.
fn note(
    target: &TargetProjection,
    contrast: &Contrast,
    (carriers, unit): (&[String], &str),
) -> String {
    let p = words::percent_of(&target.probability().estimate);
    let factor = words::rounded(contrast.factor);
    let nearest = words::percent(contrast.nearest);
    let by = match contrast.side {
        Side::Above => format!("{factor} times the greatest figure of history above, {nearest}"),
        Side::Below => {
            let bound = if contrast.is_bound { "at least " } else { "" };
            format!("{bound}{factor} times less than the least figure of history above, {nearest}")
        }
    };
    let named = |item: &&Contribution| carriers.contains(&item.item);
    let carrying: Vec<String> =
        target.contributions.iter().filter(named).map(|item| carrier(item, unit)).collect();
    let why = match carrying.len() {
        0 => {
            "no measure or disruption carries it, but how the flows themselves are assumed to grow"
                .to_owned()
        }
        _ => format!("it rests on {}", carrying.join("; on ")),
    };
    format!("{}: P is {p}, {by}; {why}", target.name)
}

/// An assumption with what hangs on it.
fn carrier(item: &Contribution, unit: &str) -> String {
    match (&item.if_yes, &item.if_no, item.contribution) {
        (Some(yes), Some(no), _) => format!(
            "{} (P {} if it goes ahead, {} if not)",
            item.item,
            words::percent_of(yes),
            words::percent_of(no)
        ),
        (_, _, Some(part)) => {
            format!("{} ({} {unit} in the median total)", item.item, words::signed(part))
        }
        _ => item.item.clone(),
    }
}

/// The three yardsticks, one line a figure.
pub fn table(view: &OutsideView, style: Style) -> Table {
    let mut table = style.table(&["outside view", "share or P", "of"], 1);
    if let Some(column) = table.column_mut(2) {
        column.set_cell_alignment(comfy_table::CellAlignment::Left);
    }
    for line in lines(view, Language::english()) {
        let indent = if line.is_part { "  " } else { "" };
        table.add_row([format!("{indent}{}", line.name), line.share, line.counted]);
    }
    table
}

/// `2.5 years`, `1 year`.
fn years(years: f64) -> String {
    format!("{} {}", words::rounded(years), if years == 1.0 { "year" } else { "years" })
}
