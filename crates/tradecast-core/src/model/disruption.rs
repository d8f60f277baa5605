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
#[derive(Clone, Debug, PartialEq)]
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

/// So many edges of steps are few.
const FEW: usize = 8;
const NOTHING: Event = Event { start: 0.0, end: 0.0, loss: 0.0, lane: 0 };

/// Events of one path that are set apart because some overlap.
#[derive(Clone, Copy, Debug, Default)]
struct Crowd {
    count: usize,
    /// Where the next of them goes in [`EventRoom::sorted`].
    place: usize,
}

/// Working room for the events of a block.
#[derive(Clone, Debug)]
pub struct EventRoom {
    /// The paths whose last event did not pass the horizon; for each, that event, and when the next
    /// one comes.
    live: Vec<u64>,
    starts: Vec<f64>,
    ends: Vec<f64>,
    losses: Vec<f64>,
    arrivals: Vec<f64>,
    /// Draws of the whole block.
    whole: Vec<f64>,
    /// By lane.
    crowds: Vec<Crowd>,
    /// The lanes that have one.
    crowded: Vec<usize>,
    /// Their events in the order in which they are drawn, then lane by lane.
    apart: Vec<Event>,
    sorted: Vec<Event>,
    /// How many there are of both.
    counts: (usize, usize),
    pieces: Vec<Event>,
    tail: Vec<Event>,
    /// Where steps begin and the last one ends, in years.
    edges: Vec<f64>,
}

impl EventRoom {
    /// Room for a block.
    pub fn new(lanes: usize) -> Self {
        let row = vec![0.0; lanes];
        Self {
            live: Vec::with_capacity(lanes),
            starts: row.clone(),
            ends: row.clone(),
            losses: row.clone(),
            arrivals: row.clone(),
            whole: row,
            crowds: vec![Crowd::default(); lanes],
            crowded: vec![0; lanes + 1],
            apart: Vec::new(),
            sorted: Vec::new(),
            counts: (0, 0),
            pieces: Vec::new(),
            tail: Vec::new(),
            edges: Vec::new(),
        }
    }

    fn reset(&mut self, span: &Span<'_>) {
        let lanes = self.whole.len();
        self.crowds.fill(Crowd::default());
        self.counts = (0, 0);
        self.live.clear();
        self.live.extend(span.first_path..span.first_path + lanes as u64);
        self.starts.fill(0.0);
        self.edges.clear();
        self.edges.extend((0..=span.steps).map(|step| step as f64 * span.step_years));
    }

