use multiversion::multiversion;

use super::*;
use crate::numeric::normal;

/// Scramblings of a test; their number sets the bounds below.
const KEYS: u32 = 4000;

/// Errors of an estimate under many scramblings.
struct Errors(Vec<f64>);

impl Errors {
    /// The error of the mean of `f` over the first `n` points, by key; `exact` is the integral.
    fn of<const D: usize>(
        first_key: u32,
        keys: u32,
        n: usize,
        exact: f64,
        f: impl Fn([f64; D]) -> f64,
    ) -> Self {
        let sobol = Sobol::new(D);
        let mut coordinates = [const { Vec::new() }; D];
        let estimate = |key| {
            for (dimension, u) in coordinates.iter_mut().enumerate() {
                u.resize(n, 0.0);
                sobol.uniforms(dimension, [key, 0], 0, u);
            }
            (0..n).map(|i| f(std::array::from_fn(|d| coordinates[d][i]))).sum::<f64>() / n as f64
        };
        Self((first_key..first_key + keys).map(estimate).map(|mean| mean - exact).collect())
    }

    fn len(&self) -> f64 {
        self.0.len() as f64
    }

    fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.len()
    }

    fn central_moment(&self, power: i32) -> f64 {
        let mean = self.mean();
        let sum: f64 = self.0.iter().map(|e| (0..power).fold(1.0, |p, _| p * (e - mean))).sum();
        sum / self.len()
    }

    fn deviation(&self) -> f64 {
        self.central_moment(2).sqrt()
    }

    /// The mean in units of its standard error.
    fn bias(&self) -> f64 {
        self.mean() / (self.deviation() / self.len().sqrt())
    }

    fn kurtosis(&self) -> f64 {
        self.central_moment(4) / self.central_moment(2) / self.central_moment(2)
    }

    fn correlation(&self, other: &Self) -> f64 {
        let products = self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum::<f64>() / self.len();
        (products - self.mean() * other.mean()) / (self.deviation() * other.deviation())
    }
}

fn uniforms(dimension: usize, key: u32, first: u64, n: usize) -> Vec<f64> {
    let mut out = vec![0.0; n];
    Sobol::new(dimension + 1).uniforms(dimension, [key, 9], first, &mut out);
    out
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|x| x.to_bits()).collect()
}

#[test]
fn points_before_scrambling_are_those_of_scipy() {
    // scipy 1.17.1: qmc.Sobol(64, scramble=False, bits=32), which orders points by Gray code; the
    // coordinates times 2^32. The last point is past 2^31, so that every direction number is used.
    const DIMENSION: [usize; 7] = [0, 1, 2, 5, 20, 42, 63];
    const EXPECTED: [(u64, [u32; 7]); 5] = [
        (
            1,
            [
                0x8000_0000,
                0x8000_0000,
                0x8000_0000,
                0x8000_0000,
                0x8000_0000,
                0x8000_0000,
                0x8000_0000,
            ],
        ),
        (
            100,
            [
                0x6a00_0000,
                0x4200_0000,
                0xc600_0000,
                0xbe00_0000,
                0xc200_0000,
                0x6a00_0000,
                0xa600_0000,
            ],
        ),
        (
            1_000,
            [
                0x3840_0000,
                0x18c0_0000,
                0x84c0_0000,
                0xe840_0000,
                0x85c0_0000,
                0xf5c0_0000,
                0x7240_0000,
            ],
        ),
        (
            12_345,
            [
                0xa414_0000,
                0xd03c_0000,
                0x290c_0000,
                0x0f14_0000,
                0x3304_0000,
                0xc31c_0000,
                0x7734_0000,
            ],
        ),
        (
            3_000_000_000,
            [
                0x008e_1dd7,
                0x0c47_6229,
                0xebab_b7f7,
                0x7aa4_51b9,
                0x7970_099f,
                0x843e_f99d,
                0xb95f_0ab7,
            ],
        ),
    ];
    let sobol = Sobol::new(Sobol::DIMENSIONS);
    for (i, expected) in EXPECTED {
        let at = |dimension: usize| digits(&sobol.directions[dimension], i ^ i >> 1).reverse_bits();
        assert_eq!(DIMENSION.map(at), expected, "point {i}");
    }
    // No two points share 32 digits: each direction ends with the digit of its number.
    for directions in &sobol.directions {
        for (i, direction) in directions.iter().enumerate() {
            assert_eq!(direction.leading_zeros() as usize, DIGITS - 1 - i);
        }
    }
}

