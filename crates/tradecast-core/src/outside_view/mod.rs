//! The outside view: how others fared with as much to reach, whatever the plans say.
//!
//! Three yardsticks, side by side and never averaged: announced targets that needed as much, the
//! world prior for a pair of this size, and real pairs that grew as much in as many years. Knows
//! nothing of scenarios. docs/outside-view.md says how each is counted and what it is not.
//!
//! # Source
//! Kahneman and Lovallo (1993), Management Science 39, 17; Flyvbjerg (2006), Project Management
//! Journal 37(3), 5.

mod contrast;
mod register;
mod size;
mod windows;

pub use contrast::{Contrast, FAR, Side};
pub use register::{AnnouncedTarget, BANDS, MetShare, Outcome, SimilarTargets, announced_targets};
pub use size::{HISTORY_LENGTH, SizeForecast, fit_of_size};
pub use windows::{
    BASES, Bracket, HORIZONS, MULTIPLES, WindowCount, WindowRow, WindowShare, count_windows,
    real_windows,
};

use crate::forecast::{Coefficients, Prior};
use serde::Serialize;

/// What is asked: from a base to a target in so many years.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct OutsideQuestion {
    /// Trade of the pair a year before, million USD, above 0.
    pub base_usd_million: f64,
    /// Trade a year to be reached, million USD, at least the base.
    pub target_usd_million: f64,
    /// Years from the middle of the base's year to the middle of the target's, above 0; may be
    /// fractional.
    pub years: f64,
}

/// Why a question has no outside view.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error, miette::Diagnostic)]
pub enum QuestionError {
    /// A base of nothing, or no number.
    #[error("the base is {0} million USD, which nothing is a multiple of")]
    #[diagnostic(help("the base is the trade of one whole year, above 0, as --base 15.5"))]
    Base(f64),
    /// A target below the base, or no number.
    #[error("the target of {target} million USD is below the base of {base} million USD")]
    #[diagnostic(help(
        "the outside view is of growth: the target is a yearly amount in the base's unit, at least the base"
    ))]
    Target {
        /// The target, million USD.
        target: f64,
        /// The base, million USD.
        base: f64,
    },
    /// No time, or no number.
    #[error("{0} years leave no time to grow")]
    #[diagnostic(help(
        "years run from the middle of the base's year to the middle of the target's, above 0, as --years 2.5"
    ))]
    Years(f64),
}

impl OutsideQuestion {
    /// Target over base, at least 1.
    pub fn multiple(&self) -> f64 {
        self.target_usd_million / self.base_usd_million
    }

    /// The growth a year that the multiple means, as a share: m^(1/years) − 1.
    pub fn growth_a_year(&self) -> f64 {
        libm::pow(self.multiple(), 1.0 / self.years) - 1.0
    }

    /// The multiple by which others are chosen: one within half a percent of a counted one is that
    /// one, since a base is not known better.
    fn counted_multiple(&self) -> f64 {
        let multiple = self.multiple();
        let is_near = |counted: &f64| (multiple / counted - 1.0).abs() <= 0.005;
        MULTIPLES.into_iter().find(is_near).unwrap_or(multiple)
    }

    fn check(&self) -> Result<(), QuestionError> {
        let Self { base_usd_million: base, target_usd_million: target, years } = *self;
        if !(base.is_finite() && base > 0.0) {
            Err(QuestionError::Base(base))
        } else if !(target.is_finite() && target >= base) {
            Err(QuestionError::Target { target, base })
        } else if !(years.is_finite() && years > 0.0) {
            Err(QuestionError::Years(years))
        } else {
            Ok(())
        }
    }
}

/// How others fared with as much to reach.
#[derive(Clone, Debug, Serialize)]
pub struct OutsideView {
    /// What was asked.
    pub question: OutsideQuestion,
    /// Target over base.
    pub multiple: f64,
    /// The growth a year that it means, as a share.
    pub growth_a_year: f64,
    /// How announced targets with a similar multiple ended.
    pub targets: SimilarTargets,
    /// What the world prior says of a pair of this size.
    pub prior: SizeForecast,
    /// The share of real pairs of this size that grew as much, one a panel that has such pairs.
    pub windows: Vec<WindowShare>,
}

impl OutsideView {
    /// The outside view by the shipped register, world prior and windows.
    ///
    /// # Errors
    /// A base or a number of years that is not above 0, a target below the base.
    pub fn new(question: &OutsideQuestion) -> Result<Self, QuestionError> {
        Self::with_prior(question, &Prior::shipped().coefficients)
    }

    /// The outside view by another world prior.
    ///
    /// # Errors
    /// A base or a number of years that is not above 0, a target below the base.
    pub fn with_prior(
        question: &OutsideQuestion,
        prior: &Coefficients,
    ) -> Result<Self, QuestionError> {
        question.check()?;
        Ok(Self {
            question: *question,
            multiple: question.multiple(),
            growth_a_year: question.growth_a_year(),
            targets: SimilarTargets::new(&announced_targets(), question.counted_multiple()),
            prior: SizeForecast::new(prior, question),
            windows: windows::shares(&real_windows(), question),
        })
    }
}
