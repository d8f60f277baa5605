//! The references against each other: closed forms against brute force, the simulator against
//! closed forms, within 5 standard errors of the simulated mean.
//!
//! Not part of `reference` itself, so that the tests run once: one test target declares it.

use super::reference::closed_forms::*;
use super::reference::growth::{persistence_scale, shock};
use super::reference::simulator::{Path, Simulator};
use super::reference::timeline::{Course, Event, is_in, mean_loss};
use super::reference::two_student_flows::{self, Grid, TwoFlows};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal, StudentT};
use std::f64::consts::PI;
use tradecast::scenario::{Scenario, Season, Tails};

/// Means over `count` draws must lie within 5 standard errors of `exact`.
fn assert_means(exact: &[f64], count: usize, mut draw: impl FnMut(&mut StdRng) -> Vec<f64>) {
    let mut rng = StdRng::seed_from_u64(20_251_204);
    let (mut sum, mut squares) = (vec![0.0; exact.len()], vec![0.0; exact.len()]);
    for _ in 0..count {
        let values = draw(&mut rng);
        assert_eq!(values.len(), exact.len());
        for (i, value) in values.iter().enumerate() {
            sum[i] += value - exact[i];
            squares[i] += (value - exact[i]) * (value - exact[i]);
        }
    }
    let n = count as f64;
    for i in 0..exact.len() {
        let bias = sum[i] / n;
        let error = ((squares[i] / n - bias * bias).max(0.0) / n).sqrt();
        let bound = 5.0 * error + 1e-9 * exact[i].abs().max(1e-3);
        assert!(
            bias.abs() <= bound,
            "value {i}: {} against {}, standard error {error}",
            exact[i] + bias,
            exact[i]
        );
    }
}

fn assert_near(value: f64, exact: f64, relative: f64) {
    assert!((value - exact).abs() <= relative * exact.abs(), "{value:e} against {exact:e}");
}

fn scenario(text: &str) -> Scenario {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("scenario.toml");
    std::fs::write(folder.path().join("history.csv"), HISTORY).expect("written");
    std::fs::write(&path, format!("title = \"check\"\n[money]\nunit = \"one\"\n{text}"))
        .expect("written");
    match Scenario::read(&path) {
        Ok(scenario) => scenario,
        Err(error) => panic!("{error:?}\n{text}"),
    }
}

const HISTORY: &str = "period,value\n2018,100\n2019,130\n2020,90\n2021,95\n2022,140\n2023,150\n";

fn one(condition: bool) -> f64 {
    f64::from(u8::from(condition))
}

