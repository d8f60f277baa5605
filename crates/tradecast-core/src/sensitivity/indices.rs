//! First-order and total Sobol indices and Shapley effects by pick-freeze, with intervals.
//!
//! With x the first and x′ the second point, y_S the value where the inputs S are those of x and
//! the others are drawn again given these, V the variance:
//!
//! - first order, Var E\[y|x_i\] / V: E\[y(x′) (y_−i − y(x))\] / V, y_−i being x with input i of x′
//!   (Saltelli et al. 2010, Computer Physics Communications 181, 259, table 2 b); for an input that
//!   is correlated with others E\[y(x) (y_{i} − y(x′))\] / V;
//! - total, E Var\[y|x_−i\] / V: E\[(y(x) − y_−i)²\] / 2V (Jansen 1999; table 2 f there);
//! - Shapley effect: inputs frozen one by one in random order, each having the mean of
//!   (y_S+i − y_S) (y(x) − (y_S+i + y_S) / 2) / V (Song, Nelson, Staum 2016; Goda 2021, Reliability
//!   Engineering and System Safety 213, 107702, algorithm 1). They sum to 1.

use super::ratio::Ratios;
use crate::random::{Stream, Variable};
use crate::statistics::Estimate;
use crate::threads::{Watch, Work};
use rand::RngExt;

/// Independent batches, whose spread gives the intervals.
pub const BATCHES: u64 = 32;

/// A function of random inputs that can be drawn again in part.
pub trait PickFreeze: Sync {
    /// What one thread works in.
    type Room: Send;

    /// Room for one thread.
    fn room(&self) -> Self::Room;
    /// The number of inputs.
    fn inputs(&self) -> usize;
    /// The number of outputs.
    fn outputs(&self) -> usize;
    /// Points of a block.
    fn lanes(&self) -> usize;
    /// Whether an input is independent of all others.
    fn is_independent(&self, input: usize) -> bool;
    /// Draws the first and second points of a block.
    fn start(&self, block: u64, room: &mut Self::Room);
    /// Writes each output, one value a point, where the marked inputs are those of the first
    /// points and the others are from the second, given the marked ones.
    fn evaluate(&self, frozen: &[bool], room: &mut Self::Room, out: &mut [Vec<f64>]);
}

/// The indices of one input; a value in each is a share of the output's variance.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Indices {
    /// What the input does by itself.
    pub first_order: Estimate,
    /// What is left undecided when all other inputs are known.
    pub total: Estimate,
    /// Its Shapley effect.
    pub shapley: Estimate,
}

/// Sums over the points of one batch for one output: numbers that chance alone moves.
#[derive(Clone, Debug)]
struct Sums {
    points: f64,
    /// Σ (y − c), Σ (y − c)² over both points.
    both: [f64; 2],
    /// By input: Σ (y′ − c) (y_−i − y) and Σ (y_−i − y).
    first: Vec<[f64; 2]>,
    /// By input: Σ (y − y_−i)² / 2.
    total: Vec<f64>,
    /// By input.
    shapley: Vec<f64>,
}

impl Sums {
    fn new(inputs: usize) -> Self {
        Self {
            points: 0.0,
            both: [0.0; 2],
            first: vec![[0.0; 2]; inputs],
            total: vec![0.0; inputs],
            shapley: vec![0.0; inputs],
        }
    }
}

/// What is simulated.
#[derive(Clone, Copy, Debug)]
pub struct Design {
    /// Blocks of each of the [`BATCHES`].
    pub blocks_a_batch: u64,
    /// What the random orders of inputs are drawn from.
    pub orders: Variable,
}

/// The indices of each input, by output: none where an output does not vary or is not finite on
/// every path. The watch is told of each batch, from any thread; none of them where it ends the work.
pub fn indices<S: PickFreeze>(
    subject: &S,
    design: Design,
    work: Work<'_>,
) -> Option<Vec<Option<Vec<Indices>>>> {
    let centers = centers(subject);
    let batch = |batch: usize| {
        let sums = sum_batch(subject, (design, batch as u64), &centers, work.watch)?;
        (work.watch)(1).is_continue().then_some(sums)
    };
    let batches: Vec<Vec<Sums>> = work.threads.try_map(BATCHES as usize, batch)?;
    let of_output = |output: usize| {
        let sums: Vec<&Sums> = batches.iter().map(|batch| &batch[output]).collect();
        estimate(&sums, subject.inputs())
    };
    Some((0..subject.outputs()).map(of_output).collect())
}

