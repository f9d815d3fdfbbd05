// SPDX-License-Identifier: Apache-2.0
//! GetParametersForImport.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::GetParametersForImport;
use crate::bytes::Octets;
use crate::dialect::aws::words::{AwsKey, UnixTime, key_arn, wrapping_of, wrapping_spec_of};
use crate::error::ApiError;
use crate::key::import::ImportToken;
use crate::kms::get_parameters_for_import::GetParametersForImportReply;
use crate::place::Place;

/// Makes a key pair to wrap a key's material under, and a token that belongs to both.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetParametersForImportRequest {
    /// The key's id or ARN; it must be of Origin EXTERNAL.
    pub key_id: AwsKey,
    /// RSAES_OAEP_SHA_256, RSAES_OAEP_SHA_1, RSA_AES_KEY_WRAP_SHA_256 or RSA_AES_KEY_WRAP_SHA_1; with SM2,
    /// SM2PKE.
    pub wrapping_algorithm: String,
    /// RSA_2048, RSA_3072, RSA_4096 or SM2.
    pub wrapping_key_spec: String,
}

/// What to wrap the material with.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetParametersForImportAnswer {
    /// The key's ARN.
    pub key_id: String,
    /// What ImportKeyMaterial takes with the wrapped material.
    pub import_token: ImportToken,
    /// SubjectPublicKeyInfo: base64 of its DER.
    pub public_key: Octets<8_192>,
    /// Until when both are taken.
    pub parameters_valid_to: UnixTime,
}

impl Form for GetParametersForImport {
    type Request = GetParametersForImportRequest;
    type Answer = GetParametersForImportAnswer;

    fn command(request: GetParametersForImportRequest) -> Result<Self, ApiError> {
        Ok(Self {
            key: request.key_id.0,
            wrapping_algorithm: wrapping_of(&request.wrapping_algorithm)?,
            wrapping_key_spec: wrapping_spec_of(&request.wrapping_key_spec)?,
        })
    }

    fn answer(
        &self,
        reply: GetParametersForImportReply,
        place: &Place,
    ) -> GetParametersForImportAnswer {
        GetParametersForImportAnswer {
            key_id: key_arn(&reply.key_id, place),
            import_token: reply.import_token,
            public_key: reply.public_key,
            parameters_valid_to: UnixTime(reply.token_expire_time),
        }
    }
}
