//! After a run of several scenarios: the chances of all of them in one table.

use super::terminal::Style;
use crate::words;
use tradecast_core::projection::{FanPoint, Projection, TargetProjection};

/// One row a scenario and target: P, its interval, the median and the middle 90 % of the total in the
/// target's period.
pub fn table(projections: &[Projection], style: Style) -> String {
    let header = ["scenario", "target", "in", "P", "95 % interval", "median", "5–95 %", ""];
    let mut rows = style.table(&header, 3);
    for projection in projections {
        for target in &projection.targets {
            let probability = &target.probability().estimate;
            let [low, median, high] = middle(projection, target);
            rows.add_row([
                projection.name.clone(),
                target.name.clone(),
                target.period.to_string(),
                words::percent_of(probability),
                words::percent_interval(&probability.interval),
                median,
                format!("{low}–{high}"),
                projection.unit.clone(),
            ]);
        }
    }
    format!("{rows}\n")
}

/// The 5, 50 and 95 % quantile of the total in the target's own period.
fn middle(projection: &Projection, target: &TargetProjection) -> [String; 3] {
    let series = projection.series.iter().find(|series| series.name == target.series);
    let is_own = |point: &&FanPoint| point.period == target.period;
    let own = series.and_then(|series| series.periods.iter().skip(1).find(is_own));
    let quantile = |place: usize| own.map_or(f64::NAN, |point| point.quantiles[place]);
    [1, 4, 7].map(|place| words::rounded(quantile(place)))
}
