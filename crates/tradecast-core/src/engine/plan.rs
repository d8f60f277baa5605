//! How each probability is estimated: a pilot looks at the models, a pure function of them and the
//! seed, before the first path counts. Its own paths are used for nothing else.

use super::weighted::{RowPlan, WeightedPlan, WeightedState};
use super::{Detail, ForcedPlace, PeriodPlace, Simulation, TargetPlace};
use crate::importance::{self, Aim, Criterion, Event, PILOT_PATHS, Side, aim};
use crate::model::{Block, Model};
use crate::random::{Philox, Quasi, ROUND};
use crate::scenario::Method;
use crate::statistics::{Tally, WeightedTally};
use crate::threads::Threads;
use std::ops::ControlFlow;

/// Plain paths of the pilot.
const PATHS: u64 = 1 << 14;
/// Paths of one block of the pilot for evenly spread points.
const LANES: usize = 256;
/// Paths that show what evenly spread points save.
const SPREAD_PATHS: u64 = 4 * ROUND;
/// What such a path costs more than a plain one, and a margin for the pilot's own error.
const SPREAD_COST: f64 = 3.0;
/// An outcome is rare when the pilot sees it less often.
const RARE: u64 = 128;
/// The same where scenarios are compared: a difference is sharp where both probabilities come from
/// the same paths, so weighted ones serve more of them.
const RARE_OF_SEVERAL: u64 = 820;
/// Weighted paths of the trial of a mixture.
const TRIAL: u64 = 1 << 13;
/// The least number of effective hits in the trial: with fewer, its own figures mean little.
const LEAST_TRIAL_HITS: f64 = 25.0;
/// By how much weighted paths must be better than the plain ones beside them: the trial's own figure
/// is uncertain.
const BETTER: f64 = 2.0;
/// The least number of effective hits that an estimate may rest on.
const LEAST_HITS: f64 = 100.0;
/// The most periods of a target that are looked at, from its own backwards.
const MOST_PERIODS: usize = 4;
/// With more numbers in a point than this, a pilot of one period takes long enough.
const MANY: usize = 256;
/// The largest share of the mixture for a period before a target's own, that one's being 1.
const EARLIER_SHARE: f64 = 0.3;

/// Why weighted paths do not serve a probability that they were drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// A few weights are most of the sum.
    Degenerate,
    /// Plain paths say otherwise.
    Contradicted,
}

/// What a plan is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The method.
    pub method: Method,
    /// The seed of the pilots' draws.
    pub seed: u64,
    /// How much is counted.
    pub detail: Detail,
    /// Whether the run ends once its probabilities are known to a precision.
    pub has_precision: bool,
}

impl Asked {
    /// For a run of so many paths.
    pub fn new(method: Method, seed: u64, detail: Detail) -> Self {
        Self { method, seed, detail, has_precision: false }
    }
}

/// How a run's probabilities are estimated.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Plan {
    /// Evenly spread points for all other paths.
    pub spread: Option<Quasi>,
    /// Weighted paths, for the probabilities that they serve.
    pub weighted: Option<WeightedPlan>,
}

impl Plan {
    /// Plain paths for all.
    pub fn plain() -> Self {
        Self::default()
    }

    /// What a probability is estimated from: weighted paths where the plan says so and they are fit
    /// for it, else plain ones.
    ///
    /// Weights that a few paths dominate are no estimate; nor are those that plain paths contradict:
    /// a part of the event was not found.
    pub fn choose(
        &self,
        plain: Tally,
        weighted: Option<&WeightedState>,
        place: PeriodPlace,
        criterion: Criterion,
    ) -> (Tally, Option<Doubt>) {
        let planned = self.weighted.as_ref().zip(weighted);
        let Some(tally) = planned.and_then(|(plan, state)| state.tally(plan, place, criterion))
        else {
            return (plain, None);
        };
        served_by(tally, plain)
    }

