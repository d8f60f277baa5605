//! Rare events: do intervals hold, and are estimates unbiased? Against closed forms and quadrature,
//! over many seeds. `just coverage` runs those whose figures are in docs/method.md.

#![allow(clippy::disallowed_methods)]

use crate::reference::closed_forms as exact;
use crate::reference::two_student_flows as student;
use crate::setup;
use std::ops::ControlFlow;
use tradecast::engine::{Asked, Detail, Plan, Simulated, Simulation, TargetPlace};
use tradecast::importance::Criterion;
use tradecast::model::Model;
use tradecast::scenario::{Method, Scenario};
use tradecast::statistics::{LEVEL, Tally};
use tradecast::threads::Threads;

/// Paths of a run: the default, with 125,000 weighted ones.
const PATHS: u64 = 1_000_000;
/// Seeds of each case where `TRADECAST_SEEDS` does not ask for the study of docs/method.md.
const SEEDS: u64 = 400;
/// Paths of a run then, with 16,384 weighted ones: whether an interval holds hangs on how the event is
/// looked for, which the pilots decide, and not on the number of paths.
const FEW_PATHS: u64 = 1 << 17;

/// The only target of the only model.
const PLACE: TargetPlace = TargetPlace { model: 0, target: 0 };

struct Case {
    name: &'static str,
    text: String,
    criterion: Criterion,
    probability: f64,
    /// The bound on the relative standard error, of the rarer outcome.
    precision: f64,
}

fn scenario(target: &str, flows: &[(f64, &str)], more: &str) -> String {
    let mut text = format!("title = \"t\"\n[[target]]\nname = \"t\"\n{target}\n");
    for (index, (value, growth)) in flows.iter().enumerate() {
        text += &format!(
            "[[flow]]\nname = \"f{index}\"\nfrom = \"A\"\nto = \"B\"\nbaseline = {{ period = \"2025\", value = {value} }}\n{growth}\n"
        );
    }
    text + more
}

fn walk(median: u32, volatility: u32) -> String {
    format!("growth.random_walk = {{ median = \"{median}%\", volatility = \"{volatility}%\" }}")
}

const TARGET: &str = "at_least = 200\nin = \"2028\"";
const CORRELATED: &str = "[[correlation]]\nbetween = [\"f0\", \"f1\"]\nvalue = 0.3\n";

/// The five cases that the design asks for.
fn asked_for() -> Vec<Case> {
    let inside =
        |drift: f64, volatility| exact::probability_in(12.5_f64.ln(), drift.ln(), volatility, 3);
    let spread = 0.3 * 3.0_f64.sqrt();
    let total = |at_least: f64| {
        exact::two_lognormals_at_least(at_least, [8.0 * 1.08_f64.powi(3); 2], [spread; 2], 0.3)
    };
    let two = walk(8, 30);
    let two: [(f64, &str); 2] = [(8.0, &two), (8.0, &two)];
    let tails =
        "growth.random_walk = { median = \"8%\", volatility = \"30%\", tails.student_t = 5 }";
    let unlikely = "[[intervention]]\nname = \"i\"\nprobability = 0.001\nstart = \"2026-01\"\nadds = { flow = \"f0\", per_year = 150 }\n";
    let case = |name, text, probability| Case {
        name,
        text,
        criterion: Criterion::In,
        probability,
        precision: 0.01,
    };
    vec![
        case(
            "one flow, median 8 %, volatility 35 %",
            scenario(TARGET, &[(16.0, &walk(8, 35))], ""),
            inside(1.08, 0.35),
        ),
        case(
            "one flow, median 5 %, volatility 25 %",
            scenario(TARGET, &[(16.0, &walk(5, 25))], ""),
            inside(1.05, 0.25),
        ),
        case("two correlated flows", scenario(TARGET, &two, CORRELATED), total(200.0)),
        case(
            "two flows with Student-t tails",
            scenario(TARGET, &[(8.0, tails), (8.0, tails)], CORRELATED),
            two_student_flows(),
        ),
        case(
            "two flows and an unlikely intervention",
            scenario(TARGET, &two, &format!("{CORRELATED}{unlikely}")),
            0.001 * total(50.0) + 0.999 * total(200.0),
        ),
    ]
}

