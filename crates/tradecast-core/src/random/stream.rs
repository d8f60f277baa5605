//! A sequential generator for draws whose number is not known beforehand.

use std::convert::Infallible;

use rand::TryRng;

use super::{Variable, philox4x32_10};

/// Words of one Philox block.
const WORDS: usize = 4;

/// The random words of one variable on one path, one after the other.
///
/// Implements the generator traits of `rand`, so that its distributions and ranges can be drawn.
/// The counter is [path low, path high, block number, 1]; its last word sets it apart from the
/// points of [`super::Philox`]. After 2^32 blocks it repeats.
#[derive(Clone, Debug)]
pub struct Stream {
    key: [u32; 2],
    path: u64,
    block: u32,
    words: [u32; WORDS],
    used: usize,
}

impl Stream {
    /// The stream of `variable` on `path`, at its beginning.
    pub fn new(variable: Variable, path: u64) -> Self {
        Self { key: variable.key(), path, block: 0, words: [0; WORDS], used: WORDS }
    }

    fn next_word(&mut self) -> u32 {
        if self.used == WORDS {
            let counter = [self.path as u32, (self.path >> 32) as u32, self.block, 1];
            self.words = philox4x32_10(counter, self.key);
            self.block = self.block.wrapping_add(1);
            self.used = 0;
        }
        let word = self.words[self.used];
        self.used += 1;
        word
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.next_word())
    }

    /// The first word is the low half.
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let low = u64::from(self.next_word());
        let high = u64::from(self.next_word());
        Ok(high << 32 | low)
    }

    /// Little-endian words; an unfinished word is dropped.
    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Infallible> {
        for bytes in destination.chunks_mut(4) {
            let word = self.next_word().to_le_bytes();
            bytes.copy_from_slice(&word[..bytes.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rand::{Rng, RngExt};

    use super::*;

    #[test]
    fn words_are_those_of_philox() {
        let variable = Variable::new(3, "resampling");
        let mut stream = Stream::new(variable, (5 << 32) + 9);
        for block in 0..3 {
            for word in philox4x32_10([9, 5, block, 1], variable.key()) {
                assert_eq!(stream.next_u32(), word);
            }
        }
    }

    #[test]
    fn bytes_and_long_words_agree_with_short_ones() {
        let start = Stream::new(Variable::new(3, "resampling"), 1);
        let (mut short, mut long, mut bytes) = (start.clone(), start.clone(), start);
        let words: Vec<u32> = (0..3).map(|_| short.next_u32()).collect();
        assert_eq!(long.next_u64(), u64::from(words[1]) << 32 | u64::from(words[0]));
        let mut buffer = [0; 10];
        bytes.fill_bytes(&mut buffer);
        let expected: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        assert_eq!(buffer, expected[..10]);
        assert_eq!(bytes.next_u32(), short.next_u32());
    }

    #[test]
    fn ranges_can_be_drawn() {
        let mut stream = Stream::new(Variable::new(3, "resampling"), 1);
        let n = 60_000;
        let mut counts = [0_u32; 6];
        for _ in 0..n {
            counts[stream.random_range(0..6)] += 1;
        }
        // Five standard errors of a binomial count.
        let bound = 5.0 * (f64::from(n) * 5.0 / 36.0).sqrt();
        for count in counts {
            assert!((f64::from(count) - f64::from(n) / 6.0).abs() < bound);
        }
    }
}
