//! `tradecast sensitivity`: indices of functions that have closed forms, scenarios that have them,
//! and the same bytes on any threads.

use crate::setup::{self, scenario};
use assert_cmd::Command;
use tradecast::numeric::normal;
use tradecast::random::{Philox, PointSource, Variable};
use tradecast::scenario::Scenario;
use tradecast::sensitivity::{
    Design, Indices, PickFreeze, Question, Sensitivity, indices, projection, sensitivity,
};
use tradecast::statistics::Estimate;
use tradecast::warning::Warning;

const LANES: usize = 256;
/// The most standard error of a share from 2^17 points, 2/√N: for a normal output of variance V a
/// point's y′ (y_−i − y) has the variance (2 T + 2 S²) V², at most 4 V².
const MOST_ERROR: f64 = 0.0056;
const PI: f64 = std::f64::consts::PI;
const Z90: f64 = 1.281_551_565_544_600_4;

/// A function of standard normals X = A e.
struct Function {
    /// The rows of A.
    rows: Vec<Vec<f64>>,
    of: fn(&[f64]) -> f64,
}

struct Room {
    first: Vec<Vec<f64>>,
    second: Vec<Vec<f64>>,
}

impl Function {
    fn independent(inputs: usize, of: fn(&[f64]) -> f64) -> Self {
        let row = |i: usize| (0..inputs).map(|j| f64::from(u8::from(i == j))).collect();
        Self { rows: (0..inputs).map(row).collect(), of }
    }
}

impl PickFreeze for Function {
    type Room = Room;

    fn room(&self) -> Room {
        let points = || vec![vec![0.0; LANES]; self.rows.len()];
        Room { first: points(), second: points() }
    }

    fn inputs(&self) -> usize {
        self.rows.len()
    }

    fn outputs(&self) -> usize {
        1
    }

    fn lanes(&self) -> usize {
        LANES
    }

    fn is_independent(&self, input: usize) -> bool {
        let is_zero = |row: usize, column: usize| self.rows[row][column] == 0.0;
        let others = (0..self.rows.len()).filter(|other| *other != input);
        others.into_iter().all(|other| is_zero(other, input) && is_zero(input, other))
    }

    fn start(&self, block: u64, room: &mut Room) {
        for (points, slot) in [(&mut room.first, 0), (&mut room.second, 1)] {
            for (input, row) in points.iter_mut().enumerate() {
                let variable = Variable::new(1, &format!("test input {input}"));
                Philox.normals(variable, slot, block * LANES as u64, row);
            }
        }
    }

    fn evaluate(&self, frozen: &[bool], room: &mut Room, out: &mut [Vec<f64>]) {
        let kept = self.rows.iter().zip(frozen).filter(|(_, frozen)| **frozen);
        let kept: Vec<&[f64]> = kept.map(|(row, _)| row.as_slice()).collect();
        let size = self.rows.len();
        let matrix = projection(&kept, size);
        for (lane, out) in out[0].iter_mut().enumerate() {
            let blend = |i: usize| {
                let parts = (0..size).map(|j| {
                    let (first, second) = (room.first[j][lane], room.second[j][lane]);
                    matrix[i][j] * (first - second)
                });
                room.second[i][lane] + parts.sum::<f64>()
            };
            let e: Vec<f64> = (0..size).map(blend).collect();
            let of = |row: &Vec<f64>| row.iter().zip(&e).map(|(a, e)| a * e).sum();
            let x: Vec<f64> = self.rows.iter().map(of).collect();
            *out = (self.of)(&x);
        }
    }
}

/// The indices of a function from 32 batches of `blocks` × 256 points.
fn indices_of(function: &Function, blocks: u64) -> Vec<Indices> {
    let threads = setup::threads(2);
    let design = Design { blocks_a_batch: blocks, orders: Variable::new(1, "test orders") };
    let found = indices(function, design, setup::work(&threads));
    found.expect("to the end").remove(0).expect("indices")
}

/// Within 4.5 standard errors (two in 10⁵ under Student-t with 31 degrees are beyond: 9e-5), which
/// must be small enough for the test to mean something.
fn assert_near(estimate: &Estimate, exact: f64, most_error: f64, what: &str) {
    let error = (estimate.value - exact).abs();
    assert!(
        error <= 4.5 * estimate.standard_error + 1e-12,
        "{what}: {exact}, but {} ± {}",
        estimate.value,
        estimate.standard_error
    );
    assert!(estimate.standard_error < most_error, "{what}: ± {}", estimate.standard_error);
}

