//! What is asked of a target, and its answer, in sentences to quote.

use super::chances::{
    about_count, cautious, odds_of, percent, percent_interval, percent_of, verdict,
};
use tradecast_core::calendar::PeriodKind;
use tradecast_core::ensemble::MixedTarget;
use tradecast_core::numerals::{amount, count};
use tradecast_core::projection::{
    AsOf, ComparisonRow, Method, Pairing, ParameterSpread, Probability, Projection, SpreadEntry,
    TargetProjection, Untold,
};
use tradecast_core::statistics::Estimate;

/// The target's [`period_in`] prices.
pub fn when(projection: &Projection, target: &TargetProjection) -> String {
    period_in(&target.period.to_string(), &projection.prices)
}

/// The period, and the prices where they are not those of each year: `FY2027-28`, `2030, in constant
/// 2025 prices`.
pub fn period_in(period: &str, prices: &str) -> String {
    match prices {
        "" | "current prices" => period.to_owned(),
        prices => format!("{period}, in {prices}"),
    }
}

/// What the figure and the card say first: `About 1 in 240: 200 million USD of total trade in
/// FY2027-28 is exceptionally unlikely`; near certainty without the odds.
pub fn answer(projection: &Projection, target: &TargetProjection) -> String {
    let estimate = &target.probability().estimate;
    let when = when(projection, target);
    let claim = format!(
        "{} of {} in {when}{} is {}",
        amount(target.at_least, &projection.unit),
        target.total_label,
        if when.contains(',') { "," } else { "" },
        verdict(cautious(estimate)),
    );
    match estimate.value {
        p if p >= 0.995 => format!("{claim}: {}", percent_of(estimate)),
        _ => format!("{}: {claim}", capitalised(&odds_of(estimate))),
    }
}

/// What is asked and its answer in numbers: `P(total trade ≥ 200 million USD in FY2027-28) =
/// 0.42 % (95 % interval 0.41–0.43 %)`, and by whose count.
pub fn statement(projection: &Projection, target: &TargetProjection) -> String {
    let probability = target.probability();
    state(
        &target.total_label,
        &amount(target.at_least, &projection.unit),
        &when(projection, target),
        (&probability.estimate, probability.paths),
        target.measured_by.as_deref(),
    )
}

/// The same of the mixture of an ensemble.
pub fn statement_of_mixture(target: &MixedTarget) -> String {
    state(
        &target.total_label,
        &amount(target.at_least, &target.unit),
        &period_in(&target.period, &target.prices),
        (&target.probability, target.paths),
        target.measured_by.as_deref(),
    )
}

/// The sentence to quote of an ensemble: the odds, then the statement.
pub fn headline_of_mixture(target: &MixedTarget) -> String {
    let odds = capitalised(&odds_of(&target.probability));
    format!("{odds}: {}", statement_of_mixture(target))
}

fn state(
    label: &str,
    goal: &str,
    when: &str,
    (estimate, paths): (&Estimate, u64),
    measured_by: Option<&str>,
) -> String {
    let counted = match measured_by {
        Some(whose) => format!(", as counted by {whose}"),
        None => String::new(),
    };
    format!("P({label} ≥ {goal} in {when}) {}{counted}", equals(estimate, paths))
}

/// How the probability depends on what is not known: `P is 0.36 % on average over what is not known
/// of the assumptions; nine draws of it in ten give P from 0.02 % to 1.4 %`. None where nobody asked.
pub fn spread(target: &TargetProjection) -> Option<String> {
    match target.parameter_spread.as_ref()? {
        SpreadEntry::Told(spread) => Some(format!(
            "P is {} on average over what is not known of the assumptions; nine draws of it in ten give P {}.",
            percent_of(&target.probability().estimate),
            from_to(spread)
        )),
        SpreadEntry::Untold(why) => {
            Some(format!("How P depends on what is not known: {}.", untold(why)))
        }
    }
}

/// Why the spread of a probability is not given.
fn untold(why: &Untold) -> String {
    let rare = |what: &str, end: u8, paths: u64| {
        format!(
            "fewer than one draw in twenty {what} on three or more of {} paths: P is too near to {end} for quantiles",
            count(paths)
        )
    };
    match *why {
        Untold::Certain => "every value of the scenario is certain: what is left is chance, and P has no spread over what is not known".to_owned(),
        Untold::Small { draws, paths } => format!(
            "P differs between {} draws of what is not known by no more than the noise of {} paths each",
            count(draws),
            count(paths)
        ),
        Untold::NearZero { paths } => rare("reaches the target", 0, paths),
        Untold::NearOne { paths } => rare("misses the target", 1, paths),
    }
}

