//! The patient rule induction method: a box of inputs in which hits are frequent.
//!
//! From the whole space thin slices are peeled off, each time the one whose points hit least, while
//! the box still holds half of all hits (Friedman and Fisher 1999, Statistics and Computing 9, 123;
//! as scenario discovery: Bryant and Lempert 2010, Technological Forecasting and Social Change 77,
//! 34). Restrictions that matter little are dropped, and the box is peeled again along the others.

use std::cmp::Ordering;
use std::ops::RangeInclusive;

/// The share of a box's points in one slice.
const SLICE: f64 = 0.05;
/// The least share of all hits that a box holds.
pub const LEAST_COVERAGE: f64 = 0.5;
/// A restriction is dropped where the box without it has at least this part of the density that it
/// had with all.
const DISPENSABLE: f64 = 0.9;
/// The most restrictions of a box: more are hard to read.
pub const MOST_RESTRICTIONS: usize = 4;

/// Points with their inputs' values.
#[derive(Clone, Debug, Default)]
pub struct Points {
    /// By input, the value of each point; two values, as 0 and 1, are peeled as a whole.
    pub values: Vec<Vec<f64>>,
    /// By point, whether it is a hit.
    pub hits: Vec<bool>,
    /// How many points one stands for that is no hit, and one that is.
    pub weights: [f64; 2],
}

/// By input, the range of values within a box; none where it is not restricted.
pub type Ranges = Vec<Option<RangeInclusive<f64>>>;

/// The box of [`LEAST_COVERAGE`] or more with at most [`MOST_RESTRICTIONS`] restrictions.
pub fn find(points: &Points) -> Ranges {
    let inputs = points.values.len();
    let first = pruned(points, peeled(points, &vec![true; inputs]));
    let kept: Vec<bool> = first.iter().map(Option::is_some).collect();
    pruned(points, peeled(points, &kept))
}

impl Points {
    fn weight(&self, point: usize) -> f64 {
        self.weights[usize::from(self.hits[point])]
    }

    /// Points and hits of a selection, weighted.
    fn count(&self, selected: impl Iterator<Item = usize>) -> Count {
        selected.fold(Count::default(), |count, point| count.with(self, point))
    }
}

/// Weighted points and hits.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Count {
    points: f64,
    hits: f64,
}

impl Count {
    fn with(self, points: &Points, point: usize) -> Self {
        let weight = points.weight(point);
        let hits = if points.hits[point] { weight } else { 0.0 };
        Self { points: self.points + weight, hits: self.hits + hits }
    }

    fn density(self) -> f64 {
        if self.points > 0.0 { self.hits / self.points } else { 0.0 }
    }
}

/// The points of a box, by input in ascending order of their values.
struct Peeling<'a> {
    points: &'a Points,
    orders: Vec<Vec<u32>>,
    inside: Vec<bool>,
    ranges: Ranges,
}

/// A slice at the lower or the upper end of an input: its points, and the values that stay.
struct Slice {
    input: usize,
    count: Count,
    is_lower: bool,
    /// Points of the order in it.
    length: usize,
}

/// Peels along the marked inputs while [`LEAST_COVERAGE`] holds.
fn peeled(points: &Points, along: &[bool]) -> Ranges {
    let whole = points.count(0..points.hits.len());
    let mut left = whole;
    let mut peeling = Peeling::new(points, along);
    while let Some(slice) = peeling.best((left, whole)) {
        left =
            Count { points: left.points - slice.count.points, hits: left.hits - slice.count.hits };
        peeling.remove(&slice);
    }
    peeling.ranges
}

