//! Keys of a scenario as a person would say them.

/// What a key within a block means.
pub fn key(key: &str) -> String {
    let words = match key {
        "baseline.value" => "baseline",
        "baseline.lost" => "of it already lost",
        "growth.random_walk.median" => "growth a year",
        "growth.random_walk.volatility" | "growth.mean_reverting.volatility" => "volatility a year",
        "growth.random_walk.persistence" => "persistence of shocks",
        "growth.random_walk.transitory" => "passing disturbance",
        "growth.mean_reverting.trend" => "growth of the trend a year",
        "growth.mean_reverting.half_life" => "half-life of a deviation",
        "growth.constant" => "growth a year",
        "growth.fitted.drift" => "growth of the world's trade",
        "growth.fitted.spread" => "calm or wild as a whole",
        "growth.fitted.level_error" => "today's true level",
        "growth.fitted.drift_error" => "error of its own drift",
        "shocks" => "yearly shocks",
        "ramp" => "time to full effect",
        "lifts.by" => "lifts flows by",
        "adds.per_year" => "adds a year",
        "rate_per_year" => "new events a year",
        "duration" => "lasts",
        "loss" => "share lost",
        "ongoing.until" => "now, until",
        other => return other.replacen("elasticity.", "elasticity to ", 1),
    };
    words.to_owned()
}