/// The values that `look` takes from a path must have these means.
fn assert_path_means(
    text: &str,
    exact: &[f64],
    count: usize,
    look: impl Fn(&Simulator<'_>, &Scenario, &Path) -> Vec<f64>,
) {
    let scenario = scenario(text);
    let simulator = Simulator::new(&scenario);
    assert_means(exact, count, |rng| look(&simulator, &scenario, &simulator.path(rng)));
}

/// Whether the target's total reaches it in its own period, and by then.
fn reached(simulator: &Simulator<'_>, scenario: &Scenario, path: &Path) -> Vec<f64> {
    let target = &scenario.targets[0];
    let periods = simulator.periods(target);
    let hits: Vec<bool> = periods
        .iter()
        .map(|period| simulator.total(path, target, *period) >= target.at_least.single())
        .collect();
    vec![one(hits[hits.len() - 1]), one(hits.contains(&true))]
}

fn one_flow(target: f64, growth: &str) -> String {
    format!(
        "[[target]]\nname = \"t\"\nat_least = {target}\nin = \"2027\"\n\
         [[flow]]\nname = \"a\"\nfrom = \"A\"\nto = \"B\"\nbaseline = {{ period = \"2024\", value = 16 }}\n{growth}\n"
    )
}

fn two_flows(target: f64, tails: &str) -> String {
    let flow = |name: &str| {
        format!(
            "[[flow]]\nname = \"{name}\"\nfrom = \"A\"\nto = \"B\"\nbaseline = {{ period = \"2024\", value = 8 }}\n\
             growth.random_walk = {{ median = \"8%\", volatility = \"30%\"{tails} }}\n"
        )
    };
    format!(
        "[[target]]\nname = \"t\"\nat_least = {target}\nin = \"2027\"\n{}{}\
         [[correlation]]\nbetween = [\"a\", \"b\"]\nvalue = 0.3\n",
        flow("a"),
        flow("b")
    )
}

// Closed forms.

#[test]
fn one_lognormal_flow_has_the_known_probability() {
    assert_near(
        probability_in((200.0f64 / 16.0).ln(), 1.08f64.ln(), 0.35, 3),
        7.669_579_34e-5,
        1e-8,
    );
}

#[test]
fn two_lognormal_flows_have_the_known_probability() {
    let (median, sigma) = (8.0 * 1.08f64.powi(3), 0.3 * 3.0f64.sqrt());
    let exact = two_lognormals_at_least(200.0, [median; 2], [sigma; 2], 0.3);
    assert_near(exact, 8.168_993_92e-8, 1e-8);
}

#[test]
fn quadrature_of_two_lognormals_agrees_with_brute_force() {
    let exact = two_lognormals_at_least(30.0, [9.0, 12.0], [0.5, 0.3], -0.4);
    assert_means(&[exact], 1_000_000, |rng| {
        let (x, y): (f64, f64) = (StandardNormal.sample(rng), StandardNormal.sample(rng));
        let second = 12.0 * (0.3 * (-0.4 * x + 0.84f64.sqrt() * y)).exp();
        vec![one(9.0 * (0.5 * x).exp() + second >= 30.0)]
    });
}

#[test]
fn first_passage_agrees_with_brute_force() {
    let exact = probability_by(0.5, 0.05, 0.4, 4);
    assert_near(exact[0], probability_in(0.5, 0.05, 0.4, 1), 1e-12);
    assert_means(&exact, 1_000_000, |rng| {
        let (mut level, mut is_reached) = (0.0, false);
        let year = |_| {
            let z: f64 = StandardNormal.sample(rng);
            level += 0.05 + 0.4 * z;
            is_reached |= level >= 0.5;
            one(is_reached)
        };
        (0..4).map(year).collect()
    });
}

#[test]
fn three_student_shocks_agree_with_brute_force_and_the_normal_limit() {
    let exact: Vec<f64> =
        [0.0, 1.0, 4.0].iter().map(|sum| three_student_t_at_least(*sum, 5.0)).collect();
    assert_near(exact[0], 0.5, 1e-9);
    assert_near(three_student_t_at_least(2.0, 1e6), normal_upper(2.0 / 3.0f64.sqrt()), 1e-5);
    let (student, scale) = (StudentT::new(5.0).expect("valid"), 0.6f64.sqrt());
    assert_means(&exact, 1_000_000, |rng| {
        let sum: f64 = (0..3).map(|_| scale * student.sample(rng)).sum();
        [0.0, 1.0, 4.0].iter().map(|least| one(sum >= *least)).collect()
    });
}

fn two_student_flows(target: f64, freedom: f64, cut: f64) -> f64 {
    let flows = TwoFlows {
        log_ratio: (target / 8.0f64).ln(),
        drift: 1.08f64.ln(),
        volatility: 0.3,
        freedom,
        correlation: 0.3,
        years: 3,
    };
    two_student_flows::probability(&flows, Grid { count: 1024, spacing: 0.12, cut })
}

#[test]
fn two_student_flows_have_the_known_probability_and_the_normal_limit() {
    // The coarse grid is good to 1e-4; (4096, 0.03, 40) gives 2.66247e-4.
    assert_near(two_student_flows(200.0, 5.0, 40.0), 2.662_48e-4, 1e-4);
    let (median, sigma) = (8.0 * 1.08f64.powi(3), 0.3 * 3.0f64.sqrt());
    let normal = two_lognormals_at_least(60.0, [median; 2], [sigma; 2], 0.3);
    assert_near(two_student_flows(60.0, 1e5, 9.0), normal, 1e-3);
}

#[test]
fn year_totals_agree_with_brute_force() {
    let seasonal = [0.6, 1.2, 1.4, 0.8];
    let (mean, variance) = year_of_steps(10.0, 0.1, 0.3, &seasonal, 1);
    assert_means(&[mean, variance], 1_000_000, |rng| {
        let (mut level, mut total) = (0.0, 0.0);
        for (t, factor) in seasonal.iter().enumerate() {
            let (span, years): (f64, f64) =
                if t == 0 { (0.625, 0.625 + 0.15625) } else { (0.25, 0.25) };
            let z: f64 = StandardNormal.sample(rng);
            level += 0.1 * span + 0.3 * years.sqrt() * z;
            total += 2.5 * factor * f64::exp(level);
        }
        vec![total, (total - mean) * (total - mean)]
    });
}

#[test]
fn the_event_tree_agrees_with_paper_and_brute_force() {
    // Two needs one: P({0,1}) = 0.8 · 0.5, P({0}) = 0.8 · 0.5, else nothing.
    let tree = event_tree(&[0.8, 0.5], &[vec![], vec![0]]);
    let sets: Vec<u32> = tree.iter().map(|(set, _)| *set).collect();
    assert_eq!(sets, [0, 1, 3]);
    for ((_, probability), paper) in tree.iter().zip([0.2, 0.4, 0.4]) {
        assert_near(*probability, paper, 1e-12);
    }
    let (probabilities, needs) = ([0.8, 0.5, 0.6, 0.3], [vec![], vec![2], vec![0], vec![1, 0]]);
    let tree = event_tree(&probabilities, &needs);
    assert_near(tree.iter().map(|(_, probability)| probability).sum(), 1.0, 1e-12);
    let exact: Vec<f64> = tree.iter().map(|(_, probability)| *probability).collect();
    assert_means(&exact, 300_000, |rng| {
        let h: Vec<bool> = probabilities.iter().map(|p| rng.random::<f64>() < *p).collect();
        let effective = [h[0], h[1] && h[2] && h[0], h[2] && h[0], h[3] && h[1] && h[2] && h[0]];
        let set: u32 = effective.iter().enumerate().map(|(k, is)| u32::from(*is) << k).sum();
        tree.iter().map(|(known, _)| one(*known == set)).collect()
    });
}

// Parts of the simulator.

#[test]
fn activity_agrees_with_a_fine_grid() {
    let mut rng = StdRng::seed_from_u64(1);
    for _ in 0..200 {
        let months = [1, 3, 12][rng.random_range(0..3)];
        let season = Season { from: rng.random_range(1..=12), to: rng.random_range(1..=12) };
        let course = Course {
            start: 2025.0 + 2.0 * rng.random::<f64>(),
            ramp: [0.0, 0.3, 2.0][rng.random_range(0..3)],
            season: rng.random::<bool>().then_some(season),
        };
        let first = 2026 * 12 + rng.random_range(0..12);
        let cell = |k: i32| {
            (f64::from(first) + (f64::from(k) + 0.5) * f64::from(months) / 24_000.0) / 12.0
        };
        let grid = (0..24_000).map(|k| course.at(cell(k))).sum::<f64>() / 24_000.0;
        assert!((course.mean(first, months) - grid).abs() < 1e-4);
    }
}

#[test]
fn a_season_may_span_the_turn_of_the_year() {
    let months =
        |from, to| (1..=12).filter(|month| is_in(Season { from, to }, *month)).collect::<Vec<u8>>();
    assert_eq!(months(5, 9), [5, 6, 7, 8, 9]);
    assert_eq!(months(11, 2), [1, 2, 11, 12]);
    assert_eq!(months(4, 4), [4]);
}

#[test]
fn the_largest_of_overlapping_losses_counts() {
    let event = |from, to, loss| Event { from, to, loss };
    let events = [event(0.0, 0.5, 0.2), event(0.25, 0.75, 0.6), event(0.7, 3.0, 0.1)];
    // 0.25 · 0.2 + 0.5 · 0.6 + 0.25 · 0.1
    assert_near(mean_loss(&events, 0.0, 1.0), 0.375, 1e-12);
    assert_near(mean_loss(&events, 1.0, 2.0), 0.1, 1e-12);
}

#[test]
fn student_shocks_are_odd_and_keep_their_far_tail() {
    let tails = Tails::StudentT(5.0);
    for z in [0.0, 0.3, 2.0, 6.0, 8.0] {
        let value = shock(tails, z);
        assert_near(shock(tails, -z), -value, 1e-12);
        assert_near(student_t_one_step(value, 0.0, 1.0, 5.0), normal_upper(z), 1e-7);
    }
}

#[test]
fn persistence_keeps_the_variance_of_a_year() {
    assert_near(persistence_scale(0.6, 1), 1.0, 1e-15);
    assert_near(persistence_scale(0.0, 4), 1.0, 1e-15);
    // n = 2: (1 + φ^½)^−½.
    assert_near(persistence_scale(0.25, 2), 1.5f64.powf(-0.5), 1e-12);
}

// The simulator against closed forms.

#[test]
fn one_flow_in_and_by() {
    let text = one_flow(40.0, "growth.random_walk = { median = \"8%\", volatility = \"35%\" }");
    let (ratio, drift) = (2.5f64.ln(), 1.08f64.ln());
    let exact = [probability_in(ratio, drift, 0.35, 3), probability_by(ratio, drift, 0.35, 3)[2]];
    assert_path_means(&text, &exact, 200_000, reached);
}

#[test]
fn two_correlated_flows() {
    let (median, sigma) = (8.0 * 1.08f64.powi(3), 0.3 * 3.0f64.sqrt());
    let exact = two_lognormals_at_least(40.0, [median; 2], [sigma; 2], 0.3);
    let hit = |s: &Simulator<'_>, c: &Scenario, p: &Path| vec![reached(s, c, p)[0]];
    assert_path_means(&two_flows(40.0, ""), &[exact], 200_000, hit);
    let exact = two_student_flows(40.0, 5.0, 40.0);
    assert_path_means(&two_flows(40.0, ", tails.student_t = 5"), &[exact], 200_000, hit);
}

#[test]
fn student_tails_in_one_and_three_years() {
    let growth =
        "growth.random_walk = { median = \"8%\", volatility = \"35%\", tails.student_t = 5 }";
    let first = student_t_one_step((40.0f64 / 16.0).ln(), 1.08f64.ln(), 0.35, 5.0);
    let third = three_student_t_at_least(((40.0f64 / 16.0).ln() - 3.0 * 1.08f64.ln()) / 0.35, 5.0);
    let look = |_: &Simulator<'_>, _: &Scenario, path: &Path| {
        vec![one(path.flows[0][0] >= 40.0), one(path.flows[0][2] >= 40.0)]
    };
    assert_path_means(&one_flow(40.0, growth), &[first, third], 300_000, look);
    // Through the copula: persistence 0 takes the other way to the same shocks.
    let growth = "growth.random_walk = { median = \"8%\", volatility = \"35%\", tails.student_t = 5, persistence = 0 }";
    assert_path_means(&one_flow(40.0, growth), &[first, third], 100_000, look);
}

