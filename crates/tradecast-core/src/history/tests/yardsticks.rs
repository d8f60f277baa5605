//! Two reporters of one flow.

use super::*;

#[test]
fn a_reporters_total_is_its_exports_and_imports() {
    let histories = read(COMTRADE);
    let totals = histories.totals("PAK", "KGZ").expect("totals");
    let found: Vec<_> = totals.iter().map(|t| (t.reporter.clone(), t.points[0].value)).collect();
    assert_eq!(found, [(Some("KGZ".to_owned()), 6.5), (Some("PAK".to_owned()), 3.7)]);
    assert!(matches!(histories.total("PAK", "KGZ"), Err(HistoryError::Yardsticks { .. })));
    let kyrgyz = histories.reported_by(&Reporter::parse("KGZ")).expect("reported");
    let total = kyrgyz.total("PAK", "KGZ").expect("a total");
    assert_eq!(
        (total.name().as_str(), total.points.len()),
        ("PAK–KGZ, both directions as reported by KGZ", 1)
    );
    let periods = vec![year(2023)];
    let alone = Finding::OneDirection { flow: "PAK → KGZ".to_owned(), periods };
    assert!(total.findings().contains(&alone), "{:?}", total.findings());
}

#[test]
fn mirror_data_stand_side_by_side_with_their_ratio() {
    let mirror = read(COMTRADE).mirror("PAK", "KGZ").expect("a mirror");
    assert_eq!((mirror.first.as_str(), mirror.second.as_str()), ("PAK", "KGZ"));
    let ratios: Vec<_> = mirror.rows.iter().map(MirrorRow::ratio).collect();
    assert_eq!(ratios, [Some(2.0), Some(1.25)]);
    assert_eq!(mirror.ratios(), Some([1.25, 1.25, 2.0]));
    assert!(
        mirror.to_string().contains("2022         3.000000         6.000000     2.00"),
        "{mirror}"
    );
    assert!(read("exporter,importer,period,value\nA,B,2001,1\n").mirror("A", "B").is_err());
}
