//! The assumptions of a scenario as tables that one can read aloud: value, range, source, and what
//! they imply.

mod rows;

pub use rows::{Row, SourceOf, rows};

use super::csv::{Rows, Table, number, optional};
use super::terminal::Style;
use crate::words;
use std::fmt::Write as _;
use tradecast_core::numeric::normal::Z95;
use tradecast_core::outline::{Outline, TargetOutline};
use tradecast_core::scenario::{Assumption, Quantity, Scenario};
use tradecast_core::warning::Warning;

/// Columns of text where no terminal says how wide it is.
const FILE_WIDTH: u16 = 150;

/// One assumption as plain data.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Listed {
    /// Its key path.
    pub key: String,
    /// What it is counted in: money in single units of the currency, dates and durations in years.
    pub unit: String,
    /// The median; of a certain value that value.
    pub median: f64,
    /// The 5 and 95 % quantiles; none where it is certain.
    pub range: Option<[f64; 2]>,
    /// Where it comes from.
    pub source: Option<String>,
}

/// All assumptions of a scenario as plain data, in the order of the file.
pub fn listed(scenario: &Scenario) -> Vec<Listed> {
    let listed = |assumption: &Assumption| Listed {
        key: assumption.key.clone(),
        unit: unit_name(assumption.unit, &scenario.money.currency),
        median: assumption.quantity.median(),
        range: match &assumption.quantity {
            Quantity::Certain(_) => None,
            Quantity::Uncertain(distribution) => Some([-Z95, Z95].map(|z| distribution.value(z))),
        },
        source: assumption.source.clone(),
    };
    scenario.assumptions().iter().map(listed).collect()
}

/// `assumptions.csv`: a row an assumption.
pub fn table(scenario: &Scenario) -> Table {
    let mut rows = Rows::new(&["key", "unit", "median", "q05", "q95", "source"]);
    for listed in listed(scenario) {
        let [low, high] = listed.range.map_or([None; 2], |range| range.map(Some));
        rows.push(&[
            listed.key,
            listed.unit,
            number(listed.median),
            optional(low),
            optional(high),
            listed.source.unwrap_or_default(),
        ]);
    }
    Table { name: "assumptions.csv", bytes: rows.into_bytes() }
}

fn unit_name(unit: tradecast_core::scenario::Unit, currency: &str) -> String {
    use tradecast_core::scenario::Unit;
    match unit {
        Unit::Amount(_) => currency,
        Unit::Growth => "share a year",
        Unit::Share | Unit::Spread => "share",
        Unit::Duration | Unit::Date | Unit::Until => "years",
        Unit::Rate => "a year",
        Unit::Plain => "number",
    }
    .to_owned()
}

/// The assumptions of one scenario and what they imply.
pub fn assumptions(
    scenario: &Scenario,
    outline: &Outline,
    warnings: &[Warning],
    style: Style,
) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", style.bold(&format!("{}: {}", scenario.name, scenario.title)));
    for target in &scenario.targets {
        let _ = writeln!(text, "{}", question(scenario, target));
    }
    let _ = writeln!(text, "\n{}", drawn(scenario, style));
    for line in implications(scenario, outline) {
        let _ = writeln!(text, "  {line}");
    }
    let assumptions = scenario.assumptions();
    let unsourced = assumptions.iter().filter(|it| it.source.is_none()).count();
    if unsourced > 0 {
        let all = assumptions.len();
        let note = format!("{unsourced} of {all} assumptions have no source");
        let _ = writeln!(text, "  {}", style.yellow(&note));
    }
    for line in style.warnings(warnings).lines() {
        let _ = writeln!(text, "  {line}");
    }
    text
}

fn question(scenario: &Scenario, target: &tradecast_core::scenario::Target) -> String {
    let unit = scenario.money.label();
    let mut text = format!(
        "Target \"{}\": at least {} in {}",
        target.name,
        words::amount(target.at_least.in_units(), &unit),
        target.period,
    );
    if let Some(who) = &target.measured_by {
        let _ = write!(text, ", as counted by {who}");
    }
    if let Some(date) = &target.announced {
        let _ = write!(text, ", announced {date}");
    }
    if let Some(source) = &target.source {
        let _ = write!(text, " ({source})");
    }
    text
}

