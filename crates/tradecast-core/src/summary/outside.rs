//! The outside view beside a target's probability, and what carries their contrast.

use crate::amount::MoneyScale;
use crate::outside_view::{Contrast, OutsideQuestion, OutsideView, QuestionError, Side};
use crate::projection::{Contribution, ItemKind, OutsideEntry, TargetProjection};
use crate::scenario::{Prices, Scenario, Target};
use crate::statistics::Estimate;
use crate::warning::{NoOutsideView, Warning};

/// At most so many items are named of each kind.
const MOST_NAMED: usize = 3;

/// A measure carries a probability if at least this share of it hangs on the measure.
const CARRYING: f64 = 0.1;

/// From what a target has to grow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Growing {
    /// The baseline, a year's, in single units of the currency.
    pub baseline: f64,
    /// Years to the target; none where there are none.
    pub years: Option<f64>,
}

/// The outside view of a target.
pub(super) fn entry(
    scenario: &Scenario,
    target: &Target,
    Growing { baseline, years }: Growing,
    (probability, contributions): (Option<Estimate>, &[Contribution]),
) -> OutsideEntry {
    if let Some(why) = obstacle(scenario, target) {
        return OutsideEntry::LeftOut { why };
    }
    let question = OutsideQuestion {
        base_usd_million: MoneyScale::MILLION.in_units(baseline),
        target_usd_million: MoneyScale::MILLION
            .in_units(target.at_least.single() / target.period.years()),
        years: years.unwrap_or(f64::NAN),
    };
    match OutsideView::new(&question) {
        Err(QuestionError::Base(base)) => {
            OutsideEntry::LeftOut { why: NoOutsideView::NoBase { base } }
        }
        Err(QuestionError::Target { target, base }) => {
            OutsideEntry::LeftOut { why: NoOutsideView::BelowBase { target, base } }
        }
        Err(QuestionError::Years(years)) => {
            OutsideEntry::LeftOut { why: NoOutsideView::NoTime { years } }
        }
        Ok(view) => {
            let contrast = probability.and_then(|p| Contrast::new(&view, &p));
            let carriers = match (&contrast, probability) {
                (Some(contrast), Some(p)) => carriers(contrast.side, p.value, contributions),
                _ => Vec::new(),
            };
            OutsideEntry::Beside { view: Box::new(view), contrast, carriers }
        }
    }
}

/// Why a target has no row in `outside-view.csv`.
pub(super) fn note(target: &TargetProjection) -> Option<Warning> {
    match &target.outside_view {
        OutsideEntry::LeftOut { why } => {
            Some(Warning::NoOutsideView { target: target.name.clone(), why: why.clone() })
        }
        OutsideEntry::Beside { .. } => None,
    }
}

/// Why the scenario's amounts cannot be compared.
fn obstacle(scenario: &Scenario, target: &Target) -> Option<NoOutsideView> {
    let (money, period) = (&scenario.money, target.period);
    if money.currency != "USD" {
        Some(NoOutsideView::Currency { currency: money.currency.clone() })
    } else if let Prices::Constant { .. } = money.prices {
        Some(NoOutsideView::ConstantPrices { prices: money.prices.stated() })
    } else {
        (period.months() != 12).then_some(NoOutsideView::NotOfAYear { period })
    }
}

/// The items that carry a contrast, those that matter most first.
///
/// Above: uncertain interventions by P if yes minus P if no, then certain ones by what they
/// contribute. Below: whatever takes from the total, by how much.
fn carriers(side: Side, probability: f64, contributions: &[Contribution]) -> Vec<String> {
    let is_of = |kind: ItemKind| move |item: &&Contribution| item.kind == kind;
    let part = |item: &Contribution| item.contribution.unwrap_or(0.0);
    let measures = || contributions.iter().filter(is_of(ItemKind::Intervention));
    match side {
        Side::Above => {
            let hanging = measures().filter_map(|item| {
                let hangs = item.if_yes?.value - item.if_no?.value;
                (hangs >= CARRYING * probability).then_some((hangs, item))
            });
            let certain = measures().filter(|item| item.if_yes.is_none() && part(item) > 0.0);
            let mut named = greatest(hanging.collect());
            named.extend(greatest(certain.map(|item| (part(item), item)).collect()));
            named
        }
        Side::Below => {
            let taking = contributions.iter().filter(|item| part(item) < 0.0);
            greatest(taking.map(|item| (-part(item), item)).collect())
        }
    }
}

/// The names of the items with the greatest sizes.
fn greatest(mut sized: Vec<(f64, &Contribution)>) -> Vec<String> {
    sized.sort_by(|one, other| other.0.total_cmp(&one.0));
    sized.into_iter().take(MOST_NAMED).map(|(_, item)| item.item.clone()).collect()
}
