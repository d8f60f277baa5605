//! A year of which the first periods are booked, and the years after it.

use super::parameters::Parameter;
use super::rows;
use super::walk::{Fitted, Move, add_multiple, scale_by};
use crate::nowcast::{Beyond, Nowcast};
use crate::numeric::elementary::{exp_slice, ln_slice};

/// What booked periods make of a [`Fitted`] walk; amounts are shares of the last whole year's total.
/// `nowcast` has the formulas.
#[derive(Clone, Debug, PartialEq)]
pub struct RunningYear {
    /// What is booked.
    pub booked: f64,
    /// The unit of the rest.
    pub unit: f64,
    /// The median of the log of the rest in that unit.
    pub location: f64,
    /// Its scale, on a path whose spread is 1.
    pub scale: f64,
    /// How much of another view of the world's growth reaches the rest.
    pub open_to_drift: f64,
    /// What was expected of the log of the year's total.
    pub expected: f64,
    /// The part of a surprise that the year after takes back.
    pub reverts: f64,
    /// The part that the drift of every later year takes on.
    pub trend: f64,
    /// How many years the drift's error has run before the first of the years after.
    pub head_start: f64,
}

/// The rows that a walk with a running year writes.
pub struct RunningRows<'a> {
    /// The log level of the step.
    pub log_level: &'a mut [f64],
    /// The sum of lasting shocks after the running year.
    pub state: &'a mut [f64],
    /// The log level of the running year.
    pub running: &'a mut [f64],
}

impl RunningYear {
    /// From a nowcast; none where the whole year is booked.
    pub fn new(nowcast: &Nowcast) -> Option<Self> {
        let rest = nowcast.rest?;
        let Beyond { expected, reverts, trend, head_start, .. } = nowcast.beyond;
        Some(Self {
            booked: nowcast.booked / nowcast.last_total,
            unit: rest.unit / nowcast.last_total,
            location: rest.ratio.location,
            scale: rest.ratio.scale,
            open_to_drift: 1.0 - nowcast.weight,
            expected,
            reverts,
            trend,
            head_start,
        })
    }

    /// The log level of the year at hand: booked and the rest, or what follows from them.
    pub fn advance(&self, fitted: &Fitted, by: &Move<'_>, rows: RunningRows<'_>) {
        match by.year {
            0 => self.begin(fitted, by, rows),
            _ => self.go_on(fitted, by, rows),
        }
    }

    fn begin(&self, fitted: &Fitted, by: &Move<'_>, rows: RunningRows<'_>) {
        let RunningRows { log_level, running, .. } = rows;
        let operand = |parameter: Parameter| by.parameters.operand(parameter, by.drawn);
        log_level.copy_from_slice(by.shocks.rows.row(fitted.shock));
        rows::scale(log_level, self.scale);
        scale_by(log_level, operand(fitted.spread));
        rows::add_scalar(log_level, self.location);
        add_multiple(log_level, operand(fitted.added_drift), self.open_to_drift);
        exp_slice(log_level);
        rows::scale(log_level, self.unit);
        rows::add_scalar(log_level, self.booked);
        ln_slice(log_level);
        running.copy_from_slice(log_level);
    }

    fn go_on(&self, fitted: &Fitted, by: &Move<'_>, rows: RunningRows<'_>) {
        let RunningRows { log_level, state, running } = rows;
        let operand = |parameter: Parameter| by.parameters.operand(parameter, by.drawn);
        let (years, numbers) = (f64::from(by.year), &fitted.numbers);
        if by.year == 1 {
            add_multiple(state, operand(fitted.level_error), numbers.level_sd);
        }
        rows::add_scaled(state, numbers.shock_sd, by.shocks.rows.row(fitted.shock));
        by.points.normals(fitted.transitory, by.year, by.first_path, log_level);
        rows::scale(log_level, numbers.transitory_sd);
        rows::add(log_level, state);
        let drift_scale = (years + self.head_start) * numbers.drift_sd;
        add_multiple(log_level, operand(fitted.drift_error), drift_scale);
        scale_by(log_level, operand(fitted.spread));
        // y (1 − reverts + h trend) + (reverts − h trend) (expected + added) + h (drift + added)
        let passes_on = self.reverts - years * self.trend;
        rows::add_scaled(log_level, 1.0 - passes_on, running);
        rows::add_scalar(
            log_level,
            numbers.gap + passes_on * self.expected + years * numbers.drift,
        );
        add_multiple(log_level, operand(fitted.added_drift), passes_on + years);
    }
}
