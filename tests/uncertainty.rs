//! `tradecast run --uncertainty`: quantiles of P over what is not known, against closed forms and a
//! brute-force nested simulation.

use crate::setup::{self, scenario};
use assert_cmd::Command;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use tradecast::engine::Plan;
use tradecast::importance::Side;
use tradecast::model::{InputKind, Model};
use tradecast::numeric::normal;
use tradecast::projection::{ParameterSpread, Untold};
use tradecast::random::{Coordinate, GROUP, Philox, PointSource, Variable};
use tradecast::scenario::Scenario;
use tradecast::threads::Work;
use tradecast::uncertainty::{
    DRAWS, DRAWS_FROM, Draw, Known, Look, Nest, PATHS, PATHS_FROM, Split, Unknown, nested, spread,
};

/// The draws of each target, with where their paths come from, given how likely it is.
struct Found {
    draws: Vec<Vec<Draw>>,
    looks: Vec<Look>,
}

impl Found {
    fn of(scenario: &Scenario, probabilities: &[f64], threads: usize) -> Self {
        let threads = setup::threads(threads);
        Self::watched(scenario, probabilities, setup::work(&threads)).expect("to the end")
    }

    fn watched(scenario: &Scenario, probabilities: &[f64], work: Work<'_>) -> Option<Self> {
        Self::split(scenario, Unknown::Quantities, probabilities, work)
    }

    fn split(
        scenario: &Scenario,
        unknown: Unknown,
        probabilities: &[f64],
        work: Work<'_>,
    ) -> Option<Self> {
        let seed = scenario.simulation.seed;
        let model = Model::new(scenario, seed);
        let (inputs, coordinates) = model.inputs(scenario, seed, 0);
        let split = Split::new(&inputs, unknown);
        let is_chance = |it: &Coordinate| split.is_chance(it.variable);
        let chance: Vec<Coordinate> = coordinates.into_iter().filter(is_chance).collect();
        let plan = Plan::plain();
        let known =
            Known { model: &model, plan: &plan, seed, chance: &chance, threads: work.threads };
        let each = probabilities.iter().enumerate();
        let looks: Vec<Look> = each.map(|(target, p)| Look::at(target, *p, known)).collect();
        let nest = Nest { model: &model, split: &split, chance: &chance, looks: &looks };
        Some(Self { draws: nested(nest, work)?, looks })
    }

