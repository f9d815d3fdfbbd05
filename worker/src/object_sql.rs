// SPDX-License-Identifier: Apache-2.0
//! The SQLite of a Durable Object, as the object shell needs it: transactions, migrations, facts, the
//! agenda, altered names and events. Whatever else an object keeps is in tables beside these.

use std::{cell::RefCell, collections::BTreeMap};

use edgekms_service::{
    object::{
        Batch, Job,
        agenda::JobChange,
        batch::{Forget, Link, StoredEvent},
        migration::{Migration, pending},
        store::{Altered, EventRow, EventSpan},
    },
    port::PortError,
};
use serde::{Deserialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;
use worker::{SqlStorage, SqlStorageValue, Storage};

use crate::{glue, host::port_error};

/// Where an object's own facts are, its schema version among them.
const META: &str =
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID";
const SCHEMA: &str = "schema";
const REVISION: &str = "revision";
const FLOOR: &str = "floor";

/// The shell's tables, for the migration that brings them to an object.
macro_rules! shell_tables {
    () => {
        "
    CREATE TABLE agenda (generation INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, note TEXT NOT NULL, due INTEGER NOT NULL, attempts INTEGER NOT NULL);
    CREATE INDEX agenda_by_due ON agenda (due);
    CREATE TABLE altered (name TEXT PRIMARY KEY, revision INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX altered_by_revision ON altered (revision);
    CREATE TABLE events (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, line TEXT NOT NULL);
"
    };
}
pub(crate) use shell_tables;

/// Events' links in their chain, for the migration that brings them. Whatever is there has none.
macro_rules! event_links {
    () => {
        "
    ALTER TABLE events ADD COLUMN root TEXT NOT NULL DEFAULT '';
    ALTER TABLE events ADD COLUMN mac TEXT NOT NULL DEFAULT '';
"
    };
}
pub(crate) use event_links;

/// The database of one object.
pub(crate) struct ObjectSql {
    storage: Storage,
    sql: SqlStorage,
    /// What was read or stored of the facts: nobody else has this database.
    facts: RefCell<BTreeMap<String, Option<String>>>,
}

#[derive(Deserialize)]
struct Value {
    value: String,
}

/// SQLite's numbers come as JavaScript's.
#[derive(Deserialize)]
struct Number {
    number: Option<f64>,
}

#[derive(Deserialize)]
struct JobRow {
    generation: f64,
    name: String,
    note: String,
    due: f64,
    attempts: f64,
}

#[derive(Deserialize)]
struct AlteredRow {
    name: String,
    revision: f64,
}

#[derive(Deserialize)]
struct StoredRow {
    seq: f64,
    id: String,
    at: f64,
    line: String,
    root: String,
    mac: String,
}

impl From<StoredRow> for EventRow {
    fn from(row: StoredRow) -> Self {
        let StoredRow { seq, id, at, line, root, mac } = row;
        let seq = whole(seq);
        let link = (!root.is_empty()).then_some(Link { seq, root, mac });
        Self { seq, at_millis: millis(at), event: StoredEvent { id, line, link } }
    }
}

pub(crate) fn text(value: impl Into<String>) -> SqlStorageValue {
    SqlStorageValue::String(value.into())
}

pub(crate) fn number(value: i64) -> Result<SqlStorageValue, PortError> {
    SqlStorageValue::try_from_i64(value).map_err(port_error)
}

pub(crate) fn unsigned(value: u64) -> Result<SqlStorageValue, PortError> {
    number(i64::try_from(value).map_err(port_error)?)
}

/// A bound, of which JavaScript knows none above its largest whole number.
pub(crate) fn most(value: u64) -> Result<SqlStorageValue, PortError> {
    unsigned(value.min((1 << 53) - 1))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, under 2^53")]
pub(crate) const fn whole(value: f64) -> u64 {
    value as u64
}

#[expect(clippy::cast_possible_truncation, reason = "whole, under 2^53")]
pub(crate) const fn millis(value: f64) -> i64 {
    value as i64
}

/// An event's id, line, number, root key version and code.
fn event_columns(event: &StoredEvent) -> (&str, &str, Option<u64>, &str, &str) {
    let StoredEvent { id, line, link } = event;
    match link {
        Some(Link { seq, root, mac }) => (id, line, Some(*seq), root, mac),
        None => (id, line, None, "", ""),
    }
}

impl ObjectSql {
    /// Opens the database and brings it to the newest schema, each step in one transaction with the
    /// note of it, so that one that is interrupted has not been taken.
    pub(crate) fn open(storage: Storage, migrations: &[Migration]) -> Result<Self, PortError> {
        let sql = storage.sql();
        let object = Self { storage, sql, facts: RefCell::default() };
        object.run(META, Vec::new())?;
        let held = object.fact(SCHEMA)?.map_or(Ok(0), |held| held.parse().map_err(port_error))?;
        for Migration { to, statements } in pending(held, migrations)? {
            object.at_once(&mut || {
                object.run(statements, Vec::new())?;
                object.put_fact(SCHEMA, &to.to_string())
            })?;
            // A step may write facts by statements of its own.
            object.facts.borrow_mut().clear();
        }
        Ok(object)
    }

    pub(crate) fn run(&self, query: &str, bindings: Vec<SqlStorageValue>) -> Result<(), PortError> {
        self.sql.exec(query, bindings).map(drop).map_err(port_error)
    }

    pub(crate) fn rows<T: DeserializeOwned>(
        &self,
        query: &str,
        bindings: Vec<SqlStorageValue>,
    ) -> Result<Vec<T>, PortError> {
        self.sql.exec(query, bindings).and_then(|cursor| cursor.to_array()).map_err(port_error)
    }

    /// The first row's column `value`.
    pub(crate) fn value(
        &self,
        query: &str,
        bindings: Vec<SqlStorageValue>,
    ) -> Result<Option<String>, PortError> {
        let rows: Vec<Value> = self.rows(query, bindings)?;
        Ok(rows.into_iter().next().map(|row| row.value))
    }

    /// Every row's column `value`.
    pub(crate) fn values(
        &self,
        query: &str,
        bindings: Vec<SqlStorageValue>,
    ) -> Result<Vec<String>, PortError> {
        let rows: Vec<Value> = self.rows(query, bindings)?;
        Ok(rows.into_iter().map(|row| row.value).collect())
    }

    /// The first row's column `number`, if it has one.
    pub(crate) fn number(
        &self,
        query: &str,
        bindings: Vec<SqlStorageValue>,
    ) -> Result<Option<u64>, PortError> {
        let rows: Vec<Number> = self.rows(query, bindings)?;
        Ok(rows.first().and_then(|row| row.number).map(whole))
    }

    fn at_once(&self, work: &mut dyn FnMut() -> Result<(), PortError>) -> Result<(), PortError> {
        let mut work =
            || work().map(|()| JsValue::UNDEFINED).map_err(|error| JsValue::from_str(&error.0));
        glue::store_at_once(self.storage.as_raw().as_ref(), &mut work).map_err(|error| {
            // What was noted of them has not come about.
            self.facts.borrow_mut().clear();
            PortError(glue::describe(&error))
        })
    }

    pub(crate) fn fact(&self, name: &str) -> Result<Option<String>, PortError> {
        if let Some(held) = self.facts.borrow().get(name) {
            return Ok(held.clone());
        }
        let value = self.value("SELECT value FROM meta WHERE name = ?", vec![text(name)])?;
        self.facts.borrow_mut().insert(name.to_owned(), value.clone());
        Ok(value)
    }

    fn put_fact(&self, name: &str, value: &str) -> Result<(), PortError> {
        self.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", vec![text(name), text(value)])?;
        self.facts.borrow_mut().insert(name.to_owned(), Some(value.to_owned()));
        Ok(())
    }

    fn counter(&self, name: &str) -> Result<u64, PortError> {
        self.fact(name)?.map_or(Ok(0), |value| value.parse().map_err(port_error))
    }

    pub(crate) fn revision(&self) -> Result<u64, PortError> {
        self.counter(REVISION)
    }

    pub(crate) fn floor(&self) -> Result<u64, PortError> {
        self.counter(FLOOR)
    }

    pub(crate) fn altered_since(
        &self,
        revision: u64,
        limit: u64,
    ) -> Result<Vec<Altered>, PortError> {
        let query = "SELECT name, revision FROM altered WHERE revision > ? ORDER BY revision DESC, name DESC LIMIT ?";
        let rows: Vec<AlteredRow> =
            self.rows(query, vec![unsigned(revision)?, unsigned(limit)?])?;
        let row = |row: AlteredRow| Altered { name: row.name, revision: whole(row.revision) };
        Ok(rows.into_iter().map(row).collect())
    }

    pub(crate) fn jobs(&self, limit: u64) -> Result<Vec<Job>, PortError> {
        let query = "SELECT generation, name, note, due, attempts FROM agenda ORDER BY due, generation LIMIT ?";
        self.job_rows(query, vec![unsigned(limit)?])
    }

    pub(crate) fn job(&self, name: &str) -> Result<Option<Job>, PortError> {
        let query = "SELECT generation, name, note, due, attempts FROM agenda WHERE name = ?";
        Ok(self.job_rows(query, vec![text(name)])?.pop())
    }

    fn job_rows(&self, query: &str, bindings: Vec<SqlStorageValue>) -> Result<Vec<Job>, PortError> {
        let rows: Vec<JobRow> = self.rows(query, bindings)?;
        let job = |row: JobRow| Job {
            name: row.name,
            note: row.note,
            due_millis: millis(row.due),
            attempts: u32::try_from(whole(row.attempts)).unwrap_or(u32::MAX),
            generation: whole(row.generation),
        };
        Ok(rows.into_iter().map(job).collect())
    }

    pub(crate) fn due_jobs(
        &self,
        now_millis: i64,
        failed: bool,
        limit: u64,
    ) -> Result<Vec<Job>, PortError> {
        let query = "SELECT generation, name, note, due, attempts FROM agenda WHERE due <= ? AND (attempts > 0) = ? ORDER BY due, generation LIMIT ?";
        self.job_rows(
            query,
            vec![number(now_millis)?, number(i64::from(failed))?, unsigned(limit)?],
        )
    }

    pub(crate) fn event_rows(
        &self,
        span: EventSpan,
        limit: u64,
    ) -> Result<Vec<EventRow>, PortError> {
        let EventSpan { after, before, newest_first } = span;
        let order = if newest_first { "DESC" } else { "ASC" };
        let query = format!(
            "SELECT seq, id, at, line, root, mac FROM events WHERE seq > ? AND seq < ? ORDER BY seq {order} LIMIT ?"
        );
        let bindings = vec![most(after)?, most(before)?, most(limit)?];
        let rows: Vec<StoredRow> = self.rows(&query, bindings)?;
        Ok(rows.into_iter().map(EventRow::from).collect())
    }

    pub(crate) fn known_events(&self, ids: &[&str]) -> Result<Vec<String>, PortError> {
        // One binding for all of them: a query takes at most 100.
        let ids = serde_json::to_string(ids).map_err(port_error)?;
        let query = "SELECT id AS value FROM events WHERE id IN (SELECT value FROM json_each(?))";
        self.values(query, vec![text(ids)])
    }

    /// Stores a whole batch in one transaction; `apply` stores one of the object's own changes.
    pub(crate) fn commit<C>(
        &self,
        batch: &Batch<C>,
        now_millis: i64,
        apply: impl Fn(&C) -> Result<(), PortError>,
    ) -> Result<(), PortError> {
        self.at_once(&mut || {
            batch.changes.iter().try_for_each(&apply)?;
            self.alter(&batch.altered, now_millis)?;
            batch.jobs.iter().try_for_each(|change| self.change_job(change))?;
            self.put_events(&batch.events, now_millis)?;
            batch.facts.iter().try_for_each(|(name, value)| self.put_fact(name, value))?;
            batch.forget.map_or(Ok(()), |forget| self.forget(forget))
        })
    }

    /// In one statement: to come here once for each event costs more than all else.
    fn put_events(&self, events: &[StoredEvent], now_millis: i64) -> Result<(), PortError> {
        if events.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = events.iter().map(event_columns).collect();
        let rows = serde_json::to_string(&rows).map_err(port_error)?;
        let query = "INSERT INTO events (id, at, line, seq, root, mac) SELECT value ->> 0, ?1, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?2) ORDER BY key";
        self.run(query, vec![number(now_millis)?, text(rows)])
    }

    fn alter(&self, names: &[String], now_millis: i64) -> Result<(), PortError> {
        if names.is_empty() {
            return Ok(());
        }
        let revision = self.revision()?.saturating_add(1);
        self.put_fact(REVISION, &revision.to_string())?;
        names.iter().try_for_each(|name| {
            let row = vec![text(&**name), unsigned(revision)?, number(now_millis)?];
            self.run("INSERT OR REPLACE INTO altered VALUES (?, ?, ?)", row)
        })
    }

    fn change_job(&self, change: &JobChange) -> Result<(), PortError> {
        match change {
            // A replaced row gets a new generation.
            JobChange::Put { name, note, due_millis } => self.run(
                "INSERT OR REPLACE INTO agenda (name, note, due, attempts) VALUES (?, ?, ?, 0)",
                vec![text(&**name), text(&**note), number(*due_millis)?],
            ),
            JobChange::PutIfNone { name, due_millis } => self.run(
                "INSERT OR IGNORE INTO agenda (name, note, due, attempts) VALUES (?, '', ?, 0)",
                vec![text(&**name), number(*due_millis)?],
            ),
            JobChange::Remove { name } => {
                self.run("DELETE FROM agenda WHERE name = ?", vec![text(&**name)])
            }
            JobChange::Done(job) => self.run(
                "DELETE FROM agenda WHERE name = ? AND generation = ?",
                vec![text(&*job.name), unsigned(job.generation)?],
            ),
            JobChange::Postpone(job) => self.run(
                "UPDATE agenda SET note = ?, due = ?, attempts = ? WHERE name = ? AND generation = ?",
                vec![
                    text(&*job.note),
                    number(job.due_millis)?,
                    number(i64::from(job.attempts))?,
                    text(&*job.name),
                    unsigned(job.generation)?,
                ],
            ),
        }
    }

    /// Names are noted in the order of their time: what is old is what comes before the first that is not,
    /// and nothing else is looked at.
    fn forget(&self, forget: Forget) -> Result<(), PortError> {
        let query = "SELECT MAX(revision) AS number FROM altered WHERE revision < IFNULL((SELECT revision FROM altered WHERE at >= ? ORDER BY revision LIMIT 1), 9223372036854775807)";
        if let Some(forgotten) = self.number(query, vec![number(forget.altered_before)?])? {
            let floor = self.floor()?.max(forgotten);
            self.put_fact(FLOOR, &floor.to_string())?;
            self.run("DELETE FROM altered WHERE revision <= ?", vec![unsigned(forgotten)?])?;
        }
        let query = "DELETE FROM events WHERE seq <= ?";
        self.run(query, vec![unsigned(forget.events_through)?])
    }

    #[expect(clippy::cast_precision_loss, reason = "milliseconds, far under 2^53")]
    pub(crate) fn set_alarm(&self, at_millis: Option<i64>) -> Result<(), PortError> {
        let at = at_millis.map(|at| at as f64);
        glue::set_alarm(self.storage.as_raw().as_ref(), at)
            .map_err(|error| PortError(glue::describe(&error)))
    }
}
