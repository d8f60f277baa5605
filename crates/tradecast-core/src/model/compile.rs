//! From a scenario to a model: names become indices, quantities become parameters, and everything
//! that is certain is computed once.

use super::activity::Timing;
use super::disruption::{Disruption, PerEvent};
use super::mixing::Mixing;
use super::parameters::{Form, Parameter, Parameters};
use super::running_year::RunningYear;
use super::shock::{Shock, Shocks};
use super::walk::{Fitted, Motion, Walk};
use super::{Deflator, FlowModel, InterventionModel, Model, Timeline, series};
use crate::calendar::{MONTHS, Period};
use crate::distribution::Distribution;
use crate::random::Variable;
use crate::scenario::{self, Growth, Member, Prices, Quantity, Scenario};

impl Model {
    /// Compiles a scenario, with the seed of its draws.
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        let mut compiler = Compiler::new(scenario, seed);
        let flows = compiler.flows();
        let deflator = compiler.deflator();
        let order = needs_first(scenario);
        let interventions = compiler.interventions(dependents(scenario, &order));
        let disruptions = compiler.disruptions();
        compiler.correlate();
        let (targets, series) = series::compile(scenario, &compiler.timeline);
        Self {
            timeline: compiler.timeline,
            targets,
            series,
            parameters: compiler.parameters,
            shocks: compiler.shocks,
            walks: compiler.walks,
            flows,
            order,
            interventions,
            disruptions,
            deflator,
        }
    }
}

struct Compiler<'a> {
    scenario: &'a Scenario,
    seed: u64,
    timeline: Timeline,
    parameters: Parameters,
    shocks: Shocks,
    /// The key of each row of shocks, as `flow.exports`.
    shock_keys: Vec<String>,
    walks: Vec<Walk>,
    /// The walks of drivers already made: driver, years and variance years of the first step.
    driver_walks: Vec<(usize, f64, f64, usize)>,
    /// By intervention, its start where that was added.
    starts: Vec<Option<Parameter>>,
}

impl<'a> Compiler<'a> {
    fn new(scenario: &'a Scenario, seed: u64) -> Self {
        let timeline = Timeline::new(scenario);
        let shocks = Shocks {
            series: Vec::new(),
            mixing: Mixing::default(),
            step_years: timeline.step_years(),
            steps_per_year: timeline.step.per_year(),
        };
        Self {
            scenario,
            seed,
            timeline,
            parameters: Parameters::default(),
            shocks,
            shock_keys: Vec::new(),
            walks: Vec::new(),
            driver_walks: Vec::new(),
            starts: vec![None; scenario.interventions.len()],
        }
    }

    fn parameter(&mut self, key: &str, quantity: &Quantity, form: Form) -> Parameter {
        self.parameters.add(self.seed, key, quantity, form)
    }

    fn variable(&self, key: &str) -> Variable {
        Variable::new(self.seed, key)
    }

    fn flows(&mut self) -> Vec<FlowModel> {
        let scenario = self.scenario;
        scenario.flows.iter().enumerate().map(|(index, flow)| self.flow(index, flow)).collect()
    }

    fn flow(&mut self, index: usize, flow: &scenario::Flow) -> FlowModel {
        let key = format!("flow.{}", flow.name);
        let (years, variance_years) = self.first_step(flow.baseline.period);
        let rate = 1.0 / (flow.baseline.period.years() * flow.baseline_season());
        let baseline_key = format!("{key}.baseline.value");
        let baseline = self.parameter(&baseline_key, &flow.baseline.value, Form::Times(rate));
        let lost_key = format!("{key}.baseline.lost");
        let lost = flow.baseline.lost.as_ref();
        let undo_loss = lost.map(|lost| self.parameter(&lost_key, lost, Form::UndoLoss));
        let walk = self.walk(&key, &flow.growth, years, variance_years);
        let mut elasticities = Vec::new();
        for (driver, elasticity) in &flow.elasticities {
            let name = &self.scenario.drivers[*driver].name;
            let parameter =
                self.parameter(&format!("{key}.elasticity.{name}"), elasticity, Form::Plain);
            elasticities.push((parameter, self.driver_walk(*driver, years, variance_years)));
        }
        let lifts = self.acting(|intervention| match &intervention.lifts {
            Some((flows, by)) if flows.contains(&index) => Some((by, "lifts.by")),
            _ => None,
        });
        let adds = self.acting(|intervention| match &intervention.adds {
            Some((flow, per_year)) if *flow == index => Some((per_year, "adds.per_year")),
            _ => None,
        });
        let disruptions = self.scenario.disruptions.iter().enumerate();
        FlowModel {
            baseline,
            undo_loss,
            walk,
            elasticities,
            step_factors: self.step_factors(flow),
            lifts,
            adds,
            disruptions: disruptions.filter(|d| d.1.flows.contains(&index)).map(|d| d.0).collect(),
        }
    }