/// Why `probability_low` and `probability_high` are empty for a target whose spread was asked for, a
/// sentence each.
pub fn empty_ends(target: &TargetProjection) -> Vec<String> {
    let name = &target.name;
    let spread = match &target.parameter_spread {
        None => return Vec::new(),
        Some(SpreadEntry::Told(spread)) => spread,
        Some(SpreadEntry::Untold(why)) => {
            let cells = "probability_low and probability_high are empty";
            return vec![format!("{name}: {cells}: {}", untold(why))];
        }
    };
    let cells = ["probability_low", "probability_high"].into_iter().zip(spread.told_ends());
    let cells = cells.zip(ends(spread, ["below ", "above "]));
    let empty = cells.filter(|((_, told), _)| told.is_err());
    let why = |((cell, _), end): ((&str, _), String)| {
        let paths = count(spread.paths);
        format!(
            "{name}: {cell} is empty: it is {end}, and the {paths} paths of a draw tell no more"
        )
    };
    empty.map(why).collect()
}

/// The 5 and the 95 % quantile: `from 0.02 % to 1.4 %`, `from below 0.02 % to 1.4 %`.
pub fn from_to(spread: &ParameterSpread) -> String {
    let [lower, upper] = ends(spread, ["below ", "above "]);
    format!("from {lower} to {upper}")
}

/// The 5 and the 95 % quantile, each with `below` or `above` before the bound that it has where it
/// cannot be told from 0 or 1: `< 0.02 %`, `1.4 %`.
pub fn ends(spread: &ParameterSpread, [below, above]: [&str; 2]) -> [String; 2] {
    let least = spread.least;
    spread.told_ends().map(|end| match end {
        Ok(p) => percent(p),
        Err(0) => format!("{below}{}", percent(least)),
        Err(_) => format!("{above}{}", percent(1.0 - least)),
    })
}

/// `8 months are`, `1 quarter is`: how much of the running year is booked.
pub fn are_booked(as_of: &AsOf) -> String {
    let name = match as_of.until.kind {
        PeriodKind::Quarter => "quarter",
        _ => "month",
    };
    match as_of.booked_periods {
        1 => format!("1 {name} is"),
        count => format!("{count} {name}s are"),
    }
}

/// What a probability rests on, where it is not plain paths: `125,000 weighted paths (importance
/// sampling), as good as 2.1 million plain ones`.
pub fn paths_behind(probability: &Probability) -> Option<String> {
    let kind = match probability.method {
        Method::MonteCarlo => return None,
        Method::QuasiMonteCarlo => "evenly spread paths (quasi-Monte Carlo)",
        Method::ImportanceSampling => "weighted paths (importance sampling)",
    };
    let paths = count(probability.paths);
    Some(format!(
        "{paths} {kind}, as good as {} plain ones",
        about_count(probability.effective_paths)
    ))
}

/// How the differences between scenarios were estimated.
pub fn pairing(rows: &[ComparisonRow]) -> &'static str {
    let compared = rows.iter().filter(|row| row.difference.is_some());
    let pairings: Vec<Pairing> = compared.map(|row| row.pairing).collect();
    match pairings {
        all if all.contains(&Pairing::Independent) => {
            "the scenarios were simulated apart, so differences carry the noise of both"
        }
        all if all.contains(&Pairing::OtherPaths) => {
            "all scenarios saw the same draws, but a rare and a likely probability come from different paths: their difference carries the noise of both"
        }
        _ => "all scenarios saw the same draws (common random numbers)",
    }
}

/// The sentence to quote: the odds, then the [`statement`].
pub fn headline(projection: &Projection, target: &TargetProjection) -> String {
    let odds = capitalised(&odds_of(&target.probability().estimate));
    format!("{odds}: {}", statement(projection, target))
}

/// The text with its first letter a capital.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        None => String::new(),
        Some(first) => first.to_uppercase().chain(letters).collect(),
    }
}

