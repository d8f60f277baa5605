//! Correlations of the shocks of flows, so that they are possible together.

use super::FlowCorrelation;
use super::outlook::Outlook;
use crate::forecast::{Kinship, ShockCorrelation};
use nalgebra::{DMatrix, SymmetricEigen};

/// The least eigenvalue of a correlation matrix that is rounded to two decimals.
const LEAST_EIGENVALUE: f64 = 0.01;

/// All pairs of flows that one reporter counts. Correlations of many flows that are estimated one by
/// one may contradict each other; then all own shocks count half as much, and again, until they do
/// not: the world's alone never do.
pub fn correlations(outlooks: &[&Outlook]) -> Vec<FlowCorrelation> {
    let mut found = Vec::new();
    for (later, b) in outlooks.iter().enumerate() {
        for (earlier, a) in outlooks[..later].iter().enumerate() {
            if !a.shocks.is_empty() && !b.shocks.is_empty() {
                found.push(((earlier, later), between(a, b)));
            }
        }
    }
    found.sort_by_key(|(pair, _)| *pair);
    let mut own_weight = 1.0;
    while own_weight > 1e-3 && !is_possible(outlooks.len(), &found, own_weight) {
        own_weight *= 0.5;
    }
    let plain = |((a, b), found): &((usize, usize), ShockCorrelation)| FlowCorrelation {
        between: [*a, *b].map(|index| outlooks[index].flow.name.clone()),
        value: (found.with_own_weight(own_weight).value * 100.0).round() / 100.0,
        own: found.own,
        years: found.years,
        world: found.world,
    };
    found.iter().map(plain).collect()
}

fn between(a: &Outlook, b: &Outlook) -> ShockCorrelation {
    let both = a.shocks.iter().filter_map(|(period, shock)| {
        let other = b.shocks.iter().find(|(other, _)| other == period)?;
        Some((*shock, other.1))
    });
    let ends = |outlook: &Outlook| (outlook.flow.exporter.clone(), outlook.flow.importer.clone());
    let (one, other) = (ends(a), ends(b));
    let kinship = Kinship::of((&one.0, &one.1), (&other.0, &other.1));
    ShockCorrelation::new(kinship, &both.collect::<Vec<_>>())
}

fn is_possible(
    flows: usize,
    found: &[((usize, usize), ShockCorrelation)],
    own_weight: f64,
) -> bool {
    let mut matrix = DMatrix::identity(flows, flows);
    for ((a, b), correlation) in found {
        let value = correlation.with_own_weight(own_weight).value;
        (matrix[(*a, *b)], matrix[(*b, *a)]) = (value, value);
    }
    SymmetricEigen::new(matrix).eigenvalues.iter().all(|value| *value >= LEAST_EIGENVALUE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contradictions_are_found() {
        let with =
            |own: f64| ShockCorrelation { world: 0.1, own: Some(own), years: 1000, value: own };
        // Two that move with a third cannot move against each other.
        let found = [((0, 1), with(0.95)), ((0, 2), with(0.95)), ((1, 2), with(-0.95))];
        assert!(!is_possible(3, &found, 1.0));
        assert!(is_possible(3, &found, 0.0));
    }
}
