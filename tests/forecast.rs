//! Scores against another package, forecasts against other programs' forecasts of the same cases,
//! simulated paths against the closed form.

use csv::{Reader, StringRecord};
use flate2::read::MultiGzDecoder;
use rand::SeedableRng;
use rand::rngs::ChaCha12Rng;
use rand_distr::{ChiSquared, Distribution, StandardNormal};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tradecast::forecast::{
    Coefficients, Forecaster, LEAST_SCALE, LocalLevel, Origin, Predictive, Prior, WorldFit, scores,
};

const HORIZONS: [u32; 5] = [1, 2, 3, 4, 5];

fn world() -> Coefficients {
    Prior::shipped().coefficients
}

/// The table was made by `tests/reference/scores.py`, with scoringrules and scipy. Both sides round;
/// the package's own error, by 40 digits of mpmath, is below 5e-13.
#[test]
fn scores_match_scoringrules() {
    let table = include_str!("reference/scores.csv");
    let mut count = 0;
    for row in Reader::from_reader(table.as_bytes()).records() {
        let row = row.expect("a table");
        let number = |column: usize| number(&row, column);
        let y = number(1);
        let (crps, log_score) = match &row[0] {
            "ensemble" => {
                let mut draws: Vec<f64> = row[2].split(' ').map(|x| x.parse().unwrap()).collect();
                draws.sort_by(f64::total_cmp);
                (scores::crps_fair(y, &draws), f64::NAN)
            }
            "lognormal" => (scores::crps_lognormal(y, number(2), number(3)), f64::NAN),
            _ => {
                let df = if row[4].is_empty() { f64::INFINITY } else { number(4) };
                let predictive = Predictive { location: number(2), scale: number(3), df };
                (predictive.crps(y), predictive.log_score(y))
            }
        };
        assert_close(crps, number(5), &row);
        if !row[6].is_empty() {
            assert_close(log_score, number(6), &row);
        }
        count += 1;
    }
    assert_eq!(count, 220);
}

fn assert_close(found: f64, known: f64, row: &StringRecord) {
    assert!((found - known).abs() <= 1e-9 * known.abs().max(1.0), "{found} for {known}: {row:?}");
}

/// Whole paths, at whole years and at half ones, have the marginals of the closed form: the share
/// below a quantile misses its probability by at most five standard errors of a binomial share.
#[test]
fn joint_paths_have_the_closed_forms_marginals() {
    const PATHS: usize = 200_000;
    let histories: [&[f64]; 2] =
        [&[5.9, 11.5, 20.0, 16.0, 15.5], &[1.0, 2.0, 40.0, 3.0, 2.5, 3.0, 3.2, 2.8, 3.5, 3.9]];
    for (number, history) in histories.into_iter().enumerate() {
        let fit = WorldFit::new(&world(), history);
        let parts = LocalLevel::from(&fit);
        let mut rng = ChaCha12Rng::seed_from_u64(number as u64);
        for times in [&[1.0, 2.0, 3.0, 4.0, 5.0][..], &[0.5, 1.5, 2.5]] {
            let paths: Vec<Vec<f64>> = (0..PATHS).map(|_| path(&parts, times, &mut rng)).collect();
            for (index, years) in times.iter().enumerate() {
                let closed = fit.ahead(*years);
                for p in [0.005, 0.1, 0.3, 0.5, 0.8, 0.99] {
                    let limit = closed.quantile(p);
                    let hits = paths.iter().filter(|path| path[index] <= limit).count();
                    let off = hits as f64 / PATHS as f64 - p;
                    let error = f64::sqrt(p * (1.0 - p) / PATHS as f64);
                    assert!(off.abs() < 5.0 * error, "{years} years, {p}: {off} ({error})");
                }
            }
        }
    }
}

/// One path of log ratios at the given times, in years.
fn path(parts: &LocalLevel, times: &[f64], rng: &mut ChaCha12Rng) -> Vec<f64> {
    let chi_squared: f64 = ChiSquared::new(parts.df).expect("df above 0").sample(rng);
    let spread = (parts.df / chi_squared).sqrt();
    let mut normal = || -> f64 { StandardNormal.sample(rng) };
    let (drift_error, mut level) = (parts.drift_sd * normal(), parts.level_sd * normal());
    let mut before = 0.0;
    let mut at = |years: f64| {
        level += parts.shock_sd * (years - before).sqrt() * normal();
        before = years;
        let chance = years * drift_error + level + parts.transitory_sd * normal();
        parts.gap + years * parts.drift + spread * chance
    };
    times.iter().map(|years| at(*years)).collect()
}

