// SPDX-License-Identifier: Apache-2.0
//! How long an object keeps its events. What it forgets is handed on first, where there is an archive; and what is
//! left still verifies.

use super::{
    archive::hand_on,
    export::Origin,
    link::{start_after, time_of},
};
use crate::{
    object::{
        ObjectStore,
        store::{EventSpan, last_event_before},
    },
    port::{Archive, PortError},
};

/// Events that are forgotten in one transaction.
const FORGOTTEN_AT_ONCE: u64 = 10_000;

/// What may be forgotten now.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// The number of the last event that is; 0 for none.
    pub through: u64,
    /// The facts by which the rest still verifies, and what is gone is found.
    pub facts: Vec<(&'static str, String)>,
    /// Whether there is more.
    pub more: bool,
}

/// How long and how many events are kept.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// Those stored from this moment on, in milliseconds since 1970.
    pub since_millis: i64,
    /// The latest so many at the most.
    pub number: u64,
}

/// What an object may forget of its events at `now_millis`: what is told may be forgotten, however long it took
/// to find out, as only later events can have come meanwhile.
///
/// # Errors
/// [`PortError`] when the database or the archive fails; then nothing may be.
pub async fn forget<S: ObjectStore + ?Sized>(
    store: &S,
    archive: Option<&dyn Archive>,
    origin: &Origin<'_>,
    kept: Kept,
    now_millis: i64,
) -> Result<Forgotten, PortError> {
    let first = store.event_rows(EventSpan::after(0), 1)?.pop();
    let last = store.event_rows(EventSpan::newest(), 1)?.pop();
    let (Some(first), Some(last)) = (first, last) else { return Ok(Forgotten::default()) };
    let too_many = last.seq.saturating_sub(kept.number);
    let wanted = last_event_before(store, kept.since_millis)?.max(too_many);
    if wanted < first.seq {
        return Ok(Forgotten::default());
    }
    let (mut through, mut facts) =
        (wanted.min(first.seq.saturating_add(FORGOTTEN_AT_ONCE - 1)), Vec::new());
    if let Some(archive) = archive {
        let handed = hand_on(store, archive, origin, through, &time_of(now_millis)).await?;
        let Some((archived, fact)) = handed else { return Ok(Forgotten::default()) };
        through = archived.through;
        facts.push(fact);
    }
    facts.push(start_after(store, origin.chain, through, now_millis)?);
    Ok(Forgotten { through, facts, more: through < wanted })
}
