// SPDX-License-Identifier: Apache-2.0
//! The cache of data keys: what it promises, and that it does what a simple reference does.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "materials_cache/reference.rs"]
mod reference;

use std::{
    num::{NonZeroU64, NonZeroUsize},
    rc::Rc,
};

use edgekms_core::{
    context::EncryptionContext,
    materials::cache::{Counters, EntryId, Limits, MaterialsCache, Step, Ticket, Work, is_cached},
    suite::Suite,
};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use self::reference::{Answer, Reference};

fn limits(max_age_ms: u64, max_messages: u64, max_bytes: u64) -> Limits {
    Limits {
        max_age_ms: NonZeroU64::new(max_age_ms).unwrap(),
        max_messages: NonZeroU64::new(max_messages).unwrap(),
        max_bytes: NonZeroU64::new(max_bytes).unwrap(),
        capacity: NonZeroUsize::new(3).unwrap(),
        patience_ms: None,
    }
}

fn id(name: u8) -> EntryId {
    let context = EncryptionContext::from_pairs([("n", name.to_string())]).unwrap();
    EntryId::to_seal("", Suite::from_id(0x0478).unwrap(), &context)
}

const SEAL: Work = Work::Seal { bytes: 10 };

fn fetch<M>(cache: &mut MaterialsCache<M>, name: u8, work: Work, now_ms: u64) -> Ticket {
    match cache.begin(&id(name), work, now_ms) {
        Step::Fetch(ticket) => ticket,
        _ => panic!("a fetch was due"),
    }
}

fn hit<M: Clone>(
    cache: &mut MaterialsCache<M>,
    name: u8,
    work: Work,
    now_ms: u64,
) -> (M, Option<Ticket>) {
    match cache.begin(&id(name), work, now_ms) {
        Step::Hit { materials, refresh } => (materials.clone(), refresh),
        _ => panic!("a hit was due"),
    }
}

#[test]
fn a_thousand_messages_at_once_make_one_fetch() {
    let mut cache = MaterialsCache::new(limits(1000, 1 << 32, 1 << 40));
    let ticket = fetch(&mut cache, 1, SEAL, 0);
    for _ in 1..1000 {
        assert_eq!(cache.begin(&id(1), SEAL, 1), Step::Join(ticket));
    }
    cache.complete(ticket, "key", 5);
    for _ in 1..1000 {
        assert_eq!(hit(&mut cache, 1, SEAL, 6), ("key", None));
    }
    let expected = Counters {
        hits: 999,
        misses: 1,
        joins: 999,
        fetches: 1,
        evictions: 0,
        messages: 1000,
        bytes: 10_000,
    };
    assert_eq!(cache.counters(), expected);
}

#[test]
fn a_failure_poisons_nothing() {
    let mut cache = MaterialsCache::new(limits(1000, 9, 1000));
    let ticket = fetch(&mut cache, 1, SEAL, 0);
    cache.fail(ticket, 1);
    let again = fetch(&mut cache, 1, SEAL, 1);
    assert_ne!(again, ticket);
    // What comes late of the first one is nobody's.
    cache.complete(ticket, "late", 2);
    assert!(cache.is_empty());
    cache.complete(again, "key", 2);
    assert_eq!(hit(&mut cache, 1, SEAL, 2).0, "key");
}

#[test]
fn age_counts_from_before_the_service_was_asked() {
    let mut cache = MaterialsCache::new(limits(1000, 9, 1000));
    let ticket = fetch(&mut cache, 1, SEAL, 100);
    cache.complete(ticket, "key", 900);
    let refresh = hit(&mut cache, 1, SEAL, 1099).1.unwrap();
    // Past it, a message waits for what replaces it.
    assert_eq!(cache.begin(&id(1), SEAL, 1100), Step::Join(refresh));
}

#[test]
fn a_clock_that_was_put_back_ends_what_is_cached() {
    let mut cache = MaterialsCache::new(limits(1000, 9, 1000));
    let ticket = fetch(&mut cache, 1, SEAL, 5000);
    cache.complete(ticket, "key", 5000);
    fetch(&mut cache, 1, SEAL, 4999);
}

