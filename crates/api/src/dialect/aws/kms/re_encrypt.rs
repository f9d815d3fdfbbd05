// SPDX-License-Identifier: Apache-2.0
//! ReEncrypt: with AWS the destination may be a public key too, and the answer names both keys.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::ReEncrypt;
use crate::bytes::CiphertextBlob;
use crate::context::EncryptionContext;
use crate::dialect::aws::words::{AwsKey, Word, encryption_word, key_arn, public_algorithm};
use crate::error::ApiError;
use crate::kms::re_encrypt::ReEncryptReply;
use crate::place::Place;

/// Encrypts under one key what another has encrypted.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ReEncryptRequest {
    /// What is encrypted.
    pub ciphertext_blob: CiphertextBlob,
    /// The context that it was made with.
    #[serde(default)]
    pub source_encryption_context: EncryptionContext,
    /// The key that decrypts: its id, its ARN, an alias or an alias's ARN. Needed for a ciphertext under
    /// a public key; a blob must be one of it, if it is given.
    pub source_key_id: Option<AwsKey>,
    /// The key that encrypts: its id, its ARN, an alias or an alias's ARN.
    pub destination_key_id: AwsKey,
    /// The context to make the new blob with.
    #[serde(default)]
    pub destination_encryption_context: EncryptionContext,
    /// SYMMETRIC_DEFAULT, the default; with an RSA key RSAES_OAEP_SHA_256 or RSAES_OAEP_SHA_1.
    pub source_encryption_algorithm: Option<String>,
    /// SYMMETRIC_DEFAULT, the default; with an RSA key RSAES_OAEP_SHA_256 or RSAES_OAEP_SHA_1.
    pub destination_encryption_algorithm: Option<String>,
    /// Only say whether it would be done.
    #[serde(default)]
    pub dry_run: bool,
}

/// The new ciphertext.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ReEncryptAnswer {
    /// What the destination key encrypted.
    pub ciphertext_blob: CiphertextBlob,
    /// The ARN of the key that decrypted.
    pub source_key_id: String,
    /// The ARN of the key that encrypted.
    pub key_id: String,
    /// The algorithm that decrypted.
    pub source_encryption_algorithm: Word,
    /// The algorithm that encrypted.
    pub destination_encryption_algorithm: Word,
}

impl Form for ReEncrypt {
    type Request = ReEncryptRequest;
    type Answer = ReEncryptAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["GrantTokens", "DryRunModifiers"];

    fn command(request: ReEncryptRequest) -> Result<Self, ApiError> {
        let algorithm = |name, text: Option<String>| public_algorithm(name, text.as_deref());
        Ok(Self {
            ciphertext_blob: request.ciphertext_blob,
            destination: request.destination_key_id.0,
            source_encryption_context: request.source_encryption_context,
            destination_encryption_context: request.destination_encryption_context,
            source: request.source_key_id.map(|key| key.0),
            source_version: None,
            source_algorithm: algorithm(
                "SourceEncryptionAlgorithm",
                request.source_encryption_algorithm,
            )?,
            dry_run: request.dry_run,
            destination_algorithm: algorithm(
                "DestinationEncryptionAlgorithm",
                request.destination_encryption_algorithm,
            )?,
        })
    }

    fn answer(&self, reply: ReEncryptReply, place: &Place) -> ReEncryptAnswer {
        // Every reply of the rule names it.
        let destination = reply.destination.map(|key_id| key_arn(&key_id, place));
        ReEncryptAnswer {
            ciphertext_blob: reply.ciphertext_blob,
            source_key_id: key_arn(&reply.key_id, reply.source_place.as_ref().unwrap_or(place)),
            key_id: destination.unwrap_or_default(),
            source_encryption_algorithm: encryption_word(self.source_algorithm).into(),
            destination_encryption_algorithm: encryption_word(self.destination_algorithm).into(),
        }
    }
}
