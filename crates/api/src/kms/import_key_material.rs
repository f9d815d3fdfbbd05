// SPDX-License-Identifier: Apache-2.0
//! ImportKeyMaterial: gives a CMK material that was made elsewhere.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty, Limits};
use crate::error::ApiError;
use crate::key::KeyReference;
use crate::key::import::{EncryptedKeyMaterial, ImportToken};

/// The last second that has a name on the wire, 9999-12-31T23:59:59Z, in seconds since 1970.
const LAST_SECOND: u64 = 253_402_300_799;

/// Gives a CMK of Origin EXTERNAL its material. A CMK has one material for ever: what was deleted or has
/// expired can be imported again, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ImportKeyMaterial {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// The material, wrapped as GetParametersForImport was told: the bytes of a symmetric key, PKCS#8 of
    /// a private one.
    pub encrypted_key_material: EncryptedKeyMaterial,
    /// As GetParametersForImport gave it.
    pub import_token: ImportToken,
    /// When the material is deleted, in seconds since 1970; never, if 0 or absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_material_expire_unix: Option<u64>,
}

impl ImportKeyMaterial {
    /// When the material expires, in seconds since 1970, if it does.
    #[must_use]
    pub fn expires(&self) -> Option<i64> {
        let given = self.key_material_expire_unix.filter(|secs| *secs != 0)?;
        // `check` has bounded it.
        Some(i64::try_from(given).unwrap_or(i64::MAX))
    }
}

impl Action for ImportKeyMaterial {
    const NAME: ActionName = ActionName::ImportKeyMaterial;
    type Reply = Empty;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        if self.key_material_expire_unix.is_none_or(|secs| secs <= LAST_SECOND) {
            return Ok(());
        }
        Err(expiry_refused("It must be a time before the year 10000, in seconds since 1970."))
    }
}

/// The refusal of a time at which material would expire.
#[must_use]
pub fn expiry_refused(remedy: &str) -> ApiError {
    ApiError::invalid_parameter("KeyMaterialExpireUnix (with AWS ValidTo)", remedy)
}
