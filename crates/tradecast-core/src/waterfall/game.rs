//! The assumptions in which two scenarios differ, as players: a coalition is the first scenario
//! with the values that the second has for its members.

use super::difference::{Difference, Side, differences};
use super::tree;
use super::{Question, WaterfallError};
use crate::scenario::{DataFiles, Disk, Document, Input, Node, ReadError, Scenario};
use crate::threads::Watch;
use std::collections::HashMap;
use std::sync::Arc;

/// Which players take the second scenario's values, by player.
pub type Coalition = Vec<bool>;

/// Two scenarios, the players between them, and every coalition decoded so far.
pub struct Game {
    /// The differences that cannot be told apart, one bar each.
    pub players: Vec<Vec<Difference>>,
    /// The different scenarios that coalitions come to.
    pub scenarios: Vec<Scenario>,
    /// The scenario of each coalition, by the differences that are taken.
    known: HashMap<Vec<String>, Option<usize>>,
    by_text: HashMap<String, usize>,
    document: Document,
    /// What the first scenario was read from: decoded coalitions share it.
    read: Arc<Document>,
    ends: [Node; 2],
    inputs: Vec<Input>,
}

impl Game {
    /// Finds the players, one a difference.
    ///
    /// # Errors
    /// One of the two scenarios alone is not valid with this target only.
    pub fn new(question: &Question<'_>) -> Result<Self, WaterfallError> {
        let [first, second] = question.scenarios;
        let target = &first.targets[question.target].name;
        let [from, to] = tree::aligned(question.scenarios, target);
        let sides = [Side::new(&from, first), Side::new(&to, second)];
        let found = differences(&sides[0], &sides[1]);
        let inputs = first.inputs.iter().chain(&second.inputs);
        let identified =
            |input: &Input| Input { path: tree::identity(&input.path).into(), ..input.clone() };
        let mut game = Self {
            players: found.into_iter().map(|difference| vec![difference]).collect(),
            scenarios: Vec::new(),
            known: HashMap::new(),
            by_text: HashMap::new(),
            inputs: inputs.map(identified).collect(),
            ends: [from.root.clone(), to.root],
            document: from,
            read: Arc::clone(&first.document),
        };
        for (end, case) in [(false, first), (true, second)] {
            let all = vec![end; game.players.len()];
            game.decode(&all).map_err(|error| WaterfallError::End {
                scenario: case.name.clone(),
                target: target.clone(),
                error: Box::new(error),
            })?;
        }
        Ok(game)
    }

    /// Unites the players of which one makes no valid scenario without another. None where the
    /// watch, which is told of scenarios decoded, ended it.
    pub fn unite_inseparable(&mut self, watch: Watch<'_>) -> Option<()> {
        let mut before = 0;
        loop {
            let together = self.inseparable();
            let decoded = self.scenarios.len() - before;
            before = self.scenarios.len();
            if watch(decoded as u64).is_break() {
                return None;
            }
            match together {
                Some(together) => self.unite(&together),
                None => return Some(()),
            }
        }
    }

    /// The place in [`Game::scenarios`] of a coalition; none where it is no valid scenario.
    pub fn scenario(&mut self, coalition: &[bool]) -> Option<usize> {
        let taken = self.taken(coalition);
        if let Some(known) = self.known.get(&taken) {
            return *known;
        }
        let found = self.decode(coalition).ok();
        self.known.insert(taken, found);
        found
    }

    fn taken(&self, coalition: &[bool]) -> Vec<String> {
        let members = self.players.iter().zip(coalition).filter(|(_, takes)| **takes);
        let mut keys: Vec<String> =
            members.flat_map(|(player, _)| player.iter().map(Difference::key)).collect();
        keys.sort_unstable();
        keys
    }

    fn decode(&mut self, coalition: &[bool]) -> Result<usize, ReadError> {
        let [from, to] = &self.ends;
        let mut root = from.clone();
        let members = self.players.iter().zip(coalition).filter(|(_, takes)| **takes);
        for difference in members.flat_map(|(player, _)| player) {
            tree::take(&mut root, Some(to), &difference.path);
        }
        tree::prune(&mut root);
        let text = tree::text(Some(&root));
        if let Some(known) = self.by_text.get(&text) {
            return Ok(*known);
        }
        self.document.root = root;
        let data = DataFiles { known: self.inputs.clone(), files: &Disk };
        let document = self.document.clone().into();
        let mut scenario = Scenario::decode("coalition", document, data)?;
        // All is read; a thousand scenarios need not hold files and trees of their own.
        scenario.inputs.clear();
        scenario.document = Arc::clone(&self.read);
        self.scenarios.push(scenario);
        self.by_text.insert(text, self.scenarios.len() - 1);
        Ok(self.scenarios.len() - 1)
    }

