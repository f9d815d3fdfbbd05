// SPDX-License-Identifier: Apache-2.0
//! The way of an isolate's events to the audit objects, by group commit.
//!
//! What several requests wait for together must not hang on one of them: a runtime may end a request's
//! work at any point. So whoever waits has a timer and a bell of its own, and what is shared is plain data.
//! If the bell does not ring, because the one who sends is gone, the timer does, and the event goes alone;
//! its id makes it count once.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use edgekms_api::place::Place;

use super::{
    event::NewEvent,
    group::{Group, LEFT_BEHIND, SENDER_LIVES_MILLIS, Ticket, Turn},
    message::{Answer, Ask, Message, SHARDS, VERSION},
    sink::{AuditSink, Lost},
};
use crate::port::{
    AuditObjects, Bells, Clock, Entropy, LocalFuture, PortError, Timers, bell::Ringer,
    entropy::random_bytes, timer::within,
};

/// How long one message to an audit object may take, and how often it is sent: appending twice is
/// appending once.
const SEND_LIMIT_MILLIS: u32 = 2_000;
const ATTEMPTS: u32 = 2;
/// How long somebody waits for others before it goes alone: longer than a sender that lives may take.
const JOIN_LIMIT_MILLIS: i64 = SENDER_LIVES_MILLIS + 500;
/// How long events that nobody waits for gather: long against what a message costs, and short against the
/// life of an isolate, which takes along what it has not sent.
const GATHER_MILLIS: u32 = 50;
/// For how long one request sends what others left, of the 30 seconds that work may go on after an answer.
const SHIFT_MILLIS: i64 = 10_000;
const TOO_MANY: &str = "more came than could be sent";

/// What the requests of one isolate share.
#[derive(Default)]
pub struct Trail {
    /// The shard that this isolate appends to, in every place.
    shard: Cell<Option<u32>>,
    groups: RefCell<Vec<(Place, Rc<Shared>)>>,
}

#[derive(Default)]
struct Shared {
    group: RefCell<Group>,
    bells: RefCell<BTreeMap<Ticket, Box<dyn Ringer>>>,
}

impl Shared {
    fn hang(&self, ticket: Ticket, bell: Box<dyn Ringer>) {
        let mut bells = self.bells.borrow_mut();
        bells.insert(ticket, bell);
        while bells.len() > LEFT_BEHIND {
            bells.pop_first();
        }
    }

    fn ring(&self, tickets: &[Ticket]) {
        for ticket in tickets {
            let bell = self.bells.borrow_mut().remove(ticket);
            if let Some(bell) = bell {
                bell.ring();
            }
        }
    }
}

impl Trail {
    fn shared(&self, place: &Place) -> Rc<Shared> {
        let mut groups = self.groups.borrow_mut();
        if let Some((_, shared)) = groups.iter().find(|(held, _)| held == place) {
            return shared.clone();
        }
        let shared = Rc::<Shared>::default();
        groups.push((place.clone(), shared.clone()));
        shared
    }

    /// Isolates choose at random, so that the shards have about as much each.
    fn shard(&self, entropy: &dyn Entropy) -> Result<u32, PortError> {
        if let Some(shard) = self.shard.get() {
            return Ok(shard);
        }
        let drawn = random_bytes(entropy).map(u32::from_be_bytes);
        let shard = drawn.map_err(|error| PortError(error.to_string()))? % SHARDS;
        self.shard.set(Some(shard));
        Ok(shard)
    }
}

/// One request's part in the trail.
pub struct Appender<'a> {
    /// What it shares with others.
    pub trail: &'a Trail,
    /// What time it is.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// Its timers.
    pub timers: &'a dyn Timers,
    /// Its bells.
    pub bells: &'a dyn Bells,
    /// Its way to the audit objects.
    pub objects: &'a dyn AuditObjects,
}

impl AuditSink for Appender<'_> {
    fn append<'a>(
        &'a self,
        place: &'a Place,
        event: NewEvent,
    ) -> LocalFuture<'a, Result<(), PortError>> {
        Box::pin(self.append_with_others(place, event))
    }

    fn waiting(&self) -> usize {
        self.trail.groups.borrow().iter().map(|(_, shared)| shared.group.borrow().waiting()).sum()
    }

    fn leave(&self, place: &Place, event: NewEvent) -> Option<NewEvent> {
        let shared = self.trail.shared(place);
        let mut group = shared.group.borrow_mut();
        if !group.has_sender(self.clock.now_millis()) {
            return Some(event);
        }
        group.leave(event);
        None
    }

    fn send_left<'a>(
        &'a self,
        place: &'a Place,
        event: NewEvent,
    ) -> LocalFuture<'a, Result<(), Lost>> {
        Box::pin(self.send_until_none_is_left(place, event))
    }
}

