// SPDX-License-Identifier: Apache-2.0
//! Verify: AsymmetricVerify, where a signature that is not good is an error.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::AsymmetricVerify;
use crate::bytes::{SecretBytes, Signature};
use crate::dialect::aws::words::{AwsKey, Word, key_arn, signed, signing_of, signing_word};
use crate::error::ApiError;
use crate::kms::asymmetric_verify::AsymmetricVerifyReply;
use crate::place::Place;

/// Checks a signature; one that is not good is the error KMSInvalidSignatureException.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct VerifyRequest {
    /// The key's id, its ARN, an alias or an alias's ARN.
    pub key_id: AwsKey,
    /// The message, at most 4,096 bytes; with MessageType DIGEST its digest, with EXTERNAL_MU mu.
    pub message: SecretBytes,
    /// RAW, the default; DIGEST; EXTERNAL_MU. ED25519_SHA_512 takes RAW alone, ED25519_PH_SHA_512 DIGEST
    /// alone, ML_DSA_SHAKE_256 RAW and EXTERNAL_MU, the others RAW and DIGEST.
    pub message_type: Option<String>,
    /// The signature.
    pub signature: Signature,
    /// The algorithm that signed.
    pub signing_algorithm: String,
    /// Only say whether it would be done.
    #[serde(default)]
    pub dry_run: bool,
}

/// The verdict, which is good.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct VerifyAnswer {
    /// The key's ARN.
    pub key_id: String,
    /// Always true.
    pub signature_valid: bool,
    /// The algorithm that signed.
    pub signing_algorithm: Word,
}

impl Form for AsymmetricVerify {
    type Request = VerifyRequest;
    type Answer = VerifyAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["GrantTokens"];

    fn command(request: VerifyRequest) -> Result<Self, ApiError> {
        let algorithm = signing_of(&request.signing_algorithm)?;
        let (digest, message) =
            signed(request.message, request.message_type.as_deref(), algorithm)?;
        Ok(Self {
            key: request.key_id.0,
            version: None,
            algorithm,
            digest,
            value: request.signature,
            dry_run: request.dry_run,
            message,
            demanded: true,
        })
    }

    fn answer(&self, reply: AsymmetricVerifyReply, place: &Place) -> VerifyAnswer {
        VerifyAnswer {
            key_id: key_arn(&reply.key_id, place),
            signature_valid: reply.value,
            signing_algorithm: signing_word(self.algorithm).into(),
        }
    }
}
