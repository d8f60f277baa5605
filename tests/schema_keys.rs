//! For every key of the schema: changing it changes an output. A key that reaches none would be a
//! promise that the program does not keep.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;
use tradecast::outline::outline;
use tradecast::report::assumptions::assumptions;
use tradecast::report::terminal::{self, Style};
use tradecast::run::{Run, Settings};
use tradecast::scenario::schema::{self, Change, Takes};
use tradecast::scenario::{Disk, Node, Scenario};
use tradecast::threads::Threads;

/// Steps of a fiscal year; every kind of block and of growth but the bootstrap.
const YEARS: &str = r#"title = "Base"

[money]
currency = "USD"
unit = "million"

[calendar]
fiscal_year_starts = "July"

[[target]]
name = "announced"
at_least = 25
in = "FY2027-28"

[[flow]]
name = "exports"
from = "PAK"
to = "KGZ"
baseline = { period = "FY2024-25", value = 12 }
growth.random_walk = { median = "6%", volatility = "40%" }
elasticity = { gdp = 1.2 }

[[flow]]
name = "imports"
from = "KGZ"
to = "PAK"
baseline = { period = "FY2024-25", value = 4 }
growth.mean_reverting = { trend = "3%", half_life = "2 years", volatility = "20%" }
elasticity = { oil = -0.5 }

[[flow]]
name = "power"
from = "KGZ"
to = "PAK"
baseline = { period = "FY2024-25", value = 1 }
growth.constant = "1%"

[[driver]]
name = "gdp"
growth.random_walk = { median = "5%", volatility = "4%" }

[[driver]]
name = "oil"
growth.mean_reverting = { trend = "2%", half_life = "1 year", volatility = "30%" }

[[intervention]]
name = "casa"
probability = 0.6
start = "2026-10"
ramp = "12 months"
season = { from = "May", to = "September" }
adds = { flow = "power", per_year = 6 }

[[intervention]]
name = "corridor"
probability = 0.5
start = "2025-12"
lifts = { flows = ["exports", "imports"], by = "25%" }

[[disruption]]
name = "closure"
rate_per_year = 0.5
duration = "2 months"
loss = 0.6
flows = "all"

[simulation]
paths = 2_000
seed = 7
"#;

/// Steps of a quarter, and growth drawn from `history.csv`.
const QUARTERS: &str = r#"title = "Quarters"

[calendar]
step = "quarter"

[[target]]
name = "announced"
at_least = 14
in = "2026-Q4"

[[flow]]
name = "exports"
from = "PAK"
to = "KGZ"
baseline = { period = "2025-Q4", value = 10 }
growth.bootstrap = { history = "history.csv", block = "9 months" }

[simulation]
paths = 2_000
"#;

/// Growth fitted to a history.
const FITTED: &str = r#"title = "Fitted"

[money]
currency = "USD"

[[target]]
name = "announced"
at_least = 14
in = "2027"

[[flow]]
name = "exports"
from = "PAK"
to = "KGZ"
growth.fitted = { history = "fit.csv", reporter = "PAK" }

[simulation]
paths = 2_000
"#;

/// An heir of `years.toml`.
const HEIR: &str = "extends = \"years.toml\"\ntitle = \"Heir\"\n";

/// Numbers must change where a key is one; elsewhere what is printed.
#[derive(Clone, Copy, PartialEq)]
enum What {
    Numbers,
    Words,
}
use What::{Numbers, Words};

/// A key, a scenario, its edits before and after: a setting `KEY=VALUE`, or `text ⇒ other text`.
/// `@` stands for `flow.exports.baseline.value`.
type Row = (&'static str, &'static str, &'static [&'static str], &'static [&'static str], What);

