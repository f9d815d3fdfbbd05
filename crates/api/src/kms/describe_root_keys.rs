// SPDX-License-Identifier: Apache-2.0
//! DescribeRootKeys: which root key versions there are, what still needs each, and how far a re-wrap has got.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::id::RootKeyVersion;
use crate::list::{List, Row};
use crate::text::words;
use crate::time::Timestamp;

/// Tells the root key versions of the account in the region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DescribeRootKeys {}

/// The root key versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DescribeRootKeysReply {
    /// The rows, in order of their names.
    pub root_keys: List<RootKeyRow>,
    /// The last re-wrap, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rewrap: Option<RewrapRow>,
}

/// One root key version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct RootKeyRow {
    /// Its name in `ROOT_KEYS`.
    pub root_key_version: RootKeyVersion,
    /// Whether it wraps what is made from now on.
    pub current: bool,
    /// Whether the keyring knows it: something is, or was, wrapped under it, and it is not retired.
    pub known: bool,
    /// Whether `ROOT_KEYS` holds it.
    pub listed: bool,
    /// How many key versions are wrapped under it.
    pub references: u64,
    /// From when on it may be retired, if nothing is wrapped under it until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retirable_date: Option<Timestamp>,
}

impl Row for RootKeyRow {
    const NAME: &'static str = "RootKey";
}

/// How far a re-wrap has got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct RewrapRow {
    /// Whether it has come to its end.
    pub status: RewrapStatus,
    /// The root key version that everything is wrapped under then.
    pub root_key_version: RootKeyVersion,
    /// How many key versions it has wrapped anew.
    pub rewrapped: u64,
    /// How many it has left as they are, since they do not unwrap.
    pub left: u64,
}

words! {
    /// Whether a re-wrap has come to its end.
    RewrapStatus, "It must be Running or Done.";
    /// It goes on by itself.
    Running = "Running",
    /// It has looked at everything.
    Done = "Done",
}

impl Action for DescribeRootKeys {
    const NAME: ActionName = ActionName::DescribeRootKeys;
    type Reply = DescribeRootKeysReply;
}
