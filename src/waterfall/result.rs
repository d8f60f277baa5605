//! The answer as plain data: the two probabilities, and a bar an assumption between them.

use super::Question;
use super::design::{BATCHES, Design};
use super::difference::Difference;
use super::game::Game;
use crate::sensitivity::Ratios;
use crate::statistics::{Estimate, LEVEL, proportion};
use crate::words;
use serde::Serialize;

/// Fewer paths than these on which either scenario reaches the target are a doubt.
const FEW: u64 = 100;

/// How the difference was attributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attribution {
    /// Over all coalitions.
    Exact,
    /// Over random orders of the assumptions.
    Sampled {
        /// How many.
        orders: u64,
    },
}

impl Attribution {
    /// The name in a table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Sampled { .. } => "sampled",
        }
    }
}

/// What one assumption, or several that make sense together only, brings.
#[derive(Clone, Debug, Serialize)]
pub struct Bar {
    /// The keys, as `flow.goods.growth.fitted.drift`.
    pub keys: Vec<String>,
    /// The assumption in words.
    pub name: String,
    /// What the first scenario says, in words; by key.
    pub from: Vec<String>,
    /// What the second says; by key.
    pub to: Vec<String>,
    /// The change in P, a difference of probabilities.
    pub change: Estimate,
}

/// Why P of one scenario differs from that of another.
#[derive(Clone, Debug, Serialize)]
pub struct Waterfall {
    /// The names of the two scenarios.
    pub scenarios: [String; 2],
    /// Their titles.
    pub titles: [String; 2],
    /// The target.
    pub target: String,
    /// Its amount, in `unit`.
    pub at_least: f64,
    /// The unit of amounts.
    pub unit: String,
    /// The target's period.
    pub period: String,
    /// `current prices` or `constant 2024 prices`.
    pub prices: String,
    /// P of each, from the same plain paths.
    pub probabilities: [Estimate; 2],
    /// P of the second minus that of the first: the sum of the bars.
    pub difference: Estimate,
    /// The one that moves P most first.
    pub bars: Vec<Bar>,
    /// Over what they are averages.
    pub attribution: Attribution,
    /// Different scenarios that were simulated.
    pub models: usize,
    /// Paths of each of the two scenarios, in [`BATCHES`] batches.
    pub paths: u64,
    /// The seed of every draw.
    pub seed: u64,
    /// Doubts.
    pub warnings: Vec<String>,
}

/// From the hits of each batch and scenario to bars.
pub fn waterfall(
    question: &Question<'_>,
    game: &Game,
    design: &Design,
    (paths_a_piece, hits): (u64, &[Vec<u64>]),
) -> Waterfall {
    let pieces = design.pieces() as usize;
    let paths_a_batch = design.pieces() * paths_a_piece;
    let paths = BATCHES * paths_a_batch;
    let [first, second] = question.cases;
    let target = &first.scenario.targets[question.target];
    let values: Vec<Vec<i128>> =
        hits.iter().enumerate().map(|(piece, hits)| design.values(piece, hits)).collect();
    let ratios = Ratios::new(vec![1.0; BATCHES as usize]);
    let share = (design.divisor() * i128::from(paths_a_batch)) as f64;
    let bar = |(player, differences): (usize, &Vec<Difference>)| {
        let by_batch = values
            .chunks(pieces)
            .map(|batch| batch.iter().map(|values| values[player]).sum::<i128>() as f64 / share);
        Bar {
            keys: differences.iter().map(Difference::key).collect(),
            name: name(differences),
            from: differences.iter().map(|it| it.from.clone()).collect(),
            to: differences.iter().map(|it| it.to.clone()).collect(),
            change: ratios.of(&by_batch.collect::<Vec<_>>()),
        }
    };
    let mut bars: Vec<Bar> = game.players.iter().enumerate().map(bar).collect();
    let size = |bar: &Bar| bar.change.value.abs();
    bars.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.keys.cmp(&b.keys)));
    let ends = design.ends();
    let reached = ends.map(|end| hits.iter().map(|hits| hits[end]).sum::<u64>());
    let differences = hits.chunks(pieces).map(|batch| {
        let [from, to] = ends.map(|end| batch.iter().map(|hits| hits[end]).sum::<u64>() as f64);
        (to - from) / paths_a_batch as f64
    });
    let attribution = match design.is_exact() {
        true => Attribution::Exact,
        false => Attribution::Sampled { orders: design.orders() },
    };
    Waterfall {
        scenarios: [first, second].map(|case| case.name.to_owned()),
        titles: [first, second].map(|case| case.scenario.title.clone()),
        target: target.name.clone(),
        at_least: target.at_least / first.scenario.money.scale,
        unit: first.scenario.money.label(),
        period: target.period.to_string(),
        prices: first.scenario.money.prices.to_string(),
        probabilities: reached.map(|hits| proportion(hits, paths, LEVEL)),
        difference: ratios.of(&differences.collect::<Vec<_>>()),
        warnings: warnings(&bars, reached, paths),
        bars,
        attribution,
        models: game.scenarios.len(),
        paths,
        seed: question.seed,
    }
}

/// The name of a bar: of up to three assumptions, or of two and how many more.
fn name(differences: &[Difference]) -> String {
    let one = |difference: &Difference| match &difference.path[..] {
        [_correlation] => "correlations".to_owned(),
        [target, _, _] if target == "target" => "flows that count".to_owned(),
        _ => words::assumption(&difference.key()),
    };
    let mut names: Vec<String> = differences.iter().map(one).collect();
    names.dedup();
    if names.len() > 3 {
        let more = names.len() - 2;
        return format!("{} and {more} more", names[..2].join(" + "));
    }
    names.join(" + ")
}

fn warnings(bars: &[Bar], reached: [u64; 2], paths: u64) -> Vec<String> {
    let mut warnings = Vec::new();
    if bars.is_empty() {
        warnings.push("they differ in no assumption that can move P".to_owned());
    }
    if reached.iter().all(|hits| (*hits).min(paths - hits) < FEW) {
        let [from, to] = reached.map(words::count);
        let of = words::count(paths);
        warnings.push(format!("the target is reached on {from} and on {to} of {of} paths: too few (or too nearly all) to tell bars apart; more --paths, or a target nearer to the middle, would"));
    }
    warnings
}
