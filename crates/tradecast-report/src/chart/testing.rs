//! Projections for the tests of figures.

use tradecast_core::calendar::Period;
use tradecast_core::projection::{
    Attainment, Bin, Comparison, ComparisonRow, Contribution, FanPoint, FanSlice, ItemKind, Method,
    OutsideEntry, Pairing, Probability, Projection, Series, SeriesKind, TargetProjection,
};
use tradecast_core::statistics::{Estimate, Interval};

/// The standard normal quantiles at [`tradecast_core::projection::FAN_QUANTILES`].
const Z: [f64; 9] = [-2.326, -1.645, -1.282, -0.674, 0.0, 0.674, 1.282, 1.645, 2.326];

/// What a made-up projection is like: a lognormal total around a growing median.
#[derive(Clone)]
pub struct Shape {
    pub first: Period,
    pub simulated: usize,
    pub baseline: f64,
    pub growth: f64,
    pub volatility: f64,
    pub at_least: f64,
    pub paths: u64,
    pub bins: usize,
}

impl Shape {
    /// Pakistan–Kyrgyzstan: 200 million USD by FY2027-28 from 16.
    pub fn first_case() -> Self {
        Self {
            first: Period::fiscal_year(2025, 7),
            simulated: 3,
            baseline: 16.0,
            growth: 0.064,
            volatility: 0.5,
            at_least: 200.0,
            paths: 1_000_000,
            bins: 60,
        }
    }

    fn years(&self, n: usize) -> f64 {
        n as f64 * self.first.years()
    }

    fn quantile(&self, n: usize, z: f64) -> f64 {
        let t = self.years(n);
        let log = t * libm::log(self.growth + 1.0) + self.volatility * t.sqrt() * z;
        self.baseline * self.first.years() * libm::exp(log)
    }

    /// The share of paths at or above an amount after `n` periods.
    fn above(&self, n: usize, amount: f64) -> f64 {
        let t = self.years(n);
        let z = libm::log(amount / self.quantile(n, 0.0)) / (self.volatility * t.sqrt());
        normal_above(z)
    }

