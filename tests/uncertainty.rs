//! `tradecast run --uncertainty`: quantiles of P over what is not known, against closed forms and a
//! brute-force nested simulation.

use crate::setup::{self, scenario};
use assert_cmd::Command;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use tradecast::model::{InputKind, Model};
use tradecast::numeric::normal;
use tradecast::projection::{ParameterSpread, Untold};
use tradecast::random::{Philox, PointSource, Variable};
use tradecast::scenario::Scenario;
use tradecast::threads::Work;
use tradecast::uncertainty::{
    DRAWS, DRAWS_FROM, FIRST_PATHS, Hits, MOST_PATHS, PATHS_FROM, nested, spread,
};

/// The hits of each target.
fn found(scenario: &Scenario, threads: usize) -> Vec<Hits> {
    let seed = scenario.simulation.seed;
    let model = Model::new(scenario, seed);
    let (inputs, _) = model.inputs(scenario, seed, 0);
    let threads = setup::threads(threads);
    nested(&model, &inputs, setup::work(&threads)).expect("to the end")
}

/// One flow from an uncertain baseline: ln total = ln 10 + s Z + 2 ln 1.1 + σ √2 E.
fn one_flow(sigma: f64, at_least: f64) -> String {
    let text = r#"
title = "One flow"
[[target]]
name = "t"
at_least = AT_LEAST
in = "2027"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = { period = "2025", value = { lognormal = { median = 10, sigma = SIGMA } } }
growth.random_walk = { median = "10%", volatility = "30%" }
[simulation]
seed = 7
"#;
    text.replace("AT_LEAST", &at_least.to_string()).replace("SIGMA", &sigma.to_string())
}

/// The quantiles of P(θ) against an increasing closed form of the standard normal behind θ. The
/// share of draws below the q quantile has the standard error √(q (1 − q)/M); what chance leaves in
/// the value after shrinking is less than one standard error of its paths, √(p (1 − p)/N). What lies
/// below 3/N, or above 1 − 3/N, must only be said to do so.
fn assert_quantiles(spread: &ParameterSpread, exact: impl Fn(f64) -> f64) {
    for of in &spread.quantiles {
        let q = of.quantile;
        let reach = 5.0 * (q * (1.0 - q) / spread.draws as f64).sqrt();
        let at = |q: f64| exact(normal::quantile(q.clamp(1e-9, 1.0 - 1e-9)));
        let noise = |p: f64| (p * (1.0 - p) / spread.paths as f64).sqrt();
        let (lower, upper) = (at(q - reach), at(q + reach));
        let (lower, upper) = (lower - noise(lower), upper + noise(upper));
        let Some(p) = of.probability else {
            let is_near = lower < spread.least || upper > 1.0 - spread.least;
            assert!(is_near, "{q} is not told, but is {lower} to {upper}");
            continue;
        };
        assert!((lower..=upper).contains(&p), "{q}: {p} is not in {lower} to {upper}");
        assert!(of.interval.is_none_or(|i| i.lower <= p && p <= i.upper));
    }
}

/// P(θ) = Φ((ln 10 + s Z + 2 ln 1.1 − ln L)/(σ √2)), for targets near and far. The mean over Z is a
/// normal probability too.
#[test]
fn the_spread_of_a_lognormal_flow_is_its_closed_form() {
    let shock = 0.3 * std::f64::consts::SQRT_2;
    for (sigma, at_least) in [(0.2, 12.0), (0.2, 33.0), (0.2, 45.0), (0.05, 33.0), (0.45, 52.0)] {
        let middle = libm::log(10.0 / at_least) + 2.0 * libm::log(1.1);
        let found = found(&scenario(&one_flow(sigma, at_least)), 2).remove(0);
        let of_target = spread(&found).expect("a spread");
        assert_quantiles(&of_target, |z| normal::cdf((middle + sigma * z) / shock));
        let mean = normal::cdf(middle / (sigma * sigma + shock * shock).sqrt());
        let values = &of_target.values;
        let variance = values.iter().map(|p| (p - mean) * (p - mean)).sum::<f64>();
        let error = variance.sqrt() / values.len() as f64;
        assert!((of_target.mean - mean).abs() < 5.0 * error, "{} against {mean}", of_target.mean);
        let is_rare = mean < 30.0 / FIRST_PATHS as f64;
        assert_eq!(found.paths > FIRST_PATHS, is_rare, "{} paths at {mean}", found.paths);
    }
}

