//! Downloads of UN Comtrade: the reporter's exports and the partner's imports are mirror series
//! and stay apart; products are added up unless the file has their total.

use super::collect::{Collector, Key, Stated};
use super::finding::{LeftOut, Understanding};
use super::format::{content, period};
use super::table::{Row, Table};
use super::unit::Money;
use super::{Histories, HistoryError, Reading};
use std::collections::BTreeSet;

/// Columns that split a flow further, and the codes of their totals.
const SPLITS: [(&str, [&str; 2]); 3] =
    [("partner2Code", ["0", ""]), ("motCode", ["0", ""]), ("customsCode", ["C00", ""])];

/// A row that counts.
struct Line {
    exporter: String,
    importer: String,
    reporter: String,
    period: String,
    product: String,
    value: String,
    line: u64,
}

struct Layout {
    reporter: [Option<usize>; 2],
    partner: [Option<usize>; 2],
    flow: usize,
    period: usize,
    product: Option<usize>,
    value: usize,
    splits: Vec<(usize, [&'static str; 2])>,
}

pub(super) fn read(mut table: Table<'_>, reading: &Reading) -> Result<Histories, HistoryError> {
    let layout = layout(&table)?;
    let usd = Money::usd(1.0);
    if let Some(given) = reading.unit.as_ref().filter(|given| **given != usd) {
        return Err(HistoryError::Unit {
            path: table.path,
            message: format!("primaryValue is in single USD, and {given} is asked for"),
        });
    }
    let mut collector = Collector::new(&table.path);
    let mut lines: Vec<Line> = Vec::new();
    table.for_each(|row| {
        match is_left_out(row, &layout)? {
            Some(why) => collector.leave_out(row.line, why),
            None => lines.push(line(row, &layout, reading)?),
        }
        Ok(())
    })?;
    keep_one_level(&mut lines, &mut collector, &table)?;
    let unit = collector.unit(&Stated::Money(usd));
    for line in &lines {
        let Line { exporter, importer, reporter, product, .. } = line;
        let content = content(period(&line.period, None), &line.value);
        collector.add(&Key { exporter, importer, reporter }, product, unit, line.line, content);
    }
    Ok(collector.finish())
}

fn layout(table: &Table<'_>) -> Result<Layout, HistoryError> {
    let country = |names: [&str; 2]| match names.map(|name| table.column(name)) {
        [None, None] => Err(table.missing(&names)),
        columns => Ok(columns),
    };
    let split = |(name, total)| table.column(name).map(|column| (column, total));
    Ok(Layout {
        reporter: country(["reporterISO", "reporterCode"])?,
        partner: country(["partnerISO", "partnerCode"])?,
        flow: table.one_of(&["flowCode", "flowDesc"])?,
        period: table.one_of(&["period", "refYear"])?,
        product: table.column("cmdCode"),
        value: table.one_of(&["primaryValue"])?,
        splits: SPLITS.into_iter().filter_map(split).collect(),
    })
}

/// Why a row is left out, where it is.
fn is_left_out(row: &Row<'_>, layout: &Layout) -> Result<Option<LeftOut>, HistoryError> {
    if !matches!(row.cell(layout.flow)?, "X" | "M" | "Export" | "Import") {
        return Ok(Some(LeftOut::OtherFlow));
    }
    for (column, total) in &layout.splits {
        if !total.contains(&row.cell(*column)?) {
            return Ok(Some(LeftOut::PartOfFlow));
        }
    }
    Ok(None)
}

fn line(row: &Row<'_>, layout: &Layout, reading: &Reading) -> Result<Line, HistoryError> {
    let reporter = country(row, layout.reporter, reading)?;
    let partner = country(row, layout.partner, reading)?;
    let is_export = row.cell(layout.flow)?.starts_with(['X', 'E']);
    let (exporter, importer) =
        if is_export { (reporter.clone(), partner) } else { (partner, reporter.clone()) };
    let text = |column: usize| row.cell(column).map(str::to_owned);
    Ok(Line {
        exporter,
        importer,
        reporter,
        period: text(layout.period)?,
        product: row.optional(layout.product)?.to_owned(),
        value: text(layout.value)?,
        line: row.line,
    })
}

/// Three letters, or the number where the download has no letters.
fn country(
    row: &Row<'_>,
    [letters, number]: [Option<usize>; 2],
    reading: &Reading,
) -> Result<String, HistoryError> {
    let letters = row.optional(letters)?;
    if !letters.is_empty() {
        return Ok(letters.to_owned());
    }
    let number = row.optional(number)?;
    let known = reading.country_codes.as_ref().and_then(|codes| codes.get(number));
    match (known, number) {
        (Some(letters), _) => Ok(letters.to_owned()),
        (None, "") => Err(row.error("this row names no country".to_owned())),
        (None, number) => Ok(number.to_owned()),
    }
}

/// Keeps the total where the file has it; otherwise products of one level, which are added up.
fn keep_one_level(
    lines: &mut Vec<Line>,
    collector: &mut Collector,
    table: &Table<'_>,
) -> Result<(), HistoryError> {
    let products: BTreeSet<String> = lines.iter().map(|line| line.product.clone()).collect();
    if products.contains("TOTAL") {
        let parts = lines.iter().filter(|line| line.product != "TOTAL");
        parts.for_each(|line| collector.leave_out(line.line, LeftOut::Product));
        lines.retain(|line| line.product == "TOTAL");
        return Ok(());
    }
    let mut all = products.iter();
    let (Some(first), Some(last)) = (all.next(), products.iter().max_by_key(|code| code.len()))
    else {
        return Ok(());
    };
    if products.iter().any(|code| code.len() != last.len()) {
        let short = products.iter().min_by_key(|code| code.len()).unwrap_or(first);
        return Err(HistoryError::Rows {
            path: table.path.clone(),
            message: format!(
                "products of several levels, as {short} and {last}, would count twice"
            ),
            help: "keep one level of cmdCode, or download TOTAL".to_owned(),
        });
    }
    if products.len() > 1 {
        let count = products.len();
        let (first, last) = (first.clone(), last.clone());
        collector.note(Understanding::SumsOfProducts { count, first, last });
    }
    Ok(())
}
