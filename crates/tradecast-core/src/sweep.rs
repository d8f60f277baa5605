//! A grid of values of one or two keys: the probability of a target at each, on the same paths.

use crate::amount::MoneyScale;
use crate::calendar::Period;
use crate::scenario::Scenario;
use crate::vary::{Kind, Knob, Look, Point, TOGETHER, VaryError, simulate};

/// The most points of a grid.
pub const MOST_POINTS: usize = 40_000;

/// One axis of a grid.
#[derive(Clone, Debug)]
pub struct Axis {
    /// What varies along it.
    pub knob: Knob,
    /// Its values, ascending, in the knob's own unit.
    pub values: Vec<f64>,
}

/// Points asked for where `:n` is left out; periods are all taken.
const POINTS: usize = 21;

impl Axis {
    /// Reads `KEY=a..b:n`.
    ///
    /// # Errors
    /// A key that cannot vary, a range or number of points that cannot be read.
    pub fn parse(scenario: &Scenario, text: &str) -> Result<Self, VaryError> {
        let (key, range) = text.split_once('=').unwrap_or((text, ""));
        let knob = Knob::find(scenario, key.trim())?;
        let wrong = |message: String| {
            VaryError::Range {
            key: knob.key.clone(),
            message,
            help: "write --over KEY=a..b:n, n points from a to b, as --over target.announced.at_least=100..300:21".to_owned(),
        }
        };
        let (range, count) = match range.rsplit_once(':') {
            Some((range, count)) => {
                let count = count.trim().parse::<usize>().ok().filter(|n| (2..=2000).contains(n));
                let count = count.ok_or_else(|| {
                    wrong("the number of points is no whole number from 2 to 2,000".to_owned())
                })?;
                (range, Some(count))
            }
            None => (range, None),
        };
        let (first, last) = crate::vary::parse_range(&knob, scenario, range)?;
        let values = match knob.kind {
            Kind::Period(target, _) => {
                let length = scenario.targets[target].period.months();
                let values = periods(first, last, length);
                if count.is_some_and(|count| count != values.len()) {
                    let all = values.len();
                    return Err(wrong(format!(
                        "all {all} periods of {range} are taken: leave :n out"
                    )));
                }
                values
            }
            _ => evenly(first, last, count.unwrap_or(POINTS)),
        };
        Ok(Self { knob, values })
    }
}

/// So many values from the first to the last, both included.
fn evenly(first: f64, last: f64, count: usize) -> Vec<f64> {
    let steps = (count - 1) as f64;
    let at = |index: usize| match index {
        index if index + 1 == count => last,
        index => first + (last - first) * (index as f64 / steps),
    };
    (0..count).map(at).collect()
}

fn periods(first: f64, last: f64, months: i32) -> Vec<f64> {
    let (first, last) = (first as i32, last as i32);
    (first..=last).step_by(months as usize).map(f64::from).collect()
}

/// What is asked of a target, as far as it does not vary.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// The name of what is summed.
    pub total_label: String,
    /// How much of it, in the unit of amounts; none where that varies.
    pub at_least: Option<f64>,
    /// When; none where that varies.
    pub period: Option<Period>,
}

/// A grid and what was found at its points.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// The scenario's name.
    pub name: String,
    /// What the scenario assumes.
    pub title: String,
    /// The target's name.
    pub target: String,
    /// What is asked.
    pub asked: Asked,
    /// The unit of amounts.
    pub unit: String,
    /// What takes amounts to that unit.
    pub scale: MoneyScale,
    /// Paths at each point.
    pub paths: u64,
    /// The seed of every draw.
    pub seed: u64,
    /// One or two axes.
    pub axes: Vec<Axis>,
    /// By axis, the scenario's own value, in the knob's own unit.
    pub current: Vec<f64>,
    /// All points: for each value of the first axis, those of the second.
    pub points: Vec<Point>,
}

impl Sweep {
    /// The values of the axes at a point, in the knobs' own units.
    pub fn values(&self, point: usize) -> Vec<f64> {
        match &self.axes[..] {
            [one] => vec![one.values[point]],
            [first, second, ..] => {
                let across = second.values.len();
                vec![first.values[point / across], second.values[point % across]]
            }
            [] => Vec::new(),
        }
    }
}

/// Simulates all points of a grid; none where the watch ended it.
///
/// # Errors
/// A point at which the scenario is not valid.
pub fn sweep(
    scenario: &Scenario,
    axes: Vec<Axis>,
    look: Look<'_>,
) -> Result<Option<Sweep>, VaryError> {
    let grid = Grid { scenario, axes: &axes };
    grid.check()?;
    let Some(points) = grid.simulate(look)? else { return Ok(None) };
    Ok(Some(Sweep {
        name: scenario.name.clone(),
        title: scenario.title.clone(),
        target: scenario.targets[look.target].name.clone(),
        asked: asked(scenario, &axes, look.target),
        unit: scenario.money.label(),
        scale: scenario.money.scale,
        paths: look.paths,
        seed: look.seed,
        current: axes.iter().map(|axis| axis.knob.current(scenario)).collect(),
        axes,
        points,
    }))
}

/// The variants of a scenario at the points of a grid.
struct Grid<'a> {
    scenario: &'a Scenario,
    axes: &'a [Axis],
}

impl Grid<'_> {
    /// Checks that all points are valid, before the first is simulated.
    fn check(&self) -> Result<(), VaryError> {
        for row in self.rows() {
            self.along(&row?).try_for_each(|variant| variant.map(|_| ()))?;
        }
        Ok(())
    }

    /// Simulates all points, a few at a time, so that a large grid is never held as scenarios.
    fn simulate(&self, look: Look<'_>) -> Result<Option<Vec<Point>>, VaryError> {
        let mut points = Vec::new();
        for row in self.rows() {
            let row = row?;
            let mut rest = self.along(&row).peekable();
            while rest.peek().is_some() {
                let together: Vec<Scenario> =
                    rest.by_ref().take(TOGETHER).collect::<Result<_, _>>()?;
                match simulate(&together, look) {
                    Some(found) => points.extend(found),
                    None => return Ok(None),
                }
            }
        }
        Ok(Some(points))
    }

    /// The scenario at each value of the first of two axes, or as it is where there is one.
    fn rows(&self) -> impl Iterator<Item = Result<Scenario, VaryError>> {
        let outer = self.axes.len().checked_sub(2).map(|_| &self.axes[0]);
        let values = outer.map_or(&[f64::NAN][..], |axis| &axis.values);
        values.iter().map(move |value| match outer {
            Some(axis) => axis.knob.apply(self.scenario, *value),
            None => Ok(self.scenario.clone()),
        })
    }

    /// A row's scenario at each value of the last axis.
    fn along(&self, row: &Scenario) -> impl Iterator<Item = Result<Scenario, VaryError>> {
        let values = self.axes.last().into_iter();
        values
            .flat_map(move |axis| axis.values.iter().map(move |value| axis.knob.apply(row, *value)))
    }
}

/// The question, without what the axes vary.
fn asked(scenario: &Scenario, axes: &[Axis], index: usize) -> Asked {
    let target = &scenario.targets[index];
    let varies = |is: fn(Kind) -> bool| axes.iter().any(|axis| is(axis.knob.kind));
    let has_amount = !varies(|kind| matches!(kind, Kind::Amount(..)));
    let has_period = !varies(|kind| matches!(kind, Kind::Period(..)));
    Asked {
        total_label: scenario.total_label(target).to_owned(),
        at_least: has_amount.then(|| target.at_least.in_units()),
        period: has_period.then_some(target.period),
    }
}
