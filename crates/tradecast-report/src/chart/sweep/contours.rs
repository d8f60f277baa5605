//! Where P over a grid has a given value: straight pieces between the points.

/// The pieces of the contour of `level` over a grid of values, by marching squares: each cell's
/// sides are crossed where linear interpolation between its corners meets the level. Positions are
/// (row, column) in steps of the grid.
///
/// # Source
/// Lorensen and Cline (1987), Marching cubes, SIGGRAPH 21(4), in two dimensions; a saddle is cut by
/// the mean of its corners.
pub fn pieces(
    values: &dyn Fn(usize, usize) -> f64,
    (rows, columns): (usize, usize),
    level: f64,
) -> Vec<[(f64, f64); 2]> {
    let mut pieces = Vec::new();
    for row in 0..rows.saturating_sub(1) {
        for column in 0..columns.saturating_sub(1) {
            let corners = [(0, 0), (0, 1), (1, 1), (1, 0)];
            let at = |corner: usize| {
                let (down, across) = corners[corner];
                values(row + down, column + across)
            };
            let place = |corner: usize| {
                let (down, across) = corners[corner];
                ((row + down) as f64, (column + across) as f64)
            };
            let crossed: Vec<(f64, f64)> = (0..4)
                .filter_map(|side| {
                    let (a, b) = (side, (side + 1) % 4);
                    if (at(a) >= level) == (at(b) >= level) {
                        return None;
                    }
                    let share = (level - at(a)) / (at(b) - at(a));
                    let (first, second) = (place(a), place(b));
                    let between = |x: f64, y: f64| x + share * (y - x);
                    Some((between(first.0, second.0), between(first.1, second.1)))
                })
                .collect();
            match crossed[..] {
                [a, b] => pieces.push([a, b]),
                [a, b, c, d] => {
                    let mean = (0..4).map(at).sum::<f64>() / 4.0;
                    // Sides in turn: the corner 0 lies between the last and the first.
                    if (mean >= level) == (at(0) >= level) {
                        pieces.extend([[a, b], [c, d]])
                    } else {
                        pieces.extend([[d, a], [b, c]])
                    }
                }
                _ => {}
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On a plane the contour is its straight line, exactly.
    #[test]
    fn the_contour_of_a_plane_is_a_line() {
        let plane = |row: usize, column: usize| 0.1 * row as f64 + 0.2 * column as f64;
        let found = pieces(&plane, (6, 6), 0.55);
        assert!(!found.is_empty());
        for (row, column) in found.iter().flatten() {
            assert!((0.1 * row + 0.2 * column - 0.55).abs() < 1e-12, "{row} {column}");
        }
    }

    #[test]
    fn a_saddle_has_two_pieces_and_a_flat_grid_none() {
        let saddle = |row: usize, column: usize| if row == column { 1.0 } else { 0.0 };
        assert_eq!(pieces(&saddle, (2, 2), 0.5).len(), 2);
        assert!(pieces(&|_, _| 0.3, (5, 5), 0.5).is_empty());
        assert!(pieces(&saddle, (1, 2), 0.5).is_empty());
    }
}
