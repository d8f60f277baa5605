//! From counts to a projection: estimates with intervals, quantiles, contributions, warnings.

mod bins;
mod outside;

use outside::Growing;

use crate::calendar::Period;
use crate::engine::{Simulated, State, TargetPlace, TargetState};
use crate::importance::Criterion;
use crate::model::{Model, TargetModel};
use crate::projection::{
    AsOf, Attainment, Contribution, FAN_INTERVALS, FAN_QUANTILES, FanPoint, ItemKind, Method,
    Probability, Projection, Series, SeriesKind, TargetProjection,
};
use crate::scenario::{Growth, Scenario, Target};
use crate::statistics::{
    Estimate, Interval, LEVEL, Tally, mean_of_scramblings, quantile_ranks, two_sided_z,
};
use crate::warning::Warning;

/// Summarises the paths of one scenario, the first of those simulated.
pub fn summarise(scenario: &Scenario, model: &Model, simulated: &Simulated) -> Projection {
    let (asked, state) = (simulated.asked, &simulated.outcome.states[0]);
    let summary = Summary { scenario, model, state, simulated };
    let targets: Vec<TargetProjection> =
        (0..model.targets.len()).map(|index| summary.target(index)).collect();
    let mut warnings = Warning::of_scenario(scenario);
    warnings.extend(targets.iter().filter_map(Warning::of_target));
    warnings.extend((0..model.targets.len()).filter_map(|index| summary.doubt(index)));
    if state.paths < asked {
        warnings.push(Warning::Partial { paths: state.paths, asked });
    }
    if state.series.iter().flatten().any(|sketch| sketch.overflow() > 0) {
        warnings.push(Warning::Overflow);
    }
    warnings.extend(targets.iter().filter_map(outside::note));
    let (notes, warnings): (Vec<Warning>, Vec<Warning>) =
        warnings.into_iter().partition(Warning::is_about_tables);
    Projection {
        name: scenario.name.clone(),
        title: scenario.title.clone(),
        unit: scenario.money.label(),
        prices: scenario.money.prices.stated(),
        paths: state.paths,
        paths_asked: asked,
        seed: scenario.simulation.seed,
        method: scenario.simulation.method,
        targets,
        series: summary.all_series(),
        warnings,
        notes,
    }
}

/// What models of one scenario, each with one period of its running year booked more than the one
/// before, say of each target.
pub fn as_of(scenarios: &[Scenario], models: &[Model], simulated: &Simulated) -> Vec<Vec<AsOf>> {
    let one = |number: usize, index: usize| {
        let (scenario, target) = (&scenarios[number], &models[number].targets[index]);
        let place = TargetPlace { model: number, target: index }.period(target.periods.len() - 1);
        let scale = scenario.money.scale;
        let total = simulated.outcome.states[number].own_total(target);
        let (booked, until) = scenario.booked();
        AsOf {
            booked_periods: scenario.booked_periods(),
            until,
            booked: scale.in_units(booked),
            probability: probability(simulated.tally(place, Criterion::In).0),
            quantiles: [0.05, 0.5, 0.95].map(|p| scale.in_units(total.quantile(p))),
        }
    };
    let targets = models.first().map_or(0, |model| model.targets.len());
    (0..targets).map(|index| (0..models.len()).map(|k| one(k, index)).collect()).collect()
}

/// Adds to each target what was said of it `before`, and what is said now.
pub fn add_as_of(projection: &mut Projection, scenario: &Scenario, before: Vec<Vec<AsOf>>) {
    let (booked, until) = scenario.booked();
    let series = &projection.series;
    for (target, before) in projection.targets.iter_mut().zip(before) {
        let own = series.iter().find(|series| series.name == target.series);
        let point = own.and_then(|own| own.periods.iter().find(|p| p.period == target.period));
        let now = point.map(|point| AsOf {
            booked_periods: scenario.booked_periods(),
            until,
            booked: scenario.money.scale.in_units(booked),
            probability: *target.probability(),
            quantiles: FAN_INTERVALS.map(|position| point.quantiles[position]),
        });
        target.as_of = before.into_iter().chain(now).collect();
    }
}

/// A probability from what was counted for it.
pub fn probability(tally: Tally) -> Probability {
    Probability {
        estimate: tally.estimate(LEVEL),
        method: match tally {
            Tally::Plain { .. } => Method::MonteCarlo,
            Tally::Spread(_) => Method::QuasiMonteCarlo,
            Tally::Weighted(_) => Method::ImportanceSampling,
        },
        paths: tally.paths(),
        effective_paths: tally.effective_paths(),
    }
}

struct Summary<'a> {
    scenario: &'a Scenario,
    model: &'a Model,
    state: &'a State,
    simulated: &'a Simulated,
}

