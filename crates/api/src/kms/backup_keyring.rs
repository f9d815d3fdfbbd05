// SPDX-License-Identifier: Apache-2.0
//! BackupKeyring: the account's keys in the region, as the parts of a file that only `BACKUP_KEY` opens.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::bytes::Octets;
use crate::id::{KeyId, KeyVersionId};
use crate::list::{List, Row};

/// One part of a backup: at most so many bytes before base64, so that RestoreKeyring's request, as a
/// form, stays under the 128 KiB that are read.
pub const PART_MAX_LEN: usize = 80 * 1024;

/// A part, sealed.
pub type Part = Octets<PART_MAX_LEN>;
/// Where a backup goes on. It means something to the keyring alone.
pub type BackupMarker = Octets<1_024>;

/// Tells the next parts of a backup: keys, versions with their material, aliases, tags, policies and the
/// keyring's own quotas. All parts, in order, are one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct BackupKeyring {
    /// The NextMarker of the call before; a new backup begins without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<BackupMarker>,
}

/// Parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct BackupKeyringReply {
    /// The next parts, in order: one, or several if a record is too long for one.
    pub parts: List<BackupPart>,
    /// What is left out, as its material cannot be had.
    pub skipped: List<SkippedVersion>,
    /// Where to go on; none after the last part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_marker: Option<BackupMarker>,
}

/// One part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct BackupPart {
    /// What RestoreKeyring takes.
    pub part: Part,
}

impl Row for BackupPart {
    const NAME: &'static str = "BackupPart";
}

/// A key version that is not in the backup: a store elsewhere keeps its material, or it does not unwrap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct SkippedVersion {
    /// The key. It is left out with all its versions if a store elsewhere keeps its material.
    pub key_id: KeyId,
    /// The version.
    pub key_version_id: KeyVersionId,
}

impl Row for SkippedVersion {
    const NAME: &'static str = "SkippedVersion";
}

impl Action for BackupKeyring {
    const NAME: ActionName = ActionName::BackupKeyring;
    type Reply = BackupKeyringReply;
}