/// By convolution, which takes seconds: 2.66247e-4 on two grids, with an error of about 1e-9.
fn two_student_flows() -> f64 {
    let flows = student::TwoFlows {
        log_ratio: 25.0_f64.ln(),
        drift: 1.08_f64.ln(),
        volatility: 0.3,
        freedom: 5.0,
        correlation: 0.3,
        years: 3,
    };
    student::probability(&flows, student::Grid { count: 2048, spacing: 0.06, cut: 40.0 })
}

/// What else breaks simple recipes.
fn harder() -> Vec<Case> {
    let case = |name, text, criterion, probability| Case {
        name,
        text,
        criterion,
        probability,
        precision: 0.02,
    };
    let choices = ["a", "b", "c"].map(|name| {
        format!("[[intervention]]\nname = \"{name}\"\nprobability = 0.01\nadds = {{ flow = \"f0\", per_year = 1 }}\n")
    });
    let uncertain = "baseline.value.lognormal = { median = 16, sigma = 0.4 }";
    let uncertain = scenario(TARGET, &[(16.0, &walk(8, 35))], "").replace(
        "baseline = { period = \"2025\", value = 16 }",
        &format!("baseline.period = \"2025\"\n{uncertain}"),
    );
    let level = (12.5_f64.ln() - 3.0 * 1.08_f64.ln()) / (3.0 * 0.35 * 0.35 + 0.16_f64).sqrt();
    let quarters = scenario(
        "at_least = 25\nin = \"2030-Q4\"",
        &[(16.0, &walk(2, 20))],
        "[calendar]\nstep = \"quarter\"\n",
    );
    // From the midpoint of 2025 to that of 2030-Q4: 5.375 years, and (1 − 1/16)/6 more for variance.
    let quarter = (100.0_f64 / 16.0).ln() - 5.375 * 1.02_f64.ln();
    let quarter = quarter / (0.2 * (5.375 + (1.0 - 1.0 / 16.0) / 6.0_f64).sqrt());
    vec![
        case(
            "reached by 2028, in any year",
            scenario(TARGET, &[(16.0, &walk(8, 35))], ""),
            Criterion::By,
            exact::probability_by(12.5_f64.ln(), 1.08_f64.ln(), 0.35, 3)[2],
        ),
        case(
            "almost certain",
            scenario("at_least = 4\nin = \"2028\"", &[(16.0, &walk(8, 20))], ""),
            Criterion::In,
            exact::probability_in(0.25_f64.ln(), 1.08_f64.ln(), 0.2, 3),
        ),
        case(
            "three unlikely agreements, all needed",
            scenario(
                "at_least = 3\nin = \"2026\"",
                &[(0.0, "growth.constant = \"0%\"")],
                &choices.join(""),
            ),
            Criterion::In,
            1e-6,
        ),
        case(
            "missed only by a rare disruption",
            scenario(
                "at_least = 60\nin = \"2026\"",
                &[(100.0, "growth.constant = \"0%\"")],
                "[[disruption]]\nname = \"d\"\nrate_per_year = 0.0001\nduration = \"2 years\"\nloss = 1\nflows = [\"f0\"]\n",
            ),
            Criterion::In,
            (-0.6 * 0.0001_f64).exp(),
        ),
        case("uncertain baseline", uncertain, Criterion::In, exact::normal_upper(level)),
        case("twenty-four quarters", quarters, Criterion::In, exact::normal_upper(quarter)),
    ]
}

/// What one seed gives.
struct Result {
    estimate: f64,
    standard_error: f64,
    covers: bool,
}

fn simulate(case: &Case, scenario: &Scenario, seed: u64, paths: u64) -> Result {
    let threads = &Threads::Serial;
    let models = [Model::new(scenario, seed)];
    let plan = Plan::new(&models, Asked::new(Method::Auto, seed, Detail::Full), threads);
    let (detail, matched) = (Detail::Attainment, &[][..]);
    let simulation =
        Simulation { models: &models, plan: &plan, detail, matched, threads, lanes: None };
    let outcome = simulation.run(0..paths, |_| ControlFlow::Continue(()));
    let own = models[0].targets[0].periods.len() - 1;
    let simulated = Simulated { outcome, plan, asked: paths, is_imprecise: false };
    let (tally, doubt) = simulated.tally(PLACE.period(own), case.criterion);
    assert!(matches!(tally, Tally::Weighted(_)), "{}: seed {seed}: {doubt:?}", case.name);
    let estimate = tally.estimate(LEVEL);
    let interval = estimate.interval;
    Result {
        estimate: estimate.value,
        standard_error: estimate.standard_error,
        covers: interval.lower <= case.probability && case.probability <= interval.upper,
    }
}

