// SPDX-License-Identifier: Apache-2.0
//! RestoreKeyring: the keys of a backup, into a region that has none.

use serde::{Deserialize, Serialize};

use super::backup_keyring::Part;
use crate::action::{Action, ActionName};
use crate::text::words;

/// Takes the next part of a backup, in order; the first one begins anew. Nothing is restored before the
/// last part was taken; then everything is, and until it is the keyring answers nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RestoreKeyring {
    /// The part; without one, it is only told how far the restore has got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
}

/// How far the restore has got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct RestoreKeyringReply {
    /// What it is doing.
    pub status: RestoreStatus,
    /// How many parts it has.
    pub parts_taken: u32,
    /// How many of them are restored.
    pub parts_restored: u32,
}

words! {
    /// What a restore is doing.
    RestoreStatus, "It must be None, Taking, Restoring or Done.";
    /// There was none.
    None = "None",
    /// It waits for the next part.
    Taking = "Taking",
    /// It has all parts and goes on by itself.
    Restoring = "Restoring",
    /// The keys are there.
    Done = "Done",
}

impl Action for RestoreKeyring {
    const NAME: ActionName = ActionName::RestoreKeyring;
    type Reply = RestoreKeyringReply;
}
