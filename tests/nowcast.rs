//! A running year: its limits, and its joint paths against the closed form.

mod census;
mod estimation;
mod panel;
mod scores;

use panel::world;
use rand::SeedableRng;
use rand_distr::{ChiSquared, Distribution, StandardNormal};
use tradecast::forecast::{LocalLevel, WorldFit};
use tradecast::nowcast::{Bookings, Nowcast, NowcastError, RunningYear, ShareCoefficients};

const SHIPPED: ShareCoefficients = ShareCoefficients::SHIPPED;
/// Six years of a pair with a season, million USD.
const ANNUAL: [f64; 6] = [90.0, 101.0, 118.0, 97.0, 125.0, 140.0];
const SEASON: [f64; 12] = [6.0, 6.0, 7.0, 8.0, 8.0, 8.0, 9.0, 9.0, 9.0, 10.0, 10.0, 10.0];

fn earlier() -> Vec<Vec<f64>> {
    ANNUAL.iter().map(|total| SEASON.iter().map(|share| total * share / 100.0).collect()).collect()
}

fn running(months_per_period: u8, booked: &[f64]) -> RunningYear {
    RunningYear { first_month: 2025 * 12, months_per_period, booked: booked.to_vec() }
}

fn nowcast(booked: &[f64]) -> Nowcast {
    Nowcast::new(&world(), &SHIPPED, &ANNUAL, &earlier(), &running(1, booked)).expect("valid")
}

/// The months of a year of `total` with the pair's season.
fn months(total: f64) -> Vec<f64> {
    SEASON.iter().map(|share| total * share / 100.0).collect()
}

#[test]
fn nothing_booked_is_the_world_prior() {
    let (found, fit) = (nowcast(&[]), WorldFit::new(&world(), &ANNUAL));
    let rest = found.rest.expect("an open year");
    assert_eq!((rest.unit, rest.ratio), (140.0, fit.ahead(1.0)));
    for (p, total) in [0.01, 0.3, 0.9].map(|p| (p, found.quantile(p))) {
        assert_eq!(total, 140.0 * libm::exp(fit.ahead(1.0).quantile(p)));
        assert!(
            (found.cdf(total) - p).abs() < 1e-9 && (found.exceeds(total) + p - 1.0).abs() < 1e-9
        );
    }
    for years in 1..=5 {
        let (found, known) = (found.ahead(f64::from(years)), fit.ahead(f64::from(years) + 1.0));
        assert!((found.location - known.location).abs() < 1e-12, "{years}: {found:?} {known:?}");
        assert!((found.scale - known.scale).abs() < 1e-12 && found.df == known.df);
    }
}

#[test]
fn a_whole_year_is_its_sum() {
    let months = months(150.0);
    let found = nowcast(&months);
    let sum: f64 = months.iter().sum();
    assert_eq!((found.booked, found.rest), (sum, None));
    assert_eq!((found.quantile(0.01), found.quantile(0.99), found.total_at(3.0)), (sum, sum, sum));
    assert_eq!((found.cdf(sum), found.exceeds(sum), found.exceeds(sum * 1.01)), (1.0, 1.0, 0.0));
    let mut whole = ANNUAL.to_vec();
    whole.push(sum);
    let (found, known) = (found.ahead(2.0), WorldFit::new(&world(), &whole).ahead(2.0));
    assert!((found.location - known.location - libm::log(sum / 140.0)).abs() < 1e-12);
    assert!((found.scale - known.scale).abs() < 1e-12 && found.df == known.df);
}

/// Twenty years of one pair, drawn: the width of the 80 % interval, averaged, falls month by month.
#[test]
fn more_months_narrow_the_interval() {
    let mut generator = rand_chacha();
    let mut widths = [0.0; 13];
    for _ in 0..200 {
        let mut draw = |sd: f64| libm::exp(sd * normal(&mut generator));
        let months: Vec<f64> = months(140.0 * draw(0.2)).iter().map(|m| m * draw(0.1)).collect();
        for (booked, width) in widths.iter_mut().enumerate() {
            let found = nowcast(&months[..booked]);
            *width += libm::log(found.quantile(0.9) / found.quantile(0.1)) / 200.0;
        }
    }
    assert!(widths.windows(2).all(|pair| pair[1] < pair[0]), "{widths:?}");
    assert_eq!(widths[12], 0.0);
}

