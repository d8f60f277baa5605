//! The box of inputs in which the target is met, in words.

use super::Chapter;
use super::parts::table_link;
use crate::discovery;
use crate::words;
use crate::words::language::{Language, fill};
use maud::{Markup, html};
use tradecast_core::model::InputKind;
use tradecast_core::sensitivity::Restriction;
use tradecast_core::statistics::Estimate;

/// What a share of the futures that reach the target have in common; nothing where no box was found.
pub fn lines(chapter: &Chapter, language: &Language) -> Markup {
    let found = &chapter.sensitivity;
    let Some(discovered) = &found.discovered else { return html! {} };
    let words = &language.discovery;
    let percent = |p: &Estimate| language.numerals(&words::percent_of(p));
    let lead = fill(&words.lead, &[("coverage", &percent(&discovered.coverage))]);
    let end = fill(
        &words.end,
        &[
            ("p", &percent(&discovered.density)),
            ("overall", &percent(&discovered.probability)),
            ("share", &percent(&discovered.share)),
        ],
    );
    let csv = discovery::table(discovered);
    html! {
        p { (lead) }
        ul {
            @for restriction in &discovered.restrictions {
                li { (restricted(restriction, language)) }
            }
        }
        p { (end) }
        (table_link(&csv.name, &csv.bytes, &found.name, language))
    }
}

/// `exports: growth a year: above its 55 % quantile`.
fn restricted(restriction: &Restriction, language: &Language) -> String {
    let words = &language.discovery;
    let [lower, upper] = restriction.quantiles;
    let quantile = |q: f64| format!("{} %", words::rounded_to(100.0 * q, 0));
    let (low, high) = (language.numerals(&quantile(lower)), language.numerals(&quantile(upper)));
    let range = match (restriction.kind, lower > 0.0, upper < 1.0) {
        (InputKind::Intervention, ..) if lower > 0.5 => language.inputs.happens.clone(),
        (InputKind::Intervention, ..) => language.inputs.does_not_happen.clone(),
        (_, true, true) => fill(&words.between, &[("low", &low), ("high", &high)]),
        (_, true, false) => fill(&words.above, &[("quantile", &low)]),
        (_, false, _) => fill(&words.below, &[("quantile", &high)]),
    };
    format!("{}: {range}", language.assumption(&restriction.input))
}
