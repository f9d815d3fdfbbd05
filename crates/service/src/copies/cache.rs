// SPDX-License-Identifier: Apache-2.0
//! One isolate's memory of views, bounded in size; and of unwrapped material, bounded in time too.
//!
//! A view stays as long as nothing has altered its name, however long that is: that is
//! [`super::knowledge`]'s to say. Material in the clear stays [`MATERIAL_LIVES_MILLIS`] after its
//! last use, and is then wiped although nobody calls (see [`crate::call::Chore`]); the wrapped
//! record stays, so that the next use needs no load.

use std::{num::NonZeroUsize, rc::Rc};

use edgekms_api::{
    id::{AliasName, KeyId, KeyVersionId},
    key::{KeySpec, KeyUsage},
    place::Place,
};
use lru::LruCache;

use super::tally::KINDS;
use crate::object::name::{EntityName, ViewName};
use crate::{
    account::view::EntityView,
    keyring::record::{KeyView, VersionRecord},
    port::key_store::UsableKey,
};

/// Views of each kind that one isolate holds at the most.
pub const CAPACITY: NonZeroUsize = NonZeroUsize::new(4_096).unwrap();

/// How long unwrapped material stays after its last use.
pub const MATERIAL_LIVES_MILLIS: i64 = 10_000;

/// A key version with its material unwrapped and made ready.
pub struct LoadedVersion {
    /// The version.
    pub version_id: KeyVersionId,
    /// The key that it belongs to.
    pub key_id: KeyId,
    /// Where that is.
    pub place: Place,
    /// The key's spec.
    pub spec: KeySpec,
    /// What the key may be used for.
    pub usage: KeyUsage,
    /// DER of the SubjectPublicKeyInfo, of an asymmetric key.
    pub public_key: Option<Vec<u8>>,
    /// What works with it. Wiped when the last holder lets go.
    pub key: Rc<dyn UsableKey>,
}

/// A view, read.
#[derive(Clone)]
pub enum Held {
    /// A key's state.
    Key(Rc<KeyView>),
    /// A key version's wrapped material.
    Version(Rc<VersionRecord>),
    /// The key behind an alias.
    Alias(KeyId),
    /// What an account holds.
    Entity(Rc<EntityView>),
}

struct Entry<T> {
    value: T,
    revision: u64,
}

struct Version {
    record: Rc<VersionRecord>,
    /// The material in the clear, and when it was last used.
    loaded: Option<(Rc<LoadedVersion>, i64)>,
}

/// Views by name.
pub struct ViewCache {
    keys: LruCache<KeyId, Entry<Rc<KeyView>>>,
    versions: LruCache<KeyVersionId, Entry<Version>>,
    aliases: LruCache<AliasName, Entry<KeyId>>,
    entities: LruCache<EntityName, Entry<Rc<EntityView>>>,
    /// How often a view was read that is held, by kind ([`super::tally::KINDS`]).
    reads: [u32; KINDS.len()],
}

impl ViewCache {
    /// An empty cache of at most `capacity` views of each kind.
    #[must_use]
    pub fn new(capacity: NonZeroUsize) -> Self {
        Self {
            keys: LruCache::new(capacity),
            versions: LruCache::new(capacity),
            aliases: LruCache::new(capacity),
            entities: LruCache::new(capacity),
            reads: [0; KINDS.len()],
        }
    }