    pub fn projection(&self) -> Projection {
        let periods: Vec<Period> = std::iter::successors(Some(self.first), |p| Some(p.next()))
            .take(self.simulated + 1)
            .collect();
        let at = |n: usize| FanPoint {
            period: periods[n],
            mean: None,
            std_dev: None,
            quantiles: Z.map(|z| self.quantile(n, z)),
            intervals: [None; 3],
        };
        let total = Series {
            name: "total".to_owned(),
            kind: SeriesKind::Total,
            periods: (0..=self.simulated).map(at).collect(),
            steps: Vec::new(),
        };
        Projection {
            name: "history-continues".to_owned(),
            title: "History continues, with the corridor as announced".to_owned(),
            unit: "million USD".to_owned(),
            prices: tradecast_core::projection::Prices::Current,
            paths: self.paths,
            paths_asked: self.paths,
            seed: 20_251_204,
            method: tradecast_core::scenario::Method::Auto,
            targets: vec![self.target(&periods)],
            series: vec![total],
            warnings: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn target(&self, periods: &[Period]) -> TargetProjection {
        let mut by: f64 = 0.0;
        let attainment = (1..=self.simulated).map(|n| {
            let p = self.above(n, self.at_least);
            by = if n == 1 { p } else { (0.5 * by + p).clamp(by, 1.0) };
            Attainment {
                period: periods[n],
                inside: probability(p, self.paths),
                by: probability(by, self.paths),
            }
        });
        let years = self.years(self.simulated);
        TargetProjection {
            name: "announced".to_owned(),
            total_label: "total trade".to_owned(),
            series: "total".to_owned(),
            at_least: self.at_least,
            period: periods[self.simulated],
            announced: Some("2025-12-04".to_owned()),
            measured_by: Some("Kyrgyz customs".to_owned()),
            source: Some("Joint statement, Islamabad".to_owned()),
            attainment: attainment.collect(),
            baseline_total: self.baseline,
            growth_required: Some(
                libm::pow(self.at_least / self.first.years() / self.baseline, 1.0 / years) - 1.0,
            ),
            without_measures: None,
            shortfall: None,
            is_fitted: false,
            parameter_spread: None,
            spread_with_measures: None,
            as_of: Vec::new(),
            distribution: self.bins(),
            contributions: contributions(),
            outside_view: OutsideEntry::LeftOut {
                why: tradecast_core::warning::NoOutsideView::NoTime { years: 0.0 },
            },
        }
    }

    fn bins(&self) -> Vec<Bin> {
        let n = self.simulated;
        let (lower, upper) = (self.quantile(n, -4.6), self.quantile(n, 4.6));
        let edge = |i: usize| lower * libm::pow(upper / lower, i as f64 / self.bins as f64);
        let bin = |i: usize| {
            let (lower, upper) = (edge(i), edge(i + 1));
            let cumulative = 1.0 - self.above(n, upper);
            Bin { lower, upper, share: cumulative - (1.0 - self.above(n, lower)), cumulative }
        };
        (0..self.bins).map(bin).collect()
    }
}

pub fn first_case() -> Projection {
    Shape::first_case().projection()
}

/// A proportion as counted: rounded to whole paths, with a Wilson-like interval.
pub fn probability(p: f64, paths: u64) -> Probability {
    let n = paths as f64;
    let hits = (p * n).round();
    Probability {
        estimate: proportion(hits, n),
        method: Method::MonteCarlo,
        paths,
        effective_paths: n,
    }
}

pub fn proportion(hits: f64, n: f64) -> Estimate {
    let value = hits / n;
    let standard_error = ((hits + 2.0) * (n - hits + 2.0)).sqrt() / ((n + 4.0) * (n + 4.0).sqrt());
    let (lower, upper) = match hits {
        0.0 => (0.0, 1.0 - libm::pow(0.05, 1.0 / n)),
        h if h == n => (libm::pow(0.05, 1.0 / n), 1.0),
        _ => (
            (value - 1.96 * standard_error).max(value / 10.0),
            (value + 1.96 * standard_error).min(1.0),
        ),
    };
    Estimate { value, standard_error, interval: Interval { level: 0.95, lower, upper } }
}

pub fn item(
    name: &str,
    kind: ItemKind,
    contribution: f64,
    chances: Option<(f64, f64, f64)>,
) -> Contribution {
    let n = 1e6;
    Contribution {
        item: name.to_owned(),
        kind,
        share_active: chances.map(|c| c.0),
        contribution: Some(contribution),
        if_yes: chances.map(|c| proportion((c.1 * c.0 * n).round(), (c.0 * n).round())),
        if_no: chances
            .map(|c| proportion((c.2 * (1.0 - c.0) * n).round(), ((1.0 - c.0) * n).round())),
    }
}

pub fn contributions() -> Vec<Contribution> {
    use ItemKind::{Disruption, Flow, Intervention};
    vec![
        item("pakistan-exports", Flow, 13.2, None),
        item("kyrgyz-exports", Flow, 3.1, None),
        item("kyrgyz-electricity", Flow, 0.0, None),
        item("qtta-corridor", Intervention, 4.6, Some((0.9, 0.0047, 0.0009))),
        item("casa-1000", Intervention, 1.8, Some((0.55, 0.0071, 0.0011))),
        item("border-closure", Disruption, -3.4, None),
    ]
}

/// P(Z ≥ z) by the complementary error function.
fn normal_above(z: f64) -> f64 {
    0.5 * libm::erfc(z / std::f64::consts::SQRT_2)
}

/// Scenarios of rising probability.
pub fn comparison(count: usize) -> Comparison {
    let titles = [
        "History continues",
        "QTTA corridor and CASA-1000 on the announced timetable",
        "Everything announced happens, the borders stay open and transit is free of charge",
        "Border closed until 2028",
        "Corridor only",
    ];
    let n = 1e6;
    let hits = |i: usize| (4200.0 * (1.0 + 0.9 * ((i * 7) % 5) as f64)).round();
    let row = |i: usize| ComparisonRow {
        prices: tradecast_core::projection::Prices::Current,
        measured_by: None,
        scenario: format!("scenario-{i}"),
        title: if i < 5 {
            titles[i].to_owned()
        } else {
            format!("{} (variant {i})", titles[i % 5])
        },
        target: "announced".to_owned(),
        at_least: 200.0,
        period: "FY2027-28".to_owned(),
        probability: proportion(hits(i), n),
        difference: (i > 0).then(|| difference(hits(i) / n - hits(0) / n)),
        pairing: Pairing::CommonRandomNumbers,
        median: 19.3 * (1.0 + 0.2 * ((i * 7) % 5) as f64),
        q05: 4.6 * (1.0 + 0.2 * ((i * 7) % 5) as f64),
        q95: 80.3 * (1.0 + 0.2 * ((i * 7) % 5) as f64),
        unit: "million USD".to_owned(),
        fan: (0..4).map(|year| slice(year, 1.0 + 0.2 * ((i * 7) % 5) as f64)).collect(),
    };
    Comparison { warnings: Vec::new(), rows: (0..count).map(row).collect() }
}

/// A year of a total that grows to 19.3 times `scale` in three.
fn slice(year: i32, scale: f64) -> FanSlice {
    let share = f64::from(year) / 3.0;
    let spread = |z: f64| (16.0 + (19.3 * scale - 16.0) * share) * libm::exp(0.85 * z * share);
    let period = Period::fiscal_year(2025 + year, 7);
    FanSlice { period, quantiles: [-1.645, -0.674, 0.0, 0.674, 1.645].map(spread) }
}

fn difference(value: f64) -> Estimate {
    let standard_error = 0.00007;
    let (lower, upper) = (value - 1.96 * standard_error, value + 1.96 * standard_error);
    Estimate { value, standard_error, interval: Interval { level: 0.95, lower, upper } }
}
