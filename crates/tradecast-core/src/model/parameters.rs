//! Everything drawn once a path: standard normals, correlated, turned into the values of uncertain
//! quantities and into which interventions happen.

use super::mixing::Mixing;
use super::rows::{Operand, Rows};
use super::twins::Beside;
use crate::distribution::Distribution;
use crate::numeric::normal;
use crate::random::{PointSource, Variable};
use crate::scenario::Quantity;
use std::collections::HashMap;

/// A parameter of the model: an index into [`Parameters`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter(usize);

/// How the value of a quantity enters the formulas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// As it is.
    Plain,
    /// ln(1 + x): growth as drift.
    LogOnePlus,
    /// x minus a number: dates from the origin.
    Since(f64),
    /// A number times x.
    Times(f64),
    /// 1/(1 − x): undoing a loss.
    UndoLoss,
}

impl Form {
    fn apply(self, values: &mut [f64]) {
        let values = values.iter_mut();
        match self {
            Self::Plain => {}
            Self::LogOnePlus => values.for_each(|x| *x = libm::log1p(*x)),
            Self::Since(origin) => values.for_each(|x| *x -= origin),
            Self::Times(factor) => values.for_each(|x| *x *= factor),
            Self::UndoLoss => values.for_each(|x| *x = 1.0 / (1.0 - *x)),
        }
    }
}

#[derive(Clone, Debug)]
enum Source {
    Certain(f64),
    Drawn(Draw),
}

/// How a row of values comes about.
#[derive(Clone, Debug)]
struct Draw {
    row: usize,
    normal: usize,
    distribution: Distribution,
    form: Form,
}

/// All parameters, and the standard normals that they and the interventions are drawn from.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    keys: Vec<String>,
    /// The number of each key.
    numbers: HashMap<String, usize>,
    variables: Vec<Variable>,
    /// By normal, whether more than one quantity is drawn from it: it then needs a row of its own.
    shared: Vec<bool>,
    mixing: Mixing,
    sources: Vec<Source>,
    /// By normal, the sources that are drawn from it.
    drawn_from: Vec<Vec<usize>>,
    drawn: usize,
}

impl Parameters {
    /// Adds a quantity under its key path; one that was added before in the same form is shared.
    pub fn add(&mut self, seed: u64, key: &str, quantity: &Quantity, form: Form) -> Parameter {
        let source = match quantity {
            Quantity::Certain(value) => {
                let mut one = [*value];
                form.apply(&mut one);
                Source::Certain(one[0])
            }
            Quantity::Uncertain(distribution) => {
                if let Some(known) = self.drawn_before(key, form) {
                    return known;
                }
                let normal = self.add_normal(seed, key);
                let row = self.drawn;
                self.drawn += 1;
                self.drawn_from[normal].push(self.sources.len());
                Source::Drawn(Draw { row, normal, distribution: distribution.clone(), form })
            }
        };
        self.sources.push(source);
        Parameter(self.sources.len() - 1)
    }

    fn drawn_before(&self, key: &str, form: Form) -> Option<Parameter> {
        let is_same = |source: &&usize| match &self.sources[**source] {
            Source::Certain(_) => false,
            Source::Drawn(draw) => draw.form == form,
        };
        let known = &self.drawn_from[self.normal(key)?];
        known.iter().find(is_same).copied().map(Parameter)
    }

    /// Adds a standard normal under a key and returns its number; a key that exists is shared.
    pub fn add_normal(&mut self, seed: u64, key: &str) -> usize {
        if let Some(known) = self.normal(key) {
            self.shared[known] = true;
            return known;
        }
        self.numbers.insert(key.to_owned(), self.keys.len());
        self.drawn_from.push(Vec::new());
        self.keys.push(key.to_owned());
        self.variables.push(Variable::new(seed, key));
        self.shared.push(false);
        self.keys.len() - 1
    }

    /// What decides whether something happens: a normal that nothing is drawn from where it is
    /// certain.
    pub fn chance(&mut self, seed: u64, key: &str, probability: Parameter) -> Chance {
        let normal = self.add_normal(seed, key);
        let is_certain = matches!(self.certain(probability), Some(p) if p <= 0.0 || p >= 1.0);
        self.shared[normal] |= !is_certain;
        Chance { normal, probability }
    }

