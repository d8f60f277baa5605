//! The box of inputs in which a target is met: lines on the terminal, and `box.csv`.

use super::csv::{Rows, number};
use super::folder::OutputFile;
use crate::words;
use std::fmt::Write as _;
use tradecast_core::model::InputKind;
use tradecast_core::sensitivity::{Discovered, Restriction};
use tradecast_core::statistics::Estimate;

/// The name of the table.
pub const NAME: &str = "box.csv";

/// What a share of the futures that reach the target have in common.
pub fn text(found: &Discovered) -> String {
    let mut text = format!(
        "  {} of the futures that reach the target (95 % interval {}) have in common:\n",
        words::percent_of(&found.coverage),
        words::percent_interval(&found.coverage.interval)
    );
    for restriction in &found.restrictions {
        // Writing to a string cannot fail.
        let _ =
            writeln!(text, "    {}: {}", words::assumption(&restriction.input), range(restriction));
    }
    let _ = writeln!(
        text,
        "  There P is {} (95 % interval {}), against {} overall; {} of all paths lie there. Measured on {} paths that the box was not sought on.",
        words::percent_of(&found.density),
        words::percent_interval(&found.density.interval),
        words::percent_of(&found.probability),
        words::percent_of(&found.share),
        words::count(found.paths)
    );
    text
}

/// `above 16.2 million USD, its 55 % quantile`; `happens`.
fn range(restriction: &Restriction) -> String {
    let [lower, upper] = restriction.quantiles;
    let end = |index: usize| match (restriction.kind, &restriction.values[index]) {
        (InputKind::Disruption, _) => {
            format!("its {} quantile", percent(restriction.quantiles[index]))
        }
        (_, Some(value)) => {
            format!("{value} (its {} quantile)", percent(restriction.quantiles[index]))
        }
        (_, None) => format!("its {} quantile", percent(restriction.quantiles[index])),
    };
    let range = match (lower > 0.0, upper < 1.0) {
        _ if restriction.kind == InputKind::Intervention => {
            return if lower > 0.5 { "happens" } else { "does not happen" }.to_owned();
        }
        (true, true) => format!("from {} to {}", end(0), end(1)),
        (true, false) => format!("above {}", end(0)),
        _ => format!("below {}", end(1)),
    };
    match restriction.kind {
        InputKind::Disruption => format!("the first event's coming {range}"),
        InputKind::Shocks => format!("the years' sum {range}"),
        _ => range,
    }
}

fn percent(quantile: f64) -> String {
    format!("{} %", words::rounded_to(100.0 * quantile, 0))
}

/// `box.csv`: a row a restricted input; the box's own figures in each.
pub fn table(found: &Discovered) -> OutputFile {
    let figures = [
        ("coverage", &found.coverage),
        ("density", &found.density),
        ("probability", &found.probability),
        ("share_of_paths", &found.share),
    ];
    let names = |name: &str| ["", "_lower", "_upper"].map(|end| format!("{name}{end}"));
    let inputs = ["input", "kind", "lower", "upper", "quantile_lower", "quantile_upper"];
    let mut header = inputs.map(str::to_owned).to_vec();
    header.extend(figures.iter().flat_map(|(name, _)| names(name)));
    header.push("paths".to_owned());
    let mut rows = Rows::new(&header.iter().map(String::as_str).collect::<Vec<_>>());
    for restriction in &found.restrictions {
        let [lower, upper] = restriction.values.clone().map(Option::unwrap_or_default);
        let mut cells =
            vec![restriction.input.clone(), restriction.kind.name().to_owned(), lower, upper];
        cells.extend(restriction.quantiles.map(number));
        let three = |(_, e): &(&str, &Estimate)| [e.value, e.interval.lower, e.interval.upper];
        cells.extend(figures.iter().flat_map(three).map(number));
        cells.push(found.paths.to_string());
        rows.push(&cells);
    }
    OutputFile { name: NAME.to_owned(), bytes: rows.into_bytes() }
}