    /// The interventions that act on a flow, each with the parameter that says how much.
    fn acting(
        &mut self,
        effect: impl Fn(&'a scenario::Intervention) -> Option<(&'a Quantity, &'static str)>,
    ) -> Vec<(usize, Parameter)> {
        let scenario = self.scenario;
        let acting = scenario.interventions.iter().enumerate().filter_map(|(k, intervention)| {
            let (quantity, key) = effect(intervention)?;
            let key = format!("intervention.{}.{key}", intervention.name);
            Some((k, self.parameter(&key, quantity, Form::Plain)))
        });
        acting.collect()
    }

    /// Years from a baseline's midpoint to that of the first step, and those that count for the
    /// variance: a baseline that is a year's total says less of the level at its midpoint.
    fn first_step(&self, baseline: Period) -> (f64, f64) {
        let years = self.timeline.first_midpoint() - baseline.midpoint();
        let steps = self.timeline.step.per_year() as f64;
        let spread =
            if baseline.months() == MONTHS { (1.0 - 1.0 / (steps * steps)) / 6.0 } else { 0.0 };
        (years, years + spread)
    }

    fn step_factors(&self, flow: &scenario::Flow) -> Vec<f64> {
        let step_years = self.timeline.step_years();
        let factor = |step| {
            let month = self.timeline.step_period(step).first_month.rem_euclid(MONTHS);
            let share = flow.seasonal.as_ref().map_or(1.0, |shares| {
                shares[(month / self.timeline.step.months()) as usize] * shares.len() as f64
            });
            step_years * share
        };
        (0..self.timeline.steps).map(factor).collect()
    }

    /// Adds a walk and returns its number.
    fn walk(&mut self, key: &str, growth: &Growth, years: f64, variance_years: f64) -> usize {
        let motion = self.motion(key, growth, years);
        let is_plain = !matches!(motion, Motion::Random { .. });
        let first_variance_years = if is_plain { years } else { variance_years };
        self.walks.push(Walk { motion, first_years: years, first_variance_years });
        self.walks.len() - 1
    }

    /// The walk of a driver as seen from a reference; the same view is shared.
    fn driver_walk(&mut self, driver: usize, years: f64, variance_years: f64) -> usize {
        let known = self
            .driver_walks
            .iter()
            .find(|known| (known.0, known.1, known.2) == (driver, years, variance_years));
        if let Some(known) = known {
            return known.3;
        }
        let driver_model = &self.scenario.drivers[driver];
        let key = format!("driver.{}", driver_model.name);
        let walk = self.walk(&key, &driver_model.growth, years, variance_years);
        self.driver_walks.push((driver, years, variance_years, walk));
        walk
    }

    fn motion(&mut self, key: &str, growth: &Growth, years: f64) -> Motion {
        match growth {
            Growth::RandomWalk { median, volatility, persistence, transitory, .. } => {
                let key_of = |name: &str| format!("{key}.growth.random_walk.{name}");
                let persistence = persistence
                    .as_ref()
                    .map(|phi| self.parameter(&key_of("persistence"), phi, Form::Plain));
                let transitory = transitory.as_ref().map(|scale| {
                    let parameter = self.parameter(&key_of("transitory"), scale, Form::Plain);
                    (parameter, self.variable(&format!("{key}.transitory")))
                });
                Motion::Random {
                    drift: self.parameter(&key_of("median"), median, Form::LogOnePlus),
                    volatility: self.parameter(&key_of("volatility"), volatility, Form::Plain),
                    shock: self.shock(key, growth, persistence),
                    transitory,
                }
            }
            Growth::MeanReverting { trend, half_life, volatility, .. } => {
                let key_of = |name: &str| format!("{key}.growth.mean_reverting.{name}");
                Motion::MeanReverting {
                    drift: self.parameter(&key_of("trend"), trend, Form::LogOnePlus),
                    half_life: self.parameter(&key_of("half_life"), half_life, Form::Plain),
                    volatility: self.parameter(&key_of("volatility"), volatility, Form::Plain),
                    shock: self.shock(key, growth, None),
                }
            }
            Growth::Bootstrap { log_growth, block_steps } => Motion::Bootstrap {
                log_growth: log_growth.clone(),
                block_steps: *block_steps,
                variable: self.variable(&format!("{key}.bootstrap")),
                variable_before: self.variable(&format!("{key}.bootstrap.before")),
                // Whole by a check of the scenario; rounding takes off what division adds.
                first_steps: (years / self.timeline.step_years()).round() as usize,
            },
            Growth::Fitted(fitted) => Motion::Fitted(self.fitted(key, growth, fitted, years)),
            Growth::Constant(rate) => Motion::Steady {
                drift: self.parameter(&format!("{key}.growth.constant"), rate, Form::LogOnePlus),
            },
        }
    }

    fn fitted(
        &mut self,
        key: &str,
        growth: &Growth,
        fitted: &scenario::Fitted,
        years: f64,
    ) -> Fitted {
        let key_of = |name: &str| format!("{key}.growth.fitted.{name}");
        let normal = Distribution::normal(0.0, 1.0).expect("a standard normal");
        let normal = Quantity::Uncertain(normal);
        let spread = Distribution::student_t_spread(fitted.level.df);
        // One draw of the world's drift for all flows that grow with the world.
        let drift_key =
            if fitted.has_world_drift { "world.drift".to_owned() } else { key_of("drift_error") };
        Fitted {
            numbers: fitted.level,
            spread: self.parameter(&key_of("spread"), &Quantity::Uncertain(spread), Form::Plain),
            drift_error: self.parameter(&drift_key, &normal, Form::Plain),
            level_error: self.parameter(&key_of("level_error"), &normal, Form::Plain),
            added_drift: self.parameter(
                &key_of("drift"),
                &fitted.drift,
                Form::Since(fitted.prior_drift),
            ),
            shock: self.shock(key, growth, None),
            transitory: self.variable(&format!("{key}.transitory")),
            first_years: years + self.timeline.first_year_midpoint()
                - self.timeline.first_midpoint(),
            running: fitted.running.as_ref().and_then(|running| RunningYear::new(&running.nowcast)),
        }
    }

    /// The row of shocks of a series; views of one driver share it.
    fn shock(&mut self, key: &str, growth: &Growth, persistence: Option<Parameter>) -> usize {
        if let Some(known) = self.shock_keys.iter().position(|known| known == key) {
            return known;
        }
        self.shocks.series.push(Shock {
            variable: self.variable(&format!("{key}.shock")),
            tails: growth.tails().and_then(Shock::prepare_tails),
            persistence,
        });
        self.shock_keys.push(key.to_owned());
        self.shock_keys.len() - 1
    }

    fn deflator(&mut self) -> Option<Deflator> {
        let Prices::Constant { year, deflator } = self.scenario.money.prices else { return None };
        let first = self.timeline.first_midpoint();
        let (reference, base) = if year.midpoint() <= first {
            (year.midpoint(), None)
        } else {
            let steps = (year.midpoint() - first) / self.timeline.step_years();
            let before = steps.floor().min(self.timeline.steps as f64 - 2.0);
            (first, Some((before as usize, steps - before)))
        };
        let walk = self.driver_walk(deflator, first - reference, first - reference);
        let scenario = self.scenario;
        let from_baselines = scenario.flows.iter().map(|flow| {
            let years = first - flow.baseline.period.midpoint();
            self.driver_walk(deflator, years, years)
        });
        Some(Deflator { walk, from_baselines: from_baselines.collect(), base })
    }

    fn interventions(&mut self, dependents: Vec<Vec<usize>>) -> Vec<InterventionModel> {
        let each = dependents.into_iter().enumerate();
        each.map(|(index, dependents)| self.intervention(index, dependents)).collect()
    }

    /// The date at which an intervention starts by itself, where it has one.
    fn start(&mut self, index: usize) -> Option<Parameter> {
        let intervention = &self.scenario.interventions[index];
        let start = intervention.start.as_ref()?;
        if let Some(known) = self.starts[index] {
            return Some(known);
        }
        let key = format!("intervention.{}.start", intervention.name);
        let origin = Form::Since(self.timeline.origin());
        let added = self.parameter(&key, start, origin);
        self.starts[index] = Some(added);
        Some(added)
    }

    fn intervention(&mut self, index: usize, dependents: Vec<usize>) -> InterventionModel {
        let intervention = &self.scenario.interventions[index];
        let key = format!("intervention.{}", intervention.name);
        let probability_key = format!("{key}.probability");
        let probability = self.parameter(&probability_key, &intervention.probability, Form::Plain);
        let chance = self.parameters.chance(self.seed, &key, probability);
        let needed = self.scenario.with_needs(index).into_iter();
        let starts = needed.filter_map(|k| self.start(k)).collect();
        let ramp_key = format!("{key}.ramp");
        let ramp = intervention.ramp.as_ref().map(|r| self.parameter(&ramp_key, r, Form::Plain));
        let windows =
            (0..self.timeline.steps).map(|step| self.timeline.windows(step, intervention.season));
        let timing = Timing {
            starts,
            ramp,
            windows: windows.collect(),
            step_years: self.timeline.step_years(),
        };
        InterventionModel {
            chance,
            timing,
            needs: intervention.needs.clone(),
            dependents,
            season_factor: intervention
                .season
                .map_or(1.0, |season| f64::from(MONTHS) / season.months() as f64),
        }
    }

    fn disruptions(&mut self) -> Vec<Disruption> {
        let scenario = self.scenario;
        let compile = |disruption: &scenario::Disruption| {
            let key = format!("disruption.{}", disruption.name);
            let per_event = |name: &str, quantity: &Quantity| PerEvent {
                quantity: quantity.clone(),
                variable: Variable::new(self.seed, &format!("{key}.{name}")),
            };
            let (duration, loss) =
                (per_event("duration", &disruption.duration), per_event("loss", &disruption.loss));
            let rate_key = format!("{key}.rate_per_year");
            let origin = Form::Since(self.timeline.origin());
            Disruption {
                rate: self.parameters.add(
                    self.seed,
                    &rate_key,
                    &disruption.rate_per_year,
                    Form::Plain,
                ),
                gap: Variable::new(self.seed, &format!("{key}.gap")),
                duration,
                loss,
                ongoing: disruption.ongoing_until.as_ref().map(|until| {
                    let until_key = format!("{key}.ongoing.until");
                    let until = self.parameters.add(self.seed, &until_key, until, origin);
                    (until, Variable::new(self.seed, &format!("{key}.ongoing.loss")))
                }),
            }
        };
        scenario.disruptions.iter().map(compile).collect()
    }

    /// Correlates shocks, and the normals of parameters and interventions.
    fn correlate(&mut self) {
        let (members, matrix) = scenario::matrix(&self.scenario.correlations, true);
        let rows = members.iter().map(|member| self.row_of(member)).collect();
        self.shocks.mixing = Mixing::new(rows, &matrix);
        let (members, matrix) = scenario::matrix(&self.scenario.correlations, false);
        let rows = members.iter().map(|member| self.row_of(member)).collect();
        self.parameters.set_mixing(Mixing::new(rows, &matrix));
    }

    fn row_of(&self, member: &Member) -> usize {
        let shock = |key: String| self.shock_keys.iter().position(|known| *known == key);
        let row = match member {
            Member::Flow(flow) => shock(format!("flow.{}", self.scenario.flows[*flow].name)),
            Member::Driver(driver) => {
                shock(format!("driver.{}", self.scenario.drivers[*driver].name))
            }
            Member::Intervention(k) => {
                let name = &self.scenario.interventions[*k].name;
                self.parameters.normal(&format!("intervention.{name}"))
            }
            Member::Parameter(key) => self.parameters.normal(key),
        };
        row.expect("a checked scenario correlates only what is random and used")
    }
}

/// All interventions, each after all that it needs.
fn needs_first(scenario: &Scenario) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scenario.interventions.len()).collect();
    // What is needed has strictly fewer needs of its own than what needs it.
    order.sort_by_cached_key(|index| scenario.with_needs(*index).len());
    order
}

/// For each intervention, itself and all that need it, directly or not, in the model's order.
fn dependents(scenario: &Scenario, order: &[usize]) -> Vec<Vec<usize>> {
    let count = scenario.interventions.len();
    let mut needed_by = vec![Vec::new(); count];
    for (index, intervention) in scenario.interventions.iter().enumerate() {
        intervention.needs.iter().for_each(|need| needed_by[*need].push(index));
    }
    let mut place = vec![0; count];
    order.iter().enumerate().for_each(|(position, index)| place[*index] = position);
    let of = |index: usize| {
        let mut found = vec![index];
        let mut is_found = vec![false; count];
        is_found[index] = true;
        let mut next = 0;
        while next < found.len() {
            for dependent in &needed_by[found[next]] {
                if !is_found[*dependent] {
                    is_found[*dependent] = true;
                    found.push(*dependent);
                }
            }
            next += 1;
        }
        found.sort_unstable_by_key(|index| place[*index]);
        found
    };
    (0..count).map(of).collect()
}