fn assert_all(found: &[Indices], exact: &[[f64; 3]], most_error: f64) {
    for (input, (found, exact)) in found.iter().zip(exact).enumerate() {
        assert_near(&found.first_order, exact[0], most_error, &format!("first order {input}"));
        assert_near(&found.total, exact[1], most_error, &format!("total {input}"));
        assert_near(&found.shapley, exact[2], most_error, &format!("Shapley {input}"));
    }
    let sum: f64 = found.iter().map(|indices| indices.shapley.value).sum();
    assert!((sum - 1.0).abs() < 1e-9, "Shapley effects sum to {sum}");
}

/// sin x₁ + a sin² x₂ + b x₃⁴ sin x₁ on (−π, π)³, a = 7, b = 0.1. V₁ = ½ (1 + b π⁴/5)²,
/// V₂ = a²/8, V₁₃ = 8 b² π⁸/225 (Ishigami and Homma 1990; Saltelli et al. 2008, section 4.6):
/// S = 0.3139, 0.4424, 0 and T = 0.5576, 0.4424, 0.2437. SALib's documentation (basics) prints its own
/// estimates from 1,024 points, whose standard errors are about 0.03 by the spread of such runs.
#[test]
fn ishigami_has_its_known_indices() {
    let function = Function::independent(3, |z| {
        let x = [0, 1, 2].map(|i| PI * (2.0 * normal::cdf(z[i]) - 1.0));
        let sine = libm::sin(x[1]);
        let fourth = x[2] * x[2] * x[2] * x[2];
        libm::sin(x[0]) * (1.0 + 0.1 * fourth) + 7.0 * sine * sine
    });
    let fourth = PI * PI * PI * PI;
    let one = 1.0 + 0.1 * fourth / 5.0;
    let (first, second) = (0.5 * one * one, 49.0 / 8.0);
    let joint = 8.0 * 0.01 * fourth * fourth / 225.0;
    let variance = first + second + joint;
    let share = |part: f64| part / variance;
    assert!((share(first) - 0.3139).abs() < 5e-5 && (share(second) - 0.4424).abs() < 5e-5);
    assert!((share(joint) - 0.2437).abs() < 5e-5);
    let exact = [
        [share(first), share(first + joint), share(first + joint / 2.0)],
        [share(second), share(second), share(second)],
        [0.0, share(joint), share(joint / 2.0)],
    ];
    let found = indices_of(&function, 16);
    assert_all(&found, &exact, MOST_ERROR);
    let salib = [[0.316832, 0.555860], [0.443763, 0.441898], [0.012203, 0.244675]];
    for (found, salib) in found.iter().zip(salib) {
        assert!((found.first_order.value - salib[0]).abs() < 0.03, "{found:?}");
        assert!((found.total.value - salib[1]).abs() < 0.03, "{found:?}");
    }
}

/// Sobol's G function with a = 0, 1, 4.5, 9, 99, 99, 99, 99: Π (|4x − 2| + a)/(1 + a), whose
/// Vᵢ = 1/(3 (1 + aᵢ)²) and V = Π (1 + Vᵢ) − 1 (Saltelli et al. 2010, section 6).
#[test]
fn the_g_function_has_its_known_indices() {
    const A: [f64; 8] = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
    let function = Function::independent(8, |z| {
        let factor = |(z, a): (&f64, &f64)| ((4.0 * normal::cdf(*z) - 2.0).abs() + a) / (1.0 + a);
        z.iter().zip(&A).map(factor).product()
    });
    let own = A.map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
    let variance = own.iter().map(|v| 1.0 + v).product::<f64>() - 1.0;
    // Shapley effects from the variances of all 2^8 sets: each set's own part is shared equally.
    let mut shapley = [0.0; 8];
    for set in 1_u32..256 {
        let members: Vec<usize> = (0..8).filter(|i| set >> i & 1 == 1).collect();
        let part: f64 = members.iter().map(|i| own[*i]).product();
        members.iter().for_each(|i| shapley[*i] += part / members.len() as f64 / variance);
    }
    let exact: Vec<[f64; 3]> = (0..8)
        .map(|i| {
            let others = (1.0 + variance) / (1.0 + own[i]);
            [own[i] / variance, own[i] * others / variance, shapley[i]]
        })
        .collect();
    assert!((exact[0][0] - 0.7162).abs() < 5e-5 && (exact[0][1] - 0.7871).abs() < 5e-5);
    assert_all(&indices_of(&function, 16), &exact, MOST_ERROR);
}

