//! The period by which a target is reached with a wanted probability: every period of the range is
//! counted on the same paths.

use super::{Answer, Found, FoundAll, Question};
use crate::model::Model;
use crate::scenario::Scenario;
use crate::statistics::{Estimate, LEVEL, proportion};
use crate::vary::{Look, VaryError, states};

/// Finds the first period of the range whose probability is at least the wanted one; none where the
/// watch ended it.
///
/// # Errors
/// A range whose ends the scenario does not allow.
pub fn find(
    scenario: &Scenario,
    question: &Question,
    look: Look<'_>,
) -> Result<Option<FoundAll>, VaryError> {
    let (first, last) = question.range;
    question.knob.apply(scenario, first)?;
    let longest = question.knob.apply(scenario, last)?;
    let models = [Model::new(&longest, look.seed)];
    let Some(states) = states(&models, look) else { return Ok(None) };
    let inside = &states[0].targets[look.target].inside;
    let periods = models[0].targets[look.target].periods.iter();
    let estimates: Vec<(f64, Estimate)> = periods
        .zip(inside)
        .map(|((period, _), hits)| {
            (f64::from(period.first_month), proportion(*hits, states[0].paths, LEVEL))
        })
        .filter(|(month, _)| (first..=last).contains(month))
        .collect();
    let answers = question.wanted.iter().map(|wanted| answer(&estimates, *wanted)).collect();
    let curve = estimates.iter().map(|(month, estimate)| (*month, estimate.value)).collect();
    Ok(Some((answers, curve)))
}

fn answer(estimates: &[(f64, Estimate)], wanted: f64) -> Answer {
    let first = |reaches: &dyn Fn(&Estimate) -> bool| {
        estimates.iter().find(|(_, estimate)| reaches(estimate)).copied()
    };
    let found = match first(&|estimate| estimate.value >= wanted) {
        Some((value, attained)) => {
            let lower = first(&|estimate| estimate.interval.upper >= wanted);
            let upper = first(&|estimate| estimate.interval.lower >= wanted);
            let (lower, upper) = (lower.map(|l| l.0), upper.map(|u| u.0));
            Found::Reached { value, lower, upper, attained, others: 0 }
        }
        None => out_of_reach(estimates),
    };
    Answer { wanted, found }
}

fn out_of_reach(estimates: &[(f64, Estimate)]) -> Found {
    let best = estimates.iter().reduce(|a, b| if b.1.value > a.1.value { b } else { a });
    let (value, nearest) = best.copied().unwrap_or((f64::NAN, proportion(0, 0, LEVEL)));
    let least = estimates.iter().map(|(_, e)| e.value).fold(f64::INFINITY, f64::min);
    let is_flat = nearest.value <= least && estimates.len() > 1;
    Found::OutOfReach { value, nearest, is_above: true, is_flat }
}
