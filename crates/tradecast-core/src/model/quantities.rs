//! The quantities that are drawn once a path, apart from chance: drawn alone, and fixed.

use super::twins::Beside;
use super::{Block, Model};
use crate::random::PointSource;

impl Model {
    /// Draws only what is drawn once a path.
    pub fn draw_quantities(&self, points: &dyn PointSource, first_path: u64, block: &mut Block) {
        self.parameters.draw(points, first_path, Beside::nothing(), &mut block.drawn);
    }

    /// Whether any quantity is drawn once a path.
    pub fn has_quantities(&self) -> bool {
        self.parameters.rows() > 0
    }

    /// Fixes every quantity that is drawn once a path in `model`, which this one is a copy of, at the
    /// value that it has on one lane of a block: what is left is chance.
    pub fn fix_quantities(&mut self, model: &Self, block: &Block, lane: usize) {
        self.parameters.fix(&model.parameters, (&block.drawn, lane));
    }
}