/// y = Σ βᵢ xᵢ, x normal with a correlation matrix C: Var E\[y|x_S\] is a quadratic form, and all
/// indices follow from it over the sets S. For two inputs the Shapley effect of the first is
/// (β₁² (1 − ρ²/2) + ρ β₁ β₂ + β₂² ρ²/2)/V (Owen and Prieur 2017, SIAM/ASA JUQ 5, 986).
#[test]
fn correlated_inputs_of_a_linear_function_have_their_known_indices() {
    // X₁ = e₁, X₂ = ρ e₁ + √(1 − ρ²) e₂, ρ = −0.6; X₃ = e₃. β = 2, 1, 1.5.
    let function = Function {
        rows: vec![vec![1.0, 0.0, 0.0], vec![-0.6, 0.8, 0.0], vec![0.0, 0.0, 1.0]],
        of: |x| 2.0 * x[0] + x[1] + 1.5 * x[2],
    };
    let (rho, a, b, c): (f64, f64, f64, f64) = (-0.6, 2.0, 1.0, 1.5);
    let variance = a * a + b * b + 2.0 * rho * a * b + c * c;
    let half = rho * rho / 2.0;
    let left = 1.0 - rho * rho;
    let first = [(a + rho * b) * (a + rho * b), (b + rho * a) * (b + rho * a), c * c];
    let total = [a * a * left, b * b * left, c * c];
    let shapley = [
        a * a * (1.0 - half) + rho * a * b + b * b * half,
        b * b * (1.0 - half) + rho * a * b + a * a * half,
        c * c,
    ];
    let exact: Vec<[f64; 3]> =
        (0..3).map(|i| [first[i], total[i], shapley[i]].map(|part| part / variance)).collect();
    // The second's first order is 0.04 of 4.85, less than its total: the correlation hides it.
    assert!(exact[1][0] < exact[1][1]);
    assert_all(&indices_of(&function, 16), &exact, MOST_ERROR);
}

fn answer(text: &str, paths: u64, threads: usize) -> Sensitivity {
    let scenario = scenario(text);
    let threads = setup::threads(threads);
    let seed = scenario.simulation.seed;
    let question = Question { scenario: &scenario, target: 0, paths, seed };
    sensitivity(&question, setup::work(&threads)).expect("to the end")
}

fn input<'a>(found: &'a Sensitivity, name: &str) -> &'a tradecast::sensitivity::InputSensitivity {
    let found_one = found.inputs.iter().find(|input| input.name == name);
    found_one.unwrap_or_else(|| panic!("no input {name}: {:?}", names(found)))
}

fn names(found: &Sensitivity) -> Vec<&str> {
    found.inputs.iter().map(|input| input.name.as_str()).collect()
}

/// A flow that grows for two years from a lognormal baseline: ln total = ln b + s Z + 2 ln(1 + g)
/// + σ √2 E. One flow with yearly steps has m = 2 years to the first step where that is the target's.
const ONE_FLOW: &str = r#"
title = "One flow"
[money]
currency = "USD"
unit = "million"
[[target]]
name = "t"
at_least = 13
in = "2027"
[[flow]]
name = "f"
from = "A"
to = "B"
baseline = { period = "2025", value = { lognormal = { median = 10, sigma = 0.14 } } }
[flow.growth.random_walk]
median = { uniform = { min = "0%", max = "20%" } }
volatility = { uniform = { min = "5%", max = "35%" } }
[simulation]
seed = 7
"#;

/// With σ uniform on (0.05, 0.35) and D = 2 ln(1 + g), all inputs independent:
/// V = s² + Var D + 2 E\[σ²\]; σ has no first order but interacts with E: 2 Var σ.
#[test]
fn a_lognormal_flow_has_the_shares_of_its_closed_form() {
    let found = answer(ONE_FLOW, 1 << 17, 2);
    let s: f64 = 0.14;
    // E ln u and E ln² u over u uniform on (1, 1.2).
    let (log, width) = (libm::log(1.2), 0.2);
    let mean = (1.2 * log - 0.2) / width;
    let square = (1.2 * log * log - 2.0 * (1.2 * log - 0.2)) / width;
    let drift = 4.0 * (square - mean * mean);
    let (center, spread) = (0.2, 0.3 * 0.3 / 12.0);
    let variance = s * s + drift + 2.0 * (center * center + spread);
    let [own, joint] = [2.0 * center * center, 2.0 * spread];
    let exact = [
        ("flow.f.baseline.value", [s * s, s * s, s * s]),
        ("flow.f.growth.random_walk.median", [drift, drift, drift]),
        ("flow.f.growth.random_walk.volatility", [0.0, joint, joint / 2.0]),
        ("flow.f.shocks", [own, own + joint, own + joint / 2.0]),
    ];
    assert_eq!(found.inputs.len(), 4, "{:?}", names(&found));
    for (name, exact) in exact {
        let indices = input(&found, name).log_total.expect("indices");
        let exact = exact.map(|part| part / variance);
        assert_near(&indices.first_order, exact[0], MOST_ERROR, &format!("{name}: first order"));
        assert_near(&indices.total, exact[1], MOST_ERROR, &format!("{name}: total"));
        assert_near(&indices.shapley, exact[2], MOST_ERROR, &format!("{name}: Shapley"));
    }
}

