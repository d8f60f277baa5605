//! A fit in words and tables: what is printed, and `fit.csv`.

use super::csv::{Rows, number, optional};
use super::folder::OutputFile;
use super::terminal::Style;
use crate::words;
use crate::words::language::Language;
use std::fmt::Write as _;
use tradecast_core::fit::{
    AheadYear, FitProjection, FittedGrowth, FlowFit, MirrorProjection, Note,
};

/// The answer in words: `15.5 million USD in 2025: about 22 by 2030, between 8.0 and 62 with 80 %
/// probability`.
pub fn answer(flow: &FlowFit) -> String {
    let (Some(last), Some(end)) = (flow.history.last(), flow.ahead.last()) else {
        return flow.label.clone();
    };
    format!(
        "{} in {}: about {} by {}, between {} and {} with 80 % probability",
        words::amount(last.value, &flow.unit),
        last.period,
        about(end.q50),
        end.period,
        about(end.q10),
        about(end.q90),
    )
}

/// Two significant digits: `19`, `8.0`, `110,000`.
pub fn about(value: f64) -> String {
    if value <= 0.0 || !value.is_finite() {
        return words::number(value);
    }
    let decade = libm::exp10(libm::floor(libm::log10(value)) - 1.0);
    let rounded = (value / decade).round() * decade;
    let decimals = 1.0 - libm::floor(libm::log10(rounded) + 1e-9);
    words::rounded_to(rounded, decimals.max(0.0) as usize)
}

/// What the growth rests on, in a few words: `volatility 38 % from its own shocks, 62 % from other
/// series`.
pub fn basis(flow: &FlowFit) -> String {
    match &flow.growth {
        FittedGrowth::Level { own_share, prior_sd: Some(_), .. } => format!(
            "volatility {} from its own shocks, {} from other series",
            words::percent(*own_share),
            words::percent(1.0 - own_share)
        ),
        FittedGrowth::Level { .. } => "mean and volatility from its own growth alone".to_owned(),
        FittedGrowth::Blocks(own) => format!(
            "its own growth in blocks of {} years, {} draws",
            words::number(own.block_years),
            words::count(u64::from(own.paths))
        ),
    }
}

/// `5 years, 2021 to 2025`.
pub fn span(flow: &FlowFit) -> String {
    match (flow.history.first(), flow.history.last()) {
        (Some(first), Some(last)) => {
            format!("{} years, {} to {}", flow.history.len(), first.period, last.period)
        }
        _ => "no years".to_owned(),
    }
}

/// Everything that is printed.
pub fn text(projection: &FitProjection, style: Style) -> String {
    let mut text = String::new();
    text.push_str(&notes(&projection.notes, style));
    projection.mirrors.iter().for_each(|mirror| text.push_str(&side_by_side(mirror, style)));
    for flow in &projection.flows {
        text.push_str(&card(flow, &projection.prior, style));
    }
    for unfitted in &projection.unfitted {
        let _ = writeln!(text, "{} {}", style.yellow("not fitted:"), unfitted.reason);
        let _ = writeln!(text, "  {}\n", unfitted.help);
    }
    for fragment in &projection.fragments {
        let by = fragment.reporter.as_ref().map(|name| format!(", as reported by {name}"));
        let heading = format!("For a scenario{}:", by.unwrap_or_default());
        let _ = writeln!(text, "{}\n\n{}", style.bold(&heading), fragment.text);
    }
    if projection.fragments.len() > 1 {
        text.push_str(
            "Each reporter's figures are a scenario of their own; nothing is averaged.\n\n",
        );
    }
    text
}

/// A line each.
fn notes(notes: &[Note], style: Style) -> String {
    let line = |note| {
        let said = words::note(Language::english(), note);
        format!("{} {said}\n", style.yellow("note:"))
    };
    notes.iter().map(line).collect()
}

fn card(flow: &FlowFit, prior: &str, style: Style) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}, {}; prior: {prior}", flow.label, span(flow));
    let _ = writeln!(text, "{}\n", style.bold(&answer(flow)));
    let _ = writeln!(text, "{}", history(flow, style));
    text.push_str(&notes(&flow.findings, style));
    if !flow.findings.is_empty() {
        text.push('\n');
    }
    let _ = writeln!(text, "{}\n\n{}\n", growth(flow, style), ahead(flow, style));
    text
}

fn history(flow: &FlowFit, style: Style) -> String {
    let unit = if flow.unit.is_empty() { "value" } else { &flow.unit };
    let mut table = style.table(&["year", unit, "line"], 1);
    for year in &flow.history {
        table.add_row([year.period.to_string(), words::number(year.value), year.line.to_string()]);
    }
    format!("{table}\n")
}

/// How it grows, a line each.
fn growth(flow: &FlowFit, style: Style) -> String {
    let mut table = style.table(&["growth", ""], 1);
    for (name, value) in growth_rows(&flow.growth) {
        table.add_row([name.to_owned(), value]);
    }
    table.to_string()
}

