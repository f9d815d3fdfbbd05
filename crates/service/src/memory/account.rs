// SPDX-License-Identifier: Apache-2.0
//! An account's truth in memory.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use super::object::{ObjectTables, object_store, slice, twice};
use crate::{
    account::{
        store::{AccountStore, Change, Kind, Link, LinkKind, Row},
        view,
    },
    nonce::NonceMark,
    object::{
        Batch,
        name::ViewName,
        truth::{RootCheck, TruthStore},
    },
    port::PortError,
};

#[derive(Default)]
struct Tables {
    entities: BTreeMap<(&'static str, String), Row>,
    links: BTreeMap<(&'static str, String, String), i64>,
    nonces: BTreeMap<String, i64>,
    roots: BTreeMap<String, String>,
    object: ObjectTables,
}

/// Who is told of every commit.
type Observer = Box<dyn Fn(&Batch<Change>)>;

/// One account's truth.
#[derive(Default)]
pub struct MemoryAccount {
    tables: RefCell<Tables>,
    /// Whether commits fail.
    pub broken: Cell<bool>,
    alarm: Cell<Option<i64>>,
    observer: RefCell<Option<Observer>>,
}

impl MemoryAccount {
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
        for change in &batch.changes {
            match change {
                Change::Put(kind, row) if self.is_taken(*kind, row) => return Err(twice("name")),
                Change::NoteNonce(mark) if self.nonces.contains_key(&mark.digest) => {
                    return Err(twice("nonce"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn is_taken(&self, kind: Kind, row: &Row) -> bool {
        let mut of_kind = self.entities.iter().filter(|((held, _), _)| *held == kind.as_str());
        of_kind.any(|(_, held)| held.name == row.name && held.id != row.id)
    }

    fn change(&mut self, change: &Change) {
        match change {
            Change::Put(kind, row) => {
                self.entities.insert((kind.as_str(), row.id.clone()), row.clone());
            }
            Change::Remove(kind, id) => {
                self.entities.remove(&(kind.as_str(), id.clone()));
            }
            Change::Link(kind, from, to, since) => {
                self.links.insert((kind.as_str(), from.clone(), to.clone()), *since);
            }
            Change::Unlink(kind, from, to) => {
                self.links.remove(&(kind.as_str(), from.clone(), to.clone()));
            }
            Change::NoteNonce(mark) => {
                self.nonces.insert(mark.digest.clone(), mark.until_millis);
            }
            Change::ForgetNonces(before) => self.nonces.retain(|_, until| *until >= *before),
            Change::NoteRoot { version, check } => {
                self.roots.insert(version.clone(), check.clone());
            }
        }
    }

    fn of_kind(&self, kind: Kind) -> Vec<Row> {
        let of_kind = self.entities.iter().filter(|((held, _), _)| *held == kind.as_str());
        let mut rows: Vec<_> = of_kind.map(|(_, row)| row.clone()).collect();
        rows.sort_by(|one, other| one.name.cmp(&other.name));
        rows
    }
}

object_store!(MemoryAccount, Change);

impl TruthStore for MemoryAccount {
    fn view(&self, name: &ViewName) -> Result<Option<String>, PortError> {
        match name {
            ViewName::Entity(name) => view::view(self, name),
            ViewName::Key(_) | ViewName::Version(_) | ViewName::Share(_) | ViewName::Alias(_) => {
                Ok(None)
            }
        }
    }

    fn view_names(&self, after: &str, limit: u64) -> Result<Vec<ViewName>, PortError> {
        let names = view::view_names(self, after, limit)?;
        Ok(names.into_iter().map(ViewName::Entity).collect())
    }

    fn nonce_used(&self, mark: &NonceMark) -> Result<bool, PortError> {
        Ok(self.tables.borrow().nonces.contains_key(&mark.digest))
    }

    fn root_checks(&self) -> Result<Vec<RootCheck>, PortError> {
        let tables = self.tables.borrow();
        let check = |(version, check): (&String, &String)| RootCheck {
            version: version.clone(),
            check: Some(check.clone()),
        };
        Ok(tables.roots.iter().map(check).collect())
    }

    fn note_nonce(&self, mark: NonceMark) -> Change {
        Change::NoteNonce(mark)
    }

    fn forget_nonces(&self, before_millis: i64) -> Change {
        Change::ForgetNonces(before_millis)
    }
}

impl AccountStore for MemoryAccount {
    fn by_id(&self, kind: Kind, id: &str) -> Result<Option<Row>, PortError> {
        Ok(self.tables.borrow().entities.get(&(kind.as_str(), id.to_owned())).cloned())
    }

    fn by_name(&self, kind: Kind, name: &str) -> Result<Option<Row>, PortError> {
        let rows = self.tables.borrow().of_kind(kind);
        Ok(rows.into_iter().find(|row| row.name == name))
    }

    fn page(&self, kind: Kind, after: &str, limit: u64) -> Result<Vec<Row>, PortError> {
        let rows = self.tables.borrow().of_kind(kind);
        Ok(slice(rows.into_iter().filter(|row| row.name.as_str() > after), 0, limit))
    }

    fn count(&self, kind: Kind) -> Result<u64, PortError> {
        Ok(self.tables.borrow().of_kind(kind).len() as u64)
    }

    fn links_from(&self, kind: LinkKind, from: &str) -> Result<Vec<Link>, PortError> {
        let tables = self.tables.borrow();
        let of_from = tables
            .links
            .iter()
            .filter(|((held, source, _), _)| *held == kind.as_str() && source == from);
        Ok(of_from.map(|((_, _, to), since)| Link { end: to.clone(), since: *since }).collect())
    }

    fn links_to(
        &self,
        kind: LinkKind,
        to: &str,
        after: &str,
        limit: u64,
    ) -> Result<Vec<Link>, PortError> {
        let tables = self.tables.borrow();
        let of_to = tables.links.iter().filter(|((held, source, target), _)| {
            *held == kind.as_str() && target == to && source.as_str() > after
        });
        let links =
            of_to.map(|((_, source, _), since)| Link { end: source.clone(), since: *since });
        Ok(slice(links, 0, limit))
    }

    fn count_to(&self, kind: LinkKind, to: &str) -> Result<u64, PortError> {
        Ok(self.links_to(kind, to, "", u64::MAX)?.len() as u64)
    }
}
