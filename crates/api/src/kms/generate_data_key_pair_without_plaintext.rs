// SPDX-License-Identifier: Apache-2.0
//! GenerateDataKeyPairWithoutPlaintext: makes a pair of keys for whoever may decrypt the private one
//! later.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits, Used};
use crate::bytes::CiphertextBlob;
use crate::context::EncryptionContext;
use crate::error::ApiError;
use crate::id::{KeyId, KeyVersionId};
use crate::key::public_key::PublicKey;
use crate::key::{KeyReference, KeySpec};

/// Makes a fresh pair of keys, its private one wrapped under a CMK alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GenerateDataKeyPairWithoutPlaintext {
    /// The key that wraps: its id, an alias or its ARN.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// Algorithm and size of the pair.
    pub key_pair_spec: KeySpec,
    /// Authenticated with the encrypted private key, and not stored.
    #[serde(
        rename = "EncryptionContext",
        default,
        skip_serializing_if = "EncryptionContext::is_empty"
    )]
    pub context: EncryptionContext,
    /// Only say whether it would be done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// The pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GenerateDataKeyPairWithoutPlaintextReply {
    /// The wrapping key's plain id.
    pub key_id: KeyId,
    /// The version that wrapped: the primary one.
    pub key_version_id: KeyVersionId,
    /// PKCS#8 of the private key in DER, encrypted. What Decrypt takes.
    pub private_key_ciphertext_blob: CiphertextBlob,
    /// SubjectPublicKeyInfo.
    pub public_key: PublicKey,
}

impl Action for GenerateDataKeyPairWithoutPlaintext {
    const NAME: ActionName = ActionName::GenerateDataKeyPairWithoutPlaintext;
    type Reply = GenerateDataKeyPairWithoutPlaintextReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }

    fn used(&self) -> Used<'_> {
        Used::symmetric(&self.context)
    }

    fn dry_run(&self) -> bool {
        self.dry_run
    }

    fn check(&self, limits: &Limits) -> Result<(), ApiError> {
        limits.offer.check_pair("KeyPairSpec", self.key_pair_spec)
    }
}
