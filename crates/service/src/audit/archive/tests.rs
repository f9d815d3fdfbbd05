// SPDX-License-Identifier: Apache-2.0
//! A shard whose events are partly in the archive: what is found, in which order, and what is not believed.

use edgekms_api::trail::lookup_events::AttributeKey;
use futures::executor::block_on;

use super::*;
use crate::{
    audit::{
        archived::archived,
        chain::{Chain, Head},
        lookup::{Attribute, page},
        retention::{Forgotten, Kept, forget},
    },
    keyring::store::Change,
    memory::MemoryStore,
    object::{
        Batch,
        batch::{Forget, Link, StoredEvent},
    },
    testing::{bucket::Bucket, place, root_keys},
};

const HOUR: i64 = 60 * 60 * 1000;
/// A midnight, as a day's events are a segment of their own.
const BEGIN: i64 = 20_000 * 24 * HOUR;
const SHARD: &str = "3";

struct Trail {
    store: MemoryStore,
    bucket: Bucket,
    roots: RootKeys,
    head: Head,
    place: Place,
}

impl Trail {
    /// So many events, one an hour.
    fn of(events: u64) -> Self {
        let mut trail = Self {
            store: MemoryStore::default(),
            bucket: Bucket::default(),
            roots: root_keys(),
            head: Head::default(),
            place: place(),
        };
        for number in 0..events {
            trail.append(BEGIN + i64::try_from(number).unwrap() * HOUR);
        }
        trail
    }

    fn chain(&self) -> Chain {
        Chain::new(&self.roots, self.roots.current(), &self.place, SHARD).unwrap()
    }

    fn append(&mut self, at_millis: i64) {
        let chain = self.chain();
        let number = self.head.seq + 1;
        let name = if number.is_multiple_of(7) { "Decrypt" } else { "Encrypt" };
        let line = format!(r#"{{"eventId":"e{number}","eventName":"{name}"}}"#);
        self.head = chain.next(&self.head, &line);
        let mut event = StoredEvent::new(format!("e{number}"), line);
        let (root, mac) = (chain.root().to_owned(), self.head.mac.clone());
        event.link = Some(Link { seq: number, root, mac });
        let batch: Batch<Change> = Batch { events: vec![event], ..Batch::default() };
        self.store.commit(&batch, at_millis).unwrap();
    }

    /// One round of housekeeping; whether there is more to do.
    fn forget(&self, since_millis: i64) -> bool {
        let chain = self.chain();
        let origin = Origin { place: &self.place, shard: SHARD, chain: &chain };
        let kept = Kept { since_millis, number: u64::MAX };
        let archive: Option<&dyn Archive> = Some(&self.bucket);
        let done = forget(&self.store, archive, &origin, kept, since_millis);
        let Forgotten { through, facts, more } = block_on(done).unwrap();
        let forget = Some(Forget { altered_before: 0, events_through: through });
        self.store.commit(&Batch { facts, forget, ..Batch::default() }, since_millis).unwrap();
        more
    }

    fn forget_all(&self, since_millis: i64) {
        while self.forget(since_millis) {}
    }

    fn segments(&self) -> Segments<'_> {
        Segments { archive: &self.bucket, roots: &self.roots, place: &self.place, shard: SHARD }
    }

    fn page(&self, query: &Query) -> Result<Page, PortError> {
        let told = page(&self.store, query).unwrap();
        block_on(self.segments().complete(query, told))
    }

    /// Numbers of all events, by pages.
    fn all(&self, query: &Query) -> Vec<u64> {
        let (mut found, mut query) = (Vec::new(), query.clone());
        for _ in 0..10_000 {
            let page = self.page(&query).unwrap();
            assert!(page.events.len() as u64 <= query.limit);
            assert_eq!(page.archived, None, "what is asked for is told");
            found.extend(page.events.iter().map(|event| event.seq));
            match page.next {
                None => return found,
                Some(next) => query.after = Some(next),
            }
        }
        panic!("it has no end: {query:?}");
    }
}

fn query(backward: bool, limit: u64) -> Query {
    Query { from_millis: 0, until_millis: i64::MAX, attribute: None, backward, after: None, limit }
}

#[test]
fn what_was_handed_on_is_found_in_both_orders_by_pages_of_any_length() {
    let trail = Trail::of(200);
    trail.forget_all(BEGIN + 100 * HOUR);
    let held = trail.store.event_rows(EventSpan::after(0), 1).unwrap();
    assert_eq!(held.first().map(|row| row.seq), Some(101));
    assert_eq!(trail.bucket.texts.borrow().len(), 5, "a segment a day");
    let forward: Vec<u64> = (1..=200).collect();
    let backward: Vec<u64> = (1..=200).rev().collect();
    for limit in [1, 2, 7, 24, 49, 50] {
        assert_eq!(trail.all(&query(false, limit)), forward, "{limit}");
        assert_eq!(trail.all(&query(true, limit)), backward, "{limit}");
    }
    let rare = Some(Attribute { key: AttributeKey::EventName, value: "Decrypt".to_owned() });
    let sevenths: Vec<u64> = (1..=28).map(|number| number * 7).collect();
    for limit in [1, 3, 50] {
        let forward = Query { attribute: rare.clone(), ..query(false, limit) };
        assert_eq!(trail.all(&forward), sevenths);
        let backward = Query { backward: true, ..forward };
        assert_eq!(trail.all(&backward), sevenths.iter().rev().copied().collect::<Vec<_>>());
    }
}

