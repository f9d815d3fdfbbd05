// SPDX-License-Identifier: Apache-2.0
//! Handing stored events on to the log, in order, each at least once.

use super::sink::EventLog;
use crate::{
    object::{Batch, ObjectStore, Transactor, shell::Outcome},
    port::PortError,
};

/// The job that does it.
pub const DELIVER_EVENTS: &str = "deliver-events";
/// Events handed on before the note of it.
const EVENTS_PAGE: u64 = 100;
/// The fact that says up to which event all are handed on.
pub(crate) const DELIVERED: &str = "delivered";

/// Hands on a page of the events that are not yet.
///
/// # Errors
/// [`PortError`] if the log does not take one; the page begins anew later.
pub async fn deliver<S: ObjectStore + ?Sized>(
    log: &dyn EventLog,
    object: &Transactor<'_, S>,
) -> Result<Outcome<S::Change>, PortError> {
    let after = object.store.fact(DELIVERED)?.and_then(|text| text.parse().ok()).unwrap_or(0);
    let events = object.store.events(after, EVENTS_PAGE)?;
    let Some((last, _)) = events.last() else { return Ok(Outcome::done()) };
    for (_, line) in &events {
        log.write(line).await?;
    }
    let delivered = Batch { facts: vec![(DELIVERED, last.to_string())], ..Batch::default() };
    if (events.len() as u64) < EVENTS_PAGE {
        // An event stored meanwhile has put this job on the agenda again.
        return Ok(Outcome::Done(delivered));
    }
    object.commit(&delivered)?;
    Ok(Outcome::GoesOn { note: String::new(), due_millis: object.now_millis() })
}
