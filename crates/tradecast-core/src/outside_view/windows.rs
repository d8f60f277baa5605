//! Windows of real trade: how often a pair's total grew so much in so many years.

use super::OutsideQuestion;
use crate::history::AnnualSeries;
use serde::Serialize;
use std::collections::BTreeMap;

/// The figures as they ship.
const SHIPPED: &str = include_str!("../../data/real-windows.csv");

/// Lower edges of the bands of the base, million USD; each ends where the next begins.
pub const BASES: [f64; 6] = [0.5, 5.0, 50.0, 500.0, 5_000.0, 50_000.0];

/// Lengths of windows, years.
pub const HORIZONS: [u32; 7] = [1, 2, 3, 4, 5, 7, 10];

/// Multiples that are counted.
pub const MULTIPLES: [f64; 14] =
    [1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0, 12.5, 15.0, 20.0, 30.0];

/// Counts of one panel, band of the base and length.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowRow {
    /// The panel's name.
    pub panel: String,
    /// Its first year.
    pub first_year: i32,
    /// Its last year.
    pub last_year: i32,
    /// The least base, million USD.
    pub base_from: f64,
    /// Bases from here on are in the next band, million USD; none for the last.
    pub base_below: Option<f64>,
    /// Length, years.
    pub years: u32,
    /// Pairs of countries with at least one such window.
    pub pairs: u64,
    /// Windows, overlapping.
    pub windows: u64,
    /// Those that ended at so many times the base or more: one for each of [`MULTIPLES`].
    pub reached: Vec<u64>,
}

/// Counts windows of the totals of both directions of every pair of a panel.
///
/// A window of h years begins in any year in which both directions are above 0 and so are h years
/// later; it has reached m where total(t + h) ≥ m · total(t). Windows overlap. One row for each
/// band of the base and length that has any, in that order.
pub fn count_windows(panel: &str, series: &[AnnualSeries]) -> Vec<WindowRow> {
    let years = || series.iter().flat_map(|s| [s.first_year, s.first_year + s.values.len() as i32]);
    let (Some(first), Some(end)) = (years().min(), years().max()) else { return Vec::new() };
    let totals = totals(series);
    let rows = BASES.iter().enumerate().flat_map(|(band, from)| {
        let below = BASES.get(band + 1).copied();
        HORIZONS.map(|years| WindowRow {
            panel: panel.to_owned(),
            first_year: first,
            last_year: end - 1,
            base_from: *from,
            base_below: below,
            years,
            pairs: 0,
            windows: 0,
            reached: vec![0; MULTIPLES.len()],
        })
    });
    let counted = rows.map(|mut row| {
        totals.iter().for_each(|total| row.add(total));
        row
    });
    counted.filter(|row| row.windows > 0).collect()
}

impl WindowRow {
    /// Adds the windows of one pair.
    fn add(&mut self, total: &BTreeMap<i32, f64>) {
        let before = self.windows;
        for (year, base) in total {
            let is_in_band =
                *base >= self.base_from && self.base_below.is_none_or(|below| *base < below);
            let Some(end) = total.get(&(year + self.years as i32)).filter(|_| is_in_band) else {
                continue;
            };
            self.windows += 1;
            for (reached, multiple) in self.reached.iter_mut().zip(MULTIPLES) {
                *reached += u64::from(*end >= multiple * base);
            }
        }
        self.pairs += u64::from(self.windows > before);
    }
}

/// The totals by year of every pair of countries, in the years in which both directions are above 0.
fn totals(series: &[AnnualSeries]) -> Vec<BTreeMap<i32, f64>> {
    let by_ends: BTreeMap<(&str, &str), &AnnualSeries> =
        series.iter().map(|s| ((s.exporter.as_str(), s.importer.as_str()), s)).collect();
    let there = by_ends.iter().filter(|((from, to), _)| from < to);
    let total = |((from, to), there): (&(&str, &str), &&AnnualSeries)| {
        let back = by_ends.get(&(*to, *from))?;
        let both = values(there).filter_map(|(year, value)| {
            let back = values(back).find(|(other, _)| *other == year)?.1;
            Some((year, value + back))
        });
        Some(both.collect())
    };
    there.filter_map(total).collect()
}

