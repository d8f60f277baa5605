//! The fan and the distribution of one target, each drawn for a wide page and for a phone.

use super::Chapter;
use super::parts::{Place, data};
use crate::chart::sheet::Subject;
use crate::chart::{ChartError, distribution, fan, palette};
use crate::words;
use crate::words::language::fill;
use maud::{Markup, PreEscaped, html};

/// Pixels of a figure on a wide page.
const WIDE: (u32, u32) = (960, 520);

/// Pixels of a figure on a phone, where it is shown at two thirds of its size.
const NARROW: (u32, u32) = (540, 500);

/// Both figures of a target.
///
/// # Errors
/// The target's series is missing or empty, or drawing fails.
pub fn of_target(chapter: &Chapter, index: usize, place: Place) -> Result<Markup, ChartError> {
    let (projection, language) = (&chapter.projection, place.language);
    let target = &projection.targets[index];
    let subject = Subject { language, ..Subject::new(projection, target)? };
    let captions = &language.captions;
    let words = if fan::is_log(&subject) { &captions.fan_log } else { &captions.fan };
    let values = [
        ("total", &*words::capitalised(words::total(language, &target.total_label))),
        ("unit", &language.quantity(&projection.unit)),
        ("period", &target.period.to_string()),
    ];
    let (fan_words, distribution_words) =
        (fill(words, &values), fill(&captions.distribution, &values));
    let title = words::answer(language, &chapter.projection, &chapter.projection.targets[index]);
    let draw = |bare: Bare, words: &str| -> Result<Markup, ChartError> {
        let svg = |size| Ok(themed(&bare(&subject, size, (&title, words))?));
        let (wide, narrow) = (svg(WIDE)?, svg(NARROW)?);
        Ok(html! {
            figure.wide { (PreEscaped(wide)) }
            figure.narrow { (PreEscaped(narrow)) }
        })
    };
    let fan = draw(fan::bare, &fan_words)?;
    let distribution = draw(distribution::bare, &distribution_words)?;
    let headings = &language.headings;
    let with_data = |figure: Markup, name| html! { (figure) (data(chapter, name, language)) };
    Ok(html! {
        (place.section(&headings.fan, &fan_words, &with_data(fan, "fan.csv")))
        (place.section(
            &headings.distribution,
            &distribution_words,
            &with_data(distribution, "distribution.csv"),
        ))
    })
}

/// Draws a figure without words around it.
type Bare = fn(&Subject<'_>, (u32, u32), (&str, &str)) -> Result<String, ChartError>;

/// The SVG with the page's colours, so that it follows a dark page, and without a size of its own.
/// Its texts run from left to right as its axes do.
fn themed(svg: &str) -> String {
    let mut svg = svg.to_owned();
    for (name, light, _) in palette::NAMED {
        svg = svg.replace(&format!("\"{}\"", palette::hex(light)), &format!("\"var(--{name})\""));
    }
    let Some((start, rest)) = svg.split_once(" width=") else { return svg };
    match rest.split_once(" viewBox=") {
        Some((_, rest)) => format!("{start} direction=\"ltr\" viewBox={rest}"),
        None => svg,
    }
}
