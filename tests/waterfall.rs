//! Why scenarios differ: Shapley values against closed forms, what may not matter, wrong input.

use crate::setup::{self, file_in};
use std::ops::ControlFlow;
use std::process::{Command, Output};
use tradecast::numeric::normal;
use tradecast::report::waterfall::name;
use tradecast::scenario::Scenario;
use tradecast::threads::Work;
use tradecast::warning::Warning;
use tradecast::waterfall::{Attribution, Bar, Prepared, Question, Waterfall};

const PATHS: u64 = 200_000;

/// A lognormal baseline that grows by a random walk, and whatever follows.
fn one_flow(median: f64, sigma: f64, growth: &str, volatility: &str, more: &str) -> String {
    format!(
        r#"
title = "One flow"
[[target]]
name = "t"
at_least = 15
in = "2028"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = {{ period = "2025", value.lognormal = {{ median = {median}, sigma = {sigma} }} }}
growth.random_walk = {{ median = "{growth}", volatility = "{volatility}" }}
{more}"#
    )
}

fn plain(more: &str) -> String {
    one_flow(10.0, 0.1, "6%", "25%", more)
}

/// Φ((ln median + 3 ln(1 + g) − ln target) / √(sigma² + 3 volatility²)).
fn closed(median: f64, sigma: f64, growth: f64, volatility: f64) -> f64 {
    let mean = libm::log(median / 15.0) + 3.0 * libm::log1p(growth);
    normal::cdf(mean / (sigma * sigma + 3.0 * volatility * volatility).sqrt())
}

fn read(name: &str, text: &str) -> Scenario {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = file_in(&folder, &format!("{name}.toml"), text);
    Scenario::read(&path).unwrap_or_else(|error| panic!("{:?}", miette::Report::new(error)))
}

fn waterfall_on(first: &str, second: &str, threads: usize, paths: u64) -> Waterfall {
    waterfall_of(&[read("first", first), read("second", second)], threads, paths)
}

fn waterfall_of(read: &[Scenario; 2], threads: usize, paths: u64) -> Waterfall {
    let scenarios = read.each_ref();
    let go_on = |_| ControlFlow::Continue(());
    let prepared = Prepared::new(Question { scenarios, target: 0, seed: 1 }, &go_on);
    let prepared = prepared.expect("a waterfall").expect("not interrupted");
    let threads = setup::threads(threads);
    let work = Work { threads: &threads, watch: &go_on };
    prepared.run(paths, work).expect("not interrupted")
}

fn waterfall(first: &str, second: &str) -> Waterfall {
    waterfall_on(first, second, 2, PATHS)
}

fn bar<'a>(found: &'a Waterfall, key: &str) -> &'a Bar {
    let has_key = |bar: &&Bar| bar.keys.iter().any(|known| known == key);
    found.bars.iter().find(has_key).unwrap_or_else(|| panic!("no bar of {key}: {:?}", found.bars))
}

/// Each a quotient of whole numbers below 2⁵³, summed with a few roundings of numbers below 1.
fn assert_sums(found: &Waterfall) {
    let sum: f64 = found.bars.iter().map(|bar| bar.change.value).sum();
    assert!((sum - found.difference.value).abs() < 1e-14, "{sum} {:?}", found.difference);
}

fn assert_near(found: &Bar, exact: f64) {
    let (value, error) = (found.change.value, found.change.standard_error);
    assert!((value - exact).abs() <= 5.0 * error, "{}: {value} ± {error}, {exact}", name(found));
}

const THREE: [&str; 3] = [
    "flow.f.baseline.value",
    "flow.f.growth.random_walk.median",
    "flow.f.growth.random_walk.volatility",
];

fn three_differences() -> [String; 2] {
    [plain(""), one_flow(12.0, 0.2, "9%", "40%", "")]
}

