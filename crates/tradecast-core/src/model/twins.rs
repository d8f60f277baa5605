//! What models on the same paths draw alike: scenarios of one case share most of their assumptions,
//! and a draw is a pure function of its name, so it is taken once and copied.

use super::{Block, FlowModel, Model};
use crate::random::PointSource;

/// Where a row of another model's block holds what a row of one's own would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Twin {
    /// The model.
    pub model: usize,
    /// Its row, or its disruption.
    pub row: usize,
}

/// The rows of a model's block that blocks of models before it hold already.
#[derive(Clone, Debug)]
pub struct Twins {
    /// By row of values.
    values: Vec<Option<Twin>>,
    /// By disruption.
    losses: Vec<Option<Twin>>,
    /// By flow.
    levels: Vec<Option<Twin>>,
    /// By walk: whether nothing needs it, as the levels of its flow are copied.
    idle: Vec<bool>,
}

/// The blocks of the models before, evaluated on the same paths.
#[derive(Clone, Copy)]
pub(super) struct Beside<'a> {
    twins: &'a Twins,
    blocks: &'a [Block],
}

impl Twins {
    /// What a model draws as one of those before it does.
    pub fn new(model: &Model, earlier: &[Model]) -> Self {
        let first = |find: &dyn Fn(&Model) -> Option<usize>| {
            let twin = |(index, other)| Some(Twin { model: index, row: find(other)? });
            earlier.iter().enumerate().find_map(twin)
        };
        let value = |row| first(&|other| model.parameters.like_row(row, &other.parameters));
        // What comes step by step needs the same steps and years.
        let first_in_time = |find: &dyn Fn(&Model) -> Option<usize>| {
            first(&|other| if other.timeline == model.timeline { find(other) } else { None })
        };
        let loss = |index: usize| first_in_time(&|other| model.like_disruption(index, other));
        let level = |index: usize| first_in_time(&|other| model.like_level(index, other));
        let levels: Vec<Option<Twin>> = (0..model.flows.len()).map(level).collect();
        let mut idle = vec![false; model.walks.len()];
        for (flow, twin) in model.flows.iter().zip(&levels) {
            idle[flow.walk] = twin.is_some();
        }
        Self {
            values: (0..model.parameters.rows()).map(value).collect(),
            losses: (0..model.disruptions.len()).map(loss).collect(),
            levels,
            idle,
        }
    }
}

/// Models that see the same paths.
#[derive(Clone, Copy)]
pub struct Alike<'a> {
    /// The models.
    pub models: &'a [Model],
    /// By model, what it has from those before it.
    pub twins: &'a [Twins],
}

/// The points of a block of paths.
#[derive(Clone, Copy)]
pub struct BlockPoints<'a> {
    /// Where they come from.
    pub source: &'a dyn PointSource,
    /// The first path.
    pub first_path: u64,
}

/// Evaluates one of several models on a block of paths, after those before it.
pub fn evaluate_in_turn<'a>(
    Alike { models, twins }: Alike<'_>,
    index: usize,
    points: BlockPoints<'_>,
    blocks: &'a mut [Block],
) -> &'a mut Block {
    let (before, rest) = blocks.split_at_mut(index);
    let beside = Beside { twins: &twins[index], blocks: before };
    models[index].evaluate_beside(points.source, points.first_path, beside, &mut rest[0]);
    &mut rest[0]
}

