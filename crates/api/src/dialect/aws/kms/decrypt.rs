// SPDX-License-Identifier: Apache-2.0
//! Decrypt: with AWS a caller may say which key must have encrypted.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::Decrypt;
use crate::bytes::{CiphertextBlob, SecretBytes};
use crate::context::EncryptionContext;
use crate::dialect::aws::words::{AwsKey, SYMMETRIC_DEFAULT, Word, check_algorithm, key_arn};
use crate::error::ApiError;
use crate::kms::decrypt::DecryptReply;
use crate::place::Place;

/// Opens what Encrypt or GenerateDataKey gave.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DecryptRequest {
    /// What Encrypt or GenerateDataKey gave.
    pub ciphertext_blob: CiphertextBlob,
    /// The context given then.
    #[serde(default)]
    pub encryption_context: EncryptionContext,
    /// The key that must have encrypted it: its id, its ARN, an alias or an alias's ARN.
    pub key_id: Option<AwsKey>,
    /// SYMMETRIC_DEFAULT, the default; with an RSA key RSAES_OAEP_SHA_256 or RSAES_OAEP_SHA_1,
    /// with one of SM2 SM2PKE.
    pub encryption_algorithm: Option<String>,
    /// Only say whether it would be done.
    #[serde(default)]
    pub dry_run: bool,
}

/// The plaintext.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DecryptAnswer {
    /// The ARN of the key that had encrypted.
    pub key_id: String,
    /// What was encrypted.
    pub plaintext: SecretBytes,
    /// The algorithm used.
    pub encryption_algorithm: Word,
}

impl Form for Decrypt {
    type Request = DecryptRequest;
    type Answer = DecryptAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["GrantTokens", "Recipient", "DryRunModifiers"];

    fn command(request: DecryptRequest) -> Result<Self, ApiError> {
        check_algorithm(request.encryption_algorithm.as_deref())?;
        Ok(Self {
            ciphertext_blob: request.ciphertext_blob,
            context: request.encryption_context,
            dry_run: request.dry_run,
            under: request.key_id.map(|key| key.0),
        })
    }

    fn answer(&self, reply: DecryptReply, place: &Place) -> DecryptAnswer {
        DecryptAnswer {
            key_id: key_arn(&reply.key_id, place),
            plaintext: reply.plaintext,
            encryption_algorithm: SYMMETRIC_DEFAULT.into(),
        }
    }
}
