// SPDX-License-Identifier: Apache-2.0
//! DescribeKey.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::DescribeKey;
use crate::dialect::aws::words::{AwsKey, AwsKeyMetadata};
use crate::error::ApiError;
use crate::kms::describe_key::DescribeKeyReply;
use crate::place::Place;

/// Tells what the service knows about a key.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DescribeKeyRequest {
    /// The key's id, its ARN, an alias or an alias's ARN.
    pub key_id: AwsKey,
}

/// What is known of a key.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DescribeKeyAnswer {
    /// The key.
    pub key_metadata: AwsKeyMetadata,
}

impl Form for DescribeKey {
    type Request = DescribeKeyRequest;
    type Answer = DescribeKeyAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["GrantTokens"];

    fn command(request: DescribeKeyRequest) -> Result<Self, ApiError> {
        Ok(Self { key: request.key_id.0 })
    }

    fn answer(&self, reply: DescribeKeyReply, _: &Place) -> DescribeKeyAnswer {
        DescribeKeyAnswer { key_metadata: reply.key_metadata.into() }
    }
}
