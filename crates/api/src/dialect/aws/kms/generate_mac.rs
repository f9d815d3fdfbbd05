// SPDX-License-Identifier: Apache-2.0
//! GenerateMac.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::GenerateMac;
use crate::bytes::{Mac, SecretBytes};
use crate::dialect::aws::words::{AwsKey, Word, key_arn, mac_of};
use crate::error::ApiError;
use crate::kms::generate_mac::GenerateMacReply;
use crate::place::Place;

/// Makes a message authentication code with an HMAC key.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GenerateMacRequest {
    /// The key's id, its ARN, an alias or an alias's ARN.
    pub key_id: AwsKey,
    /// The algorithm, which is the one of the key's spec: HMAC_SHA_256 for HMAC_256 and so on.
    pub mac_algorithm: String,
    /// What is authenticated: 1 to 4,096 bytes.
    pub message: SecretBytes,
    /// Only say whether it would be done.
    #[serde(default)]
    pub dry_run: bool,
}

/// The code.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GenerateMacAnswer {
    /// As long as the hash's digest.
    pub mac: Mac,
    /// The algorithm that made it.
    pub mac_algorithm: Word,
    /// The key's ARN.
    pub key_id: String,
}

impl Form for GenerateMac {
    type Request = GenerateMacRequest;
    type Answer = GenerateMacAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["GrantTokens"];

    fn command(request: GenerateMacRequest) -> Result<Self, ApiError> {
        Ok(Self {
            key: request.key_id.0,
            algorithm: mac_of(&request.mac_algorithm)?,
            message: request.message,
            dry_run: request.dry_run,
        })
    }

    fn answer(&self, reply: GenerateMacReply, place: &Place) -> GenerateMacAnswer {
        GenerateMacAnswer {
            mac: reply.mac,
            mac_algorithm: reply.algorithm.as_str().into(),
            key_id: key_arn(&reply.key_id, place),
        }
    }
}