#[test]
fn three_differences_have_their_closed_form() {
    let [first, second] = three_differences();
    let found = waterfall(&first, &second);
    assert_eq!((found.attribution, found.models, found.bars.len()), (Attribution::Exact, 8, 3));
    let v = |b: bool, g: bool, s: bool| {
        let (median, sigma) = if b { (12.0, 0.2) } else { (10.0, 0.1) };
        closed(median, sigma, if g { 0.09 } else { 0.06 }, if s { 0.4 } else { 0.25 })
    };
    // 1/3 first, 1/6 after each of the others, 1/3 last.
    let shapley = |v: &dyn Fn(bool, bool, bool) -> f64| {
        let step = |a: bool, b: bool| v(true, a, b) - v(false, a, b);
        (step(false, false) + step(true, true)) / 3.0
            + (step(true, false) + step(false, true)) / 6.0
    };
    let exact = [
        shapley(&|own, a, b| v(own, a, b)),
        shapley(&|own, a, b| v(a, own, b)),
        shapley(&|own, a, b| v(a, b, own)),
    ];
    for (key, exact) in THREE.iter().zip(exact) {
        assert_near(bar(&found, key), exact);
    }
    assert_sums(&found);
    let [p, q] = found.probabilities;
    assert!((p.value - v(false, false, false)).abs() <= 5.0 * p.standard_error);
    assert!((q.value - v(true, true, true)).abs() <= 5.0 * q.standard_error);
    assert_eq!(bar(&found, THREE[1]).from, ["6 %"]);
    assert_eq!(name(bar(&found, THREE[1])), "f: growth a year");
    assert_eq!(bar(&found, THREE[0]).to, ["12 (8.64 to 16.7) million USD"]);
}

#[test]
fn swapped_scenarios_give_the_negatives() {
    let [first, second] = three_differences();
    let (there, back) = (waterfall(&first, &second), waterfall(&second, &first));
    for key in THREE {
        let [there, back] = [&there, &back].map(|found| bar(found, key).change);
        assert_eq!(there.value, -back.value, "{key}");
        assert_eq!(there.interval.lower, -back.interval.upper, "{key}");
    }
}

#[test]
fn threads_change_nothing() {
    for [first, second] in [three_differences(), eleven_differences()] {
        let json = |threads| {
            let found = waterfall_on(&first, &second, threads, 20_000);
            serde_json::to_string(&found).expect("JSON")
        };
        assert_eq!(json(1), json(3));
    }
}

/// Without the law the deal has no effect, and the law has none of its own: each brings half.
#[test]
fn what_needs_another_shares_with_it() {
    let more = r#"
[[intervention]]
name = "law"
probability = 0.5
[[intervention]]
name = "deal"
needs = ["law"]
lifts = { flows = "all", by = "40%" }
"#;
    let found = waterfall(&plain(""), &plain(more));
    let [law, deal] = ["intervention.law", "intervention.deal"].map(|key| bar(&found, key));
    assert_eq!(law.change, deal.change);
    // The four coalitions come to two scenarios.
    assert_eq!((found.models, found.bars.len()), (2, 2));
    let exact = (closed(14.0, 0.1, 0.06, 0.25) - closed(10.0, 0.1, 0.06, 0.25)) / 2.0;
    assert_near(law, exact / 2.0);
    assert_eq!(
        (&law.from[..], &law.to[..]),
        (&["absent".to_owned()][..], &["present".to_owned()][..])
    );
    assert_sums(&found);
}

#[test]
fn what_makes_sense_together_only_is_one_bar() {
    let driven = r#"
elasticity = { gdp = 1.5 }
[[driver]]
name = "gdp"
growth.constant = "5%"
[[flow]]
name = "power"
from = "A"
to = "B"
baseline = { period = "2025", value = 0 }
growth.constant = "0%"
[[intervention]]
name = "line"
adds = { flow = "power", per_year = 3 }
[[disruption]]
name = "outage"
rate_per_year = 1
duration = "3 months"
loss = "50%"
flows = ["power"]
"#;
    let found = waterfall(&plain(""), &plain(driven));
    let driver = bar(&found, "driver.gdp");
    assert_eq!(driver.keys, ["driver.gdp", "flow.f.elasticity.gdp"]);
    assert_eq!(name(driver), "gdp + f: elasticity to gdp");
    assert_eq!(bar(&found, "intervention.line").keys, ["flow.power", "intervention.line"]);
    assert_eq!(bar(&found, "disruption.outage").keys, ["disruption.outage"]);
    assert!(bar(&found, "disruption.outage").change.value < 0.0);
    // Without the line there is no outage. What was read to find this out is not counted.
    assert_eq!((found.bars.len(), found.models), (3, 6));
    assert_sums(&found);
}

