//! Doubts about results, and why cells are empty, in words.

use super::findings;
use super::language::{Language, fill};
use super::sentences::{judged_by, open_end, untold};
use tradecast_core::engine::Doubt;
use tradecast_core::fit::EndingZeros;
use tradecast_core::numerals::count;
use tradecast_core::projection::Prices;
use tradecast_core::sensitivity::{LEAST_HITS, MOST_RESTRICTIONS, NoBox};
use tradecast_core::warning::{NoOutsideView, Rarer, SpreadEnd, Warning};

/// What is doubted, in one sentence.
pub fn warning(language: &Language, warning: &Warning) -> String {
    of_run(language, warning)
        .or_else(|| of_scenario(language, warning))
        .or_else(|| of_several(language, warning))
        .or_else(|| of_attribution(language, warning))
        .unwrap_or_default()
}

/// What a run did not give.
fn of_run(language: &Language, warning: &Warning) -> Option<String> {
    let words = &language.warnings;
    let number = |value: u64| language.numerals(&count(value));
    Some(match warning {
        Warning::Partial { paths, asked } => {
            fill(&words.partial, &[("paths", &number(*paths)), ("asked", &number(*asked))])
        }
        Warning::Imprecise { paths } => fill(&words.imprecise, &[("paths", &number(*paths))]),
        Warning::Unresolved { target, rarer, count, paths, needed } => {
            let words = either(*rarer, &words.few_reach, &words.few_miss);
            let few = language.numerals(&count.to_string());
            let numbers = [number(*paths), number(*needed)];
            let [paths, needed] = [&*numbers[0], &*numbers[1]];
            let values =
                [("target", &**target), ("count", &few), ("paths", paths), ("needed", needed)];
            fill(words, &values)
        }
        Warning::OnlyBound { target, rarer, paths } => {
            let words = either(*rarer, &words.none_reaches, &words.all_reach);
            fill(words, &[("target", target), ("paths", &number(*paths))])
        }
        Warning::NotWeighted { target, why } => {
            let why = match why {
                Doubt::Degenerate => &words.degenerate,
                Doubt::Contradicted => &words.contradicted,
            };
            fill(&words.not_weighted, &[("target", target), ("why", why)])
        }
        Warning::Overflow => words.overflow.clone(),
        Warning::NoOutsideView { target, why } => {
            let why = no_outside_view(language, why);
            fill(&words.no_outside_view, &[("target", target), ("why", &why)])
        }
        Warning::NoSpread { target, why } => {
            fill(&words.no_spread, &[("target", target), ("why", &untold(language, why))])
        }
        Warning::OpenSpread { target, end, is_near_zero, least, paths } => {
            let cell = match end {
                SpreadEnd::Low => "probability_low",
                SpreadEnd::High => "probability_high",
            };
            let end = open_end(language, *is_near_zero, *least);
            let paths = number(*paths);
            let values = [("target", &**target), ("cell", cell), ("end", &end), ("paths", &paths)];
            fill(&words.open_spread, &values)
        }
        _ => return None,
    })
}

/// What the assumptions of a scenario make doubtful.
fn of_scenario(language: &Language, warning: &Warning) -> Option<String> {
    let words = &language.warnings;
    Some(match warning {
        Warning::NoMoments { flows } => fill(&words.no_moments, &[("flows", &flows.join(", "))]),
        Warning::TailsOfShortSteps { series, step } => {
            let step = language.step(*step);
            fill(&words.tails, &[("series", series), ("step", &step)])
        }
        Warning::History { flow, finding } => {
            let finding = findings::finding(language, finding);
            fill(&words.history, &[("flow", flow), ("finding", &finding)])
        }
        Warning::HistoryEndsInZeros { flow, first, baseline } => {
            let zeros = EndingZeros { first: *first, baseline: *baseline };
            let finding = findings::ends_in_zeros(language, &zeros);
            fill(&words.history, &[("flow", flow), ("finding", &finding)])
        }
        Warning::DisruptionInHistory { disruption, flow } => {
            let values = [("disruption", &**disruption), ("flow", &**flow)];
            fill(&words.disruption_in_history, &values)
        }
        _ => return None,
    })
}

