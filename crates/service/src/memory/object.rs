// SPDX-License-Identifier: Apache-2.0
//! The object shell's part of a database in memory.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    object::{
        Batch, Job,
        agenda::JobChange,
        batch::{Forget, StoredEvent},
        store::{Altered, EventRow, EventSpan},
    },
    port::PortError,
};

/// Facts, agenda, altered names and events of one object.
#[derive(Default)]
pub(super) struct ObjectTables {
    facts: BTreeMap<&'static str, String>,
    revision: u64,
    floor: u64,
    altered: BTreeMap<String, (u64, i64)>,
    by_revision: BTreeSet<(u64, String)>,
    jobs: BTreeMap<String, Job>,
    by_due: BTreeSet<(i64, u64, String)>,
    events: BTreeMap<u64, (StoredEvent, i64)>,
    event_ids: BTreeSet<String>,
    last: u64,
    last_event: u64,
}

pub(super) fn slice<T: Clone>(rows: impl Iterator<Item = T>, offset: u64, limit: u64) -> Vec<T> {
    let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    rows.skip(size(offset)).take(size(limit)).collect()
}

pub(super) fn twice(what: &str) -> PortError {
    PortError(format!("there is one of that name already: {what}"))
}

impl ObjectTables {
    /// A number that was not used before.
    pub(super) fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// What the database's own constraints refuse.
    pub(super) fn check<C>(&self, batch: &Batch<C>) -> Result<(), PortError> {
        let mut new_events = BTreeSet::new();
        for event in &batch.events {
            if event.link.as_ref().is_some_and(|link| self.events.contains_key(&link.seq)) {
                return Err(twice("event's number"));
            }
            if self.event_ids.contains(&event.id) || !new_events.insert(&event.id) {
                return Err(twice("event"));
            }
        }
        Ok(())
    }

    /// Stores the shell's part of a batch.
    pub(super) fn store<C>(&mut self, batch: &Batch<C>, now_millis: i64) {
        self.alter(&batch.altered, now_millis);
        batch.jobs.iter().for_each(|change| self.change_job(change));
        for event in &batch.events {
            let seq = event.link.as_ref().map_or(self.last_event + 1, |link| link.seq);
            self.last_event = seq;
            self.event_ids.insert(event.id.clone());
            self.events.insert(seq, (event.clone(), now_millis));
        }
        self.facts.extend(batch.facts.iter().cloned());
        if let Some(forget) = batch.forget {
            self.forget(forget);
        }
    }

    fn alter(&mut self, names: &[String], now_millis: i64) {
        if names.is_empty() {
            return;
        }
        self.revision += 1;
        for name in names {
            let noted = (self.revision, now_millis);
            if let Some((old, _)) = self.altered.insert(name.clone(), noted) {
                self.by_revision.remove(&(old, name.clone()));
            }
            self.by_revision.insert((self.revision, name.clone()));
        }
    }

    fn remove_job(&mut self, name: &str) {
        if let Some(job) = self.jobs.remove(name) {
            self.by_due.remove(&(job.due_millis, job.generation, job.name));
        }
    }

    fn put_job(&mut self, job: Job) {
        self.remove_job(&job.name);
        self.by_due.insert((job.due_millis, job.generation, job.name.clone()));
        self.jobs.insert(job.name.clone(), job);
    }

    fn change_job(&mut self, change: &JobChange) {
        let is_this = |tables: &Self, job: &Job| {
            tables.jobs.get(&job.name).is_some_and(|held| held.generation == job.generation)
        };
        match change {
            JobChange::Put { name, note, due_millis } => {
                let generation = self.next();
                let (name, note) = (name.clone(), note.clone());
                self.put_job(Job { name, note, due_millis: *due_millis, attempts: 0, generation });
            }
            JobChange::PutIfNone { name, .. } if self.jobs.contains_key(name) => {}
            JobChange::PutIfNone { name, due_millis } => {
                self.change_job(&JobChange::put(name.clone(), *due_millis));
            }
            JobChange::Remove { name } => self.remove_job(name),
            JobChange::Done(job) if is_this(self, job) => self.remove_job(&job.name),
            JobChange::Postpone(job) if is_this(self, job) => self.put_job(job.clone()),
            JobChange::Done(_) | JobChange::Postpone(_) => {}
        }
    }

    fn forget(&mut self, forget: Forget) {
        let Forget { altered_before, events_through } = forget;
        let old = self.altered.iter().filter(|(_, (_, at))| *at < altered_before);
        let old: Vec<_> = old.map(|(name, (revision, _))| (*revision, name.clone())).collect();
        for (revision, name) in old {
            self.floor = self.floor.max(revision);
            self.altered.remove(&name);
            self.by_revision.remove(&(revision, name));
        }
        let Self { events, event_ids, .. } = self;
        events.retain(|seq, (event, _)| {
            let kept = *seq > events_through;
            if !kept {
                event_ids.remove(&event.id);
            }
            kept
        });
    }

