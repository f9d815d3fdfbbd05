// SPDX-License-Identifier: Apache-2.0
//! DescribeKey: tells about a CMK.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::key::{KeyMetadata, KeyReference};

/// Tells what the service knows about a CMK.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DescribeKey {
    /// The key: its id, an alias or its ARN.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
}

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DescribeKeyReply {
    /// The key, with its deletion protection.
    pub key_metadata: KeyMetadata,
}

impl Action for DescribeKey {
    const NAME: ActionName = ActionName::DescribeKey;
    type Reply = DescribeKeyReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }
}
