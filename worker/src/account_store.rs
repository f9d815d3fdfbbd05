// SPDX-License-Identifier: Apache-2.0
//! An account's truth in the SQLite of its Durable Object.
//!
//! Rows hold the service's records as text; columns beside them are what is looked up by.

mod schema;

use edgekms_service::{
    account::{
        store::{AccountStore, Change, Kind, Link, LinkKind, Row},
        view,
    },
    nonce::NonceMark,
    object::{
        Batch, Job, ObjectStore,
        name::ViewName,
        store::{Altered, EventRow, EventSpan},
        truth::{RootCheck, TruthStore},
    },
    port::PortError,
};
use serde::Deserialize;
use worker::{SqlStorageValue, Storage};

use self::schema::MIGRATIONS;
use crate::object_sql::{ObjectSql, millis, most, number, text};

/// The SQLite of one account.
pub(crate) struct AccountSql(ObjectSql);

#[derive(Deserialize)]
struct EntityRow {
    id: String,
    name: String,
    record: String,
}

#[derive(Deserialize)]
struct LinkRow {
    end: String,
    since: f64,
}

#[derive(Deserialize)]
struct RootRow {
    version: String,
    check_value: String,
}

impl AccountSql {
    pub(crate) fn open(storage: Storage) -> Result<Self, PortError> {
        ObjectSql::open(storage, &MIGRATIONS).map(Self)
    }

    fn entities(&self, query: &str, bindings: Vec<SqlStorageValue>) -> Result<Vec<Row>, PortError> {
        let rows: Vec<EntityRow> = self.0.rows(query, bindings)?;
        let row = |EntityRow { id, name, record }| Row { id, name, record };
        Ok(rows.into_iter().map(row).collect())
    }

    fn links(&self, query: &str, bindings: Vec<SqlStorageValue>) -> Result<Vec<Link>, PortError> {
        let rows: Vec<LinkRow> = self.0.rows(query, bindings)?;
        let link = |LinkRow { end, since }| Link { end, since: millis(since) };
        Ok(rows.into_iter().map(link).collect())
    }

    fn count_rows(&self, query: &str, bindings: Vec<SqlStorageValue>) -> Result<u64, PortError> {
        Ok(self.0.number(query, bindings)?.unwrap_or(0))
    }

    fn apply(&self, change: &Change) -> Result<(), PortError> {
        match change {
            Change::Put(kind, row) => self.0.run(
                "INSERT INTO entities VALUES (?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name, record = excluded.record",
                vec![text(kind.as_str()), text(&*row.id), text(&*row.name), text(&*row.record)],
            ),
            Change::Remove(kind, id) => self.0.run(
                "DELETE FROM entities WHERE kind = ? AND id = ?",
                vec![text(kind.as_str()), text(&**id)],
            ),
            Change::Link(kind, from, to, since) => self.0.run(
                "INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?)",
                vec![text(kind.as_str()), text(&**from), text(&**to), number(*since)?],
            ),
            Change::Unlink(kind, from, to) => self.0.run(
                "DELETE FROM links WHERE kind = ? AND source = ? AND target = ?",
                vec![text(kind.as_str()), text(&**from), text(&**to)],
            ),
            Change::NoteNonce(mark) => self.0.run(
                "INSERT INTO nonces VALUES (?, ?)",
                vec![text(&*mark.digest), number(mark.until_millis)?],
            ),
            Change::ForgetNonces(before) => {
                self.0.run("DELETE FROM nonces WHERE until_millis < ?", vec![number(*before)?])
            }
            Change::NoteRoot { version, check } => self.0.run(
                "INSERT OR REPLACE INTO roots VALUES (?, ?)",
                vec![text(&**version), text(&**check)],
            ),
        }
    }
}

impl ObjectStore for AccountSql {
    type Change = Change;

    fn fact(&self, name: &str) -> Result<Option<String>, PortError> {
        self.0.fact(name)
    }

    fn revision(&self) -> Result<u64, PortError> {
        self.0.revision()
    }

    fn floor(&self) -> Result<u64, PortError> {
        self.0.floor()
    }

