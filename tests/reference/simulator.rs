//! One path of a scenario after another, step by step and flow by flow, as the formulas read.

use super::copula::Copula;
use super::growth::{Process, persistence_scale, persistent, shock, whole_steps};
use super::timeline::{Course, Event, mean_loss, share_of_year};
use rand::{Rng, RngExt};
use rand_distr::{ChiSquared, Distribution, Exp, StandardNormal, StudentT};
use statrs::distribution::{ContinuousCDF, Normal};
use tradecast::calendar::{Period, Step};
use tradecast::scenario::{
    Disruption, Flow, Growth, Member, Prices, Quantity, Scenario, Tails, Target,
};

/// One simulated future of one scenario.
pub struct Path {
    /// Amounts by flow and step in single units of the currency, deflated where prices are constant.
    pub flows: Vec<Vec<f64>>,
    /// The observed baseline a year by flow: value / (years × seasonal factor), not divided by
    /// 1 − lost; deflated likewise.
    pub baseline: Vec<f64>,
    /// Whether each intervention's own draw says yes.
    pub happens: Vec<bool>,
    /// Whether it and all that it needs happen.
    pub takes_effect: Vec<bool>,
    /// Mean activity by intervention and step, whether or not it happens; not scaled by its season.
    pub activity: Vec<Vec<f64>>,
    /// Mean loss by disruption and step.
    pub loss: Vec<Vec<f64>>,
}

/// A scenario ready to be simulated.
pub struct Simulator<'a> {
    scenario: &'a Scenario,
    first_month: i32,
    steps: usize,
    /// Flows, then drivers.
    shocks: Copula,
    /// What is drawn once a path: interventions, then uncertain quantities.
    once_members: Vec<Member>,
    once: Copula,
}

/// What one path drew once: a normal for each member.
struct Once<'a> {
    members: &'a [Member],
    normals: Vec<f64>,
    /// The normal of the world's drift.
    world: f64,
}

impl Once<'_> {
    fn normal(&self, member: &Member) -> f64 {
        let position = self.members.iter().position(|known| known == member);
        self.normals[position.unwrap_or_else(|| panic!("{member:?} is not drawn once a path"))]
    }

    /// The value of the quantity at a key.
    fn value(&self, quantity: &Quantity, key: String) -> f64 {
        match quantity {
            Quantity::Certain(value) => *value,
            Quantity::Uncertain(_) => quantity.value(self.normal(&Member::Parameter(key))),
        }
    }
}

impl<'a> Simulator<'a> {
    /// Prepares a scenario.
    ///
    /// # Panics
    /// A correlated key that is no uncertain quantity; prices of a year whose midpoint lies after
    /// that of the last step.
    pub fn new(scenario: &'a Scenario) -> Self {
        let first_month = first_month(scenario);
        let end = scenario.targets.iter().map(|target| target.period.end_month()).max();
        let months = end.expect("a scenario has a target") - first_month;
        let flows = (0..scenario.flows.len()).map(Member::Flow);
        let shocks: Vec<Member> =
            flows.chain((0..scenario.drivers.len()).map(Member::Driver)).collect();
        let mut once: Vec<Member> =
            (0..scenario.interventions.len()).map(Member::Intervention).collect();
        let uncertain = scenario
            .assumptions()
            .into_iter()
            .filter(|assumption| assumption.quantity.is_uncertain());
        once.extend(uncertain.map(|assumption| Member::Parameter(assumption.key.clone())));
        for member in scenario.correlations.iter().flat_map(|correlation| &correlation.between) {
            assert!(shocks.contains(member) || once.contains(member), "{member:?} is unknown");
        }
        let simulator = Self {
            scenario,
            first_month,
            steps: (months / scenario.calendar.step.months()) as usize,
            shocks: Copula::new(&shocks, &scenario.correlations),
            once: Copula::new(&once, &scenario.correlations),
            once_members: once,
        };
        if let Prices::Constant { year, .. } = scenario.money.prices {
            let last = simulator.midpoint(simulator.steps - 1);
            assert!(year.midpoint() <= last, "prices of a year after the last step");
        }
        simulator
    }