/// With growth and volatility certain, ln total = ln b + s Z + 2 ln 1.1 + 0.2 √2 E is normal, and P
/// at a quantile of Z or of E is a normal probability.
#[test]
fn bars_are_the_probabilities_of_the_closed_form() {
    let text = ONE_FLOW
        .replace("{ uniform = { min = \"0%\", max = \"20%\" } }", "\"10%\"")
        .replace("{ uniform = { min = \"5%\", max = \"35%\" } }", "\"20%\"");
    let found = answer(&text, 1 << 17, 2);
    let s: f64 = 0.14;
    let shock = 0.2 * std::f64::consts::SQRT_2;
    let middle = libm::log(10.0) + 2.0 * libm::log(1.1) - libm::log(13.0);
    let p = normal::cdf(middle / (s * s + shock * shock).sqrt());
    assert_near(&found.probability, p, 0.002, "P");
    for (name, fixed, free) in [("flow.f.baseline.value", s, shock), ("flow.f.shocks", shock, s)] {
        let bar = input(&found, name).bar.expect("a bar");
        let at = |z: f64| normal::cdf((middle + fixed * z) / free);
        assert_near(&bar.low, at(-Z90), 0.002, &format!("{name}: low"));
        assert_near(&bar.high, at(Z90), 0.002, &format!("{name}: high"));
        assert_near(&bar.swing, at(Z90) - at(-Z90), 0.002, &format!("{name}: change"));
    }
    let values = input(&found, "flow.f.baseline.value").values.clone().expect("values");
    assert_eq!(values, ["8.36 million USD", "12 million USD"]);
}

/// The target counts flow a alone, whose shocks are correlated with those of b, ρ = 0.8. So b has
/// a first order of ρ² and no total, a the reverse; Shapley effects are ρ²/2 and 1 − ρ²/2.
#[test]
fn a_correlated_flow_that_does_nothing_has_the_indices_of_its_correlation() {
    let flow = |name: &str| {
        format!(
            "[[flow]]\nname = \"{name}\"\nfrom = \"A\"\nto = \"B\"\nbaseline = {{ period = \"2025\", value = 10 }}\ngrowth.random_walk = {{ median = \"10%\", volatility = \"20%\" }}\n"
        )
    };
    let text = format!(
        "title = \"Two flows\"\n[[target]]\nname = \"t\"\nat_least = 13\nin = \"2027\"\nflows = [\"a\"]\n{}{}[[correlation]]\nbetween = [\"a\", \"b\"]\nvalue = 0.8\n[simulation]\nseed = 3\n",
        flow("a"),
        flow("b")
    );
    let found = answer(&text, 1 << 17, 2);
    let exact = [("flow.a.shocks", [1.0, 0.36, 0.68]), ("flow.b.shocks", [0.64, 0.0, 0.32])];
    for (name, exact) in exact {
        let indices = input(&found, name).log_total.expect("indices");
        assert_near(&indices.first_order, exact[0], MOST_ERROR, &format!("{name}: first order"));
        assert_near(&indices.total, exact[1], MOST_ERROR, &format!("{name}: total"));
        assert_near(&indices.shapley, exact[2], MOST_ERROR, &format!("{name}: Shapley"));
    }
    // Given b's shocks at a quantile, those of a have the mean ρ z and the variance 1 − ρ².
    let middle = 2.0 * libm::log(1.1) - libm::log(1.3);
    let scale = 0.2 * std::f64::consts::SQRT_2;
    let at = |z: f64| normal::cdf((middle / scale + 0.8 * z) / 0.6);
    let bar = input(&found, "flow.b.shocks").bar.expect("a bar");
    assert_near(&bar.low, at(-Z90), 0.002, "low");
    assert_near(&bar.high, at(Z90), 0.002, "high");
}

