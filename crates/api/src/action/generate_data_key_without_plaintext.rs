// SPDX-License-Identifier: Apache-2.0
//! GenerateDataKeyWithoutPlaintext: makes a random data key and gives it encrypted only.

use serde::Serialize;

use super::fields::{CiphertextBlob, data_key_len};
use super::{Action, ActionName, Limits, Request};
use crate::context::EncryptionContext;
use crate::error::ApiError;
use crate::id::{KeyId, KeyVersionId};
use crate::key::KeyReference;
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct GenerateDataKeyWithoutPlaintext;

/// What to make, and under what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerateDataKeyWithoutPlaintextRequest {
    /// The key that wraps.
    pub key: KeyReference,
    /// Bytes of the data key, 1 to 1,024.
    pub len: usize,
    /// Authenticated with the encrypted data key.
    pub context: EncryptionContext,
    /// Only say whether it would be done.
    pub dry_run: bool,
}

/// The encrypted data key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GenerateDataKeyWithoutPlaintextResponse {
    /// The wrapping key's plain id.
    pub key_id: KeyId,
    /// The version that wrapped: the primary one.
    pub key_version_id: KeyVersionId,
    /// The data key, encrypted.
    pub ciphertext_blob: CiphertextBlob,
}

impl Action for GenerateDataKeyWithoutPlaintext {
    const NAME: ActionName = ActionName::GenerateDataKeyWithoutPlaintext;
    type Request = GenerateDataKeyWithoutPlaintextRequest;
    type Response = GenerateDataKeyWithoutPlaintextResponse;
}

impl Request for GenerateDataKeyWithoutPlaintextRequest {
    fn from_params(params: &Params, _: &Limits) -> Result<Self, ApiError> {
        Ok(Self {
            key: params.required_parsed("KeyId")?,
            len: data_key_len(params)?,
            context: EncryptionContext::from_params(params, "EncryptionContext")?,
            dry_run: params.boolean("DryRun")?,
        })
    }
}
