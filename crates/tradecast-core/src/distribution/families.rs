//! The constructors of the families: parameters checked, the map prepared.

use super::{Distribution, DistributionError, Shape};
use crate::numeric::interpolation::NormalTable;
use crate::numeric::normal;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

impl Distribution {
    fn of(shape: Shape) -> Self {
        Self { shape, window: None, moved: None }
    }

    /// Normal with a mean and a standard deviation above 0.
    ///
    /// # Errors
    /// A standard deviation that is not above 0.
    pub fn normal(mean: f64, std_dev: f64) -> Result<Self, DistributionError> {
        positive("std_dev", std_dev)?;
        Ok(Self::of(Shape::Normal { mean, std_dev }))
    }

    /// Lognormal with a median above 0; `sigma` above 0 is the standard deviation of the log.
    ///
    /// # Errors
    /// A parameter that is not above 0.
    pub fn lognormal(median: f64, sigma: f64) -> Result<Self, DistributionError> {
        positive("median", median)?;
        positive("sigma", sigma)?;
        Ok(Self::of(Shape::Lognormal { median, sigma }))
    }

    /// location + scale · t with `df` degrees of freedom; scale and df above 0.
    ///
    /// # Errors
    /// A scale or df that is not above 0.
    pub fn student_t(location: f64, scale: f64, df: f64) -> Result<Self, DistributionError> {
        positive("scale", scale)?;
        positive("df", df)?;
        let table = Arc::new(NormalTable::student_t(df));
        let bounded = (false, false);
        Ok(Self::of(Shape::Table { table, offset: location, scale, bounded, heavy: true }))
    }

    /// Uniform on [min, max].
    ///
    /// # Errors
    /// `min` not below `max`.
    pub fn uniform(min: f64, max: f64) -> Result<Self, DistributionError> {
        ascending(min, max)?;
        Ok(Self::of(Shape::Uniform { min, max }))
    }

    /// Triangular with min ≤ mode ≤ max.
    ///
    /// # Errors
    /// Parameters out of order.
    pub fn triangular(min: f64, mode: f64, max: f64) -> Result<Self, DistributionError> {
        ascending(min, max)?;
        mode_within(min, mode, max)?;
        Ok(Self::of(Shape::Triangular { min, mode, max }))
    }

    /// PERT: the beta on [min, max] with shapes 1 + 4 (mode − min)/(max − min) and
    /// 1 + 4 (max − mode)/(max − min).
    ///
    /// # Errors
    /// Parameters out of order.
    ///
    /// # Source
    /// Malcolm, Roseboom, Clark and Fazar (1959), Operations Research 7(5).
    pub fn pert(min: f64, mode: f64, max: f64) -> Result<Self, DistributionError> {
        ascending(min, max)?;
        mode_within(min, mode, max)?;
        let share = (mode - min) / (max - min);
        Ok(Self::beta_shape(1.0 + 4.0 * share, 1.0 + 4.0 * (1.0 - share), min, max))
    }

    /// Beta on [min, max] with a mean within and a concentration (sum of the shapes) above 0.
    ///
    /// # Errors
    /// A mean that does not lie strictly within; a concentration outside (0, 1e6].
    pub fn beta(
        mean: f64,
        concentration: f64,
        min: f64,
        max: f64,
    ) -> Result<Self, DistributionError> {
        ascending(min, max)?;
        positive("concentration", concentration)?;
        let share = (mean - min) / (max - min);
        if share <= 0.0 || share >= 1.0 {
            return Err(DistributionError::new(
                "mean",
                "the mean does not lie between min and max",
                "a beta's mean lies strictly between its limits (0 and 1 when left out)",
            ));
        }
        let (first, second) = (share * concentration, (1.0 - share) * concentration);
        if first.min(second) < 0.01 || concentration > 1e6 {
            return Err(DistributionError::new(
                "concentration",
                "this concentration is not usable with this mean",
                "both mean × concentration and (1 − mean) × concentration must be at least 0.01, and the concentration at most 1,000,000",
            ));
        }
        Ok(Self::beta_shape(first, second, min, max))
    }

    fn beta_shape(first: f64, second: f64, min: f64, max: f64) -> Self {
        let table = shared_beta(first, second);
        let (scale, bounded) = (max - min, (true, true));
        Self::of(Shape::Table { table, offset: min, scale, bounded, heavy: false })
    }

