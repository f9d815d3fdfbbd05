// SPDX-License-Identifier: Apache-2.0
//! Encrypt.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::Encrypt;
use crate::bytes::{CiphertextBlob, SecretBytes};
use crate::context::EncryptionContext;
use crate::dialect::aws::words::{AwsKey, SYMMETRIC_DEFAULT, Word, check_algorithm, key_arn};
use crate::error::ApiError;
use crate::kms::encrypt::EncryptReply;
use crate::place::Place;

/// Encrypts a small value in the service.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct EncryptRequest {
    /// The key's id, its ARN, an alias or an alias's ARN.
    pub key_id: AwsKey,
    /// At most 4,096 bytes.
    pub plaintext: SecretBytes,
    /// Authenticated with the plaintext, and not stored.
    #[serde(default)]
    pub encryption_context: EncryptionContext,
    /// SYMMETRIC_DEFAULT, the default; with an RSA key RSAES_OAEP_SHA_256 or RSAES_OAEP_SHA_1,
    /// with one of SM2 SM2PKE.
    pub encryption_algorithm: Option<String>,
    /// Only say whether it would be done.
    #[serde(default)]
    pub dry_run: bool,
}

/// The ciphertext.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct EncryptAnswer {
    /// What Decrypt takes.
    pub ciphertext_blob: CiphertextBlob,
    /// The ARN of the key that encrypted.
    pub key_id: String,
    /// The algorithm used.
    pub encryption_algorithm: Word,
}

impl Form for Encrypt {
    type Request = EncryptRequest;
    type Answer = EncryptAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["GrantTokens"];

    fn command(request: EncryptRequest) -> Result<Self, ApiError> {
        check_algorithm(request.encryption_algorithm.as_deref())?;
        Ok(Self {
            key: request.key_id.0,
            plaintext: request.plaintext,
            context: request.encryption_context,
            dry_run: request.dry_run,
        })
    }

    fn answer(&self, reply: EncryptReply, place: &Place) -> EncryptAnswer {
        EncryptAnswer {
            ciphertext_blob: reply.ciphertext_blob,
            key_id: key_arn(&reply.key_id, place),
            encryption_algorithm: SYMMETRIC_DEFAULT.into(),
        }
    }
}
