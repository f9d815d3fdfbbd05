// SPDX-License-Identifier: Apache-2.0
//! Encrypt: encrypts a small plaintext under a CMK.

use serde::Serialize;
use zeroize::Zeroizing;

use super::fields::{CiphertextBlob, required_base64};
use super::{Action, ActionName, Limits, Request};
use crate::context::EncryptionContext;
use crate::error::ApiError;
use crate::id::{KeyId, KeyVersionId};
use crate::key::KeyReference;
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct Encrypt;

/// What to encrypt, and under what.
pub struct EncryptRequest {
    /// The key.
    pub key: KeyReference,
    /// At most [`Limits::plaintext_max_len`] bytes.
    pub plaintext: Zeroizing<Vec<u8>>,
    /// Authenticated with it.
    pub context: EncryptionContext,
    /// Only say whether it would be done.
    pub dry_run: bool,
}

/// The ciphertext.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EncryptResponse {
    /// The key's plain id.
    pub key_id: KeyId,
    /// The version that encrypted: the primary one.
    pub key_version_id: KeyVersionId,
    /// What Decrypt takes.
    pub ciphertext_blob: CiphertextBlob,
}

impl Action for Encrypt {
    const NAME: ActionName = ActionName::Encrypt;
    type Request = EncryptRequest;
    type Response = EncryptResponse;
}

impl Request for EncryptRequest {
    fn from_params(params: &Params, limits: &Limits) -> Result<Self, ApiError> {
        Ok(Self {
            key: params.required_parsed("KeyId")?,
            plaintext: required_base64(params, "Plaintext", limits.plaintext_max_len)?,
            context: EncryptionContext::from_params(params, "EncryptionContext")?,
            dry_run: params.boolean("DryRun")?,
        })
    }
}