impl<'a> Peeling<'a> {
    fn new(points: &'a Points, along: &[bool]) -> Self {
        let order = |values: &Vec<f64>| {
            let mut order: Vec<u32> = (0..values.len() as u32).collect();
            order.sort_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]));
            order
        };
        let orders = points.values.iter().zip(along);
        let orders = orders.map(|(values, along)| if *along { order(values) } else { Vec::new() });
        Self {
            points,
            orders: orders.collect(),
            inside: vec![true; points.hits.len()],
            ranges: vec![None; points.values.len()],
        }
    }

    /// The slice whose points hit least, among those that hit less than the box and leave enough
    /// hits; the greater one of two that hit alike.
    fn best(&self, (left, whole): (Count, Count)) -> Option<Slice> {
        let slices = (0..self.orders.len())
            .flat_map(|input| [true, false].map(|is_lower| self.slice(input, is_lower, left)))
            .flatten();
        let is_fine = |slice: &Slice| {
            slice.count.density() < left.density()
                && left.hits - slice.count.hits >= LEAST_COVERAGE * whole.hits
        };
        slices.filter(is_fine).reduce(|best, slice| if worse(&slice, &best) { slice } else { best })
    }

    /// At least [`SLICE`] of the points, and all of the same value; none where that is all.
    fn slice(&self, input: usize, is_lower: bool, left: Count) -> Option<Slice> {
        let (order, values) = (&self.orders[input], &self.points.values[input]);
        let at = |place: usize| order[if is_lower { place } else { order.len() - 1 - place }];
        let mut count = Count::default();
        for length in 0..order.len() {
            let point = at(length) as usize;
            let is_new = length > 0 && values[point] != values[at(length - 1) as usize];
            if is_new && count.points >= SLICE * left.points {
                return Some(Slice { input, count, is_lower, length });
            }
            count = count.with(self.points, point);
        }
        None
    }

    fn remove(&mut self, slice: &Slice) {
        let order = &self.orders[slice.input];
        let (gone, stays) = if slice.is_lower {
            order.split_at(slice.length)
        } else {
            let (stays, gone) = order.split_at(order.len() - slice.length);
            (gone, stays)
        };
        let values = &self.points.values[slice.input];
        if let ([first, ..], [.., last]) = (stays, stays) {
            let known =
                self.ranges[slice.input].clone().unwrap_or(f64::NEG_INFINITY..=f64::INFINITY);
            self.ranges[slice.input] = Some(if slice.is_lower {
                values[*first as usize]..=*known.end()
            } else {
                *known.start()..=values[*last as usize]
            });
        }
        gone.iter().for_each(|point| self.inside[*point as usize] = false);
        for order in &mut self.orders {
            order.retain(|point| self.inside[*point as usize]);
        }
    }
}

/// Whether a slice hits less than another, or as much but is greater.
fn worse(one: &Slice, other: &Slice) -> bool {
    match one.count.density().total_cmp(&other.count.density()) {
        Ordering::Less => true,
        Ordering::Equal => one.count.points > other.count.points,
        Ordering::Greater => false,
    }
}

/// Whether a point lies in all ranges but that of one input.
fn is_inside(points: &Points, ranges: &Ranges, point: usize, but: Option<usize>) -> bool {
    let all = ranges.iter().zip(&points.values).enumerate();
    all.filter(|(input, _)| Some(*input) != but)
        .all(|(_, (range, values))| range.as_ref().is_none_or(|r| r.contains(&values[point])))
}

/// The density of a box without the restriction of one input.
fn density(points: &Points, ranges: &Ranges, but: Option<usize>) -> f64 {
    let inside = (0..points.hits.len()).filter(|point| is_inside(points, ranges, *point, but));
    points.count(inside).density()
}

/// Drops restrictions one by one, the one that costs least density first.
fn pruned(points: &Points, mut ranges: Ranges) -> Ranges {
    let with_all = density(points, &ranges, None);
    loop {
        let restricted = (0..ranges.len()).filter(|input| ranges[*input].is_some());
        let without = restricted.map(|input| (input, density(points, &ranges, Some(input))));
        let without: Vec<(usize, f64)> = without.collect();
        let best = without.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1));
        match best {
            Some((input, density))
                if density >= DISPENSABLE * with_all || without.len() > MOST_RESTRICTIONS =>
            {
                ranges[input] = None;
            }
            _ => return ranges,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each restriction leaves 90 % of the density where it is broken, so that without one, two, three
    /// of them the box has 95, 90.25 and 85.7 % of its density: the third stays.
    #[test]
    fn restrictions_are_dropped_as_long_as_the_whole_box_keeps_its_density() {
        let mut points =
            Points { values: vec![Vec::new(); 3], hits: Vec::new(), weights: [1.0; 2] };
        for corner in 0_usize..8 {
            let hits = [1000, 900, 810, 729][corner.count_ones() as usize];
            for point in 0..1000 {
                points.hits.push(point < hits);
                for (input, values) in points.values.iter_mut().enumerate() {
                    values.push(if corner >> input & 1 == 1 { 0.0 } else { 1.0 });
                }
            }
        }
        let kept = pruned(&points, vec![Some(1.0..=f64::INFINITY); 3]);
        assert_eq!(kept.iter().flatten().count(), 1, "{kept:?}");
    }
}