impl Summary<'_> {
    fn target(&self, index: usize) -> TargetProjection {
        let (given, model) = (&self.scenario.targets[index], &self.model.targets[index]);
        let place = TargetPlace { model: 0, target: index };
        let state = &self.state.targets[index];
        let scale = self.scenario.money.scale;
        let attainment = model.periods.iter().enumerate().map(|(position, (period, _))| {
            let probability =
                |criterion| probability(self.simulated.tally(place.period(position), criterion).0);
            Attainment {
                period: *period,
                inside: probability(Criterion::In),
                by: probability(Criterion::By),
            }
        });
        let attainment: Vec<Attainment> = attainment.collect();
        let years = given.period.years();
        let baseline = self.state.series[model.series][0].quantile(0.5) / years;
        let contributions = self.contributions(index, given, state);
        let own = attainment.last().map(|attainment| attainment.inside.estimate);
        let growing = Growing { baseline, years: self.years_to_grow(given) };
        let outside_view = outside::entry(self.scenario, given, growing, (own, &contributions));
        TargetProjection {
            name: given.name.clone(),
            total_label: self.scenario.total_label(given),
            series: self.total_name(given),
            at_least: given.at_least.in_units(),
            period: given.period,
            announced: given.announced.clone(),
            measured_by: given.measured_by.clone(),
            source: given.source.clone(),
            attainment,
            baseline_total: scale.in_units(baseline),
            growth_required: self.growth_required(given, baseline),
            without_measures: self
                .model
                .has_measures(model)
                .then(|| self.simulated.without_measures(place).estimate(LEVEL)),
            shortfall: self.shortfall(index, given, state),
            is_fitted: self.is_fitted(given),
            parameter_spread: None,
            spread_with_measures: None,
            as_of: Vec::new(),
            distribution: self.distribution(given, model, state),
            contributions,
            outside_view,
        }
    }

    /// The doubt about weighted paths that were to serve a target's probability.
    fn doubt(&self, index: usize) -> Option<Warning> {
        let position = self.model.targets[index].periods.len() - 1;
        let place = TargetPlace { model: 0, target: index };
        let (_, doubt) = self.simulated.tally(place.period(position), Criterion::In);
        let target = self.scenario.targets[index].name.clone();
        Some(Warning::NotWeighted { target, why: doubt? })
    }

    /// `total` where all targets sum the same, else `total NAME`.
    fn total_name(&self, target: &Target) -> String {
        let totals = self.model.series.iter().filter(|series| series.is_total).count();
        if totals == 1 { "total".to_owned() } else { format!("total {}", target.name) }
    }

    /// Whether a flow of a target grows by its history.
    fn is_fitted(&self, target: &Target) -> bool {
        let mut flows = target.flows.iter().map(|flow| &self.scenario.flows[*flow]);
        flows.any(|flow| matches!(flow.growth, Growth::Fitted(_)))
    }

    /// Years from the latest baseline's midpoint to the target's.
    fn years_to_grow(&self, target: &Target) -> Option<f64> {
        let latest = target.flows.iter().map(|flow| self.scenario.flows[*flow].baseline.period);
        let latest = latest.max_by_key(Period::end_month)?;
        Some(target.period.midpoint() - latest.midpoint())
    }

    /// (target/baseline)^(1/h) − 1, both annualised, h being [`Self::years_to_grow`].
    fn growth_required(&self, target: &Target, baseline: f64) -> Option<f64> {
        let years = self.years_to_grow(target)?;
        let multiple = target.at_least.single() / target.period.years() / baseline;
        multiple.is_finite().then(|| libm::pow(multiple, 1.0 / years) - 1.0)
    }

    fn shortfall(&self, index: usize, target: &Target, state: &TargetState) -> Option<Estimate> {
        let misses = self.state.paths - state.inside.last().copied().unwrap_or_default();
        if misses == 0 {
            return None;
        }
        let count = misses as f64;
        let mean = state.shortfall.mean(misses);
        let variance = (state.shortfall_squared.mean(misses) - mean * mean).max(0.0);
        let standard_error = (variance / count).sqrt();
        let reach = two_sided_z(LEVEL) * standard_error;
        let interval = Interval { level: LEVEL, lower: mean - reach, upper: mean + reach };
        let of_one = |one: &State| {
            let one_target = &one.targets[index];
            let hits = one_target.inside.last().copied().unwrap_or_default();
            one_target.shortfall.mean(one.paths - hits)
        };
        let mut estimate = match self.simulated.outcome.by_scrambling(0, of_one) {
            Some(means) => mean_of_scramblings(&means, LEVEL),
            None => Estimate { value: mean, standard_error, interval },
        };
        let unit = target.at_least.in_units();
        estimate.value *= unit;
        estimate.standard_error *= unit;
        estimate.interval.lower = (estimate.interval.lower * unit).max(0.0);
        estimate.interval.upper *= unit;
        Some(estimate)
    }

    fn distribution(
        &self,
        target: &Target,
        model: &TargetModel,
        state: &TargetState,
    ) -> Vec<crate::projection::Bin> {
        let hits = state.inside.last().copied().unwrap_or_default();
        bins::bins(self.state.own_total(model), target.at_least, hits)
    }

    fn contributions(
        &self,
        number: usize,
        target: &Target,
        state: &TargetState,
    ) -> Vec<Contribution> {
        let scenario = self.scenario;
        let place = TargetPlace { model: 0, target: number };
        let flows = scenario.flows.iter().map(|flow| (&flow.name, ItemKind::Flow, false));
        let interventions = scenario.interventions.iter().enumerate().map(|(k, intervention)| {
            (&intervention.name, ItemKind::Intervention, self.model.is_random(k))
        });
        let disruptions =
            scenario.disruptions.iter().map(|d| (&d.name, ItemKind::Disruption, false));
        let items = flows.chain(interventions).chain(disruptions).zip(&state.items);
        items
            .enumerate()
            .filter(|(index, _)| *index >= scenario.flows.len() || target.flows.contains(index))
            .map(|(index, ((name, kind, is_random), item))| {
                let forced = is_random.then(|| {
                    let flows = scenario.flows.len();
                    self.simulated.forced(place.intervention(index - flows), flows)
                });
                let conditional =
                    |answer: usize| forced.map(|tallies| tallies[answer].estimate(LEVEL));
                let paths = self.state.paths as f64;
                let unit = target.at_least.in_units();
                let band_paths = state.band_paths;
                Contribution {
                    item: name.clone(),
                    kind,
                    share_active: (kind != ItemKind::Flow).then(|| item.active as f64 / paths),
                    contribution: (band_paths > 0)
                        .then(|| item.contribution.mean(band_paths) * unit),
                    if_yes: conditional(0),
                    if_no: conditional(1),
                }
            })
            .collect()
    }

    /// The totals by target, but only one where all sum the same; then the flows.
    fn all_series(&self) -> Vec<Series> {
        let mut all: Vec<Series> = Vec::new();
        for (target, model) in self.scenario.targets.iter().zip(&self.model.targets) {
            let name = self.total_name(target);
            if all.iter().all(|series| series.name != name) {
                all.push(self.series(model.series, name));
            }
        }
        let flows = self.model.series.iter().enumerate().filter(|(_, series)| !series.is_total);
        all.extend(flows.map(|(index, series)| self.series(index, series.name.clone())));
        all
    }

    fn series(&self, index: usize, name: String) -> Series {
        let model = &self.model.series[index];
        let periods = std::iter::once(model.baseline).chain(model.periods.iter().map(|p| p.0));
        let points =
            periods.enumerate().map(|(point, period)| self.fan_point(index, point, period));
        let first = 1 + model.periods.len();
        let steps = (first..self.state.series[index].len()).map(|point| {
            self.fan_point(index, point, self.model.timeline.step_period(point - first))
        });
        Series {
            name,
            kind: if model.is_total { SeriesKind::Total } else { SeriesKind::Flow },
            periods: points.collect(),
            steps: steps.collect(),
        }
    }

    fn fan_point(&self, index: usize, point: usize, period: Period) -> FanPoint {
        let (series, sketch) = (&self.model.series[index], &self.state.series[index][point]);
        let scale = self.scenario.money.scale;
        let interval = |position: usize| {
            let probability = FAN_QUANTILES[position];
            let of_one = |state: &State| state.series[index][point].quantile(probability);
            if let Some(quantiles) = self.simulated.outcome.by_scrambling(0, of_one) {
                let Interval { level, lower, upper } =
                    mean_of_scramblings(&quantiles, LEVEL).interval;
                let lower = lower.min(sketch.quantile(probability)).max(0.0);
                let upper = upper.max(sketch.quantile(probability));
                return Some(Interval {
                    level,
                    lower: scale.in_units(lower),
                    upper: scale.in_units(upper),
                });
            }
            let (lower, upper) = quantile_ranks(self.state.paths, probability, LEVEL)?;
            let value = |rank| scale.in_units(sketch.value_at_rank(rank));
            Some(Interval { level: LEVEL, lower: value(lower), upper: value(upper) })
        };
        FanPoint {
            period,
            mean: series.has_moments.then(|| scale.in_units(sketch.mean())),
            std_dev: series.has_moments.then(|| scale.in_units(sketch.std_dev())),
            quantiles: FAN_QUANTILES
                .map(|probability| scale.in_units(sketch.quantile(probability))),
            intervals: FAN_INTERVALS.map(interval),
        }
    }
}
