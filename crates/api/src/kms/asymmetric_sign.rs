// SPDX-License-Identifier: Apache-2.0
//! AsymmetricSign: signs a digest.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits};
use crate::bytes::{Digest, SecretBytes, Signature};
use crate::error::ApiError;
use crate::id::{KeyId, KeyVersionId};
use crate::key::KeyReference;
use crate::key::algorithm::SigningAlgorithm;
use crate::key::signed::Signed;

/// Signs a digest with the private key of an asymmetric CMK.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AsymmetricSign {
    /// The key: its id, an alias or its ARN.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// The version of the key. With AWS, which names none, it is the newest.
    #[serde(rename = "KeyVersionId", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "KeyVersionId"))]
    pub version: Option<KeyVersionId>,
    /// The algorithm, one that the key has.
    pub algorithm: SigningAlgorithm,
    /// What is signed: its digest by the algorithm's hash (32 bytes with SM2DSA, where it is SM3 of Z and the
    /// message for the user id 1234567812345678), mu of 64 bytes with ML_DSA_SHAKE_256, or with
    /// ED25519_SHA_512 the message itself, at most 4,096 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Digest"))]
    pub digest: Option<Digest>,
    /// Only say whether it would be done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// The message, if the caller gave that in the digest's place (AWS): a store may sign or verify it sooner,
    /// and some digests are made of more than the message.
    #[serde(rename = "message", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub message: Option<SecretBytes>,
}

/// The signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AsymmetricSignReply {
    /// The key's plain id.
    pub key_id: KeyId,
    /// The version of the key.
    pub key_version_id: KeyVersionId,
    /// The signature: as long as the modulus for RSA, DER of r and s for ECDSA and
    /// SM2DSA, 64 bytes for Ed25519, 2,420, 3,309 or 4,627 for ML_DSA_44, 65 or 87.
    pub value: Signature,
}

impl AsymmetricSign {
    /// What is to be signed.
    ///
    /// # Errors
    /// `MissingParameter` or `InvalidParameter` naming `Digest`.
    pub fn signed(&self) -> Result<Signed<'_>, ApiError> {
        self.algorithm.signed(self.digest.as_ref(), self.message.as_ref())
    }
}

impl Action for AsymmetricSign {
    const NAME: ActionName = ActionName::AsymmetricSign;
    type Reply = AsymmetricSignReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }

    fn dry_run(&self) -> bool {
        self.dry_run
    }

    fn check(&self, limits: &Limits) -> Result<(), ApiError> {
        limits.check_version(self.version.as_ref())?;
        self.signed().map(|_| ())
    }
}
