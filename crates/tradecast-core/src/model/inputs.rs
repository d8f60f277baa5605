//! The uncertain inputs of a model by name: what each is drawn from, and how it can be fixed at a
//! quantile.

use super::Model;
use crate::random::GROUP;
use crate::random::{Coordinate, Pin, Survey, Variable};
use crate::scenario::{Growth, Scenario};

/// What an input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputKind {
    /// A quantity drawn once a path.
    Quantity,
    /// The shocks of a flow or driver over time, its passing disturbances among them.
    Shocks,
    /// Whether an intervention happens.
    Intervention,
    /// The events of a disruption: when they come, how long they last, what they take.
    Disruption,
}

impl InputKind {
    /// The name in a table, as `quantity`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quantity => "quantity",
            Self::Shocks => "shocks",
            Self::Intervention => "intervention",
            Self::Disruption => "disruption",
        }
    }
}

/// An uncertain input: a group of random variables that stand or fall together.
#[derive(Clone, Debug)]
pub struct Input {
    /// The key of its quantity; `flow.NAME.shocks`, `intervention.NAME`, `disruption.NAME`.
    pub name: String,
    /// What it is.
    pub kind: InputKind,
    /// Variables of its own, independent of all other inputs.
    pub own: Vec<Variable>,
    /// Independent variables that its normals are mixed from, with weights whose squares sum to 1:
    /// the same at every step. Empty where nothing is correlated with it.
    pub mixed: Vec<(Variable, f64)>,
    /// What is fixed to have it at a quantile; none where nothing can be.
    pub pin: Option<Pin>,
    /// For an intervention, its number in the model.
    pub intervention: Option<usize>,
}

impl Input {
    /// Whether it is independent of all other inputs.
    pub fn is_independent(&self) -> bool {
        self.mixed.is_empty()
    }
}

impl Model {
    /// The inputs that are uncertain, for the steps until the end of a target's period, and the
    /// numbers that points consist of. `scenario` and `seed` are those it was compiled from.
    pub fn inputs(
        &self,
        scenario: &Scenario,
        seed: u64,
        target: usize,
    ) -> (Vec<Input>, Vec<Coordinate>) {
        let survey = Survey::default();
        self.evaluate(&survey, 0, &mut self.block(GROUP));
        let coordinates = survey.coordinates();
        let mut inputs = self.quantities(scenario);
        inputs.extend(self.shock_inputs(scenario, seed, target));
        inputs.extend(self.happenings(scenario));
        inputs.extend(self.disruption_inputs(scenario, seed));
        set_own(&mut inputs);
        (inputs, coordinates)
    }

    fn quantities(&self, scenario: &Scenario) -> Vec<Input> {
        let is_happening = |key: &str| {
            let name = key.strip_prefix("intervention.");
            name.is_some_and(|name| scenario.interventions.iter().any(|k| k.name == name))
        };
        let keys = self.parameters.drawn_keys().into_iter();
        keys.filter(|(key, _)| !is_happening(key))
            .map(|(key, normal)| {
                let mixed = self.parameters.mixed_from(normal);
                let pin = Some(once(&mixed));
                let (name, kind) = (key.to_owned(), InputKind::Quantity);
                Input { name, kind, own: Vec::new(), mixed, pin, intervention: None }
            })
            .collect()
    }

    fn shock_inputs(&self, scenario: &Scenario, seed: u64, target: usize) -> Vec<Input> {
        let flows = scenario.flows.iter().map(|flow| ("flow", &flow.name, &flow.growth));
        let drivers = scenario.drivers.iter().map(|it| ("driver", &it.name, &it.growth));
        let steps = 0..self.targets[target].own_steps().end;
        let input = |(block, name, growth): (&str, &String, &Growth)| {
            let variable = |part: &str| Variable::new(seed, &format!("{block}.{name}.{part}"));
            let row = self.shocks.series.iter().position(|s| s.variable == variable("shock"));
            let mixed = row.map(|row| self.shocks.mixed_from(row)).unwrap_or_default();
            let own = match growth {
                Growth::Bootstrap { .. } => vec!["bootstrap", "bootstrap.before"],
                _ if row.is_some() => vec!["transitory"],
                _ => return None,
            };
            let is_yearly = matches!(growth, Growth::Fitted(_));
            let slots = steps.clone().filter(|step| !is_yearly || self.is_new_year(*step));
            let slots: Vec<u32> = slots.map(|step| step as u32).collect();
            let pin = row.map(|_| Pin::Sum(spread(&mixed, &slots)));
            Some(Input {
                name: format!("{block}.{name}.shocks"),
                kind: InputKind::Shocks,
                own: own.into_iter().map(variable).collect(),
                mixed,
                pin,
                intervention: None,
            })
        };
        flows.chain(drivers).filter_map(input).collect()
    }

    fn is_new_year(&self, step: usize) -> bool {
        step == 0 || self.timeline.year_of(step) != self.timeline.year_of(step - 1)
    }

    fn happenings(&self, scenario: &Scenario) -> Vec<Input> {
        let random = (0..self.interventions.len()).filter(|index| self.is_random(*index));
        random
            .filter_map(|index| {
                let name = format!("intervention.{}", scenario.interventions[index].name);
                let mixed = self.parameters.mixed_from(self.parameters.normal(&name)?);
                let kind = InputKind::Intervention;
                let intervention = Some(index);
                Some(Input { name, kind, own: Vec::new(), mixed, pin: None, intervention })
            })
            .collect()
    }

    fn disruption_inputs(&self, scenario: &Scenario, seed: u64) -> Vec<Input> {
        let input = |disruption: &crate::scenario::Disruption| {
            let name = format!("disruption.{}", disruption.name);
            let variable = |part: &str| Variable::new(seed, &format!("{name}.{part}"));
            let own = ["gap", "duration", "loss", "ongoing.loss"].map(variable).to_vec();
            let gap = Coordinate { variable: variable("gap"), slot: 0, is_uniform: true };
            let (kind, pin) = (InputKind::Disruption, Some(Pin::Uniform(gap)));
            Input { name, kind, own, mixed: Vec::new(), pin, intervention: None }
        };
        scenario.disruptions.iter().map(input).collect()
    }
}

/// A normal that is drawn once a path.
fn once(mixed: &[(Variable, f64)]) -> Pin {
    Pin::Sum(spread(mixed, &[0]))
}

/// The standardised sum of a mixed normal over slots.
fn spread(mixed: &[(Variable, f64)], slots: &[u32]) -> Vec<(Coordinate, f64)> {
    let root = (slots.len() as f64).sqrt();
    let at = |slot: u32| {
        let coordinate = move |variable| Coordinate { variable, slot, is_uniform: false };
        mixed.iter().map(move |(variable, weight)| (coordinate(*variable), weight / root))
    };
    slots.iter().flat_map(|slot| at(*slot)).collect()
}

/// A mixed normal whose variable no other input shares is the input's own.
fn set_own(inputs: &mut [Input]) {
    let mixed: Vec<Vec<(Variable, f64)>> = inputs.iter().map(|input| input.mixed.clone()).collect();
    for (index, input) in inputs.iter_mut().enumerate() {
        let is_shared = |variable: &Variable| {
            let others = mixed.iter().enumerate().filter(|(other, _)| *other != index);
            others.flat_map(|(_, parts)| parts).any(|(other, w)| other == variable && *w != 0.0)
        };
        if input.mixed.iter().all(|(variable, weight)| *weight == 0.0 || !is_shared(variable)) {
            input.own.extend(input.mixed.iter().map(|(variable, _)| *variable));
            input.mixed.clear();
        }
    }
}
