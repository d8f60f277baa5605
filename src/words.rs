//! The sentences and numbers that terminal, charts and reports share: odds, percentages, amounts.
//!
//! Probabilities come in as shares in [0, 1]. A probability that was never hit is given by its
//! upper bound, one that was always hit by its lower bound: neither is ever written as 0 or 100 %.

use crate::projection::{Probability, TargetProjection};
use crate::statistics::{Estimate, Interval};

/// More decimals than this are never written.
const MOST_DECIMALS: usize = 12;

/// Shares that are said as "a in b" between one in ten and certainty.
const FRACTIONS: [(f64, f64); 21] = [
    (1.0, 10.0),
    (1.0, 9.0),
    (1.0, 8.0),
    (1.0, 7.0),
    (1.0, 6.0),
    (1.0, 5.0),
    (1.0, 4.0),
    (3.0, 10.0),
    (1.0, 3.0),
    (2.0, 5.0),
    (1.0, 2.0),
    (3.0, 5.0),
    (2.0, 3.0),
    (7.0, 10.0),
    (3.0, 4.0),
    (4.0, 5.0),
    (5.0, 6.0),
    (7.0, 8.0),
    (9.0, 10.0),
    (19.0, 20.0),
    (99.0, 100.0),
];

/// A probability as odds: `about 1 in 240`, `about 2 in 3`, `almost certain`.
///
/// Two significant digits below one in ten, the nearest simple fraction above it. Zero is
/// `almost impossible`: an estimate of zero is better said by [`odds_of`].
pub fn odds(p: f64) -> String {
    if p <= 0.0 {
        "almost impossible".to_owned()
    } else if p >= 0.995 {
        "almost certain".to_owned()
    } else {
        format!("about {}", fraction(p))
    }
}

/// The odds of an estimate; where it is zero the interval's upper end: `less than 1 in 333,000`.
pub fn odds_of(estimate: &Estimate) -> String {
    let upper = estimate.interval.upper;
    if estimate.value > 0.0 || upper <= 0.0 {
        return odds(estimate.value);
    }
    if upper >= 0.5 {
        return "unknown".to_owned();
    }
    format!("less than 1 in {}", large(round_down(1.0 / upper, 3)))
}

/// `1 in 240`, `2 in 3`: the nearest simple fraction of a p in (0, 1).
pub fn fraction(p: f64) -> String {
    if p < 0.0975 {
        return format!("1 in {}", large(round_to(1.0 / p, 2)));
    }
    let distance = |&(a, b): &(f64, f64)| (a / b - p).abs();
    let (a, b) = FRACTIONS
        .into_iter()
        .min_by(|left, right| distance(left).total_cmp(&distance(right)))
        .unwrap_or((1.0, 2.0));
    format!("{a} in {b}")
}

/// A probability in percent: `0.42 %`, `12.3 %`, `37 %`; one decimal, and where that hides the
/// distance to 0 or 100 % two significant digits of it.
pub fn percent(p: f64) -> String {
    let near = 100.0 * p.min(1.0 - p);
    let decimals = if near >= 1.0 || near <= 0.0 { 1 } else { decimals_for(near, 2) };
    format!("{} %", trimmed(percent_number(p, decimals)))
}

/// An estimate in percent, with the digits that its interval supports: `0.42 %`; `< 0.0003 %`
/// where it was never hit, `> 99.9997 %` where always.
pub fn percent_of(estimate: &Estimate) -> String {
    let Interval { lower, upper, .. } = estimate.interval;
    if estimate.value <= 0.0 && upper > 0.0 {
        return format!("< {}", percent(round_up(upper, 2)));
    }
    if estimate.value >= 1.0 && lower < 1.0 {
        return format!("> {}", percent(1.0 - round_up(1.0 - lower, 2)));
    }
    match interval_decimals(&estimate.interval) {
        None => percent(estimate.value),
        Some(decimals) => format!("{} %", percent_number(estimate.value, decimals)),
    }
}

/// An interval in percent, both ends with the same digits and enough that they differ:
/// `0.41–0.43 %`.
pub fn percent_interval(interval: &Interval) -> String {
    match interval_decimals(interval) {
        None => percent(interval.lower),
        Some(decimals) => {
            let end = |p: f64| match p {
                0.0 => "0".to_owned(),
                1.0 => "100".to_owned(),
                p => percent_number(p, decimals),
            };
            format!("{}–{} %", end(interval.lower), end(interval.upper))
        }
    }
}

