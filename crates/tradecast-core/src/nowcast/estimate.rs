//! The running year's total: booked plus a rest that is Student's t in logs.

use super::bookings::check_values;
use super::seasons::{Cut, periods, size};
use super::{Beyond, NowcastError, RunningYear, ShareCoefficients};
use crate::forecast::{Coefficients, Predictive, WorldFit};

/// Annual values that a nowcast needs.
const MINIMUM_YEARS: usize = 5;
/// How far the sum of an earlier year's periods may be from its annual value, relative to it.
const TOLERANCE: f64 = 0.01;

/// What is not booked yet: unit · exp(ratio), million USD.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rest {
    /// Last year's total times the share that the open periods are expected to have, million USD.
    pub unit: f64,
    /// The distribution of the log of the rest over `unit`.
    pub ratio: Predictive,
}

/// A running year seen through the world prior and through its booked periods.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nowcast {
    /// What is booked, million USD.
    pub booked: f64,
    /// The expected share of the booked periods in a year.
    pub share_booked: f64,
    /// What is open; none once all periods are booked.
    pub rest: Option<Rest>,
    /// The total of the year before, million USD.
    pub last_total: f64,
    /// Log of the booked periods' pace relative to last year's; none where nothing is booked.
    pub signal: Option<f64>,
    /// How much of the signal's surprise moves the rest; 0 where nothing is booked.
    pub weight: f64,
    /// The years after the running one.
    pub beyond: Beyond,
}

impl Nowcast {
    /// Sees a running year through the world prior `world` of the `annual` totals of the years
    /// before it (million USD, oldest first, at least 5, above 0) and through the shares of the
    /// `earlier` years (whole, oldest first, ending with the year before; fewer than annual values
    /// or none are allowed: then shares are equal ones, and the world's unevenness holds).
    ///
    /// With m and V the location and squared scale of the world prior's log ratio of the year's total
    /// to last year's, F the expected share of the booked periods, b the log of their pace (the last
    /// ones count most), D the variance of the log pace of the rest minus b:
    ///
    /// log(rest / (last total (1 − F))) ~ m + w (b − m) + s t,  w = (V − F(1−F)D₁) / (V + (1−F)² D₁),
    /// s² = V D₂ / (V + (1−F)² D₂) · (df + z²)/(df + 1),  z² = (b − m)²/(V + (1−F)² D₁)
    ///
    /// with D₁ = D exp(early (1−F)), D₂ = D exp(caution (1−F)) and df + 1 degrees of freedom; |z| counts
    /// up to the world prior's limit of shocks. `docs/method.md` derives it. With nothing booked the
    /// rest is the world prior's year.
    ///
    /// # Errors
    /// Too short a history, a period's length that does not divide a year, too many periods, values
    /// below 0 or no number, earlier years whose periods do not add up to the annual value.
    pub fn new(
        world: &Coefficients,
        shares: &ShareCoefficients,
        annual: &[f64],
        earlier: &[Vec<f64>],
        year: &RunningYear,
    ) -> Result<Self, NowcastError> {
        check(annual, earlier, year)?;
        let fit = WorldFit::new(world, annual);
        let last_total = annual[annual.len() - 1];
        let prior = fit.ahead(1.0);
        let nothing_booked = Self {
            booked: 0.0,
            share_booked: 0.0,
            rest: Some(Rest { unit: last_total, ratio: prior }),
            last_total,
            signal: None,
            weight: 0.0,
            beyond: Beyond::after(&fit, 1.0),
        };
        let booked = year.total();
        if year.booked.is_empty() {
            return Ok(nothing_booked);
        }
        let cut = Cut::new(shares, earlier, year, size(annual));
        let signal = Some(cut.signal(&year.booked, last_total));
        if year.booked.len() == year.periods() {
            let whole: Vec<f64> = annual.iter().copied().chain([booked]).collect();
            let beyond = Beyond::known(&WorldFit::new(world, &whole));
            let (share_booked, rest) = (1.0, None);
            return Ok(Self { booked, share_booked, rest, signal, beyond, ..nothing_booked });
        }
        let pace = cut.signal(&year.booked, last_total);
        let more = (shares.early, shares.caution);
        let update = Update::new(&cut, &fit, more, (pace, world.shock_limit));
        let share_booked = cut.share_booked();
        Ok(Self {
            booked,
            share_booked,
            rest: Some(Rest { unit: last_total * (1.0 - share_booked), ratio: update.ratio }),
            last_total,
            signal,
            weight: update.weight,
            beyond: Beyond::after(&fit, update.calm).with_df(update.ratio.df),
        })
    }

    /// The probability of a total of at most `total` million USD; 0 below what is booked.
    pub fn cdf(&self, total: f64) -> f64 {
        match &self.rest {
            None => f64::from(u8::from(total >= self.booked)),
            Some(_) if total <= self.booked => 0.0,
            Some(rest) => rest.ratio.cdf(libm::log((total - self.booked) / rest.unit)),
        }
    }

