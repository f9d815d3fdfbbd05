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

/// What is old enough to be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forget {
    /// Altered names noted before this moment, in milliseconds since 1970; the floor rises to the greatest
    /// revision forgotten.
    pub altered_before: i64,
    /// Events up to this number.
    pub events_through: u64,
}

/// An audit event as an object keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// The event's id: no second event has it.
    pub id: String,
    /// Its JSON, one line.
    pub line: String,
    /// Its link in the chain; none before it is stored, nor for one from before there was a chain.
    pub link: Option<Link>,
}

/// An event's link in its object's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The event's number, one more than that of the event before.
    pub seq: u64,
    /// The root key version of the code.
    pub root: String,
    /// The code, in hexadecimal digits.
    pub mac: String,
}

impl StoredEvent {
    /// An event that is not chained yet.
    #[must_use]
    pub fn new(id: impl Into<String>, line: impl Into<String>) -> Self {
        Self { id: id.into(), line: line.into(), link: None }
    }
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
