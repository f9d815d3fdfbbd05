// SPDX-License-Identifier: Apache-2.0
//! What was so, and when, as the keyring's database had it at each commit; and the first thing that
//! must never be and was.

pub mod account;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use edgekms_api::{id::KeyVersionId, key::KeyState};
use edgekms_service::{
    keyring::{
        record::VersionRecord,
        store::{Change, KeyringStore},
    },
    object::Batch,
};

use crate::executor::Executor;

/// What held from which moment on, oldest first.
#[derive(Debug, Clone)]
pub struct Timeline<T>(Vec<(i64, T)>);

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// The first thing that must never be, if it was.
#[derive(Default)]
pub struct Findings(RefCell<Option<String>>);

impl Findings {
    /// Takes note of what must never be.
    pub fn violate(&self, what: impl FnOnce() -> String) {
        let mut first = self.0.borrow_mut();
        if first.is_none() {
            *first = Some(what());
        }
    }

    /// The first thing that was noted.
    #[must_use]
    pub fn first(&self) -> Option<String> {
        self.0.borrow().clone()
    }
}

impl<T: Clone + PartialEq> Timeline<T> {
    /// Whether something held that `is` recognises, at any moment from `from` to `to`, both
    /// included. Before the first entry nothing did.
    pub fn was(&self, from: i64, to: i64, is: impl Fn(&T) -> bool) -> bool {
        self.0.iter().enumerate().any(|(index, (began, value))| {
            let ended = self.0.get(index + 1).map_or(i64::MAX, |(next, _)| *next);
            *began <= to && ended >= from && is(value)
        })
    }

    /// Since when something held that `is` recognises, the last time that it did from `from` to `to`.
    pub fn last(&self, from: i64, to: i64, is: impl Fn(&T) -> bool) -> Option<i64> {
        let held = |index: usize, began: i64| {
            let ended = self.0.get(index + 1).map_or(i64::MAX, |(next, _)| *next);
            began <= to && ended >= from
        };
        let entries = self.0.iter().enumerate().rev();
        let mut found = entries.filter(|(index, (began, value))| held(*index, *began) && is(value));
        found.next().map(|(_, (began, _))| *began)
    }

    /// All that held at some moment from `from` to `to`.
    fn all(&self, from: i64, to: i64) -> Vec<T> {
        let mut held = Vec::new();
        for (index, (began, value)) in self.0.iter().enumerate() {
            let ended = self.0.get(index + 1).map_or(i64::MAX, |(next, _)| *next);
            if *began <= to && ended >= from {
                held.push(value.clone());
            }
        }
        held
    }

    /// Whether nothing held yet at this moment.
    fn began_after(&self, at: i64) -> bool {
        self.0.first().is_none_or(|(began, _)| *began >= at)
    }

    fn since(&self) -> Option<i64> {
        self.0.last().map(|(began, _)| *began)
    }

    fn now(&self) -> Option<&T> {
        self.0.last().map(|(_, value)| value)
    }

    fn put(&mut self, at: i64, value: T) {
        if self.now() != Some(&value) {
            self.0.push((at, value));
        }
    }
}

/// The shortest time that a key waits for its deletion, less what clocks differ by.
const WAITING_MILLIS: i64 = (7 * 24 - 1) * 60 * 60 * 1000;

/// What no change may do.
enum Wrong {
    /// Store a text that only one request carried a second time.
    Twice(String),
    /// Delete a key that nobody planned to, or too soon.
    DeletedTooSoon(String),
}

/// The truth of one keyring.
pub struct Truth {
    executor: Rc<Executor>,
    findings: Rc<Findings>,
    told: RefCell<Told>,
}

#[derive(Default)]
struct Told {
    keys: BTreeMap<String, Timeline<Option<KeyState>>>,
    aliases: BTreeMap<String, Timeline<Option<String>>>,
    versions: BTreeMap<String, VersionRecord>,
    descriptions: BTreeMap<String, String>,
    used: BTreeSet<String>,
    commits: u64,
}

impl Truth {
    /// Nothing yet.
    #[must_use]
    pub fn new(executor: Rc<Executor>, findings: Rc<Findings>) -> Rc<Self> {
        Rc::new(Self { executor, findings, told: RefCell::default() })
    }

    /// Takes note of what must never be.
    pub fn violate(&self, what: impl FnOnce() -> String) {
        self.findings.violate(what);
    }

