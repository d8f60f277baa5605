//! The rows of the contributions: their order, their colours, and what the title says of them.

use super::super::palette::{BLUE, GREEN, PURPLE};
use super::super::sheet::Subject;
use crate::words;
use crate::words::language::Language;
use plotters::style::RGBColor;
use tradecast_core::projection::{Contribution, ItemKind};
use tradecast_core::statistics::Estimate;

/// A row of the figure.
pub enum Row<'a> {
    /// The name of a kind.
    Heading(ItemKind),
    /// A flow, an intervention or a disruption.
    Item(&'a Contribution),
}

impl<'a> Row<'a> {
    /// What stands at its left.
    pub fn name(&self) -> &'a str {
        match self {
            Self::Heading(ItemKind::Flow) => "Flows",
            Self::Heading(ItemKind::Intervention) => "Interventions",
            Self::Heading(ItemKind::Disruption) => "Disruptions",
            Self::Item(item) => &item.item,
        }
    }

    /// The contribution to the median total.
    pub fn amount(&self) -> Option<f64> {
        match self {
            Self::Heading(_) => None,
            Self::Item(item) => item.contribution,
        }
    }

    /// P if the intervention happens, and if it does not.
    pub fn pair(&self) -> Option<(&'a Estimate, &'a Estimate)> {
        match self {
            Self::Heading(_) => None,
            Self::Item(item) => item.if_yes.as_ref().zip(item.if_no.as_ref()),
        }
    }
}

/// The items by kind, the largest first, each kind under its heading; where there are no
/// contributions only the items with a pair of probabilities.
pub fn rows(items: &[Contribution]) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let any_amount = items.iter().any(|item| item.contribution.is_some());
    let shown = |item: &&Contribution| any_amount || Row::Item(item).pair().is_some();
    for kind in [ItemKind::Flow, ItemKind::Intervention, ItemKind::Disruption] {
        let mut members: Vec<&Contribution> =
            items.iter().filter(|i| i.kind == kind).filter(shown).collect();
        let size = |item: &Contribution| item.contribution.unwrap_or(0.0).abs();
        members.sort_by(|a, b| size(b).total_cmp(&size(a)));
        if !members.is_empty() {
            rows.push(Row::Heading(kind));
        }
        rows.extend(members.into_iter().map(Row::Item));
    }
    rows
}

/// The colour of a kind's heading.
pub fn color(kind: ItemKind) -> RGBColor {
    match kind {
        ItemKind::Flow => BLUE,
        ItemKind::Intervention => GREEN,
        ItemKind::Disruption => PURPLE,
    }
}

/// The colour of a bar: what takes away looks like a disruption, whatever brings it about.
pub fn bar_color(kind: ItemKind, amount: f64) -> RGBColor {
    match kind {
        ItemKind::Flow => BLUE,
        _ if amount < 0.0 => PURPLE,
        _ => GREEN,
    }
}

/// The decimals that three digits of the largest amount have, for all of them.
pub fn decimals(rows: &[Row]) -> usize {
    let largest = rows.iter().filter_map(Row::amount).fold(0.0, |most: f64, a| most.max(a.abs()));
    match largest {
        a if a >= 100.0 || a <= 0.0 => 0,
        a => (2 - libm::floor(libm::log10(a)) as i32).clamp(0, 9) as usize,
    }
}

/// An amount with these decimals; what they would hide as `<0.1` or `>−0.1`.
pub fn amount_words(amount: f64, decimals: usize) -> String {
    let least = libm::exp10(-(decimals as f64));
    if amount == 0.0 {
        "0".to_owned()
    } else if amount.abs() >= least / 2.0 {
        words::rounded_to(amount, decimals)
    } else if amount < 0.0 {
        format!(">−{least:.decimals$}")
    } else {
        format!("<{least:.decimals$}")
    }
}

/// A pair of probabilities in percent, with the same digits unless they are far apart.
pub fn pair_words(yes: &Estimate, no: &Estimate) -> [String; 2] {
    let pair = [yes, no];
    let texts = pair.map(words::percent_of);
    let decimals = |text: &String| match text.split_once('.') {
        Some((_, rest)) => rest.chars().take_while(char::is_ascii_digit).count(),
        None => 0,
    };
    let most = decimals(&texts[0]).max(decimals(&texts[1]));
    let (least, greatest) = (yes.value.min(no.value), yes.value.max(no.value));
    if least <= 0.0 || greatest >= 1.0 || greatest > 10.0 * least {
        return texts;
    }
    pair.map(|estimate| format!("{} %", words::rounded_to(100.0 * estimate.value, most)))
}

