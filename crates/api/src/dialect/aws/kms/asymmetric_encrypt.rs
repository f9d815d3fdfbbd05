// SPDX-License-Identifier: Apache-2.0
//! Encrypt with the algorithm of a public key: AsymmetricEncrypt.

use serde::Deserialize;

use super::Form;
use super::encrypt::EncryptAnswer;
use crate::action::AsymmetricEncrypt;
use crate::bytes::SecretBytes;
use crate::context::EncryptionContext;
use crate::dialect::aws::words::{AwsKey, key_arn, no_context};
use crate::error::ApiError;
use crate::key::algorithm::EncryptionAlgorithm;
use crate::kms::asymmetric_encrypt::AsymmetricEncryptReply;
use crate::place::Place;

/// Encrypts a small value under a public key.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AsymmetricEncryptRequest {
    /// The key's id, its ARN, an alias or an alias's ARN.
    pub key_id: AwsKey,
    /// At most as long as the key and the algorithm allow.
    pub plaintext: SecretBytes,
    /// None: a public key has no way to authenticate one.
    #[serde(default)]
    pub encryption_context: EncryptionContext,
    /// RSAES_OAEP_SHA_256, RSAES_OAEP_SHA_1 or SM2PKE.
    pub encryption_algorithm: EncryptionAlgorithm,
    /// Only say whether it would be done.
    #[serde(default)]
    pub dry_run: bool,
}

impl Form for AsymmetricEncrypt {
    type Request = AsymmetricEncryptRequest;
    type Answer = EncryptAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["GrantTokens"];

    fn is_meant(algorithm: Option<EncryptionAlgorithm>) -> bool {
        algorithm.is_some()
    }

    fn command(request: AsymmetricEncryptRequest) -> Result<Self, ApiError> {
        no_context(&request.encryption_context)?;
        Ok(Self {
            key: request.key_id.0,
            version: None,
            algorithm: request.encryption_algorithm,
            plaintext: request.plaintext,
            dry_run: request.dry_run,
        })
    }

    fn answer(&self, reply: AsymmetricEncryptReply, place: &Place) -> EncryptAnswer {
        EncryptAnswer {
            ciphertext_blob: reply.ciphertext_blob,
            key_id: key_arn(&reply.key_id, place),
            encryption_algorithm: self.algorithm.as_str().into(),
        }
    }
}