    /// The number of the normal with this key.
    pub fn normal(&self, key: &str) -> Option<usize> {
        self.numbers.get(key).copied()
    }

    /// Sets how the normals are correlated.
    pub fn set_mixing(&mut self, mixing: Mixing) {
        mixing.rows().iter().for_each(|row| self.shared[*row] = true);
        self.mixing = mixing;
    }

    /// The value, where it is certain.
    pub fn certain(&self, parameter: Parameter) -> Option<f64> {
        match self.sources[parameter.0] {
            Source::Certain(value) => Some(value),
            Source::Drawn(_) => None,
        }
    }

    /// The keys of quantities that are drawn, each with its normal, in the order of adding.
    pub fn drawn_keys(&self) -> Vec<(&str, usize)> {
        let mut keys: Vec<(&str, usize)> = Vec::new();
        for draw in self.draws() {
            let key = (self.keys[draw.normal].as_str(), draw.normal);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    /// What a normal is mixed from: independent variables with their weights, itself alone where it
    /// is correlated with nothing.
    pub fn mixed_from(&self, normal: usize) -> Vec<(Variable, f64)> {
        let weights = self.mixing.weights(normal);
        if weights.is_empty() {
            vec![(self.variables[normal], 1.0)]
        } else {
            weights.iter().map(|(row, w)| (self.variables[*row], *w)).collect()
        }
    }

    /// What decides whether something happens.
    pub fn variable_of(&self, chance: Chance) -> Variable {
        self.variables[chance.normal]
    }

    /// The value at the median of what it is drawn from.
    pub fn median(&self, parameter: Parameter) -> f64 {
        match &self.sources[parameter.0] {
            Source::Certain(value) => *value,
            Source::Drawn(Draw { distribution, form, .. }) => {
                let mut value = [distribution.median()];
                form.apply(&mut value);
                value[0]
            }
        }
    }

    /// The number of rows of values.
    pub fn rows(&self) -> usize {
        self.drawn
    }

    /// The row of other parameters that holds the same values on all paths as one of these.
    pub fn like_row(&self, row: usize, other: &Self) -> Option<usize> {
        let own = self.draws().find(|draw| draw.row == row)?;
        let theirs = other.draws().find(|theirs| self.is_drawn_alike(own, other, theirs))?;
        Some(theirs.row)
    }

    /// Whether a parameter has the same value on all paths as one of other parameters.
    pub fn is_like(&self, own: Parameter, other: &Self, theirs: Parameter) -> bool {
        match (&self.sources[own.0], &other.sources[theirs.0]) {
            (Source::Certain(own), Source::Certain(theirs)) => own == theirs,
            (Source::Drawn(own), Source::Drawn(theirs)) => self.is_drawn_alike(own, other, theirs),
            _ => false,
        }
    }

    /// Whether two parameters that may be missing are alike, or both missing.
    pub fn are_like(
        &self,
        own: Option<Parameter>,
        other: &Self,
        theirs: Option<Parameter>,
    ) -> bool {
        match (own, theirs) {
            (None, None) => true,
            (Some(own), Some(theirs)) => self.is_like(own, other, theirs),
            _ => false,
        }
    }

    fn draws(&self) -> impl Iterator<Item = &Draw> {
        self.sources.iter().filter_map(|source| match source {
            Source::Certain(_) => None,
            Source::Drawn(draw) => Some(draw),
        })
    }

    /// The same map of the same normal, which is correlated with nothing.
    fn is_drawn_alike(&self, own: &Draw, other: &Self, theirs: &Draw) -> bool {
        self.variables[own.normal] == other.variables[theirs.normal]
            && own.form == theirs.form
            && own.distribution == theirs.distribution
            && !self.mixing.rows().contains(&own.normal)
            && !other.mixing.rows().contains(&theirs.normal)
    }

    /// Fills the normals and the values of a block.
    pub fn draw(
        &self,
        points: &dyn PointSource,
        first_path: u64,
        beside: Beside<'_>,
        drawn: &mut Drawn,
    ) {
        let rows = self.variables.iter().zip(&self.shared).enumerate();
        for (row, (variable, _)) in rows.filter(|(_, (_, shared))| **shared) {
            points.normals(*variable, 0, first_path, drawn.normals.row_mut(row));
        }
        self.mixing.apply(&mut drawn.normals);
        let Drawn { normals, values, kept } = drawn;
        for Draw { row, normal, distribution, form } in self.draws() {
            let values = values.row_mut(*row);
            if let Some(known) = beside.values(*row) {
                values.copy_from_slice(known);
                continue;
            }
            if self.shared[*normal] {
                values.copy_from_slice(normals.row(*normal))
            } else {
                points.normals(self.variables[*normal], 0, first_path, values)
            }
            let make = |values: &mut [f64]| {
                distribution.transform(values);
                form.apply(values);
            };
            match kept {
                Some(kept) => kept.make(*row, values, make),
                None => make(values),
            }
        }
    }

    /// Takes the quantities that are drawn in `others`, these parameters before any was fixed, as
    /// certain: with the values that they have on one lane.
    pub fn fix(&mut self, others: &Self, (drawn, lane): (&Drawn, usize)) {
        for (own, other) in self.sources.iter_mut().zip(&others.sources) {
            if let Source::Drawn(draw) = other {
                *own = Source::Certain(drawn.values.row(draw.row)[lane]);
            }
        }
    }

    /// The values of a parameter on the paths of a block.
    pub fn operand<'a>(&self, parameter: Parameter, drawn: &'a Drawn) -> Operand<'a> {
        match &self.sources[parameter.0] {
            Source::Certain(value) => Operand::Certain(*value),
            Source::Drawn(draw) => Operand::Row(drawn.values.row(draw.row)),
        }
    }

