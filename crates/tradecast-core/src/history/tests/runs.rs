//! Runs, years, growth, and pairs that are not there.

use super::*;

#[test]
fn the_latest_run_ends_at_the_latest_positive_value() {
    let flow = annual_of(&[9.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 0.0]);
    let run = flow.latest_run(5).expect("a run");
    assert_eq!(run.values(), [1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(run.zeros_after.iter().map(|p| p.period.to_string()).collect::<Vec<_>>(), ["2008"]);
}

#[test]
fn a_short_run_says_what_is_missing_and_the_way_out() {
    let error = annual_of(&[1.0, 2.0, 3.0, 4.0, 5.0, -1.0, -1.0, 6.0, 7.0])
        .latest_run(5)
        .expect_err("short");
    let text = error.to_string();
    assert!(text.starts_with("Fewer than 5 consecutive positive values"), "{text}");
    assert!(text.contains("has 2 (2008 to 2009); 2006 to 2007 are missing"), "{text}");
    assert!(error.help().contains("keep only 2001 to 2005"), "{}", error.help());
    let text = annual_of(&[1.0, 0.0, 3.0]).latest_run(5).expect_err("short").to_string();
    assert!(text.contains("has 1 (2003); 2002 is 0 (line 3)"), "{text}");
    let text = annual_of(&[3.0, 3.0]).latest_run(5).expect_err("short").to_string();
    assert!(text.contains("has 2 (2001 to 2002); nothing is there before 2001"), "{text}");
    let text = annual_of(&[0.0]).latest_run(5).expect_err("zeros").to_string();
    assert!(text.contains("has no positive value"), "{text}");
}

/// Months from `first` on, of value 1, 2, 3 …
fn monthly(first: &str, count: usize) -> FlowHistory {
    let mut period = Period::parse(first, None).expect("a month");
    let mut text = "period,usd_million\n".to_owned();
    for value in 1..=count {
        text += &format!("{period},{value}\n");
        period = period.next();
    }
    read(&text).only().expect("a flow").clone()
}

#[test]
fn months_make_complete_years_only() {
    let annual = monthly("2001-11", 16).annual(None).expect("annual");
    // November and December are 1 and 2, so 2002 is 3 + … + 14 = 102.
    assert_eq!(values(&annual), owned(&[("2002", 102.0)]));
    let partial = |number| Finding::PartialYear { year: year(number), parts: 2, of: 12 };
    let findings = annual.findings();
    assert!(findings.contains(&partial(2001)) && findings.contains(&partial(2003)), "{findings:?}");
}

#[test]
fn fiscal_years_of_months_and_quarters() {
    let annual = monthly("2001-07", 24).annual(Some(7)).expect("annual");
    assert_eq!(values(&annual), owned(&[("FY2001-02", 78.0), ("FY2002-03", 222.0)]));
    let january = monthly("2001-01", 12).annual(Some(1)).expect("annual");
    assert_eq!(values(&january), owned(&[("FY2001", 78.0)]));
    let text = "period,usd_million\n2001-Q2,1\n2001-Q3,2\n2001-Q4,3\n2002-Q1,4\n";
    let quarters = read(text).only().expect("a flow").clone();
    assert_eq!(values(&quarters.annual(Some(4)).expect("April")), owned(&[("FY2001-02", 10.0)]));
    let error = quarters.annual(Some(5)).expect_err("May").to_string();
    assert!(error.contains("start in month 5"), "{error}");
}

#[test]
fn a_missing_pair_has_its_nearest_names() {
    let histories = read("exporter,importer,period,usd_million\nPAK,KGZ,2001,1\nUZB,PAK,2001,1\n");
    let error = histories.pair("PAK", "KGX").expect_err("no pair");
    assert_eq!(error.to_string(), "h.csv has no flow from PAK to KGX");
    assert!(error.help().contains("importer KGX: KGZ"), "{}", error.help());
    let error = histories.only().expect_err("two").to_string();
    assert!(error.contains("holds 2 flows: PAK-KGZ, UZB-PAK"), "{error}");
    assert!(histories.total("PAK", "KGZ").expect_err("one way").help().contains("other direction"));
}

#[test]
fn log_growth_wants_consecutive_steps() {
    let growth = annual_of(&[1.0, 2.0, 8.0]).log_growth(12, "years").expect("growth");
    assert_eq!(growth, [libm::log(2.0), libm::log(4.0)]);
    for (values, part) in [
        (&[1.0, -1.0, 2.0, 3.0][..], "line 3: 2003 does not follow 2001"),
        (&[1.0, 0.0, 2.0], "line 3: the value 0 has no log growth"),
        (&[1.0, 2.0], "2 observations of the flow"),
    ] {
        let error = annual_of(values).log_growth(12, "years").expect_err(part).to_string();
        assert!(error.contains(part), "{error}");
    }
    let error = annual_of(&[1.0, 2.0, 3.0]).log_growth(3, "quarters").expect_err("years");
    assert!(error.to_string().contains("line 2: 2001 is not as long as a step"), "{error}");
}

#[test]
fn a_file_without_rows_says_so() {
    let error = read("exporter,importer,period,value\n").only().expect_err("no rows");
    assert_eq!(error.to_string(), "h.csv: no row of it is an observation");
}
