//! The name of a random variable as a key of the generator.

use sha2::{Digest, Sha256};

/// Separates these hashes from any other use of SHA-256.
const DOMAIN: &[u8] = b"tradecast random variable 1\0";

/// A random variable: what the seed and the name determine, and nothing else does.
///
/// Two variables of different name or seed have independent draws; adding a variable changes no
/// other's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Variable {
    key: [u32; 2],
}

impl Variable {
    /// The variable `name` under `seed`: the first 8 bytes of SHA-256(domain, seed, name).
    ///
    /// Any text is a name, the empty one too; 64 bits make a collision among a thousand names less
    /// likely than 3e-14.
    pub fn new(seed: u64, name: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(DOMAIN);
        hash.update(seed.to_le_bytes());
        hash.update(name.as_bytes());
        let digest = hash.finalize();
        let word =
            |i: usize| u32::from_le_bytes([digest[i], digest[i + 1], digest[i + 2], digest[i + 3]]);
        Self { key: [word(0), word(4)] }
    }

    /// The key of Philox4x32.
    pub fn key(self) -> [u32; 2] {
        self.key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_matches_a_hash_made_elsewhere() {
        // python3: hashlib.sha256(b"tradecast random variable 1\0" + (7).to_bytes(8, "little")
        //          + "growth exports".encode()).hexdigest()[:16]
        let [low, high] = Variable::new(7, "growth exports").key();
        let bytes: Vec<u8> = low.to_le_bytes().into_iter().chain(high.to_le_bytes()).collect();
        assert_eq!(bytes, [0xbc, 0x88, 0x9c, 0x4b, 0x95, 0x3b, 0x6f, 0x19]);
    }

    #[test]
    fn seed_and_name_both_matter() {
        let variable = Variable::new(1, "a");
        assert_eq!(variable, Variable::new(1, "a"));
        assert_ne!(variable, Variable::new(2, "a"));
        assert_ne!(variable, Variable::new(1, "b"));
        assert_ne!(variable, Variable::new(1, ""));
    }
}
