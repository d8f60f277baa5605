//! Evenly spread points: scrambled Sobol numbers, the first along the direction that matters most.

use super::{Coordinate, Given, Sobol, Variable};

/// Independent scramblings: as many estimates, whose spread is the error.
pub const SCRAMBLINGS: usize = 16;
/// Paths in a row that belong to one scrambling.
pub const STRETCH: u64 = 512;
/// Paths after which every scrambling has as many points again.
pub const ROUND: u64 = STRETCH * SCRAMBLINGS as u64;
/// Numbers of a point beyond so many stay random: their order is that of their weight.
const DIMENSIONS: usize = Sobol::DIMENSIONS;

/// Quasi-random points for the numbers that matter; Philox has the others.
///
/// The standard normals z of those numbers are H ζ, ζ from Sobol points, and H the reflection that
/// takes the first axis to the given direction: the first and best spread dimension moves the
/// result most, and z stays standard normal. This is the linear transformation of Imai and Tan
/// (2006, Journal of Computational Finance 10, 129), of which Brownian bridge and principal
/// components are cases.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Quasi {
    coordinates: Vec<Coordinate>,
    /// v of the reflection 1 − 2 v vᵀ.
    mirror: Vec<f64>,
    #[serde(skip)]
    sobol: Sobol,
    keys: [[u32; 2]; SCRAMBLINGS],
}

impl PartialEq for Quasi {
    fn eq(&self, other: &Self) -> bool {
        self.coordinates == other.coordinates
            && self.mirror == other.mirror
            && self.keys == other.keys
    }
}

impl Quasi {
    /// Points under a seed for numbers with their weights in the direction that matters most.
    pub fn new(mut weighted: Vec<(Coordinate, f64)>, seed: u64) -> Self {
        weighted.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        weighted.truncate(DIMENSIONS);
        let length = weighted.iter().map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
        // v = (a − e₁)/|a − e₁|, a the unit direction with the sign that avoids cancellation.
        let sign = if weighted.first().is_some_and(|first| first.1 > 0.0) { -1.0 } else { 1.0 };
        let mut mirror: Vec<f64> = weighted
            .iter()
            .map(|(_, weight)| if length > 0.0 { sign * weight / length } else { 0.0 })
            .collect();
        if let Some(first) = mirror.first_mut() {
            *first -= 1.0;
        }
        let norm = mirror.iter().map(|value| value * value).sum::<f64>().sqrt();
        mirror.iter_mut().for_each(|value| *value /= norm.max(f64::MIN_POSITIVE));
        Self {
            sobol: Sobol::new(weighted.len()),
            coordinates: weighted.into_iter().map(|(coordinate, _)| coordinate).collect(),
            mirror,
            keys: keys(seed, "scrambling"),
        }
    }

    /// The same with other scramblings, for a pilot.
    pub fn of_pilot(&self, seed: u64) -> Self {
        Self { keys: keys(seed, "pilot scrambling"), ..self.clone() }
    }

    /// Room for blocks of `lanes` paths, which must divide [`STRETCH`].
    pub fn room(&self, lanes: usize) -> Given {
        Given::new(&self.coordinates, lanes)
    }

    /// The scrambling that a path belongs to.
    pub fn scrambling(path: u64) -> usize {
        (path / STRETCH % SCRAMBLINGS as u64) as usize
    }

    /// Draws the points of a block.
    pub fn draw(&self, first_path: u64, room: &mut Given) {
        room.start(first_path);
        let key = self.keys[Self::scrambling(first_path)];
        let point = first_path / ROUND * STRETCH + first_path % STRETCH;
        let lanes = room.lanes();
        let mut along = vec![0.0; lanes];
        for (dimension, weight) in self.mirror.iter().enumerate() {
            let row = room.row_mut(dimension);
            self.sobol.normals(dimension, key, point, row);
            for (along, value) in along.iter_mut().zip(row.iter()) {
                *along += weight * value;
            }
        }
        for (dimension, weight) in self.mirror.iter().enumerate() {
            for (value, along) in room.row_mut(dimension).iter_mut().zip(&along) {
                *value -= 2.0 * weight * along;
            }
        }
    }
}

fn keys(seed: u64, name: &str) -> [[u32; 2]; SCRAMBLINGS] {
    std::array::from_fn(|number| Variable::new(seed, &format!("{name} {number}")).key())
}
