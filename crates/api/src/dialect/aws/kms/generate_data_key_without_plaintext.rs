// SPDX-License-Identifier: Apache-2.0
//! GenerateDataKeyWithoutPlaintext: with AWS exactly one of KeySpec and NumberOfBytes is given.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::GenerateDataKeyWithoutPlaintext;
use crate::bytes::CiphertextBlob;
use crate::context::EncryptionContext;
use crate::dialect::aws::words::{AwsKey, key_arn, one_length};
use crate::error::ApiError;
use crate::key::data_key::DataKeySpec;
use crate::kms::generate_data_key_without_plaintext::GenerateDataKeyWithoutPlaintextReply;
use crate::number::Whole;
use crate::place::Place;

/// Makes a fresh data key, wrapped only.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GenerateDataKeyWithoutPlaintextRequest {
    /// The wrapping key's id, its ARN, an alias or an alias's ARN.
    pub key_id: AwsKey,
    /// The data key's length by a name.
    pub key_spec: Option<DataKeySpec>,
    /// The data key's length, 1 to 1,024 bytes.
    pub number_of_bytes: Option<Whole<1, 1024>>,
    /// Authenticated with the encrypted data key, and not stored.
    #[serde(default)]
    pub encryption_context: EncryptionContext,
    /// Only say whether it would be done.
    #[serde(default)]
    pub dry_run: bool,
}

/// The data key.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GenerateDataKeyWithoutPlaintextAnswer {
    /// The data key, encrypted.
    pub ciphertext_blob: CiphertextBlob,
    /// The ARN of the key that wrapped.
    pub key_id: String,
}

impl Form for GenerateDataKeyWithoutPlaintext {
    type Request = GenerateDataKeyWithoutPlaintextRequest;
    type Answer = GenerateDataKeyWithoutPlaintextAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["GrantTokens", "Recipient"];

    fn command(request: GenerateDataKeyWithoutPlaintextRequest) -> Result<Self, ApiError> {
        one_length(request.key_spec, request.number_of_bytes)?;
        Ok(Self {
            key: request.key_id.0,
            key_spec: request.key_spec.map(|spec| spec.to_string()),
            number_of_bytes: request.number_of_bytes,
            context: request.encryption_context,
            dry_run: request.dry_run,
        })
    }

    fn answer(
        &self,
        reply: GenerateDataKeyWithoutPlaintextReply,
        place: &Place,
    ) -> GenerateDataKeyWithoutPlaintextAnswer {
        GenerateDataKeyWithoutPlaintextAnswer {
            ciphertext_blob: reply.ciphertext_blob,
            key_id: key_arn(&reply.key_id, place),
        }
    }
}
