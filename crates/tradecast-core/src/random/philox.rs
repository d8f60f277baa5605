//! The counter-based generator Philox4x32-10, and the uniforms and normals made from it.
//!
//! Path p = 16 g + j with j < 8 and path p + 8 share pair number 8 g + j; the counter is
//! [pair low, pair high, slot, 0] and one block of four words gives two uniforms.

use crate::numeric::vectorised::vectorised;

use super::{GROUP, PointSource, Variable};
use crate::numeric::elementary::{ln_normal, sin_cos_turn};

/// Multipliers and key increments of Philox4x32 (Salmon et al. 2011, section 3.3 and table 2).
const MULTIPLIERS: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: u32 = 10;
const WORD: u64 = 0xffff_ffff;

/// Half of a group: the pairs that it holds.
const PAIRS: usize = GROUP / 2;
/// Pairs computed at once: long enough for vectors side by side, short enough for the L1 cache.
const CHUNK: usize = 4 * PAIRS;

/// Philox4x32-10: four random words from a counter and a key.
///
/// # Source
/// Salmon, Moraes, Dror, Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3".
pub fn philox4x32_10(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    wide_block(counter.map(u64::from), key).map(|word| word as u32)
}

/// Philox4x32-10 on words kept in the low halves of u64, whose high halves come out unspecified.
///
/// Only the low half of a word is ever multiplied, so products need no masks; this shape becomes
/// one `pmuludq` per product.
#[inline(always)]
fn wide_block(counter: [u64; 4], key: [u32; 2]) -> [u64; 4] {
    let [mut a, mut b, mut c, mut d] = counter;
    for round in 0..ROUNDS {
        let k = |i: usize| u64::from(key[i].wrapping_add(WEYL[i].wrapping_mul(round)));
        let first = (a & WORD) * MULTIPLIERS[0];
        let second = (c & WORD) * MULTIPLIERS[1];
        (a, b, c, d) = ((second >> 32) ^ b ^ k(0), second, (first >> 32) ^ d ^ k(1), first);
    }
    [a, b, c, d]
}

/// (k + ½) / 2^52 with k the top 52 bits of two words: in [2^-53, 1 − 2^-53], exact.
#[inline(always)]
fn uniform(high: u64, low: u64) -> f64 {
    const ONE: u64 = 1.0_f64.to_bits();
    let bits = (high << 20) & 0x000f_ffff_fff0_0000 | (low & WORD) >> 12;
    f64::from_bits(ONE | bits) - (1.0 - f64::EPSILON / 2.0)
}

/// The two uniforms of a pair.
#[inline(always)]
fn uniform_pair(key: [u32; 2], slot: u32, pair: u64) -> (f64, f64) {
    let [a, b, c, d] = wide_block([pair & WORD, pair >> 32, u64::from(slot), 0], key);
    (uniform(a, b), uniform(c, d))
}

/// Two standard normals from two uniforms; |z| ≤ √(106 ln 2) = 8.5717.
///
/// # Source
/// Box and Muller (1958).
#[inline(always)]
fn box_muller(u: f64, v: f64) -> (f64, f64) {
    let radius = (-2.0 * ln_normal(u, 0.0)).sqrt();
    let (sine, cosine) = sin_cos_turn(v);
    (radius * cosine, radius * sine)
}

/// Philox4x32-10 with Box–Muller: the plain source of independent points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Philox;

impl PointSource for Philox {
    fn normals(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]) {
        let pair = first_pair(first_path, out.len());
        fill_normals(variable.key(), slot, pair, out);
    }

    fn uniforms(&self, variable: Variable, slot: u32, first_path: u64, out: &mut [f64]) {
        let pair = first_pair(first_path, out.len());
        fill_uniforms(variable.key(), slot, pair, out);
    }

    fn normals_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]) {
        pick_normals(variable.key(), slot, paths, out);
    }

    fn uniforms_of(&self, variable: Variable, slot: u32, paths: &[u64], out: &mut [f64]) {
        pick_uniforms(variable.key(), slot, paths, out);
    }
}

