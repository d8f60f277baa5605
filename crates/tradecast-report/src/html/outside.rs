//! The outside view: how others fared with as much to reach.

use super::Chapter;
use super::parts::{Place, header, scrolling, table_link};
use crate::outside_view::{self, lines};
use crate::words;
use maud::{Markup, html};
use tradecast_core::projection::OutsideEntry;

/// The yardsticks of one target, or why there are none.
pub fn section(chapter: &Chapter, index: usize, place: Place) -> Markup {
    let language = place.language;
    let (headings, columns) = (&language.headings, &language.columns);
    let target = &chapter.projection.targets[index];
    let view = match &target.outside_view {
        OutsideEntry::LeftOut { why } => {
            let content = html! { p.quiet { (words::no_outside_view(language, why)) } };
            return place.section(&headings.outside, &language.captions.outside, &content);
        }
        OutsideEntry::Beside { view, .. } => view,
    };
    let name = (target.name.as_str(), &**view);
    let csv = outside_view::rows(std::iter::once(name));
    let content = html! {
        (scrolling(&headings.outside, &html! {
            table {
                (header(&[&columns.yardstick, &columns.share, &columns.counted]))
                tbody {
                    @for line in lines(view, language) {
                        tr {
                            th scope="row" class=[line.is_part.then_some("part")] { (line.name) }
                            td.number { (line.share) }
                            td { (line.counted) }
                        }
                    }
                }
            }
        }))
        (table_link((csv.name, &csv.bytes), &chapter.projection.name, language))
    };
    place.section(&headings.outside, &language.captions.outside, &content)
}
