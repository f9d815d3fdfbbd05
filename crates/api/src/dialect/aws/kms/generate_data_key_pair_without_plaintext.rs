// SPDX-License-Identifier: Apache-2.0
//! GenerateDataKeyPairWithoutPlaintext.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::GenerateDataKeyPairWithoutPlaintext;
use crate::bytes::CiphertextBlob;
use crate::context::EncryptionContext;
use crate::dialect::aws::words::{AwsKey, Word, key_arn, spec_of, spec_word};
use crate::error::ApiError;
use crate::kms::generate_data_key_pair_without_plaintext::GenerateDataKeyPairWithoutPlaintextReply;
use crate::place::Place;

/// Makes a fresh pair of keys, its private one wrapped alone.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GenerateDataKeyPairWithoutPlaintextRequest {
    /// The wrapping key's id, its ARN, an alias or an alias's ARN.
    pub key_id: AwsKey,
    /// Algorithm and size of the pair, such as RSA_2048 or ECC_NIST_P256.
    pub key_pair_spec: String,
    /// Authenticated with the encrypted private key, and not stored.
    #[serde(default)]
    pub encryption_context: EncryptionContext,
    /// Only say whether it would be done.
    #[serde(default)]
    pub dry_run: bool,
}

/// The pair.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GenerateDataKeyPairWithoutPlaintextAnswer {
    /// PKCS#8 of the private key in DER, encrypted. What Decrypt takes.
    pub private_key_ciphertext_blob: CiphertextBlob,
    /// SubjectPublicKeyInfo: base64 of its DER.
    pub public_key: String,
    /// The ARN of the key that wrapped.
    pub key_id: String,
    /// Algorithm and size of the pair.
    pub key_pair_spec: Word,
}

impl Form for GenerateDataKeyPairWithoutPlaintext {
    type Request = GenerateDataKeyPairWithoutPlaintextRequest;
    type Answer = GenerateDataKeyPairWithoutPlaintextAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["GrantTokens"];

    fn command(request: GenerateDataKeyPairWithoutPlaintextRequest) -> Result<Self, ApiError> {
        Ok(Self {
            key: request.key_id.0,
            key_pair_spec: spec_of("KeyPairSpec", &request.key_pair_spec)?,
            context: request.encryption_context,
            dry_run: request.dry_run,
        })
    }

    fn answer(
        &self,
        reply: GenerateDataKeyPairWithoutPlaintextReply,
        place: &Place,
    ) -> GenerateDataKeyPairWithoutPlaintextAnswer {
        GenerateDataKeyPairWithoutPlaintextAnswer {
            private_key_ciphertext_blob: reply.private_key_ciphertext_blob,
            public_key: reply.public_key.to_base64(),
            key_id: key_arn(&reply.key_id, place),
            key_pair_spec: spec_word(self.key_pair_spec).into(),
        }
    }
}
