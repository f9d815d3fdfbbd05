// SPDX-License-Identifier: Apache-2.0
//! The tables of an account, and every step from an earlier release's to them.

use edgekms_service::object::migration::Migration;

use crate::object_sql::{event_links, shell_tables};

/// How an account's database came to be what it is. A step that a release has taken is never changed.
pub(super) const MIGRATIONS: [Migration; 1] = [Migration {
    to: 1,
    statements: concat!(
        shell_tables!(),
        event_links!(),
        "
    CREATE TABLE entities (kind TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
    CREATE UNIQUE INDEX entities_by_name ON entities (kind, name);
    CREATE TABLE links (kind TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (kind, source, target)) WITHOUT ROWID;
    CREATE INDEX links_by_target ON links (kind, target, source);
    CREATE TABLE nonces (digest TEXT PRIMARY KEY, until_millis INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX nonces_by_time ON nonces (until_millis);
    CREATE TABLE roots (version TEXT PRIMARY KEY, check_value TEXT NOT NULL) WITHOUT ROWID;
"
    ),
}];