#[test]
#[ignore = "rare: 4 million paths"]
fn rare_totals_have_the_known_probabilities() {
    let text = one_flow(200.0, "growth.random_walk = { median = \"8%\", volatility = \"35%\" }");
    let hit = |s: &Simulator<'_>, c: &Scenario, p: &Path| vec![reached(s, c, p)[0]];
    assert_path_means(&text, &[7.669_579_34e-5], 4_000_000, hit);
    assert_path_means(&two_flows(200.0, ", tails.student_t = 5"), &[2.662_48e-4], 4_000_000, hit);
}

#[test]
fn fiscal_years_of_quarters() {
    let text = "[calendar]\nfiscal_year_starts = \"July\"\nstep = \"quarter\"\n\
        [[target]]\nname = \"t\"\nat_least = 10\nin = \"FY2026-27\"\n\
        [[flow]]\nname = \"a\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"FY2024-25\", value = 10 }\n\
        growth.random_walk = { median = \"8%\", volatility = \"30%\" }\n\
        seasonal = [\"15%\", \"30%\", \"35%\", \"20%\"]\n";
    // From July: the third and fourth quarter, then the first and second.
    let seasonal = [1.4, 0.8, 0.6, 1.2];
    let moments: Vec<(f64, f64)> = [1, 2]
        .iter()
        .map(|year| year_of_steps(10.0, 1.08f64.ln(), 0.3, &seasonal, *year))
        .collect();
    let exact = [moments[0].0, moments[0].1, moments[1].0, moments[1].1];
    assert_path_means(text, &exact, 200_000, |simulator, scenario, path| {
        let target = &scenario.targets[0];
        let periods = simulator.periods(target);
        assert_eq!(
            (simulator.first_month(), simulator.steps(), periods.len()),
            (2025 * 12 + 6, 8, 2)
        );
        let totals = periods.iter().map(|period| simulator.total(path, target, *period));
        totals.zip(&moments).flat_map(|(total, m)| [total, (total - m.0) * (total - m.0)]).collect()
    });
}

