//! What the nowcast learned from many pairs.

/// How booked periods are weighed. Fitted with the world prior's shipped coefficients held fixed, by
/// the mean log score of the log of the year's rest after 1, 3, 6, 9 and 11 booked months.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareCoefficients {
    /// Log of how many of the pair's own years equal shares are worth, at exp(5) million USD.
    pub share_years: f64,
    /// Its slope in the log level.
    pub share_years_slope: f64,
    /// Weight of a year's shares relative to those of the year after it, in (0, 1).
    pub share_memory: f64,
    /// Weight of a booked month relative to the month after it, in (0, 1): the end counts most.
    pub recency: f64,
    /// Share of the last year's pace added to booked amounts before logs are taken, so that a
    /// period without trade has one; above 0.
    pub pseudo_share: f64,
    /// Log of the variance of one month's share in logs, at exp(5) million USD.
    pub noise: f64,
    /// Its slope in the log level.
    pub noise_slope: f64,
    /// Log of the variance of the drift within a year, in units of the annual innovation variance.
    pub drift_within: f64,
    /// Log of how many of the pair's own years the variance of the world is worth.
    pub variance_years: f64,
    /// Weight of a year's unevenness relative to that of the year after it, in (0, 1).
    pub variance_memory: f64,
    /// How much less an early signal weighs: the log of its variance, where its weight is found,
    /// rises by this times the share of the year still open.
    pub early: f64,
    /// The same where the spread of the rest is found. It is larger: surprises go on growing within
    /// the year, which raises the right weight and the spread alike.
    pub caution: f64,
}

impl ShareCoefficients {
    /// Estimated on US monthly trade with 116 partners in both directions, 1990 to 2022 as target
    /// years (US Census Bureau, foreign trade balance; public domain), together with
    /// [`crate::forecast::Coefficients`] as shipped. `docs/truth.md`, "The running year", has the
    /// command that fits them again and the scores.
    pub const SHIPPED: Self = Self {
        share_years: 1.673,
        share_years_slope: -0.324,
        share_memory: 0.809,
        recency: 0.545,
        pseudo_share: 0.0261,
        noise: -3.385,
        noise_slope: -0.585,
        drift_within: -1.824,
        variance_years: 1.889,
        variance_memory: 0.869,
        early: 0.297,
        caution: 1.301,
    };
}
