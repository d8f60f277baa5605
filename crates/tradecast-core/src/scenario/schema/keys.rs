//! All keys of a scenario file.

use super::{Allowed, Change, Compared, Key, REQUIRED, Takes, key};
use crate::amount::MoneyScale;
use crate::scenario::unit::Unit;
use Takes::{File, List, Plain, Quantity, Table, Text, Value};
use std::ops::Bound::{Excluded, Included, Unbounded};

/// Amounts in whatever unit a scenario states them.
const AMOUNT: Unit = Unit::Amount(MoneyScale::ONE);

const ABOVE_ZERO: Allowed = Allowed { lower: Excluded(0.0), upper: Unbounded };
const BELOW_ONE: Allowed = Allowed { lower: Unbounded, upper: Excluded(1.0) };
const CORRELATION: Allowed = Allowed { lower: Included(-1.0), upper: Included(1.0) };
/// A disruption's events a year.
const MOST_EVENTS: Allowed = Allowed { lower: Unbounded, upper: Included(365.0) };
/// Degrees of freedom.
const HEAVY_TAILS: Allowed = Allowed { lower: Excluded(2.0), upper: Included(1e6) };
const TAILS_HINT: &str = ", so that the variance exists; leave `tails` out for normal shocks";

/// All keys, in the order in which a scenario is usually written.
pub const KEYS: &[Key] = &[
    key(
        "title",
        Text,
        REQUIRED,
        "title = \"QTTA corridor on the announced timetable\"",
        "What this scenario assumes, in words; the charts show it.",
    )
    .compared(Compared::Never),
    key(
        "extends",
        File(&[]),
        "nothing",
        "extends = \"history-continues.toml\"",
        "Inherit all of another scenario and override what is named here. The path starts at this file's folder. Chains are allowed, circles are not.",
    )
    .compared(Compared::Never),
    key(
        "drop",
        List,
        "nothing",
        "drop = [\"intervention.qtta-corridor\"]",
        "Inherited blocks to leave out, as KIND.NAME.",
    )
    .compared(Compared::Never),
    key("money", Table, "current USD million", "[money]", "What amounts are counted in.")
    .compared(Compared::Entries),
    key(
        "money.currency",
        Text,
        "USD",
        "currency = \"USD\"",
        "The currency, as it should be printed.",
    )
    .compared(Compared::Never),
    key(
        "money.unit",
        Text,
        "million",
        "unit = \"million\"",
        "What amounts in the file are multiples of: `one`, `thousand`, `million` or `billion`.",
    )
    .compared(Compared::Never),
    key(
        "money.prices",
        Plain,
        "current",
        "prices = { constant = 2024, deflator = \"us-prices\" }",
        "`\"current\"`, or a table: results and targets are then in prices of that year.",
    )
    .compared(Compared::Whole),
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
    )
    .compared(Compared::Entries),
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
    )
    .compared(Compared::Entries),
    key(
        "target.NAME.name",
        Text,
        REQUIRED,
        "name = \"announced\"",
        "How the target is referred to.",
    )
    .compared(Compared::Never),
    key(
        "target.NAME.at_least",
        Value(AMOUNT),
        REQUIRED,
        "at_least = 200",
        "The amount, in the unit of `[money]`.",
    )
    .compared(Compared::Never)
    .within(ABOVE_ZERO, "a target must be above 0", "")
    .varies(Change::Set),
    key(
        "target.NAME.in",
        Text,
        REQUIRED,
        "in = \"FY2027-28\"",
        "The period whose total counts: a whole number of steps.",
    )
    .compared(Compared::Never)
    .varies(Change::Set),
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
    )
    .compared(Compared::Never),
    key(
        "target.NAME.measured_by",
        Text,
        "not shown",
        "measured_by = \"Kyrgyz customs\"",
        "Whose statistics the target is judged by. The headline says it.",
    )
    .compared(Compared::Never),
    key(
        "flow",
        Table,
        REQUIRED,
        "[[flow]]",
        "Goods or services from one country to another, per period. At least one.",
    )
    .compared(Compared::Entries),
    key(
        "flow.NAME.name",
        Text,
        REQUIRED,
        "name = \"pakistan-exports\"",
        "How other blocks refer to the flow.",
    )
    .compared(Compared::Never),
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
        Quantity(AMOUNT),
        REQUIRED,
        "baseline.value.lognormal = { median = 4.0, sigma = 0.1 }",
        "The total of that period.",
    ),
    key(
        "flow.NAME.baseline.lost",
        Quantity(Unit::Share),
        "nothing",
        "baseline.lost = \"20%\"",
        "The share that a disruption already took from the baseline: the undisturbed level is value / (1 − lost).",
    )
    .within(BELOW_ONE, "all of the flow was lost", ": the undisturbed level is value / (1 − lost); cut a distribution with `truncate = { max = \"90%\" }`"),
    key(
        "flow.NAME.growth",
        Table,
        REQUIRED,
        "growth.random_walk = { median = \"2%\", volatility = \"45%\" }",
        "How the flow grows beyond what drivers and interventions bring. Exactly one of the kinds below.",
    )
    .compared(Compared::OfOneKind),
    key(
        "flow.NAME.elasticity",
        Table,
        "none",
        "elasticity = { kyrgyz-gdp = 1.2 }",
        "Per cent of trade for one per cent of a driver.",
    )
    .compared(Compared::Entries),
    key(
        "flow.NAME.elasticity.NAME",
        Quantity(Unit::Plain),
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
    )
    .compared(Compared::Entries),
    key(
        "driver.NAME.name",
        Text,
        REQUIRED,
        "name = \"kyrgyz-gdp\"",
        "How elasticities refer to the driver.",
    )
    .compared(Compared::Never),
    key(
        "driver.NAME.growth",
        Table,
        REQUIRED,
        "growth.random_walk = { median = \"5%\", volatility = \"4%\" }",
        "How the driver grows: the same kinds as for a flow.",
    )
    .compared(Compared::OfOneKind),
    key(
        "GROWTH.random_walk",
        Table,
        "—",
        "growth.random_walk = { median = \"2%\", volatility = \"45%\" }",
        "Log growth is random around a steady median.",
    ),
    key(
        "GROWTH.random_walk.median",
        Quantity(Unit::Growth),
        REQUIRED,
        "growth.random_walk.median = \"8%\"",
        "The median path grows by this each year, at constant drivers.",
    ),
    key(
        "GROWTH.random_walk.volatility",
        Quantity(Unit::Spread),
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
    )
    .compared(Compared::Whole),
    key(
        "GROWTH.random_walk.tails.student_t",
        Value(Unit::Plain),
        "normal",
        "growth.random_walk.tails.student_t = 5",
        "Degrees of freedom, above 2: fewer, heavier tails. The shock keeps its standard deviation.",
    )
    .within(HEAVY_TAILS, "VALUE degrees of freedom", TAILS_HINT),
    key(
        "GROWTH.random_walk.persistence",
        Quantity(Unit::Share),
        "0",
        "growth.random_walk.persistence = 0.3",
        "Correlation of one year's shock with the next one's, from 0 to below 1. Growth over one year keeps the stated volatility.",
    )
    .within(BELOW_ONE, "a persistence of 1 or more never forgets a shock", "; cut a distribution with `truncate = { max = 0.95 }`"),
    key(
        "GROWTH.random_walk.transitory",
        Quantity(Unit::Spread),
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
        Quantity(Unit::Growth),
        REQUIRED,
        "growth.mean_reverting.trend = \"3%\"",
        "Growth of the line a year.",
    ),
    key(
        "GROWTH.mean_reverting.half_life",
        Quantity(Unit::Duration),
        REQUIRED,
        "growth.mean_reverting.half_life = \"2 years\"",
        "The time in which half of a deviation is gone.",
    )
    .within(ABOVE_ZERO, "a half-life must be above 0", "; cut a distribution with `truncate = { min = \"1 month\" }`"),
    key(
        "GROWTH.mean_reverting.volatility",
        Quantity(Unit::Spread),
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
    )
    .compared(Compared::Whole),
    key(
        "GROWTH.mean_reverting.tails.student_t",
        Value(Unit::Plain),
        "normal",
        "growth.mean_reverting.tails.student_t = 5",
        "Degrees of freedom, above 2.",
    )
    .within(HEAVY_TAILS, "VALUE degrees of freedom", TAILS_HINT),
    key(
        "GROWTH.bootstrap",
        Table,
        "—",
        "growth.bootstrap = { history = \"history.csv\", block = \"3 years\" }",
        "Log growth is drawn from a history in blocks of random length (stationary bootstrap). Takes no correlation.",
    ),
    key(
        "GROWTH.bootstrap.history",
        File(&[]),
        REQUIRED,
        "growth.bootstrap.history = \"history.csv\"",
        "A CSV file with columns `period` and `value`, and for several flows `exporter` and `importer` (as in `from` and `to`). Periods must be as long as a step, without gaps. The path starts at this file's folder.",
    ),
    key(
        "GROWTH.bootstrap.block",
        Value(Unit::Duration),
        REQUIRED,
        "growth.bootstrap.block = \"3 years\"",
        "The mean length of a block: a duration of at least one step.",
    ),
    key(
        "GROWTH.constant",
        Quantity(Unit::Growth),
        "—",
        "growth.constant = \"0%\"",
        "Growth a year, at one rate without chance.",
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
        File(&[]),
        REQUIRED,
        "growth.fitted.history = \"history.csv\"",
        "A file of yearly, quarterly or monthly trade, plain or .gz: docs/histories.md has the formats. In a file of several flows, the one that `from` and `to` name. Values without a stated unit are in that of [money]. The path starts at this file's folder.",
    ),
    key(
        "GROWTH.fitted.prior",
        File(&["world", "none"]),
        "\"world\"",
        "growth.fitted.prior = \"world\"",
        "What the history is seen through: `\"world\"`, what other trade series teach (docs/truth.md); `\"none\"`, its own mean growth and volatility alone; or a file that `tradecast calibrate` wrote, as `\"prior.toml\"`.",
    ),
    key(
        "GROWTH.fitted.drift",
        Quantity(Unit::Growth),
        "the prior's",
        "growth.fitted.drift = \"4%\"",
        "Another view of how fast the world's trade grows a year, in logs and current USD; the shipped prior has 6 %. All flows that grow with the world share its error.",
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
        File(&[]),
        "none",
        "growth.fitted.country_codes = \"country_codes.csv\"",
        "The file that names the numbered countries of a BACI file.",
    ),
    key(
        "GROWTH.fitted.per_dollar",
        Value(Unit::Plain),
        "1",
        "growth.fitted.per_dollar = 280",
        "Units of the currency for one USD, required where [money] has another currency: how much a flow varies depends on its size in USD.",
    )
    .within(ABOVE_ZERO, "VALUE is no exchange rate", ""),
    key("intervention", Table, "none", "[[intervention]]", "A dated, uncertain effect of policy.")
    .compared(Compared::Entries),
    key(
        "intervention.NAME.name",
        Text,
        REQUIRED,
        "name = \"casa-1000\"",
        "How `needs`, `drop` and correlations refer to it.",
    )
    .compared(Compared::Never),
    key(
        "intervention.NAME.probability",
        Quantity(Unit::Share),
        "1",
        "probability = 0.8",
        "The probability that it happens at all; decided once a path.",
    ),
    key(
        "intervention.NAME.start",
        Quantity(Unit::Date),
        "the first step",
        "start.triangular = { min = \"2026-10\", mode = \"2027-09\", max = \"2030-12\" }",
        "When it begins to act.",
    ),
    key(
        "intervention.NAME.ramp",
        Quantity(Unit::Duration),
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
    )
    .compared(Compared::Whole),
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
        Quantity(AMOUNT),
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
        Quantity(Unit::Growth),
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
    key("disruption", Table, "none", "[[disruption]]", "A random interruption.")
    .compared(Compared::Entries),
    key(
        "disruption.NAME.name",
        Text,
        REQUIRED,
        "name = \"border-closure\"",
        "How `drop` refers to it.",
    )
    .compared(Compared::Never),
    key(
        "disruption.NAME.rate_per_year",
        Quantity(Unit::Rate),
        REQUIRED,
        "rate_per_year = 0.5",
        "Mean number of new events a year (Poisson).",
    )
    .within(MOST_EVENTS, "this can be more than one event a day", "; what happens almost daily is part of the baseline; cut a distribution with `truncate = { max = … }`"),
    key(
        "disruption.NAME.duration",
        Quantity(Unit::Duration),
        REQUIRED,
        "duration.quantiles = { p10 = \"2 weeks\", p90 = \"6 months\" }",
        "How long one event lasts; drawn for each event.",
    ),
    key(
        "disruption.NAME.loss",
        Quantity(Unit::Share),
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
        Quantity(Unit::Until),
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
    )
    .compared(Compared::Whole),
    key(
        "correlation.NAME.between",
        List,
        REQUIRED,
        "between = [\"pakistan-exports\", \"kyrgyz-exports\"]",
        "Two flows or drivers (their shocks), or two of: parameters (`\"pakistan-exports.baseline\"`) and interventions (whether they happen).",
    ),
    key(
        "correlation.NAME.value",
        Value(Unit::Plain),
        REQUIRED,
        "value = 0.3",
        "Correlation of the underlying normals, from −1 to 1.",
    )
    .within(CORRELATION, "VALUE is no correlation", ""),
    key("simulation", Table, "1,000,000 paths", "[simulation]", "How it is simulated.")
    .compared(Compared::Never),
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