#[test]
fn what_no_shared_key_can_do_is_done_without_the_cache() {
    let mut cache = MaterialsCache::<()>::new(limits(1000, 9, 1000));
    assert_eq!(cache.begin(&id(1), Work::Seal { bytes: 1001 }, 0), Step::Alone);
    let mut once = MaterialsCache::<()>::new(limits(1000, 1, 1000));
    assert_eq!(once.begin(&id(1), SEAL, 0), Step::Alone);
    assert_eq!((cache.counters().misses, cache.counters().fetches), (1, 0));
}

#[test]
fn opening_uses_no_key_up() {
    let mut cache = MaterialsCache::new(limits(1000, 2, 10));
    let ticket = fetch(&mut cache, 1, Work::Open, 0);
    cache.complete(ticket, "key", 0);
    for now in 0..1000 {
        assert_eq!(hit(&mut cache, 1, Work::Open, now), ("key", None));
    }
    fetch(&mut cache, 1, Work::Open, 1000);
}

#[test]
fn a_worn_key_is_replaced_in_the_background_by_one_of_its_users() {
    for (limits, uses, now_ms) in [
        (limits(1000, 100, 10_000), 1, 750),
        (limits(1000, 8, 10_000), 6, 0),
        (limits(1000, 100, 80), 6, 0),
    ] {
        let mut cache = MaterialsCache::new(limits);
        let ticket = fetch(&mut cache, 1, SEAL, 0);
        cache.complete(ticket, "old", 0);
        for _ in 2..uses {
            assert_eq!(hit(&mut cache, 1, SEAL, 0), ("old", None));
        }
        let refresh = hit(&mut cache, 1, SEAL, now_ms).1.unwrap();
        // Nobody waits for it, and nobody else begins another.
        assert_eq!(hit(&mut cache, 1, SEAL, now_ms), ("old", None));
        cache.complete(refresh, "new", now_ms);
        assert_eq!(cache.counters().fetches, 2);
        // The old one is used up first.
        assert_eq!(hit(&mut cache, 1, SEAL, now_ms).0, "old");
        let later = cache.begin(&id(1), SEAL, now_ms + 250);
        assert!(
            now_ms == 0 || later == Step::Hit { materials: &"new", refresh: None },
            "{later:?}"
        );
    }
}

#[test]
fn a_refresh_that_fails_is_not_tried_again_at_once_and_the_old_key_serves_on() {
    let mut cache = MaterialsCache::new(limits(1600, 100, 10_000));
    let ticket = fetch(&mut cache, 1, SEAL, 0);
    cache.complete(ticket, "old", 0);
    let refresh = hit(&mut cache, 1, SEAL, 1200).1.unwrap();
    cache.fail(refresh, 1210);
    assert_eq!(hit(&mut cache, 1, SEAL, 1309), ("old", None));
    assert!(hit(&mut cache, 1, SEAL, 1310).1.is_some());
}

#[test]
fn clearing_wipes_all_and_keeps_nothing_of_what_is_under_way() {
    let held = Rc::new(());
    let mut cache = MaterialsCache::new(limits(1000, 9, 1000));
    let ticket = fetch(&mut cache, 1, SEAL, 0);
    cache.complete(ticket, held.clone(), 0);
    let under_way = fetch(&mut cache, 2, SEAL, 0);
    assert_eq!(Rc::strong_count(&held), 2);
    cache.clear();
    assert_eq!(Rc::strong_count(&held), 1);
    cache.complete(under_way, held.clone(), 0);
    assert_eq!(Rc::strong_count(&held), 1);
    fetch(&mut cache, 2, SEAL, 0);
}

#[test]
fn a_sweep_drops_what_is_over() {
    let held = Rc::new(());
    let mut cache = MaterialsCache::new(limits(1000, 9, 1000));
    let ticket = fetch(&mut cache, 1, SEAL, 0);
    cache.complete(ticket, held.clone(), 0);
    cache.sweep(999);
    assert_eq!((Rc::strong_count(&held), cache.len()), (2, 1));
    cache.sweep(1000);
    assert_eq!((Rc::strong_count(&held), cache.len()), (1, 0));
}

