//! Why two scenarios differ in P: the difference attributed to each assumption in which they differ,
//! as Shapley values over the coalitions of those assumptions, on the same paths.

mod design;
mod difference;
mod error;
mod game;
mod hits;
mod result;
mod tree;

pub use design::{BATCHES, EXACT};
pub use error::WaterfallError;
pub use result::{Attribution, Bar, Waterfall};

use crate::model::Model;
use crate::scenario::Scenario;
use crate::threads::{Watch, Work};
use design::Design;
use game::Game;
use result::Count;
use std::collections::BTreeMap;

/// Bytes of working room times paths that all waterfalls of a command may take together: about ten
/// seconds on two cores (docs/performance.md).
const WORK: u64 = 7_000_000_000;

/// Paths that are never gone below, nor above, where nobody asks for a number of them.
const PATHS: (u64, u64) = (20_000, 1_000_000);

/// Paths that a piece of them has a multiple of: those whose numbers are drawn together.
const STEP: u64 = 16;

/// What is asked: why P of the second differs from that of the first.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The two scenarios.
    pub scenarios: [&'a Scenario; 2],
    /// The number of the target in the first.
    pub target: usize,
    /// The seed of every draw.
    pub seed: u64,
}

/// A question with all coalitions that it takes, ready to be simulated.
pub struct Prepared<'a> {
    question: Question<'a>,
    game: Game,
    design: Design,
    wanted: Vec<Vec<usize>>,
}

impl<'a> Prepared<'a> {
    /// Finds the differences and decodes the coalitions. None where the watch, which is told of
    /// scenarios decoded, ended it.
    ///
    /// # Errors
    /// See [`WaterfallError`].
    pub fn new(question: Question<'a>, watch: Watch<'_>) -> Result<Option<Self>, WaterfallError> {
        let mut game = Game::new(&question)?;
        let design = game
            .unite_inseparable(watch)
            .and_then(|()| Design::new(&mut game, question.seed, watch));
        Ok(design.map(|design| {
            let wanted = design.wanted();
            Self { question, game, design, wanted }
        }))
    }

    /// The places of the scenarios that are simulated, and how often on all pieces.
    fn simulated(&self) -> BTreeMap<usize, u64> {
        let mut simulated = BTreeMap::new();
        for place in self.wanted.iter().flatten() {
            *simulated.entry(*place).or_default() += 1;
        }
        simulated
    }

    /// Bytes of working room that a path takes, of all models that see it.
    fn work(&self) -> u64 {
        let bytes = |place: usize| {
            Model::new(&self.game.scenarios[place], self.question.seed).bytes_a_path() as u64
        };
        let all: u64 = self.simulated().iter().map(|(place, times)| times * bytes(*place)).sum();
        all / self.wanted.len() as u64
    }

    /// Simulates so many paths, rounded up to whole pieces of batches; none where the watch ended it.
    pub fn run(&self, paths: u64, work: Work<'_>) -> Option<Waterfall> {
        let pieces = BATCHES * self.design.pieces();
        let paths_a_piece = paths.div_ceil(pieces).next_multiple_of(STEP);
        let seed = self.question.seed;
        let hits = hits::hits(&self.game.scenarios, &self.wanted, (paths_a_piece, seed), work)?;
        let count = Count {
            design: &self.design,
            hits: &hits,
            paths_a_batch: self.design.pieces() * paths_a_piece,
            models: self.simulated().len(),
        };
        Some(count.waterfall(&self.question, &self.game.players))
    }
}

/// The paths for waterfalls of which nobody says how many they should be: as many as their models
/// allow in about ten seconds.
pub fn affordable_paths(waterfalls: &[Prepared<'_>]) -> u64 {
    let work: u64 = waterfalls.iter().map(Prepared::work).sum();
    (WORK / work.max(1)).clamp(PATHS.0, PATHS.1)
}
