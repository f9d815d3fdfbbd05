// SPDX-License-Identifier: Apache-2.0
//! One isolate's cache of views: bounded in size, and nothing in it older than 5 s.

use std::{
    collections::{HashMap, VecDeque},
    rc::Rc,
};

use edgekms_api::id::{KeyId, KeyVersionId};

use crate::{blob::BlobKey, record::KeyView};

/// How long a view may be used without looking again: the promise for a disabled key.
pub const MAX_AGE_MILLIS: i64 = 5_000;
/// Views that one isolate holds at the most.
pub const CAPACITY: usize = 4_096;

/// A key version with its material unwrapped and made ready.
pub struct LoadedVersion {
    /// The version.
    pub version_id: KeyVersionId,
    /// The key that it belongs to.
    pub key_id: KeyId,
    /// What seals and opens with it. Wiped when the last holder lets go.
    pub blob_key: BlobKey,
}

/// A view, ready for use.
#[derive(Clone)]
pub enum View {
    /// A key's state.
    Key(Rc<KeyView>),
    /// A key version's material.
    Version(Rc<LoadedVersion>),
    /// The key behind an alias.
    Alias(KeyId),
    /// The keyring said a moment ago that there is no such thing any more.
    Gone,
}

impl View {
    /// Of two views under one name the greater is the later. Versions never change; an alias's and
    /// an absence's newest word counts.
    fn revision(&self) -> u64 {
        match self {
            Self::Key(key) => key.revision,
            Self::Version(_) | Self::Alias(_) | Self::Gone => 0,
        }
    }
}

struct Entry {
    view: View,
    expires_millis: i64,
}

/// Views by published name.
pub struct ViewCache {
    entries: HashMap<String, Entry>,
    /// Names in order of expiry, since every view lives equally long.
    order: VecDeque<(String, i64)>,
    capacity: usize,
}

impl ViewCache {
    /// An empty cache of at most `capacity` views.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { entries: HashMap::new(), order: VecDeque::new(), capacity }
    }

    /// The view under `name`, if it is fresh.
    #[must_use]
    pub fn load(&self, name: &str, now_millis: i64) -> Option<View> {
        let entry = self.entries.get(name)?;
        (now_millis < entry.expires_millis).then(|| entry.view.clone())
    }

    /// Takes a view in. An older revision does not displace a fresh newer one: a slow read must
    /// not undo what a change has just told this isolate.
    pub fn store(&mut self, name: &str, view: View, now_millis: i64) {
        let newer = self.load(name, now_millis).is_some_and(|held| {
            held.revision() > view.revision()
                || matches!((&held, &view), (View::Gone, View::Alias(_)))
        });
        if newer {
            return;
        }
        self.make_room(now_millis);
        let expires_millis = now_millis.saturating_add(MAX_AGE_MILLIS);
        self.order.push_back((name.to_owned(), expires_millis));
        self.entries.insert(name.to_owned(), Entry { view, expires_millis });
    }

    /// As [`ViewCache::store`], for what the keyring itself has just said of a change: it counts
    /// whatever is held, unless that is a later revision.
    pub fn store_from_keyring(&mut self, name: &str, view: View, now_millis: i64) {
        if matches!(view, View::Alias(_)) {
            self.entries.remove(name);
        }
        self.store(name, view, now_millis);
    }

    fn make_room(&mut self, now_millis: i64) {
        while let Some((name, expires)) = self.order.front() {
            if *expires > now_millis && self.order.len() < self.capacity {
                break;
            }
            // A name that was stored again has a later place in the order too, and stays.
            if self.entries.get(name).is_some_and(|entry| entry.expires_millis == *expires) {
                self.entries.remove(name);
            }
            self.order.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::key_record;
    use edgekms_api::key::KeyState;

    fn key(revision: u64) -> View {
        let mut view = key_record().view();
        view.revision = revision;
        if revision > 1 {
            view.state = KeyState::Disabled;
        }
        View::Key(Rc::new(view))
    }

    fn revision(cache: &ViewCache, now: i64) -> Option<u64> {
        cache.load("k", now).map(|view| view.revision())
    }

    #[test]
    fn nothing_is_older_than_five_seconds() {
        let mut cache = ViewCache::new(8);
        cache.store("k", key(1), 0);
        assert_eq!(revision(&cache, 4_999), Some(1));
        assert_eq!(revision(&cache, 5_000), None);
    }

    #[test]
    fn a_slow_read_does_not_undo_a_change() {
        let mut cache = ViewCache::new(8);
        cache.store_from_keyring("k", key(2), 0);
        cache.store("k", key(1), 1);
        assert_eq!(revision(&cache, 2), Some(2));
        cache.store("k", key(1), 5_000);
        assert_eq!(revision(&cache, 5_001), Some(1), "the promise is 5 s, not for ever");
    }

    #[test]
    fn a_deleted_alias_stays_deleted_until_it_is_made_again() {
        let mut cache = ViewCache::new(8);
        let alias = || View::Alias(key_record().key_id);
        cache.store_from_keyring("a", View::Gone, 0);
        cache.store("a", alias(), 1);
        assert!(matches!(cache.load("a", 2), Some(View::Gone)));
        cache.store_from_keyring("a", alias(), 3);
        assert!(matches!(cache.load("a", 4), Some(View::Alias(_))));
    }

    #[test]
    fn the_size_is_bounded_and_the_oldest_go() {
        let mut cache = ViewCache::new(4);
        for index in 0..100 {
            cache.store(&format!("k{index}"), key(1), index);
        }
        assert!(cache.entries.len() <= 4 && cache.order.len() <= 4);
        assert!(cache.load("k99", 99).is_some());
        assert!(cache.load("k0", 99).is_none());
    }
}
