//! P with one input at a low and at a high value and all others left to chance, on the same paths.

use super::indices::{BATCHES, PickFreeze};
use super::paths::{LANES, Paths};
use crate::model::{Block, Input};
use crate::random::{Pin, Pinned, Tape};
use crate::statistics::{Estimate, LEVEL, PairedCounts, paired_difference, proportion};
use crate::threads::{Watch, Work};
use std::ops::Range;

/// The normal quantile of 90 %.
pub const Z90: f64 = 1.281_551_565_544_600_4;

/// P at an input's two ends, as probabilities in \[0, 1\].
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Bar {
    /// With the input at its 10 % quantile; for an intervention, if it does not happen.
    pub low: Estimate,
    /// With the input at its 90 % quantile; for an intervention, if it happens.
    pub high: Estimate,
    /// High minus low, from the same paths.
    pub swing: Estimate,
}

/// The bars of all inputs, none where nothing of an input can be fixed, and P itself; none of them
/// where the watch, which is told of each batch, ends the work.
pub fn bars(
    paths: &Paths<'_>,
    blocks_a_batch: u64,
    work: Work<'_>,
) -> Option<(Estimate, Vec<Option<Bar>>)> {
    let batch = |batch: usize| {
        let batch = batch as u64;
        let blocks = batch * blocks_a_batch..(batch + 1) * blocks_a_batch;
        let counts = count(paths, blocks, work.watch)?;
        (work.watch)(1).is_continue().then_some(counts)
    };
    let batches: Vec<Counts> = work.threads.try_map(BATCHES as usize, batch)?;
    let all = batches.into_iter().reduce(Counts::merged).unwrap_or_default();
    let bar = |(input, pair): (&Input, &PairedCounts)| {
        (input.pin.is_some() || input.intervention.is_some()).then(|| bar(pair))
    };
    let bars = paths.inputs.iter().zip(&all.pairs).map(bar).collect();
    Some((proportion(all.hits, all.paths, LEVEL), bars))
}

fn bar(pair: &PairedCounts) -> Bar {
    Bar {
        low: proportion(pair.both + pair.first_only, pair.paths(), LEVEL),
        high: proportion(pair.both + pair.second_only, pair.paths(), LEVEL),
        swing: paired_difference(pair, LEVEL),
    }
}

#[derive(Clone, Debug, Default)]
struct Counts {
    paths: u64,
    hits: u64,
    /// By input: low first, high second.
    pairs: Vec<PairedCounts>,
}

impl Counts {
    fn merged(mut self, other: Self) -> Self {
        self.paths += other.paths;
        self.hits += other.hits;
        for (sum, pair) in self.pairs.iter_mut().zip(&other.pairs) {
            sum.both += pair.both;
            sum.first_only += pair.first_only;
            sum.second_only += pair.second_only;
            sum.neither += pair.neither;
        }
        self
    }
}

/// Hits of one block's paths.
struct Hits {
    plain: Vec<bool>,
    low: Vec<bool>,
    high: Vec<bool>,
    totals: Vec<f64>,
}

/// Counts blocks; none where the watch ends the work.
fn count(paths: &Paths<'_>, blocks: Range<u64>, watch: Watch<'_>) -> Option<Counts> {
    let mut counts =
        Counts { pairs: vec![PairedCounts::default(); paths.inputs()], ..Counts::default() };
    let mut block = paths.model.block(LANES);
    block.keep_quantities();
    let mut tape = Tape::new(paths.coordinates, LANES);
    let row = || vec![false; LANES];
    let mut hits = Hits { plain: row(), low: row(), high: row(), totals: vec![0.0; LANES] };
    for number in blocks {
        if watch(0).is_break() {
            return None;
        }
        tape.draw(number * LANES as u64);
        for (index, input) in paths.inputs.iter().enumerate() {
            if let Some(pin) = &input.pin {
                pinned(paths, (&tape, pin), &mut block, &mut hits);
                add(&hits, &mut counts.pairs[index]);
            }
        }
        paths.model.evaluate(&tape, tape.first_path(), &mut block);
        paths.totals(&block, &mut hits.totals);
        write(&hits.totals, paths, &mut hits.plain);
        counts.paths += LANES as u64;
        counts.hits += hits.plain.iter().filter(|hit| **hit).count() as u64;
        for (index, input) in paths.inputs.iter().enumerate() {
            if let Some(intervention) = input.intervention {
                flipped(paths, intervention, &mut block, &mut hits);
                add(&hits, &mut counts.pairs[index]);
            }
        }
    }
    Some(counts)
}

fn write(totals: &[f64], paths: &Paths<'_>, hits: &mut [bool]) {
    let at_least = paths.model.targets[paths.target].at_least;
    hits.iter_mut().zip(totals).for_each(|(hit, total)| *hit = *total >= at_least);
}

/// The hits with something fixed at its 10 % and its 90 % quantile. A waiting time is long where its
/// uniform is low.
fn pinned(paths: &Paths<'_>, (tape, pin): (&Tape, &Pin), block: &mut Block, hits: &mut Hits) {
    let ends = match pin {
        Pin::Sum(_) => [-Z90, Z90],
        Pin::Uniform(_) => [0.9, 0.1],
    };
    let Hits { low, high, totals, .. } = hits;
    for (at, out) in ends.into_iter().zip([low, high]) {
        let points = Pinned::new(tape, pin, at, LANES);
        paths.model.evaluate(&points, tape.first_path(), block);
        paths.totals(block, totals);
        write(totals, paths, out);
    }
}

/// The hits if an intervention does not and does happen, all else shared.
fn flipped(paths: &Paths<'_>, intervention: usize, block: &mut Block, hits: &mut Hits) {
    let Hits { plain, low, high, totals } = hits;
    let target = &paths.model.targets[paths.target];
    paths.model.total_if_flipped(target, intervention, block, totals);
    for (lane, happens) in block.happens(intervention).iter().enumerate() {
        let flipped = totals[lane] >= target.at_least;
        (low[lane], high[lane]) =
            if *happens > 0.5 { (flipped, plain[lane]) } else { (plain[lane], flipped) };
    }
}

fn add(hits: &Hits, pair: &mut PairedCounts) {
    for (low, high) in hits.low.iter().zip(&hits.high) {
        match (low, high) {
            (true, true) => pair.both += 1,
            (true, false) => pair.first_only += 1,
            (false, true) => pair.second_only += 1,
            (false, false) => pair.neither += 1,
        }
    }
}
