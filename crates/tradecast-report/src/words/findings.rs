//! What is odd about a history, in words.

use super::language::{Language, fill};
use tradecast_core::calendar::{Period, PeriodKind};
use tradecast_core::fit::{EndingZeros, Note};
use tradecast_core::history::{Finding, LeftOut, Place, Seen, StatedUnit, Understanding};

/// The most observations that are listed.
const MOST: usize = 8;

/// What a reader of a fit has to know, in one sentence.
pub fn note(language: &Language, note: &Note) -> String {
    let words = &language.findings;
    match note {
        Note::History { finding: found } => finding(language, found),
        Note::EndsInZeros(zeros) => ends_in_zeros(language, zeros),
        Note::UnderWay { year } => fill(&words.under_way, &[("year", &year.to_string())]),
        Note::NotSideBySide { reason } => fill(&words.not_side_by_side, &[("reason", reason)]),
    }
}

/// What was found, in one sentence. Why a cell cannot be used stays in English, as errors do.
pub fn finding(language: &Language, finding: &Finding) -> String {
    let words = &language.findings;
    match finding {
        Finding::Gap { first, last, after } => {
            let words = if first == last { &words.missing } else { &words.all_missing };
            let [first, last] = [first, last].map(ToString::to_string);
            let place = place(language, after);
            fill(words, &[("first", &first), ("last", &last), ("place", &place)])
        }
        Finding::Zeros(seen) => fill(&words.zeros, &[("list", &listed(language, seen))]),
        Finding::Duplicate { kept, again } => {
            let (period, again) = (kept.period.to_string(), place(language, again));
            let kept = place(language, &kept.place);
            let values = [("period", &*period), ("place", &*kept), ("again", &*again)];
            fill(&words.duplicate, &values)
        }
        Finding::Unusable { place: at, message } => {
            fill(&words.unusable, &[("place", &place(language, at)), ("message", message)])
        }
        Finding::Break { before, after, ratio } => far_apart(language, before, after, *ratio),
        Finding::MixedFrequencies(kinds) => {
            let kind = |(kind, count): &(PeriodKind, usize)| {
                fill(of_kind(language, *kind), &[("count", &language.numerals(&count.to_string()))])
            };
            let list: Vec<String> = kinds.iter().map(kind).collect();
            fill(&words.mixed_frequencies, &[("list", &list.join(&language.comma))])
        }
        Finding::MixedUnits(units) => {
            let unit = |stated: &StatedUnit| {
                let place = place(language, &stated.place);
                fill(&words.unit_from, &[("unit", &stated.unit), ("place", &place)])
            };
            let list: Vec<String> = units.iter().map(unit).collect();
            fill(&words.mixed_units, &[("list", &list.join(&language.comma))])
        }
        Finding::UnitUnstated => words.unit_unstated.clone(),
        Finding::Empty(seen) => fill(&words.empty, &[("list", &listed(language, seen))]),
        Finding::OneDirection { flow, periods } => {
            fill(&words.one_direction, &[("flow", flow), ("list", &spans(language, periods))])
        }
        Finding::PartialYear { year, parts, of } => {
            let [parts, of] = [parts, of].map(|number| language.numerals(&number.to_string()));
            let values = [("year", &*year.to_string()), ("parts", &*parts), ("of", &*of)];
            fill(&words.partial_year, &values)
        }
        Finding::LeftOut { rows, line, why } => {
            let [rows, line] = [rows, line].map(|number| language.numerals(&number.to_string()));
            let why = left_out(language, *why);
            fill(&words.left_out, &[("rows", &rows), ("line", &line), ("why", why)])
        }
        Finding::Understood(how) => understood(language, how),
    }
}

/// The zeros that a history ends with.
pub(super) fn ends_in_zeros(language: &Language, zeros: &EndingZeros) -> String {
    let [first, baseline] = [zeros.first, zeros.baseline].map(|period| period.to_string());
    fill(&language.findings.ends_in_zeros, &[("first", &first), ("baseline", &baseline)])
}

fn left_out(language: &Language, why: LeftOut) -> &str {
    let words = &language.findings;
    match why {
        LeftOut::OtherFlow => &words.other_flow,
        LeftOut::OtherIndicator => &words.other_indicator,
        LeftOut::PartOfFlow => &words.part_of_flow,
        LeftOut::Product => &words.product,
    }
}

fn understood(language: &Language, how: &Understanding) -> String {
    let words = &language.findings;
    match how {
        Understanding::SumsOfProducts { count, first, last } => {
            let count = language.numerals(&count.to_string());
            let values = [("count", &*count), ("first", &**first), ("last", &**last)];
            fill(&words.sums_of_products, &values)
        }
        Understanding::NumberedCountries => words.numbered_countries.clone(),
        Understanding::SingleDollars => words.single_dollars.clone(),
    }
}

/// A jump that persists.
fn far_apart(language: &Language, before: &Seen, after: &Seen, ratio: f64) -> String {
    let times =
        if ratio >= 1.0 { format!("×{ratio:.1}") } else { format!("÷{:.1}", 1.0 / ratio) };
    let of = |seen: &Seen| {
        let value = language.numerals(&seen.value.to_string());
        [value, seen.period.to_string(), place(language, &seen.place)]
    };
    let ([before, before_period, before_place], [after, after_period, after_place]) =
        (of(before), of(after));
    fill(
        &language.findings.far_apart,
        &[
            ("before", &before),
            ("before_period", &before_period),
            ("before_place", &before_place),
            ("after", &after),
            ("after_period", &after_period),
            ("after_place", &after_place),
            ("times", &language.numerals(&times)),
        ],
    )
}

/// `line 7`, `line 7 of trade.csv`.
fn place(language: &Language, place: &Place) -> String {
    let (words, line) = (&language.findings, place.line.to_string());
    match &place.file {
        Some(file) => fill(&words.line_of_file, &[("line", &line), ("file", file)]),
        None => fill(&words.line, &[("line", &line)]),
    }
}

/// The first eight, and how many more.
fn listed(language: &Language, seen: &[Seen]) -> String {
    let one = |seen: &Seen| format!("{} ({})", seen.period, place(language, &seen.place));
    let mut names: Vec<String> = seen.iter().take(MOST).map(one).collect();
    if seen.len() > MOST {
        let more = language.numerals(&(seen.len() - MOST).to_string());
        names.push(fill(&language.findings.and_more, &[("count", &more)]));
    }
    names.join(&language.comma)
}

/// Runs of periods, as `1995 to 1998, 2001`.
fn spans(language: &Language, periods: &[Period]) -> String {
    let runs = periods.chunk_by(|one, other| one.next() == *other);
    let text = |run: &[Period]| match run {
        [first, .., last] => {
            let [first, last] = [first, last].map(ToString::to_string);
            fill(&language.findings.span, &[("first", &first), ("last", &last)])
        }
        [only] => only.to_string(),
        [] => String::new(),
    };
    runs.map(text).collect::<Vec<_>>().join(&language.comma)
}

fn of_kind(language: &Language, kind: PeriodKind) -> &str {
    let words = &language.findings;
    match kind {
        PeriodKind::CalendarYear => &words.calendar_years,
        PeriodKind::FiscalYear => &words.fiscal_years,
        PeriodKind::Quarter => &words.quarters,
        PeriodKind::Month => &words.months,
    }
}
