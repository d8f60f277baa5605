//! Labels that stand beside what they name: moved apart so that none overlap, thinned, or placed
//! clear of lines.

use super::canvas::Point;

/// Positions of at least `gap` apart, in the order of `wanted` (any order), each as near to its
/// wanted one as the others allow, within `lower` and `upper`; closer than `gap` only where the
/// room is too small for all.
///
/// Neighbours that collide form a block, centred on the mean of what its members want.
pub fn separated(wanted: &[f64], gap: f64, (lower, upper): (f64, f64)) -> Vec<f64> {
    let most = wanted.len().saturating_sub(1).max(1) as f64;
    let gap = gap.min((upper - lower) / most);
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    let mut blocks: Vec<Block> = Vec::new();
    for &index in &order {
        let mut block = Block { sum: wanted[index], members: 1 };
        while let Some(above) = blocks.last()
            && above.end(gap, lower, upper) + gap > block.start(gap, lower, upper)
        {
            block = above.followed_by(&block, gap);
            blocks.pop();
        }
        blocks.push(block);
    }
    let mut placed = vec![0.0; wanted.len()];
    let mut rest = order.into_iter();
    for block in &blocks {
        let start = block.start(gap, lower, upper);
        for (position, index) in rest.by_ref().take(block.members).enumerate() {
            placed[index] = start + gap * position as f64;
        }
    }
    placed
}

/// Labels in a row, `gap` apart; `sum` is of the starts that each member would give the block.
struct Block {
    sum: f64,
    members: usize,
}

impl Block {
    fn start(&self, gap: f64, lower: f64, upper: f64) -> f64 {
        let last = upper - gap * (self.members - 1) as f64;
        (self.sum / self.members as f64).min(last).max(lower)
    }

    fn end(&self, gap: f64, lower: f64, upper: f64) -> f64 {
        self.start(gap, lower, upper) + gap * (self.members - 1) as f64
    }

    fn followed_by(&self, next: &Self, gap: f64) -> Self {
        let shift = gap * (self.members * next.members) as f64;
        Self { sum: self.sum + next.sum - shift, members: self.members + next.members }
    }
}

/// Which of the labels along an axis are shown: every n-th, counted from the last, with the first
/// n of `strides` at which neighbours of these widths stay `gap` apart; only the last where there
/// is no such n. Positions ascend.
pub fn thinned(positions: &[f64], widths: &[f64], gap: f64, strides: &[usize]) -> Vec<bool> {
    let count = positions.len();
    let shown = |stride: usize| (0..count).map(move |i| (count - 1 - i).is_multiple_of(stride));
    let clear = |stride: &usize| {
        let chosen: Vec<usize> =
            shown(*stride).enumerate().filter_map(|(i, yes)| yes.then_some(i)).collect();
        chosen.windows(2).all(|pair| {
            let (a, b) = (pair[0], pair[1]);
            positions[b] - positions[a] >= (widths[a] + widths[b]) / 2.0 + gap
        })
    };
    let stride = strides.iter().copied().find(clear).unwrap_or(count.max(1));
    shown(stride).collect()
}

/// The room of a label on the sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tile {
    /// Left edge.
    pub left: f64,
    /// Right edge.
    pub right: f64,
    /// Upper edge.
    pub top: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Tile {
    /// Whether the tile lies wholly in another.
    pub fn is_within(&self, room: &Self) -> bool {
        self.left >= room.left
            && self.right <= room.right
            && self.top >= room.top
            && self.bottom <= room.bottom
    }

    /// Whether the segment from `a` to `b` has a point in the tile.
    ///
    /// # Source
    /// Liang and Barsky (1984), A new concept and method for line clipping, ACM Trans. Graph. 3.
    pub fn is_crossed_by(&self, a: Point, b: Point) -> bool {
        let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
        let (across, down) = (b.0 - a.0, b.1 - a.1);
        for (step, room) in [
            (-across, a.0 - self.left),
            (across, self.right - a.0),
            (-down, a.1 - self.top),
            (down, self.bottom - a.1),
        ] {
            if step == 0.0 && room < 0.0 {
                return false;
            }
            if step < 0.0 {
                enters = enters.max(room / step);
            } else if step > 0.0 {
                leaves = leaves.min(room / step);
            }
        }
        enters <= leaves
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_with_room_stay() {
        assert_eq!(separated(&[10.0, 50.0], 20.0, (0.0, 100.0)), [10.0, 50.0]);
    }

    #[test]
    fn colliding_labels_part_evenly_and_keep_their_order() {
        assert_eq!(separated(&[52.0, 50.0], 20.0, (0.0, 100.0)), [61.0, 41.0]);
        assert_eq!(separated(&[50.0, 50.0, 50.0], 20.0, (0.0, 100.0)), [30.0, 50.0, 70.0]);
    }

    #[test]
    fn labels_stay_within_bounds() {
        assert_eq!(separated(&[99.0, 98.0], 20.0, (0.0, 100.0)), [100.0, 80.0]);
        assert_eq!(separated(&[-5.0, 1.0], 20.0, (0.0, 100.0)), [0.0, 20.0]);
    }

    #[test]
    fn no_two_labels_overlap_whatever_they_want() {
        let wanted: Vec<f64> = (0_i32..12).map(|i| f64::from((i * 37) % 29)).collect();
        let mut placed = separated(&wanted, 7.0, (0.0, 100.0));
        placed.sort_by(f64::total_cmp);
        assert!(placed.windows(2).all(|pair| pair[1] - pair[0] >= 7.0 - 1e-9), "{placed:?}");
        assert!(placed[0] >= 0.0 && placed[11] <= 100.0);
    }

    #[test]
    fn too_many_labels_share_the_room() {
        let placed = separated(&[5.0; 5], 10.0, (0.0, 20.0));
        assert_eq!(placed, [0.0, 5.0, 10.0, 15.0, 20.0]);
        assert!(separated(&[], 10.0, (0.0, 20.0)).is_empty());
    }

    #[test]
    fn crowded_axis_labels_are_thinned_and_the_last_is_kept() {
        let positions: Vec<f64> = (0..40).map(|i| 10.0 * f64::from(i)).collect();
        let shown = thinned(&positions, &[35.0; 40], 8.0, &[1, 2, 5, 8]);
        assert!(shown[39]);
        assert_eq!(shown.iter().filter(|&&yes| yes).count(), 8);
        assert_eq!(thinned(&[0.0, 100.0], &[35.0; 2], 8.0, &[1]), [true, true]);
        assert_eq!(thinned(&[0.0, 10.0], &[35.0; 2], 8.0, &[1]), [false, true]);
        assert_eq!(thinned(&[0.0], &[35.0], 8.0, &[1]), [true]);
    }

    #[test]
    fn a_segment_crosses_a_box_that_it_enters() {
        let tile = Tile { left: 10.0, right: 20.0, top: 10.0, bottom: 20.0 };
        assert!(tile.is_crossed_by((0.0, 0.0), (30.0, 30.0)));
        assert!(tile.is_crossed_by((15.0, 0.0), (15.0, 30.0)));
        assert!(tile.is_crossed_by((12.0, 12.0), (13.0, 13.0)));
        assert!(!tile.is_crossed_by((0.0, 0.0), (30.0, 5.0)));
        assert!(!tile.is_crossed_by((0.0, 22.0), (12.0, 40.0)));
        assert!(!tile.is_crossed_by((0.0, 15.0), (9.0, 15.0)));
    }
}
