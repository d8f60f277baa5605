//! Weighted paths: drawn where rare events are common, counted for probabilities only.

use super::{Detail, ForcedPlace, PeriodPlace, TargetPlace};
use crate::importance::{Criterion, Drawing, Mixture, Side};
use crate::model::{Alike, Block, BlockPoints, Model, TargetModel, evaluate_in_turn};
use crate::statistics::{WeightedSum, WeightedTally};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Paths of weighted runs begin here: their draws are those of no plain one.
pub const WEIGHTED_PATHS: u64 = 1 << 61;

/// Plain paths to one weighted path.
pub const PLAIN_TO_WEIGHTED: u64 = 8;

/// Which probabilities weighted paths serve, and what these are drawn from.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct WeightedPlan {
    /// The distribution of points.
    pub mixture: Mixture,
    /// By model, target and period.
    pub rows: Vec<Vec<Vec<RowPlan>>>,
}

/// What weighted paths do for the probabilities of one period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct RowPlan {
    /// Weights are multiplied by 2 to this power, which makes them about 1.
    pub scale: i32,
    /// By criterion, *in* and *by*: the outcome that is counted, where weighted paths serve it.
    pub sides: [Option<Side>; 2],
}

impl RowPlan {
    /// The outcome that is counted for a criterion.
    pub fn side(&self, criterion: Criterion) -> Option<Side> {
        self.sides[criterion as usize]
    }
}

/// What was counted of weighted paths.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeightedState {
    /// Paths.
    pub paths: u64,
    /// By model, target, period and criterion.
    rows: Vec<Vec<Vec<[WeightedSum; 2]>>>,
    /// By model, target and intervention, for the target's own period: where it is made to happen,
    /// and where it is kept from happening.
    forced: Vec<Vec<Vec<[WeightedSum; 2]>>>,
    /// By model and target, for its own period: where no intervention takes effect.
    without_measures: Vec<Vec<WeightedSum>>,
    /// For each matched target and each model after the first: its hits minus those of the first.
    pairs: Vec<Vec<WeightedSum>>,
}

/// Weighted paths of models, and what is counted of them.
#[derive(Clone, Copy)]
pub struct WeightedRun<'a> {
    /// Which probabilities they serve.
    pub plan: &'a WeightedPlan,
    /// How much to count.
    pub detail: Detail,
    /// The models.
    pub models: &'a [Model],
    /// Targets to count jointly: for each, its index in every model.
    pub matched: &'a [Vec<usize>],
}

/// A block of paths as one target sees it.
struct Seen<'a> {
    place: TargetPlace,
    /// What weighted paths do for each period of the target.
    rows: &'a [RowPlan],
    model: &'a Model,
    block: &'a mut Block,
    /// Paths that count.
    count: usize,
}

impl Seen<'_> {
    fn target(&self) -> &TargetModel {
        &self.model.targets[self.place.target]
    }

    /// The row of the target's own period and the outcome that it counts, where weighted paths
    /// serve it.
    fn own_side(&self) -> Option<(RowPlan, Side)> {
        let row = *self.rows.last()?;
        Some((row, row.side(Criterion::In)?))
    }
}

/// One thread's room for weighted paths.
pub struct WeightedWorker {
    drawing: Drawing,
    row: Vec<f64>,
    reached: Vec<bool>,
    /// By model and target, which paths reach it in its own period.
    own: Vec<Vec<Vec<bool>>>,
    /// What it counted.
    pub state: WeightedState,
}

impl WeightedPlan {
    /// What weighted paths do for each period of a target.
    fn rows_of(&self, place: TargetPlace) -> &[RowPlan] {
        &self.rows[place.model][place.target]
    }

    /// The power of 2 that scales a difference between the first model and another.
    fn pair_scale(&self, matched: &[usize], other: usize) -> i32 {
        let own = |model: usize| {
            self.rows[model][matched[model]].last().map_or(0, |row: &RowPlan| row.scale)
        };
        own(0).min(own(other))
    }
}

