//! `backtest.toml`: what a backtest came from. No wall time and no thread count, so that the same
//! inputs give the same bytes.

use crate::manifest::input;
use toml::Table;
use tradecast_lab::backtest::Backtest;

/// The name of the manifest.
pub const NAME: &str = "backtest.toml";

/// The first line of the manifest.
const HEADER: &str =
    "# What this backtest came from. Written by tradecast; the same inputs give the same bytes.\n";

/// What a backtest was made of.
pub struct Provenance<'a> {
    /// The panel, its name without folders, and its bytes.
    pub panel: Option<(String, &'a [u8])>,
    /// The file of cases, likewise.
    pub cases: Option<(String, &'a [u8])>,
    /// The prior file, likewise; none for the shipped prior.
    pub prior: Option<(String, Vec<u8>)>,
    /// Where the prior's coefficients come from.
    pub prior_source: &'a str,
    /// Units, shortest and longest history; none for a file of cases, which says that itself.
    pub rolling: Option<(&'a str, usize, usize)>,
}

/// The manifest of a backtest whose other files have these names.
pub fn manifest(backtest: &Backtest, provenance: &Provenance, files: &[String]) -> String {
    let mut table = Table::new();
    let mut insert = |key: &str, value: toml::Value| table.insert(key.to_owned(), value);
    insert("tradecast", env!("CARGO_PKG_VERSION").into());
    insert("models", backtest.models.clone().into());
    insert("horizons", backtest.horizons.iter().map(|h| i64::from(*h)).collect::<Vec<_>>().into());
    if let Some((units, shortest, longest)) = provenance.rolling {
        insert("unit", units.into());
        insert("min_history", (shortest as i64).into());
        insert("max_history", (longest as i64).into());
    }
    insert("cases", (backtest.cases as i64).into());
    insert("pairs", (backtest.pairs as i64).into());
    insert("origins", backtest.origins.map(i64::from).to_vec().into());
    insert("files", files.to_vec().into());
    for (kind, file) in [("panel", &provenance.panel), ("cases_file", &provenance.cases)] {
        if let Some((name, bytes)) = file {
            insert(kind, input("file", name, bytes));
        }
    }
    insert("prior", prior(provenance));
    format!("{HEADER}{table}")
}

fn prior(provenance: &Provenance) -> toml::Value {
    let mut table = match &provenance.prior {
        Some((file, bytes)) => input("file", file, bytes),
        None => Table::from_iter([("file".to_owned(), "as shipped".into())]).into(),
    };
    if let Some(table) = table.as_table_mut() {
        table.insert("source".to_owned(), provenance.prior_source.into());
    }
    table
}
