// SPDX-License-Identifier: Apache-2.0
//! The port to a keyring's records, on top of what every object's database has.

use edgekms_api::{
    id::{AliasName, KeyId, KeyVersionId},
    key::tag::{Tag, TagKey, TagValue},
    usage::UsagePosition,
};

use super::{
    group::KeyGroup,
    record::{AliasRecord, KeyRecord, VersionRecord},
};
use crate::object::name::ViewName;
use crate::{
    nonce::NonceMark,
    object::truth::TruthStore,
    port::PortError,
    usage::row::{UsageName, UsageRow},
};

/// One change of a keyring's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new key, or a key's new record.
    PutKey(Box<KeyRecord>),
    /// A key is no more.
    DeleteKey(KeyId),
    /// A new version. One of this id must not be there yet.
    PutVersion(Box<VersionRecord>),
    /// A version's record with its material wrapped under another root key. Of a version that is no
    /// more, nothing.
    RewrapVersion(Box<VersionRecord>),
    /// A version and its material are no more.
    DeleteVersion(KeyVersionId),
    /// A new alias, or an alias that names another key.
    PutAlias(AliasRecord),
    /// An alias is no more.
    DeleteAlias(AliasName),
    /// A change's nonce, so that it cannot be replayed. One of this digest must not be there yet.
    NoteNonce(NonceMark),
    /// Nonces whose time was over before this, in milliseconds since 1970.
    ForgetNonces(i64),
    /// By what a root key version is known again.
    NoteRoot {
        /// The version's name in `ROOT_KEYS`.
        version: String,
        /// Its check value.
        check: String,
    },
    /// From when on nothing is wrapped under a root key version. The next version wrapped under it
    /// takes the note away.
    NoteRootLeft {
        /// The version's name in `ROOT_KEYS`.
        version: String,
        /// Milliseconds since 1970.
        at_millis: i64,
    },
    /// A root key version is known no more.
    ForgetRoot(String),
    /// A part of a backup that is being restored, in place of one of the same number.
    StagePart {
        /// Its number in the file, from 0.
        number: u32,
        /// Base64 of the part as it came.
        text: String,
    },
    /// No part of a backup any more.
    DropParts,
    /// How many calls there were, in place of what was known of the same day, key and action.
    PutUsage(Box<UsageRow>),
    /// No counts of calls of before this day (since 1970).
    ForgetUsage(u32),
}

/// How much a root key version is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootUse {
    /// The version's name in `ROOT_KEYS`.
    pub version: String,
    /// How many key versions are wrapped under it.
    pub versions: u64,
    /// Since when it is noted that none is, in milliseconds since 1970.
    pub left_millis: Option<i64>,
}

impl Change {
    /// The view that it alters, which must be published anew.
    #[must_use]
    pub fn view_name(&self) -> Option<ViewName> {
        match self {
            Self::PutKey(key) => Some(ViewName::Key(key.key_id.clone())),
            Self::DeleteKey(id) => Some(ViewName::Key(id.clone())),
            Self::PutVersion(version) | Self::RewrapVersion(version) => {
                Some(ViewName::Version(version.version_id.clone()))
            }
            Self::DeleteVersion(id) => Some(ViewName::Version(id.clone())),
            Self::PutAlias(alias) => Some(ViewName::Alias(alias.name.clone())),
            Self::DeleteAlias(name) => Some(ViewName::Alias(name.clone())),
            Self::NoteNonce(_)
            | Self::ForgetNonces(_)
            | Self::NoteRoot { .. }
            | Self::NoteRootLeft { .. }
            | Self::ForgetRoot(_)
            | Self::StagePart { .. }
            | Self::DropParts
            | Self::PutUsage(_)
            | Self::ForgetUsage(_) => None,
        }
    }
}

/// Which tags are wanted: all there are, but for what is said here.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tagged<'a> {
    /// Of these keys.
    pub keys: Option<&'a [KeyId]>,
    /// Of keys that have all of these tags; of one without a value, whichever they have.
    pub having: &'a [(TagKey, Option<TagValue>)],
}

