//! Scales of a figure, linear and logarithmic: from values to pixels, and ticks at round values.

/// How values are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Equal distances for equal differences.
    Linear,
    /// Equal distances for equal ratios.
    Log,
}

/// A scale with its range of values and of pixels.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    /// The spacing.
    pub scale: Scale,
    /// The value at the start.
    pub lower: f64,
    /// The value at the end.
    pub upper: f64,
    /// The pixel at the start.
    pub start: f64,
    /// The pixel at the end; below `start` where values rise upwards.
    pub end: f64,
}

impl Axis {
    /// A linear axis of exactly this range of values.
    pub fn linear((lower, upper): (f64, f64), (start, end): (f64, f64)) -> Self {
        let upper = if upper > lower { upper } else { lower + 1.0 };
        Self { scale: Scale::Linear, lower, upper, start, end }
    }

    /// A linear axis over this range whose upper end is a tick of [`Self::ticks`] with `wanted`,
    /// and whose lower end is one where the range goes well below zero.
    pub fn to_ticks((lower, upper): (f64, f64), pixels: (f64, f64), wanted: usize) -> Self {
        let mut axis = Self::linear((lower, upper), pixels);
        // A longer range may take longer steps, whose ticks may again lie farther out.
        for _ in 0..4 {
            let step = round_above((axis.upper - axis.lower) / wanted.max(1) as f64);
            axis.upper = step * libm::ceil(axis.upper / step - 1e-9);
            if lower < -0.5 * step {
                axis.lower = step * libm::floor(axis.lower / step + 1e-9);
            }
        }
        axis
    }

    /// A logarithmic axis of exactly this range of positive values.
    pub fn log((lower, upper): (f64, f64), (start, end): (f64, f64)) -> Self {
        let upper = if upper > 0.0 { upper } else { 1.0 };
        let lower = if lower > 0.0 && lower < upper { lower } else { upper / 10.0 };
        Self { scale: Scale::Log, lower, upper, start, end }
    }

    /// The pixel of a value; values outside stand at the ends.
    pub fn at(&self, value: f64) -> f64 {
        self.start + (self.end - self.start) * self.position(value).clamp(0.0, 1.0)
    }

    /// The pixel of a value, also beyond the ends.
    pub fn beyond(&self, value: f64) -> f64 {
        self.start + (self.end - self.start) * self.position(value)
    }

    /// The share of the axis below a value.
    fn position(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear => (value - self.lower) / (self.upper - self.lower),
            Scale::Log if value <= 0.0 => 0.0,
            Scale::Log => libm::log(value / self.lower) / libm::log(self.upper / self.lower),
        }
    }

    /// Round values within the range, about `wanted` of them, in ascending order.
    pub fn ticks(&self, wanted: usize) -> Vec<f64> {
        let within = |value: &f64| {
            let slack = 1e-9 * (self.upper - self.lower);
            *value >= self.lower - slack && *value <= self.upper + slack
        };
        let ticks = match self.scale {
            Scale::Log if self.upper / self.lower >= 5.0 => {
                log_ticks(self.lower, self.upper, wanted)
            }
            _ => linear_ticks(self.lower, self.upper, wanted),
        };
        ticks.into_iter().filter(within).collect()
    }
}

/// The least of 1, 2, 5, 10, 20, … (and 0.5, 0.2, …) at or above a positive value.
pub fn round_above(value: f64) -> f64 {
    let decade = decade_of(value);
    let found =
        [1.0, 2.0, 5.0].into_iter().map(|m| m * decade).find(|&v| v >= value * (1.0 - 1e-9));
    found.unwrap_or(10.0 * decade)
}

/// The greatest of 1, 2, 5, 10, 20, … at or below a positive value.
pub fn round_below(value: f64) -> f64 {
    let decade = decade_of(value);
    let found = [5.0, 2.0].into_iter().map(|m| m * decade).find(|&v| v <= value * (1.0 + 1e-9));
    found.unwrap_or(decade)
}

/// The upper end of a linear axis from zero that shows `value` with some room above it.
pub fn linear_top(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 1.0;
    }
    let step = round_above(value / 5.0) / 2.0;
    step * libm::ceil(1.03 * value / step)
}

fn decade_of(value: f64) -> f64 {
    ten_to(libm::floor(libm::log10(value) + 1e-12))
}

fn ten_to(exponent: f64) -> f64 {
    libm::exp10(exponent)
}

