//! Why two scenarios differ in P: the table on the terminal, and `waterfall.csv`.

use super::csv::{Rows, number};
use super::folder::OutputFile;
use super::terminal::Style;
use crate::words;
use std::fmt::Write as _;
use tradecast_core::statistics::Estimate;
use tradecast_core::waterfall::{Attribution, BATCHES, Bar, EXACT, Waterfall};

/// Bars beyond so many are in the file only.
const SHOWN: usize = 25;

/// Everything that is printed of one waterfall.
pub fn text(found: &Waterfall, style: Style) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}\n", style.bold(&answer(found)));
    let mut table = style.table(&["assumption", "from", "to", "change in P", "95 % interval"], 1);
    for bar in found.bars.iter().take(SHOWN) {
        table.add_row([
            name(bar),
            values(bar, &bar.from),
            values(bar, &bar.to),
            words::points(&bar.change),
            words::points_interval(&bar.change.interval),
        ]);
    }
    if !found.bars.is_empty() {
        let _ = writeln!(text, "{table}\n");
    }
    if found.bars.len() > SHOWN {
        let more = found.bars.len() - SHOWN;
        let _ = writeln!(text, "  {more} more, which move P less, are in the table written.");
    }
    let _ = writeln!(text, "{}", style.dim(&format!("  {}", method(found))));
    let ends = found.probabilities.each_ref().map(|p| words::percent_interval(&p.interval));
    let note = format!(
        "  95 % intervals of the two probabilities: {} and {}; rare ones may come from weighted paths elsewhere",
        ends[0], ends[1]
    );
    let _ = writeln!(text, "{}", style.dim(&note));
    text.push_str(&style.warnings(&found.warnings));
    text
}

/// The value of a bar in a table: its own, or nothing where it is of several keys.
fn values(bar: &Bar, values: &[String]) -> String {
    match values {
        [first, others @ ..] if others.iter().all(|other| other == first) => first.clone(),
        _ => format!("{} keys", bar.keys.len()),
    }
}

/// The difference and what brings most of it, in a sentence.
pub fn answer(found: &Waterfall) -> String {
    let [from, to] = &found.scenarios;
    let [p, q] = found.probabilities.each_ref().map(words::percent_of);
    let start = format!("From {p} in {from} to {q} in {to}");
    match found.bars.first() {
        Some(bar) if bar.change.value != 0.0 => {
            let (all, most) = (words::points(&found.difference), words::points(&bar.change));
            format!("{start}: {all}, of which {most} by “{}”", name(bar))
        }
        _ => start,
    }
}

/// The name of a bar: of up to three assumptions, or of two and how many more.
pub fn name(bar: &Bar) -> String {
    let one = |key: &String| match key.split('.').collect::<Vec<_>>()[..] {
        ["correlation"] => "correlations".to_owned(),
        ["target", _, "flows"] => "flows that count".to_owned(),
        _ => words::assumption(key),
    };
    let mut names: Vec<String> = bar.keys.iter().map(one).collect();
    names.dedup();
    if names.len() > 3 {
        let more = names.len() - 2;
        return format!("{} and {more} more", names[..2].join(" + "));
    }
    names.join(" + ")
}

/// How the bars were found.
pub fn method(found: &Waterfall) -> String {
    let paths = words::count(found.paths);
    let models = words::count(found.models as u64);
    let how = match found.attribution {
        Attribution::Exact => {
            let of = match found.bars.len() {
                1 => "one assumption".to_owned(),
                count => format!("{count} assumptions"),
            };
            format!("all orders of the {of}, {models} scenarios")
        }
        Attribution::Sampled { orders } => format!(
            "{orders} random orders of the {} assumptions (above {EXACT} they are sampled), {models} scenarios",
            found.bars.len()
        ),
    };
    format!(
        "Shapley values: mean change over {how} on the same {paths} plain paths in {BATCHES} batches"
    )
}

/// `waterfall.csv`: for each scenario after the first, a row a bar.
pub fn table(all: &[Waterfall]) -> OutputFile {
    let mut rows = Rows::new(&[
        "scenario",
        "reference",
        "target",
        "assumption",
        "keys",
        "from_value",
        "to_value",
        "change",
        "standard_error",
        "lower",
        "upper",
        "attribution",
        "orders",
        "paths",
    ]);
    for found in all {
        let [reference, scenario] = &found.scenarios;
        let mut push = |name: &str, cells: [String; 3], change: &Estimate| {
            let [keys, from, to] = cells;
            rows.push(&[
                scenario.clone(),
                reference.clone(),
                found.target.clone(),
                name.to_owned(),
                keys,
                from,
                to,
                number(change.value),
                number(change.standard_error),
                number(change.interval.lower),
                number(change.interval.upper),
                found.attribution.name().to_owned(),
                match found.attribution {
                    Attribution::Exact => String::new(),
                    Attribution::Sampled { orders } => orders.to_string(),
                },
                found.paths.to_string(),
            ]);
        };
        for bar in &found.bars {
            let cells = [&bar.keys, &bar.from, &bar.to].map(|values| values.join("; "));
            push(&name(bar), cells, &bar.change);
        }
        let [from, to] = found.probabilities.map(|p| number(p.value));
        push("difference", [String::new(), from, to], &found.difference);
    }
    OutputFile { name: "waterfall.csv".to_owned(), bytes: rows.into_bytes() }
}
