//! Panels, made up and real.

use super::*;

#[test]
fn a_panel_has_zeros_and_what_is_missing() {
    let text = "exporter,importer,year,usd_million\nB,A,2001,1\nA,B,2001,0\nA,B,2003,2.5\n";
    let panel = read_panel(Path::new("p.csv"), text.as_bytes()).expect("a panel");
    let first = &panel[0];
    assert_eq!((first.exporter.as_str(), first.first_year), ("A", 2001));
    assert_eq!(first.values, [Some(0.0), None, Some(2.5)]);
    assert_eq!(panel.len(), 2);
    let unstated = read("exporter,importer,year,value\nA,B,2001,1\n").panel().expect_err("no unit");
    assert!(unstated.to_string().contains("million USD are needed"), "{unstated}");
}

#[test]
fn a_fiscal_panel_is_named_by_its_ends() {
    let reading = Reading { fiscal_year_starts: Some(7), ..usd_million() };
    let text = "period,value\nFY2001-02,5\nFY2002-03,6\n";
    let panel = read_with(text, &reading).expect("read").panel().expect("a panel");
    assert_eq!((panel[0].first_year, panel[0].values.len()), (2002, 2));
}

/// The folder of panels, or a plain word that the test is skipped.
fn panels() -> Option<PathBuf> {
    let folder = std::env::var_os("TRADECAST_PANELS").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: TRADECAST_PANELS is not set");
    }
    folder
}

fn panel_file(folder: &Path, name: &str) -> (PathBuf, Vec<u8>) {
    let path = folder.join(name);
    let bytes = std::fs::read(&path).expect("the panel");
    (path, bytes)
}

#[test]
fn the_manufactures_panel_has_its_pairs() {
    let Some(folder) = panels() else { return };
    let (path, bytes) = panel_file(&folder, "agtpa_manuf_1986_2006.csv.gz");
    let panel = read_panel(&path, &bytes).expect("the panel");
    assert_eq!(panel.len(), 4692);
    assert!(panel.iter().all(|s| s.first_year == 1986 && s.values.len() == 21), "balanced");
    let all: Vec<f64> = panel.iter().flat_map(|s| &s.values).flatten().copied().collect();
    assert_eq!(all.len(), 98_532);
    let zeros = all.iter().filter(|value| **value == 0.0).count() as f64 / all.len() as f64;
    assert!((zeros - 0.086).abs() < 0.0005, "8.6 % are zeros: {zeros}");
    let countries: std::collections::BTreeSet<&str> =
        panel.iter().map(|series| series.exporter.as_str()).collect();
    assert_eq!(countries.len(), 69);
}

#[test]
fn the_census_panels_have_their_pairs() {
    let Some(folder) = panels() else { return };
    let (path, bytes) = panel_file(&folder, "us_census_1985_2022.csv.gz");
    assert_eq!(read_panel(&path, &bytes).expect("the panel").len(), 464);
    let (path, bytes) = panel_file(&folder, "us_census_monthly_1985_2023.csv.gz");
    let monthly = read_histories(&path, &bytes, &Reading::default()).expect("months");
    let partners = monthly.pairs().into_iter().filter(|pair| pair.0 == "USA").count();
    assert_eq!(partners, 116);
    let flow = monthly.pair("USA", "CAN").expect("Canada");
    assert_eq!(flow.frequency().expect("one"), Some(PeriodKind::Month));
    assert_eq!(flow.points.last().map(|point| point.period.to_string()), Some("2023-01".into()));
}

/// Twelve months of a year are that year of the annual panel, up to the rounding of both: of every
/// flow that both shipped panels have.
#[test]
fn census_months_add_up_to_census_years() {
    let folder = crate::repository("scenarios/panels");
    let read = |name: &str| {
        let (path, bytes) = panel_file(&folder, name);
        read_histories(&path, &bytes, &Reading::default()).expect("a panel")
    };
    let (years, months) = (read("us-census.csv.gz"), read("us-census-monthly.csv.gz"));
    let mut compared = 0;
    for (from, to) in months.pairs() {
        let Ok(by_years) = years.pair(from, to) else { continue };
        let by_months = months.pair(from, to).expect("a flow").annual(None).expect("annual");
        let of_year = |period| by_years.points.iter().find(|point| point.period == period);
        for one in &by_months.points {
            let Some(other) = of_year(one.period) else { continue };
            // Each month is rounded to 0.1 million, twelve of them to 0.6 in all; so is the year.
            let distance = (one.value - other.value).abs();
            assert!(distance < 0.7, "{from}-{to} {}: {} {}", one.period, one.value, other.value);
            compared += 1;
        }
    }
    assert!(compared > 1000, "{compared} years compared");
}
