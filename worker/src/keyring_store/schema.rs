// SPDX-License-Identifier: Apache-2.0
//! The tables of a keyring, and every step from an earlier release's to them.

use edgekms_service::object::migration::Migration;

use crate::object_sql::{event_links, shell_tables};

/// How a keyring's database came to be what it is. A step that a release has taken is never changed.
pub(super) const MIGRATIONS: [Migration; 5] = [
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
    // Nothing is counted or searched for by going through all there is: triggers keep the numbers, and
    // columns and indexes what is asked for. Keys are counted by their group in blocks of 1,024.
    // A trigger takes over the conflict clause of the statement that fires it: none of its own can be.
    Migration {
        to: 3,
        statements: "
    CREATE TABLE counts (name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO counts VALUES ('aliases', (SELECT COUNT(*) FROM aliases)), ('versions', (SELECT COUNT(*) FROM versions));
    CREATE TRIGGER alias_made AFTER INSERT ON aliases BEGIN UPDATE counts SET n = n + 1 WHERE name = 'aliases'; END;
    CREATE TRIGGER alias_gone AFTER DELETE ON aliases BEGIN UPDATE counts SET n = n - 1 WHERE name = 'aliases'; END;
    CREATE TRIGGER version_made AFTER INSERT ON versions BEGIN UPDATE counts SET n = n + 1 WHERE name = 'versions'; END;
    CREATE TRIGGER version_gone AFTER DELETE ON versions BEGIN UPDATE counts SET n = n - 1 WHERE name = 'versions'; END;

    ALTER TABLE aliases ADD COLUMN key_id TEXT NOT NULL DEFAULT '';
    UPDATE aliases SET key_id = json_extract(record, '$.key_id');
    CREATE INDEX aliases_by_key ON aliases (key_id, name);

    ALTER TABLE versions ADD COLUMN created INTEGER NOT NULL DEFAULT 0;
    UPDATE versions SET created = json_extract(record, '$.created');
    DROP INDEX versions_by_key;
    CREATE INDEX versions_by_key ON versions (key_id, created DESC, version_id);

    ALTER TABLE keys ADD COLUMN grp TEXT NOT NULL DEFAULT '';
    UPDATE keys SET grp = json_extract(record, '$.state') || ',' || json_extract(record, '$.spec') || ',' || json_extract(record, '$.usage') || ',' || json_extract(record, '$.protection_level') || ',User';
    CREATE INDEX keys_by_group ON keys (grp, seq);
    CREATE TABLE key_groups (grp TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO key_groups SELECT grp, COUNT(*) FROM keys GROUP BY grp;
    CREATE TABLE key_blocks (block INTEGER, grp TEXT, n INTEGER NOT NULL, PRIMARY KEY (block, grp)) WITHOUT ROWID;
    INSERT INTO key_blocks SELECT seq >> 10, grp, COUNT(*) FROM keys GROUP BY seq >> 10, grp;
    CREATE TRIGGER key_made AFTER INSERT ON keys BEGIN
        INSERT INTO key_groups SELECT NEW.grp, 0 WHERE NOT EXISTS (SELECT 1 FROM key_groups WHERE grp = NEW.grp);
        UPDATE key_groups SET n = n + 1 WHERE grp = NEW.grp;
        INSERT INTO key_blocks SELECT NEW.seq >> 10, NEW.grp, 0 WHERE NOT EXISTS (SELECT 1 FROM key_blocks WHERE block = NEW.seq >> 10 AND grp = NEW.grp);
        UPDATE key_blocks SET n = n + 1 WHERE block = NEW.seq >> 10 AND grp = NEW.grp;
    END;
    CREATE TRIGGER key_gone AFTER DELETE ON keys BEGIN
        UPDATE key_groups SET n = n - 1 WHERE grp = OLD.grp;
        UPDATE key_blocks SET n = n - 1 WHERE block = OLD.seq >> 10 AND grp = OLD.grp;
        DELETE FROM tags WHERE key_id = OLD.key_id;
    END;
    CREATE TRIGGER key_regrouped AFTER UPDATE OF grp ON keys WHEN OLD.grp <> NEW.grp BEGIN
        UPDATE key_groups SET n = n - 1 WHERE grp = OLD.grp;
        UPDATE key_blocks SET n = n - 1 WHERE block = OLD.seq >> 10 AND grp = OLD.grp;
        INSERT INTO key_groups SELECT NEW.grp, 0 WHERE NOT EXISTS (SELECT 1 FROM key_groups WHERE grp = NEW.grp);
        UPDATE key_groups SET n = n + 1 WHERE grp = NEW.grp;
        INSERT INTO key_blocks SELECT NEW.seq >> 10, NEW.grp, 0 WHERE NOT EXISTS (SELECT 1 FROM key_blocks WHERE block = NEW.seq >> 10 AND grp = NEW.grp);
        UPDATE key_blocks SET n = n + 1 WHERE block = NEW.seq >> 10 AND grp = NEW.grp;
    END;

    CREATE TABLE tags (key_id TEXT, tag TEXT, value TEXT NOT NULL, PRIMARY KEY (key_id, tag)) WITHOUT ROWID;
    CREATE INDEX tags_by_value ON tags (tag, value, key_id);
    CREATE INDEX tags_by_tag ON tags (tag, key_id);
    INSERT INTO tags SELECT key_id, json_extract(value, '$.TagKey'), json_extract(value, '$.TagValue') FROM keys, json_each(keys.record, '$.tags');
    CREATE TRIGGER key_tagged AFTER INSERT ON keys BEGIN
        INSERT INTO tags SELECT NEW.key_id, json_extract(value, '$.TagKey'), json_extract(value, '$.TagValue') FROM json_each(NEW.record, '$.tags');
    END;
    CREATE TRIGGER key_retagged AFTER UPDATE OF record ON keys WHEN json_extract(OLD.record, '$.tags') IS NOT json_extract(NEW.record, '$.tags') BEGIN
        DELETE FROM tags WHERE key_id = NEW.key_id;
        INSERT INTO tags SELECT NEW.key_id, json_extract(value, '$.TagKey'), json_extract(value, '$.TagValue') FROM json_each(NEW.record, '$.tags');
    END;

    ALTER TABLE roots ADD COLUMN n INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE roots ADD COLUMN left_at INTEGER;
    UPDATE roots SET n = (SELECT COUNT(*) FROM versions WHERE root = roots.version);
    CREATE TRIGGER wrapped AFTER INSERT ON versions BEGIN UPDATE roots SET n = n + 1, left_at = NULL WHERE version = NEW.root; END;
    CREATE TRIGGER unwrapped AFTER DELETE ON versions BEGIN UPDATE roots SET n = n - 1 WHERE version = OLD.root; END;
    CREATE TRIGGER rewrapped AFTER UPDATE OF root ON versions BEGIN
        UPDATE roots SET n = n - 1 WHERE version = OLD.root;
        UPDATE roots SET n = n + 1, left_at = NULL WHERE version = NEW.root;
    END;

    CREATE TABLE parts (number INTEGER PRIMARY KEY, part TEXT NOT NULL);
",
    },
    // Events are chained. Those that are there are from before the chain, and stay so.
    Migration { to: 4, statements: event_links!() },
    // Calls are counted by day, key (empty for calls that are about none) and action.
    Migration {
        to: 5,
        statements: "
    CREATE TABLE usage (day INTEGER, key_id TEXT, action TEXT, calls INTEGER NOT NULL, throttled INTEGER NOT NULL, free INTEGER NOT NULL, PRIMARY KEY (day, key_id, action)) WITHOUT ROWID;
",
    },
];

/// How many of `keys`' numbers a row of `key_blocks` stands for, as a power of two: in the migration too.
pub(super) const BLOCK_BITS: u32 = 10;