    /// How often views were read since this was last asked, with the names of their kinds.
    pub fn take_reads(&mut self) -> [(&'static str, u32); KINDS.len()] {
        let mut reads = std::mem::take(&mut self.reads).into_iter();
        KINDS.map(|kind| (kind, reads.next().unwrap_or(0)))
    }

    /// A key's state.
    pub fn key(&mut self, id: &KeyId) -> Option<Rc<KeyView>> {
        counted(&mut self.reads[0], self.keys.get(id).map(|entry| entry.value.clone()))
    }

    /// The key behind an alias.
    pub fn alias(&mut self, name: &AliasName) -> Option<KeyId> {
        counted(&mut self.reads[2], self.aliases.get(name).map(|entry| entry.value.clone()))
    }

    /// What an account holds.
    pub fn entity(&mut self, name: &EntityName) -> Option<Rc<EntityView>> {
        counted(&mut self.reads[4], self.entities.get(name).map(|entry| entry.value.clone()))
    }

    /// A version's wrapped material.
    pub fn version(&mut self, id: &KeyVersionId) -> Option<Rc<VersionRecord>> {
        counted(&mut self.reads[1], self.versions.get(id).map(|entry| entry.value.record.clone()))
    }

    /// A version's material in the clear, if it still is; it then stays on.
    pub fn loaded(&mut self, id: &KeyVersionId, now_millis: i64) -> Option<Rc<LoadedVersion>> {
        let held = &mut self.versions.get_mut(id)?.value.loaded;
        // What should have been wiped by now is, at the latest here.
        *held = held.take().filter(|(_, used)| {
            (0..MATERIAL_LIVES_MILLIS).contains(&now_millis.saturating_sub(*used))
        });
        let (loaded, used) = held.as_mut()?;
        *used = now_millis;
        counted(&mut self.reads[1], Some(loaded.clone()))
    }

    /// Keeps a version's material in the clear, beside its record.
    pub fn keep_loaded(&mut self, loaded: &Rc<LoadedVersion>, now_millis: i64) {
        if let Some(entry) = self.versions.get_mut(&loaded.version_id) {
            entry.value.loaded = Some((loaded.clone(), now_millis));
        }
    }

    /// Takes a view in, unless what is held is from a later revision.
    pub fn store(&mut self, name: &ViewName, held: Held, revision: u64) {
        match (name, held) {
            (ViewName::Key(id), Held::Key(value)) => put(&mut self.keys, id, value, revision),
            (ViewName::Alias(name), Held::Alias(value)) => {
                put(&mut self.aliases, name, value, revision);
            }
            (ViewName::Version(id), Held::Version(record)) => {
                put(&mut self.versions, id, Version { record, loaded: None }, revision);
            }
            (ViewName::Entity(name), Held::Entity(value)) => {
                put(&mut self.entities, name, value, revision);
            }
            // Read as what its name says, so it is of that kind.
            _ => {}
        }
    }

    /// Drops what is held of `name` from before `revision`.
    pub fn drop_older(&mut self, name: &ViewName, revision: u64) {
        match name {
            ViewName::Key(id) => drop_older(&mut self.keys, id, revision),
            ViewName::Version(id) => drop_older(&mut self.versions, id, revision),
            ViewName::Alias(name) => drop_older(&mut self.aliases, name, revision),
            // None is held here.
            ViewName::Share(_) => {}
            ViewName::Entity(name) => drop_older(&mut self.entities, name, revision),
        }
    }

    /// Drops everything.
    pub fn clear(&mut self) {
        self.keys.clear();
        self.versions.clear();
        self.aliases.clear();
        self.entities.clear();
    }

    /// Wipes material whose time is over, and says when the next one's is.
    pub fn evict_material(&mut self, now_millis: i64) -> Option<i64> {
        let mut next = None;
        for (_, entry) in self.versions.iter_mut() {
            let Some((_, used)) = &entry.value.loaded else { continue };
            let until = used.saturating_add(MATERIAL_LIVES_MILLIS);
            // A clock that went back is no reason to keep it.
            if now_millis >= until || now_millis < *used {
                entry.value.loaded = None;
            } else {
                next = Some(next.map_or(until, |earliest: i64| earliest.min(until)));
            }
        }
        next
    }
}

/// What is held, counted.
fn counted<T>(reads: &mut u32, held: Option<T>) -> Option<T> {
    if held.is_some() {
        *reads = reads.saturating_add(1);
    }
    held
}

fn put<K, V>(entries: &mut LruCache<K, Entry<V>>, key: &K, value: V, revision: u64)
where
    K: Clone + Eq + std::hash::Hash,
{
    if entries.peek(key).is_none_or(|held| held.revision <= revision) {
        entries.put(key.clone(), Entry { value, revision });
    }
}

fn drop_older<K, V>(entries: &mut LruCache<K, Entry<V>>, key: &K, revision: u64)
where
    K: Eq + std::hash::Hash,
{
    if entries.peek(key).is_some_and(|held| held.revision < revision) {
        entries.pop(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{key_record, version_record};

    struct Nothing;

    impl UsableKey for Nothing {}

    fn key_name() -> ViewName {
        ViewName::Key(key_record().key_id)
    }

    fn key() -> Held {
        Held::Key(Rc::new(key_record().view()))
    }

    #[test]
    fn an_older_revision_displaces_nothing_and_an_alteration_drops_what_is_older() {
        let mut cache = ViewCache::new(CAPACITY);
        cache.store(&key_name(), key(), 5);
        cache.store(&key_name(), key(), 4);
        cache.drop_older(&key_name(), 5);
        assert!(cache.key(&key_record().key_id).is_some(), "held as of 5");
        cache.drop_older(&key_name(), 6);
        assert!(cache.key(&key_record().key_id).is_none());
    }

    #[test]
    fn the_size_is_bounded() {
        let mut cache = ViewCache::new(NonZeroUsize::new(4).unwrap());
        for index in 0..100 {
            let name = ViewName::from_local(&format!("alias/{index}")).unwrap();
            cache.store(&name, Held::Alias(key_record().key_id), 1);
        }
        assert!(cache.aliases.len() <= 4);
        assert!(cache.alias(&"alias/99".parse().unwrap()).is_some());
    }

    #[test]
    fn material_is_wiped_on_time_and_its_record_stays() {
        let mut cache = ViewCache::new(CAPACITY);
        let record = version_record();
        let id = record.version_id.clone();
        let name = ViewName::Version(id.clone());
        cache.store(&name, Held::Version(Rc::new(record.clone())), 1);
        let loaded = Rc::new(LoadedVersion {
            version_id: id.clone(),
            key_id: record.key_id,
            place: crate::testing::place(),
            spec: KeySpec::Aes256,
            usage: KeyUsage::EncryptDecrypt,
            public_key: None,
            key: Rc::new(Nothing),
        });
        cache.keep_loaded(&loaded, 0);
        let gone = Rc::downgrade(&loaded);
        drop(loaded);
        assert_eq!(cache.evict_material(9_999), Some(10_000));
        assert!(cache.loaded(&id, 9_999).is_some(), "and used once more");
        assert_eq!(cache.evict_material(10_000), Some(19_999));
        assert_eq!(cache.evict_material(19_999), None);
        assert_eq!(gone.strong_count(), 0, "nobody holds it any more");
        assert!(cache.loaded(&id, 20_000).is_none());
        assert!(cache.version(&id).is_some());
    }
}
