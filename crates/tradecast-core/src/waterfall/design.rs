//! Shapley values from hits: of all coalitions, or along random orders and the same backwards.

use super::game::{Coalition, Game};
use crate::random::Variable;
use crate::sensitivity::order;
use crate::threads::Watch;
use std::collections::BTreeSet;

/// Batches of paths; each gives an estimate of its own.
pub const BATCHES: u64 = 32;

/// Up to so many players all coalitions are simulated.
pub const EXACT: usize = 10;

/// Pieces of a batch with random orders of their own. More would tell more of the orders and cost
/// more scenarios to decode.
const PIECES: u64 = 3;

/// Which scenarios are simulated on each piece of the paths, and what they weigh.
pub struct Design {
    /// The steps on each piece, batch after batch; where all coalitions are taken, those of every
    /// piece.
    steps: Vec<Vec<Step>>,
    /// The place of the first scenario and that of the second.
    pub ends: [usize; 2],
    players: usize,
    is_exact: bool,
}

/// A player joins a coalition: the places of the scenarios without it and with it.
struct Step {
    player: usize,
    weight: i128,
    places: [usize; 2],
}

/// What a player does on the paths of a piece.
#[derive(Clone, Copy, Default)]
pub struct Share {
    /// Its value times [`Design::divisor`].
    pub value: i128,
    /// Hits by which the two scenarios of a step differ, of the step where these are most: so many
    /// paths at least differ by the player.
    pub differing: u64,
}

/// Why the scenarios of a design are not there.
enum Obstacle {
    /// A coalition that is no valid scenario.
    Invalid(Coalition),
    /// The watch ended it.
    Ended,
}

/// An order of the players and the same backwards.
type Both = [Vec<usize>; 2];

impl Design {
    /// The design of a game: players are united where a coalition that it needs is not valid. None
    /// where the watch, which is told of scenarios decoded, ended it.
    pub fn new(game: &mut Game, seed: u64, watch: Watch<'_>) -> Option<Self> {
        let mut orders = random_orders(game.players.len(), seed);
        loop {
            match Self::of_orders(game, &orders, watch) {
                Ok(design) => return Some(design),
                Err(Obstacle::Ended) => return None,
                Err(Obstacle::Invalid(coalition)) => {
                    if let Some(gone) = game.mend(&coalition) {
                        orders.iter_mut().flatten().for_each(|order| leave_out(order, gone));
                    }
                }
            }
        }
    }

    fn of_orders(game: &mut Game, orders: &[Both], watch: Watch<'_>) -> Result<Self, Obstacle> {
        let players = game.players.len();
        let is_exact = players <= EXACT;
        let mut place = |coalition: Coalition| place(game, coalition, watch);
        let ends = [place(vec![false; players])?, place(vec![true; players])?];
        let steps = if is_exact {
            vec![all_steps(players, &mut place)?]
        } else {
            orders.iter().map(|both| along(both, &mut place)).collect::<Result<_, _>>()?
        };
        Ok(Self { steps, ends, players, is_exact })
    }

    /// Whether all coalitions are taken.
    pub fn is_exact(&self) -> bool {
        self.is_exact
    }

    /// The random orders of all pieces; 0 where all coalitions are taken.
    pub fn orders(&self) -> u64 {
        if self.is_exact { 0 } else { 2 * self.steps.len() as u64 }
    }

    /// Pieces of a batch, each of as many paths.
    pub fn pieces(&self) -> u64 {
        if self.is_exact { 1 } else { PIECES }
    }

    /// By piece, batch after batch, the places of the scenarios that it needs, ascending.
    pub fn wanted(&self) -> Vec<Vec<usize>> {
        let places = |steps: &Vec<Step>| {
            let all = steps.iter().flat_map(|step| step.places).chain(self.ends);
            all.collect::<BTreeSet<usize>>().into_iter().collect()
        };
        let by_piece: Vec<Vec<usize>> = self.steps.iter().map(places).collect();
        let pieces = BATCHES * self.pieces();
        by_piece.iter().cycle().take(pieces as usize).cloned().collect()
    }

    /// What each player's values are divided by, beside the paths of a piece.
    pub fn divisor(&self) -> i128 {
        if self.is_exact { factorial(self.players) } else { 2 }
    }

    /// By player, what it does on the paths of a piece. The values are whole numbers, which sum to
    /// the divisor times the difference of hits.
    ///
    /// All coalitions: Σ s! (n − 1 − s)! (v(S ∪ i) − v(S)) over the coalitions S of s others.
    /// Orders: Σ of what the player brings to those before it.
    ///
    /// # Source
    /// Shapley (1953), A value for n-person games; Castro, Gómez, Tejada (2009), Polynomial
    /// calculation of the Shapley value based on sampling; backwards: Mitchell et al. (2022),
    /// Sampling permutations for Shapley value estimation.
    pub fn shares(&self, piece: usize, hits: &[u64]) -> Vec<Share> {
        let mut shares = vec![Share::default(); self.players];
        for step in &self.steps[piece % self.steps.len()] {
            let [before, after] = step.places.map(|place| hits[place]);
            let share = &mut shares[step.player];
            share.value += step.weight * (i128::from(after) - i128::from(before));
            share.differing = share.differing.max(before.abs_diff(after));
        }
        shares
    }
}

