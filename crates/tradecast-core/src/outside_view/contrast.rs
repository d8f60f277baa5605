//! Whether a scenario's probability is far from what history says.

use super::OutsideView;
use crate::statistics::Estimate;
use serde::Serialize;

/// How many times history's figure counts as far: its own far tail is known to a factor of 2 to 3.
pub const FAR: f64 = 3.0;

/// On which side of history a scenario lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Far more likely.
    Above,
    /// Far less likely.
    Below,
}

/// A probability that is far from every figure of history.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Contrast {
    /// On which side.
    pub side: Side,
    /// The figure of history that is nearest to it: the greatest of them, or the least.
    pub nearest: f64,
    /// The greater of the two over the smaller.
    pub factor: f64,
    /// Whether the factor is only a bound, because no path reached the target.
    pub is_bound: bool,
}

impl Contrast {
    /// The contrast of a scenario's probability, if there is one.
    ///
    /// History's figures are the world prior's probability and the shares of real windows on both
    /// sides of the question. Far above: the whole confidence interval lies above [`FAR`] times the
    /// greatest. Far below: below the least over [`FAR`]. The register of announced targets takes no
    /// part: it is too small to contradict anyone.
    pub fn new(view: &OutsideView, scenario: &Estimate) -> Option<Self> {
        let prior = view.prior.probability;
        let easier = view.windows.iter().filter_map(|share| share.bracket.easier);
        let harder = view.windows.iter().filter_map(|share| share.bracket.harder);
        let greatest = easier.map(|count| count.share()).fold(prior, f64::max);
        let least = harder.map(|count| count.share()).fold(prior, f64::min);
        if scenario.interval.lower > FAR * greatest {
            let factor = scenario.value / greatest;
            return Some(Self { side: Side::Above, nearest: greatest, factor, is_bound: false });
        }
        if scenario.interval.upper < least / FAR {
            let is_bound = scenario.value <= 0.0;
            let value = if is_bound { scenario.interval.upper } else { scenario.value };
            return Some(Self {
                side: Side::Below,
                nearest: least,
                factor: least / value,
                is_bound,
            });
        }
        None
    }
}
