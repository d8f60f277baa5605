//! How active an intervention is within a step: the exact integral of its ramp over its season.

use super::parameters::{Drawn, Parameter, Parameters};
use super::rows::Operand;

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
        let ramp = self.ramp.map_or(Operand::Certain(0.0), |ramp| parameters.operand(ramp, drawn));
        out.fill(f64::NEG_INFINITY);
        let mut is_certain = matches!(ramp, Operand::Certain(_));
        for start in &self.starts {
            let start = parameters.operand(*start, drawn);
            is_certain &= matches!(start, Operand::Certain(_));
            for (lane, latest) in out.iter_mut().enumerate() {
                *latest = latest.max(start.at(lane));
            }
        }
        let windows = &self.windows[step];
        if is_certain {
            let value = self.mean_activity(windows, out[0], ramp.at(0));
            out.fill(value);
            return;
        }
        for (lane, value) in out.iter_mut().enumerate() {
            *value = self.mean_activity(windows, *value, ramp.at(lane));
        }
    }

    fn mean_activity(&self, windows: &[(f64, f64)], start: f64, ramp: f64) -> f64 {
        let spans = windows.iter().map(|(from, to)| {
            if start == f64::NEG_INFINITY {
                to - from
            } else {
                ramp_integral(to - start, ramp) - ramp_integral(from - start, ramp)
            }
        });
        spans.sum::<f64>() / self.step_years
    }
}

/// The integral of a ramp up to `elapsed` years after its start: t²/(2r) while it rises, t − r/2
/// after.
fn ramp_integral(elapsed: f64, ramp: f64) -> f64 {
    if elapsed <= 0.0 {
        0.0
    } else if elapsed < ramp {
        elapsed * elapsed / (2.0 * ramp)
    } else {
        elapsed - ramp / 2.0
    }
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