#[test]
fn what_cannot_move_p_is_no_bar() {
    let other = plain(
        r#"
[[intervention]]
name = "i"
probability = "100%"
needs = []
lifts = { flows = "all", by = 0.1, source = "a" }
[simulation]
paths = 7
seed = 3
"#,
    );
    let other = other
        .replace("One flow", "Other title")
        .replace("in = \"2028\"", "in = \"2028\"\nannounced = \"2025-01-01\"");
    let first =
        plain("[[intervention]]\nname = \"i\"\nlifts = { flows = \"all\", by = \"10%\" }\n");
    let first = first.replace("\"6%\"", "0.06").replace("from = \"A\"", "from = \"Aland\"");
    let found = waterfall(&first, &other);
    assert!(found.bars.is_empty(), "{:?}", found.bars);
    assert_eq!((found.models, found.difference.value), (1, 0.0));
    assert_eq!(found.warnings, [Warning::NoDifference]);
}

#[test]
fn growth_of_another_kind_is_one_difference() {
    let second = plain("").replace(
        "growth.random_walk = { median = \"6%\", volatility = \"25%\" }",
        "growth.mean_reverting = { trend = \"6%\", half_life = \"2 years\", volatility = \"25%\" }",
    );
    let found = waterfall(&plain(""), &second);
    let [only] = &found.bars[..] else { panic!("{:?}", found.bars) };
    assert_eq!(only.keys, ["flow.f.growth"]);
    assert_eq!((&only.from[0][..], &only.to[0][..]), ("random walk", "mean reverting"));
    assert_eq!(only.change, found.difference);
}

/// Lifts in percent: one down, some large, so that it matters who comes first.
const LIFTS: [i32; 8] = [-25, 2, 4, 8, 12, 16, 30, 45];

/// Those of [`three_differences`], and eight lifts.
fn eleven_differences() -> [String; 2] {
    let lift = |(i, by): (usize, &i32)| {
        format!(
            "[[intervention]]\nname = \"i{i}\"\nlifts = {{ flows = \"all\", by = \"{by}%\" }}\n"
        )
    };
    let lifts: String = LIFTS.iter().enumerate().map(lift).collect();
    [plain(""), one_flow(12.0, 0.2, "9%", "40%", &lifts)]
}

/// P where the second scenario's values are taken in the differences of a mask, the lifts last.
fn closed_of_eleven(mask: usize) -> f64 {
    let takes = |player: usize| mask >> player & 1 == 1;
    let (median, sigma) = if takes(0) { (12.0, 0.2) } else { (10.0, 0.1) };
    let lifts = LIFTS.iter().enumerate().filter(|(i, _)| takes(3 + i));
    let lifted = lifts.fold(median, |median, (_, by)| median * (1.0 + 0.01 * f64::from(*by)));
    let growth = if takes(1) { 0.09 } else { 0.06 };
    closed(lifted, sigma, growth, if takes(2) { 0.4 } else { 0.25 })
}

/// Against Shapley's sum over all 2¹¹ coalitions, which no order by itself comes near.
#[test]
fn more_than_ten_differences_are_sampled() {
    let [first, second] = eleven_differences();
    let found = waterfall(&first, &second);
    assert_eq!(found.attribution, Attribution::Sampled { orders: 192 });
    assert_eq!(found.bars.len(), 11);
    let v: Vec<f64> = (0..1 << 11).map(closed_of_eleven).collect();
    let factorial = |n: u32| (1..=n).map(f64::from).product::<f64>();
    let keys = THREE.iter().map(|key| (*key).to_owned());
    let keys = keys.chain((0..LIFTS.len()).map(|i| format!("intervention.i{i}")));
    for (player, key) in keys.enumerate() {
        let step = |mask: usize| v[mask | 1 << player] - v[mask];
        let others = (0..1_usize << 11).filter(|mask| mask >> player & 1 == 0);
        let terms = others.map(|mask| {
            let size = mask.count_ones();
            factorial(size) * factorial(10 - size) / factorial(11) * step(mask)
        });
        let found = bar(&found, &key);
        assert_near(found, terms.sum());
        let error = found.change.standard_error;
        for alone in [step(0), step((1 << 11) - 1 - (1 << player))] {
            assert!(
                (found.change.value - alone).abs() > 5.0 * error,
                "{key}: {} ± {error}, {alone}",
                found.change.value
            );
        }
    }
    assert_sums(&found);
}