/// A pace of twice last year's moves the year towards twice its total, and the years after too; a pace
/// as expected moves neither by more than the pseudo share does, under .01 in logs.
#[test]
fn a_surprise_moves_the_rest_and_the_years_after() {
    let prior = nowcast(&[]);
    let flat = |total: f64| vec![total / 12.0; 12];
    let earlier: Vec<Vec<f64>> = ANNUAL.iter().map(|total| flat(*total)).collect();
    let year = running(1, &flat(prior.quantile(0.5))[..6]);
    let usual = Nowcast::new(&world(), &SHIPPED, &ANNUAL, &earlier, &year).expect("valid");
    assert!((usual.share_booked - 0.5).abs() < 1e-12, "{}", usual.share_booked);
    assert!(libm::log(usual.quantile(0.5) / prior.quantile(0.5)).abs() < 0.01);
    assert!((usual.ahead(1.0).location - prior.ahead(1.0).location).abs() < 0.01);
    let double = nowcast(&months(280.0)[..6]);
    assert!(double.weight > 0.6 && double.weight < 1.0, "{}", double.weight);
    assert!(double.quantile(0.5) > 200.0 && double.quantile(0.5) < 280.0);
    assert!(double.ahead(1.0).location > prior.ahead(1.0).location + 0.2);
    assert!(double.exceeds(double.booked) == 1.0 && double.cdf(double.booked * 0.9) == 0.0);
}

/// Quarters say nearly what their months say, and equal months in quarters weigh the same.
#[test]
fn quarters_work_as_months_do() {
    let quarter =
        |months: &Vec<f64>| months.chunks(3).map(|m| m.iter().sum()).collect::<Vec<f64>>();
    let earlier: Vec<Vec<f64>> = earlier().iter().map(quarter).collect();
    let booked = quarter(&months(160.0));
    let of_quarters =
        Nowcast::new(&world(), &SHIPPED, &ANNUAL, &earlier, &running(3, &booked[..2]))
            .expect("valid");
    let of_months = nowcast(&months(160.0)[..6]);
    assert!((of_quarters.share_booked - of_months.share_booked).abs() < 1e-12);
    let ratio = of_quarters.quantile(0.5) / of_months.quantile(0.5);
    assert!((ratio - 1.0).abs() < 0.02, "{ratio}");
    let width = |n: &Nowcast| libm::log(n.quantile(0.9) / n.quantile(0.1));
    assert!((width(&of_quarters) / width(&of_months) - 1.0).abs() < 0.15);
}

/// A month without trade is a low one, not an error.
#[test]
fn months_without_trade_are_used() {
    let found = nowcast(&[0.0, 0.0, 0.0]);
    assert!(found.signal.is_some_and(f64::is_finite));
    assert!(found.quantile(0.5) > 0.0 && found.quantile(0.5) < nowcast(&[]).quantile(0.5));
}

#[test]
fn wrong_bookings_are_refused() {
    let new = |annual: &[f64], earlier: &[Vec<f64>], year: &RunningYear| {
        Nowcast::new(&world(), &SHIPPED, annual, earlier, year).expect_err("refused")
    };
    let fine = running(1, &[10.0]);
    let is = |error: NowcastError, part: &str| {
        assert!(error.to_string().contains(part), "{error}");
    };
    is(new(&ANNUAL[..4], &[], &fine), "4 consecutive annual values above 0");
    is(new(&[1.0, 1.0, 1.0, 0.0, 1.0, 1.0], &[], &fine), "2 consecutive annual values above 0");
    is(new(&ANNUAL, &earlier(), &running(1, &[1.0, -2.0])), "period 2 of the running year is -2");
    is(new(&ANNUAL, &earlier(), &running(1, &[1.0; 13])), "has 13 periods; a year has 12");
    is(new(&ANNUAL, &earlier(), &running(5, &[1.0])), "periods of 5 months do not divide a year");
    is(new(&ANNUAL, &earlier(), &running(3, &[1.0])), "has 12 periods; a year has 4");
    is(
        new(&ANNUAL, &earlier()[..5], &fine),
        "1 before the running one add up to 125, its annual value is 140",
    );
    is(Bookings::split(0, 1, &[1.0], 13).expect_err("refused"), "month 13");
}