const ROWS: &[Row] = &[
    ("title", YEARS, &[], &["title=Another"], Words),
    ("extends", HEIR, &[], &["years.toml ⇒ years-2.toml"], Numbers),
    ("drop", HEIR, &[], &["title = ⇒ drop = [\"disruption.closure\"]\ntitle ="], Numbers),
    ("money", YEARS, &[], &["money={ currency = \"EUR\" }"], Words),
    ("money.currency", YEARS, &[], &["money.currency=EUR"], Words),
    ("money.unit", YEARS, &[], &["money.unit=thousand"], Words),
    (
        "money.prices",
        YEARS,
        &[],
        &["money.prices={ constant = 2024, deflator = \"oil\" }"],
        Numbers,
    ),
    (
        "money.prices.constant",
        YEARS,
        &["money.prices={ constant = 2024, deflator = \"oil\" }"],
        &["money.prices={ constant = 2020, deflator = \"oil\" }"],
        Numbers,
    ),
    (
        "money.prices.deflator",
        YEARS,
        &["money.prices={ constant = 2024, deflator = \"oil\" }"],
        &["money.prices={ constant = 2024, deflator = \"gdp\" }"],
        Numbers,
    ),
    ("calendar", YEARS, &[], &["calendar={ step = \"quarter\" }"], Numbers),
    ("calendar.fiscal_year_starts", YEARS, &[], &["calendar.fiscal_year_starts=April"], Numbers),
    ("calendar.step", YEARS, &[], &["calendar.step=month"], Numbers),
    (
        "target",
        YEARS,
        &[],
        &[
            "[[target]] ⇒ [[target]]\nname = \"more\"\nat_least = 40\nin = \"FY2026-27\"\n\n[[target]]",
        ],
        Numbers,
    ),
    ("target.NAME.name", YEARS, &[], &["announced ⇒ promised"], Words),
    ("target.NAME.at_least", YEARS, &[], &["target.announced.at_least=26"], Numbers),
    ("target.NAME.in", YEARS, &[], &["target.announced.in=FY2028-29"], Numbers),
    ("target.NAME.flows", YEARS, &[], &["target.announced.flows=[\"exports\"]"], Numbers),
    ("target.NAME.announced", YEARS, &[], &["target.announced.announced=\"2025-12-04\""], Words),
    (
        "target.NAME.measured_by",
        YEARS,
        &[],
        &["target.announced.measured_by=Kyrgyz customs"],
        Words,
    ),
    (
        "flow",
        YEARS,
        &[],
        &[
            "[[driver]]\nname = \"gdp\" ⇒ [[flow]]\nname = \"services\"\nfrom = \"A\"\nto = \"B\"\nbaseline = { period = \"FY2024-25\", value = 1 }\ngrowth.constant = 0\n\n[[driver]]\nname = \"gdp\"",
        ],
        Numbers,
    ),
    ("flow.NAME.name", YEARS, &[], &["power ⇒ electricity"], Words),
    ("flow.NAME.from", QUARTERS, &[], &["flow.exports.from=UZB"], Numbers),
    ("flow.NAME.to", QUARTERS, &[], &["flow.exports.to=CHN"], Numbers),
    (
        "flow.NAME.baseline",
        YEARS,
        &[],
        &["flow.exports.baseline={ period = \"FY2023-24\", value = 9 }"],
        Numbers,
    ),
    ("flow.NAME.baseline.period", YEARS, &[], &["flow.exports.baseline.period=FY2023-24"], Numbers),
    ("flow.NAME.baseline.value", YEARS, &[], &["flow.exports.baseline.value=13"], Numbers),
    ("flow.NAME.baseline.lost", YEARS, &[], &["flow.exports.baseline.lost=\"10%\""], Numbers),
    ("flow.NAME.growth", YEARS, &[], &["flow.exports.growth={ constant = \"6%\" }"], Numbers),
    ("flow.NAME.elasticity", YEARS, &[], &["flow.power.elasticity={ gdp = 1 }"], Numbers),
    ("flow.NAME.elasticity.NAME", YEARS, &[], &["flow.exports.elasticity.gdp=1.5"], Numbers),
    ("flow.NAME.seasonal", QUARTERS, &[], &["flow.exports.seasonal=[0.2, 0.2, 0.3, 0.3]"], Numbers),
    (
        "driver",
        YEARS,
        &[],
        &[
            "[[driver]]\nname = \"gdp\" ⇒ [[driver]]\nname = \"rain\"\ngrowth.constant = \"9%\"\n\n[[driver]]\nname = \"gdp\"",
            "flow.power.elasticity={ rain = 1 }",
        ],
        Numbers,
    ),
    ("driver.NAME.name", YEARS, &[], &["gdp ⇒ income"], Words),
    ("driver.NAME.growth", YEARS, &[], &["driver.gdp.growth={ constant = \"5%\" }"], Numbers),
    (
        "GROWTH.random_walk",
        YEARS,
        &[],
        &["flow.power.growth={ random_walk = { median = \"1%\", volatility = \"9%\" } }"],
        Numbers,
    ),
    (
        "GROWTH.random_walk.median",
        YEARS,
        &[],
        &["flow.exports.growth.random_walk.median=\"7%\""],
        Numbers,
    ),
    (
        "GROWTH.random_walk.median",
        YEARS,
        &[],
        &["driver.gdp.growth.random_walk.median=\"6%\""],
        Numbers,
    ),
    (
        "GROWTH.random_walk.volatility",
        YEARS,
        &[],
        &["flow.exports.growth.random_walk.volatility=\"41%\""],
        Numbers,
    ),
    (
        "GROWTH.random_walk.volatility",
        YEARS,
        &[],
        &["driver.gdp.growth.random_walk.volatility=\"6%\""],
        Numbers,
    ),
    (
        "GROWTH.random_walk.tails",
        YEARS,
        &[],
        &["flow.exports.growth.random_walk.tails={ student_t = 5 }"],
        Numbers,
    ),
    (
        "GROWTH.random_walk.tails.student_t",
        YEARS,
        &["flow.exports.growth.random_walk.tails.student_t=5"],
        &["flow.exports.growth.random_walk.tails.student_t=6"],
        Numbers,
    ),
    (
        "GROWTH.random_walk.persistence",
        YEARS,
        &[],
        &["flow.exports.growth.random_walk.persistence=0.3"],
        Numbers,
    ),
    (
        "GROWTH.random_walk.transitory",
        YEARS,
        &[],
        &["flow.exports.growth.random_walk.transitory=\"10%\""],
        Numbers,
    ),
    (
        "GROWTH.mean_reverting",
        YEARS,
        &[],
        &[
            "flow.power.growth={ mean_reverting = { trend = \"1%\", half_life = \"1 year\", volatility = \"9%\" } }",
        ],
        Numbers,
    ),
    (
        "GROWTH.mean_reverting.trend",
        YEARS,
        &[],
        &["flow.imports.growth.mean_reverting.trend=\"4%\""],
        Numbers,
    ),
    (
        "GROWTH.mean_reverting.half_life",
        YEARS,
        &[],
        &["flow.imports.growth.mean_reverting.half_life=\"3 years\""],
        Numbers,
    ),
    (
        "GROWTH.mean_reverting.volatility",
        YEARS,
        &[],
        &["flow.imports.growth.mean_reverting.volatility=\"21%\""],
        Numbers,
    ),
    (
        "GROWTH.mean_reverting.tails",
        YEARS,
        &[],
        &["flow.imports.growth.mean_reverting.tails={ student_t = 5 }"],
        Numbers,
    ),
    (
        "GROWTH.mean_reverting.tails.student_t",
        YEARS,
        &["flow.imports.growth.mean_reverting.tails.student_t=5"],
        &["flow.imports.growth.mean_reverting.tails.student_t=6"],
        Numbers,
    ),
    ("GROWTH.bootstrap", QUARTERS, &[], &["flow.exports.growth={ constant = \"3%\" }"], Numbers),
    (
        "GROWTH.bootstrap.history",
        QUARTERS,
        &[],
        &["flow.exports.growth.bootstrap.history=history-2.csv"],
        Numbers,
    ),
    (
        "GROWTH.bootstrap.block",
        QUARTERS,
        &[],
        &["flow.exports.growth.bootstrap.block=\"6 months\""],
        Numbers,
    ),
    (
        "GROWTH.fitted",
        FITTED,
        &[],
        &[
            "growth.fitted = { history = \"fit.csv\", reporter = \"PAK\" } ⇒ baseline = { period = \"2025\", value = 9 }\ngrowth.constant = \"5%\"",
        ],
        Numbers,
    ),
    (
        "GROWTH.fitted.history",
        FITTED,
        &[],
        &["flow.exports.growth.fitted.history=fit-2.csv"],
        Numbers,
    ),
    ("GROWTH.fitted.prior", FITTED, &[], &["flow.exports.growth.fitted.prior=none"], Numbers),
    ("GROWTH.fitted.drift", FITTED, &[], &["flow.exports.growth.fitted.drift=\"10%\""], Numbers),
    ("GROWTH.fitted.total", FITTED, &[], &["flow.exports.growth.fitted.total=true"], Numbers),
    (
        "GROWTH.fitted.reporter",
        FITTED,
        &[],
        &["flow.exports.growth.fitted.reporter=importer"],
        Numbers,
    ),
    (
        "GROWTH.fitted.columns",
        FITTED,
        &["flow.exports.growth.fitted.columns=\"value=value,reporter=reporter\""],
        &["flow.exports.growth.fitted.columns=\"value=revised,reporter=reporter\""],
        Numbers,
    ),
    ("GROWTH.fitted.unit", FITTED, &[], &["flow.exports.growth.fitted.unit=USD thousand"], Numbers),
    (
        "GROWTH.fitted.country_codes",
        FITTED,
        &[
            "\"fit.csv\", reporter = \"PAK\" ⇒ \"baci.csv\"",
            "flow.exports.growth.fitted.country_codes=codes.csv",
        ],
        &[
            "\"fit.csv\", reporter = \"PAK\" ⇒ \"baci.csv\"",
            "flow.exports.growth.fitted.country_codes=codes-2.csv",
        ],
        Numbers,
    ),
    (
        "GROWTH.fitted.per_dollar",
        FITTED,
        &["money.currency=PKR", "flow.exports.growth.fitted.per_dollar=2"],
        &["money.currency=PKR", "flow.exports.growth.fitted.per_dollar=280"],
        Numbers,
    ),
    ("GROWTH.constant", YEARS, &[], &["flow.power.growth.constant=\"2%\""], Numbers),
    (
        "intervention",
        YEARS,
        &[],
        &[
            "[[disruption]] ⇒ [[intervention]]\nname = \"visas\"\nlifts = { flows = \"all\", by = \"3%\" }\n\n[[disruption]]",
        ],
        Numbers,
    ),
    ("intervention.NAME.name", YEARS, &[], &["casa ⇒ casa-1000"], Words),
    ("intervention.NAME.probability", YEARS, &[], &["intervention.casa.probability=0.7"], Numbers),
    ("intervention.NAME.start", YEARS, &[], &["intervention.casa.start=\"2026-12\""], Numbers),
    ("intervention.NAME.ramp", YEARS, &[], &["intervention.casa.ramp=\"18 months\""], Numbers),
    (
        "intervention.NAME.season",
        YEARS,
        &[],
        &["intervention.corridor.season={ from = \"May\", to = \"June\" }"],
        Numbers,
    ),
    ("intervention.NAME.season.from", YEARS, &[], &["intervention.casa.season.from=July"], Numbers),
    ("intervention.NAME.season.to", YEARS, &[], &["intervention.casa.season.to=June"], Numbers),
    (
        "intervention.NAME.adds",
        YEARS,
        &[],
        &["intervention.corridor.adds={ flow = \"power\", per_year = 2 }"],
        Numbers,
    ),
    ("intervention.NAME.adds.flow", YEARS, &[], &["intervention.casa.adds.flow=exports"], Numbers),
    (
        "intervention.NAME.adds.per_year",
        YEARS,
        &[],
        &["intervention.casa.adds.per_year=7"],
        Numbers,
    ),
    (
        "intervention.NAME.lifts",
        YEARS,
        &[],
        &["intervention.casa.lifts={ flows = \"all\", by = \"5%\" }"],
        Numbers,
    ),
    (
        "intervention.NAME.lifts.flows",
        YEARS,
        &[],
        &["intervention.corridor.lifts.flows=[\"exports\"]"],
        Numbers,
    ),
    (
        "intervention.NAME.lifts.by",
        YEARS,
        &[],
        &["intervention.corridor.lifts.by=\"30%\""],
        Numbers,
    ),
    ("intervention.NAME.needs", YEARS, &[], &["intervention.corridor.needs=[\"casa\"]"], Numbers),
    (
        "disruption",
        YEARS,
        &[],
        &[
            "[[disruption]] ⇒ [[disruption]]\nname = \"flood\"\nrate_per_year = 1\nduration = \"1 month\"\nloss = 1\nflows = \"all\"\n\n[[disruption]]",
        ],
        Numbers,
    ),
    ("disruption.NAME.name", YEARS, &[], &["closure ⇒ border-closure"], Words),
    (
        "disruption.NAME.rate_per_year",
        YEARS,
        &[],
        &["disruption.closure.rate_per_year=0.6"],
        Numbers,
    ),
    (
        "disruption.NAME.duration",
        YEARS,
        &[],
        &["disruption.closure.duration=\"3 months\""],
        Numbers,
    ),
    ("disruption.NAME.loss", YEARS, &[], &["disruption.closure.loss=0.7"], Numbers),
    ("disruption.NAME.flows", YEARS, &[], &["disruption.closure.flows=[\"exports\"]"], Numbers),
    (
        "disruption.NAME.ongoing",
        YEARS,
        &[],
        &["disruption.closure.ongoing={ until = \"2026-06\" }"],
        Numbers,
    ),
    (
        "disruption.NAME.ongoing.until",
        YEARS,
        &["disruption.closure.ongoing.until=\"2026-06\""],
        &["disruption.closure.ongoing.until=\"2026-07\""],
        Numbers,
    ),
    (
        "correlation",
        YEARS,
        &[],
        &[
            "[simulation] ⇒ [[correlation]]\nbetween = [\"exports\", \"imports\"]\nvalue = 0.5\n\n[simulation]",
        ],
        Numbers,
    ),
    (
        "correlation.NAME.between",
        YEARS,
        &[
            "[simulation] ⇒ [[correlation]]\nbetween = [\"exports\", \"imports\"]\nvalue = 0.5\n\n[simulation]",
        ],
        &[
            "[simulation] ⇒ [[correlation]]\nbetween = [\"exports\", \"gdp\"]\nvalue = 0.5\n\n[simulation]",
        ],
        Numbers,
    ),
    (
        "correlation.NAME.between",
        YEARS,
        &[],
        &[
            "[simulation] ⇒ [[correlation]]\nbetween = [\"casa\", \"corridor\"]\nvalue = 0.5\n\n[simulation]",
        ],
        Numbers,
    ),
    (
        "correlation.NAME.value",
        YEARS,
        &[
            "[simulation] ⇒ [[correlation]]\nbetween = [\"exports\", \"imports\"]\nvalue = 0.5\n\n[simulation]",
        ],
        &[
            "[simulation] ⇒ [[correlation]]\nbetween = [\"exports\", \"imports\"]\nvalue = 0.6\n\n[simulation]",
        ],
        Numbers,
    ),
    ("simulation", YEARS, &[], &["simulation={ seed = 8 }"], Numbers),
    ("simulation.paths", YEARS, &[], &["simulation.paths=2_500"], Numbers),
    ("simulation.seed", YEARS, &[], &["simulation.seed=8"], Numbers),
    ("simulation.method", YEARS, &[], &["simulation.method=\"quasi-monte-carlo\""], Numbers),
    ("….normal", YEARS, &[], &["@={ normal = { mean = 12, std_dev = 1 } }"], Numbers),
    (
        "….normal.mean",
        YEARS,
        &["@={ normal = { mean = 12, std_dev = 1 } }"],
        &["@={ normal = { mean = 13, std_dev = 1 } }"],
        Numbers,
    ),
    (
        "….normal.std_dev",
        YEARS,
        &["@={ normal = { mean = 12, std_dev = 1 } }"],
        &["@={ normal = { mean = 12, std_dev = 1.1 } }"],
        Numbers,
    ),
    ("….lognormal", YEARS, &[], &["@={ lognormal = { median = 12, sigma = 0.1 } }"], Numbers),
    (
        "….lognormal.median",
        YEARS,
        &["@={ lognormal = { median = 12, sigma = 0.1 } }"],
        &["@={ lognormal = { median = 13, sigma = 0.1 } }"],
        Numbers,
    ),
    (
        "….lognormal.sigma",
        YEARS,
        &["@={ lognormal = { median = 12, sigma = 0.1 } }"],
        &["@={ lognormal = { median = 12, sigma = 0.2 } }"],
        Numbers,
    ),
    ("….uniform", YEARS, &[], &["@={ uniform = { min = 10, max = 14 } }"], Numbers),
    (
        "….uniform.min",
        YEARS,
        &["@={ uniform = { min = 10, max = 14 } }"],
        &["@={ uniform = { min = 9, max = 14 } }"],
        Numbers,
    ),
    (
        "….uniform.max",
        YEARS,
        &["@={ uniform = { min = 10, max = 14 } }"],
        &["@={ uniform = { min = 10, max = 15 } }"],
        Numbers,
    ),
    (
        "….triangular",
        YEARS,
        &[],
        &["@={ triangular = { min = 10, mode = 12, max = 14 } }"],
        Numbers,
    ),
    (
        "….triangular.min",
        YEARS,
        &["@={ triangular = { min = 10, mode = 12, max = 14 } }"],
        &["@={ triangular = { min = 9, mode = 12, max = 14 } }"],
        Numbers,
    ),
    (
        "….triangular.mode",
        YEARS,
        &["@={ triangular = { min = 10, mode = 12, max = 14 } }"],
        &["@={ triangular = { min = 10, mode = 13, max = 14 } }"],
        Numbers,
    ),
    (
        "….triangular.max",
        YEARS,
        &["@={ triangular = { min = 10, mode = 12, max = 14 } }"],
        &["@={ triangular = { min = 10, mode = 12, max = 15 } }"],
        Numbers,
    ),
    ("….pert", YEARS, &[], &["@={ pert = { min = 10, mode = 12, max = 14 } }"], Numbers),
    (
        "….pert.min",
        YEARS,
        &["@={ pert = { min = 10, mode = 12, max = 14 } }"],
        &["@={ pert = { min = 9, mode = 12, max = 14 } }"],
        Numbers,
    ),
    (
        "….pert.mode",
        YEARS,
        &["@={ pert = { min = 10, mode = 12, max = 14 } }"],
        &["@={ pert = { min = 10, mode = 13, max = 14 } }"],
        Numbers,
    ),
    (
        "….pert.max",
        YEARS,
        &["@={ pert = { min = 10, mode = 12, max = 14 } }"],
        &["@={ pert = { min = 10, mode = 12, max = 15 } }"],
        Numbers,
    ),
    (
        "….beta",
        YEARS,
        &[],
        &["@={ beta = { mean = 12, concentration = 8, min = 10, max = 15 } }"],
        Numbers,
    ),
    (
        "….beta.mean",
        YEARS,
        &["@={ beta = { mean = 12, concentration = 8, min = 10, max = 15 } }"],
        &["@={ beta = { mean = 13, concentration = 8, min = 10, max = 15 } }"],
        Numbers,
    ),
    (
        "….beta.concentration",
        YEARS,
        &["@={ beta = { mean = 12, concentration = 8, min = 10, max = 15 } }"],
        &["@={ beta = { mean = 12, concentration = 9, min = 10, max = 15 } }"],
        Numbers,
    ),
    (
        "….beta.min",
        YEARS,
        &["@={ beta = { mean = 12, concentration = 8, min = 10, max = 15 } }"],
        &["@={ beta = { mean = 12, concentration = 8, min = 9, max = 15 } }"],
        Numbers,
    ),
    (
        "….beta.max",
        YEARS,
        &["@={ beta = { mean = 12, concentration = 8, min = 10, max = 15 } }"],
        &["@={ beta = { mean = 12, concentration = 8, min = 10, max = 16 } }"],
        Numbers,
    ),
    ("….gamma", YEARS, &[], &["@={ gamma = { mean = 12, std_dev = 2 } }"], Numbers),
    (
        "….gamma.mean",
        YEARS,
        &["@={ gamma = { mean = 12, std_dev = 2 } }"],
        &["@={ gamma = { mean = 13, std_dev = 2 } }"],
        Numbers,
    ),
    (
        "….gamma.std_dev",
        YEARS,
        &["@={ gamma = { mean = 12, std_dev = 2 } }"],
        &["@={ gamma = { mean = 12, std_dev = 3 } }"],
        Numbers,
    ),
    (
        "….empirical",
        YEARS,
        &[],
        &["@={ empirical = { values = [4.6, 16], weights = [1, 2] } }"],
        Numbers,
    ),
    (
        "….empirical.values",
        YEARS,
        &["@={ empirical = { values = [4.6, 16], weights = [1, 2] } }"],
        &["@={ empirical = { values = [4.6, 15], weights = [1, 2] } }"],
        Numbers,
    ),
    (
        "….empirical.weights",
        YEARS,
        &["@={ empirical = { values = [4.6, 16], weights = [1, 2] } }"],
        &["@={ empirical = { values = [4.6, 16], weights = [1, 1] } }"],
        Numbers,
    ),
    (
        "….quantiles",
        YEARS,
        &[],
        &["@={ quantiles = { p10 = 8, p50 = 12, p90 = 17, min = 2, max = 40 } }"],
        Numbers,
    ),
    (
        "….quantiles.p1…p99",
        YEARS,
        &["@={ quantiles = { p10 = 8, p50 = 12, p90 = 17, min = 2, max = 40 } }"],
        &["@={ quantiles = { p10 = 8, p50 = 13, p90 = 17, min = 2, max = 40 } }"],
        Numbers,
    ),
    (
        "….quantiles.min",
        YEARS,
        &["@={ quantiles = { p10 = 8, p50 = 12, p90 = 17, min = 2, max = 40 } }"],
        &["@={ quantiles = { p10 = 8, p50 = 12, p90 = 17, min = 3, max = 40 } }"],
        Numbers,
    ),
    (
        "….quantiles.max",
        YEARS,
        &["@={ quantiles = { p10 = 8, p50 = 12, p90 = 17, min = 2, max = 40 } }"],
        &["@={ quantiles = { p10 = 8, p50 = 12, p90 = 17, min = 2, max = 50 } }"],
        Numbers,
    ),
    (
        "….student_t",
        YEARS,
        &[],
        &["flow.exports.elasticity.gdp={ student_t = { location = 1, scale = 0.2, df = 5 } }"],
        Numbers,
    ),
    (
        "….student_t.location",
        YEARS,
        &["flow.exports.elasticity.gdp={ student_t = { location = 1, scale = 0.2, df = 5 } }"],
        &["flow.exports.elasticity.gdp={ student_t = { location = 2, scale = 0.2, df = 5 } }"],
        Numbers,
    ),
    (
        "….student_t.scale",
        YEARS,
        &["flow.exports.elasticity.gdp={ student_t = { location = 1, scale = 0.2, df = 5 } }"],
        &["flow.exports.elasticity.gdp={ student_t = { location = 1, scale = 0.3, df = 5 } }"],
        Numbers,
    ),
    (
        "….student_t.df",
        YEARS,
        &["flow.exports.elasticity.gdp={ student_t = { location = 1, scale = 0.2, df = 5 } }"],
        &["flow.exports.elasticity.gdp={ student_t = { location = 1, scale = 0.2, df = 4 } }"],
        Numbers,
    ),
    (
        "….truncate",
        YEARS,
        &["@={ normal = { mean = 12, std_dev = 3 }, truncate = { min = 0 } }"],
        &["@={ normal = { mean = 12, std_dev = 3 }, truncate = { min = 0, max = 14 } }"],
        Numbers,
    ),
    (
        "….truncate.min",
        YEARS,
        &["@={ normal = { mean = 12, std_dev = 3 }, truncate = { min = 8, max = 14 } }"],
        &["@={ normal = { mean = 12, std_dev = 3 }, truncate = { min = 9, max = 14 } }"],
        Numbers,
    ),
    (
        "….truncate.max",
        YEARS,
        &["@={ normal = { mean = 12, std_dev = 3 }, truncate = { min = 8, max = 14 } }"],
        &["@={ normal = { mean = 12, std_dev = 3 }, truncate = { min = 8, max = 15 } }"],
        Numbers,
    ),
];

