//! Every key of a scenario file: what it takes, its unit and default, an example.
//!
//! This table is the one place that says which keys exist. The decoder refuses a key that is not
//! here, `docs/scenario.md` holds [`reference()`], and a test compares the two.

use std::fmt::Write;

/// The distribution families that may stand in place of a number.
pub const FAMILIES: [&str; 10] = [
    "normal",
    "lognormal",
    "student_t",
    "uniform",
    "triangular",
    "pert",
    "beta",
    "gamma",
    "empirical",
    "quantiles",
];

/// One key of the format.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Key {
    /// The key path; `NAME` stands for the name of a block, `…` for a distribution's key.
    pub path: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// What holds when it is left out.
    pub default: &'static str,
    /// A line of a scenario that uses it.
    pub example: &'static str,
    /// What it means.
    pub says: &'static str,
}

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Takes {
    /// A table or blocks; the keys in it follow.
    Table,
    /// A text.
    Text,
    /// A list.
    List,
    /// A plain number, or what the description says.
    Plain,
    /// An amount, growth, share or other quantity, or a distribution of it.
    Uncertain(&'static str),
}

impl Takes {
    /// In words, as `share, or a distribution`.
    pub fn describe(self) -> String {
        match self {
            Self::Table => "table".to_owned(),
            Self::Text => "text".to_owned(),
            Self::List => "list".to_owned(),
            Self::Plain => "plain".to_owned(),
            Self::Uncertain(unit) => format!("{unit}, or a distribution"),
        }
    }
}

/// What is written of a key that may not be left out.
pub(crate) const REQUIRED: &str = "required";

/// A key of a table of keys.
pub(crate) const fn key(
    path: &'static str,
    takes: Takes,
    default: &'static str,
    example: &'static str,
    says: &'static str,
) -> Key {
    Key { path, takes, default, example, says }
}

use Takes::{List, Plain, Table, Text, Uncertain};

/// All keys, in the order in which a scenario is usually written.
pub const KEYS: &[Key] = &[
    key(
        "title",
        Text,
        REQUIRED,
        "title = \"QTTA corridor on the announced timetable\"",
        "What this scenario assumes, in words; the charts show it.",
    ),
    key(
        "extends",
        Text,
        "nothing",
        "extends = \"history-continues.toml\"",
        "Inherit all of another scenario and override what is named here. The path starts at this file's folder. Chains are allowed, circles are not.",
    ),
    key(
        "drop",
        List,
        "nothing",
        "drop = [\"intervention.qtta-corridor\"]",
        "Inherited blocks to leave out, as KIND.NAME.",
    ),
    key("money", Table, "current USD million", "[money]", "What amounts are counted in."),
    key(
        "money.currency",
        Text,
        "USD",
        "currency = \"USD\"",
        "The currency, as it should be printed.",
    ),
    key(
        "money.unit",
        Text,
        "million",
        "unit = \"million\"",
        "What amounts in the file are multiples of: `one`, `thousand`, `million` or `billion`.",
    ),
    key(
        "money.prices",
        Plain,
        "current",
        "prices = { constant = 2024, deflator = \"us-prices\" }",
        "`\"current\"`, or a table: results and targets are then in prices of that year.",
    ),
    key(
        "money.prices.constant",
        Plain,
        REQUIRED,
        "prices.constant = 2024",
        "The year whose prices results and targets are in: a year or a fiscal year.",
    ),
    key(
        "money.prices.deflator",
        Text,
        REQUIRED,
        "prices.deflator = \"us-prices\"",
        "The driver that is the price index. It is 1 at the midpoint of that year.",
    ),
    key(
        "calendar",
        Table,
        "calendar years",
        "[calendar]",
        "What a year is and how finely time is cut.",
    ),
    key(
        "calendar.fiscal_year_starts",
        Text,
        "calendar years only",
        "fiscal_year_starts = \"July\"",
        "The month in which fiscal years start; `FY2027-28` then ends on 30 June 2028. Steps of a year are fiscal years.",
    ),
    key(
        "calendar.step",
        Text,
        "year",
        "step = \"quarter\"",
        "The length of a simulated period: `year`, `quarter` or `month`. Totals of longer periods are sums of steps.",
    ),
    key(
        "target",
        Table,
        REQUIRED,
        "[[target]]",
        "An amount to be reached in a period. At least one.",
    ),
    key(
        "target.NAME.name",
        Text,
        REQUIRED,
        "name = \"announced\"",
        "How the target is referred to.",
    ),
    key(
        "target.NAME.at_least",
        Plain,
        REQUIRED,
        "at_least = 200",
        "The amount, in the unit of `[money]`.",
    ),
    key(
        "target.NAME.in",
        Text,
        REQUIRED,
        "in = \"FY2027-28\"",
        "The period whose total counts: a whole number of steps.",
    ),
    key(
        "target.NAME.flows",
        Plain,
        "all",
        "flows = [\"exports\", \"imports\"]",
        "The flows that are summed: `\"all\"` or a list of names.",
    ),
    key(
        "target.NAME.announced",
        Text,
        "not shown",
        "announced = \"2025-12-04\"",
        "When the target was announced; printed under the charts and by `check`.",
    ),
    key(
        "target.NAME.measured_by",
        Text,
        "not shown",
        "measured_by = \"Kyrgyz customs\"",
        "Whose statistics the target is judged by. The headline says it.",
    ),
    key(
        "flow",
        Table,
        REQUIRED,
        "[[flow]]",
        "Goods or services from one country to another, per period. At least one.",
    ),
    key(
        "flow.NAME.name",
        Text,
        REQUIRED,
        "name = \"pakistan-exports\"",
        "How other blocks refer to the flow.",
    ),
    key(
        "flow.NAME.from",
        Text,
        REQUIRED,
        "from = \"PAK\"",
        "Where the flow comes from: a country code or name.",
    ),
    key("flow.NAME.to", Text, REQUIRED, "to = \"KGZ\"", "Where it goes."),
    key(
        "flow.NAME.baseline",
        Table,
        REQUIRED,
        "baseline = { period = \"FY2024-25\", value = 4.0 }",
        "The level of the last observed period. Left out where growth is fitted: it is the history's last value.",
    ),
    key(
        "flow.NAME.baseline.period",
        Text,
        REQUIRED,
        "baseline.period = \"FY2024-25\"",
        "The last observed period.",
    ),
    key(
        "flow.NAME.baseline.value",
        Uncertain("amount"),
        REQUIRED,
        "baseline.value.lognormal = { median = 4.0, sigma = 0.1 }",
        "The total of that period.",
    ),
    key(
        "flow.NAME.baseline.lost",
        Uncertain("share"),
        "nothing",
        "baseline.lost = \"20%\"",
        "The share that a disruption already took from the baseline: the undisturbed level is value / (1 − lost).",
    ),
    key(
        "flow.NAME.growth",
        Table,
        REQUIRED,
        "growth.random_walk = { median = \"2%\", volatility = \"45%\" }",
        "How the flow grows beyond what drivers and interventions bring. Exactly one of the kinds below.",
    ),
    key(
        "flow.NAME.elasticity",
        Table,
        "none",
        "elasticity = { kyrgyz-gdp = 1.2 }",
        "Per cent of trade for one per cent of a driver.",
    ),
    key(
        "flow.NAME.elasticity.NAME",
        Uncertain("plain number"),
        "none",
        "elasticity.kyrgyz-gdp = 1.2",
        "The elasticity to the driver of that name.",
    ),
    key(
        "flow.NAME.seasonal",
        List,
        "even",
        "seasonal = [\"22%\", \"26%\", \"28%\", \"24%\"]",
        "Shares of the calendar year's 4 quarters or 12 months, January first; they sum to 1. Only with steps shorter than a year.",
    ),
    key(
        "driver",
        Table,
        "none",
        "[[driver]]",
        "An outside series (GDP, prices, exchange rate) that flows respond to.",
    ),
    key(
        "driver.NAME.name",
        Text,
        REQUIRED,
        "name = \"kyrgyz-gdp\"",
        "How elasticities refer to the driver.",
    ),
    key(
        "driver.NAME.growth",
        Table,
        REQUIRED,
        "growth.random_walk = { median = \"5%\", volatility = \"4%\" }",
        "How the driver grows: the same kinds as for a flow.",
    ),
    key(
        "GROWTH.random_walk",
        Table,
        "—",
        "growth.random_walk = { median = \"2%\", volatility = \"45%\" }",
        "Log growth is random around a steady median.",
    ),
    key(
        "GROWTH.random_walk.median",
        Uncertain("growth a year"),
        REQUIRED,
        "growth.random_walk.median = \"8%\"",
        "The median path grows by this each year, at constant drivers.",
    ),
    key(
        "GROWTH.random_walk.volatility",
        Uncertain("share"),
        REQUIRED,
        "growth.random_walk.volatility = \"45%\"",
        "Standard deviation of log growth over a year.",
    ),
    key(
        "GROWTH.random_walk.tails",
        Table,
        "normal",
        "growth.random_walk.tails.student_t = 5",
        "How likely extreme years are.",
    ),
    key(
        "GROWTH.random_walk.tails.student_t",
        Plain,
        "normal",
        "growth.random_walk.tails.student_t = 5",
        "Degrees of freedom, above 2: fewer, heavier tails. The shock keeps its standard deviation.",
    ),
    key(
        "GROWTH.random_walk.persistence",
        Uncertain("share"),
        "0",
        "growth.random_walk.persistence = 0.3",
        "Correlation of one year's shock with the next one's, from 0 to below 1. Growth over one year keeps the stated volatility.",
    ),
    key(
        "GROWTH.random_walk.transitory",
        Uncertain("share"),
        "0",
        "growth.random_walk.transitory = \"20%\"",
        "Standard deviation of a log disturbance of one year's total that is gone the year after. The baseline is free of it.",
    ),
    key(
        "GROWTH.mean_reverting",
        Table,
        "—",
        "growth.mean_reverting = { trend = \"3%\", half_life = \"2 years\", volatility = \"20%\" }",
        "The log level returns to a line that starts at the baseline.",
    ),
    key(
        "GROWTH.mean_reverting.trend",
        Uncertain("growth a year"),
        REQUIRED,
        "growth.mean_reverting.trend = \"3%\"",
        "Growth of the line.",
    ),
    key(
        "GROWTH.mean_reverting.half_life",
        Uncertain("duration"),
        REQUIRED,
        "growth.mean_reverting.half_life = \"2 years\"",
        "The time in which half of a deviation is gone.",
    ),
    key(
        "GROWTH.mean_reverting.volatility",
        Uncertain("share"),
        REQUIRED,
        "growth.mean_reverting.volatility = \"20%\"",
        "Instantaneous volatility, per square root of a year.",
    ),
    key(
        "GROWTH.mean_reverting.tails",
        Table,
        "normal",
        "growth.mean_reverting.tails.student_t = 5",
        "How likely extreme years are.",
    ),
    key(
        "GROWTH.mean_reverting.tails.student_t",
        Plain,
        "normal",
        "growth.mean_reverting.tails.student_t = 5",
        "Degrees of freedom, above 2.",
    ),
    key(
        "GROWTH.bootstrap",
        Table,
        "—",
        "growth.bootstrap = { history = \"history.csv\", block = \"3 years\" }",
        "Log growth is drawn from a history in blocks of random length (stationary bootstrap). Takes no correlation.",
    ),
    key(
        "GROWTH.bootstrap.history",
        Text,
        REQUIRED,
        "growth.bootstrap.history = \"history.csv\"",
        "A CSV file with columns `period` and `value`, and for several flows `exporter` and `importer` (as in `from` and `to`). Periods must be as long as a step, without gaps. The path starts at this file's folder.",
    ),
    key(
        "GROWTH.bootstrap.block",
        Plain,
        REQUIRED,
        "growth.bootstrap.block = \"3 years\"",
        "The mean length of a block: a duration of at least one step.",
    ),
    key(
        "GROWTH.constant",
        Uncertain("growth a year"),
        "—",
        "growth.constant = \"0%\"",
        "Growth at one rate, without chance from year to year.",
    ),
    key(
        "GROWTH.fitted",
        Table,
        "—",
        "growth.fitted = { history = \"history.csv\" }",
        "Growth as a history of 5 or more years and thousands of other trade series say. The baseline is the history's last year, so `baseline` is left out. Flows only.",
    ),
    key(
        "GROWTH.fitted.history",
        Text,
        REQUIRED,
        "growth.fitted.history = \"history.csv\"",
        "A file of yearly, quarterly or monthly trade, plain or .gz: docs/histories.md has the formats. In a file of several flows, the one that `from` and `to` name. Values without a stated unit are in that of [money]. The path starts at this file's folder.",
    ),
    key(
        "GROWTH.fitted.prior",
        Text,
        "\"world\"",
        "growth.fitted.prior = \"world\"",
        "What the history is seen through: `\"world\"`, what other trade series teach (docs/truth.md); `\"none\"`, its own mean growth and volatility alone; or a file that `tradecast calibrate` wrote, as `\"prior.toml\"`.",
    ),
    key(
        "GROWTH.fitted.drift",
        Uncertain("growth a year"),
        "the prior's",
        "growth.fitted.drift = \"4%\"",
        "Another view of how fast the world's trade grows, in logs and current USD; the shipped prior has 6 %. All flows that grow with the world share its error.",
    ),
    key(
        "GROWTH.fitted.total",
        Plain,
        "false",
        "growth.fitted.total = true",
        "The flow is trade in both directions between `from` and `to`: the two in the file are added up, by one reporter.",
    ),
    key(
        "GROWTH.fitted.reporter",
        Text,
        "the only one",
        "growth.fitted.reporter = \"importer\"",
        "Whose figures count where the file has those of several: `\"exporter\"`, `\"importer\"`, or a name as the file has it.",
    ),
    key(
        "GROWTH.fitted.columns",
        Text,
        "exporter, importer, period, value",
        "growth.fitted.columns = \"exporter=from,importer=to,period=year,value=usd\"",
        "What the columns of the file are called, where they have other names.",
    ),
    key(
        "GROWTH.fitted.unit",
        Text,
        "that of [money]",
        "growth.fitted.unit = \"USD thousand\"",
        "What the values of the file are counted in, where it does not say so itself.",
    ),
    key(
        "GROWTH.fitted.country_codes",
        Text,
        "none",
        "growth.fitted.country_codes = \"country_codes.csv\"",
        "The file that names the numbered countries of a BACI file.",
    ),
    key(
        "GROWTH.fitted.per_dollar",
        Plain,
        "1",
        "growth.fitted.per_dollar = 280",
        "Units of the currency for one USD, required where [money] has another currency: how much a flow varies depends on its size in USD.",
    ),
    key("intervention", Table, "none", "[[intervention]]", "A dated, uncertain effect of policy."),
    key(
        "intervention.NAME.name",
        Text,
        REQUIRED,
        "name = \"casa-1000\"",
        "How `needs`, `drop` and correlations refer to it.",
    ),
    key(
        "intervention.NAME.probability",
        Uncertain("share"),
        "1",
        "probability = 0.8",
        "The probability that it happens at all; decided once a path.",
    ),
    key(
        "intervention.NAME.start",
        Uncertain("date"),
        "the first step",
        "start.triangular = { min = \"2026-10\", mode = \"2027-09\", max = \"2030-12\" }",
        "When it begins to act.",
    ),
    key(
        "intervention.NAME.ramp",
        Uncertain("duration"),
        "at once",
        "ramp = \"12 months\"",
        "How long it takes to reach its full effect, in a straight line.",
    ),
    key(
        "intervention.NAME.season",
        Table,
        "all year",
        "season = { from = \"May\", to = \"September\" }",
        "The months in which it acts.",
    ),
    key(
        "intervention.NAME.season.from",
        Text,
        REQUIRED,
        "season.from = \"May\"",
        "The first month.",
    ),
    key(
        "intervention.NAME.season.to",
        Text,
        REQUIRED,
        "season.to = \"September\"",
        "The last month, to its end.",
    ),
    key(
        "intervention.NAME.adds",
        Table,
        "nothing",
        "adds = { flow = \"kyrgyz-electricity\", per_year = 62 }",
        "An amount that it adds to a flow.",
    ),
    key(
        "intervention.NAME.adds.flow",
        Text,
        REQUIRED,
        "adds.flow = \"kyrgyz-electricity\"",
        "The flow.",
    ),
    key(
        "intervention.NAME.adds.per_year",
        Uncertain("amount"),
        REQUIRED,
        "adds.per_year.pert = { min = 30, mode = 62, max = 85 }",
        "The amount of a full year at full effect; with a season, of the full season.",
    ),
    key(
        "intervention.NAME.lifts",
        Table,
        "nothing",
        "lifts = { flows = \"all\", by = \"25%\" }",
        "A share by which it raises (or lowers) flows.",
    ),
    key(
        "intervention.NAME.lifts.flows",
        Plain,
        REQUIRED,
        "lifts.flows = [\"pakistan-exports\", \"kyrgyz-exports\"]",
        "The flows: `\"all\"` or a list of names.",
    ),
    key(
        "intervention.NAME.lifts.by",
        Uncertain("growth"),
        REQUIRED,
        "lifts.by.quantiles = { p10 = \"5%\", p50 = \"25%\", p90 = \"90%\" }",
        "The share, above −100 %; `25%` makes 1.25 of 1.",
    ),
    key(
        "intervention.NAME.needs",
        List,
        "nothing",
        "needs = [\"transit-agreement\"]",
        "Interventions without which this one has no effect; it starts no earlier than they do.",
    ),
    key("disruption", Table, "none", "[[disruption]]", "A random interruption."),
    key(
        "disruption.NAME.name",
        Text,
        REQUIRED,
        "name = \"border-closure\"",
        "How `drop` refers to it.",
    ),
    key(
        "disruption.NAME.rate_per_year",
        Uncertain("plain number"),
        REQUIRED,
        "rate_per_year = 0.5",
        "Mean number of new events a year (Poisson).",
    ),
    key(
        "disruption.NAME.duration",
        Uncertain("duration"),
        REQUIRED,
        "duration.quantiles = { p10 = \"2 weeks\", p90 = \"6 months\" }",
        "How long one event lasts; drawn for each event.",
    ),
    key(
        "disruption.NAME.loss",
        Uncertain("share"),
        REQUIRED,
        "loss.beta = { mean = 0.6, concentration = 8 }",
        "The share of an undisturbed flow that is lost while it lasts; drawn for each event. Where events overlap, the largest counts.",
    ),
    key(
        "disruption.NAME.flows",
        Plain,
        REQUIRED,
        "flows = [\"pakistan-exports\"]",
        "The flows that it interrupts: `\"all\"` or a list of names.",
    ),
    key(
        "disruption.NAME.ongoing",
        Table,
        "no event at the start",
        "ongoing = { until = \"2026-06\" }",
        "One event that is active from the start of the simulation.",
    ),
    key(
        "disruption.NAME.ongoing.until",
        Uncertain("date"),
        REQUIRED,
        "ongoing.until.triangular = { min = \"2025-12\", mode = \"2026-06\", max = \"2028-06\" }",
        "When it ends; a date without a day is the month's end.",
    ),
    key(
        "correlation",
        Table,
        "independent",
        "[[correlation]]",
        "Correlation of two random things.",
    ),
    key(
        "correlation.NAME.between",
        List,
        REQUIRED,
        "between = [\"pakistan-exports\", \"kyrgyz-exports\"]",
        "Two flows or drivers (their shocks), or two of: parameters (`\"pakistan-exports.baseline\"`) and interventions (whether they happen).",
    ),
    key(
        "correlation.NAME.value",
        Plain,
        REQUIRED,
        "value = 0.3",
        "Correlation of the underlying normals, from −1 to 1.",
    ),
    key("simulation", Table, "1,000,000 paths", "[simulation]", "How it is simulated."),
    key(
        "simulation.paths",
        Plain,
        "1_000_000",
        "paths = 1_000_000",
        "The number of simulated futures.",
    ),
    key(
        "simulation.seed",
        Plain,
        "1",
        "seed = 20251204",
        "The seed of every draw, a whole number.",
    ),
    key(
        "simulation.method",
        Plain,
        "\"auto\"",
        "method = \"auto\"",
        "How probabilities are estimated: auto (a pilot chooses for each), monte-carlo, quasi-monte-carlo or importance-sampling.",
    ),
    key(
        "….normal",
        Table,
        "—",
        "value.normal = { mean = 16, std_dev = 1 }",
        "Normal distribution.",
    ),
    key("….normal.mean", Plain, REQUIRED, "normal.mean = 16", "Mean, in the key's unit."),
    key(
        "….normal.std_dev",
        Plain,
        REQUIRED,
        "normal.std_dev = 1",
        "Standard deviation, a difference in the key's unit.",
    ),
    key(
        "….lognormal",
        Table,
        "—",
        "value.lognormal = { median = 4.0, sigma = 0.1 }",
        "Lognormal distribution.",
    ),
    key(
        "….lognormal.median",
        Plain,
        REQUIRED,
        "lognormal.median = 4.0",
        "Median, in the key's unit.",
    ),
    key(
        "….lognormal.sigma",
        Plain,
        REQUIRED,
        "lognormal.sigma = 0.1",
        "Standard deviation of the logarithm.",
    ),
    key(
        "….student_t",
        Table,
        "—",
        "value.student_t = { location = \"5%\", scale = \"2%\", df = 5 }",
        "Student's t distribution, moved and scaled.",
    ),
    key(
        "….student_t.location",
        Plain,
        REQUIRED,
        "student_t.location = \"5%\"",
        "Median, in the key's unit.",
    ),
    key(
        "….student_t.scale",
        Plain,
        REQUIRED,
        "student_t.scale = \"2%\"",
        "Scale, a difference in the key's unit (not the standard deviation).",
    ),
    key("….student_t.df", Plain, REQUIRED, "student_t.df = 5", "Degrees of freedom, above 0."),
    key(
        "….uniform",
        Table,
        "—",
        "value.uniform = { min = 10, max = 20 }",
        "Every value from min to max alike.",
    ),
    key("….uniform.min", Plain, REQUIRED, "uniform.min = 10", "Least value."),
    key("….uniform.max", Plain, REQUIRED, "uniform.max = 20", "Greatest value."),
    key(
        "….triangular",
        Table,
        "—",
        "start.triangular = { min = \"2026-10\", mode = \"2027-09\", max = \"2030-12\" }",
        "Triangular distribution.",
    ),
    key("….triangular.min", Plain, REQUIRED, "triangular.min = \"2026-10\"", "Least value."),
    key(
        "….triangular.mode",
        Plain,
        REQUIRED,
        "triangular.mode = \"2027-09\"",
        "Most likely value.",
    ),
    key("….triangular.max", Plain, REQUIRED, "triangular.max = \"2030-12\"", "Greatest value."),
    key(
        "….pert",
        Table,
        "—",
        "per_year.pert = { min = 30, mode = 62, max = 85 }",
        "PERT distribution: a beta whose mean is (min + 4 mode + max) / 6.",
    ),
    key("….pert.min", Plain, REQUIRED, "pert.min = 30", "Least value."),
    key("….pert.mode", Plain, REQUIRED, "pert.mode = 62", "Most likely value."),
    key("….pert.max", Plain, REQUIRED, "pert.max = 85", "Greatest value."),
    key(
        "….beta",
        Table,
        "—",
        "loss.beta = { mean = 0.6, concentration = 8 }",
        "Beta distribution.",
    ),
    key("….beta.mean", Plain, REQUIRED, "beta.mean = 0.6", "Mean."),
    key(
        "….beta.concentration",
        Plain,
        REQUIRED,
        "beta.concentration = 8",
        "The sum of the two shape parameters: higher, narrower.",
    ),
    key("….beta.min", Plain, "0", "beta.min = 0", "Least value."),
    key("….beta.max", Plain, "1", "beta.max = 1", "Greatest value."),
    key(
        "….gamma",
        Table,
        "—",
        "duration.gamma = { mean = \"3 months\", std_dev = \"2 months\" }",
        "Gamma distribution.",
    ),
    key("….gamma.mean", Plain, REQUIRED, "gamma.mean = \"3 months\"", "Mean."),
    key("….gamma.std_dev", Plain, REQUIRED, "gamma.std_dev = \"2 months\"", "Standard deviation."),
    key(
        "….empirical",
        Table,
        "—",
        "value.empirical = { values = [4.6, 16], weights = [1, 2] }",
        "One of the values: branches, never blended.",
    ),
    key("….empirical.values", List, REQUIRED, "empirical.values = [4.6, 16]", "The values."),
    key(
        "….empirical.weights",
        List,
        "equal",
        "empirical.weights = [1, 2]",
        "Their weights, in any unit.",
    ),
    key(
        "….quantiles",
        Table,
        "—",
        "by.quantiles = { p10 = \"5%\", p50 = \"25%\", p90 = \"90%\" }",
        "The smooth distribution through two or three quantiles (a metalog).",
    ),
    key(
        "….quantiles.p1…p99",
        Plain,
        "two or three of them",
        "quantiles.p50 = \"25%\"",
        "The value below which that many per cent lie.",
    ),
    key(
        "….quantiles.min",
        Plain,
        "the key's own limit",
        "quantiles.min = \"0%\"",
        "A lower limit that no value reaches.",
    ),
    key(
        "….quantiles.max",
        Plain,
        "the key's own limit",
        "quantiles.max = \"300%\"",
        "An upper limit that no value reaches.",
    ),
    key(
        "….truncate",
        Table,
        "nothing",
        "value = { normal = { mean = 16, std_dev = 8 }, truncate = { min = 0 } }",
        "Cuts the distribution beside it and renormalises what is left.",
    ),
    key("….truncate.min", Plain, "no limit", "truncate.min = 0", "Least value."),
    key("….truncate.max", Plain, "no limit", "truncate.max = 40", "Greatest value."),
];

impl Key {
    /// The path as it is written in a file, as far as it is the same for all: `….growth.fitted.drift`.
    pub fn full_path(&self) -> String {
        self.path.replace("GROWTH", "….growth")
    }

    /// Whether a path means this key: whole, with names of blocks in it, or its end.
    fn is_meant_by(&self, path: &str) -> bool {
        let own: Vec<&str> = self
            .path
            .split('.')
            .map(|part| if part == "GROWTH" { "growth" } else { part })
            .collect();
        let given: Vec<&str> = path.split('.').filter(|part| *part != "…").collect();
        let is_like = |(own, given): (&&str, &&str)| *own == "NAME" || own == given;
        let matches = |own: &[&str], given: &[&str]| own.iter().zip(given).all(is_like);
        match own.len().checked_sub(given.len()) {
            Some(0) => matches(&own, &given),
            // The end of a key, as `at_least`; the name of a block alone means nothing.
            Some(more) => own[more] == given[0] && matches(&own[more..], &given),
            // A growth or a distribution within a longer path.
            None => {
                let more = given.len() - own.len();
                let is_part = own[0] == "growth" || own[0] == "…";
                is_part && matches(&own, &given[more..])
            }
        }
    }
}

/// The keys that a path, or the end of one, means.
pub fn find(path: &str) -> Vec<&'static Key> {
    KEYS.iter().filter(|key| key.is_meant_by(path)).collect()
}