/// What makes several scenarios hard to compare or to mix.
fn of_several(language: &Language, warning: &Warning) -> Option<String> {
    let words = &language.warnings;
    Some(match warning {
        Warning::OtherSteps { scenario, reference } => {
            fill(&words.other_steps, &[("scenario", scenario), ("reference", reference)])
        }
        Warning::OtherSeed { scenario, reference } => {
            fill(&words.other_seed, &[("scenario", scenario), ("reference", reference)])
        }
        Warning::OtherYardstick { scenario, judged_by, reference, reference_judged_by } => fill(
            &words.other_yardstick,
            &[
                ("scenario", scenario),
                ("judge", judged_by),
                ("reference", reference),
                ("reference_judge", reference_judged_by),
            ],
        ),
        Warning::OfMember { member, warning: of_member } => {
            let said = self::warning(language, of_member);
            fill(&words.of_member, &[("member", member), ("warning", &said)])
        }
        Warning::WeightsWithoutSource { count, of } => {
            let [count, of] = [count, of].map(|number| language.numerals(&number.to_string()));
            fill(&words.weights_without_source, &[("count", &count), ("of", &of)])
        }
        Warning::OtherSettings { member, first } => {
            fill(&words.other_settings, &[("member", member), ("first", first)])
        }
        Warning::MixedYardsticks { target, member, judged_by: judge, first, first_judged_by } => {
            fill(
                &words.mixed_yardsticks,
                &[
                    ("target", target),
                    ("member", member),
                    ("judge", judged_by(language, judge.as_deref())),
                    ("first", first),
                    ("first_judge", judged_by(language, first_judged_by.as_deref())),
                ],
            )
        }
        _ => return None,
    })
}

/// What keeps the influence of assumptions from being told.
fn of_attribution(language: &Language, warning: &Warning) -> Option<String> {
    let words = &language.warnings;
    let number = |value: &u64| language.numerals(&count(*value));
    Some(match warning {
        Warning::FewHits { rarer, count, paths } => {
            let words = either(*rarer, &words.few_hits, &words.few_misses);
            let [count, paths] =
                [count, paths].map(|number| language.numerals(&number.to_string()));
            fill(words, &[("count", &count), ("paths", &paths)])
        }
        Warning::NothingUncertain => words.nothing_uncertain.clone(),
        Warning::NoSharesOfTotal => words.no_shares_of_total.clone(),
        Warning::NoSharesOfP { rarer } => {
            either(*rarer, &words.no_path_reaches, &words.every_path_reaches).to_owned()
        }
        Warning::NoBarOfResampled => words.no_bar_of_resampled.clone(),
        Warning::NegativeShares { count, clear } => {
            let [count, clear] =
                [*count, *clear].map(|number| (number, language.numerals(&number.to_string())));
            let mut text = fill(&words.negative_shares, &[("count", &count.1)]);
            if clear.0 > 0 {
                text.push_str(&fill(&words.clearly_negative, &[("clear", &clear.1)]));
            }
            text
        }
        Warning::CorrelatedInputs => words.correlated_inputs.clone(),
        Warning::NoDifference => words.no_difference.clone(),
        Warning::FewHitsToAttribute { reached: [from, to], paths } => {
            let [from, to, paths] = [from, to, paths].map(number);
            let values = [("from", &*from), ("to", &*to), ("paths", &*paths)];
            fill(&words.few_hits_to_attribute, &values)
        }
        Warning::FewDiffer { keys, paths } => {
            let words = if *paths == 1 { &words.one_differs } else { &words.few_differ };
            let paths = language.numerals(&paths.to_string());
            fill(words, &[("keys", &keys.join(", ")), ("paths", &paths)])
        }
        // Named one by one: a kind without words does not compile.
        Warning::Partial { .. }
        | Warning::Imprecise { .. }
        | Warning::Unresolved { .. }
        | Warning::OnlyBound { .. }
        | Warning::NotWeighted { .. }
        | Warning::Overflow
        | Warning::NoOutsideView { .. }
        | Warning::NoSpread { .. }
        | Warning::OpenSpread { .. }
        | Warning::NoMoments { .. }
        | Warning::TailsOfShortSteps { .. }
        | Warning::History { .. }
        | Warning::HistoryEndsInZeros { .. }
        | Warning::DisruptionInHistory { .. }
        | Warning::OtherSteps { .. }
        | Warning::OtherSeed { .. }
        | Warning::OtherYardstick { .. }
        | Warning::OfMember { .. }
        | Warning::WeightsWithoutSource { .. }
        | Warning::OtherSettings { .. }
        | Warning::MixedYardsticks { .. } => return None,
    })
}