    /// Gamma with a mean and a standard deviation above 0.
    ///
    /// # Errors
    /// A parameter that is not above 0; a shape (mean/std_dev)² outside [0.01, 1e6].
    pub fn gamma(mean: f64, std_dev: f64) -> Result<Self, DistributionError> {
        positive("mean", mean)?;
        positive("std_dev", std_dev)?;
        let shape = (mean / std_dev) * (mean / std_dev);
        if !(0.01..=1e6).contains(&shape) {
            return Err(DistributionError::new(
                "std_dev",
                "this standard deviation is not usable with this mean",
                "from a thousandth of the mean to ten times the mean",
            ));
        }
        let table = Arc::new(NormalTable::gamma(shape));
        let (scale, bounded) = (mean / shape, (true, false));
        Ok(Self::of(Shape::Table { table, offset: 0.0, scale, bounded, heavy: false }))
    }

    /// √(df/χ²) with χ² of `df` degrees of freedom: what turns a standard normal into Student's t.
    pub fn student_t_spread(df: f64) -> Self {
        let table = Arc::new(NormalTable::student_t_spread(df));
        let bounded = (true, false);
        Self::of(Shape::Table { table, offset: 0.0, scale: 1.0, bounded, heavy: true })
    }

    /// One of the values, with the given weights (equal where `weights` is empty).
    ///
    /// # Errors
    /// No values, another number of weights, a weight that is negative, no weight above 0.
    pub fn empirical(values: &[f64], weights: &[f64]) -> Result<Self, DistributionError> {
        if values.is_empty() {
            return Err(DistributionError::new(
                "values",
                "there are no values",
                "list at least one",
            ));
        }
        let equal = vec![1.0; values.len()];
        let weights = if weights.is_empty() { &equal } else { weights };
        if weights.len() != values.len() {
            let message = format!("{} weights for {} values", weights.len(), values.len());
            return Err(DistributionError::new("weights", message, "one weight a value"));
        }
        let total: f64 = weights.iter().sum();
        if weights.iter().any(|weight| *weight < 0.0) || total <= 0.0 {
            let help = "weights are 0 or more, at least one above 0";
            return Err(DistributionError::new("weights", "these weights are not usable", help));
        }
        let mut branches: Vec<(f64, f64)> =
            values.iter().copied().zip(weights.iter().copied()).filter(|b| b.1 > 0.0).collect();
        branches.sort_by(|a, b| a.0.total_cmp(&b.0));
        let cumulative = branches.iter().scan(0.0, |sum, branch| {
            *sum += branch.1;
            Some(normal::quantile((*sum / total).min(1.0)))
        });
        let mut thresholds: Vec<f64> = cumulative.collect();
        thresholds.pop();
        let values = branches.iter().map(|branch| branch.0).collect();
        Ok(Self::of(Shape::Empirical { values, thresholds }))
    }

    /// The distribution through two or three quantiles.
    pub fn quantiles(quantiles: super::Quantiles) -> Self {
        Self::of(Shape::Quantiles(quantiles))
    }
}

/// The table of a beta distribution, made once: scenarios and their interventions repeat the same
/// few shapes, and a table takes some milliseconds to make and 16 KB of cache.
fn shared_beta(first: f64, second: f64) -> Arc<NormalTable> {
    static TABLES: Mutex<BTreeMap<[u64; 2], Arc<NormalTable>>> = Mutex::new(BTreeMap::new());
    let mut tables = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
    let table = tables.entry([first.to_bits(), second.to_bits()]);
    Arc::clone(table.or_insert_with(|| Arc::new(NormalTable::beta(first, second))))
}

fn positive(parameter: &'static str, value: f64) -> Result<(), DistributionError> {
    if value > 0.0 {
        return Ok(());
    }
    let message = format!("{parameter} is not above 0");
    Err(DistributionError::new(parameter, message, format!("write a {parameter} above 0")))
}

fn ascending(min: f64, max: f64) -> Result<(), DistributionError> {
    if min < max {
        return Ok(());
    }
    Err(DistributionError::new(
        "min",
        "min is not below max",
        "min must be below max; for one certain value write the number itself",
    ))
}

fn mode_within(min: f64, mode: f64, max: f64) -> Result<(), DistributionError> {
    if min <= mode && mode <= max {
        return Ok(());
    }
    Err(DistributionError::new("mode", "the mode lies outside min and max", "min ≤ mode ≤ max"))
}
