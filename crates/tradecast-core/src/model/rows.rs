//! Blocks of paths as structure of arrays: one row a quantity, one lane a path; and the loops over
//! lanes that the compiler turns into the widest vector instructions of the machine. No fused
//! multiply-add, so all instruction sets give the same bits.

use crate::numeric::elementary::exp;
use crate::numeric::vectorised::vectorised;
use crate::random::GROUP;
use std::ops::Range;

/// Lanes summed at a time.
const TILE: usize = 64;

/// Rows of equal length, a multiple of [`GROUP`].
#[derive(Clone, Debug)]
pub struct Rows {
    values: Vec<f64>,
    lanes: usize,
}

impl Rows {
    /// `count` rows of zeros.
    pub fn new(count: usize, lanes: usize) -> Self {
        Self { values: vec![0.0; count * lanes], lanes }
    }

    /// The number of rows.
    pub fn count(&self) -> usize {
        self.values.len() / self.lanes
    }

    /// The length of a row.
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// One row.
    pub fn row(&self, index: usize) -> &[f64] {
        &self.values[index * self.lanes..(index + 1) * self.lanes]
    }

    /// One row to write.
    pub fn row_mut(&mut self, index: usize) -> &mut [f64] {
        &mut self.values[index * self.lanes..(index + 1) * self.lanes]
    }

    /// Several rows, one after the other.
    pub fn rows(&self, indices: Range<usize>) -> &[f64] {
        &self.values[indices.start * self.lanes..indices.end * self.lanes]
    }

    /// Several rows to write, one after the other.
    pub fn rows_mut(&mut self, indices: Range<usize>) -> &mut [f64] {
        &mut self.values[indices.start * self.lanes..indices.end * self.lanes]
    }

    /// Every `stride`th row to write, from `first` on.
    pub fn every_mut(&mut self, first: usize, stride: usize) -> impl Iterator<Item = &mut [f64]> {
        self.values.chunks_exact_mut(self.lanes).skip(first).step_by(stride)
    }

    /// One row to write and another to read.
    ///
    /// Panics where both are the same.
    pub fn pair_mut(&mut self, write: usize, read: usize) -> (&mut [f64], &[f64]) {
        let lanes = self.lanes;
        if write > read {
            let (before, after) = self.values.split_at_mut(write * lanes);
            (&mut after[..lanes], &before[read * lanes..(read + 1) * lanes])
        } else {
            let (before, after) = self.values.split_at_mut(read * lanes);
            (&mut before[write * lanes..(write + 1) * lanes], &after[..lanes])
        }
    }

    /// The sum of the rows `step × stride + flow`, in order of steps, then flows.
    pub fn sum(&self, flows: &[usize], steps: Range<usize>, stride: usize, out: &mut [f64]) {
        sum(out, &self.values, flows, steps, stride);
    }

    /// Sets all to one value.
    pub fn fill(&mut self, value: f64) {
        self.values.fill(value);
    }
}

/// A factor that is the same on all paths, or has a row.
#[derive(Clone, Copy, Debug)]
pub enum Operand<'a> {
    /// The same on all paths.
    Certain(f64),
    /// One value a path.
    Row(&'a [f64]),
}

impl Operand<'_> {
    /// The value on one path.
    pub fn at(&self, lane: usize) -> f64 {
        match self {
            Self::Certain(value) => *value,
            Self::Row(values) => values[lane],
        }
    }
}

/// Adds up tiles of values, each from its place on; the sum stays in registers.
#[inline(always)]
fn sum_tile<const WIDTH: usize>(
    out: &mut [f64],
    values: &[f64],
    places: impl Iterator<Item = usize>,
) {
    let mut sums = [0.0; WIDTH];
    for place in places {
        for (sum, x) in sums.iter_mut().zip(&values[place..place + WIDTH]) {
            *sum += x;
        }
    }
    out.copy_from_slice(&sums);
}

