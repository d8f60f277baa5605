//! How active an intervention is within a step: the exact integral of its ramp over its season.

use super::parameters::{Drawn, Parameter, Parameters};
use super::rows::{self, Operand};
use multiversion::multiversion;

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
    /// Mean activity within a step: 0 before the start, rising in a straight line over the ramp,
    /// 1 after, times the season.
    pub fn activity(&self, step: usize, parameters: &Parameters, drawn: &Drawn, out: &mut [f64]) {
        let windows = &self.windows[step];
        let Some((first, others)) = self.starts.split_first() else {
            let on: f64 = windows.iter().map(|(from, to)| to - from).sum();
            return out.fill(on / self.step_years);
        };
        let ramp = self.ramp.map_or(Operand::Certain(0.0), |ramp| parameters.operand(ramp, drawn));
        let mut is_certain = matches!(ramp, Operand::Certain(_));
        for (position, start) in std::iter::once(first).chain(others).enumerate() {
            match (parameters.operand(*start, drawn), position) {
                (Operand::Certain(start), 0) => out.fill(start),
                (Operand::Certain(start), _) => rows::at_least(out, start),
                (Operand::Row(starts), _) => {
                    is_certain = false;
                    if position == 0 {
                        out.copy_from_slice(starts);
                    } else {
                        rows::at_least_row(out, starts);
                    }
                }
            }
        }
        if is_certain {
            let one = &mut out[..1];
            self.replace_starts(one, ramp, windows);
            let value = one[0];
            return out.fill(value);
        }
        self.replace_starts(out, ramp, windows);
    }

    /// Replaces starts by mean activities.
    fn replace_starts(&self, starts: &mut [f64], ramp: Operand<'_>, windows: &[(f64, f64)]) {
        match ramp {
            Operand::Certain(ramp) => mean_activity(starts, ramp, windows, self.step_years),
            Operand::Row(ramps) => mean_activity_by_row(starts, ramps, windows, self.step_years),
        }
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))]
fn mean_activity(starts: &mut [f64], ramp: f64, windows: &[(f64, f64)], step_years: f64) {
    for start in starts {
        *start = mean_of(*start, ramp, windows, step_years);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))]
fn mean_activity_by_row(
    starts: &mut [f64],
    ramps: &[f64],
    windows: &[(f64, f64)],
    step_years: f64,
) {
    for (start, ramp) in starts.iter_mut().zip(ramps) {
        *start = mean_of(*start, *ramp, windows, step_years);
    }
}

#[inline(always)]
fn mean_of(start: f64, ramp: f64, windows: &[(f64, f64)], step_years: f64) -> f64 {
    let mut sum = 0.0;
    for (from, to) in windows {
        sum += ramp_integral(to - start, ramp) - ramp_integral(from - start, ramp);
    }
    sum / step_years
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
        let mut out = [0.0; 16];
        timing.activity(0, &parameters, &parameters.room(16), &mut out);
        assert_eq!(out, [0.75; 16]);
    }
}