    /// The same for a target's own period if an intervention happens (`answer` 0) or not (1).
    pub fn choose_forced(
        &self,
        plain: Tally,
        weighted: Option<&WeightedState>,
        place: ForcedPlace,
        answer: usize,
    ) -> Tally {
        let planned = self.weighted.as_ref().zip(weighted);
        match planned.and_then(|(plan, state)| state.forced(plan, place, answer)) {
            Some(tally) => served_by(tally, plain).0,
            None => plain,
        }
    }

    /// The same for a target's own period where no intervention takes effect.
    pub fn choose_without_measures(
        &self,
        plain: Tally,
        weighted: Option<&WeightedState>,
        place: TargetPlace,
    ) -> Tally {
        let planned = self.weighted.as_ref().zip(weighted);
        match planned.and_then(|(plan, state)| state.without_measures(plan, place)) {
            Some(tally) => served_by(tally, plain).0,
            None => plain,
        }
    }

    /// Pilots, and decides. With [`Detail::Attainment`] only the targets' own periods count.
    ///
    /// [`Method::Auto`] has weighted paths for what is rare. Where a precision is asked for, other
    /// paths are evenly spread if the pilot shows that this takes fewer: for a given number of them
    /// plain ones are faster, and their intervals need no scramblings.
    pub fn new(models: &[Model], asked: Asked, threads: &Threads) -> Self {
        let Asked { method, seed, has_precision, .. } = asked;
        match method {
            Method::MonteCarlo => Self::plain(),
            Method::QuasiMonteCarlo => Self { spread: Some(spread(models, seed)), weighted: None },
            Method::ImportanceSampling => {
                Self { spread: None, weighted: weighted(models, asked, threads) }
            }
            Method::Auto => Self {
                spread: has_precision.then(|| spread_if_better(models, seed, threads)).flatten(),
                weighted: weighted(models, asked, threads),
            },
        }
    }
}

/// A weighted tally where it is fit, else the plain one with what speaks against the other.
fn served_by(tally: WeightedTally, plain: Tally) -> (Tally, Option<Doubt>) {
    let (hits, paths) = plain.hits();
    let counted = if tally.is_complement { paths - hits } else { hits };
    if tally.weights.effective_hits() < LEAST_HITS {
        (plain, Some(Doubt::Degenerate))
    } else if tally.is_contradicted_by(counted, paths) {
        (plain, Some(Doubt::Contradicted))
    } else {
        (Tally::Weighted(tally), None)
    }
}

/// Evenly spread points where they save more paths than each costs more, for every probability
/// that is not rare.
fn spread_if_better(models: &[Model], seed: u64, threads: &Threads) -> Option<Quasi> {
    let points = spread(models, seed);
    let plan = Plan { spread: Some(points.of_pilot(seed)), weighted: None };
    let simulation = Simulation {
        models,
        plan: &plan,
        detail: Detail::Attainment,
        matched: &[],
        threads,
        lanes: None,
    };
    let outcome = simulation.run(0..SPREAD_PATHS, |_| ControlFlow::Continue(()));
    let is_better = |model: usize, target: usize| {
        let tally = outcome.count(model, |state| state.hits()[target]);
        let (hits, paths) = tally.hits();
        let is_rare = hits.min(paths - hits) * PATHS < RARE * paths;
        is_rare || tally.effective_paths() > SPREAD_COST * paths as f64
    };
    let mut each = models
        .iter()
        .enumerate()
        .flat_map(|(index, model)| (0..model.targets.len()).map(move |target| (index, target)));
    each.all(|(model, target)| is_better(model, target)).then_some(points)
}

