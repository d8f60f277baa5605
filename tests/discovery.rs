//! Scenario discovery in `tradecast sensitivity`: a known box, measures that must happen, too few hits.

use crate::setup::{self, scenario};
use assert_cmd::Command;
use tradecast::random::{Philox, PointSource, Variable};
use tradecast::sensitivity::{
    LEAST_COVERAGE, NoBox, Points, Question, Ranges, Sensitivity, find, sensitivity,
};

/// Uniform points, hits where the function says so.
fn points(inputs: usize, of: impl Fn(&[f64]) -> bool) -> Points {
    const COUNT: usize = 16_384;
    let row = |input: usize| {
        let mut row = vec![0.0; COUNT];
        Philox.uniforms(Variable::new(1, &format!("test box {input}")), 0, 0, &mut row);
        row
    };
    let values: Vec<Vec<f64>> = (0..inputs).map(row).collect();
    let at = |point: usize| values.iter().map(|row| row[point]).collect::<Vec<f64>>();
    let hits = (0..COUNT).map(|point| of(&at(point))).collect();
    Points { values, hits, weights: [1.0, 1.0] }
}

/// Whether a point lies in the ranges.
fn is_inside(ranges: &Ranges, points: &Points, point: usize) -> bool {
    let mut all = ranges.iter().zip(&points.values);
    all.all(|(range, row)| range.as_ref().is_none_or(|range| range.contains(&row[point])))
}

/// Hits are the points of a box. While a miss is left, a slice at some end of it is less dense than the
/// rest, so that peeling goes on until each end is a hit's value: inside the box's end, never outside.
/// The slice that went last held a miss and thus began outside; it is the first k of n uniform points,
/// k = ⌈n/20⌉, and their spacing is a Beta(k, n − k + 1) part of the range, of a mean up to 1/20 + 1/n
/// and a standard deviation of √(1/20 · 19/20 / n). No fewer points than are left at the end were there.
#[test]
fn a_box_is_found_and_nothing_else() {
    let points = points(4, |x| x[0] > 0.6 && x[1] > 0.2 && x[1] < 0.5);
    let found = find(&points);
    assert!(found[2].is_none() && found[3].is_none(), "{found:?}");
    let left = (0..points.hits.len()).filter(|point| is_inside(&found, &points, *point)).count();
    let left = left as f64;
    let slice = 0.05 + 1.0 / left + 5.0 * (0.05 * 0.95 / left).sqrt();
    let near = |end: f64, exact: f64, range: f64| {
        let part = (end - exact) / range;
        assert!((0.0..=slice).contains(&part), "{end} for {exact}: {part}, not up to {slice}");
    };
    let [first, second] = [0, 1].map(|input| found[input].clone().expect("a range"));
    near(*first.start(), 0.6, 0.4);
    assert_eq!(*first.end(), f64::INFINITY);
    near(*second.start(), 0.2, 0.3);
    near(*second.end(), 0.5, -0.3);
}

/// The density is the first input's value x, by a number that is no input: of the hits, 1 − s² lie
/// above s. Half of them stay, so that 1 − s² ≥ ½. The next slice at the lower end would leave fewer;
/// it is less dense than the box and holds at most 5 % of its hits, and one point more: (1 − s²) · 0.95
/// < ½ + 1/H. So s lies from √(1 − ½/0.95) to √½, give or take five standard errors of a share of
/// about ½ of H hits.
#[test]
fn half_of_the_hits_stay_where_there_is_no_edge() {
    let mut points = points(3, |x| x[2] < x[0]);
    points.values.truncate(2);
    let found = find(&points);
    let range = found[0].clone().expect("a range");
    assert!(found[1].is_none() && *range.end() == f64::INFINITY, "{found:?}");
    let hits: Vec<usize> = (0..points.hits.len()).filter(|point| points.hits[*point]).collect();
    let all = hits.len() as f64;
    let kept = hits.iter().filter(|point| is_inside(&found, &points, **point)).count() as f64;
    let most = (LEAST_COVERAGE + 1.0 / all) / 0.95;
    assert!((LEAST_COVERAGE..most).contains(&(kept / all)), "{}", kept / all);
    let error = 5.0 * (0.25 / all).sqrt();
    let (least, most) = (1.0 - most - error, 1.0 - LEAST_COVERAGE + error);
    assert!((least.sqrt()..most.sqrt()).contains(range.start()), "{range:?}");
}