    /// The number of steps.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The first month of the first step.
    pub fn first_month(&self) -> i32 {
        self.first_month
    }

    /// Simulates one path.
    pub fn path(&self, rng: &mut impl Rng) -> Path {
        let scenario = self.scenario;
        let once = Once {
            members: &self.once_members,
            normals: self.once.draw(rng),
            world: StandardNormal.sample(rng),
        };
        let (own, drivers) = self.processes(&once, rng);
        let (happens, takes_effect) = self.happening(&once);
        let activity: Vec<Vec<f64>> =
            (0..scenario.interventions.len()).map(|k| self.activity(k, &once)).collect();
        let loss: Vec<Vec<f64>> = scenario
            .disruptions
            .iter()
            .map(|disruption| self.losses(disruption, &once, rng))
            .collect();
        let (deflator, baseline_deflator) = self.deflators(&drivers);

        let mut flows = Vec::new();
        let mut baseline = Vec::new();
        for (i, flow) in scenario.flows.iter().enumerate() {
            let name = &flow.name;
            let value = once.value(&flow.baseline.value, format!("flow.{name}.baseline.value"));
            let observed = value / (flow.baseline.period.years() * self.baseline_factor(flow));
            let lost = flow.baseline.lost.as_ref();
            let lost =
                lost.map_or(0.0, |lost| once.value(lost, format!("flow.{name}.baseline.lost")));
            let growth = self.log_growth(flow, &own[i], &drivers, &once);
            let mut amounts = Vec::new();
            for t in 0..self.steps {
                let mut amount = observed / (1.0 - lost)
                    * growth[t].exp()
                    * self.step_years()
                    * self.seasonal_factor(flow, self.month(t));
                for (k, intervention) in scenario.interventions.iter().enumerate() {
                    let Some((lifted, by)) = &intervention.lifts else { continue };
                    if takes_effect[k] && lifted.contains(&i) {
                        let by =
                            once.value(by, format!("intervention.{}.lifts.by", intervention.name));
                        amount *= 1.0 + by * activity[k][t];
                    }
                }
                for (k, intervention) in scenario.interventions.iter().enumerate() {
                    let Some((receiver, a_year)) = &intervention.adds else { continue };
                    if takes_effect[k] && *receiver == i {
                        let key = format!("intervention.{}.adds.per_year", intervention.name);
                        let a_year = once.value(a_year, key);
                        let scaled = activity[k][t] / share_of_year(intervention.season);
                        amount += a_year * scaled * self.step_years();
                    }
                }
                for (d, disruption) in scenario.disruptions.iter().enumerate() {
                    if disruption.flows.contains(&i) {
                        amount *= 1.0 - loss[d][t];
                    }
                }
                amounts.push(amount / deflator[t]);
            }
            flows.push(amounts);
            baseline.push(observed / baseline_deflator[i]);
        }
        Path { flows, baseline, happens, takes_effect, activity, loss }
    }

    /// The sum of a target's flows over the steps of a period.
    ///
    /// # Panics
    /// A period that is not made of simulated steps.
    pub fn total(&self, path: &Path, target: &Target, period: Period) -> f64 {
        let months = self.step().months();
        let before = period.first_month - self.first_month;
        assert!(before >= 0 && before % months == 0 && period.months() % months == 0, "{period}");
        let first = (before / months) as usize;
        let steps = first..first + (period.months() / months) as usize;
        target.flows.iter().map(|flow| path.flows[*flow][steps.clone()].iter().sum::<f64>()).sum()
    }