/// A lift that no path needs has a bar of nothing, and the interval of a hit that was never seen.
#[test]
fn what_no_path_shows_may_be_rare() {
    let more = "[[intervention]]\nname = \"i\"\nlifts = { flows = \"all\", by = 1e-12 }\n";
    let found = waterfall_on(&plain(""), &plain(more), 2, 20_000);
    // 1 − 0.05^(1/N).
    let reach = -libm::expm1(libm::log(0.05) / found.paths as f64);
    for change in [bar(&found, "intervention.i").change, found.difference] {
        assert_eq!(change.value, 0.0);
        let ends = [-change.interval.lower, change.interval.upper];
        assert!(ends.iter().all(|end| (end / reach - 1.0).abs() < 1e-12), "{change:?}");
        assert!(change.standard_error > 0.0);
    }
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    let same = waterfall_on(&plain(""), &plain(""), 2, 20_000).difference;
    assert_eq!([same.standard_error, same.interval.lower, same.interval.upper], [0.0; 3]);
}

#[test]
fn a_bar_of_few_paths_is_said() {
    let more = "[[intervention]]\nname = \"i\"\nlifts = { flows = \"all\", by = \"0.01%\" }\n";
    let found = waterfall_on(&plain(""), &plain(more), 2, 20_000);
    let differing = bar(&found, "intervention.i").differing;
    assert!((1..10).contains(&differing), "{differing}");
    let keys = vec!["intervention.i".to_owned()];
    assert_eq!(found.warnings, [Warning::FewDiffer { keys, paths: differing }]);
}

