//! A mixture of distributions of points in place of the one that the model asks for: Gaussians in a
//! few directions of the space, with answers of choices that are asked more or less often.

use super::kernels;
use super::population::choice_normal;
use crate::model::Choice;
use crate::numeric::elementary::exp_slice;
use crate::random::{Coordinate, Given, Philox, PointSource, Variable};

/// The share of the mixture that keeps the original distribution, so that no weight exceeds its
/// inverse (Hesterberg 1995, Technometrics 37, 185).
pub const DEFENSIVE: f64 = 0.1;

/// One part of a mixture.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Component {
    /// Its share.
    pub share: f64,
    /// Its mean, by direction.
    pub mean: Vec<f64>,
    /// The lower triangular factor of its covariance, row after row.
    pub factor: Vec<f64>,
    /// The inverse of that factor.
    pub inverse: Vec<f64>,
    /// By choice, the probability of the answer "below".
    pub below: Vec<f64>,
}

/// What points are drawn from, and by how much each then counts.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Mixture {
    /// The numbers that have another distribution: those of directions, then of choices.
    pub coordinates: Vec<Coordinate>,
    /// Orthonormal directions, by coordinate that is no choice.
    pub directions: Vec<Vec<f64>>,
    /// The choices that are asked otherwise.
    pub choices: Vec<Choice>,
    /// Its parts, besides the original distribution.
    pub components: Vec<Component>,
    /// Decides which part a path is drawn from.
    pub selector: Variable,
}

/// Working room for the points of a block.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// The points.
    pub points: Given,
    /// By lane, original over drawn density.
    pub weights: Vec<f64>,
    /// By direction, the point along it.
    along: Vec<Vec<f64>>,
    /// By choice, 1 where the answer is "below".
    below: Vec<Vec<f64>>,
    part: Vec<usize>,
    centered: Vec<Vec<f64>>,
    row: Vec<f64>,
    squares: Vec<f64>,
    /// By component.
    logs: Vec<LogRatio>,
}

/// What does not depend on the point in the log of a component's density over the original one.
#[derive(Clone, Debug)]
struct LogRatio {
    /// Of the scale of its Gaussian, and of all answers "above".
    constant: f64,
    /// By choice, what the answer "below" adds.
    below: Vec<f64>,
}

impl Mixture {
    /// Room for blocks of `lanes` paths.
    pub fn room(&self, lanes: usize) -> Drawing {
        let rows = |count: usize| vec![vec![0.0; lanes]; count];
        Drawing {
            points: Given::new(&self.coordinates, lanes),
            weights: vec![0.0; lanes],
            along: rows(self.directions.len()),
            below: rows(self.choices.len()),
            part: vec![0; lanes],
            centered: rows(self.directions.len()),
            row: vec![0.0; lanes],
            squares: vec![0.0; lanes],
            logs: self.components.iter().map(|component| self.log_ratio(component)).collect(),
        }
    }

