//! Rows gathered into flows: sorted, duplicates found, parts added up, units made one.

use super::finding::{Finding, LeftOut, Place, Seen, StatedUnit, Understanding};
use super::flow::{FlowHistory, Point};
use super::histories::Histories;
use super::unit::{Money, Unit};
use crate::calendar::Period;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a row states its value to be counted in.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stated {
    Nothing,
    Money(Money),
    Other(String),
}

/// A flow by its ends and reporter; the reporter is empty where unknown.
pub(super) struct Key<'a> {
    pub exporter: &'a str,
    pub importer: &'a str,
    pub reporter: &'a str,
}

/// What a row says.
pub(super) enum Content {
    Value(Period, f64),
    Missing(Period),
    Wrong(String),
}

/// Rows of one flow.
#[derive(Default)]
struct Gathered {
    key: [u32; 3],
    /// Value and what it is a part of (0: it is the whole).
    entries: Vec<(u32, Point)>,
    missing: Vec<(Period, u64)>,
    fault: Option<(u64, String)>,
    /// Which units its rows state, and the first line of each.
    units: Vec<(u16, u64)>,
}

/// Rows of a file on their way to be histories.
pub(super) struct Collector {
    path: PathBuf,
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    flows: Vec<Gathered>,
    by_key: HashMap<[u32; 3], usize>,
    /// The entry of a flow and period that is a sum, and the sum in the file's unit.
    sums: HashMap<(usize, i32), (usize, f64)>,
    units: Vec<Stated>,
    /// Why, how many, and the first line.
    left_out: Vec<(LeftOut, u64, u64)>,
    notes: Vec<Finding>,
}

impl Collector {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            names: vec![String::new()],
            numbers: HashMap::from([(String::new(), 0)]),
            flows: Vec::new(),
            by_key: HashMap::new(),
            sums: HashMap::new(),
            units: Vec::new(),
            left_out: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// The number of a unit, to be given with each row.
    pub(super) fn unit(&mut self, unit: &Stated) -> u16 {
        let known = self.units.iter().position(|other| other == unit);
        known.unwrap_or_else(|| {
            self.units.push(unit.clone());
            self.units.len() - 1
        }) as u16
    }

    fn flow(&mut self, key: &Key<'_>) -> usize {
        let key = [key.exporter, key.importer, key.reporter].map(|name| self.number(name));
        let next = self.flows.len();
        let index = *self.by_key.entry(key).or_insert(next);
        if index == next {
            self.flows.push(Gathered { key, ..Gathered::default() });
        }
        index
    }

    /// Adds a row; `part` names the product it is of, empty where it is the whole flow.
    pub(super) fn add(
        &mut self,
        key: &Key<'_>,
        part: &str,
        unit: u16,
        line: u64,
        content: Content,
    ) {
        let (index, part) = (self.flow(key), self.number(part));
        let stated = match &self.units[usize::from(unit)] {
            Stated::Money(money) => Some(money),
            _ => None,
        };
        let flow = &mut self.flows[index];
        match content {
            Content::Value(period, value) => {
                let value = stated.map_or(value, |money| money.in_millions(value));
                flow.entries.push((part, Point { period, value, line, file: 0 }));
                if !flow.units.iter().any(|(other, _)| *other == unit) {
                    flow.units.push((unit, line));
                }
            }
            Content::Missing(period) => flow.missing.push((period, line)),
            Content::Wrong(message) => {
                flow.fault.get_or_insert((line, message));
            }
        }
    }

    /// Adds a value to the sum of its flow and period, for files that list millions of products.
    pub(super) fn add_to_sum(&mut self, key: &Key<'_>, unit: u16, line: u64, content: Content) {
        let Content::Value(period, value) = content else {
            return self.add(key, "", unit, line, content);
        };
        let index = self.flow(key);
        let Some((entry, sum)) = self.sums.get_mut(&(index, period.first_month)) else {
            let entry = self.flows[index].entries.len();
            self.sums.insert((index, period.first_month), (entry, value));
            return self.add(key, "", unit, line, content);
        };
        *sum += value;
        let held = match &self.units[usize::from(unit)] {
            Stated::Money(money) => money.in_millions(*sum),
            _ => *sum,
        };
        self.flows[index].entries[*entry].1.value = held;
    }

    /// Counts a row that is left out.
    pub(super) fn leave_out(&mut self, line: u64, why: LeftOut) {
        match self.left_out.iter_mut().find(|(other, ..)| *other == why) {
            Some((_, rows, _)) => *rows += 1,
            None => self.left_out.push((why, 1, line)),
        }
    }

    /// Says how the file was understood.
    pub(super) fn note(&mut self, understanding: Understanding) {
        self.notes.push(Finding::Understood(understanding));
    }