/// What a reader may get to see of a scenario.
#[derive(Clone, PartialEq)]
struct Outputs {
    /// Every number of the fans and of the probabilities.
    numbers: Vec<f64>,
    /// The whole projection, the card and the table of assumptions.
    words: String,
}

static THREADS: LazyLock<Threads> = LazyLock::new(|| Threads::new(None).expect("threads"));

/// Simulates a scenario after its edits.
fn outputs(text: &str, edits: &[&str]) -> Outputs {
    simulate(&read(text, edits).0)
}

/// Reads a scenario after its edits, from a folder of its own.
fn read(text: &str, edits: &[&str]) -> (Scenario, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let edits: Vec<String> =
        edits.iter().map(|edit| edit.replace('@', "flow.exports.baseline.value")).collect();
    let (replacements, settings): (Vec<String>, Vec<String>) =
        edits.into_iter().partition(|edit| edit.contains(" ⇒ "));
    let mut text = text.to_owned();
    for replacement in replacements {
        let (old, new) = replacement.split_once(" ⇒ ").expect("an arrow");
        assert!(text.contains(old), "{old:?} stands nowhere");
        text = text.replace(old, new);
    }
    let history = "exporter,importer,period,value\n".to_owned()
        + &["PAK,KGZ", "UZB,KGZ", "PAK,CHN"]
            .iter()
            .zip([0.3, 0.5, 0.7])
            .map(series)
            .collect::<String>();
    let codes = "country_code,country_iso3\n586,PAK\n417,KGZ\n860,UZB\n";
    for (name, text) in [
        ("scenario.toml", text.as_str()),
        ("fit.csv", &years(10.0)),
        ("fit-2.csv", &years(11.0)),
        ("baci.csv", &baci()),
        ("codes.csv", codes),
        ("codes-2.csv", &codes.replace("417,KGZ\n860,UZB", "417,UZB\n860,KGZ")),
        ("years.toml", YEARS),
        ("years-2.toml", &YEARS.replace("value = 12", "value = 11")),
        ("history.csv", &history),
        ("history-2.csv", &history.replace("2023-Q4,", "2023-Q4,1")),
    ] {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    let path = folder.path().join("scenario.toml");
    let scenario = Scenario::load(&path, &settings, &Disk)
        .unwrap_or_else(|error| panic!("{settings:?}: {:?}", miette::Report::new(error)));
    (scenario, folder)
}

/// Six years of trade in both directions by two reporters, with a revision.
fn years(size: f64) -> String {
    let mut text = String::from("exporter,importer,period,value,revised,reporter\n");
    for (ends, reporter, share) in
        [("PAK,KGZ", "PAK", 1.0), ("PAK,KGZ", "KGZ", 1.3), ("KGZ,PAK", "PAK", 0.2)]
    {
        for (year, swing) in (2020..).zip([0.8, 1.0, 1.3, 0.9, 1.2, 1.1]) {
            let value = size * share * swing;
            text += &format!("{ends},{year},{value},{},{reporter}\n", value + 1.0);
        }
    }
    text
}

/// Six years of exports to two countries.
fn baci() -> String {
    let mut text = String::from("t,i,j,k,v,q\n");
    for (year, value) in (2020..).zip([8_000, 10_000, 13_000, 9_000, 12_000, 11_000]) {
        text +=
            &format!("{year},586,417,270900,{value},1\n{year},586,860,270900,{},1\n", 2 * value);
    }
    text
}

/// Twelve quarters of trade that swing by `size`.
fn series((ends, size): (&&str, f64)) -> String {
    let value = |quarter: i32| 10.0 + size * f64::from(quarter * quarter % 7);
    let row = |k: i32| format!("{ends},{}-Q{},{}\n", 2022 + k / 4, k % 4 + 1, value(k));
    (0..12).map(row).collect()
}

fn simulate(scenario: &Scenario) -> Outputs {
    let run = Run { settings: &Settings::default(), threads: THREADS.clone(), observer: &() };
    let projection = run.project(scenario);
    let json = serde_json::to_value(&projection).expect("JSON");
    let mut numbers = Vec::new();
    collect_numbers(&json["series"], &mut numbers);
    for target in json["targets"].as_array().expect("a list") {
        collect_numbers(&target["attainment"], &mut numbers);
    }
    let style = Style { color: false };
    let card = terminal::card(&projection, style);
    let table = assumptions(scenario, &outline(scenario), &[], style);
    Outputs { numbers, words: format!("{json}\n{card}\n{table}") }
}

fn collect_numbers(value: &serde_json::Value, numbers: &mut Vec<f64>) {
    match value {
        serde_json::Value::Number(number) => numbers.extend(number.as_f64()),
        serde_json::Value::Array(items) => {
            items.iter().for_each(|item| collect_numbers(item, numbers));
        }
        serde_json::Value::Object(entries) => {
            entries.values().for_each(|entry| collect_numbers(entry, numbers));
        }
        _ => {}
    }
}

#[test]
fn every_key_has_a_row() {
    let known: BTreeSet<&str> = schema::KEYS.iter().map(|key| key.path).collect();
    let rows: BTreeSet<&str> = ROWS.iter().map(|row| row.0).collect();
    let missing: Vec<_> = known.difference(&rows).collect();
    assert!(missing.is_empty(), "add rows for {missing:?}");
    let unknown: Vec<_> = rows.difference(&known).collect();
    assert!(unknown.is_empty(), "no keys of the schema: {unknown:?}");
}

#[test]
fn changing_a_key_changes_an_output() {
    let mut known: HashMap<(&str, &[&str]), Outputs> = HashMap::new();
    let mut idle = Vec::new();
    for (key, text, before, after, what) in ROWS {
        let first = known.entry((text, before)).or_insert_with(|| outputs(text, before)).clone();
        let second = outputs(text, after);
        let changes = match what {
            Numbers => first.numbers != second.numbers,
            Words => first.words != second.words,
        };
        if !changes {
            idle.push((key, after));
        }
    }
    assert!(idle.is_empty(), "these reach no output: {idle:#?}");
}

/// What the schema does not list cannot be read, in whatever table it stands.
#[test]
fn a_key_unknown_to_the_schema_is_refused() {
    let tables = schema::KEYS.iter().filter(|key| key.takes == Takes::Table);
    let mut seen = 0;
    for table in tables {
        let Some((_, text, before, after, _)) = ROWS.iter().find(|row| row.0 == table.path) else {
            continue;
        };
        for edits in [before, after] {
            let (scenario, _folder) = read(text, edits);
            let mut places = Vec::new();
            paths(&scenario.document.root, &mut Vec::new(), &mut places);
            let is_of_table = |path: &&String| {
                let parts: Vec<&str> = path.split('.').collect();
                schema::at(&parts).is_some_and(|key| key.path == table.path)
            };
            for path in places.iter().filter(is_of_table) {
                let error = scenario.set(&format!("{path}.unheard-of"), "1").err();
                let error = error.unwrap_or_else(|| panic!("{path}.unheard-of is accepted"));
                let shown = format!("{:?}", miette::Report::new(error));
                assert!(shown.contains("unheard-of"), "{path}: {shown}");
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

/// All key paths of a tree.
fn paths(node: &Node, path: &mut Vec<String>, found: &mut Vec<String>) {
    for (key, entry) in node.table().into_iter().flatten() {
        path.push(key.clone());
        found.push(path.join("."));
        paths(entry, path, found);
        path.pop();
    }
}

/// One list of quantities: what decoding reads of the schema's quantities is what can vary.
#[test]
fn every_quantity_of_the_schema_is_read_and_can_vary() {
    let mut seen = BTreeSet::new();
    for (_, text, before, after, _) in ROWS {
        for edits in [before, after] {
            let (scenario, _folder) = read(text, edits);
            for it in scenario.quantities() {
                assert_eq!(it.row.varies, Some(Change::of_unit(it.unit)), "{}", it.key);
                seen.insert(it.row.path);
            }
        }
    }
    let takes_quantity = |key: &&schema::Key| matches!(key.takes, Takes::Quantity(_));
    let all: BTreeSet<&str> = schema::KEYS.iter().filter(takes_quantity).map(|k| k.path).collect();
    assert_eq!(seen, all);
}

/// The same edits give the same outputs: what the test above sees is the key, not chance.
#[test]
fn without_a_change_nothing_changes() {
    for text in [YEARS, QUARTERS, FITTED, HEIR] {
        assert!(outputs(text, &[]) == outputs(text, &[]));
    }
}

/// A `source` may stand in any table and reaches the table of assumptions.
#[test]
fn sources_reach_the_table_of_assumptions() {
    let places = [
        "flow.exports",
        "flow.exports.baseline",
        "flow.exports.growth.random_walk",
        "flow.exports.elasticity",
        "driver.gdp",
        "intervention.casa",
        "intervention.casa.adds",
        "intervention.corridor.lifts",
        "disruption.closure",
        "target.announced",
    ];
    for place in places {
        let words = outputs(YEARS, &[&format!("{place}.source=Ministry of Commerce")]).words;
        assert!(words.contains("Ministry of Commerce"), "{place}.source");
    }
}

/// A source beside a growth says where it comes from; it does not replace it.
#[test]
fn a_source_beside_a_growth_keeps_the_growth() {
    let words = outputs(YEARS, &["flow.exports.growth.source=Ministry of Commerce"]).words;
    assert!(words.contains("Ministry of Commerce"));
}

/// docs/scenario.md holds the reference of all keys; `UPDATE_DOCS=1` writes it there.
#[test]
fn the_documentation_lists_every_key() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.md");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let reference = schema::reference();
    if text.contains(&reference) {
        return;
    }
    let update = "UPDATE_DOCS=1 cargo test --release the_documentation_lists_every_key";
    assert!(
        std::env::var_os("UPDATE_DOCS").is_some(),
        "docs/scenario.md does not list the keys as they are; run\n{update}"
    );
    fs::write(&path, with_reference(&text, &reference)).expect("the documentation");
}

/// The text with its table of keys replaced, or with one at its end.
fn with_reference(text: &str, reference: &str) -> String {
    let header = reference.lines().next().expect("a header");
    let Some(start) = text.find(header) else {
        return format!("{}\n\n## Every key\n\n{reference}", text.trim_end());
    };
    let table = text[start..].split_inclusive('\n').take_while(|line| line.starts_with('|'));
    let end = start + table.map(str::len).sum::<usize>();
    format!("{}{reference}{}", &text[..start], &text[end..])
}