fn answer(text: &str, threads: usize) -> Sensitivity {
    let scenario = scenario(text);
    let threads = setup::threads(threads);
    let question = Question { scenario: &scenario, target: 0, paths: 8192, seed: 3 };
    sensitivity(&question, setup::work(&threads)).expect("to the end")
}

fn measures(at_least: f64) -> String {
    let measure = |name: &str, probability: f64| {
        format!(
            "[[intervention]]\nname = \"{name}\"\nprobability = {probability}\nstart = \"2026-01\"\nadds = {{ flow = \"f\", per_year = 20 }}\n"
        )
    };
    format!(
        "title = \"Measures\"\n[[target]]\nname = \"t\"\nat_least = {at_least}\nin = \"2026\"\n[[flow]]\nname = \"f\"\nfrom = \"A\"\nto = \"B\"\nbaseline = {{ period = \"2025\", value = {{ lognormal = {{ median = 10, sigma = 0.05 }} }} }}\ngrowth.random_walk = {{ median = \"0%\", volatility = \"5%\" }}\n{}{}",
        measure("x", 0.3),
        measure("y", 0.6)
    )
}

/// Level and shocks move the total by 7 % of 10; a target of 40 takes both measures of 20 each, and
/// both give it: P = 0.18, and in the box P = 1.
#[test]
fn measures_that_must_happen_are_the_box() {
    let found = answer(&measures(40.0), 2);
    let found = found.discovered.expect("a box");
    let names: Vec<&str> = found.restrictions.iter().map(|it| it.input.as_str()).collect();
    assert_eq!(names, ["intervention.x", "intervention.y"]);
    assert!(found.restrictions.iter().all(|it| it.quantiles == [1.0, 1.0]));
    // With one of them the level would have to double: ten standard deviations of its log.
    assert_eq!((found.coverage.value, found.density.value), (1.0, 1.0));
    let p = found.probability;
    assert!((p.value - 0.18).abs() < 5.0 * p.standard_error, "{p:?}");
    assert_eq!(found.share.value, p.value);
}

#[test]
fn too_few_hits_give_no_box_and_threads_do_not_matter() {
    let rare = answer(&measures(1000.0), 2);
    assert!(rare.discovered.is_none());
    assert!(matches!(rare.no_box, Some(NoBox::FewHits { hits: 0, .. })));
    let sure = answer(&measures(1.0), 2);
    assert!(sure.discovered.is_none() && sure.no_box == Some(NoBox::Nothing));
    let json = |threads: usize| {
        serde_json::to_string(&answer(&measures(33.0), threads).discovered).expect("JSON")
    };
    assert_eq!(json(1), json(3));
}

#[test]
fn the_command_prints_the_box_and_writes_its_table() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = setup::file_in(&folder, "one.toml", &measures(33.0));
    let out = folder.path().join("out");
    let run = |flags: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tradecast"));
        command.args(["sensitivity", "--paths", "8192", "--no-charts", "--out"]);
        let output = command.args([&out, &file]).args(flags).assert().success();
        String::from_utf8_lossy(&output.get_output().stdout).into_owned()
    };
    let text = run(&[]);
    assert!(text.contains("of the futures that reach the target"), "{text}");
    assert!(text.contains("x: happens") && text.contains("There P is"), "{text}");
    let table = std::fs::read_to_string(out.join("one/box.csv")).expect("a table");
    let header = "input,kind,lower,upper,quantile_lower,quantile_upper,coverage,coverage_lower";
    assert!(table.starts_with(header), "{table}");
    assert!(table.contains("\nintervention.x,intervention,,,1,1,"), "{table}");
    let rare = run(&["--set", "target.t.at_least=1000"]);
    assert!(rare.contains("note: no box of inputs: 0 of "), "{rare}");
    assert!(!out.join("one/box.csv").exists(), "an old table stays");
}
