// SPDX-License-Identifier: Apache-2.0
//! A keyring's truth in the SQLite of its Durable Object.
//!
//! Rows hold the service's versioned records as text; columns beside them are what is looked up by.
//! `seq` orders keys by creation.

mod schema;

use edgekms_api::{
    id::{AliasName, KeyId, KeyVersionId},
    key::tag::{Tag, TagKey, TagValue},
    usage::UsagePosition,
};
use edgekms_service::object::name::ViewName;
use edgekms_service::{
    keyring::{
        group::KeyGroup,
        record::{AliasRecord, KeyRecord, VersionRecord},
        share,
        store::{Change, KeyringStore, RootUse, Tagged},
        view::view_in,
    },
    nonce::NonceMark,
    object::{
        Batch, Job, ObjectStore,
        store::{Altered, EventRow, EventSpan},
        truth::{RootCheck, TruthStore},
    },
    port::PortError,
    usage::row::{UsageName, UsageRow},
};
use serde::{Deserialize, Serialize};
use worker::{SqlStorageValue, Storage};

use self::schema::{BLOCK_BITS, MIGRATIONS};
use crate::{
    host::port_error,
    object_sql::{ObjectSql, millis, number, text, unsigned, whole},
};

/// The SQLite of one keyring.
pub(crate) struct SqlStore(ObjectSql);

#[derive(Deserialize)]
struct RootRow {
    version: String,
    check_value: Option<String>,
}

#[derive(Deserialize)]
struct RootUseRow {
    version: String,
    n: f64,
    left_at: Option<f64>,
}

#[derive(Deserialize)]
struct NumberedRow {
    seq: f64,
    record: String,
}

#[derive(Deserialize)]
struct GroupRow {
    grp: String,
    n: f64,
}

/// The blocks that hold a page; none of them beyond the last key.
#[derive(Deserialize)]
struct BlocksRow {
    first: Option<f64>,
    last: Option<f64>,
    before: Option<f64>,
}

/// Where the keys of a page are.
struct Span {
    /// The least number and the greatest that one of them may have.
    first: i64,
    last: i64,
    /// How many keys from the first on are not of the page.
    skip: u64,
}

#[derive(Deserialize)]
struct TagRow {
    key_id: String,
    tag: String,
    value: String,
}

impl TagRow {
    fn tag(self) -> Result<(KeyId, Tag), PortError> {
        let Self { key_id, tag, value } = self;
        let spoilt = |_| PortError::new("a stored tag does not parse");
        let tag = Tag { key: tag.parse().map_err(spoilt)?, value: value.parse().map_err(spoilt)? };
        Ok((key_id.parse().map_err(spoilt)?, tag))
    }
}

#[derive(Deserialize)]
struct CountRow {
    day: f64,
    key_id: String,
    action: String,
    calls: f64,
    throttled: f64,
    free: f64,
}

impl CountRow {
    fn row(self) -> Result<UsageRow, PortError> {
        let spoilt = |_| PortError::new("a stored count does not parse");
        let key_id = Some(self.key_id).filter(|text| !text.is_empty());
        Ok(UsageRow {
            day: u32::try_from(whole(self.day)).unwrap_or(0),
            key_id: key_id.map(|text| text.parse().map_err(spoilt)).transpose()?,
            action: self.action,
            calls: whole(self.calls),
            throttled: whole(self.throttled),
            free: whole(self.free) != 0,
        })
    }
}

/// Values as one binding, for `json_each`: a query takes at most 100 bindings.
fn list(values: &[impl Serialize]) -> SqlStorageValue {
    // Texts and numbers have a JSON form; serde_json cannot refuse them.
    text(serde_json::to_string(values).unwrap_or_default())
}

/// What the tag in `row` must be for `wanted`, whose texts are bound.
fn tag_is(
    row: &str,
    (tag, value): &(TagKey, Option<TagValue>),
    bindings: &mut Vec<SqlStorageValue>,
) -> String {
    bindings.push(text(tag.as_str()));
    let Some(value) = value else { return format!("{row}.tag = ?") };
    bindings.push(text(value.as_str()));
    format!("{row}.tag = ? AND {row}.value = ?")
}