/// Evenly spread points whose first dimension is the direction in which the totals of the targets
/// grow fastest on average: E(z f(z)) = E(∇f(z)) for standard normal z (Stein 1981).
fn spread(models: &[Model], seed: u64) -> Quasi {
    let coordinates = importance::coordinates(models);
    let mut weights = vec![0.0; coordinates.len()];
    let mut blocks: Vec<Block> = models.iter().map(|model| model.block(LANES)).collect();
    let (mut sums, mut row) = ([0.0; LANES], [0.0; LANES]);
    for first in (PILOT_PATHS..PILOT_PATHS + PATHS).step_by(LANES) {
        sums.fill(0.0);
        for (model, block) in models.iter().zip(&mut blocks) {
            model.evaluate(&Philox, first, block);
            for target in &model.targets {
                block.total(&target.flows, target.own_steps(), &mut row);
                for (sum, total) in sums.iter_mut().zip(&row) {
                    *sum += libm::log1p(total / target.at_least);
                }
            }
        }
        let mean = sums.iter().sum::<f64>() / LANES as f64;
        for (weight, coordinate) in weights.iter_mut().zip(&coordinates) {
            coordinate.normals(first, &mut row);
            *weight += sums.iter().zip(&row).map(|(sum, z)| (sum - mean) * z).sum::<f64>();
        }
    }
    Quasi::new(coordinates.into_iter().zip(weights).collect(), seed)
}

fn weighted(
    models: &[Model],
    Asked { method, seed, detail, .. }: Asked,
    threads: &Threads,
) -> Option<WeightedPlan> {
    let rows = rows(models, method == Method::ImportanceSampling, detail, threads);
    // All earlier periods together have at most as much as the targets' own.
    let earlier = rows.iter().filter(|row| !row.is_own).count();
    let earlier_share = EARLIER_SHARE.min(1.0 / earlier as f64);
    let aims: Vec<(Row, Aim<'_>)> =
        rows.iter().filter_map(|row| Some((*row, row.aim(models, earlier_share)?))).collect();
    let only: Vec<Aim<'_>> = aims.iter().map(|(_, aim)| *aim).collect();
    let (mixture, found) = aim(models, &only, seed, threads)?;
    let mut plan = WeightedPlan { mixture, rows: empty_rows(models) };
    for ((row, _), probability) in aims.iter().zip(found) {
        let Some(probability) = probability else { continue };
        let PeriodPlace { target: TargetPlace { model, target }, period } = row.place;
        plan.rows[model][target][period] =
            RowPlan { scale: -libm::ilogb(probability), sides: row.sides };
    }
    keep_what_fits(&mut plan, models, method, threads);
    let is_used = plan.rows.iter().flatten().flatten().any(|row| row.sides != [None; 2]);
    is_used.then_some(plan)
}

fn empty_rows(models: &[Model]) -> Vec<Vec<Vec<RowPlan>>> {
    let of_model = |model: &Model| {
        model.targets.iter().map(|target| vec![RowPlan::default(); target.periods.len()]).collect()
    };
    models.iter().map(of_model).collect()
}

/// The probabilities of one period, and which outcome of each is to be looked for.
#[derive(Clone, Copy, Debug)]
struct Row {
    place: PeriodPlace,
    /// By criterion.
    sides: [Option<Side>; 2],
    is_own: bool,
}

impl Row {
    /// The event that holds all that is looked for.
    fn aim<'a>(&self, models: &'a [Model], earlier_share: f64) -> Option<Aim<'a>> {
        let PeriodPlace { target: TargetPlace { model, target }, period } = self.place;
        let (criterion, side) = match self.sides {
            [_, Some(Side::Hit)] => (Criterion::By, Side::Hit),
            [Some(side), _] => (Criterion::In, side),
            [None, Some(Side::Miss)] => (Criterion::By, Side::Miss),
            [None, None] => return None,
        };
        Some(Aim {
            model: &models[model],
            event: Event { target, position: period, criterion, side },
            share: if self.is_own { 1.0 } else { earlier_share },
        })
    }
}

