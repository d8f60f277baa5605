//! A quantity with another median: a number is set; a distribution keeps its shape and is scaled or
//! shifted, in the way that its unit allows.

use crate::scenario::Quantity;
use crate::scenario::schema::Change;

/// The quantity with the median `to`, a distribution changed so; none where a distribution whose median is
/// 0 would have to be scaled.
pub fn moved(quantity: &Quantity, change: Change, to: f64) -> Option<Quantity> {
    let Quantity::Uncertain(distribution) = quantity else { return Some(Quantity::Certain(to)) };
    let median = distribution.median();
    let (scale, offset) = match change {
        Change::Set | Change::Shifted => (1.0, to - median),
        Change::Scaled if median > 0.0 => (to / median, 0.0),
        Change::Scaled => return None,
        Change::GrowthShifted => {
            let factor = (1.0 + to) / (1.0 + median);
            (factor, factor - 1.0)
        }
        Change::ShareMoved if to >= median && median < 1.0 => {
            let factor = (1.0 - to) / (1.0 - median);
            (factor, 1.0 - factor)
        }
        Change::ShareMoved => (to / median, 0.0),
    };
    Some(Quantity::Uncertain(distribution.moved(scale, offset)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::Distribution;
    use crate::scenario::Unit;

    fn at(quantity: &Quantity, z: f64) -> f64 {
        quantity.value(z)
    }

    /// The median is the one asked for, and quantiles follow the rule of the unit.
    #[test]
    fn a_moved_quantity_has_the_median_and_its_shape() {
        let lognormal = Quantity::Uncertain(Distribution::lognormal(0.4, 0.5).expect("valid"));
        let beta = Quantity::Uncertain(Distribution::beta(0.6, 8.0, 0.0, 1.0).expect("valid"));
        for (quantity, unit, to) in [
            (&lognormal, Unit::Spread, 0.9),
            (&lognormal, Unit::Growth, -0.2),
            (&lognormal, Unit::Plain, 3.0),
            (&beta, Unit::Share, 0.95),
            (&beta, Unit::Share, 0.1),
        ] {
            let other = moved(quantity, Change::of_unit(unit), to).expect("moved");
            // One product and one sum of numbers below 4.
            assert!((other.median() - to).abs() < 1e-14, "{unit:?} {to}");
            let (low, high) = (at(quantity, -1.0), at(quantity, 2.0));
            let (new_low, new_high) = (at(&other, -1.0), at(&other, 2.0));
            let m = quantity.median();
            let ratio = (new_high - new_low) / (high - low);
            let wanted = match (unit, to > m) {
                (Unit::Plain, _) => 1.0,
                (Unit::Growth, _) => (1.0 + to) / (1.0 + m),
                (Unit::Share, true) => (1.0 - to) / (1.0 - m),
                _ => to / m,
            };
            assert!((ratio / wanted - 1.0).abs() < 1e-12, "{unit:?} {to}: {ratio} {wanted}");
        }
    }

    #[test]
    fn a_share_stays_one_and_growth_stays_above_its_limit() {
        let beta = Quantity::Uncertain(Distribution::beta(0.6, 3.0, 0.0, 1.0).expect("valid"));
        for percent in 0..=100 {
            let (low, high) =
                moved(&beta, Change::of_unit(Unit::Share), f64::from(percent) / 100.0)
                    .expect("moved")
                    .reach();
            assert!((0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high), "{percent}");
        }
        let normal = Distribution::normal(0.1, 0.05).and_then(|d| d.truncate(-0.9, 2.0));
        let growth = Quantity::Uncertain(normal.expect("valid"));
        assert!(
            moved(&growth, Change::of_unit(Unit::Growth), -0.95).expect("moved").reach().0 > -1.0
        );
    }

    #[test]
    fn nothing_is_scaled_from_zero() {
        let zero = Distribution::empirical(&[0.0, 0.0, 4.0], &[]).expect("valid");
        assert_eq!(moved(&Quantity::Uncertain(zero), Change::of_unit(Unit::Spread), 0.4), None);
        let zero = Quantity::Certain(0.0);
        assert_eq!(moved(&zero, Change::of_unit(Unit::Spread), 0.4), Some(Quantity::Certain(0.4)));
    }
}