vectorised! {
    fn pick_normals(key: [u32; 2], slot: u32, paths: &[u64], out: &mut [f64]) {
        for (out, path) in out.iter_mut().zip(paths) {
            *out = pick(key, slot, *path, box_muller);
        }
    }

    fn pick_uniforms(key: [u32; 2], slot: u32, paths: &[u64], out: &mut [f64]) {
        for (out, path) in out.iter_mut().zip(paths) {
            *out = pick(key, slot, *path, |u, v| (u, v));
        }
    }
}

/// The half of a pair's `transform` that belongs to a path; the other half is thrown away.
#[inline(always)]
fn pick(key: [u32; 2], slot: u32, path: u64, transform: impl Fn(f64, f64) -> (f64, f64)) -> f64 {
    let half = PAIRS as u64;
    let pair = path / GROUP as u64 * half + path % half;
    let (u, v) = uniform_pair(key, slot, pair);
    let (first, second) = transform(u, v);
    if path & half == 0 { first } else { second }
}

/// The pair of the first path.
///
/// Panics unless the range is aligned: a caller's mistake would shift draws between paths.
fn first_pair(first_path: u64, len: usize) -> u64 {
    let group = GROUP as u64;
    assert!(first_path.is_multiple_of(group) && len.is_multiple_of(GROUP), "unaligned paths");
    first_path / 2
}

vectorised! {
    fn fill_normals(key: [u32; 2], slot: u32, first_pair: u64, out: &mut [f64]) {
        fill(key, slot, first_pair, out, box_muller);
    }

    fn fill_uniforms(key: [u32; 2], slot: u32, first_pair: u64, out: &mut [f64]) {
        fill(key, slot, first_pair, out, |u, v| (u, v));
    }
}

