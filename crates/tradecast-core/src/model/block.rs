//! The outcome of a model on a block of paths.

use super::disruption::{EventRoom, Span};
use super::parameters::Drawn;
use super::prices::PriceRows;
use super::rows::{self, Operand, Rows};
use super::shock::ShockRows;
use super::twins::Beside;
use super::walk::{Move, WalkRows, add_operand};
use super::{FlowModel, Model, TargetModel};
use crate::random::PointSource;
use std::ops::Range;

/// Working room for one block, and the outcome of the last evaluation in it.
#[derive(Clone, Debug)]
pub struct Block {
    lanes: usize,
    pub(super) drawn: Drawn,
    shocks: ShockRows,
    walks: WalkRows,
    events: EventRoom,
    /// Amounts a step: row `step × flows + flow`.
    flows: Rows,
    /// Observed baselines as annual rates, a row a flow.
    baselines: Rows,
    /// Undisturbed levels before lifts: as `flows`; only where something acts on them.
    pub(super) levels: Rows,
    /// Mean activity: row `step × interventions + intervention`.
    pub(super) activity: Rows,
    /// 1 where an intervention happens, a row each.
    happens: Rows,
    /// 1 where it and all that it needs happen, a row each.
    pub(super) effective: Rows,
    /// Share lost: row `disruption × steps + step`.
    pub(super) losses: Rows,
    /// As `effective`, with one intervention's own draw the other way round: only its dependents.
    flipped: Rows,
    /// Which interventions have a row in `flipped`.
    is_flipped: Vec<bool>,
    /// The price index; empty under current prices.
    pub(super) prices: PriceRows,
    scratch: Rows,
    /// One flow in one step.
    flow: Vec<f64>,
    flows_a_step: usize,
    interventions: usize,
    steps: usize,
    has_levels: bool,
}

/// What acts on the flows of one step.
struct Acted<'a> {
    step: usize,
    levels: &'a Rows,
    activity: &'a Rows,
    losses: &'a Rows,
    drawn: &'a Drawn,
}

/// Rows of [`Block::scratch`].
const LIFT: usize = 0;
const ADDED: usize = 1;
const KEPT: usize = 2;
const LOG: usize = 3;
const SCRATCH_ROWS: usize = 4;

impl Model {
    /// Room for blocks of `lanes` paths, a multiple of [`crate::random::GROUP`].
    pub fn block(&self, lanes: usize) -> Block {
        let (steps, flows) = (self.timeline.steps, self.flows.len());
        let rows = |count| Rows::new(count, lanes);
        let acted = if self.has_actions() { steps * flows } else { 0 };
        Block {
            lanes,
            drawn: self.parameters.room(lanes),
            shocks: self.shocks.room(lanes),
            walks: WalkRows::new(&self.walks, lanes),
            events: EventRoom::new(if self.disruptions.is_empty() { 0 } else { lanes }),
            flows: rows(steps * flows),
            baselines: rows(flows),
            levels: rows(acted),
            activity: rows(steps * self.interventions.len()),
            happens: rows(self.interventions.len()),
            effective: rows(self.interventions.len()),
            losses: rows(steps * self.disruptions.len()),
            flipped: rows(self.interventions.len()),
            is_flipped: vec![false; self.interventions.len()],
            prices: PriceRows::new(self.deflator.is_some(), steps, flows, lanes),
            scratch: rows(SCRATCH_ROWS),
            flow: vec![0.0; lanes],
            flows_a_step: flows,
            interventions: self.interventions.len(),
            steps,
            has_levels: self.has_actions(),
        }
    }

    /// The number of flows.
    pub fn flows(&self) -> usize {
        self.flows.len()
    }

    /// Whether an intervention may happen or not, rather than being certain.
    pub fn is_random(&self, intervention: usize) -> bool {
        let probability = self.interventions[intervention].chance.probability;
        !matches!(self.parameters.certain(probability), Some(p) if p <= 0.0 || p >= 1.0)
    }

    /// Whether the observed baselines of flows are the same on all paths.
    pub fn has_certain_baseline(&self, flows: &[usize]) -> bool {
        let is_certain =
            |flow: &usize| self.parameters.certain(self.flows[*flow].baseline).is_some();
        self.deflator.is_none() && flows.iter().all(is_certain)
    }

    /// The number of interventions.
    pub fn interventions(&self) -> usize {
        self.interventions.len()
    }

    /// The number of disruptions.
    pub fn disruptions(&self) -> usize {
        self.disruptions.len()
    }

    /// Bytes of working room a path, for the choice of a block size.
    pub fn bytes_a_path(&self) -> usize {
        let per_step = self.flows.len() * if self.has_actions() { 2 } else { 1 }
            + self.interventions.len()
            + self.disruptions.len();
        let rows = self.timeline.steps * per_step + 2 * self.walks.len() + self.flows.len() + 8;
        rows * size_of::<f64>()
    }