    /// The periods of the target's kind whose steps are all simulated, up to the target's own.
    pub fn periods(&self, target: &Target) -> Vec<Period> {
        let before = (0..).map(|count| target.period.back(count));
        let mut periods: Vec<Period> =
            before.take_while(|period| period.first_month >= self.first_month).collect();
        periods.reverse();
        periods
    }

    fn step(&self) -> Step {
        self.scenario.calendar.step
    }

    fn step_years(&self) -> f64 {
        f64::from(self.step().months()) / 12.0
    }

    /// The first month of a step.
    fn month(&self, step: usize) -> i32 {
        self.first_month + step as i32 * self.step().months()
    }

    /// The midpoint of a step, in years.
    fn midpoint(&self, step: usize) -> f64 {
        f64::from(self.month(step)) / 12.0 + 0.5 * self.step_years()
    }

    /// A flow's seasonal share × steps a year in the step of the calendar year that holds a month.
    fn seasonal_factor(&self, flow: &Flow, month: i32) -> f64 {
        let Some(shares) = &flow.seasonal else { return 1.0 };
        shares[(month.rem_euclid(12) / self.step().months()) as usize] * shares.len() as f64
    }

    /// The mean seasonal factor of the baseline's months: 1 for a year, the step's own for a step.
    fn baseline_factor(&self, flow: &Flow) -> f64 {
        let period = flow.baseline.period;
        if period.months() == 12 {
            return 1.0;
        }
        let months = period.first_month..period.end_month();
        months.map(|month| self.seasonal_factor(flow, month)).sum::<f64>()
            / f64::from(period.months())
    }

    /// δ and δv of a flow's first step.
    fn first_spans(&self, flow: &Flow) -> (f64, f64) {
        let period = flow.baseline.period;
        let span = self.midpoint(0) - period.midpoint();
        let steps = self.step().per_year() as f64;
        let extra = if period.months() == 12 { (1.0 - 1.0 / (steps * steps)) / 6.0 } else { 0.0 };
        (span, span + extra)
    }

    /// g by step: own log level and drivers' log levels times elasticities, from the baseline's midpoint.
    fn log_growth(
        &self,
        flow: &Flow,
        own: &Process,
        drivers: &[Process],
        once: &Once<'_>,
    ) -> Vec<f64> {
        let (first, first_variance) = self.first_spans(flow);
        let mut growth = own.levels(first, first_variance, self.step_years());
        for (driver, elasticity) in &flow.elasticities {
            let key =
                format!("flow.{}.elasticity.{}", flow.name, self.scenario.drivers[*driver].name);
            let elasticity = once.value(elasticity, key);
            let levels = drivers[*driver].levels(first, first_variance, self.step_years());
            for t in 0..self.steps {
                growth[t] += elasticity * levels[t];
            }
        }
        growth
    }

    /// The price level by step and at each flow's baseline midpoint; 1 at the midpoint of the
    /// constant year, and everywhere under current prices.
    fn deflators(&self, drivers: &[Process]) -> (Vec<f64>, Vec<f64>) {
        let flows = &self.scenario.flows;
        let Prices::Constant { year, deflator } = self.scenario.money.prices else {
            return (vec![1.0; self.steps], vec![1.0; flows.len()]);
        };
        let (process, step, start) = (&drivers[deflator], self.step_years(), self.midpoint(0));
        // Log levels relative to the constant year, or to the first midpoint where that is earlier.
        let since = (start - year.midpoint()).max(0.0);
        let levels = process.levels(since, since, step);
        let after = (year.midpoint() - start).max(0.0) / step;
        let before = (after.floor() as usize).min(self.steps - 1);
        let reference = if after > 0.0 {
            let next = (before + 1).min(self.steps - 1);
            levels[before] + (after - before as f64) * (levels[next] - levels[before])
        } else {
            0.0
        };
        let at_baseline = |flow: &Flow| {
            let since = start - flow.baseline.period.midpoint();
            levels[0] - process.levels(since, since, step)[0] - reference
        };
        (
            levels.iter().map(|level| (level - reference).exp()).collect(),
            flows.iter().map(|flow| at_baseline(flow).exp()).collect(),
        )
    }

