//! Bad input gets a clear error: what is wrong, where, the value got, what is allowed, the way out.
//!
//! Each row of a table is one wrong edit of [`BASE`]. The place that must be underlined stands
//! between « and » in the edit, so that a reader sees the input and its message together.

#[cfg(unix)]
use crate::setup::interrupt;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tradecast::scenario::{Disk, ReadError, Scenario};

/// A valid scenario with a block of every kind.
const BASE: &str = r#"title = "Base"

[money]
currency = "USD"
unit = "million"

[calendar]
fiscal_year_starts = "July"

[[target]]
name = "announced"
at_least = 200
in = "FY2027-28"
announced = "2025-12-04"

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
baseline = { period = "FY2024-25", value.lognormal = { median = 4.0, sigma = 0.1 } }
growth.mean_reverting = { trend = "3%", half_life = "2 years", volatility = "20%" }

[[flow]]
name = "power"
from = "KGZ"
to = "PAK"
baseline = { period = "FY2024-25", value = 0 }
growth.constant = "0%"

[[driver]]
name = "gdp"
growth.random_walk = { median = "5%", volatility = "4%" }

[[intervention]]
name = "casa"
probability = 0.8
start = "2026-10"
ramp = "12 months"
season = { from = "May", to = "September" }
adds = { flow = "power", per_year.pert = { min = 30, mode = 62, max = 85 } }

[[intervention]]
name = "corridor"
probability = 0.9
start = "2025-12"
lifts = { flows = ["exports", "imports"], by.quantiles = { p10 = "5%", p50 = "25%", p90 = "90%" } }
needs = ["casa"]

[[disruption]]
name = "closure"
rate_per_year = 0.5
duration = "2 months"
loss = 0.6
flows = "all"
ongoing = { until = "2026-06" }

[[correlation]]
between = ["exports", "imports"]
value = 0.3

[simulation]
paths = 1_000
seed = 7
"#;

/// One wrong edit: a part of [`BASE`], what stands there instead, what the message says.
type Wrong = (&'static str, &'static str, &'static [&'static str]);

/// Writes files into a new folder; the first is the scenario that is read.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

fn read(folder: &TempDir, name: &str, settings: &[&str]) -> Result<Scenario, ReadError> {
    let settings: Vec<String> = settings.iter().map(ToString::to_string).collect();
    Scenario::load(&folder.path().join(name), &settings, &Disk)
}

/// The error as a terminal without colours shows it, its folder left out.
fn rendered(error: &ReadError, folder: &TempDir) -> String {
    let mut text = String::new();
    GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
        .with_width(400)
        .render_report(&mut text, error)
        .expect("a rendered error");
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").replace(&format!("{}/", folder.path().display()), "")
}

/// The text that the error's first label underlines, with its offset.
fn underlined(error: &ReadError, text: &str) -> (usize, String) {
    let label = error.labels().and_then(|mut labels| labels.next()).expect("a place in the file");
    let range = label.offset()..label.offset() + label.len();
    (range.start, text[range].to_owned())
}

/// Checks that the edited scenario is refused at the marked place and that the message says it all.
fn check((old, new, says): &Wrong) {
    assert_eq!(BASE.matches(old).count(), 1, "{old:?} must stand once in the base");
    let marked = BASE.replace(old, new);
    let start = marked.find('«').unwrap_or_else(|| panic!("no mark in {new:?}"));
    let end = marked.find('»').unwrap_or_else(|| panic!("no mark in {new:?}")) - '«'.len_utf8();
    let text = marked.replace(['«', '»'], "");
    let folder = folder(&[("scenario.toml", &text)]);
    let error = read(&folder, "scenario.toml", &[])
        .map(|_| ())
        .expect_err(&format!("accepted, but should not be:\n{new}"));
    let shown = rendered(&error, &folder);
    for part in *says {
        assert!(shown.contains(part), "{part:?} is missing for\n{new}\nin\n{shown}");
    }
    let line = text[..start].matches('\n').count() + 1;
    assert!(matches!(&error, ReadError::Scenario(e) if e.line() == line), "{new}\n{shown}");
    assert_eq!(underlined(&error, &text), (start, text[start..end].to_owned()), "{new}\n{shown}");
    // Of a value of another type the message itself says what is allowed.
    let has_way_out = shown.contains("help: ") || shown.contains("expected ");
    assert!(has_way_out, "no way out for {new}\n{shown}");
}

fn check_all(rows: &[Wrong]) {
    rows.iter().for_each(check);
}

#[test]
fn the_base_is_valid() {
    let folder = folder(&[("scenario.toml", BASE)]);
    read(&folder, "scenario.toml", &[]).map_err(|e| rendered(&e, &folder)).expect("valid");
}

#[test]
fn unknown_keys_suggest_the_nearest() {
    check_all(&[
        ("title = ", "«titel» = ", &["no key `titel`", "did you mean `title`?"]),
        ("currency", "«curency»", &["no key `curency` in money", "did you mean `currency`?"]),
        ("at_least", "«at_leest»", &["no key `at_leest`", "did you mean `at_least`?"]),
        ("value = 12 }", "«vlaue» = 12 }", &["flow.exports.baseline", "did you mean `value`?"]),
        ("median = \"6%\"", "«mediam» = \"6%\"", &["did you mean `median`?"]),
        ("lognormal", "«lognormla»", &["no distribution `lognormla`", "did you mean `lognormal`?"]),
        ("growth.constant", "growth.«constent»", &["did you mean `constant`?"]),
        ("sigma = 0.1", "«sigm» = 0.1", &["did you mean `sigma`?"]),
        ("ramp = ", "«rampp» = ", &["intervention.casa", "did you mean `ramp`?"]),
        ("rate_per_year", "«rate»", &["disruption.closure", "did you mean `rate_per_year`?"]),
        ("paths", "«path»", &["in simulation", "did you mean `paths`?"]),
        ("[simulation]", "[«simulations»]", &["did you mean `simulation`?"]),
        ("p90 = \"90%\"", "«q90» = \"90%\"", &["no key `q90` in quantiles", "p1 … p99"]),
        ("until = ", "«till» = ", &["no key `till` in disruption.closure.ongoing", "until"]),
    ]);
}

#[test]
fn keys_that_are_missing_are_shown_with_an_example() {
    check_all(&[
        (
            "[[target]]\nname = \"announced\"\nat_least = 200",
            "«[[target]]»\nname = \"announced\"",
            &["target.announced.at_least: this key is required", "at_least = 200"],
        ),
        ("[[driver]]\nname = \"gdp\"", "«[[driver]]»", &["this driver has no name", "name = "]),
        (
            "growth.random_walk = { median = \"6%\", volatility = \"40%\" }",
            "growth.«random_walk» = { median = \"6%\" }",
            &["volatility"],
        ),
    ]);
}

