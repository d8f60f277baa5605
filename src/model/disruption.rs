//! Random interruptions: events in continuous time, and the share of a flow that they take in each
//! step.

use super::parameters::{Drawn, Parameter, Parameters};
use super::rows::{self, Operand, Rows};
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
    lane: usize,
}

const NOTHING: Event = Event { start: 0.0, end: 0.0, loss: 0.0, lane: 0 };

/// What is known of the events of one path.
#[derive(Clone, Copy, Debug, Default)]
struct Course {
    /// How many there are.
    count: usize,
    /// When the last one ends.
    end: f64,
    /// Whether one begins before the one before it has ended.
    has_overlap: bool,
    /// Where its events go in [`EventRoom::crowded`].
    place: usize,
}

/// Working room for the events of a block.
#[derive(Clone, Debug)]
pub struct EventRoom {
    /// Events in the order in which they are drawn: each path's come by start.
    events: Vec<Event>,
    courses: Vec<Course>,
    /// The paths whose last event did not pass the horizon, and that event's time.
    live: Vec<u64>,
    arrivals: Vec<f64>,
    gaps: Vec<f64>,
    durations: Vec<f64>,
    losses: Vec<f64>,
    /// Draws of the whole block.
    whole: Vec<f64>,
    /// The events of the paths where some overlap, path by path.
    crowded: Vec<Event>,
    pieces: Vec<Event>,
    breaks: Vec<f64>,
    /// Where steps begin and the last one ends, in years.
    edges: Vec<f64>,
}

impl EventRoom {
    /// Room for a block.
    pub fn new(lanes: usize) -> Self {
        let row = vec![0.0; lanes];
        Self {
            events: Vec::new(),
            courses: vec![Course::default(); lanes],
            live: Vec::with_capacity(lanes),
            arrivals: row.clone(),
            gaps: row.clone(),
            durations: row.clone(),
            losses: row.clone(),
            whole: row,
            crowded: Vec::new(),
            pieces: Vec::new(),
            breaks: Vec::new(),
            edges: Vec::new(),
        }
    }

    fn reset(&mut self, span: &Span<'_>) {
        let lanes = self.whole.len();
        self.events.clear();
        self.courses.fill(Course::default());
        self.live.clear();
        self.live.extend(span.first_path..span.first_path + lanes as u64);
        self.arrivals.fill(0.0);
        self.edges.clear();
        self.edges.extend((0..=span.steps).map(|step| step as f64 * span.step_years));
    }

