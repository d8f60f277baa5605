//! From the outcome of a block to counts.

use super::state::{State, TargetState};
use super::{Detail, kernels};
use crate::model::{Block, Contributions, Model, SeriesModel, TargetModel};
use crate::statistics::QuantileSketch;
use std::ops::Range;

/// Working room for counting one model's blocks.
pub struct Recorder {
    detail: Detail,
    /// By target, the band of its total in which contributions are taken.
    bands: Vec<Range<f64>>,
    /// While the middle bands are not known: by target, what lies in the wide ones.
    collected: Option<Vec<Collected>>,
    /// By target, which paths of the block reach it in its own period.
    hits: Vec<Vec<bool>>,
    /// By target, which reach it in a period so far.
    reached: Vec<Vec<bool>>,
    /// By target, the totals of its own period.
    own_totals: Vec<Vec<f64>>,
    row: Vec<f64>,
    noted: Vec<bool>,
    /// Lanes in the middle band.
    lanes: Vec<u32>,
    contributions: Contributions,
}

/// What the first batch of paths shows of one target before its middle band is known.
#[derive(Clone, Default)]
struct Collected {
    /// All totals of the batch.
    batch: QuantileSketch,
    /// Those of them in the wide band.
    drawn: Vec<f64>,
    /// Totals of the counted paths in the wide band.
    totals: Vec<f64>,
    /// Their contributions, item after item.
    amounts: Vec<f64>,
}

/// How many of a block's paths are meant, from its first on.
#[derive(Clone, Copy, Debug)]
pub struct Lanes {
    /// Those that belong to the batch.
    pub drawn: usize,
    /// Those of them that count.
    pub counted: usize,
}

impl Recorder {
    /// Room for blocks of `lanes` paths.
    pub fn new(model: &Model, detail: Detail, lanes: usize) -> Self {
        let targets = model.targets.len();
        Self {
            detail,
            bands: Vec::new(),
            collected: None,
            hits: vec![vec![false; lanes]; targets],
            reached: vec![vec![false; lanes]; targets],
            own_totals: vec![vec![0.0; lanes]; targets],
            row: vec![0.0; lanes],
            noted: vec![false; lanes],
            lanes: vec![0; lanes],
            contributions: Contributions::new(model),
        }
    }

    /// Which paths of the last block reach a target in its own period.
    pub fn hits(&self, target: usize) -> &[bool] {
        &self.hits[target]
    }

    /// Collects contributions in wide bands until [`Recorder::settle`] says which of them count.
    pub fn collect(&mut self, wide: &[Range<f64>]) {
        self.bands = wide.to_vec();
        self.collected = Some(vec![Collected::default(); wide.len()]);
    }

    /// By target, the totals of the batch that was collected.
    pub fn batch_totals(&self) -> impl Iterator<Item = &QuantileSketch> {
        self.collected.iter().flatten().map(|collected| &collected.batch)
    }

    /// How many paths of the batch have a target's total in a band, as far as the wide band reaches.
    pub fn batch_paths_within(&self, target: usize, band: &Range<f64>) -> usize {
        let collected = self.collected.iter().flatten().nth(target);
        let drawn = collected.map_or(&[][..], |collected| &collected.drawn);
        drawn.iter().filter(|total| holds(band, **total)).count()
    }

    /// Counts what was collected in the middle bands, and from here on counts at once. Where a middle
    /// band reaches beyond its wide one, which holds it but for one run in 10^9, it is cut there.
    pub fn settle(&mut self, model: &Model, bands: &[Range<f64>], state: &mut State) {
        let cut = |(band, wide): (&Range<f64>, &Range<f64>)| {
            band.start.max(wide.start)..band.end.min(wide.end)
        };
        self.bands = bands.iter().zip(&self.bands).map(cut).collect();
        let collected = self.collected.take().into_iter().flatten();
        for (index, (collected, band)) in collected.zip(&self.bands).enumerate() {
            let at_least = model.targets[index].at_least;
            let state = &mut state.targets[index];
            let items = state.items.len();
            for (total, amounts) in collected.totals.iter().zip(collected.amounts.chunks(items)) {
                if holds(band, *total) {
                    add_contributions(amounts, at_least, state);
                }
            }
        }
    }

    /// Counts the first `count` paths of a block of which `drawn` belong to the batch.
    pub fn record(
        &mut self,
        model: &Model,
        block: &mut Block,
        Lanes { drawn, counted: count }: Lanes,
        state: &mut State,
    ) {
        state.paths += count as u64;
        self.reached.iter_mut().for_each(|reached| reached.fill(false));
        for (index, series) in model.series.iter().enumerate() {
            if series.is_total || self.detail == Detail::Full {
                self.record_series(model, block, count, (index, series), state);
            }
        }
        for (index, target) in model.targets.iter().enumerate() {
            let totals = &self.own_totals[index];
            record_shortfall(target, &totals[..count], &mut state.targets[index]);
            if let Some(collected) = &mut self.collected {
                let (totals, wide) = (&totals[..drawn], &self.bands[index]);
                collected[index].batch.add_slice(totals);
                collected[index].drawn.extend(totals.iter().filter(|total| holds(wide, **total)));
            }
            if self.detail == Detail::Full {
                self.record_items(model, block, count, index, &mut state.targets[index]);
            }
        }
    }