#[test]
fn values_of_another_type() {
    check_all(&[
        ("title = \"Base\"", "title = «5»", &["title: expected a text in quotes, got a number"]),
        ("at_least = 200", "at_least = «\"200\"»", &["expected a number, got a text"]),
        ("value = 12", "value = «[12]»", &["expected a number, got a list"]),
        ("\"FY2027-28\"", "«2028»", &["announced.in: expected a text in quotes, got a number"]),
        (
            "announced = \"2025-12-04\"",
            "announced = «2025-12-04»",
            &[
                "expected a text in quotes, got an unquoted date",
                "put it in quotes: \"2025-12-04\"",
            ],
        ),
        ("median = \"6%\"", "median = «true»", &["expected a percentage or a number", "true"]),
        ("[\"casa\"]", "«\"casa\"»", &["needs: expected a list, got a text"]),
        (
            "flows = \"all\"",
            "flows = «\"exports\"»",
            &["\"exports\" is not a list of flows", "write \"all\", or a list as [\"exports\"]"],
        ),
        (
            "growth.constant = \"0%\"",
            "growth = «\"0%\"»",
            &["growth: expected a table, got a text"],
        ),
        ("paths = 1_000", "paths = «1e3»", &["expected a whole number"]),
        ("between = [\"exports\", \"imports\"]", "between = «\"exports\"»", &["between two names"]),
        (
            "[[driver]]\nname = \"gdp\"",
            "[«driver»]\nname = \"gdp\"",
            &["`driver` must be written as blocks", "[[driver]] with two pairs of brackets"],
        ),
    ]);
}

#[test]
fn unreadable_percentages_periods_dates_and_durations() {
    check_all(&[
        ("\"6%\"", "«\"six per cent\"»", &["\"six per cent\" is not a percentage", "\"8%\""]),
        ("\"6%\"", "«\"0.06\"»", &["\"0.06\" is not a percentage", "plain 0.08"]),
        ("\"6%\"", "«8»", &["a bare 8 is ambiguous", "\"800%\"", "\"8%\""]),
        ("\"FY2027-28\"", "«\"27/28\"»", &["\"27/28\" is not a period", "FY2027-28", "2027-Q3"]),
        ("\"FY2027-28\"", "«\"FY2027-29\"»", &["does not span one year", "FY2027-28"]),
        ("\"2026-10\"", "«\"autumn\"»", &["\"autumn\" is not a date", "2027-03-15"]),
        ("\"2026-10\"", "«\"2026-02-30\"»", &["\"2026-02-30\" is not a date"]),
        ("\"2026-06\"", "«\"2026\"»", &["\"2026\" is not a date"]),
        ("\"2025-12-04\"", "«\"4 December 2025\"»", &["is not a date", "2027-03-15"]),
        ("\"12 months\"", "«\"a year\"»", &["\"a year\" is not a duration", "18 months"]),
        ("\"2 months\"", "«\"2m\"»", &["\"2m\" is not a duration", "2 weeks"]),
        ("\"May\"", "«\"Mai\"»", &["\"Mai\" is not a month", "July"]),
        ("\"July\"\n", "«\"7\"»\n", &["\"7\" is not a month", "July"]),
        (
            "fiscal_year_starts = \"July\"",
            "step = «\"week\"»",
            &["\"week\" is not a step", "quarter"],
        ),
        ("unit = \"million\"", "unit = «\"crore\"»", &["\"crore\" is not a unit", "\"billion\""]),
        (
            "unit = \"million\"",
            "prices = «\"constant\"»",
            &["\"constant\" are no prices", "deflator"],
        ),
    ]);
}

#[test]
fn a_fiscal_year_needs_a_calendar_that_knows_it() {
    let edit = "[[target]]\nname = \"announced\"\nat_least = 200\nin = \"FY2027-28\"";
    let folder = folder(&[("scenario.toml", &BASE.replace("fiscal_year_starts = \"July\"", ""))]);
    assert!(BASE.contains(edit));
    let error = read(&folder, "scenario.toml", &[]).map(|_| ()).expect_err("no fiscal year");
    let shown = rendered(&error, &folder);
    assert!(shown.contains("does not say when fiscal years start"), "{shown}");
    assert!(shown.contains("add `fiscal_year_starts = \"July\"`"), "{shown}");
}

#[test]
fn values_outside_their_limits() {
    check_all(&[
        ("probability = 0.8", "probability = «1.2»", &["120 % is not allowed", "between 0 and 1"]),
        (
            "probability = 0.8",
            "probability = «\"-5%\"»",
            &["-5 % is not allowed", "between 0 and 1"],
        ),
        (
            "probability = 0.8",
            "probability = «{ normal = { mean = 0.8, std_dev = 0.2 } }»",
            &["this distribution reaches -100 %", "truncate"],
        ),
        ("loss = 0.6", "loss = «1.5»", &["150 % is not allowed", "between 0 and 1"]),
        (
            "volatility = \"40%\"",
            "volatility = «\"-40%\"»",
            &["-40 % is not allowed", "at least 0"],
        ),
        ("volatility = \"20%\"", "volatility = «-0.2»", &["-20 % is not allowed", "at least 0"]),
        ("rate_per_year = 0.5", "rate_per_year = «-0.5»", &["-0.5 is not allowed", "0 and 365"]),
        ("\"2 months\"", "«\"-2 months\"»", &["not allowed", "a duration of at least 0"]),
        ("\"12 months\"", "«\"-12 months\"»", &["not allowed", "a duration of at least 0"]),
        ("half_life = \"2 years\"", "half_life = «\"0 years\"»", &["must be above 0", "2 years"]),
        ("value = 12", "value = «-12»", &["-12 is not allowed", "an amount of at least 0"]),
        (
            "per_year.pert = { min = 30",
            "«per_year».pert = { min = -30",
            &["reaches -30", "an amount of at least 0"],
        ),
        ("median = \"6%\"", "median = «\"-100%\"»", &["-100 % is not allowed", "above −100 %"]),
        ("at_least = 200", "at_least = «0»", &["a target must be above 0"]),
        ("value = 0.3", "value = «1.3»", &["1.3 is no correlation", "between −1 and 1"]),
        ("paths = 1_000", "paths = «0»", &["0 is too small", "at least 1"]),
        ("seed = 7", "seed = «-7»", &["-7 is too small", "at least 0"]),
        ("median = \"6%\"", "tails.student_t = «2», median = \"6%\"", &["above 2", "2 degrees"]),
        ("median = \"6%\"", "persistence = «1», median = \"6%\"", &["never forgets", "below 1"]),
        ("value = 12", "value = 12, lost = «\"100%\"»", &["all of the flow was lost", "below 1"]),
    ]);
}

