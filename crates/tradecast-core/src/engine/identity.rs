//! What a plan says, in 32 bytes: two runs whose plans agree in them draw and weigh paths alike.

use super::Plan;
use sha2::{Digest, Sha256};

/// Separates these hashes from any other use of SHA-256.
const DOMAIN: &[u8] = b"tradecast plan 1\0";

impl Plan {
    /// The SHA-256 of all that the plan says, to the bit.
    pub fn identity(&self) -> [u8; 32] {
        let bytes = postcard::to_allocvec(self).expect("a plan is plain data");
        Sha256::new_with_prefix(DOMAIN).chain_update(bytes).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{RowPlan, WeightedPlan};
    use super::*;
    use crate::importance::{Component, Mixture, Side};
    use crate::random::Variable;

    fn plan(mean: f64, side: Side) -> Plan {
        let component = Component {
            share: 1.0,
            mean: vec![mean],
            factor: vec![1.0],
            inverse: vec![1.0],
            below: Vec::new(),
        };
        let mixture = Mixture {
            coordinates: Vec::new(),
            directions: Vec::new(),
            choices: Vec::new(),
            components: vec![component],
            selector: Variable::new(1, "part"),
        };
        let row = RowPlan { scale: 3, sides: [Some(side), None] };
        let weighted = WeightedPlan { mixture, rows: vec![vec![vec![row]]] };
        Plan { spread: None, weighted: Some(weighted) }
    }

    #[test]
    fn whatever_differs_shows() {
        let here = plan(2.0, Side::Hit).identity();
        assert_eq!(here, plan(2.0, Side::Hit).identity());
        assert_ne!(here, plan(2.0_f64.next_up(), Side::Hit).identity());
        assert_ne!(here, plan(2.0, Side::Miss).identity());
        assert_ne!(here, Plan::plain().identity());
    }
}