    /// The directions of a block's points, by direction and lane.
    pub fn along<'a>(&self, room: &'a Drawing) -> &'a [Vec<f64>] {
        &room.along
    }

    /// Draws the points of a block and their weights.
    pub fn draw(&self, first_path: u64, room: &mut Drawing) {
        room.points.start(first_path);
        self.select(first_path, room);
        self.draw_normals(first_path, room);
        self.draw_choices(first_path, room);
        self.weigh(room);
    }

    /// Which part each path is drawn from: 0 for the original distribution.
    fn select(&self, first_path: u64, room: &mut Drawing) {
        Philox.uniforms(self.selector, 0, first_path, &mut room.row);
        let mut edges = Vec::with_capacity(self.components.len());
        let mut edge = DEFENSIVE;
        for component in &self.components {
            edges.push(edge);
            edge += component.share;
        }
        for (part, u) in room.part.iter_mut().zip(&room.row) {
            *part = edges.partition_point(|edge| edge <= u);
        }
    }

    /// z = z₀ + V (m + L Vᵀz₀ − Vᵀz₀), V the directions: what is across them stays as it is.
    fn draw_normals(&self, first_path: u64, room: &mut Drawing) {
        let count = self.coordinates.len() - self.choices.len();
        for (position, coordinate) in self.coordinates[..count].iter().enumerate() {
            let row = room.points.row_mut(position);
            Philox.normals(coordinate.variable, coordinate.slot, first_path, row);
        }
        for (direction, along) in self.directions.iter().zip(&mut room.along) {
            along.fill(0.0);
            for (position, weight) in direction.iter().enumerate() {
                kernels::add_scaled(along, *weight, room.points.row(position));
            }
        }
        let size = self.directions.len();
        let mut before = vec![0.0; size];
        for lane in 0..room.part.len() {
            let Some(index) = room.part[lane].checked_sub(1) else { continue };
            let component = &self.components[index];
            for (before, along) in before.iter_mut().zip(&room.along) {
                *before = along[lane];
            }
            for i in 0..size {
                let row = &component.factor[i * size..i * size + i + 1];
                let mixed: f64 = row.iter().zip(&before).map(|(l, y)| l * y).sum();
                room.along[i][lane] = component.mean[i] + mixed;
                room.centered[i][lane] = room.along[i][lane] - before[i];
            }
        }
        for (lane, part) in room.part.iter().enumerate() {
            if *part == 0 {
                room.centered.iter_mut().for_each(|row| row[lane] = 0.0);
            }
        }
        for (direction, change) in self.directions.iter().zip(&room.centered) {
            for (position, weight) in direction.iter().enumerate() {
                kernels::add_scaled(room.points.row_mut(position), *weight, change);
            }
        }
    }

    fn draw_choices(&self, first_path: u64, room: &mut Drawing) {
        let first = self.coordinates.len() - self.choices.len();
        for (index, choice) in self.choices.iter().enumerate() {
            let Coordinate { variable, slot, .. } = choice.coordinate;
            let row = room.points.row_mut(first + index);
            Philox.uniforms(variable, slot, first_path, row);
            for (lane, u) in row.iter_mut().enumerate() {
                let part = room.part[lane].checked_sub(1);
                let asked = part.map_or(choice.below, |part| self.components[part].below[index]);
                room.below[index][lane] = f64::from(u8::from(*u < asked));
                *u = choice_normal(*u, choice.below, asked);
            }
        }
    }

    fn log_ratio(&self, component: &Component) -> LogRatio {
        let size = self.directions.len();
        let mut constant = 0.0;
        for i in 0..size {
            constant += libm::log(component.inverse[i * size + i]);
        }
        let mut below = Vec::with_capacity(self.choices.len());
        for (choice, asked) in self.choices.iter().zip(&component.below) {
            let above = libm::log((1.0 - asked) / (1.0 - choice.below));
            constant += above;
            below.push(libm::log(asked / choice.below) - above);
        }
        LogRatio { constant, below }
    }

    /// w = φ(z) / (α φ(z) + Σ πₖ qₖ(z)): only directions and choices differ between φ and qₖ.
    fn weigh(&self, room: &mut Drawing) {
        let Drawing { weights, along, below, centered, row, squares, logs, .. } = room;
        squares.fill(0.0);
        kernels::add_squares(squares, along);
        weights.fill(DEFENSIVE);
        let size = self.directions.len();
        for (component, logs) in self.components.iter().zip(logs) {
            for (i, centered) in centered.iter_mut().enumerate() {
                kernels::center(centered, &along[i], component.mean[i]);
            }
            row.copy_from_slice(squares);
            if size > 0 {
                kernels::subtract_squares(row, &component.inverse, centered);
            }
            row.iter_mut().for_each(|value| *value *= 0.5);
            for (log, below) in logs.below.iter().zip(below.iter()) {
                kernels::add_scaled(row, *log, below);
            }
            row.iter_mut().for_each(|value| *value += logs.constant);
            exp_slice(row);
            kernels::add_scaled(weights, component.share, row);
        }
        weights.iter_mut().for_each(|weight| *weight = 1.0 / *weight);
    }
}
