// SPDX-License-Identifier: Apache-2.0
//! Group commit: of the events that wait in an isolate, whoever comes first sends all, and the others wait
//! for it. While a batch is under way the next one gathers, so the slower the store, the larger the batches.
//! Whoever sends lingers for a moment if the batch before had more than one event: a message costs as much as
//! several calls, and calls that have come already may not have got to their events yet. A single caller never
//! waits for others. Events that nobody waits for linger for longer, with whoever sends them.
//!
//! A state machine: time is an argument, tickets and batches are data, and who waits how is
//! [`super::trail`]'s.

use std::collections::{BTreeMap, VecDeque};

use super::event::NewEvent;
use crate::port::PortError;

/// Events of one batch, and bytes of their lines: some thirty batches fit into one message to an object.
const BATCH_EVENTS: usize = 256;
const BATCH_BYTES: usize = 512 * 1024;
/// How long a sender lingers where events come together: others wait for it.
const LINGER_MILLIS: u32 = 4;
/// After so long a batch's sender is taken for dead: it had given up before, if it lived.
pub const SENDER_LIVES_MILLIS: i64 = 4_500;

/// Outcomes that are kept for those who may never ask: a request that the runtime ended does not leave.
pub(super) const LEFT_BEHIND: usize = 10_000;
/// Events that nobody waits for and that are kept at the most, some 8 MB: calls go on while the store is away.
const LEFT_MOST: usize = 10_000;

/// What somebody waits by.
pub type Ticket = u64;

/// The turn to send a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Which batch.
    pub number: u64,
    /// For how long to wait before it is loaded.
    pub linger_millis: u32,
}

/// The events of one isolate for one shard.
#[derive(Debug, Default)]
pub struct Group {
    /// Events with the tickets of those who wait for them, if somebody does.
    waiting: VecDeque<(Option<Ticket>, NewEvent)>,
    under_way: Option<UnderWay>,
    settled: BTreeMap<Ticket, Result<(), PortError>>,
    last: u64,
    /// Whether the last batch had more than one event.
    crowded: bool,
    /// Events that nobody waits for, and for which there was no room.
    dropped: usize,
}

#[derive(Debug)]
struct UnderWay {
    number: u64,
    since_millis: i64,
    tickets: Vec<Ticket>,
    events: usize,
}

impl Group {
    /// An event that waits to be sent.
    pub fn join(&mut self, event: NewEvent) -> Ticket {
        let ticket = self.number();
        self.waiting.push_back((Some(ticket), event));
        ticket
    }

    /// An event that is to be sent, and that nobody waits for. It is dropped if too many are waiting.
    pub fn leave(&mut self, event: NewEvent) {
        if self.waiting.len() < LEFT_MOST {
            self.waiting.push_back((None, event));
        } else {
            self.dropped = self.dropped.saturating_add(1);
        }
    }

    /// How many events were dropped since this was last asked.
    pub fn take_dropped(&mut self) -> usize {
        std::mem::take(&mut self.dropped)
    }

