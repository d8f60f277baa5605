//! What is summarised: targets with their periods, totals and flows as series.

use super::{SeriesModel, TargetModel, Timeline};
use crate::calendar::Period;
use crate::scenario::{self, Scenario};

fn targets(scenario: &Scenario, timeline: &Timeline) -> Vec<TargetModel> {
    let compile = |target: &scenario::Target| {
        let periods = timeline.periods_up_to(target.period).into_iter();
        TargetModel {
            flows: target.flows.clone(),
            at_least: target.at_least.single(),
            periods: periods.map(|period| (period, timeline.steps_of(period))).collect(),
            series: 0,
        }
    };
    scenario.targets.iter().map(compile).collect()
}

/// The targets, and the series to summarise: a total for each different sum of flows, then every flow.
pub fn compile(scenario: &Scenario, timeline: &Timeline) -> (Vec<TargetModel>, Vec<SeriesModel>) {
    let mut targets = targets(scenario, timeline);
    let mut series: Vec<SeriesModel> = Vec::new();
    for (target, given) in targets.iter_mut().zip(&scenario.targets) {
        let same = |known: &SeriesModel| {
            known.flows == target.flows && known.periods[0].0.kind == given.period.kind
        };
        target.series = series.iter().position(same).unwrap_or(series.len());
        if target.series == series.len() {
            series.push(one_series(scenario, timeline, "total".to_owned(), &target.flows));
            series[target.series].is_total = true;
            series[target.series].periods.clone_from(&target.periods);
        }
        let known = &mut series[target.series];
        if target.periods.len() > known.periods.len() {
            known.periods.clone_from(&target.periods);
        }
        known.has_steps = given.period.months() > timeline.step.months();
    }
    let longest = targets.iter().max_by_key(|target| target.periods.last().map(|p| p.1.end));
    let periods = longest.map_or(Vec::new(), |target| target.periods.clone());
    for (index, flow) in scenario.flows.iter().enumerate() {
        let mut single = one_series(scenario, timeline, flow.name.clone(), &[index]);
        single.periods.clone_from(&periods);
        series.push(single);
    }
    (targets, series)
}

fn one_series(
    scenario: &Scenario,
    timeline: &Timeline,
    name: String,
    flows: &[usize],
) -> SeriesModel {
    let baselines = flows.iter().map(|flow| scenario.flows[*flow].baseline.period);
    SeriesModel {
        name,
        is_total: false,
        flows: flows.to_vec(),
        baseline: baselines.max_by_key(Period::end_month).unwrap_or(timeline.step_period(0)),
        periods: Vec::new(),
        has_steps: false,
        has_moments: flows.iter().all(|flow| scenario.has_moments(*flow)),
    }
}
