//! A block that keeps the values of quantities whose normals stay gives what one that keeps none does.

use crate::setup::scenario;
use std::path::Path;
use tradecast::model::{Block, Model};
use tradecast::random::{
    Origin, PickFreeze, Pin, Pinned, PointSource, SECOND_PATHS, Tape, Variable,
};
use tradecast::scenario::Scenario;
use tradecast::sensitivity::{LANES, blends, mixed_variables};

/// Two flows with correlated baselines, a third quantity of its own, and a probability that is not
/// known.
const CORRELATED: &str = r#"
title = "Kept quantities"
[[target]]
name = "t"
at_least = 20
in = "2027"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = { period = "2025", value = { lognormal = { median = 10, sigma = 0.2 } } }
growth.random_walk = { median = { normal = { mean = "3%", std_dev = "2%" } }, volatility = "10%" }
[[flow]]
name = "g"
from = "B"
to = "A"
baseline = { period = "2025", value = { triangular = { min = 3, mode = 5, max = 9 } } }
growth.constant = "2%"
[[intervention]]
name = "x"
probability = { beta = { mean = 0.4, concentration = 20 } }
start = "2026-06"
adds = { flow = "f", per_year = { lognormal = { median = 4, sigma = 0.3 } } }
[[correlation]]
between = ["f.baseline", "g.baseline"]
value = 0.6
[[correlation]]
between = ["g.baseline", "x"]
value = -0.4
"#;

/// The totals of a target, evaluated by both blocks, are equal bit by bit.
fn assert_alike(model: &Model, points: &dyn PointSource, first: u64, blocks: &mut [Block; 2]) {
    let target = &model.targets[0];
    let totals = blocks.each_mut().map(|block| {
        let mut totals = vec![0.0; LANES];
        model.evaluate(points, first, block);
        block.total(&target.flows, target.own_steps(), &mut totals);
        totals.iter().map(|total| total.to_bits()).collect::<Vec<_>>()
    });
    assert!(totals[0] == totals[1], "paths from {first}");
}

/// Where the numbers come from when some inputs are frozen.
fn origins(
    inputs: &[tradecast::model::Input],
    frozen: &[bool],
) -> std::collections::HashMap<Variable, Origin> {
    let again = inputs.iter().zip(frozen).filter(|(_, frozen)| !**frozen);
    let own = again.flat_map(|(input, _)| &input.own).map(|own| (*own, Origin::Second));
    let mixed = blends(inputs, &mixed_variables(inputs), frozen).into_iter();
    own.chain(mixed.map(|(variable, parts)| (variable, Origin::Blend(parts)))).collect()
}

/// Plain points, each input at two ends, frozen sets that grow, shrink and come back, and the next
/// paths: in one order, by the same two blocks.
fn assert_kept(scenario: &Scenario) {
    let seed = scenario.simulation.seed;
    let model = Model::new(scenario, seed);
    let (inputs, coordinates) = model.inputs(scenario, seed, 0);
    let mut blocks = [model.block(LANES), model.block(LANES)];
    blocks[0].keep_quantities();
    let [mut first, mut second] = [0, 1].map(|_| Tape::new(&coordinates, LANES));
    for path in [0, LANES as u64, 0] {
        first.draw(path);
        second.draw(path + SECOND_PATHS);
        assert_alike(&model, &first, path, &mut blocks);
        for pin in inputs.iter().filter_map(|input| input.pin.as_ref()) {
            let ends = if matches!(pin, Pin::Sum(_)) { [-1.3, 1.3] } else { [0.9, 0.1] };
            for at in ends {
                assert_alike(&model, &Pinned::new(&first, pin, at, LANES), path, &mut blocks);
            }
        }
        let count = inputs.len();
        let growing = (0..=count).map(|of| (0..count).map(|input| input < of).collect());
        let but_one = (0..count).map(|of| (0..count).map(|input| input != of).collect());
        let only_one = (0..count).map(|of| (0..count).map(|input| input == of).collect());
        let sets: Vec<Vec<bool>> = growing.chain(but_one).chain(only_one).collect();
        for frozen in &sets {
            let origins = origins(&inputs, frozen);
            let points = PickFreeze { first: &first, second: &second, origins };
            assert_alike(&model, &points, path, &mut blocks);
        }
    }
}

#[test]
fn correlated_quantities_are_kept_and_made_anew() {
    let scenario = scenario(CORRELATED);
    let (inputs, _) = Model::new(&scenario, 1).inputs(&scenario, 1, 0);
    let correlated = inputs.iter().filter(|input| !input.is_independent()).count();
    assert_eq!(correlated, 3);
    assert_kept(&scenario);
}

#[test]
fn those_of_a_shipped_scenario_too() {
    let path = Path::new("scenarios/pakistan-kyrgyzstan/everything-goes-right.toml");
    assert_kept(&Scenario::read(path).expect("a scenario"));
}
