//! A sweep as a table, a card and JSON.

use super::csv::{Rows, Table, number};
use super::require::counted_in;
use super::terminal::Style;
use crate::words;
use crate::words::language::Language;
use serde_json::{Value, json};
use std::fmt::Write as _;
use tradecast_core::sweep::Sweep;

/// `sweep.csv`: one row a point, the first axis outermost.
pub fn table(sweep: &Sweep) -> Table {
    let mut header = vec!["target"];
    header.extend(sweep.axes.iter().map(|axis| axis.knob.key.as_str()));
    header.extend([
        "probability",
        "standard_error",
        "lower",
        "upper",
        "median",
        "q05",
        "q95",
        "unit",
    ]);
    let mut rows = Rows::new(&header);
    for (index, point) in sweep.points.iter().enumerate() {
        let mut row = vec![sweep.target.clone()];
        let values = sweep.values(index);
        row.extend(sweep.axes.iter().zip(values).map(|(axis, value)| axis.knob.written(value)));
        let (p, [q05, median, q95]) = (point.probability, point.quantiles);
        let shares = [p.value, p.standard_error, p.interval.lower, p.interval.upper];
        row.extend(shares.map(number));
        row.extend([median, q05, q95].map(|amount| number(sweep.scale.in_units(amount))));
        row.push(sweep.unit.clone());
        rows.push(&row);
    }
    Table { name: "sweep.csv", bytes: rows.into_bytes() }
}

/// The same as JSON.
pub fn json(sweep: &Sweep) -> Value {
    let axes = sweep.axes.iter().map(|axis| {
        let values: Vec<Value> = axis.values.iter().map(|value| value_of(axis, *value)).collect();
        let unit = counted_in(&axis.knob, &sweep.unit);
        let change = words::change(Language::english(), &axis.knob);
        json!({ "key": axis.knob.key, "unit": unit, "change": change, "values": values })
    });
    let points = sweep.points.iter().enumerate().map(|(index, point)| {
        let values = sweep.axes.iter().zip(sweep.values(index));
        let values: Vec<Value> = values.map(|(axis, value)| value_of(axis, value)).collect();
        let [q05, median, q95] = point.quantiles.map(|amount| sweep.scale.in_units(amount));
        json!({ "values": values, "probability": point.probability, "median": median, "q05": q05, "q95": q95 })
    });
    json!({
        "name": sweep.name,
        "title": sweep.title,
        "target": sweep.target,
        "question": question(sweep),
        "unit": sweep.unit,
        "paths": sweep.paths,
        "seed": sweep.seed,
        "axes": axes.collect::<Vec<_>>(),
        "points": points.collect::<Vec<_>>(),
    })
}

fn value_of(axis: &tradecast_core::sweep::Axis, value: f64) -> Value {
    match axis.knob.number(value) {
        Some(number) => json!(number),
        None => json!(axis.knob.show(value, 0.0)),
    }
}

/// The most rows of the card's table.
const ROWS: usize = 11;
/// The most columns of a grid's.
const COLUMNS: usize = 7;

/// The card: the question, and P at some of the points.
pub fn card(sweep: &Sweep, style: Style) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", style.dim(&sweep.title));
    let _ = writeln!(text, "{}", style.bold(&sentence(sweep)));
    let _ = writeln!(text, "\n{}", points(sweep, style));
    for axis in &sweep.axes {
        let _ = writeln!(
            text,
            "{}",
            style.dim(&format!(
                "  {}: {}",
                axis.knob.key,
                words::change(Language::english(), &axis.knob)
            ))
        );
    }
    let note = format!("  {} paths, the same at every point", words::count(sweep.paths));
    let _ = writeln!(text, "{}", style.dim(&note));
    text
}

/// What is asked: `P(total trade ≥ the amount in FY2027-28)`.
pub fn question(sweep: &Sweep) -> String {
    words::asked(Language::english(), &sweep.asked, &sweep.unit)
}

/// How far P goes over the grid.
pub fn sentence(sweep: &Sweep) -> String {
    let by_p = |a: &usize, b: &usize| {
        let p = |index: usize| sweep.points[index].probability.value;
        p(*a).total_cmp(&p(*b))
    };
    let at = |index: usize| {
        let values = sweep.axes.iter().zip(sweep.values(index));
        let shown: Vec<String> = values.map(|(axis, v)| axis.knob.show(v, 0.0)).collect();
        shown.join(" and ")
    };
    let indices = || 0..sweep.points.len();
    let (Some(least), Some(most)) = (indices().min_by(by_p), indices().max_by(by_p)) else {
        return question(sweep);
    };
    let p = |index: usize| words::percent_of(&sweep.points[index].probability);
    format!(
        "{} goes from {} at {} to {} at {}",
        question(sweep),
        p(least),
        at(least),
        p(most),
        at(most)
    )
}

fn points(sweep: &Sweep, style: Style) -> comfy_table::Table {
    let p = |index: usize| words::percent_of(&sweep.points[index].probability);
    match &sweep.axes[..] {
        [first, second, ..] => {
            let across = some_of(second.values.len(), COLUMNS);
            let names: Vec<String> =
                across.iter().map(|index| second.knob.show(second.values[*index], 0.0)).collect();
            let mut header = vec![first.knob.key.as_str()];
            header.extend(names.iter().map(String::as_str));
            let mut table = style.table(&header, 1);
            for row in some_of(first.values.len(), ROWS) {
                let mut cells = vec![first.knob.show(first.values[row], 0.0)];
                let place = |column: &usize| p(row * second.values.len() + column);
                cells.extend(across.iter().map(place));
                table.add_row(cells);
            }
            table
        }
        axes => {
            let key = axes.first().map_or("", |axis| axis.knob.key.as_str());
            let median = format!("median, {}", sweep.unit);
            let mut table = style.table(&[key, "P", "95 % interval", &median, "5–95 %"], 1);
            for index in some_of(sweep.points.len(), ROWS) {
                let point = &sweep.points[index];
                let [q05, median, q95] =
                    point.quantiles.map(|q| words::rounded(sweep.scale.in_units(q)));
                table.add_row([
                    axes[0].knob.show(axes[0].values[index], 0.0),
                    p(index),
                    words::percent_interval(&point.probability.interval),
                    median,
                    format!("{q05}–{q95}"),
                ]);
            }
            table
        }
    }
}

/// At most so many indices, the first and the last among them, by equal steps where it can be.
fn some_of(count: usize, most: usize) -> Vec<usize> {
    if count <= most {
        return (0..count).collect();
    }
    (0..most).map(|place| place * (count - 1) / (most - 1)).collect()
}