    /// How many events are not stored yet, as far as is known here.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let under_way = self.under_way.as_ref().map_or(0, |held| held.events);
        self.waiting.len().saturating_add(under_way)
    }

    /// Whether the next batch is as large as it can be.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.waiting.len() >= BATCH_EVENTS
    }

    /// Whether somebody has the turn who is not dead.
    #[must_use]
    pub fn has_sender(&self, now_millis: i64) -> bool {
        let since = |held: &UnderWay| now_millis.saturating_sub(held.since_millis);
        let lives = |held: &UnderWay| (0..SENDER_LIVES_MILLIS).contains(&since(held));
        self.under_way.as_ref().is_some_and(lives)
    }

    /// The turn to send, unless somebody else has it and is not dead, or nothing waits.
    pub fn take_turn(&mut self, now_millis: i64) -> Option<Turn> {
        if self.waiting.is_empty() || self.has_sender(now_millis) {
            return None;
        }
        let number = self.number();
        self.under_way =
            Some(UnderWay { number, since_millis: now_millis, tickets: Vec::new(), events: 0 });
        let linger_millis = if self.crowded { LINGER_MILLIS } else { 0 };
        Some(Turn { number, linger_millis })
    }

    /// What is to be sent in this turn, in the order in which it came: nothing if the turn has been taken
    /// away, or those that waited have left.
    pub fn load(&mut self, number: u64) -> Vec<NewEvent> {
        let Some(under_way) = self.under_way.as_mut().filter(|held| held.number == number) else {
            return Vec::new();
        };
        let (mut tickets, mut events, mut bytes) = (Vec::new(), Vec::new(), 0_usize);
        while let Some((ticket, event)) = self.waiting.pop_front() {
            bytes = bytes.saturating_add(event.line.len());
            if !events.is_empty() && (bytes > BATCH_BYTES || events.len() == BATCH_EVENTS) {
                self.waiting.push_front((ticket, event));
                break;
            }
            tickets.extend(ticket);
            events.push(event);
        }
        (under_way.tickets, under_way.events) = (tickets, events.len());
        self.crowded = events.len() > 1;
        events
    }

    /// How a batch has ended. Gives the tickets that are to be told: those of the batch, and one of those
    /// that wait, which is then to send.
    pub fn settle(&mut self, number: u64, outcome: &Result<(), PortError>) -> Vec<Ticket> {
        let is_this = |held: &mut UnderWay| held.number == number;
        // A sender that was taken for dead has no say any more: who waited for it has gone alone.
        let Some(ended) = self.under_way.take_if(is_this) else { return Vec::new() };
        self.settled.extend(ended.tickets.iter().map(|ticket| (*ticket, outcome.clone())));
        while self.settled.len() > LEFT_BEHIND {
            self.settled.pop_first();
        }
        let next = self.waiting.iter().find_map(|(ticket, _)| *ticket);
        ended.tickets.into_iter().chain(next).collect()
    }

    /// How a ticket's batch has ended, once.
    pub fn outcome(&mut self, ticket: Ticket) -> Option<Result<(), PortError>> {
        self.settled.remove(&ticket)
    }

    /// Somebody waits no more. Its event is not sent by another, unless it is under way already.
    pub fn go_away(&mut self, ticket: Ticket) {
        self.waiting.retain(|(held, _)| *held != Some(ticket));
        self.settled.remove(&ticket);
        if let Some(held) = &mut self.under_way {
            held.tickets.retain(|other| *other != ticket);
        }
    }

    const fn number(&mut self) -> u64 {
        self.last = self.last.saturating_add(1);
        self.last
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(id: &str) -> NewEvent {
        NewEvent { id: id.to_owned(), line: id.to_owned() }
    }

    /// Takes the turn and loads it at once: its number, and the ids that it sends.
    fn take(group: &mut Group, now_millis: i64) -> Option<(u64, Vec<String>)> {
        let Turn { number, .. } = group.take_turn(now_millis)?;
        let events = group.load(number);
        Some((number, events.into_iter().map(|event| event.id).collect()))
    }

    #[test]
    fn what_comes_while_a_batch_is_under_way_is_the_next_one() {
        let mut group = Group::default();
        let a = group.join(event("a"));
        let (first, ids) = take(&mut group, 0).unwrap();
        let (b, c) = (group.join(event("b")), group.join(event("c")));
        assert_eq!(take(&mut group, 1), None, "one at a time");
        assert_eq!((ids, group.outcome(a)), (vec!["a".to_owned()], None));
        assert_eq!(group.waiting(), 3);
        assert_eq!(group.settle(first, &Ok(())), [a, b], "and one that sends the next");
        assert_eq!((group.outcome(a), group.outcome(a)), (Some(Ok(())), None));
        let (second, ids) = take(&mut group, 2).unwrap();
        assert_eq!(ids, ["b", "c"]);
        let failed = Err(PortError::new("the disk is full"));
        assert_eq!(group.settle(second, &failed), [b, c]);
        assert_eq!((group.outcome(b), group.outcome(c)), (Some(failed.clone()), Some(failed)));
        assert_eq!(take(&mut group, 3), None);
    }

    #[test]
    fn a_sender_lingers_only_where_events_come_together() {
        let mut group = Group::default();
        let mut turn = |ids: &[&str], late: &[&str]| {
            for id in ids {
                group.join(event(id));
            }
            let turn = group.take_turn(0).unwrap();
            for id in late {
                group.join(event(id));
            }
            assert_eq!(group.take_turn(0), None, "the turn is taken");
            let number = group.load(turn.number).len();
            group.settle(turn.number, &Ok(()));
            (turn.linger_millis, number)
        };
        assert_eq!(turn(&["a"], &[]), (0, 1));
        assert_eq!(turn(&["a", "b"], &[]), (0, 2));
        assert_eq!(
            turn(&["a"], &["b", "c"]),
            (LINGER_MILLIS, 3),
            "those that come meanwhile go along"
        );
        assert_eq!(turn(&["a"], &[]), (LINGER_MILLIS, 1));
        assert_eq!(turn(&["a"], &[]), (0, 1), "alone again");
    }

    #[test]
    fn a_sender_that_died_holds_up_nobody_and_has_no_say() {
        let mut group = Group::default();
        let a = group.join(event("a"));
        let (dead, _) = take(&mut group, 0).unwrap();
        let b = group.join(event("b"));
        assert_eq!(take(&mut group, SENDER_LIVES_MILLIS - 1), None);
        let (next, ids) = take(&mut group, SENDER_LIVES_MILLIS).unwrap();
        assert_eq!(ids, ["b"]);
        assert!(group.settle(dead, &Ok(())).is_empty());
        assert!(group.load(dead).is_empty());
        assert_eq!(group.outcome(a), None, "who waits for it must go alone");
        assert_eq!(group.settle(next, &Ok(())), [b]);
    }

    #[test]
    fn a_batch_is_bounded() {
        let mut group = Group::default();
        for _ in 0..=BATCH_EVENTS {
            group.join(event("a"));
        }
        let (first, ids) = take(&mut group, 0).unwrap();
        assert_eq!(ids.len(), BATCH_EVENTS);
        assert_eq!(group.settle(first, &Ok(())).len(), BATCH_EVENTS + 1);
        group.join(NewEvent { id: "long".to_owned(), line: "x".repeat(BATCH_BYTES) });
        group.join(NewEvent { id: "longer".to_owned(), line: "x".repeat(BATCH_BYTES + 1) });
        let sizes = [1, 2].map(|at| {
            let (number, ids) = take(&mut group, at).unwrap();
            group.settle(number, &Ok(()));
            ids.len()
        });
        assert_eq!(sizes, [1, 1]);
        assert_eq!(take(&mut group, 3).unwrap().1, ["longer"], "one too long goes alone");
    }

    #[derive(Debug, Clone)]
    enum Step {
        Join,
        Take,
        Settle(bool),
        GoAway(usize),
        Pass(i64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => Just(Step::Join),
            3 => Just(Step::Take),
            3 => any::<bool>().prop_map(Step::Settle),
            1 => any::<usize>().prop_map(Step::GoAway),
            1 => (0..2 * SENDER_LIVES_MILLIS).prop_map(Step::Pass),
        ]
    }

    proptest! {
        /// Whatever happens, each event is sent at most once by the group, and whoever stays is told
        /// exactly how the batch ended that had its event.
        #[test]
        fn each_waits_for_its_own_batch(steps in prop::collection::vec(step(), 1..80)) {
            let (mut group, mut now, mut count) = (Group::default(), 0, 0_u32);
            let mut tickets = BTreeMap::new();
            let (mut sent, mut ended) = (Vec::<(u64, Vec<String>)>::new(), BTreeMap::new());
            for step in steps {
                match step {
                    Step::Join => {
                        count += 1;
                        tickets.insert(group.join(event(&count.to_string())), count.to_string());
                    }
                    Step::Take => sent.extend(take(&mut group, now)),
                    Step::Settle(good) => {
                        let Some((number, ids)) = sent.last() else { continue };
                        let outcome = if good { Ok(()) } else { Err(PortError::new("no")) };
                        for ticket in group.settle(*number, &outcome) {
                            if tickets.get(&ticket).is_some_and(|id| ids.contains(id)) {
                                ended.insert(ticket, outcome.clone());
                            }
                        }
                    }
                    Step::GoAway(at) => {
                        let Some(ticket) = tickets.keys().nth(at % tickets.len().max(1)).copied() else { continue };
                        group.go_away(ticket);
                        tickets.remove(&ticket);
                        ended.remove(&ticket);
                    }
                    Step::Pass(millis) => now += millis,
                }
            }
            let mut all: Vec<_> = sent.iter().flat_map(|(_, ids)| ids).collect();
            all.sort_unstable();
            let number = all.len();
            all.dedup();
            prop_assert_eq!(all.len(), number, "sent twice");
            for ticket in tickets.keys() {
                prop_assert_eq!(group.outcome(*ticket), ended.remove(ticket));
            }
        }
    }
}