impl Beside<'_> {
    /// With no other block.
    pub fn nothing() -> Self {
        const NOTHING: &Twins =
            &Twins { values: Vec::new(), losses: Vec::new(), levels: Vec::new(), idle: Vec::new() };
        Self { twins: NOTHING, blocks: &[] }
    }

    /// Values that another block holds as row `row` of the values drawn.
    pub(super) fn values(&self, row: usize) -> Option<&[f64]> {
        let twin = (*self.twins.values.get(row)?)?;
        Some(self.blocks[twin.model].drawn().values(twin.row))
    }

    /// A step's level that another block holds as that of a flow.
    pub(super) fn level(&self, flow: usize, step: usize) -> Option<&[f64]> {
        let twin = (*self.twins.levels.get(flow)?)?;
        self.blocks[twin.model].levels(twin.row, step)
    }

    /// Whether a walk need not move.
    pub(super) fn is_idle(&self, walk: usize) -> bool {
        self.twins.idle.get(walk).is_some_and(|idle| *idle)
    }

    /// Shares, a row a step, that another block holds as those that a disruption takes.
    pub(super) fn losses(&self, disruption: usize, steps: usize) -> Option<&[f64]> {
        let twin = (*self.twins.losses.get(disruption)?)?;
        Some(self.blocks[twin.model].losses.rows(twin.row * steps..(twin.row + 1) * steps))
    }
}

impl Model {
    /// The flow of another model that has the same undisturbed levels as one of this model's.
    fn like_level(&self, index: usize, other: &Self) -> Option<usize> {
        let own = (&self.parameters, &self.shocks);
        let theirs = (&other.parameters, &other.shocks);
        let flow = &self.flows[index];
        let is_alike = |known: &FlowModel| {
            let has_no_driver = flow.elasticities.is_empty() && known.elasticities.is_empty();
            has_no_driver
                && flow.step_factors == known.step_factors
                && own.0.are_like(flow.undo_loss, theirs.0, known.undo_loss)
                && own.0.is_like(flow.baseline, theirs.0, known.baseline)
                && self.walks[flow.walk].is_like(own, &other.walks[known.walk], theirs)
        };
        let is_kept = self.has_actions() && other.has_actions();
        is_kept.then(|| other.flows.iter().position(is_alike)).flatten()
    }