fn linear_ticks(lower: f64, upper: f64, wanted: usize) -> Vec<f64> {
    let step = round_above((upper - lower) / wanted.max(1) as f64);
    let first = libm::ceil(lower / step - 1e-9);
    let count = libm::floor((upper / step) - first + 1e-9).clamp(0.0, 100.0) as usize;
    // Through the step's inverse where that is whole: 3 / 10 prints as 0.3, 3 × 0.1 does not.
    let inverse = (1.0 / step).round();
    let value = |n: f64| if step < 1.0 { n / inverse } else { n * step };
    (0..=count).map(|n| value(first + n as f64)).collect()
}

/// Every 1, 2, 5 of each decade, or only the decades, or every second or third of them, …:
/// the densest that has about `wanted` ticks.
fn log_ticks(lower: f64, upper: f64, wanted: usize) -> Vec<f64> {
    let first = libm::floor(libm::log10(lower) + 1e-12) as i32;
    let last = libm::ceil(libm::log10(upper) - 1e-12) as i32;
    let decades = libm::log10(upper / lower);
    let dense: &[i32] = &[1, 2, 5];
    let sparse: &[i32] = &[1];
    let digits = if 3.0 * decades <= wanted as f64 + 1.0 { dense } else { sparse };
    let stride = libm::ceil(decades / wanted.max(1) as f64).max(1.0) as i32;
    let mut ticks = Vec::new();
    for exponent in (first..=last).filter(|e| e.rem_euclid(stride) == 0) {
        let decade = |digit: i32| match exponent {
            e if e < 0 => f64::from(digit) / ten_to(f64::from(-e)),
            e => f64::from(digit) * ten_to(f64::from(e)),
        };
        ticks.extend(digits.iter().map(|&digit| decade(digit)));
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_ticks_are_round() {
        let axis = Axis::linear((0.0, 230.0), (0.0, 100.0));
        assert_eq!(axis.ticks(5), [0.0, 50.0, 100.0, 150.0, 200.0]);
        let axis = Axis::linear((0.0, 1.0), (0.0, 100.0));
        assert_eq!(axis.ticks(5), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        assert_eq!(Axis::linear((0.0, 0.5), (0.0, 1.0)).ticks(5), [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]);
    }

    #[test]
    fn an_axis_of_bars_ends_at_a_tick() {
        for (range, wanted) in [
            ((0.0, 80.6), (0.0, 100.0)),
            ((0.0, 100.0), (0.0, 100.0)),
            ((-3.4, 13.2), (-5.0, 15.0)),
            ((-0.1, 9.0), (-0.1, 10.0)),
        ] {
            let axis = Axis::to_ticks(range, (0.0, 1.0), 5);
            assert_eq!((axis.lower, axis.upper), wanted);
            assert_eq!(axis.ticks(5).last(), Some(&axis.upper));
        }
    }

    #[test]
    fn log_ticks_are_1_2_5() {
        let axis = Axis::log((5.0, 200.0), (0.0, 100.0));
        assert_eq!(axis.ticks(7), [5.0, 10.0, 20.0, 50.0, 100.0, 200.0]);
    }

    #[test]
    fn many_decades_are_thinned() {
        let axis = Axis::log((1e-9, 1e9), (0.0, 100.0));
        let ticks = axis.ticks(7);
        assert!((4..=8).contains(&ticks.len()), "{ticks:?}");
        assert!(ticks.is_sorted());
    }

    #[test]
    fn a_narrow_log_axis_has_linear_ticks() {
        assert_eq!(Axis::log((100.0, 130.0), (0.0, 1.0)).ticks(3), [100.0, 110.0, 120.0, 130.0]);
    }

    #[test]
    fn values_map_to_pixels() {
        let axis = Axis::log((1.0, 100.0), (0.0, 200.0));
        assert!((axis.at(10.0) - 100.0).abs() < 1e-9);
        assert_eq!(axis.at(0.0), 0.0);
        assert_eq!(axis.at(1e9), 200.0);
        assert_eq!(Axis::linear((0.0, 4.0), (80.0, 0.0)).at(1.0), 60.0);
    }

    #[test]
    fn an_empty_range_is_still_an_axis() {
        assert!(Axis::linear((3.0, 3.0), (0.0, 1.0)).at(3.0).is_finite());
        assert!(Axis::log((0.0, 0.0), (0.0, 1.0)).at(3.0).is_finite());
    }

    #[test]
    fn round_neighbours() {
        assert_eq!(round_above(16.0), 20.0);
        assert_eq!(round_above(0.3), 0.5);
        assert_eq!(round_above(200.0), 200.0);
        assert_eq!(round_below(19.0), 10.0);
        assert_eq!(round_below(2.0), 2.0);
        assert_eq!(linear_top(200.0), 225.0);
        assert_eq!(linear_top(0.0), 1.0);
    }
}