/// The intervention that matters most for P; without one what brings and what takes most.
pub fn title(subject: &Subject, rows: &[Row]) -> String {
    let told_apart = |row: &&Row| {
        let apart = |(yes, no): (&Estimate, &Estimate)| {
            yes.interval.lower > no.interval.upper || no.interval.lower > yes.interval.upper
        };
        row.pair().is_some_and(apart)
    };
    let gap = |row: &&Row| row.pair().map_or(0.0, |(yes, no)| (yes.value - no.value).abs());
    let most = rows.iter().filter(told_apart).max_by(|a, b| gap(a).total_cmp(&gap(b)));
    if let Some((row, (yes, no))) = most.and_then(|row| Some((row, row.pair()?))) {
        let [yes_words, no_words] = pair_words(yes, no);
        if rows.iter().filter(|row| row.pair().is_some()).count() == 1 {
            return format!("“{}” takes the chance from {no_words} to {yes_words}", row.name());
        }
        return format!(
            "“{}” changes the chance most: {} if it goes ahead, {} if not",
            row.name(),
            yes_words,
            no_words,
        );
    }
    match most_brought(rows) {
        Some(claim) => format!(
            "Around the median of {} in {}, {claim}",
            subject.amount(subject.last().median()),
            subject.when(),
        ),
        None => words::answer(Language::english(), subject.projection, subject.target),
    }
}

/// `“pakistan-exports” brings 18.7 and “border-closure” takes 3.0`; none where nothing brings.
fn most_brought(rows: &[Row]) -> Option<String> {
    let decimals = decimals(rows);
    let amount = |row: &&Row| row.amount().unwrap_or(0.0);
    let ends = || rows.iter().filter(|row| row.amount().is_some());
    let best = ends().max_by(|a, b| amount(a).total_cmp(&amount(b)))?;
    let worst = ends().min_by(|a, b| amount(a).total_cmp(&amount(b)))?;
    if amount(&best) <= 0.0 {
        return None;
    }
    let brings = amount_words(amount(&best), decimals);
    let takes = amount_words(-amount(&worst), decimals);
    Some(if amount(&worst) < 0.0 && !takes.starts_with('<') {
        format!("“{}” brings {brings} and “{}” takes {takes}", best.name(), worst.name())
    } else {
        format!("“{}” brings most: {brings}", best.name())
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::testing;
    use super::*;

    #[test]
    fn items_stand_by_kind_and_size() {
        let items = testing::contributions();
        let names: Vec<&str> = rows(&items).iter().map(Row::name).collect();
        assert_eq!(
            names,
            [
                "Flows",
                "pakistan-exports",
                "kyrgyz-exports",
                "kyrgyz-electricity",
                "Interventions",
                "qtta-corridor",
                "casa-1000",
                "Disruptions",
                "border-closure",
            ]
        );
    }

    #[test]
    fn amounts_share_their_decimals() {
        let items = testing::contributions();
        let decimals = decimals(&rows(&items));
        assert_eq!(decimals, 1);
        for (amount, text) in
            [(13.2, "13.2"), (3.0, "3.0"), (0.002_81, "<0.1"), (0.0, "0"), (-0.01, ">−0.1")]
        {
            assert_eq!(amount_words(amount, decimals), text);
        }
        assert_eq!(amount_words(0.2, 0), "<1");
    }

    #[test]
    fn a_pair_has_the_same_digits() {
        let share = |hits| testing::proportion(hits, 2e5);
        let (yes, no) = (share(8526.0), share(5600.0));
        assert_eq!([words::percent_of(&yes), words::percent_of(&no)], ["4.3 %", "2.80 %"]);
        assert_eq!(pair_words(&yes, &no), ["4.26 %", "2.80 %"]);
        let rare = share(80.0);
        assert_eq!(pair_words(&yes, &rare), [&yes, &rare].map(words::percent_of));
    }

    #[test]
    fn what_takes_away_is_no_green_bar() {
        assert_ne!(bar_color(ItemKind::Intervention, -19.4), GREEN);
        assert_eq!(bar_color(ItemKind::Intervention, 17.0), GREEN);
    }

    #[test]
    fn the_title_says_what_brings_and_what_takes() {
        let mut projection = testing::first_case();
        for item in &mut projection.targets[0].contributions {
            (item.if_yes, item.if_no) = (None, None);
        }
        let subject = Subject::new(&projection, &projection.targets[0]).expect("a subject");
        let rows = rows(&subject.target.contributions);
        let title = title(&subject, &rows);
        assert!(
            title.ends_with("“pakistan-exports” brings 13.2 and “border-closure” takes 3.4"),
            "{title}"
        );
    }
}
