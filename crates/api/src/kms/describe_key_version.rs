// SPDX-License-Identifier: Apache-2.0
//! DescribeKeyVersion: when a version of a CMK was made.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::id::KeyVersionId;
use crate::key::KeyReference;
use crate::kms::list_key_versions::KeyVersionRow;

/// Tells about a version of a CMK.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DescribeKeyVersion {
    /// The key: its id, an alias or its ARN.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// The version.
    #[serde(rename = "KeyVersionId")]
    pub version: KeyVersionId,
}

/// The version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DescribeKeyVersionReply {
    /// The version asked for.
    pub key_version: KeyVersionRow,
}

impl Action for DescribeKeyVersion {
    const NAME: ActionName = ActionName::DescribeKeyVersion;
    type Reply = DescribeKeyVersionReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
