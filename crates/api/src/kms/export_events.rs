// SPDX-License-Identifier: Apache-2.0
//! ExportEvents: the trail as it is chained, for whoever wants to know that it is whole.

use serde::{Deserialize, Serialize};

use crate::account::Marker;
use crate::action::{Action, ActionName};

/// Tells the events of the region and the account's own as they are stored, each with its place in its
/// shard's chain, and the shards' signed checkpoints, a part at a time. The lines of all parts, one below
/// the other, are a file that `cargo xtask audit-verify` checks with the root keys alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ExportEvents {
    /// The NextMarker of the call before; a new export begins without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<Marker>,
}

/// A part of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ExportEventsReply {
    /// Events and checkpoints, each one line of JSON. May be empty although more follow.
    pub lines: Vec<String>,
    /// Where to go on; none after the last part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_marker: Option<Marker>,
}

impl Action for ExportEvents {
    const NAME: ActionName = ActionName::ExportEvents;
    type Reply = ExportEventsReply;
}
