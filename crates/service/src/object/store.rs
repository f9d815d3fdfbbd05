// SPDX-License-Identifier: Apache-2.0
//! The port to an object's database. Synchronous, as SQLite in a Durable Object is: between a load
//! and the commit that it leads to, nothing else runs.

use crate::port::PortError;

use super::{
    agenda::Job,
    batch::{Batch, StoredEvent},
};

/// A name whose view altered, and the revision that altered it last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Altered {
    /// The view's name.
    pub name: String,
    /// The object's revision at that change.
    pub revision: u64,
}

/// An event as it is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its number.
    pub seq: u64,
    /// When it was stored, in milliseconds since 1970.
    pub at_millis: i64,
    /// The event.
    pub event: StoredEvent,
}

/// Which events, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventSpan {
    /// Those after this number.
    pub after: u64,
    /// Those before this number.
    pub before: u64,
    /// In which order.
    pub newest_first: bool,
}

impl EventSpan {
    /// Every event after a number, in order.
    #[must_use]
    pub const fn after(after: u64) -> Self {
        Self { after, before: u64::MAX, newest_first: false }
    }

    /// Every event, the newest first.
    #[must_use]
    pub const fn newest() -> Self {
        Self { after: 0, before: u64::MAX, newest_first: true }
    }
}

/// The shell's part of an object's database. What the object decides about is in a trait on top.
pub trait ObjectStore {
    /// A change of the object's own records.
    type Change: Clone;

    /// A fact of the object itself.
    ///
    /// # Errors
    /// [`PortError`] when the database fails or a record does not parse; so for every method here.
    fn fact(&self, name: &str) -> Result<Option<String>, PortError>;

    /// How many commits have altered a view.
    ///
    /// # Errors
    /// As [`ObjectStore::fact`].
    fn revision(&self) -> Result<u64, PortError>;

    /// The revision since which every altered name is still noted.
    ///
    /// # Errors
    /// As [`ObjectStore::fact`].
    fn floor(&self) -> Result<u64, PortError>;

    /// The names altered after `revision`, the latest first, at most `limit`.
    ///
    /// # Errors
    /// As [`ObjectStore::fact`].
    fn altered_since(&self, revision: u64, limit: u64) -> Result<Vec<Altered>, PortError>;

    /// Jobs in the order in which they are due, at most `limit`.
    ///
    /// # Errors
    /// As [`ObjectStore::fact`].
    fn jobs(&self, limit: u64) -> Result<Vec<Job>, PortError>;

    /// The job of this name.
    ///
    /// # Errors
    /// As [`ObjectStore::fact`].
    fn job(&self, name: &str) -> Result<Option<Job>, PortError>;

    /// Jobs due at `now_millis`, in the order in which they were, at most `limit`: those that failed
    /// before, or those that did not.
    ///
    /// # Errors
    /// As [`ObjectStore::fact`].
    fn due_jobs(&self, now_millis: i64, failed: bool, limit: u64) -> Result<Vec<Job>, PortError>;

    /// Events after the sequence number `after`, in order, at most `limit`, each with its own.
    ///
    /// # Errors
    /// As [`ObjectStore::fact`].
    fn events(&self, after: u64, limit: u64) -> Result<Vec<(u64, String)>, PortError> {
        let rows = self.event_rows(EventSpan::after(after), limit)?;
        Ok(rows.into_iter().map(|row| (row.seq, row.event.line)).collect())
    }

    /// Events of a span, at most `limit`.
    ///
    /// # Errors
    /// As [`ObjectStore::fact`].
    fn event_rows(&self, span: EventSpan, limit: u64) -> Result<Vec<EventRow>, PortError>;

    /// Those of `ids` that an event has.
    ///
    /// # Errors
    /// As [`ObjectStore::fact`].
    fn known_events(&self, ids: &[&str]) -> Result<Vec<String>, PortError>;

    /// Stores all of `batch`, noted at `now_millis`, in one transaction.
    ///
    /// # Errors
    /// As [`ObjectStore::fact`]; then nothing has changed.
    fn commit(&self, batch: &Batch<Self::Change>, now_millis: i64) -> Result<(), PortError>;

    /// Sets the object's one alarm, or takes it away. Belongs to the same write as a commit just
    /// before it. Only [`super::Shell`] calls this.
    ///
    /// # Errors
    /// As [`ObjectStore::fact`].
    fn set_alarm(&self, at_millis: Option<i64>) -> Result<(), PortError>;
}

/// The number of the last event that was stored before `moment_millis`; 0 if there is none. Events are
/// stored in the order of their time, so this takes some twenty looks in a million.
///
/// # Errors
/// [`PortError`] when the database fails.
pub fn last_event_before<S: ObjectStore + ?Sized>(
    store: &S,
    moment_millis: i64,
) -> Result<u64, PortError> {
    let newest = store.event_rows(EventSpan::newest(), 1)?.pop().map_or(0, |row| row.seq);
    // What is looked for is at `low` or after it, and before `high`.
    let (mut low, mut high) = (0_u64, newest.saturating_add(1));
    while high.saturating_sub(low) > 1 {
        let middle = low.midpoint(high);
        // The first event from there on: numbers may be missing where a beginning was forgotten.
        let row = store.event_rows(EventSpan::after(middle.saturating_sub(1)), 1)?.pop();
        match row {
            Some(EventRow { seq, at_millis, .. }) if at_millis < moment_millis => low = seq,
            _ => high = middle,
        }
    }
    Ok(low)
}
