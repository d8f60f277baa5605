//! The assumptions of a scenario as tables that one can read aloud: value, range, source, and what
//! they imply.

use super::terminal::Style;
use crate::forecast::LocalLevel;
use crate::outline::{Outline, TargetOutline};
use crate::scenario::{Assumption, Growth, Quantity, Scenario, Tails, name_of};
use crate::words;
use std::fmt::Write as _;

/// z of the 5 and 95 % quantiles.
const TAIL: f64 = 1.644_853_626_951_472_7;

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
            Quantity::Uncertain(distribution) => Some([-TAIL, TAIL].map(|z| distribution.value(z))),
        },
        source: assumption.source.clone(),
    };
    scenario.assumptions.iter().map(listed).collect()
}

fn unit_name(unit: crate::scenario::Unit, currency: &str) -> String {
    use crate::scenario::Unit;
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
    for (index, assumption) in scenario.assumptions.iter().enumerate() {
        let (own_block, rest) = split_key(&assumption.key);
        if own_block != block {
            table.add_row([heading(scenario, own_block)]);
            (block, source) = (own_block, None);
        }
        let range = match &assumption.quantity {
            Quantity::Certain(_) => String::new(),
            Quantity::Uncertain(distribution) => {
                let show = |z| minus(assumption.unit.show(distribution.value(z)));
                format!("{} to {}", show(-TAIL), show(TAIL))
            }
        };
        table.add_row([
            format!("  {}", words::key(rest)),
            shown_median(assumption, &unit),
            range,
            match assumption.source.as_deref() {
                None => "no source".to_owned(),
                same if same == source => "as above".to_owned(),
                Some(source) => source.to_owned(),
            },
        ]);
        source = assumption.source.as_deref();
        let next = scenario.assumptions.get(index + 1).map(|next| split_key(&next.key).0);
        if next != Some(block) {
            for (what, text) in structure(scenario, block) {
                table.add_row([format!("  {what}"), text]);
            }
        }
    }
    for correlation in &scenario.correlations {
        let [first, second] = correlation.between.each_ref().map(|m| name_of(m, scenario));
        let source = correlation.source.clone().unwrap_or_else(|| "no source".to_owned());
        let name = format!("correlation of {first} and {second}");
        table.add_row([name, correlation.value.to_string(), String::new(), source]);
    }
    table
}

/// What a block assumes beside its quantities: tails, seasons, what it acts on, what it needs.
fn structure(scenario: &Scenario, block: &str) -> Vec<(&'static str, String)> {
    let Some((kind, name)) = block.split_once('.') else { return Vec::new() };
    let mut lines = Vec::new();
    let flow_names = |flows: &[usize]| {
        let names = flows.iter().map(|flow| scenario.flows[*flow].name.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    let tails = |growth: &Growth| match growth.tails() {
        Some(Tails::StudentT(df)) => Some(("tails", format!("Student-t, {df} degrees"))),
        _ => None,
    };
    match kind {
        "flow" => {
            let flow = scenario.flows.iter().find(|flow| flow.name == name);
            lines.extend(flow.and_then(|flow| tails(&flow.growth)));
            lines.extend(flow.into_iter().flat_map(|flow| fitted(&flow.growth)));
            let seasonal = flow.and_then(|flow| flow.seasonal.as_ref());
            let shares = |shares: &Vec<f64>| {
                shares.iter().map(|share| words::percent(*share)).collect::<Vec<_>>().join(", ")
            };
            lines.extend(seasonal.map(|seasonal| ("seasons", shares(seasonal))));
        }
        "driver" => {
            let driver = scenario.drivers.iter().find(|driver| driver.name == name);
            lines.extend(driver.and_then(|driver| tails(&driver.growth)));
        }
        "intervention" => {
            let Some(measure) = scenario.interventions.iter().find(|known| known.name == name)
            else {
                return lines;
            };
            lines.extend(measure.lifts.as_ref().map(|(flows, _)| ("lifts", flow_names(flows))));
            lines.extend(measure.adds.as_ref().map(|(flow, _)| ("adds to", flow_names(&[*flow]))));
            let needs =
                measure.needs.iter().map(|need| scenario.interventions[*need].name.as_str());
            let needs = needs.collect::<Vec<_>>().join(", ");
            lines.extend((!needs.is_empty()).then_some(("needs", needs)));
        }
        "disruption" => {
            let disruption = scenario.disruptions.iter().find(|known| known.name == name);
            lines.extend(disruption.map(|known| ("interrupts", flow_names(&known.flows))));
        }
        _ => {}
    }
    lines
}

/// What a fitted growth rests on and comes to.
fn fitted(growth: &Growth) -> Vec<(&'static str, String)> {
    let Growth::Fitted(fitted) = growth else { return Vec::new() };
    let (Some((first, _)), Some((last, _))) = (fitted.years.first(), fitted.years.last()) else {
        return Vec::new();
    };
    let LocalLevel { drift, shock_sd, transitory_sd, df, .. } = fitted.level;
    let added = fitted.drift.median() - fitted.prior_drift;
    let share = match fitted.has_world_drift {
        true => format!(
            "{} from the flow's own shocks, {} from other series",
            words::percent(fitted.own_share),
            words::percent(1.0 - fitted.own_share)
        ),
        false => "from the flow's own growth alone".to_owned(),
    };
    vec![
        ("fitted to", format!("{} years, {first} to {last}", fitted.years.len())),
        ("median growth a year", words::growth(libm::expm1(drift + added))),
        ("lasting shocks a year", words::percent(shock_sd)),
        ("passing disturbance", words::percent(transitory_sd)),
        ("tails", format!("Student-t, {} degrees, calm or wild as a whole", words::number(df))),
        ("volatility", share),
    ]
}

/// A block's key path; of a flow, also from where to where.
fn heading(scenario: &Scenario, block: &str) -> String {
    let flow = block.strip_prefix("flow.");
    match scenario.flows.iter().find(|known| Some(known.name.as_str()) == flow) {
        Some(flow) => format!("{block} ({})", flow.direction()),
        None => block.to_owned(),
    }
}

/// The block that a key path lies in, as `flow.exports`, and the rest.
fn split_key(key: &str) -> (&str, &str) {
    let dots = key.match_indices('.').map(|(position, _)| position);
    dots.into_iter().nth(1).map_or((key, ""), |dot| (&key[..dot], &key[dot + 1..]))
}

/// A number with a minus sign in place of a hyphen.
fn minus(shown: String) -> String {
    shown.strip_prefix('-').map(|size| format!("−{size}")).unwrap_or(shown)
}

fn shown_median(assumption: &Assumption, unit: &str) -> String {
    let value = minus(assumption.unit.show(assumption.quantity.median()));
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
    let kind = (scenario.interventions.is_empty(), outline.targets.len() == 1);
    for target in &outline.targets {
        lines.extend(target_lines(target, &unit, kind));
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

fn target_lines(
    target: &TargetOutline,
    unit: &str,
    (is_plain, is_only): (bool, bool),
) -> Vec<String> {
    let path = |totals: &[(crate::calendar::Period, f64)]| {
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
    lines.push(match end > 0.0 {
        true => format!(
            "{of}the target, {amount}, is {} times the {} at the end of that path",
            words::rounded(target.at_least / end),
            words::rounded(end)
        ),
        false => format!("{of}the target is {amount}"),
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
