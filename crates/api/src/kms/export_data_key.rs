// SPDX-License-Identifier: Apache-2.0
//! ExportDataKey: hands out a data key that a CMK has encrypted, encrypted under a public key of the
//! caller's.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits, Used};
use crate::bytes::{CiphertextBlob, Octets};
use crate::context::EncryptionContext;
use crate::error::ApiError;
use crate::id::{KeyId, KeyVersionId};
use crate::key::wrapping::{PUBLIC_KEY_MAX_LEN, Wrapping, WrappingAlgorithm, WrappingKeySpec};

/// Encrypts a data key under a public key; the service finds the data key's CMK from the blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ExportDataKey {
    /// What GenerateDataKey gave.
    pub ciphertext_blob: CiphertextBlob,
    /// The context given then.
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

/// The exported data key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ExportDataKeyReply {
    /// The plain id of the key that had encrypted it.
    pub key_id: KeyId,
    /// The version that had encrypted it.
    pub key_version_id: KeyVersionId,
    /// The data key, encrypted under the public key.
    pub exported_data_key: CiphertextBlob,
}

impl ExportDataKey {
    /// How it is exported.
    ///
    /// # Errors
    /// See [`Wrapping::of`]; none for a command that was checked.
    pub fn wrapping(&self) -> Result<Wrapping, ApiError> {
        Wrapping::of(self.wrapping_key_spec, self.wrapping_algorithm)
    }
}

impl Action for ExportDataKey {
    const NAME: ActionName = ActionName::ExportDataKey;
    type Reply = ExportDataKeyReply;

    fn used(&self) -> Used<'_> {
        Used::symmetric(&self.context)
    }

    fn dry_run(&self) -> bool {
        self.dry_run
    }

    fn check(&self, limits: &Limits) -> Result<(), ApiError> {
        let Wrapping { spec, algorithm } = self.wrapping()?;
        limits.offer.check_public(spec, algorithm)
    }
}
