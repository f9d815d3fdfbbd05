// SPDX-License-Identifier: Apache-2.0
//! CreateKey.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::CreateKey;
use crate::dialect::aws::policy::translate;
use crate::dialect::aws::words::{AwsKeyMetadata, spec_of, usage_of};
use crate::error::{ApiError, ErrorCode};
use crate::key::{Description, KeySpec, Origin, Tags};
use crate::kms::create_key::CreateKeyReply;
use crate::place::Place;
use crate::policy::{PolicyKind, PolicyText};

/// Makes a key, enabled, with fresh material; or one that waits for material to be imported.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CreateKeyRequest {
    /// At most 8,192 characters.
    pub description: Option<Description>,
    /// Algorithm and size; SYMMETRIC_DEFAULT if absent.
    pub key_spec: Option<String>,
    /// As KeySpec, under its old name.
    pub customer_master_key_spec: Option<String>,
    /// What the key is for. Needed for every KeySpec but SYMMETRIC_DEFAULT.
    pub key_usage: Option<String>,
    /// Who makes its material: AWS_KMS, or EXTERNAL for material to be imported; the first if absent.
    pub origin: Option<String>,
    /// At most 50, each key once.
    #[serde(default)]
    pub tags: Tags,
    /// The key's policy, at most 32,768 bytes. What has no meaning here is refused by name.
    pub policy: Option<PolicyText>,
}

/// The key made.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CreateKeyAnswer {
    /// What was made.
    pub key_metadata: AwsKeyMetadata,
}

impl Form for CreateKey {
    type Request = CreateKeyRequest;
    type Answer = CreateKeyAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["CustomKeyStoreId", "MultiRegion", "XksKeyId"];

    fn command(request: CreateKeyRequest) -> Result<Self, ApiError> {
        let spec = match (request.key_spec, request.customer_master_key_spec) {
            (Some(_), Some(_)) => {
                let remedy = "Give it or CustomerMasterKeySpec, not both.";
                return Err(ApiError::invalid_parameter("KeySpec", remedy));
            }
            (one, other) => one.or(other),
        };
        let origin = match request.origin.as_deref() {
            None | Some("AWS_KMS") => None,
            Some("EXTERNAL") => Some(Origin::External),
            Some("AWS_CLOUDHSM" | "EXTERNAL_KEY_STORE") => {
                return Err(ErrorCode::UnsupportedOrigin.into());
            }
            Some(_) => {
                let remedy = "It must be AWS_KMS or EXTERNAL.";
                return Err(ApiError::invalid_parameter("Origin", remedy));
            }
        };
        let spec = spec.map(|text| spec_of("KeySpec", &text)).transpose()?;
        if request.key_usage.is_none() && spec.is_some_and(|spec| spec != KeySpec::Aes256) {
            let remedy = "It must be given for every KeySpec but SYMMETRIC_DEFAULT.";
            return Err(ApiError::invalid_parameter("KeyUsage", remedy));
        }
        let policy = request.policy.filter(|policy| !policy.as_str().is_empty());
        Ok(Self {
            description: request.description,
            key_spec: spec,
            key_usage: request.key_usage.map(|text| usage_of(&text)).transpose()?,
            origin,
            tags: request.tags,
            policy: policy.map(|policy| translate(PolicyKind::Key, &policy)).transpose()?,
            ..Self::default()
        })
    }

    fn answer(&self, reply: CreateKeyReply, _: &Place) -> CreateKeyAnswer {
        CreateKeyAnswer { key_metadata: reply.key_metadata.into() }
    }
}
