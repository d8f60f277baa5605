//! The assumptions of a scenario line by line, as a terminal and a page show them.

use crate::words;
use tradecast_core::forecast::LocalLevel;
use tradecast_core::numeric::normal::Z95;
use tradecast_core::scenario::{Assumption, Growth, Quantity, Scenario, Tails, name_of};

/// One line of the table of assumptions.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// A block's key path; of a flow, also from where to where.
    Block(String),
    /// A quantity of that block.
    Quantity {
        /// Its key within the block, as `growth.random_walk.median`.
        key: String,
        /// Its median with its unit; of a certain value that value.
        median: String,
        /// Its 5 and 95 % quantiles; none where it is certain.
        range: Option<[String; 2]>,
        /// Where it comes from.
        source: SourceOf,
    },
    /// What the block assumes beside its quantities.
    Structure {
        /// In a few words, as `needs`.
        what: &'static str,
        /// What it is.
        text: String,
    },
    /// A correlation.
    Correlation {
        /// Of what.
        between: [String; 2],
        /// In \[−1, 1\].
        value: String,
        /// Where it comes from.
        source: Option<String>,
    },
}

/// Where a line's number comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceOf {
    /// Nobody says.
    None,
    /// From where the line above is.
    AsAbove,
    /// From here.
    Named(String),
}

/// The assumptions line by line, in the order of the file.
pub fn rows(scenario: &Scenario) -> Vec<Row> {
    let unit = scenario.money.label();
    let mut rows = Vec::new();
    let (mut block, mut above) = ("", None);
    let assumptions = scenario.assumptions();
    for (index, assumption) in assumptions.iter().enumerate() {
        let (own_block, key) = split_key(&assumption.key);
        if own_block != block {
            rows.push(Row::Block(heading(scenario, own_block)));
            (block, above) = (own_block, None);
        }
        let source = assumption.source.as_deref();
        rows.push(Row::Quantity {
            key: key.to_owned(),
            median: shown_median(assumption, &unit),
            range: match &assumption.quantity {
                Quantity::Certain(_) => None,
                Quantity::Uncertain(distribution) => {
                    Some([-Z95, Z95].map(|z| minus(assumption.unit.show(distribution.value(z)))))
                }
            },
            source: match source {
                None => SourceOf::None,
                same if same == above => SourceOf::AsAbove,
                Some(source) => SourceOf::Named(source.to_owned()),
            },
        });
        above = source;
        let next = assumptions.get(index + 1).map(|next| split_key(&next.key).0);
        if next != Some(block) {
            let lines = structure(scenario, block).into_iter();
            rows.extend(lines.map(|(what, text)| Row::Structure { what, text }));
        }
    }
    rows.extend(scenario.correlations.iter().map(|correlation| Row::Correlation {
        between: correlation.between.each_ref().map(|member| name_of(member, scenario).to_owned()),
        value: correlation.value.to_string(),
        source: correlation.source.clone(),
    }));
    rows
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
    let share = if fitted.has_world_drift {
        format!(
            "{} from the flow's own shocks, {} from other series",
            words::percent(fitted.own_share),
            words::percent(1.0 - fitted.own_share)
        )
    } else {
        "from the flow's own growth alone".to_owned()
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
        tradecast_core::scenario::Unit::Amount(_) => format!("{value} {unit}"),
        _ => value,
    }
}
