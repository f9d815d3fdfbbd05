// SPDX-License-Identifier: Apache-2.0
//! A keyring's truth in the SQLite of its Durable Object.
//!
//! Rows hold the service's versioned records as text; columns beside them are what is looked up by.
//! `seq` orders keys by creation.

use edgekms_api::id::{AliasName, KeyId, KeyVersionId};
use edgekms_service::{
    keyring::{
        name::ViewName,
        record::{AliasRecord, KeyRecord, VersionRecord},
        store::{Change, KeyringStore, RootCheck},
    },
    nonce::NonceMark,
    object::{Batch, Job, ObjectStore, migration::Migration, store::Altered},
    port::PortError,
};
use serde::Deserialize;
use worker::Storage;

use crate::object_sql::{ObjectSql, number, shell_tables, text, unsigned};

/// How a keyring's database came to be what it is. A step that a release has taken is never changed.
const MIGRATIONS: [Migration; 2] = [
    // The first slice. Its statements were not one transaction, so some may have been taken.
    Migration {
        to: 1,
        statements: "
    CREATE TABLE IF NOT EXISTS keys (seq INTEGER PRIMARY KEY AUTOINCREMENT, key_id TEXT NOT NULL UNIQUE, record TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS versions (version_id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS aliases (name TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS nonces (digest TEXT PRIMARY KEY, until_millis INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS nonces_by_time ON nonces (until_millis);
    CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL);
",
    },
    // The object shell. The outbox becomes jobs; what was published without a seal is taken away.
    Migration {
        to: 2,
        statements: concat!(
            shell_tables!(),
            "
    ALTER TABLE versions ADD COLUMN key_id TEXT NOT NULL DEFAULT '';
    ALTER TABLE versions ADD COLUMN root TEXT NOT NULL DEFAULT '';
    UPDATE versions SET key_id = json_extract(record, '$.key_id'), root = json_extract(record, '$.material.root');
    CREATE INDEX versions_by_key ON versions (key_id, version_id);
    CREATE INDEX versions_by_root ON versions (root);
    CREATE TABLE roots (version TEXT PRIMARY KEY, check_value TEXT) WITHOUT ROWID;
    INSERT INTO roots SELECT DISTINCT root, NULL FROM versions;
    INSERT OR IGNORE INTO agenda (name, note, due, attempts) SELECT 'retire:key/' || key_id, '', 0, 0 FROM keys;
    INSERT OR IGNORE INTO agenda (name, note, due, attempts) SELECT 'retire:version/' || version_id, '', 0, 0 FROM versions;
    INSERT OR IGNORE INTO agenda (name, note, due, attempts) SELECT 'retire:' || name, '', 0, 0 FROM aliases;
    INSERT OR IGNORE INTO agenda (name, note, due, attempts) SELECT 'retire:' || name, '', 0, 0 FROM outbox;
    INSERT INTO meta SELECT 'revision', '1' WHERE EXISTS (SELECT 1 FROM keys);
    DROP TABLE outbox;
"
        ),
    },
];

/// The SQLite of one keyring.
pub(crate) struct SqlStore(ObjectSql);

#[derive(Deserialize)]
struct RootRow {
    version: String,
    check_value: Option<String>,
}

/// The parts of a page of view names, in the order of their texts.
const NAMES: [&str; 3] = [
    "SELECT name AS value FROM aliases WHERE name > ?1 ORDER BY name LIMIT ?2",
    "SELECT 'key/' || key_id AS value FROM keys WHERE key_id > substr(?1, 5) ORDER BY key_id LIMIT ?2",
    "SELECT 'version/' || version_id AS value FROM versions WHERE version_id > substr(?1, 9) ORDER BY version_id LIMIT ?2",
];
const NAME_PREFIXES: [&str; 3] = ["alias/", "key/", "version/"];

impl SqlStore {
    pub(crate) fn open(storage: Storage) -> Result<Self, PortError> {
        ObjectSql::open(storage, &MIGRATIONS).map(Self)
    }

    fn record(&self, query: &str, key: &str) -> Result<Option<String>, PortError> {
        self.0.value(query, vec![text(key)])
    }

    fn page(&self, query: &str, offset: u64, limit: u64) -> Result<Vec<String>, PortError> {
        self.0.values(query, vec![unsigned(limit)?, unsigned(offset)?])
    }

    fn count(&self, query: &str) -> Result<u64, PortError> {
        Ok(self.0.number(query, Vec::new())?.unwrap_or(0))
    }

    fn apply(&self, change: &Change) -> Result<(), PortError> {
        match change {
            Change::PutKey(key) => self.0.run(
                "INSERT INTO keys (key_id, record) VALUES (?, ?) ON CONFLICT (key_id) DO UPDATE SET record = excluded.record",
                vec![text(key.key_id.as_str()), text(key.encode())],
            ),
            Change::DeleteKey(id) => {
                self.0.run("DELETE FROM keys WHERE key_id = ?", vec![text(id.as_str())])
            }
            Change::PutVersion(version) => {
                // Material that is elsewhere is under no root key.
                let root = version.material.root_version().unwrap_or_default();
                if !root.is_empty() {
                    self.0.run("INSERT OR IGNORE INTO roots VALUES (?, NULL)", vec![text(root)])?;
                }
                self.0.run(
                    "INSERT INTO versions (version_id, record, key_id, root) VALUES (?, ?, ?, ?)",
                    vec![
                        text(version.version_id.as_str()),
                        text(version.encode()),
                        text(version.key_id.as_str()),
                        text(root),
                    ],
                )
            }
            Change::DeleteVersion(id) => {
                self.0.run("DELETE FROM versions WHERE version_id = ?", vec![text(id.as_str())])
            }
            Change::PutAlias(alias) => self.0.run(
                "INSERT OR REPLACE INTO aliases VALUES (?, ?)",
                vec![text(alias.name.as_str()), text(alias.encode())],
            ),
            Change::DeleteAlias(name) => {
                self.0.run("DELETE FROM aliases WHERE name = ?", vec![text(name.as_str())])
            }
            Change::NoteNonce(mark) => self.0.run(
                "INSERT INTO nonces VALUES (?, ?)",
                vec![text(mark.digest.as_str()), number(mark.until_millis)?],
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

impl ObjectStore for SqlStore {
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

    fn events(&self, after: u64, limit: u64) -> Result<Vec<(u64, String)>, PortError> {
        self.0.events(after, limit)
    }

    fn commit(&self, batch: &Batch<Change>, now_millis: i64) -> Result<(), PortError> {
        self.0.commit(batch, now_millis, |change| self.apply(change))
    }

    fn set_alarm(&self, at_millis: Option<i64>) -> Result<(), PortError> {
        self.0.set_alarm(at_millis)
    }
}

impl KeyringStore for SqlStore {
    fn key(&self, id: &KeyId) -> Result<Option<KeyRecord>, PortError> {
        let found =
            self.record("SELECT record AS value FROM keys WHERE key_id = ?", id.as_str())?;
        found.map(|record| KeyRecord::decode(&record)).transpose()
    }

    fn count_keys(&self) -> Result<u64, PortError> {
        self.count("SELECT COUNT(*) AS number FROM keys")
    }

    fn keys(&self, offset: u64, limit: u64) -> Result<Vec<KeyRecord>, PortError> {
        let query = "SELECT record AS value FROM keys ORDER BY seq LIMIT ? OFFSET ?";
        self.page(query, offset, limit)?.iter().map(|record| KeyRecord::decode(record)).collect()
    }

    fn keys_after(&self, after: &str, limit: u64) -> Result<Vec<KeyRecord>, PortError> {
        let query = "SELECT record AS value FROM keys WHERE key_id > ? ORDER BY key_id LIMIT ?";
        let found = self.0.values(query, vec![text(after), unsigned(limit)?])?;
        found.iter().map(|record| KeyRecord::decode(record)).collect()
    }

    fn version(&self, id: &KeyVersionId) -> Result<Option<VersionRecord>, PortError> {
        let query = "SELECT record AS value FROM versions WHERE version_id = ?";
        let found = self.record(query, id.as_str())?;
        found.map(|record| VersionRecord::decode(&record)).transpose()
    }

    fn versions_of(&self, id: &KeyId) -> Result<Vec<KeyVersionId>, PortError> {
        let query = "SELECT version_id AS value FROM versions WHERE key_id = ? ORDER BY version_id";
        let found = self.0.values(query, vec![text(id.as_str())])?;
        let parse = |id: String| id.parse().map_err(|_| PortError::new("a version has no id"));
        found.into_iter().map(parse).collect()
    }

    fn wrapped_under(&self, root: &str, limit: u64) -> Result<Vec<VersionRecord>, PortError> {
        let query = "SELECT record AS value FROM versions WHERE root = ? LIMIT ?";
        let found = self.0.values(query, vec![text(root), unsigned(limit)?])?;
        found.iter().map(|record| VersionRecord::decode(record)).collect()
    }

    fn alias(&self, name: &AliasName) -> Result<Option<AliasRecord>, PortError> {
        let query = "SELECT record AS value FROM aliases WHERE name = ?";
        let found = self.record(query, name.as_str())?;
        found.map(|record| AliasRecord::decode(&record)).transpose()
    }

    fn count_aliases(&self) -> Result<u64, PortError> {
        self.count("SELECT COUNT(*) AS number FROM aliases")
    }

    fn aliases(&self, offset: u64, limit: u64) -> Result<Vec<AliasRecord>, PortError> {
        let query = "SELECT record AS value FROM aliases ORDER BY name LIMIT ? OFFSET ?";
        self.page(query, offset, limit)?.iter().map(|record| AliasRecord::decode(record)).collect()
    }

    fn aliases_after(&self, after: &str, limit: u64) -> Result<Vec<AliasRecord>, PortError> {
        let query = "SELECT record AS value FROM aliases WHERE name > ? ORDER BY name LIMIT ?";
        let found = self.0.values(query, vec![text(after), unsigned(limit)?])?;
        found.iter().map(|record| AliasRecord::decode(record)).collect()
    }

    fn view_names(&self, after: &str, limit: u64) -> Result<Vec<ViewName>, PortError> {
        let mut names = Vec::new();
        for (query, prefix) in NAMES.iter().zip(NAME_PREFIXES) {
            let left = limit.saturating_sub(names.len() as u64);
            if left == 0 || (after > prefix && !after.starts_with(prefix)) {
                continue;
            }
            // From its beginning, or from the name where the last page ended.
            let from = if after.starts_with(prefix) { after } else { prefix };
            names.extend(self.0.values(query, vec![text(from), unsigned(left)?])?);
        }
        let parse = |name: String| {
            ViewName::from_local(&name).ok_or_else(|| PortError::new("a view has no known name"))
        };
        names.into_iter().map(parse).collect()
    }

    fn nonce_used(&self, mark: &NonceMark) -> Result<bool, PortError> {
        let query = "SELECT digest AS value FROM nonces WHERE digest = ?";
        Ok(self.record(query, &mark.digest)?.is_some())
    }

    fn root_checks(&self) -> Result<Vec<RootCheck>, PortError> {
        let query = "SELECT version, check_value FROM roots ORDER BY version";
        let rows: Vec<RootRow> = self.0.rows(query, Vec::new())?;
        let check = |row: RootRow| RootCheck { version: row.version, check: row.check_value };
        Ok(rows.into_iter().map(check).collect())
    }
}
