// SPDX-License-Identifier: Apache-2.0
//! `audit verify`: whether an export is what was recorded, whole and in order, with nothing but the root
//! keys at hand. See [`super::chain`] for what the codes cover.

use std::fmt;

use edgekms_api::place::Place;

use super::{
    chain::{Chain, Checkpoint, CheckpointKind, Head},
    export::{Exported, ExportedEvent},
};
use crate::material::root_keys::RootKeys;

/// What was found of one shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShardReport {
    /// The account and region.
    pub place: Place,
    /// The shard.
    pub shard: String,
    /// What holds, or the first thing that does not.
    pub verdict: Result<Whole, Finding>,
}

impl fmt::Display for ShardReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, shard, verdict } = self;
        write!(f, "{}/{}, shard {shard}: ", place.account, place.region)?;
        match verdict {
            Ok(Whole { events, unchained: 0, last }) => {
                write!(f, "whole, {events} events up to {last}")
            }
            Ok(Whole { events, unchained, last }) => write!(
                f,
                "whole, {events} events up to {last}, after {unchained} from before there was a chain"
            ),
            Err(finding) => finding.fmt(f),
        }
    }
}

/// A shard that is whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whole {
    /// Events whose codes hold.
    pub events: u64,
    /// Events from before there was a chain: nothing can be said of them.
    pub unchained: u64,
    /// The number of the last event.
    pub last: u64,
}

/// The first thing that is not as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The number of the event concerned.
    pub seq: u64,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrong {
    /// The event is not there.
    Removed,
    /// Something else than was recorded stands in its place.
    Changed,
    /// It was never recorded there, or stands there a second time.
    Inserted,
    /// It comes later than it was recorded.
    Reordered,
    /// It was recorded, by a checkpoint, and the export ends before it.
    Truncated,
    /// The checkpoint at this event was not signed by these root keys.
    Checkpoint,
    /// Its root key version is not at hand.
    RootMissing(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seq, wrong } = self;
        match wrong {
            Wrong::Removed => write!(f, "event {seq} was removed"),
            Wrong::Changed => write!(f, "event {seq} was changed"),
            Wrong::Inserted => write!(f, "event {seq} was inserted"),
            Wrong::Reordered => write!(f, "event {seq} was moved"),
            Wrong::Truncated => write!(f, "the end was cut off from event {seq} on"),
            Wrong::Checkpoint => write!(f, "the checkpoint at event {seq} is not authentic"),
            Wrong::RootMissing(version) => write!(
                f,
                "event {seq} was chained under version \"{version}\" of the root keys, which is not at hand"
            ),
        }
    }
}

/// A line that is none of an export.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {0} is not a line of an export")]
pub struct NotAnExport(pub usize);

#[derive(Default)]
struct Shard {
    events: Vec<ExportedEvent>,
    checkpoints: Vec<Checkpoint>,
}

/// Verifies every shard of an export, in the order in which they begin. `anchors` are checkpoints that were
/// kept elsewhere.
///
/// # Errors
/// [`NotAnExport`]; nothing is said of the other lines then.
pub fn verify(
    export: &str,
    anchors: &[Checkpoint],
    roots: &RootKeys,
) -> Result<Vec<ShardReport>, NotAnExport> {
    let mut shards: Vec<((Place, String), Shard)> = Vec::new();
    let anchors = anchors.iter().cloned().map(Exported::Checkpoint);
    for each in read(export)?.into_iter().chain(anchors) {
        let name = each.shard();
        let at = shards.iter().position(|(held, _)| *held == name).unwrap_or(shards.len());
        if at == shards.len() {
            shards.push((name, Shard::default()));
        }
        let Some((_, shard)) = shards.get_mut(at) else { continue };
        match each {
            Exported::Event(event) => shard.events.push(event),
            Exported::Checkpoint(checkpoint) => shard.checkpoints.push(checkpoint),
        }
    }
    let report = |((place, shard), held): ((Place, String), Shard)| {
        let verdict =
            Verifier { place: &place, shard: &shard, roots, chains: Vec::new() }.verify(&held);
        ShardReport { place, shard, verdict }
    };
    Ok(shards.into_iter().map(report).collect())
}

fn read(export: &str) -> Result<Vec<Exported>, NotAnExport> {
    let lines = export.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let each = |(at, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|_| NotAnExport(at.saturating_add(1)))
    };
    lines.map(each).collect()
}

struct Verifier<'a> {
    place: &'a Place,
    shard: &'a str,
    roots: &'a RootKeys,
    /// One for each root key version met.
    chains: Vec<Chain>,
}

