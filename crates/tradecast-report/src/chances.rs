//! After a run of several scenarios: the chances of all of them in one table.

use super::terminal::Style;
use crate::words;
use crate::words::language::Language;
use tradecast_core::projection::{FanPoint, Projection, TargetProjection};

/// One row a scenario and target: P, between what for nine in ten settings of what is not known, the median and the middle 90 % of the total in the
/// target's period.
pub fn table(projections: &[Projection], style: Style) -> String {
    let header =
        ["scenario", "target", "in", "chance", "in 9 of 10 settings", "median", "5–95 %", ""];
    let mut rows = style.table(&header, 3);
    for projection in projections {
        for target in &projection.targets {
            let [low, median, high] = middle(projection, target);
            rows.add_row([
                projection.name.clone(),
                target.name.clone(),
                target.period.to_string(),
                words::chance(target),
                settings(target),
                median,
                format!("{low}–{high}"),
                projection.unit.clone(),
            ]);
        }
    }
    format!("{rows}\n")
}

/// The 5 and the 95 % quantile of P over what is not known; empty where it does not move P.
fn settings(target: &TargetProjection) -> String {
    let ends = target.spread().map(|spread| words::spread_ends(Language::english(), spread));
    ends.map_or_else(String::new, |[low, high]| format!("{low} to {high}"))
}

/// The 5, 50 and 95 % quantile of the total in the target's own period.
fn middle(projection: &Projection, target: &TargetProjection) -> [String; 3] {
    let series = projection.series.iter().find(|series| series.name == target.series);
    let is_own = |point: &&FanPoint| point.period == target.period;
    let own = series.and_then(|series| series.periods.iter().skip(1).find(is_own));
    let quantile = |place: usize| own.map_or(f64::NAN, |point| point.quantiles[place]);
    [1, 4, 7].map(|place| words::rounded(quantile(place)))
}
