//! A few outputs for a fixed seed, frozen: a change here is a **Results change** in CHANGELOG.md.

use crate::agreement::{YEARLY, quarterly};
use crate::setup::{self, paths};
use tradecast::model::Model;
use tradecast::scenario::Scenario;

/// Hits in and by of each target's own period, and three quantiles of its total, in million.
fn figures(scenario: &Scenario) -> String {
    let model = Model::new(scenario, 20251204);
    let state = setup::run(&model, paths(100_000));
    let mut lines = Vec::new();
    for (target, counted) in model.targets.iter().zip(&state.targets) {
        let total = state.own_total(target);
        let quantiles: Vec<String> =
            [0.05, 0.5, 0.95].iter().map(|p| format!("{}", total.quantile(*p) / 1e6)).collect();
        let last = counted.inside.len() - 1;
        lines.push(format!(
            "in {} by {} quantiles {}",
            counted.inside[last],
            counted.by[last],
            quantiles.join(" ")
        ));
    }
    lines.join("\n")
}

#[test]
fn the_yearly_scenario() {
    insta::assert_snapshot!(figures(&setup::scenario(YEARLY)), @r"
    in 54730 by 57166 quantiles 63.476367360000005 136.56109259668509 310.49488793599977
    in 38068 by 40544 quantiles 18.723991373913044 57.776882526315795 170.65098171733322
    ");
}

#[test]
fn the_quarterly_scenario() {
    insta::assert_snapshot!(figures(&quarterly()), @r"
    in 62493 by 70964 quantiles 55.64565383529412 127.73343043678162 316.8567295999997
    in 72294 by 88024 quantiles 11.237610057142858 39.85917851748252 83.24890623999997
    ");
}
