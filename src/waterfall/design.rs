//! Shapley values from hits: of all coalitions, or along random orders and the same backwards.

use super::game::{Coalition, Game};
use crate::random::Variable;
use crate::sensitivity::order;
use std::collections::HashMap;

/// Batches of paths; each gives an estimate of its own.
pub const BATCHES: u64 = 32;

/// Up to so many players all coalitions are simulated.
pub const EXACT: usize = 10;

/// Pieces of a batch with random orders of their own. More would tell more of the orders and cost
/// more scenarios to decode.
const PIECES: u64 = 3;

/// Which coalitions are simulated on each piece of the paths, and what they weigh.
pub struct Design {
    /// The place of the scenario of each coalition.
    index: HashMap<Coalition, usize>,
    /// By piece, an order of the players and the same backwards; none where all coalitions are
    /// taken.
    orders: Option<Vec<[Vec<usize>; 2]>>,
    players: usize,
}

impl Design {
    /// The design of a game: players are united where a coalition that it needs is not valid.
    pub fn new(game: &mut Game, seed: u64) -> Self {
        loop {
            let players = game.players.len();
            let orders = (players > EXACT).then(|| random_orders(players, seed));
            let mut design = Self { index: HashMap::new(), orders, players };
            let invalid = design.coalitions().into_iter().find(|coalition| {
                let found = game.scenario(coalition);
                found.is_none_or(|place| {
                    design.index.insert(coalition.clone(), place);
                    false
                })
            });
            match invalid {
                Some(coalition) => game.mend(&coalition),
                None => return design,
            }
        }
    }

    /// Whether all coalitions are taken.
    pub fn is_exact(&self) -> bool {
        self.orders.is_none()
    }

    /// The random orders of all pieces; 0 where all coalitions are taken.
    pub fn orders(&self) -> u64 {
        self.orders.as_ref().map_or(0, |orders| 2 * orders.len() as u64)
    }

    /// Pieces of a batch, each of as many paths.
    pub fn pieces(&self) -> u64 {
        if self.is_exact() { 1 } else { PIECES }
    }

    /// All coalitions that some piece needs.
    fn coalitions(&self) -> Vec<Coalition> {
        match &self.orders {
            None => (0..1_usize << self.players).map(|mask| self.of_mask(mask)).collect(),
            Some(orders) => orders.iter().flatten().flat_map(|order| along(order)).collect(),
        }
    }

    fn of_mask(&self, mask: usize) -> Coalition {
        (0..self.players).map(|player| mask >> player & 1 == 1).collect()
    }

    /// By piece, batch after batch, the places of the scenarios that it needs, ascending.
    pub fn wanted(&self) -> Vec<Vec<usize>> {
        let places = |coalitions: &mut dyn Iterator<Item = Coalition>| {
            let mut places: Vec<usize> = coalitions.map(|it| self.index[&it]).collect();
            places.sort_unstable();
            places.dedup();
            places
        };
        match &self.orders {
            None => vec![places(&mut self.coalitions().into_iter()); BATCHES as usize],
            Some(orders) => orders
                .iter()
                .map(|both| places(&mut both.iter().flat_map(|it| along(it))))
                .collect(),
        }
    }

    /// The place of the first scenario and that of the second.
    pub fn ends(&self) -> [usize; 2] {
        [false, true].map(|end| self.index[&vec![end; self.players]])
    }

    /// What each player's values are divided by, beside the paths of a piece.
    pub fn divisor(&self) -> i128 {
        match &self.orders {
            None => factorial(self.players),
            Some(_) => 2,
        }
    }

    /// By player, its value on the paths of a piece, times [`Design::divisor`]: whole numbers, which
    /// sum to the divisor times the difference of hits.
    ///
    /// All coalitions: Σ s! (n − 1 − s)! (v(S ∪ i) − v(S)) over the coalitions S of s others.
    /// Orders: Σ of what the player brings to those before it.
    ///
    /// # Source
    /// Shapley (1953), A value for n-person games; Castro, Gómez, Tejada (2009), Polynomial
    /// calculation of the Shapley value based on sampling; backwards: Mitchell et al. (2022),
    /// Sampling permutations for Shapley value estimation.
    pub fn values(&self, piece: usize, hits: &[u64]) -> Vec<i128> {
        let value = |coalition: &Coalition| i128::from(hits[self.index[coalition]]);
        let mut values = vec![0; self.players];
        match &self.orders {
            None => {
                for mut coalition in self.coalitions() {
                    let before = value(&coalition);
                    let size = coalition.iter().filter(|takes| **takes).count();
                    for player in 0..self.players {
                        if coalition[player] {
                            continue;
                        }
                        coalition[player] = true;
                        let weight = factorial(size) * factorial(self.players - 1 - size);
                        values[player] += weight * (value(&coalition) - before);
                        coalition[player] = false;
                    }
                }
            }
            Some(orders) => {
                for order in &orders[piece] {
                    let steps = along(order);
                    for (player, pair) in order.iter().zip(steps.windows(2)) {
                        values[*player] += value(&pair[1]) - value(&pair[0]);
                    }
                }
            }
        }
        values
    }
}

fn random_orders(players: usize, seed: u64) -> Vec<[Vec<usize>; 2]> {
    let variable = Variable::new(seed, "waterfall orders");
    let of_piece = |piece| [0, 1].map(|place| order(players, variable, (piece, place)));
    (0..BATCHES * PIECES).map(of_piece).collect()
}

/// The coalitions along an order, from none to all.
fn along(order: &[usize]) -> Vec<Coalition> {
    let mut coalition = vec![false; order.len()];
    let mut steps = vec![coalition.clone()];
    for player in order {
        coalition[*player] = true;
        steps.push(coalition.clone());
    }
    steps
}

fn factorial(number: usize) -> i128 {
    (1..=number as i128).product()
}
