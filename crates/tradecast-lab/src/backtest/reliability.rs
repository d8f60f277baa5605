//! Reliability: of the events that were given a probability, the share that came true.

use super::{Evaluation, MULTIPLES, cluster};
use serde::Serialize;
use tradecast_core::statistics::{LEVEL, two_sided_z};

/// Bins of equal width between probabilities 0 and 1.
const BINS: usize = 10;

/// Forecasts of about the same probability, and what came of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReliabilityBin {
    /// The model.
    pub model: &'static str,
    /// Years ahead; none for all horizons together.
    pub horizon: Option<u32>,
    /// The multiple of the base that is to be reached; none for all together.
    pub multiple: Option<f64>,
    /// The least probability of the bin.
    pub lower: f64,
    /// The probability that the next bin begins with.
    pub upper: f64,
    /// How many forecasts lie in it.
    pub forecasts: u64,
    /// Their mean.
    pub forecast: f64,
    /// The share that came true.
    pub observed: f64,
    /// Where a reliable model's share lies with 95 % probability, as far as pairs are independent;
    /// cut off at 0 and 1; none with one pair.
    pub consistency: Option<[f64; 2]>,
}

/// The bins of a model with forecasts in them: all together, by horizon, by multiple.
pub(super) fn bins(evaluation: &Evaluation, model: usize) -> Vec<ReliabilityBin> {
    let horizons = 0..evaluation.horizons.len();
    let mut all = Bins::new(evaluation);
    let mut by_horizon: Vec<Bins> = horizons.clone().map(|_| Bins::new(evaluation)).collect();
    let mut by_multiple: Vec<Bins> = MULTIPLES.iter().map(|_| Bins::new(evaluation)).collect();
    for horizon in horizons {
        for event in evaluation.events(horizon, model) {
            let cluster = evaluation.clusters.of(event.case);
            let (forecast, observed) = (event.forecast, event.observed);
            all.add(cluster, forecast, observed);
            by_horizon[horizon].add(cluster, forecast, observed);
            by_multiple[event.multiple].add(cluster, forecast, observed);
        }
    }
    let model = evaluation.models[model];
    let mut rows = all.rows(model, None, None);
    for (bins, horizon) in by_horizon.iter().zip(evaluation.horizons) {
        rows.extend(bins.rows(model, Some(*horizon), None));
    }
    for (bins, multiple) in by_multiple.iter().zip(MULTIPLES) {
        rows.extend(bins.rows(model, None, Some(multiple)));
    }
    rows
}

/// The bins of one kind of forecasts.
struct Bins(Vec<Bin>);

/// Sums over the forecasts of a bin.
#[derive(Clone)]
struct Bin {
    count: f64,
    forecast: f64,
    observed: f64,
    /// By cluster: forecasts, and the sum of observed minus forecast.
    clusters: Vec<(f64, f64)>,
}

impl Bins {
    fn new(evaluation: &Evaluation) -> Self {
        let clusters = vec![(0.0, 0.0); evaluation.clusters.count()];
        Self(vec![Bin { count: 0.0, forecast: 0.0, observed: 0.0, clusters }; BINS])
    }

    fn add(&mut self, cluster: usize, forecast: f64, observed: f64) {
        let bin = &mut self.0[((forecast * BINS as f64) as usize).min(BINS - 1)];
        bin.count += 1.0;
        bin.forecast += forecast;
        bin.observed += observed;
        bin.clusters[cluster].0 += 1.0;
        bin.clusters[cluster].1 += observed - forecast;
    }

    fn rows(
        &self,
        model: &'static str,
        horizon: Option<u32>,
        multiple: Option<f64>,
    ) -> Vec<ReliabilityBin> {
        let bins = self.0.iter().enumerate().filter(|(_, bin)| bin.count > 0.0);
        bins.map(|(place, bin)| ReliabilityBin {
            model,
            horizon,
            multiple,
            lower: place as f64 / BINS as f64,
            upper: (place + 1) as f64 / BINS as f64,
            forecasts: bin.count as u64,
            forecast: bin.forecast / bin.count,
            observed: bin.observed / bin.count,
            consistency: bin.consistency(),
        })
        .collect()
    }
}

impl Bin {
    fn consistency(&self) -> Option<[f64; 2]> {
        let bias = (self.observed - self.forecast) / self.count;
        let used = self.clusters.iter().filter(|cluster| cluster.0 > 0.0);
        let sums = used.map(|(count, sum)| (sum - bias * count) / self.count);
        let half = two_sided_z(LEVEL) * cluster::of_sums(sums)?;
        let forecast = self.forecast / self.count;
        Some([(forecast - half).max(0.0), (forecast + half).min(1.0)])
    }
}
