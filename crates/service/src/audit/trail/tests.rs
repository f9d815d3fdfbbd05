// SPDX-License-Identifier: Apache-2.0
//! Requests of one isolate that wait for one another: who sends, who joins, and what becomes of those
//! whose sender is gone. That it holds in the running worker is `tests/worker/trail.test.mjs`'s to show.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use futures::channel::oneshot;

use super::*;
use crate::testing::{CountingEntropy, NOW_SECS, StandingClock, place};

/// Timers that ring when the test says so.
#[derive(Default)]
struct Rung(RefCell<Vec<oneshot::Sender<()>>>);

impl Rung {
    fn ring_all(&self) {
        for timer in self.0.take() {
            // One whose waiter is gone is nobody's.
            let _ = timer.send(());
        }
    }
}

impl Timers for Rung {
    fn sleep(&self, _: u32) -> LocalFuture<'static, ()> {
        let (ring, rung) = oneshot::channel();
        self.0.borrow_mut().push(ring);
        Box::pin(async move {
            let _ = rung.await;
        })
    }
}

struct Bell(Cell<Option<oneshot::Sender<()>>>);

impl Ringer for Bell {
    fn ring(&self) {
        if let Some(bell) = self.0.take() {
            let _ = bell.send(());
        }
    }
}

struct Hung;

impl Bells for Hung {
    fn bell(&self) -> (Box<dyn Ringer>, LocalFuture<'static, ()>) {
        let (ring, rung) = oneshot::channel();
        let heard = async move {
            // A bell that is taken away is not one that rings.
            if rung.await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        (Box::new(Bell(Cell::new(Some(ring)))), Box::pin(heard))
    }
}

type Reply = oneshot::Sender<Result<String, PortError>>;

/// Messages under way, with what answers each.
#[derive(Default)]
struct Way(RefCell<Vec<(Vec<String>, Reply)>>);

impl AuditObjects for Way {
    fn send<'a>(
        &'a self,
        _: &'a Place,
        _: u32,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        let message: Message = serde_json::from_str(message).unwrap();
        let Ask::Append(events) = message.ask else { panic!("{message:?}") };
        let (reply, came) = oneshot::channel();
        self.0.borrow_mut().push((events.into_iter().map(|event| event.id).collect(), reply));
        Box::pin(async move { came.await.unwrap_or_else(|_| Err(PortError::new("cut off"))) })
    }
}

impl Way {
    fn answer(&self, outcome: Result<(), PortError>) -> Vec<String> {
        let (ids, reply) = self.0.borrow_mut().remove(0);
        drop(reply.send(outcome.map(|()| "\"stored\"".to_owned())));
        ids
    }

    fn under_way(&self) -> Vec<Vec<String>> {
        self.0.borrow().iter().map(|(ids, _)| ids.clone()).collect()
    }
}

struct Isolate {
    trail: Trail,
    clock: StandingClock,
    entropy: CountingEntropy,
    timers: Rung,
    way: Way,
}

impl Isolate {
    fn new() -> Self {
        Self {
            trail: Trail::default(),
            clock: StandingClock(Cell::new(NOW_SECS * 1000)),
            entropy: CountingEntropy::default(),
            timers: Rung::default(),
            way: Way::default(),
        }
    }

    fn request(&self, id: &str) -> Request<'_> {
        let event = event(id);
        Request(Box::pin(async move { self.appender().append(&place(), event).await }))
    }

    /// A request that does not wait for its event: what it does beside its answer, if that is up to it.
    fn answered(&self, id: &str) -> Option<Request<'_, Lost>> {
        let event = self.appender().leave(&place(), event(id))?;
        Some(Request(Box::pin(async move { self.appender().send_left(&place(), event).await })))
    }

    fn appender(&self) -> Appender<'_> {
        Appender {
            trail: &self.trail,
            clock: &self.clock,
            entropy: &self.entropy,
            timers: &self.timers,
            bells: &Hung,
            objects: &self.way,
        }
    }

    fn pass(&self, millis: i64) {
        self.clock.0.set(self.clock.0.get() + millis);
        self.timers.ring_all();
    }
}

fn event(id: &str) -> NewEvent {
    NewEvent { id: id.to_owned(), line: "{}".to_owned() }
}

