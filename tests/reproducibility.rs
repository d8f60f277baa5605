//! Same seed, same bytes, however the work is cut; and what a change must and must not move.

use crate::agreement::{YEARLY, quarterly};
use crate::setup::{self, How, paths};
use std::ops::ControlFlow;
use std::path::Path;
use tradecast::engine::{Asked, BATCH, Detail, Outcome, Plan, Simulation, State};
use tradecast::model::Model;
use tradecast::report::{chart, csv};
use tradecast::scenario::{Disk, Method, Quantity, Scenario};

const PATHS: u64 = 20_000;

fn state(scenario: &Scenario, how: How) -> State {
    setup::run(&Model::new(scenario, scenario.simulation.seed), how)
}

fn scenarios() -> [Scenario; 2] {
    [setup::scenario(YEARLY), quarterly()]
}

#[test]
fn threads_and_block_sizes_do_not_matter() {
    for scenario in scenarios() {
        let expected = state(&scenario, paths(PATHS));
        for (threads, lanes) in [(1, 64), (2, 16), (8, 512), (8, 80), (3, 4096)] {
            let how = How { paths: PATHS, threads, lanes: Some(lanes) };
            assert!(state(&scenario, how) == expected, "{threads} threads, {lanes} lanes");
        }
    }
}

/// Weighted and evenly spread paths, and the pilots that plan them.
#[test]
fn every_method_is_the_same_on_any_threads_and_blocks() {
    let rare = setup::with_settings(YEARLY, &["target.announced.at_least=2_000"]);
    let models = [Model::new(&rare, 5)];
    for method in [Method::ImportanceSampling, Method::QuasiMonteCarlo] {
        let run = |threads, lanes| {
            let threads = setup::threads(threads);
            let plan = Plan::new(&models, Asked::new(method, 5, Detail::Full), &threads);
            let simulation = Simulation {
                models: &models,
                plan: &plan,
                detail: Detail::Full,
                matched: &[],
                threads: &threads,
                lanes,
            };
            (simulation.run(0..PATHS, |_| ControlFlow::Continue(())), plan)
        };
        let (expected, expected_plan) = run(1, Some(64));
        assert_eq!(expected_plan.weighted.is_some(), method == Method::ImportanceSampling);
        for (threads, lanes) in [(2, None), (8, Some(16)), (3, Some(512))] {
            let (outcome, plan) = run(threads, lanes);
            assert!(plan == expected_plan, "{method:?}, {threads} threads: another plan");
            let is_same = outcome.states == expected.states
                && outcome.scramblings == expected.scramblings
                && outcome.weighted == expected.weighted;
            assert!(is_same, "{method:?}: {threads} threads, {lanes:?} lanes");
        }
    }
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let scenario = setup::scenario(YEARLY);
    let write = |threads| {
        let how = How { paths: PATHS, threads, lanes: None };
        let projection = setup::project(&scenario, how);
        let tables: Vec<Vec<u8>> =
            csv::tables(&projection).into_iter().map(|table| table.bytes).collect();
        let figures = chart::figures(&projection).expect("figures");
        let images: Vec<Vec<u8>> =
            figures.iter().map(|figure| figure.png().expect("a PNG")).collect();
        (tables, images)
    };
    assert!(write(1) == write(8));
}

#[test]
fn a_longer_run_continues_a_shorter_one() {
    // What a longer run counted of the paths after a shorter one's, and all of the shorter one, is
    // the longer run, count by count: its first paths are those of the shorter.
    let models = [Model::new(&setup::scenario(YEARLY), 3)];
    let short = setup::run_range(&models, 0..BATCH);
    let mut sum = setup::run_range(&models, BATCH..BATCH + PATHS);
    sum.merge(&short);
    let long = setup::run_range(&models, 0..BATCH + PATHS);
    assert!(sum == long);
    let hits = |outcome: &Outcome| outcome.states[0].hits();
    assert!(hits(&short).iter().zip(hits(&long)).all(|(short, long)| 0 < *short && *short < long));
}

#[test]
fn an_unused_flow_changes_no_other_number() {
    let plain = setup::scenario(YEARLY);
    let extra = r#"
[[flow]]
name = "aside"
from = "C"
to = "D"
baseline = { period = "FY2024-25", value = 7 }
growth.random_walk = { median = "3%", volatility = "20%" }
"#;
    // The first target sums all flows: name them, so that the new one stays outside.
    let named = r#"in = "FY2028-29"
flows = ["exports", "imports", "power", "services"]"#;
    let text = YEARLY.replacen("in = \"FY2028-29\"", named, 1) + extra;
    let wide = setup::scenario(&text);
    let (plain_state, wide_state) = (state(&plain, paths(PATHS)), state(&wide, paths(PATHS)));
    for (plain, wide) in plain_state.targets.iter().zip(&wide_state.targets) {
        assert_eq!((&plain.inside, &plain.by), (&wide.inside, &wide.by));
        assert_eq!(plain.shortfall, wide.shortfall);
    }
    assert_eq!(plain_state.series[..2], wide_state.series[..2]);
}

