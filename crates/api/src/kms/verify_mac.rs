// SPDX-License-Identifier: Apache-2.0
//! VerifyMac: whether a message authentication code is one of a message. Not in Alibaba's manual: AWS's
//! action, in both dialects.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits};
use crate::bytes::{Mac, SecretBytes};
use crate::error::ApiError;
use crate::id::KeyId;
use crate::key::KeyReference;
use crate::key::algorithm::MacAlgorithm;

/// Says whether a message authentication code is that of a message under an HMAC key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct VerifyMac {
    /// The key: its id, an alias or its ARN.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// The algorithm, which is the one of the key's spec.
    pub algorithm: MacAlgorithm,
    /// What was authenticated: 1 to 4,096 bytes.
    pub message: SecretBytes,
    /// The code, whole: a truncated one is not good.
    pub mac: Mac,
    /// Only say whether it would be done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// Whether a code that is not good is an error (AWS) and no answer.
    #[serde(rename = "demanded", default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub demanded: bool,
}

/// The verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct VerifyMacReply {
    /// The algorithm by which it was looked at.
    pub algorithm: MacAlgorithm,
    /// The key's plain id.
    pub key_id: KeyId,
    /// Whether the code is good.
    pub value: bool,
}

impl Action for VerifyMac {
    const NAME: ActionName = ActionName::VerifyMac;
    type Reply = VerifyMacReply;

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