#[test]
fn distributions_that_do_not_exist() {
    check_all(&[
        (
            "by.quantiles = { p10 = \"5%\", p50 = \"25%\", p90 = \"90%\" }",
            "by.quantiles = «{ p10 = \"5%\", p50 = \"95%\", p90 = \"90%\" }»",
            &["p50 is not below p90", "must increase"],
        ),
        (
            "by.quantiles = { p10 = \"5%\", p50 = \"25%\", p90 = \"90%\" }",
            "by.quantiles = «{ p10 = \"5%\", p50 = \"5.2%\", p90 = \"90%\" }»",
            &["p50 is too near", "feasible range of p50 is", " % to "],
        ),
        (
            "by.quantiles = { p10 = \"5%\", p50 = \"25%\", p90 = \"90%\" }",
            "by.quantiles = «{ p10 = \"-100%\", p50 = \"25%\", p90 = \"90%\" }»",
            &["on or outside the limits", "strictly between"],
        ),
        (
            "by.quantiles = { p10 = \"5%\", p50 = \"25%\", p90 = \"90%\" }",
            "by.quantiles = «{ p10 = \"5%\" }»",
            &["the number of quantiles is 1", "two or three"],
        ),
        (
            "by.quantiles = { p10 = \"5%\", p50 = \"25%\", p90 = \"90%\" }",
            "by.quantiles = «{ p10 = \"5%\", p25 = \"15%\", p50 = \"25%\", p90 = \"90%\" }»",
            &["the number of quantiles is 4", "two or three"],
        ),
        ("mode = 62", "mode = «90»", &["mode lies outside min and max"]),
        ("min = 30", "min = «90»", &["min is not below max"]),
        ("sigma = 0.1", "sigma = «-0.1»", &["sigma is not above 0"]),
        ("sigma = 0.1", "sigma = «0»", &["sigma is not above 0"]),
    ]);
}

/// Both ends of the range that the message names are themselves accepted.
#[test]
fn the_feasible_range_is_feasible() {
    for (p10, p50, p90) in [("5%", "5.2%", "90%"), ("5%", "89%", "90%"), ("-20%", "-19%", "300%")] {
        let quantiles = |p50: &str| {
            let text = BASE.replace("\"5%\", p50", &format!("\"{p10}\", p50"));
            let text = text.replace("p90 = \"90%\"", &format!("p90 = \"{p90}\""));
            let folder =
                folder(&[("scenario.toml", &text.replace("\"25%\"", &format!("\"{p50}\"")))]);
            read(&folder, "scenario.toml", &[]).map(|_| ()).map_err(|e| rendered(&e, &folder))
        };
        let message = quantiles(p50).expect_err("infeasible");
        let range = message.split("feasible range of p50 is ").nth(1).expect("a range");
        let (low, high) = range.trim().split_once(" to ").expect("two ends");
        for end in [low, high] {
            let end = end.trim().replace(' ', "");
            assert_eq!(quantiles(&end), Ok(()), "{end} of {message}");
        }
    }
}

/// A history that a bootstrap cannot use is shown at the key that names it, with its own file.
#[test]
fn histories_that_a_bootstrap_cannot_use() {
    let walk = "growth.random_walk = { median = \"6%\", volatility = \"40%\" }";
    let bootstrap = "growth.bootstrap = { history = \"history.csv\", block = \"2 years\" }";
    let text = BASE.replace(walk, bootstrap);
    let years = "PAK,KGZ,FY2020-21,4\nPAK,KGZ,FY2021-22,5\n";
    for (rows, says) in [
        (years.to_owned(), &["2 observations of PAK → KGZ", "at least 3 consecutive"][..]),
        (format!("{years}PAK,KGZ,FY2023-24,5\n"), &["line 4: FY2023-24 does not follow FY2021-22"]),
        (format!("{years}PAK,KGZ,2023,5\n2024"), &["line 5: this row has 1 cells"]),
        (
            format!("{years}PAK,KGZ,FY2022-23,-5\n"),
            &["history.csv line 4: the value -5 is negative"],
        ),
        (format!("{years}PAK,KGZ,FY2022-23,five\n"), &["line 4: \"five\" is not a number"]),
        (format!("{years}PAK,KGZ,FY2021-22,6\n"), &["line 4: FY2021-22 stands twice, with 6 here"]),
        (format!("{years}PAK,KGZ,FY2021-22,5\n"), &["FY2021-22 stands twice"]),
        (format!("{years}PAK,KGZ,FY2022-23,0\n"), &["line 4: the value 0 has no log growth"]),
        (format!("{years}PAK,KGZ,2022-Q4,1\n"), &["2022-Q4 is not as long as a step"]),
        ("KGZ,PAK,FY2020-21,4\n".to_owned(), &["no flow from PAK to KGZ", "other direction"]),
        ("PKA,KGZ,FY2020-21,4\n".to_owned(), &["no flow from PAK to KGZ", "exporter PAK: PKA"]),
    ] {
        let history = format!("exporter,importer,period,value\n{rows}");
        let folder = folder(&[("scenario.toml", &text), ("history.csv", &history)]);
        let error = read(&folder, "scenario.toml", &[]).map(|_| ()).expect_err(says[0]);
        let shown = rendered(&error, &folder);
        assert!(says.iter().all(|part| shown.contains(part)), "{says:?} in\n{shown}");
        assert_eq!(underlined(&error, &text).1, "\"history.csv\"", "{shown}");
    }
}

#[test]
fn more_parameters_than_the_key_takes() {
    check_all(&[
        ("sigma = 0.1", "sigma = 0.1, «std_dev» = 1", &["no key `std_dev`", "median, sigma"]),
        (
            "median = \"6%\"",
            "median = \"6%\", «drift» = 1",
            &["no key `drift`", "median, volatility"],
        ),
        (
            "growth.constant = \"0%\"",
            "growth = «{ constant = \"0%\", bootstrap = {} }»",
            &["2 kinds of growth at once: constant, bootstrap"],
        ),
        (
            "value = 12",
            "value = «{ uniform = { min = 1, max = 2 }, pert = {} }»",
            &["two distributions at once: uniform and pert"],
        ),
        (
            "value = 12",
            "value = { uniform = { min = 1, max = 2 }, «mean» = 3 }",
            &["no key `mean` beside a distribution"],
        ),
        (
            "[\"exports\", \"imports\"]\nvalue",
            "«[\"exports\", \"imports\", \"power\"]»\nvalue",
            &["a correlation is between two names"],
        ),
        ("value = 12", "value = «{}»", &["names no distribution", "lognormal"]),
    ]);
}

#[test]
fn targets_that_time_cannot_reach() {
    check_all(&[
        (
            "in = \"FY2027-28\"",
            "in = «\"FY2023-24\"»",
            &[
                "FY2023-24 is not after the last observed period, FY2024-25",
                "the first fiscal year that can be simulated whole is FY2025-26",
            ],
        ),
        ("in = \"FY2027-28\"", "in = «\"FY2024-25\"»", &["not after the last observed period"]),
        ("in = \"FY2027-28\"", "in = «\"2028\"»", &["not made of whole steps of a year", "fiscal"]),
        ("in = \"FY2027-28\"", "in = «\"2027-Q3\"»", &["not made of whole steps", "\"quarter\""]),
        ("in = \"FY2027-28\"", "in = «\"2027-09\"»", &["not made of whole steps", "\"month\""]),
        ("\"July\"\n", "\"May\"\nstep = «\"quarter\"»\n", &["calendar quarter", "\"month\""]),
        (
            "start = \"2025-12\"",
            "start = «\"2025-05\"»",
            &["can start before the end of FY2024-25", "in the baseline already"],
        ),
        (
            "until = \"2026-06\"",
            "until = «\"2025-05\"»",
            &["ends before the first simulated period"],
        ),
    ]);
}