#[test]
fn direction_numbers_are_those_of_the_published_table() {
    let table = ::sobol::params::JoeKuoD6::minimal();
    let dimensions = Sobol::DIMENSIONS;
    let theirs = ::sobol::Sobol::<u32>::init_direction_vals(dimensions, DIGITS, &table);
    for (ours, theirs) in Sobol::new(dimensions).directions.iter().zip(theirs) {
        assert_eq!(ours.map(u32::reverse_bits)[..], theirs);
    }
}

#[test]
fn scrambling_keeps_common_prefixes() {
    let scrambling = Scrambling::new([3, 4], 5);
    for i in 0..2000_u32 {
        let x = i.wrapping_mul(0x9e37_79b9);
        for digit in 0..32 {
            let y = x ^ 1 << digit ^ i.wrapping_mul(0x85eb_ca6b) << digit << 1;
            let different = scrambling.digits(x) ^ scrambling.digits(y);
            assert_eq!(different.trailing_zeros(), digit);
        }
    }
}

/// How many of the points fall into each box of sides 2^-sides[d].
fn counts(points: &[Vec<f64>], sides: &[u32]) -> Vec<u32> {
    let mut counts = vec![0; 1 << sides.iter().sum::<u32>()];
    for i in 0..points[0].len() {
        let place = points
            .iter()
            .zip(sides)
            .fold(0, |place, (u, side)| place << side | (u[i] * f64::from(1 << side)) as usize);
        counts[place] += 1;
    }
    counts
}

#[test]
fn every_interval_of_a_dimension_holds_one_point() {
    for (key, dimension) in [0, 1, 2, 17, 40, 63].into_iter().enumerate() {
        for first in [0, 3 << 12, Sobol::POINTS - 4096] {
            let u = uniforms(dimension, key as u32, first, 4096);
            assert!(counts(&[u], &[12]).iter().all(|count| *count == 1));
        }
    }
}

#[test]
fn scrambled_points_are_nets() {
    let sobol = Sobol::new(3);
    for key in 0..8 {
        let points: Vec<Vec<f64>> = (0..3)
            .map(|dimension| {
                let mut u = vec![0.0; 1024];
                sobol.uniforms(dimension, [key, 1], 5 << 10, &mut u);
                u
            })
            .collect();
        // Two dimensions: t = 0.
        for a in 0..=10 {
            assert!(counts(&points[..2], &[a, 10 - a]).iter().all(|count| *count == 1));
        }
        // Three: t = 1, the degrees of the polynomials less one, summed.
        for a in 0..=9 {
            for b in 0..=9 - a {
                assert!(counts(&points, &[a, b, 9 - a - b]).iter().all(|count| *count == 2));
            }
        }
    }
}

/// Z-score of chi-square, whose distribution with many degrees of freedom is nearly normal.
fn chi_square_score(counts: &[u32]) -> f64 {
    let cells = counts.len() as f64;
    let expected = counts.iter().map(|count| f64::from(*count)).sum::<f64>() / cells;
    let squares = counts.iter().map(|count| f64::from(*count) - expected).map(|d| d * d);
    let sum: f64 = squares.sum();
    (sum / expected - (cells - 1.0)) / (2.0 * (cells - 1.0)).sqrt()
}

#[test]
fn all_flips_of_four_levels_are_equally_likely_together() {
    // 15 nodes, 2^15 trees, about 6 keys for each: also after a prefix of 9 digits, across the
    // border of two hashes.
    for first in [0_u32, 9] {
        let prefix = 0x15b & ((1 << first) - 1);
        let mut counts = vec![0; 1 << 15];
        for key in 0..200_000 {
            let scrambling = Scrambling::new([key, 2], 0);
            let mut tree = 0;
            for level in 0..4 {
                for node in 0..1_u32 << level {
                    let flips = scrambling.digits(prefix | node << first) >> first;
                    tree = tree << 1 | (flips >> level & 1) as usize;
                }
            }
            counts[tree] += 1;
        }
        let score = chi_square_score(&counts);
        assert!(score.abs() < 5.0, "after {first} digits: {score}");
    }
}

