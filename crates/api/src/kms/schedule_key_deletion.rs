// SPDX-License-Identifier: Apache-2.0
//! ScheduleKeyDeletion: keeps a CMK from being used, and deletes it when a time of grace is over.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::key::KeyReference;
use crate::number::Whole;
use crate::time::Timestamp;

/// Stops every use of a CMK and deletes it after some days. Whatever is still encrypted under it is
/// then lost for good; until then CancelKeyDeletion saves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ScheduleKeyDeletion {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// Days in which CancelKeyDeletion can still save it, 7 to 366.
    pub pending_window_in_days: Whole<7, 366>,
    /// Whether the reply tells the date (AWS), or nothing (Alibaba).
    #[serde(rename = "dated", default)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub dated: bool,
}

/// Nothing, unless the date was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ScheduleKeyDeletionReply {
    /// When the key will be deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub delete_date: Option<Timestamp>,
}

impl Action for ScheduleKeyDeletion {
    const NAME: ActionName = ActionName::ScheduleKeyDeletion;
    type Reply = ScheduleKeyDeletionReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
