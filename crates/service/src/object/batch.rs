// SPDX-License-Identifier: Apache-2.0
//! All that one transaction stores: whole, or not at all.

use super::agenda::JobChange;

/// One transaction of an object whose own records change by `C`.
#[derive(Debug, Clone)]
pub struct Batch<C> {
    /// The object's own records.
    pub changes: Vec<C>,
    /// Names of the views that the changes alter. If there are any, the object's revision grows by
    /// one and is noted beside each name.
    pub altered: Vec<String>,
    /// The agenda.
    pub jobs: Vec<JobChange>,
    /// Audit events, in order.
    pub events: Vec<StoredEvent>,
    /// Facts of the object itself, by name.
    pub facts: Vec<(&'static str, String)>,
    /// What is old enough to be forgotten, if anything.
    pub forget: Option<Forget>,
}

/// What is old enough to be forgotten, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forget {
    /// Altered names noted before this moment; the floor rises to the greatest revision forgotten.
    pub altered_before: i64,
    /// Events noted before this moment.
    pub events_before: i64,
    /// Events beyond the latest so many.
    pub events_kept: u64,
}

/// An audit event as an object keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// The event's id: no second event has it.
    pub id: String,
    /// Its JSON, one line.
    pub line: String,
}

impl<C> Default for Batch<C> {
    fn default() -> Self {
        Self {
            changes: Vec::new(),
            altered: Vec::new(),
            jobs: Vec::new(),
            events: Vec::new(),
            facts: Vec::new(),
            forget: None,
        }
    }
}

impl<C> Batch<C> {
    /// Whether there is nothing to store.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { changes, altered, jobs, events, facts, forget } = self;
        changes.is_empty()
            && altered.is_empty()
            && jobs.is_empty()
            && events.is_empty()
            && facts.is_empty()
            && forget.is_none()
    }
}
