// SPDX-License-Identifier: Apache-2.0
//! GenerateDataKeyWithoutPlaintext: makes a random data key, and gives it encrypted alone.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits, Used};
use crate::bytes::CiphertextBlob;
use crate::context::EncryptionContext;
use crate::error::ApiError;
use crate::id::{KeyId, KeyVersionId};
use crate::key::KeyReference;
use crate::key::data_key;
use crate::number::Whole;

/// Makes a fresh data key, wrapped under a CMK only: for whoever stores it and does not use it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GenerateDataKeyWithoutPlaintext {
    /// The key that wraps: its id, an alias or its ARN.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// The data key's length by a name. Means nothing beside `NumberOfBytes`; `AES_256` if both are
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<data_key::DataKeySpec>"))]
    pub key_spec: Option<String>,
    /// The data key's length, 1 to 1,024 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number_of_bytes: Option<Whole<1, 1024>>,
    /// Authenticated with the encrypted data key, and not stored.
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

/// The data key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GenerateDataKeyWithoutPlaintextReply {
    /// The wrapping key's plain id.
    pub key_id: KeyId,
    /// The version that wrapped: the primary one.
    pub key_version_id: KeyVersionId,
    /// The data key, encrypted.
    pub ciphertext_blob: CiphertextBlob,
}

impl GenerateDataKeyWithoutPlaintext {
    /// The data key's length in bytes.
    ///
    /// # Errors
    /// `InvalidParameter` for a `KeySpec` that is none; not for a command that was checked.
    #[allow(clippy::len_without_is_empty, reason = "no collection: never empty")]
    pub fn len(&self) -> Result<usize, ApiError> {
        data_key::len(self.number_of_bytes, self.key_spec.as_deref())
    }
}

impl Action for GenerateDataKeyWithoutPlaintext {
    const NAME: ActionName = ActionName::GenerateDataKeyWithoutPlaintext;
    type Reply = GenerateDataKeyWithoutPlaintextReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }

    fn used(&self) -> Used<'_> {
        Used::symmetric(&self.context)
    }

    fn dry_run(&self) -> bool {
        self.dry_run
    }

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        self.len().map(|_| ())
    }
}
