//! The figure of a sweep: over one key a curve of P with its interval, over two a heat map with
//! contours.

mod contours;
mod curve;
mod heat;

use super::canvas;
use super::sheet::Sheet;
use super::{ChartError, Figure};
use crate::sweep::sentence;
use crate::words;
use crate::words::language::Language;
use tradecast_core::sweep::{Axis as Along, Sweep};
use tradecast_core::vary::{Kind, Knob};

/// The figure.
///
/// # Errors
/// A grid without points, or drawing fails.
pub fn figure(sweep: &Sweep) -> Result<Figure, ChartError> {
    let sheet = sheet(sweep);
    canvas::figure("sweep".to_owned(), &sheet.title, &sheet.description(), |canvas| {
        let top = sheet.write(canvas)?;
        match &sweep.axes[..] {
            _ if sweep.points.is_empty() => Err(ChartError::Empty("the sweep".to_owned())),
            [only] => curve::draw(canvas, sweep, only, top),
            [first, second] => heat::draw(canvas, sweep, (first, second), top),
            _ => Err(ChartError::Empty("the sweep".to_owned())),
        }
    })
}

fn sheet(sweep: &Sweep) -> Sheet {
    let paths = words::count(sweep.paths);
    let change = |axis: &Along| {
        let how = words::change(Language::english(), &axis.knob);
        format!("{}: {how}", words::assumption(&axis.knob.key))
    };
    let changes: Vec<String> = sweep.axes.iter().map(change).collect();
    let now = has_current(sweep);
    let reading = match (sweep.axes.len(), now) {
        (1, true) => {
            "Line: P; band: its 95 % interval, where it is wider than the line. Dashed: the scenario as it is."
        }
        (1, false) => "Line: P; band: its 95 % interval, where it is wider than the line.",
        (_, true) => {
            "Darker is likelier; lines join points of the same P. Ring: the scenario as it is."
        }
        (_, false) => "Darker is likelier; lines join points of the same P.",
    };
    Sheet {
        title: sentence(sweep),
        subtitle: [
            sweep.title.clone(),
            format!(
                "{} points on the same {paths} simulated paths",
                words::count(sweep.points.len() as u64)
            ),
        ],
        reading: format!("{reading} {}.", changes.join("; ")),
        footer: format!("tradecast sweep · scenario {} · seed {}", sweep.name, sweep.seed),
    }
}

/// Whether the scenario as it is lies within the grid.
fn has_current(sweep: &Sweep) -> bool {
    sweep.axes.iter().zip(&sweep.current).all(|(axis, now)| {
        let ends = (axis.values.first(), axis.values.last());
        matches!(ends, (Some(first), Some(last)) if (*first..=*last).contains(now))
    })
}

/// The name of a key on an axis, with what amounts are counted in.
fn axis_name(sweep: &Sweep, index: usize) -> String {
    let axis = &sweep.axes[index];
    let name = words::assumption(&axis.knob.key);
    if axis.knob.kind.is_amount() { format!("{name}, {}", sweep.unit) } else { name }
}

/// Round values of a key within a range, about so many: whole years for dates, periods themselves.
pub(super) fn ticks(knob: &Knob, (low, high): (f64, f64), wanted: usize) -> Vec<f64> {
    // In the number of the file, so that they are round there.
    if let Kind::Period(_, _) = knob.kind {
        let months = if low.rem_euclid(12.0) == high.rem_euclid(12.0) { 12.0 } else { 1.0 };
        let count = ((high - low) / months).max(1.0);
        let step = libm::ceil(count / wanted as f64);
        let places = (count / step) as usize;
        return (0..=places).map(|place| low + place as f64 * step * months).collect();
    }
    let number = |value| knob.number(value).unwrap_or(value);
    let axis = super::axis::Axis::linear((number(low), number(high)), (0.0, 1.0));
    axis.ticks(wanted).into_iter().map(|tick| knob.of_number(tick)).collect()
}

/// A tick's label: the year and month of a date alone.
pub(super) fn tick_label(knob: &Knob, value: f64) -> String {
    let text = knob.show(value, 0.0);
    match knob.kind {
        Kind::Median(
            tradecast_core::scenario::Unit::Date | tradecast_core::scenario::Unit::Until,
            _,
        ) => text.rsplit_once('-').map_or(text.clone(), |(month, _)| month.to_owned()),
        _ => text,
    }
}
