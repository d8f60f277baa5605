//! The answer as plain data: the two probabilities, and a bar an assumption between them.

use super::Question;
use super::design::{BATCHES, Design};
use super::difference::Difference;
use crate::projection::Prices;
use crate::sensitivity::Ratios;
use crate::statistics::{Estimate, Interval, LEVEL, proportion};
use crate::warning::Warning;
use serde::Serialize;

/// Where both scenarios reach the target, or miss it, on fewer paths than these, bars are a doubt.
const FEW: u64 = 100;

/// Fewer paths than these that differ by an assumption are a doubt: batches without any say that the
/// error is smaller than it is.
const FEW_DIFFERING: u64 = 10;

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
    /// What the first scenario says, in words; by key.
    pub from: Vec<String>,
    /// What the second says; by key.
    pub to: Vec<String>,
    /// The change in P, a difference of probabilities.
    pub change: Estimate,
    /// So many paths at least reach the target by it, or miss it.
    pub differing: u64,
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
    /// The prices of amounts.
    pub prices: Prices,
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
    pub warnings: Vec<Warning>,
}

/// Hits of all scenarios that were simulated.
pub struct Count<'a> {
    /// Which scenario is what.
    pub design: &'a Design,
    /// By piece and place of a scenario.
    pub hits: &'a [Vec<u64>],
    /// Paths of a batch.
    pub paths_a_batch: u64,
    /// Different scenarios that were simulated.
    pub models: usize,
}

impl Count<'_> {
    /// The answer, with a bar for each of the players.
    pub fn waterfall(&self, question: &Question<'_>, players: &[Vec<Difference>]) -> Waterfall {
        let [first, second] = question.scenarios;
        let target = &first.targets[question.target];
        let reached =
            self.design.ends.map(|end| self.hits.iter().map(|hits| hits[end]).sum::<u64>());
        let bars = self.bars(players);
        let attribution = if self.design.is_exact() {
            Attribution::Exact
        } else {
            Attribution::Sampled { orders: self.design.orders() }
        };
        Waterfall {
            scenarios: [first, second].map(|scenario| scenario.name.clone()),
            titles: [first, second].map(|case| case.title.clone()),
            target: target.name.clone(),
            at_least: target.at_least.in_units(),
            unit: first.money.label(),
            period: target.period.to_string(),
            prices: first.money.prices.stated(),
            probabilities: reached.map(|hits| proportion(hits, self.paths(), LEVEL)),
            difference: self.difference(),
            warnings: warnings(&bars, reached, self.paths()),
            bars,
            attribution,
            models: self.models,
            paths: self.paths(),
            seed: question.seed,
        }
    }

    fn paths(&self) -> u64 {
        BATCHES * self.paths_a_batch
    }

    /// The bars, the one that moves P most first.
    fn bars(&self, players: &[Vec<Difference>]) -> Vec<Bar> {
        let shares = self.hits.iter().enumerate();
        let shares: Vec<_> = shares.map(|(piece, hits)| self.design.shares(piece, hits)).collect();
        let all = (self.design.divisor() * i128::from(self.paths_a_batch)) as f64;
        let bar = |(player, differences): (usize, &Vec<Difference>)| {
            let by_batch = shares.chunks(self.design.pieces() as usize).map(|batch| {
                batch.iter().map(|shares| shares[player].value).sum::<i128>() as f64 / all
            });
            Bar {
                keys: differences.iter().map(Difference::key).collect(),
                from: differences.iter().map(|it| it.from.clone()).collect(),
                to: differences.iter().map(|it| it.to.clone()).collect(),
                change: self.mean(&by_batch.collect::<Vec<_>>()),
                differing: shares.iter().map(|shares| shares[player].differing).sum(),
            }
        };
        let mut bars: Vec<Bar> = players.iter().enumerate().map(bar).collect();
        let size = |bar: &Bar| bar.change.value.abs();
        bars.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.keys.cmp(&b.keys)));
        bars
    }

    /// P of the second scenario minus that of the first.
    fn difference(&self) -> Estimate {
        let ends = self.design.ends;
        let by_batch = self.hits.chunks(self.design.pieces() as usize).map(|batch| {
            let [from, to] = ends.map(|end| batch.iter().map(|hits| hits[end]).sum::<u64>() as f64);
            (to - from) / self.paths_a_batch as f64
        });
        let by_batch: Vec<f64> = by_batch.collect();
        if ends[0] == ends[1] {
            // The same scenario: there is no noise.
            plain_mean(&by_batch)
        } else {
            self.mean(&by_batch)
        }
    }

    /// The mean over batches. Where they are all alike, paths that differ from those seen are as rare
    /// as a hit where there was none.
    fn mean(&self, by_batch: &[f64]) -> Estimate {
        let found = plain_mean(by_batch);
        if by_batch.windows(2).any(|two| two[0] != two[1]) {
            return found;
        }
        let unseen = proportion(0, self.paths(), LEVEL);
        let [lower, upper] = [-1.0, 1.0].map(|sign| found.value + sign * unseen.interval.upper);
        Estimate {
            value: found.value,
            standard_error: unseen.standard_error,
            interval: Interval { level: LEVEL, lower: lower.max(-1.0), upper: upper.min(1.0) },
        }
    }
}

/// The mean over batches and what their spread says of it.
fn plain_mean(by_batch: &[f64]) -> Estimate {
    Ratios::new(vec![1.0; by_batch.len()]).of(by_batch)
}

fn warnings(bars: &[Bar], reached: [u64; 2], paths: u64) -> Vec<Warning> {
    if bars.is_empty() {
        return vec![Warning::NoDifference];
    }
    if reached.iter().all(|hits| (*hits).min(paths - hits) < FEW) {
        return vec![Warning::FewHitsToAttribute { reached, paths }];
    }
    let few = bars.iter().filter(|bar| (1..FEW_DIFFERING).contains(&bar.differing));
    few.map(|bar| Warning::FewDiffer { keys: bar.keys.clone(), paths: bar.differing }).collect()
}
