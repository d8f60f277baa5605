//! Every quantity of a scenario by its key path, so that one of them can be replaced.

use super::{Fitted, Growth, Quantity, Scenario, Unit};

/// A quantity that may be replaced: its key path, its unit, and where it stands.
pub type QuantityAt<'a> = (String, Unit, &'a mut Quantity);

impl Scenario {
    /// The quantities that can take another value, in the order of their blocks: those that the
    /// file gives, the probability of every intervention, the drift of every fitted flow.
    pub fn quantities_mut(&mut self) -> Vec<QuantityAt<'_>> {
        let amount = Unit::Amount(self.money.scale);
        let drivers: Vec<String> = self.drivers.iter().map(|driver| driver.name.clone()).collect();
        let mut places = Vec::new();
        for flow in &mut self.flows {
            let key = format!("flow.{}", flow.name);
            if !matches!(flow.growth, Growth::Fitted(_)) {
                places.push((format!("{key}.baseline.value"), amount, &mut flow.baseline.value));
            }
            if let Some(lost) = &mut flow.baseline.lost {
                places.push((format!("{key}.baseline.lost"), Unit::Share, lost));
            }
            of_growth(&key, &mut flow.growth, &mut places);
            for (driver, elasticity) in &mut flow.elasticities {
                let name = &drivers[*driver];
                places.push((format!("{key}.elasticity.{name}"), Unit::Plain, elasticity));
            }
        }
        for driver in &mut self.drivers {
            of_growth(&format!("driver.{}", driver.name), &mut driver.growth, &mut places);
        }
        for measure in &mut self.interventions {
            let key = format!("intervention.{}", measure.name);
            let mut add = |name: &str, unit, quantity| {
                places.push((format!("{key}.{name}"), unit, quantity));
            };
            add("probability", Unit::Share, &mut measure.probability);
            measure.start.iter_mut().for_each(|start| add("start", Unit::Date, start));
            measure.ramp.iter_mut().for_each(|ramp| add("ramp", Unit::Duration, ramp));
            measure.adds.iter_mut().for_each(|(_, by)| add("adds.per_year", amount, by));
            measure.lifts.iter_mut().for_each(|(_, by)| add("lifts.by", Unit::Growth, by));
        }
        for disruption in &mut self.disruptions {
            let key = format!("disruption.{}", disruption.name);
            let mut add = |name: &str, unit, quantity| {
                places.push((format!("{key}.{name}"), unit, quantity));
            };
            add("rate_per_year", Unit::Rate, &mut disruption.rate_per_year);
            add("duration", Unit::Duration, &mut disruption.duration);
            add("loss", Unit::Share, &mut disruption.loss);
            let until = &mut disruption.ongoing_until;
            until.iter_mut().for_each(|until| add("ongoing.until", Unit::Until, until));
        }
        places
    }
}

fn of_growth<'a>(block: &str, growth: &'a mut Growth, places: &mut Vec<QuantityAt<'a>>) {
    let mut add = |name: &str, unit, quantity: &'a mut Quantity| {
        places.push((format!("{block}.growth.{name}"), unit, quantity));
    };
    match growth {
        Growth::RandomWalk { median, volatility, persistence, transitory, .. } => {
            add("random_walk.median", Unit::Growth, median);
            add("random_walk.volatility", Unit::Spread, volatility);
            if let Some(persistence) = persistence {
                add("random_walk.persistence", Unit::Share, persistence);
            }
            if let Some(transitory) = transitory {
                add("random_walk.transitory", Unit::Spread, transitory);
            }
        }
        Growth::MeanReverting { trend, half_life, volatility, .. } => {
            add("mean_reverting.trend", Unit::Growth, trend);
            add("mean_reverting.half_life", Unit::Duration, half_life);
            add("mean_reverting.volatility", Unit::Spread, volatility);
        }
        Growth::Fitted(Fitted { drift, .. }) => add("fitted.drift", Unit::Growth, drift),
        Growth::Constant(rate) => add("constant", Unit::Growth, rate),
        Growth::Bootstrap { .. } => {}
    }
}
