//! What happens in time within a step: the activity of interventions, the loss by disruptions.
//!
//! Means over a step are taken piece by piece between all instants at which anything changes.
//! Within a piece the function is linear, so its value in the middle is its mean.

use tradecast::scenario::Season;

/// The mean over [from, to] of a function that is linear between `breaks`.
pub fn mean(from: f64, to: f64, breaks: &[f64], function: impl Fn(f64) -> f64) -> f64 {
    let mut cuts: Vec<f64> = breaks.iter().copied().filter(|at| from < *at && *at < to).collect();
    cuts.extend([from, to]);
    cuts.sort_by(f64::total_cmp);
    let pieces = cuts.windows(2).map(|cut| (cut[1] - cut[0]) * function(0.5 * (cut[0] + cut[1])));
    pieces.sum::<f64>() / (to - from)
}

/// How an intervention that happens acts in time.
pub struct Course {
    /// When it begins, in years.
    pub start: f64,
    /// Years to full effect.
    pub ramp: f64,
    /// The months in which it acts.
    pub season: Option<Season>,
}

impl Course {
    /// Its activity at an instant.
    pub fn at(&self, time: f64) -> f64 {
        let risen = if time < self.start {
            0.0
        } else if time < self.start + self.ramp {
            (time - self.start) / self.ramp
        } else {
            1.0
        };
        let month = (time * 12.0).floor().rem_euclid(12.0) as u8 + 1;
        if self.season.is_none_or(|season| is_in(season, month)) { risen } else { 0.0 }
    }

    /// Its mean activity over whole months.
    pub fn mean(&self, first_month: i32, months: i32) -> f64 {
        let mut breaks = vec![self.start, self.start + self.ramp];
        breaks.extend((1..months).map(|month| f64::from(first_month + month) / 12.0));
        let (from, to) = (f64::from(first_month) / 12.0, f64::from(first_month + months) / 12.0);
        mean(from, to, &breaks, |time| self.at(time))
    }
}

/// Whether a month (1 to 12) lies in a season, which may span the turn of the year.
pub fn is_in(season: Season, month: u8) -> bool {
    if season.from <= season.to {
        season.from <= month && month <= season.to
    } else {
        season.from <= month || month <= season.to
    }
}

/// The share of the year's months that lie in the season.
pub fn share_of_year(season: Option<Season>) -> f64 {
    let in_season = |month: &u8| season.is_none_or(|season| is_in(season, *month));
    (1..=12).filter(in_season).count() as f64 / 12.0
}

/// One interruption.
pub struct Event {
    /// When it begins, in years.
    pub from: f64,
    /// When it ends.
    pub to: f64,
    /// The share lost meanwhile.
    pub loss: f64,
}

/// The mean over [from, to] of the largest loss of the events active at each instant.
pub fn mean_loss(events: &[Event], from: f64, to: f64) -> f64 {
    let breaks: Vec<f64> = events.iter().flat_map(|event| [event.from, event.to]).collect();
    mean(from, to, &breaks, |time| {
        let active = events.iter().filter(|event| event.from <= time && time < event.to);
        active.map(|event| event.loss).fold(0.0, f64::max)
    })
}