    /// The probability of a total of at least `total` million USD; 1 up to what is booked.
    pub fn exceeds(&self, total: f64) -> f64 {
        match &self.rest {
            None => f64::from(u8::from(total <= self.booked)),
            Some(_) if total <= self.booked => 1.0,
            Some(rest) => rest.ratio.exceeds((total - self.booked) / rest.unit),
        }
    }

    /// The total in million USD that is not exceeded with probability `p`, in (0, 1).
    pub fn quantile(&self, p: f64) -> f64 {
        self.total(|rest| rest.ratio.quantile(p))
    }

    /// The total in million USD where the rest's standardised shock is `t` (a draw of Student's t with
    /// the rest's degrees of freedom, or mixing · normal: see [`Beyond`]).
    pub fn total_at(&self, t: f64) -> f64 {
        self.total(|rest| rest.ratio.location + rest.ratio.scale * t)
    }

    /// The distribution of the log of the year's total over last year's, to first order in the rest's
    /// spread: exact where nothing is booked; none where the year is whole.
    pub fn total_ratio(&self) -> Option<Predictive> {
        let ratio = self.rest?.ratio;
        let median = self.total_at(0.0);
        let of_rest = (median - self.booked) / median;
        let location = libm::log(median / self.last_total);
        Some(Predictive { location, scale: of_rest * ratio.scale, df: ratio.df })
    }

    /// The distribution of the log of the total `years` (at least 1) after the running year over that
    /// of the year before it: exact where no or all periods are booked, else as [`Beyond::ahead`].
    pub fn ahead(&self, years: f64) -> Predictive {
        let known = libm::log(self.booked / self.last_total);
        let whole = Predictive { location: known, scale: 0.0, df: self.beyond.level.df };
        self.beyond.ahead(&self.total_ratio().unwrap_or(whole), years)
    }

    fn total(&self, log_ratio: impl Fn(&Rest) -> f64) -> f64 {
        let rest = self.rest.as_ref();
        self.booked + rest.map_or(0.0, |rest| rest.unit * libm::exp(log_ratio(rest)))
    }
}

/// What the booked periods do to the world prior's view of the rest.
struct Update {
    weight: f64,
    ratio: Predictive,
    /// What the surprise does to every variance of the years after: below 1 for a small one.
    calm: f64,
}

impl Update {
    fn new(
        cut: &Cut,
        fit: &WorldFit,
        (early, caution): (f64, f64),
        (signal, shock_limit): (f64, f64),
    ) -> Self {
        let prior = fit.ahead(1.0);
        let variance = prior.scale * prior.scale;
        let booked = cut.share_booked();
        let open = 1.0 - booked;
        let contrast = cut.contrast_variance(fit.variance);
        let of_weight = contrast * libm::exp(early * open);
        let of_spread = contrast * libm::exp(caution * open);
        let of_signal = variance + open * open * of_weight;
        let weight = (variance - booked * open * of_weight) / of_signal;
        let surprise = signal - prior.location;
        let z = (surprise.abs() / of_signal.sqrt()).min(shock_limit);
        let calm = (prior.df + z * z) / (prior.df + 1.0);
        let of_rest = variance * of_spread / (variance + open * open * of_spread);
        let location = prior.location + weight * surprise;
        let ratio = Predictive { location, scale: (of_rest * calm).sqrt(), df: prior.df + 1.0 };
        Self { weight, ratio, calm }
    }
}

fn check(annual: &[f64], earlier: &[Vec<f64>], year: &RunningYear) -> Result<(), NowcastError> {
    let is_usable = |value: &&f64| value.is_finite() && **value > 0.0;
    let found = annual.iter().rev().take_while(is_usable).count();
    if found < annual.len() || found < MINIMUM_YEARS {
        return Err(NowcastError::History { found, needed: MINIMUM_YEARS });
    }
    let months = year.months_per_period;
    let allowed = periods(months).ok_or(NowcastError::Length { months })?;
    if year.booked.len() > allowed {
        let found = year.booked.len();
        return Err(NowcastError::Periods { which: "the running year".into(), found, allowed });
    }
    check_values("the running year", &year.booked)?;
    for (back, values) in earlier.iter().rev().enumerate() {
        let which = format!("year {} before the running one", back + 1);
        check_values(&which, values)?;
        if values.len() != allowed {
            return Err(NowcastError::Periods { which, found: values.len(), allowed });
        }
        let periods: f64 = values.iter().sum();
        let annual = annual.iter().rev().nth(back).copied().unwrap_or(periods);
        if (periods - annual).abs() > TOLERANCE * annual {
            return Err(NowcastError::Mismatch { which, periods, annual });
        }
    }
    Ok(())
}