    /// Draws the next gap of each live path and keeps those whose event comes before the horizon.
    fn next_arrivals(
        &mut self,
        (span, gap, slot): (&Span<'_>, Variable, u32),
        rate: Operand<'_>,
        horizon: f64,
    ) {
        let lane = |path: u64| (path - span.first_path) as usize;
        let gaps = &mut self.gaps[..self.live.len()];
        if is_mostly(&self.live, &self.whole) {
            span.points.uniforms(gap, slot, span.first_path, &mut self.whole);
            keep_live(&self.whole, span, &self.live, gaps);
        } else {
            span.points.uniforms_of(gap, slot, &self.live, gaps);
        }
        ln_slice(gaps);
        match rate {
            Operand::Certain(rate) => rows::divide(gaps, rate),
            Operand::Row(rates) => {
                gaps.iter_mut().zip(&self.live).for_each(|(gap, path)| *gap /= rates[lane(*path)]);
            }
        }
        // Without branches: each path is written down, and overwritten by the next unless it stays.
        let mut kept = 0;
        for index in 0..self.live.len() {
            let arrival = self.arrivals[index] - self.gaps[index];
            (self.live[kept], self.arrivals[kept]) = (self.live[index], arrival);
            kept += usize::from(arrival < horizon);
        }
        self.live.truncate(kept);
    }

    /// Keeps an event, unless nothing is lost by it.
    fn push(&mut self, lane: usize, start: f64, end: f64, loss: f64) {
        if !(end > start && loss > 0.0) {
            return;
        }
        let course = &mut self.courses[lane];
        course.has_overlap |= course.end > start;
        course.end = end;
        course.count += 1;
        self.events.push(Event { start, end, loss, lane });
    }

    /// Shares out the events: where none of a path's overlap they are pieces already, the others
    /// come to stand side by side. Without branches: each event is written to both places, and
    /// overwritten where it does not stay.
    fn share_out(&mut self) {
        let mut crowd = 0;
        for course in &mut self.courses {
            course.place = crowd;
            crowd += if course.has_overlap { course.count } else { 0 };
        }
        self.crowded.resize(crowd + 1, NOTHING);
        self.pieces.resize(self.events.len() + 1, NOTHING);
        let mut alone = 0;
        for event in &self.events {
            let course = &mut self.courses[event.lane];
            self.crowded[if course.has_overlap { course.place } else { crowd }] = *event;
            course.place += usize::from(course.has_overlap);
            self.pieces[alone] = *event;
            alone += usize::from(!course.has_overlap);
        }
        self.pieces.truncate(alone);
    }
}

/// Whether so many paths live that drawing for the whole block costs less than path by path.
fn is_mostly(live: &[u64], whole: &[f64]) -> bool {
    2 * live.len() > whole.len()
}

/// Picks the live paths out of the draws of a block.
fn keep_live(whole: &[f64], span: &Span<'_>, live: &[u64], out: &mut [f64]) {
    for (out, path) in out.iter_mut().zip(live) {
        *out = whole[(path - span.first_path) as usize];
    }
}

impl PerEvent {
    /// The values of the event with number `slot` on the live paths; `whole` is room for a block.
    fn draw(
        &self,
        (span, slot): (&Span<'_>, u32),
        live: &[u64],
        whole: &mut [f64],
        out: &mut [f64],
    ) {
        match &self.quantity {
            Quantity::Certain(value) => out.fill(*value),
            Quantity::Uncertain(distribution) => {
                if is_mostly(live, whole) {
                    span.points.normals(self.variable, slot, span.first_path, whole);
                    keep_live(whole, span, live, out);
                } else {
                    span.points.normals_of(self.variable, slot, live, out);
                }
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
        let lanes = room.whole.len();
        let rows = rows.rows_mut(first_row..first_row + span.steps);
        rows.fill(0.0);
        room.share_out();
        let EventRoom { courses, crowded, pieces, breaks, edges, .. } = room;
        for course in courses.iter().filter(|course| course.has_overlap) {
            envelope(&crowded[course.place - course.count..course.place], pieces, breaks);
        }
        for piece in pieces.iter() {
            spread(piece, edges, span.step_years, |step, share| {
                rows[step * lanes + piece.lane] += share;
            });
        }
    }

    /// Draws the events of each path, in order of arrival, until all have passed the horizon.
    fn draw_events(
        &self,
        span: &Span<'_>,
        (parameters, drawn): (&Parameters, &Drawn),
        room: &mut EventRoom,
    ) {
        room.reset(span);
        let horizon = span.steps as f64 * span.step_years;
        if let Some((until, loss)) = &self.ongoing {
            let ongoing = PerEvent { quantity: self.loss.quantity.clone(), variable: *loss };
            ongoing.draw((span, 0), &room.live, &mut room.whole, &mut room.losses);
            let until = parameters.operand(*until, drawn);
            for lane in 0..room.live.len() {
                room.push(lane, 0.0, until.at(lane).min(horizon), room.losses[lane]);
            }
        }
        let rate = parameters.operand(self.rate, drawn);
        for slot in 0.. {
            room.next_arrivals((span, self.gap, slot), rate, horizon);
            let EventRoom { live, whole, durations, losses, .. } = room;
            let count = live.len();
            if count == 0 {
                return;
            }
            self.duration.draw((span, slot), live, whole, &mut durations[..count]);
            self.loss.draw((span, slot), live, whole, &mut losses[..count]);
            for index in 0..count {
                let start = room.arrivals[index];
                let end = (start + room.durations[index]).min(horizon);
                let lane = (room.live[index] - span.first_path) as usize;
                room.push(lane, start, end, room.losses[index]);
            }
        }
    }
}

/// Adds the largest loss at each instant, as pieces that do not overlap. Events come by start, and
/// the second begins within the first.
fn envelope(events: &[Event], pieces: &mut Vec<Event>, breaks: &mut Vec<f64>) {
    let mut add = |start: f64, end: f64, loss: f64| {
        if end > start && loss > 0.0 {
            pieces.push(Event { start, end, loss, ..events[0] });
        }
    };
    if let [first, second] = events {
        let (inner, outer) = match first.end <= second.end {
            true => (first, second),
            false => (second, first),
        };
        add(first.start, second.start, first.loss);
        add(second.start, inner.end, first.loss.max(second.loss));
        add(inner.end, outer.end, outer.loss);
        return;
    }
    breaks.clear();
    breaks.extend(events.iter().flat_map(|event| [event.start, event.end]));
    breaks.sort_unstable_by(f64::total_cmp);
    for pair in breaks.windows(2) {
        let (start, end) = (pair[0], pair[1]);
        let active = events.iter().filter(|event| event.start <= start && event.end >= end);
        add(start, end, active.map(|event| event.loss).fold(0.0, f64::max));
    }
}

/// Gives each step its share of a piece: loss times the part of the step that it covers.
fn spread(piece: &Event, edges: &[f64], step_years: f64, mut give: impl FnMut(usize, f64)) {
    // A division by 1 changes nothing, and costs what the rest does.
    let in_steps = |x: f64| if step_years == 1.0 { x } else { x / step_years };
    let first = in_steps(piece.start) as u32 as usize;
    for (step, edge) in edges.windows(2).enumerate().skip(first) {
        if edge[0] >= piece.end {
            return;
        }
        let covered = piece.end.min(edge[1]) - piece.start.max(edge[0]);
        give(step, in_steps(piece.loss * covered.max(0.0)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(start: f64, end: f64, loss: f64) -> Event {
        Event { start, end, loss, lane: 0 }
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
    fn two_events_are_those_of_any_number() {
        for second in [event(0.4, 0.6, 0.9), event(0.4, 1.3, 0.2), event(0.0, 1.0, 0.7)] {
            let events = [event(0.0, 1.0, 0.5), second];
            let (mut two, mut more, mut breaks) = (Vec::new(), Vec::new(), Vec::new());
            envelope(&events, &mut two, &mut breaks);
            // A third one beyond the others goes the general way.
            envelope(&[events[0], events[1], event(5.0, 6.0, 0.1)], &mut more, &mut breaks);
            assert_eq!(two, more[..more.len() - 1]);
        }
    }

    #[test]
    fn a_piece_is_spread_over_the_steps_it_covers() {
        let mut shares = [0.0; 3];
        let edges = [0.0, 0.25, 0.5, 0.75];
        spread(&event(0.2, 0.6, 0.5), &edges, 0.25, |step, share| shares[step] += share);
        let exact = [0.5 * 0.05 / 0.25, 0.5, 0.5 * 0.1 / 0.25];
        for (share, exact) in shares.iter().zip(exact) {
            assert!((share - exact).abs() < 1e-12, "{shares:?}");
        }
    }
}
