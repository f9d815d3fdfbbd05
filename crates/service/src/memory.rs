// SPDX-License-Identifier: Apache-2.0
//! A keyring's truth in memory, for tests and the simulation. The running worker's is in SQLite;
//! [`crate::conformance`] holds the two to the same behaviour.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use edgekms_api::{
    id::{AliasName, KeyId, KeyVersionId},
    key::tag::{Tag, TagKey, TagValue},
};

use crate::{
    keyring::{
        group::KeyGroup,
        name::ViewName,
        record::{AliasRecord, KeyRecord, VersionRecord},
        store::{Change, KeyringStore, RootCheck, RootUse, Tagged},
    },
    nonce::NonceMark,
    object::{
        Batch, Job, ObjectStore,
        agenda::JobChange,
        batch::{Forget, StoredEvent},
        store::{Altered, EventRow, EventSpan},
    },
    port::PortError,
};

#[derive(Default)]
struct Tables {
    keys: BTreeMap<u64, KeyRecord>,
    seq_of: BTreeMap<String, u64>,
    versions: BTreeMap<String, VersionRecord>,
    aliases: BTreeMap<String, AliasRecord>,
    nonces: BTreeMap<String, i64>,
    roots: BTreeMap<String, Option<String>>,
    left: BTreeMap<String, i64>,
    parts: BTreeMap<u32, String>,
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

/// Who is told of every commit.
type Observer = Box<dyn Fn(&Batch<Change>)>;

/// One keyring's truth.
#[derive(Default)]
pub struct MemoryStore {
    tables: RefCell<Tables>,
    /// Whether commits fail.
    pub broken: Cell<bool>,
    alarm: Cell<Option<i64>>,
    observer: RefCell<Option<Observer>>,
}

impl MemoryStore {
    /// Has `observer` told of every batch that is stored from now on.
    pub fn observe(&self, observer: Observer) {
        *self.observer.borrow_mut() = Some(observer);
    }

    /// What the alarm is set to, in milliseconds since 1970.
    #[must_use]
    pub fn alarm(&self) -> Option<i64> {
        self.alarm.get()
    }