    fn spread(&self, target: usize) -> Result<ParameterSpread, Untold> {
        spread(&self.draws[target], self.looks[target].side())
    }
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
/// the value after shrinking is less than one standard error of the draws beside it. What cannot be
/// told must only be said to be so.
fn assert_quantiles(found: &Found, exact: impl Fn(f64) -> f64) {
    let spread = found.spread(0).expect("a spread");
    for of in &spread.quantiles {
        let q = of.quantile;
        let reach = 5.0 * (q * (1.0 - q) / spread.draws as f64).sqrt();
        let at = |q: f64| exact(normal::quantile(q.clamp(1e-9, 1.0 - 1e-9)));
        let (lower, upper) = (at(q - reach), at(q + reach));
        let (lower, upper) = (lower - noise(found, lower), upper + noise(found, upper));
        let [zero, one] = spread.least;
        let Some(p) = of.probability else {
            let is_near = lower < zero || upper > 1.0 - one;
            assert!(is_near, "{q} is not told, but is {lower} to {upper}");
            continue;
        };
        assert!((lower..=upper).contains(&p), "{q}: {p} is not in {lower} to {upper}");
        assert!(of.interval.is_none_or(|i| i.lower <= p && p <= i.upper));
    }
}

/// The standard error of the draws whose estimate is nearest to a probability.
fn noise(found: &Found, p: f64) -> f64 {
    let mut draws = found.draws[0].clone();
    draws.sort_by(|a, b| (a.probability - p).abs().total_cmp(&(b.probability - p).abs()));
    (draws[..32].iter().map(|draw| draw.variance).sum::<f64>() / 32.0).sqrt()
}

/// P(θ) = Φ((ln 10 + s Z + 2 ln 1.1 − ln L)/(σ √2)), for targets near and far: P from one half to
/// 1e-8. The mean over Z is a normal probability too.
#[test]
fn the_spread_of_a_lognormal_flow_is_its_closed_form() {
    let shock = 0.3 * std::f64::consts::SQRT_2;
    let targets = [12.0, 33.0, 45.0, 60.0, 80.0, 110.0, 170.0];
    for (sigma, at_least) in
        targets.iter().flat_map(|far| [(0.05, *far), (0.2, *far), (0.45, *far)])
    {
        let middle = libm::log(10.0 / at_least) + 2.0 * libm::log(1.1);
        let mean = normal::cdf(middle / (sigma * sigma + shock * shock).sqrt());
        let found = Found::of(&scenario(&one_flow(sigma, at_least)), &[mean], 2);
        assert_eq!(matches!(found.looks[0], Look::Weighted(..)), mean < 0.1);
        assert_quantiles(&found, |z| normal::cdf((middle + sigma * z) / shock));
        let values: Vec<f64> = found.draws[0].iter().map(|draw| draw.probability).collect();
        let average = values.iter().sum::<f64>() / values.len() as f64;
        let squares = values.iter().map(|p| (p - average) * (p - average)).sum::<f64>();
        let error = squares.sqrt() / values.len() as f64;
        assert!((average - mean).abs() < 5.0 * error, "{average} against {mean}");
    }
}

/// A target that is nearly certain: misses are looked for, and the spread is that of its complement.
#[test]
fn the_spread_of_a_near_certainty_is_that_of_missing_it() {
    let shock = 0.3 * std::f64::consts::SQRT_2;
    for at_least in [4.0, 2.0] {
        let middle = libm::log(10.0 / at_least) + 2.0 * libm::log(1.1);
        let mean = normal::cdf(middle / (0.04 + shock * shock).sqrt());
        let found = Found::of(&scenario(&one_flow(0.2, at_least)), &[mean], 2);
        assert!(matches!(found.looks[0], Look::Weighted(_, Side::Miss)));
        assert_quantiles(&found, |z| normal::cdf((middle + 0.2 * z) / shock));
        let spread = found.spread(0).expect("a spread");
        assert!(spread.told_ends().iter().all(Result::is_ok), "{:?}", spread.told_ends());
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
    let of_one = Found::of(&scenario(&text(&one)), &[0.5], 2);
    assert_quantiles(&of_one, |z| normal::cdf(0.6 * z / 0.8));
    // Two independent quantities with ρ = 0.6 and 0.48: together 0.768, and 1 − 0.5904 is left.
    let two = one + &pair("g.baseline", "x", 0.48);
    let of_two = Found::of(&scenario(&text(&two)), &[0.5], 2);
    let (known, left): (f64, f64) = (0.36 + 0.2304, 1.0 - 0.36 - 0.2304);
    assert_quantiles(&of_two, |z| normal::cdf(known.sqrt() * z / left.sqrt()));
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
    let found = Found::of(&scenario, &[0.5], 2).draws.remove(0);
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
        for start in (0..PATHS).step_by(256) {
            let group = draw / GROUP as u64;
            model.evaluate(&points, PATHS_FROM + group * PATHS + start, &mut block);
            block.total(&target.flows, target.own_steps(), &mut totals);
            hits += totals.iter().filter(|total| **total >= target.at_least).count() as u64;
        }
        let counted = found[draw as usize].probability * PATHS as f64;
        assert!((counted - hits as f64).abs() <= 1.0, "draw {draw}: {hits}, not {counted}");
    }
}

/// Any number of threads gives the same draws, and the first target has what it has alone.
#[test]
fn threads_and_other_targets_do_not_matter() {
    let text = one_flow(0.2, 12.0);
    let second = "[[target]]\nname = \"far\"\nat_least = 60\nin = \"2027\"\n[[flow]]";
    let two_targets = scenario(&text.replacen("[[flow]]", second, 1));
    let [one, three] = [1, 3].map(|threads| Found::of(&two_targets, &[0.5, 1e-4], threads).draws);
    assert_eq!(one, three);
    assert_eq!(one[0], Found::of(&scenario(&text), &[0.5], 2).draws[0]);
    assert!(one.iter().all(|of| of.len() as u64 == DRAWS));
}

/// A target that no path reaches: nothing is told, and why.
#[test]
fn a_target_out_of_reach_has_no_spread() {
    let found = Found::of(&scenario(&one_flow(0.2, 1e9)), &[0.0], 2);
    assert_eq!(found.spread(0).err(), Some(Untold::NearZero { paths: PATHS }));
}

/// The watch is told of all paths, and can end the work.
#[test]
fn a_watch_is_told_of_paths_and_ends_the_work() {
    let scenario = scenario(&one_flow(0.2, 12.0));
    let threads = setup::threads(2);
    for most in [0, DRAWS * PATHS / 2, u64::MAX] {
        let told = AtomicU64::new(0);
        let watch = |done: u64| {
            if told.fetch_add(done, Ordering::SeqCst) + done > most {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let work = Work { threads: &threads, watch: &watch };
        let found = Found::watched(&scenario, &[0.5], work);
        assert_eq!(found.is_some(), most == u64::MAX);
        let told = told.into_inner();
        assert_eq!(told == DRAWS * PATHS, most == u64::MAX, "{told}");
    }
}

fn tradecast() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tradecast"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rows of target.csv by column.
fn cell(table: &str, name: &str) -> String {
    let mut table = csv::Reader::from_reader(table.as_bytes());
    let headers = table.headers().expect("a header").clone();
    let row = table.records().next().expect("a row").expect("a row");
    row[headers.iter().position(|known| known == name).expect("a column")].to_owned()
}

#[test]
fn every_run_says_how_sure_anyone_can_be() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = setup::file_in(&folder, "one.toml", &one_flow(0.2, 12.0));
    let out = folder.path().join("out");
    let run = |flags: &[&str]| {
        let paths = ["run", "--paths", "131072", "--out"];
        let output = tradecast().args(paths).args([&out, &file]).args(flags).assert().success();
        String::from_utf8_lossy(&output.get_output().stdout).into_owned()
    };
    let results = out.join("one");
    let card = run(&[]);
    assert!(card.contains(" for nine in ten settings of what is not known."), "{card}");
    let table = read(&results.join("uncertainty.csv"));
    let header = "target,not_known,quantile,probability,lower,upper,draws,paths_a_draw\n";
    assert!(table.starts_with(header), "{table}");
    assert_eq!(table.lines().count(), 12);
    assert!(results.join("uncertainty.png").exists() && results.join("uncertainty.svg").exists());
    // P(θ) is Φ(−3.9) = 0.005 % at 5 % of the draws, Φ(−2.3) = 1 % at 95 %.
    let far = run(&["--set", "target.t.at_least=45"]);
    assert!(far.contains(" and between 0.00"), "{far}");
    let target = read(&results.join("target.csv"));
    let end = |name: &str| cell(&target, name).parse::<f64>().expect("a number");
    assert!((2e-5..1e-4).contains(&end("probability_low")), "{}", end("probability_low"));
    assert!((0.006..0.016).contains(&end("probability_high")), "{}", end("probability_high"));
}

#[test]
fn where_nothing_is_uncertain_but_chance_that_is_said() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = setup::file_in(&folder, "one.toml", &one_flow(0.2, 12.0));
    let out = folder.path().join("out");
    let run = ["run", "--paths", "131072", "--set", "flow.f.baseline.value=10", "--out"];
    let card = tradecast().args(run).args([&out, &file]).assert().success();
    let card = String::from_utf8_lossy(&card.get_output().stdout).into_owned();
    assert!(card.contains("where nothing is uncertain but chance."), "{card}");
    let results = out.join("one");
    assert_eq!(cell(&read(&results.join("target.csv")), "probability_low"), "");
    assert!(!results.join("uncertainty.csv").exists());
    let notes = read(&results.join("run.toml"));
    assert!(notes.contains("probability_low and probability_high are empty"), "{notes}");
}

/// A measure decides: with it P(θ) is one value, without it another, whatever its odds. With its
/// happening among what is not known the spread is these two, in the proportion of the odds.
#[test]
fn whether_a_measure_happens_may_be_what_is_not_known() {
    let text = r#"
title = "A measure of three in ten"
[[target]]
name = "t"
at_least = 20
in = "2027"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = { period = "2025", value = 10 }
growth.random_walk = { median = "10%", volatility = "30%" }
[[intervention]]
name = "x"
probability = 0.3
start = "2026-01"
lifts = { flows = ["f"], by = "50%" }
"#;
    let threads = setup::threads(2);
    let found = Found::split(
        &scenario(text),
        Unknown::QuantitiesAndMeasures,
        &[0.15],
        setup::work(&threads),
    );
    let found = found.expect("to the end").spread(0).expect("a spread");
    let shock = 0.3 * std::f64::consts::SQRT_2;
    let p = |level: f64| normal::cdf((libm::log(level / 20.0) + 2.0 * libm::log(1.1)) / shock);
    let near = |q: f64, exact: f64| {
        let of = found.quantiles.iter().find(|of| of.quantile == q).expect("a quantile");
        let value = of.probability.expect("told");
        let error = (exact * (1.0 - exact) / found.paths as f64).sqrt();
        assert!((value - exact).abs() < 3.0 * error, "{q}: {value} for {exact}");
    };
    near(0.25, p(10.0));
    near(0.5, p(10.0));
    near(0.9, p(15.0));
}
