// SPDX-License-Identifier: Apache-2.0
//! The database of an object that keeps no records of its own: what the object shell needs is all there is.

use std::convert::Infallible;

use edgekms_service::{
    object::{
        Batch, Job, ObjectStore,
        store::{Altered, EventRow, EventSpan},
    },
    port::PortError,
};

use crate::object_sql::ObjectSql;

/// What the database gives, or why not.
type Stored<T> = Result<T, PortError>;

/// The shell's tables, and nothing beside them.
pub(crate) struct PlainStore(pub(crate) ObjectSql);

impl ObjectStore for PlainStore {
    type Change = Infallible;

    fn fact(&self, name: &str) -> Stored<Option<String>> {
        self.0.fact(name)
    }

    fn revision(&self) -> Stored<u64> {
        self.0.revision()
    }

    fn floor(&self) -> Stored<u64> {
        self.0.floor()
    }

    fn altered_since(&self, revision: u64, limit: u64) -> Stored<Vec<Altered>> {
        self.0.altered_since(revision, limit)
    }

    fn jobs(&self, limit: u64) -> Stored<Vec<Job>> {
        self.0.jobs(limit)
    }

    fn job(&self, name: &str) -> Stored<Option<Job>> {
        self.0.job(name)
    }

    fn due_jobs(&self, now_millis: i64, failed: bool, limit: u64) -> Stored<Vec<Job>> {
        self.0.due_jobs(now_millis, failed, limit)
    }

    fn event_rows(&self, span: EventSpan, limit: u64) -> Stored<Vec<EventRow>> {
        self.0.event_rows(span, limit)
    }

    fn known_events(&self, ids: &[&str]) -> Stored<Vec<String>> {
        self.0.known_events(ids)
    }

    fn commit(&self, batch: &Batch<Infallible>, now_millis: i64) -> Stored<()> {
        self.0.commit(batch, now_millis, |change| match *change {})
    }

    fn set_alarm(&self, at_millis: Option<i64>) -> Stored<()> {
        self.0.set_alarm(at_millis)
    }
}