#[test]
fn names_that_nothing_has() {
    check_all(&[
        ("flow = \"power\"", "flow = «\"pwer\"»", &["no flow \"pwer\"", "did you mean \"power\"?"]),
        ("flows = \"all\"", "flows = [«\"export\"»]", &["did you mean \"exports\"?", "imports"]),
        (
            "flows = [\"exports\", \"imports\"]",
            "flows = [\"exports\", «\"x\"»]",
            &["no flow \"x\"", "known names: exports, imports, power"],
        ),
        ("in = \"FY2027-28\"", "in = \"FY2027-28\"\nflows = [«\"exprots\"»]", &["\"exports\"?"]),
        (
            "needs = [\"casa\"]",
            "needs = [«\"casa-1000\"»]",
            &["no intervention \"casa-1000\"", "casa"],
        ),
        ("elasticity = { gdp", "elasticity = { «gdpp»", &["no driver \"gdpp\"", "\"gdp\"?"]),
        (
            "unit = \"million\"",
            "prices = { constant = 2024, deflator = «\"cpi\"» }",
            &["no driver \"cpi\"", "known names: gdp"],
        ),
        (
            "between = [\"exports\", \"imports\"]",
            "between = [\"exports\", «\"import\"»]",
            &["nothing random is called \"import\"", "did you mean \"imports\"?"],
        ),
        ("flows = \"all\"", "flows = «[]»", &["names no flow"]),
    ]);
}

#[test]
fn names_that_are_taken_or_none() {
    check_all(&[
        (
            "name = \"imports\"",
            "name = «\"exports\"»",
            &["two flow blocks \"exports\"", "the first"],
        ),
        ("name = \"corridor\"", "name = «\"casa\"»", &["two intervention blocks \"casa\""]),
        (
            "[[disruption]]\nname = \"closure\"",
            "[[disruption]]\nname = «\"exports\"»",
            &["\"exports\"", "already"],
        ),
        ("name = \"closure\"", "name = «\"casa\"»", &["\"casa\"", "already", "the first"]),
        (
            "[[disruption]]\nname = \"closure\"",
            "[[disruption]]\nname = «\"total\"»",
            &["name of a target's sum"],
        ),
        (
            "name = \"closure\"",
            "name = «\"border closure\"»",
            &["cannot be a name", "letters, digits"],
        ),
    ]);
}

#[test]
fn names_that_stand_twice() {
    check_all(&[
        ("flows = \"all\"", "flows = [\"exports\", «\"exports\"»]", &["\"exports\" stands twice"]),
        (
            "[simulation]",
            "[[correlation]]\nbetween = «[\"imports\", \"exports\"]»\nvalue = 0.2\n\n[simulation]",
            &["two correlation blocks \"exports+imports\"", "drop one of them"],
        ),
        (
            "[\"exports\", \"imports\"]\nvalue",
            "«[\"exports\", \"exports\"]»\nvalue",
            &["with itself"],
        ),
        (
            "[\"exports\", \"imports\"]\nvalue",
            "«[\"imports.baseline\", \"imports.value\"]»\nvalue",
            &["both names mean the same"],
        ),
    ]);
}

#[test]
fn a_source_is_a_text() {
    let says: &[&str] = &["source: expected a text in quotes, got a number"];
    check_all(&[
        ("needs = [\"casa\"]", "source = «5»", says),
        ("gdp = 1.2", "gdp = 1.2, source = «5»", says),
        ("sigma = 0.1 }", "sigma = 0.1, source = «5» }", says),
        ("p90 = \"90%\" }", "p90 = \"90%\", source = «5» }", says),
        ("value = 12", "value = { uniform = { min = 1, max = 2 }, source = «5» }", says),
    ]);
}

/// A value of another type is answered with a line that would do.
#[test]
fn values_of_another_type_get_an_example() {
    check_all(&[
        ("at_least = 200", "at_least = «\"200\"»", &["As: at_least = 200"]),
        ("\"FY2027-28\"", "«2028»", &["put it in quotes: \"2028\""]),
        ("[\"casa\"]", "«\"casa\"»", &["As: needs = ["]),
        ("sigma = 0.1", "sigma = «\"10%\"»", &["As: lognormal.sigma = 0.1"]),
        ("paths = 1_000", "paths = «1e3»", &["As: paths = 1_000_000"]),
    ]);
}

#[test]
fn needs_in_a_circle() {
    check_all(&[(
        "adds = { flow = \"power\"",
        "needs = «[\"corridor\"]»\nadds = { flow = \"power\"",
        &["interventions need each other: casa → corridor → casa", "must do without"],
    )]);
}

/// A scenario of correlated flows, whose pairs are given as they stand in a file.
fn correlated(names: &[&str], pairs: &[(String, String, f64)]) -> String {
    let mut text =
        "title = \"x\"\n[[target]]\nname = \"t\"\nat_least = 9\nin = \"2028\"\n".to_owned();
    for name in names {
        text.push_str(&format!(
            "[[flow]]\nname = \"{name}\"\nfrom = \"A\"\nto = \"B\"\nbaseline = {{ period = \"2025\", value = 1 }}\ngrowth.random_walk = {{ median = 0, volatility = 0.1 }}\n"
        ));
    }
    for (a, b, value) in pairs {
        text.push_str(&format!("[[correlation]]\nbetween = [\"{a}\", \"{b}\"]\nvalue = {value}\n"));
    }
    text
}

fn read_correlated(names: &[&str], pairs: &[(String, String, f64)]) -> Result<(), String> {
    let folder = folder(&[("scenario.toml", &correlated(names, pairs))]);
    let error = read(&folder, "scenario.toml", &[]).map(|_| ());
    error.map_err(|error| rendered(&error, &folder))
}

/// The pairs as the message changes them: its lines are `a – b: 0.9 → 0.7`.
fn corrected(message: &str, pairs: &[(String, String, f64)]) -> Vec<(String, String, f64)> {
    let changes: Vec<(&str, &str, f64)> = message
        .lines()
        .filter_map(|line| {
            let (names, values) = line.split_once(": ").filter(|_| line.contains(" → "))?;
            let (a, b) = names.split_once(" – ")?;
            Some((a.trim(), b.trim(), values.split_once(" → ")?.1.trim().parse().ok()?))
        })
        .collect();
    let is_pair = |(a, b): (&str, &str), (c, d): (&str, &str)| (a, b) == (c, d) || (a, b) == (d, c);
    let mut pairs = pairs.to_vec();
    for (a, b, value) in changes {
        match pairs.iter_mut().find(|pair| is_pair((&pair.0, &pair.1), (a, b))) {
            Some(pair) => pair.2 = value,
            None => pairs.push((a.to_owned(), b.to_owned(), value)),
        }
    }
    pairs
}

#[test]
fn correlations_that_contradict_each_other() {
    let pair = |a: &str, b: &str, value| (a.to_owned(), b.to_owned(), value);
    let pairs = [pair("a", "b", 0.9), pair("b", "c", 0.9), pair("a", "c", -0.9)];
    let message = read_correlated(&["a", "b", "c"], &pairs).expect_err("impossible");
    let eigenvalue = 1.0 - 2.0 * 0.9;
    for part in [
        "these correlations contradict each other",
        "not positive semidefinite",
        &format!("smallest eigenvalue {eigenvalue:.3}"),
        "the nearest valid matrix changes these pairs",
        "scenario.toml:",
        "a – b: 0.9 → 0.",
        "a – c: -0.9 → -0.",
    ] {
        assert!(message.contains(part), "{part:?} is missing in\n{message}");
    }
}

