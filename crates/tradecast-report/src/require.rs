//! What it would take, as a table, a card and JSON.

use super::csv::{Rows, Table, number};
use super::terminal::Style;
use crate::words;
use crate::words::language::Language;
use serde_json::{Value, json};
use std::fmt::Write as _;
use tradecast_core::require::{Answer, Found, Requirement};
use tradecast_core::scenario::{Scenario, Unit};
use tradecast_core::statistics::LEVEL;
use tradecast_core::sweep::Asked;
use tradecast_core::vary::{Kind, Knob, Look};

/// All answers, and what they are answers to.
#[derive(Clone, Debug)]
pub struct Required {
    /// The scenario's name.
    pub name: String,
    /// What it assumes.
    pub title: String,
    /// The target's name.
    pub target: String,
    /// As `P(announced ≥ 200 million USD in FY2027-28)`.
    pub question: String,
    /// The paths.
    pub paths: u64,
    /// The seed of every draw.
    pub seed: u64,
    /// One a key.
    pub requirements: Vec<Requirement>,
}

impl Required {
    /// Puts answers together with their question.
    pub fn new(scenario: &Scenario, look: Look<'_>, requirements: Vec<Requirement>) -> Self {
        let target = &scenario.targets[look.target];
        let asked = Asked {
            total_label: scenario.total_label(target).to_owned(),
            at_least: Some(target.at_least.in_units()),
            period: Some(target.period),
        };
        Self {
            name: scenario.name.clone(),
            title: scenario.title.clone(),
            target: target.name.clone(),
            question: words::asked(Language::english(), &asked, &scenario.money.label()),
            paths: look.paths,
            seed: look.seed,
            requirements,
        }
    }
}

/// `require.csv`: one row a key and wanted probability.
pub fn table(required: &Required) -> Table {
    let mut rows = Rows::new(&[
        "target",
        "key",
        "wanted",
        "found",
        "value",
        "lower",
        "upper",
        "level",
        "unit",
        "probability",
        "standard_error",
        "current",
        "from",
        "to",
        "change",
    ]);
    for one in &required.requirements {
        for answer in &one.answers {
            let written = |value: f64| one.knob.written(value);
            let optional = |value: Option<f64>| value.map(written).unwrap_or_default();
            let (value, lower, upper) = match answer.found {
                Found::Reached { value, lower, upper, .. } => (value, lower, upper),
                Found::OutOfReach { value, .. } => (value, None, None),
            };
            let p = simulated(answer);
            rows.push(&[
                required.target.clone(),
                one.knob.key.clone(),
                number(answer.wanted),
                status(answer).to_owned(),
                written(value),
                optional(lower),
                optional(upper),
                number(LEVEL),
                counted_in(&one.knob, &one.unit),
                number(p.value),
                number(p.standard_error),
                written(one.current),
                written(one.range.0),
                written(one.range.1),
                words::change(Language::english(), &one.knob).to_owned(),
            ]);
        }
    }
    Table { name: "require.csv", bytes: rows.into_bytes() }
}

/// What the numbers of a key are counted in in tables; amounts in `money`.
pub(super) fn counted_in(knob: &Knob, money: &str) -> String {
    let unit = match knob.kind {
        Kind::Amount(..) | Kind::Median(Unit::Amount(_), _) => money,
        Kind::Median(Unit::Growth, _) => "share a year",
        Kind::Median(Unit::Share | Unit::Spread, _) => "share",
        Kind::Median(Unit::Duration, _) => "years",
        Kind::Median(Unit::Date | Unit::Until, _) => "date",
        Kind::Median(Unit::Rate, _) => "a year",
        Kind::Median(Unit::Plain, _) => "number",
        Kind::Period(..) => "period",
    };
    unit.to_owned()
}

fn simulated(answer: &Answer) -> tradecast_core::statistics::Estimate {
    match answer.found {
        Found::Reached { attained, .. } => attained,
        Found::OutOfReach { nearest, .. } => nearest,
    }
}

/// `yes`, or on which side of all that was found the wanted probability lies.
fn status(answer: &Answer) -> &'static str {
    match answer.found {
        Found::Reached { .. } => "yes",
        Found::OutOfReach { is_flat: true, .. } => "no effect",
        Found::OutOfReach { is_above: true, .. } => "above all",
        Found::OutOfReach { is_above: false, .. } => "below all",
    }
}

