//! Blocks of paths as structure of arrays: one row a quantity, one lane a path; and the loops over
//! lanes that the compiler turns into the widest vector instructions of the machine. No fused
//! multiply-add, so all instruction sets give the same bits.

use crate::numeric::elementary::exp;
use multiversion::multiversion;

/// Rows of equal length.
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

    /// One row.
    pub fn row(&self, index: usize) -> &[f64] {
        &self.values[index * self.lanes..(index + 1) * self.lanes]
    }

    /// One row to write.
    pub fn row_mut(&mut self, index: usize) -> &mut [f64] {
        &mut self.values[index * self.lanes..(index + 1) * self.lanes]
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

    /// row `out` = (level · lift + added) · kept, of rows before it.
    pub fn combine(&mut self, out: usize, level: &[f64], [lift, added, kept]: [usize; 3]) {
        let lanes = self.lanes;
        let row = |index: usize| index * lanes..(index + 1) * lanes;
        let (inputs, outputs) = self.values.split_at_mut(out * lanes);
        let (lift, added, kept) = (&inputs[row(lift)], &inputs[row(added)], &inputs[row(kept)]);
        combine(&mut outputs[..lanes], level, lift, added, kept);
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

macro_rules! lanes {
    ($(#[$doc:meta])* $name:ident($($arg:ident: $type:ty),*) $body:block) => {
        $(#[$doc])*
        #[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))]
        pub fn $name($($arg: $type),*) $body
    };
}

lanes! {
    /// out += scale · row
    add_scaled(out: &mut [f64], scale: f64, row: &[f64]) {
        for (out, x) in out.iter_mut().zip(row) {
            *out += scale * x;
        }
    }
}

lanes! {
    /// out += a · b · scale
    add_product(out: &mut [f64], scale: f64, a: &[f64], b: &[f64]) {
        for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
            *out += scale * a * b;
        }
    }
}

lanes! {
    /// out += drift + scale · shock
    walk(out: &mut [f64], drift: f64, scale: f64, shock: &[f64]) {
        for (out, shock) in out.iter_mut().zip(shock) {
            *out += drift + scale * shock;
        }
    }
}

lanes! {
    /// out += scalar
    add_scalar(out: &mut [f64], scalar: f64) {
        for out in out {
            *out += scalar;
        }
    }
}

lanes! {
    /// out = scale · exp(log)
    level(out: &mut [f64], scale: f64, log: &[f64]) {
        for (out, log) in out.iter_mut().zip(log) {
            *out = scale * exp(*log);
        }
    }
}

lanes! {
    /// out *= row
    multiply(out: &mut [f64], row: &[f64]) {
        for (out, x) in out.iter_mut().zip(row) {
            *out *= x;
        }
    }
}

lanes! {
    /// out = max(out, least)
    at_least(out: &mut [f64], least: f64) {
        for out in out {
            *out = out.max(least);
        }
    }
}

lanes! {
    /// out = max(out, row)
    at_least_row(out: &mut [f64], row: &[f64]) {
        for (out, x) in out.iter_mut().zip(row) {
            *out = out.max(*x);
        }
    }
}

lanes! {
    /// out *= factor
    scale(out: &mut [f64], factor: f64) {
        for out in out {
            *out *= factor;
        }
    }
}

lanes! {
    /// out = (level · lift + added) · kept
    combine(out: &mut [f64], level: &[f64], lift: &[f64], added: &[f64], kept: &[f64]) {
        let factors = level.iter().zip(lift).zip(added).zip(kept);
        for (out, (((level, lift), added), kept)) in out.iter_mut().zip(factors) {
            *out = (level * lift + added) * kept;
        }
    }
}

lanes! {
    /// out *= 1 − loss
    keep(out: &mut [f64], loss: &[f64]) {
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

lanes! {
    /// out *= 1 + by · activity · effective
    lift_by(out: &mut [f64], by: f64, activity: &[f64], effective: &[f64]) {
        for ((out, activity), effective) in out.iter_mut().zip(activity).zip(effective) {
            *out *= 1.0 + by * activity * effective;
        }
    }
}

lanes! {
    /// out *= 1 + by · activity · effective
    lift_by_row(out: &mut [f64], by: &[f64], activity: &[f64], effective: &[f64]) {
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

lanes! {
    /// out += factor · per_year · activity · effective
    add_amounts(
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
