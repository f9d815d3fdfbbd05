// SPDX-License-Identifier: Apache-2.0
//! Decrypt: opens a `CiphertextBlob`. The key is found from the blob.

use serde::Serialize;

use super::fields::{CIPHERTEXT_BLOB_MAX_LEN, CiphertextBlob, SecretBytes, not_offered, required_base64};
use super::{Action, ActionName, Limits, Request};
use crate::context::EncryptionContext;
use crate::error::ApiError;
use crate::id::{KeyId, KeyVersionId};
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct Decrypt;

/// What to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecryptRequest {
    /// What Encrypt or GenerateDataKey gave.
    pub ciphertext_blob: CiphertextBlob,
    /// The context given then.
    pub context: EncryptionContext,
    /// Only say whether it would be done.
    pub dry_run: bool,
}

/// The plaintext.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DecryptResponse {
    /// The key's plain id.
    pub key_id: KeyId,
    /// The version that had encrypted.
    pub key_version_id: KeyVersionId,
    /// What was encrypted.
    pub plaintext: SecretBytes,
}

impl Action for Decrypt {
    const NAME: ActionName = ActionName::Decrypt;
    type Request = DecryptRequest;
    type Response = DecryptResponse;
}

impl Request for DecryptRequest {
    fn from_params(params: &Params, _: &Limits) -> Result<Self, ApiError> {
        let mut blob = required_base64(params, "CiphertextBlob", CIPHERTEXT_BLOB_MAX_LEN)?;
        not_offered(params, "Recipient")?;
        Ok(Self {
            ciphertext_blob: CiphertextBlob(std::mem::take(&mut *blob)),
            context: EncryptionContext::from_params(params, "EncryptionContext")?,
            dry_run: params.boolean("DryRun")?,
        })
    }
}
