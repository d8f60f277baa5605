//! Each format, as users have it.

use super::*;

#[test]
fn long_form_in_any_order_of_rows_and_columns() {
    let text = "value,importer,period,exporter\n3,KGZ,2003,PAK\n1,KGZ,2001,PAK\n7,PAK,2001,KGZ\n";
    let histories = read_with(text, &usd_million()).expect("histories");
    assert_eq!(histories.pairs(), [("KGZ", "PAK"), ("PAK", "KGZ")]);
    let flow = histories.pair("PAK", "KGZ").expect("a flow");
    assert_eq!(values(flow), owned(&[("2001", 1.0), ("2003", 3.0)]));
    assert_eq!(flow.points.iter().map(|point| point.line).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(flow.unit, Unit::Million("USD".to_owned()));
}

#[test]
fn one_flow_answers_to_any_ends() {
    let histories = read("# a note\nperiod,value\n2001,1\n2002,2\n");
    assert_eq!(histories.flow(Some(("PAK", "KGZ"))).expect("the flow").points.len(), 2);
    assert_eq!(histories.flow(None).expect("the flow").name(), "the flow");
}

#[test]
fn mapped_columns_and_a_mark_of_utf8() {
    let reading = Reading {
        columns: Columns::parse("exporter=from,importer=to,period=jahr,value=usd")
            .expect("columns"),
        ..usd_million()
    };
    let histories = read_with("\u{feff}from,to,jahr,usd\nPAK,KGZ,2001,5\n", &reading);
    assert_eq!(histories.expect("read").pairs(), [("PAK", "KGZ")]);
    let error = read_with("von,to,jahr,usd\n", &reading).expect_err("no column");
    let said = format!("{error}\n{}", error.help());
    assert!(said.contains("no column \"from\" (it has: von, to, jahr, usd)"), "{said}");
    assert!(said.contains("exporter=from"), "{said}");
}

#[test]
fn year_and_month_columns() {
    let both = read("year,month,usd_million\n2001,2,5\n2001,12,6\n");
    assert_eq!(values(both.only().expect("a")), owned(&[("2001-02", 5.0), ("2001-12", 6.0)]));
    let whole = read("exporter,importer,month,usd_million\nA,B,2001-02,5\n");
    assert_eq!(values(whole.only().expect("b")), owned(&[("2001-02", 5.0)]));
}

#[test]
fn a_missing_column_names_those_that_are_there() {
    for (text, column) in [
        ("exporter,period,value\n", "\"importer\""),
        ("exporter,importer,value\n", "\"period\" or \"year\" or \"month\""),
        ("exporter,importer,period\n", "\"value\" or \"usd_million\""),
        ("year;value\n2001;3\n", "\"period\""),
    ] {
        let error = read_with(text, &Reading::default()).expect_err(column).to_string();
        assert!(error.contains(&format!("no column {column}")), "{error}");
    }
}

#[test]
fn comtrade_keeps_reporter_and_mirror_apart() {
    let histories = read(COMTRADE);
    let error = histories.pair("PAK", "KGZ").expect_err("two yardsticks");
    assert!(error.to_string().contains("as reported by KGZ, PAK"), "{error}");
    let by = |reporter: &str| histories.reported_by(&Reporter::parse(reporter)).expect("reported");
    let flow = by("exporter").pair("PAK", "KGZ").expect("exports").clone();
    assert_eq!(values(&flow), owned(&[("2022", 3.0), ("2023", 4.0)]));
    let flow = by("importer").pair("PAK", "KGZ").expect("imports").clone();
    assert_eq!(values(&flow), owned(&[("2022", 6.0), ("2023", 5.0)]));
    let left_out = |line, why| Finding::LeftOut { rows: 1, line, why };
    let others = [
        left_out(6, LeftOut::OtherFlow),
        left_out(7, LeftOut::PartOfFlow),
        left_out(8, LeftOut::Product),
    ];
    assert_eq!(histories.findings(), others);
    let error = histories.reported_by(&Reporter::parse("USA")).expect_err("not there").to_string();
    assert!(error.contains("reported by USA (reporters: KGZ, PAK)"), "{error}");
}

#[test]
fn comtrade_products_are_summed_and_levels_not_mixed() {
    let head = "period,reporterISO,flowDesc,partnerISO,cmdCode,primaryValue\n";
    let sum = read(&format!(
        "{head}202201,PAK,Export,KGZ,27,1000000\n202201,PAK,Export,KGZ,10,2500000\n"
    ));
    assert_eq!(values(sum.only().expect("a")), owned(&[("2022-01", 3.5)]));
    let [first, last] = ["10", "27"].map(str::to_owned);
    let sums = Understanding::SumsOfProducts { count: 2, first, last };
    assert_eq!(sum.findings(), [Finding::Understood(sums)]);
    let mixed = format!("{head}2022,PAK,Export,KGZ,27,1\n2022,PAK,Export,KGZ,2710,2\n");
    let error = read_with(&mixed, &Reading::default()).expect_err("levels").to_string();
    assert!(error.contains("several levels, as 27 and 2710"), "{error}");
    let twice = read(&format!("{head}2022,PAK,Export,KGZ,27,1\n2022,PAK,Export,KGZ,27,2\n"));
    assert!(twice.only().expect_err("twice").to_string().contains("2022 stands twice"));
}

#[test]
fn baci_sums_products_of_thousand_dollars() {
    let codes = "country_code,country_iso3\n4,AFG\n586,PAK\n";
    let codes = CountryCodes::read(Path::new("codes.csv"), codes.as_bytes()).expect("codes");
    let reading = Reading { country_codes: Some(codes), ..Reading::default() };
    let text = "t,i,j,k,v,q\n2020,4,586,010121,1500.5,3\n2020,586,4,010121,1,NA\n2020,4,586,020110,500,  NA\n";
    let histories = read_with(text, &reading).expect("histories");
    assert_eq!(values(histories.pair("AFG", "PAK").expect("a")), owned(&[("2020", 2.0005)]));
    let error = read_with("t,i,j,k,v,q\n2020,5,4,1,1,1\n", &reading).expect_err("5").to_string();
    assert_eq!(error, "h.csv line 2: the country 5 is not in the country-code file");
    let numbers = read(text);
    assert_eq!(numbers.pairs(), [("4", "586"), ("586", "4")]);
    assert_eq!(numbers.findings(), [Finding::Understood(Understanding::NumberedCountries)]);
    assert!(
        read_with(text, &usd_million()).expect_err("unit").to_string().contains("USD thousand")
    );
}

#[test]
fn imf_rows_by_period_and_by_series() {
    let long = "DATASET,COUNTRY,INDICATOR,COUNTERPART_COUNTRY,FREQUENCY,TIME_PERIOD,OBS_VALUE,SCALE\n\
        I,USA,XG_FOB_USD,CAN,A,2024,349397894619,6\n\
        I,CAN,MG_CIF_USD,USA,A,2024,300000000000,6\n\
        I,USA,TBG_USD,CAN,A,2024,-5,6\n";
    let histories = read(long);
    let mirror = histories.mirror("USA", "CAN").expect("a mirror");
    assert_eq!(mirror.rows[0].first, Some(349_397.894_619));
    assert_eq!(mirror.rows[0].second, Some(300_000.0));
    let left_out = Finding::LeftOut { rows: 1, line: 4, why: LeftOut::OtherIndicator };
    let dollars = Finding::Understood(Understanding::SingleDollars);
    assert_eq!(histories.findings(), [dollars, left_out]);

    let wide = "Country Name,Country Code,Indicator Code,Counterpart Country Name,Attribute,2019,2020Q1,2020M1\n\
        Pakistan,564,TXG_FOB_USD,\"Kyrgyz Republic\",Value,2,0.5,0.1\n\
        Pakistan,564,TXG_FOB_USD,\"Kyrgyz Republic\",Status,,,e\n";
    let wide = read_with(wide, &usd_million()).expect("wide");
    let flow = wide.pair("Pakistan", "Kyrgyz Republic").expect("a flow");
    assert_eq!(values(&flow.of_kind(PeriodKind::Quarter)), owned(&[("2020-Q1", 0.5)]));
    assert!(matches!(flow.latest_run(1), Err(HistoryError::Frequencies { .. })));
}

#[test]
fn named_reporters_and_units_in_columns() {
    let text = "exporter,importer,period,value,unit,reporter\nA,B,2001,5,USD million,customs\n\
        A,B,2001,6,USD million,central bank\nA,B,2002,0.007,USD billion,customs\n";
    let histories = read(text);
    let customs = histories.reported_by(&Reporter::parse("customs")).expect("customs");
    let flow = customs.pair("A", "B").expect("a flow");
    assert_eq!(values(flow), owned(&[("2001", 5.0), ("2002", 7.0)]));
    let stated = |unit: &str, at| StatedUnit { unit: unit.to_owned(), place: line(at) };
    let units = vec![stated("USD million", 2), stated("USD billion", 4)];
    assert!(flow.findings().contains(&Finding::MixedUnits(units)));
    let mixed = read("period,value,unit\n2001,5,USD million\n2002,5,PKR million\n");
    let error = mixed.only().expect_err("currencies").to_string();
    assert!(error.contains("line 3: this value is in PKR million"), "{error}");
    let against = read_with(text, &Reading { unit: Some(Money::usd(1e3)), ..Reading::default() });
    assert!(against.expect_err("against").to_string().contains("line 2: the unit of this row"));
    let column = read_with(
        "period,usd_million\n2001,1\n",
        &Reading { unit: Some(Money::usd(1e3)), ..Reading::default() },
    );
    assert!(column.expect_err("against").to_string().contains("usd_million states USD million"));
}

/// The examples of the documentation are read as it says.
#[test]
fn the_documented_examples_are_read() {
    let page = include_str!("../../../../../docs/histories.md");
    let examples: Vec<&str> = page.split("```csv\n").skip(1).collect();
    assert_eq!(examples.len(), 7, "examples of docs/histories.md");
    for example in examples {
        let text = example.split("```").next().expect("an end");
        let reading = Reading { fiscal_year_starts: Some(7), ..Reading::default() };
        if text.starts_with("country_code") {
            CountryCodes::read(Path::new("codes.csv"), text.as_bytes()).expect("codes");
            continue;
        }
        let histories = read_with(text, &reading).expect(text);
        for flow in histories.flows() {
            assert!(flow.sound().is_ok() && !flow.points.is_empty(), "{text}");
            assert_eq!(flow.unit, Unit::Million("USD".to_owned()), "{text}");
        }
    }
}

#[test]
fn another_encoding_matters_only_where_it_is_read() {
    let bytes = b"exporter,importer,note,year,usd_million\r\nCIV,FRA,C\xf4te,2001,5\r\n";
    let histories = read_histories(Path::new("h.csv"), bytes, &Reading::default()).expect("read");
    assert_eq!(values(histories.only().expect("a flow")), owned(&[("2001", 5.0)]));
    let bytes = b"exporter,importer,year,usd_million\nC\xf4te,FRA,2001,5\n";
    let error = read_histories(Path::new("h.csv"), bytes, &Reading::default()).expect_err("latin");
    assert!(error.to_string().starts_with("h.csv line 2: ") && error.to_string().contains("UTF-8"));
}