/// A request of its own; dropped, it is one that the runtime ended.
struct Request<'a, E = PortError>(Pin<Box<dyn Future<Output = Result<(), E>> + 'a>>);

impl<E> Request<'_, E> {
    fn go_on(&mut self) -> Option<Result<(), E>> {
        match self.0.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => Some(outcome),
            Poll::Pending => None,
        }
    }
}

#[test]
fn what_comes_at_once_goes_together() {
    let isolate = Isolate::new();
    let mut all = ["a", "b", "c"].map(|id| isolate.request(id));
    assert!(all.iter_mut().all(|request| request.go_on().is_none()));
    assert_eq!(isolate.way.under_way(), [["a"]]);
    isolate.way.answer(Ok(()));
    assert_eq!(all[0].go_on(), Some(Ok(())));
    assert_eq!(all[2].go_on(), None, "one of those who wait sends: the first");
    assert_eq!(all[1].go_on(), None);
    assert_eq!(isolate.way.under_way(), [["b", "c"]]);
    isolate.way.answer(Ok(()));
    assert_eq!(all[1].go_on(), Some(Ok(())));
    assert_eq!(all[2].go_on(), Some(Ok(())));
    assert!(isolate.trail.shared(&place()).bells.borrow().is_empty(), "nothing is left behind");
}

#[test]
fn a_batch_that_fails_is_sent_once_more_and_then_refused_to_all() {
    let isolate = Isolate::new();
    let mut first = isolate.request("a");
    let mut others = ["b", "c"].map(|id| isolate.request(id));
    assert_eq!(first.go_on(), None);
    assert!(others.iter_mut().all(|request| request.go_on().is_none()));
    isolate.way.answer(Err(PortError::new("Network connection lost.")));
    assert_eq!(first.go_on(), None);
    isolate.way.answer(Ok(()));
    assert_eq!(first.go_on(), Some(Ok(())));
    assert_eq!(others[0].go_on(), None);
    for _ in 0..2 {
        assert_eq!(isolate.way.answer(Err(PortError::new("the disk is full"))), ["b", "c"]);
        others[0].go_on();
    }
    assert!(others[1].go_on().unwrap().is_err());
}

#[test]
fn those_whose_sender_is_gone_go_alone() {
    let isolate = Isolate::new();
    let mut sender = isolate.request("a");
    assert_eq!(sender.go_on(), None);
    let mut others = ["b", "c"].map(|id| isolate.request(id));
    assert!(others.iter_mut().all(|request| request.go_on().is_none()));
    isolate.way.answer(Ok(()));
    assert_eq!(sender.go_on(), Some(Ok(())));
    // The second batch has b and c, and the one that sends it is ended.
    assert_eq!(others[0].go_on(), None);
    let [gone, mut left] = others;
    drop(gone);
    assert_eq!(left.go_on(), None);
    isolate.pass(JOIN_LIMIT_MILLIS);
    assert_eq!(left.go_on(), None);
    assert_eq!(isolate.way.under_way(), [vec!["b", "c"], vec!["c"]]);
    isolate.way.answer(Ok(()));
    isolate.way.answer(Ok(()));
    assert_eq!(left.go_on(), Some(Ok(())));
    // Nobody is held up by the dead one.
    let mut next = isolate.request("d");
    assert_eq!(next.go_on(), None);
    assert!(isolate.way.under_way().is_empty(), "it lingers, since several came together before");
    isolate.pass(2);
    assert_eq!(next.go_on(), None);
    assert_eq!(isolate.way.under_way(), [["d"]]);
}

#[test]
fn an_object_that_never_answers_is_given_up() {
    let isolate = Isolate::new();
    let mut request = isolate.request("a");
    for _ in 0..ATTEMPTS {
        assert_eq!(request.go_on(), None);
        isolate.pass(i64::from(SEND_LIMIT_MILLIS));
    }
    assert!(request.go_on().unwrap().is_err());
    assert_eq!(isolate.way.under_way().len(), 2);
}

