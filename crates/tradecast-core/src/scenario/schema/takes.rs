//! What a key takes, how far its values may go, how it varies, how two scenarios are compared by it.

use crate::numerals;
use crate::scenario::unit::Unit;
use std::ops::Bound::{Excluded, Included, Unbounded};
use std::ops::{Bound, RangeBounds};

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Takes {
    /// A table or blocks; the keys in it follow.
    Table,
    /// A text.
    Text,
    /// The path of a file, or one of these names.
    File(&'static [&'static str]),
    /// A list.
    List,
    /// A plain number, or what the description says.
    Plain,
    /// A value of this unit.
    Value(Unit),
    /// A value of this unit, or a distribution of it.
    Quantity(Unit),
}

impl Takes {
    /// The unit of its values, where they have one.
    pub const fn unit(self) -> Option<Unit> {
        match self {
            Self::Value(unit) | Self::Quantity(unit) => Some(unit),
            Self::Table | Self::Text | Self::File(_) | Self::List | Self::Plain => None,
        }
    }
}

/// How far values may go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Allowed {
    /// From here.
    pub lower: Bound<f64>,
    /// To here.
    pub upper: Bound<f64>,
}

impl Allowed {
    /// Whether a value lies within.
    pub fn holds(&self, value: f64) -> bool {
        (self.lower, self.upper).contains(&value)
    }

    /// With the ends of another where that has any.
    #[must_use]
    pub fn narrowed(self, by: Self) -> Self {
        let end = |own, other| if other == Unbounded { own } else { other };
        Self { lower: end(self.lower, by.lower), upper: end(self.upper, by.upper) }
    }

    /// As ` between 0 and 1` or ` above 0`, to follow a noun; empty where all is allowed.
    pub fn words(&self, unit: Unit) -> String {
        let number = |value: f64| match unit {
            Unit::Growth => format!("{} %", numerals::number(100.0 * value)),
            _ => numerals::number(value),
        };
        let lower = match self.lower {
            Included(value) => format!("at least {}", number(value)),
            Excluded(value) => format!("above {}", number(value)),
            Unbounded => String::new(),
        };
        let upper = match self.upper {
            Included(value) => format!("at most {}", number(value)),
            Excluded(value) => format!("below {}", number(value)),
            Unbounded => String::new(),
        };
        if let (Included(lower), Included(upper)) = (self.lower, self.upper) {
            return format!(" between {} and {}", number(lower), number(upper));
        }
        let both = [lower, upper].into_iter().filter(|end| !end.is_empty()).collect::<Vec<_>>();
        let both = both.join(" and ");
        let of = if both.starts_with("at ") { " of " } else { " " };
        if both.is_empty() { both } else { format!("{of}{both}") }
    }
}

/// A limit of a key's own, where its unit allows more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// The ends that its unit has not.
    pub allowed: Allowed,
    /// What is wrong with a value beyond them; `VALUE` stands for it.
    pub message: &'static str,
    /// What follows in the help after what is allowed.
    pub hint: &'static str,
}

impl Limit {
    /// What is wrong with a value beyond it.
    pub fn message(&self, value: f64) -> String {
        self.message.replace("VALUE", &value.to_string())
    }
}

/// How a key is given another value, of a distribution another median.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A number: replaced.
    Set,
    /// Every value times m′/m: amounts, volatilities, durations, rates.
    Scaled,
    /// Every value plus m′ − m: dates, elasticities.
    Shifted,
    /// 1 + growth times (1 + m′)/(1 + m), which shifts log growth and never passes −100 %.
    GrowthShifted,
    /// The distance to 100 % times (1 − m′)/(1 − m) where the median rises, every value times m′/m
    /// where it falls: a share stays one.
    ShareMoved,
}

impl Change {
    /// How a distribution of this unit is changed.
    pub const fn of_unit(unit: Unit) -> Self {
        match unit {
            Unit::Growth => Self::GrowthShifted,
            Unit::Share => Self::ShareMoved,
            Unit::Date | Unit::Until | Unit::Plain => Self::Shifted,
            Unit::Amount(_) | Unit::Spread | Unit::Duration | Unit::Rate => Self::Scaled,
        }
    }
}

/// How finely two scenarios are told apart that differ in a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// Not at all: it cannot move P, or it is the question that both answer.
    Never,
    /// As one difference.
    Whole,
    /// Entry by entry where both have it, else as one difference.
    InBoth,
    /// As `InBoth`, where both are of one kind.
    OfOneKind,
    /// Entry by entry: one that is left out has no entries.
    Entries,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_said_as_a_reader_would() {
        let words = |lower, upper| Allowed { lower, upper }.words(Unit::Plain);
        assert_eq!(words(Included(0.0), Included(1.0)), " between 0 and 1");
        assert_eq!(words(Included(0.0), Excluded(1.0)), " of at least 0 and below 1");
        assert_eq!(words(Excluded(2.0), Included(1e6)), " above 2 and at most 1,000,000");
        assert_eq!(words(Unbounded, Included(365.0)), " of at most 365");
        assert_eq!(words(Unbounded, Unbounded), "");
        assert_eq!(Unit::Growth.allowed().words(Unit::Growth), " above −100 %");
    }
}