fn growth_rows(growth: &FittedGrowth) -> Vec<(&'static str, String)> {
    let FittedGrowth::Level {
        drift,
        drift_sd,
        shock_sd,
        transitory_sd,
        transitory_share,
        df,
        own_share,
        prior_sd,
    } = *growth
    else {
        return block_rows(growth);
    };
    let mut rows = vec![
        ("median a year", words::growth(libm::expm1(drift))),
        ("error of the median", words::percent(drift_sd)),
        ("lasting shocks a year", words::percent(shock_sd)),
        ("passing disturbance", words::percent(transitory_sd)),
        ("share of a year's variance that passes", words::percent(transitory_share)),
        ("tails: Student-t, degrees of freedom", words::rounded(df)),
    ];
    if let Some(prior_sd) = prior_sd {
        rows.push(("volatility from its own shocks", words::percent(own_share)));
        rows.push(("volatility from other series", words::percent(1.0 - own_share)));
        rows.push(("lasting shocks of flows of its size", words::percent(prior_sd)));
    }
    rows
}

fn block_rows(growth: &FittedGrowth) -> Vec<(&'static str, String)> {
    let FittedGrowth::Blocks(own) = growth else { return Vec::new() };
    vec![
        ("mean a year", words::growth(libm::expm1(own.mean))),
        ("standard deviation", words::percent(own.sd)),
        ("mean length of a block, years", words::number(own.block_years)),
        ("draws", words::count(u64::from(own.paths))),
    ]
}

fn ahead(flow: &FlowFit, style: Style) -> String {
    let header = ["ahead", "5 %", "10 %", "median", "90 %", "95 %", "P(×1.25)", "P(×2)", "P(×5)"];
    let mut table = style.table(&header, 1);
    for year in &flow.ahead {
        let amounts = [year.q05, year.q10, year.q50, year.q90, year.q95].map(words::rounded);
        let chances = [year.p_1_25, year.p_2, year.p_5].map(words::percent);
        table.add_row([year.period.to_string()].into_iter().chain(amounts).chain(chances));
    }
    table.to_string()
}

fn side_by_side(mirror: &MirrorProjection, style: Style) -> String {
    let ratio = format!("{} ÷ {}", mirror.second, mirror.first);
    let mut table = style.table(&["year", &mirror.first, &mirror.second, &ratio], 1);
    let value = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), words::rounded);
    for year in &mirror.years {
        let ratio = year.ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"));
        table.add_row([year.period.to_string(), value(year.first), value(year.second), ratio]);
    }
    let unit = if mirror.unit.is_empty() { String::new() } else { format!(", {}", mirror.unit) };
    let heading = format!("{} by two yardsticks{unit}", mirror.flow);
    let range = mirror.ratios.map(|[lowest, middle, highest]| {
        format!("  ratio: {lowest:.2} to {highest:.2}, middle {middle:.2}\n")
    });
    format!("{}\n\n{table}\n{}\n", style.bold(&heading), range.unwrap_or_default())
}

/// Columns of `fit.csv`.
const COLUMNS: [&str; 16] = [
    "flow", "reporter", "period", "kind", "value", "q05", "q10", "q25", "q50", "q75", "q90", "q95",
    "p_1_25", "p_2", "p_5", "unit",
];

/// `fit.csv`: a row for each year of a history, and for each year ahead.
pub fn table(projection: &FitProjection) -> OutputFile {
    let mut rows = Rows::new(&COLUMNS);
    for flow in &projection.flows {
        let mut push =
            |period: String, kind: &str, value: Option<f64>, ahead: Option<&AheadYear>| {
                let start =
                    [&flow.name, flow.reporter.as_deref().unwrap_or_default(), &period, kind];
                let mut cells: Vec<String> = start.iter().map(ToString::to_string).collect();
                cells.push(optional(value));
                cells.extend(ahead.map_or_else(|| vec![String::new(); 10], numbers));
                cells.push(flow.unit.clone());
                rows.push(&cells);
            };
        for year in &flow.history {
            push(year.period.to_string(), "history", Some(year.value), None);
        }
        for year in &flow.ahead {
            push(year.period.to_string(), "ahead", None, Some(year));
        }
    }
    OutputFile { name: "fit.csv".to_owned(), bytes: rows.into_bytes() }
}

fn numbers(year: &AheadYear) -> Vec<String> {
    let AheadYear { q05, q10, q25, q50, q75, q90, q95, p_1_25, p_2, p_5, .. } = *year;
    [q05, q10, q25, q50, q75, q90, q95, p_1_25, p_2, p_5].map(number).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_are_about_enough() {
        for (value, text) in [
            (19.4123, "19"),
            (8.04, "8.0"),
            (0.0996, "0.10"),
            (99.6, "100"),
            (110_237.0, "110,000"),
            (0.004_321, "0.0043"),
        ] {
            assert_eq!(about(value), text);
        }
    }
}
