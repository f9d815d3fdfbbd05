// SPDX-License-Identifier: Apache-2.0
//! Reading a keyring, a page at a time, so that all pages together are its state at one moment.
//!
//! First come all keys in order of creation, all versions and all aliases, each as it is when its page is
//! read; then, in order of revision, every name that has altered since the file was begun. Names that alter
//! while these are told come once more, after them, and the last page is the one with which none is left.
//! Keys made meanwhile come before any that altered, again in order of creation, which is how keys are listed.

use edgekms_api::{
    error::{ApiError, ErrorCode},
    kms::backup_keyring::SkippedVersion,
    place::Place,
};
use serde::{Deserialize, Serialize};

use super::{
    contents::{End, Row},
    part::{FileId, Tag},
};
use crate::object::name::ViewName;
use crate::{
    keyring::{
        class::{Cell, Column},
        own_quotas,
        record::{AliasRecord, KeyRecord, VersionRecord},
        store::KeyringStore,
        stored,
    },
    material::{hierarchy::HierarchyError, root_keys::RootKeys, stores::StoredMaterial},
    port::{Entropy, PortError},
};

/// Rows of a page: fifty versions are wrapped anew in some 5 ms of a Worker's time.
const PAGE: u64 = 50;
/// Names that may have altered since a backup was begun and are still to be told.
const CHANGES: u64 = 10_000;

/// Where a backup has got to, in the marker that its caller brings back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marker {
    /// The file's id.
    pub file: FileId,
    /// The number of the next part.
    pub part: u32,
    /// The tag of the part before, if there is one.
    pub tag: Option<Tag>,
    /// Rows told.
    pub rows: u64,
    /// The keyring's revision when the file was begun.
    since: u64,
    /// The number of the last key told in order of creation.
    keys: u64,
    at: Position,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Position {
    /// Keys that have not been told.
    Keys,
    /// Versions after this name of a view.
    Versions(String),
    /// Aliases after this name.
    Aliases(String),
    /// Names altered after this revision, or in it after this name.
    Changes { revision: u64, name: Option<String> },
    /// Nothing.
    End,
}

/// What is read, and what its material is wrapped under.
pub struct Source<'a> {
    /// The truth.
    pub store: &'a dyn KeyringStore,
    /// The keyring's place.
    pub place: &'a Place,
    /// What unwraps its material.
    pub roots: &'a RootKeys,
    /// The file's own root key.
    pub file_roots: &'a RootKeys,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
}

fn allows_backup(key: &KeyRecord) -> bool {
    key.class().cell(Column::Backup) == Cell::Yes
}

/// A page being made.
#[derive(Debug, Default)]
pub struct Page {
    /// Its rows.
    pub rows: Vec<Row>,
    /// What is left out.
    pub skipped: Vec<SkippedVersion>,
}

impl Marker {
    /// The beginning of a file.
    ///
    /// # Errors
    /// A store's failure.
    pub fn begin(file: FileId, store: &dyn KeyringStore) -> Result<Self, PortError> {
        let since = store.revision()?;
        Ok(Self { file, part: 0, tag: None, rows: 0, since, keys: 0, at: Position::Keys })
    }

