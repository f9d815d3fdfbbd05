// SPDX-License-Identifier: Apache-2.0
//! A restore: parts are taken one by one and kept as they came; once all are there and each has proved
//! good, they become the keyring, a page a transaction. Where it has got to is a fact of the keyring.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use edgekms_api::{
    error::{ApiError, ErrorCode},
    kms::restore_keyring::{RestoreKeyringReply, RestoreStatus},
    place::Place,
};
use serde::{Deserialize, Serialize};

use super::{
    contents::{self, Row},
    part::{FileId, FileKey, Head, Tag, file_roots, tag_of},
};
use crate::{
    keyring::{store::KeyringStore, stored},
    material::{hierarchy::HierarchyError, root_keys::RootKeys, secret::BackupKey},
    port::PortError,
};

/// The fact that says how far the last restore has got.
pub const RESTORE: &str = "restore";

/// How far it has got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restoring {
    /// What it is doing.
    pub status: RestoreStatus,
    /// The file's id.
    pub file: FileId,
    /// Parts taken.
    pub parts: u32,
    /// The part with which the next page begins: of those taken, then of those restored.
    pub page: u32,
    /// Rows read.
    pub rows: u64,
    /// The number of the last key whose jobs are on the agenda.
    pub key: u64,
}

/// A page, and the part behind it.
pub struct StagedPage {
    /// Its rows.
    pub rows: Vec<Row>,
    /// The part with which the next page begins.
    pub next: u32,
}

/// What opens a file here.
pub struct Opener<'a> {
    key: FileKey<'a>,
    /// What unwraps the file's material.
    pub roots: RootKeys,
    place: &'a Place,
    store: &'a dyn KeyringStore,
}

impl Restoring {
    /// The last restore of a keyring, if there was one.
    ///
    /// # Errors
    /// A store's failure.
    pub fn load(store: &dyn KeyringStore) -> Result<Option<Self>, PortError> {
        let Some(text) = store.fact(RESTORE)? else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|error| PortError(error.to_string()))
    }

    /// Whether the keyring is being filled, and is nobody's until then.
    ///
    /// # Errors
    /// A store's failure.
    pub fn is_under_way(store: &dyn KeyringStore) -> Result<bool, PortError> {
        let last = Self::load(store)?;
        Ok(last.is_some_and(|last| last.status == RestoreStatus::Restoring))
    }

    /// Refuses everybody while it is.
    ///
    /// # Errors
    /// `ServiceUnavailableTemporary` if it is, or for a store's failure.
    pub fn check_none(store: &dyn KeyringStore) -> Result<(), ApiError> {
        if Self::is_under_way(store).map_err(stored)? {
            return Err(ApiError::with_message(
                ErrorCode::ServiceUnavailableTemporary,
                "Service Unavailable Temporary. A backup is being restored into this region.",
            ));
        }
        Ok(())
    }

    /// Before the first part of a file.
    #[must_use]
    pub const fn begin(file: FileId) -> Self {
        let status = RestoreStatus::Taking;
        Self { status, file, parts: 0, page: 0, rows: 0, key: 0 }
    }

    /// The fact to keep.
    #[must_use]
    pub fn fact(&self) -> (&'static str, String) {
        // A struct of words and numbers has a JSON form; serde_json cannot refuse it.
        (RESTORE, serde_json::to_string(self).unwrap_or_default())
    }

    /// As it is told.
    #[must_use]
    pub const fn reply(&self) -> RestoreKeyringReply {
        let parts_restored = match self.status {
            RestoreStatus::None | RestoreStatus::Taking => 0,
            RestoreStatus::Restoring | RestoreStatus::Done => self.page,
        };
        RestoreKeyringReply { status: self.status, parts_taken: self.parts, parts_restored }
    }

    /// Takes the next part, which must be good, and with the page that it ends must all rows be.
    ///
    /// # Errors
    /// `InvalidParameter` naming `Part`; a store's failure.
    pub fn take(&mut self, head: &Head, part: &[u8], opener: &Opener<'_>) -> Result<(), ApiError> {
        let opened = opener.open(part, self.parts)?.ok_or_else(refused)?;
        self.parts = self.parts.checked_add(1).ok_or_else(refused)?;
        if !head.ends_page {
            return Ok(());
        }
        let mut page = Vec::new();
        for number in self.page..head.number {
            let (_, staged) = opener.staged(number)?;
            page.extend(opener.open(&staged, number)?.ok_or_else(refused)?);
        }
        page.extend(opened);
        let rows = contents::decode(&page).map_err(|error| refused().with_detail(error))?;
        opener.check(&rows)?;
        let told = match rows.split_last() {
            Some((Row::End(end), rows)) if head.ends_file => {
                self.status = RestoreStatus::Restoring;
                self.rows = self.rows.saturating_add(rows.len() as u64);
                end.rows == self.rows
            }
            _ => {
                self.rows = self.rows.saturating_add(rows.len() as u64);
                !head.ends_file
            }
        };
        if !told {
            return Err(refused());
        }
        self.page = if head.ends_file { 0 } else { self.parts };
        Ok(())
    }
}

