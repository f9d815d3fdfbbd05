// SPDX-License-Identifier: Apache-2.0
//! ImportKeyMaterial: with AWS the material expires unless the request says that it does not.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::{Empty, ImportKeyMaterial};
use crate::dialect::aws::words::{AwsKey, DOES_NOT_EXPIRE, EXPIRES, UnixTime, named_arn};
use crate::error::ApiError;
use crate::key::import::{EncryptedKeyMaterial, ImportToken};
use crate::place::Place;

/// Gives a key of Origin EXTERNAL its material.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ImportKeyMaterialRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
    /// As GetParametersForImport gave it.
    pub import_token: ImportToken,
    /// The material, wrapped as GetParametersForImport was told: the bytes of a symmetric key, PKCS#8 of
    /// a private one.
    pub encrypted_key_material: EncryptedKeyMaterial,
    /// When the material is deleted.
    pub valid_to: Option<UnixTime>,
    /// KEY_MATERIAL_EXPIRES, which needs ValidTo, or KEY_MATERIAL_DOES_NOT_EXPIRE; the first if absent.
    pub expiration_model: Option<String>,
}

/// The key.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ImportKeyMaterialAnswer {
    /// Its ARN.
    pub key_id: String,
}

impl Form for ImportKeyMaterial {
    type Request = ImportKeyMaterialRequest;
    type Answer = ImportKeyMaterialAnswer;
    const NOT_OFFERED: &'static [&'static str] =
        &["ImportType", "KeyMaterialDescription", "KeyMaterialId"];

    fn command(request: ImportKeyMaterialRequest) -> Result<Self, ApiError> {
        let invalid = |name, remedy| Err(ApiError::invalid_parameter(name, remedy));
        let expires = match (request.expiration_model.as_deref(), request.valid_to) {
            (None | Some(EXPIRES), Some(UnixTime(time))) => match u64::try_from(time.unix_secs()) {
                // 0 means never in Alibaba's dialect, and is long past.
                Ok(secs) => Some(secs.max(1)),
                Err(_) => return invalid("ValidTo", "It must be a time to come."),
            },
            (None | Some(EXPIRES), None) => {
                let remedy = "It must be given unless ExpirationModel is \
                              KEY_MATERIAL_DOES_NOT_EXPIRE.";
                return invalid("ValidTo", remedy);
            }
            (Some(DOES_NOT_EXPIRE), None) => None,
            (Some(DOES_NOT_EXPIRE), Some(_)) => {
                return invalid("ValidTo", "Leave it out: the material is not to expire.");
            }
            (Some(_), _) => {
                let remedy = "It must be KEY_MATERIAL_EXPIRES or KEY_MATERIAL_DOES_NOT_EXPIRE.";
                return invalid("ExpirationModel", remedy);
            }
        };
        Ok(Self {
            key: request.key_id.0,
            encrypted_key_material: request.encrypted_key_material,
            import_token: request.import_token,
            key_material_expire_unix: expires,
        })
    }

    fn answer(&self, _: Empty, place: &Place) -> ImportKeyMaterialAnswer {
        ImportKeyMaterialAnswer { key_id: named_arn(&self.key, place) }
    }
}
