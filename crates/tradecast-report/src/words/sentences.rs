//! What is asked of a target, and its answer, in sentences to quote.

use super::chances::{Odds, about_count, percent, percent_interval, percent_of};
use super::language::{Language, fill};
use super::quoted::{chance, likelihood};
use tradecast_core::calendar::PeriodKind;
use tradecast_core::ensemble::MixedTarget;
use tradecast_core::numerals::{amount, count};
use tradecast_core::projection::{
    AsOf, ComparisonRow, Method, Pairing, Prices, Probability, Projection, TargetProjection, Untold,
};
use tradecast_core::scenario::TOTAL_TRADE;
use tradecast_core::statistics::Estimate;

/// A question about a total, as its parts: what is summed, how much of it, when.
struct Asked<'a> {
    total: &'a str,
    amount: String,
    period: String,
    measured_by: Option<&'a str>,
}

impl<'a> Asked<'a> {
    fn of(language: &'a Language, projection: &Projection, target: &'a TargetProjection) -> Self {
        Self {
            total: total(language, &target.total_label),
            amount: language.quantity(&amount(target.at_least, &projection.unit)),
            period: when(language, projection, target),
            measured_by: target.measured_by.as_deref(),
        }
    }

    fn of_mixture(language: &'a Language, target: &'a MixedTarget) -> Self {
        Self {
            total: total(language, &target.total_label),
            amount: language.quantity(&amount(target.at_least, &target.unit)),
            period: period_in(language, &target.period, target.prices),
            measured_by: target.measured_by.as_deref(),
        }
    }

    /// `P(total trade ≥ 200 million USD in FY2027-28) = 0.42 %`, and by whose count.
    fn statement(&self, language: &Language, equals: &str) -> String {
        let answer = &language.answer;
        let values = [("total", self.total), ("amount", &self.amount), ("period", &self.period)];
        let asked = fill(&answer.asked, &values);
        let stated = format!("{asked} {equals}");
        match self.measured_by {
            None => stated,
            Some(whose) => {
                let counted = fill(&answer.counted, &[("whose", whose)]);
                format!("{stated}{}{counted}", language.comma)
            }
        }
    }
}

/// The name of a total: what a scenario calls it, but for all trade.
pub fn total<'a>(language: &'a Language, label: &'a str) -> &'a str {
    if label == TOTAL_TRADE { &language.answer.total } else { label }
}

/// The target's period, and its prices where they are constant.
pub fn when(language: &Language, projection: &Projection, target: &TargetProjection) -> String {
    period_in(language, &target.period.to_string(), projection.prices)
}

/// The period, and the prices where they are not those of each year: `FY2027-28`, `2030, in constant
/// 2025 prices`.
pub fn period_in(language: &Language, period: &str, prices: Prices) -> String {
    match prices {
        Prices::Current => period.to_owned(),
        Prices::Constant(year) => {
            fill(&language.answer.constant, &[("period", period), ("year", &year.to_string())])
        }
    }
}

/// What is asked: `How likely is 200 million USD of total trade in FY2027-28?`
pub fn question(language: &Language, projection: &Projection, target: &TargetProjection) -> String {
    let Asked { total, amount, period, .. } = Asked::of(language, projection, target);
    let values = [("amount", &*amount), ("total", total), ("period", &period)];
    fill(&language.answer.question, &values)
}

/// What the figure, the page and the card say first: `About 1 in 240: 200 million USD of total trade
/// in FY2027-28 is exceptionally unlikely`; near certainty without the odds.
pub fn answer(language: &Language, projection: &Projection, target: &TargetProjection) -> String {
    let estimate = &target.probability().estimate;
    let Asked { total, amount, mut period, .. } = Asked::of(language, projection, target);
    if period.contains(&language.comma) {
        period.push_str(language.comma.trim_end());
    }
    let verdict = language.verdict(likelihood(target));
    let values =
        [("amount", &*amount), ("total", total), ("period", &period), ("verdict", verdict)];
    let claim = fill(&language.answer.claim, &values);
    match estimate.value {
        p if p >= 0.995 => format!("{claim}: {}", language.numerals(&chance(target))),
        _ => format!("{}: {claim}", odds(language, estimate)),
    }
}

