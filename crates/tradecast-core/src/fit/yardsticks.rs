//! Which flows are meant, and by whose figures.

use super::{FitError, MirrorProjection, MirrorYear, Note, Options};
use crate::history::{FlowHistory, Histories, HistoryError, Mirror, Reporter, Unit};

/// A flow as one reporter counts it, or why its figures cannot be used.
pub type Yardstick = Result<FlowHistory, HistoryError>;

/// The yardsticks of each flow that is asked for.
///
/// # Errors
/// A pair that is none or is not in the file, no pair where several flows are.
pub fn find(histories: &Histories, options: &Options) -> Result<Vec<Vec<Yardstick>>, FitError> {
    let chosen = match &options.reporter {
        None => histories.clone(),
        Some(name) => histories.reported_by(&Reporter::parse(name))?,
    };
    let pairs = pairs(&chosen, options)?;
    let of_pair = |(from, to): &(String, String)| {
        let mut yardsticks = if options.is_total && !is_of_one_flow(&chosen) {
            totals(&chosen, from, to)?
        } else {
            directed(&chosen, from, to)?
        };
        let order = |flow: &Yardstick| match flow {
            Ok(flow) if flow.reporter.as_ref() == Some(from) => 0,
            Ok(flow) if flow.reporter.as_ref() == Some(to) => 1,
            _ => 2,
        };
        yardsticks.sort_by_key(order);
        let named = |flow| named(flow, from, to, options.is_total);
        Ok(yardsticks.into_iter().map(|flow| flow.map(named)).collect())
    };
    pairs.iter().map(of_pair).collect()
}

/// A flow of a file without countries gets those that were asked for.
fn named(mut flow: FlowHistory, from: &str, to: &str, is_total: bool) -> FlowHistory {
    if flow.exporter.is_empty() {
        (flow.exporter, flow.importer) = (from.to_owned(), to.to_owned());
    }
    flow.is_total = is_total;
    flow
}

fn is_of_one_flow(histories: &Histories) -> bool {
    histories.flows().iter().all(|flow| flow.exporter.is_empty())
}

/// The pairs asked for, or the only one there is.
fn pairs(histories: &Histories, options: &Options) -> Result<Vec<(String, String)>, FitError> {
    let is_one_flow = is_of_one_flow(histories);
    if is_one_flow && options.pairs.len() > 1 {
        return Err(FitError::OneFlow(options.pairs.len()));
    }
    let known = histories.pairs();
    if options.pairs.is_empty() {
        return only_pair(histories, &known, options.is_total).map(|pair| vec![pair]);
    }
    let mut pairs: Vec<(String, String)> = Vec::new();
    for text in &options.pairs {
        let pair = parsed(text, &known)?;
        let back = (pair.1.clone(), pair.0.clone());
        if pairs.contains(&pair) || options.is_total && pairs.contains(&back) {
            return Err(FitError::Repeated(text.clone()));
        }
        pairs.push(pair);
    }
    Ok(pairs)
}

fn only_pair(
    histories: &Histories,
    known: &[(&str, &str)],
    is_total: bool,
) -> Result<(String, String), FitError> {
    let owned = |(from, to): (&str, &str)| (from.to_owned(), to.to_owned());
    let mut between: Vec<(&str, &str)> =
        known.iter().map(|(a, b)| (*a.min(b), *a.max(b))).collect();
    between.sort_unstable();
    between.dedup();
    match (known, &between[..], is_total) {
        ([pair], _, _) => Ok(owned(*pair)),
        (_, [pair], true) => Ok(owned(*pair)),
        (_, pairs, true) if pairs.len() > 1 => Err(FitError::WhichTotal(pairs.len())),
        _ => Ok(histories.only().map(|flow| (flow.exporter.clone(), flow.importer.clone()))?),
    }
}

/// Splits `PAK-KGZ`; of names with hyphens, where the file has such a pair.
fn parsed(text: &str, known: &[(&str, &str)]) -> Result<(String, String), FitError> {
    let cut = |(at, _): (usize, &str)| (text[..at].trim(), text[at + 1..].trim());
    let cuts: Vec<(&str, &str)> = text.match_indices('-').map(cut).collect();
    let is_whole = |(from, to): &&(&str, &str)| !from.is_empty() && !to.is_empty();
    let found = cuts.iter().find(|pair| known.contains(pair));
    let (from, to) = found
        .or_else(|| cuts.iter().find(is_whole))
        .ok_or_else(|| FitError::Pair(text.to_owned()))?;
    Ok(((*from).to_owned(), (*to).to_owned()))
}

fn totals(histories: &Histories, a: &str, b: &str) -> Result<Vec<Yardstick>, FitError> {
    let totals = histories.totals(a, b)?;
    if totals.is_empty() {
        // The error says which half is missing.
        return Ok(vec![Ok(histories.total(a, b)?)]);
    }
    Ok(totals.into_iter().map(Ok).collect())
}

fn directed(histories: &Histories, from: &str, to: &str) -> Result<Vec<Yardstick>, FitError> {
    let ends = if is_of_one_flow(histories) { ("", "") } else { (from, to) };
    let yardsticks = histories.yardsticks(ends.0, ends.1)?;
    if let [_] = yardsticks[..] {
        return Ok(vec![Ok(histories.pair(ends.0, ends.1)?.clone())]);
    }
    let by = |flow: &&FlowHistory| {
        let Some(name) = &flow.reporter else { return Ok((*flow).clone()) };
        let alone = histories.reported_by(&Reporter::Named(name.clone()))?;
        alone.pair(ends.0, ends.1).cloned()
    };
    Ok(yardsticks.iter().map(by).collect())
}

/// The yardsticks of one flow side by side by years: each further one against the first. What
/// cannot be compared becomes a note.
pub fn mirrors(
    yardsticks: &[Yardstick],
    fiscal_year_starts: Option<u8>,
    notes: &mut Vec<Note>,
) -> Vec<MirrorProjection> {
    let sound: Vec<&FlowHistory> = yardsticks.iter().flatten().collect();
    let Some((first, others)) = sound.split_first() else { return Vec::new() };
    let mut mirrors = Vec::new();
    for other in others {
        let years = |flow: &FlowHistory| flow.annual(fiscal_year_starts);
        let mirror = years(first).and_then(|one| Mirror::of(&one, &years(other)?));
        match mirror {
            Ok(mirror) => mirrors.push(plain(&mirror, &first.unit)),
            Err(error) => notes.push(Note::NotSideBySide { reason: error.to_string() }),
        }
    }
    mirrors
}

fn plain(mirror: &Mirror, unit: &Unit) -> MirrorProjection {
    let year = |row: &crate::history::MirrorRow| MirrorYear {
        period: row.period,
        first: row.first,
        second: row.second,
        ratio: row.ratio(),
    };
    MirrorProjection {
        flow: mirror.flow.clone(),
        unit: unit_text(unit),
        first: mirror.first.clone(),
        second: mirror.second.clone(),
        years: mirror.rows.iter().map(year).collect(),
        ratios: mirror.ratios(),
    }
}

/// `million USD`; nothing where no unit is stated.
pub fn unit_text(unit: &Unit) -> String {
    match unit {
        Unit::Unstated => String::new(),
        stated => stated.to_string(),
    }
}