/// A difference of probabilities in points: `+0.31 points`, `−1.2 points`, `no difference`.
pub fn points(difference: &Estimate) -> String {
    let Interval { lower, upper, .. } = difference.interval;
    if difference.value == 0.0 && lower == upper {
        return "no difference".to_owned();
    }
    let half = 50.0 * (upper - lower);
    let size = 100.0 * difference.value.abs();
    let decimals = match (half > 0.0, size > 0.0) {
        (true, true) => decimals_for(half, 1).min(decimals_for(size, 3)),
        (true, false) => decimals_for(half, 1),
        _ => decimals_for(size, 2),
    };
    let text = format!("{size:.decimals$}");
    let sign = match difference.value {
        _ if text.bytes().all(|byte| matches!(byte, b'0' | b'.')) => "±",
        value if value < 0.0 => "−",
        _ => "+",
    };
    format!("{sign}{text} points")
}

/// An interval of a difference, in points: `0.28 to 0.34`, `−1.2 to 0.3`.
pub fn points_interval(interval: &Interval) -> String {
    let width = 100.0 * (interval.upper - interval.lower);
    let decimals = decimals_for(width / 2.0, 1);
    let end = |p: f64| {
        let text = format!("{:.decimals$}", 100.0 * p.abs());
        let zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        format!("{}{text}", if p < 0.0 && !zero { "−" } else { "" })
    };
    format!("{} to {}", end(interval.lower), end(interval.upper))
}

/// An amount in its unit: `200 million USD`, `19.4 million USD`, `12,346 million USD`.
///
/// Three significant digits, more before the decimal point; an amount of at most four digits, as
/// a person writes a target, stays as it is.
pub fn amount(value: f64, unit: &str) -> String {
    format!("{} {unit}", number(value)).trim_end().to_owned()
}

/// Two amounts: `8.1–46.2 million USD`.
pub fn amount_range(lower: f64, upper: f64, unit: &str) -> String {
    format!("{}–{} {unit}", number(lower), number(upper)).trim_end().to_owned()
}

/// The number of [`amount`], without a unit.
pub fn number(value: f64) -> String {
    let size = value.abs();
    let written = format!("{size}");
    let digits = written.trim_start_matches(['0', '.']).bytes().filter(u8::is_ascii_digit);
    let short = digits.count() <= 4 || size >= 1000.0 && !written.contains('.');
    let text = if !value.is_finite() {
        return if value.is_nan() { "?".to_owned() } else { "∞".to_owned() };
    } else if short {
        written
    } else {
        trimmed(format!("{size:.*}", decimals_for(size, 3)))
    };
    format!("{}{}", if value < 0.0 { "−" } else { "" }, separated(&text))
}

/// A number with its sign: `+19.4`, `−3.2`, `0`.
pub fn signed(value: f64) -> String {
    if value > 0.0 { format!("+{}", number(value)) } else { number(value) }
}

/// A growth rate, signed: `+116 %`, `+6.6 %`, `−3.2 %`.
pub fn growth(rate: f64) -> String {
    let size = 100.0 * rate.abs();
    let decimals = if size >= 10.0 { 0 } else { 1 };
    let text = trimmed(format!("{size:.decimals$}"));
    let sign = match text.as_str() {
        "0" => "",
        _ if rate < 0.0 => "−",
        _ => "+",
    };
    format!("{sign}{} %", separated(&text))
}

/// A count with thousands separators: `1,000,000`.
pub fn count(n: u64) -> String {
    separated(&n.to_string())
}

/// The likelihood scale of the IPCC.
///
/// # Source
/// Mastrandrea et al. (2010), Guidance Note for Lead Authors of the IPCC Fifth Assessment Report
/// on Consistent Treatment of Uncertainties, table 1.
pub fn verdict(p: f64) -> &'static str {
    match p {
        p if p < 0.01 => "exceptionally unlikely",
        p if p < 0.10 => "very unlikely",
        p if p < 0.33 => "unlikely",
        p if p <= 0.66 => "about as likely as not",
        p if p <= 0.90 => "likely",
        p if p <= 0.99 => "very likely",
        _ => "virtually certain",
    }
}