/// Seeds and paths of a study.
#[derive(Clone, Copy)]
struct Study {
    seeds: u64,
    paths: u64,
}

impl Study {
    /// How many intervals hold. The mean lies within 4 of its standard errors; the relative standard
    /// error is bounded.
    fn covered(self, case: &Case, threads: &Threads) -> u64 {
        let scenario = setup::scenario(&case.text);
        let Self { seeds, paths } = self;
        let results =
            threads.map(seeds as usize, |seed| simulate(case, &scenario, seed as u64 + 1, paths));
        let count = seeds as f64;
        let mean = results.iter().map(|result| result.estimate).sum::<f64>() / count;
        let squares = results.iter().map(|result| (result.estimate - mean).powi(2)).sum::<f64>();
        let variance = squares / (count - 1.0);
        let off = (mean - case.probability) / (variance / count).sqrt();
        let covered = results.iter().filter(|result| result.covers).count() as u64;
        let rare = case.probability.min(1.0 - case.probability);
        let errors = results.iter().map(|result| result.standard_error / rare);
        let (typical, worst) = (errors.clone().sum::<f64>() / count, errors.fold(0.0, f64::max));
        println!(
            "| {} | {:.8e} | {:.5} | {off:.1} | {:.1} % | {:.2} % | {:.2} % |",
            case.name,
            case.probability,
            mean / case.probability,
            100.0 * covered as f64 / count,
            100.0 * typical,
            100.0 * worst,
        );
        assert!(off.abs() <= 4.0, "{}: the mean is {off} standard errors off", case.name);
        let bound = case.precision * (PATHS as f64 / paths as f64).sqrt();
        assert!(typical <= bound, "{}: relative standard error {typical}", case.name);
        covered
    }
}

/// The least number of trials out of so many that hold, at 95 % each, with a probability of more than
/// `chance`: the exact binomial quantile.
fn least_holding(trials: u64, chance: f64) -> u64 {
    (0..=trials).find(|count| below(trials, LEVEL, count + 1) > chance).unwrap_or(trials)
}

/// The probability of fewer than so many successes of probability `p` each.
fn below(trials: u64, p: f64, count: u64) -> f64 {
    use statrs::distribution::{Binomial, DiscreteCDF};
    let law = Binomial::new(p, trials).expect("a probability");
    count.checked_sub(1).map_or(0.0, |most| law.cdf(most))
}

/// The eleven cases together: intervals that hold in 95 % of runs pass but for one family of seeds in
/// a thousand, and such as hold in 93 % fail but for one in a hundred. Each alone: one in a million.
#[test]
fn intervals_of_rare_events_hold() {
    let asked = std::env::var("TRADECAST_SEEDS").ok().and_then(|text| text.parse().ok());
    let threads = Threads::new(None).expect("threads");
    let (mut covered, mut trials) = (0, 0);
    for (cases, most_seeds) in [(asked_for(), 2000), (harder(), 500)] {
        for case in &cases {
            let study = match asked {
                Some(seeds) => Study { seeds: most_seeds.min(seeds), paths: PATHS },
                None => Study { seeds: SEEDS, paths: FEW_PATHS },
            };
            let found = study.covered(case, &threads);
            let least = least_holding(study.seeds, 1e-6);
            assert!(found >= least, "{}: {found} of {} hold", case.name, study.seeds);
            (covered, trials) = (covered + found, trials + study.seeds);
        }
    }
    let least = least_holding(trials, 1e-3);
    println!("{covered} of {trials} intervals hold; at least {least} are to");
    assert!(covered >= least, "{covered} of {trials} intervals hold, fewer than {least}");
}

