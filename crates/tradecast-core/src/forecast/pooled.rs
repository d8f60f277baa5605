//! How far all pairs of a panel moved in a year, as known at each origin.

use std::collections::BTreeMap;

/// The spread of log growth of a panel's pairs, growing with the years that are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PooledWalk {
    /// The year of a growth's later value, and the number and the sum of squares of all growths up
    /// to then.
    years: Vec<(i32, u64, f64)>,
}

impl PooledWalk {
    /// Pools annual series, each with its first year and one value a year. A growth is counted
    /// between two years in a row with values above 0.
    pub fn new<'a>(series: impl IntoIterator<Item = (i32, &'a [Option<f64>])>) -> Self {
        let mut by_year: BTreeMap<i32, (u64, f64)> = BTreeMap::new();
        for (first_year, values) in series {
            for (year, growth) in growths(first_year, values) {
                let sum = by_year.entry(year).or_default();
                sum.0 += 1;
                sum.1 += growth * growth;
            }
        }
        let add = |known: &mut (u64, f64), (year, (count, squares))| {
            *known = (known.0 + count, known.1 + squares);
            Some((year, known.0, known.1))
        };
        Self { years: by_year.into_iter().scan((0, 0.0), add).collect() }
    }

    /// The root mean square of the log growths known at the end of `year`, about 0 because the
    /// walk has no drift; none before the first.
    pub fn sd(&self, year: i32) -> Option<f64> {
        let known = self.years.partition_point(|entry| entry.0 <= year);
        let (_, count, squares) = self.years[known.checked_sub(1)?];
        Some((squares / count as f64).sqrt())
    }
}

/// Log growth from year to year, with the later year.
fn growths(first_year: i32, values: &[Option<f64>]) -> impl Iterator<Item = (i32, f64)> + '_ {
    let positive = |value: Option<f64>| value.filter(|value| *value > 0.0);
    values.windows(2).zip(first_year + 1..).filter_map(move |(pair, year)| {
        Some((year, libm::log(positive(pair[1])? / positive(pair[0])?)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_years_do_not_count() {
        let first = [Some(1.0), Some(2.0), Some(8.0), None, Some(1e6)];
        let second = [Some(5.0), Some(5.0), Some(0.0), Some(7.0)];
        let pool = PooledWalk::new([(2000, &first[..]), (2001, &second[..])]);
        let ln2 = std::f64::consts::LN_2;
        assert_eq!(pool.sd(2000), None);
        assert!((pool.sd(2001).unwrap() - ln2).abs() < 1e-15);
        // ln 2, ln 4 and the second pair's 0.
        let known = ln2 * f64::sqrt(5.0 / 3.0);
        for year in [2002, 2003, 2100] {
            assert!((pool.sd(year).unwrap() - known).abs() < 1e-15);
        }
    }
}
