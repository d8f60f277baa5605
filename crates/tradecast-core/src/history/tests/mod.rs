//! Whole files read: each format, each finding, each error, and the panels where they are at hand.

mod findings;
mod formats;
mod panels;
mod runs;
mod yardsticks;

use super::*;
use crate::calendar::{Period, PeriodKind};
use std::path::{Path, PathBuf};

fn read_with(text: &str, reading: &Reading) -> Result<Histories, HistoryError> {
    read_histories(Path::new("h.csv"), text.as_bytes(), reading)
}

fn read(text: &str) -> Histories {
    read_with(text, &Reading::default()).expect("histories")
}

fn usd_million() -> Reading {
    Reading { unit: Some(Money::usd(1e6)), ..Reading::default() }
}

fn values(flow: &FlowHistory) -> Vec<(String, f64)> {
    flow.points.iter().map(|point| (point.period.to_string(), point.value)).collect()
}

fn owned(expected: &[(&str, f64)]) -> Vec<(String, f64)> {
    expected.iter().map(|(period, value)| ((*period).to_owned(), *value)).collect()
}

/// A year.
fn year(number: i32) -> Period {
    Period::parse(&number.to_string(), None).expect("a year")
}

/// A line of the only file.
fn line(line: u64) -> Place {
    Place { line, file: None }
}

/// An annual flow of these values from 2001, in USD million; a negative one is left out.
fn annual_of(values: &[f64]) -> FlowHistory {
    let rows = (2001..).zip(values).filter(|(_, value)| **value >= 0.0);
    let rows: String = rows.map(|(year, value)| format!("{year},{value}\n")).collect();
    read(&format!("period,usd_million\n{rows}")).only().expect("a flow").clone()
}

/// A flow from Pakistan to Kyrgyzstan and back, by both reporters, as UN Comtrade gives it.
const COMTRADE: &str = "typeCode,freqCode,refYear,period,reporterCode,reporterISO,flowCode,partnerISO,partner2Code,cmdCode,motCode,primaryValue\n\
    C,A,2022,2022,586,PAK,X,KGZ,0,TOTAL,0,3000000,\n\
    C,A,2022,2022,417,KGZ,M,PAK,0,TOTAL,0,6000000,\n\
    C,A,2022,2022,417,KGZ,X,PAK,0,TOTAL,0,500000,\n\
    C,A,2022,2022,586,PAK,M,KGZ,0,TOTAL,0,700000,\n\
    C,A,2022,2022,586,PAK,RX,KGZ,0,TOTAL,0,10,\n\
    C,A,2022,2022,586,PAK,X,KGZ,0,TOTAL,2100,9,\n\
    C,A,2022,2022,586,PAK,X,KGZ,0,27,0,1000000,\n\
    C,A,2023,2023,586,PAK,X,KGZ,0,TOTAL,0,4000000,\n\
    C,A,2023,2023,417,KGZ,M,PAK,0,TOTAL,0,5000000,\n";
