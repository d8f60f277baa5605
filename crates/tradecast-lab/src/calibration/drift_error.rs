//! The coefficient tau: how far the world's drift over the years ahead is from its long mean.

use super::HORIZONS;
use tradecast_core::history::AnnualSeries;

/// The standard deviation of the 5-year mean of the cross-section's median log growth a year.
///
/// The median is over the flows that are positive in a year and the year before; means over 5
/// consecutive years overlap. None where fewer than two such means exist, or all are equal.
///
/// # Source
/// docs/truth.md, "How it was fitted": not found by the log score, in which a panel's few
/// independent 5-year spans would weigh as much as their thousands of windows.
pub fn drift_error(panel: &[AnnualSeries]) -> Option<f64> {
    let first = panel.iter().map(|flow| flow.first_year).min()?;
    let last = panel.iter().map(|flow| flow.first_year + flow.values.len() as i32 - 1).max()?;
    let medians: Vec<Option<f64>> =
        (first + 1..=last).map(|year| median(growth_in(panel, year))).collect();
    let mean_of = |years: &[Option<f64>]| {
        let sum: Option<f64> = years.iter().copied().sum();
        sum.map(|sum| sum / HORIZONS as f64)
    };
    let means: Vec<f64> = medians.windows(HORIZONS).filter_map(mean_of).collect();
    standard_deviation(&means).filter(|sd| *sd > 0.0)
}

/// Log growth to a year of all flows that have it.
fn growth_in(panel: &[AnnualSeries], year: i32) -> Vec<f64> {
    let value = |flow: &AnnualSeries, year: i32| {
        let position = usize::try_from(year - flow.first_year).ok()?;
        flow.values.get(position).copied().flatten().filter(|value| *value > 0.0)
    };
    let growth = |flow| Some(libm::log(value(flow, year)? / value(flow, year - 1)?));
    panel.iter().filter_map(growth).collect()
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len() % 2 == 1 { upper } else { 0.5 * (values[middle - 1] + upper) })
}

/// With n − 1; none of fewer than two values.
fn standard_deviation(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    Some((squares / (values.len() - 1) as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(importer: &str, values: &[f64]) -> AnnualSeries {
        let values = values.iter().map(|value| Some(*value)).collect();
        AnnualSeries { exporter: "A".into(), importer: importer.into(), first_year: 2000, values }
    }

    /// Growth of ln 2 five times, then ln 4 once: the means are ln 2 and ln 2 · 6/5, so the standard
    /// deviation is ln 2 / 5 / √2. A second flow whose growth is far above and a third far below
    /// leave the median alone; zeros have no growth.
    #[test]
    fn six_years_of_growth_make_two_means() {
        let middle = flow("B", &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 128.0]);
        let high = flow("C", &[1.0, 9.0, 81.0, 0.0, 81.0, 729.0, 6561.0]);
        let low = flow("D", &[1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0]);
        let found = drift_error(&[high, middle.clone(), low]).expect("two means");
        let expected = std::f64::consts::LN_2 / 5.0 / 2.0_f64.sqrt();
        assert!((found - expected).abs() < 1e-15, "{found} for {expected}");
        let shorter = AnnualSeries { values: middle.values[..6].to_vec(), ..middle };
        assert_eq!(drift_error(&[shorter]), None);
    }
}