/// The key whose path is nearest to one that does not exist.
pub fn nearest(path: &str) -> Option<String> {
    let last = path.rsplit('.').next().unwrap_or(path);
    let ends = KEYS.iter().map(|key| key.path.rsplit('.').next().unwrap_or(key.path));
    let near = super::nearest_name(last, ends)?;
    let mut with_end = KEYS.iter().filter(|key| key.path.rsplit('.').next() == Some(near));
    with_end.next().map(Key::full_path)
}

/// Those of `keys` that may stand in the table of `pattern`: a path with `NAME` for the name of a
/// block.
///
/// `source` may stand in any table.
pub fn keys_in(keys: &'static [Key], pattern: &str) -> Vec<&'static str> {
    let child = |key: &Key| {
        let rest = if pattern.is_empty() {
            key.path
        } else {
            key.path.strip_prefix(pattern)?.strip_prefix('.')?
        };
        let is_own = !rest.contains('.') && !rest.contains('…') && !rest.contains("NAME");
        is_own.then_some(rest)
    };
    let mut found: Vec<&str> = keys.iter().filter_map(child).collect();
    if !pattern.is_empty() && !found.contains(&"source") {
        found.push("source");
    }
    found
}

/// The reference of all keys as Markdown: the part of `docs/scenario.md` that must be complete.
pub fn reference() -> String {
    let mut text = table_of(KEYS);
    text.push_str("| `….source` | text | no source | `source = \"State Bank of Pakistan\"` | Where the values of a table come from. May stand in any table, and speaks for all values in it that are not overridden by a later file. |\n");
    text
}

/// A table of keys as Markdown.
pub fn table_of(keys: &[Key]) -> String {
    let mut text = String::from(
        "| key | takes | when left out | example | meaning |\n|---|---|---|---|---|\n",
    );
    for key in keys {
        let path = key.full_path();
        let cell = |text: &str| text.replace('|', "\\|");
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| `{path}` | {} | {} | `{}` | {} |",
            cell(&key.takes.describe()),
            key.default,
            cell(key.example),
            cell(key.says),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_whole_by_name_and_by_their_end() {
        let paths = |given: &str| -> Vec<&str> { find(given).iter().map(|key| key.path).collect() };
        assert_eq!(paths("target.announced.at_least"), ["target.NAME.at_least"]);
        assert_eq!(paths("at_least"), ["target.NAME.at_least"]);
        assert_eq!(paths("flow.exports.growth.fitted.drift"), ["GROWTH.fitted.drift"]);
        assert_eq!(paths("fitted.drift"), ["GROWTH.fitted.drift"]);
        assert_eq!(paths("flow.exports.baseline"), ["flow.NAME.baseline"]);
        assert_eq!(paths("volatility").len(), 2);
        assert!(paths("exports").is_empty());
        assert_eq!(nearest("target.announced.at_leest").as_deref(), Some("target.NAME.at_least"));
        for key in KEYS {
            assert!(
                find(&key.full_path()).iter().any(|found| found.path == key.path),
                "{}",
                key.path
            );
        }
    }
}
