//! Rare events: do intervals hold, and are estimates unbiased? Against closed forms and quadrature,
//! over many seeds: `just coverage` runs the 2,000 whose figures are in docs/method.md.

use crate::setup;
use std::fmt::Write as _;
use tradecast::engine::{Detail, Outcome, Plan, Simulation};
use tradecast::importance::Criterion;
use tradecast::model::Model;
use tradecast::scenario::{Method, Scenario};
use tradecast::statistics::{Estimate, LEVEL, Tally};

/// Plain paths of a run, so that 125,000 weighted ones go with them as by default.
const WEIGHTED: u64 = 125_000;

/// A case and its probability.
struct Case {
    name: &'static str,
    text: String,
    probability: f64,
}

fn flows(flows: &[(f64, &str, &str)], more: &str) -> String {
    let mut text = String::from(
        "title = \"t\"\n[[target]]\nname = \"t\"\nat_least = 200\nin = \"2028\"\n",
    );
    for (index, (value, median, spread)) in flows.iter().enumerate() {
        write!(
            text,
            "[[flow]]\nname = \"f{index}\"\nfrom = \"A\"\nto = \"B\"\nbaseline = {{ period = \"2025\", value = {value} }}\ngrowth.random_walk = {{ median = \"{median}\", {spread} }}\n"
        )
        .expect("text");
    }
    text + more
}