    /// Draws when the next event of each live path comes.
    fn draw_arrivals(&mut self, (span, gap, slot): (&Span<'_>, Variable, u32), rate: Operand<'_>) {
        let lane = |path: u64| (path - span.first_path) as usize;
        let gaps = &mut self.arrivals[..self.live.len()];
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
        gaps.iter_mut().zip(&self.starts).for_each(|(gap, start)| *gap = start - *gap);
    }

    /// Spreads the events of live paths over the steps, but sets those apart in which the next one
    /// comes, and all later ones of their paths. Without branches: each event is written to both
    /// places, overwritten in one and without a loss in the other where it does not belong.
    fn share_out(&mut self, span: &Span<'_>, rows: &mut [f64]) {
        let (mut apart, mut crowded) = self.counts;
        self.apart.resize(self.apart.len().max(apart + self.live.len() + 1), NOTHING);
        let lanes = self.whole.len();
        let events = self.starts.iter().zip(&self.ends).zip(&self.losses).zip(&self.arrivals);
        for (path, (((start, end), loss), next)) in self.live.iter().zip(events) {
            let lane = (path - span.first_path) as usize;
            let crowd = &mut self.crowds[lane];
            let is_apart = (crowd.count > 0) | (next < end);
            let event = Event { start: *start, end: *end, loss: *loss, lane };
            self.apart[apart] = event;
            self.crowded[crowded] = lane;
            apart += usize::from(is_apart);
            crowded += usize::from(is_apart & (crowd.count == 0));
            crowd.count += usize::from(is_apart);
            let alone = Event { loss: if is_apart { 0.0 } else { *loss }, ..event };
            spread(&alone, &self.edges, span.step_years, |step, share| {
                rows[step * lanes + lane] += share;
            });
        }
        self.counts = (apart, crowded);
    }

    /// Keeps the paths whose next event comes before the horizon. Without branches: each path is
    /// written down, and overwritten by the next unless it stays.
    fn advance(&mut self, horizon: f64) {
        let mut kept = 0;
        for index in 0..self.live.len() {
            let arrival = self.arrivals[index];
            (self.live[kept], self.starts[kept]) = (self.live[index], arrival);
            kept += usize::from(arrival < horizon);
        }
        self.live.truncate(kept);
    }

    /// Spreads the events that were set apart, the largest loss at each instant.
    fn share_out_crowds(&mut self, span: &Span<'_>, rows: &mut [f64]) {
        let (apart, crowded) = self.counts;
        let Self { crowds, sorted, pieces, tail, edges, .. } = self;
        let lanes = crowds.len();
        sorted.resize(apart, NOTHING);
        let mut place = 0;
        for lane in &self.crowded[..crowded] {
            crowds[*lane].place = place;
            place += crowds[*lane].count;
        }
        for event in &self.apart[..apart] {
            let place = &mut crowds[event.lane].place;
            sorted[*place] = *event;
            *place += 1;
        }
        for lane in &self.crowded[..crowded] {
            let Crowd { count, place } = crowds[*lane];
            envelope(&sorted[place - count..place], pieces, tail);
            for piece in pieces.iter() {
                spread(piece, edges, span.step_years, |step, share| {
                    rows[step * lanes + lane] += share;
                });
            }
        }
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

/// The values of the event with number `slot` on the live paths; `whole` is room for a block.
fn draw(
    (quantity, variable): (&Quantity, Variable),
    (span, slot): (&Span<'_>, u32),
    live: &[u64],
    whole: &mut [f64],
    out: &mut [f64],
) {
    match quantity {
        Quantity::Certain(value) => out.fill(*value),
        Quantity::Uncertain(distribution) => {
            if is_mostly(live, whole) {
                span.points.normals(variable, slot, span.first_path, whole);
                keep_live(whole, span, live, out);
            } else {
                span.points.normals_of(variable, slot, live, out);
            }
            distribution.transform(out);
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
    /// Whether another disruption takes the same shares on all paths.
    pub fn is_like(&self, other: &Self, own: &Parameters, theirs: &Parameters) -> bool {
        let (until, loss) = self.ongoing.unzip();
        let (their_until, their_loss) = other.ongoing.unzip();
        loss == their_loss
            && own.are_like(until, theirs, their_until)
            && own.is_like(self.rate, theirs, other.rate)
            && (self.gap, &self.duration, &self.loss) == (other.gap, &other.duration, &other.loss)
    }

    /// Writes the share lost in each step (a row a step, from `first_row`): the time average of
    /// the largest loss among the events active at each instant.
    pub fn losses(
        &self,
        span: &Span<'_>,
        (parameters, drawn): (&Parameters, &Drawn),
        room: &mut EventRoom,
        (rows, first_row): (&mut Rows, usize),
    ) {
        let rows = rows.rows_mut(first_row..first_row + span.steps);
        rows.fill(0.0);
        room.reset(span);
        let horizon = span.steps as f64 * span.step_years;
        if let Some((until, loss)) = &self.ongoing {
            let EventRoom { live, whole, ends, losses, .. } = room;
            draw((&self.loss.quantity, *loss), (span, 0), live, whole, losses);
            let until = parameters.operand(*until, drawn);
            let ends = ends.iter_mut().enumerate();
            ends.for_each(|(lane, end)| *end = until.at(lane).min(horizon));
        }
        let rate = parameters.operand(self.rate, drawn);
        for slot in 0.. {
            room.draw_arrivals((span, self.gap, slot), rate);
            if slot > 0 || self.ongoing.is_some() {
                room.share_out(span, rows);
            }
            room.advance(horizon);
            let EventRoom { live, whole, starts, ends, losses, .. } = room;
            let count = live.len();
            if count == 0 {
                break;
            }
            let PerEvent { quantity, variable } = &self.duration;
            draw((quantity, *variable), (span, slot), live, whole, &mut ends[..count]);
            for (end, start) in ends[..count].iter_mut().zip(starts) {
                *end = (*start + *end).min(horizon);
            }
            let PerEvent { quantity, variable } = &self.loss;
            draw((quantity, *variable), (span, slot), live, whole, &mut losses[..count]);
        }
        room.share_out_crowds(span, rows);
    }
}

/// The largest loss at each instant, as pieces that do not overlap. Events come by start, so that
/// each one changes the last pieces only: `tail` is room for these.
fn envelope(events: &[Event], pieces: &mut Vec<Event>, tail: &mut Vec<Event>) {
    pieces.clear();
    for event in events.iter().filter(|event| is_lost(event)) {
        let Event { start, end, loss, .. } = *event;
        let before = pieces.iter().rposition(|piece| piece.end <= start).map_or(0, |last| last + 1);
        tail.clear();
        tail.extend_from_slice(&pieces[before..]);
        pieces.truncate(before);
        let mut free = start;
        for piece in tail.iter() {
            if piece.start < start {
                pieces.push(Event { end: start, ..*piece });
            }
            let (from, to) = (piece.start.max(start), piece.end.min(end));
            if from < to {
                pieces.push(Event { start: from, end: to, loss: loss.max(piece.loss), ..*piece });
            }
            if end < piece.end {
                pieces.push(Event { start: from.max(end), ..*piece });
            }
            free = piece.end;
        }
        if free < end {
            pieces.push(Event { start: free, ..*event });
        }
    }
}

/// Whether an event takes anything.
fn is_lost(event: &Event) -> bool {
    event.end > event.start && event.loss > 0.0
}

/// Gives each step its share of a piece: loss times the part of the step that it covers.
fn spread(piece: &Event, edges: &[f64], step_years: f64, mut give: impl FnMut(usize, f64)) {
    // A division by 1 changes nothing, and costs what the rest does.
    let in_steps = |x: f64| if step_years == 1.0 { x } else { x / step_years };
    // Few years are all given their share, be it 0: a branch costs more.
    let is_sought = step_years != 1.0 || edges.len() > FEW;
    let first = if is_sought { in_steps(piece.start) as u32 as usize } else { 0 };
    for (step, edge) in edges.windows(2).enumerate().skip(first) {
        if is_sought && edge[0] >= piece.end {
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

    fn integral(events: &[Event]) -> f64 {
        let mut pieces = vec![event(0.0, 9.0, 9.0)];
        envelope(events, &mut pieces, &mut Vec::new());
        assert!(pieces.windows(2).all(|pair| pair[0].end <= pair[1].start), "{pieces:?}");
        pieces.iter().map(|piece| piece.loss * (piece.end - piece.start)).sum()
    }

    #[test]
    fn at_any_instant_the_largest_loss_counts() {
        let first = event(0.0, 1.0, 0.5);
        for (others, exact) in [
            (vec![], 0.5),
            (vec![event(0.4, 1.3, 0.2)], 0.5 + 0.3 * 0.2),
            (vec![event(0.0, 1.0, 0.7)], 0.7),
            (vec![event(2.0, 3.0, 0.7)], 0.5 + 0.7),
            (vec![event(0.4, 0.6, 0.0)], 0.5),
            (vec![event(0.4, 0.6, 0.9), event(0.8, 1.4, 0.2)], 0.8 * 0.5 + 0.2 * 0.9 + 0.4 * 0.2),
            (vec![event(0.2, 0.8, 0.7), event(0.5, 0.6, 0.9)], 0.4 * 0.5 + 0.5 * 0.7 + 0.1 * 0.9),
        ] {
            let events = [vec![first], others].concat();
            assert!((integral(&events) - exact).abs() < 1e-12, "{events:?}");
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