/// The odds of an estimate, as a sentence begins: `About 1 in 240`.
pub fn odds(language: &Language, estimate: &Estimate) -> String {
    let words = &language.answer;
    match Odds::of(estimate) {
        Odds::About(a, b) => {
            fill(&words.odds, &[("a", &language.numerals(&a)), ("b", &language.quantity(&b))])
        }
        Odds::Below(b) => fill(&words.below, &[("b", &language.quantity(&b))]),
        Odds::Certain => words.certain.clone(),
        Odds::Unknown => words.unknown.clone(),
    }
}

/// What is asked and its answer in numbers, with the digits that are known: `P(total trade ≥
/// 200 million USD in FY2027-28) = 0.4 %`, and by whose count.
pub fn statement(
    language: &Language,
    projection: &Projection,
    target: &TargetProjection,
) -> String {
    let probability = target.probability();
    let asked = Asked::of(language, projection, target);
    let equals = match probability.estimate.value {
        p if p > 0.0 && p < 1.0 => {
            fill(&language.answer.exact, &[("p", &language.numerals(&chance(target)))])
        }
        _ => equals(language, &probability.estimate, probability.paths),
    };
    asked.statement(language, &equals)
}

/// The same of the mixture of an ensemble.
pub fn statement_of_mixture(language: &Language, target: &MixedTarget) -> String {
    let asked = Asked::of_mixture(language, target);
    asked.statement(language, &equals(language, &target.probability, target.paths))
}

/// The sentence to quote of an ensemble: the odds, then the statement.
pub fn headline_of_mixture(language: &Language, target: &MixedTarget) -> String {
    let odds = odds(language, &target.probability);
    format!("{odds}: {}", statement_of_mixture(language, target))
}

/// `= 0.42 % (simulation error 0.41–0.43 %)`, or the bound where no or every path hits.
fn equals(language: &Language, estimate: &Estimate, paths: u64) -> String {
    let answer = &language.answer;
    let words = match estimate {
        it if it.value <= 0.0 && it.interval.upper > 0.0 => &answer.none,
        it if it.value >= 1.0 && it.interval.lower < 1.0 => &answer.all,
        it if it.interval.lower == it.interval.upper => &answer.exact,
        _ => &answer.interval,
    };
    let p = language.numerals(&percent_of(estimate));
    let interval = language.numerals(&percent_interval(&estimate.interval));
    let paths = language.numerals(&count(paths));
    fill(words, &[("p", &p), ("interval", &interval), ("paths", &paths)])
}

/// Why the spread of a probability is not given.
pub(super) fn untold(language: &Language, why: &Untold) -> String {
    let words = &language.warnings;
    let number = |value: u64| language.numerals(&count(value));
    match *why {
        Untold::Certain => words.certain.clone(),
        Untold::Small { draws, paths } => {
            fill(&words.small, &[("draws", &number(draws)), ("paths", &number(paths))])
        }
        Untold::NearZero { paths } => fill(&words.near_zero, &[("paths", &number(paths))]),
        Untold::NearOne { paths } => fill(&words.near_one, &[("paths", &number(paths))]),
    }
}

/// An end of a spread that cannot be told from 0 or 1: `below 0.02 %`.
pub(super) fn open_end(language: &Language, is_near_zero: bool, least: f64) -> String {
    let (words, bound) = if is_near_zero {
        (&language.sentences.below, least)
    } else {
        (&language.sentences.above, 1.0 - least)
    };
    fill(words, &[("p", &language.numerals(&percent(bound)))])
}

/// `8 months are`, `1 quarter is`: how much of the running year is booked.
pub fn are_booked(language: &Language, as_of: &AsOf) -> String {
    let words = &language.sentences;
    let (one, several) = match as_of.until.kind {
        PeriodKind::Quarter => (&words.booked_quarter, &words.booked_quarters),
        _ => (&words.booked_month, &words.booked_months),
    };
    match as_of.booked_periods {
        1 => one.clone(),
        count => fill(several, &[("count", &language.numerals(&count.to_string()))]),
    }
}

/// How well the simulation knows a probability: `Simulation error: 0.357–0.362 % (95 %), from 125,000
/// weighted paths (importance sampling), as good as 17 million plain ones.`
pub fn simulation_error(language: &Language, probability: &Probability) -> String {
    let interval = language.numerals(&percent_interval(&probability.estimate.interval));
    let plain = || {
        let paths = language.numerals(&count(probability.paths));
        fill(&language.sentences.plain, &[("paths", &paths)])
    };
    let paths = paths_behind(language, probability).unwrap_or_else(plain);
    let values = [("interval", &*interval), ("paths", &paths)];
    fill(&language.sentences.simulation_error, &values)
}