/// What the message prints is itself a scenario that is accepted: for many impossible matrices.
#[test]
fn the_nearest_valid_matrix_is_accepted() {
    let names = ["a", "b", "c", "d", "e", "f"];
    let mut state = 20_251_204_u64;
    let mut draw = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from((state >> 32) as i32 % 100) / 100.0
    };
    let mut impossible = 0;
    for round in 0..60 {
        let names = &names[..3 + round % 4];
        let mut pairs = Vec::new();
        for (i, a) in names.iter().enumerate() {
            for b in &names[i + 1..] {
                pairs.push(((*a).to_owned(), (*b).to_owned(), draw()));
            }
        }
        let Err(message) = read_correlated(names, &pairs) else { continue };
        impossible += 1;
        let better = corrected(&message, &pairs);
        assert_eq!(read_correlated(names, &better), Ok(()), "the printed matrix\n{message}");
    }
    assert!(impossible > 30, "{impossible}");
}

#[test]
fn a_zero_baseline_cannot_grow_by_a_percentage() {
    check_all(&[(
        "value = 12",
        "value = «0»",
        &["cannot grow by a percentage", "`growth.constant = \"0%\"`", "`adds`"],
    )]);
}

#[test]
fn nan_and_infinity() {
    check_all(&[
        ("at_least = 200", "at_least = «nan»", &["NaN is not allowed", "finite"]),
        ("at_least = 200", "at_least = «inf»", &["inf is not allowed", "finite"]),
        ("value = 12", "value = «1e999»", &["inf is not allowed", "finite"]),
        ("median = \"6%\"", "median = «-inf»", &["-inf is not allowed", "finite"]),
        ("median = \"6%\"", "median = «\"inf%\"»", &["\"inf%\" is not a percentage"]),
        ("sigma = 0.1", "sigma = «nan»", &["NaN is not allowed"]),
        ("rate_per_year = 0.5", "rate_per_year = «inf»", &["inf is not allowed"]),
        ("\"2 months\"", "«\"inf months\"»", &["\"inf months\" is not a duration"]),
        ("value = 0.3", "value = «nan»", &["NaN is not allowed"]),
        ("gdp = 1.2", "gdp = «nan»", &["NaN is not allowed"]),
    ]);
}

#[test]
fn keys_that_can_reach_no_output() {
    check_all(&[
        (
            "start = \"2026-10\"\nramp",
            "«ramp»",
            &["a ramp reaches no output", "start = \"2026-10\""],
        ),
        (
            "unit = \"million\"",
            "prices = { «deflator» = \"gdp\" }",
            &["under current prices", "constant"],
        ),
        (
            "[\"exports\", \"imports\"]\nvalue",
            "[\"exports\", «\"power\"»]\nvalue",
            &["\"power\" has no shocks of its own, so a correlation reaches no output"],
        ),
        (
            "[[driver]]\n",
            "«[[driver]]»\nname = \"oil\"\ngrowth.constant = \"0%\"\n\n[[driver]]\n",
            &["driver.oil: this driver reaches no output", "elasticity = { oil = 1.0 }"],
        ),
        (
            "elasticity = { gdp = 1.2 }",
            "«seasonal» = [0.2, 0.3, 0.3, 0.2]",
            &["seasons reach no output with steps of a year", "\"quarter\""],
        ),
        (
            "[[disruption]]\n",
            "«[[intervention]]»\nname = \"talk\"\n\n[[disruption]]\n",
            &["intervention.talk: this intervention reaches no output", "`adds`"],
        ),
        (
            "flows = [\"exports\", \"imports\"]",
            "flows = «[\"exports\", \"power\"]»",
            &["\"power\" starts from zero, so a lift of it reaches no output", "`adds`"],
        ),
        ("title = ", "«drop» = [\"flow.exports\"]\ntitle = ", &["`drop` without `extends`"]),
        (
            "[\"exports\", \"imports\"]\nvalue",
            "[«\"exports.baseline\"», \"imports.baseline\"]\nvalue",
            &["is certain, so its correlation reaches no output"],
        ),
        (
            "[\"exports\", \"imports\"]\nvalue",
            "[«\"closure.loss\"», \"imports.baseline\"]\nvalue",
            &["drawn for each event"],
        ),
    ]);
}

#[test]
fn files_that_cannot_be_read() {
    let folder = folder(&[("empty.toml", " \n"), ("broken.toml", "title = \"a\"\nflow = [\n")]);
    fs::write(folder.path().join("latin.toml"), b"# ok\ntitle = \"Caf\xe9\"\n").expect("a file");
    let cases = [
        ("empty.toml", vec!["empty.toml is empty", "tradecast new NAME"]),
        ("latin.toml", vec!["latin.toml is not UTF-8: byte 17 (line 2)", "save the file as UTF-8"]),
        ("missing.toml", vec!["cannot read missing.toml", "No such file", "check the path"]),
        ("broken.toml", vec!["not valid TOML", "broken.toml:"]),
    ];
    for (name, says) in cases {
        let error = read(&folder, name, &[]).map(|_| ()).expect_err(name);
        let shown = rendered(&error, &folder);
        says.iter()
            .for_each(|part| assert!(shown.contains(part), "{part:?} is missing in\n{shown}"));
    }
}

/// Inheritance keeps the place of every value: an error stands in the file that is at fault.
#[test]
fn errors_after_inheritance_name_the_right_file() {
    let heir = "extends = \"base.toml\"\ntitle = \"Heir\"\n";
    let wrong_base = BASE.replace("value = 12", "value = -12");
    let cases: [(&str, &str, &[&str]); 6] = [
        (heir, &wrong_base, &["base.toml:20:", "-12 is not allowed"]),
        (
            &format!("{heir}[[flow]]\nname = \"exports\"\nbaseline.value = -3\n"),
            BASE,
            &["heir.toml:5:", "flow.exports.baseline.value: -3 is not allowed"],
        ),
        (
            &format!("{heir}drop = [\"intervention.cas\"]\n"),
            BASE,
            &["heir.toml:3:", "nothing inherited is called", "did you mean \"intervention.casa\"?"],
        ),
        (
            &format!("{heir}drop = [\"intervention.casa\"]\n"),
            BASE,
            &["base.toml:55:", "there is no intervention \"casa\""],
        ),
        (
            &heir.replace("base.toml", "bse.toml"),
            BASE,
            &["heir.toml:1:", "there is no file bse.toml", "the folder of the file"],
        ),
        (
            heir,
            "extends = \"heir.toml\"\n",
            &["base.toml:1:", "scenarios extend each other: heir.toml → base.toml → heir.toml"],
        ),
    ];
    for (heir, base, says) in cases {
        let folder = folder(&[("heir.toml", heir), ("base.toml", base)]);
        let error = read(&folder, "heir.toml", &[]).map(|_| ()).expect_err(heir);
        let shown = rendered(&error, &folder);
        says.iter()
            .for_each(|part| assert!(shown.contains(part), "{part:?} is missing in\n{shown}"));
    }
}