#[test]
fn bookings_are_cut_into_fiscal_years() {
    let values: Vec<f64> = (1..=32).map(f64::from).collect();
    let cut = Bookings::split(2020 * 12 + 3, 1, &values, 7).expect("valid");
    assert_eq!((cut.left_out, cut.earlier.len()), (3, 2));
    assert_eq!((cut.earlier[0][0], cut.earlier[1][11]), (4.0, 27.0));
    assert_eq!(
        cut.running,
        RunningYear { first_month: 2022 * 12 + 6, ..running(1, &values[27..]) }
    );
    assert_eq!(cut.annual(), vec![114.0, 258.0]);
    let whole = Bookings::split(2020 * 12, 3, &values[..8], 1).expect("valid");
    assert_eq!(
        (whole.earlier.len(), whole.running),
        (2, RunningYear { first_month: 2022 * 12, ..running(3, &[]) })
    );
}

fn rand_chacha() -> rand::rngs::ChaCha8Rng {
    rand::rngs::ChaCha8Rng::seed_from_u64(4)
}

fn normal(generator: &mut rand::rngs::ChaCha8Rng) -> f64 {
    StandardNormal.sample(generator)
}

const PATHS: usize = 200_000;

/// Logs of the running year's and of the three later years' totals over last year's, path by path.
fn paths(nowcast: &Nowcast) -> Vec<[f64; 4]> {
    let mut generator = rand_chacha();
    let beyond = nowcast.beyond;
    let level = beyond.level;
    let chi = ChiSquared::new(level.df).expect("degrees of freedom above 0");
    let path = |_| {
        let mixing = (level.df / chi.sample(&mut generator)).sqrt();
        let mut z = || mixing * normal(&mut generator);
        let ratio = libm::log(nowcast.total_at(z()) / nowcast.last_total);
        let (of_drift, mut walk) = (level.drift_sd * z(), level.level_sd * z());
        let mut year = |years: f64| {
            walk += level.shock_sd * z();
            let chance = walk + level.transitory_sd * z();
            ratio + beyond.median(ratio, years) + (years + beyond.head_start) * of_drift + chance
        };
        [ratio, year(1.0), year(2.0), year(3.0)]
    };
    (0..PATHS).map(path).collect()
}

fn is_within_five_errors(found: f64, p: f64, what: &str) {
    let error = (p * (1.0 - p) / PATHS as f64).sqrt();
    assert!((found - p).abs() < 5.0 * error, "{what}: {found} for {p} ± {error}");
}

fn share(paths: &[[f64; 4]], holds: impl Fn(&[f64; 4]) -> bool) -> f64 {
    paths.iter().filter(|path| holds(path)).count() as f64 / paths.len() as f64
}

#[test]
fn paths_follow_the_closed_form() {
    for booked in [0, 3, 9] {
        let found = nowcast(&months(170.0)[..booked]);
        let paths = paths(&found);
        for p in [0.02, 0.1, 0.5, 0.9, 0.98] {
            let limit = libm::log(found.quantile(p) / 140.0);
            is_within_five_errors(share(&paths, |path| path[0] <= limit), p, "running year");
            for years in (1..=3).filter(|_| booked == 0) {
                let limit = found.ahead(years as f64).quantile(p);
                is_within_five_errors(share(&paths, |path| path[years] <= limit), p, "later");
            }
        }
    }
}

/// With nothing booked the running year and the later ones are jointly the world prior's paths.
#[test]
fn paths_are_jointly_the_world_priors() {
    let level = LocalLevel::from(&WorldFit::new(&world(), &ANNUAL));
    let mut generator = rand_chacha();
    let chi = ChiSquared::new(level.df).expect("degrees of freedom above 0");
    let mut path = |_| {
        let mixing = (level.df / chi.sample(&mut generator)).sqrt();
        let mut z = || mixing * normal(&mut generator);
        let (of_drift, mut walk) = (level.drift_sd * z(), level.level_sd * z());
        [1.0, 2.0, 3.0, 4.0].map(|years| {
            walk += level.shock_sd * z();
            level.gap + years * (level.drift + of_drift) + walk + level.transitory_sd * z()
        })
    };
    let known: Vec<[f64; 4]> = (0..PATHS).map(&mut path).collect();
    let found = paths(&nowcast(&[]));
    for (first, last) in [(0.2, 0.3), (0.0, 0.5), (-0.1, -0.1), (0.4, 0.2)] {
        for year in 1..=3 {
            let both = |path: &[f64; 4]| path[0] >= first && path[year] >= last;
            let (found, known) = (share(&found, both), share(&known, both));
            let error = (2.0 * known * (1.0 - known) / PATHS as f64).sqrt();
            assert!((found - known).abs() < 5.0 * error, "{year}: {found} for {known} ± {error}");
        }
    }
}
