// SPDX-License-Identifier: Apache-2.0
//! AsymmetricVerify: whether a signature is one of a digest.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits};
use crate::bytes::{Digest, SecretBytes, Signature};
use crate::error::ApiError;
use crate::id::{KeyId, KeyVersionId};
use crate::key::KeyReference;
use crate::key::algorithm::SigningAlgorithm;
use crate::key::signed::Signed;

/// Says whether a signature is that of a digest under an asymmetric CMK.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AsymmetricVerify {
    /// The key: its id, an alias or its ARN.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// The version of the key. With AWS, which names none, it is the newest.
    #[serde(rename = "KeyVersionId", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "KeyVersionId"))]
    pub version: Option<KeyVersionId>,
    /// The algorithm that signed.
    pub algorithm: SigningAlgorithm,
    /// What was signed, as AsymmetricSign takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Digest"))]
    pub digest: Option<Digest>,
    /// The signature.
    pub value: Signature,
    /// Only say whether it would be done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// Whether a signature that is not good is an error (AWS) and no answer.
    #[serde(rename = "demanded", default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub demanded: bool,
    /// The message, if the caller gave that in the digest's place (AWS): a store may sign or verify it sooner,
    /// and some digests are made of more than the message.
    #[serde(rename = "message", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub message: Option<SecretBytes>,
}

/// The verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AsymmetricVerifyReply {
    /// The key's plain id.
    pub key_id: KeyId,
    /// The version of the key.
    pub key_version_id: KeyVersionId,
    /// Whether the signature is good.
    pub value: bool,
}

impl AsymmetricVerify {
    /// What was to be signed.
    ///
    /// # Errors
    /// `MissingParameter` or `InvalidParameter` naming `Digest`.
    pub fn signed(&self) -> Result<Signed<'_>, ApiError> {
        self.algorithm.signed(self.digest.as_ref(), self.message.as_ref())
    }
}

impl Action for AsymmetricVerify {
    const NAME: ActionName = ActionName::AsymmetricVerify;
    type Reply = AsymmetricVerifyReply;

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
