// SPDX-License-Identifier: Apache-2.0
//! GenerateAndExportDataKey: makes a random data key, and gives it encrypted twice: under a CMK, and
//! under a public key of the caller's.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits, Used};
use crate::bytes::{CiphertextBlob, Octets};
use crate::context::EncryptionContext;
use crate::error::ApiError;
use crate::id::{KeyId, KeyVersionId};
use crate::key::wrapping::{PUBLIC_KEY_MAX_LEN, Wrapping, WrappingAlgorithm, WrappingKeySpec};
use crate::key::{KeyReference, data_key};
use crate::number::Whole;

/// Makes a fresh data key, wrapped under a CMK and under a public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GenerateAndExportDataKey {
    /// The key that wraps: its id, an alias or its ARN.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// The data key's length by a name. Means nothing beside `NumberOfBytes`; `AES_256` if both are
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<data_key::DataKeySpec>"))]
    pub key_spec: Option<String>,
    /// The data key's length, 1 to 1,024 bytes, and no more than the public key can encrypt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number_of_bytes: Option<Whole<1, 1024>>,
    /// Authenticated with the data key that the CMK encrypts, and not stored.
    #[serde(
        rename = "EncryptionContext",
        default,
        skip_serializing_if = "EncryptionContext::is_empty"
    )]
    pub context: EncryptionContext,
    /// SubjectPublicKeyInfo: base64 of its DER.
    pub public_key_blob: Octets<PUBLIC_KEY_MAX_LEN>,
    /// Algorithm and size of the public key.
    pub wrapping_key_spec: WrappingKeySpec,
    /// How it encrypts.
    pub wrapping_algorithm: WrappingAlgorithm,
    /// Only say whether it would be done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// The data key, twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GenerateAndExportDataKeyReply {
    /// The wrapping key's plain id.
    pub key_id: KeyId,
    /// The version that wrapped: the primary one.
    pub key_version_id: KeyVersionId,
    /// The data key, encrypted under the CMK.
    pub ciphertext_blob: CiphertextBlob,
    /// The data key, encrypted under the public key.
    pub exported_data_key: CiphertextBlob,
}

impl GenerateAndExportDataKey {
    /// The data key's length in bytes.
    ///
    /// # Errors
    /// `InvalidParameter` for a `KeySpec` that is none; not for a command that was checked.
    #[allow(clippy::len_without_is_empty, reason = "no collection: never empty")]
    pub fn len(&self) -> Result<usize, ApiError> {
        data_key::len(self.number_of_bytes, self.key_spec.as_deref())
    }

    /// How it is exported.
    ///
    /// # Errors
    /// See [`Wrapping::of`]; none for a command that was checked.
    pub fn wrapping(&self) -> Result<Wrapping, ApiError> {
        Wrapping::of(self.wrapping_key_spec, self.wrapping_algorithm)
    }
}

impl Action for GenerateAndExportDataKey {
    const NAME: ActionName = ActionName::GenerateAndExportDataKey;
    type Reply = GenerateAndExportDataKeyReply;

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
        let wrapping = self.wrapping()?;
        limits.offer.check_public(wrapping.spec, wrapping.algorithm)?;
        wrapping.check_len("NumberOfBytes", self.len()?)
    }
}
