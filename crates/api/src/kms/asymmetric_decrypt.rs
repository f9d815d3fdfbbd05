// SPDX-License-Identifier: Apache-2.0
//! AsymmetricDecrypt: opens what was encrypted under a public key.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits, Used};
use crate::bytes::{CiphertextBlob, SecretBytes};
use crate::error::ApiError;
use crate::id::{KeyId, KeyVersionId};
use crate::key::KeyReference;
use crate::key::algorithm::EncryptionAlgorithm;

/// Opens what was encrypted under the public key of an asymmetric CMK.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AsymmetricDecrypt {
    /// The key: its id, an alias or its ARN.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// The version of the key. With AWS, which names none, it is the newest.
    #[serde(rename = "KeyVersionId", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "KeyVersionId"))]
    pub version: Option<KeyVersionId>,
    /// The algorithm that encrypted.
    pub algorithm: EncryptionAlgorithm,
    /// The ciphertext.
    pub ciphertext_blob: CiphertextBlob,
    /// Only say whether it would be done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// The plaintext.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AsymmetricDecryptReply {
    /// The key's plain id.
    pub key_id: KeyId,
    /// The version of the key.
    pub key_version_id: KeyVersionId,
    /// What was encrypted.
    pub plaintext: SecretBytes,
}

impl Action for AsymmetricDecrypt {
    const NAME: ActionName = ActionName::AsymmetricDecrypt;
    type Reply = AsymmetricDecryptReply;
    const NOT_OFFERED: &'static [&'static str] = &["Recipient"];

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }

    fn used(&self) -> Used<'_> {
        Used::pair(self.algorithm)
    }

    fn dry_run(&self) -> bool {
        self.dry_run
    }

    fn check(&self, limits: &Limits) -> Result<(), ApiError> {
        limits.check_version(self.version.as_ref())
    }
}
