// SPDX-License-Identifier: Apache-2.0
//! GenerateDataKeyPair: makes a pair of keys for its caller, and gives the private one both plain and
//! encrypted under a CMK. The service keeps neither.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits, Used};
use crate::bytes::{CiphertextBlob, SecretBytes};
use crate::context::EncryptionContext;
use crate::error::ApiError;
use crate::id::{KeyId, KeyVersionId};
use crate::key::public_key::PublicKey;
use crate::key::{KeyReference, KeySpec};

/// Makes a fresh pair of keys, its private one in clear and wrapped under a CMK.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GenerateDataKeyPair {
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
pub struct GenerateDataKeyPairReply {
    /// The wrapping key's plain id.
    pub key_id: KeyId,
    /// The version that wrapped: the primary one.
    pub key_version_id: KeyVersionId,
    /// The private key, encrypted. What Decrypt takes.
    pub private_key_ciphertext_blob: CiphertextBlob,
    /// PKCS#8 of the private key, in DER.
    pub private_key_plaintext: SecretBytes,
    /// SubjectPublicKeyInfo.
    pub public_key: PublicKey,
}

impl Action for GenerateDataKeyPair {
    const NAME: ActionName = ActionName::GenerateDataKeyPair;
    type Reply = GenerateDataKeyPairReply;

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