    /// The disruption of another model that takes the same shares as one of this model's.
    fn like_disruption(&self, index: usize, other: &Self) -> Option<usize> {
        let (own, theirs) = (&self.parameters, &other.parameters);
        let is_alike = |known: &_| self.disruptions[index].is_like(known, own, theirs);
        other.disruptions.iter().position(is_alike)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Philox;
    use crate::scenario::{Disk, Scenario};
    use std::path::Path;

    fn read(path: &Path, settings: &[&str]) -> Model {
        let settings: Vec<String> = settings.iter().map(ToString::to_string).collect();
        let scenario = Scenario::load(path, &settings, &Disk).expect("a valid scenario");
        Model::new(&scenario, 1)
    }

    fn shipped(file: &str) -> Model {
        read(&crate::repository("scenarios/pakistan-kyrgyzstan").join(file), &[])
    }

    fn model(text: &str, settings: &[&str]) -> Model {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("scenario.toml");
        std::fs::write(&path, text).expect("a file");
        read(&path, settings)
    }

    fn found(twins: &[Option<Twin>]) -> usize {
        twins.iter().flatten().count()
    }

    /// Two correlated flows and two disruptions.
    const TEXT: &str = r#"
title = "Two flows"
[[target]]
name = "t"
at_least = 9
in = "2027"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = { period = "2025", value.lognormal = { median = 4, sigma = 0.1 } }
growth.random_walk = { median = "5%", volatility = "30%", transitory = "20%", tails.student_t = 5 }
[[flow]]
name = "g"
from = "B"
to = "A"
baseline = { period = "2025", value = 2 }
growth.random_walk = { median = "5%", volatility = "30%" }
[[correlation]]
between = ["f", "g"]
value = 0.1
[[disruption]]
name = "road"
flows = "all"
rate_per_year = 1
duration = "2 months"
loss = 0.4
ongoing.until = "2026-12"
[[disruption]]
name = "pass"
flows = "all"
rate_per_year = 0.4
duration = "1 month"
loss = 0.25
"#;

    #[test]
    fn a_scenario_that_adds_to_another_draws_only_what_is_new() {
        let more = "[[intervention]]\nname = \"i\"\nprobability = 0.5\nadds = { flow = \"f\", per_year.uniform = { min = 1, max = 2 } }\n";
        let models = [model(TEXT, &[]), model(&format!("{TEXT}{more}"), &[])];
        let twins = Twins::new(&models[1], &models[..1]);
        assert_eq!(found(&twins.losses), 2);
        assert_eq!(twins.idle, [true, true]);
        assert_eq!(found(&twins.values), models[0].parameters.rows());
        assert!(models[1].parameters.rows() > models[0].parameters.rows());
    }

    #[test]
    fn what_differs_is_drawn_anew() {
        let changed = [
            ("flow.f.growth.random_walk.tails.student_t=4", [1, 2]),
            ("flow.f.growth.random_walk.transitory=0.3", [1, 2]),
            ("flow.f.growth.random_walk.median=0.3", [1, 2]),
            ("flow.f.baseline.value=14", [1, 2]),
            ("correlation.f+g.value=0.2", [1, 2]),
            ("disruption.pass.rate_per_year=0.5", [2, 1]),
            ("disruption.pass.loss=0.5", [2, 1]),
            ("disruption.road.ongoing.until=\"2027-01\"", [2, 1]),
        ];
        for (setting, expected) in changed {
            let models = [model(TEXT, &[]), model(TEXT, &[setting])];
            let twins = Twins::new(&models[1], &models[..1]);
            assert_eq!([found(&twins.levels), found(&twins.losses)], expected, "{setting}");
        }
    }

    #[test]
    fn fitted_flows_are_alike_where_their_histories_and_drifts_are() {
        let first = [shipped("qtta-corridor.toml")];
        let alike = |file: &str| found(&Twins::new(&shipped(file), &first).levels);
        assert_eq!(alike("full-implementation.toml"), 1);
        assert_eq!(alike("everything-goes-right.toml"), 0);
    }

    /// Quarters of calendar years and of fiscal ones: a year's own disturbance spans other quarters.
    #[test]
    fn other_years_are_other_levels() {
        let text = r#"
title = "Quarters"
[calendar]
step = "quarter"
[[target]]
name = "t"
at_least = 9
in = "2027"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = { period = "2025", value = 4 }
growth.random_walk = { median = "5%", volatility = "30%", transitory = "20%" }
[[intervention]]
name = "i"
start = "2026-06"
adds = { flow = "f", per_year = 1 }
"#;
        const FISCAL: &str = r#"step = "quarter"
fiscal_year_starts = "July"
[[target]]
name = "fiscal"
at_least = 9
in = "FY2026-27""#;
        let first = [model(text, &[])];
        let alike = |text: &str| found(&Twins::new(&model(text, &[]), &first).levels);
        assert_eq!(alike(text), 1);
        let fiscal = text.replace("step = \"quarter\"", FISCAL);
        assert_eq!(alike(&fiscal), 0);
    }

    #[test]
    fn copies_have_the_bits_of_what_is_drawn_alone() {
        let models = [shipped("borders-stay-shut.toml"), shipped("full-implementation.toml")];
        let twins = [0, 1].map(|index| Twins::new(&models[index], &models[..index]));
        let mut blocks = [&models[0], &models[1]].map(|model| model.block(64));
        for index in 0..2 {
            {
                let alike = Alike { models: &models, twins: &twins };
                let points = BlockPoints { source: &Philox, first_path: 640 };
                evaluate_in_turn(alike, index, points, &mut blocks);
            }
        }
        let mut alone = models[1].block(64);
        models[1].evaluate(&Philox, 640, &mut alone);
        let rows = |block: &Block| -> Vec<u64> {
            let steps = 0..models[1].timeline.steps;
            let flows = steps.flat_map(|step| (0..models[1].flows()).map(move |flow| (flow, step)));
            flows
                .flat_map(|(flow, step)| block.flow(flow, step).to_vec())
                .map(f64::to_bits)
                .collect()
        };
        assert_eq!(rows(&blocks[1]), rows(&alone));
    }
}
