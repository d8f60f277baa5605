//! An ensemble as a table, a card, and what its figure says.

use super::csv::{Rows, Table, number, optional};
use super::terminal::Style;
use crate::words;
use crate::words::language::Language;
use std::fmt::Write as _;
use tradecast_core::ensemble::{MixedTarget, Mixture, Part};
use tradecast_core::statistics::Estimate;

/// `ensemble.csv`: one row a member and, last of each target, one of the mixture.
pub fn table(mixture: &Mixture) -> Table {
    let mut rows = Rows::new(&[
        "target",
        "member",
        "title",
        "weight",
        "source",
        "probability",
        "standard_error",
        "lower",
        "upper",
        "method",
        "paths",
        "share",
        "share_lower",
        "share_upper",
        "median",
        "q05",
        "q95",
        "unit",
    ]);
    for target in &mixture.targets {
        for part in &target.members {
            rows.push(&member_row(target, part));
        }
        rows.push(&mixture_row(mixture, target));
    }
    Table { name: "ensemble.csv", bytes: rows.into_bytes() }
}

fn member_row(target: &MixedTarget, part: &Part) -> Vec<String> {
    let mut cells = vec![
        target.target.clone(),
        part.member.clone(),
        part.title.clone(),
        number(part.weight),
        part.source.clone().unwrap_or_default(),
    ];
    cells.extend(estimate(&part.probability.estimate));
    cells.push(part.probability.method.name().to_owned());
    cells.push(part.probability.paths.to_string());
    cells.push(optional(part.share.map(|share| share.value)));
    cells.push(optional(part.share.map(|share| share.interval.lower)));
    cells.push(optional(part.share.map(|share| share.interval.upper)));
    cells.extend([part.median, part.q05, part.q95].map(number));
    cells.push(target.unit.clone());
    cells
}

fn mixture_row(mixture: &Mixture, target: &MixedTarget) -> Vec<String> {
    let mut cells = vec![
        target.target.clone(),
        "mixture".to_owned(),
        mixture.title.clone(),
        number(1.0),
        String::new(),
    ];
    cells.extend(estimate(&target.probability));
    cells.extend([String::new(), String::new(), number(1.0), String::new(), String::new()]);
    cells.extend([target.median, target.q05, target.q95].map(number));
    cells.push(target.unit.clone());
    cells
}

fn estimate(p: &Estimate) -> [String; 4] {
    [p.value, p.standard_error, p.interval.lower, p.interval.upper].map(number)
}

/// The card: the sentence to quote, what it rests on, the members.
pub fn card(mixture: &Mixture, style: Style) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", style.dim(&mixture.title));
    for target in &mixture.targets {
        let _ = writeln!(
            text,
            "{}",
            style.bold(&words::headline_of_mixture(Language::english(), target))
        );
        if let Some(rests) = rests_on(target) {
            let _ = writeln!(text, "{}.", words::capitalised(&rests));
        }
        let _ = writeln!(text, "\n{}", members(target, style));
        let note = format!("  totals in {}", target.unit);
        let _ = writeln!(text, "{}\n", style.dim(&note));
    }
    for part in mixture.targets.iter().take(1).flat_map(|target| &target.members) {
        let source = part.source.as_deref().unwrap_or("no source");
        let weight = format!("{}, {}:", part.member, words::percent(part.weight));
        let _ = writeln!(text, "  {weight} {}", style.dim(source));
    }
    text.push_str(&style.warnings(&mixture.warnings));
    text
}

/// Which member carries the largest share of P: `79 % of it rests on “Everything goes right”, which
/// has a weight of 1 %`; nothing where P is 0.
pub fn rests_on(target: &MixedTarget) -> Option<String> {
    let shared = target.members.iter().filter_map(|part| Some((part, part.share?.value)));
    let (part, share) = shared.max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(format!(
        "{} of it rests on “{}”, which has a weight of {}",
        words::percent(share),
        short(&part.title),
        words::percent(part.weight)
    ))
}

/// A title up to its first colon.
pub fn short(title: &str) -> &str {
    title.split(':').next().unwrap_or(title).trim()
}

fn members(target: &MixedTarget, style: Style) -> comfy_table::Table {
    let header = ["member", "weight", "P", "95 % interval", "carries", "median", "5–95 %"];
    let mut table = style.table(&header, 1);
    let range = |q05, q95| format!("{}–{}", words::rounded(q05), words::rounded(q95));
    for part in &target.members {
        let p = &part.probability.estimate;
        table.add_row([
            part.member.clone(),
            words::percent(part.weight),
            words::percent_of(p),
            words::percent_interval(&p.interval),
            part.share.map_or_else(String::new, |share| words::percent(share.value)),
            words::rounded(part.median),
            range(part.q05, part.q95),
        ]);
    }
    table.add_row([
        "mixture".to_owned(),
        String::new(),
        words::percent_of(&target.probability),
        words::percent_interval(&target.probability.interval),
        String::new(),
        words::rounded(target.median),
        range(target.q05, target.q95),
    ]);
    table
}