#[test]
fn a_fetch_of_which_nothing_was_heard_is_given_up() {
    let patience_ms = NonZeroU64::new(30);
    let mut cache = MaterialsCache::new(Limits { patience_ms, ..limits(1000, 9, 1000) });
    let orphan = fetch(&mut cache, 1, SEAL, 0);
    assert_eq!(cache.begin(&id(1), SEAL, 29), Step::Join(orphan));
    let other = fetch(&mut cache, 1, SEAL, 30);
    cache.complete(orphan, "late", 31);
    assert_eq!(cache.begin(&id(1), SEAL, 31), Step::Join(other));
}

#[test]
fn suites_without_a_key_derivation_are_not_cached() {
    for (suite, cached) in
        [(0x0014, false), (0x0046, false), (0x0078, false), (0x0178, true), (0x0478, true)]
    {
        assert_eq!(is_cached(Suite::from_id(suite).unwrap()), cached);
    }
}

const MODELLED: (u64, u64, u64, usize, u64) = (1000, 4, 100, 3, 300);

fn modelled_limits() -> Limits {
    let (age, messages, bytes, capacity, patience) = MODELLED;
    Limits {
        capacity: NonZeroUsize::new(capacity).unwrap(),
        patience_ms: NonZeroU64::new(patience),
        ..limits(age, messages, bytes)
    }
}

#[derive(Clone, Debug)]
enum Move {
    Begin(u8, Work),
    Complete(usize),
    Fail(usize),
    Pass(u64),
    Sweep,
    Clear,
}

struct Model;

impl ReferenceStateMachine for Model {
    type State = Reference;
    type Transition = Move;

    fn init_state() -> BoxedStrategy<Reference> {
        Just(Reference::new(MODELLED)).boxed()
    }

    fn transitions(state: &Reference) -> BoxedStrategy<Move> {
        let tickets = state.tickets();
        let work = prop_oneof![
            4 => (0..=110_u64).prop_map(|bytes| Work::Seal { bytes }),
            1 => Just(Work::Open),
        ];
        prop_oneof![
            12 => (0..5_u8, work).prop_map(|(name, work)| Move::Begin(name, work)),
            6 => (0..=tickets).prop_map(Move::Complete),
            1 => (0..=tickets).prop_map(Move::Fail),
            4 => (0..300_u64).prop_map(Move::Pass),
            1 => Just(Move::Sweep),
            1 => Just(Move::Clear),
        ]
        .boxed()
    }

    fn apply(mut state: Reference, step: &Move) -> Reference {
        match step {
            Move::Begin(name, work) => drop(state.begin(*name, *work)),
            Move::Complete(ticket) => state.complete(*ticket as u64),
            Move::Fail(ticket) => state.fail(*ticket as u64),
            Move::Pass(millis) => state.now += millis,
            Move::Sweep => state.sweep(),
            Move::Clear => state.clear(),
        }
        state
    }
}

struct Subject {
    cache: MaterialsCache<u64>,
    /// The state before, which is asked for the answer that is due.
    before: Reference,
}

impl StateMachineTest for Subject {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(state: &Reference) -> Self {
        Self { cache: MaterialsCache::new(modelled_limits()), before: state.clone() }
    }

    fn apply(mut subject: Self, state: &Reference, step: Move) -> Self {
        let now = subject.before.now;
        match step {
            Move::Begin(name, work) => {
                let answer = match subject.cache.begin(&id(name), work, now) {
                    Step::Hit { materials, refresh } => {
                        Answer::Hit(*materials, refresh.map(|ticket| ticket.0))
                    }
                    Step::Fetch(ticket) => Answer::Fetch(ticket.0),
                    Step::Join(ticket) => Answer::Join(ticket.0),
                    Step::Alone => Answer::Alone,
                };
                assert_eq!(answer, subject.before.begin(name, work));
            }
            // What a ticket brings is named as it is.
            Move::Complete(ticket) => {
                subject.cache.complete(Ticket(ticket as u64), ticket as u64, now);
            }
            Move::Fail(ticket) => subject.cache.fail(Ticket(ticket as u64), now),
            Move::Pass(_) => {}
            Move::Sweep => subject.cache.sweep(now),
            Move::Clear => subject.cache.clear(),
        }
        assert_eq!(subject.cache.counters(), state.counters);
        subject.before = state.clone();
        subject
    }

    fn check_invariants(subject: &Self, _: &Reference) {
        assert!(subject.cache.len() <= MODELLED.3);
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn it_does_what_a_simple_reference_does(sequential 1..120 => Subject);
}