#[test]
fn what_nobody_waits_for_gathers_with_whoever_sends() {
    let isolate = Isolate::new();
    let mut sender = isolate.answered("a").unwrap();
    assert!(sender.go_on().is_none());
    for id in ["b", "c"] {
        assert!(isolate.answered(id).is_none(), "it is left with the sender");
    }
    assert!(isolate.way.under_way().is_empty(), "it gathers");
    isolate.pass(i64::from(GATHER_MILLIS));
    assert!(sender.go_on().is_none());
    assert!(isolate.answered("d").is_none());
    assert_eq!(isolate.way.answer(Ok(())), ["a", "b", "c"]);
    assert!(sender.go_on().is_none(), "there is one more");
    isolate.pass(i64::from(GATHER_MILLIS));
    assert!(sender.go_on().is_none());
    assert_eq!(isolate.way.answer(Ok(())), ["d"]);
    assert_eq!(sender.go_on(), Some(Ok(())));
    assert!(isolate.answered("e").is_some(), "nobody sends any more");
}

#[test]
fn what_is_lost_is_counted() {
    let isolate = Isolate::new();
    let mut sender = isolate.answered("a").unwrap();
    assert!(sender.go_on().is_none());
    assert!(isolate.answered("b").is_none());
    isolate.pass(i64::from(GATHER_MILLIS));
    let why = PortError::new("the disk is full");
    for _ in 0..ATTEMPTS {
        assert!(sender.go_on().is_none());
        isolate.way.answer(Err(why.clone()));
    }
    assert_eq!(sender.go_on(), Some(Err(Lost { events: 2, why })));
}

/// A sender at the end of its shift, and one event that was left last.
fn long_sender(isolate: &Isolate) -> Request<'_, Lost> {
    let mut sender = isolate.answered("a").unwrap();
    assert!(sender.go_on().is_none());
    let step = SENDER_LIVES_MILLIS - 100;
    for _ in 0..=SHIFT_MILLIS / step {
        isolate.pass(step);
        assert!(sender.go_on().is_none());
        assert!(isolate.answered("b").is_none(), "its message is under way");
        isolate.way.answer(Ok(()));
        assert!(sender.go_on().is_none());
    }
    sender
}

#[test]
fn a_sender_hands_over_after_its_shift() {
    let isolate = Isolate::new();
    let mut sender = long_sender(&isolate);
    let mut next = isolate.answered("c").unwrap();
    assert!(next.go_on().is_none());
    isolate.pass(i64::from(GATHER_MILLIS));
    assert_eq!(sender.go_on(), Some(Ok(())));
    assert!(next.go_on().is_none());
    assert_eq!(isolate.way.answer(Ok(())), ["b", "c"]);
    assert_eq!(next.go_on(), Some(Ok(())));
}

#[test]
fn a_sender_goes_on_if_nobody_takes_over() {
    let isolate = Isolate::new();
    let mut sender = long_sender(&isolate);
    for _ in 0..2 {
        isolate.pass(i64::from(GATHER_MILLIS));
        assert!(sender.go_on().is_none());
    }
    assert_eq!(isolate.way.answer(Ok(())), ["b"]);
    assert_eq!(sender.go_on(), Some(Ok(())));
}

#[test]
fn what_a_dead_sender_did_not_load_goes_with_the_next() {
    let isolate = Isolate::new();
    let mut sender = isolate.answered("a").unwrap();
    assert!(sender.go_on().is_none());
    assert!(isolate.answered("b").is_none());
    drop(sender);
    isolate.pass(SENDER_LIVES_MILLIS);
    let mut next = isolate.answered("c").unwrap();
    assert!(next.go_on().is_none());
    isolate.pass(i64::from(GATHER_MILLIS));
    assert!(next.go_on().is_none());
    assert_eq!(isolate.way.answer(Ok(())), ["a", "b", "c"]);
}

#[test]
fn what_there_is_no_room_for_is_dropped_and_counted() {
    let isolate = Isolate::new();
    let mut sender = isolate.answered("a").unwrap();
    assert!(sender.go_on().is_none());
    // The store is away, and calls go on.
    let calls = 12_000;
    for number in 1..calls {
        assert!(isolate.answered(&number.to_string()).is_none());
    }
    isolate.pass(i64::from(GATHER_MILLIS));
    let mut lost = None;
    while lost.is_none() {
        lost = sender.go_on();
        if !isolate.way.under_way().is_empty() {
            isolate.way.answer(Err(PortError::new("the disk is full")));
        }
        isolate.pass(i64::from(GATHER_MILLIS));
    }
    assert_eq!(lost.unwrap().unwrap_err().events, calls, "each is told once");
}