    /// Whether interventions or disruptions act on flows.
    pub(super) fn has_actions(&self) -> bool {
        !self.interventions.is_empty() || !self.disruptions.is_empty()
    }

    /// Evaluates the paths `first_path ..` of a block.
    pub fn evaluate(&self, points: &dyn PointSource, first_path: u64, block: &mut Block) {
        self.evaluate_beside(points, first_path, Beside::nothing(), block);
    }

    /// The same, copying what other blocks of the same paths hold already.
    pub(super) fn evaluate_beside(
        &self,
        points: &dyn PointSource,
        first_path: u64,
        beside: Beside<'_>,
        block: &mut Block,
    ) {
        self.parameters.draw(points, first_path, beside, &mut block.drawn);
        self.decide(block);
        self.draw_losses(points, first_path, beside, block);
        self.write_baselines(block);
        self.write_activity(block);
        block.walks.reset();
        for step in 0..self.timeline.steps {
            self.advance(points, first_path, step, beside, block);
            if let Some(deflator) = &self.deflator {
                block.prices.keep(deflator, step, &block.walks.log_levels);
            }
            self.write_levels(step, beside, block);
            self.write_flows(step, block);
        }
        if let Some(deflator) = &self.deflator {
            let Block { prices, flows, baselines, .. } = block;
            prices.deflate(deflator, flows, baselines);
        }
    }

    /// Which interventions happen, and which take effect.
    fn decide(&self, block: &mut Block) {
        for (index, intervention) in self.interventions.iter().enumerate() {
            let row = block.happens.row_mut(index);
            intervention.chance.decide(&self.parameters, &block.drawn, row);
        }
        self.take_effect(block);
    }

    /// Which interventions take effect: those that happen with all that they need.
    fn take_effect(&self, block: &mut Block) {
        for index in &self.order {
            block.effective.row_mut(*index).copy_from_slice(block.happens.row(*index));
            for need in &self.interventions[*index].needs {
                let (own, needed) = block.effective.pair_mut(*index, *need);
                rows::multiply(own, needed);
            }
        }
    }

    fn draw_losses(
        &self,
        points: &dyn PointSource,
        first_path: u64,
        beside: Beside<'_>,
        block: &mut Block,
    ) {
        let (steps, step_years) = (self.timeline.steps, self.timeline.step_years());
        let span = Span { points, first_path, steps, step_years };
        for (index, disruption) in self.disruptions.iter().enumerate() {
            if let Some(known) = beside.losses(index, steps) {
                block.losses.rows_mut(index * steps..(index + 1) * steps).copy_from_slice(known);
                continue;
            }
            let given = (&self.parameters, &block.drawn);
            disruption.losses(&span, given, &mut block.events, (&mut block.losses, index * steps));
        }
    }

    fn write_baselines(&self, block: &mut Block) {
        for (index, flow) in self.flows.iter().enumerate() {
            let row = block.baselines.row_mut(index);
            match self.parameters.operand(flow.baseline, &block.drawn) {
                Operand::Certain(value) => row.fill(value),
                Operand::Row(values) => row.copy_from_slice(values),
            }
        }
    }

    fn advance(
        &self,
        points: &dyn PointSource,
        first_path: u64,
        step: usize,
        beside: Beside<'_>,
        block: &mut Block,
    ) {
        if (0..self.walks.len()).all(|walk| beside.is_idle(walk)) {
            return;
        }
        let given = (&self.parameters, &block.drawn);
        self.shocks.draw(points, first_path, step, given, &mut block.shocks);
        let by = Move {
            points,
            first_path,
            step,
            year: self.timeline.year_of(step),
            is_new_year: step == 0
                || self.timeline.year_of(step) != self.timeline.year_of(step - 1),
            step_years: self.timeline.step_years(),
            steps: self.timeline.steps,
            parameters: &self.parameters,
            drawn: &block.drawn,
            shocks: &block.shocks,
        };
        let walks = self.walks.iter().enumerate().filter(|(index, _)| !beside.is_idle(*index));
        for (index, walk) in walks {
            walk.advance(index, &by, &mut block.walks);
        }
    }

    /// Undisturbed levels of a step, before lifts: rate · exp(log level) · Δ · season.
    fn write_levels(&self, step: usize, beside: Beside<'_>, block: &mut Block) {
        let target = if self.has_actions() { &mut block.levels } else { &mut block.flows };
        for (index, flow) in self.flows.iter().enumerate() {
            let out = target.row_mut(step * self.flows.len() + index);
            if let Some(known) = beside.level(index, step) {
                out.copy_from_slice(known);
                continue;
            }
            let own = block.walks.log_levels.row(flow.walk);
            let mut log_level = own;
            if !flow.elasticities.is_empty() {
                let sum = block.scratch.row_mut(LOG);
                sum.copy_from_slice(own);
                for (elasticity, walk) in &flow.elasticities {
                    let elasticity = self.parameters.operand(*elasticity, &block.drawn);
                    add_operand(sum, elasticity, block.walks.log_levels.row(*walk));
                }
                log_level = block.scratch.row(LOG);
            }
            self.write_level(flow, flow.step_factors[step], &block.drawn, log_level, out);
        }
    }

