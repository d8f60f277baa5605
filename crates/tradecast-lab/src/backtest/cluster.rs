//! Standard errors that allow for dependence among the cases of a pair: both directions, their
//! total, and all origins are one cluster.

use super::Case;
use std::collections::BTreeMap;

/// Which cases belong to the same pair.
pub struct Clusters {
    of_case: Vec<usize>,
    count: usize,
}

impl Clusters {
    /// Clusters by unordered pair.
    pub fn new(cases: &[Case]) -> Self {
        let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let mut of_case = Vec::with_capacity(cases.len());
        for case in cases {
            let next = known.len();
            of_case.push(*known.entry(case.pair()).or_insert(next));
        }
        Self { of_case, count: known.len() }
    }

    /// The number of pairs.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The cluster of a case.
    pub fn of(&self, case: usize) -> usize {
        self.of_case[case]
    }

    /// The standard error of a sum of terms whose expectation is 0, each with the place of its
    /// case; none with fewer than two pairs.
    ///
    /// # Source
    /// Liang and Zeger (1986): √(G/(G − 1) Σ (sum of the cluster's terms)²) for G clusters.
    pub fn standard_error(&self, terms: impl Iterator<Item = (usize, f64)>) -> Option<f64> {
        let mut sums: Vec<Option<f64>> = vec![None; self.count];
        for (case, term) in terms {
            *sums[self.of_case[case]].get_or_insert(0.0) += term;
        }
        of_sums(sums.into_iter().flatten())
    }
}

/// The standard error from the sums of clusters, in their order.
pub fn of_sums(sums: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut count, mut squares) = (0.0, 0.0);
    for sum in sums {
        count += 1.0;
        squares += sum * sum;
    }
    (count > 1.0).then(|| (count / (count - 1.0) * squares).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backtest::Unit;

    #[test]
    fn both_directions_are_one_cluster() {
        let case = |exporter: &str, importer: &str| Case {
            id: 0,
            unit: Unit::Flow,
            exporter: exporter.to_owned(),
            importer: importer.to_owned(),
            origin: 2000,
            base: 1.0,
            history: vec![1.0],
            future: Vec::new(),
        };
        let clusters = Clusters::new(&[case("A", "B"), case("A", "C"), case("B", "A")]);
        assert_eq!(clusters.count(), 2);
        // Cluster sums 1 + 2 and −3: √(2/1 · 18).
        let terms = [(0, 1.0), (1, -3.0), (2, 2.0)];
        assert_eq!(clusters.standard_error(terms.into_iter()), Some(6.0));
        // Only pairs with terms count.
        assert_eq!(clusters.standard_error(terms[..1].iter().copied()), None);
    }
}