/// A number of rows, of which SQLite knows none above its largest whole number.
fn bound(limit: u64) -> Result<SqlStorageValue, PortError> {
    unsigned(limit.min(u64::from(u32::MAX)))
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
        self.0.values(query, vec![bound(limit)?, bound(offset)?])
    }

    fn count(&self, query: &str) -> Result<u64, PortError> {
        Ok(self.0.number(query, Vec::new())?.unwrap_or(0))
    }

    /// Where `limit` keys after the first `offset` are, of `groups` or of all; `None` if there are none. All
    /// counting is done in the database: what comes out of it costs more than what is gone through.
    fn span(
        &self,
        groups: Option<&[String]>,
        offset: u64,
        limit: u64,
    ) -> Result<Option<Span>, PortError> {
        let mut bindings = vec![bound(offset)?, bound(limit)?];
        let wanted = groups.map_or("", |groups| {
            bindings.push(list(groups));
            " WHERE grp IN (SELECT value FROM json_each(?3))"
        });
        let query = format!(
            "SELECT MIN(block) AS first, MAX(block) AS last, MIN(before) AS before FROM (SELECT block, SUM(n) AS n, SUM(SUM(n)) OVER (ORDER BY block) - SUM(n) AS before FROM key_blocks{wanted} GROUP BY block) WHERE before + n > ?1 AND before < ?1 + ?2"
        );
        let rows: Vec<BlocksRow> = self.0.rows(&query, bindings)?;
        let Some(BlocksRow { first: Some(first), last: Some(last), before: Some(before) }) =
            rows.into_iter().next()
        else {
            return Ok(None);
        };
        let start = |block: u64| i64::try_from(block << BLOCK_BITS).map_err(port_error);
        let skip = offset.saturating_sub(whole(before));
        let last = start(whole(last).saturating_add(1))?.saturating_sub(1);
        Ok(Some(Span { first: start(whole(first))?, last, skip }))
    }

    /// Notes a root key version that something is wrapped under; none for material that is elsewhere.
    fn know_root(&self, root: &str) -> Result<(), PortError> {
        if root.is_empty() {
            return Ok(());
        }
        self.0.run("INSERT OR IGNORE INTO roots (version) VALUES (?)", vec![text(root)])
    }

    fn put_usage(&self, row: &UsageRow) -> Result<(), PortError> {
        self.0.run(
            "INSERT OR REPLACE INTO usage VALUES (?, ?, ?, ?, ?, ?)",
            vec![
                number(i64::from(row.day))?,
                text(row.key_id.as_ref().map_or("", KeyId::as_str)),
                text(&*row.action),
                unsigned(row.calls)?,
                unsigned(row.throttled)?,
                number(i64::from(row.free))?,
            ],
        )
    }

    fn apply(&self, change: &Change) -> Result<(), PortError> {
        match change {
            Change::PutKey(key) => self.0.run(
                "INSERT INTO keys (key_id, record, grp) VALUES (?, ?, ?) ON CONFLICT (key_id) DO UPDATE SET record = excluded.record, grp = excluded.grp",
                vec![text(key.key_id.as_str()), text(key.encode()), text(key.group().encode())],
            ),
            Change::DeleteKey(id) => {
                self.0.run("DELETE FROM keys WHERE key_id = ?", vec![text(id.as_str())])
            }
            Change::PutVersion(version) => {
                // Material that is elsewhere is under no root key.
                let root = version.material.root_version().unwrap_or_default();
                self.know_root(root)?;
                self.0.run(
                    "INSERT INTO versions (version_id, record, key_id, root, created) VALUES (?, ?, ?, ?, ?)",
                    vec![
                        text(version.version_id.as_str()),
                        text(version.encode()),
                        text(version.key_id.as_str()),
                        text(root),
                        number(version.created)?,
                    ],
                )
            }
            Change::RewrapVersion(version) => {
                let root = version.material.root_version().unwrap_or_default();
                self.know_root(root)?;
                self.0.run(
                    "UPDATE versions SET record = ?, root = ? WHERE version_id = ?",
                    vec![
                        text(version.encode()),
                        text(root),
                        text(version.version_id.as_str()),
                    ],
                )
            }
            Change::DeleteVersion(id) => {
                self.0.run("DELETE FROM versions WHERE version_id = ?", vec![text(id.as_str())])
            }
            Change::PutAlias(alias) => self.0.run(
                "INSERT INTO aliases (name, record, key_id) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET record = excluded.record, key_id = excluded.key_id",
                vec![
                    text(alias.name.as_str()),
                    text(alias.encode()),
                    text(alias.key_id.as_str()),
                ],
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
                "INSERT INTO roots (version, check_value) VALUES (?, ?) ON CONFLICT (version) DO UPDATE SET check_value = excluded.check_value",
                vec![text(&**version), text(&**check)],
            ),
            Change::NoteRootLeft { version, at_millis } => self.0.run(
                "UPDATE roots SET left_at = ? WHERE version = ?",
                vec![number(*at_millis)?, text(&**version)],
            ),
            Change::ForgetRoot(version) => {
                self.0.run("DELETE FROM roots WHERE version = ?", vec![text(&**version)])
            }
            Change::StagePart { number: at, text: part } => self.0.run(
                "INSERT OR REPLACE INTO parts VALUES (?, ?)",
                vec![number(i64::from(*at))?, text(&**part)],
            ),
            Change::DropParts => self.0.run("DELETE FROM parts", Vec::new()),
            Change::PutUsage(row) => self.put_usage(row),
            Change::ForgetUsage(before) => {
                self.0.run("DELETE FROM usage WHERE day < ?", vec![number(i64::from(*before))?])
            }
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

impl TruthStore for SqlStore {
    fn view(&self, name: &ViewName) -> Result<Option<String>, PortError> {
        view_in(self, name)
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

    fn beside(&self, name: &ViewName) -> Result<Option<ViewName>, PortError> {
        share::beside(self, name)
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

    fn note_nonce(&self, mark: NonceMark) -> Change {
        Change::NoteNonce(mark)
    }

    fn forget_nonces(&self, before_millis: i64) -> Change {
        Change::ForgetNonces(before_millis)
    }

    fn forget_usage(&self, before_day: u32) -> Option<Change> {
        Some(Change::ForgetUsage(before_day))
    }
}

impl KeyringStore for SqlStore {
    fn key(&self, id: &KeyId) -> Result<Option<KeyRecord>, PortError> {
        let found =
            self.record("SELECT record AS value FROM keys WHERE key_id = ?", id.as_str())?;
        found.map(|record| KeyRecord::decode(&record)).transpose()
    }

    fn key_groups(&self) -> Result<Vec<(KeyGroup, u64)>, PortError> {
        let query = "SELECT grp, n FROM key_groups WHERE n > 0";
        let rows: Vec<GroupRow> = self.0.rows(query, Vec::new())?;
        let group = |row: GroupRow| {
            let group = KeyGroup::decode(&row.grp);
            let group = group.ok_or_else(|| PortError::new("a stored group does not parse"))?;
            Ok((group, whole(row.n)))
        };
        rows.into_iter().map(group).collect()
    }

    fn keys(
        &self,
        groups: Option<&[KeyGroup]>,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<KeyRecord>, PortError> {
        let groups: Option<Vec<String>> =
            groups.map(|groups| groups.iter().map(KeyGroup::encode).collect());
        let Some(Span { first, last, skip }) = self.span(groups.as_deref(), offset, limit)? else {
            return Ok(Vec::new());
        };
        let mut bindings = vec![number(first)?, number(last)?, bound(limit)?, bound(skip)?];
        let records = match groups {
            None => {
                let query = "SELECT record AS value FROM keys WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ? OFFSET ?";
                self.0.values(query, bindings)?
            }
            Some(groups) => {
                bindings.push(list(&groups));
                let query = "SELECT record AS value FROM keys WHERE seq IN (SELECT seq FROM keys WHERE seq BETWEEN ?1 AND ?2 AND grp IN (SELECT value FROM json_each(?5)) ORDER BY seq LIMIT ?3 OFFSET ?4) ORDER BY seq";
                self.0.values(query, bindings)?
            }
        };
        records.iter().map(|record| KeyRecord::decode(record)).collect()
    }

    fn keys_after(&self, after: &str, limit: u64) -> Result<Vec<KeyRecord>, PortError> {
        let query = "SELECT record AS value FROM keys WHERE key_id > ? ORDER BY key_id LIMIT ?";
        let found = self.0.values(query, vec![text(after), unsigned(limit)?])?;
        found.iter().map(|record| KeyRecord::decode(record)).collect()
    }

    fn keys_made_after(&self, after: u64, limit: u64) -> Result<Vec<(u64, KeyRecord)>, PortError> {
        let query = "SELECT seq, record FROM keys WHERE seq > ? ORDER BY seq LIMIT ?";
        let rows: Vec<NumberedRow> = self.0.rows(query, vec![unsigned(after)?, bound(limit)?])?;
        let key = |row: NumberedRow| Ok((whole(row.seq), KeyRecord::decode(&row.record)?));
        rows.into_iter().map(key).collect()
    }

    fn version(&self, id: &KeyVersionId) -> Result<Option<VersionRecord>, PortError> {
        let query = "SELECT record AS value FROM versions WHERE version_id = ?";
        let found = self.record(query, id.as_str())?;
        found.map(|record| VersionRecord::decode(&record)).transpose()
    }

    fn count_versions(&self) -> Result<u64, PortError> {
        self.count("SELECT n AS number FROM counts WHERE name = 'versions'")
    }

    fn count_versions_of(&self, id: &KeyId) -> Result<u64, PortError> {
        let query = "SELECT COUNT(*) AS number FROM versions WHERE key_id = ?";
        Ok(self.0.number(query, vec![text(id.as_str())])?.unwrap_or(0))
    }

    fn versions_of(
        &self,
        id: &KeyId,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<VersionRecord>, PortError> {
        let query = "SELECT record AS value FROM versions WHERE key_id = ? ORDER BY created DESC, version_id LIMIT ? OFFSET ?";
        let found = self.0.values(query, vec![text(id.as_str()), bound(limit)?, bound(offset)?])?;
        found.iter().map(|record| VersionRecord::decode(record)).collect()
    }

    fn wrapped_under(
        &self,
        root: &str,
        after: &str,
        limit: u64,
    ) -> Result<Vec<VersionRecord>, PortError> {
        let query = "SELECT record AS value FROM versions WHERE root = ? AND version_id > ? ORDER BY version_id LIMIT ?";
        let found = self.0.values(query, vec![text(root), text(after), bound(limit)?])?;
        found.iter().map(|record| VersionRecord::decode(record)).collect()
    }

    fn alias(&self, name: &AliasName) -> Result<Option<AliasRecord>, PortError> {
        let query = "SELECT record AS value FROM aliases WHERE name = ?";
        let found = self.record(query, name.as_str())?;
        found.map(|record| AliasRecord::decode(&record)).transpose()
    }

    fn count_aliases(&self) -> Result<u64, PortError> {
        self.count("SELECT n AS number FROM counts WHERE name = 'aliases'")
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

    fn count_aliases_of(&self, id: &KeyId) -> Result<u64, PortError> {
        let query = "SELECT COUNT(*) AS number FROM aliases WHERE key_id = ?";
        Ok(self.0.number(query, vec![text(id.as_str())])?.unwrap_or(0))
    }

    fn aliases_of(
        &self,
        id: &KeyId,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<AliasRecord>, PortError> {
        let query =
            "SELECT record AS value FROM aliases WHERE key_id = ? ORDER BY name LIMIT ? OFFSET ?";
        let found = self.0.values(query, vec![text(id.as_str()), bound(limit)?, bound(offset)?])?;
        found.iter().map(|record| AliasRecord::decode(record)).collect()
    }

    fn tags_after(
        &self,
        wanted: &Tagged<'_>,
        after: Option<(&str, &str)>,
        limit: u64,
    ) -> Result<Vec<(KeyId, Tag)>, PortError> {
        let (key_id, tag) = after.unwrap_or_default();
        // One with its value leads to the fewest keys.
        let mut having: Vec<_> = wanted.having.iter().collect();
        having.sort_by_key(|(_, value)| value.is_none());
        let mut bindings = Vec::new();
        let mut query = "SELECT t.key_id, t.tag, t.value FROM ".to_owned();
        let mut having = having.into_iter();
        // By which rows the keys come in order: SQLite sorts all that it finds if told the other.
        let leader = if let Some(first) = having.next() {
            // Its index has the keys in order: nothing is gone through but what is told.
            let is_first = tag_is("h", first, &mut bindings);
            query.push_str("tags AS h CROSS JOIN tags AS t ON t.key_id = h.key_id WHERE ");
            query.push_str(&is_first);
            query.push_str(" AND h.key_id >= ? AND");
            bindings.push(text(key_id));
            "h"
        } else {
            query.push_str("tags AS t WHERE");
            "t"
        };
        query.push_str(" (t.key_id, t.tag) > (?, ?)");
        bindings.extend([text(key_id), text(tag)]);
        if let Some(keys) = wanted.keys {
            query.push_str(" AND t.key_id IN (SELECT value FROM json_each(?))");
            bindings.push(list(keys));
        }
        for other in having {
            query.push_str(" AND EXISTS (SELECT 1 FROM tags AS o WHERE o.key_id = t.key_id AND ");
            query.push_str(&tag_is("o", other, &mut bindings));
            query.push(')');
        }
        query.push_str(&format!(" ORDER BY {leader}.key_id, t.tag LIMIT ?"));
        bindings.push(bound(limit)?);
        let rows: Vec<TagRow> = self.0.rows(&query, bindings)?;
        rows.into_iter().map(TagRow::tag).collect()
    }

    fn root_uses(&self) -> Result<Vec<RootUse>, PortError> {
        let query = "SELECT version, n, left_at FROM roots ORDER BY version";
        let rows: Vec<RootUseRow> = self.0.rows(query, Vec::new())?;
        let used = |row: RootUseRow| RootUse {
            version: row.version,
            versions: whole(row.n),
            left_millis: row.left_at.map(millis),
        };
        Ok(rows.into_iter().map(used).collect())
    }

    fn part(&self, number: u32) -> Result<Option<String>, PortError> {
        let query = "SELECT part AS value FROM parts WHERE number = ?";
        self.0.value(query, vec![unsigned(u64::from(number))?])
    }

    fn usage_row(&self, (day, key_id, action): &UsageName) -> Result<Option<UsageRow>, PortError> {
        let query = "SELECT * FROM usage WHERE day = ? AND key_id = ? AND action = ?";
        let bindings = vec![number(i64::from(*day))?, text(&**key_id), text(&**action)];
        let rows: Vec<CountRow> = self.0.rows(query, bindings)?;
        rows.into_iter().next().map(CountRow::row).transpose()
    }

    fn usage_rows(
        &self,
        from: u32,
        to: u32,
        after: Option<&UsagePosition>,
        limit: u64,
    ) -> Result<Vec<UsageRow>, PortError> {
        let mut bindings = vec![number(i64::from(from))?, number(i64::from(to))?, bound(limit)?];
        let beyond = match after {
            None => "",
            Some(UsagePosition { day, key_id, action }) => {
                let key_id = key_id.as_ref().map_or("", KeyId::as_str);
                let day = number(i64::from(day.number()))?;
                bindings.extend([day, text(key_id), text(&**action)]);
                " AND (day, key_id, action) > (?4, ?5, ?6)"
            }
        };
        let query = format!(
            "SELECT * FROM usage WHERE day BETWEEN ?1 AND ?2{beyond} ORDER BY day, key_id, action LIMIT ?3"
        );
        let rows: Vec<CountRow> = self.0.rows(&query, bindings)?;
        rows.into_iter().map(CountRow::row).collect()
    }
}