    fn write_level(
        &self,
        flow: &FlowModel,
        factor: f64,
        drawn: &Drawn,
        log_level: &[f64],
        out: &mut [f64],
    ) {
        let baseline = self.parameters.operand(flow.baseline, drawn);
        match baseline {
            Operand::Certain(rate) => rows::level(out, rate * factor, log_level),
            Operand::Row(rates) => {
                rows::level(out, factor, log_level);
                rows::multiply(out, rates);
            }
        }
        match flow.undo_loss.map(|undo| self.parameters.operand(undo, drawn)) {
            None => {}
            Some(Operand::Certain(factor)) => rows::scale(out, factor),
            Some(Operand::Row(factors)) => rows::multiply(out, factors),
        }
    }

    fn write_activity(&self, block: &mut Block) {
        let Block { activity, scratch, drawn, .. } = block;
        for (index, intervention) in self.interventions.iter().enumerate() {
            let steps = activity.every_mut(index, self.interventions.len());
            let room = scratch.rows_mut(0..3);
            intervention.timing.activity((&self.parameters, drawn), room, steps);
        }
    }

    /// Flows of a step from levels, interventions and losses.
    fn write_flows(&self, step: usize, block: &mut Block) {
        if !self.has_actions() {
            return;
        }
        let Block { flows, levels, activity, effective, losses, drawn, scratch, .. } = block;
        let acted = Acted { step, levels, activity, losses, drawn };
        for index in 0..self.flows.len() {
            let out = flows.row_mut(step * self.flows.len() + index);
            self.act(index, &acted, |k| effective.row(k), scratch, out);
        }
    }