impl<'a> Opener<'a> {
    /// What opens `file`, whose parts `store` keeps.
    ///
    /// # Errors
    /// [`HierarchyError`], which does not happen for an id of 16 bytes.
    pub fn new(
        backup: &BackupKey,
        file: &FileId,
        place: &'a Place,
        store: &'a dyn KeyringStore,
    ) -> Result<Self, HierarchyError> {
        let (key, roots) = (FileKey::new(backup, file, place)?, file_roots(backup, file)?);
        Ok(Self { key, roots, place, store })
    }

    /// Reads the page that begins with a part.
    ///
    /// # Errors
    /// [`PortError`] for parts that are not there (any more) or do not open (any more): `BACKUP_KEY` may
    /// be another.
    pub fn page(&self, from: u32) -> Result<StagedPage, PortError> {
        let text = |error: ApiError| PortError(error.to_string());
        let (mut page, mut number) = (Vec::new(), from);
        loop {
            let (head, part) = self.staged(number).map_err(text)?;
            let opened = self.open(&part, number).map_err(text)?;
            let opened = opened.ok_or_else(|| PortError::new("a staged part does not open"))?;
            page.extend(opened);
            number = number.saturating_add(1);
            if head.ends_page {
                return Ok(StagedPage { rows: contents::decode(&page)?, next: number });
            }
        }
    }

    fn open(&self, part: &[u8], number: u32) -> Result<Option<Vec<u8>>, ApiError> {
        let before = match number.checked_sub(1) {
            Some(before) => tag_of(&self.staged(before)?.1),
            None => None::<Tag>,
        };
        Ok(self.key.open(part, before.as_ref()))
    }

    fn staged(&self, number: u32) -> Result<(Head, Vec<u8>), ApiError> {
        let text = self.store.part(number).map_err(stored)?;
        let part = text.and_then(|text| STANDARD.decode(text).ok());
        let read = part.and_then(|part| Head::read(&part).map(|head| (head, part)));
        read.ok_or_else(|| stored(PortError::new("a staged part is not there")))
    }

    /// Whether the material of all versions unwraps.
    fn check(&self, rows: &[Row]) -> Result<(), ApiError> {
        let good = rows.iter().all(|row| match row {
            Row::Version(version) => {
                version.material.handle().is_none() && version.unwraps(self.place, &self.roots)
            }
            _ => true,
        });
        if good { Ok(()) } else { Err(refused()) }
    }
}

/// The one answer to what is not the next part of a good file.
#[must_use]
pub fn refused() -> ApiError {
    ApiError::invalid_parameter(
        "Part",
        "It must be the next part of a backup of this account and region, unchanged, and BACKUP_KEY the \
         key that it was made with.",
    )
}
