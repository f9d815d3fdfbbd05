// SPDX-License-Identifier: Apache-2.0
//! Decrypt: opens a `CiphertextBlob`. The key is found from the blob.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Used};
use crate::bytes::{CiphertextBlob, SecretBytes};
use crate::context::EncryptionContext;
use crate::id::{KeyId, KeyVersionId};
use crate::key::KeyReference;

/// Opens a `CiphertextBlob`; the service finds the key from the blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Decrypt {
    /// What Encrypt or GenerateDataKey gave.
    pub ciphertext_blob: CiphertextBlob,
    /// The context given then.
    #[serde(
        rename = "EncryptionContext",
        default,
        skip_serializing_if = "EncryptionContext::is_empty"
    )]
    pub context: EncryptionContext,
    /// Only say whether it would be done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// The key that must have encrypted it; whichever did, if absent (AWS).
    #[serde(rename = "under", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub under: Option<KeyReference>,
}

/// The plaintext.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DecryptReply {
    /// The key's plain id.
    pub key_id: KeyId,
    /// The version that had encrypted.
    pub key_version_id: KeyVersionId,
    /// What was encrypted.
    pub plaintext: SecretBytes,
}

impl Action for Decrypt {
    const NAME: ActionName = ActionName::Decrypt;
    type Reply = DecryptReply;
    const NOT_OFFERED: &'static [&'static str] = &["Recipient"];

    fn key(&self) -> Option<&KeyReference> {
        self.under.as_ref()
    }

    fn used(&self) -> Used<'_> {
        Used::symmetric(&self.context)
    }

    fn dry_run(&self) -> bool {
        self.dry_run
    }
}