#[test]
fn digits_are_fair_and_independent_of_each_other() {
    // Two points that share 7 digits, all their 52 digits under each key.
    let n = 20_000;
    let mut sums = vec![0_i32; 104];
    let mut products = vec![0_i32; 104 * 104];
    for key in 0..n {
        let scrambling = Scrambling::new([key, 3], 1);
        let digits: Vec<i32> = [0x0000_1234, 0x0000_7ab4]
            .into_iter()
            .flat_map(|x| {
                let scrambled = scrambling.digits(x);
                let further = scrambling.further_digits(scrambled).reverse_bits();
                let all = u64::from(further) << 32 | u64::from(scrambled);
                (0..52).map(move |digit| 2 * (all >> digit & 1) as i32 - 1)
            })
            .collect();
        for (i, a) in digits.iter().enumerate() {
            sums[i] += a;
            for (j, b) in digits[..i].iter().enumerate() {
                products[104 * i + j] += a * b;
            }
        }
    }
    // 5460 sums of ±1: one beyond six standard deviations has probability 1e-5.
    let bound = 6.0 * f64::from(n).sqrt();
    for (i, sum) in sums.iter().enumerate() {
        assert!(f64::from(*sum).abs() < bound, "digit {i}");
        for j in 0..i {
            let product = products[104 * i + j];
            // The first seven digits are common, the eighth always differs.
            if i == j + 52 && j < 8 {
                assert_eq!(product.unsigned_abs(), n);
            } else {
                assert!(f64::from(product).abs() < bound, "digits {i} and {j}");
            }
        }
    }
}

#[test]
fn estimates_have_no_bias() {
    let errors = [
        // ∫ Π (½ + u) = 1.
        Errors::of(0, KEYS, 64, 1.0, |u: [f64; 3]| u.iter().map(|u| 0.5 + u).product()),
        // ∫ exp(u + v) = (e − 1)².
        Errors::of(0, KEYS, 32, (libm::exp(1.0) - 1.0) * (libm::exp(1.0) - 1.0), |u: [f64; 2]| {
            libm::exp(u[0] + u[1])
        }),
        // The cube below u + v + w = 1.2, whose corners beyond 1 are cut off.
        Errors::of(0, KEYS, 64, (1.2 * 1.2 * 1.2 - 3.0 * 0.2 * 0.2 * 0.2) / 6.0, |u: [f64; 3]| {
            if u.iter().sum::<f64>() < 1.2 { 1.0 } else { 0.0 }
        }),
        // Of a quarter disc.
        Errors::of(0, KEYS, 100, std::f64::consts::FRAC_PI_4, |u: [f64; 2]| {
            if u[0] * u[0] + u[1] * u[1] < 1.0 { 1.0 } else { 0.0 }
        }),
        Errors::of(0, KEYS, 16, 0.37, |u: [f64; 1]| if u[0] < 0.37 { 1.0 } else { 0.0 }),
        // A single point: its digits alone.
        Errors::of(0, KEYS, 1, 1.0 / 3.0, |u: [f64; 1]| u[0] * u[0]),
    ];
    for (i, errors) in errors.iter().enumerate() {
        assert!(errors.bias().abs() < 4.0, "function {i}: {}", errors.bias());
    }
}

#[test]
fn errors_in_one_dimension_have_the_variance_and_the_shape_of_owens() {
    for n in [32, 256, 1024] {
        let errors = Errors::of(0, KEYS, n, 1.0 / 3.0, |u: [f64; 1]| u[0] * u[0]);
        // Owen: one independent uniform point in each interval; there u² has variance
        // h²a²/3 + h³a/3 + 4h⁴/45 with a the left end and h the width.
        let h = 1.0 / n as f64;
        let variance: f64 = (0..n)
            .map(|i| i as f64 * h)
            .map(|a| h * h * a * a / 3.0 + h * h * h * a / 3.0 + 4.0 * h * h * h * h / 45.0)
            .sum::<f64>()
            * h
            * h;
        // Nearly normal: standard errors √(2/keys) of the relative variance, √(24/keys) of the
        // kurtosis.
        let keys = f64::from(KEYS);
        let ratio = errors.central_moment(2) / variance;
        assert!((ratio - 1.0).abs() < 5.0 * (2.0 / keys).sqrt(), "{n} points: {ratio}");
        let kurtosis = errors.kurtosis();
        assert!((kurtosis - 3.0).abs() < 5.0 * (24.0 / keys).sqrt(), "{n} points: {kurtosis}");
    }
}