/// Years and values above 0.
fn values(series: &AnnualSeries) -> impl Iterator<Item = (i32, f64)> {
    let years = (series.first_year..).zip(&series.values);
    years.filter_map(|(year, value)| value.filter(|value| *value > 0.0).map(|value| (year, value)))
}

/// One count of windows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct WindowCount {
    /// Length, years.
    pub years: u32,
    /// The multiple.
    pub multiple: f64,
    /// Windows that reached it.
    pub reached: u64,
    /// All windows of this length and band of the base.
    pub windows: u64,
}

impl WindowCount {
    /// Reached over all.
    pub fn share(&self) -> f64 {
        self.reached as f64 / self.windows as f64
    }
}

/// The counts on both sides of a question: nothing is interpolated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bracket {
    /// The nearest count that asks no more: the greatest multiple up to the needed one, in the
    /// least length of at least the years. None beyond the longest.
    pub easier: Option<WindowCount>,
    /// The nearest count that asks no less; none below the shortest length or beyond the greatest
    /// multiple.
    pub harder: Option<WindowCount>,
}

/// How often pairs of one panel, of this size, grew as much.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WindowShare {
    /// The panel's name.
    pub panel: String,
    /// Its first year.
    pub first_year: i32,
    /// Its last year.
    pub last_year: i32,
    /// The least base counted, million USD.
    pub base_from: f64,
    /// Bases from here on are not, million USD; none in the last band.
    pub base_below: Option<f64>,
    /// The counts on both sides of the question.
    #[serde(flatten)]
    pub bracket: Bracket,
}

/// The shares for a valid question, one a panel that has windows of this size.
pub(super) fn shares(rows: &[WindowRow], question: &OutsideQuestion) -> Vec<WindowShare> {
    let base = question.base_usd_million;
    let is_of_size =
        |row: &&WindowRow| base >= row.base_from && row.base_below.is_none_or(|below| base < below);
    let of_size: Vec<&WindowRow> = rows.iter().filter(is_of_size).collect();
    of_size
        .chunk_by(|one, next| one.panel == next.panel)
        .map(|rows| WindowShare {
            panel: rows[0].panel.clone(),
            first_year: rows[0].first_year,
            last_year: rows[0].last_year,
            base_from: rows[0].base_from,
            base_below: rows[0].base_below,
            bracket: bracket(rows, question),
        })
        .collect()
}

/// Rows of one panel and band, in order of their length.
fn bracket(rows: &[&WindowRow], question: &OutsideQuestion) -> Bracket {
    let multiple = question.counted_multiple();
    let longer = rows.iter().find(|row| f64::from(row.years) >= question.years);
    let shorter = rows.iter().rfind(|row| f64::from(row.years) <= question.years);
    let less = MULTIPLES.iter().rposition(|counted| *counted <= multiple);
    let more = MULTIPLES.iter().position(|counted| *counted >= multiple);
    let count = |(row, index): (&&WindowRow, usize)| WindowCount {
        years: row.years,
        multiple: MULTIPLES[index],
        reached: row.reached[index],
        windows: row.windows,
    };
    Bracket { easier: longer.zip(less).map(count), harder: shorter.zip(more).map(count) }
}

/// The shipped figures.
pub fn real_windows() -> Vec<WindowRow> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(SHIPPED.as_bytes());
    let rows: Result<Vec<WindowRow>, csv::Error> = reader
        .records()
        .map(|record| Ok(row(&record?).expect("the shipped windows are well formed")))
        .collect();
    rows.expect("the shipped windows are well formed")
}

/// The row of a record that [`crate::report::outside_view::windows`] wrote.
fn row(record: &csv::StringRecord) -> Option<WindowRow> {
    let cell = |column: usize| record.get(column);
    let reached = record.iter().skip(8).map(str::parse).collect::<Result<Vec<u64>, _>>().ok()?;
    Some(WindowRow {
        panel: cell(0)?.to_owned(),
        first_year: cell(1)?.parse().ok()?,
        last_year: cell(2)?.parse().ok()?,
        base_from: cell(3)?.parse().ok()?,
        base_below: cell(4).filter(|text| !text.is_empty()).map(str::parse).transpose().ok()?,
        years: cell(5)?.parse().ok()?,
        pairs: cell(6)?.parse().ok()?,
        windows: cell(7)?.parse().ok()?,
        reached: (reached.len() == MULTIPLES.len()).then_some(reached)?,
    })
}
