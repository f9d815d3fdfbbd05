// SPDX-License-Identifier: Apache-2.0
//! AsymmetricEncrypt: encrypts a small plaintext under a public key.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits, Used};
use crate::bytes::{CiphertextBlob, SecretBytes};
use crate::error::ApiError;
use crate::id::{KeyId, KeyVersionId};
use crate::key::KeyReference;
use crate::key::algorithm::EncryptionAlgorithm;

/// Encrypts a small value under the public key of an asymmetric CMK.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AsymmetricEncrypt {
    /// The key: its id, an alias or its ARN.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// The version of the key. With AWS, which names none, it is the newest.
    #[serde(rename = "KeyVersionId", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "KeyVersionId"))]
    pub version: Option<KeyVersionId>,
    /// The algorithm.
    pub algorithm: EncryptionAlgorithm,
    /// With RSA_2048 at most 190 bytes (RSAES_OAEP_SHA_256) or 214 (RSAES_OAEP_SHA_1), with RSA_3072
    /// 318 or 342, with RSA_4096 446 or 470, with EC_SM2 6,047.
    pub plaintext: SecretBytes,
    /// Only say whether it would be done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// The ciphertext.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AsymmetricEncryptReply {
    /// The key's plain id.
    pub key_id: KeyId,
    /// The version of the key.
    pub key_version_id: KeyVersionId,
    /// As long as the key's modulus; with SM2PKE C1, C3 and C2, 97 bytes longer than the plaintext. Whoever has
    /// the private key opens it; AsymmetricDecrypt does.
    pub ciphertext_blob: CiphertextBlob,
}

impl Action for AsymmetricEncrypt {
    const NAME: ActionName = ActionName::AsymmetricEncrypt;
    type Reply = AsymmetricEncryptReply;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }

    fn used(&self) -> Used<'_> {
        Used::pair(self.algorithm)
    }

    fn dry_run(&self) -> bool {
        self.dry_run
    }

    fn check(&self, limits: &Limits) -> Result<(), ApiError> {
        limits.check_version(self.version.as_ref())
    }
}
