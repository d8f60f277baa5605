//! The outside view: a table on the terminal, beside a scenario's probability or alone.

mod tables;

pub use tables::{Provenance, rows, windows};

use super::terminal::Style;
use crate::outside_view::{Contrast, MetShare, OutsideView, Side, WindowCount, WindowShare};
use crate::projection::{Contribution, OutsideEntry, TargetProjection};
use crate::words;
use comfy_table::Table;

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
        OutsideEntry::LeftOut { why } => format!("  no outside view: {why}\n"),
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
    for (index, column) in table.column_iter_mut().enumerate() {
        if index == 2 {
            column.set_cell_alignment(comfy_table::CellAlignment::Left);
        }
    }
    lines(view).into_iter().for_each(|cells| {
        table.add_row(cells);
    });
    table
}

/// Yardstick, figure and what it is counted from.
fn lines(view: &OutsideView) -> Vec<[String; 3]> {
    let targets = &view.targets;
    let similar = match targets.multiple_below {
        Some(below) => format!("{} to {} times", targets.multiple_from, below),
        None => format!("{} times or more", targets.multiple_from),
    };
    let mut lines = vec![
        met(format!("announced targets needing {similar}"), &targets.all),
        met("  outcome from a named source".to_owned(), &targets.sourced),
    ];
    if view.multiple > targets.greatest_multiple {
        lines[0][2].push_str(&format!(
            "; none of them needed more than {} times",
            words::rounded(targets.greatest_multiple)
        ));
    }
    let prior = &view.prior;
    let quantiles = words::amount_range(prior.q10, prior.q90, UNIT);
    let median = words::rounded(prior.median);
    lines.push([
        "world prior, a pair of this size".to_owned(),
        words::percent(prior.probability),
        format!("median {median}, 80 % of outcomes {quantiles}"),
    ]);
    lines.extend(view.windows.iter().flat_map(windows_of));
    if view.windows.is_empty() {
        let counted = "no panel has pairs of this size".to_owned();
        lines.push(["real pairs of this size".to_owned(), String::new(), counted]);
    }
    lines
}

fn met(name: String, share: &MetShare) -> [String; 3] {
    if share.judged == 0 {
        return [name, String::new(), "none".to_owned()];
    }
    let interval = words::percent_interval(&share.interval);
    let counted = format!("{} of {} met (95 % interval {interval})", share.met, share.judged);
    [name, words::percent(share.share()), counted]
}

/// One line where a count fits the question, else one for each side of it.
fn windows_of(share: &WindowShare) -> Vec<[String; 3]> {
    let band = match share.base_below {
        Some(below) => words::amount_range(share.base_from, below, UNIT),
        None => format!("{} and more", words::amount(share.base_from, UNIT)),
    };
    let name = format!("real pairs of {band}, {}", share.panel);
    let line = |name: String, count: &WindowCount, bound: &str| {
        let found = words::percent(count.share());
        [name, format!("{bound}{found}"), counted(count)]
    };
    match (&share.bracket.easier, &share.bracket.harder) {
        (Some(easier), Some(harder)) if easier == harder => vec![line(name, easier, "")],
        (Some(easier), Some(harder)) => {
            vec![line(name, easier, "≤ "), line(String::new(), harder, "≥ ")]
        }
        (Some(easier), None) => vec![line(name, easier, "≤ ")],
        (None, Some(harder)) => vec![line(name, harder, "≥ ")],
        (None, None) => vec![[name, String::new(), "no count of windows as long".to_owned()]],
    }
}

fn counted(count: &WindowCount) -> String {
    format!(
        "{} of {} grew {} times or more in {}",
        words::count(count.reached),
        words::count(count.windows),
        count.multiple,
        years(f64::from(count.years)),
    )
}

fn years(years: f64) -> String {
    format!("{} {}", words::rounded(years), if years == 1.0 { "year" } else { "years" })
}
