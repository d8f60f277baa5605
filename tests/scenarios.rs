//! The shipped scenarios: each runs, has a source for every number, and the order between them is
//! the one that their assumptions imply.

use crate::setup::{self, paths};
use std::path::{Path, PathBuf};
use tradecast::scenario::Scenario;

fn files(case: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(case);
    let entries = std::fs::read_dir(folder).expect("a folder of scenarios");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    files
}

fn read(path: &Path) -> Scenario {
    match Scenario::read(path) {
        Ok(scenario) => scenario,
        Err(error) => panic!("{:?}", miette::Report::new(error)),
    }
}

#[test]
fn every_shipped_scenario_runs_and_every_number_has_a_source() {
    let all = [files("pakistan-kyrgyzstan"), files("india-united-states")].concat();
    assert!(all.len() >= 8, "{all:?}");
    for path in all {
        let scenario = read(&path);
        let assumptions = scenario.assumptions();
        let without: Vec<&str> = assumptions
            .iter()
            .filter(|assumption| assumption.source.is_none())
            .map(|assumption| assumption.key.as_str())
            .collect();
        assert!(without.is_empty(), "{}: no source for {without:?}", path.display());
        let projection = setup::project(&scenario, paths(2_000));
        for series in &projection.series {
            for point in series.periods.iter().chain(&series.steps) {
                let rising = point.quantiles.windows(2).all(|pair| pair[0] <= pair[1]);
                assert!(rising && point.quantiles[0] >= 0.0, "{} {}", path.display(), series.name);
            }
        }
    }
}

#[test]
fn the_case_is_ordered_as_its_assumptions_are() {
    let p = |name: &str| {
        let file = format!("{name}.toml");
        let folder = files("pakistan-kyrgyzstan");
        let path = folder.iter().find(|path| path.ends_with(&file)).expect("a shipped scenario");
        let projection = setup::project(&read(path), paths(100_000));
        projection.targets[0].probability().estimate
    };
    // Common random numbers: the order holds path by path, or nearly.
    let ascending = [
        "history-continues",
        "qtta-corridor",
        "announced-measures",
        "full-implementation",
        "everything-goes-right",
    ];
    let values: Vec<f64> = ascending.iter().map(|name| p(name).value).collect();
    assert!(values.windows(2).all(|pair| pair[0] <= pair[1]), "{values:?}");
    assert!(p("borders-stay-shut").value <= p("announced-measures").value);
    assert!(p("history-continues-state-bank").value <= p("history-continues").value);
}

#[test]
fn each_yardstick_is_a_scenario_and_the_headline_names_it() {
    for path in files("pakistan-kyrgyzstan") {
        let scenario = read(&path);
        for target in &scenario.targets {
            let who = target.measured_by.as_deref().unwrap_or_default();
            assert!(!who.is_empty(), "{} does not say who counts", path.display());
        }
    }
}