    fn record_series(
        &mut self,
        model: &Model,
        block: &Block,
        count: usize,
        (index, series): (usize, &SeriesModel),
        state: &mut State,
    ) {
        let sketches = &mut state.series[index];
        let all = self.detail != Detail::Own;
        if all {
            block.baseline_total(&series.flows, series.period_years(), &mut self.row);
            if model.has_certain_baseline(&series.flows) {
                sketches[0].add_repeated(self.row[0], count as u64);
            } else {
                sketches[0].add_slice(&self.row[..count]);
            }
        }
        for (position, (_, steps)) in series.periods.iter().enumerate() {
            block.total(&series.flows, steps.clone(), &mut self.row);
            if all || is_own_period(model, index, position) {
                sketches[1 + position].add_slice(&self.row[..count]);
            }
            if series.is_total {
                self.record_attainment(model, count, (index, position), &mut state.targets);
            }
        }
        if series.has_steps && all {
            for step in 0..model.timeline.steps {
                block.total(&series.flows, step..step + 1, &mut self.row);
                sketches[1 + series.periods.len() + step].add_slice(&self.row[..count]);
            }
        }
    }

    /// Counts who reaches which target in a period, given the period's totals.
    fn record_attainment(
        &mut self,
        model: &Model,
        count: usize,
        (series, position): (usize, usize),
        states: &mut [TargetState],
    ) {
        for (index, target) in model.targets.iter().enumerate() {
            if target.series != series || position >= target.periods.len() {
                continue;
            }
            let (hits, reached) = (&mut self.hits[index][..count], &mut self.reached[index]);
            let reached = &mut reached[..count];
            let (inside, by) = kernels::reach(&self.row[..count], target.at_least, hits, reached);
            states[index].inside[position] += inside;
            states[index].by[position] += by;
            if position + 1 == target.periods.len() {
                self.own_totals[index].copy_from_slice(&self.row);
            }
        }
    }

    /// Which of the first `count` lanes have a value above 0 in one of the rows.
    fn note<'a>(&mut self, count: usize, rows: impl Iterator<Item = &'a [f64]>) -> &[bool] {
        let noted = &mut self.noted[..count];
        noted.fill(false);
        rows.for_each(|row| kernels::note_positive(&row[..count], noted));
        noted
    }

    fn record_items(
        &mut self,
        model: &Model,
        block: &mut Block,
        count: usize,
        index: usize,
        state: &mut TargetState,
    ) {
        let target = &model.targets[index];
        for k in 0..model.interventions() {
            let item = &mut state.items[model.flows() + k];
            let noted = self.note(count, target.own_steps().map(|step| block.active(k, step)));
            item.active += kernels::count_positive(&block.effective(k)[..count], noted);
            if !model.is_random(k) {
                continue;
            }
            model.total_if_flipped(target, k, block, &mut self.row);
            let (hits, flipped) = (&self.hits[index][..count], &self.row[..count]);
            let (if_yes, if_no) =
                kernels::reach_either(hits, flipped, target.at_least, &block.happens(k)[..count]);
            item.hits_if_yes += if_yes;
            item.hits_if_no += if_no;
        }
        if model.has_measures(target) {
            model.total_without_measures(target, block, &mut self.row);
            state.without_measures += kernels::count_reaching(&self.row[..count], target.at_least);
        }
        for d in 0..model.disruptions() {
            let item = &mut state.items[model.flows() + model.interventions() + d];
            let noted = self.note(count, target.own_steps().map(|step| block.loss(d, step)));
            item.active += kernels::count(noted);
        }
        let band = &self.bands[index];
        let found = kernels::within(&self.own_totals[index][..count], band, &mut self.lanes);
        for lane in self.lanes[..found].iter().map(|lane| *lane as usize) {
            self.contributions.compute(model, block, target, lane);
            let amounts = &self.contributions.amounts;
            match &mut self.collected {
                None => add_contributions(amounts, target.at_least, state),
                Some(collected) => {
                    collected[index].totals.push(self.own_totals[index][lane]);
                    collected[index].amounts.extend_from_slice(amounts);
                }
            }
        }
    }
}

/// Whether a period of a series is some target's own.
fn is_own_period(model: &Model, series: usize, position: usize) -> bool {
    let is_own =
        |target: &TargetModel| target.series == series && target.periods.len() == position + 1;
    model.targets.iter().any(is_own)
}

/// Whether a total lies in a band, ends included.
fn holds(band: &Range<f64>, total: f64) -> bool {
    (band.start..=band.end).contains(&total)
}

fn add_contributions(amounts: &[f64], at_least: f64, state: &mut TargetState) {
    state.band_paths += 1;
    for (item, amount) in state.items.iter_mut().zip(amounts) {
        item.contribution.add(amount / at_least);
    }
}

fn record_shortfall(target: &TargetModel, totals: &[f64], state: &mut TargetState) {
    let (sum, squares) = kernels::shortfall(totals, target.at_least);
    state.shortfall.add_share_units(sum);
    state.shortfall_squared.add_share_units(squares);
}
