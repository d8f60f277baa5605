//! All flows of a file: found by pair, by reporter, with the nearest names where one is missing.

use super::HistoryError;
use super::collect::settle_points;
use super::finding::Finding;
use super::flow::{FlowHistory, Reporter};
use crate::calendar::PeriodKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Several flows read from one file or from files joined.
#[derive(Clone, Debug)]
pub struct Histories {
    files: Arc<[PathBuf]>,
    flows: Vec<FlowHistory>,
    notes: Vec<Finding>,
}

impl Histories {
    pub(super) fn new(
        files: Arc<[PathBuf]>,
        mut flows: Vec<FlowHistory>,
        notes: Vec<Finding>,
    ) -> Self {
        flows.sort_by(|a, b| key(a).cmp(&key(b)));
        Self { files, flows, notes }
    }

    /// Joins files of the same kind, as BACI's one a year. A period that stands in two of them is
    /// a duplicate like any other.
    ///
    /// # Errors
    /// A flow that is in different units in different files.
    pub fn join(parts: Vec<Self>) -> Result<Self, HistoryError> {
        let files: Arc<[PathBuf]> = parts.iter().flat_map(|part| part.files.to_vec()).collect();
        let mut notes = Vec::new();
        let mut flows: Vec<FlowHistory> = Vec::new();
        let mut first_file: u16 = 0;
        for part in parts {
            notes.extend(part.notes);
            flows.extend(part.flows.into_iter().map(|flow| renumbered(flow, &files, first_file)));
            first_file += part.files.len() as u16;
        }
        let mut all = Self::new(files, flows, notes);
        let mut joined: Vec<FlowHistory> = Vec::new();
        for flow in std::mem::take(&mut all.flows) {
            match joined.last_mut() {
                Some(last) if key(last) == key(&flow) => append(last, flow)?,
                _ => joined.push(flow),
            }
        }
        all.flows = joined;
        Ok(all)
    }

    /// All flows in order of exporter, importer and reporter, those with unusable cells included.
    pub fn flows(&self) -> &[FlowHistory] {
        &self.flows
    }

    /// The pairs, each once, in order.
    pub fn pairs(&self) -> Vec<(&str, &str)> {
        let mut pairs: Vec<(&str, &str)> =
            self.flows.iter().map(|flow| (&*flow.exporter, &*flow.importer)).collect();
        pairs.dedup();
        pairs
    }

    /// What there is to know of the file as a whole: rows left out, how it was understood.
    pub fn findings(&self) -> &[Finding] {
        &self.notes
    }

    /// Only the flows that this reporter counts.
    ///
    /// # Errors
    /// It reports none.
    pub fn reported_by(&self, reporter: &Reporter) -> Result<Self, HistoryError> {
        let flows = self.flows.iter().filter(|flow| reporter.reports(flow)).cloned().collect();
        let kept = Self { files: self.files.clone(), flows, notes: self.notes.clone() };
        if !kept.flows.is_empty() {
            return Ok(kept);
        }
        let mut given: Vec<&str> = self
            .flows
            .iter()
            .map(|flow| flow.reporter.as_deref().unwrap_or("not stated"))
            .collect();
        given.sort_unstable();
        given.dedup();
        given.truncate(12);
        let (path, given) = (self.path().to_owned(), given.join(", "));
        Err(HistoryError::Reporter { path, reporter: reporter.clone(), given })
    }

    /// Only the periods of this kind; flows without one are left out.
    #[must_use]
    pub fn of_kind(&self, kind: PeriodKind) -> Self {
        let flows = self.flows.iter().map(|flow| flow.of_kind(kind));
        let flows = flows.filter(|flow| !flow.points.is_empty()).collect();
        Self { files: self.files.clone(), flows, notes: self.notes.clone() }
    }

    /// The flow from `exporter` to `importer`.
    ///
    /// # Errors
    /// It is not in the file (with what is near), several report it, a cell of it is unusable.
    pub fn pair(&self, exporter: &str, importer: &str) -> Result<&FlowHistory, HistoryError> {
        match &self.yardsticks(exporter, importer)?[..] {
            [flow] => flow.sound(),
            several => Err(self.several_yardsticks(several)),
        }
    }

