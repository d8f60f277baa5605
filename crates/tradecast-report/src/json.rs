//! Results as JSON, with what is doubted in words beside its kind and numbers.

use crate::words;
use crate::words::language::Language;
use serde::Serialize;
use serde_json::Value;
use tradecast_core::ensemble::Mixture;
use tradecast_core::fit::FitProjection;
use tradecast_core::projection::{Comparison, Projection};
use tradecast_core::sensitivity::Sensitivity;
use tradecast_core::warning::Warning;
use tradecast_core::waterfall::Waterfall;

/// A result that doubts come with.
pub trait Doubted: Serialize {
    /// The doubts by the name of the field that holds them.
    fn doubts(&self) -> Vec<(&'static str, &[Warning])>;
}

impl Doubted for Projection {
    fn doubts(&self) -> Vec<(&'static str, &[Warning])> {
        vec![("warnings", &self.warnings), ("notes", &self.notes)]
    }
}

impl Doubted for Comparison {
    fn doubts(&self) -> Vec<(&'static str, &[Warning])> {
        vec![("warnings", &self.warnings)]
    }
}

impl Doubted for Mixture {
    fn doubts(&self) -> Vec<(&'static str, &[Warning])> {
        vec![("warnings", &self.warnings)]
    }
}

impl Doubted for Sensitivity {
    fn doubts(&self) -> Vec<(&'static str, &[Warning])> {
        vec![("notes", &self.notes)]
    }
}

impl Doubted for Waterfall {
    fn doubts(&self) -> Vec<(&'static str, &[Warning])> {
        vec![("warnings", &self.warnings)]
    }
}

/// A result as JSON; each doubt has its `text` in English.
///
/// # Errors
/// A result that cannot be JSON: by design there is none.
pub fn result(result: &impl Doubted) -> serde_json::Result<Value> {
    let mut json = serde_json::to_value(result)?;
    for (field, doubts) in result.doubts() {
        json[field] = warnings(doubts)?;
    }
    Ok(json)
}

/// Several results.
///
/// # Errors
/// As [`result`].
pub fn results<'a, T: Doubted + 'a>(
    results: impl IntoIterator<Item = &'a T>,
) -> serde_json::Result<Value> {
    results.into_iter().map(result).collect()
}

/// Doubts, each with its `text` in English.
///
/// # Errors
/// As [`result`].
pub fn warnings(warnings: &[Warning]) -> serde_json::Result<Value> {
    said(warnings, words::warning)
}

/// A fit as JSON; each note has its `text` in English.
///
/// # Errors
/// As [`result`].
pub fn fit(found: &FitProjection) -> serde_json::Result<Value> {
    let mut json = serde_json::to_value(found)?;
    json["notes"] = said(&found.notes, words::note)?;
    for (index, flow) in found.flows.iter().enumerate() {
        json["flows"][index]["findings"] = said(&flow.findings, words::note)?;
    }
    Ok(json)
}

/// Each with its `text` in English.
fn said<T: Serialize>(all: &[T], words: fn(&Language, &T) -> String) -> serde_json::Result<Value> {
    let one = |it: &T| {
        let mut json = serde_json::to_value(it)?;
        json["text"] = words(Language::english(), it).into();
        Ok(json)
    };
    all.iter().map(one).collect()
}
