// SPDX-License-Identifier: Apache-2.0
//! GetPublicKey: with what the key is for.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::GetPublicKey;
use crate::dialect::aws::words::{AwsKey, Word, algorithm_words, key_arn, spec_word, usage_word};
use crate::error::ApiError;
use crate::kms::get_public_key::GetPublicKeyReply;
use crate::place::Place;

/// Tells the public key of an asymmetric key.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetPublicKeyRequest {
    /// The key's id, its ARN, an alias or an alias's ARN.
    pub key_id: AwsKey,
}

/// The public key.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetPublicKeyAnswer {
    /// The key's ARN.
    pub key_id: String,
    /// SubjectPublicKeyInfo: base64 of its DER.
    pub public_key: String,
    /// As KeySpec, under its old name.
    pub customer_master_key_spec: Word,
    /// Algorithm and size.
    pub key_spec: Word,
    /// What the key is for.
    pub key_usage: Word,
    /// What it encrypts with, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption_algorithms: Option<Vec<Word>>,
    /// What it signs with, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing_algorithms: Option<Vec<Word>>,
}

impl Form for GetPublicKey {
    type Request = GetPublicKeyRequest;
    type Answer = GetPublicKeyAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["GrantTokens"];

    fn command(request: GetPublicKeyRequest) -> Result<Self, ApiError> {
        Ok(Self { key: request.key_id.0, version: None, dry_run: false, kind: true })
    }

    fn answer(&self, reply: GetPublicKeyReply, place: &Place) -> GetPublicKeyAnswer {
        // The command has asked for it.
        let algorithms = reply.kind.map(|(spec, usage)| algorithm_words(spec, usage));
        let algorithms = algorithms.unwrap_or_default();
        let words = reply.kind.map(|(spec, usage)| (spec_word(spec), usage_word(usage)));
        let (key_spec, key_usage) = words.unwrap_or_default();
        GetPublicKeyAnswer {
            key_id: key_arn(&reply.key_id, place),
            public_key: reply.public_key.to_base64(),
            customer_master_key_spec: key_spec.into(),
            key_spec: key_spec.into(),
            key_usage: key_usage.into(),
            encryption_algorithms: algorithms.encryption,
            signing_algorithms: algorithms.signing,
        }
    }
}
