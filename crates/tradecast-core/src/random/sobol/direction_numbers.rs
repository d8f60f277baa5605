//! The direction numbers of Joe and Kuo, as far as they are in use.

use super::{DIGITS, Directions};

/// What a dimension is made from.
struct Beginning {
    /// The inner coefficients of its primitive polynomial over the integers modulo 2, as a binary
    /// number; the degree is the number of `odd`.
    coefficients: u32,
    /// The first direction numbers, odd and below 2, 4, 8 …
    odd: &'static [u32],
}

const fn beginning(coefficients: u32, odd: &'static [u32]) -> Beginning {
    Beginning { coefficients, odd }
}

/// Dimensions 2 to 64 of the table new-joe-kuo-6.21201 of Joe and Kuo (2008), "Constructing Sobol
/// sequences with better two-dimensional projections", which has them in columns a and m_i.
const BEGINNINGS: [Beginning; 63] = [
    beginning(0, &[1]),
    beginning(1, &[1, 3]),
    beginning(1, &[1, 3, 1]),
    beginning(2, &[1, 1, 1]),
    beginning(1, &[1, 1, 3, 3]),
    beginning(4, &[1, 3, 5, 13]),
    beginning(2, &[1, 1, 5, 5, 17]),
    beginning(4, &[1, 1, 5, 5, 5]),
    beginning(7, &[1, 1, 7, 11, 19]),
    beginning(11, &[1, 1, 5, 1, 1]),
    beginning(13, &[1, 1, 1, 3, 11]),
    beginning(14, &[1, 3, 5, 5, 31]),
    beginning(1, &[1, 3, 3, 9, 7, 49]),
    beginning(13, &[1, 1, 1, 15, 21, 21]),
    beginning(16, &[1, 3, 1, 13, 27, 49]),
    beginning(19, &[1, 1, 1, 15, 7, 5]),
    beginning(22, &[1, 3, 1, 15, 13, 25]),
    beginning(25, &[1, 1, 5, 5, 19, 61]),
    beginning(1, &[1, 3, 7, 11, 23, 15, 103]),
    beginning(4, &[1, 3, 7, 13, 13, 15, 69]),
    beginning(7, &[1, 1, 3, 13, 7, 35, 63]),
    beginning(8, &[1, 3, 5, 9, 1, 25, 53]),
    beginning(14, &[1, 3, 1, 13, 9, 35, 107]),
    beginning(19, &[1, 3, 1, 5, 27, 61, 31]),
    beginning(21, &[1, 1, 5, 11, 19, 41, 61]),
    beginning(28, &[1, 3, 5, 3, 3, 13, 69]),
    beginning(31, &[1, 1, 7, 13, 1, 19, 1]),
    beginning(32, &[1, 3, 7, 5, 13, 19, 59]),
    beginning(37, &[1, 1, 3, 9, 25, 29, 41]),
    beginning(41, &[1, 3, 5, 13, 23, 1, 55]),
    beginning(42, &[1, 3, 7, 3, 13, 59, 17]),
    beginning(50, &[1, 3, 1, 3, 5, 53, 69]),
    beginning(55, &[1, 1, 5, 5, 23, 33, 13]),
    beginning(56, &[1, 1, 7, 7, 1, 61, 123]),
    beginning(59, &[1, 1, 7, 9, 13, 61, 49]),
    beginning(62, &[1, 3, 3, 5, 3, 55, 33]),
    beginning(14, &[1, 3, 1, 15, 31, 13, 49, 245]),
    beginning(21, &[1, 3, 5, 15, 31, 59, 63, 97]),
    beginning(22, &[1, 3, 1, 11, 11, 11, 77, 249]),
    beginning(38, &[1, 3, 1, 11, 27, 43, 71, 9]),
    beginning(47, &[1, 1, 7, 15, 21, 11, 81, 45]),
    beginning(49, &[1, 3, 7, 3, 25, 31, 65, 79]),
    beginning(50, &[1, 3, 1, 1, 19, 11, 3, 205]),
    beginning(52, &[1, 1, 5, 9, 19, 21, 29, 157]),
    beginning(56, &[1, 3, 7, 11, 1, 33, 89, 185]),
    beginning(67, &[1, 3, 3, 3, 15, 9, 79, 71]),
    beginning(70, &[1, 3, 7, 11, 15, 39, 119, 27]),
    beginning(84, &[1, 1, 3, 1, 11, 31, 97, 225]),
    beginning(97, &[1, 1, 1, 3, 23, 43, 57, 177]),
    beginning(103, &[1, 3, 7, 7, 17, 17, 37, 71]),
    beginning(115, &[1, 3, 1, 5, 27, 63, 123, 213]),
    beginning(122, &[1, 1, 3, 5, 11, 43, 53, 133]),
    beginning(8, &[1, 3, 5, 5, 29, 17, 47, 173, 479]),
    beginning(13, &[1, 3, 3, 11, 3, 1, 109, 9, 69]),
    beginning(16, &[1, 1, 1, 5, 17, 39, 23, 5, 343]),
    beginning(22, &[1, 3, 1, 5, 25, 15, 31, 103, 499]),
    beginning(25, &[1, 1, 1, 11, 11, 17, 63, 105, 183]),
    beginning(44, &[1, 1, 5, 11, 9, 29, 97, 231, 363]),
    beginning(47, &[1, 1, 5, 15, 19, 45, 41, 7, 383]),
    beginning(52, &[1, 3, 7, 7, 31, 19, 83, 137, 221]),
    beginning(55, &[1, 1, 1, 3, 23, 15, 111, 223, 83]),
    beginning(59, &[1, 1, 5, 13, 31, 15, 55, 25, 161]),
    beginning(62, &[1, 1, 3, 13, 25, 47, 39, 87, 257]),
];

/// The number of dimensions: the first needs no entry.
pub const DIMENSIONS: usize = 1 + BEGINNINGS.len();

/// The direction numbers of a dimension, counted from 0, first digit in bit 0.
pub fn directions(dimension: usize) -> Directions {
    let Some(before) = dimension.checked_sub(1) else {
        return std::array::from_fn(|i| 1 << i);
    };
    let Beginning { coefficients, odd } = BEGINNINGS[before];
    let degree = odd.len();
    let mut numbers = [0_u32; DIGITS];
    for i in 0..DIGITS {
        numbers[i] = if i < degree {
            odd[i] << (DIGITS - 1 - i)
        } else {
            let inner = (1..degree).filter(|k| coefficients >> (degree - 1 - k) & 1 == 1);
            let oldest = numbers[i - degree];
            inner.fold(oldest ^ oldest >> degree, |number, k| number ^ numbers[i - k])
        };
    }
    numbers.map(u32::reverse_bits)
}