/// Whether the measure happens decides: with it every path reaches, without it none. Its normal has
/// the correlation ρ with that of the baseline, so that P(θ) = Φ((t − ρ Z)/√(1 − ρ²)) with
/// Φ(t) = ½; and so that a third quantity, which both are correlated with, counts too.
#[test]
fn a_measure_correlated_with_what_is_not_known_has_its_conditional_probability() {
    let text = |correlations: &str| {
        format!(
            r#"
title = "A measure"
[[target]]
name = "t"
at_least = 20
in = "2026"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = {{ period = "2025", value = {{ lognormal = {{ median = 10, sigma = 0.05 }} }} }}
growth.constant = "0%"
[[flow]]
name = "g"
from = "B"
to = "A"
baseline = {{ period = "2025", value = {{ lognormal = {{ median = 1, sigma = 0.05 }} }} }}
growth.constant = "0%"
[[intervention]]
name = "x"
probability = 0.5
start = "2026-01"
adds = {{ flow = "f", per_year = 20 }}
{correlations}
[simulation]
seed = 3
"#
        )
    };
    let pair = |a: &str, b: &str, value: f64| {
        format!("[[correlation]]\nbetween = [\"{a}\", \"{b}\"]\nvalue = {value}\n")
    };
    let one = pair("f.baseline", "x", 0.6);
    let of_target = spread(&found(&scenario(&text(&one)), 2)[0]).expect("a spread");
    assert_quantiles(&of_target, |z| normal::cdf(0.6 * z / 0.8));
    // Two independent quantities with ρ = 0.6 and 0.48: together 0.768, and 1 − 0.5904 is left.
    let two = one + &pair("g.baseline", "x", 0.48);
    let of_target = spread(&found(&scenario(&text(&two)), 2)[0]).expect("a spread");
    let (known, left): (f64, f64) = (0.36 + 0.2304, 1.0 - 0.36 - 0.2304);
    assert_quantiles(&of_target, |z| normal::cdf(known.sqrt() * z / left.sqrt()));
}

/// Plain points of which some variables have the numbers of one other path.
struct Constant {
    numbers: HashMap<Variable, f64>,
}

impl PointSource for Constant {
    fn normals(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]) {
        match self.numbers.get(&variable) {
            Some(number) => out.fill(*number),
            None => Philox.normals(variable, slot, first_path, out),
        }
    }
    fn uniforms(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]) {
        Philox.uniforms(variable, slot, first_path, out);
    }
    fn normals_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]) {
        Philox.normals_of(variable, slot, paths, out);
    }
    fn uniforms_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]) {
        Philox.uniforms_of(variable, slot, paths, out);
    }
}

/// The shipped scenario with everything in it, fitted growth among it: the same hits as when the whole
/// model is evaluated with the numbers of one path in place of all that is drawn once a path. A total
/// may lie on the other side of the target by rounding, in one path of a million or so.
#[test]
fn fixed_quantities_give_the_hits_of_brute_force() {
    let path = Path::new("scenarios/pakistan-kyrgyzstan/everything-goes-right.toml");
    let scenario = Scenario::read(path).expect("a scenario");
    let seed = scenario.simulation.seed;
    let model = Model::new(&scenario, seed);
    let (inputs, _) = model.inputs(&scenario, seed, 0);
    let quantities: Vec<_> = inputs.iter().filter(|it| it.kind == InputKind::Quantity).collect();
    for hidden in ["spread", "level_error", "world.drift"] {
        assert!(quantities.iter().any(|it| it.name.ends_with(hidden)), "{hidden} is not known");
    }
    let found = found(&scenario, 2).remove(0);
    let target = &model.targets[0];
    let (mut block, mut totals) = (model.block(256), vec![0.0; 256]);
    for draw in [0, 1, 17, 1000] {
        let variables = quantities.iter().flat_map(|it| {
            let mixed = it.mixed.iter().map(|(variable, _)| variable);
            it.own.iter().chain(mixed)
        });
        let number = |variable: &Variable| {
            let mut one = [0.0];
            Philox.normals_of(*variable, 0, &[DRAWS_FROM + draw], &mut one);
            (*variable, one[0])
        };
        let points = Constant { numbers: variables.map(number).collect() };
        let mut hits = 0_u64;
        for start in (0..found.paths).step_by(256) {
            model.evaluate(&points, PATHS_FROM + draw * MOST_PATHS + start, &mut block);
            block.total(&target.flows, target.own_steps(), &mut totals);
            hits += totals.iter().filter(|total| **total >= target.at_least).count() as u64;
        }
        assert!(hits.abs_diff(found.hits[draw as usize]) <= 1, "draw {draw}: {hits}");
    }
}