/// A number near the middle of each output, so that sums lose no digits; any would do.
fn centers<S: PickFreeze>(subject: &S) -> Vec<f64> {
    let mut room = subject.room();
    subject.start(0, &mut room);
    let mut out = rows(subject);
    subject.evaluate(&vec![true; subject.inputs()], &mut room, &mut out);
    out.iter().map(|row| row.iter().sum::<f64>() / row.len() as f64).collect()
}

fn rows<S: PickFreeze>(subject: &S) -> Vec<Vec<f64>> {
    vec![vec![0.0; subject.lanes()]; subject.outputs()]
}

/// The sums of a batch, by output; none where the watch ends the work.
fn sum_batch<S: PickFreeze>(
    subject: &S,
    (design, batch): (Design, u64),
    centers: &[f64],
    watch: Watch<'_>,
) -> Option<Vec<Sums>> {
    let inputs = subject.inputs();
    let mut own = Batch {
        subject,
        centers,
        room: subject.room(),
        first: rows(subject),
        second: rows(subject),
        other: rows(subject),
        before: rows(subject),
        sums: vec![Sums::new(inputs); subject.outputs()],
    };
    for place in 0..design.blocks_a_batch {
        if watch(0).is_break() {
            return None;
        }
        own.start(batch * design.blocks_a_batch + place);
        (0..inputs).for_each(|input| own.draw_again(input));
        (0..inputs).filter(|i| !subject.is_independent(*i)).for_each(|i| own.freeze_only(i));
        own.freeze_in_turn(&order(inputs, design.orders, (batch, place)));
    }
    Some(own.sums)
}

/// The work on one batch.
struct Batch<'a, S: PickFreeze> {
    subject: &'a S,
    centers: &'a [f64],
    room: S::Room,
    /// Values at the first points, at the second, with some inputs of each, and those before them.
    first: Vec<Vec<f64>>,
    second: Vec<Vec<f64>>,
    other: Vec<Vec<f64>>,
    before: Vec<Vec<f64>>,
    /// By output.
    sums: Vec<Sums>,
}

impl<S: PickFreeze> Batch<'_, S> {
    fn start(&mut self, block: u64) {
        let inputs = self.subject.inputs();
        self.subject.start(block, &mut self.room);
        self.subject.evaluate(&vec![true; inputs], &mut self.room, &mut self.first);
        self.subject.evaluate(&vec![false; inputs], &mut self.room, &mut self.second);
        for (output, sums) in self.sums.iter_mut().enumerate() {
            let center = self.centers[output];
            add_moments(sums, &self.first[output], &self.second[output], center);
        }
    }

    /// The first point with one input drawn again: its total and, unless it is correlated, its first
    /// order.
    fn draw_again(&mut self, input: usize) {
        let frozen: Vec<bool> = (0..self.subject.inputs()).map(|it| it != input).collect();
        self.subject.evaluate(&frozen, &mut self.room, &mut self.other);
        for (output, sums) in self.sums.iter_mut().enumerate() {
            let (first, other) = (&self.first[output], &self.other[output]);
            sums.total[input] += half_squares(first, other);
            if self.subject.is_independent(input) {
                let factor = (&self.second[output][..], self.centers[output]);
                add_first(&mut sums.first[input], factor, (other, first));
            }
        }
    }

    /// The second point with one input of the first: the first order of a correlated input.
    fn freeze_only(&mut self, input: usize) {
        let frozen: Vec<bool> = (0..self.subject.inputs()).map(|it| it == input).collect();
        self.subject.evaluate(&frozen, &mut self.room, &mut self.other);
        for (output, sums) in self.sums.iter_mut().enumerate() {
            let factor = (&self.first[output][..], self.centers[output]);
            let pair = (&self.other[output][..], &self.second[output][..]);
            add_first(&mut sums.first[input], factor, pair);
        }
    }

    /// From the second point to the first, input by input: Shapley effects.
    fn freeze_in_turn(&mut self, order: &[usize]) {
        let mut frozen = vec![false; order.len()];
        self.before.clone_from(&self.second);
        for (position, input) in order.iter().enumerate() {
            frozen[*input] = true;
            if position + 1 == order.len() {
                self.other.clone_from(&self.first)
            } else {
                self.subject.evaluate(&frozen, &mut self.room, &mut self.other)
            }
            for (output, sums) in self.sums.iter_mut().enumerate() {
                let steps = (&self.before[output][..], &self.other[output][..]);
                sums.shapley[*input] += shapley_step(&self.first[output], steps);
            }
            std::mem::swap(&mut self.before, &mut self.other);
        }
    }
}