fn drawn(scenario: &Scenario, style: Style) -> comfy_table::Table {
    let mut table = style.table(&["assumption", "median", "90 % range", "source"], 1);
    if !table.is_tty() {
        table.set_width(FILE_WIDTH);
    }
    if let Some(column) = table.column_mut(3) {
        column.set_cell_alignment(comfy_table::CellAlignment::Left);
    }
    for row in rows(scenario) {
        match row {
            Row::Block(heading) => table.add_row([heading]),
            Row::Quantity { key, median, range, source } => table.add_row([
                format!("  {}", words::key(&key)),
                median,
                range.map(|[low, high]| format!("{low} to {high}")).unwrap_or_default(),
                match source {
                    SourceOf::None => "no source".to_owned(),
                    SourceOf::AsAbove => "as above".to_owned(),
                    SourceOf::Named(source) => source,
                },
            ]),
            Row::Structure { what, text } => table.add_row([format!("  {what}"), text]),
            Row::Correlation { between: [first, second], value, source } => table.add_row([
                format!("correlation of {first} and {second}"),
                value,
                String::new(),
                source.unwrap_or_else(|| "no source".to_owned()),
            ]),
        };
    }
    table
}

/// What the assumptions imply, in sentences.
fn implications(scenario: &Scenario, outline: &Outline) -> Vec<String> {
    let unit = scenario.money.label();
    let mut lines = Vec::new();
    for (flow, own, drivers) in &outline.driven {
        let both = (1.0 + own) * (1.0 + drivers) - 1.0;
        lines.push(format!(
            "{flow}: {} a year by itself, {} from drivers, {} together",
            words::growth(*own),
            words::growth(*drivers),
            words::growth(both)
        ));
    }
    for disruption in &scenario.disruptions {
        let (rate, duration) = (disruption.rate_per_year.median(), disruption.duration.median());
        lines.push(format!(
            "{}: {}, {} {}, taking {} while it lasts",
            disruption.name,
            how_often(rate),
            if disruption.duration.is_uncertain() { "half of them longer than" } else { "each of" },
            tradecast_core::scenario::Unit::Duration.show(duration),
            words::percent(disruption.loss.median()),
        ));
    }
    let (is_plain, is_only) = (scenario.interventions.is_empty(), outline.targets.len() == 1);
    for target in &outline.targets {
        lines.extend(target_lines(target, &unit, is_plain, is_only));
    }
    lines
}

fn how_often(rate_per_year: f64) -> String {
    if rate_per_year == 0.0 {
        "no new events".to_owned()
    } else if rate_per_year < 0.9 {
        format!("an event every {} years", words::number(1.0 / rate_per_year))
    } else {
        format!("{} events a year", words::number(rate_per_year))
    }
}

fn target_lines(target: &TargetOutline, unit: &str, is_plain: bool, is_only: bool) -> Vec<String> {
    let path = |totals: &[(tradecast_core::calendar::Period, f64)]| {
        let shown =
            totals.iter().map(|(period, total)| format!("{} ({period})", words::rounded(*total)));
        let (period, baseline) = &target.baseline;
        let first = format!("{} ({period})", words::rounded(*baseline));
        std::iter::once(first).chain(shown).collect::<Vec<_>>().join(" → ")
    };
    let of = if is_only { String::new() } else { format!("{}: ", target.name) };
    let mut lines = vec![format!("{of}median path, nothing new: {} {unit}", path(&target.without))];
    if !is_plain {
        let central = path(&target.central);
        lines.push(format!("{of}with what is likelier than not: {central} {unit}"));
    }
    let end = target.central.last().map_or(0.0, |period| period.1);
    let amount = words::amount(target.at_least, unit);
    lines.push(if end > 0.0 {
        format!(
            "{of}the target, {amount}, is {} times the {} at the end of that path",
            words::rounded(target.at_least / end),
            words::rounded(end)
        )
    } else {
        format!("{of}the target is {amount}")
    });
    if !target.effects.is_empty() {
        lines.push(format!(
            "{of}what each measure brings to that period, where it and what it needs go ahead at their medians ({unit}):"
        ));
    }
    lines.extend(
        target.effects.iter().map(|(name, effect)| format!("  {name} {}", words::signed(*effect))),
    );
    lines
}