    /// All flows, by exporter, importer and reporter.
    pub(super) fn finish(mut self) -> Histories {
        let files: Arc<[PathBuf]> = Arc::from([self.path.clone()]);
        let left_out = self.left_out.drain(..);
        let left_out = left_out.map(|(why, rows, line)| Finding::LeftOut { rows, line, why });
        self.notes.extend(left_out);
        let gathered = std::mem::take(&mut self.flows);
        let flows = gathered.into_iter().map(|flow| self.history(flow, &files)).collect();
        Histories::new(files, flows, self.notes)
    }

    fn history(&self, mut gathered: Gathered, files: &Arc<[PathBuf]>) -> FlowHistory {
        let [exporter, importer, reporter] =
            gathered.key.map(|name| self.names[name as usize].clone());
        let mut flow = FlowHistory {
            exporter,
            importer,
            is_total: false,
            reporter: Some(reporter).filter(|name| !name.is_empty()),
            unit: Unit::Unstated,
            points: Vec::new(),
            notes: Vec::new(),
            fault: gathered.fault.take().map(|(line, message)| (0, line, message)),
            files: files.clone(),
        };
        self.settle_unit(&gathered, &mut flow);
        if !gathered.missing.is_empty() {
            let seen = |(period, line): &(Period, u64)| {
                flow.seen(&Point { period: *period, value: f64::NAN, line: *line, file: 0 })
            };
            let note = Finding::Empty(gathered.missing.iter().map(seen).collect());
            flow.notes.push(note);
        }
        settle_points(gathered.entries, &mut flow);
        flow
    }

    /// One unit for the flow: money of one currency in millions, or what all rows state.
    fn settle_unit(&self, gathered: &Gathered, flow: &mut FlowHistory) {
        let stated = |(unit, line): &(u16, u64)| (&self.units[usize::from(*unit)], *line);
        let all: Vec<(&Stated, u64)> = gathered.units.iter().map(stated).collect();
        let held = |stated: &Stated| match stated {
            Stated::Nothing => Unit::Unstated,
            Stated::Money(money) => Unit::Million(money.currency.clone()),
            Stated::Other(text) => Unit::Other(text.clone()),
        };
        let Some((first, _)) = all.first() else { return };
        flow.unit = held(first);
        if let Some((other, line)) = all.iter().find(|(other, _)| held(other) != flow.unit) {
            let message = format!(
                "this value is in {}, and others of {} are in {}; only multiples of one currency can be made one",
                words(other),
                flow.name(),
                words(first)
            );
            flow.fault.get_or_insert((0, *line, message));
        } else if all.len() > 1 {
            let unit = |(unit, line): &(&Stated, u64)| StatedUnit {
                unit: words(unit),
                place: Place { line: *line, file: None },
            };
            flow.notes.push(Finding::MixedUnits(all.iter().map(unit).collect()));
        }
    }
}

fn words(stated: &Stated) -> String {
    match stated {
        Stated::Nothing => Unit::Unstated.to_string(),
        Stated::Money(money) => money.to_string(),
        Stated::Other(text) => text.clone(),
    }
}

/// Sorts by time, drops repetitions, and adds up the parts of a period in the order of the file.
pub(super) fn settle_points(mut entries: Vec<(u32, Point)>, flow: &mut FlowHistory) {
    let length = |point: &Point| (point.period.first_month, point.period.kind as u8);
    entries.sort_by_key(|(part, point)| (length(point), *part, point.file, point.line));
    let mut previous: Option<(u32, Point)> = None;
    for (part, point) in entries {
        let same_period = previous.is_some_and(|(_, other)| other.period == point.period);
        match previous {
            Some((other_part, other)) if same_period && other_part == part => {
                repeated(&other, &point, flow);
                continue;
            }
            Some(_) if same_period => {
                if let Some(sum) = flow.points.last_mut() {
                    sum.value += point.value;
                    sum.line = sum.line.min(point.line);
                }
            }
            _ => flow.points.push(point),
        }
        previous = Some((part, point));
    }
}

/// A period twice: a note where the values agree, a fault where they do not.
fn repeated(first: &Point, again: &Point, flow: &mut FlowHistory) {
    let kept: Seen = flow.seen(first);
    if first.value == again.value {
        let again = flow.place(again);
        flow.notes.push(Finding::Duplicate { kept, again });
    } else {
        let message = format!(
            "{} stands twice, with {} here and {} in {}; keep one, or name the two sources in a column `reporter`",
            again.period, again.value, kept.value, kept.place
        );
        flow.fault.get_or_insert((again.file, again.line, message));
    }
}
