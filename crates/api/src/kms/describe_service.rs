// SPDX-License-Identifier: Apache-2.0
//! DescribeService: which kinds of keys there are.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::key::{KeySpec, KeyUsage, ProtectionLevel};
use crate::list::{List, Row};

/// Tells which kinds of keys the deployment makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DescribeService {}

/// The kinds of keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DescribeServiceReply {
    /// What can guard keys.
    pub protection_levels: List<ProtectionLevelRow>,
    /// The specs of keys.
    pub key_specs: List<KeySpecRow>,
}

/// What can guard a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ProtectionLevelRow {
    /// Its name.
    #[serde(rename = "Type")]
    pub level: ProtectionLevel,
}

/// A spec that keys can have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct KeySpecRow {
    /// The spec.
    pub name: KeySpec,
    /// What can guard a key that has it.
    pub supported_protection_levels: List<SupportedProtectionLevel>,
    /// What a key that has it can be for.
    pub usages: List<Usage>,
}

/// What can guard a key of one spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct SupportedProtectionLevel(pub ProtectionLevel);

/// What a key of one spec can be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Usage(pub KeyUsage);

impl Row for ProtectionLevelRow {
    const NAME: &'static str = "ProtectionLevel";
}

impl Row for KeySpecRow {
    const NAME: &'static str = "KeySpec";
}

impl Row for SupportedProtectionLevel {
    const NAME: &'static str = "SupportedProtectionLevel";
}

impl Row for Usage {
    const NAME: &'static str = "Usage";
}

impl Action for DescribeService {
    const NAME: ActionName = ActionName::DescribeService;
    type Reply = DescribeServiceReply;
}