    /// The flow from `exporter` to `importer` as each reporter counts it, one or more.
    ///
    /// # Errors
    /// It is not in the file.
    pub fn yardsticks(
        &self,
        exporter: &str,
        importer: &str,
    ) -> Result<Vec<&FlowHistory>, HistoryError> {
        let start = self.flows.partition_point(|flow| {
            (flow.exporter.as_str(), flow.importer.as_str()) < (exporter, importer)
        });
        let flows: Vec<&FlowHistory> = self.flows[start..]
            .iter()
            .take_while(|flow| flow.exporter == exporter && flow.importer == importer)
            .collect();
        if !flows.is_empty() {
            return Ok(flows);
        }
        Err(HistoryError::Pair {
            path: self.path().to_owned(),
            exporter: exporter.to_owned(),
            importer: importer.to_owned(),
            near: super::nearest::sentence(&self.pairs(), exporter, importer),
        })
    }

    /// The only flow.
    ///
    /// # Errors
    /// None or several flows, several reporters of it, an unusable cell.
    pub fn only(&self) -> Result<&FlowHistory, HistoryError> {
        match &self.pairs()[..] {
            [(exporter, importer)] => self.pair(exporter, importer),
            [] => Err(HistoryError::Rows {
                path: self.path().to_owned(),
                message: "no row of it is an observation".to_owned(),
                help: "a history has a header and a row for each observation".to_owned(),
            }),
            pairs => Err(HistoryError::Several {
                path: self.path().to_owned(),
                count: pairs.len(),
                names: super::nearest::listed(pairs),
            }),
        }
    }

    /// The flow between these ends, or without ends, or in a file of one flow, the only one.
    ///
    /// # Errors
    /// As [`Self::pair`] and [`Self::only`].
    pub fn flow(&self, ends: Option<(&str, &str)>) -> Result<&FlowHistory, HistoryError> {
        let is_of_one_flow = self.flows.iter().all(|flow| flow.exporter.is_empty());
        match ends {
            Some((exporter, importer)) if !is_of_one_flow => self.pair(exporter, importer),
            _ => self.only(),
        }
    }

    pub(super) fn several_yardsticks(&self, flows: &[&FlowHistory]) -> HistoryError {
        let reporter = |flow: &&FlowHistory| flow.reporter.clone();
        let reporters: Vec<String> = flows
            .iter()
            .map(|f| reporter(f).unwrap_or_else(|| "an unnamed source".into()))
            .collect();
        HistoryError::Yardsticks {
            path: self.path().to_owned(),
            flow: flows.first().map_or_else(String::new, |flow| flow.ends()),
            reporters: reporters.join(", "),
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.files.first().map_or(Path::new(""), PathBuf::as_path)
    }
}

fn key(flow: &FlowHistory) -> (&str, &str, Option<&str>) {
    (&flow.exporter, &flow.importer, flow.reporter.as_deref())
}

/// A flow whose points know which of the joined files they stand in.
fn renumbered(mut flow: FlowHistory, files: &Arc<[PathBuf]>, first: u16) -> FlowHistory {
    flow.points.iter_mut().for_each(|point| point.file += first);
    if let Some(fault) = &mut flow.fault {
        fault.0 += first;
    }
    flow.files = files.clone();
    flow
}

fn append(flow: &mut FlowHistory, other: FlowHistory) -> Result<(), HistoryError> {
    if flow.unit != other.unit {
        return Err(HistoryError::Unit {
            path: flow.path().to_owned(),
            message: format!(
                "{} is in {} here and in {} in another file",
                flow.name(),
                flow.unit,
                other.unit
            ),
        });
    }
    flow.notes.extend(other.notes);
    flow.fault = flow.fault.take().or(other.fault);
    let points = std::mem::take(&mut flow.points).into_iter().chain(other.points);
    settle_points(points.map(|point| (0, point)).collect(), flow);
    Ok(())
}