#[test]
fn preparing_can_be_ended() {
    for [first, second] in [three_differences(), eleven_differences()] {
        let read = [read("first", &first), read("second", &second)];
        let scenarios = read.each_ref();
        for decodes in [0, 3] {
            let seen = std::sync::atomic::AtomicU64::new(0);
            let watch = |count| {
                let before = seen.fetch_add(count, std::sync::atomic::Ordering::Relaxed);
                match before + count > decodes {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            };
            let prepared = Prepared::new(Question { scenarios, target: 0, seed: 1 }, &watch);
            assert!(prepared.expect("valid scenarios").is_none());
        }
    }
}

#[test]
fn too_few_hits_are_said() {
    let far = |growth: &str| {
        one_flow(10.0, 0.1, growth, "25%", "").replace("at_least = 15", "at_least = 1000")
    };
    let found = waterfall_on(&far("6%"), &far("7%"), 2, 20_000);
    assert!(matches!(found.warnings[..], [Warning::FewHitsToAttribute { .. }]));
}

fn tradecast(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tradecast")).args(arguments).output().expect("the binary runs")
}

#[test]
fn the_command_writes_table_figure_and_json() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [first, second] = three_differences();
    let files = [("a.toml", &first), ("b.toml", &second), ("c.toml", &first)]
        .map(|(name, text)| file_in(&folder, name, text).display().to_string());
    let [a, b, c] = files.each_ref().map(String::as_str);
    let out = folder.path().join("out").display().to_string();
    let common = ["--paths", "20000", "--out", &out];
    let run = |inputs: &[&str], more: &[&str]| {
        let output = tradecast(&[&["compare"], inputs, &common[..], more].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    };
    let exists = |name: &str| folder.path().join("out/comparison").join(name).exists();
    let json: serde_json::Value =
        serde_json::from_str(&run(&[a, b, c], &["--waterfall", "--json"])).expect("JSON");
    assert_eq!(json["waterfalls"].as_array().expect("two").len(), 2);
    assert_eq!(json["rows"][0]["fan"].as_array().expect("a fan").len(), 4);
    assert!(
        exists("waterfall-b.png") && exists("waterfall-c.svg") && exists("comparison-fans.png")
    );
    let table = std::fs::read_to_string(folder.path().join("out/comparison/waterfall.csv"));
    let table = table.expect("a table");
    // Three bars and the difference; no bar and no difference.
    assert_eq!(table.lines().count(), 1 + 4 + 1);
    assert!(table.contains("flow.f.growth.random_walk.median,6 %,9 %,"), "{table}");
    let card = run(&[a, b], &["--waterfall"]);
    assert!(card.contains("all orders of the 3 assumptions, 8 scenarios"), "{card}");
    assert!(exists("waterfall.png") && !exists("waterfall-b.png"));
    run(&[a, b], &[]);
    assert!(!exists("waterfall.csv") && !exists("waterfall.png") && exists("comparison-fans.svg"));
}

#[test]
fn results_have_fans_and_no_waterfall() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [first, second] = three_differences();
    let files = [("a.toml", &first), ("b.toml", &second)]
        .map(|(name, text)| file_in(&folder, name, text).display().to_string());
    let out = folder.path().join("out").display().to_string();
    for file in &files {
        assert!(
            tradecast(&["run", file, "--paths", "20000", "--no-charts", "--out", &out])
                .status
                .success()
        );
    }
    let results = ["a", "b"].map(|name| format!("{out}/{name}"));
    let [a, b] = results.each_ref().map(String::as_str);
    let output = tradecast(&["compare", a, b, "--waterfall"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && error.contains("a waterfall needs scenarios"), "{error}");
    assert!(tradecast(&["compare", a, b, "--out", &out]).status.success());
    assert!(folder.path().join("out/comparison/comparison-fans.png").exists());
}

/// A flow by a file of numbered countries, and the file that names them.
fn by_numbers(history: &str, codes: &str) -> String {
    format!(
        r#"
title = "By numbers"
[[target]]
name = "t"
at_least = 20
in = "2022"
[[flow]]
name = "f"
from = "AAA"
to = "BBB"
[flow.growth.fitted]
history = "{history}"
country_codes = "{codes}"
"#
    )
}

/// A folder with a file of two flows, and two folders that each name the countries in a `codes.csv`
/// of their own, the other way round; and in each a scenario.
fn numbered(scenarios: [(&str, String); 2]) -> [Scenario; 2] {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut rows = "t,i,j,k,v,q\n".to_owned();
    for year in 2010..2020 {
        let (large, small) = (15_000 + 400 * (year - 2010), 4_000 + 700 * ((year * 7) % 5));
        rows += &format!("{year},1,2,010121,{large},1\n{year},3,2,010121,{small},1\n");
    }
    file_in(&folder, "flows.csv", &rows);
    for (name, codes) in [("one", "1,AAA\n2,BBB\n3,CCC\n"), ("other", "3,AAA\n2,BBB\n1,CCC\n")] {
        std::fs::create_dir(folder.path().join(name)).expect("a folder");
        let codes = format!("country_code,country_iso3\n{codes}");
        file_in(&folder, &format!("{name}/codes.csv"), &codes);
    }
    scenarios.map(|(place, text)| {
        let path = file_in(&folder, &format!("{place}/scenario.toml"), &text);
        let read = Scenario::read(&path);
        read.unwrap_or_else(|error| panic!("{:?}", miette::Report::new(error)))
    })
}

#[test]
fn files_of_one_name_in_two_folders_are_two_files() {
    let text = by_numbers("../flows.csv", "codes.csv");
    let found = waterfall_of(&numbered([("one", text.clone()), ("other", text)]), 2, PATHS);
    assert_eq!(found.bars.len(), 1, "{:?}", found.bars);
    let codes = bar(&found, "flow.f.growth.fitted.country_codes");
    assert!(codes.change.value < -0.3, "{codes:?}");
    assert_eq!([&codes.from[..], &codes.to[..]], [["one/codes.csv"], ["other/codes.csv"]]);
    assert_sums(&found);
}

#[test]
fn a_file_written_in_another_way_is_no_difference() {
    let first = by_numbers("../flows.csv", "codes.csv");
    let second = by_numbers(".././other/../flows.csv", "../one/./codes.csv");
    let found = waterfall_of(&numbered([("one", first), ("other", second)]), 2, PATHS);
    assert!(found.bars.is_empty() && found.difference.value == 0.0, "{:?}", found.bars);
}

#[test]
fn scenarios_whose_names_differ_in_a_sign_have_figures_of_their_own() {
    let mut found = waterfall_on(&plain(""), &one_flow(12.0, 0.1, "6%", "25%", ""), 2, 20_000);
    let named = ["a b", "a-b", "a.b", "a-b-2"].map(|name| {
        found.scenarios[1] = name.to_owned();
        found.clone()
    });
    let figures = tradecast::report::chart::waterfalls(&named).expect("figures");
    let names: Vec<&str> = figures.iter().map(|figure| figure.name.as_str()).collect();
    let expected = ["waterfall-a-b", "waterfall-a-b-2", "waterfall-a-b-3", "waterfall-a-b-2-2"];
    assert_eq!(names, expected);
}

/// A default that one scenario states and the other leaves out.
#[test]
fn a_default_that_is_stated_is_no_difference() {
    let first = by_numbers("../flows.csv", "codes.csv");
    let second = format!("{first}prior = \"world\"\ntotal = false\n");
    let found = waterfall_of(&numbered([("one", first), ("one", second)]), 2, PATHS);
    assert!(found.bars.is_empty() && found.difference.value == 0.0, "{:?}", found.bars);
}
