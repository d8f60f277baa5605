//! Every quantity of a scenario by its key path: for tables of assumptions, and so that one of them
//! can be replaced.

use super::schema::{self, Key};
use super::{Assumption, Fitted, Growth, Quantity, Scenario, Unit};
use crate::amount::MoneyScale;

/// A quantity where it stands, `Q` being a reference to it.
pub struct QuantityAt<Q> {
    /// Its key path.
    pub key: String,
    /// The key that states it: its own, or that of the history which it is the last value of.
    pub stated_at: String,
    /// What the schema says of it.
    pub row: &'static Key,
    /// Its unit, amounts in the scenario's.
    pub unit: Unit,
    /// The quantity.
    pub quantity: Q,
}

impl<Q> QuantityAt<Q> {
    /// Whether it can take another value: not where a history says it.
    pub fn is_free(&self) -> bool {
        self.key == self.stated_at
    }
}

/// The quantities that were found so far.
struct Found<Q> {
    money: MoneyScale,
    all: Vec<QuantityAt<Q>>,
}

impl<Q> Found<Q> {
    /// Adds the quantity of a block at a path of the schema; `name` stands for a `NAME` in it.
    fn add(&mut self, (block, name): (&str, &str), path: &str, quantity: Q) {
        let row = schema::row(path);
        let unit = row.takes.unit().expect("a quantity has a unit").in_money(self.money);
        let key = row.path_in(block, name);
        self.all.push(QuantityAt { stated_at: key.clone(), key, row, unit, quantity });
    }
}

/// The one list of a scenario's quantities, by shared or by mutable references: a function cannot be
/// written once for both.
macro_rules! quantities {
    ($scenario:ident $($mutable:tt)?) => {{
        let drivers: Vec<String> =
            $scenario.drivers.iter().map(|driver| driver.name.clone()).collect();
        let mut found = Found { money: $scenario.money.scale, all: Vec::new() };
        for flow in & $($mutable)? $scenario.flows {
            let block = format!("flow.{}", flow.name);
            found.add((&block, ""), "flow.NAME.baseline.value", & $($mutable)? flow.baseline.value);
            if let (Growth::Fitted(_), Some(baseline)) = (&flow.growth, found.all.last_mut()) {
                baseline.stated_at = format!("{block}.growth.fitted.history");
            }
            if let Some(lost) = & $($mutable)? flow.baseline.lost {
                found.add((&block, ""), "flow.NAME.baseline.lost", lost);
            }
            quantities!(growth found, block, & $($mutable)? flow.growth);
            for (driver, elasticity) in & $($mutable)? flow.elasticities {
                let path = "flow.NAME.elasticity.NAME";
                found.add((&block, &drivers[*driver]), path, elasticity);
            }
        }
        for driver in & $($mutable)? $scenario.drivers {
            let block = format!("driver.{}", driver.name);
            quantities!(growth found, block, & $($mutable)? driver.growth);
        }
        for measure in & $($mutable)? $scenario.interventions {
            let block = format!("intervention.{}", measure.name);
            let mut add = |path: &str, quantity| found.add((&block, ""), path, quantity);
            add("intervention.NAME.probability", & $($mutable)? measure.probability);
            if let Some(start) = & $($mutable)? measure.start {
                add("intervention.NAME.start", start);
            }
            if let Some(ramp) = & $($mutable)? measure.ramp {
                add("intervention.NAME.ramp", ramp);
            }
            if let Some((_, by)) = & $($mutable)? measure.adds {
                add("intervention.NAME.adds.per_year", by);
            }
            if let Some((_, by)) = & $($mutable)? measure.lifts {
                add("intervention.NAME.lifts.by", by);
            }
        }
        for disruption in & $($mutable)? $scenario.disruptions {
            let block = format!("disruption.{}", disruption.name);
            let mut add = |path: &str, quantity| found.add((&block, ""), path, quantity);
            add("disruption.NAME.rate_per_year", & $($mutable)? disruption.rate_per_year);
            add("disruption.NAME.duration", & $($mutable)? disruption.duration);
            add("disruption.NAME.loss", & $($mutable)? disruption.loss);
            if let Some(until) = & $($mutable)? disruption.ongoing_until {
                add("disruption.NAME.ongoing.until", until);
            }
        }
        found.all
    }};
    (growth $found:ident, $block:ident, $growth:expr) => {{
        let mut add = |path: &str, quantity| $found.add((&$block, ""), path, quantity);
        match $growth {
            Growth::RandomWalk { median, volatility, persistence, transitory, .. } => {
                add("GROWTH.random_walk.median", median);
                add("GROWTH.random_walk.volatility", volatility);
                if let Some(persistence) = persistence {
                    add("GROWTH.random_walk.persistence", persistence);
                }
                if let Some(transitory) = transitory {
                    add("GROWTH.random_walk.transitory", transitory);
                }
            }
            Growth::MeanReverting { trend, half_life, volatility, .. } => {
                add("GROWTH.mean_reverting.trend", trend);
                add("GROWTH.mean_reverting.half_life", half_life);
                add("GROWTH.mean_reverting.volatility", volatility);
            }
            Growth::Fitted(Fitted { drift, .. }) => add("GROWTH.fitted.drift", drift),
            Growth::Constant(rate) => add("GROWTH.constant", rate),
            Growth::Bootstrap { .. } => {}
        }
    }};
}

impl Scenario {
    /// All quantities in the order of their blocks: those that the file gives, the baseline and the
    /// drift of every fitted flow, the probability of every intervention.
    pub fn quantities(&self) -> Vec<QuantityAt<&Quantity>> {
        quantities!(self)
    }

    /// The same, so that one of them can be replaced.
    pub fn quantities_mut(&mut self) -> Vec<QuantityAt<&mut Quantity>> {
        quantities!(self mut)
    }

    /// The quantities that the document states, with their sources, in the order of their blocks.
    pub fn assumptions(&self) -> Vec<Assumption> {
        let stated = |it: &QuantityAt<_>| self.document.node(&it.stated_at).is_some();
        let assumption = |it: QuantityAt<&Quantity>| Assumption {
            source: self.document.source_of(&it.stated_at).map(str::to_owned),
            key: it.key,
            row: it.row,
            unit: it.unit,
            quantity: it.quantity.clone(),
        };
        self.quantities().into_iter().filter(stated).map(assumption).collect()
    }
}
