//! What an ensemble says of each target: its members, and their mixture.

use super::mixture::{estimate, quantile, shares};
use super::{Ensemble, Member};
use crate::comparison::Question;
use crate::engine::{Simulated, TargetPlace};
use crate::importance::Criterion;
use crate::model::Model;
use crate::projection::{Prices, Probability};
use crate::scenario::Scenario;
use crate::statistics::{Estimate, QuantileSketch};
use crate::summary;
use crate::warning::Warning;
use serde::Serialize;

/// The probabilities of the quantiles that are given.
const QUANTILES: [f64; 3] = [0.05, 0.5, 0.95];

/// What an ensemble says.
#[derive(Clone, Debug, Serialize)]
pub struct Mixture {
    /// The stem of its file.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The seed of every draw.
    pub seed: u64,
    /// One a target that the members have in common.
    pub targets: Vec<MixedTarget>,
    /// Doubts about the numbers.
    pub warnings: Vec<Warning>,
}

/// What an ensemble says of one target.
#[derive(Clone, Debug, Serialize)]
pub struct MixedTarget {
    /// The target's name.
    pub target: String,
    /// What is summed, as `total trade`; `total` where members differ in it.
    pub total_label: String,
    /// The amount to reach, in `unit`.
    pub at_least: f64,
    /// The period, as `FY2027-28`.
    pub period: String,
    /// The unit of amounts.
    pub unit: String,
    /// The prices of its amounts.
    pub prices: Prices,
    /// Whose statistics the total is judged by, where all members name the same.
    pub measured_by: Option<String>,
    /// P of the mixture: Σ wᵢ Pᵢ, with bounds for its error.
    pub probability: Estimate,
    /// The least number of paths behind the P of a member.
    pub paths: u64,
    /// Median of the mixture's total in the target's period.
    pub median: f64,
    /// Its 5 % quantile.
    pub q05: f64,
    /// Its 95 % quantile.
    pub q95: f64,
    /// The members, in the order of the file.
    pub members: Vec<Part>,
}

/// One member's part in the mixture.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// The member's name.
    pub member: String,
    /// The title of its scenario.
    pub title: String,
    /// Its weight.
    pub weight: f64,
    /// Where the weight comes from.
    pub source: Option<String>,
    /// Its own P.
    pub probability: Probability,
    /// The share wᵢ Pᵢ / P of the mixture's P; none where that is 0.
    pub share: Option<Estimate>,
    /// Median of its total in the target's period.
    pub median: f64,
    /// Its 5 % quantile.
    pub q05: f64,
    /// Its 95 % quantile.
    pub q95: f64,
}

/// What was counted of one member for one target.
#[derive(Clone, Debug)]
pub struct Counted {
    /// P of reaching it in its own period.
    pub probability: Probability,
    /// Its totals in that period, in single units of the currency.
    pub total: QuantileSketch,
}

impl Counted {
    /// What a run of one model counted for one of its targets.
    pub fn of(model: &Model, simulated: &Simulated, target: usize) -> Self {
        let given = &model.targets[target];
        let place = TargetPlace { model: 0, target }.period(given.periods.len() - 1);
        Self {
            probability: summary::probability(simulated.tally(place, Criterion::In).0),
            total: simulated.outcome.states[0].own_total(given).clone(),
        }
    }
}

/// One member's run.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Its scenario.
    pub scenario: &'a Scenario,
    /// That compiled.
    pub model: &'a Model,
    /// What its simulation gave.
    pub simulated: &'a Simulated,
}

