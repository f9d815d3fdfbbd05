// SPDX-License-Identifier: Apache-2.0
//! Decrypt with the algorithm of a public key: AsymmetricDecrypt. Such a ciphertext does not say which
//! key opens it, so the caller must.

use serde::Deserialize;

use super::Form;
use super::decrypt::DecryptAnswer;
use crate::action::AsymmetricDecrypt;
use crate::bytes::CiphertextBlob;
use crate::context::EncryptionContext;
use crate::dialect::aws::words::{AwsKey, key_arn, no_context};
use crate::error::ApiError;
use crate::key::algorithm::EncryptionAlgorithm;
use crate::kms::asymmetric_decrypt::AsymmetricDecryptReply;
use crate::place::Place;

/// Opens what was encrypted under a public key.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AsymmetricDecryptRequest {
    /// The key's id, its ARN, an alias or an alias's ARN.
    pub key_id: AwsKey,
    /// The ciphertext.
    pub ciphertext_blob: CiphertextBlob,
    /// None: a public key has no way to authenticate one.
    #[serde(default)]
    pub encryption_context: EncryptionContext,
    /// The algorithm that encrypted.
    pub encryption_algorithm: EncryptionAlgorithm,
    /// Only say whether it would be done.
    #[serde(default)]
    pub dry_run: bool,
}

impl Form for AsymmetricDecrypt {
    type Request = AsymmetricDecryptRequest;
    type Answer = DecryptAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["GrantTokens", "Recipient", "DryRunModifiers"];

    fn is_meant(algorithm: Option<EncryptionAlgorithm>) -> bool {
        algorithm.is_some()
    }

    fn command(request: AsymmetricDecryptRequest) -> Result<Self, ApiError> {
        no_context(&request.encryption_context)?;
        Ok(Self {
            key: request.key_id.0,
            version: None,
            algorithm: request.encryption_algorithm,
            ciphertext_blob: request.ciphertext_blob,
            dry_run: request.dry_run,
        })
    }

    fn answer(&self, reply: AsymmetricDecryptReply, place: &Place) -> DecryptAnswer {
        DecryptAnswer {
            key_id: key_arn(&reply.key_id, place),
            plaintext: reply.plaintext,
            encryption_algorithm: self.algorithm.as_str().into(),
        }
    }
}
