//! Random interruptions: events in continuous time, and the share of a flow that they take in each
//! step.

use super::parameters::{Drawn, Parameter, Parameters};
use super::rows::{Operand, Rows};
use crate::numeric::elementary::ln_slice;
use crate::random::{PointSource, Variable};
use crate::scenario::Quantity;

/// A random interruption; times in years from the origin.
#[derive(Clone, Debug)]
pub struct Disruption {
    /// Mean number of new events a year.
    pub rate: Parameter,
    /// What the gaps between events are drawn from.
    pub gap: Variable,
    /// How long an event lasts.
    pub duration: PerEvent,
    /// The share lost while it lasts.
    pub loss: PerEvent,
    /// The end of an event that is active at the start, and what its loss is drawn from.
    pub ongoing: Option<(Parameter, Variable)>,
}

/// A quantity drawn for each event.
#[derive(Clone, Debug)]
pub struct PerEvent {
    /// The quantity.
    pub quantity: Quantity,
    /// What it is drawn from.
    pub variable: Variable,
}

/// One event on one path.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Event {
    start: f64,
    end: f64,
    loss: f64,
}

/// Working room for the events of a block.
#[derive(Clone, Debug)]
pub struct EventRoom {
    events: Vec<Vec<Event>>,
    /// The paths whose last event did not pass the horizon, and that event's time.
    live: Vec<u64>,
    arrivals: Vec<f64>,
    gaps: Vec<f64>,
    durations: Vec<f64>,
    losses: Vec<f64>,
    pieces: Vec<Event>,
    breaks: Vec<f64>,
}

impl EventRoom {
    /// Room for a block.
    pub fn new(lanes: usize) -> Self {
        let row = vec![0.0; lanes];
        Self {
            events: vec![Vec::new(); lanes],
            live: Vec::with_capacity(lanes),
            arrivals: row.clone(),
            gaps: row.clone(),
            durations: row.clone(),
            losses: row,
            pieces: Vec::new(),
            breaks: Vec::new(),
        }
    }

    /// Draws the next gap of each live path and keeps those whose event comes before the horizon.
    fn next_arrivals(
        &mut self,
        (points, gap, slot): (&dyn PointSource, Variable, u32),
        (rate, first_path): (Operand<'_>, u64),
        horizon: f64,
    ) {
        let count = self.live.len();
        points.uniforms_of(gap, slot, &self.live, &mut self.gaps[..count]);
        ln_slice(&mut self.gaps[..count]);
        let mut kept = 0;
        for index in 0..count {
            let path = self.live[index];
            let rate = rate.at((path - first_path) as usize);
            let arrival = self.arrivals[index] - self.gaps[index] / rate;
            if arrival < horizon {
                (self.live[kept], self.arrivals[kept]) = (path, arrival);
                kept += 1;
            }
        }
        self.live.truncate(kept);
    }
}

impl PerEvent {
    /// The values of the event with number `slot` on the given paths.
    fn draw(&self, points: &dyn PointSource, slot: u32, paths: &[u64], out: &mut [f64]) {
        match &self.quantity {
            Quantity::Certain(value) => out.fill(*value),
            Quantity::Uncertain(distribution) => {
                points.normals_of(self.variable, slot, paths, out);
                distribution.transform(out);
            }
        }
    }
}

/// Where and how long a block of paths runs.
#[derive(Clone, Copy)]
pub struct Span<'a> {
    /// The source of points.
    pub points: &'a dyn PointSource,
    /// The first path.
    pub first_path: u64,
    /// The number of steps.
    pub steps: usize,
    /// The length of a step, in years.
    pub step_years: f64,
}

impl Disruption {
    /// Writes the share lost in each step (a row a step, from `first_row`): the time average of
    /// the largest loss among the events active at each instant.
    pub fn losses(
        &self,
        span: &Span<'_>,
        (parameters, drawn): (&Parameters, &Drawn),
        room: &mut EventRoom,
        (rows, first_row): (&mut Rows, usize),
    ) {
        self.draw_events(span, (parameters, drawn), room);
        for step in 0..span.steps {
            rows.row_mut(first_row + step).fill(0.0);
        }
        let EventRoom { events, pieces, breaks, .. } = room;
        for (lane, events) in events.iter().enumerate() {
            if events.is_empty() {
                continue;
            }
            envelope(events, pieces, breaks);
            for piece in pieces.iter() {
                spread(piece, span, |step, share| rows.row_mut(first_row + step)[lane] += share);
            }
        }
    }

