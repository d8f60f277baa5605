//! Probabilities in words: odds, percentages, differences in points.
//!
//! They come in as shares in [0, 1]. A probability that was never hit is given by its upper bound,
//! one that was always hit by its lower bound: neither is ever written as 0 or 100 %.

use super::language::Language;
use tradecast_core::numerals::{MOST_DECIMALS, decimals_for, separated, trimmed};
use tradecast_core::statistics::{Estimate, Interval};

/// Shares that are said as "a in b" between one in ten and certainty.
const FRACTIONS: [(f64, f64); 19] = [
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
];

/// A probability as odds, before it is put in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Odds {
    /// About a in b.
    About(String, String),
    /// Less than 1 in so many: no path hits, and this is what their number excludes.
    Below(String),
    /// Above 99.5 %.
    Certain,
    /// No path hits, and they are too few to exclude anything.
    Unknown,
}

impl Odds {
    /// The odds of an estimate; where it is zero those of the interval's upper end. Two significant
    /// digits below one in ten, the nearest simple fraction above it.
    pub fn of(estimate: &Estimate) -> Self {
        let upper = estimate.interval.upper;
        match estimate.value {
            p if p >= 0.995 => Self::Certain,
            p if p > 0.0 => {
                let (a, b) = parts(p);
                Self::About(a, b)
            }
            _ if upper >= 0.5 || upper <= 0.0 => Self::Unknown,
            _ => Self::Below(large(round_down(1.0 / upper, 3).floor())),
        }
    }
}

/// The odds of an estimate in English: `about 1 in 240`, `about 2 in 3`, `almost certain`, `less than
/// 1 in 333,000`.
pub fn odds_of(estimate: &Estimate) -> String {
    match Odds::of(estimate) {
        Odds::About(a, b) => format!("about {a} in {b}"),
        Odds::Below(b) => format!("less than 1 in {b}"),
        Odds::Certain => "almost certain".to_owned(),
        Odds::Unknown => "unknown".to_owned(),
    }
}

/// `1 in 240`, `2 in 3`: the nearest simple fraction of a p in (0, 1).
pub fn fraction(p: f64) -> String {
    let (a, b) = parts(p);
    format!("{a} in {b}")
}