#[test]
fn persistence_within_and_between_years() {
    let text = "[calendar]\nstep = \"quarter\"\n[[target]]\nname = \"t\"\nat_least = 10\nin = \"2027\"\n\
        [[flow]]\nname = \"a\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"2024\", value = 10 }\n\
        growth.random_walk = { median = \"0%\", volatility = \"30%\", persistence = 0.4 }\n";
    // Growth from the fourth quarter to the next year's fourth: variance σ². Covariance with that of
    // the year after: σ² c²/n Σ_ij φ^((n + j − i)/n).
    let covariance: f64 = (0..4)
        .flat_map(|i| (0..4).map(move |j| 0.4f64.powf(f64::from(4 + j - i) / 4.0)))
        .sum::<f64>()
        * (persistence_scale(0.4, 4) * 0.3 / 2.0).powi(2);
    assert_path_means(text, &[0.09, covariance], 200_000, |_, _, path| {
        let growth = |from: usize| (path.flows[0][from + 4] / path.flows[0][from]).ln();
        vec![growth(3).powi(2), growth(3) * growth(7)]
    });
}

#[test]
fn mean_reversion_and_its_late_first_step() {
    // First span 1 for a year after a year; half-life 2 years.
    let text = one_flow(
        40.0,
        "growth.mean_reverting = { trend = \"5%\", half_life = \"2 years\", volatility = \"40%\" }",
    );
    let variance = |years: f64| 0.16 * (1.0 - 2.0f64.powf(-years)) / 2.0f64.ln();
    let line = |years: f64| 16.0f64.ln() + years * 1.05f64.ln();
    // Cov(y1, y3) = exp(−2κ) Var y1 = Var y1 / 2.
    let exact = [line(1.0), variance(1.0), line(3.0), variance(3.0), 0.5 * variance(1.0)];
    assert_path_means(&text, &exact, 200_000, |_, _, path| {
        let (x, y) = (path.flows[0][0].ln(), path.flows[0][2].ln());
        let (u, v) = (x - line(1.0), y - line(3.0));
        vec![x, u * u, y, v * v, u * v]
    });
}