/// `= 0.42 % (95 % interval 0.41–0.43 %)`, or the bound where no or every path hits.
fn equals(estimate: &Estimate, paths: u64) -> String {
    let level = percent(estimate.interval.level);
    let paths = count(paths);
    let value = percent_of(estimate);
    if value.starts_with('<') {
        format!("{value} ({level} bound: none of {paths} simulated paths reaches it)")
    } else if value.starts_with('>') {
        format!("{value} ({level} bound: each of {paths} simulated paths reaches it)")
    } else if estimate.interval.lower == estimate.interval.upper {
        format!("= {value}")
    } else {
        format!("= {value} ({level} interval {})", percent_interval(&estimate.interval))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradecast_core::calendar::Period;
    use tradecast_core::projection::{Attainment, Method, OutsideEntry};
    use tradecast_core::statistics::Interval;

    fn estimate(value: f64, lower: f64, upper: f64) -> Estimate {
        let interval = Interval { level: 0.95, lower, upper };
        Estimate { value, standard_error: (upper - lower) / 4.0, interval }
    }

    fn projection(unit: &str) -> Projection {
        Projection {
            name: "history-continues".to_owned(),
            title: "History continues".to_owned(),
            unit: unit.to_owned(),
            prices: "current prices".to_owned(),
            paths: 1_000_000,
            paths_asked: 1_000_000,
            seed: 1,
            method: "auto".to_owned(),
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
            parameter_spread: None,
            as_of: Vec::new(),
            distribution: Vec::new(),
            contributions: Vec::new(),
            outside_view: OutsideEntry::LeftOut { why: "not asked".to_owned() },
        }
    }

    #[test]
    fn the_headline_can_be_quoted() {
        let mut target = target(estimate(0.0042, 0.00407, 0.00433));
        let plain = "About 1 in 240: P(total trade ≥ 200 million USD in FY2027-28) = 0.42 % (95 % interval 0.41–0.43 %)";
        assert_eq!(headline(&projection("million USD"), &target), plain);
        target.measured_by = Some("Kyrgyz customs".to_owned());
        assert_eq!(
            headline(&projection("million USD"), &target),
            format!("{plain}, as counted by Kyrgyz customs")
        );
        assert_eq!(
            answer(&projection("million USD"), &target),
            "About 1 in 240: 200 million USD of total trade in FY2027-28 is exceptionally unlikely"
        );
    }

    #[test]
    fn the_spread_over_what_is_not_known_is_a_sentence() {
        let mut target = target(estimate(0.00359, 0.00357, 0.00362));
        assert_eq!(spread(&target), None);
        let told = |lower: f64, upper: f64| {
            SpreadEntry::Told(Box::new(ParameterSpread {
                interval: Interval { level: 0.9, lower, upper },
                mean: 0.0036,
                draws: 2048,
                paths: 16_384,
                least: 3.0 / 16_384.0,
                quantiles: Vec::new(),
                values: Vec::new(),
            }))
        };
        for (ends, words) in [
            ((0.0002, 0.014), "from 0.02 % to 1.4 %"),
            ((1e-6, 0.0134), "from below 0.018 % to 1.3 %"),
            ((0.6, 0.999_99), "from 60 % to above 99.982 %"),
        ] {
            target.parameter_spread = Some(told(ends.0, ends.1));
            let sentence = spread(&target).expect("a sentence");
            let start = "P is 0.359 % on average over what is not known of the assumptions; ";
            assert_eq!(sentence, format!("{start}nine draws of it in ten give P {words}."));
        }
    }

    #[test]
    fn a_headline_without_hits_gives_the_bound() {
        assert_eq!(
            headline(&projection("million USD"), &target(estimate(0.0, 0.0, 2.9957e-6))),
            "Less than 1 in 333,000: P(total trade ≥ 200 million USD in FY2027-28) < 0.0003 % (95 % bound: none of 1,000,000 simulated paths reaches it)"
        );
        let few = target(estimate(0.0, 0.0, 0.3));
        assert!(answer(&projection("t"), &few).starts_with("Less than 1 in 3: 200 t"));
        assert!(answer(&projection("t"), &few).ends_with("is unlikely"));
        let all = target(estimate(1.0, 1.0 - 2.9957e-6, 1.0));
        assert!(answer(&projection("t"), &all).ends_with("is virtually certain: > 99.9997 %"));
    }

    #[test]
    fn constant_prices_are_part_of_what_is_asked() {
        let target = target(estimate(0.0306, 0.0302, 0.0309));
        let constant =
            Projection { prices: "constant 2025 prices".to_owned(), ..projection("billion USD") };
        assert_eq!(
            headline(&constant, &target),
            "About 1 in 33: P(total trade ≥ 200 billion USD in FY2027-28, in constant 2025 prices) = 3.06 % (95 % interval 3.02–3.09 %)"
        );
        assert_eq!(
            answer(&constant, &target),
            "About 1 in 33: 200 billion USD of total trade in FY2027-28, in constant 2025 prices, is very unlikely"
        );
    }
}
