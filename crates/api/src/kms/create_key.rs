// SPDX-License-Identifier: Apache-2.0
//! CreateKey: makes a CMK.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits};
use crate::error::ApiError;
use crate::key::kept::Kept;
use crate::key::offer::KeyKind;
use crate::key::rotation::RotationInterval;
use crate::key::{Description, KeyMetadata, KeySpec, KeyUsage, Origin, ProtectionLevel, Tags};
use crate::kms::update_rotation_policy::check_interval;
use crate::policy::{PolicyKind, PolicyText};

/// Makes a CMK, enabled, with fresh material; or one that waits for material to be imported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateKey {
    /// At most 8,192 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// Algorithm and size; `Aliyun_AES_256` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_spec: Option<KeySpec>,
    /// What the key is for; the spec's own default if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_usage: Option<KeyUsage>,
    /// Who makes its material: `Aliyun_KMS`, or `EXTERNAL` for material to be imported; the first if
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// What guards its material; `SOFTWARE` if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection_level: Option<ProtectionLevel>,
    /// Whether new versions come by themselves. Symmetric keys only, and not with imported material.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub enable_automatic_rotation: bool,
    /// Time between versions, 7 to 730 days, such as `365d`. Means nothing while rotation is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation_interval: Option<RotationInterval>,
    /// At most 20, each key once.
    #[serde(default, skip_serializing_if = "no_tags")]
    pub tags: Tags,
    /// The key's policy, at most 32,768 bytes. It decides who may use the CMK, with the policies of whoever asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyText>,
    /// For whom it is to be kept: customers make their own keys, and the service those that a product
    /// needs.
    #[serde(rename = "kept", default, skip_serializing_if = "Kept::is_customer")]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub kept: Kept,
}

fn no_tags(tags: &Tags) -> bool {
    tags.0.is_empty()
}

/// The key made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CreateKeyReply {
    /// What was made.
    pub key_metadata: KeyMetadata,
}

impl CreateKey {
    /// What kind of key is wanted, defaults filled in.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        let spec = self.key_spec.unwrap_or(KeySpec::Aes256);
        let default_usage = spec.usages().first().copied().unwrap_or(KeyUsage::EncryptDecrypt);
        KeyKind {
            spec,
            usage: self.key_usage.unwrap_or(default_usage),
            origin: self.origin.unwrap_or(Origin::AliyunKms),
            protection_level: self.protection_level.unwrap_or(ProtectionLevel::Software),
        }
    }
}

impl Action for CreateKey {
    const NAME: ActionName = ActionName::CreateKey;
    type Reply = CreateKeyReply;
    const NOT_OFFERED: &'static [&'static str] = &["DKMSInstanceId", "KeyStorageMechanism"];

    fn check(&self, limits: &Limits) -> Result<(), ApiError> {
        check_interval(self.enable_automatic_rotation, self.rotation_interval)?;
        let kind = self.kind().offered(limits.protection_levels, limits.offer)?;
        if self.enable_automatic_rotation {
            kind.check_rotates()?;
        }
        self.policy.as_ref().map_or(Ok(()), |policy| PolicyKind::Key.check(policy))?;
        limits.tags.check(&self.tags)
    }
}
