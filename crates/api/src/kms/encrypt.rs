// SPDX-License-Identifier: Apache-2.0
//! Encrypt: encrypts a small plaintext under a CMK.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits, Used};
use crate::bytes::{CiphertextBlob, SecretBytes, too_long_text};
use crate::context::EncryptionContext;
use crate::error::ApiError;
use crate::id::{KeyId, KeyVersionId};
use crate::key::KeyReference;

/// Encrypts a small value in the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Encrypt {
    /// The key: its id, an alias or its ARN.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// At most 4,096 bytes, unless the server is set to take up to 6,144: larger data is what
    /// envelopes are for.
    pub plaintext: SecretBytes,
    /// Authenticated with the plaintext, and not stored.
    #[serde(
        rename = "EncryptionContext",
        default,
        skip_serializing_if = "EncryptionContext::is_empty"
    )]
    pub context: EncryptionContext,
    /// Only say whether it would be done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// The ciphertext.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct EncryptReply {
    /// The key's plain id.
    pub key_id: KeyId,
    /// The version that encrypted: the primary one.
    pub key_version_id: KeyVersionId,
    /// What Decrypt takes.
    pub ciphertext_blob: CiphertextBlob,
}

impl Action for Encrypt {
    const NAME: ActionName = ActionName::Encrypt;
    type Reply = EncryptReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }

    fn used(&self) -> Used<'_> {
        Used::symmetric(&self.context)
    }

    fn dry_run(&self) -> bool {
        self.dry_run
    }

    fn check(&self, limits: &Limits) -> Result<(), ApiError> {
        if self.plaintext.expose_secret().len() <= limits.plaintext_max_len {
            return Ok(());
        }
        Err(ApiError::invalid_parameter("Plaintext", too_long_text(limits.plaintext_max_len)))
    }
}