#[test]
fn transitory_disturbances_are_one_a_fiscal_year() {
    let text = "[calendar]\nfiscal_year_starts = \"July\"\nstep = \"quarter\"\n\
        [[target]]\nname = \"t\"\nat_least = 10\nin = \"FY2026-27\"\n\
        [[flow]]\nname = \"a\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"FY2024-25\", value = 4 }\n\
        growth.random_walk = { median = \"0%\", volatility = \"0%\", transitory = \"20%\" }\n";
    assert_path_means(text, &[0.04, 0.04, 0.04, 0.0], 100_000, |_, _, path| {
        let u: Vec<f64> = path.flows[0].iter().map(|amount| amount.ln()).collect();
        vec![u[0] * u[3], u[4] * u[7], u[2] * u[2], u[3] * u[4]]
    });
}

#[test]
fn drivers_act_from_each_flows_own_baseline() {
    let text = "[[target]]\nname = \"t\"\nat_least = 10\nin = \"2026\"\n\
        [[flow]]\nname = \"a\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"2024\", value = 1 }\n\
        growth.constant = \"0%\"\nelasticity = { gdp = 1.5, price = 1 }\n\
        [[flow]]\nname = \"b\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"2022\", value = 1 }\n\
        growth.constant = \"10%\"\nelasticity = { gdp = 0.5 }\n\
        [[driver]]\nname = \"gdp\"\ngrowth.random_walk = { median = \"5%\", volatility = \"20%\" }\n\
        [[driver]]\nname = \"price\"\ngrowth.constant = \"3%\"\n";
    let drift = 1.05f64.ln();
    let a = |years: f64| years * (1.5 * drift + 1.03f64.ln());
    let b = |years: f64| years * (0.5 * drift + 1.1f64.ln());
    // Years 2025 and 2026 lie 1 and 2 years after a's baseline, 3 and 4 after b's.
    let shared = 1.5 * 0.5 * 0.04 * (3.0f64.sqrt() + 1.0);
    let exact = [a(1.0), a(2.0), b(3.0), b(4.0), 2.25 * 0.08, 0.25 * 0.16, shared];
    assert_path_means(text, &exact, 200_000, |_, _, path| {
        let x = |flow: usize, step: usize| path.flows[flow][step].ln();
        let (u, v) = (x(0, 1) - a(2.0), x(1, 1) - b(4.0));
        vec![x(0, 0), x(0, 1), x(1, 0), x(1, 1), u * u, v * v, u * v]
    });
}

#[test]
fn constant_prices_on_paper() {
    // A deflator without chance: only dates matter, before, at and after the first midpoint.
    for (year, until_2026) in [(2023, 3.0), (2025, 1.0), (2026, 0.0)] {
        let text = format!(
            "prices = {{ constant = {year}, deflator = \"cpi\" }}\n\
             [[target]]\nname = \"t\"\nat_least = 10\nin = \"2026\"\n\
             [[flow]]\nname = \"a\"\nfrom = \"A\"\nto = \"B\"\nbaseline = {{ period = \"2024\", value = 6 }}\n\
             growth.constant = \"0%\"\n[[driver]]\nname = \"cpi\"\ngrowth.constant = \"4%\"\n"
        );
        let real = |years: f64| 6.0 / 1.04f64.powf(years);
        let exact = [real(until_2026 - 1.0), real(until_2026), real(until_2026 - 2.0)];
        assert_path_means(&text, &exact, 1, |_, _, path| {
            vec![path.flows[0][0], path.flows[0][1], path.baseline[0]]
        });
    }
}