/// One case of a file of cases.
struct Case {
    history: Vec<f64>,
    /// Log ratios one to five years ahead; none where the value is missing or 0.
    log_ratios: Vec<Option<f64>>,
    year: i32,
}

/// The folder of cases beside the panels, or a plain word that there is none.
fn cases_folder() -> Option<PathBuf> {
    let Ok(panels) = std::env::var("TRADECAST_PANELS") else {
        eprintln!("skipped: TRADECAST_PANELS is not set");
        return None;
    };
    Some(PathBuf::from(panels).join("../cases"))
}

fn rows(folder: &Path, name: &str) -> Vec<StringRecord> {
    let file = std::fs::File::open(folder.join(name)).expect("a file of cases");
    let mut reader = Reader::from_reader(MultiGzDecoder::new(file));
    reader.records().collect::<Result<_, _>>().expect("a table")
}

fn number(row: &StringRecord, column: usize) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("column {column} of {row:?}"))
}

fn cases(folder: &Path, panel: &str) -> Vec<Case> {
    let case = |row: StringRecord| {
        let history: Vec<f64> = row[7].split(';').map(|value| value.parse().unwrap()).collect();
        let base = history[history.len() - 1];
        let log_ratio = |value: &str| match value.parse::<f64>() {
            Ok(value) => (value > 0.0).then(|| libm::log(value / base)),
            Err(_) => {
                assert!(value.is_empty(), "{value} in {row:?}");
                None
            }
        };
        Case {
            log_ratios: row[8].split(';').map(log_ratio).collect(),
            year: row[4].parse().unwrap(),
            history,
        }
    };
    rows(folder, &format!("cases_{panel}.csv.gz")).into_iter().map(case).collect()
}

/// The closed forms of a model for one case, one to five years ahead.
fn forecast(model: &Forecaster, case: &Case) -> Vec<Predictive> {
    let origin = Origin { case: "", year: case.year, history: &case.history };
    let forecasts = model.forecast(origin, &HORIZONS).expect("a usable history");
    forecasts.iter().map(|forecast| *forecast.closed().expect("a closed form")).collect()
}

/// The mean CRPS at a horizon, of cases with a positive value there.
fn mean_crps(cases: &[Case], years: usize, forecasts: &[Vec<Predictive>]) -> f64 {
    let scored = cases.iter().zip(forecasts).filter_map(|(case, forecasts)| {
        Some(forecasts[years - 1].crps(case.log_ratios[years - 1]?))
    });
    let (sum, count) = scored.fold((0.0, 0), |(sum, count), crps| (sum + crps, count + 1));
    sum / f64::from(count)
}

fn forecasts(model: &Forecaster, cases: &[Case]) -> Vec<Vec<Predictive>> {
    cases.iter().map(|case| forecast(model, case)).collect()
}

/// Every row of the reference's own forecasts, which have 7 decimals: the issue allows 5e-4.
#[test]
fn the_world_prior_is_the_references_on_every_case() {
    let Some(folder) = cases_folder() else { return };
    let mut worst: f64 = 0.0;
    for panel in ["agtpa", "census"] {
        let cases = cases(&folder, panel);
        let ours = forecasts(&Forecaster::WorldPrior(world()), &cases);
        let rows = rows(&folder, &format!("world_prior_{panel}.csv.gz"));
        assert_eq!(rows.len(), 5 * cases.len());
        for row in rows {
            let (id, years) = (number(&row, 0) as usize, number(&row, 1) as usize);
            let Predictive { location, scale, df } = ours[id][years - 1];
            for (found, column) in [location, scale, df].into_iter().zip(2..) {
                worst = worst.max((found - number(&row, column)).abs());
            }
            let realised = cases[id].log_ratios[years - 1];
            assert_eq!(realised.is_none(), row[5].is_empty(), "{panel} {row:?}");
            // The cases' values have 6 digits.
            assert!(realised.is_none_or(|y| (y - number(&row, 5)).abs() < 6e-6));
        }
    }
    println!("the largest difference of location, scale and df: {worst:.1e}");
    assert!(worst < 5e-4, "{worst}");
}

/// Peers' forecasts are given with 6 decimals: half a unit of the last is 5e-7, and inputs of 6
/// digits are the same on both sides.
#[test]
fn simple_models_are_the_peers() {
    let Some(folder) = cases_folder() else { return };
    let models = [("GBM", Forecaster::Lognormal), ("RWD", Forecaster::RandomWalkWithDrift)];
    for panel in ["agtpa", "census"] {
        let cases = cases(&folder, panel);
        let rows = rows(&folder, &format!("peers_{panel}.csv.gz"));
        for (name, model) in &models {
            let ours = forecasts(model, &cases);
            let mut count = 0;
            for row in rows.iter().filter(|row| row[1] == **name) {
                for (years, found) in ours[number(row, 0) as usize].iter().enumerate() {
                    let (mean, sd) = (number(row, 2 + years), number(row, 7 + years));
                    assert!((found.location - mean).abs() < 5.1e-7, "{name} {row:?}");
                    assert!((found.scale - sd.max(LEAST_SCALE)).abs() < 5.1e-7, "{name} {row:?}");
                }
                count += 1;
            }
            assert_eq!(count, cases.len());
        }
    }
}

