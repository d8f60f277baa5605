//! Correlated inputs of which some are frozen: the others drawn again given these.

use super::projection::projection;
use crate::model::Input;
use crate::random::Variable;

/// The variables that correlated inputs are mixed from.
pub fn mixed_variables(inputs: &[Input]) -> Vec<Variable> {
    let mut mixed: Vec<Variable> = Vec::new();
    for (variable, _) in inputs.iter().flat_map(|input| &input.mixed) {
        if !mixed.contains(variable) {
            mixed.push(*variable);
        }
    }
    mixed
}

/// A variable as the sum over variables, each with the weight of its first and its second number.
pub type Blend = (Variable, Vec<(Variable, f64, f64)>);

/// The variables of `mixed`, which inputs are mixed from, when the marked inputs are those of the
/// first points and the others are drawn from the second given these.
pub fn blends(inputs: &[Input], mixed: &[Variable], frozen: &[bool]) -> Vec<Blend> {
    let kept = inputs.iter().zip(frozen);
    let kept = kept.filter(|(input, frozen)| **frozen && !input.is_independent());
    let rows: Vec<Vec<f64>> = kept.map(|(input, _)| weights(input, mixed)).collect();
    let rows: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
    let matrix = projection(&rows, mixed.len());
    let blend = |(i, variable): (usize, &Variable)| {
        let part = |(j, other): (usize, &Variable)| {
            let own = f64::from(u8::from(i == j));
            (*other, matrix[i][j], own - matrix[i][j])
        };
        let parts = mixed.iter().enumerate().map(part);
        (*variable, parts.filter(|(_, first, second)| *first != 0.0 || *second != 0.0).collect())
    };
    mixed.iter().enumerate().map(blend).collect()
}

/// The weights of a correlated input, by variable of `mixed`.
fn weights(input: &Input, mixed: &[Variable]) -> Vec<f64> {
    let weight = |variable: &Variable| {
        let found = input.mixed.iter().find(|(known, _)| known == variable);
        found.map_or(0.0, |(_, weight)| *weight)
    };
    mixed.iter().map(weight).collect()
}
