//! The assumptions of a scenario as tables that one can read aloud: value, range, source, and what
//! they imply.

use super::terminal::Style;
use crate::outline::{Outline, TargetOutline};
use crate::scenario::{Assumption, Quantity, Scenario};
use crate::words;
use std::fmt::Write as _;

/// z of the 5 and 95 % quantiles.
const TAIL: f64 = 1.644_853_626_951_472_7;

/// Columns of text where no terminal says how wide it is.
const FILE_WIDTH: u16 = 150;

/// The assumptions of one scenario and what they imply.
pub fn assumptions(
    (name, scenario): (&str, &Scenario),
    outline: &Outline,
    warnings: &[String],
    style: Style,
) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", style.bold(&format!("{name}: {}", scenario.title)));
    for target in &scenario.targets {
        let _ = writeln!(text, "{}", question(scenario, target));
    }
    let _ = writeln!(text, "\n{}", table(scenario, style));
    for line in implications(scenario, outline) {
        let _ = writeln!(text, "  {line}");
    }
    let unsourced = scenario.assumptions.iter().filter(|a| a.source.is_none()).count();
    if unsourced > 0 {
        let all = scenario.assumptions.len();
        let note = format!("{unsourced} of {all} assumptions have no source");
        let _ = writeln!(text, "  {}", style.yellow(&note));
    }
    for warning in warnings {
        let _ = writeln!(text, "  {} {warning}", style.yellow("warning:"));
    }
    text
}

fn question(scenario: &Scenario, target: &crate::scenario::Target) -> String {
    let unit = scenario.money.label();
    let mut text = format!(
        "Target \"{}\": at least {} in {}",
        target.name,
        words::amount(target.at_least / scenario.money.scale, &unit),
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

fn table(scenario: &Scenario, style: Style) -> comfy_table::Table {
    let unit = scenario.money.label();
    let mut table = style.table(&["assumption", "median", "90 % range", "source"], 1);
    if !table.is_tty() {
        table.set_width(FILE_WIDTH);
    }
    if let Some(column) = table.column_mut(3) {
        column.set_cell_alignment(comfy_table::CellAlignment::Left);
    }
    let (mut block, mut source) = ("", None);
    for assumption in &scenario.assumptions {
        let (own_block, rest) = split_key(&assumption.key);
        if own_block != block {
            table.add_row([heading(scenario, own_block)]);
            (block, source) = (own_block, None);
        }
        let range = match &assumption.quantity {
            Quantity::Certain(_) => String::new(),
            Quantity::Uncertain(distribution) => {
                let show = |z| assumption.unit.show(distribution.value(z));
                format!("{} to {}", show(-TAIL), show(TAIL))
            }
        };
        table.add_row([
            format!("  {}", in_words(rest)),
            shown_median(assumption, &unit),
            range,
            match assumption.source.as_deref() {
                None => "no source".to_owned(),
                same if same == source => "as above".to_owned(),
                Some(source) => source.to_owned(),
            },
        ]);
        source = assumption.source.as_deref();
    }
    table
}

/// A block's key path; of a flow, also from where to where.
fn heading(scenario: &Scenario, block: &str) -> String {
    let flow = block.strip_prefix("flow.");
    match scenario.flows.iter().find(|known| Some(known.name.as_str()) == flow) {
        Some(flow) => format!("{block} ({} → {})", flow.from, flow.to),
        None => block.to_owned(),
    }
}

/// The block that a key path lies in, as `flow.exports`, and the rest.
fn split_key(key: &str) -> (&str, &str) {
    let dots = key.match_indices('.').map(|(position, _)| position);
    dots.into_iter().nth(1).map_or((key, ""), |dot| (&key[..dot], &key[dot + 1..]))
}

/// What a key within a block means.
fn in_words(key: &str) -> String {
    let words = match key {
        "baseline.value" => "baseline",
        "baseline.lost" => "of it already lost",
        "growth.random_walk.median" => "growth a year",
        "growth.random_walk.volatility" | "growth.mean_reverting.volatility" => "volatility a year",
        "growth.random_walk.persistence" => "persistence of shocks",
        "growth.random_walk.transitory" => "passing disturbance",
        "growth.mean_reverting.trend" => "growth of the trend a year",
        "growth.mean_reverting.half_life" => "half-life of a deviation",
        "growth.constant" => "growth a year",
        "ramp" => "time to full effect",
        "lifts.by" => "lifts flows by",
        "adds.per_year" => "adds a year",
        "rate_per_year" => "new events a year",
        "duration" => "lasts",
        "loss" => "share lost",
        "ongoing.until" => "now, until",
        other => return other.replacen("elasticity.", "elasticity to ", 1),
    };
    words.to_owned()
}

fn shown_median(assumption: &Assumption, unit: &str) -> String {
    let value = assumption.unit.show(assumption.quantity.median());
    match assumption.unit {
        crate::scenario::Unit::Amount(_) => format!("{value} {unit}"),
        _ => value,
    }
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
            crate::scenario::Unit::Duration.show(duration),
            words::percent(disruption.loss.median()),
        ));
    }
    for target in &outline.targets {
        lines.extend(target_lines(target, &unit, scenario.interventions.is_empty()));
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

fn target_lines(target: &TargetOutline, unit: &str, is_plain: bool) -> Vec<String> {
    let path = |totals: &[(crate::calendar::Period, f64)]| {
        let shown =
            totals.iter().map(|(period, total)| format!("{} ({period})", words::number(*total)));
        let (period, baseline) = &target.baseline;
        let first = format!("{} ({period})", words::number(*baseline));
        std::iter::once(first).chain(shown).collect::<Vec<_>>().join(" → ")
    };
    let mut lines = vec![format!("median path, nothing new: {} {unit}", path(&target.without))];
    if !is_plain {
        lines.push(format!("with what is likelier than not: {} {unit}", path(&target.central)));
    }
    for (name, effect) in &target.effects {
        lines.push(format!(
            "{name}: {} {unit} in the target's period, if it goes ahead as at its medians",
            words::signed(*effect)
        ));
    }
    let end = target.central.last().map_or(0.0, |period| period.1);
    let amount = words::amount(target.at_least, unit);
    lines.push(match end > 0.0 {
        true => {
            format!("the target, {amount}, is {} times that", words::number(target.at_least / end))
        }
        false => format!("the target is {amount}"),
    });
    lines
}