/// A second target that no path reaches wants more paths, and the first has what it has alone.
#[test]
fn threads_and_other_targets_do_not_matter() {
    let text = one_flow(0.2, 12.0);
    let second = "[[target]]\nname = \"hopeless\"\nat_least = 1e6\nin = \"2027\"\n[[flow]]";
    let two_targets = scenario(&text.replacen("[[flow]]", second, 1));
    let [one, three] = [1, 3].map(|threads| found(&two_targets, threads));
    assert_eq!(one, three);
    assert_eq!(one[0], found(&scenario(&text), 2)[0]);
    assert_eq!(one.iter().map(|of| of.paths).collect::<Vec<_>>(), [FIRST_PATHS, MOST_PATHS]);
    assert!(one.iter().all(|of| of.hits.len() as u64 == DRAWS));
    assert_eq!(spread(&one[1]).err(), Some(Untold::NearZero { paths: MOST_PATHS }));
}

/// The watch is told of all paths, of the first stage and of the second, and can end each.
#[test]
fn a_watch_is_told_of_paths_and_ends_the_work() {
    let scenario = scenario(&one_flow(0.2, 1e6));
    let model = Model::new(&scenario, 7);
    let (inputs, _) = model.inputs(&scenario, 7, 0);
    let threads = setup::threads(2);
    for most in [0, DRAWS * FIRST_PATHS, u64::MAX] {
        let told = AtomicU64::new(0);
        let watch = |done: u64| match told.fetch_add(done, Ordering::SeqCst) + done > most {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let found = nested(&model, &inputs, Work { threads: &threads, watch: &watch });
        assert_eq!(found.is_some(), most == u64::MAX);
        let told = told.into_inner();
        assert_eq!(told == DRAWS * MOST_PATHS, most == u64::MAX, "{told}");
    }
}

fn tradecast() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tradecast"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_command_adds_a_table_a_figure_and_a_sentence_and_moves_nothing_else() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = setup::file_in(&folder, "one.toml", &one_flow(0.2, 12.0));
    let out = folder.path().join("out");
    let run = |flags: &[&str]| {
        let paths = ["run", "--paths", "131072", "--out"];
        let output = tradecast().args(paths).args([&out, &file]).args(flags).assert().success();
        String::from_utf8_lossy(&output.get_output().stdout).into_owned()
    };
    run(&[]);
    let results = out.join("one");
    let plain = read(&results.join("probability.csv"));
    let target = read(&results.join("target.csv"));
    let card = run(&["--uncertainty"]);
    assert!(card.contains("nine draws of it in ten give P from "), "{card}");
    assert_eq!(read(&results.join("probability.csv")), plain);
    assert_ne!(read(&results.join("target.csv")), target);
    let table = read(&results.join("uncertainty.csv"));
    let header = "target,quantile,probability,lower,upper,draws,paths_a_draw\n";
    assert!(table.starts_with(header), "{table}");
    assert_eq!(table.lines().count(), 12);
    assert!(results.join("uncertainty.png").exists() && results.join("uncertainty.svg").exists());
    run(&[]);
    assert_eq!(read(&results.join("target.csv")), target);
    assert!(!results.join("uncertainty.csv").exists(), "an old table stays");
    let why = run(&["--uncertainty", "--set", "flow.f.baseline.value=10"]);
    assert!(why.contains("every value of the scenario is certain"), "{why}");
    let notes = read(&results.join("run.toml"));
    assert!(notes.contains("probability_low and probability_high are empty"), "{notes}");
    // P(θ) is Φ(−3.9) = 0.005 % at 5 % of the draws, Φ(−2.3) = 1 % at 95 %, on 8,192 paths each.
    let far = run(&["--uncertainty", "--set", "target.t.at_least=45"]);
    assert!(far.contains(" from below 0.037 % to "), "{far}");
    let target = read(&results.join("target.csv"));
    let mut table = csv::Reader::from_reader(target.as_bytes());
    let headers = table.headers().expect("a header").clone();
    let row = table.records().next().expect("a row").expect("a row");
    let cell = |name: &str| &row[headers.iter().position(|known| known == name).expect("a column")];
    assert_eq!(cell("probability_low"), "");
    assert!(cell("probability_high").parse::<f64>().expect("a number") > 0.001);
    let notes = read(&results.join("run.toml"));
    assert!(
        notes.contains("t: probability_low is empty: it is below 0.037 %, and the 8,192 paths"),
        "{notes}"
    );
    let state = ["run", "--uncertainty", "--paths-from", "0", "--paths-to", "131072", "--state"];
    let wrong = tradecast().args(state).args([&out.join("a.state"), &file]).assert().code(2);
    let error = String::from_utf8_lossy(&wrong.get_output().stderr).into_owned();
    assert!(error.contains("--uncertainty") && error.contains("--state"), "{error}");
}
