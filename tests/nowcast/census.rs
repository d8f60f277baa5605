//! The nowcast of US monthly trade, against simple methods.

use super::panel::{Case, cases};
use super::scores::{self, Simple, clustered};
use rayon::prelude::*;
use tradecast::nowcast::ShareCoefficients;

const SHIPPED: ShareCoefficients = ShareCoefficients::SHIPPED;

/// What one case says of one method after some months.
struct Outcome {
    covered: f64,
    nowcast: f64,
    /// Of the world prior without the months.
    prior: f64,
    /// For last year's share and pro rata: absolute error, and CRPS with the past errors' spread.
    simple: Option<[[f64; 2]; 2]>,
    next: Option<[f64; 2]>,
}

fn outcome(case: &Case, booked: usize) -> Outcome {
    let found = case.nowcast(&SHIPPED, booked);
    let prior = case.nowcast(&SHIPPED, 0);
    let simple = [Simple::LastShare, Simple::ProRata].map(|method| method.scores(case, booked));
    let p = found.cdf(case.total());
    let next = |next: f64| {
        let ratio = libm::log(next / case.last_total());
        [&found, &prior].map(|nowcast| scores::crps(|p| nowcast.ahead(1.0).quantile(p), ratio))
    };
    Outcome {
        covered: f64::from(u8::from((0.1..=0.9).contains(&p))),
        nowcast: scores::of_nowcast(&found, case),
        prior: scores::of_nowcast(&prior, case),
        simple: simple[0].zip(simple[1]).map(|(last, pro)| [last, pro]),
        next: case.next.map(next),
    }
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    values.iter().sum::<f64>() / values.len() as f64
}

/// 80 % intervals of the year's total after 3, 6 and 9 booked months of US trade cover 80 % within 3
/// standard errors clustered on partner and year, and the score beats last year's share and pro rata,
/// as points and with the spread of their past errors.
#[test]
fn us_monthly_trade_is_covered_and_beats_simple_methods() {
    let cases = cases();
    let all: Vec<&Case> = cases.iter().collect();
    println!("{} cases", all.len());
    println!(
        "| months | covered | standard error | CRPS | to the world prior | to last year's share | to pro rata | the same with spread | | next year, to the world prior | compared |"
    );
    for booked in [3, 6, 9] {
        let outcomes: Vec<Outcome> = all.par_iter().map(|case| outcome(case, booked)).collect();
        let covered: Vec<f64> = outcomes.iter().map(|outcome| outcome.covered).collect();
        let (share, error) = (mean(covered.iter().copied()), clustered(&covered, &all));
        let simple: Vec<(f64, [[f64; 2]; 2])> =
            outcomes.iter().filter_map(|o| o.simple.map(|simple| (o.nowcast, simple))).collect();
        let own = mean(simple.iter().map(|pair| pair.0));
        let ratio =
            |method: usize, kind: usize| own / mean(simple.iter().map(|s| s.1[method][kind]));
        let ratios = [ratio(0, 0), ratio(1, 0), ratio(0, 1), ratio(1, 1)];
        let crps = mean(outcomes.iter().map(|outcome| outcome.nowcast));
        let to_prior = crps / mean(outcomes.iter().map(|outcome| outcome.prior));
        let next = |which: usize| mean(outcomes.iter().filter_map(|o| o.next.map(|n| n[which])));
        println!(
            "| {booked} | {share:.3} | {error:.4} | {crps:.4} | {to_prior:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {} |",
            ratios[0],
            ratios[1],
            ratios[2],
            ratios[3],
            next(0) / next(1),
            simple.len()
        );
        assert!((share - 0.8).abs() < 3.0 * error, "{booked}: {share} ± {error}");
        assert!(ratios.iter().all(|ratio| *ratio < 1.0), "{booked}: {ratios:?}");
    }
}