/// The same as JSON.
pub fn json(required: &Required) -> Value {
    let rows = required.requirements.iter().flat_map(|one| {
        let value = |value: f64| match one.knob.number(value) {
            Some(number) => json!(number),
            None => json!(one.knob.show(value, 0.0)),
        };
        one.answers.iter().map(move |answer| {
            let (at, lower, upper, others) = match answer.found {
                Found::Reached { value, lower, upper, others, .. } => (value, lower, upper, others),
                Found::OutOfReach { value, .. } => (value, None, None, 0),
            };
            json!({
                "key": one.knob.key,
                "wanted": answer.wanted,
                "found": status(answer),
                "value": value(at),
                "lower": lower.map(value),
                "upper": upper.map(value),
                "level": LEVEL,
                "unit": counted_in(&one.knob, &one.unit),
                "probability": simulated(answer),
                "other_values": others,
                "current": value(one.current),
                "from": value(one.range.0),
                "to": value(one.range.1),
                "change": words::change(Language::english(), &one.knob),
            })
        })
    });
    json!({
        "name": required.name,
        "title": required.title,
        "target": required.target,
        "question": required.question,
        "paths": required.paths,
        "seed": required.seed,
        "answers": rows.collect::<Vec<_>>(),
    })
}

/// The value with its interval, `12.43 % (12.40 to 12.46 %)`, or why there is none.
pub fn shown(one: &Requirement, answer: &Answer) -> (String, String) {
    let knob = &one.knob;
    match &answer.found {
        Found::Reached { value, lower, upper, .. } => {
            let error = match (lower, upper) {
                (Some(lower), Some(upper)) => 0.5 * (upper - lower),
                _ => 0.0,
            };
            let show = |value: f64| knob.show(value, error);
            let interval = match (lower, upper) {
                (Some(lower), Some(upper)) => format!("{} to {}", show(*lower), show(*upper)),
                (Some(lower), None) => format!("above {}", show(*lower)),
                (None, Some(upper)) => format!("below {}", show(*upper)),
                (None, None) => String::new(),
            };
            (show(*value), interval)
        }
        Found::OutOfReach { is_flat: true, nearest, .. } => {
            (format!("no effect: P stays {}", words::percent_of(nearest)), String::new())
        }
        Found::OutOfReach { value, nearest, is_above, .. } => {
            let (p, at) = (words::percent_of(nearest), knob.show(*value, 0.0));
            let text = match (one.is_end(*value), is_above) {
                (false, true) => format!("not reachable: P peaks at {p}, at {at}"),
                (false, false) => format!("not reachable: P never falls below {p}, at {at}"),
                (true, _) => {
                    let [low, high] = [one.range.0, one.range.1].map(|end| knob.show(end, 0.0));
                    let most = if *is_above { "at most" } else { "at least" };
                    format!("not between {low} and {high}: P is {most} {p}, at {at}")
                }
            };
            (text, String::new())
        }
    }
}

/// The card: the question, a row an answer, and what was done to distributions.
pub fn card(required: &Required, style: Style) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", style.dim(&required.title));
    let _ = writeln!(text, "{}\n", style.bold(&format!("What {} would take", required.question)));
    let mut table = style.table(&["key", "now", "wanted P", "takes", "95 % interval"], 1);
    for one in &required.requirements {
        for answer in &one.answers {
            let (value, interval) = shown(one, answer);
            table.add_row([
                one.knob.key.clone(),
                one.knob.show(one.current, 0.0),
                words::percent(answer.wanted),
                value,
                interval,
            ]);
        }
    }
    let _ = writeln!(text, "{table}\n");
    for one in &required.requirements {
        let range = [one.range.0, one.range.1].map(|value| one.knob.show(value, 0.0));
        let note = format!(
            "  {}: {}; looked from {} to {}",
            one.knob.key,
            words::change(Language::english(), &one.knob),
            range[0],
            range[1]
        );
        let _ = writeln!(text, "{}", style.dim(&note));
        let others = one.answers.iter().filter_map(|answer| match answer.found {
            Found::Reached { others, .. } if others > 0 => Some(answer.wanted),
            _ => None,
        });
        for wanted in others {
            let note = format!(
                "  {} is {} at more than one value: the one nearest to now is shown",
                one.knob.key,
                words::percent(wanted)
            );
            let _ = writeln!(text, "{} {}", style.yellow("note:"), note.trim_start());
        }
    }
    let paths = words::count(required.paths);
    let _ = writeln!(
        text,
        "{}",
        style.dim(&format!(
            "  {paths} paths, the same for every value; all else as in the scenario"
        ))
    );
    text
}