    /// Whether the last page has been read.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.at == Position::End
    }

    /// Reads the next page, and moves behind it.
    ///
    /// # Errors
    /// `Rejected.StateModifiedFailed` if too much has changed since the file was begun;
    /// `InternalFailure` if a root key is not there; a store's failure.
    pub fn next_page(&mut self, source: &Source<'_>) -> Result<Page, ApiError> {
        let mut page = Page::default();
        let mut left = PAGE;
        while left > 0 && !self.is_at_end() {
            // A name comes once in a page, so changes have pages of their own.
            if matches!(self.at, Position::Changes { .. })
                && left < PAGE
                && source.store.revision().map_err(stored)? > self.since
            {
                break;
            }
            let read = self.step(source, left, &mut page)?;
            left = left.saturating_sub(read);
        }
        self.rows = self.rows.saturating_add(page.rows.len() as u64);
        if self.is_at_end() {
            page.rows.push(Row::End(End {
                rows: self.rows,
                revision: source.store.revision().map_err(stored)?,
                quotas: own_quotas(source.store).map_err(stored)?,
            }));
        }
        Ok(page)
    }

    /// Reads at most `limit` records of one kind; tells how many, which may be more than the rows.
    fn step(&mut self, source: &Source<'_>, limit: u64, page: &mut Page) -> Result<u64, ApiError> {
        let store = source.store;
        let new = match self.at {
            Position::Changes { .. } => self.new_keys(source, limit, page)?,
            _ => 0,
        };
        let limit = limit.saturating_sub(new);
        if limit == 0 {
            return Ok(new);
        }
        let (read, next, after) = match &self.at {
            Position::Keys => {
                let read = self.new_keys(source, limit, page)?;
                (read, Position::Keys, Position::Versions("version/".to_owned()))
            }
            Position::Versions(after) => {
                let names = store.view_names(after, limit).map_err(stored)?;
                let last = names.last().map_or_else(|| after.clone(), ViewName::local);
                let read = names.len() as u64;
                names.iter().try_for_each(|name| page.name(name, source))?;
                (read, Position::Versions(last), Position::Aliases(String::new()))
            }
            Position::Aliases(after) => {
                let aliases = store.aliases_after(after, limit).map_err(stored)?;
                let last = aliases.last().map_or(&**after, |alias| alias.name.as_str()).to_owned();
                let read = aliases.len() as u64;
                aliases.into_iter().try_for_each(|alias| page.alias(alias, store))?;
                let changes = Position::Changes { revision: self.since, name: None };
                (read, Position::Aliases(last), changes)
            }
            Position::Changes { revision, name } => {
                let altered = self.altered_after(*revision, name.as_deref(), source)?;
                let next = altered.iter().take(usize::try_from(limit).unwrap_or(usize::MAX));
                let names: Vec<_> = next.collect();
                for (_, name) in &names {
                    let name = ViewName::from_local(name);
                    let name = name.ok_or_else(|| ApiError::internal("an altered name is none"))?;
                    page.name(&name, source)?;
                }
                let last = names.last().map_or_else(
                    || self.at.clone(),
                    |(revision, name)| Position::Changes {
                        revision: *revision,
                        name: Some(name.clone()),
                    },
                );
                (names.len() as u64, last, Position::End)
            }
            Position::End => (0, Position::End, Position::End),
        };
        self.at = if read < limit { after } else { next };
        Ok(new.saturating_add(read))
    }

    /// Reads at most `limit` keys that were made after those told, in order of creation.
    fn new_keys(
        &mut self,
        source: &Source<'_>,
        limit: u64,
        page: &mut Page,
    ) -> Result<u64, ApiError> {
        let keys = source.store.keys_made_after(self.keys, limit).map_err(stored)?;
        self.keys = keys.last().map_or(self.keys, |(number, _)| *number);
        let read = keys.len() as u64;
        keys.into_iter().try_for_each(|(_, key)| page.key(key, source))?;
        Ok(read)
    }

    /// What has altered since, in order.
    fn altered_after(
        &self,
        revision: u64,
        name: Option<&str>,
        source: &Source<'_>,
    ) -> Result<Vec<(u64, String)>, ApiError> {
        let from = if name.is_some() { revision.saturating_sub(1) } else { revision };
        let rows = source.store.altered_since(from, CHANGES.saturating_add(1)).map_err(stored)?;
        if rows.len() as u64 > CHANGES || source.store.floor().map_err(stored)? > self.since {
            return Err(ApiError::with_message(
                ErrorCode::RejectedStateModifiedFailed,
                "The keyring has changed too much since this backup was begun. Begin a new one.",
            ));
        }
        let rows = rows.into_iter().map(|row| (row.revision, row.name));
        let told = (revision, name.unwrap_or_default());
        let mut rows: Vec<_> =
            rows.filter(|(revision, altered)| (*revision, altered.as_str()) > told).collect();
        rows.sort();
        Ok(rows)
    }
}