#[test]
fn uncertain_prices_between_midpoints() {
    // Steps of a fiscal year: midpoints at the turn of 2026 and of 2027. The middle of 2026 lies
    // half-way between, and its log level is their mean.
    let text = "prices = { constant = 2026, deflator = \"cpi\" }\n[calendar]\nfiscal_year_starts = \"July\"\n\
         [[target]]\nname = \"t\"\nat_least = 10\nin = \"FY2026-27\"\n\
         [[flow]]\nname = \"a\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"FY2024-25\", value = 1 }\n\
         growth.constant = \"0%\"\n\
         [[driver]]\nname = \"cpi\"\ngrowth.random_walk = { median = \"0%\", volatility = \"10%\" }\n";
    // Log level at 2026.0 relative to 2026.5: −e₂/2; at 2027.0: e₂/2; at 2025.0: −e₂/2 − e₁.
    let exact = [0.0025, 0.0025, -0.0025, 0.0125];
    assert_path_means(text, &exact, 100_000, |_, _, path| {
        let (x, y, z) = (path.flows[0][0].ln(), path.flows[0][1].ln(), path.baseline[0].ln());
        vec![x * x, y * y, x * y, z * z]
    });
}

#[test]
fn bootstrap_draws_blocks_of_the_history() {
    let text =
        one_flow(40.0, "growth.bootstrap = { history = \"history.csv\", block = \"4 years\" }");
    let values = [100.0f64, 130.0, 90.0, 95.0, 140.0, 150.0];
    let growth: Vec<f64> = values.windows(2).map(|pair| (pair[1] / pair[0]).ln()).collect();
    let mean_of = |f: &dyn Fn(usize) -> f64| (0..5).map(f).sum::<f64>() / 5.0;
    let (mean, square) = (mean_of(&|k| growth[k]), mean_of(&|k| growth[k] * growth[k]));
    let next = 0.75 * mean_of(&|k| growth[k] * growth[(k + 1) % 5]) + 0.25 * mean * mean;
    let exact = [mean, square, mean, next];
    assert_path_means(&text, &exact, 200_000, |_, _, path| {
        let first = (path.flows[0][0] / 16.0).ln();
        let second = (path.flows[0][1] / path.flows[0][0]).ln();
        vec![first, first * first, second, first * second]
    });
}

#[test]
fn a_bootstrap_from_an_early_baseline_sums_whole_steps() {
    let text = "[[target]]\nname = \"t\"\nat_least = 10\nin = \"2026\"\n\
        [[flow]]\nname = \"a\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"2024\", value = 1 }\n\
        growth.constant = \"0%\"\n\
        [[flow]]\nname = \"b\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"2022\", value = 1 }\n\
        growth.bootstrap = { history = \"history.csv\", block = \"1 year\" }\n";
    let growth = (150.0f64 / 100.0).ln() / 5.0;
    assert_path_means(text, &[3.0 * growth, growth], 100_000, |_, _, path| {
        vec![path.flows[1][0].ln(), (path.flows[1][1] / path.flows[1][0]).ln()]
    });
}

#[test]
fn baselines_on_paper() {
    let text = "[calendar]\nstep = \"month\"\n[[target]]\nname = \"t\"\nat_least = 1\nin = \"2025-05\"\n\
        [[flow]]\nname = \"quarter\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"2025-Q1\", value = 30, lost = \"25%\" }\n\
        growth.constant = \"0%\"\n\
        seasonal = [\"10%\", \"15%\", \"5%\", \"10%\", \"20%\", \"0%\", \"0%\", \"0%\", \"0%\", \"10%\", \"10%\", \"20%\"]\n\
        [[flow]]\nname = \"month\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"2025-03\", value = 2 }\ngrowth.constant = \"0%\"\n\
        seasonal = [\"10%\", \"15%\", \"5%\", \"10%\", \"20%\", \"0%\", \"0%\", \"0%\", \"0%\", \"10%\", \"10%\", \"20%\"]\n";
    // The first quarter holds 30 % of the year, March 5 %: 100 and 40 a year.
    let exact = [100.0, 100.0 / 0.75 * 0.1, 100.0 / 0.75 * 0.2, 40.0, 4.0, 8.0];
    assert_path_means(text, &exact, 1, |simulator, _, path| {
        assert_eq!((simulator.first_month(), simulator.steps()), (2025 * 12 + 3, 2));
        let flow = |i: usize| [path.baseline[i], path.flows[i][0], path.flows[i][1]];
        [flow(0), flow(1)].concat()
    });
}

const INTERVENTIONS: &str = "[[target]]\nname = \"t\"\nat_least = 10\nin = \"2027\"\n\
    [[flow]]\nname = \"a\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"2024\", value = 10 }\ngrowth.constant = \"0%\"\n\
    [[intervention]]\nname = \"pact\"\nprobability = 0.7\nstart.uniform = { min = \"2025-01\", max = \"2027-01\" }\nlifts = { flows = \"all\", by = \"50%\" }\n\
    [[intervention]]\nname = \"road\"\nprobability = 0.4\nstart = \"2026-01\"\nramp = \"12 months\"\nneeds = [\"pact\"]\nadds = { flow = \"a\", per_year = 8 }\n\
    [[intervention]]\nname = \"line\"\nprobability = 0.5\nneeds = [\"road\"]\nseason = { from = \"November\", to = \"January\" }\nadds = { flow = \"a\", per_year = 3 }\n";

