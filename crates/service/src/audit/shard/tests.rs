// SPDX-License-Identifier: Apache-2.0
//! An audit object over a store in memory.

use std::cell::Cell;

use edgekms_api::trail::lookup_events::AttributeKey;
use futures::executor::block_on;

use super::*;
use crate::{
    audit::{
        Outlets,
        export::Exported,
        lookup::{Attribute, Cursors, Found, Page, Query, merge},
        verify::{Wrong, verify},
    },
    keyring::store::Change,
    memory::MemoryStore,
    object::{ObjectPorts, Shell},
    testing::{
        CountingEntropy, Lines, MovingTimers, NOW_SECS, StandingClock, place, root_keys, variables,
    },
};

type Object = Shell<Store<Change>, AuditRules<Change>>;

struct World {
    clock: Rc<StandingClock>,
    store: Rc<MemoryStore>,
    lines: Rc<Lines>,
}

impl World {
    fn new() -> Self {
        let clock = Rc::new(StandingClock(Cell::new(NOW_SECS * 1000)));
        Self { clock, store: Rc::default(), lines: Rc::default() }
    }

    fn object(&self, changes: &[(&str, &str)]) -> Object {
        let mut all = variables();
        all.extend(changes.iter().map(|(name, value)| ((*name).into(), (*value).into())));
        let settings = Rc::new(Settings::read(|name| all.get(name).cloned()).unwrap());
        let ports = ObjectPorts {
            clock: Rc::new(self.clock.clone()),
            entropy: Rc::<CountingEntropy>::default(),
            timers: Rc::new(MovingTimers(self.clock.clone())),
            log: self.lines.clone(),
        };
        Shell::new(
            self.store.clone(),
            ports,
            AuditRules::new(settings, Outlets::to(self.lines.clone())),
        )
    }

    fn pass(&self, millis: i64) {
        self.clock.0.set(self.clock.0.get() + millis);
    }
}

fn ask(object: &Object, shard: u32, ask: Ask) -> Answer {
    let message = Message { v: VERSION, place: place(), shard, ask };
    let reply = object.receive(&serde_json::to_string(&message).unwrap()).unwrap();
    serde_json::from_str(&reply).unwrap()
}