#[test]
fn scramblings_are_independent() {
    let f = |u: [f64; 2]| u[0] * u[0] + u[0] * u[1];
    let exact = 1.0 / 3.0 + 0.25;
    let errors = Errors::of(0, KEYS, 64, exact, f);
    let bound = 5.0 / f64::from(KEYS).sqrt();
    // Neighbouring keys, and keys far away.
    for first_key in [1, 1 << 20] {
        let others = Errors::of(first_key, KEYS, 64, exact, f);
        assert!(errors.correlation(&others).abs() < bound);
    }
    // The two dimensions alone.
    let first = Errors::of(0, KEYS, 64, 1.0 / 3.0, |u: [f64; 2]| u[0] * u[0]);
    let second = Errors::of(0, KEYS, 64, 1.0 / 3.0, |u: [f64; 2]| u[1] * u[1]);
    assert!(first.correlation(&second).abs() < bound);
}

#[test]
fn smooth_integrands_converge_much_faster_than_plain_monte_carlo() {
    let n = 1 << 12;
    let errors = Errors::of(0, 64, n, 1.0, |u: [f64; 3]| u.iter().map(|u| 0.5 + u).product());
    // The variance of Π (½ + u) is (13/12)³ − 1.
    let plain = ((13.0_f64 / 12.0 * 13.0 / 12.0 * 13.0 / 12.0 - 1.0) / n as f64).sqrt();
    assert!(errors.deviation() < plain / 100.0, "{} of {plain}", errors.deviation());
}

#[test]
fn any_division_into_calls_gives_the_same_points() {
    let sobol = Sobol::new(4);
    let (first, n) = (Sobol::POINTS - 1000, 1000);
    let (mut whole, mut normals) = (vec![0.0; n], vec![0.0; n]);
    sobol.uniforms(3, [1, 2], first, &mut whole);
    sobol.normals(3, [1, 2], first, &mut normals);
    for cut in [1, 7, 16, 64, 100, 999] {
        let mut parts = vec![0.0; n];
        for (i, part) in parts.chunks_mut(cut).enumerate() {
            sobol.uniforms(3, [1, 2], first + (i * cut) as u64, part);
        }
        assert_eq!(bits(&parts), bits(&whole));
        for (i, part) in parts.chunks_mut(cut).enumerate() {
            sobol.normals(3, [1, 2], first + (i * cut) as u64, part);
        }
        assert_eq!(bits(&parts), bits(&normals));
    }
    sobol.uniforms(3, [1, 2], Sobol::POINTS, &mut []);
}

#[multiversion(targets("x86_64+avx2"))]
fn normals_at_most_avx2(range: &Range, out: &mut [f64]) {
    fill(range, out, |block| *block = quantiles(block));
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    let (mut wide, mut middle, mut plain) =
        (vec![0.0; 65_536], vec![0.0; 65_536], vec![0.0; 65_536]);
    let range = Sobol::new(2).range(1, [5, 6], 0, wide.len());
    fill_normals(&range, &mut wide);
    normals_at_most_avx2(&range, &mut middle);
    fill(&range, &mut plain, |block| *block = quantiles(block));
    assert!(bits(&wide) == bits(&middle) && bits(&wide) == bits(&plain));
}

#[test]
fn normals_are_quantiles_of_the_uniforms() {
    let sobol = Sobol::new(2);
    let (mut u, mut z) = (vec![0.0; 4096], vec![0.0; 4096]);
    sobol.uniforms(1, [5, 6], 77, &mut u);
    sobol.normals(1, [5, 6], 77, &mut z);
    for (u, z) in u.into_iter().zip(z) {
        let exact = normal::quantile(u);
        assert!((z - exact).abs() <= 2e-15 * exact.abs());
    }
}

#[test]
fn extreme_digits_stay_inside_the_open_interval() {
    assert_eq!(uniform(0, 0), libm::ldexp(1.0, -53));
    assert_eq!(uniform(u32::MAX, u32::MAX), 1.0 - libm::ldexp(1.0, -53));
    assert_eq!(uniform(1 << 31, 0), 0.5 + libm::ldexp(1.0, -53));
}

#[test]
#[should_panic(expected = "2^32 points")]
fn points_beyond_the_last_are_refused() {
    Sobol::new(1).uniforms(0, [0, 0], Sobol::POINTS - 8, &mut [0.0; 9]);
}

#[test]
#[should_panic(expected = "at most 64")]
fn too_many_dimensions_are_refused() {
    Sobol::new(Sobol::DIMENSIONS + 1);
}
