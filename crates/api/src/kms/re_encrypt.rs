// SPDX-License-Identifier: Apache-2.0
//! ReEncrypt: moves a ciphertext from one CMK, or from one encryption context, to another, without
//! showing what it holds.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits, Used};
use crate::bytes::CiphertextBlob;
use crate::context::EncryptionContext;
use crate::error::ApiError;
use crate::id::{KeyId, KeyVersionId};
use crate::key::KeyReference;
use crate::key::algorithm::EncryptionAlgorithm;
use crate::place::Place;

/// Encrypts under one CMK what another has encrypted; the plaintext does not leave the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ReEncrypt {
    /// A blob, which says itself which key opens it, or a ciphertext under a public key.
    pub ciphertext_blob: CiphertextBlob,
    /// The key that encrypts: its id, an alias or its ARN.
    #[serde(rename = "DestinationKeyId")]
    pub destination: KeyReference,
    /// The context that the blob was made with.
    #[serde(default, skip_serializing_if = "EncryptionContext::is_empty")]
    pub source_encryption_context: EncryptionContext,
    /// The context to make the new blob with.
    #[serde(default, skip_serializing_if = "EncryptionContext::is_empty")]
    pub destination_encryption_context: EncryptionContext,
    /// The key that decrypts: its id, an alias or its ARN. Needed for a ciphertext under a public key; a
    /// blob must be one of it, if it is given.
    #[serde(rename = "SourceKeyId", default, skip_serializing_if = "Option::is_none")]
    pub source: Option<KeyReference>,
    /// The version of that key. Needed for a ciphertext under a public key.
    #[serde(rename = "SourceKeyVersionId", default, skip_serializing_if = "Option::is_none")]
    pub source_version: Option<KeyVersionId>,
    /// The algorithm of a ciphertext under a public key; none for a blob.
    #[serde(
        rename = "SourceEncryptionAlgorithm",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub source_algorithm: Option<EncryptionAlgorithm>,
    /// Only say whether it would be done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// The algorithm to encrypt under a public key with; none to make a blob (AWS).
    #[serde(rename = "algorithm", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub destination_algorithm: Option<EncryptionAlgorithm>,
}

/// The new ciphertext.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ReEncryptReply {
    /// What the destination key encrypted.
    pub ciphertext_blob: CiphertextBlob,
    /// The plain id of the key that decrypted.
    pub key_id: KeyId,
    /// The version that decrypted.
    pub key_version_id: KeyVersionId,
    /// The key that encrypted, which Alibaba's answer does not tell.
    #[serde(skip)]
    pub destination: Option<KeyId>,
    /// Where the key is that decrypted, which Alibaba's answer does not tell either.
    #[serde(skip)]
    pub source_place: Option<Place>,
}

impl Action for ReEncrypt {
    const NAME: ActionName = ActionName::ReEncrypt;
    type Reply = ReEncryptReply;
    const KEY: &'static str = "DestinationKeyId";

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.destination)
    }

    fn source_key(&self) -> Option<&KeyReference> {
        self.source.as_ref()
    }

    fn used(&self) -> Used<'_> {
        let context = &self.destination_encryption_context;
        self.destination_algorithm.map_or_else(|| Used::symmetric(context), Used::pair)
    }

    fn source_used(&self) -> Used<'_> {
        let context = &self.source_encryption_context;
        self.source_algorithm.map_or_else(|| Used::symmetric(context), Used::pair)
    }

    fn dry_run(&self) -> bool {
        self.dry_run
    }

    fn check(&self, limits: &Limits) -> Result<(), ApiError> {
        if self.source_algorithm.is_some() {
            no_context("SourceEncryptionContext", &self.source_encryption_context)?;
            if self.source.is_none() {
                return Err(ApiError::missing_parameter("SourceKeyId"));
            }
            if limits.versions_named && self.source_version.is_none() {
                return Err(ApiError::missing_parameter("SourceKeyVersionId"));
            }
        } else if self.source_version.is_some() {
            let remedy = "Give SourceEncryptionAlgorithm with it, or leave it out: a blob says \
                          itself which version opens it.";
            return Err(ApiError::invalid_parameter("SourceKeyVersionId", remedy));
        }
        if self.destination_algorithm.is_some() {
            no_context("DestinationEncryptionContext", &self.destination_encryption_context)?;
        }
        Ok(())
    }
}

/// Refuses a context beside an algorithm that cannot authenticate one.
fn no_context(name: &str, context: &EncryptionContext) -> Result<(), ApiError> {
    if context.is_empty() {
        return Ok(());
    }
    let remedy = "Leave it out: a public key has no way to authenticate it.";
    Err(ApiError::invalid_parameter(name, remedy))
}
