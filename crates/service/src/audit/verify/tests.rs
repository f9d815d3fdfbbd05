// SPDX-License-Identifier: Apache-2.0
//! An export is changed in every way that there is; each is found, and named.

use proptest::{prelude::*, sample::Index};

use super::*;
use crate::testing::{place, root_keys};

const TIME: &str = "2023-11-14T22:13:20Z";

fn chain() -> Chain {
    Chain::new(&root_keys(), "1", &place(), "7").unwrap()
}

fn event(head: &Head, line: String) -> ExportedEvent {
    ExportedEvent {
        account: place().account,
        region: place().region,
        shard: "7".to_owned(),
        seq: head.seq,
        at_millis: None,
        root: "1".to_owned(),
        mac: head.mac.clone(),
        line,
    }
}

/// Events `1` to `number`, after `head`.
fn events_after(mut head: Head, number: u64) -> Vec<ExportedEvent> {
    let chain = chain();
    let next = |at: u64| {
        let line = format!(r#"{{"eventId":"{at}"}}"#);
        head = chain.next(&head, &line);
        event(&head, line)
    };
    (1..=number).map(next).collect()
}

fn text(events: &[ExportedEvent], checkpoints: &[Checkpoint]) -> String {
    let events = events.iter().map(|event| serde_json::to_string(event).unwrap());
    let checkpoints = checkpoints.iter().map(|each| serde_json::to_string(each).unwrap());
    checkpoints.chain(events).collect::<Vec<_>>().join("\n")
}

fn verdict_of(events: &[ExportedEvent], checkpoints: &[Checkpoint]) -> Result<Whole, Finding> {
    let mut reports = verify(&text(events, checkpoints), &[], &root_keys()).unwrap();
    assert_eq!(reports.len(), 1);
    reports.remove(0).verdict
}

fn found(events: &[ExportedEvent]) -> (u64, Wrong) {
    let Finding { seq, wrong } = verdict_of(events, &[]).unwrap_err();
    (seq, wrong)
}

/// Numbers them from 1 on, as whoever wants to hide a gap would.
fn renumbered(mut events: Vec<ExportedEvent>) -> Vec<ExportedEvent> {
    (1..).zip(&mut events).for_each(|(seq, event)| event.seq = seq);
    events
}

#[test]
fn what_was_recorded_is_whole() {
    let events = events_after(Head::default(), 5);
    assert_eq!(verdict_of(&events, &[]), Ok(Whole { events: 5, unchained: 0, last: 5 }));
    assert_eq!(verify("", &[], &root_keys()), Ok(Vec::new()));
    assert_eq!(verify("\n{}", &[], &root_keys()), Err(NotAnExport(2)));
}

#[test]
fn the_first_event_that_is_not_as_it_was_is_named() {
    let all = events_after(Head::default(), 6);
    let with = |change: &dyn Fn(&mut Vec<ExportedEvent>)| {
        let mut events = all.clone();
        change(&mut events);
        events
    };
    let forged = ExportedEvent { line: "{}".to_owned(), mac: "ab".repeat(32), ..all[2].clone() };
    let removed = with(&|events| drop(events.remove(2)));
    let inserted = with(&|events| events.insert(2, forged.clone()));
    let swapped = with(&|events| events.swap(2, 3));
    let moved = with(&|events| {
        let event = events.remove(2);
        events.insert(4, event);
    });
    for (events, expected) in [
        (removed.clone(), (3, Wrong::Removed)),
        (renumbered(removed), (3, Wrong::Changed)),
        (inserted.clone(), (3, Wrong::Inserted)),
        (renumbered(inserted), (3, Wrong::Inserted)),
        (with(&|events| events.insert(3, all[1].clone())), (2, Wrong::Inserted)),
        (swapped.clone(), (3, Wrong::Reordered)),
        (renumbered(swapped), (3, Wrong::Reordered)),
        (moved, (3, Wrong::Reordered)),
        (with(&|events| events.reverse()), (1, Wrong::Reordered)),
        (with(&|events| drop(events.remove(0))), (1, Wrong::Removed)),
        (with(&|events| events[2].line.push(' ')), (3, Wrong::Changed)),
        (with(&|events| events[2].mac = String::new()), (3, Wrong::Changed)),
        (with(&|events| events[5].line.clear()), (6, Wrong::Changed)),
        (with(&|events| events[2].root.clear()), (3, Wrong::Changed)),
        (with(&|events| events[2].root = "2".to_owned()), (3, Wrong::RootMissing("2".to_owned()))),
    ] {
        assert_eq!(found(&events), expected);
    }
}

#[test]
fn a_checkpoint_shows_that_the_end_was_cut_off_or_written_anew() {
    let events = events_after(Head::default(), 5);
    let at = |event: &ExportedEvent| {
        chain().checkpoint(CheckpointKind::Head, &event.head(), TIME.to_owned())
    };
    let (early, late) = (at(&events[1]), at(&events[4]));
    assert!(verdict_of(&events, &[early.clone(), late.clone()]).is_ok());
    assert_eq!(verdict_of(&events[..4], std::slice::from_ref(&early)).unwrap().last, 4);
    let cut = verdict_of(&events[..3], std::slice::from_ref(&late)).unwrap_err();
    assert_eq!(cut, Finding { seq: 4, wrong: Wrong::Truncated });
    let nothing = verify("", std::slice::from_ref(&late), &root_keys()).unwrap();
    assert_eq!(nothing[0].verdict, Err(Finding { seq: 1, wrong: Wrong::Truncated }));
    // By somebody who has the key.
    let mut head = Head::default();
    let anew: Vec<_> = (0..5)
        .map(|_| {
            head = chain().next(&head, "another");
            event(&head, "another".to_owned())
        })
        .collect();
    let other = verdict_of(&anew, std::slice::from_ref(&early)).unwrap_err();
    assert_eq!(other, Finding { seq: 2, wrong: Wrong::Changed });
    let forged = Checkpoint { seq: 1, ..early };
    let refused = verdict_of(&events, &[forged]).unwrap_err();
    assert_eq!(refused, Finding { seq: 1, wrong: Wrong::Checkpoint });
}

#[test]
fn a_chain_goes_on_from_where_its_beginning_was_forgotten() {
    let events = events_after(Head::default(), 6);
    let start =
        |event: &ExportedEvent, kind| chain().checkpoint(kind, &event.head(), TIME.to_owned());
    let third = start(&events[2], CheckpointKind::Start);
    assert_eq!(verdict_of(&events[3..], std::slice::from_ref(&third)).unwrap().last, 6);
    let more_gone = verdict_of(&events[4..], &[third]).unwrap_err();
    assert_eq!(more_gone, Finding { seq: 4, wrong: Wrong::Removed });
    // A head is no leave to forget what came before it.
    let no_start =
        verdict_of(&events[3..], &[start(&events[2], CheckpointKind::Head)]).unwrap_err();
    assert_eq!(no_start, Finding { seq: 1, wrong: Wrong::Removed });
}

#[test]
fn events_from_before_the_chain_are_told_apart() {
    let bare = |seq| ExportedEvent {
        root: String::new(),
        ..event(&Head { seq, mac: String::new() }, "old".to_owned())
    };
    let before = Head { seq: 2, mac: String::new() };
    let mut events = vec![bare(1), bare(2)];
    events.extend(events_after(before, 3));
    assert_eq!(verdict_of(&events, &[]), Ok(Whole { events: 3, unchained: 2, last: 5 }));
    assert_eq!(found(&events[2..]), (1, Wrong::Removed));
    let mut swapped = events.clone();
    swapped.swap(2, 3);
    assert_eq!(found(&swapped), (3, Wrong::Reordered));
    events.push(bare(6));
    assert_eq!(found(&events), (6, Wrong::Changed));
}

#[test]
fn shards_are_verified_each_by_itself() {
    let events = events_after(Head::default(), 3);
    let other: Vec<_> = events
        .iter()
        .map(|event| ExportedEvent { shard: "8".to_owned(), ..event.clone() })
        .collect();
    let mixed: Vec<_> =
        events.iter().zip(&other).flat_map(|(a, b)| [a.clone(), b.clone()]).collect();
    let reports = verify(&text(&mixed, &[]), &[], &root_keys()).unwrap();
    assert!(reports[0].verdict.is_ok());
    assert_eq!(
        reports[1].verdict,
        Err(Finding { seq: 1, wrong: Wrong::Changed }),
        "a chain of another shard"
    );
}

proptest! {
    /// Whatever is done to one line, the first event that it concerns is named.
    #[test]
    fn every_mutation_is_found(number in 2_u64..40, at: Index, to: Index, kind in 0..4) {
        let all = events_after(Head::default(), number);
        let (at, to) = (at.index(all.len()), to.index(all.len()));
        let last = chain().checkpoint(CheckpointKind::Head, &all[all.len() - 1].head(), TIME.to_owned());
        let mut events = all.clone();
        let event = events.remove(at);
        let first = match kind {
            0 => at,
            1 => {
                events.insert(to, event);
                at.min(to)
            }
            2 => {
                events.insert(at, ExportedEvent { line: "{}".to_owned(), ..event });
                at
            }
            _ => {
                events.insert(at, event);
                events.insert(to, all[at].clone());
                // The second of the two is where it does not belong.
                if to <= at { to } else { at }
            }
        };
        let verdict = verdict_of(&events, &[last]);
        if events == all {
            prop_assert!(verdict.is_ok());
        } else {
            prop_assert_eq!(verdict.unwrap_err().seq, first as u64 + 1);
        }
    }
}
