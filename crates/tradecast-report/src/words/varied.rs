//! What varies and what is asked of it, in words.

use super::language::{Language, fill};
use super::sentences::total;
use tradecast_core::numerals::amount;
use tradecast_core::scenario::schema::Change;
use tradecast_core::sweep::Asked;
use tradecast_core::vary::{Kind, Knob};

/// What is done to the scenario's value: `distribution scaled to this median`.
pub fn change<'a>(language: &'a Language, knob: &Knob) -> &'a str {
    match knob.kind {
        Kind::Median(_, how) => changed(language, how),
        Kind::Amount(..) => &language.changes.amount,
        Kind::Period(..) => &language.changes.period,
    }
}

/// What is done to a quantity that gets another median.
pub fn changed(language: &Language, how: Change) -> &str {
    let words = &language.changes;
    match how {
        Change::Set => &words.number,
        Change::Scaled => &words.scaled,
        Change::Shifted => &words.shifted,
        Change::GrowthShifted => &words.growth_shifted,
        Change::ShareMoved => &words.share_moved,
    }
}

/// The question, with amounts in this unit: `P(total trade ≥ 200 million USD in FY2027-28)`; of what
/// varies, that it is an amount or a period.
pub fn asked(language: &Language, asked: &Asked, unit: &str) -> String {
    let words = &language.answer;
    let (at_least, period) = (asked.at_least, asked.period.map(|period| period.to_string()));
    let at_least = at_least.map(|value| language.quantity(&amount(value, unit)));
    let values = [
        ("total", total(language, &asked.total_label)),
        ("amount", at_least.as_deref().unwrap_or(&words.any_amount)),
        ("period", period.as_deref().unwrap_or(&words.any_period)),
    ];
    fill(&words.asked, &values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::language::Code;
    use tradecast_core::calendar::Period;

    #[test]
    fn what_varies_is_asked_for_without_its_value() {
        let english = Language::english();
        let mut question = Asked {
            total_label: "total trade".to_owned(),
            at_least: Some(200.0),
            period: Some(Period::fiscal_year(2028, 7)),
        };
        let said = |question: &Asked| asked(english, question, "million USD");
        assert_eq!(said(&question), "P(total trade ≥ 200 million USD in FY2027-28)");
        question.at_least = None;
        assert_eq!(said(&question), "P(total trade ≥ the amount in FY2027-28)");
        question.period = None;
        assert_eq!(said(&question), "P(total trade ≥ the amount in the period)");
    }

    #[test]
    fn a_change_has_words_of_its_own_in_every_language() {
        let all = [
            Change::Set,
            Change::Scaled,
            Change::Shifted,
            Change::GrowthShifted,
            Change::ShareMoved,
        ];
        for code in Code::ALL {
            let mut said = all.map(|how| changed(Language::of(code), how)).to_vec();
            said.sort_unstable();
            said.dedup();
            assert_eq!(said.len(), all.len(), "{code:?}");
        }
    }
}
