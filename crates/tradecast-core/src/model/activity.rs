//! How active an intervention is within a step: the exact integral of its ramp over its season.

use super::parameters::{Drawn, Parameter, Parameters};
use super::rows::{self, Operand};
use crate::numeric::vectorised::vectorised;

/// When an intervention acts; all times in years from the origin.
#[derive(Clone, Debug)]
pub struct Timing {
    /// Starts of the intervention and of all that it needs: it begins with the latest of them, or
    /// with the simulation where there is none.
    pub starts: Vec<Parameter>,
    /// Time to full effect.
    pub ramp: Option<Parameter>,
    /// By step, the spans in which its season is on.
    pub windows: Vec<Vec<(f64, f64)>>,
    /// The length of a step.
    pub step_years: f64,
}

impl Timing {
    /// Mean activity within each step: 0 before the start, rising in a straight line over the ramp,
    /// 1 after, times the season. Writes a row a step; `room` is three rows.
    pub fn activity<'a>(
        &self,
        (parameters, drawn): (&Parameters, &Drawn),
        room: &mut [f64],
        steps: impl Iterator<Item = &'a mut [f64]>,
    ) {
        let steps = self.windows.iter().zip(steps);
        if self.starts.is_empty() {
            for (windows, row) in steps {
                let on: f64 = windows.iter().map(|(from, to)| to - from).sum();
                row.fill(on / self.step_years);
            }
            return;
        }
        let lanes = room.len() / 3;
        let (starts, room) = room.split_at_mut(lanes);
        let (ramps, before) = room.split_at_mut(lanes);
        let ramp = self.ramp.map_or(Operand::Certain(0.0), |ramp| parameters.operand(ramp, drawn));
        match ramp {
            Operand::Certain(ramp) => ramps.fill(ramp),
            Operand::Row(row) => ramps.copy_from_slice(row),
        }
        starts.fill(f64::NEG_INFINITY);
        for start in &self.starts {
            match parameters.operand(*start, drawn) {
                Operand::Certain(start) => rows::at_least(starts, start),
                Operand::Row(row) => rows::at_least_row(starts, row),
            }
        }
        let mut integrated_to = f64::NAN;
        for (windows, row) in steps {
            row.fill(0.0);
            for (from, to) in windows {
                if *from != integrated_to {
                    integrate(before, starts, ramps, *from);
                }
                add_window(row, before, starts, ramps, *to);
                integrated_to = *to;
            }
            if self.step_years != 1.0 {
                rows::divide(row, self.step_years);
            }
        }
    }
}

vectorised! {
    /// The integrals of ramps up to a time.
    fn integrate(out: &mut [f64], starts: &[f64], ramps: &[f64], time: f64) {
        for ((out, start), ramp) in out.iter_mut().zip(starts).zip(ramps) {
            *out = ramp_integral(time - start, *ramp);
        }
    }

    /// Adds the integrals of ramps over a window, given those up to its beginning, which those up
    /// to its end replace.
    fn add_window(out: &mut [f64], before: &mut [f64], starts: &[f64], ramps: &[f64], to: f64) {
        let ramps = starts.iter().zip(ramps);
        for ((out, before), (start, ramp)) in out.iter_mut().zip(before).zip(ramps) {
            let integral = ramp_integral(to - start, *ramp);
            *out += integral - *before;
            *before = integral;
        }
    }
}

/// The integral of a ramp up to `elapsed` years after its start: t²/(2r) while it rises, t − r/2
/// after. Without branches: the rise up to min(t, r), and the time after it.
#[inline(always)]
fn ramp_integral(elapsed: f64, ramp: f64) -> f64 {
    let rising = elapsed.max(0.0).min(ramp);
    rising * rising / (2.0 * ramp).max(f64::MIN_POSITIVE) + (elapsed - ramp).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_integral_is_that_of_a_fine_grid() {
        for ramp in [0.0, 0.3, 2.0] {
            let grid = 100_000;
            let height = |t: f64| if ramp == 0.0 { 1.0 } else { (t / ramp).min(1.0) };
            let width = 1.7 / f64::from(grid);
            let sum: f64 = (0..grid).map(|k| height((f64::from(k) + 0.5) * width) * width).sum();
            assert!((ramp_integral(1.7, ramp) - sum).abs() < 1e-6, "{ramp}");
        }
    }

    #[test]
    fn without_a_start_it_acts_from_the_first_instant() {
        let windows = vec![vec![(0.0, 0.25), (0.5, 1.0)]];
        let timing = Timing { starts: Vec::new(), ramp: None, windows, step_years: 1.0 };
        let parameters = Parameters::default();
        let drawn = parameters.room(16);
        let (mut room, mut out) = ([0.0; 48], [0.0; 16]);
        timing.activity((&parameters, &drawn), &mut room, std::iter::once(&mut out[..]));
        assert_eq!(out, [0.75; 16]);
    }
}
