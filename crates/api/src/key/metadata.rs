// SPDX-License-Identifier: Apache-2.0
//! The `KeyMetadata` object of CreateKey and DescribeKey (wire reference, section 2.6). Every
//! value on the wire is a string; an unset date is an empty one.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::kept::Creator;
use super::{AutomaticRotation, Description, KeySpec, KeyState, KeyUsage, Origin, ProtectionLevel};
use crate::arn::KeyArn;
use crate::id::{KeyId, KeyVersionId};
use crate::time::Timestamp;

/// What the service tells about a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct KeyMetadata {
    /// The id.
    pub key_id: KeyId,
    /// The full name.
    pub arn: KeyArn,
    /// When it was made.
    pub creation_date: Timestamp,
    /// Who made it: the account, or a product on its behalf.
    pub creator: Creator,
    /// The user's description.
    pub description: Description,
    /// Where it is in its life.
    pub key_state: KeyState,
    /// What it is for.
    pub key_usage: KeyUsage,
    /// Algorithm and size.
    pub key_spec: KeySpec,
    /// Who made its material.
    pub origin: Origin,
    /// What guards its material.
    pub protection_level: ProtectionLevel,
    /// The version that encrypts. Symmetric keys only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key_version: Option<KeyVersionId>,
    /// When it will be deleted, if that is decided.
    #[serde(serialize_with = "or_empty", deserialize_with = "from_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Timestamp"))]
    pub delete_date: Option<Timestamp>,
    /// When imported material expires, if it does.
    #[serde(serialize_with = "or_empty", deserialize_with = "from_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Timestamp"))]
    pub material_expire_time: Option<Timestamp>,
    /// When the newest version was made.
    pub last_rotation_date: Timestamp,
    /// Whether new versions come by themselves.
    pub automatic_rotation: AutomaticRotation,
    /// Time between versions, such as `31536000s`. Only if rotation is on or suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation_interval: Option<String>,
    /// When the next version comes. Only if rotation is on or suspended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_rotation_date: Option<Timestamp>,
    /// `Enabled` or `Disabled`. DescribeKey only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_protection: Option<DeletionProtection>,
    /// Why deletion protection is on. DescribeKey only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_protection_description: Option<String>,
}

crate::text::words! {
    /// Whether ScheduleKeyDeletion is refused.
    DeletionProtection, "It must be Enabled or Disabled.";
    /// Refused.
    Enabled = "Enabled",
    /// Allowed.
    Disabled = "Disabled",
}

fn or_empty<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.collect_str(time),
        None => serializer.serialize_str(""),
    }
}

fn from_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let time = (!text.is_empty()).then(|| text.parse().map_err(de::Error::custom));
    time.transpose()
}