    /// Draws the events of each path, in order of arrival, until all have passed the horizon.
    fn draw_events(
        &self,
        span: &Span<'_>,
        (parameters, drawn): (&Parameters, &Drawn),
        room: &mut EventRoom,
    ) {
        let horizon = span.steps as f64 * span.step_years;
        let lanes = room.events.len();
        room.events.iter_mut().for_each(Vec::clear);
        room.live.clear();
        room.live.extend(span.first_path..span.first_path + lanes as u64);
        if let Some((until, loss)) = &self.ongoing {
            let ongoing = PerEvent { quantity: self.loss.quantity.clone(), variable: *loss };
            ongoing.draw(span.points, 0, &room.live, &mut room.losses);
            let until = parameters.operand(*until, drawn);
            for (lane, events) in room.events.iter_mut().enumerate() {
                push(events, 0.0, until.at(lane).min(horizon), room.losses[lane]);
            }
        }
        let rate = (parameters.operand(self.rate, drawn), span.first_path);
        room.arrivals.fill(0.0);
        for slot in 0.. {
            room.next_arrivals((span.points, self.gap, slot), rate, horizon);
            let count = room.live.len();
            if count == 0 {
                return;
            }
            self.duration.draw(span.points, slot, &room.live, &mut room.durations[..count]);
            self.loss.draw(span.points, slot, &room.live, &mut room.losses[..count]);
            for (index, path) in room.live.iter().enumerate() {
                let start = room.arrivals[index];
                let end = (start + room.durations[index]).min(horizon);
                let lane = (path - span.first_path) as usize;
                push(&mut room.events[lane], start, end, room.losses[index]);
            }
        }
    }
}

fn push(events: &mut Vec<Event>, start: f64, end: f64, loss: f64) {
    if end > start && loss > 0.0 {
        events.push(Event { start, end, loss });
    }
}

/// The largest loss at each instant, as pieces that do not overlap. Events come by start.
fn envelope(events: &[Event], pieces: &mut Vec<Event>, breaks: &mut Vec<f64>) {
    pieces.clear();
    let is_apart = events.windows(2).all(|pair| pair[0].end <= pair[1].start);
    if is_apart {
        pieces.extend_from_slice(events);
        return;
    }
    breaks.clear();
    breaks.extend(events.iter().flat_map(|event| [event.start, event.end]));
    breaks.sort_by(f64::total_cmp);
    for pair in breaks.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        let active = events.iter().filter(|event| event.start <= start && event.end >= end);
        let loss = active.map(|event| event.loss).fold(0.0, f64::max);
        if end > start && loss > 0.0 {
            pieces.push(Event { start, end, loss });
        }
    }
}

/// Gives each step its share of a piece: loss times the part of the step that it covers.
fn spread(piece: &Event, span: &Span<'_>, mut give: impl FnMut(usize, f64)) {
    let first = (piece.start / span.step_years) as usize;
    for step in first..span.steps {
        let (start, end) = (step as f64 * span.step_years, (step + 1) as f64 * span.step_years);
        if start >= piece.end {
            return;
        }
        let covered = piece.end.min(end) - piece.start.max(start);
        give(step, piece.loss * covered.max(0.0) / span.step_years);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(start: f64, end: f64, loss: f64) -> Event {
        Event { start, end, loss }
    }

    #[test]
    fn at_any_instant_the_largest_loss_counts() {
        let events = [event(0.0, 1.0, 0.5), event(0.4, 0.6, 0.9), event(0.8, 1.4, 0.2)];
        let (mut pieces, mut breaks) = (Vec::new(), Vec::new());
        envelope(&events, &mut pieces, &mut breaks);
        let integral: f64 = pieces.iter().map(|piece| piece.loss * (piece.end - piece.start)).sum();
        assert!((integral - (0.8 * 0.5 + 0.2 * 0.9 + 0.4 * 0.2)).abs() < 1e-12);
    }

    #[test]
    fn a_piece_is_spread_over_the_steps_it_covers() {
        let points = crate::random::Philox;
        let span = Span { points: &points, first_path: 0, steps: 3, step_years: 0.25 };
        let mut shares = [0.0; 3];
        spread(&event(0.2, 0.6, 0.5), &span, |step, share| shares[step] += share);
        let exact = [0.5 * 0.05 / 0.25, 0.5, 0.5 * 0.1 / 0.25];
        for (share, exact) in shares.iter().zip(exact) {
            assert!((share - exact).abs() < 1e-12, "{shares:?}");
        }
    }
}
