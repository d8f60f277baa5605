//! Owen-scrambled Sobol points: uniforms that fill the cube evenly, each scrambling an independent
//! estimate without bias.
//!
//! Which variable has which dimension, and how many scramblings make an interval, is left to
//! others.

mod direction_numbers;
mod quantile;
mod scrambling;
#[cfg(test)]
mod tests;

use crate::numeric::vectorised::vectorised;
use quantile::quantiles;
use scrambling::Scrambling;

/// Digits of a point before scrambling.
const DIGITS: usize = 32;
/// Points computed at once; their indices differ in the low bits only.
const BLOCK: usize = 64;
const BLOCK_BITS: usize = BLOCK.ilog2() as usize;

/// For each digit of the index, the digits that it flips; first digit in bit 0.
type Directions = [u32; DIGITS];

/// The Sobol sequence with the direction numbers of Joe and Kuo, and its scramblings.
///
/// Any 2^m points from a multiple of 2^m on are a (t, m, s)-net in base 2, scrambled or not; t is 0
/// in the first two dimensions. Values are (k + ½)/2^52 with 32 scrambled digits and 20 random ones.
///
/// The random digits make this Owen's scrambling with infinitely many digits, cut at the 52nd: the
/// flip of a digit belongs to the digits before it, and no two of the first 2^32 points share 32
/// digits in any dimension, so no two share a flip after the 32nd. Independent fair flips of
/// whatever digits are independent fair digits.
///
/// # Source
/// Sobol' (1967); Joe and Kuo (2008), "Constructing Sobol sequences with better two-dimensional
/// projections", table new-joe-kuo-6.21201; Owen (1995), "Randomly permuted (t,m,s)-nets and
/// (t,s)-sequences". Points come in the order of their index, not of its Gray code.
#[derive(Clone, Debug)]
pub struct Sobol {
    directions: Vec<Directions>,
}

impl Sobol {
    /// The largest number of dimensions.
    pub const DIMENSIONS: usize = direction_numbers::DIMENSIONS;
    /// The number of points of a scrambling.
    pub const POINTS: u64 = 1 << DIGITS;

    /// The sequence in `dimensions` dimensions.
    ///
    /// Panics above [`Sobol::DIMENSIONS`].
    pub fn new(dimensions: usize) -> Self {
        let largest = Self::DIMENSIONS;
        assert!(dimensions <= largest, "{dimensions} dimensions of at most {largest}");
        Self { directions: (0..dimensions).map(direction_numbers::directions).collect() }
    }

    /// Uniforms in the open interval (0, 1): points `first_point .. first_point + out.len()` of
    /// `dimension` under the scrambling that `key` names.
    ///
    /// Scramblings of different keys are independent, and so are those of different dimensions.
    /// Panics if the dimension or the last point does not exist.
    pub fn uniforms(&self, dimension: usize, key: [u32; 2], first_point: u64, out: &mut [f64]) {
        let range = self.range(dimension, key, first_point, out.len());
        fill_uniforms(&range, out);
    }

    /// Standard normals: the quantiles of the same uniforms, |z| ≤ 8.2096.
    pub fn normals(&self, dimension: usize, key: [u32; 2], first_point: u64, out: &mut [f64]) {
        let range = self.range(dimension, key, first_point, out.len());
        fill_normals(&range, out);
    }

    fn range(&self, dimension: usize, key: [u32; 2], first_point: u64, len: usize) -> Range {
        let end = first_point.checked_add(len as u64);
        assert!(end.is_some_and(|end| end <= Self::POINTS), "a scrambling has 2^32 points");
        let directions = self.directions[dimension];
        Range {
            patterns: patterns(&directions),
            directions,
            scrambling: Scrambling::new(key, dimension as u32),
            first_point,
        }
    }
}

/// Digits of a point before scrambling, first digit in bit 0.
#[inline(always)]
fn digits(directions: &Directions, point: u64) -> u32 {
    let mut digits = 0;
    let mut rest = point;
    while rest != 0 {
        digits ^= directions[rest.trailing_zeros() as usize];
        rest &= rest - 1;
    }
    digits
}

/// Digits of the first block before scrambling.
fn patterns(directions: &Directions) -> [u32; BLOCK] {
    let mut patterns = [0; BLOCK];
    for (bit, direction) in directions.iter().enumerate().take(BLOCK_BITS) {
        let (done, rest) = patterns.split_at_mut(1 << bit);
        for (pattern, earlier) in rest.iter_mut().zip(done) {
            *pattern = *earlier ^ direction;
        }
    }
    patterns
}

/// What the points of one call have in common.
struct Range {
    directions: Directions,
    /// Digits of the first block: those of any other block up to one XOR.
    patterns: [u32; BLOCK],
    scrambling: Scrambling,
    first_point: u64,
}

vectorised! {
    fn fill_uniforms(range: &Range, out: &mut [f64]) {
        fill(range, out, |_| {});
    }

    fn fill_normals(range: &Range, out: &mut [f64]) {
        // A function in place of the closure would be called, and compiled for the baseline.
        fill(range, out, |block| *block = quantiles(block));
    }
}

/// Fills `out` from whole blocks, the first and the last of which may stick out.
#[inline(always)]
fn fill(range: &Range, out: &mut [f64], transform: impl Fn(&mut [f64; BLOCK])) {
    let mut rest = out;
    let mut point = range.first_point;
    while !rest.is_empty() {
        let first = (point % BLOCK as u64) as usize;
        let len = rest.len().min(BLOCK - first);
        let mut block = uniform_block(range, point / BLOCK as u64);
        transform(&mut block);
        let (part, after) = rest.split_at_mut(len);
        part.copy_from_slice(&block[first..first + len]);
        rest = after;
        point += len as u64;
    }
}

/// The scrambled uniforms of block number `block`.
#[inline(always)]
fn uniform_block(range: &Range, block: u64) -> [f64; BLOCK] {
    let common = digits(&range.directions, block << BLOCK_BITS);
    // Loops over stack arrays of fixed length, narrow ones first: each vectorises.
    let (mut high, mut low) = ([0; BLOCK], [0; BLOCK]);
    for (high, pattern) in high.iter_mut().zip(&range.patterns) {
        *high = range.scrambling.digits(common ^ pattern);
    }
    for (low, high) in low.iter_mut().zip(&high) {
        *low = range.scrambling.further_digits(*high);
    }
    for high in &mut high {
        *high = high.reverse_bits();
    }
    let mut uniforms = [0.0; BLOCK];
    for ((out, high), low) in uniforms.iter_mut().zip(high).zip(low) {
        *out = uniform(high, low);
    }
    uniforms
}

/// (k + ½)/2^52 with k the top 52 bits of two words: in [2^-53, 1 − 2^-53], exact.
#[inline(always)]
fn uniform(high: u32, low: u32) -> f64 {
    let bits = u64::from(high) << 20 | u64::from(low) >> 12;
    f64::from_bits(1.0_f64.to_bits() | bits) - (1.0 - f64::EPSILON / 2.0)
}