    /// How many transactions were stored.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.told.borrow().commits
    }

    /// A key's states; none for one that never was.
    #[must_use]
    pub fn key(&self, id: &str) -> Option<Timeline<Option<KeyState>>> {
        self.told.borrow().keys.get(id).cloned()
    }

    /// The keys that an alias named; `None` where it named none.
    #[must_use]
    pub fn alias(&self, name: &str) -> Timeline<Option<String>> {
        let told = self.told.borrow();
        told.aliases.get(name).cloned().unwrap_or(Timeline(vec![(i64::MIN, None)]))
    }

    /// A version that ever was.
    #[must_use]
    pub fn version(&self, id: &str) -> Option<VersionRecord> {
        self.told.borrow().versions.get(id).cloned()
    }

    /// The versions that a key ever had.
    #[must_use]
    pub fn versions_of(&self, key: &str) -> Vec<VersionRecord> {
        let told = self.told.borrow();
        let own = told.versions.values().filter(|version| version.key_id.as_str() == key);
        own.cloned().collect()
    }

    /// Those whose material a store elsewhere was given to keep, also if they are deleted by now.
    #[must_use]
    pub fn held_versions(&self) -> Vec<KeyVersionId> {
        let told = self.told.borrow();
        let held = told.versions.values().filter(|version| version.material.handle().is_some());
        held.map(|version| version.version_id.clone()).collect()
    }

    /// Holds the database against all that was ever stored in it: a key is there unless a deletion
    /// that was planned has been carried out, and an alias names what it was last made to name.
    pub fn hold_against(&self, store: &dyn KeyringStore) {
        let lost = self.told.borrow().lost(store);
        if let Some(what) = lost {
            self.violate(|| what);
        }
    }

    /// Takes note of a transaction, at the moment when it was stored.
    pub fn committed(&self, batch: &Batch<Change>) {
        let now = self.executor.now();
        let mut told = self.told.borrow_mut();
        told.commits += 1;
        let mut wrong = None;
        for change in &batch.changes {
            wrong = told.change(change, now).or(wrong);
        }
        drop(told);
        match wrong {
            Some(Wrong::Twice(text)) => {
                self.violate(|| format!("a change happened twice: {text}"));
            }
            Some(Wrong::DeletedTooSoon(key)) => {
                self.violate(|| format!("{key} was deleted before its waiting time was over"));
            }
            None => {}
        }
        let events = batch.events.len();
        if !batch.altered.is_empty() && events != 1 {
            self.violate(|| format!("a change was stored with {events} events"));
        }
    }
}

impl Told {
    fn lost(&self, store: &dyn KeyringStore) -> Option<String> {
        for (id, states) in &self.keys {
            let held = id.parse().ok().and_then(|id| store.key(&id).ok().flatten());
            let state = held.map(|key| key.state);
            if states.now() != Some(&state) {
                return Some(format!("key {id} is {state:?} in the database"));
            }
        }
        for (name, names) in &self.aliases {
            let held = name.parse().ok().and_then(|name| store.alias(&name).ok().flatten());
            let key = held.map(|alias| alias.key_id.to_string());
            if names.now() != Some(&key) {
                return Some(format!("{name} names {key:?} in the database"));
            }
        }
        None
    }

    /// Gives back what a change does that none may.
    fn change(&mut self, change: &Change, now: i64) -> Option<Wrong> {
        match change {
            Change::PutKey(key) => {
                let id = key.key_id.to_string();
                let states = self.keys.entry(id.clone()).or_insert(Timeline(Vec::new()));
                states.put(now, Some(key.state));
                let held = self.descriptions.insert(id, key.description.clone());
                let is_new = held.as_ref() != Some(&key.description);
                return (is_new && !self.used.insert(key.description.clone()))
                    .then(|| Wrong::Twice(key.description.clone()));
            }
            Change::DeleteKey(id) => {
                if let Some(states) = self.keys.get_mut(id.as_str()) {
                    let planned = states.now() == Some(&Some(KeyState::PendingDeletion));
                    let since = states.since().unwrap_or(now);
                    states.put(now, None);
                    if !planned || now - since < WAITING_MILLIS {
                        return Some(Wrong::DeletedTooSoon(id.to_string()));
                    }
                }
            }
            Change::PutVersion(version) | Change::RewrapVersion(version) => {
                self.versions.insert(version.version_id.to_string(), (**version).clone());
            }
            Change::PutAlias(alias) => self.name(alias.name.as_str(), now, Some(&alias.key_id)),
            Change::DeleteAlias(name) => self.name(name.as_str(), now, None::<&str>),
            Change::DeleteVersion(_)
            | Change::NoteNonce(_)
            | Change::ForgetNonces(_)
            | Change::NoteRoot { .. }
            | Change::NoteRootLeft { .. }
            | Change::ForgetRoot(_)
            | Change::StagePart { .. }
            | Change::DropParts
            | Change::PutUsage(_)
            | Change::ForgetUsage(_) => {}
        }
        None
    }

    fn name(&mut self, name: &str, now: i64, key: Option<impl ToString>) {
        let never = || Timeline(vec![(i64::MIN, None)]);
        let names = self.aliases.entry(name.to_owned()).or_insert_with(never);
        names.put(now, key.map(|key| key.to_string()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeline_knows_what_was_when() {
        let mut timeline = Timeline(Vec::new());
        timeline.put(10, 'a');
        timeline.put(20, 'b');
        timeline.put(30, 'b');
        assert!(timeline.was(0, 10, |value| *value == 'a'));
        assert!(!timeline.was(0, 9, |_| true));
        assert!(timeline.was(15, 16, |value| *value == 'a'));
        assert!(!timeline.was(21, 99, |value| *value == 'a'));
        assert!(timeline.was(99, 99, |value| *value == 'b'));
        assert_eq!(timeline.last(0, 99, |value| *value == 'a'), Some(10));
        assert_eq!(timeline.last(21, 99, |value| *value == 'a'), None);
    }
}
