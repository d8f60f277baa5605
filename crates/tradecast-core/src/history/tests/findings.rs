//! What is found, with lines.

use super::*;

#[test]
fn gaps_zeros_and_empty_cells_are_found_with_their_lines() {
    let text = "period,usd_million\n2001,1\n2002,\n2003,2\n2004,0\n2007,3\n";
    let findings = read(text).only().expect("a flow").findings();
    let gap = |first, last, after| Finding::Gap {
        first: year(first),
        last: year(last),
        after: line(after),
    };
    let [Finding::Empty(empty), first, second, Finding::Zeros(zeros)] = &findings[..] else {
        panic!("{findings:?}")
    };
    let places = |seen: &[Seen]| -> Vec<(Period, Place)> {
        seen.iter().map(|seen| (seen.period, seen.place.clone())).collect()
    };
    assert_eq!(places(empty), [(year(2002), line(3))]);
    assert_eq!([first, second], [&gap(2002, 2002, 2), &gap(2005, 2006, 5)]);
    assert_eq!(places(zeros), [(year(2004), line(5))]);
}

#[test]
fn an_unstated_unit_is_said() {
    let flow = read("period,value\n2001,1\n").only().expect("a flow").clone();
    assert_eq!(flow.findings(), [Finding::UnitUnstated]);
    assert!(flow.in_usd().expect_err("no unit").help().contains("USD million"));
}

#[test]
fn duplicates_agree_or_spoil_their_own_flow() {
    let text = "exporter,importer,period,usd_million\nA,B,2001,5\nA,B,2001,5\nC,D,2001,5\nC,D,2001,6\nE,F,2001,1\n";
    let histories = read(text);
    let same = histories.pair("A", "B").expect("the same value");
    assert_eq!(same.points.len(), 1);
    let kept = Seen { period: year(2001), value: 5.0, place: line(2) };
    assert_eq!(same.findings(), [Finding::Duplicate { kept, again: line(3) }]);
    assert!(same.log_growth(12, "years").expect_err("twice").to_string().contains("twice"));
    let error = histories.pair("C", "D").expect_err("conflict").to_string();
    assert!(
        error.starts_with("h.csv line 5: 2001 stands twice, with 6 here and 5 in line 4"),
        "{error}"
    );
    let spoilt = histories.flows()[1].findings();
    let is_of_line =
        |finding: &Finding| matches!(finding, Finding::Unusable { place, .. } if *place == line(5));
    assert!(spoilt.iter().any(is_of_line), "{spoilt:?}");
    assert!(histories.pair("E", "F").is_ok() && histories.panel().is_err());
}

#[test]
fn a_cell_that_cannot_be_used_names_its_line() {
    for (cells, part) in [
        ("2001,-4", "the value -4 is negative"),
        ("2001,\"1,234\"", "\"1,234\" is not a number"),
        ("2001,abc", "\"abc\" is not a number"),
        ("2001 Jan-Nov,4", "\"2001 Jan-Nov\" is not a period"),
        ("FY2001-02,4", "is a fiscal year, and nothing says"),
    ] {
        let text =
            format!("exporter,importer,period,usd_million\nA,B,2000,1\nA,B,{cells}\nC,D,2000,1\n");
        let histories = read(&text);
        let error = histories.pair("A", "B").expect_err(part).to_string();
        assert!(error.starts_with("h.csv line 3: ") && error.contains(part), "{error}");
        assert!(histories.pair("C", "D").is_ok(), "{part}");
    }
}

/// A jump is a break when it is more than ×8 and the level stays there.
#[test]
fn breaks_persist_and_spikes_do_not() {
    let breaks = |values: &[f64]| {
        let findings = annual_of(values).findings();
        findings.into_iter().filter(|f| matches!(f, Finding::Break { .. })).collect::<Vec<_>>()
    };
    let before = Seen { period: year(2003), value: 1.5, place: line(4) };
    let after = Seen { period: year(2004), value: 1500.0, place: line(5) };
    let up = breaks(&[1.0, 2.0, 1.5, 1500.0, 1600.0, 1700.0]);
    assert_eq!(up, [Finding::Break { before, after, ratio: 1000.0 }]);
    assert!(breaks(&[80.0, 70.0, 9.0, 8.0, 9.0]).is_empty(), "÷7.8");
    let down = breaks(&[80.0, 73.0, 9.0, 8.0, 9.0]);
    assert!(matches!(down[..], [Finding::Break { ratio, .. }] if ratio == 9.0 / 73.0), "÷8.1");
    assert!(breaks(&[1.0, 2.0, 40.0, 3.0, 2.5, 3.0]).is_empty(), "a spike");
    assert!(breaks(&[5.0, 6.0, 5.0, 50.0]).is_empty(), "nothing after it yet");
    assert!(breaks(&[1.0, 7.9, 7.9, 7.9]).is_empty(), "not more than ×8");
    assert_eq!(breaks(&[1.0, -1.0, 0.0, 10.0, 10.0]).len(), 1, "two periods in between");
    assert!(breaks(&[1.0, -1.0, -1.0, -1.0, 10.0, 10.0]).is_empty(), "growth over years");
}

#[test]
fn mixed_frequencies_are_found_and_refused() {
    let reading = Reading { fiscal_year_starts: Some(7), ..usd_million() };
    let text = "period,value\n2001,5\n2002,6\nFY2001-02,5\n2003-01,1\n";
    let flow = read_with(text, &reading).expect("read").only().expect("a flow").clone();
    let counts = "2 calendar years, 1 fiscal years, 1 months";
    let kinds =
        [(PeriodKind::CalendarYear, 2), (PeriodKind::FiscalYear, 1), (PeriodKind::Month, 1)];
    assert!(flow.findings().contains(&Finding::MixedFrequencies(kinds.to_vec())));
    for error in [flow.latest_run(1).map(|_| ()), flow.annual(None).map(|_| ())] {
        assert!(error.expect_err("mixed").to_string().contains(counts));
    }
    assert_eq!(
        flow.of_kind(PeriodKind::CalendarYear).latest_run(2).expect("2").values(),
        [5.0, 6.0]
    );
}

#[test]
fn files_are_joined_and_lines_name_their_file() {
    let part = |name: &str, text: &str| {
        read_histories(Path::new(name), text.as_bytes(), &Reading::default()).expect("part")
    };
    let one = part("d/one.csv", "exporter,importer,year,usd_million\nA,B,2001,1\n");
    let two = part("d/two.csv", "exporter,importer,year,usd_million\nA,B,2003,0\nC,D,2001,1\n");
    let joined = Histories::join(vec![one.clone(), two]).expect("joined");
    let flow = joined.pair("A", "B").expect("a flow");
    assert_eq!(values(flow), owned(&[("2001", 1.0), ("2003", 0.0)]));
    let place = Place { line: 2, file: Some("two.csv".to_owned()) };
    let zero = Seen { period: year(2003), value: 0.0, place };
    assert!(flow.findings().contains(&Finding::Zeros(vec![zero])));
    assert_eq!(joined.pairs().len(), 2);
    let again = part("d/three.csv", "exporter,importer,year,usd_million\nA,B,2001,9\n");
    let error = Histories::join(vec![one, again])
        .expect("joined")
        .pair("A", "B")
        .expect_err("twice")
        .to_string();
    assert!(error.starts_with("d/three.csv line 2: 2001 stands twice"), "{error}");
}