    /// Draws the growth of all flows and of all drivers.
    fn processes(&self, once: &Once<'_>, rng: &mut impl Rng) -> (Vec<Process>, Vec<Process>) {
        // [step][member]
        let innovations: Vec<Vec<f64>> = (0..self.steps).map(|_| self.shocks.draw(rng)).collect();
        let of = |member: usize| innovations.iter().map(|step| step[member]).collect::<Vec<f64>>();
        let mut own = Vec::new();
        for (i, flow) in self.scenario.flows.iter().enumerate() {
            let key = format!("flow.{}.growth", flow.name);
            own.push(self.process(&flow.growth, &key, Member::Flow(i), of(i), once, rng));
        }
        let mut drivers = Vec::new();
        for (j, driver) in self.scenario.drivers.iter().enumerate() {
            let key = format!("driver.{}.growth", driver.name);
            let innovations = of(self.scenario.flows.len() + j);
            drivers.push(self.process(
                &driver.growth,
                &key,
                Member::Driver(j),
                innovations,
                once,
                rng,
            ));
        }
        (own, drivers)
    }

    fn process(
        &self,
        growth: &Growth,
        key: &str,
        member: Member,
        innovations: Vec<f64>,
        once: &Once<'_>,
        rng: &mut impl Rng,
    ) -> Process {
        let value = |quantity: &Quantity, name: &str| once.value(quantity, format!("{key}.{name}"));
        match growth {
            Growth::RandomWalk { median, volatility, tails, persistence, transitory } => {
                let persistence = persistence
                    .as_ref()
                    .map(|persistence| value(persistence, "random_walk.persistence"));
                let disturbance = transitory
                    .as_ref()
                    .map_or(0.0, |transitory| value(transitory, "random_walk.transitory"));
                Process::RandomWalk {
                    drift: (1.0 + value(median, "random_walk.median")).ln(),
                    volatility: value(volatility, "random_walk.volatility"),
                    shocks: self.step_shocks(*tails, persistence, &member, innovations, rng),
                    transitory: self.transitory(disturbance, rng),
                }
            }
            Growth::MeanReverting { trend, half_life, volatility, tails } => {
                Process::MeanReverting {
                    drift: (1.0 + value(trend, "mean_reverting.trend")).ln(),
                    speed: 2.0f64.ln() / value(half_life, "mean_reverting.half_life"),
                    volatility: value(volatility, "mean_reverting.volatility"),
                    shocks: self.step_shocks(*tails, None, &member, innovations, rng),
                }
            }
            Growth::Bootstrap { log_growth, block_steps } => {
                let before = self.steps_before();
                let chain =
                    stationary_bootstrap(log_growth, *block_steps, before + self.steps, rng);
                Process::Bootstrap { chain, before }
            }
            Growth::Fitted(fitted) => {
                let years = self.years();
                let normal = |rng: &mut _| StandardNormal.sample(rng);
                let chi_squared = ChiSquared::new(fitted.level.df).expect("valid").sample(rng);
                let own_drift = normal(rng);
                let drift_error = if fitted.has_world_drift { once.world } else { own_drift };
                // A year's permanent shock is what its first step draws.
                let first_of = |year: usize| years.iter().position(|known| *known == year);
                let count = years.last().map_or(0, |last| last + 1);
                let permanent = |year| innovations[first_of(year).expect("years in a row")];
                Process::Fitted {
                    level: fitted.level,
                    scale: (fitted.level.df / chi_squared).sqrt(),
                    added: value(&fitted.drift, "fitted.drift") - fitted.prior_drift,
                    running: fitted.running.as_ref().map(|running| Box::new(running.nowcast)),
                    errors: [drift_error, normal(rng)],
                    shocks: (0..count).map(|year| [permanent(year), normal(rng)]).collect(),
                    to_year: self.first_year_midpoint() - self.midpoint(0),
                    years,
                }
            }
            Growth::Constant(rate) => {
                Process::Constant { drift: (1.0 + value(rate, "constant")).ln(), steps: self.steps }
            }
        }
    }