fn either<'a>(rarer: Rarer, hits: &'a str, misses: &'a str) -> &'a str {
    match rarer {
        Rarer::Hits => hits,
        Rarer::Misses => misses,
    }
}

/// Why there is no box of inputs in which a target is met.
pub fn no_box(language: &Language, why: &NoBox) -> String {
    let words = &language.warnings;
    let number = |value: u64| language.numerals(&count(value));
    match *why {
        NoBox::FewHits { hits, paths } => {
            let hits = language.numerals(&hits.to_string());
            let least = language.numerals(&LEAST_HITS.to_string());
            let values = [("hits", &*hits), ("paths", &*number(paths)), ("least", &*least)];
            fill(&words.no_box_few_hits, &values)
        }
        NoBox::Nothing => {
            let most = language.numerals(&MOST_RESTRICTIONS.to_string());
            fill(&words.no_box_nothing, &[("most", &most)])
        }
    }
}

/// Why a target has no outside view.
pub fn no_outside_view(language: &Language, why: &NoOutsideView) -> String {
    let words = &language.warnings;
    let number = |value: &f64| language.numerals(&value.to_string());
    match why {
        NoOutsideView::Currency { currency } => fill(&words.currency, &[("currency", currency)]),
        NoOutsideView::ConstantPrices { prices } => {
            let year = match prices {
                Prices::Current => String::new(),
                Prices::Constant(year) => year.to_string(),
            };
            fill(&words.constant_prices, &[("year", &year)])
        }
        NoOutsideView::NotOfAYear { period } => {
            fill(&words.not_of_a_year, &[("period", &period.to_string())])
        }
        NoOutsideView::NoBase { base } => fill(&words.no_base, &[("base", &number(base))]),
        NoOutsideView::BelowBase { target, base } => {
            fill(&words.below_base, &[("target", &number(target)), ("base", &number(base))])
        }
        NoOutsideView::NoTime { years } => fill(&words.no_time, &[("years", &number(years))]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::language::Code;
    use std::collections::BTreeSet;
    use tradecast_core::calendar::{Period, PeriodKind, Step};
    use tradecast_core::fit::Note;
    use tradecast_core::history::{Finding, LeftOut, Place, Seen, StatedUnit, Understanding};
    use tradecast_core::projection::Untold;

    fn text(word: &str) -> String {
        word.to_owned()
    }

    fn period() -> Period {
        Period::fiscal_year(2028, 7)
    }

    fn seen(line: u64) -> Seen {
        Seen { period: period(), value: 1234.5, place: Place { line, file: None } }
    }

    fn findings() -> Vec<Finding> {
        let place = |line| Place { line, file: Some(text("a.csv")) };
        let kinds = [
            PeriodKind::CalendarYear,
            PeriodKind::FiscalYear,
            PeriodKind::Quarter,
            PeriodKind::Month,
        ];
        let next = period().next();
        vec![
            Finding::Gap { first: period(), last: period(), after: place(3) },
            Finding::Gap { first: period(), last: next, after: place(3) },
            Finding::Zeros((1..12).map(seen).collect()),
            Finding::Duplicate { kept: seen(2), again: place(9) },
            Finding::Unusable { place: place(4), message: text("no number") },
            Finding::Break { before: seen(1), after: seen(2), ratio: 12.5 },
            Finding::Break { before: seen(1), after: seen(2), ratio: 0.08 },
            Finding::MixedFrequencies(kinds.map(|kind| (kind, 5)).to_vec()),
            Finding::MixedUnits(vec![StatedUnit { unit: text("thousand USD"), place: place(5) }]),
            Finding::UnitUnstated,
            Finding::Empty(vec![seen(7)]),
            Finding::OneDirection { flow: text("exports"), periods: vec![period(), next] },
            Finding::PartialYear { year: period(), parts: 7, of: 12 },
            Finding::LeftOut { rows: 3, line: 8, why: LeftOut::OtherFlow },
            Finding::LeftOut { rows: 3, line: 8, why: LeftOut::OtherIndicator },
            Finding::LeftOut { rows: 3, line: 8, why: LeftOut::PartOfFlow },
            Finding::LeftOut { rows: 3, line: 8, why: LeftOut::Product },
            Finding::Understood(Understanding::SumsOfProducts {
                count: 2,
                first: text("10"),
                last: text("27"),
            }),
            Finding::Understood(Understanding::NumberedCountries),
            Finding::Understood(Understanding::SingleDollars),
        ]
    }

    fn untold() -> [Untold; 4] {
        [
            Untold::Certain,
            Untold::Small { draws: 1024, paths: 4096 },
            Untold::NearZero { paths: 4096 },
            Untold::NearOne { paths: 4096 },
        ]
    }

    fn without_outside_view() -> Vec<NoOutsideView> {
        vec![
            NoOutsideView::Currency { currency: text("PKR") },
            NoOutsideView::ConstantPrices { prices: Prices::Constant(period()) },
            NoOutsideView::NotOfAYear { period: period() },
            NoOutsideView::NoBase { base: 0.0 },
            NoOutsideView::BelowBase { target: 5.5, base: 9.0 },
            NoOutsideView::NoTime { years: -0.5 },
        ]
    }

    /// Each kind at least once, and each of its words.
    fn all() -> Vec<Warning> {
        let mut all = vec![
            Warning::Partial { paths: 131_072, asked: 1_000_000 },
            Warning::Imprecise { paths: 1_000_000 },
            Warning::NoMoments { flows: vec![text("a"), text("b")] },
            Warning::TailsOfShortSteps { series: text("a"), step: Step::Quarter },
            Warning::HistoryEndsInZeros { flow: text("a"), first: period(), baseline: period() },
            Warning::DisruptionInHistory { disruption: text("d"), flow: text("a") },
            Warning::NotWeighted { target: text("t"), why: Doubt::Degenerate },
            Warning::NotWeighted { target: text("t"), why: Doubt::Contradicted },
            Warning::Overflow,
            Warning::OtherSteps { scenario: text("s"), reference: text("r") },
            Warning::OtherSeed { scenario: text("s"), reference: text("r") },
            Warning::OtherYardstick {
                scenario: text("s"),
                judged_by: text("customs"),
                reference: text("r"),
                reference_judged_by: text("the bank"),
            },
            Warning::OfMember { member: text("m"), warning: Box::new(Warning::Overflow) },
            Warning::WeightsWithoutSource { count: 2, of: 5 },
            Warning::OtherSettings { member: text("m"), first: text("f") },
            Warning::MixedYardsticks {
                target: text("t"),
                member: text("m"),
                judged_by: None,
                first: text("f"),
                first_judged_by: Some(text("customs")),
            },
            Warning::NothingUncertain,
            Warning::NoSharesOfTotal,
            Warning::NoBarOfResampled,
            Warning::NegativeShares { count: 3, clear: 0 },
            Warning::NegativeShares { count: 3, clear: 1 },
            Warning::CorrelatedInputs,
            Warning::NoDifference,
            Warning::FewHitsToAttribute { reached: [3, 1005], paths: 200_000 },
            Warning::FewDiffer { keys: vec![text("flow.a.growth.constant")], paths: 1 },
            Warning::FewDiffer { keys: vec![text("flow.a.growth.constant")], paths: 4 },
        ];
        for rarer in [Rarer::Hits, Rarer::Misses] {
            let (target, paths) = (text("t"), 10_000);
            all.push(Warning::OnlyBound { target: target.clone(), rarer, paths });
            all.push(Warning::Unresolved { target, rarer, count: 7, paths, needed: 150_000 });
            all.push(Warning::FewHits { rarer, count: 7, paths });
            all.push(Warning::NoSharesOfP { rarer });
        }
        for (end, is_near_zero) in [(SpreadEnd::Low, true), (SpreadEnd::High, false)] {
            let (target, least, paths) = (text("t"), 3.0 / 4096.0, 4096);
            all.push(Warning::OpenSpread { target, end, is_near_zero, least, paths });
        }
        let target = || text("t");
        all.extend(untold().map(|why| Warning::NoSpread { target: target(), why }));
        let whys = without_outside_view().into_iter();
        all.extend(whys.map(|why| Warning::NoOutsideView { target: target(), why }));
        let found = findings().into_iter();
        all.extend(found.map(|finding| Warning::History { flow: text("a"), finding }));
        all
    }

    #[test]
    fn every_doubt_can_be_said_in_every_language() {
        let english: Vec<String> =
            all().iter().map(|doubt| warning(Language::english(), doubt)).collect();
        for code in Code::ALL {
            let language = Language::of(code);
            for (doubt, english) in all().iter().zip(&english) {
                let said = warning(language, doubt);
                assert!(
                    !said.is_empty() && !said.contains(['{', '}']),
                    "{code:?} {doubt:?}: {said}"
                );
                assert!(code == Code::En || said != *english, "{doubt:?} is not translated");
            }
        }
        let kind = |doubt: &Warning| {
            serde_json::to_value(doubt).expect("JSON")["kind"].as_str().map(str::to_owned)
        };
        let kinds: BTreeSet<Option<String>> = all().iter().map(kind).collect();
        // As many as the enum has: a new kind has to be said here too.
        assert_eq!(kinds.len(), 31);
    }

    #[test]
    fn a_finding_names_its_lines_and_says_what_it_means() {
        let said: Vec<String> =
            findings().iter().map(|it| findings::finding(Language::english(), it)).collect();
        for sentence in [
            "gap: FY2027-28 is missing (after line 3 of a.csv)",
            "gap: FY2027-28 to FY2028-29 are missing (after line 3 of a.csv)",
            "mixed frequencies: 5 calendar years, 5 fiscal years, 5 quarters, 5 months; a fit needs one of them",
            "mixed units: thousand USD (from line 5 of a.csv); all are held in millions",
            "one direction only: FY2027-28 to FY2028-29 have a value for exports alone and are not in the total",
            "partial year: FY2027-28 has 7 of 12 parts and is left out",
            "left out: 3 rows (the first is line 8): products, of which TOTAL is the sum",
            "values are sums of 2 products (10 to 27), not all trade",
        ] {
            assert!(said.iter().any(|it| it == sentence), "{sentence} in {said:#?}");
        }
        let jumps: Vec<&String> = said.iter().filter(|it| it.starts_with("break: ")).collect();
        assert!(
            jumps[0].contains(", ×12.5, and") && jumps[1].contains(", ÷12.5, and"),
            "{jumps:?}"
        );
    }

    #[test]
    fn every_note_of_a_fit_can_be_said_in_every_language() {
        let zeros = EndingZeros { first: period(), baseline: period() };
        let notes = [
            Note::History { finding: Finding::UnitUnstated },
            Note::EndsInZeros(zeros),
            Note::UnderWay { year: period() },
            Note::NotSideBySide { reason: text("no common year") },
        ];
        for code in Code::ALL {
            for note in &notes {
                let said = findings::note(Language::of(code), note);
                assert!(!said.is_empty() && !said.contains(['{', '}']), "{code:?}: {said}");
                let english = findings::note(Language::english(), note);
                assert!(code == Code::En || said != english, "{note:?} is not translated");
            }
        }
    }

    #[test]
    fn the_reasons_without_a_box_can_be_said_in_every_language() {
        for code in Code::ALL {
            for why in [NoBox::FewHits { hits: 12, paths: 65_536 }, NoBox::Nothing] {
                let said = no_box(Language::of(code), &why);
                assert!(!said.is_empty() && !said.contains(['{', '}']), "{code:?}: {said}");
            }
        }
    }
}
