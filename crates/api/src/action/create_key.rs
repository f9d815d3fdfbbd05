// SPDX-License-Identifier: Apache-2.0
//! CreateKey: makes a CMK.

use serde::Serialize;

use super::fields::{description, not_offered};
use super::{Action, ActionName, Limits, Request};
use crate::error::{ApiError, ErrorCode};
use crate::key::offer::KeyKind;
use crate::key::tag::{TAGS_MAX, Tag, tags_from_params};
use crate::key::{KeyMetadata, KeySpec, KeyUsage, Origin, ProtectionLevel};
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct CreateKey;

/// What to make. The kind is one that the server offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateKeyRequest {
    /// Spec, usage, origin and protection level.
    pub kind: KeyKind,
    /// At most 8,192 characters.
    pub description: String,
    /// At most 20, each key once.
    pub tags: Vec<Tag>,
}

/// The key made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateKeyResponse {
    /// What was made.
    pub key_metadata: KeyMetadata,
}

impl Action for CreateKey {
    const NAME: ActionName = ActionName::CreateKey;
    type Request = CreateKeyRequest;
    type Response = CreateKeyResponse;
}

/// Parameters that are documented and that no key made here can have.
const NOT_OFFERED: [&str; 3] = ["Policy", "DKMSInstanceId", "KeyStorageMechanism"];

impl Request for CreateKeyRequest {
    fn from_params(params: &Params, _: &Limits) -> Result<Self, ApiError> {
        let spec = params.parsed("KeySpec")?.unwrap_or(KeySpec::Aes256);
        let default_usage = spec.usages().first().copied().unwrap_or(KeyUsage::EncryptDecrypt);
        let kind = KeyKind {
            spec,
            usage: params.parsed("KeyUsage")?.unwrap_or(default_usage),
            origin: params.parsed("Origin")?.unwrap_or(Origin::AliyunKms),
            protection_level: params.parsed("ProtectionLevel")?.unwrap_or(ProtectionLevel::Software),
        };
        NOT_OFFERED.iter().try_for_each(|name| not_offered(params, name))?;
        refuse_rotation(params)?;
        Ok(Self {
            kind: kind.offered()?,
            description: description(params)?,
            tags: tags_from_params(params, TAGS_MAX)?,
        })
    }
}

/// Automatic rotation is documented and not offered: a key that said it rotates, and did not,
/// would be worse than a refusal. `RotationInterval` means nothing while rotation is off.
fn refuse_rotation(params: &Params) -> Result<(), ApiError> {
    if !params.boolean("EnableAutomaticRotation")? {
        return Ok(());
    }
    params.required("RotationInterval")?;
    Err(ApiError::with_message(
        ErrorCode::UnsupportedOperation,
        "Automatic rotation is not supported. Leave out EnableAutomaticRotation or set it to false.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<CreateKeyRequest, ApiError> {
        CreateKeyRequest::from_params(&Params::decode(text.as_bytes()).unwrap(), &Limits::default())
    }

    #[test]
    fn without_parameters_it_is_an_aes_key() {
        let request = read("").unwrap();
        assert_eq!(request.kind.spec, KeySpec::Aes256);
        assert_eq!(request.kind.usage, KeyUsage::EncryptDecrypt);
        assert!(request.description.is_empty() && request.tags.is_empty());
    }

    #[test]
    fn what_the_sdks_send_is_carried() {
        let request = read("Description=h%C3%A9llo&KeySpec=Aliyun_AES_256&KeyUsage=ENCRYPT%2FDECRYPT&Origin=Aliyun_KMS&ProtectionLevel=SOFTWARE&EnableAutomaticRotation=False&RotationInterval=365d&Tags=%5B%7B%22TagKey%22%3A%22k%22%2C%22TagValue%22%3A%22v%22%7D%5D").unwrap();
        assert_eq!(request.description, "héllo");
        assert_eq!(request.tags[0].key.as_str(), "k");
    }

    #[test]
    fn what_is_not_offered_is_refused_by_its_own_code() {
        for (text, code) in [
            ("KeySpec=aliyun_aes_256", ErrorCode::InvalidParameter),
            ("KeyUsage=SIGN%2FVERIFY", ErrorCode::InvalidParameter),
            ("KeySpec=RSA_2048", ErrorCode::UnsupportedOperation),
            ("Origin=EXTERNAL", ErrorCode::UnsupportedOrigin),
            ("Origin=external", ErrorCode::InvalidParameter),
            ("ProtectionLevel=HSM", ErrorCode::UnsupportedProtectionLevel),
            ("EnableAutomaticRotation=True&RotationInterval=365d", ErrorCode::UnsupportedOperation),
            ("EnableAutomaticRotation=true", ErrorCode::MissingParameter),
            ("EnableAutomaticRotation=yes", ErrorCode::InvalidParameter),
            ("Policy=%7B%7D", ErrorCode::UnsupportedOperation),
            ("DKMSInstanceId=kst-x", ErrorCode::UnsupportedOperation),
            ("KeyStorageMechanism=HsmInternal", ErrorCode::UnsupportedOperation),
        ] {
            assert_eq!(read(text).unwrap_err().code(), code, "{text}");
        }
    }
}