    /// Shocks of unit variance by step, scaled for persistence.
    fn step_shocks(
        &self,
        tails: Tails,
        persistence: Option<f64>,
        member: &Member,
        innovations: Vec<f64>,
        rng: &mut impl Rng,
    ) -> Vec<f64> {
        let mut between =
            self.scenario.correlations.iter().flat_map(|correlation| &correlation.between);
        let is_alone = !between.any(|other| other == member);
        if let (Tails::StudentT(freedom), None, true) = (tails, persistence, is_alone) {
            // Nothing else depends on the normal behind the shock.
            let student = StudentT::new(freedom).expect("valid degrees of freedom");
            let scale = ((freedom - 2.0) / freedom).sqrt();
            return (0..self.steps).map(|_| student.sample(rng) * scale).collect();
        }
        let persistence = persistence.unwrap_or(0.0);
        let scale = persistence_scale(persistence, self.step().per_year());
        let normals = persistent(&innovations, persistence, self.step_years());
        normals.iter().map(|z| scale * shock(tails, *z)).collect()
    }

    /// A disturbance by step: one normal for each year, fiscal where the scenario has such years.
    fn transitory(&self, std_dev: f64, rng: &mut impl Rng) -> Vec<f64> {
        let years = self.years();
        let normals: Vec<f64> = (0..years.len()).map(|_| StandardNormal.sample(rng)).collect();
        years.iter().map(|year| std_dev * normals[*year]).collect()
    }

    /// The year of each step, fiscal where the scenario has such years, counted from 0.
    fn years(&self) -> Vec<usize> {
        let year = |step: usize| (self.month(step) - self.year_starts()).div_euclid(12);
        (0..self.steps).map(|step| (year(step) - year(0)) as usize).collect()
    }

    /// Months from January to the start of a year.
    fn year_starts(&self) -> i32 {
        i32::from(self.scenario.calendar.fiscal_year_starts.unwrap_or(1)) - 1
    }

    /// The midpoint of the year that the first step lies in.
    fn first_year_midpoint(&self) -> f64 {
        let starts = self.year_starts();
        let year = (self.month(0) - starts).div_euclid(12);
        f64::from(year) + f64::from(starts) / 12.0 + 0.5
    }

    /// How many steps before the first a chain of growth must begin to reach back to every baseline
    /// and to the year of constant prices.
    fn steps_before(&self) -> usize {
        let baselines = self.scenario.flows.iter().map(|flow| flow.baseline.period.midpoint());
        let prices = match self.scenario.money.prices {
            Prices::Current => None,
            Prices::Constant { year, .. } => Some(year.midpoint()),
        };
        let spans = baselines.chain(prices).map(|date| self.midpoint(0) - date);
        let counts = spans.filter_map(|span| whole_steps(span.max(0.0), self.step_years()));
        counts.max().map_or(0, |count| count.saturating_sub(1))
    }

    /// Whether each intervention happens, and whether it and all that it needs do.
    fn happening(&self, once: &Once<'_>) -> (Vec<bool>, Vec<bool>) {
        let mut happens = Vec::new();
        for (k, intervention) in self.scenario.interventions.iter().enumerate() {
            let key = format!("intervention.{}.probability", intervention.name);
            let probability = once.value(&intervention.probability, key);
            happens
                .push(Normal::standard().cdf(once.normal(&Member::Intervention(k))) < probability);
        }
        let takes_effect = (0..happens.len()).map(|k| self.takes_effect(k, &happens)).collect();
        (happens, takes_effect)
    }

    fn takes_effect(&self, k: usize, happens: &[bool]) -> bool {
        let needs = &self.scenario.interventions[k].needs;
        happens[k] && needs.iter().all(|need| self.takes_effect(*need, happens))
    }