/// What a probability rests on, where it is not plain paths: `125,000 weighted paths (importance
/// sampling), as good as 2.1 million plain ones`.
pub fn paths_behind(language: &Language, probability: &Probability) -> Option<String> {
    let words = &language.sentences;
    let kind = match probability.method {
        Method::MonteCarlo => return None,
        Method::QuasiMonteCarlo => &words.evenly_spread,
        Method::ImportanceSampling => &words.weighted,
    };
    let paths = language.numerals(&count(probability.paths));
    let effective = language.quantity(&about_count(probability.effective_paths));
    let values = [("paths", &*paths), ("kind", kind), ("effective", &effective)];
    Some(fill(&words.paths_behind, &values))
}

/// How the differences between scenarios were estimated.
pub fn pairing<'a>(language: &'a Language, rows: &[ComparisonRow]) -> &'a str {
    let words = &language.sentences;
    let compared = rows.iter().filter(|row| row.difference.is_some());
    let pairings: Vec<Pairing> = compared.map(|row| row.pairing).collect();
    if pairings.contains(&Pairing::Independent) {
        &words.pairing_independent
    } else if pairings.contains(&Pairing::OtherPaths) {
        &words.pairing_other_paths
    } else {
        &words.pairing_common
    }
}

/// Whose statistics judge a target.
pub(super) fn judged_by<'a>(language: &'a Language, whose: Option<&'a str>) -> &'a str {
    whose.unwrap_or(&language.warnings.no_named_source)
}