    /// One flow in one step, given which interventions take effect.
    fn act<'a>(
        &self,
        flow: usize,
        acted: &Acted<'_>,
        effective: impl Fn(usize) -> &'a [f64],
        scratch: &mut Rows,
        out: &mut [f64],
    ) {
        let (step, model) = (acted.step, &self.flows[flow]);
        let activity = |k: usize| acted.activity.row(step * self.interventions.len() + k);
        scratch.row_mut(LIFT).fill(1.0);
        for (k, by) in &model.lifts {
            let by = self.parameters.operand(*by, acted.drawn);
            rows::lift(scratch.row_mut(LIFT), by, activity(*k), effective(*k));
        }
        scratch.row_mut(ADDED).fill(0.0);
        for (k, per_year) in &model.adds {
            let per_year = self.parameters.operand(*per_year, acted.drawn);
            let factor = self.timeline.step_years() * self.interventions[*k].season_factor;
            let row = scratch.row_mut(ADDED);
            rows::add_amount(row, (factor, per_year), activity(*k), effective(*k));
        }
        scratch.row_mut(KEPT).fill(1.0);
        for d in &model.disruptions {
            let loss = acted.losses.row(d * self.timeline.steps + step);
            rows::keep(scratch.row_mut(KEPT), loss);
        }
        let level = acted.levels.row(step * self.flows.len() + flow);
        rows::combine(out, level, scratch.row(LIFT), scratch.row(ADDED), scratch.row(KEPT));
    }

    /// Adds up a target's total over its own period as if one intervention's own draw were the
    /// other way round, all else shared; its needs and those who need it still count.
    pub fn total_if_flipped(
        &self,
        target: &TargetModel,
        intervention: usize,
        block: &mut Block,
        out: &mut [f64],
    ) {
        self.flip(intervention, block);
        let Block {
            flows,
            levels,
            activity,
            losses,
            drawn,
            scratch,
            effective,
            flipped,
            is_flipped,
            prices,
            flow,
            ..
        } = block;
        let effective = |k: usize| if is_flipped[k] { flipped.row(k) } else { effective.row(k) };
        out.fill(0.0);
        for step in target.own_steps() {
            let acted = Acted { step, levels, activity, losses, drawn };
            for index in &target.flows {
                if !self.flows[*index].is_acted_on_by(is_flipped) {
                    rows::add(out, flows.row(step * self.flows.len() + index));
                    continue;
                }
                self.act(*index, &acted, effective, scratch, flow);
                if self.deflator.is_some() {
                    rows::multiply(flow, prices.factors.row(step));
                }
                rows::add(out, flow);
            }
        }
    }

    /// Takes the paths of another block of this model, but with some interventions happening on all
    /// of them; whatever else was drawn stays.
    pub fn make_happen(&self, interventions: &[usize], from: &Block, block: &mut Block) {
        block.happens.clone_from(&from.happens);
        interventions.iter().for_each(|k| block.happens.row_mut(*k).fill(1.0));
        self.take_effect(block);
        let count = self.flows.len();
        for step in 0..self.timeline.steps {
            self.write_flows(step, block);
            let Block { flows, prices, .. } = &mut *block;
            if self.deflator.is_some() && self.has_actions() {
                let flows = flows.rows_mut(step * count..(step + 1) * count);
                let factor = prices.factors.row(step);
                flows.chunks_mut(factor.len()).for_each(|flow| rows::multiply(flow, factor));
            }
        }
    }

    /// Whether any intervention acts on a target's total.
    pub fn has_measures(&self, target: &TargetModel) -> bool {
        target.flows.iter().any(|flow| self.flows[*flow].is_acted_on())
    }

    /// Adds up a target's total over its own period as if no intervention took effect, all else
    /// shared.
    pub fn total_without_measures(&self, target: &TargetModel, block: &mut Block, out: &mut [f64]) {
        let Block { flows, levels, losses, prices, flow, .. } = block;
        out.fill(0.0);
        for step in target.own_steps() {
            for index in &target.flows {
                let place = step * self.flows.len() + index;
                let model = &self.flows[*index];
                if !model.is_acted_on() {
                    rows::add(out, flows.row(place));
                    continue;
                }
                flow.copy_from_slice(levels.row(place));
                for d in &model.disruptions {
                    rows::keep(flow, losses.row(d * self.timeline.steps + step));
                }
                if self.deflator.is_some() {
                    rows::multiply(flow, prices.factors.row(step));
                }
                rows::add(out, flow);
            }
        }
    }

    /// Which of an intervention and its dependents take effect, with its own draw the other way
    /// round.
    fn flip(&self, intervention: usize, block: &mut Block) {
        let Block { happens, effective, flipped, is_flipped, .. } = block;
        let dependents = &self.interventions[intervention].dependents;
        is_flipped.fill(false);
        dependents.iter().for_each(|k| is_flipped[*k] = true);
        for k in dependents {
            let row = flipped.row_mut(*k);
            row.copy_from_slice(happens.row(*k));
            if *k == intervention {
                row.iter_mut().for_each(|value| *value = 1.0 - *value);
            }
            for need in &self.interventions[*k].needs {
                if is_flipped[*need] {
                    let (own, needed) = flipped.pair_mut(*k, *need);
                    rows::multiply(own, needed);
                } else {
                    rows::multiply(flipped.row_mut(*k), effective.row(*need));
                }
            }
        }
    }
}

impl Block {
    /// The number of paths.
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// Adds up flows over steps.
    pub fn total(&self, flows: &[usize], steps: Range<usize>, out: &mut [f64]) {
        self.flows.sum(flows, steps, self.flows_a_step, out);
    }

    /// Adds up the observed baselines of flows, as amounts over `years`.
    pub fn baseline_total(&self, flows: &[usize], years: f64, out: &mut [f64]) {
        out.fill(0.0);
        for flow in flows {
            rows::add_scaled(out, years, self.baselines.row(*flow));
        }
    }

    /// From now on, a quantity whose normals are those of the evaluation before keeps its values.
    pub fn keep_quantities(&mut self) {
        self.drawn.keep();
    }

    /// 1 on the paths where an intervention's own draw says that it happens.
    pub fn happens(&self, intervention: usize) -> &[f64] {
        self.happens.row(intervention)
    }

    pub(super) fn drawn(&self) -> &Drawn {
        &self.drawn
    }

    /// The amounts of a flow in a step.
    pub fn flow(&self, flow: usize, step: usize) -> &[f64] {
        self.flows.row(step * self.flows_a_step + flow)
    }

    /// The undisturbed levels of a flow in a step, before lifts and not deflated; none where
    /// nothing acts on flows.
    pub(super) fn levels(&self, flow: usize, step: usize) -> Option<&[f64]> {
        self.has_levels.then(|| self.levels.row(step * self.flows_a_step + flow))
    }

    /// The mean activity of an intervention in a step, whether it happens or not.
    pub fn active(&self, intervention: usize, step: usize) -> &[f64] {
        let count = self.interventions;
        self.activity.row(step * count + intervention)
    }

    /// 1 on the paths where an intervention and all that it needs happen.
    pub fn effective(&self, intervention: usize) -> &[f64] {
        self.effective.row(intervention)
    }

    /// The share that a disruption takes in a step.
    pub fn loss(&self, disruption: usize, step: usize) -> &[f64] {
        self.losses.row(disruption * self.steps + step)
    }
}
