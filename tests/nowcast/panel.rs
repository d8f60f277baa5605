//! US monthly trade, and the cases that a nowcast can be judged on.

use crate::shipped_panel::monthly;
use flate2::read::MultiGzDecoder;
use std::collections::BTreeMap;
use std::path::Path;
use tradecast::forecast::{Coefficients, Prior};
use tradecast::nowcast::{Nowcast, RunningYear, ShareCoefficients};

/// The file in the folder of panels.
const FILE: &str = "us_census_monthly_1985_2023.csv.gz";
/// Earlier years of a case: at least and at most.
const YEARS: (usize, usize) = (5, 20);

/// The world prior as shipped.
pub fn world() -> Coefficients {
    Prior::shipped().coefficients
}

/// One direction of trade with one partner in one year.
pub struct Case {
    /// The partner, by its place in the alphabet.
    pub partner: usize,
    /// The target year.
    pub year: i32,
    /// Whole years before it, all with trade, oldest first.
    pub earlier: Vec<Vec<f64>>,
    /// Their totals.
    pub annual: Vec<f64>,
    /// The target year's months.
    pub months: Vec<f64>,
    /// The next year's total, where the panel has it and it is above 0.
    pub next: Option<f64>,
}

impl Case {
    /// The target year's total.
    pub fn total(&self) -> f64 {
        self.months.iter().sum()
    }

    /// The total of the year before.
    pub fn last_total(&self) -> f64 {
        self.annual[self.annual.len() - 1]
    }

    /// The nowcast after `booked` months.
    pub fn nowcast(&self, shares: &ShareCoefficients, booked: usize) -> Nowcast {
        let year = RunningYear {
            first_month: self.year * 12,
            months_per_period: 1,
            booked: self.months[..booked].to_vec(),
        };
        Nowcast::new(&world(), shares, &self.annual, &self.earlier, &year).expect("a valid case")
    }
}

type Months = BTreeMap<i32, BTreeMap<u8, f64>>;

/// All cases, by partner, direction and year: a whole target year above 0 with at least 5 whole years
/// above 0 just before it (at most 20 are used). Of the shipped cut where nobody names the whole panel.
pub fn cases() -> Vec<Case> {
    whole().unwrap_or_else(|| cases_of(&monthly()))
}

/// Those of the whole panel; none, with a plain line, where nobody names it.
pub fn whole() -> Option<Vec<Case>> {
    let Some(folder) = std::env::var_os("TRADECAST_PANELS") else {
        eprintln!("skipped: TRADECAST_PANELS is not set");
        return None;
    };
    Some(cases_of(&Path::new(&folder).join(FILE)))
}

fn cases_of(file: &Path) -> Vec<Case> {
    let flows = read(file);
    let partner = |ends: &(String, String)| match ends.0.as_str() {
        "USA" => ends.1.clone(),
        _ => ends.0.clone(),
    };
    let partners: std::collections::BTreeSet<String> = flows.keys().map(partner).collect();
    let place: BTreeMap<&String, usize> = partners.iter().zip(0..).collect();
    let of_flow = |(ends, months): (&(String, String), &Months)| {
        let whole: BTreeMap<i32, Vec<f64>> = months
            .iter()
            .filter(|(_, months)| months.len() == 12)
            .map(|(year, months)| (*year, months.values().copied().collect()))
            .collect();
        let place = place[&partner(ends)];
        whole.keys().filter_map(|year| case(place, *year, &whole)).collect::<Vec<_>>()
    };
    flows.iter().flat_map(of_flow).collect()
}

fn case(partner: usize, year: i32, whole: &BTreeMap<i32, Vec<f64>>) -> Option<Case> {
    let total = |year: i32| whole.get(&year).map_or(0.0, |months| months.iter().sum::<f64>());
    let years = (1..=YEARS.1 as i32).take_while(|back| total(year - back) > 0.0).count() as i32;
    if (years as usize) < YEARS.0 || total(year) <= 0.0 {
        return None;
    }
    let earlier: Vec<Vec<f64>> = (year - years..year).map(|year| whole[&year].clone()).collect();
    let annual = earlier.iter().map(|months| months.iter().sum()).collect();
    let next = Some(total(year + 1)).filter(|total| *total > 0.0);
    Some(Case { partner, year, earlier, annual, months: whole[&year].clone(), next })
}

fn read(path: &Path) -> BTreeMap<(String, String), Months> {
    let bytes = std::fs::read(path).expect("the panel");
    let mut flows: BTreeMap<(String, String), Months> = BTreeMap::new();
    for record in csv::Reader::from_reader(MultiGzDecoder::new(&bytes[..])).records() {
        let record = record.expect("a row");
        let (year, month) = record[2].split_once('-').expect("YYYY-MM");
        let months = flows.entry((record[0].into(), record[1].into())).or_default();
        let (year, month) = (year.parse().expect("a year"), month.parse().expect("a month"));
        months.entry(year).or_default().insert(month, record[3].parse().expect("a value"));
    }
    flows
}
