//! The outside view as tables: what a run writes, and the figures of real trade that ship.

use crate::csv::Table;
use std::fmt::Write as _;
use tradecast_core::outside_view::{MULTIPLES, MetShare, OutsideView, WindowRow};

/// Columns of `outside-view.csv`.
const COLUMNS: [&str; 15] = [
    "target",
    "base_usd_million",
    "target_usd_million",
    "years",
    "multiple",
    "evidence",
    "panel",
    "of_multiple_from",
    "of_multiple_below",
    "of_years",
    "reached",
    "cases",
    "share",
    "lower",
    "upper",
];

/// `outside-view.csv`: one row for each figure of each named question.
pub fn rows<'a>(views: impl Iterator<Item = (&'a str, &'a OutsideView)>) -> Table {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).expect("writing to memory does not fail");
    for (name, view) in views {
        for cells in evidence(view) {
            let question = &view.question;
            let asked = [
                question.base_usd_million,
                question.target_usd_million,
                question.years,
                view.multiple,
            ]
            .map(|number| number.to_string());
            let named = std::iter::once(name.to_owned()).chain(asked).chain(cells);
            writer.write_record(named).expect("rows of one table are equally long");
        }
    }
    let bytes = writer.into_inner().expect("writing to memory does not fail");
    Table { name: "outside-view.csv", bytes }
}

/// The columns from `evidence` on.
fn evidence(view: &OutsideView) -> Vec<[String; 10]> {
    let optional = |number: Option<f64>| number.map_or_else(String::new, |n| n.to_string());
    let targets = &view.targets;
    let met = |name: &str, share: &MetShare| {
        let is_known = share.judged > 0;
        [
            name.to_owned(),
            String::new(),
            targets.multiple_from.to_string(),
            optional(targets.multiple_below),
            String::new(),
            share.met.to_string(),
            share.judged.to_string(),
            optional(is_known.then(|| share.share())),
            share.interval.lower.to_string(),
            share.interval.upper.to_string(),
        ]
    };
    let mut prior = [const { String::new() }; 10];
    prior[0] = "world-prior".to_owned();
    prior[2] = view.multiple.to_string();
    prior[4] = view.question.years.to_string();
    prior[7] = view.prior.probability.to_string();
    let mut all = vec![
        met("announced-targets", &targets.all),
        met("announced-targets-sourced", &targets.sourced),
        prior,
    ];
    for share in &view.windows {
        for (name, count) in
            [("windows-easier", share.bracket.easier), ("windows-harder", share.bracket.harder)]
        {
            let Some(count) = count else { continue };
            all.push([
                name.to_owned(),
                share.panel.clone(),
                count.multiple.to_string(),
                String::new(),
                count.years.to_string(),
                count.reached.to_string(),
                count.windows.to_string(),
                count.share().to_string(),
                String::new(),
                String::new(),
            ]);
        }
    }
    all
}

/// Where a panel's windows come from, for the comment above them.
pub struct Provenance {
    /// The panel's name.
    pub panel: String,
    /// SHA-256 of its file, in hexadecimal.
    pub sha256: String,
    /// Whom to credit, and the licence.
    pub credit: String,
}

/// Counts of windows as a table, below comments that say where they come from.
pub fn windows(provenances: &[Provenance], rows: &[WindowRow]) -> Vec<u8> {
    let mut text = String::from(
        "# Windows of real trade, counted by `tradecast windows`; data/README.md says how.\n",
    );
    for Provenance { panel, sha256, credit } in provenances {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# {panel}: {credit}; SHA-256 of the file {sha256}");
    }
    let mut writer = ::csv::Writer::from_writer(text.into_bytes());
    let fixed = [
        "panel",
        "first_year",
        "last_year",
        "base_from",
        "base_below",
        "years",
        "pairs",
        "windows",
    ];
    let header = fixed.map(str::to_owned).into_iter().chain(MULTIPLES.map(|m| format!("x{m}")));
    writer.write_record(header).expect("writing to memory does not fail");
    for row in rows {
        let fixed = [
            row.panel.clone(),
            row.first_year.to_string(),
            row.last_year.to_string(),
            row.base_from.to_string(),
            row.base_below.map_or_else(String::new, |below| below.to_string()),
            row.years.to_string(),
            row.pairs.to_string(),
            row.windows.to_string(),
        ];
        let cells = fixed.into_iter().chain(row.reached.iter().map(u64::to_string));
        writer.write_record(cells).expect("rows of one table are equally long");
    }
    writer.into_inner().expect("writing to memory does not fail")
}
