//! Amounts of money, which are counted in two ways: in single units of the currency where they are
//! calculated with, in the units of the scenario's file where they are read and printed.

/// How many single units of the currency are in one unit of a file: 1,000,000 for `million`.
///
/// It alone turns one count into the other, by one multiplication or one division.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MoneyScale(f64);

impl MoneyScale {
    /// Single units.
    pub const ONE: Self = Self(1.0);
    /// Millions.
    pub const MILLION: Self = Self(1e6);

    /// The scale that a file calls so: `one`, `thousand`, `million` or `billion`.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "one" => Some(Self::ONE),
            "thousand" => Some(Self(1e3)),
            "million" => Some(Self::MILLION),
            "billion" => Some(Self(1e9)),
            _ => None,
        }
    }

    /// An amount of single units, in units of the file.
    pub fn in_units(self, single: f64) -> f64 {
        single / self.0
    }

    /// An amount of units of the file, in single units.
    pub fn single(self, units: f64) -> f64 {
        units * self.0
    }
}

/// An amount with the unit in which its file states it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    single: f64,
    scale: MoneyScale,
}

impl Amount {
    /// So many units of the file.
    pub fn of_units(units: f64, scale: MoneyScale) -> Self {
        Self { single: scale.single(units), scale }
    }

    /// So many single units, stated in units of the file.
    pub fn of_single(single: f64, scale: MoneyScale) -> Self {
        Self { single, scale }
    }

    /// In single units of the currency.
    pub fn single(self) -> f64 {
        self.single
    }

    /// What its file states amounts in.
    pub fn scale(self) -> MoneyScale {
        self.scale
    }

    /// In units of the file.
    pub fn in_units(self) -> f64 {
        self.scale.in_units(self.single)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One operation each way, so that no result depends on where an amount was converted.
    #[test]
    fn an_amount_is_converted_by_one_operation() {
        let thousand = MoneyScale::named("thousand").expect("a scale");
        assert_eq!(thousand.single(0.1).to_bits(), (0.1 * 1e3_f64).to_bits());
        assert_eq!(thousand.in_units(0.3).to_bits(), (0.3 / 1e3_f64).to_bits());
        let amount = Amount::of_units(200.0, MoneyScale::MILLION);
        assert_eq!((amount.single(), amount.in_units()), (2e8, 200.0));
        assert_eq!(Amount::of_single(5e6, amount.scale()).in_units(), 5.0);
        assert_eq!(MoneyScale::named("trillion"), None);
    }
}