fn place(game: &mut Game, coalition: Coalition, watch: Watch<'_>) -> Result<usize, Obstacle> {
    let before = game.scenarios.len();
    let found = game.scenario(&coalition);
    if watch((game.scenarios.len() - before) as u64).is_break() {
        return Err(Obstacle::Ended);
    }
    found.ok_or(Obstacle::Invalid(coalition))
}

/// The place of a coalition's scenario.
type Places<'a> = dyn FnMut(Coalition) -> Result<usize, Obstacle> + 'a;

/// Each player joins each coalition of others.
fn all_steps(players: usize, place: &mut Places<'_>) -> Result<Vec<Step>, Obstacle> {
    let of_mask = |mask: usize| (0..players).map(|player| mask >> player & 1 == 1).collect();
    let places: Vec<usize> =
        (0..1 << players).map(|mask| place(of_mask(mask))).collect::<Result<_, _>>()?;
    let joins = |mask: usize| {
        let size = mask.count_ones() as usize;
        let others = (0..players).filter(move |player| mask >> player & 1 == 0);
        others.map(move |player| (player, mask, factorial(size) * factorial(players - 1 - size)))
    };
    let step = |(player, mask, weight): (usize, usize, i128)| Step {
        player,
        weight,
        places: [places[mask], places[mask | 1 << player]],
    };
    Ok((0..1 << players).flat_map(joins).map(step).collect())
}

/// The players join one after another, in both orders.
fn along(both: &Both, place: &mut Places<'_>) -> Result<Vec<Step>, Obstacle> {
    let mut steps = Vec::new();
    for order in both {
        let mut coalition = vec![false; order.len()];
        let mut before = place(coalition.clone())?;
        for player in order {
            coalition[*player] = true;
            let after = place(coalition.clone())?;
            steps.push(Step { player: *player, weight: 1, places: [before, after] });
            before = after;
        }
    }
    Ok(steps)
}

fn random_orders(players: usize, seed: u64) -> Vec<Both> {
    let variable = Variable::new(seed, "waterfall orders");
    let of_piece = |piece| [0, 1].map(|place| order(players, variable, (piece, place)));
    (0..BATCHES * PIECES).map(of_piece).collect()
}

/// Takes a player, united with one of a lower number, out of an order; those of higher numbers move
/// up. The rest of a random order is a random order of the rest.
fn leave_out(order: &mut Vec<usize>, gone: usize) {
    order.retain(|player| *player != gone);
    order.iter_mut().filter(|player| **player > gone).for_each(|player| *player -= 1);
}

fn factorial(number: usize) -> i128 {
    (1..=number as i128).product()
}

#[cfg(test)]
mod tests {
    use super::super::Question;
    use super::*;
    use crate::scenario::Scenario;
    use std::ops::ControlFlow;

    fn read(lifts: usize) -> Scenario {
        let lift = |name| {
            format!(
                "[[intervention]]\nname = \"{name}\"\nlifts = {{ flows = \"all\", by = 0.1 }}\n"
            )
        };
        let lifts: String = ('a'..='z').take(lifts).map(lift).collect();
        let text = r#"
title = "t"
[[target]]
name = "t"
at_least = 1
in = "2026"
[[flow]]
name = "goods"
from = "A"
to = "B"
baseline = { period = "2025", value = 1 }
growth.constant = 0
"#;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("scenario.toml");
        std::fs::write(&path, format!("{text}{lifts}")).expect("a file");
        Scenario::read(&path).unwrap_or_else(|error| panic!("{:?}", miette::Report::new(error)))
    }

    /// The first two of some lifts are said to need the third.
    fn game(lifts: usize) -> Game {
        let [first, second] = [read(0), read(lifts)];
        let scenarios = [&first, &second];
        let mut game = Game::new(&Question { scenarios, target: 0, seed: 1 }).expect("a game");
        for mask in (0..1 << lifts).filter(|mask| mask & 0b111 == 0b011) {
            let coalition: Coalition = (0..lifts).map(|player| mask >> player & 1 == 1).collect();
            if coalition.iter().filter(|takes| **takes).count() < lifts - 1 {
                game.forbid(&coalition);
            }
        }
        game
    }

    #[test]
    fn players_are_united_on_the_way() {
        for (lifts, is_exact) in [(10, true), (11, true), (12, false)] {
            let mut game = game(lifts);
            let go_on = |_| ControlFlow::Continue(());
            let design = Design::new(&mut game, 1, &go_on).expect("not interrupted");
            assert_eq!((game.players.len(), design.is_exact()), (lifts - 1, is_exact));
            let keys: Vec<String> = game.players[0].iter().map(|it| it.key()).collect();
            assert_eq!(keys, ["intervention.a", "intervention.c"]);
            for piece in design.steps.iter().filter(|_| !is_exact) {
                let joined: Vec<usize> = piece.iter().map(|step| step.player).collect();
                let (there, back) = joined.split_at(lifts - 1);
                assert!(there.iter().eq(back.iter().rev()), "{joined:?}");
                assert_eq!(there.iter().collect::<BTreeSet<_>>().len(), lifts - 1);
            }
        }
    }

    #[test]
    fn united_players_have_the_place_of_the_first() {
        let mut order = vec![3, 0, 4, 2, 1];
        leave_out(&mut order, 2);
        assert_eq!(order, [2, 0, 3, 1]);
    }
}