fn parts(p: f64) -> (String, String) {
    if p < 0.0975 {
        return ("1".to_owned(), large(round_to(1.0 / p, 2)));
    }
    if p > 0.91 {
        return ((100.0 * p).round().to_string(), "100".to_owned());
    }
    let distance = |&(a, b): &(f64, f64)| (a / b - p).abs();
    let (a, b) = FRACTIONS
        .into_iter()
        .min_by(|left, right| distance(left).total_cmp(&distance(right)))
        .unwrap_or((1.0, 2.0));
    (a.to_string(), b.to_string())
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

/// A probability in percent with the digits that a spread bears: a unit of at most a tenth of its
/// width, but one significant digit of the distance to 0 or 100 %: `0.4 %` within 0 to 1.3 %, `50 %`
/// within 23 to 78 %.
pub fn percent_within(p: f64, [lower, upper]: [f64; 2]) -> String {
    let width = 100.0 * (upper - lower);
    let near = 100.0 * p.min(1.0 - p);
    let least = if near > 0.0 { decimals_for(near, 1) } else { 0 };
    let borne = if width > 0.0 { -libm::floor(libm::log10(width / 10.0)) as i32 } else { 0 };
    let decimals = least.max(usize::try_from(borne).unwrap_or(0)).min(MOST_DECIMALS);
    format!("{} %", percent_number(p, decimals))
}

/// An estimate in percent beside another, with the same digits as that: `0.84 %` beside `0.79 %`.
///
/// With its own digits where the two are more than ten times apart, or where those of the other
/// would write it as 0 or 100 %.
pub fn percent_beside(estimate: &Estimate, other: &Estimate) -> String {
    let own = percent_of(estimate);
    let (p, q) = (estimate.value, other.value);
    if p <= 0.0 || p >= 1.0 || q <= 0.0 || q >= 1.0 || p.max(q) > 10.0 * p.min(q) {
        return own;
    }
    let beside = percent_of(other);
    let decimals = match beside.split_once('.') {
        Some((_, rest)) => rest.chars().take_while(char::is_ascii_digit).count(),
        None => 0,
    };
    let text = percent_number(p, decimals);
    match text.parse() {
        Ok(0.0 | 100.0) | Err(_) => own,
        Ok(_) => format!("{text} %"),
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
    let size = 100.0 * interval.lower.abs().max(interval.upper.abs());
    // As many digits as the difference itself has, unless that hides the width.
    let decimals =
        decimals_for(width / 2.0, 1).min(decimals_for(size, 3).max(decimals_for(width, 1)));
    let end = |p: f64| {
        let text = format!("{:.decimals$}", 100.0 * p.abs());
        let zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        format!("{}{text}", if p < 0.0 && !zero { "−" } else { "" })
    };
    format!("{} to {}", end(interval.lower), end(interval.upper))
}

/// The likelihood scale in English.
pub fn verdict(p: f64) -> &'static str {
    Language::english().verdict(p)
}

/// The probability that words of likelihood are for: the end of its spread that is nearer to even
/// chances, so that nothing is called unlikely that might be likely.
pub fn cautious_within(p: f64, [lower, upper]: [f64; 2]) -> f64 {
    if p < 0.5 { upper.max(p).min(0.5) } else { lower.min(p).max(0.5) }
}

/// The value; where it is 0 or 1 the end of the interval that the paths vouch for.
pub fn cautious(estimate: &Estimate) -> f64 {
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

/// A count to two significant digits: `12`, `340,000`, `2.1 million`, `1,600 billion`.
pub fn about_count(count: f64) -> String {
    large(round_to(count.max(1.0), 2))
}

/// `333,000`, `3.1 million`, `2 billion`.
fn large(value: f64) -> String {
    match value {
        v if v < 1e6 => separated(&format!("{v:.0}")),
        v if v < 1e9 => format!("{} million", trimmed(format!("{:.2}", v / 1e6))),
        v => format!("{} billion", separated(&trimmed(format!("{:.2}", v / 1e9)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(lower: f64, upper: f64) -> Interval {
        Interval { level: 0.95, lower, upper }
    }

    fn estimate(value: f64, lower: f64, upper: f64) -> Estimate {
        Estimate { value, standard_error: (upper - lower) / 4.0, interval: interval(lower, upper) }
    }

    fn exact(p: f64) -> Estimate {
        estimate(p, p, p)
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
            assert_eq!(odds_of(&exact(p)), text, "{p}");
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
        let shares: Vec<f64> = grid.map(|p| share(odds_of(&exact(p)))).collect();
        assert!(shares.is_sorted());
    }

    #[test]
    fn an_estimate_of_zero_is_its_upper_bound() {
        let none = estimate(0.0, 0.0, 2.9957e-6);
        assert_eq!(odds_of(&none), "less than 1 in 333,000");
        assert_eq!(percent_of(&none), "< 0.0003 %");
        assert_eq!(percent_interval(&none.interval), "0–0.0003 %");
        // The bound is never tightened by rounding: 0.2589 is more than 1 in 4.
        assert_eq!(odds_of(&estimate(0.0, 0.0, 0.2589)), "less than 1 in 3");
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
    fn differences_carry_a_sign() {
        assert_eq!(points(&estimate(0.0031, 0.0028, 0.0034)), "+0.31 points");
        assert_eq!(points(&estimate(-0.012, -0.03, 0.006)), "−1 points");
        assert_eq!(points(&estimate(0.0, 0.0, 0.0)), "no difference");
        assert_eq!(points(&estimate(0.0, -0.001, 0.001)), "±0.0 points");
        assert_eq!(points_interval(&interval(0.0028, 0.0034)), "0.28 to 0.34");
        assert_eq!(points_interval(&interval(-0.03, 0.006)), "−3 to 1");
        assert_eq!(points(&estimate(0.50938, 0.50846, 0.51030)), "+50.9 points");
        assert_eq!(points_interval(&interval(0.50846, 0.51030)), "50.8 to 51.0");
    }

    #[test]
    fn a_percentage_beside_another_has_its_digits() {
        let (rare, more) = (estimate(1e-6, 1e-6, 1e-6), estimate(2e-6, 1.4e-6, 2.6e-6));
        assert_eq!(percent_beside(&more, &more), percent_of(&more));
        assert_eq!([percent_of(&rare), percent_beside(&more, &rare)], ["0.0001 %", "0.0002 %"]);
        let (near, sure) = (estimate(0.97, 0.96, 0.98), estimate(0.9996, 0.9994, 0.9998));
        assert_eq!([percent_of(&near), percent_beside(&sure, &near)], ["97 %", "99.96 %"]);
        let none = estimate(0.0, 0.0, 3e-6);
        assert_eq!(percent_beside(&none, &more), percent_of(&none));
        assert_eq!(percent_beside(&more, &none), percent_of(&more));
    }

    #[test]
    fn digits_are_those_that_a_spread_bears() {
        assert_eq!(percent_within(0.00359, [0.0, 0.0131]), "0.4 %");
        assert_eq!(percent_within(0.0131, [0.0, 0.0131]), "1.3 %");
        assert_eq!(percent_within(0.502, [0.23, 0.78]), "50 %");
        assert_eq!(percent_within(0.502, [0.49, 0.51]), "50.2 %");
        assert_eq!(percent_within(8.5e-7, [0.0, 5e-6]), "0.00009 %");
        assert_eq!(percent_within(0.99996, [0.9, 1.0]), "99.996 %");
        assert_eq!(percent_within(0.0002, [0.0002, 0.0131]), "0.02 %");
    }

    #[test]
    fn words_of_likelihood_agree_with_the_spread() {
        let said = |p, ends| verdict(cautious_within(p, ends));
        assert_eq!(said(0.0036, [0.0, 0.0131]), "very unlikely");
        assert_eq!(said(0.0036, [0.001, 0.006]), "exceptionally unlikely");
        assert_eq!(said(0.3, [0.02, 0.8]), "about as likely as not");
        assert_eq!(said(0.97, [0.7, 0.999]), "likely");
    }

    #[test]
    fn verdicts_follow_the_likelihood_scale() {
        assert_eq!(verdict(0.0042), "exceptionally unlikely");
        assert_eq!(verdict(0.05), "very unlikely");
        assert_eq!(verdict(0.5), "about as likely as not");
        assert_eq!(verdict(0.999), "virtually certain");
    }
}