impl Page {
    /// What is there under a name now, or that nothing is.
    fn name(&mut self, name: &ViewName, source: &Source<'_>) -> Result<(), ApiError> {
        let store = source.store;
        match name {
            ViewName::Key(id) => match store.key(id).map_err(stored)? {
                Some(key) => self.key(key, source)?,
                None => self.rows.push(Row::Gone(name.clone())),
            },
            ViewName::Version(id) => match store.version(id).map_err(stored)? {
                Some(version) => self.version(&version, source)?,
                None => self.rows.push(Row::Gone(name.clone())),
            },
            // A keyring has none of the one, and makes the other anew.
            ViewName::Entity(_) | ViewName::Share(_) => {}
            ViewName::Alias(alias) => match store.alias(alias).map_err(stored)? {
                Some(record) => self.alias(record, store)?,
                None => self.rows.push(Row::Gone(name.clone())),
            },
        }
        Ok(())
    }

    /// A key, unless its class allows no backup or a store elsewhere keeps its material: its versions are
    /// told as skipped. A name comes once in a page: a new key has altered too.
    fn key(&mut self, key: KeyRecord, source: &Source<'_>) -> Result<(), ApiError> {
        let is_it = |row: &Row| matches!(row, Row::Key(told) if told.key_id == key.key_id);
        if !allows_backup(&key) || self.rows.iter().any(is_it) {
            return Ok(());
        }
        let primary = source.store.version(&key.primary_version).map_err(stored)?;
        if primary.is_none_or(|version| version.material.handle().is_none()) {
            self.rows.push(Row::Key(Box::new(key)));
        }
        Ok(())
    }

    /// An alias, unless it is of a key that is made anew wherever a product needs it.
    fn alias(&mut self, alias: AliasRecord, store: &dyn KeyringStore) -> Result<(), ApiError> {
        let key = store.key(&alias.key_id).map_err(stored)?;
        if key.is_none_or(|key| key.kept.is_customer()) {
            self.rows.push(Row::Alias(alias));
        }
        Ok(())
    }

    fn version(&mut self, version: &VersionRecord, source: &Source<'_>) -> Result<(), ApiError> {
        let Source { store, place, roots, file_roots, entropy } = *source;
        let key = store.key(&version.key_id).map_err(stored)?;
        if key.is_some_and(|key| !allows_backup(&key)) {
            self.skip(version);
            return Ok(());
        }
        let wrapped = match &version.material {
            StoredMaterial::Wrapped(wrapped) => wrapped,
            // It is known all the same, so that its blobs are refused by the key's state.
            StoredMaterial::Deleted => {
                self.rows.push(Row::Version(Box::new(version.clone())));
                return Ok(());
            }
            StoredMaterial::Held(_) => {
                self.skip(version);
                return Ok(());
            }
        };
        match version.rewrapped(place, roots, file_roots, entropy) {
            Ok(version) => self.rows.push(Row::Version(Box::new(version))),
            Err(HierarchyError::NotAuthentic) => self.skip(version),
            Err(HierarchyError::RootVersionMissing) => {
                let root = &wrapped.root_version;
                let text = format!(
                    "Keys are wrapped under the root key version \"{root}\", which the secret \
                     ROOT_KEYS does not hold. Put it back, then begin a new backup."
                );
                return Err(ApiError::with_message(ErrorCode::InternalFailure, text));
            }
            Err(HierarchyError::Entropy(error)) => return Err(ApiError::internal(error)),
        }
        Ok(())
    }

    fn skip(&mut self, version: &VersionRecord) {
        let (key_id, key_version_id) = (version.key_id.clone(), version.version_id.clone());
        self.skipped.push(SkippedVersion { key_id, key_version_id });
    }
}