    /// Players of which one, alone or alone left out, makes no valid scenario without the others:
    /// a pair where one will do, else the fewest that are found by letting go of one after another.
    fn inseparable(&mut self) -> Option<Vec<usize>> {
        let count = self.players.len();
        for rest in [false, true] {
            for one in 0..count {
                let mut coalition = vec![rest; count];
                coalition[one] = !rest;
                if self.scenario(&coalition).is_some() {
                    continue;
                }
                for other in self.nearest(one) {
                    coalition[other] = !rest;
                    if self.scenario(&coalition).is_some() {
                        return Some(vec![one, other]);
                    }
                    coalition[other] = rest;
                }
                return Some(self.fewest(one, rest));
            }
        }
        None
    }

    fn fewest(&mut self, one: usize, rest: bool) -> Vec<usize> {
        let count = self.players.len();
        let mut coalition = vec![!rest; count];
        for other in (0..count).filter(|other| *other != one) {
            coalition[other] = rest;
            if self.scenario(&coalition).is_none() {
                coalition[other] = !rest;
            }
        }
        (0..count).filter(|player| coalition[*player] != rest).collect()
    }

    /// All other players, those first that name something of one player, or of which it names
    /// something.
    fn nearest(&self, one: usize) -> Vec<usize> {
        let own = &self.players[one];
        let mut others: Vec<usize> = (0..self.players.len()).filter(|it| *it != one).collect();
        let is_far = |other: &usize| {
            let other = &self.players[*other];
            !(self.is_named(own, other) || self.is_named(other, own))
        };
        others.sort_by_key(is_far);
        others
    }

    /// Whether the second player names a block of the first, by key or as a value.
    fn is_named(&self, player: &[Difference], by: &[Difference]) -> bool {
        let names = player.iter().filter_map(|difference| difference.path.get(1));
        let said = |difference: &Difference| {
            let node = |root: &Node| {
                tree::text(difference.path.iter().try_fold(root, |it, key| it.get(key)))
            };
            self.ends.each_ref().map(node).concat()
        };
        let said: Vec<String> = by.iter().map(said).collect();
        let is_key =
            |name: &String| by.iter().any(|it| it.path.iter().skip(2).any(|key| key == name));
        names.into_iter().any(|name| {
            let quoted = format!("{name:?}");
            is_key(name) || said.iter().any(|said| said.contains(&quoted))
        })
    }

    /// Unites two players that make an invalid coalition so: a member without which it is valid, or
    /// the first, and the nearest that it lacks. The number of the one that is a part of the other
    /// now, the higher of the two; none where nobody is a member or all are.
    pub fn mend(&mut self, coalition: &[bool]) -> Option<usize> {
        let is_valid_but = |game: &mut Self, player: usize| {
            let mut other = coalition.to_vec();
            other[player] = !other[player];
            game.scenario(&other).is_some()
        };
        let members: Vec<usize> =
            (0..coalition.len()).filter(|player| coalition[*player]).collect();
        let member = members.iter().copied().find(|player| is_valid_but(self, *player));
        let member = member.or_else(|| members.first().copied())?;
        let missing: Vec<usize> =
            self.nearest(member).into_iter().filter(|player| !coalition[*player]).collect();
        let mends = missing.iter().copied().find(|player| is_valid_but(self, *player));
        let other = mends.or_else(|| missing.first().copied())?;
        self.unite(&[member, other]);
        Some(member.max(other))
    }

    fn unite(&mut self, together: &[usize]) {
        let mut sorted = together.to_vec();
        sorted.sort_unstable();
        let Some((first, others)) = sorted.split_first() else { return };
        for other in others.iter().rev() {
            let player = self.players.remove(*other);
            self.players[*first].extend(player);
        }
        self.players[*first].sort_by(|a, b| a.path.cmp(&b.path));
    }

    /// Makes a coalition invalid.
    #[cfg(test)]
    pub fn forbid(&mut self, coalition: &[bool]) {
        let taken = self.taken(coalition);
        self.known.insert(taken, None);
    }
}