/// Half a unit of the last digit of a published CRPS.
const HALF: f64 = 5e-5;

/// The mean CRPS of the development cases, as published. A case whose value h years ahead is 0 or
/// missing is not scored at h, but is at other horizons.
///
/// With the published tau of .03 the reference's own forecasts score .38615 and .46502 for agtpa at 3
/// and 5 years, as ours do, where .3860 and .4646 are published: all three figures of that row are
/// those of tau = 0 (and that of census, .3698, is not: there tau = 0 gives .36975). So these two
/// are compared with the rows of the reference's file, to the error that its decimals leave, and the
/// row as published with tau = 0.
#[test]
fn scores_of_the_development_cases_are_the_published_ones() {
    let Some(folder) = cases_folder() else { return };
    let model = Forecaster::WorldPrior(world());
    let without_tau = Forecaster::WorldPrior(Coefficients { tau: 0.0, ..world() });
    let (agtpa, census) = (cases(&folder, "agtpa"), cases(&folder, "census"));
    let known: [(&[Case], &Forecaster, usize, f64); 5] = [
        (&agtpa, &model, 1, 0.2952),
        (&census, &model, 3, 0.3698),
        (&agtpa, &without_tau, 1, 0.2952),
        (&agtpa, &without_tau, 3, 0.3860),
        (&agtpa, &without_tau, 5, 0.4646),
    ];
    for (cases, model, years, published) in known {
        let found = mean_crps(cases, years, &forecasts(model, cases));
        println!("{years} years: {found:.6}, published {published}");
        assert!((found - published).abs() < HALF, "{years} years: {found} for {published}");
    }
    for (panel, cases) in [("agtpa", &agtpa), ("census", &census)] {
        let ours = forecasts(&model, cases);
        let theirs = reference_crps(&folder, panel);
        for (years, theirs) in theirs {
            let found = mean_crps(cases, years, &ours);
            println!("{panel}, {years} years: {found:.6}, of the reference's rows {theirs:.6}");
            // CRPS moves no faster than y and location, whose errors are below 5e-6 and 1e-7.
            assert!((found - theirs).abs() < 6e-6, "{panel} {years}: {found} for {theirs}");
        }
    }
}

/// The mean CRPS of the reference's own forecasts against its own realised values, by horizon.
fn reference_crps(folder: &Path, panel: &str) -> BTreeMap<usize, f64> {
    let mut sums: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for row in rows(folder, &format!("world_prior_{panel}.csv.gz")) {
        if !row[5].is_empty() {
            let number = |column| number(&row, column);
            let sum = sums.entry(number(1) as usize).or_default();
            sum.0 += scores::crps_student(number(5), number(2), number(3), number(4));
            sum.1 += 1.0;
        }
    }
    sums.into_iter().map(|(years, (sum, count))| (years, sum / count)).collect()
}

/// Ratios to AutoETS and to the sample lognormal at 3 years, to half a unit of their last digit.
#[test]
fn ratios_to_peers_are_the_published_ones() {
    let Some(folder) = cases_folder() else { return };
    for (panel, to_ets, to_lognormal) in [("agtpa", 0.811, 0.669), ("census", 0.912, 0.734)] {
        let cases = cases(&folder, panel);
        let ets: Vec<Vec<Predictive>> = rows(&folder, &format!("peers_{panel}.csv.gz"))
            .iter()
            .filter(|row| &row[1] == "AutoETS")
            .map(|row| (0..5).map(|h| normal(number(row, 2 + h), number(row, 7 + h))).collect())
            .collect();
        let ours = mean_crps(&cases, 3, &forecasts(&Forecaster::WorldPrior(world()), &cases));
        let lognormal = mean_crps(&cases, 3, &forecasts(&Forecaster::Lognormal, &cases));
        let found = [ours / mean_crps(&cases, 3, &ets), ours / lognormal];
        println!("{panel}: {found:.4?}");
        assert!((found[0] - to_ets).abs() < 5e-4 && (found[1] - to_lognormal).abs() < 5e-4);
    }
}

fn normal(location: f64, sd: f64) -> Predictive {
    Predictive { location, scale: sd.max(LEAST_SCALE), df: f64::INFINITY }
}
