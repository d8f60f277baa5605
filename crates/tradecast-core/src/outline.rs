//! What assumptions imply without any chance: the scenario at its central point, where every
//! uncertain value is at its median, shocks are absent and no random event arrives.

use crate::amount::MoneyScale;
use crate::calendar::Period;
use crate::model::{Block, Model, TargetModel};
use crate::random::{Center, GROUP};
use crate::scenario::{Growth, Quantity, Scenario};

/// The central point of a scenario.
#[derive(Clone, Debug)]
pub struct Outline {
    /// One a target.
    pub targets: Vec<TargetOutline>,
    /// For each flow that follows drivers: its name, its own median growth a year, and the growth
    /// that drivers add.
    pub driven: Vec<(String, f64, f64)>,
}

/// A target at the central point; amounts in the scenario's unit.
#[derive(Clone, Debug)]
pub struct TargetOutline {
    /// The target's name.
    pub name: String,
    /// The amount to reach.
    pub at_least: f64,
    /// The baseline period and its total over the target's length.
    pub baseline: (Period, f64),
    /// Totals by period without interventions.
    pub without: Vec<(Period, f64)>,
    /// Totals by period with what is more likely than not to happen.
    pub central: Vec<(Period, f64)>,
    /// What each intervention adds to the target's period where all that it needs happens, all else
    /// as at the central point.
    pub effects: Vec<(String, f64)>,
}

/// Computes the outline of a scenario.
pub fn outline(scenario: &Scenario) -> Outline {
    let central = without_chance(scenario);
    let mut never = central.clone();
    for intervention in &mut never.interventions {
        intervention.probability = Quantity::Certain(0.0);
    }
    let (with, without) = (Evaluated::new(&central), Evaluated::new(&never));
    let effects = effects(scenario, &with);
    let target = |index: usize| {
        let mut outline = target(scenario, index, &with, &without);
        let names = scenario.interventions.iter().map(|intervention| intervention.name.clone());
        outline.effects = names.zip(effects.iter().map(|effect| effect[index])).collect();
        outline
    };
    Outline { targets: (0..scenario.targets.len()).map(target).collect(), driven: driven(&central) }
}

/// What each intervention adds to each target's own period, in the scenario's unit.
fn effects(scenario: &Scenario, central: &Evaluated) -> Vec<Vec<f64>> {
    let (model, scale) = (&central.model, scenario.money.scale);
    let mut block = central.block.clone();
    let (mut with, mut without) = ([0.0; GROUP], [0.0; GROUP]);
    let mut of_intervention = |intervention: usize| {
        model.make_happen(&scenario.with_needs(intervention), &central.block, &mut block);
        let effect = |target: &TargetModel| {
            block.total(&target.flows, target.own_steps(), &mut with);
            model.total_if_flipped(target, intervention, &mut block, &mut without);
            scale.in_units(with[0] - without[0])
        };
        model.targets.iter().map(effect).collect()
    };
    (0..scenario.interventions.len()).map(&mut of_intervention).collect()
}

/// A bootstrap has no median in closed form: its mean log growth takes its place.
fn without_chance(scenario: &Scenario) -> Scenario {
    let mut central = scenario.clone();
    let step_years = f64::from(scenario.calendar.step.months()) / 12.0;
    let flows = central.flows.iter_mut().map(|flow| &mut flow.growth);
    for growth in flows.chain(central.drivers.iter_mut().map(|driver| &mut driver.growth)) {
        if let Growth::Bootstrap { log_growth, .. } = growth {
            let mean = log_growth.iter().sum::<f64>() / log_growth.len() as f64;
            *growth = Growth::Constant(Quantity::Certain(libm::expm1(mean / step_years)));
        }
    }
    central
}

struct Evaluated {
    model: Model,
    block: Block,
}

impl Evaluated {
    fn new(scenario: &Scenario) -> Self {
        let model = Model::new(scenario, 0);
        let mut block = model.block(GROUP);
        model.evaluate(&Center, 0, &mut block);
        Self { model, block }
    }

    fn by_period(&self, target: &TargetModel, scale: MoneyScale) -> Vec<(Period, f64)> {
        let mut row = [0.0; GROUP];
        let total = |(period, steps): &(Period, std::ops::Range<usize>)| {
            self.block.total(&target.flows, steps.clone(), &mut row);
            (*period, scale.in_units(row[0]))
        };
        target.periods.iter().map(total).collect()
    }
}

fn target(
    scenario: &Scenario,
    index: usize,
    with: &Evaluated,
    without: &Evaluated,
) -> TargetOutline {
    let (given, model) = (&scenario.targets[index], &with.model.targets[index]);
    let scale = scenario.money.scale;
    let mut row = [0.0; GROUP];
    with.block.baseline_total(&model.flows, given.period.years(), &mut row);
    let baseline = (with.model.series[model.series].baseline, scale.in_units(row[0]));
    let central = with.by_period(model, scale);
    TargetOutline {
        name: given.name.clone(),
        at_least: given.at_least.in_units(),
        baseline,
        without: without.by_period(model, scale),
        central,
        effects: Vec::new(),
    }
}

/// Median growth of a series a year, by itself.
fn own_growth(growth: &Growth) -> f64 {
    growth.rate().map_or(0.0, Quantity::median)
}

fn driven(scenario: &Scenario) -> Vec<(String, f64, f64)> {
    let followers = scenario.flows.iter().filter(|flow| !flow.elasticities.is_empty());
    let of_flow = |flow: &crate::scenario::Flow| {
        let logs = flow.elasticities.iter().map(|(driver, elasticity)| {
            elasticity.median() * libm::log1p(own_growth(&scenario.drivers[*driver].growth))
        });
        (flow.name.clone(), own_growth(&flow.growth), libm::expm1(logs.sum::<f64>()))
    };
    followers.map(of_flow).collect()
}