#[test]
fn intervals_that_hold_too_seldom_would_fail() {
    let trials = SEEDS * (asked_for().len() + harder().len()) as u64;
    let power = below(trials, 0.93, least_holding(trials, 1e-3));
    assert!(power > 0.99, "intervals that hold in 93 % of runs fail with a probability of {power}");
}

/// Evenly spread paths: the interval from independent scramblings holds, and is much narrower than
/// that of as many plain paths.
#[test]
fn intervals_of_evenly_spread_paths_hold() {
    let text = scenario("at_least = 30\nin = \"2028\"", &[(16.0, &walk(8, 35))], "");
    let scenario = setup::scenario(&text);
    let exact = exact::probability_in((30.0_f64 / 16.0).ln(), 1.08_f64.ln(), 0.35, 3);
    let threads = Threads::new(None).expect("threads");
    let seeds = 200;
    let (mut covered, mut effective) = (0, 0.0);
    for seed in 1..=seeds {
        let models = [Model::new(&scenario, seed)];
        let how = Asked::new(Method::QuasiMonteCarlo, seed, Detail::Attainment);
        let plan = Plan::new(&models, how, &threads);
        let (detail, matched) = (Detail::Attainment, &[][..]);
        let simulation = Simulation {
            models: &models,
            plan: &plan,
            detail,
            matched,
            threads: &threads,
            lanes: None,
        };
        let outcome = simulation.run(0..1 << 16, |_| ControlFlow::Continue(()));
        let simulated = Simulated { outcome, plan, asked: 1 << 16, is_imprecise: false };
        let (tally, _) = simulated.tally(PLACE.period(2), Criterion::In);
        let interval = tally.estimate(LEVEL).interval;
        covered += u64::from(interval.lower <= exact && exact <= interval.upper);
        effective += tally.effective_paths() / f64::from(1 << 16) / seeds as f64;
    }
    assert!(covered >= least_holding(seeds, 1e-6), "{covered} of {seeds} hold");
    assert!(effective > 20.0, "as good as only {effective} times as many plain paths");
}

/// Probabilities if an unlikely intervention happens or not, from the same weighted paths.
#[test]
fn conditional_probabilities_of_rare_events_are_exact() {
    let case = asked_for().pop().expect("the case with an intervention");
    let spread = 0.3 * 3.0_f64.sqrt();
    let total = |at_least: f64| {
        exact::two_lognormals_at_least(at_least, [8.0 * 1.08_f64.powi(3); 2], [spread; 2], 0.3)
    };
    let models = [Model::new(&setup::scenario(&case.text), 1)];
    let threads = Threads::new(None).expect("threads");
    let plan = Plan::new(&models, Asked::new(Method::Auto, 1, Detail::Full), &threads);
    let (detail, matched) = (Detail::Full, &[][..]);
    let simulation = Simulation {
        models: &models,
        plan: &plan,
        detail,
        matched,
        threads: &threads,
        lanes: None,
    };
    let outcome = simulation.run(0..PATHS, |_| ControlFlow::Continue(()));
    let simulated = Simulated { outcome, plan, asked: PATHS, is_imprecise: false };
    let forced = simulated.forced(PLACE.intervention(0), 2);
    // The only measure: without it there is none.
    assert_eq!(simulated.without_measures(PLACE), forced[1]);
    for (tally, exact) in forced.into_iter().zip([total(50.0), total(200.0)]) {
        let estimate = tally.estimate(LEVEL);
        assert!(
            (estimate.value - exact).abs() < 5.0 * estimate.standard_error,
            "{estimate:?}, {exact}"
        );
        assert!(estimate.standard_error < 0.1 * exact, "{estimate:?}");
    }
}

/// A target out of reach is a bound, at once.
#[test]
fn an_impossible_target_is_only_bounded() {
    let text = scenario("at_least = 200\nin = \"2028\"", &[(16.0, "growth.constant = \"5%\"")], "");
    let models = [Model::new(&setup::scenario(&text), 1)];
    let threads = Threads::new(None).expect("threads");
    let plan = Plan::new(&models, Asked::new(Method::Auto, 1, Detail::Full), &threads);
    assert_eq!(plan, Plan::plain());
}