#[test]
fn settings_that_mean_nothing() {
    let cases: [(&str, &[&str]); 13] = [
        ("at_least", &["a setting is KEY=VALUE", "as --set target.announced.at_least=150"]),
        ("", &["a setting is KEY=VALUE"]),
        ("target.announced.at_leest=150", &["no key `at_leest`", "did you mean `at_least`?"]),
        (
            "target.announcd.at_least=150",
            &["no target \"announcd\"", "did you mean \"announced\"?"],
        ),
        ("flow.x.baseline.value=1", &["no flow \"x\"", "known names: exports, imports, power"]),
        ("simulation.path=5", &["no key `path` in simulation", "did you mean `paths`?"]),
        ("simulation.paths=many", &["simulation.paths: expected a whole number, got a text"]),
        (
            "simulation.method=best",
            &["\"best\" is not a method", "\"auto\"", "\"importance-sampling\""],
        ),
        ("nonsense=5", &["no key `nonsense`", "known keys here: title"]),
        ("target.announced.at_least=", &["at_least: expected a number, got a text"]),
        ("intervention.casa.probability=120%", &["120 % is not allowed", "between 0 and 1"]),
        ("flow.exports.baseline.value=nan", &["NaN is not allowed"]),
        ("flow.exports.growth.fitted={}", &["history: this key is required"]),
    ];
    let folder = folder(&[("scenario.toml", BASE)]);
    for (setting, says) in cases {
        let error = read(&folder, "scenario.toml", &[setting]).map(|_| ()).expect_err(setting);
        let shown = rendered(&error, &folder);
        assert!(shown.contains("[--set:1:"), "{shown}");
        assert!(shown.contains(setting), "the setting itself is shown:\n{shown}");
        says.iter()
            .for_each(|part| assert!(shown.contains(part), "{part:?} is missing in\n{shown}"));
    }
}

/// The marked part of a setting is underlined, whatever blanks and letters stand before it.
#[test]
fn a_wrong_setting_is_underlined_where_it_is_wrong() {
    let folder = folder(&[("scenario.toml", BASE)]);
    for marked in [
        "«é»=1",
        " «é»=1",
        "  «nonsensé» = 5",
        "\u{a0}«flow.ü.baseline.value» =1",
        "  intervention.casa.probability =  «120%» ",
        " target.announced.at_least = «ü»",
        "«é»",
        " =é",
        "",
    ] {
        let setting = marked.replace(['«', '»'], "");
        let error = read(&folder, "scenario.toml", &[&setting]).map(|_| ()).expect_err(marked);
        rendered(&error, &folder);
        if let Some(start) = marked.find('«') {
            let end = marked.find('»').expect("an end") - '«'.len_utf8();
            let expected = (start, setting[start..end].to_owned());
            assert_eq!(underlined(&error, &setting), expected, "{marked}");
        }
    }
}

#[test]
fn a_setting_that_is_a_text_needs_no_quotes() {
    let folder = folder(&[("scenario.toml", BASE)]);
    let scenario = read(&folder, "scenario.toml", &["title=Growth of 8 % a year"]);
    assert_eq!(
        scenario.map(|s| s.title).map_err(|e| e.to_string()),
        Ok("Growth of 8 % a year".to_owned())
    );
}

fn tradecast(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tradecast"));
    command.current_dir(folder.path()).env("NO_COLOR", "1");
    command
}

/// Exit status and standard error of a command that is to fail.
fn failing(folder: &TempDir, arguments: &[&str]) -> (Option<i32>, String) {
    let output = tradecast(folder).args(arguments).output().expect("the binary runs");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    (output.status.code(), String::from_utf8(output.stderr).expect("text"))
}

#[test]
fn folders_without_scenarios_and_missing_paths() {
    let folder = folder(&[("notes.txt", "none")]);
    let (code, message) = failing(&folder, &["run", "."]);
    assert_eq!(code, Some(1));
    assert!(message.contains("the folder . holds no scenario"), "{message}");
    assert!(message.contains(".toml"), "{message}");
    let (code, message) = failing(&folder, &["check", "nowhere.toml"]);
    assert_eq!(code, Some(1));
    assert!(message.contains("there is no file or folder nowhere.toml"), "{message}");
    assert!(message.contains("tradecast new NAME"), "{message}");
}

/// Root may write anywhere, so a file stands where the folder should be.
#[test]
fn results_that_cannot_be_written() {
    let folder = folder(&[("scenario.toml", BASE), ("taken", "a file of the user")]);
    let (code, message) =
        failing(&folder, &["run", "scenario.toml", "--no-charts", "--out", "taken"]);
    assert_eq!(code, Some(1));
    for part in ["cannot write taken/scenario", "another with --out DIR", "untouched"] {
        assert!(message.contains(part), "{part:?} is missing in\n{message}");
    }
    let left = fs::read_to_string(folder.path().join("taken")).expect("a file");
    assert_eq!(left, "a file of the user");
}

