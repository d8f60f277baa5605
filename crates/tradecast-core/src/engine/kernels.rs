//! Loops over the lanes of a block that count, in whole numbers.

use crate::numeric::vectorised::vectorised;
use crate::statistics::SHARE_BITS;
use std::ops::Range;

/// Units of a share: 2^40 to one.
const UNITS: f64 = (1u64 << SHARE_BITS) as f64;
/// 2^52: a number below it that is added to it stands in its low bits, rounded to a whole one.
const ROUNDING: f64 = (1u64 << 52) as f64;

vectorised! {
    /// Counts the totals that reach a target.
    pub fn count_reaching(totals: &[f64], at_least: f64) -> u64 {
        totals.iter().map(|total| u64::from(*total >= at_least)).sum()
    }

    /// Notes which totals reach a target, and which have by now; counts both.
    pub fn reach(totals: &[f64], at_least: f64, hits: &mut [bool], reached: &mut [bool]) -> (u64, u64) {
        let (mut inside, mut by) = (0u64, 0u64);
        for ((total, hit), reached) in totals.iter().zip(hits).zip(reached) {
            *hit = *total >= at_least;
            *reached |= *hit;
            inside += u64::from(*hit);
            by += u64::from(*reached);
        }
        (inside, by)
    }

    /// Sums (target − total)/target where it is positive, and its square, in units of 2⁻⁴⁰.
    ///
    /// Rounding a share to a unit is exact to 1e-12 of the target; a block of fewer than 2^23 lanes
    /// cannot overflow.
    pub fn shortfall(totals: &[f64], at_least: f64) -> (u64, u64) {
        let (mut sum, mut squares) = (0u64, 0u64);
        for total in totals {
            let share = ((at_least - total) / at_least).max(0.0);
            sum += units(share);
            squares += units(share * share);
        }
        (sum, squares)
    }

    /// Notes the lanes where a value is above 0, beside those noted before.
    pub fn note_positive(values: &[f64], noted: &mut [bool]) {
        for (noted, value) in noted.iter_mut().zip(values) {
            *noted |= *value > 0.0;
        }
    }

    /// Counts the lanes that are noted.
    pub fn count(noted: &[bool]) -> u64 {
        noted.iter().map(|noted| u64::from(*noted)).sum()
    }

    /// Counts the lanes that are noted and where a value is above 0.
    pub fn count_positive(values: &[f64], noted: &[bool]) -> u64 {
        values.iter().zip(noted).map(|(value, noted)| u64::from(*noted && *value > 0.0)).sum()
    }

    /// Counts who reaches a target when an intervention is made to happen, and when it is kept from
    /// happening: one is as it is (`hits`), the other as `flipped` totals have it.
    pub fn reach_either(
        hits: &[bool],
        flipped: &[f64],
        at_least: f64,
        happens: &[f64],
    ) -> (u64, u64) {
        let (mut if_yes, mut if_no) = (0u64, 0u64);
        for ((hit, flipped), happens) in hits.iter().zip(flipped).zip(happens) {
            let (flipped, happens) = (*flipped >= at_least, *happens > 0.0);
            if_yes += u64::from((happens & *hit) | (!happens & flipped));
            if_no += u64::from((happens & flipped) | (!happens & *hit));
        }
        (if_yes, if_no)
    }

    /// Lists the lanes whose total lies in a band, ends included; returns how many. Without branches:
    /// each lane is written down, and overwritten by the next unless it counts.
    pub fn within(totals: &[f64], band: &Range<f64>, lanes: &mut [u32]) -> usize {
        let mut found = 0;
        for (lane, total) in totals.iter().enumerate() {
            lanes[found] = lane as u32;
            found += usize::from(*total >= band.start && *total <= band.end);
        }
        found
    }
}

/// A share in [0, 1] in whole units.
#[inline(always)]
fn units(share: f64) -> u64 {
    (share * UNITS + ROUNDING).to_bits() - ROUNDING.to_bits()
}

#[cfg(test)]
mod tests {
    use super::super::record::{Lanes, Recorder};
    use super::super::{Detail, State};
    use super::*;
    use crate::model::Model;
    use crate::numeric::vectorised::assert_same;
    use crate::random::Philox;
    use crate::scenario::Scenario;

    #[test]
    fn every_instruction_set_gives_the_same_flows_and_the_same_counts() {
        for file in [
            "scenarios/pakistan-kyrgyzstan/announced-measures.toml",
            "scenarios/india-united-states/agreement-constant-prices.toml",
            "benches/twelve-flows.toml",
        ] {
            let scenario = Scenario::read(crate::repository(file)).expect("a valid scenario");
            let model = Model::new(&scenario, 1);
            assert_same(|| {
                // Not a multiple of the tiles of any kernel.
                let (lanes, count) = (208, 203);
                let mut block = model.block(lanes);
                let mut recorder = Recorder::new(&model, Detail::Full, lanes);
                let mut state = State::new(&model);
                recorder.collect(&vec![0.0..f64::MAX; model.targets.len()]);
                recorder.settle(&model, &vec![0.0..f64::MAX; model.targets.len()], &mut state);
                let mut bits = Vec::new();
                for first in [0, 208, 1 << 40] {
                    model.evaluate(&Philox, first, &mut block);
                    recorder.record(
                        &model,
                        &mut block,
                        Lanes { drawn: count, counted: count },
                        &mut state,
                    );
                    for step in 0..model.timeline.steps {
                        for flow in 0..model.flows() {
                            bits.extend(block.flow(flow, step).iter().map(|x| x.to_bits()));
                        }
                    }
                }
                (bits, state)
            });
        }
    }

    #[test]
    fn shares_are_summed_to_the_unit() {
        let totals = [0.0, 25.0, 50.0, 100.0, 300.0];
        let (sum, squares) = shortfall(&totals, 100.0);
        assert_eq!(sum as f64 / UNITS, 1.0 + 0.75 + 0.5);
        assert_eq!(squares as f64 / UNITS, 1.0 + 0.5625 + 0.25);
    }

    #[test]
    fn a_target_once_reached_stays_reached() {
        let (mut hits, mut reached) = ([false; 3], [false; 3]);
        assert_eq!(reach(&[1.0, 5.0, 9.0], 5.0, &mut hits, &mut reached), (2, 2));
        assert_eq!(reach(&[6.0, 4.0, 9.0], 5.0, &mut hits, &mut reached), (2, 3));
        assert_eq!(hits, [true, false, true]);
    }
}
