// SPDX-License-Identifier: Apache-2.0
//! GenerateDataKey: makes a random data key, and gives it both plain and encrypted under a CMK.

use serde::Serialize;

use super::fields::{CiphertextBlob, SecretBytes, data_key_len, not_offered};
use super::{Action, ActionName, Limits, Request};
use crate::context::EncryptionContext;
use crate::error::ApiError;
use crate::id::{KeyId, KeyVersionId};
use crate::key::KeyReference;
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct GenerateDataKey;

/// What to make, and under what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerateDataKeyRequest {
    /// The key that wraps.
    pub key: KeyReference,
    /// Bytes of the data key, 1 to 1,024.
    pub len: usize,
    /// Authenticated with the encrypted data key.
    pub context: EncryptionContext,
    /// Only say whether it would be done.
    pub dry_run: bool,
}

/// The data key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GenerateDataKeyResponse {
    /// The wrapping key's plain id.
    pub key_id: KeyId,
    /// The version that wrapped: the primary one.
    pub key_version_id: KeyVersionId,
    /// The data key, encrypted.
    pub ciphertext_blob: CiphertextBlob,
    /// The data key.
    pub plaintext: SecretBytes,
}

impl Action for GenerateDataKey {
    const NAME: ActionName = ActionName::GenerateDataKey;
    type Request = GenerateDataKeyRequest;
    type Response = GenerateDataKeyResponse;
}

impl Request for GenerateDataKeyRequest {
    fn from_params(params: &Params, _: &Limits) -> Result<Self, ApiError> {
        not_offered(params, "Recipient")?;
        Ok(Self {
            key: params.required_parsed("KeyId")?,
            len: data_key_len(params)?,
            context: EncryptionContext::from_params(params, "EncryptionContext")?,
            dry_run: params.boolean("DryRun")?,
        })
    }
}
