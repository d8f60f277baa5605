//! The scores in docs/truth.md are those of the gallery's backtests, which `.ci/run` makes again where
//! the panels are at hand. `UPDATE_DOCS=1` writes them.

use crate::readme::assert_section;
use crate::shipped_panel::backtested;
use serde::Deserialize;
use std::fmt::Write as _;
use std::path::Path;

/// Panels by file, and what they are called here.
const PANELS: [(&str, &str); 2] = [
    ("agtpa_manuf_1986_2006", "manufactures of 69 countries, 1986–2006"),
    ("us_census_1985_2022", "US goods trade, 1985–2022"),
];

#[derive(Deserialize)]
struct Score {
    model: String,
    horizon: u32,
    cases: u64,
    crps: f64,
    coverage_50: f64,
    coverage_80: f64,
    coverage_95: f64,
    ratio_to_first: f64,
    ratio_to_first_standard_error: Option<f64>,
}

#[derive(Deserialize)]
struct Bin {
    model: String,
    horizon: String,
    multiple: String,
    lower: f64,
    forecasts: u64,
    forecast: f64,
    observed: f64,
}

fn rows<T: for<'a> Deserialize<'a>>(panel: &str, table: &str) -> Vec<T> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("output/gallery/backtest");
    let mut reader = csv::Reader::from_path(folder.join(panel).join(table)).expect("the gallery");
    reader.deserialize().collect::<Result<_, _>>().expect("a readable table")
}

fn scores(text: &mut String, (panel, name): (&str, &str)) {
    let scores: Vec<Score> = rows(panel, "scores.csv");
    let own = scores.iter().filter(|score| score.model == "world-prior");
    let _ = writeln!(
        text,
        "**{name}** (`tradecast backtest PANELS/{panel}.csv.gz`)\n\n| years ahead | cases | CRPS | 50 % holds | 80 % holds | 95 % holds | lognormal | random walk with drift | pooled walk | bootstrap |\n|---|---|---|---|---|---|---|---|---|---|"
    );
    for score in own {
        let ratio = |model: &str| {
            let peer = scores.iter().find(|s| s.model == model && s.horizon == score.horizon);
            let peer = peer.expect("a model of the backtest");
            let error = peer.ratio_to_first_standard_error.expect("many pairs");
            format!("{:.3} ({error:.3})", peer.ratio_to_first)
        };
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        let _ = writeln!(
            text,
            "| {} | {} | {:.4} | {} | {} | {} | {} | {} | {} | {} |",
            score.horizon,
            score.cases,
            score.crps,
            percent(score.coverage_50),
            percent(score.coverage_80),
            percent(score.coverage_95),
            ratio("lognormal"),
            ratio("random-walk-with-drift"),
            ratio("pooled-walk"),
            ratio("bootstrap"),
        );
    }
    text.push('\n');
}

/// What was said and what came true, all horizons and multiples together, up to 60 %.
fn reliability(text: &mut String) {
    let bins = PANELS.map(|(panel, _)| -> Vec<Bin> {
        let all = rows(panel, "reliability.csv").into_iter();
        all.filter(|bin: &Bin| {
            bin.model == "world-prior" && bin.horizon == "all" && bin.multiple == "all"
        })
        .collect()
    });
    let _ = writeln!(
        text,
        "| \"reaches 1.25 to 5 times its base\", said | {} | {} |\n|---|---|---|",
        PANELS[0].1, PANELS[1].1
    );
    for tenth in 0..6 {
        let lower = f64::from(tenth) / 10.0;
        let of = |bins: &[Bin]| {
            let bin = bins.iter().find(|bin| (bin.lower - lower).abs() < 1e-9).expect("a bin");
            format!(
                "{:.1} → {:.1} % ({})",
                100.0 * bin.forecast,
                100.0 * bin.observed,
                bin.forecasts
            )
        };
        let _ = writeln!(
            text,
            "| {} to {} % | {} | {} |",
            10 * tenth,
            10 * tenth + 10,
            of(&bins[0]),
            of(&bins[1])
        );
    }
}

#[test]
fn the_scores_are_those_of_the_gallery() {
    let mut text = String::new();
    PANELS.into_iter().for_each(|panel| scores(&mut text, panel));
    reliability(&mut text);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/truth.md");
    assert_section(&file, "<!-- scores -->", "<!-- end of scores -->", &text);
    // In one test, for two would write the same file at the same time.
    assert_section(&file, "<!-- cut -->", "<!-- end of cut -->", &of_the_cut());
}

/// What the library scores on the panel that is shipped.
fn of_the_cut() -> String {
    let backtest = backtested();
    let mut text = String::from(
        "| years ahead | cases | CRPS | standard error | 50 % holds | 80 % holds | 95 % holds | lognormal |\n|---|---|---|---|---|---|---|---|\n",
    );
    let (own, lognormal) = backtest.scores.split_at(backtest.horizons.len());
    for (score, peer) in own.iter().zip(lognormal) {
        let [half, most, nearly_all] =
            score.coverage.map(|share| format!("{:.1} %", 100.0 * share));
        let error = score.crps_standard_error.expect("many pairs");
        let _ = writeln!(
            text,
            "| {} | {} | {:.4} | {error:.4} | {half} | {most} | {nearly_all} | {:.3} |",
            score.horizon, score.cases, score.crps, peer.ratio_to_first
        );
    }
    text
}