/// The truth of one keyring.
pub trait KeyringStore: TruthStore<Change = Change> {
    /// One key.
    ///
    /// # Errors
    /// [`PortError`] when the database fails or a record does not parse; so for every method here.
    fn key(&self, id: &KeyId) -> Result<Option<KeyRecord>, PortError>;
    /// How many keys of each group there are; groups without any are left out.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn key_groups(&self) -> Result<Vec<(KeyGroup, u64)>, PortError>;
    /// Keys in order of creation, `limit` of them after the first `offset`: all, or those of `groups`.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn keys(
        &self,
        groups: Option<&[KeyGroup]>,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<KeyRecord>, PortError>;
    /// Keys in order of their ids, `limit` of them after the text `after`.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn keys_after(&self, after: &str, limit: u64) -> Result<Vec<KeyRecord>, PortError>;
    /// Keys in order of creation, each with its number, at most `limit` after the number `after`.
    /// Numbers grow from 1 on and are never used again.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn keys_made_after(&self, after: u64, limit: u64) -> Result<Vec<(u64, KeyRecord)>, PortError>;
    /// One key version.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn version(&self, id: &KeyVersionId) -> Result<Option<VersionRecord>, PortError>;
    /// How many versions all keys have together.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn count_versions(&self) -> Result<u64, PortError>;
    /// How many versions a key has.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn count_versions_of(&self, id: &KeyId) -> Result<u64, PortError>;
    /// The versions of a key, `limit` of them after the first `offset`: the newest first, those of one
    /// second by their ids.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn versions_of(
        &self,
        id: &KeyId,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<VersionRecord>, PortError>;
    /// Versions whose material is wrapped under this root key version, in order of their ids, at most
    /// `limit`, after the text `after`.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn wrapped_under(
        &self,
        root: &str,
        after: &str,
        limit: u64,
    ) -> Result<Vec<VersionRecord>, PortError>;
    /// One alias.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn alias(&self, name: &AliasName) -> Result<Option<AliasRecord>, PortError>;
    /// How many aliases there are.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn count_aliases(&self) -> Result<u64, PortError>;
    /// Aliases in order of name, `limit` of them after the first `offset`.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn aliases(&self, offset: u64, limit: u64) -> Result<Vec<AliasRecord>, PortError>;
    /// Aliases in order of name, `limit` of them after the text `after`.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn aliases_after(&self, after: &str, limit: u64) -> Result<Vec<AliasRecord>, PortError>;
    /// How many aliases a key has.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn count_aliases_of(&self, id: &KeyId) -> Result<u64, PortError>;
    /// The aliases of a key in order of name, `limit` of them after the first `offset`.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn aliases_of(
        &self,
        id: &KeyId,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<AliasRecord>, PortError>;
    /// Tags in order of key id and TagKey, at most `limit`, after the tag `after` of a key.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn tags_after(
        &self,
        wanted: &Tagged<'_>,
        after: Option<(&str, &str)>,
        limit: u64,
    ) -> Result<Vec<(KeyId, Tag)>, PortError>;
    /// Every root key version that the keyring knows, in order of name, and how much it is used.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn root_uses(&self) -> Result<Vec<RootUse>, PortError>;
    /// A part of a backup that is being restored, as it was staged.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn part(&self, number: u32) -> Result<Option<String>, PortError>;

    /// How many calls there were, by this name.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn usage_row(&self, name: &UsageName) -> Result<Option<UsageRow>, PortError>;
    /// How many calls there were from one day to another (since 1970), in the order of days, keys and
    /// actions, at most `limit` rows, after a position.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn usage_rows(
        &self,
        from: u32,
        to: u32,
        after: Option<&UsagePosition>,
        limit: u64,
    ) -> Result<Vec<UsageRow>, PortError>;

    /// How many keys there are.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn count_keys(&self) -> Result<u64, PortError> {
        Ok(self.key_groups()?.iter().map(|(_, number)| number).sum())
    }
}
