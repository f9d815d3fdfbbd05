// SPDX-License-Identifier: Apache-2.0
//! ListKeyRotations (AWS): when a CMK got its versions after the first.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::id::KeyId;
use crate::key::KeyReference;
use crate::page::Cursor;
use crate::text::words;
use crate::time::Timestamp;

/// Lists the rotations of a CMK, the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListKeyRotations {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// Where to go on; all rows if absent.
    #[serde(rename = "cursor", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub cursor: Option<Cursor>,
}

words! {
    /// What made a version.
    RotationType, "It must be AUTOMATIC or ON_DEMAND.";
    /// The rotation policy.
    Automatic = "AUTOMATIC",
    /// A caller: RotateKeyOnDemand, or CreateKeyVersion.
    OnDemand = "ON_DEMAND",
}

/// Rotations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListKeyRotationsReply {
    /// The rows.
    pub rotations: Vec<RotationRow>,
    /// Where to go on, if more rows follow.
    #[serde(rename = "next", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub next: Option<String>,
}

/// One rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct RotationRow {
    /// The key's plain id.
    pub key_id: KeyId,
    /// When.
    pub rotation_date: Timestamp,
    /// By what.
    pub rotation_type: RotationType,
}

impl Action for ListKeyRotations {
    const NAME: ActionName = ActionName::ListKeyRotations;
    type Reply = ListKeyRotationsReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
