//! The sentence to quote: how likely a target is, and how sure anyone can be of it.

use super::chances::{cautious, cautious_within, percent_of, percent_within};
use super::language::{Language, fill};
use super::sentences::{odds, total, when};
use tradecast_core::numerals::amount;
use tradecast_core::projection::{ParameterSpread, Projection, SpreadEntry, TargetProjection};

/// Nearer to 0 or 1 than this the far tail of fitted growth decides (docs/truth.md).
const FAR: f64 = 0.02;

/// Ends that differ by more than this share of the spread's width are shown both ways.
const MUCH: f64 = 0.2;

/// `About 1 in 280: the chance that total trade reaches 200 million USD in FY2027-28 is 0.4 %, and
/// between 0.04 % and 1.4 % for nine in ten settings of what is not known.`
pub fn headline(language: &Language, projection: &Projection, target: &TargetProjection) -> String {
    let words = &language.quoted;
    let name = total(language, &target.total_label);
    let counted =
        target.measured_by.as_deref().map(|whose| fill(&words.counted, &[("whose", whose)]));
    let values = [
        ("odds", &*odds(language, &target.probability().estimate)),
        ("total", name),
        ("counted", &counted.unwrap_or_default()),
        ("amount", &language.quantity(&amount(target.at_least, &projection.unit))),
        ("period", &when(language, projection, target)),
        ("p", &language.numerals(&chance(target))),
        ("known", &known(language, target)),
    ];
    let sentence = fill(&words.sentence, &values);
    if is_far(target) { format!("{sentence} {}", words.far) } else { sentence }
}

/// The probability of a target with the digits that its spread bears; those of the simulation where
/// there is no spread, or no path or every one hits.
pub fn chance(target: &TargetProjection) -> String {
    let estimate = &target.probability().estimate;
    match target.spread() {
        Some(spread) if estimate.value > 0.0 && estimate.value < 1.0 => {
            percent_within(estimate.value, ends(spread))
        }
        _ => percent_of(estimate),
    }
}

/// The probability that words of likelihood are for.
pub fn likelihood(target: &TargetProjection) -> f64 {
    let estimate = &target.probability().estimate;
    let p = cautious(estimate);
    target.spread().map_or(p, |spread| cautious_within(p, ends(spread)))
}

/// How sure anyone can be.
fn known(language: &Language, target: &TargetProjection) -> String {
    let words = &language.quoted;
    let with_measures = target.spread_with_measures.as_ref();
    let (settings, spread) = match target.parameter_spread.as_ref() {
        None => return String::new(),
        Some(SpreadEntry::Untold(tradecast_core::projection::Untold::Certain)) => {
            (words.certain.clone(), None)
        }
        Some(SpreadEntry::Untold(_)) => (words.untold.clone(), None),
        Some(SpreadEntry::Told(spread)) => {
            (between(language, &words.settings, spread), Some(&**spread))
        }
    };
    let odds = match with_measures {
        None => String::new(),
        Some(open) if spread.is_none_or(|spread| differ_much(spread, open)) => {
            between(language, &words.with_measures, open)
        }
        Some(_) => words.given_odds.clone(),
    };
    format!("{settings}{odds}")
}

/// Words with the ends of a spread in them.
fn between(language: &Language, words: &str, spread: &ParameterSpread) -> String {
    let [low, high] = spread_ends(language, spread);
    fill(words, &[("low", &low), ("high", &high)])
}

/// The 5 and the 95 % quantile with the digits that they bear: `next to nothing`, `1.3 %`.
pub fn spread_ends(language: &Language, spread: &ParameterSpread) -> [String; 2] {
    let within = ends(spread);
    spread.told_ends().map(|end| match end {
        Ok(p) => language.numerals(&percent_within(p, within)),
        Err(0) => language.quoted.nothing.clone(),
        Err(_) => language.quoted.certainty.clone(),
    })
}

/// The 5 and the 95 % quantile, 0 or 1 where they cannot be told from them.
fn ends(spread: &ParameterSpread) -> [f64; 2] {
    spread.told_ends().map(|end| end.unwrap_or_else(f64::from))
}

fn differ_much(spread: &ParameterSpread, other: &ParameterSpread) -> bool {
    let (one, other) = (ends(spread), ends(other));
    let width = one[1] - one[0];
    one.iter().zip(other).any(|(one, other)| (one - other).abs() > MUCH * width)
}

fn is_far(target: &TargetProjection) -> bool {
    let p = target.probability().estimate.value;
    target.is_fitted && p.min(1.0 - p) < FAR
}
