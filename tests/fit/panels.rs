//! What flows have in common, measured on panels: the shipped correlations and what they are worth.

use crate::shipped_panel::yearly;
use flate2::read::MultiGzDecoder;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};
use tradecast::forecast::{Kinship, Prior, WORLD_YEARS, standardised_shocks};
use tradecast::history::{self, AnnualSeries};

const MOST_YEARS: usize = 20;

/// Shocks by year of the flow between two countries.
type Shocks = BTreeMap<(String, String), BTreeMap<i32, f64>>;

/// Sums of products of shocks of two flows in one year, and their number, by kinship.
#[derive(Clone, Copy, Default)]
struct Year {
    products: [(f64, f64); 3],
    squares: (f64, f64),
}

/// The last shock of each run of positive values up to each year, from at most 20 of them.
fn shocks_of(series: &AnnualSeries) -> BTreeMap<i32, f64> {
    let mut run: Vec<f64> = Vec::new();
    let mut shocks = BTreeMap::new();
    for (year, value) in (series.first_year..).zip(&series.values) {
        match value.filter(|value| *value > 0.0) {
            None => run.clear(),
            Some(value) => run.push(value),
        }
        let seen = &run[run.len().saturating_sub(MOST_YEARS + 1)..];
        if seen.len() >= 3 {
            let of_run = standardised_last(seen);
            shocks.insert(year, of_run);
        }
    }
    shocks
}

fn standardised_last(seen: &[f64]) -> f64 {
    let coefficients = &Prior::shipped().coefficients;
    // Only the last one is needed; each rests on all values before it.
    *standardised_shocks(coefficients, seen).last().expect("three values give a shock")
}

fn shocks(path: &Path) -> Shocks {
    let bytes = std::fs::read(path).expect("a panel");
    let mut whole = Vec::new();
    MultiGzDecoder::new(&bytes[..]).read_to_end(&mut whole).expect("a packed panel");
    let panel = history::read_panel(Path::new("panel.csv"), &whole).expect("a panel");
    let mut shocks: Shocks = panel
        .iter()
        .map(|series| ((series.exporter.clone(), series.importer.clone()), shocks_of(series)))
        .collect();
    let all: Vec<f64> = shocks.values().flat_map(|years| years.values().copied()).collect();
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    shocks.values_mut().flat_map(|years| years.values_mut()).for_each(|shock| *shock -= mean);
    shocks
}

/// Ordered pairs of flows of one year, by sums over countries: there are too many to name each.
fn year(flows: &BTreeMap<(&str, &str), f64>) -> Year {
    let mut countries: HashMap<&str, (f64, f64, f64)> = HashMap::new();
    let (mut sum, mut squares) = (0.0, 0.0);
    let (mut opposite, mut opposites) = (0.0, 0.0);
    for ((from, to), shock) in flows {
        sum += shock;
        squares += shock * shock;
        if let Some(back) = flows.get(&(*to, *from)) {
            opposite += shock * back;
            opposites += 1.0;
        }
        for country in [from, to] {
            let of = countries.entry(country).or_default();
            *of = (of.0 + shock, of.1 + shock * shock, of.2 + 1.0);
        }
    }
    let mut ordered: Vec<_> = countries.into_iter().collect();
    ordered.sort_by_key(|(name, _)| *name);
    // The two directions of a pair share both countries, so they are in twice.
    let shared: f64 = ordered.iter().map(|(_, (s, q, _))| s * s - q).sum::<f64>() - 2.0 * opposite;
    let sharing: f64 =
        ordered.iter().map(|(_, (_, _, n))| n * (n - 1.0)).sum::<f64>() - 2.0 * opposites;
    let count = flows.len() as f64;
    let rest = sum * sum - squares - opposite - shared;
    let others = count * (count - 1.0) - opposites - sharing;
    Year {
        products: [(opposite, opposites), (shared, sharing), (rest, others)],
        squares: (squares, count),
    }
}

fn years(shocks: &Shocks) -> Vec<Year> {
    let mut by_year: BTreeMap<i32, BTreeMap<(&str, &str), f64>> = BTreeMap::new();
    for ((from, to), years) in shocks {
        for (at, shock) in years {
            by_year.entry(*at).or_default().insert((from, to), *shock);
        }
    }
    by_year.values().map(year).collect()
}

/// The correlation of a kinship over years, without the one at `left_out`.
fn correlation(years: &[Year], kinship: usize, left_out: usize) -> f64 {
    let kept = years.iter().enumerate().filter(|(index, _)| *index != left_out);
    let (mut products, mut squares) = ((0.0, 0.0), (0.0, 0.0));
    for (_, year) in kept {
        let (product, count) = year.products[kinship];
        products = (products.0 + product, products.1 + count);
        squares = (squares.0 + year.squares.0, squares.1 + year.squares.1);
    }
    (products.0 / products.1) / (squares.0 / squares.1)
}

