// SPDX-License-Identifier: Apache-2.0
//! A keyring's truth in the SQLite of its Durable Object.
//!
//! Rows hold the service's versioned records as text; columns beside them are what is looked up by.
//! `seq` orders keys by creation and outbox rows by age.

use std::cell::Cell;

use edgekms_api::id::{AliasName, KeyId, KeyVersionId};
use edgekms_service::{
    nonce::NonceMark,
    outbox::{OutboxRow, ViewName},
    ports::{Clock, KeyringStore, PortError},
    record::{AliasRecord, Change, KeyRecord, VersionRecord},
};
use serde::Deserialize;
use wasm_bindgen::JsValue;
use worker::{SqlStorage, SqlStorageValue, Storage};

use crate::{
    glue,
    host::{PlatformClock, port_error},
};

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS keys (seq INTEGER PRIMARY KEY AUTOINCREMENT, key_id TEXT NOT NULL UNIQUE, record TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS versions (version_id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS aliases (name TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS nonces (digest TEXT PRIMARY KEY, until_millis INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS nonces_by_time ON nonces (until_millis);
    CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    INSERT OR IGNORE INTO meta VALUES ('schema', '1');
";

/// How long after a change the alarm looks whether its views were published, in milliseconds.
const FIRST_LOOK_MILLIS: i64 = 2_000;

/// The SQLite of one Durable Object.
pub(crate) struct SqlStore {
    storage: Storage,
    sql: SqlStorage,
    committed: Cell<bool>,
}

#[derive(Deserialize)]
struct Record {
    record: String,
}

#[derive(Deserialize)]
struct Count {
    // SQLite's numbers come as JavaScript's.
    count: f64,
}

#[derive(Deserialize)]
struct Waiting {
    name: String,
    revision: f64,
}

#[derive(Deserialize)]
struct Value {
    value: String,
}

fn text(value: impl Into<String>) -> SqlStorageValue {
    SqlStorageValue::String(value.into())
}

fn number(value: i64) -> Result<SqlStorageValue, PortError> {
    SqlStorageValue::try_from_i64(value).map_err(port_error)
}

fn unsigned(value: u64) -> Result<SqlStorageValue, PortError> {
    number(i64::try_from(value).map_err(port_error)?)
}

impl SqlStore {
    pub(crate) fn open(storage: Storage) -> Result<Self, PortError> {
        let sql = storage.sql();
        sql.exec(SCHEMA, None).map_err(port_error)?;
        // An object that has just started publishes what an earlier one could not.
        Ok(Self { storage, sql, committed: Cell::new(true) })
    }

    /// Whether anything was committed since last asked, or may have been before the start.
    pub(crate) fn take_committed(&self) -> bool {
        self.committed.replace(false)
    }

    pub(crate) fn meta(&self, name: &str) -> Result<Option<String>, PortError> {
        let rows: Vec<Value> =
            self.rows("SELECT value FROM meta WHERE name = ?", vec![text(name)])?;
        Ok(rows.into_iter().next().map(|row| row.value))
    }

    pub(crate) fn put_meta(&self, name: &str, value: &str) -> Result<(), PortError> {
        self.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", vec![text(name), text(value)])
    }

    fn run(&self, query: &str, bindings: Vec<SqlStorageValue>) -> Result<(), PortError> {
        self.sql.exec(query, bindings).map(drop).map_err(port_error)
    }

    fn rows<T: serde::de::DeserializeOwned>(
        &self,
        query: &str,
        bindings: Vec<SqlStorageValue>,
    ) -> Result<Vec<T>, PortError> {
        self.sql.exec(query, bindings).and_then(|cursor| cursor.to_array()).map_err(port_error)
    }

    fn record(&self, query: &str, key: &str) -> Result<Option<String>, PortError> {
        let rows: Vec<Record> = self.rows(query, vec![text(key)])?;
        Ok(rows.into_iter().next().map(|row| row.record))
    }

    fn page(&self, query: &str, offset: u64, limit: u64) -> Result<Vec<Record>, PortError> {
        self.rows(query, vec![unsigned(limit)?, unsigned(offset)?])
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
    fn count(&self, query: &str) -> Result<u64, PortError> {
        let rows: Vec<Count> = self.rows(query, Vec::new())?;
        Ok(rows.first().map_or(0, |row| row.count as u64))
    }

    fn apply(&self, change: &Change) -> Result<(), PortError> {
        if let Some(view) = change.view_name() {
            self.run(
                "INSERT INTO outbox (name, revision) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET revision = revision + 1",
                vec![text(view.local())],
            )?;
        }
        match change {
            Change::PutKey(key) => self.run(
                "INSERT INTO keys (key_id, record) VALUES (?, ?) ON CONFLICT (key_id) DO UPDATE SET record = excluded.record",
                vec![text(key.key_id.as_str()), text(key.encode())],
            ),
            Change::PutVersion(version) => self.run(
                "INSERT INTO versions VALUES (?, ?)",
                vec![text(version.version_id.as_str()), text(version.encode())],
            ),
            Change::PutAlias(alias) => self.run(
                "INSERT OR REPLACE INTO aliases VALUES (?, ?)",
                vec![text(alias.name.as_str()), text(alias.encode())],
            ),
            Change::DeleteAlias(name) => {
                self.run("DELETE FROM aliases WHERE name = ?", vec![text(name.as_str())])
            }
            Change::NoteNonce(mark) => {
                let now = number(PlatformClock.now_millis())?;
                self.run("DELETE FROM nonces WHERE until_millis < ?", vec![now])?;
                self.run(
                    "INSERT INTO nonces VALUES (?, ?)",
                    vec![text(mark.digest.as_str()), number(mark.until_millis)?],
                )
            }
        }
    }
}

impl KeyringStore for SqlStore {
    fn key(&self, id: &KeyId) -> Result<Option<KeyRecord>, PortError> {
        let found = self.record("SELECT record FROM keys WHERE key_id = ?", id.as_str())?;
        found.map(|record| KeyRecord::decode(&record)).transpose()
    }

    fn count_keys(&self) -> Result<u64, PortError> {
        self.count("SELECT COUNT(*) AS count FROM keys")
    }

    fn keys(&self, offset: u64, limit: u64) -> Result<Vec<KeyRecord>, PortError> {
        let query = "SELECT record FROM keys ORDER BY seq LIMIT ? OFFSET ?";
        let rows = self.page(query, offset, limit)?;
        rows.iter().map(|row| KeyRecord::decode(&row.record)).collect()
    }

    fn version(&self, id: &KeyVersionId) -> Result<Option<VersionRecord>, PortError> {
        let query = "SELECT record FROM versions WHERE version_id = ?";
        let found = self.record(query, id.as_str())?;
        found.map(|record| VersionRecord::decode(&record)).transpose()
    }

    fn alias(&self, name: &AliasName) -> Result<Option<AliasRecord>, PortError> {
        let found = self.record("SELECT record FROM aliases WHERE name = ?", name.as_str())?;
        found.map(|record| AliasRecord::decode(&record)).transpose()
    }

    fn count_aliases(&self) -> Result<u64, PortError> {
        self.count("SELECT COUNT(*) AS count FROM aliases")
    }

    fn aliases(&self, offset: u64, limit: u64) -> Result<Vec<AliasRecord>, PortError> {
        let query = "SELECT record FROM aliases ORDER BY name LIMIT ? OFFSET ?";
        let rows = self.page(query, offset, limit)?;
        rows.iter().map(|row| AliasRecord::decode(&row.record)).collect()
    }

    fn nonce_used(&self, mark: &NonceMark) -> Result<bool, PortError> {
        let query = "SELECT digest AS record FROM nonces WHERE digest = ?";
        Ok(self.record(query, &mark.digest)?.is_some())
    }

    fn commit(&self, changes: &[Change]) -> Result<(), PortError> {
        if changes.is_empty() {
            return Ok(());
        }
        let publishes = changes.iter().any(|change| change.view_name().is_some());
        let look_at = PlatformClock.now_millis().saturating_add(FIRST_LOOK_MILLIS);
        let mut work = || {
            let applied = changes.iter().try_for_each(|change| self.apply(change));
            applied.map(|()| JsValue::UNDEFINED).map_err(|error| JsValue::from_str(&error.0))
        };
        #[expect(clippy::cast_precision_loss, reason = "milliseconds, far under 2^53")]
        let alarm_at = if publishes { look_at as f64 } else { 0.0 };
        glue::store_at_once(self.storage.as_raw().as_ref(), alarm_at, &mut work)
            .map_err(|error| PortError(glue::describe(&error)))?;
        self.committed.set(true);
        Ok(())
    }

    #[expect(clippy::cast_possible_truncation, reason = "a whole number that SQLite counted up")]
    fn outbox(&self, limit: u64) -> Result<Vec<OutboxRow>, PortError> {
        let query = "SELECT name, revision FROM outbox ORDER BY seq LIMIT ?";
        let rows: Vec<Waiting> = self.rows(query, vec![unsigned(limit)?])?;
        let row = |row: Waiting| {
            let name = ViewName::from_local(&row.name);
            let name = name.ok_or_else(|| PortError("an outbox row has no known name".into()))?;
            Ok(OutboxRow { name, revision: row.revision as i64 })
        };
        rows.into_iter().map(row).collect()
    }

    fn published(&self, row: &OutboxRow) -> Result<(), PortError> {
        self.run(
            "DELETE FROM outbox WHERE name = ? AND revision = ?",
            vec![text(row.name.local()), number(row.revision)?],
        )
    }
}