    /// When an intervention begins: not before anything that it needs.
    fn start(&self, k: usize, once: &Once<'_>) -> f64 {
        let intervention = &self.scenario.interventions[k];
        let own = match &intervention.start {
            None => f64::from(self.first_month) / 12.0,
            Some(start) => once.value(start, format!("intervention.{}.start", intervention.name)),
        };
        intervention.needs.iter().map(|need| self.start(*need, once)).fold(own, f64::max)
    }

    fn activity(&self, k: usize, once: &Once<'_>) -> Vec<f64> {
        let intervention = &self.scenario.interventions[k];
        let ramp = intervention.ramp.as_ref();
        let course = Course {
            start: self.start(k, once),
            ramp: ramp.map_or(0.0, |ramp| {
                once.value(ramp, format!("intervention.{}.ramp", intervention.name))
            }),
            season: intervention.season,
        };
        (0..self.steps).map(|t| course.mean(self.month(t), self.step().months())).collect()
    }

    fn losses(&self, disruption: &Disruption, once: &Once<'_>, rng: &mut impl Rng) -> Vec<f64> {
        let name = &disruption.name;
        let start = f64::from(self.first_month) / 12.0;
        let end = f64::from(self.month(self.steps)) / 12.0;
        let mut events = Vec::new();
        if let Some(until) = &disruption.ongoing_until {
            let to = once.value(until, format!("disruption.{name}.ongoing.until"));
            events.push(Event { from: start, to, loss: drawn(&disruption.loss, rng) });
        }
        let rate =
            once.value(&disruption.rate_per_year, format!("disruption.{name}.rate_per_year"));
        if rate > 0.0 {
            let gaps = Exp::new(rate).expect("a rate above 0");
            let mut from = start + gaps.sample(rng);
            while from < end {
                let to = from + drawn(&disruption.duration, rng);
                events.push(Event { from, to, loss: drawn(&disruption.loss, rng) });
                from += gaps.sample(rng);
            }
        }
        let instant = |t: usize| f64::from(self.month(t)) / 12.0;
        (0..self.steps).map(|t| mean_loss(&events, instant(t), instant(t + 1))).collect()
    }
}

/// A quantity drawn for one event.
fn drawn(quantity: &Quantity, rng: &mut impl Rng) -> f64 {
    quantity.value(StandardNormal.sample(rng))
}

/// The first month of the first step that starts at or after the end of the latest baseline.
fn first_month(scenario: &Scenario) -> i32 {
    let ends = scenario.flows.iter().map(|flow| flow.baseline.period.end_month());
    let mut month = ends.max().expect("a scenario has a flow");
    let starts_a_step =
        |month: i32| match (scenario.calendar.step, scenario.calendar.fiscal_year_starts) {
            (Step::Year, Some(starts)) => month.rem_euclid(12) + 1 == i32::from(starts),
            (Step::Year, None) => month.rem_euclid(12) == 0,
            (Step::Quarter, _) => month.rem_euclid(3) == 0,
            (Step::Month, _) => true,
        };
    while !starts_a_step(month) {
        month += 1;
    }
    month
}

/// Log growth in blocks of geometric length, mean `block_steps`, from a circular history.
///
/// # Source
/// Politis & Romano (1994), "The stationary bootstrap", JASA 89, section 2.
fn stationary_bootstrap(
    history: &[f64],
    block_steps: f64,
    length: usize,
    rng: &mut impl Rng,
) -> Vec<f64> {
    let mut at = rng.random_range(0..history.len());
    let mut chain = Vec::new();
    for _ in 0..length {
        chain.push(history[at]);
        let starts_anew = rng.random::<f64>() < 1.0 / block_steps;
        at =
            if starts_anew { rng.random_range(0..history.len()) } else { (at + 1) % history.len() };
    }
    chain
}