#[test]
fn interventions_happen_as_in_the_event_tree() {
    let tree = event_tree(&[0.7, 0.4, 0.5], &[vec![], vec![0], vec![1]]);
    let exact: Vec<f64> = tree.iter().map(|(_, probability)| *probability).collect();
    assert_path_means(INTERVENTIONS, &exact, 100_000, |_, _, path| {
        let set: u32 =
            path.takes_effect.iter().enumerate().map(|(k, is)| u32::from(*is) << k).sum();
        tree.iter().map(|(known, _)| one(*known == set)).collect()
    });
}

#[test]
fn interventions_start_no_earlier_than_what_they_need() {
    // With s uniform on 2025–2027, pact's mean activity is 1/4, 3/4, 1. Road starts at max(2026, s)
    // and rises over a year. Of 2026: with u = s − 2026 in (0, 1), half the paths, (1 − u)²/2 with
    // mean 1/6, else 1/2: 1/3. Of 2027: 1 − u²/2 with mean 5/6, else 1: 11/12.
    // Line has no ramp: it starts with road, in a season of three months.
    assert_path_means(
        INTERVENTIONS,
        &[0.25, 0.75, 1.0, 0.0, 1.0 / 3.0, 11.0 / 12.0, 0.0, 0.25],
        100_000,
        |_, _, path| {
            let a = &path.activity;
            vec![a[0][0], a[0][1], a[0][2], a[1][0], a[1][1], a[1][2], a[2][0], a[2][2]]
        },
    );
}

#[test]
fn additions_and_lifts_on_paper() {
    // 2027: pact lifts fully (1.5), road adds 8 · a, line adds its 3 of a whole season.
    let exact = 10.0 * (1.0 + 0.7 * 0.5) + 8.0 * 0.28 * 11.0 / 12.0 + 3.0 * 0.14;
    assert_path_means(INTERVENTIONS, &[exact], 300_000, |_, _, path| vec![path.flows[0][2]]);
}

#[test]
fn correlated_interventions_and_parameters() {
    let text = "[[target]]\nname = \"t\"\nat_least = 10\nin = \"2025\"\n\
        [[flow]]\nname = \"a\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"2024\", value.lognormal = { median = 10, sigma = 0.3 } }\ngrowth.constant = \"0%\"\n\
        [[flow]]\nname = \"b\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"2024\", value.lognormal = { median = 10, sigma = 0.2 } }\ngrowth.constant = \"0%\"\n\
        [[intervention]]\nname = \"x\"\nprobability = 0.5\nlifts = { flows = \"all\", by = \"0%\" }\n\
        [[intervention]]\nname = \"y\"\nprobability = 0.5\nlifts = { flows = \"all\", by = \"0%\" }\n\
        [[correlation]]\nbetween = [\"x\", \"y\"]\nvalue = 0.6\n\
        [[correlation]]\nbetween = [\"a.baseline\", \"b.baseline\"]\nvalue = 1\n";
    // Sheppard's orthant probability 1/4 + asin ρ / 2π; log levels on one line.
    let orthant = 0.25 + 0.6f64.asin() / (2.0 * PI);
    assert_path_means(text, &[orthant, 0.06, 0.09], 200_000, |_, _, path| {
        let level = |flow: usize| (path.flows[flow][0] / 10.0).ln();
        vec![one(path.happens[0] && path.happens[1]), level(0) * level(1), level(0) * level(0)]
    });
}

