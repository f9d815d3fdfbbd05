// SPDX-License-Identifier: Apache-2.0
//! GetPublicKey: the public half of an asymmetric CMK.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits};
use crate::error::ApiError;
use crate::id::{KeyId, KeyVersionId};
use crate::key::public_key::PublicKey;
use crate::key::{KeyReference, KeySpec, KeyUsage};

/// Tells the public key of an asymmetric CMK, to verify and to encrypt with anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetPublicKey {
    /// The key: its id, an alias or its ARN.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// The version of the key. With AWS, which names none, it is the newest.
    #[serde(rename = "KeyVersionId", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "KeyVersionId"))]
    pub version: Option<KeyVersionId>,
    /// Only say whether it would be done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
    /// Whether the answer says what kind of key it is (AWS).
    #[serde(rename = "kind", default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub kind: bool,
}

/// The public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetPublicKeyReply {
    /// The key's plain id.
    pub key_id: KeyId,
    /// The version of the key.
    pub key_version_id: KeyVersionId,
    /// SubjectPublicKeyInfo in PEM.
    pub public_key: PublicKey,
    /// The key's spec and usage, if they were asked for.
    #[serde(rename = "kind", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub kind: Option<(KeySpec, KeyUsage)>,
}

impl Action for GetPublicKey {
    const NAME: ActionName = ActionName::GetPublicKey;
    type Reply = GetPublicKeyReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }

    fn dry_run(&self) -> bool {
        self.dry_run
    }

    fn check(&self, limits: &Limits) -> Result<(), ApiError> {
        limits.check_version(self.version.as_ref())
    }
}
