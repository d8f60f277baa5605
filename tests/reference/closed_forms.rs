//! Exact probabilities and moments of simple scenarios: closed forms, quadratures, enumeration.
//!
//! Amounts enter as `log_ratio` = ln(target / baseline), growth as log drift m = ln(1 + median) and
//! volatility σ a year.

use super::quadrature::{integral, line_nodes, nodes};
use statrs::distribution::{Continuous, ContinuousCDF, Normal, StudentsT};

/// P(Z ≥ z) of a standard normal.
pub fn normal_upper(z: f64) -> f64 {
    Normal::standard().sf(z)
}

fn normal_density(z: f64) -> f64 {
    Normal::standard().pdf(z)
}

/// P(flow ≥ target) after `years` yearly steps of one Gaussian random walk.
///
/// ln(flow / baseline) is N(m h, σ² h).
pub fn probability_in(log_ratio: f64, drift: f64, volatility: f64, years: usize) -> f64 {
    let h = years as f64;
    normal_upper((log_ratio - drift * h) / (volatility * h.sqrt()))
}

/// P(flow ≥ target in at least one of the years 1..=h) for h = 1..=`years` yearly steps of one
/// Gaussian random walk that starts below the target.
///
/// With f_k(x) the density of the log level x in year k on paths that stayed below b = `log_ratio`,
/// f_k(x) = ∫_{−∞}^b f_{k−1}(y) n(x; y + m, σ²) dy, and the probability to reach b first in year k
/// is ∫_{−∞}^b f_{k−1}(y) P(y + step ≥ b) dy. Integrals by Gauss–Legendre, cut 10 standard
/// deviations below the lowest mean.
pub fn probability_by(log_ratio: f64, drift: f64, volatility: f64, years: usize) -> Vec<f64> {
    let h = years as f64;
    let least = (drift * h).min(0.0) - 10.0 * volatility * h.sqrt();
    let panels = ((log_ratio - least) / volatility).ceil() as usize;
    let grid = nodes(least, log_ratio, panels.max(4));
    let step_density = |change: f64| normal_density((change - drift) / volatility) / volatility;
    let step_upper = |distance: f64| normal_upper((distance - drift) / volatility);
    let mut reached = vec![step_upper(log_ratio)];
    let mut density: Vec<f64> = grid.iter().map(|(x, _)| step_density(*x)).collect();
    for _ in 1..years {
        let mass: Vec<(f64, f64)> =
            grid.iter().zip(&density).map(|((x, weight), f)| (*x, weight * f)).collect();
        let first: f64 = mass.iter().map(|(x, mass)| mass * step_upper(log_ratio - x)).sum();
        reached.push(reached[reached.len() - 1] + first);
        let after = |at: f64| mass.iter().map(|(x, mass)| mass * step_density(at - x)).sum::<f64>();
        density = grid.iter().map(|(x, _)| after(*x)).collect();
    }
    reached
}

/// P(X₁ + X₂ ≥ `amount`) of two lognormals with these medians and log standard deviations, whose
/// logs have this correlation (in (−1, 1)).
///
/// With Xᵢ = aᵢ exp(sᵢ Zᵢ) and c the z at which X₁ alone is enough: P(Z₁ ≥ c) + ∫_{−∞}^c n(z)
/// P(Z₂ ≥ ln((amount − X₁(z)) / a₂) / s₂ | Z₁ = z) dz, where Z₂ given z is N(ρ z, 1 − ρ²).
pub fn two_lognormals_at_least(
    amount: f64,
    medians: [f64; 2],
    sigmas: [f64; 2],
    correlation: f64,
) -> f64 {
    let enough = (amount / medians[0]).ln() / sigmas[0];
    let rest = (1.0 - correlation * correlation).sqrt();
    let given = |z: f64| {
        let missing = amount - medians[0] * (sigmas[0] * z).exp();
        if missing <= 0.0 {
            return 1.0;
        }
        normal_upper(((missing / medians[1]).ln() / sigmas[1] - correlation * z) / rest)
    };
    let least = enough.min(0.0) - 12.0;
    let panels = 16 * (enough - least).ceil() as usize;
    normal_upper(enough) + integral(least, enough, panels, |z| normal_density(z) * given(z))
}

/// P(flow ≥ target) after one yearly step with a Student-t shock of unit variance.
///
/// ε = √((ν − 2)/ν) T with T of ν degrees of freedom, so that Var ε = 1.
pub fn student_t_one_step(log_ratio: f64, drift: f64, volatility: f64, freedom: f64) -> f64 {
    unit_student_t_upper((log_ratio - drift) / volatility, freedom)
}