#[test]
fn disruptions_as_a_queue_with_many_servers() {
    // Events of length 1/2 arrive at rate 2, losses 0.3 or 0.8, half each: those of 0.8 active at
    // time t number Poisson(min(t, ½)). One more is active from the start to the middle of 2025.
    let text = "[[target]]\nname = \"t\"\nat_least = 10\nin = \"2026\"\n\
        [[flow]]\nname = \"a\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"2024\", value = 10 }\ngrowth.constant = \"0%\"\n\
        [[flow]]\nname = \"b\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"2024\", value = 10 }\ngrowth.constant = \"0%\"\n\
        [[disruption]]\nname = \"d\"\nrate_per_year = 2\nduration = \"6 months\"\nflows = [\"a\"]\n\
        loss.empirical = { values = [\"30%\", \"80%\"] }\n\
        [[disruption]]\nname = \"o\"\nrate_per_year = 0\nduration = \"6 months\"\nflows = [\"b\"]\nloss = \"40%\"\n\
        ongoing = { until = \"2025-06\" }\n";
    // E max = 0.3 P(any) + 0.5 P(one of 0.8), with P = 1 − e^(−rate × min(t, ½)).
    let rising = |rate: f64| 0.5 - (1.0 - (-0.5 * rate).exp()) / rate;
    let steady = |rate: f64| 1.0 - (-0.5 * rate).exp();
    let first = 0.3 * (rising(2.0) + 0.5 * steady(2.0)) + 0.5 * (rising(1.0) + 0.5 * steady(1.0));
    let second = 0.3 * steady(2.0) + 0.5 * steady(1.0);
    assert_path_means(
        text,
        &[first, second, 10.0 * (1.0 - first), 8.0, 10.0, 0.2],
        200_000,
        |_, _, path| {
            vec![
                path.loss[0][0],
                path.loss[0][1],
                path.flows[0][0],
                path.flows[1][0],
                path.flows[1][1],
                path.loss[1][0],
            ]
        },
    );
}

#[test]
fn an_ongoing_event_adds_to_the_poisson_ones() {
    // The ongoing event of loss 0.5 until the end of 2025, and steady events of loss 0.5: while it
    // lasts nothing is added.
    let text = "[[target]]\nname = \"t\"\nat_least = 10\nin = \"2026\"\n\
        [[flow]]\nname = \"a\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"2024\", value = 10 }\ngrowth.constant = \"0%\"\n\
        [[disruption]]\nname = \"d\"\nrate_per_year = 1\nduration = \"1 year\"\nflows = \"all\"\nloss = \"50%\"\n\
        ongoing = { until = \"2025-12\" }\n";
    assert_path_means(text, &[0.5, 0.5 * (1.0 - (-1.0f64).exp())], 100_000, |_, _, path| {
        path.loss[0].clone()
    });
}

#[test]
fn every_uncertain_quantity_is_found_by_its_key() {
    let text = "prices = { constant = 2024, deflator = \"cpi\" }\n[calendar]\nstep = \"month\"\n\
        [[target]]\nname = \"t\"\nat_least = 10\nin = \"2026\"\n\
        [[flow]]\nname = \"a\"\nfrom = \"A\"\nto = \"B\"\n\
        baseline = { period = \"2024\", value.lognormal = { median = 10, sigma = 0.1 }, lost.uniform = { min = 0, max = 0.2 } }\n\
        growth.random_walk = { median.uniform = { min = 0, max = 0.1 }, volatility.uniform = { min = 0.1, max = 0.3 }, tails.student_t = 5, persistence.uniform = { min = 0, max = 0.5 }, transitory.uniform = { min = 0, max = 0.2 } }\n\
        elasticity = { gdp.normal = { mean = 1, std_dev = 0.1 } }\n\
        [[flow]]\nname = \"b\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"2024-12\", value = 10 }\n\
        growth.mean_reverting = { trend.uniform = { min = 0, max = 0.1 }, half_life.uniform = { min = \"1 year\", max = \"2 years\" }, volatility.uniform = { min = 0.1, max = 0.3 } }\n\
        [[driver]]\nname = \"gdp\"\ngrowth.constant.uniform = { min = 0, max = 0.1 }\n\
        [[driver]]\nname = \"cpi\"\ngrowth.mean_reverting = { trend = \"2%\", half_life = \"2 years\", volatility = \"2%\" }\n\
        [[intervention]]\nname = \"x\"\nprobability.uniform = { min = 0, max = 1 }\nstart.uniform = { min = \"2025-01\", max = \"2026-01\" }\n\
        ramp.uniform = { min = \"1 month\", max = \"1 year\" }\nadds = { flow = \"a\", per_year.uniform = { min = 1, max = 2 } }\n\
        lifts = { flows = [\"b\"], by.uniform = { min = 0, max = 1 } }\n\
        [[disruption]]\nname = \"d\"\nrate_per_year.uniform = { min = 0.5, max = 1 }\nduration.uniform = { min = \"1 month\", max = \"1 year\" }\n\
        loss.beta = { mean = 0.5, concentration = 4 }\nflows = \"all\"\nongoing = { until.uniform = { min = \"2025-02\", max = \"2025-08\" } }\n\
        [[correlation]]\nbetween = [\"a\", \"cpi\"]\nvalue = -0.3\n\
        [[correlation]]\nbetween = [\"x\", \"d.rate_per_year\"]\nvalue = 0.5\n";
    assert_path_means(text, &[1.0], 2_000, |simulator, scenario, path| {
        let target = &scenario.targets[0];
        let total = simulator.total(path, target, target.period);
        vec![one(total.is_finite() && total > 0.0)]
    });
}
