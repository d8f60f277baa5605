//! The three yardsticks in words, one line a figure, in any language.

use super::{UNIT, years};
use crate::words;
use crate::words::language::{Language, fill};
use tradecast_core::outside_view::{MetShare, OutsideView, WindowCount, WindowShare};

/// Yardstick, figure and what it is counted from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The yardstick; empty where it is that of the line above.
    pub name: String,
    /// Whether it is a part of the line above.
    pub is_part: bool,
    /// A share, a probability or a bound of one; empty where there is none.
    pub share: String,
    /// What it is counted from.
    pub counted: String,
}

/// All lines of an outside view.
pub fn lines(view: &OutsideView, language: &Language) -> Vec<Line> {
    let (words, targets) = (&language.outside, &view.targets);
    let from = language.numerals(&targets.multiple_from.to_string());
    let similar = match targets.multiple_below {
        Some(below) => {
            let below = language.numerals(&below.to_string());
            fill(&words.targets, &[("from", &from), ("below", &below)])
        }
        None => fill(&words.targets_open, &[("from", &from)]),
    };
    let mut lines = vec![
        met(similar, false, &targets.all, language),
        met(words.sourced.clone(), true, &targets.sourced, language),
    ];
    if view.multiple > targets.greatest_multiple {
        let multiple = language.numerals(&words::rounded(targets.greatest_multiple));
        lines[0].counted.push_str(&fill(&words.greatest, &[("multiple", &multiple)]));
    }
    lines.push(prior(view, language));
    lines.extend(view.windows.iter().flat_map(|share| windows_of(share, language)));
    if view.windows.is_empty() {
        let (name, counted) = (words.pairs.clone(), words.no_pairs.clone());
        lines.push(Line { name, is_part: false, share: String::new(), counted });
    }
    lines
}

fn met(name: String, is_part: bool, share: &MetShare, language: &Language) -> Line {
    let words = &language.outside;
    if share.judged == 0 {
        return Line { name, is_part, share: String::new(), counted: words.none.clone() };
    }
    let interval = language.numerals(&words::percent_interval(&share.interval));
    let [met, judged] = [share.met, share.judged].map(|count| count.to_string());
    let values = [("met", &*met), ("judged", &judged), ("interval", &interval)];
    let counted = fill(&words.met, &values);
    Line { name, is_part, share: language.numerals(&words::percent(share.share())), counted }
}

fn prior(view: &OutsideView, language: &Language) -> Line {
    let (words, prior) = (&language.outside, &view.prior);
    let range = language.quantity(&words::amount_range(prior.q10, prior.q90, UNIT));
    let median = language.numerals(&words::rounded(prior.median));
    Line {
        name: words.prior.clone(),
        is_part: false,
        share: language.numerals(&words::percent(prior.probability)),
        counted: fill(&words.prior_range, &[("median", &median), ("range", &range)]),
    }
}

/// One line where a count fits the question, else one for each side of it.
fn windows_of(share: &WindowShare, language: &Language) -> Vec<Line> {
    let words = &language.outside;
    let band = match share.base_below {
        Some(below) => language.quantity(&words::amount_range(share.base_from, below, UNIT)),
        None => {
            let from = language.quantity(&words::amount(share.base_from, UNIT));
            fill(&words.open_band, &[("from", &from)])
        }
    };
    let name = fill(&words.pairs_of, &[("band", &band), ("panel", &share.panel)]);
    let line = |name: String, count: &WindowCount, bound: &str| {
        let share = match count.reached {
            0 => words.none.clone(),
            _ => format!("{bound}{}", language.numerals(&words::percent(count.share()))),
        };
        Line { name, is_part: false, share, counted: counted(count, language) }
    };
    match (&share.bracket.easier, &share.bracket.harder) {
        (Some(easier), Some(harder)) if easier == harder => vec![line(name, easier, "")],
        (Some(easier), Some(harder)) => {
            vec![line(name, easier, "≤ "), line(String::new(), harder, "≥ ")]
        }
        (Some(easier), None) => vec![line(name, easier, "≤ ")],
        (None, Some(harder)) => vec![line(name, harder, "≥ ")],
        (None, None) => {
            let counted = words.no_count.clone();
            vec![Line { name, is_part: false, share: String::new(), counted }]
        }
    }
}

fn counted(count: &WindowCount, language: &Language) -> String {
    let [reached, windows] =
        [count.reached, count.windows].map(|count| language.numerals(&words::count(count)));
    let multiple = language.numerals(&count.multiple.to_string());
    let years = language.quantity(&years(f64::from(count.years)));
    let values =
        [("reached", &*reached), ("windows", &windows), ("multiple", &multiple), ("years", &years)];
    fill(&language.outside.grew, &values)
}