    pub(super) fn fact(&self, name: &str) -> Option<String> {
        self.facts.get(name).cloned()
    }

    pub(super) const fn revision(&self) -> u64 {
        self.revision
    }

    pub(super) const fn floor(&self) -> u64 {
        self.floor
    }

    pub(super) fn altered_since(&self, revision: u64, limit: u64) -> Vec<Altered> {
        let later = self.by_revision.range((revision.saturating_add(1), String::new())..);
        let rows =
            later.rev().map(|(revision, name)| Altered { name: name.clone(), revision: *revision });
        slice(rows, 0, limit)
    }

    pub(super) fn jobs(&self, limit: u64) -> Vec<Job> {
        let rows = self.by_due.iter().filter_map(|(_, _, name)| self.jobs.get(name).cloned());
        slice(rows, 0, limit)
    }

    pub(super) fn job(&self, name: &str) -> Option<Job> {
        self.jobs.get(name).cloned()
    }

    pub(super) fn due_jobs(&self, now_millis: i64, failed: bool, limit: u64) -> Vec<Job> {
        let due = self.by_due.iter().take_while(|(due, _, _)| *due <= now_millis);
        let jobs = due.filter_map(|(_, _, name)| self.jobs.get(name));
        slice(jobs.filter(|job| (job.attempts > 0) == failed).cloned(), 0, limit)
    }

    pub(super) fn event_rows(&self, span: EventSpan, limit: u64) -> Vec<EventRow> {
        let EventSpan { after, before, newest_first } = span;
        let first = after.saturating_add(1);
        // A range that ends before it begins is none.
        let within = self.events.range(first..before.max(first));
        let row = |(seq, (event, at)): (&u64, &(StoredEvent, i64))| EventRow {
            seq: *seq,
            at_millis: *at,
            event: event.clone(),
        };
        if newest_first {
            slice(within.rev().map(row), 0, limit)
        } else {
            slice(within.map(row), 0, limit)
        }
    }

    pub(super) fn known_events(&self, ids: &[&str]) -> Vec<String> {
        let known = ids.iter().filter(|id| self.event_ids.contains(**id));
        known.map(|id| (*id).to_owned()).collect()
    }
}

/// The shell's part of a store that has `tables.object`, `broken` and `alarm`. Its tables `check`
/// what their own constraints refuse, and `change`.
macro_rules! object_store {
    ($store:ident, $change:ty) => {
        impl $crate::object::ObjectStore for $store {
            type Change = $change;

            fn fact(&self, name: &str) -> Result<Option<String>, $crate::port::PortError> {
                Ok(self.tables.borrow().object.fact(name))
            }

            fn revision(&self) -> Result<u64, $crate::port::PortError> {
                Ok(self.tables.borrow().object.revision())
            }

            fn floor(&self) -> Result<u64, $crate::port::PortError> {
                Ok(self.tables.borrow().object.floor())
            }

            fn altered_since(
                &self,
                revision: u64,
                limit: u64,
            ) -> Result<Vec<$crate::object::store::Altered>, $crate::port::PortError> {
                Ok(self.tables.borrow().object.altered_since(revision, limit))
            }

            fn jobs(
                &self,
                limit: u64,
            ) -> Result<Vec<$crate::object::Job>, $crate::port::PortError> {
                Ok(self.tables.borrow().object.jobs(limit))
            }

            fn job(
                &self,
                name: &str,
            ) -> Result<Option<$crate::object::Job>, $crate::port::PortError> {
                Ok(self.tables.borrow().object.job(name))
            }

            fn due_jobs(
                &self,
                now_millis: i64,
                failed: bool,
                limit: u64,
            ) -> Result<Vec<$crate::object::Job>, $crate::port::PortError> {
                Ok(self.tables.borrow().object.due_jobs(now_millis, failed, limit))
            }

            fn event_rows(
                &self,
                span: $crate::object::store::EventSpan,
                limit: u64,
            ) -> Result<Vec<$crate::object::store::EventRow>, $crate::port::PortError> {
                Ok(self.tables.borrow().object.event_rows(span, limit))
            }

            fn known_events(&self, ids: &[&str]) -> Result<Vec<String>, $crate::port::PortError> {
                Ok(self.tables.borrow().object.known_events(ids))
            }

            fn commit(
                &self,
                batch: &$crate::object::Batch<$change>,
                now_millis: i64,
            ) -> Result<(), $crate::port::PortError> {
                if self.broken.get() {
                    return Err($crate::port::PortError::new("the disk is full"));
                }
                let tables = &mut *self.tables.borrow_mut();
                tables.object.check(batch)?;
                tables.check(batch)?;
                batch.changes.iter().for_each(|change| tables.change(change));
                tables.object.store(batch, now_millis);
                self.observe_commit(batch);
                Ok(())
            }

            fn set_alarm(&self, at_millis: Option<i64>) -> Result<(), $crate::port::PortError> {
                self.alarm.set(at_millis);
                Ok(())
            }
        }
    };
}
pub(super) use object_store;