    /// Takes the alarm, as the platform does when it rings.
    pub fn ring(&self) {
        self.alarm.set(None);
    }
}

fn slice<T: Clone>(rows: impl Iterator<Item = T>, offset: u64, limit: u64) -> Vec<T> {
    let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    rows.skip(size(offset)).take(size(limit)).collect()
}

impl Tables {
    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// What the database's own constraints refuse.
    fn check(&self, batch: &Batch<Change>) -> Result<(), PortError> {
        let twice =
            |what: &str| Err(PortError(format!("there is one of that name already: {what}")));
        let mut new_events = BTreeSet::new();
        for event in &batch.events {
            if event.link.as_ref().is_some_and(|link| self.events.contains_key(&link.seq)) {
                return twice("event's number");
            }
            if self.event_ids.contains(&event.id) || !new_events.insert(&event.id) {
                return twice("event");
            }
        }
        let mut gone = BTreeSet::new();
        for change in &batch.changes {
            match change {
                Change::DeleteVersion(id) => {
                    gone.insert(id);
                }
                Change::PutVersion(version)
                    if self.versions.contains_key(version.version_id.as_str())
                        && !gone.contains(&version.version_id) =>
                {
                    return twice("version");
                }
                Change::NoteNonce(mark) if self.nonces.contains_key(&mark.digest) => {
                    return twice("nonce");
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn change(&mut self, change: &Change) {
        match change {
            Change::PutKey(key) => {
                let known = self.seq_of.get(key.key_id.as_str()).copied();
                let seq = known.unwrap_or_else(|| self.next());
                self.seq_of.insert(key.key_id.to_string(), seq);
                self.keys.insert(seq, (**key).clone());
            }
            Change::DeleteKey(id) => {
                if let Some(seq) = self.seq_of.remove(id.as_str()) {
                    self.keys.remove(&seq);
                }
            }
            Change::RewrapVersion(version)
                if !self.versions.contains_key(version.version_id.as_str()) => {}
            Change::PutVersion(version) | Change::RewrapVersion(version) => {
                if let Some(root) = version.material.root_version() {
                    self.roots.entry(root.to_owned()).or_default();
                    self.left.remove(root);
                }
                self.versions.insert(version.version_id.to_string(), (**version).clone());
            }
            Change::DeleteVersion(id) => {
                self.versions.remove(id.as_str());
            }
            Change::PutAlias(alias) => {
                self.aliases.insert(alias.name.to_string(), alias.clone());
            }
            Change::DeleteAlias(name) => {
                self.aliases.remove(name.as_str());
            }
            Change::NoteNonce(mark) => {
                self.nonces.insert(mark.digest.clone(), mark.until_millis);
            }
            Change::ForgetNonces(before) => self.nonces.retain(|_, until| *until >= *before),
            Change::NoteRoot { version, check } => {
                self.roots.insert(version.clone(), Some(check.clone()));
            }
            Change::NoteRootLeft { version, at_millis } => {
                self.left.insert(version.clone(), *at_millis);
            }
            Change::ForgetRoot(version) => {
                self.roots.remove(version);
                self.left.remove(version);
            }
            Change::StagePart { number, text } => {
                self.parts.insert(*number, text.clone());
            }
            Change::DropParts => self.parts.clear(),
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

    fn job(&mut self, change: &JobChange) {
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
                self.job(&JobChange::put(name.clone(), *due_millis));
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
}

impl ObjectStore for MemoryStore {
    type Change = Change;

    fn fact(&self, name: &str) -> Result<Option<String>, PortError> {
        Ok(self.tables.borrow().facts.get(name).cloned())
    }

    fn revision(&self) -> Result<u64, PortError> {
        Ok(self.tables.borrow().revision)
    }

    fn floor(&self) -> Result<u64, PortError> {
        Ok(self.tables.borrow().floor)
    }

    fn altered_since(&self, revision: u64, limit: u64) -> Result<Vec<Altered>, PortError> {
        let tables = self.tables.borrow();
        let later = tables.by_revision.range((revision.saturating_add(1), String::new())..);
        let rows =
            later.rev().map(|(revision, name)| Altered { name: name.clone(), revision: *revision });
        Ok(slice(rows, 0, limit))
    }

    fn jobs(&self, limit: u64) -> Result<Vec<Job>, PortError> {
        let tables = self.tables.borrow();
        let rows = tables.by_due.iter().filter_map(|(_, _, name)| tables.jobs.get(name).cloned());
        Ok(slice(rows, 0, limit))
    }

    fn job(&self, name: &str) -> Result<Option<Job>, PortError> {
        Ok(self.tables.borrow().jobs.get(name).cloned())
    }

    fn due_jobs(&self, now_millis: i64, failed: bool, limit: u64) -> Result<Vec<Job>, PortError> {
        let tables = self.tables.borrow();
        let due = tables.by_due.iter().take_while(|(due, _, _)| *due <= now_millis);
        let jobs = due.filter_map(|(_, _, name)| tables.jobs.get(name));
        Ok(slice(jobs.filter(|job| (job.attempts > 0) == failed).cloned(), 0, limit))
    }

    fn event_rows(&self, span: EventSpan, limit: u64) -> Result<Vec<EventRow>, PortError> {
        let EventSpan { after, before, newest_first } = span;
        let tables = self.tables.borrow();
        let within =
            tables.events.range(after.saturating_add(1)..).take_while(|row| *row.0 < before);
        let row = |(seq, (event, at)): (&u64, &(StoredEvent, i64))| EventRow {
            seq: *seq,
            at_millis: *at,
            event: event.clone(),
        };
        let mut rows: Vec<_> = within.map(row).collect();
        if newest_first {
            rows.reverse();
        }
        Ok(slice(rows.into_iter(), 0, limit))
    }

    fn known_events(&self, ids: &[&str]) -> Result<Vec<String>, PortError> {
        let tables = self.tables.borrow();
        let known = ids.iter().filter(|id| tables.event_ids.contains(**id));
        Ok(known.map(|id| (*id).to_owned()).collect())
    }

    fn commit(&self, batch: &Batch<Change>, now_millis: i64) -> Result<(), PortError> {
        if self.broken.get() {
            return Err(PortError::new("the disk is full"));
        }
        let tables = &mut *self.tables.borrow_mut();
        tables.check(batch)?;
        batch.changes.iter().for_each(|change| tables.change(change));
        tables.alter(&batch.altered, now_millis);
        batch.jobs.iter().for_each(|change| tables.job(change));
        for event in &batch.events {
            let seq = event.link.as_ref().map_or(tables.last_event + 1, |link| link.seq);
            tables.last_event = seq;
            tables.event_ids.insert(event.id.clone());
            tables.events.insert(seq, (event.clone(), now_millis));
        }
        tables.facts.extend(batch.facts.iter().cloned());
        if let Some(forget) = batch.forget {
            tables.forget(forget);
        }
        if let Some(observer) = &*self.observer.borrow() {
            observer(batch);
        }
        Ok(())
    }

    fn set_alarm(&self, at_millis: Option<i64>) -> Result<(), PortError> {
        self.alarm.set(at_millis);
        Ok(())
    }
}

impl KeyringStore for MemoryStore {
    fn key(&self, id: &KeyId) -> Result<Option<KeyRecord>, PortError> {
        let tables = self.tables.borrow();
        let seq = tables.seq_of.get(id.as_str());
        Ok(seq.and_then(|seq| tables.keys.get(seq)).cloned())
    }

    fn key_groups(&self) -> Result<Vec<(KeyGroup, u64)>, PortError> {
        let mut groups: Vec<(KeyGroup, u64)> = Vec::new();
        for group in self.tables.borrow().keys.values().map(KeyRecord::group) {
            match groups.iter_mut().find(|(held, _)| *held == group) {
                Some((_, number)) => *number += 1,
                None => groups.push((group, 1)),
            }
        }
        Ok(groups)
    }

    fn keys(
        &self,
        groups: Option<&[KeyGroup]>,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<KeyRecord>, PortError> {
        let tables = self.tables.borrow();
        let wanted = |key: &&KeyRecord| groups.is_none_or(|all| all.contains(&key.group()));
        Ok(slice(tables.keys.values().filter(wanted).cloned(), offset, limit))
    }

    fn keys_after(&self, after: &str, limit: u64) -> Result<Vec<KeyRecord>, PortError> {
        let mut keys: Vec<_> = self.tables.borrow().keys.values().cloned().collect();
        keys.sort_by(|one, other| one.key_id.cmp(&other.key_id));
        Ok(slice(keys.into_iter().filter(|key| key.key_id.as_str() > after), 0, limit))
    }

    fn keys_made_after(&self, after: u64, limit: u64) -> Result<Vec<(u64, KeyRecord)>, PortError> {
        let tables = self.tables.borrow();
        let later = tables.keys.range(after.saturating_add(1)..);
        Ok(slice(later.map(|(number, key)| (*number, key.clone())), 0, limit))
    }

    fn version(&self, id: &KeyVersionId) -> Result<Option<VersionRecord>, PortError> {
        Ok(self.tables.borrow().versions.get(id.as_str()).cloned())
    }

    fn count_versions(&self) -> Result<u64, PortError> {
        Ok(self.tables.borrow().versions.len() as u64)
    }

    fn count_versions_of(&self, id: &KeyId) -> Result<u64, PortError> {
        Ok(self.versions_of(id, 0, u64::MAX)?.len() as u64)
    }

    fn versions_of(
        &self,
        id: &KeyId,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<VersionRecord>, PortError> {
        let tables = self.tables.borrow();
        let own = tables.versions.values().filter(|version| version.key_id == *id);
        let mut own: Vec<_> = own.cloned().collect();
        own.sort_by(|one, other| {
            (other.created, &one.version_id).cmp(&(one.created, &other.version_id))
        });
        Ok(slice(own.into_iter(), offset, limit))
    }

    fn wrapped_under(
        &self,
        root: &str,
        after: &str,
        limit: u64,
    ) -> Result<Vec<VersionRecord>, PortError> {
        let tables = self.tables.borrow();
        let own = tables.versions.values().filter(|held| {
            held.material.root_version() == Some(root) && held.version_id.as_str() > after
        });
        Ok(slice(own.cloned(), 0, limit))
    }

    fn alias(&self, name: &AliasName) -> Result<Option<AliasRecord>, PortError> {
        Ok(self.tables.borrow().aliases.get(name.as_str()).cloned())
    }

    fn count_aliases(&self) -> Result<u64, PortError> {
        Ok(self.tables.borrow().aliases.len() as u64)
    }

    fn aliases(&self, offset: u64, limit: u64) -> Result<Vec<AliasRecord>, PortError> {
        Ok(slice(self.tables.borrow().aliases.values().cloned(), offset, limit))
    }

    fn aliases_after(&self, after: &str, limit: u64) -> Result<Vec<AliasRecord>, PortError> {
        let aliases: Vec<_> = self.tables.borrow().aliases.values().cloned().collect();
        Ok(slice(aliases.into_iter().filter(|alias| alias.name.as_str() > after), 0, limit))
    }

    fn count_aliases_of(&self, id: &KeyId) -> Result<u64, PortError> {
        Ok(self.aliases_of(id, 0, u64::MAX)?.len() as u64)
    }

    fn aliases_of(
        &self,
        id: &KeyId,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<AliasRecord>, PortError> {
        let tables = self.tables.borrow();
        let own = tables.aliases.values().filter(|alias| alias.key_id == *id);
        Ok(slice(own.cloned(), offset, limit))
    }

    fn tags_after(
        &self,
        wanted: &Tagged<'_>,
        after: Option<(&str, &str)>,
        limit: u64,
    ) -> Result<Vec<(KeyId, Tag)>, PortError> {
        let tables = self.tables.borrow();
        let has = |key: &KeyRecord, tag: &(TagKey, Option<TagValue>)| {
            let fits = |held: &Tag| tag.1.as_ref().is_none_or(|value| *value == held.value);
            key.tags.iter().any(|held| held.key == tag.0 && fits(held))
        };
        let keys = tables.keys.values().filter(|key| {
            wanted.keys.is_none_or(|ids| ids.contains(&key.key_id))
                && wanted.having.iter().all(|tag| has(key, tag))
        });
        let mut tags: Vec<_> = keys
            .flat_map(|key| key.tags.iter().map(|tag| (key.key_id.clone(), tag.clone())))
            .filter(|(id, tag)| after.is_none_or(|at| (id.as_str(), tag.key.as_str()) > at))
            .collect();
        tags.sort_by(|(one, a), (other, b)| (one, &a.key).cmp(&(other, &b.key)));
        Ok(slice(tags.into_iter(), 0, limit))
    }

    fn view_names(&self, after: &str, limit: u64) -> Result<Vec<ViewName>, PortError> {
        let tables = self.tables.borrow();
        let aliases = tables.aliases.values().map(|alias| ViewName::Alias(alias.name.clone()));
        let mut keys: Vec<_> =
            tables.keys.values().map(|key| ViewName::Key(key.key_id.clone())).collect();
        keys.sort_by_key(ViewName::local);
        let versions =
            tables.versions.values().map(|version| ViewName::Version(version.version_id.clone()));
        let all = aliases.chain(keys).chain(versions);
        Ok(slice(all.filter(|name| name.local().as_str() > after), 0, limit))
    }

    fn nonce_used(&self, mark: &NonceMark) -> Result<bool, PortError> {
        Ok(self.tables.borrow().nonces.contains_key(&mark.digest))
    }

    fn root_checks(&self) -> Result<Vec<RootCheck>, PortError> {
        let tables = self.tables.borrow();
        let check = |(version, check): (&String, &Option<String>)| RootCheck {
            version: version.clone(),
            check: check.clone(),
        };
        Ok(tables.roots.iter().map(check).collect())
    }

    fn root_uses(&self) -> Result<Vec<RootUse>, PortError> {
        let tables = self.tables.borrow();
        let under = |root: &str| {
            let own = tables.versions.values();
            own.filter(|held| held.material.root_version() == Some(root)).count() as u64
        };
        let row = |root: &String| RootUse {
            version: root.clone(),
            versions: under(root),
            left_millis: tables.left.get(root).copied(),
        };
        Ok(tables.roots.keys().map(row).collect())
    }

    fn part(&self, number: u32) -> Result<Option<String>, PortError> {
        Ok(self.tables.borrow().parts.get(&number).cloned())
    }
}