/// Whether the target is reached depends on two measures alone: it takes both, and each happens
/// half of the time. Y = X₁ X₂, V = 3/16: each has a first order of 1/3, a total of 2/3 and a
/// Shapley effect of 1/2, and P without it is 0, with it ½.
#[test]
fn two_measures_that_it_takes_both_share_the_probability() {
    let measure = |name: &str| {
        format!(
            "[[intervention]]\nname = \"{name}\"\nprobability = 0.5\nstart = \"2026-01\"\nadds = {{ flow = \"f\", per_year = 3 }}\n"
        )
    };
    let text = format!(
        "title = \"Two measures\"\n[[target]]\nname = \"t\"\nat_least = 15\nin = \"2026\"\n[[flow]]\nname = \"f\"\nfrom = \"A\"\nto = \"B\"\nbaseline = {{ period = \"2025\", value = 10 }}\ngrowth.constant = \"0%\"\n{}{}[simulation]\nseed = 3\n",
        measure("x"),
        measure("y")
    );
    let found = answer(&text, 1 << 17, 2);
    assert_eq!(found.inputs.len(), 2, "{:?}", names(&found));
    for input in &found.inputs {
        let indices = input.reached.expect("indices");
        assert_near(&indices.first_order, 1.0 / 3.0, MOST_ERROR, "first order");
        assert_near(&indices.total, 2.0 / 3.0, MOST_ERROR, "total");
        assert_near(&indices.shapley, 0.5, MOST_ERROR, "Shapley");
        let bar = input.bar.expect("a bar");
        assert_eq!(bar.low.value, 0.0);
        assert_near(&bar.high, 0.5, 0.003, "with it");
    }
}

#[test]
fn threads_do_not_matter_and_a_resampled_history_is_an_input() {
    let text = ONE_FLOW.to_owned()
        + "[[disruption]]\nname = \"d\"\nflows = \"all\"\nrate_per_year = 0.5\nduration = \"6 months\"\nloss = { uniform = { min = \"10%\", max = \"60%\" } }\n";
    let [one, three] = [1, 3].map(|threads| answer(&text, 1 << 13, threads));
    let json = |found: &Sensitivity| serde_json::to_string(found).expect("JSON");
    assert_eq!(json(&one), json(&three));
    assert!(input(&one, "disruption.d").bar.expect("a bar").swing.value != 0.0);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let history = "period,value\n2019,5\n2020,6\n2021,5.5\n2022,7\n2023,8\n2024,7.5\n2025,10\n";
    setup::file_in(&folder, "history.csv", history);
    let start = ONE_FLOW
        .split("[flow.growth")
        .next()
        .expect("a start")
        .replace("value = { lognormal = { median = 10, sigma = 0.14 } }", "value = 10");
    let growth = "growth.bootstrap = { history = \"history.csv\", block = \"2 years\" }\n";
    let file = setup::file_in(&folder, "b.toml", &format!("{start}{growth}"));
    let bootstrap = Scenario::read(&file).expect("a scenario");
    let threads = setup::threads(1);
    let question = Question { scenario: &bootstrap, target: 0, paths: 1 << 13, seed: 1 };
    let found = sensitivity(&question, setup::work(&threads)).expect("to the end");
    assert_eq!(names(&found), ["flow.f.shocks"]);
    let shocks = &found.inputs[0];
    assert!(shocks.bar.is_none() && found.notes.contains(&Warning::NoBarOfResampled));
    // The only input carries everything.
    let indices = shocks.log_total.expect("indices");
    assert_near(&indices.total, 1.0, 0.05, "total");
    assert_eq!(indices.shapley.value, 1.0);
}

fn tradecast() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tradecast"))
}

#[test]
fn the_command_writes_a_table_and_a_figure_and_suggests_a_target() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = setup::file_in(&folder, "one.toml", ONE_FLOW);
    let out = folder.path().join("out");
    tradecast()
        .args(["sensitivity", "--paths", "8192", "--quiet", "--out"])
        .args([&out, &file])
        .assert()
        .success()
        .stdout("");
    let table = std::fs::read_to_string(out.join("one/sensitivity.csv")).expect("a table");
    let manifest = std::fs::read_to_string(out.join("one/sensitivity.toml")).expect("a manifest");
    assert!(manifest.contains("target = ") && manifest.contains("sha256 = "), "{manifest}");
    assert!(table.starts_with("input,kind,value_q10,value_q90,p_at_q10,"), "{table}");
    assert_eq!(table.lines().count(), 5);
    assert!(out.join("one/tornado.svg").exists() && out.join("one/tornado.png").exists());
    let wrong = tradecast().args(["sensitivity", "--target", "T"]).arg(&file).assert().failure();
    let error = String::from_utf8_lossy(&wrong.get_output().stderr).into_owned();
    assert!(error.contains("no target \"T\"") && error.contains("did you mean `t`"), "{error}");
}