impl Appender<'_> {
    async fn append_with_others(&self, place: &Place, event: NewEvent) -> Result<(), PortError> {
        let shared = self.trail.shared(place);
        let ticket = shared.group.borrow_mut().join(event.clone());
        let came = self.clock.now_millis();
        loop {
            // Set before it is looked, so that it rings for whatever comes after the look.
            let (ringer, heard) = self.bells.bell();
            shared.hang(ticket, ringer);
            let turn = shared.group.borrow_mut().take_turn(self.clock.now_millis());
            if let Some(turn) = turn {
                self.take_turn(turn, place, &shared).await;
            }
            if let Some(outcome) = shared.group.borrow_mut().outcome(ticket) {
                shared.bells.borrow_mut().remove(&ticket);
                return outcome;
            }
            let waited = self.clock.now_millis().saturating_sub(came);
            let left = u32::try_from(JOIN_LIMIT_MILLIS.saturating_sub(waited)).unwrap_or(0);
            if left == 0 || within(self.timers, left, heard).await.is_none() {
                break;
            }
        }
        shared.bells.borrow_mut().remove(&ticket);
        let outcome = shared.group.borrow_mut().outcome(ticket);
        shared.group.borrow_mut().go_away(ticket);
        match outcome {
            Some(outcome) => outcome,
            None => self.send(place, vec![event]).await,
        }
    }

    async fn take_turn(&self, turn: Turn, place: &Place, shared: &Shared) {
        if turn.linger_millis > 0 {
            self.timers.sleep(turn.linger_millis).await;
        }
        // Whoever waits is told by its own outcome.
        let _ = self.send_batch(turn, place, shared).await;
    }

    async fn send_batch(&self, turn: Turn, place: &Place, shared: &Shared) -> Result<(), Lost> {
        let events = shared.group.borrow_mut().load(turn.number);
        let number = events.len();
        let outcome = if events.is_empty() { Ok(()) } else { self.send(place, events).await };
        let told = shared.group.borrow_mut().settle(turn.number, &outcome);
        shared.ring(&told);
        outcome.map_err(|why| Lost { events: number, why })
    }

    async fn send_until_none_is_left(&self, place: &Place, event: NewEvent) -> Result<(), Lost> {
        let shared = self.trail.shared(place);
        shared.group.borrow_mut().leave(event);
        let mut outcome = Ok(());
        let mut since = self.clock.now_millis();
        loop {
            let turn = shared.group.borrow_mut().take_turn(self.clock.now_millis());
            let Some(turn) = turn else { return outcome };
            if !shared.group.borrow().is_full() {
                self.timers.sleep(GATHER_MILLIS).await;
            }
            let sent = self.send_batch(turn, place, &shared).await;
            let dropped = shared.group.borrow_mut().take_dropped();
            outcome = Lost::both(outcome, Lost::both(sent, Lost::unless_none(dropped, TOO_MANY)));
            if self.clock.now_millis().saturating_sub(since) >= SHIFT_MILLIS {
                // Whoever is answered meanwhile takes over; if nobody is, this one goes on.
                self.timers.sleep(GATHER_MILLIS).await;
                since = self.clock.now_millis();
            }
        }
    }

    async fn send(&self, place: &Place, events: Vec<NewEvent>) -> Result<(), PortError> {
        let shard = self.trail.shard(self.entropy)?;
        let message = Message { v: VERSION, place: place.clone(), shard, ask: Ask::Append(events) };
        let message =
            serde_json::to_string(&message).map_err(|error| PortError(error.to_string()))?;
        let mut outcome = Ok(());
        for _ in 0..ATTEMPTS {
            let reply =
                within(self.timers, SEND_LIMIT_MILLIS, self.objects.send(place, shard, &message));
            outcome = match reply.await {
                Some(reply) => reply.and_then(|reply| stored(&reply)),
                None => Err(PortError(format!(
                    "no audit object answered within {SEND_LIMIT_MILLIS} ms"
                ))),
            };
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }
}

fn stored(reply: &str) -> Result<(), PortError> {
    match serde_json::from_str(reply) {
        Ok(Answer::Stored) => Ok(()),
        Ok(Answer::Refused(why)) => Err(PortError(why)),
        _ => Err(PortError::new("the audit object answered something else than was asked")),
    }
}

#[cfg(test)]
mod tests;
