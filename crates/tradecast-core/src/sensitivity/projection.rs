//! Which part of correlated normals is frozen when some sums of them are.

/// Directions of less than this length are within the span of others.
const NOTHING: f64 = 1e-9;

/// The matrix P of the orthogonal projection on the span of `rows`, vectors of length `size`.
///
/// With e and e′ independent standard normals, e″ = P e + (1 − P) e′ is standard normal too, has
/// the same sums a·e″ = a·e for every row a, and is independent of e given these: a draw of the
/// conditional distribution of e given the sums. By modified Gram–Schmidt.
pub fn projection(rows: &[&[f64]], size: usize) -> Vec<Vec<f64>> {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for row in rows {
        let mut rest = row.to_vec();
        // Twice is enough (Giraud, Langou, Rozloznik 2005).
        for _ in 0..2 {
            for known in &basis {
                let along = dot(&rest, known);
                rest.iter_mut().zip(known).for_each(|(rest, unit)| *rest -= along * unit);
            }
        }
        let length = dot(&rest, &rest).sqrt();
        if length > NOTHING {
            rest.iter_mut().for_each(|value| *value /= length);
            basis.push(rest);
        }
    }
    let entry = |i: usize, j: usize| basis.iter().map(|unit| unit[i] * unit[j]).sum();
    (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect()).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_projection_keeps_its_rows_and_nothing_else() {
        let rows: [&[f64]; 3] = [&[0.6, 0.8, 0.0], &[1.0, 0.0, 0.0], &[0.0, 1.0, 0.0]];
        let p = projection(&rows, 3);
        let expected = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]];
        for (row, expected) in p.iter().flatten().zip(expected.iter().flatten()) {
            assert!((row - expected).abs() < 1e-15, "{p:?}");
        }
        let one = projection(&rows[..1], 3);
        assert!((one[0][1] - 0.48).abs() < 1e-15 && (one[0][0] - 0.36).abs() < 1e-15);
        assert_eq!(projection(&[], 2), [[0.0, 0.0], [0.0, 0.0]]);
    }
}