fn event(id: &str) -> NewEvent {
    let line = format!(r#"{{"eventId":"{id}","eventName":"Encrypt","eventRW":"Read"}}"#);
    NewEvent { id: id.to_owned(), line }
}

fn append(object: &Object, ids: &[&str]) -> Answer {
    ask(object, 3, Ask::Append(ids.iter().map(|id| event(id)).collect()))
}

fn export(object: &Object) -> String {
    let (mut lines, mut after) = (Vec::new(), Some(0));
    while let Some(from) = after {
        let Answer::Exported(Part { lines: some, next }) = ask(object, 3, Ask::Export(from)) else {
            panic!("no export")
        };
        lines.extend(some.iter().map(|line| serde_json::to_string(line).unwrap()));
        after = next;
    }
    lines.join("\n")
}

fn query() -> Query {
    Query {
        from_millis: 0,
        until_millis: i64::MAX,
        attribute: None,
        backward: true,
        after: None,
        limit: 50,
    }
}

fn found(object: &Object, query: Query) -> Page {
    match ask(object, 3, Ask::LookUp(query)) {
        Answer::Found(page) => page,
        other => panic!("{other:?}"),
    }
}

fn seqs(page: &Page) -> Vec<u64> {
    page.events.iter().map(|event| event.seq).collect()
}

#[test]
fn an_event_that_comes_again_counts_once() {
    let world = World::new();
    let object = world.object(&[]);
    assert_eq!(append(&object, &["a", "b"]), Answer::Stored);
    assert_eq!(append(&object, &["b", "c", "c"]), Answer::Stored);
    assert_eq!(append(&world.object(&[]), &["a"]), Answer::Stored);
    let lines: Vec<_> = world.store.events(0, 10).unwrap().into_iter().map(|row| row.1).collect();
    assert_eq!(lines, ["a", "b", "c"].map(|id| event(id).line));
}

#[test]
fn what_cannot_be_stored_is_refused_and_not_there() {
    let world = World::new();
    let object = world.object(&[]);
    world.store.broken.set(true);
    assert!(matches!(append(&object, &["a"]), Answer::Refused(_)));
    world.store.broken.set(false);
    assert_eq!(append(&object, &["b"]), Answer::Stored);
    assert_eq!(world.store.events(0, 10).unwrap().len(), 1);
    assert!(
        matches!(ask(&object, 4, Ask::Append(Vec::new())), Answer::Refused(_)),
        "another shard"
    );
    assert!(object.receive(r#"{"v":2}"#).is_err());
}

#[test]
fn an_export_verifies_and_one_that_was_tampered_with_does_not() {
    let world = World::new();
    let object = world.object(&[]);
    let ids: Vec<_> = (0..1_200).map(|number| number.to_string()).collect();
    for ids in ids.chunks(50) {
        append(&object, &ids.iter().map(String::as_str).collect::<Vec<_>>());
    }
    let export = export(&object);
    let whole = verify(&export, &[], &root_keys()).unwrap().remove(0).verdict.unwrap();
    assert_eq!((whole.events, whole.last), (1_200, 1_200));
    let cut = export.lines().filter(|line| !line.contains("\"seq\":700,")).collect::<Vec<_>>();
    let finding = verify(&cut.join("\n"), &[], &root_keys()).unwrap().remove(0).verdict;
    assert_eq!(finding.unwrap_err().wrong, Wrong::Removed);
}

#[test]
fn what_is_too_old_is_forgotten_and_the_rest_still_verifies() {
    let world = World::new();
    let object = world.object(&[("AUDIT_RETENTION_DAYS", "30"), ("AUDIT_LOG", "off")]);
    append(&object, &["a", "b"]);
    world.pass(20 * DAY_MILLIS);
    append(&object, &["c"]);
    world.pass(11 * DAY_MILLIS);
    block_on(object.alarm_rang());
    append(&object, &["d"]);
    assert_eq!(seqs(&found(&object, query())), [4, 3]);
    let verdict = |export: &str| verify(export, &[], &root_keys()).unwrap().remove(0).verdict;
    assert_eq!(verdict(&export(&object)).unwrap().events, 2);
    // All of it may go: the chain goes on all the same.
    world.pass(100 * DAY_MILLIS);
    block_on(object.alarm_rang());
    assert_eq!(verdict(&export(&object)).unwrap().events, 0);
    append(&object, &["e"]);
    assert_eq!(verdict(&export(&object)).unwrap().last, 5);
    assert_eq!(append(&object, &["a"]), Answer::Stored, "long forgotten");
}

#[test]
fn only_what_is_stored_while_the_log_is_on_goes_to_the_log() {
    let world = World::new();
    append(&world.object(&[("AUDIT_LOG", "off")]), &["a"]);
    let object = world.object(&[]);
    append(&object, &["b"]);
    append(&object, &["c"]);
    world.lines.broken.set(true);
    block_on(object.carry_out_due());
    assert!(world.lines.lines.borrow().iter().all(|line| line.contains("deliver-events waits")));
    world.lines.broken.set(false);
    world.lines.lines.borrow_mut().clear();
    world.pass(60_000);
    block_on(object.carry_out_due());
    assert_eq!(*world.lines.lines.borrow(), [event("b").line, event("c").line]);
    world.pass(HOUSEKEEPING_MILLIS);
    block_on(object.alarm_rang());
    let last = world.lines.lines.borrow().last().cloned().unwrap();
    assert!(last.contains(r#""kind":"head""#), "{last}");
    let Exported::Checkpoint(anchor) = serde_json::from_str(&last).unwrap() else {
        panic!("{last}")
    };
    assert_eq!(anchor.is_authentic(&root_keys()), Ok(true));
}

#[test]
fn events_are_found_by_time_and_attribute_page_by_page_in_both_directions() {
    let world = World::new();
    let object = world.object(&[]);
    for id in ["a", "b", "c", "d", "e"] {
        append(&object, &[id]);
        world.pass(1_000);
    }
    let start = NOW_SECS * 1000;
    let times = Query { from_millis: start + 1_000, until_millis: start + 4_000, ..query() };
    assert_eq!(seqs(&found(&object, times.clone())), [4, 3, 2]);
    for (backward, expected) in [(true, [4, 3, 2]), (false, [2, 3, 4])] {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = found(&object, Query { backward, after, limit: 1, ..times.clone() });
            all.extend(seqs(&page));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(all, expected);
    }
    let by = |key, value: &str| {
        let attribute = Some(Attribute { key, value: value.to_owned() });
        seqs(&found(&object, Query { attribute, ..query() }))
    };
    assert_eq!(by(AttributeKey::EventId, "c"), [3]);
    assert_eq!(by(AttributeKey::EventRW, "Read").len(), 5);
    assert_eq!(by(AttributeKey::EventName, "Decrypt"), [0; 0]);
}

#[test]
fn pages_of_several_shards_are_one_in_the_order_of_time() {
    let at = |seq, at_millis| Found { seq, at_millis, line: format!("{seq} at {at_millis}") };
    let shards = [("a", vec![1, 4, 6, 9]), ("b", vec![2, 3, 8]), ("c", vec![]), ("d", vec![5, 7])];
    for backward in [false, true] {
        for limit in 1..=10 {
            let (mut all, mut from, mut first) = (Vec::new(), Cursors::new(), true);
            while first || !from.is_empty() {
                let asked = shards.iter().filter(|(name, _)| first || from.contains_key(*name));
                let page = |(name, times): &(&str, Vec<i64>)| {
                    let mut events: Vec<_> =
                        (1..).zip(times).map(|(seq, time)| at(seq, *time)).collect();
                    let after = from.get(*name).copied();
                    events.retain(|event| {
                        after.is_none_or(|after| {
                            if backward { event.seq < after } else { event.seq > after }
                        })
                    });
                    if backward {
                        events.reverse();
                    }
                    let more = events.len() > limit;
                    events.truncate(limit);
                    let next = events.last().filter(|_| more).map(|event| event.seq);
                    ((*name).to_owned(), Page { events, next, archived: None })
                };
                let (some, next) = merge(asked.map(page).collect(), &from, backward, limit);
                all.extend(some.into_iter().map(|event| event.at_millis));
                (from, first) = (next, false);
            }
            let mut expected: Vec<_> = (1..=9).collect();
            if backward {
                expected.reverse();
            }
            assert_eq!(all, expected, "{limit} at a time, backward: {backward}");
        }
    }
}