/// What the figure and the card say first: `About 1 in 240: 200 million USD of total trade in
/// FY2027-28 is exceptionally unlikely`; near certainty without the odds.
pub fn answer(target: &TargetProjection, unit: &str) -> String {
    let estimate = &target.probability().estimate;
    let claim = format!(
        "{} of {} in {} is {}",
        amount(target.at_least, unit),
        target.total_label,
        target.period,
        verdict(cautious(estimate)),
    );
    match estimate.value {
        p if p >= 0.995 => format!("{claim}: {}", percent_of(estimate)),
        _ => format!("{}: {claim}", capitalised(&odds_of(estimate))),
    }
}

/// What is asked and its answer in numbers: `P(total trade ≥ 200 million USD in FY2027-28) =
/// 0.42 % (95 % interval 0.41–0.43 %)`, and by whose count.
pub fn statement(target: &TargetProjection, unit: &str) -> String {
    let asked = format!(
        "P({} ≥ {} in {})",
        target.total_label,
        amount(target.at_least, unit),
        target.period
    );
    let counted = match &target.measured_by {
        Some(whose) => format!(", as counted by {whose}"),
        None => String::new(),
    };
    format!("{asked} {}{counted}", equals(target.probability()))
}

/// The sentence to quote: the odds, then the [`statement`].
pub fn headline(target: &TargetProjection, unit: &str) -> String {
    let odds = capitalised(&odds_of(&target.probability().estimate));
    format!("{odds}: {}", statement(target, unit))
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
fn equals(probability: &Probability) -> String {
    let estimate = &probability.estimate;
    let level = percent(estimate.interval.level);
    let paths = count(probability.paths);
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

/// The value; where it is 0 or 1 the end of the interval that the paths vouch for.
fn cautious(estimate: &Estimate) -> f64 {
    match estimate.value {
        p if p <= 0.0 => estimate.interval.upper,
        p if p >= 1.0 => estimate.interval.lower,
        p => p,
    }
}

/// Decimals of percent at which an interval's ends are told apart: a unit of at most two thirds
/// of the width or three significant digits, no positive end as 0, none below 1 as 100. None
/// where the width is zero.
fn interval_decimals(interval: &Interval) -> Option<usize> {
    let width = 100.0 * (interval.upper - interval.lower);
    if width <= 0.0 {
        return None;
    }
    let middle = f64::midpoint(interval.lower, interval.upper);
    let most = decimals_for(100.0 * middle.min(1.0 - middle), 3);
    let hides = |p: f64, decimals| {
        let text = percent_number(p, decimals);
        let number: f64 = text.parse().unwrap_or(50.0);
        (p > 0.0 && number == 0.0) || (p < 1.0 && number == 100.0)
    };
    let enough = |&decimals: &usize| {
        (1.5 * ten_to(-(decimals as i32)) <= width || decimals >= most)
            && percent_number(interval.lower, decimals) != percent_number(interval.upper, decimals)
            && !hides(interval.lower, decimals)
            && !hides(interval.upper, decimals)
    };
    Some((0..MOST_DECIMALS).find(enough).unwrap_or(MOST_DECIMALS))
}

fn percent_number(p: f64, decimals: usize) -> String {
    format!("{:.decimals$}", 100.0 * p)
}

/// Decimals that show `size` with this many significant digits.
fn decimals_for(size: f64, significant: i32) -> usize {
    if size <= 0.0 {
        return 0;
    }
    let decimals = significant - 1 - libm::floor(libm::log10(size)) as i32;
    decimals.clamp(0, MOST_DECIMALS as i32) as usize
}

fn ten_to(exponent: i32) -> f64 {
    libm::exp10(f64::from(exponent))
}

/// The step between numbers of this size with so many significant digits.
fn grain(size: f64, significant: i32) -> f64 {
    ten_to(libm::floor(libm::log10(size)) as i32 + 1 - significant)
}

fn round_to(size: f64, significant: i32) -> f64 {
    let grain = grain(size, significant);
    (size / grain).round() * grain
}

fn round_down(size: f64, significant: i32) -> f64 {
    let grain = grain(size, significant);
    (size / grain).floor() * grain
}

fn round_up(size: f64, significant: i32) -> f64 {
    let grain = grain(size, significant);
    (size / grain).ceil() * grain
}

/// `333,000`, `3.1 million`, `2 billion`.
fn large(value: f64) -> String {
    match value {
        v if v < 1e6 => separated(&format!("{v:.0}")),
        v if v < 1e9 => format!("{} million", trimmed(format!("{:.2}", v / 1e6))),
        v => format!("{} billion", separated(&trimmed(format!("{:.2}", v / 1e9)))),
    }
}

/// Without the zeros that end a decimal fraction.
fn trimmed(text: String) -> String {
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A comma between groups of three digits before the decimal point.
fn separated(text: &str) -> String {
    let whole = text.find('.').unwrap_or(text.len());
    let mut out = String::new();
    for (position, digit) in text.char_indices() {
        if position > 0 && position < whole && (whole - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Period;
    use crate::projection::{Attainment, Method};

    fn interval(lower: f64, upper: f64) -> Interval {
        Interval { level: 0.95, lower, upper }
    }

    fn estimate(value: f64, lower: f64, upper: f64) -> Estimate {
        Estimate { value, standard_error: (upper - lower) / 4.0, interval: interval(lower, upper) }
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
            shortfall: None,
            parameter_spread: None,
            distribution: Vec::new(),
            contributions: Vec::new(),
        }
    }

    #[test]
    fn odds_are_simple_fractions() {
        for (p, text) in [
            (0.0042, "about 1 in 240"),
            (0.33, "about 1 in 3"),
            (0.66, "about 2 in 3"),
            (0.5, "about 1 in 2"),
            (0.9, "about 9 in 10"),
            (0.097, "about 1 in 10"),
            (0.098, "about 1 in 10"),
            (1e-5, "about 1 in 100,000"),
            (3.2e-9, "about 1 in 310 million"),
            (0.999, "almost certain"),
        ] {
            assert_eq!(odds(p), text, "{p}");
        }
    }

    #[test]
    fn odds_never_fall_as_p_rises() {
        let share = |text: String| -> f64 {
            let text = text.trim_start_matches("about ").replace(',', "");
            let text = text.replace("almost certain", "1 in 1").replace(" million", "e6");
            let (a, b) = text.split_once(" in ").expect("a in b");
            a.parse::<f64>().expect("a number") / b.parse::<f64>().expect("a number")
        };
        let grid = (1..20_000).map(|i| f64::from(i) / 20_000.0);
        let shares: Vec<f64> = grid.map(|p| share(odds(p))).collect();
        assert!(shares.is_sorted());
    }

    #[test]
    fn an_estimate_of_zero_is_its_upper_bound() {
        let none = estimate(0.0, 0.0, 2.9957e-6);
        assert_eq!(odds_of(&none), "less than 1 in 333,000");
        assert_eq!(percent_of(&none), "< 0.0003 %");
        assert_eq!(percent_interval(&none.interval), "0–0.0003 %");
        let all = estimate(1.0, 1.0 - 2.9957e-6, 1.0);
        assert_eq!(odds_of(&all), "almost certain");
        assert_eq!(percent_of(&all), "> 99.9997 %");
    }

    #[test]
    fn percent_keeps_the_digits_that_matter() {
        for (p, text) in [
            (0.0042, "0.42 %"),
            (0.37, "37 %"),
            (0.123, "12.3 %"),
            (0.00042, "0.042 %"),
            (0.0001, "0.01 %"),
            (0.9999, "99.99 %"),
            (0.9996, "99.96 %"),
            (1.0, "100 %"),
            (0.0, "0 %"),
        ] {
            assert_eq!(percent(p), text, "{p}");
        }
    }

    #[test]
    fn the_ends_of_an_interval_differ_and_share_their_digits() {
        for (lower, upper, text) in [
            (0.00407, 0.00433, "0.41–0.43 %"),
            (0.369, 0.371, "36.9–37.1 %"),
            (0.1, 0.9, "10–90 %"),
            (0.0002, 0.006, "0.02–0.60 %"),
            (0.0145, 0.0155, "1.45–1.55 %"),
            (0.001_003, 0.001_197, "0.10–0.12 %"),
            (0.4283, 0.4303, "42.8–43.0 %"),
            (0.370_01, 0.370_05, "37.001–37.005 %"),
            (0.97, 0.9991, "97.0–99.9 %"),
        ] {
            assert_eq!(percent_interval(&interval(lower, upper)), text);
        }
        assert_eq!(percent_of(&estimate(0.0042, 0.00407, 0.00433)), "0.42 %");
        assert_eq!(percent_of(&estimate(0.37, 0.369, 0.371)), "37.0 %");
    }

    #[test]
    fn amounts_have_separators_and_three_digits() {
        for (value, text) in [
            (200.0, "200 million USD"),
            (202.5, "202.5 million USD"),
            (19.412_345_6, "19.4 million USD"),
            (12_345.678_9, "12,346 million USD"),
            (0.012_345_6, "0.0123 million USD"),
            (-3.333_333_3, "−3.33 million USD"),
            (0.0, "0 million USD"),
            (1_000_000.0, "1,000,000 million USD"),
        ] {
            assert_eq!(amount(value, "million USD"), text);
        }
        assert_eq!(amount(5.0, ""), "5");
        assert_eq!(amount_range(8.123_456, 46.234_567, "t"), "8.12–46.2 t");
        assert_eq!(number(f64::INFINITY), "∞");
    }

    #[test]
    fn counts_have_separators() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000_000), "1,000,000");
    }

    #[test]
    fn growth_carries_a_sign() {
        for (rate, text) in [
            (1.162, "+116 %"),
            (0.0664, "+6.6 %"),
            (-0.032, "−3.2 %"),
            (0.0, "0 %"),
            (12.345, "+1,234 %"),
        ] {
            assert_eq!(growth(rate), text);
        }
    }

    #[test]
    fn differences_carry_a_sign() {
        assert_eq!(points(&estimate(0.0031, 0.0028, 0.0034)), "+0.31 points");
        assert_eq!(points(&estimate(-0.012, -0.03, 0.006)), "−1 points");
        assert_eq!(points(&estimate(0.0, 0.0, 0.0)), "no difference");
        assert_eq!(points(&estimate(0.0, -0.001, 0.001)), "±0.0 points");
        assert_eq!(points_interval(&interval(0.0028, 0.0034)), "0.28 to 0.34");
        assert_eq!(points_interval(&interval(-0.03, 0.006)), "−3 to 1");
    }

    #[test]
    fn verdicts_follow_the_likelihood_scale() {
        assert_eq!(verdict(0.0042), "exceptionally unlikely");
        assert_eq!(verdict(0.05), "very unlikely");
        assert_eq!(verdict(0.5), "about as likely as not");
        assert_eq!(verdict(0.999), "virtually certain");
    }

    #[test]
    fn the_headline_can_be_quoted() {
        let mut target = target(estimate(0.0042, 0.00407, 0.00433));
        let plain = "About 1 in 240: P(total trade ≥ 200 million USD in FY2027-28) = 0.42 % (95 % interval 0.41–0.43 %)";
        assert_eq!(headline(&target, "million USD"), plain);
        target.measured_by = Some("Kyrgyz customs".to_owned());
        assert_eq!(
            headline(&target, "million USD"),
            format!("{plain}, as counted by Kyrgyz customs")
        );
        assert_eq!(
            answer(&target, "million USD"),
            "About 1 in 240: 200 million USD of total trade in FY2027-28 is exceptionally unlikely"
        );
    }

    #[test]
    fn a_headline_without_hits_gives_the_bound() {
        assert_eq!(
            headline(&target(estimate(0.0, 0.0, 2.9957e-6)), "million USD"),
            "Less than 1 in 333,000: P(total trade ≥ 200 million USD in FY2027-28) < 0.0003 % (95 % bound: none of 1,000,000 simulated paths reaches it)"
        );
        let few = target(estimate(0.0, 0.0, 0.3));
        assert!(answer(&few, "t").starts_with("Less than 1 in 3: 200 t"));
        assert!(answer(&few, "t").ends_with("is unlikely"));
        let all = target(estimate(1.0, 1.0 - 2.9957e-6, 1.0));
        assert!(answer(&all, "t").ends_with("is virtually certain: > 99.9997 %"));
    }
}
