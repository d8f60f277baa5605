//! What moves P: the table on the terminal, and `sensitivity.csv`.

use super::csv::{Rows, number, optional};
use super::discovery;
use super::folder::OutputFile;
use super::terminal::Style;
use crate::words;
use crate::words::language::Language;
use std::fmt::Write as _;
use tradecast_core::sensitivity::{Bar, Indices, InputSensitivity, Sensitivity};
use tradecast_core::statistics::Estimate;

/// Inputs beyond so many are in the file only.
const SHOWN: usize = 25;

/// Everything that is printed.
pub fn text(found: &Sensitivity, style: Style) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", found.title);
    let _ = writeln!(text, "{}\n", style.bold(&answer(found)));
    let header = [
        "input, at 10 and 90 %",
        "from",
        "to",
        "P from",
        "P to",
        "change",
        "of log total, alone",
        "and interacting",
        "of P (Shapley)",
    ];
    let mut table = style.table(&header, 1);
    for input in found.inputs.iter().take(SHOWN) {
        table.add_row(cells(input));
    }
    let _ = writeln!(text, "{table}\n");
    if found.inputs.len() > SHOWN {
        let more = found.inputs.len() - SHOWN;
        let _ =
            writeln!(text, "  {more} more inputs, which move P less, are in the table written.");
    }
    let _ = writeln!(text, "  {}", reading(found));
    if let Some(discovered) = &found.discovered {
        let _ = writeln!(text, "\n{}", discovery::text(discovered));
    }
    for note in notes(found, Language::english()) {
        let _ = writeln!(text, "{} {note}", style.yellow("note:"));
    }
    text
}

/// Why figures are missing or negative, how to read them, and why there is no box.
pub fn notes(found: &Sensitivity, language: &Language) -> Vec<String> {
    let notes = found.notes.iter().map(|note| words::warning(language, note));
    notes.chain(found.no_box.as_ref().map(|why| words::no_box(language, why))).collect()
}

/// The answer in a sentence.
pub fn answer(found: &Sensitivity) -> String {
    let p = words::percent_of(&found.probability);
    let goal = words::amount(found.at_least, &found.unit);
    let interval = words::percent_interval(&found.probability.interval);
    let start = format!("P of {goal} in {} is {p} (95 % interval {interval})", found.period);
    let first = found.inputs.first().and_then(|input| Some((input, input.bar?)));
    let is_clear = |bar: &Bar| bar.swing.interval.lower > 0.0 || bar.swing.interval.upper < 0.0;
    let (input, bar) = match first {
        Some((input, bar)) if is_clear(&bar) => (input, bar),
        Some(_) => return format!("{start}; no input moves it by more than chance may."),
        None => return format!("{start}."),
    };
    format!(
        "{start}; {} moves it most: from {} to {}.",
        words::assumption(&input.name),
        words::percent_of(&bar.low),
        words::percent_of(&bar.high)
    )
}

/// What the columns are.
fn reading(found: &Sensitivity) -> String {
    format!(
        "P with one input at its 10 and 90 % quantile, all others left to chance: {} paths each. Shares: of the variance of the log total, alone (first order) and with all it interacts in (total); of P, Shapley effects, which sum to 100 %.",
        words::count(found.paths)
    )
}

fn cells(input: &InputSensitivity) -> Vec<String> {
    let [from, to] = input.values.clone().unwrap_or_default();
    let [low, high, change] = match &input.bar {
        None => Default::default(),
        Some(bar) => {
            [words::percent_of(&bar.low), words::percent_of(&bar.high), words::points(&bar.swing)]
        }
    };
    let share = |indices: &Option<Indices>, part: fn(&Indices) -> Estimate| {
        indices.as_ref().map_or_else(String::new, |indices| share(&part(indices)))
    };
    vec![
        words::assumption(&input.name),
        from,
        to,
        low,
        high,
        change,
        share(&input.log_total, |indices| indices.first_order),
        share(&input.log_total, |indices| indices.total),
        share(&input.reached, |indices| indices.shapley),
    ]
}

/// `12 ± 1 %`, the half-width of the interval behind it.
pub fn share(estimate: &Estimate) -> String {
    let half = 100.0 * estimate.interval.reach_from(estimate.value);
    let decimals = match half {
        half if half >= 1.0 => 0,
        half if half >= 0.1 => 1,
        half if half >= 0.01 => 2,
        _ => 3,
    };
    let [value, half] = [100.0 * estimate.value, half].map(|x| words::rounded_to(x, decimals));
    format!("{value} ± {half} %")
}

/// The columns of `sensitivity.csv` before the shares.
const COLUMNS: [&str; 18] = [
    "input",
    "kind",
    "value_q10",
    "value_q90",
    "p_at_q10",
    "p_at_q10_standard_error",
    "p_at_q10_lower",
    "p_at_q10_upper",
    "p_at_q90",
    "p_at_q90_standard_error",
    "p_at_q90_lower",
    "p_at_q90_upper",
    "change",
    "change_standard_error",
    "change_lower",
    "change_upper",
    "correlated",
    "paths",
];

/// The shares: of the log total's variance, then of that of reaching the target.
const SHARES: [&str; 6] =
    ["first_order", "total", "shapley", "p_first_order", "p_total", "p_shapley"];

/// `sensitivity.csv`: a row an input, what moves P most first.
pub fn table(found: &Sensitivity) -> OutputFile {
    let shares =
        SHARES.iter().flat_map(|name| ["", "_lower", "_upper"].map(|end| format!("{name}{end}")));
    let header: Vec<String> = COLUMNS.iter().map(ToString::to_string).chain(shares).collect();
    let mut rows = Rows::new(&header.iter().map(String::as_str).collect::<Vec<_>>());
    for input in &found.inputs {
        let [from, to] = input.values.clone().unwrap_or_default();
        let mut cells = vec![input.name.clone(), input.kind.name().to_owned(), from, to];
        let bar = input.bar;
        for estimate in [bar.map(|b| b.low), bar.map(|b| b.high), bar.map(|b| b.swing)] {
            cells.push(optional(estimate.map(|e| e.value)));
            cells.push(optional(estimate.map(|e| e.standard_error)));
            cells.push(optional(estimate.map(|e| e.interval.lower)));
            cells.push(optional(estimate.map(|e| e.interval.upper)));
        }
        cells.push(input.is_correlated.to_string());
        cells.push(number(found.paths as f64));
        for indices in [input.log_total, input.reached] {
            let parts: [fn(Indices) -> Estimate; 3] =
                [|i| i.first_order, |i| i.total, |i| i.shapley];
            for estimate in parts.map(|part| indices.map(part)) {
                cells.push(optional(estimate.map(|e| e.value)));
                cells.push(optional(estimate.map(|e| e.interval.lower)));
                cells.push(optional(estimate.map(|e| e.interval.upper)));
            }
        }
        rows.push(&cells);
    }
    OutputFile { name: "sensitivity.csv".to_owned(), bytes: rows.into_bytes() }
}