#[test]
fn the_unit_of_money_changes_nothing() {
    let million = setup::scenario(YEARLY);
    let mut text = YEARLY.replacen("[money]", "[money]\nunit = \"billion\"", 1);
    for (given, scaled) in [
        ("at_least = 130", "at_least = 0.13"),
        ("at_least = 70", "at_least = 0.07"),
        ("median = 40,", "median = 0.04,"),
        ("value = 20 }", "value = 0.02 }"),
        ("values = [3, 8]", "values = [0.003, 0.008]"),
        ("min = 30, mode = 62, max = 85", "min = 0.03, mode = 0.062, max = 0.085"),
    ] {
        assert!(text.contains(given), "{given}");
        text = text.replacen(given, scaled, 1);
    }
    let billion = setup::scenario(&text);
    let (first, second) = (state(&million, paths(PATHS)), state(&billion, paths(PATHS)));
    for (first, second) in first.targets.iter().zip(&second.targets) {
        for (first, second) in first.inside.iter().zip(&second.inside) {
            // Amounts in single dollars differ in the last bit: a path in a million may cross.
            assert!(first.abs_diff(*second) <= 1 + PATHS / 1_000_000, "{first} {second}");
        }
    }
}

#[test]
fn p_falls_with_the_target_and_rises_with_growth() {
    let hits =
        |settings: &[&str]| state(&setup::with_settings(YEARLY, settings), paths(PATHS)).hits()[0];
    let by_target: Vec<u64> = [60, 90, 130, 200]
        .map(|amount| hits(&[&format!("target.announced.at_least={amount}")]))
        .into();
    assert!(by_target.windows(2).all(|pair| pair[0] >= pair[1]), "{by_target:?}");
    let by_growth: Vec<u64> = ["-5%", "0%", "4%", "12%"]
        .map(|growth| hits(&[&format!("flow.exports.growth.random_walk.median={growth}")]))
        .into();
    assert!(by_growth.windows(2).all(|pair| pair[0] <= pair[1]), "{by_growth:?}");
}

#[test]
fn another_seed_gives_other_paths_and_shares_nothing_with_the_next() {
    // Peers shift: the second variable of seed 1 must not be the first of seed 2.
    let scenario = setup::scenario(YEARLY);
    let of_seed = |seed| setup::run(&Model::new(&scenario, seed), paths(PATHS));
    assert!(of_seed(1) != of_seed(2));
}

/// What scenarios share is drawn once, whatever the order in which they come.
#[test]
fn scenarios_run_together_give_what_each_gives_alone() {
    let folder = Path::new("scenarios/pakistan-kyrgyzstan");
    let files = ["borders-stay-shut", "history-continues", "with-services", "casa-1000"];
    let model = |file: &str| {
        let scenario = Scenario::read(folder.join(format!("{file}.toml"))).expect(file);
        Model::new(&scenario, 3)
    };
    let mut models: Vec<Model> = files.map(model).to_vec();
    for _ in 0..2 {
        let alone: Vec<State> = models.iter().map(|one| setup::run(one, paths(PATHS))).collect();
        let together = setup::run_all(&models, paths(PATHS), (Detail::Full, &[]));
        assert!(together.states == alone);
        models.reverse();
    }
}

/// P without measures is counted on the same paths as a scenario in which none happens.
#[test]
fn without_measures_the_paths_are_those_of_a_scenario_where_none_happens() {
    for (file, target) in [
        ("pakistan-kyrgyzstan/announced-measures", "target.announced.at_least=30"),
        ("pakistan-kyrgyzstan/borders-stay-shut", "target.announced.at_least=15"),
        ("india-united-states/agreement-constant-prices", "target.mission-500.at_least=250"),
    ] {
        let file = Path::new("scenarios").join(file).with_extension("toml");
        let mut scenario = Scenario::load(&file, &[target.to_owned()], &Disk).expect(target);
        let own = state(&scenario, paths(PATHS)).targets.remove(0);
        for intervention in &mut scenario.interventions {
            intervention.probability = Quantity::Certain(0.0);
        }
        let never = state(&scenario, paths(PATHS)).targets.remove(0);
        let expected = never.inside.last().copied();
        assert_eq!(Some(own.without_measures), expected, "{}", file.display());
        assert!(own.without_measures > 0 && own.inside.last() > expected.as_ref());
    }
}

#[test]
fn scenarios_that_differ_in_nothing_differ_in_no_path() {
    let scenario = setup::scenario(YEARLY);
    let models = [Model::new(&scenario, 5), Model::new(&scenario, 5)];
    let matched = [vec![0, 0], vec![1, 1]];
    let outcome = setup::run_all(&models, paths(PATHS), (Detail::Attainment, &matched));
    for pairs in outcome.pairs.iter().flatten() {
        assert_eq!((pairs.first_only, pairs.second_only), (0, 0));
        assert_eq!(pairs.paths(), PATHS);
    }
}

#[test]
fn the_middle_band_does_not_depend_on_the_number_of_paths() {
    // Contributions of a run of one batch and of a longer one are over the same band, so those of
    // the first are part of those of the second.
    let scenario = setup::scenario(YEARLY);
    let (short, long) = (state(&scenario, paths(1_000)), state(&scenario, paths(BATCH)));
    assert!(short.targets[0].band_paths > 0);
    let share = |state: &State| state.targets[0].band_paths as f64 / state.paths as f64;
    // A tenth of the paths by definition of the band.
    assert!((share(&long) - 0.1).abs() < 0.002, "{}", share(&long));
    assert!((share(&short) - 0.1).abs() < 0.05, "{}", share(&short));
}