vectorised! {
    /// out += row
    pub fn add(out: &mut [f64], row: &[f64]) {
        for (out, x) in out.iter_mut().zip(row) {
            *out += x;
        }
    }

    /// out += scale · row
    pub fn add_scaled(out: &mut [f64], scale: f64, row: &[f64]) {
        for (out, x) in out.iter_mut().zip(row) {
            *out += scale * x;
        }
    }

    /// out += a · b · scale
    pub fn add_product(out: &mut [f64], scale: f64, a: &[f64], b: &[f64]) {
        for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
            *out += scale * a * b;
        }
    }

    /// out = state += drift + scale · shock
    pub fn walk(out: &mut [f64], state: &mut [f64], drift: f64, scale: f64, shock: &[f64]) {
        for ((out, state), shock) in out.iter_mut().zip(state).zip(shock) {
            *state += drift + scale * shock;
            *out = *state;
        }
    }

    /// The sum of the rows `step × stride + flow` of `values`, in order of steps, then flows.
    fn sum(
        out: &mut [f64],
        values: &[f64],
        flows: &[usize],
        steps: Range<usize>,
        stride: usize,
    ) {
        let lanes = out.len();
        let rows = steps.flat_map(|step| flows.iter().map(move |flow| step * stride + flow));
        let mut parts = out.chunks_exact_mut(TILE);
        let mut start = 0;
        for part in parts.by_ref() {
            sum_tile::<TILE>(part, values, rows.clone().map(|row| row * lanes + start));
            start += TILE;
        }
        for part in parts.into_remainder().chunks_exact_mut(GROUP) {
            sum_tile::<GROUP>(part, values, rows.clone().map(|row| row * lanes + start));
            start += GROUP;
        }
    }

    /// out += scalar
    pub fn add_scalar(out: &mut [f64], scalar: f64) {
        for out in out {
            *out += scalar;
        }
    }

    /// out = scale · exp(log)
    pub fn level(out: &mut [f64], scale: f64, log: &[f64]) {
        for (out, log) in out.iter_mut().zip(log) {
            *out = scale * exp(*log);
        }
    }

    /// out *= row
    pub fn multiply(out: &mut [f64], row: &[f64]) {
        for (out, x) in out.iter_mut().zip(row) {
            *out *= x;
        }
    }

    /// out /= divisor
    pub fn divide(out: &mut [f64], divisor: f64) {
        for out in out {
            *out /= divisor;
        }
    }

    /// out = max(out, least)
    pub fn at_least(out: &mut [f64], least: f64) {
        for out in out {
            *out = out.max(least);
        }
    }

    /// out = max(out, row)
    pub fn at_least_row(out: &mut [f64], row: &[f64]) {
        for (out, x) in out.iter_mut().zip(row) {
            *out = out.max(*x);
        }
    }

    /// out *= factor
    pub fn scale(out: &mut [f64], factor: f64) {
        for out in out {
            *out *= factor;
        }
    }

    /// out = (level · lift + added) · kept
    pub fn combine(out: &mut [f64], level: &[f64], lift: &[f64], added: &[f64], kept: &[f64]) {
        let factors = level.iter().zip(lift).zip(added).zip(kept);
        for (out, (((level, lift), added), kept)) in out.iter_mut().zip(factors) {
            *out = (level * lift + added) * kept;
        }
    }

    /// out *= 1 − loss
    pub fn keep(out: &mut [f64], loss: &[f64]) {
        for (out, loss) in out.iter_mut().zip(loss) {
            *out *= 1.0 - loss;
        }
    }
}

/// out *= 1 + by · activity · effective
pub fn lift(out: &mut [f64], by: Operand<'_>, activity: &[f64], effective: &[f64]) {
    match by {
        Operand::Certain(by) => lift_by(out, by, activity, effective),
        Operand::Row(by) => lift_by_row(out, by, activity, effective),
    }
}

vectorised! {
    /// out *= 1 + by · activity · effective
    pub fn lift_by(out: &mut [f64], by: f64, activity: &[f64], effective: &[f64]) {
        for ((out, activity), effective) in out.iter_mut().zip(activity).zip(effective) {
            *out *= 1.0 + by * activity * effective;
        }
    }

    /// out *= 1 + by · activity · effective
    pub fn lift_by_row(out: &mut [f64], by: &[f64], activity: &[f64], effective: &[f64]) {
        let factors = by.iter().zip(activity).zip(effective);
        for (out, ((by, activity), effective)) in out.iter_mut().zip(factors) {
            *out *= 1.0 + by * activity * effective;
        }
    }
}

/// out += factor · per_year · activity · effective
pub fn add_amount(
    out: &mut [f64],
    (factor, per_year): (f64, Operand<'_>),
    activity: &[f64],
    effective: &[f64],
) {
    match per_year {
        Operand::Certain(per_year) => add_product(out, factor * per_year, activity, effective),
        Operand::Row(per_year) => add_amounts(out, factor, per_year, activity, effective),
    }
}

vectorised! {
    /// out += factor · per_year · activity · effective
    pub fn add_amounts(
        out: &mut [f64],
        factor: f64,
        per_year: &[f64],
        activity: &[f64],
        effective: &[f64]
    ) {
        let factors = per_year.iter().zip(activity).zip(effective);
        for (out, ((per_year, activity), effective)) in out.iter_mut().zip(factors) {
            *out += factor * per_year * activity * effective;
        }
    }
}