#[test]
fn times_are_as_exact_there_as_in_the_object() {
    let trail = Trail::of(200);
    let whole = Trail::of(200);
    trail.forget_all(BEGIN + 100 * HOUR);
    for (from, until) in [(0, 1), (10, 30), (23, 25), (90, 110), (99, 100), (100, 101), (150, 300)]
    {
        for backward in [false, true] {
            let query = Query {
                from_millis: BEGIN + from * HOUR,
                until_millis: BEGIN + until * HOUR,
                ..query(backward, 9)
            };
            assert_eq!(trail.all(&query), whole.all(&query), "{from} {until} {backward}");
        }
    }
}

#[test]
fn recent_events_are_found_without_a_look_into_the_archive() {
    let trail = Trail::of(200);
    trail.forget_all(BEGIN + 100 * HOUR);
    trail.bucket.reads.set(0);
    let recent = Query { from_millis: BEGIN + 150 * HOUR, ..query(true, 50) };
    assert_eq!(trail.all(&recent).len(), 50);
    trail.bucket.broken.set(true);
    assert_eq!(trail.all(&recent).len(), 50);
    assert_eq!(trail.bucket.reads.get(), 0);
    assert!(
        trail.page(&Query { after: Some(102), ..query(true, 50) }).is_err(),
        "older ones are not"
    );
}

#[test]
fn an_object_that_ends_before_it_forgets_puts_its_segment_again() {
    let trail = Trail::of(60);
    let chain = trail.chain();
    let origin = Origin { place: &trail.place, shard: SHARD, chain: &chain };
    // It is told that its events are kept elsewhere, and ends.
    let put = hand_on(&trail.store, &trail.bucket, &origin, 10, "2024-10-04T00:00:00Z");
    assert_eq!(block_on(put).unwrap().unwrap().0.through, 10);
    trail.forget_all(BEGIN + 30 * HOUR);
    assert_eq!(trail.bucket.texts.borrow().len(), 2);
    assert_eq!(trail.all(&query(false, 50)), (1..=60).collect::<Vec<_>>());
}

#[test]
fn what_is_in_the_bucket_and_not_forgotten_yet_is_told_once() {
    let trail = Trail::of(60);
    assert!(trail.forget(BEGIN + 40 * HOUR), "a day of two");
    let chain = trail.chain();
    let origin = Origin { place: &trail.place, shard: SHARD, chain: &chain };
    let put = hand_on(&trail.store, &trail.bucket, &origin, 40, "2024-10-05T00:00:00Z");
    assert_eq!(block_on(put).unwrap().unwrap().0.through, 40);
    let all: Vec<u64> = (1..=60).collect();
    for limit in [1, 7, 50] {
        assert_eq!(trail.all(&query(false, limit)), all, "{limit}");
        assert_eq!(trail.all(&query(true, limit)), all.iter().rev().copied().collect::<Vec<_>>());
    }
}

#[test]
fn nothing_is_forgotten_while_the_bucket_does_not_take_it() {
    let trail = Trail::of(60);
    trail.bucket.broken.set(true);
    let chain = trail.chain();
    let origin = Origin { place: &trail.place, shard: SHARD, chain: &chain };
    let kept = Kept { since_millis: BEGIN + 30 * HOUR, number: u64::MAX };
    let archive: Option<&dyn Archive> = Some(&trail.bucket);
    let refused = block_on(forget(&trail.store, archive, &origin, kept, BEGIN));
    assert!(refused.is_err());
    assert_eq!(archived(&trail.store).unwrap(), None);
}

#[test]
fn a_segment_that_is_not_what_was_put_there_is_not_told() {
    let trail = Trail::of(60);
    trail.forget_all(BEGIN + 48 * HOUR);
    let good = trail.bucket.texts.borrow().clone();
    let (path, text) = good.first_key_value().unwrap();
    let other = good.last_key_value().unwrap().1;
    let lines: Vec<_> = text.lines().collect();
    let swapped = [&lines[1..2], &lines[0..1], &lines[2..]].concat().join("\n");
    for bad in [
        text.replace("\\\"Encrypt\\\"", "\\\"Decrypt\\\""),
        lines[1..].join("\n"),
        lines[..10].iter().chain(&lines[11..]).copied().collect::<Vec<_>>().join("\n"),
        swapped,
        other.clone(),
        String::new(),
        "nonsense".to_owned(),
    ] {
        assert_ne!(bad, *text);
        trail.bucket.texts.borrow_mut().insert(path.clone(), bad.clone());
        let error = trail.page(&query(false, 5)).unwrap_err();
        assert!(error.0.contains(path.as_str()), "{error}: {bad}");
    }
    trail.bucket.texts.borrow_mut().clone_from(&good);
    assert_eq!(trail.all(&query(false, 50)).len(), 60);
}

#[test]
fn segments_verify_one_by_one_and_in_a_row() {
    let trail = Trail::of(60);
    trail.forget_all(BEGIN + 48 * HOUR);
    let texts = trail.bucket.texts.borrow();
    for text in texts.values() {
        let [report] = &verify(text, &[], &trail.roots).unwrap()[..] else { panic!("{text}") };
        assert_eq!(report.verdict.as_ref().unwrap().events, 24);
    }
    let all: String = texts.values().map(String::as_str).collect();
    let [report] = &verify(&all, &[], &trail.roots).unwrap()[..] else { panic!("one shard") };
    assert_eq!(report.verdict.as_ref().unwrap().last, 48);
    let without_the_first: String = texts.values().skip(1).map(String::as_str).collect();
    let reports = verify(
        &format!("{without_the_first}{}", texts.values().next().unwrap()),
        &[],
        &trail.roots,
    );
    assert!(reports.unwrap()[0].verdict.is_err(), "out of order");
}