impl WeightedState {
    fn new(plan: &WeightedPlan, models: &[Model], matched: &[Vec<usize>]) -> Self {
        let sums = |rows: &Vec<RowPlan>| vec![[WeightedSum::default(); 2]; rows.len()];
        let of_model = |targets: &Vec<Vec<RowPlan>>| targets.iter().map(sums).collect();
        let others = plan.rows.len().saturating_sub(1);
        let forced = |model: &Model| {
            vec![vec![[WeightedSum::default(); 2]; model.interventions()]; model.targets.len()]
        };
        let without_measures = |model: &Model| vec![WeightedSum::default(); model.targets.len()];
        Self {
            paths: 0,
            rows: plan.rows.iter().map(of_model).collect(),
            forced: models.iter().map(forced).collect(),
            without_measures: models.iter().map(without_measures).collect(),
            pairs: vec![vec![WeightedSum::default(); others]; matched.len()],
        }
    }

    /// Adds what another state of the same plan has counted.
    pub fn merge(&mut self, other: &Self) {
        self.paths += other.paths;
        let rows = self.rows.iter_mut().flatten().flatten().flatten();
        rows.zip(other.rows.iter().flatten().flatten().flatten()).for_each(|(a, b)| a.merge(b));
        let forced = self.forced.iter_mut().flatten().flatten().flatten();
        let others = other.forced.iter().flatten().flatten().flatten();
        forced.zip(others).for_each(|(a, b)| a.merge(b));
        let without = self.without_measures.iter_mut().flatten();
        without.zip(other.without_measures.iter().flatten()).for_each(|(a, b)| a.merge(b));
        let pairs = self.pairs.iter_mut().flatten();
        pairs.zip(other.pairs.iter().flatten()).for_each(|(a, b)| a.merge(b));
    }

    /// What was counted for one probability, where weighted paths serve it.
    pub fn tally(
        &self,
        plan: &WeightedPlan,
        PeriodPlace { target: TargetPlace { model, target }, period }: PeriodPlace,
        criterion: Criterion,
    ) -> Option<WeightedTally> {
        let weights = self.rows[model][target][period][criterion as usize];
        self.tally_of(weights, &plan.rows[model][target][period], criterion)
    }

    /// What was counted of reaching a target in its own period if an intervention happens (`answer`
    /// 0) or not (1), where weighted paths serve its probability.
    pub fn forced(
        &self,
        plan: &WeightedPlan,
        ForcedPlace { target: TargetPlace { model, target }, intervention }: ForcedPlace,
        answer: usize,
    ) -> Option<WeightedTally> {
        let weights = self.forced[model][target][intervention][answer];
        self.tally_of(weights, plan.rows[model][target].last()?, Criterion::In)
    }

    /// What was counted of reaching a target in its own period where no intervention takes effect.
    pub fn without_measures(
        &self,
        plan: &WeightedPlan,
        TargetPlace { model, target }: TargetPlace,
    ) -> Option<WeightedTally> {
        let weights = self.without_measures[model][target];
        self.tally_of(weights, plan.rows[model][target].last()?, Criterion::In)
    }

    fn tally_of(
        &self,
        weights: WeightedSum,
        row: &RowPlan,
        criterion: Criterion,
    ) -> Option<WeightedTally> {
        let is_complement = row.side(criterion)? == Side::Miss;
        Some(WeightedTally { weights, paths: self.paths, scale: row.scale, is_complement })
    }

    /// The mean difference of a matched target's hits between the first model and another, and its
    /// standard error.
    pub fn difference(
        &self,
        plan: &WeightedPlan,
        (number, matched): (usize, &[usize]),
        other: usize,
    ) -> (f64, f64) {
        let scale = plan.pair_scale(matched, other);
        self.pairs[number][other - 1].mean(self.paths, scale)
    }
}

impl WeightedWorker {
    /// Room for blocks of `lanes` paths.
    pub fn new(WeightedRun { plan, models, matched, .. }: WeightedRun<'_>, lanes: usize) -> Self {
        let own = |model: &Model| vec![vec![false; lanes]; model.targets.len()];
        Self {
            drawing: plan.mixture.room(lanes),
            row: vec![0.0; lanes],
            reached: vec![false; lanes],
            own: models.iter().map(own).collect(),
            state: WeightedState::new(plan, models, matched),
        }
    }