/// Fills `out` chunk by chunk with `transform` of the uniforms of each pair.
#[inline(always)]
fn fill(
    key: [u32; 2],
    slot: u32,
    first_pair: u64,
    out: &mut [f64],
    transform: impl Fn(f64, f64) -> (f64, f64) + Copy,
) {
    let mut pair = first_pair;
    for part in out.chunks_mut(2 * CHUNK) {
        // Two loops over stack arrays of fixed length: each vectorises without a remainder.
        let (mut first, mut second) = ([0.0; CHUNK], [0.0; CHUNK]);
        for (i, (u, v)) in first.iter_mut().zip(&mut second).enumerate() {
            (*u, *v) = uniform_pair(key, slot, pair + i as u64);
        }
        for (u, v) in first.iter_mut().zip(&mut second) {
            (*u, *v) = transform(*u, *v);
        }
        let halves = first.chunks_exact(PAIRS).zip(second.chunks_exact(PAIRS));
        for (group, (lower, upper)) in part.chunks_exact_mut(GROUP).zip(halves) {
            group[..PAIRS].copy_from_slice(lower);
            group[PAIRS..].copy_from_slice(upper);
        }
        pair += CHUNK as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::normal;
    use crate::numeric::vectorised::assert_same;

    const N: usize = 1 << 20;

    /// The oracle: one path, no slices, no vectors.
    fn draw_at(
        variable: Variable,
        slot: u32,
        path: u64,
        transform: impl Fn(f64, f64) -> (f64, f64),
    ) -> f64 {
        let (group, lane) = (path / 16, path % 16);
        let pair = 8 * group + lane % 8;
        let words = philox4x32_10([pair as u32, (pair >> 32) as u32, slot, 0], variable.key());
        let uniform = |high: u32, low: u32| {
            let k = (u64::from(high) << 32 | u64::from(low)) >> 12;
            (2 * k + 1) as f64 / libm::ldexp(1.0, 53)
        };
        let (first, second) = transform(uniform(words[0], words[1]), uniform(words[2], words[3]));
        if lane < 8 { first } else { second }
    }

    fn normal_at(variable: Variable, slot: u32, path: u64) -> f64 {
        draw_at(variable, slot, path, box_muller)
    }

    fn bits(values: &[f64]) -> Vec<u64> {
        values.iter().map(|x| x.to_bits()).collect()
    }

    fn normals(variable: Variable, slot: u32) -> Vec<f64> {
        let mut z = vec![0.0; N];
        Philox.normals(variable, slot, 0, &mut z);
        z
    }

    #[test]
    fn paths_one_by_one_have_the_draws_of_the_range() {
        let variable = Variable::new(3, "picked");
        let paths: Vec<u64> = [5, 6, 17, 30, 31, 32, 63].into_iter().chain(0..50).collect();
        let (mut normals, mut uniforms) = ([0.0; 64], [0.0; 64]);
        Philox.normals(variable, 9, 0, &mut normals);
        Philox.uniforms(variable, 9, 0, &mut uniforms);
        let mut picked = vec![0.0; paths.len()];
        Philox.normals_of(variable, 9, &paths, &mut picked);
        let expected: Vec<f64> = paths.iter().map(|path| normals[*path as usize]).collect();
        assert_eq!(bits(&picked), bits(&expected));
        Philox.uniforms_of(variable, 9, &paths, &mut picked);
        let expected: Vec<f64> = paths.iter().map(|path| uniforms[*path as usize]).collect();
        assert_eq!(bits(&picked), bits(&expected));
    }

    #[test]
    fn known_answers_of_random123() {
        // Random123 1.09, tests/kat_vectors, philox4x32 10.
        assert_eq!(
            philox4x32_10([0; 4], [0; 2]),
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]
        );
        assert_eq!(
            philox4x32_10([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox4x32_10(
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0]
            ),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn slices_match_the_oracle_bit_for_bit() {
        let variable = Variable::new(11, "growth");
        // The second start has pairs on both sides of 2^32.
        for (slot, first) in [(0, 0_u64), (7, (1 << 33) - 160), (u32::MAX, 48)] {
            for len in [0_usize, 16, 64, 112, 128, 144, 4096] {
                let paths = first..first + len as u64;
                let mut out = vec![0.0; len];
                Philox.normals(variable, slot, first, &mut out);
                let z: Vec<f64> = paths.clone().map(|p| normal_at(variable, slot, p)).collect();
                assert_eq!(bits(&out), bits(&z));
                Philox.uniforms(variable, slot, first, &mut out);
                let u: Vec<f64> =
                    paths.map(|p| draw_at(variable, slot, p, |u, v| (u, v))).collect();
                assert_eq!(bits(&out), bits(&u));
            }
        }
    }

    #[test]
    fn every_instruction_set_gives_the_same_bits() {
        let variable = Variable::new(11, "growth");
        assert_same(|| bits(&normals(variable, 2)));
        let paths: Vec<u64> = (0..1000).map(|i| i * i).collect();
        assert_same(|| {
            let (mut picked, mut uniforms) = (vec![0.0; 1000], vec![0.0; 1000]);
            Philox.normals_of(variable, 9, &paths, &mut picked);
            Philox.uniforms_of(variable, 9, &paths, &mut uniforms);
            [bits(&picked), bits(&uniforms)]
        });
    }

    #[test]
    fn draws_do_not_depend_on_how_the_paths_are_cut() {
        let variable = Variable::new(11, "growth");
        let mut whole = vec![0.0; 1024];
        Philox.normals(variable, 5, 320, &mut whole);
        for cut in [16, 48, 240, 512] {
            let mut parts = vec![0.0; 1024];
            for (i, part) in parts.chunks_mut(cut).enumerate() {
                Philox.normals(variable, 5, 320 + (i * cut) as u64, part);
            }
            assert_eq!(bits(&parts), bits(&whole));
        }
    }

    #[test]
    #[should_panic(expected = "unaligned")]
    fn unaligned_paths_are_refused() {
        Philox.normals(Variable::new(1, "growth"), 0, 8, &mut [0.0; 16]);
    }

    #[test]
    fn extreme_words_stay_inside_the_open_interval() {
        assert_eq!(uniform(0, 0), libm::ldexp(1.0, -53));
        assert_eq!(uniform(WORD, WORD), 1.0 - libm::ldexp(1.0, -53));
        // The high halves of a word are noise.
        assert_eq!(uniform(!WORD, !WORD), libm::ldexp(1.0, -53));
        let (largest, _) = box_muller(libm::ldexp(1.0, -53), libm::ldexp(1.0, -53));
        assert!((largest - 8.5717).abs() < 1e-4);
    }

    /// Kolmogorov's distance between a sample of uniforms and the uniform distribution.
    fn distance(mut u: Vec<f64>) -> f64 {
        u.sort_by(f64::total_cmp);
        let n = u.len() as f64;
        u.iter().enumerate().fold(0.0_f64, |worst, (i, u)| {
            worst.max((u - i as f64 / n).abs()).max(((i + 1) as f64 / n - u).abs())
        })
    }

    #[test]
    fn normals_are_standard_normal() {
        let z = normals(Variable::new(20, "shock"), 1);
        let n = N as f64;
        // Standard errors of the first four moments: the variance of z^k is E z^2k − (E z^k)².
        for (k, expected, variance) in
            [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)]
        {
            let mean = z.iter().map(|z| (0..k).fold(1.0, |power, _| power * z)).sum::<f64>() / n;
            assert!((mean - expected).abs() < 5.0 * f64::sqrt(variance / n), "moment {k}");
        }
        assert!(distance(z.into_iter().map(normal::cdf).collect()) < 1.95 / n.sqrt());
    }

    #[test]
    fn uniforms_are_uniform() {
        let mut u = vec![0.0; N];
        Philox.uniforms(Variable::new(20, "happens"), 1, 0, &mut u);
        let n = N as f64;
        let mean = u.iter().sum::<f64>() / n;
        let variance = u.iter().map(|u| (u - 0.5) * (u - 0.5)).sum::<f64>() / n;
        assert!((mean - 0.5).abs() < 5.0 * (1.0 / 12.0 / n).sqrt());
        // The variance of (u − ½)² is 1/80 − 1/144.
        assert!((variance - 1.0 / 12.0).abs() < 5.0 * ((1.0 / 80.0 - 1.0 / 144.0) / n).sqrt());
        assert!(distance(u) < 1.95 / n.sqrt());
    }

    #[test]
    fn variables_slots_seeds_and_halves_are_uncorrelated() {
        let z = normals(Variable::new(20, "shock"), 1);
        let others = [
            normals(Variable::new(20, "shock b"), 1),
            normals(Variable::new(21, "shock"), 1),
            normals(Variable::new(20, "shock"), 2),
        ];
        let bound = 5.0 / (N as f64).sqrt();
        let correlation = |f: &dyn Fn(f64) -> f64, a: &[f64], b: &[f64]| {
            a.iter().zip(b).map(|(a, b)| f(*a) * f(*b)).sum::<f64>() / a.len() as f64
        };
        // Of z itself, and of its square, both scaled to unit variance.
        let square = |z: f64| (z * z - 1.0) / 2.0_f64.sqrt();
        for other in &others {
            assert!(correlation(&|z| z, &z, other).abs() < bound);
            assert!(correlation(&square, &z, other).abs() < bound);
        }
        // Cosine and sine of the same pair, and neighbours.
        for lag in [1, 8, 16] {
            let bound = 5.0 / ((N - lag) as f64).sqrt();
            assert!(correlation(&|z| z, &z[lag..], &z[..N - lag]).abs() < bound);
            assert!(correlation(&square, &z[lag..], &z[..N - lag]).abs() < bound);
        }
    }
}