/// P(ε₁ + ε₂ + ε₃ ≥ `sum`) of three independent Student-t shocks of unit variance: a horizon of
/// three yearly steps has `sum` = (log_ratio − 3 m)/σ.
///
/// The convolution ∫∫ f(a) f(b) P(ε ≥ sum − a − b) da db. The nodes reach to |x| = sinh 9 ≈ 4000,
/// where a t of 3 degrees leaves less than 1e-11.
pub fn three_student_t_at_least(sum: f64, freedom: f64) -> f64 {
    let student = unit_student_t(freedom);
    let mass: Vec<(f64, f64)> =
        line_nodes(9.0, 400).iter().map(|(x, weight)| (*x, weight * student.pdf(*x))).collect();
    let inner = |a: f64| {
        mass.iter().map(|(b, mass)| mass * unit_student_t_upper(sum - a - b, freedom)).sum::<f64>()
    };
    mass.iter().map(|(a, mass)| mass * inner(*a)).sum()
}

/// Student-t scaled to unit variance.
pub fn unit_student_t(freedom: f64) -> StudentsT {
    StudentsT::new(0.0, ((freedom - 2.0) / freedom).sqrt(), freedom)
        .expect("valid degrees of freedom")
}

fn unit_student_t_upper(x: f64, freedom: f64) -> f64 {
    unit_student_t(freedom).sf(x)
}

/// Mean and variance of Σ aᵢ exp(Xᵢ), X multivariate normal.
///
/// E exp(Xᵢ) = exp(μᵢ + Cᵢᵢ/2) = eᵢ and E exp(Xᵢ + Xⱼ) = eᵢ eⱼ exp(Cᵢⱼ).
pub fn sum_of_lognormals(
    amounts: &[f64],
    means: &[f64],
    covariance: impl Fn(usize, usize) -> f64,
) -> (f64, f64) {
    let expected: Vec<f64> = (0..amounts.len())
        .map(|i| amounts[i] * (means[i] + 0.5 * covariance(i, i)).exp())
        .collect();
    let mut variance = 0.0;
    for i in 0..amounts.len() {
        for j in 0..amounts.len() {
            variance += expected[i] * expected[j] * covariance(i, j).exp_m1();
        }
    }
    (expected.iter().sum(), variance)
}

/// Mean and variance of the total of year `year` (1 is the first) after a baseline year of total
/// `baseline`, for a Gaussian random walk in steps of 1/n year; `seasonal` holds n factors (share ×
/// n) in order of the steps of a simulated year.
///
/// Step t = 1, 2, … lies 0.5 + (t − 0.5)/n years after the baseline's midpoint. Its log level has
/// variance σ² v_t, v_t = 0.5 + 0.5/n + (1 − 1/n²)/6 + (t − 1)/n, and covariance σ² v_min(s,t).
pub fn year_of_steps(
    baseline: f64,
    drift: f64,
    volatility: f64,
    seasonal: &[f64],
    year: usize,
) -> (f64, f64) {
    let steps = seasonal.len();
    let n = steps as f64;
    let before = ((year - 1) * steps) as f64;
    let amounts: Vec<f64> = seasonal.iter().map(|factor| baseline / n * factor).collect();
    let means: Vec<f64> =
        (0..steps).map(|t| drift * (0.5 + (before + t as f64 + 0.5) / n)).collect();
    let years = |t: usize| 0.5 + 0.5 / n + (1.0 - 1.0 / (n * n)) / 6.0 + (before + t as f64) / n;
    sum_of_lognormals(&amounts, &means, |s, t| volatility * volatility * years(s.min(t)))
}

/// All sets of interventions that can take effect, with their probabilities, in order of the set's
/// bits (bit k: intervention k). Interventions happen independently; one takes effect where it and
/// all that it needs, directly or not, happen. Enumerates the 2^n outcomes.
pub fn event_tree(probabilities: &[f64], needs: &[Vec<usize>]) -> Vec<(u32, f64)> {
    let count = probabilities.len();
    let mut sets = std::collections::BTreeMap::new();
    for outcome in 0u32..1 << count {
        let happens = |k: usize| outcome >> k & 1 == 1;
        let chance = |k: usize| if happens(k) { probabilities[k] } else { 1.0 - probabilities[k] };
        let probability: f64 = (0..count).map(chance).product();
        let mut effective = outcome;
        // Dropping what lacks a need may take a need from another: repeat until nothing changes.
        for _ in 0..count {
            for k in 0..count {
                if needs[k].iter().any(|need| effective >> need & 1 == 0) {
                    effective &= !(1 << k);
                }
            }
        }
        *sets.entry(effective).or_insert(0.0) += probability;
    }
    sets.into_iter().filter(|(_, probability)| *probability > 0.0).collect()
}