/// An estimate and its standard error from leaving out one of `groups` after the other.
fn jackknife(groups: usize, estimate: impl Fn(usize) -> f64) -> (f64, f64) {
    let without: Vec<f64> = (0..groups).map(&estimate).collect();
    let count = groups as f64;
    let mean = without.iter().sum::<f64>() / count;
    let squares: f64 = without.iter().map(|value| (value - mean) * (value - mean)).sum();
    (estimate(usize::MAX), ((count - 1.0) / count * squares).sqrt())
}

/// Pearson's correlations of the two directions of pairs with eight common years or more, with the
/// number of these.
fn of_pairs(shocks: &Shocks) -> Vec<(f64, f64)> {
    let mut found = Vec::new();
    for ((from, to), there) in shocks.iter().filter(|((from, to), _)| from < to) {
        let Some(back) = shocks.get(&(to.clone(), from.clone())) else { continue };
        let both: Vec<(f64, f64)> =
            there.iter().filter_map(|(year, shock)| Some((*shock, *back.get(year)?))).collect();
        if both.len() >= 8 {
            found.push((pearson(&both), both.len() as f64));
        }
    }
    found
}

fn pearson(pairs: &[(f64, f64)]) -> f64 {
    let count = pairs.len() as f64;
    let x = pairs.iter().map(|pair| pair.0).sum::<f64>() / count;
    let y = pairs.iter().map(|pair| pair.1).sum::<f64>() / count;
    let moment = |of: fn(f64, f64) -> f64| -> f64 {
        pairs.iter().map(|pair| of(pair.0 - x, pair.1 - y)).sum()
    };
    moment(|a, b| a * b) / (moment(|a, _| a * a) * moment(|_, b| b * b)).sqrt()
}

/// 1 ÷ the years that the world's correlation is worth: the variance of true correlations around
/// their mean r, in units of (1 − r²)². The variance of the estimates is that plus their errors',
/// (1 − r²)²/(n − 1).
fn worth(pairs: &[(f64, f64)]) -> f64 {
    let count = pairs.len() as f64;
    let mean = pairs.iter().map(|pair| pair.0).sum::<f64>() / count;
    let variance = pairs.iter().map(|pair| (pair.0 - mean) * (pair.0 - mean)).sum::<f64>();
    let unit = (1.0 - mean * mean) * (1.0 - mean * mean);
    let error = pairs.iter().map(|pair| unit / (pair.1 - 1.0)).sum::<f64>() / count;
    (variance / (count - 1.0) - error) / unit
}

/// Standard errors leave out one year after the other, because shocks of one year are correlated;
/// those of the years' worth leave out every twentieth pair. A shipped number may miss a measured
/// one by three of them.
#[test]
fn shipped_correlations_are_those_of_the_panels() {
    let mut panels = vec![(yearly(), 2)];
    match std::env::var_os("TRADECAST_PANELS").map(PathBuf::from) {
        None => eprintln!("the whole panels are skipped: TRADECAST_PANELS is not set"),
        Some(folder) => {
            panels.push((folder.join("agtpa_manuf_1986_2006.csv.gz"), 3));
            panels.push((folder.join("us_census_1985_2022.csv.gz"), 2));
        }
    }
    let kinships = [Kinship::OppositeDirections, Kinship::SharedCountry, Kinship::Strangers];
    for (file, known) in panels {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let shocks = shocks(&file);
        let years = years(&shocks);
        for (index, kinship) in kinships.iter().enumerate().take(known) {
            let (found, error) = jackknife(years.len(), |out| correlation(&years, index, out));
            let shipped = kinship.correlation();
            println!("{name} {kinship:?}: {found:.4} ± {error:.4}, shipped {shipped}");
            assert!((found - shipped).abs() < 3.0 * error, "{name} {kinship:?}");
        }
        let pairs = of_pairs(&shocks);
        let (found, error) = jackknife(20, |out| {
            let kept = pairs.iter().enumerate().filter(|(index, _)| index % 20 != out);
            worth(&kept.map(|(_, pair)| *pair).collect::<Vec<_>>())
        });
        println!(
            "{name} world's correlation is worth {:.1} years ({:.1} to {:.1}) of {} pairs, shipped {WORLD_YEARS}",
            1.0 / found,
            1.0 / (found + error),
            1.0 / (found - error),
            pairs.len()
        );
        assert!((found - 1.0 / WORLD_YEARS).abs() < 3.0 * error, "{name}: {found} ± {error}");
    }
}
