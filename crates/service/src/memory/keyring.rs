// SPDX-License-Identifier: Apache-2.0
//! A keyring's truth in memory.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

use edgekms_api::{
    id::{AliasName, KeyId, KeyVersionId},
    key::tag::{Tag, TagKey, TagValue},
    usage::UsagePosition,
};

use super::object::{ObjectTables, object_store, slice, twice};
use crate::{
    keyring::{
        group::KeyGroup,
        record::{AliasRecord, KeyRecord, VersionRecord},
        share,
        store::{Change, KeyringStore, RootUse, Tagged},
        view::view_in,
    },
    nonce::NonceMark,
    object::{
        Batch,
        name::ViewName,
        truth::{RootCheck, TruthStore},
    },
    port::PortError,
    usage::row::{UsageName, UsageRow, name},
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
    usage: BTreeMap<UsageName, UsageRow>,
    object: ObjectTables,
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

    fn observe_commit(&self, batch: &Batch<Change>) {
        if let Some(observer) = &*self.observer.borrow() {
            observer(batch);
        }
    }
}

impl Tables {
    /// What the database's own constraints refuse.
    fn check(&self, batch: &Batch<Change>) -> Result<(), PortError> {
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
                    return Err(twice("version"));
                }
                Change::NoteNonce(mark) if self.nonces.contains_key(&mark.digest) => {
                    return Err(twice("nonce"));
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
                let seq = known.unwrap_or_else(|| self.object.next());
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
            Change::PutUsage(row) => {
                self.usage.insert(row.name(), (**row).clone());
            }
            Change::ForgetUsage(before) => self.usage.retain(|(day, ..), _| day >= before),
        }
    }
}

object_store!(MemoryStore, Change);

impl TruthStore for MemoryStore {
    fn view(&self, name: &ViewName) -> Result<Option<String>, PortError> {
        view_in(self, name)
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

    fn beside(&self, name: &ViewName) -> Result<Option<ViewName>, PortError> {
        share::beside(self, name)
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

    fn note_nonce(&self, mark: NonceMark) -> Change {
        Change::NoteNonce(mark)
    }

    fn forget_nonces(&self, before_millis: i64) -> Change {
        Change::ForgetNonces(before_millis)
    }

    fn forget_usage(&self, before_day: u32) -> Option<Change> {
        Some(Change::ForgetUsage(before_day))
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

    fn usage_row(&self, name: &UsageName) -> Result<Option<UsageRow>, PortError> {
        Ok(self.tables.borrow().usage.get(name).cloned())
    }

    fn usage_rows(
        &self,
        from: u32,
        to: u32,
        after: Option<&UsagePosition>,
        limit: u64,
    ) -> Result<Vec<UsageRow>, PortError> {
        let tables = self.tables.borrow();
        let after = after.map(|at| name(at.day.number(), at.key_id.as_ref(), &at.action));
        let rows = tables.usage.iter().filter(|(name, _)| {
            (from..=to).contains(&name.0) && after.as_ref().is_none_or(|after| *name > after)
        });
        Ok(slice(rows.map(|(_, row)| row.clone()), 0, limit))
    }
}