/// So many inputs in a random order (Fisher and Yates 1938); every second place of a batch has the
/// order of the one before it backwards, which evens out who comes first (Mitchell et al. 2022).
pub fn order(inputs: usize, variable: Variable, (batch, place): (u64, u64)) -> Vec<usize> {
    let mut stream = Stream::new(variable, (batch << 32) + place / 2);
    let mut order: Vec<usize> = (0..inputs).collect();
    for place in (1..inputs).rev() {
        order.swap(place, stream.random_range(0..=place));
    }
    if !place.is_multiple_of(2) {
        order.reverse();
    }
    order
}

fn add_moments(sums: &mut Sums, first: &[f64], second: &[f64], center: f64) {
    sums.points += first.len() as f64;
    for y in first.iter().chain(second) {
        sums.both[0] += y - center;
        sums.both[1] += (y - center) * (y - center);
    }
}

fn add_first(sums: &mut [f64; 2], (factor, center): (&[f64], f64), pair: (&[f64], &[f64])) {
    for (y, (one, other)) in factor.iter().zip(pair.0.iter().zip(pair.1)) {
        sums[0] += (y - center) * (one - other);
        sums[1] += one - other;
    }
}

fn half_squares(first: &[f64], again: &[f64]) -> f64 {
    first.iter().zip(again).map(|(a, b)| 0.5 * (a - b) * (a - b)).sum()
}

fn shapley_step(first: &[f64], (before, after): (&[f64], &[f64])) -> f64 {
    let pairs = first.iter().zip(before.iter().zip(after));
    pairs.map(|(y, (before, after))| (after - before) * (y - 0.5 * (after + before))).sum()
}

fn estimate(batches: &[&Sums], inputs: usize) -> Option<Vec<Indices>> {
    let sum = |part: &dyn Fn(&Sums) -> f64| batches.iter().map(|batch| part(batch)).sum::<f64>();
    let points = sum(&|sums| sums.points);
    // The mean of both points, from the center.
    let mean = sum(&|sums| sums.both[0]) / (2.0 * points);
    // (y − c)² about the mean, halved: there are two values a point.
    let square = |sums: &Sums| {
        0.5 * (sums.both[1] - 2.0 * mean * sums.both[0] + 2.0 * sums.points * mean * mean)
    };
    let variance: Vec<f64> = batches.iter().map(|sums| square(sums)).collect();
    let whole: Vec<f64> = batches.iter().map(|sums| sums.shapley.iter().sum()).collect();
    let all = variance.iter().sum::<f64>();
    if !all.is_finite() || all <= 0.0 || whole.iter().sum::<f64>() <= 0.0 {
        return None;
    }
    let (variance, whole) = (Ratios::new(variance), Ratios::new(whole));
    let of_input = |input: usize| {
        let numbers = |part: &dyn Fn(&Sums) -> f64| batches.iter().map(|b| part(b)).collect();
        let first: Vec<f64> = numbers(&|sums| sums.first[input][0] - mean * sums.first[input][1]);
        let (total, shapley): (Vec<f64>, Vec<f64>) =
            (numbers(&|sums| sums.total[input]), numbers(&|sums| sums.shapley[input]));
        Indices {
            first_order: variance.of(&first),
            total: variance.of(&total),
            shapley: whole.of(&shapley),
        }
    };
    Some((0..inputs).map(of_input).collect())
}