impl Verifier<'_> {
    fn verify(mut self, Shard { events, checkpoints }: &Shard) -> Result<Whole, Finding> {
        for checkpoint in checkpoints {
            match checkpoint.is_authentic(self.roots) {
                Ok(true) => {}
                Ok(false) => return finding(checkpoint.seq, Wrong::Checkpoint),
                Err(_) => {
                    return finding(checkpoint.seq, Wrong::RootMissing(checkpoint.root.clone()));
                }
            }
        }
        let starts = checkpoints.iter().filter(|each| each.kind == CheckpointKind::Start);
        // Of several parts in a row, the first says where all of them begin; the others agree with the events.
        let first = events.first().map_or(u64::MAX, |event| event.seq);
        let before = starts.filter(|each| each.seq < first);
        let start = before.max_by_key(|each| each.seq).map(Checkpoint::head).unwrap_or_default();
        let (whole, chained) = before_the_chain(events, start.seq);
        let head = if whole.unchained == 0 {
            start.clone()
        } else {
            Head { seq: whole.last, ..Head::default() }
        };
        let head = self.follow(head, chained)?;
        agree(checkpoints, events, &start, &head)?;
        Ok(Whole { events: chained.len() as u64, last: head.seq, ..whole })
    }

    fn follow(&mut self, mut head: Head, events: &[ExportedEvent]) -> Result<Head, Finding> {
        for (at, event) in events.iter().enumerate() {
            let later = events.get(at.saturating_add(1)..).unwrap_or_default();
            if !self.is_next(&head, event, event.seq)? {
                return self.classify(&head, event, later);
            }
            head = event.head();
        }
        Ok(head)
    }

    /// Whether `event` was recorded after `head`, if its number is taken to be `seq`.
    fn is_next(&mut self, head: &Head, event: &ExportedEvent, seq: u64) -> Result<bool, Finding> {
        let found = Head { seq, mac: event.mac.clone() };
        let held = self.chains.iter().position(|chain| chain.root() == event.root);
        let at = match held {
            Some(at) => at,
            None if event.root.is_empty() => return Ok(false),
            None => {
                let chain = Chain::new(self.roots, &event.root, self.place, self.shard);
                let missing = || finding(event.seq, Wrong::RootMissing(event.root.clone()));
                let Ok(chain) = chain else { return missing() };
                self.chains.push(chain);
                self.chains.len().saturating_sub(1)
            }
        };
        Ok(self.chains.get(at).is_some_and(|chain| chain.follows(head, &found, &event.line)))
    }

    /// What is wrong with the first event that does not follow. Numbers are looked at first, and then,
    /// since whoever changes a file can number it anew, whether what comes next is what belongs here.
    fn classify<T>(
        &mut self,
        head: &Head,
        event: &ExportedEvent,
        later: &[ExportedEvent],
    ) -> Result<T, Finding> {
        let due = head.seq.saturating_add(1);
        if event.seq < due {
            return finding(event.seq, Wrong::Inserted);
        }
        if event.seq > due {
            let is_later = later.iter().any(|each| each.seq == due);
            return finding(due, if is_later { Wrong::Reordered } else { Wrong::Removed });
        }
        let Some(next) = later.first() else { return finding(due, Wrong::Changed) };
        // A missing root key version of what comes next says nothing of this one.
        if !self.is_next(head, next, due).unwrap_or(false) {
            return finding(due, Wrong::Changed);
        }
        let after = Head { seq: due, mac: next.mac.clone() };
        let swapped = self.is_next(&after, event, due.saturating_add(1)).unwrap_or(false);
        finding(due, if swapped { Wrong::Reordered } else { Wrong::Inserted })
    }
}

const fn finding<T>(seq: u64, wrong: Wrong) -> Result<T, Finding> {
    Err(Finding { seq, wrong })
}

/// The events from before there was a chain, which only a shard's beginning may have, and the others.
fn before_the_chain(events: &[ExportedEvent], start: u64) -> (Whole, &[ExportedEvent]) {
    let is_bare = |event: &&ExportedEvent| event.root.is_empty() && event.mac.is_empty();
    let bare = events.iter().take_while(is_bare).count();
    let (before, chained) = events.split_at_checked(bare).unwrap_or((&[], events));
    let last = before.last().map_or(start, |event| event.seq);
    (Whole { events: 0, unchained: bare as u64, last }, chained)
}

/// Whether the export has all that the checkpoints tell of, and as they tell it.
fn agree(
    checkpoints: &[Checkpoint],
    events: &[ExportedEvent],
    start: &Head,
    head: &Head,
) -> Result<(), Finding> {
    for Checkpoint { seq, mac, .. } in checkpoints {
        if *seq > head.seq {
            return finding(head.seq.saturating_add(1), Wrong::Truncated);
        }
        let held = if *seq == start.seq {
            Some(&start.mac)
        } else {
            events.iter().find(|event| event.seq == *seq).map(|event| &event.mac)
        };
        if *seq >= start.seq && held.is_some_and(|held| held != mac) {
            return finding(*seq, Wrong::Changed);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