/// The text with its first letter a capital.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        None => String::new(),
        Some(first) => first.to_uppercase().chain(letters).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::quoted::headline;
    use super::*;
    use tradecast_core::calendar::Period;
    use tradecast_core::projection::{
        Attainment, Method, OutsideEntry, ParameterSpread, SpreadEntry,
    };
    use tradecast_core::statistics::Interval;
    use tradecast_core::warning::NoOutsideView;

    fn english() -> &'static Language {
        Language::english()
    }

    fn estimate(value: f64, lower: f64, upper: f64) -> Estimate {
        let interval = Interval { level: 0.95, lower, upper };
        Estimate { value, standard_error: (upper - lower) / 4.0, interval }
    }

    fn projection(unit: &str) -> Projection {
        Projection {
            name: "history-continues".to_owned(),
            title: "History continues".to_owned(),
            unit: unit.to_owned(),
            prices: Prices::Current,
            paths: 1_000_000,
            paths_asked: 1_000_000,
            seed: 1,
            method: tradecast_core::scenario::Method::Auto,
            targets: Vec::new(),
            series: Vec::new(),
            warnings: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn target(estimate: Estimate) -> TargetProjection {
        let period = Period::fiscal_year(2028, 7);
        let probability = Probability {
            estimate,
            method: Method::MonteCarlo,
            paths: 1_000_000,
            effective_paths: 1e6,
        };
        TargetProjection {
            name: "announced".to_owned(),
            total_label: "total trade".to_owned(),
            series: "total".to_owned(),
            at_least: 200.0,
            period,
            announced: None,
            measured_by: None,
            source: None,
            attainment: vec![Attainment { period, inside: probability, by: probability }],
            baseline_total: 16.0,
            growth_required: None,
            without_measures: None,
            shortfall: None,
            is_fitted: false,
            parameter_spread: None,
            spread_with_measures: None,
            as_of: Vec::new(),
            distribution: Vec::new(),
            contributions: Vec::new(),
            outside_view: OutsideEntry::LeftOut { why: NoOutsideView::NoTime { years: 0.0 } },
        }
    }

    #[test]
    fn the_headline_can_be_quoted() {
        let mut target = target(estimate(0.0042, 0.00407, 0.00433));
        let plain = "About 1 in 240: the chance that total trade reaches 200 million USD in FY2027-28 is 0.42 %.";
        assert_eq!(headline(english(), &projection("million USD"), &target), plain);
        target.measured_by = Some("Kyrgyz customs".to_owned());
        assert_eq!(
            headline(english(), &projection("million USD"), &target),
            plain.replace("total trade", "total trade, as counted by Kyrgyz customs,")
        );
        assert_eq!(
            answer(english(), &projection("million USD"), &target),
            "About 1 in 240: 200 million USD of total trade in FY2027-28 is exceptionally unlikely"
        );
    }

    fn spread(lower: f64, upper: f64) -> ParameterSpread {
        ParameterSpread {
            interval: Interval { level: 0.9, lower, upper },
            draws: 1024,
            paths: 512,
            least: [1e-5, 3.0 / 512.0],
            quantiles: Vec::new(),
            values: Vec::new(),
        }
    }

    fn said(target: &TargetProjection) -> String {
        let whole = headline(english(), &projection("million USD"), target);
        let (_, said) = whole.split_once("FY2027-28 is ").expect("the chance");
        said.to_owned()
    }

    #[test]
    fn the_headline_says_how_sure_anyone_can_be() {
        let mut target = target(estimate(0.00359, 0.00357, 0.00362));
        for (ends, words) in [
            ((0.0004, 0.014), "0.4 %, and between 0.04 % and 1.4 %"),
            ((1e-6, 0.0134), "0.4 %, and between next to nothing and 1.3 %"),
        ] {
            target.parameter_spread = Some(SpreadEntry::Told(Box::new(spread(ends.0, ends.1))));
            let expected = format!("{words} for nine in ten settings of what is not known.");
            assert_eq!(said(&target), expected);
        }
        target.parameter_spread = Some(SpreadEntry::Untold(Untold::Certain));
        assert_eq!(said(&target), "0.359 %, where nothing is uncertain but chance.");
    }

    /// Odds that are somebody's belief: said where they hardly matter, shown both ways where they do.
    #[test]
    fn the_headline_says_what_hangs_on_the_odds_of_measures() {
        let mut target = target(estimate(0.05, 0.049, 0.051));
        target.parameter_spread = Some(SpreadEntry::Told(Box::new(spread(0.02, 0.08))));
        target.spread_with_measures = Some(spread(0.019, 0.081));
        assert!(said(&target).ends_with("not known, given the odds of each measure."));
        target.spread_with_measures = Some(spread(0.003, 0.2));
        let both = "not known (between 0.3 % and 20 % where whether each measure happens is not known either).";
        assert!(said(&target).ends_with(both), "{}", said(&target));
    }

    #[test]
    fn far_from_the_middle_a_fitted_history_knows_little() {
        let mut target = target(estimate(0.00359, 0.00357, 0.00362));
        target.is_fitted = true;
        assert!(said(&target).ends_with(" a factor of two or three."));
        target.attainment[0].inside.estimate.value = 0.03;
        assert!(!said(&target).contains("factor"));
    }

    #[test]
    fn a_headline_without_hits_gives_the_bound() {
        assert_eq!(
            headline(english(), &projection("million USD"), &target(estimate(0.0, 0.0, 2.9957e-6))),
            "Less than 1 in 333,000: the chance that total trade reaches 200 million USD in FY2027-28 is < 0.0003 %."
        );
        let few = target(estimate(0.0, 0.0, 0.3));
        assert!(answer(english(), &projection("t"), &few).starts_with("Less than 1 in 3: 200 t"));
        assert!(answer(english(), &projection("t"), &few).ends_with("is unlikely"));
        let all = target(estimate(1.0, 1.0 - 2.9957e-6, 1.0));
        assert!(
            answer(english(), &projection("t"), &all)
                .ends_with("is virtually certain: > 99.9997 %")
        );
    }

    #[test]
    fn constant_prices_are_part_of_what_is_asked() {
        let target = target(estimate(0.0306, 0.0302, 0.0309));
        let constant = Projection {
            prices: Prices::named("constant 2025 prices").expect("prices"),
            ..projection("billion USD")
        };
        assert_eq!(
            headline(english(), &constant, &target),
            "About 1 in 33: the chance that total trade reaches 200 billion USD in FY2027-28, in constant 2025 prices is 3.06 %."
        );
        assert_eq!(
            answer(english(), &constant, &target),
            "About 1 in 33: 200 billion USD of total trade in FY2027-28, in constant 2025 prices, is very unlikely"
        );
    }
}