    fn altered_since(&self, revision: u64, limit: u64) -> Result<Vec<Altered>, PortError> {
        self.0.altered_since(revision, limit)
    }

    fn jobs(&self, limit: u64) -> Result<Vec<Job>, PortError> {
        self.0.jobs(limit)
    }

    fn job(&self, name: &str) -> Result<Option<Job>, PortError> {
        self.0.job(name)
    }

    fn due_jobs(&self, now_millis: i64, failed: bool, limit: u64) -> Result<Vec<Job>, PortError> {
        self.0.due_jobs(now_millis, failed, limit)
    }

    fn event_rows(&self, span: EventSpan, limit: u64) -> Result<Vec<EventRow>, PortError> {
        self.0.event_rows(span, limit)
    }

    fn known_events(&self, ids: &[&str]) -> Result<Vec<String>, PortError> {
        self.0.known_events(ids)
    }

    fn commit(&self, batch: &Batch<Change>, now_millis: i64) -> Result<(), PortError> {
        self.0.commit(batch, now_millis, |change| self.apply(change))
    }

    fn set_alarm(&self, at_millis: Option<i64>) -> Result<(), PortError> {
        self.0.set_alarm(at_millis)
    }
}

impl TruthStore for AccountSql {
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
        let query = "SELECT digest AS value FROM nonces WHERE digest = ?";
        Ok(self.0.value(query, vec![text(&*mark.digest)])?.is_some())
    }

    fn root_checks(&self) -> Result<Vec<RootCheck>, PortError> {
        let query = "SELECT version, check_value FROM roots ORDER BY version";
        let rows: Vec<RootRow> = self.0.rows(query, Vec::new())?;
        let check = |row: RootRow| RootCheck { version: row.version, check: Some(row.check_value) };
        Ok(rows.into_iter().map(check).collect())
    }

    fn note_nonce(&self, mark: NonceMark) -> Change {
        Change::NoteNonce(mark)
    }

    fn forget_nonces(&self, before_millis: i64) -> Change {
        Change::ForgetNonces(before_millis)
    }
}

impl AccountStore for AccountSql {
    fn by_id(&self, kind: Kind, id: &str) -> Result<Option<Row>, PortError> {
        let query = "SELECT id, name, record FROM entities WHERE kind = ? AND id = ?";
        Ok(self.entities(query, vec![text(kind.as_str()), text(id)])?.pop())
    }

    fn by_name(&self, kind: Kind, name: &str) -> Result<Option<Row>, PortError> {
        let query = "SELECT id, name, record FROM entities WHERE kind = ? AND name = ?";
        Ok(self.entities(query, vec![text(kind.as_str()), text(name)])?.pop())
    }

    fn page(&self, kind: Kind, after: &str, limit: u64) -> Result<Vec<Row>, PortError> {
        let query = "SELECT id, name, record FROM entities WHERE kind = ? AND name > ? ORDER BY name LIMIT ?";
        self.entities(query, vec![text(kind.as_str()), text(after), most(limit)?])
    }

    fn count(&self, kind: Kind) -> Result<u64, PortError> {
        let query = "SELECT COUNT(*) AS number FROM entities WHERE kind = ?";
        self.count_rows(query, vec![text(kind.as_str())])
    }

    fn links_from(&self, kind: LinkKind, from: &str) -> Result<Vec<Link>, PortError> {
        let query =
            "SELECT target AS end, since FROM links WHERE kind = ? AND source = ? ORDER BY target";
        self.links(query, vec![text(kind.as_str()), text(from)])
    }

    fn links_to(
        &self,
        kind: LinkKind,
        to: &str,
        after: &str,
        limit: u64,
    ) -> Result<Vec<Link>, PortError> {
        let query = "SELECT source AS end, since FROM links WHERE kind = ? AND target = ? AND source > ? ORDER BY source LIMIT ?";
        self.links(query, vec![text(kind.as_str()), text(to), text(after), most(limit)?])
    }

    fn count_to(&self, kind: LinkKind, to: &str) -> Result<u64, PortError> {
        let query = "SELECT COUNT(*) AS number FROM links WHERE kind = ? AND target = ?";
        self.count_rows(query, vec![text(kind.as_str()), text(to)])
    }
}