    /// Room for the draws of a block.
    pub fn room(&self, lanes: usize) -> Drawn {
        Drawn {
            normals: Rows::new(self.variables.len(), lanes),
            values: Rows::new(self.drawn, lanes),
            kept: None,
        }
    }
}

/// The once-a-path draws of a block.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// Correlated standard normals, a row a key; used where the normal is shared.
    normals: Rows,
    values: Rows,
    kept: Option<Kept>,
}

impl Drawn {
    /// From now on, a quantity whose normals are those of the evaluation before keeps its values:
    /// for many evaluations of the same paths, of which each changes a little.
    pub fn keep(&mut self) {
        let (count, lanes) = (self.values.count(), self.values.lanes());
        let mut normals = Rows::new(count, lanes);
        // What equals nothing.
        (0..count).for_each(|row| normals.row_mut(row).fill(f64::NAN));
        self.kept = Some(Kept { normals, values: Rows::new(count, lanes) });
    }

    /// One row of values.
    pub fn values(&self, row: usize) -> &[f64] {
        self.values.row(row)
    }
}

/// Values of quantities and the normals that they were made from, in the evaluation before.
#[derive(Clone, Debug)]
struct Kept {
    normals: Rows,
    values: Rows,
}

impl Kept {
    /// Turns a row of normals into values, anew only where the normals are others than before.
    fn make(&mut self, row: usize, values: &mut [f64], make: impl Fn(&mut [f64])) {
        let normals = self.normals.row_mut(row);
        if normals != values {
            normals.copy_from_slice(values);
            make(values);
            self.values.row_mut(row).copy_from_slice(values);
        } else {
            values.copy_from_slice(self.values.row(row));
        }
    }
}

/// Whether something happens, by a standard normal and a probability.
#[derive(Clone, Copy, Debug)]
pub struct Chance {
    /// The number of the normal.
    normal: usize,
    /// The probability.
    pub probability: Parameter,
}

impl Chance {
    /// 1 where it happens (Φ(z) < probability), else 0.
    pub fn decide(&self, parameters: &Parameters, drawn: &Drawn, out: &mut [f64]) {
        let normals = drawn.normals.row(self.normal);
        match parameters.operand(self.probability, drawn) {
            Operand::Certain(probability) => {
                let threshold = normal::quantile(probability);
                for (out, z) in out.iter_mut().zip(normals) {
                    *out = f64::from(u8::from(*z < threshold));
                }
            }
            Operand::Row(probabilities) => {
                for ((out, z), probability) in out.iter_mut().zip(normals).zip(probabilities) {
                    *out = f64::from(u8::from(normal::cdf(*z) < *probability));
                }
            }
        }
    }
}