/// Ctrl-C ends a run between two batches: what is finished is written, marked as partial, and
/// equal to a run of so many paths.
/// A table without so many columns from one on, where it has that.
#[cfg(unix)]
fn without(table: &str, column: &str, count: usize) -> String {
    let first = table.lines().next().and_then(|it| it.split(',').position(|name| name == column));
    let Some(first) = first else { return table.to_owned() };
    let kept = |row: &str| {
        let cells = row.split(',').enumerate();
        let cells = cells.filter(|(index, _)| !(first..first + count).contains(index));
        cells.map(|(_, cell)| cell).collect::<Vec<_>>().join(",")
    };
    table.lines().map(kept).collect::<Vec<_>>().join("\n")
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_is_finished() {
    let folder = folder(&[("scenario.toml", BASE)]);
    let mut run = tradecast(&folder)
        .args(["run", "scenario.toml", "--no-charts", "--paths", "500_000_000", "--out", "cut"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    interrupt(run.id());
    let status = run.wait().expect("the run ends");
    assert_eq!(status.code(), Some(130));
    let cut = folder.path().join("cut/scenario");
    let manifest: toml::Table =
        fs::read_to_string(cut.join("run.toml")).expect("a manifest").parse().expect("TOML");
    assert_eq!(manifest["complete"].as_bool(), Some(false));
    assert_eq!(manifest["paths_asked"].as_integer(), Some(500_000_000));
    let warnings = manifest["warnings"].as_array().expect("a list");
    assert!(warnings.iter().any(|w| w.as_str().is_some_and(|w| w.contains("was cut short"))));
    let paths = manifest["paths"].as_integer().expect("a number");
    assert!(paths > 0 && paths < 500_000_000, "{paths}");
    let whole = tradecast(&folder)
        .args(["run", "scenario.toml", "--no-charts", "--out", "whole"])
        .args(["--paths", &paths.to_string()])
        .output()
        .expect("the binary runs");
    assert_eq!(whole.status.code(), Some(0));
    for name in ["probability", "target", "fan", "distribution", "contributions"] {
        // A run that was cut short does without the spread over what is not known.
        let read = |folder_name: &str| {
            let file = folder.path().join(folder_name).join("scenario").join(format!("{name}.csv"));
            without(&fs::read_to_string(file).expect("a table"), "probability_low", 2)
        };
        assert_eq!(read("cut"), read("whole"), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_sensitivity_and_nothing_is_written() {
    let folder = folder(&[("scenario.toml", BASE)]);
    let mut run = tradecast(&folder)
        .args(["sensitivity", "scenario.toml", "--paths", "500_000_000", "--out", "cut"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    interrupt(run.id());
    assert_eq!(run.wait().expect("the run ends").code(), Some(130));
    assert!(!folder.path().join("cut/scenario/sensitivity.csv").exists());
}

#[test]
fn more_keys_that_can_reach_no_output() {
    check_all(&[
        (
            "growth.constant = \"0%\"",
            "growth.constant = \"0%\"\n«elasticity» = { gdp = 1 }",
            &["flow.power.elasticity: this flow starts from zero"],
        ),
        ("value = 0 }", "value = 0, «lost» = \"20%\" }", &["this flow starts from zero"]),
        (
            "flows = [\"exports\", \"imports\"], by",
            "flows = «[\"power\"]», by",
            &["\"power\" starts from zero"],
        ),
        ("sigma = 0.1 } }", "sigma = 0.1 }, value.truncate = «{}» }", &["this cuts nothing"]),
        (
            "[[correlation]]\nbetween = [\"exports\", \"imports\"]",
            "[[intervention]]\nname = \"visas\"\nlifts = { flows = \"all\", by = 0.1 }\n\n[[correlation]]\nbetween = [\"casa\", «\"visas\"»]",
            &[
                "\"visas\" always happens, so a correlation reaches no output",
                "give it a `probability`",
            ],
        ),
    ]);
}

/// The only flow starts from zero, and a lift of it does nothing, named or as `"all"`.
#[test]
fn a_lift_of_nothing_but_zero() {
    for flows in ["\"all\"", "[\"power\"]"] {
        let text = format!(
            "title = \"x\"\n[[target]]\nname = \"t\"\nat_least = 5\nin = \"2028\"\n[[flow]]\nname = \"power\"\nfrom = \"A\"\nto = \"B\"\nbaseline = {{ period = \"2025\", value = 0 }}\ngrowth.constant = 0\n[[intervention]]\nname = \"road\"\nlifts = {{ flows = {flows}, by = 0.1 }}\n"
        );
        let folder = folder(&[("scenario.toml", &text)]);
        let error = read(&folder, "scenario.toml", &[]).map(|_| ()).expect_err("idle");
        let shown = rendered(&error, &folder);
        assert!(shown.contains("\"power\" starts from zero"), "{shown}");
    }
}

#[test]
fn fiscal_years_that_nothing_names() {
    let text = BASE
        .replace(
            "fiscal_year_starts = \"July\"",
            "fiscal_year_starts = \"July\"\nstep = \"quarter\"",
        )
        .replace("FY2027-28", "2028")
        .replace("FY2024-25", "2024");
    let folder = folder(&[("scenario.toml", &text)]);
    let error = read(&folder, "scenario.toml", &[]).map(|_| ()).expect_err("idle");
    let shown = rendered(&error, &folder);
    assert!(shown.contains("scenario.toml:8:1"), "{shown}");
    assert!(shown.contains("no period is a fiscal year, so this reaches no output"), "{shown}");
}

/// A setting that the tree would take and nothing would read.
#[test]
fn settings_that_would_be_ignored() {
    let cases: [(&str, &[&str]); 8] = [
        ("extends=other.toml", &["a setting cannot change `extends`", "a scenario of its own"]),
        ("drop=[\"intervention.casa\"]", &["a setting cannot change `drop`"]),
        ("flow.power.name=electricity", &["what a flow is called", "in the file"]),
        ("correlation.exports+imports.between=[\"a\", \"b\"]", &["what a correlation is called"]),
        ("flow.exports=5", &["`flow.exports` is a whole flow", "name one of its keys"]),
        ("=5", &["a setting cannot change ``"]),
        ("flow..value=5", &["a setting cannot change `flow..value`"]),
        (".title=5", &["a setting cannot change `.title`"]),
    ];
    let folder = folder(&[("scenario.toml", BASE)]);
    for (setting, says) in cases {
        let error = read(&folder, "scenario.toml", &[setting]).map(|_| ()).expect_err(setting);
        let shown = rendered(&error, &folder);
        assert!(shown.contains("[--set:1:1]"), "{shown}");
        says.iter()
            .for_each(|part| assert!(shown.contains(part), "{part:?} is missing in\n{shown}"));
    }
}

/// An unwritable folder is noticed before the paths are simulated, not after hours of it.
#[test]
fn a_folder_that_cannot_be_written_is_noticed_first() {
    let folder = folder(&[("scenario.toml", BASE), ("taken", "a file of the user")]);
    let begin = Instant::now();
    let arguments = ["run", "scenario.toml", "--out", "taken", "--paths", "100_000_000_000"];
    let (code, message) = failing(&folder, &arguments);
    assert_eq!(code, Some(1));
    assert!(message.contains("cannot write taken/scenario"), "{message}");
    assert!(begin.elapsed() < Duration::from_secs(60));
}

/// A history that cannot be fitted says which line or year is in the way, and what to do.
#[test]
fn a_fit_says_what_it_lacks() {
    const HISTORY: &str = "exporter,importer,period,value\nPAK,KGZ,2021,5\nPAK,KGZ,2022,11\nPAK,KGZ,2023,20\nPAK,KGZ,2024,16\nPAK,KGZ,2025,15\n";
    const FLOW: &str = "[[flow]]\nname = \"goods\"\nfrom = \"PAK\"\nto = \"KGZ\"\ngrowth.fitted = { history = \"h.csv\" }\n\n[[driver]]";
    let drop_line = HISTORY.replace("PAK,KGZ,2023,20\n", "");
    let cases: &[(&str, &str, &[&str])] = &[
        (&drop_line, "", &["Fewer than 5 consecutive positive values", "2023"]),
        (&HISTORY.replace(",11", ",-11"), "", &["line 3", "negative"]),
        (&HISTORY.replace(",11", ",eleven"), "", &["line 3", "eleven"]),
        (&HISTORY.replace("KGZ", "KAZ"), "", &["no flow from PAK to KGZ", "PAK"]),
        (&HISTORY.replace("value", "worth"), "", &["value", "worth"]),
        (HISTORY, "prior=wolrd", &["\"wolrd\" is no prior", "\"none\""]),
        (HISTORY, "prior=p.toml", &["cannot read", "p.toml"]),
        (HISTORY, "prior=old.toml", &["old.toml", "format 0", "calibrate"]),
        (HISTORY, "history=none.csv", &["cannot read", "none.csv"]),
        (HISTORY, "per_dollar=280", &["amounts are in USD already"]),
        (HISTORY, "unit=potatoes", &["\"potatoes\" is not a unit"]),
        (HISTORY, "unit=EUR million", &["million EUR", "the scenario in USD"]),
        (HISTORY, "total=true", &["KGZ", "PAK"]),
        (HISTORY, "total=yes", &["expected true or false"]),
        (HISTORY, "reporter=IMF", &["IMF"]),
        (HISTORY, "columns=value", &["value"]),
    ];
    for (history, setting, says) in cases {
        let base = BASE.replacen("[[driver]]", FLOW, 1);
        let folder =
            folder(&[("scenario.toml", &base), ("h.csv", history), ("old.toml", "format = 0\n")]);
        let setting = format!("flow.goods.growth.fitted.{setting}");
        let settings: &[&str] = if setting.ends_with('.') { &[] } else { &[&setting] };
        let error = read(&folder, "scenario.toml", settings).map(|_| ()).expect_err(&setting);
        let shown = rendered(&error, &folder);
        says.iter()
            .for_each(|part| assert!(shown.contains(part), "{part:?} is missing in\n{shown}"));
        assert!(shown.contains("help:"), "no way out:\n{shown}");
    }
}

/// Where a history and a baseline contradict, or what the history says reaches no output.
#[test]
fn what_a_fit_makes_idle_is_refused() {
    let fitted = "growth.fitted = { history = \"h.csv\" }";
    let history = "period,value\n2020,5\n2021,11\n2022,20\n2023,16\n2024,15\n";
    let growth = "growth.random_walk = { median = \"6%\", volatility = \"40%\" }";
    let both = BASE.replace(growth, fitted);
    let alone = both.replace("baseline = { period = \"FY2024-25\", value = 12 }\n", "");
    let driver =
        BASE.replace("growth.random_walk = { median = \"5%\", volatility = \"4%\" }", fitted);
    let drift = alone.replace("h.csv\"", "h.csv\", prior = \"none\", drift = \"5%\"");
    let currency = alone.replace("\"USD\"", "\"PKR\"");
    let cases: [(&str, &[&str]); 4] = [
        (&both, &["starts at its history's last value", "leave `baseline` out"]),
        (&driver, &["a driver cannot be fitted"]),
        (&drift, &["without a prior the drift is the history's own"]),
        (&currency, &["depends on its size in USD", "per_dollar"]),
    ];
    for (text, says) in cases {
        let folder = folder(&[("scenario.toml", text), ("h.csv", history)]);
        let error = read(&folder, "scenario.toml", &[]).map(|_| ()).expect_err(text);
        let shown = rendered(&error, &folder);
        says.iter()
            .for_each(|part| assert!(shown.contains(part), "{part:?} is missing in\n{shown}"));
    }
    let folder = folder(&[("scenario.toml", &alone), ("h.csv", history)]);
    assert!(read(&folder, "scenario.toml", &[]).is_ok());
}

/// How whole messages look.
mod look {
    use super::*;

    fn shown(old: &str, new: &str) -> String {
        let folder = folder(&[("scenario.toml", &BASE.replace(old, new))]);
        let error = read(&folder, "scenario.toml", &[]).map(|_| ()).expect_err(new);
        rendered(&error, &folder)
    }

    #[test]
    fn an_unknown_key() {
        insta::assert_snapshot!(shown("at_least", "at_leest"), @r#"
         × target.announced.at_leest: there is no key `at_leest` in target.announced
           ╭─[scenario.toml:12:1]
        11 │ name = "announced"
        12 │ at_leest = 200
           · ────┬───
           ·     ╰── this key
        13 │ in = "FY2027-28"
           ╰────
         help: did you mean `at_least`? Known keys here: name, at_least, in, flows, announced, measured_by, source
        "#);
    }

    #[test]
    fn a_bare_number_above_one() {
        insta::assert_snapshot!(shown("\"6%\"", "8"), @r#"
         × flow.exports.growth.random_walk.median: a bare 8 is ambiguous
           ╭─[scenario.toml:21:33]
        20 │ baseline = { period = "FY2024-25", value = 12 }
        21 │ growth.random_walk = { median = 8, volatility = "40%" }
           ·                                 ┬
           ·                                 ╰── here
        22 │ elasticity = { gdp = 1.2 }
           ╰────
         help: write "8%", or "800%" if that is meant
        "#);
    }

    #[test]
    fn infeasible_quantiles() {
        insta::assert_snapshot!(shown("\"25%\"", "\"5.2%\""), @r#"
         × intervention.corridor.lifts.by.quantiles: no smooth distribution has these quantiles: p50 is too near to one end
           ╭─[scenario.toml:54:58]
        53 │ start = "2025-12"
        54 │ lifts = { flows = ["exports", "imports"], by.quantiles = { p10 = "5%", p50 = "5.2%", p90 = "90%" } }
           ·                                                          ────────────────────┬────────────────────
           ·                                                                              ╰── here
        55 │ needs = ["casa"]
           ╰────
         help: with the outer two as they are, the feasible range of p50 is 17 % to 70 %
        "#);
    }

    #[test]
    fn a_target_in_the_past() {
        insta::assert_snapshot!(shown("in = \"FY2027-28\"", "in = \"FY2023-24\""), @r#"
         × target.announced.in: FY2023-24 is not after the last observed period, FY2024-25
           ╭─[scenario.toml:13:6]
        12 │ at_least = 200
        13 │ in = "FY2023-24"
           ·      ─────┬─────
           ·           ╰── this value
        14 │ announced = "2025-12-04"
           ╰────
         help: the first fiscal year that can be simulated whole is FY2025-26; a target must lie there or later
        "#);
    }

    #[test]
    fn a_wrong_setting() {
        let folder = folder(&[("scenario.toml", BASE)]);
        let setting = ["intervention.casa.probability=80"];
        let error = read(&folder, "scenario.toml", &setting).map(|_| ()).expect_err("a share");
        insta::assert_snapshot!(rendered(&error, &folder), @r#"
         × intervention.casa.probability: 8000 % is not allowed
          ╭─[--set:1:31]
        1 │ intervention.casa.probability=80
          ·                               ─┬
          ·                                ╰── here
          ╰────
         help: write a share between 0 and 1, as "60%" or 0.6
        "#);
    }

    #[test]
    fn contradicting_correlations() {
        let pair = |a: &str, b: &str, value| (a.to_owned(), b.to_owned(), value);
        let pairs = [pair("a", "b", 0.9), pair("b", "c", 0.9), pair("a", "c", -0.9)];
        let shown = read_correlated(&["a", "b", "c"], &pairs).expect_err("impossible");
        insta::assert_snapshot!(shown, @r#"
         × correlation: these correlations contradict each other: the matrix is not positive semidefinite (smallest eigenvalue -0.800)
           ╭─[scenario.toml:24:3]
        23 │ growth.random_walk = { median = 0, volatility = 0.1 }
        24 │ [[correlation]]
           ·   ─────┬─────
           ·        ╰── this key
        25 │ between = ["a", "b"]
           ╰────
         help: the nearest valid matrix changes these pairs (a pair that is not given counts as 0):
               a – b: 0.9 → 0.5
               a – c: -0.9 → -0.5
               b – c: 0.9 → 0.5
        "#);
    }
}