/// The mixture of an ensemble for each of the targets `matched`, their indices by member; runs by
/// member, and its [`doubts`].
pub fn mixture(
    (name, ensemble): (String, &Ensemble),
    runs: &[Run<'_>],
    matched: &[Vec<usize>],
    doubts: Vec<Warning>,
) -> Mixture {
    let scenarios: Vec<&Scenario> = runs.iter().map(|run| run.scenario).collect();
    let target = |indices: &Vec<usize>| {
        let runs = runs.iter().zip(indices);
        let counted: Vec<Counted> =
            runs.map(|(run, index)| Counted::of(run.model, run.simulated, *index)).collect();
        mix(ensemble, &scenarios, indices, &counted)
    };
    let members = ensemble.members.iter().zip(runs);
    let of_runs = members.flat_map(|(member, run)| warnings(&member.name, run));
    Mixture {
        name,
        title: ensemble.title.clone(),
        seed: scenarios[0].simulation.seed,
        targets: matched.iter().map(target).collect(),
        warnings: doubts.into_iter().chain(of_runs).collect(),
    }
}

/// In what a member's run falls short of what was asked for.
fn warnings(member: &str, run: &Run<'_>) -> Vec<Warning> {
    let (paths, asked) = (run.simulated.outcome.states[0].paths, run.simulated.asked);
    let partial = (paths < asked).then_some(Warning::Partial { paths, asked });
    let imprecise = run.simulated.is_imprecise.then_some(Warning::Imprecise { paths });
    let of_member =
        |warning| Warning::OfMember { member: member.to_owned(), warning: Box::new(warning) };
    partial.into_iter().chain(imprecise).map(of_member).collect()
}

/// The mixture for one target; `scenarios`, `counted` and the target's index `matched` by member.
pub fn mix(
    ensemble: &Ensemble,
    scenarios: &[&Scenario],
    matched: &[usize],
    counted: &[Counted],
) -> MixedTarget {
    let weights = || ensemble.members.iter().map(|member| member.weight);
    let estimates: Vec<(f64, Estimate)> =
        weights().zip(counted.iter().map(|one| one.probability.estimate)).collect();
    let totals: Vec<(f64, &QuantileSketch)> =
        weights().zip(counted.iter().map(|one| &one.total)).collect();
    let scale = scenarios[0].money.scale;
    let [q05, median, q95] = QUANTILES.map(|p| scale.in_units(quantile(&totals, p)));
    let members = ensemble.members.iter().zip(scenarios).zip(counted).zip(shares(&estimates));
    let question = &Question::of(scenarios[0])[matched[0]];
    let targets = || scenarios.iter().zip(matched).map(|(scenario, index)| (*scenario, *index));
    let labels = targets().map(|(scenario, index)| scenario.total_label(&scenario.targets[index]));
    let judges = targets().map(|(scenario, index)| scenario.targets[index].measured_by.clone());
    MixedTarget {
        target: question.target.clone(),
        total_label: same(labels).unwrap_or_else(|| "total".to_owned()),
        at_least: question.at_least,
        period: question.period.clone(),
        unit: question.unit.clone(),
        prices: question.prices,
        measured_by: same(judges).flatten(),
        probability: estimate(&estimates),
        paths: counted.iter().map(|one| one.probability.paths).min().unwrap_or(0),
        median,
        q05,
        q95,
        members: members
            .map(|(((member, scenario), counted), share)| part(member, scenario, counted, share))
            .collect(),
    }
}

fn part(member: &Member, scenario: &Scenario, counted: &Counted, share: Option<Estimate>) -> Part {
    let scale = scenario.money.scale;
    let [q05, median, q95] = QUANTILES.map(|p| scale.in_units(counted.total.quantile(p)));
    Part {
        member: member.name.clone(),
        title: scenario.title.clone(),
        weight: member.weight,
        source: member.source.clone(),
        probability: counted.probability,
        share,
        median,
        q05,
        q95,
    }
}

/// What makes members something else than rivals in one question, and weights without a source.
pub fn doubts(
    ensemble: &Ensemble,
    scenarios: &[&Scenario],
    matched: &[Vec<usize>],
) -> Vec<Warning> {
    let mut doubts = Vec::new();
    let members = &ensemble.members;
    let count = members.iter().filter(|member| member.source.is_none()).count();
    if count > 0 {
        doubts.push(Warning::WeightsWithoutSource { count, of: members.len() });
    }
    let (first, settings) = (&members[0].name, scenarios[0].simulation);
    for (member, scenario) in members.iter().zip(scenarios) {
        if scenario.simulation != settings {
            let member = member.name.clone();
            doubts.push(Warning::OtherSettings { member, first: first.clone() });
        }
    }
    for indices in matched {
        let judge = |number: usize| scenarios[number].targets[indices[number]].measured_by.clone();
        let other = (1..members.len()).find(|number| judge(*number) != judge(0));
        doubts.extend(other.map(|number| Warning::MixedYardsticks {
            target: scenarios[0].targets[indices[0]].name.clone(),
            member: members[number].name.clone(),
            judged_by: judge(number),
            first: first.clone(),
            first_judged_by: judge(0),
        }));
    }
    doubts
}

/// The value that all have.
fn same<T: PartialEq>(mut values: impl Iterator<Item = T>) -> Option<T> {
    let first = values.next()?;
    values.all(|other| other == first).then_some(first)
}
