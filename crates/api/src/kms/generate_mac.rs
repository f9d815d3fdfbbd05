// SPDX-License-Identifier: Apache-2.0
//! GenerateMac: a message authentication code. Not in Alibaba's manual: AWS's action, in both dialects.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits};
use crate::bytes::{Mac, SecretBytes};
use crate::error::ApiError;
use crate::id::KeyId;
use crate::key::KeyReference;
use crate::key::algorithm::MacAlgorithm;

/// Makes a message authentication code with an HMAC key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GenerateMac {
    /// The key: its id, an alias or its ARN.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// The algorithm, which is the one of the key's spec.
    pub algorithm: MacAlgorithm,
    /// What is authenticated: 1 to 4,096 bytes.
    pub message: SecretBytes,
    /// Only say whether it would be done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// The code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GenerateMacReply {
    /// The algorithm that made it.
    pub algorithm: MacAlgorithm,
    /// The key's plain id.
    pub key_id: KeyId,
    /// As long as the hash's digest.
    pub mac: Mac,
}

impl Action for GenerateMac {
    const NAME: ActionName = ActionName::GenerateMac;
    type Reply = GenerateMacReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }

    fn dry_run(&self) -> bool {
        self.dry_run
    }

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        MacAlgorithm::check_message(&self.message)
    }
}
