// SPDX-License-Identifier: Apache-2.0
//! VerifyMac, where a code that is not good is an error.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::VerifyMac;
use crate::bytes::{Mac, SecretBytes};
use crate::dialect::aws::words::{AwsKey, Word, key_arn, mac_of};
use crate::error::ApiError;
use crate::kms::verify_mac::VerifyMacReply;
use crate::place::Place;

/// Checks a message authentication code; one that is not good is the error KMSInvalidMacException.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct VerifyMacRequest {
    /// The key's id, its ARN, an alias or an alias's ARN.
    pub key_id: AwsKey,
    /// The code, whole: a truncated one is not good.
    pub mac: Mac,
    /// The algorithm, which is the one of the key's spec: HMAC_SHA_256 for HMAC_256 and so on.
    pub mac_algorithm: String,
    /// What was authenticated: 1 to 4,096 bytes.
    pub message: SecretBytes,
    /// Only say whether it would be done.
    #[serde(default)]
    pub dry_run: bool,
}

/// The verdict, which is good.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct VerifyMacAnswer {
    /// The key's ARN.
    pub key_id: String,
    /// Always true.
    pub mac_valid: bool,
    /// The algorithm by which it was looked at.
    pub mac_algorithm: Word,
}

impl Form for VerifyMac {
    type Request = VerifyMacRequest;
    type Answer = VerifyMacAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["GrantTokens"];

    fn command(request: VerifyMacRequest) -> Result<Self, ApiError> {
        Ok(Self {
            key: request.key_id.0,
            algorithm: mac_of(&request.mac_algorithm)?,
            message: request.message,
            mac: request.mac,
            dry_run: request.dry_run,
            demanded: true,
        })
    }

    fn answer(&self, reply: VerifyMacReply, place: &Place) -> VerifyMacAnswer {
        VerifyMacAnswer {
            key_id: key_arn(&reply.key_id, place),
            mac_valid: reply.value,
            mac_algorithm: reply.algorithm.as_str().into(),
        }
    }
}