/// What plain paths of a pilot show to be rare, or all where `is_all`.
fn rows(models: &[Model], is_all: bool, detail: Detail, threads: &Threads) -> Vec<Row> {
    let plain = Plan::plain();
    let simulation = Simulation {
        models,
        plan: &plain,
        detail: Detail::Attainment,
        matched: &[],
        threads,
        lanes: None,
    };
    let states = simulation.pilot(PILOT_PATHS..PILOT_PATHS + PATHS);
    let rare = if detail == Detail::Full { RARE } else { RARE_OF_SEVERAL };
    let side = |hits: u64| match hits {
        hits if hits < rare || is_all && hits <= PATHS / 2 => Some(Side::Hit),
        hits if hits > PATHS - rare || is_all => Some(Side::Miss),
        _ => None,
    };
    let is_small = importance::coordinates(models).len() <= MANY;
    let most_periods = if detail == Detail::Full && is_small { MOST_PERIODS } else { 1 };
    let mut rows = Vec::new();
    for (model, state) in states.iter().enumerate() {
        for (target, counts) in state.targets.iter().enumerate() {
            let last = counts.inside.len() - 1;
            let first = if detail == Detail::Full { 0 } else { last };
            let of_target = (first..=last).rev().map(|position| Row {
                place: TargetPlace { model, target }.period(position),
                sides: [side(counts.inside[position]), side(counts.by[position])],
                is_own: position == last,
            });
            let rare = of_target.filter(|row| row.sides != [None; 2]);
            rows.extend(rare.take(most_periods));
        }
    }
    rows
}

/// Tries the mixture, and keeps it for the probabilities that it serves better than plain paths do.
fn keep_what_fits(plan: &mut WeightedPlan, models: &[Model], method: Method, threads: &Threads) {
    let with_mixture = Plan { spread: None, weighted: Some(plan.clone()) };
    let simulation = Simulation {
        models,
        plan: &with_mixture,
        detail: Detail::Attainment,
        matched: &[],
        threads,
        lanes: None,
    };
    let Some(trial) = simulation.run_weighted_alone(PILOT_PATHS..PILOT_PATHS + TRIAL, |_| {})
    else {
        return;
    };
    let tried = plan.clone();
    for (model, targets) in plan.rows.iter_mut().enumerate() {
        for (target, periods) in targets.iter_mut().enumerate() {
            for (position, row) in periods.iter_mut().enumerate() {
                for criterion in [Criterion::In, Criterion::By] {
                    let place = TargetPlace { model, target }.period(position);
                    let Some(tally) = trial.tally(&tried, place, criterion) else { continue };
                    let hits = tally.weights.effective_hits();
                    let effective = Tally::Weighted(tally).effective_paths();
                    let gain = effective / TRIAL as f64 / super::PLAIN_TO_WEIGHTED as f64;
                    let is_better = gain > BETTER || method == Method::ImportanceSampling;
                    if hits < LEAST_TRIAL_HITS || !is_better {
                        row.sides[criterion as usize] = None;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::vectorised::assert_same;
    use crate::scenario::Scenario;

    /// Pilots, weighted paths and evenly spread ones, whole: a plan to the bit, and its counts.
    #[test]
    fn every_instruction_set_plans_and_counts_alike() {
        let file = crate::repository("scenarios/pakistan-kyrgyzstan/history-continues.toml");
        let scenario = Scenario::read(file).expect("a valid scenario");
        let models = [Model::new(&scenario, 1)];
        // This thread itself: what it is held to holds for all that is done.
        let threads = &Threads::Serial;
        for method in [Method::ImportanceSampling, Method::QuasiMonteCarlo] {
            assert_same(|| {
                let plan = Plan::new(&models, Asked::new(method, 1, Detail::Full), threads);
                let (detail, matched) = (Detail::Attainment, &[][..]);
                let plan_ref = &plan;
                let simulation = Simulation {
                    models: &models,
                    plan: plan_ref,
                    detail,
                    matched,
                    threads,
                    lanes: None,
                };
                let outcome = simulation.run(0..20_000, |_| ControlFlow::Continue(()));
                (plan.identity(), outcome.states, outcome.scramblings, outcome.weighted)
            });
        }
    }
}