    /// Draws a block of paths and counts the first `count` of them.
    pub fn run_block(
        &mut self,
        WeightedRun { plan, detail, matched, .. }: WeightedRun<'_>,
        paths: Range<u64>,
        alike: Alike<'_>,
        blocks: &mut [Block],
    ) {
        let first_path = WEIGHTED_PATHS + paths.start;
        let count = (paths.end - paths.start) as usize;
        plan.mixture.draw(first_path, &mut self.drawing);
        self.state.paths += count as u64;
        for (index, model) in alike.models.iter().enumerate() {
            let points = BlockPoints { source: &self.drawing.points, first_path };
            let block = evaluate_in_turn(alike, index, points, blocks);
            for target in 0..model.targets.len() {
                let place = TargetPlace { model: index, target };
                let mut seen = Seen { place, rows: plan.rows_of(place), model, block, count };
                self.count_target(&seen);
                if detail == Detail::Full {
                    self.count_forced(&mut seen);
                    self.count_without_measures(&mut seen);
                }
            }
        }
        self.count_pairs(plan, matched, count);
    }

    fn count_target(&mut self, seen: &Seen<'_>) {
        let Seen { place: TargetPlace { model: index, target }, rows, count, .. } = *seen;
        let (given, block) = (seen.target(), &*seen.block);
        self.reached.fill(false);
        for (position, (_, steps)) in given.periods.iter().enumerate() {
            block.total(&given.flows, steps.clone(), &mut self.row);
            let scale = libm::ldexp(1.0, rows[position].scale);
            let [inside, by] = &mut self.state.rows[index][target][position];
            for lane in 0..count {
                let is_hit = self.row[lane] >= given.at_least;
                self.reached[lane] |= is_hit;
                let weight = || self.drawing.weights[lane] * scale;
                let counts = |criterion, is_hit: bool| {
                    rows[position].side(criterion).is_some_and(|side| (side == Side::Hit) == is_hit)
                };
                if counts(Criterion::In, is_hit) {
                    inside.add(weight());
                }
                if counts(Criterion::By, self.reached[lane]) {
                    by.add(weight());
                }
                self.own[index][target][lane] = is_hit;
            }
        }
    }

    /// Hits if each intervention happens or not, all else shared, as the plain paths have it.
    fn count_forced(&mut self, seen: &mut Seen<'_>) {
        let Some((row, side)) = seen.own_side() else { return };
        let Seen { place: TargetPlace { model: index, target }, model, count, .. } = *seen;
        let (given, block) = (&model.targets[target], &mut *seen.block);
        let scale = libm::ldexp(1.0, row.scale);
        for k in (0..model.interventions()).filter(|k| model.is_random(*k)) {
            model.total_if_flipped(given, k, block, &mut self.row);
            let [yes, no] = &mut self.state.forced[index][target][k];
            for (lane, happens) in block.happens(k)[..count].iter().enumerate() {
                let (as_drawn, flipped) =
                    if *happens > 0.0 { (&mut *yes, &mut *no) } else { (&mut *no, &mut *yes) };
                let weight = self.drawing.weights[lane] * scale;
                if self.own[index][target][lane] == (side == Side::Hit) {
                    as_drawn.add(weight);
                }
                if (self.row[lane] >= given.at_least) == (side == Side::Hit) {
                    flipped.add(weight);
                }
            }
        }
    }

    /// Hits where no intervention takes effect.
    fn count_without_measures(&mut self, seen: &mut Seen<'_>) {
        let Some((row, side)) = seen.own_side() else { return };
        let Seen { place: TargetPlace { model: index, target }, model, count, .. } = *seen;
        let (given, block) = (&model.targets[target], &mut *seen.block);
        if !model.has_measures(given) {
            return;
        }
        model.total_without_measures(given, block, &mut self.row);
        let scale = libm::ldexp(1.0, row.scale);
        let sum = &mut self.state.without_measures[index][target];
        for (total, weight) in self.row[..count].iter().zip(&self.drawing.weights) {
            if (*total >= given.at_least) == (side == Side::Hit) {
                sum.add(weight * scale);
            }
        }
    }

    fn count_pairs(&mut self, plan: &WeightedPlan, matched: &[Vec<usize>], count: usize) {
        for (number, matched) in matched.iter().enumerate() {
            for other in 1..matched.len() {
                let scale = libm::ldexp(1.0, plan.pair_scale(matched, other));
                let (first, second) = (&self.own[0][matched[0]], &self.own[other][matched[other]]);
                for lane in 0..count {
                    let difference = f64::from(i8::from(second[lane]) - i8::from(first[lane]));
                    if difference != 0.0 {
                        let weight = self.drawing.weights[lane] * scale;
                        self.state.pairs[number][other - 1].add(difference * weight);
                    }
                }
            }
        }
    }
}
