//! Keys of a scenario as a person would say them, in English.

use super::language::Language;

/// What a key within a block means.
pub fn key(key: &str) -> String {
    Language::english().key(key)
}

/// A key path: `flow.goods.growth.fitted.level_error` as `goods: today's true level`.
pub fn assumption(key: &str) -> String {
    Language::english().assumption(key)
}
