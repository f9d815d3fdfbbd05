// SPDX-License-Identifier: Apache-2.0
//! Sign: AsymmetricSign, of a message or of a digest.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::AsymmetricSign;
use crate::bytes::{SecretBytes, Signature};
use crate::dialect::aws::words::{AwsKey, Word, key_arn, signed, signing_of, signing_word};
use crate::error::ApiError;
use crate::kms::asymmetric_sign::AsymmetricSignReply;
use crate::place::Place;

/// Signs a message, or a digest, with the private key of an asymmetric key.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct SignRequest {
    /// The key's id, its ARN, an alias or an alias's ARN.
    pub key_id: AwsKey,
    /// The message, at most 4,096 bytes; with MessageType DIGEST its digest, with EXTERNAL_MU mu.
    pub message: SecretBytes,
    /// RAW, the default; DIGEST; EXTERNAL_MU. ED25519_SHA_512 takes RAW alone, ED25519_PH_SHA_512 DIGEST
    /// alone, ML_DSA_SHAKE_256 RAW and EXTERNAL_MU, the others RAW and DIGEST.
    pub message_type: Option<String>,
    /// An algorithm that the key has, such as RSASSA_PSS_SHA_256 or ECDSA_SHA_256.
    pub signing_algorithm: String,
    /// Only say whether it would be done.
    #[serde(default)]
    pub dry_run: bool,
}

/// The signature.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct SignAnswer {
    /// The key's ARN.
    pub key_id: String,
    /// As long as the modulus for RSA, DER of r and s for ECDSA.
    pub signature: Signature,
    /// The algorithm that signed.
    pub signing_algorithm: Word,
}

impl Form for AsymmetricSign {
    type Request = SignRequest;
    type Answer = SignAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["GrantTokens"];

    fn command(request: SignRequest) -> Result<Self, ApiError> {
        let algorithm = signing_of(&request.signing_algorithm)?;
        let (digest, message) =
            signed(request.message, request.message_type.as_deref(), algorithm)?;
        Ok(Self {
            key: request.key_id.0,
            version: None,
            algorithm,
            digest,
            dry_run: request.dry_run,
            message,
        })
    }

    fn answer(&self, reply: AsymmetricSignReply, place: &Place) -> SignAnswer {
        SignAnswer {
            key_id: key_arn(&reply.key_id, place),
            signature: reply.value,
            signing_algorithm: signing_word(self.algorithm).into(),
        }
    }
}
