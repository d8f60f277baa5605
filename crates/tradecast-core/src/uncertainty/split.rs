//! Which numbers of a point are not known, and which are chance.

use crate::model::{Input, InputKind};
use crate::random::{GROUP, Held, Philox, PointSource, Variable};
use crate::sensitivity::{Blend, blends, mixed_variables};
use std::collections::HashMap;

/// What is not known, apart from chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Every quantity that is drawn once a path; whether a measure happens is chance, by its odds.
    Quantities,
    /// The same, and whether each measure happens: its odds say what somebody believes.
    QuantitiesAndMeasures,
}

impl Unknown {
    fn has(self, kind: InputKind) -> bool {
        match kind {
            InputKind::Quantity => true,
            InputKind::Intervention => self == Self::QuantitiesAndMeasures,
            InputKind::Shocks | InputKind::Disruption => false,
        }
    }
}

/// The numbers of a model's points, told apart.
#[derive(Clone, Debug)]
pub struct Split {
    /// Not known, and independent of all that is chance.
    unknown: Vec<Variable>,
    /// What correlated normals are made of where some that they go with are known.
    blends: Vec<Blend>,
    /// The variables that correlated normals are mixed from.
    mixed: Vec<Variable>,
}

impl Split {
    /// Tells the inputs of a model apart.
    pub fn new(inputs: &[Input], unknown: Unknown) -> Self {
        let mut mixed = mixed_variables(inputs);
        let known: Vec<bool> = inputs.iter().map(|it| unknown.has(it.kind)).collect();
        let is_plain = |(variable, parts): &Blend| *parts == [(*variable, 0.0, 1.0)];
        let mut blends = blends(inputs, &mixed, &known);
        blends.retain(|blend| !is_plain(blend));
        let own = |kind: InputKind| {
            let of_kind =
                inputs.iter().zip(&known).filter(move |(it, known)| **known && it.kind == kind);
            of_kind.flat_map(|(it, _)| it.own.iter().copied())
        };
        // What a measure hangs on is held at its draw; quantities are fixed in the model itself.
        for variable in own(InputKind::Intervention) {
            blends.push((variable, vec![(variable, 1.0, 0.0)]));
            mixed.push(variable);
        }
        Self { unknown: own(InputKind::Quantity).collect(), blends, mixed }
    }

    /// Whether a variable is drawn by chance alone.
    pub fn is_chance(&self, variable: Variable) -> bool {
        let is_blended = self.blends.iter().any(|(blended, _)| *blended == variable);
        !is_blended && !self.unknown.contains(&variable)
    }

    /// The numbers of a group of paths that correlated normals are mixed from.
    pub fn numbers(&self, first_path: u64) -> HashMap<Variable, [f64; GROUP]> {
        let number = |variable: &Variable| {
            let mut row = [0.0; GROUP];
            Philox.normals(*variable, 0, first_path, &mut row);
            (*variable, row)
        };
        self.mixed.iter().map(number).collect()
    }

    /// Points where these numbers, of one lane, are known: chance is what is left.
    pub fn held<'s, S: PointSource>(
        &self,
        (numbers, lane): (&HashMap<Variable, [f64; GROUP]>, usize),
        base: &'s S,
    ) -> Held<'s, S> {
        let row = |(variable, parts): &Blend| {
            let constant = parts.iter().map(|(part, first, _)| first * numbers[part][lane]);
            let chance = parts.iter().map(|(part, _, second)| (*part, *second));
            let chance = chance.filter(|(_, weight)| *weight != 0.0);
            (*variable, (constant.sum(), chance.collect()))
        };
        Held { base, rows: self.blends.iter().map(row).collect() }
    }
}
