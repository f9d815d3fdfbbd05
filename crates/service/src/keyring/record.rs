// SPDX-License-Identifier: Apache-2.0
//! What is stored and what is published, each a JSON text with its version `v`, pinned byte for
//! byte by the tests below. A change of any of them needs a new version and a reader of the old.

mod version;

pub use version::VersionRecord;

use edgekms_api::{
    id::{AccountId, AliasName, KeyId, KeyVersionId},
    key::{
        AutomaticRotation, Description, KeyMetadata, KeySpec, KeyState, KeyUsage, Origin,
        ProtectionLevel, Tag,
        algorithm::Algorithms,
        filter::{CreatorType, Filterable},
        kept::Kept,
        metadata::DeletionProtection,
        offer::{KeyKind, algorithms},
        rotation::RotationInterval,
    },
    place::Place,
    time::Timestamp,
};
use edgekms_policy::LazyPolicy;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{class::Class, group::KeyGroup};
use crate::{authorise::KeyFacts, port::PortError};

/// The version of keys' records that this release writes. Version 1 had no `delete_at`, and a
/// revision of its own, which the keyring's has replaced; version 2 knew neither rotation nor deletion
/// protection nor policies. Both are still read.
const KEY_VERSION: u8 = 3;
/// The version of views of keys that are not the customer's. A release that knows no classes refuses
/// it, and so lets nobody use such a key.
const VIEW_VERSION: u8 = 2;
/// The version of every other record.
const RECORD_VERSION: u8 = 1;

/// A key, in the keyring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRecord {
    v: u8,
    /// The key.
    pub key_id: KeyId,
    /// Seconds since 1970 when it was made.
    pub created: i64,
    /// The account that made it.
    pub creator: AccountId,
    /// The user's text.
    pub description: String,
    /// Its state.
    pub state: KeyState,
    /// Its spec.
    pub spec: KeySpec,
    /// What it may be used for.
    pub usage: KeyUsage,
    /// Where its material comes from.
    pub origin: Origin,
    /// What holds its material.
    pub protection_level: ProtectionLevel,
    /// The version that encrypts.
    pub primary_version: KeyVersionId,
    /// Seconds since 1970 when the primary version was made.
    pub last_rotation: i64,
    /// Seconds since 1970 when it will be deleted, if that is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_at: Option<i64>,
    /// The user's tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Seconds between versions, if they come by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation_secs: Option<u32>,
    /// Why its deletion may not be scheduled, if it may not; the text may be empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_protection: Option<String>,
    /// The user's key policy, a JSON text, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<LazyPolicy>,
    /// For whom it is kept; for the customer if absent.
    #[serde(default, skip_serializing_if = "Kept::is_customer")]
    pub kept: Kept,
    /// What is known of imported material, once there was some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imported: Option<ImportedMaterial>,
}

/// What stays known of a key's imported material, though it is deleted: a key takes no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedMaterial {
    /// By what the same material is known again: [`material_check`](crate::material::hierarchy::material_check).
    pub check: String,
    /// Seconds since 1970 when it is deleted, if that is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<i64>,
    /// Whether it is here.
    pub held: bool,
}

/// What a new [`KeyRecord`] is made of.
#[derive(Debug)]
pub struct NewKey {
    /// The key.
    pub key_id: KeyId,
    /// Its first version.
    pub primary_version: KeyVersionId,
    /// Now.
    pub created: i64,
    /// The account that makes it.
    pub creator: AccountId,
    /// The user's text.
    pub description: String,
    /// Its spec.
    pub spec: KeySpec,
    /// What it may be used for.
    pub usage: KeyUsage,
    /// Where its material comes from.
    pub origin: Origin,
    /// What holds its material.
    pub protection_level: ProtectionLevel,
    /// The user's tags.
    pub tags: Vec<Tag>,
    /// Time between versions, if they come by themselves.
    pub rotation: Option<RotationInterval>,
    /// The user's key policy, if there is one.
    pub policy: Option<LazyPolicy>,
    /// For whom it is kept.
    pub kept: Kept,
}

impl KeyRecord {
    /// The first record of a new key: enabled, or waiting for material to be imported.
    #[must_use]
    pub fn new(new: NewKey) -> Self {
        Self {
            v: KEY_VERSION,
            key_id: new.key_id,
            created: new.created,
            creator: new.creator,
            description: new.description,
            state: match new.origin {
                Origin::AliyunKms => KeyState::Enabled,
                Origin::External => KeyState::PendingImport,
            },
            spec: new.spec,
            usage: new.usage,
            origin: new.origin,
            protection_level: new.protection_level,
            primary_version: new.primary_version,
            last_rotation: new.created,
            delete_at: None,
            tags: new.tags,
            rotation_secs: new.rotation.map(RotationInterval::secs),
            deletion_protection: None,
            policy: new.policy,
            kept: new.kept,
            imported: None,
        }
    }

    /// Whether it has material: always, unless that is to be imported.
    #[must_use]
    pub fn has_material(&self) -> bool {
        match self.origin {
            Origin::AliyunKms => true,
            Origin::External => self.imported.as_ref().is_some_and(|material| material.held),
        }
    }

    /// When its material is deleted, in seconds since 1970, if that is decided.
    #[must_use]
    pub fn material_expires(&self) -> Option<i64> {
        self.imported.as_ref().and_then(|material| material.expires)
    }

    /// Whether callers name its versions: it has no primary one for them.
    #[must_use]
    pub fn is_asymmetric(&self) -> bool {
        matches!(
            algorithms(self.spec, self.usage),
            Some(Algorithms::Signing(_) | Algorithms::Encryption(_))
        )
    }

    /// What kind of key it is.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        KeyKind {
            spec: self.spec,
            usage: self.usage,
            origin: self.origin,
            protection_level: self.protection_level,
        }
    }

    /// Its class.
    #[must_use]
    pub const fn class(&self) -> Class {
        Class::of(&self.kept, self.protection_level)
    }

    /// What it is counted and found by.
    #[must_use]
    pub const fn group(&self) -> KeyGroup {
        KeyGroup(Filterable {
            key_state: self.state,
            key_spec: self.spec,
            key_usage: self.usage,
            protection_level: self.protection_level,
            creator_type: match self.kept {
                Kept::Customer | Kept::CarriedOver => CreatorType::User,
                Kept::DefaultMaster | Kept::Service(_) => CreatorType::Service,
            },
        })
    }

    /// Whether new versions come by themselves.
    #[must_use]
    pub const fn automatic_rotation(&self) -> AutomaticRotation {
        match (self.rotation_secs, self.state) {
            (None, _) => AutomaticRotation::Disabled,
            (Some(_), KeyState::Enabled) => AutomaticRotation::Enabled,
            (Some(_), _) => AutomaticRotation::Suspended,
        }
    }

    /// When the next version comes or is overdue, in seconds since 1970; none if none comes by itself.
    #[must_use]
    pub fn next_rotation(&self) -> Option<i64> {
        self.rotation_secs.map(|secs| self.last_rotation.saturating_add(i64::from(secs)))
    }

    /// The record after a change made by `change`.
    #[must_use]
    pub fn changed(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self.v = KEY_VERSION;
        self
    }

    /// The copy that crypto calls need: no description, no dates.
    #[must_use]
    pub fn view(&self) -> KeyView {
        KeyView {
            v: if self.kept.is_customer() { RECORD_VERSION } else { VIEW_VERSION },
            key_id: self.key_id.clone(),
            state: self.state,
            spec: self.spec,
            usage: self.usage,
            primary_version: self.primary_version.clone(),
            protection_level: self.protection_level,
            kept: self.kept.clone(),
            origin: self.origin,
            tags: self.tags.clone(),
            policy: self.policy.clone(),
        }
    }

    /// What leave to use it goes by.
    #[must_use]
    pub fn facts(&self) -> KeyFacts<'_> {
        KeyFacts {
            key_id: &self.key_id,
            kept: &self.kept,
            tags: &self.tags,
            policy: self.policy.as_ref(),
        }
    }

    /// What the API tells of it.
    #[must_use]
    pub fn metadata(&self, place: &Place) -> KeyMetadata {
        KeyMetadata {
            key_id: self.key_id.clone(),
            arn: place.key_arn(&self.key_id),
            creation_date: Timestamp::from_unix_secs(self.created),
            creator: self.kept.creator(&self.creator),
            description: Description::of_stored(&self.description),
            key_state: self.state,
            key_usage: self.usage,
            key_spec: self.spec,
            origin: self.origin,
            protection_level: self.protection_level,
            primary_key_version: (!self.is_asymmetric() && self.has_material())
                .then(|| self.primary_version.clone()),
            delete_date: self.delete_at.map(Timestamp::from_unix_secs),
            material_expire_time: self.material_expires().map(Timestamp::from_unix_secs),
            last_rotation_date: Timestamp::from_unix_secs(self.last_rotation),
            automatic_rotation: self.automatic_rotation(),
            rotation_interval: self.rotation_secs.map(|secs| format!("{secs}s")),
            next_rotation_date: self.next_rotation().map(Timestamp::from_unix_secs),
            deletion_protection: None,
            deletion_protection_description: None,
        }
    }

    /// What DescribeKey tells of it: deletion protection too.
    #[must_use]
    pub fn described(&self, place: &Place) -> KeyMetadata {
        KeyMetadata {
            deletion_protection: Some(match self.deletion_protection {
                Some(_) => DeletionProtection::Enabled,
                None => DeletionProtection::Disabled,
            }),
            deletion_protection_description: Some(
                self.deletion_protection.clone().unwrap_or_default(),
            ),
            ..self.metadata(place)
        }
    }
}

/// A key as crypto calls see it, in Workers KV.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyView {
    v: u8,
    /// The key.
    pub key_id: KeyId,
    /// Its state when published.
    pub state: KeyState,
    /// Its spec.
    pub spec: KeySpec,
    /// What it may be used for.
    pub usage: KeyUsage,
    /// The version that encrypts.
    pub primary_version: KeyVersionId,
    /// What holds its material; software if absent.
    #[serde(default = "software", skip_serializing_if = "is_software")]
    pub protection_level: ProtectionLevel,
    /// For whom it is kept; for the customer if absent.
    #[serde(default, skip_serializing_if = "Kept::is_customer")]
    pub kept: Kept,
    /// Where its material comes from; made here if absent.
    #[serde(default = "made_here", skip_serializing_if = "is_made_here")]
    pub origin: Origin,
    /// Its labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Its policy, if it was given one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<LazyPolicy>,
}

const fn made_here() -> Origin {
    Origin::AliyunKms
}

fn is_made_here(origin: &Origin) -> bool {
    *origin == made_here()
}

impl KeyView {
    /// Its class.
    #[must_use]
    pub const fn class(&self) -> Class {
        Class::of(&self.kept, self.protection_level)
    }

    /// What leave to use it goes by.
    #[must_use]
    pub fn facts(&self) -> KeyFacts<'_> {
        KeyFacts {
            key_id: &self.key_id,
            kept: &self.kept,
            tags: &self.tags,
            policy: self.policy.as_ref(),
        }
    }
}

const fn software() -> ProtectionLevel {
    ProtectionLevel::Software
}

fn is_software(level: &ProtectionLevel) -> bool {
    *level == software()
}

/// An alias. The same in the keyring and in Workers KV.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasRecord {
    v: u8,
    /// The alias, with its `alias/`.
    pub name: AliasName,
    /// The key that it stands for.
    pub key_id: KeyId,
    /// Seconds since 1970 when it was made.
    pub created: i64,
}

impl AliasRecord {
    /// The record of a new alias.
    #[must_use]
    pub fn new(name: AliasName, key_id: KeyId, created: i64) -> Self {
        Self { v: RECORD_VERSION, name, key_id, created }
    }
}

macro_rules! stored_text {
    ($($name:ident: $newest:expr),+) => {$(
        impl $name {
            /// The text that is stored or published.
            #[must_use]
            pub fn encode(&self) -> String {
                // A struct of texts and numbers has a JSON form; serde_json cannot refuse it.
                serde_json::to_string(self).unwrap_or_default()
            }

            /// Reads [`Self::encode`]'s text.
            ///
            /// # Errors
            /// [`PortError`] when it is not a record of a known version.
            pub fn decode(text: &str) -> Result<Self, PortError> {
                decode(stringify!($name), text, $newest, |record: &Self| record.v)
            }
        }
    )+};
}

stored_text! {
    KeyRecord: KEY_VERSION,
    KeyView: VIEW_VERSION,
    AliasRecord: RECORD_VERSION
}

#[derive(Deserialize)]
struct Versioned {
    v: u8,
}

fn parse<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, PortError> {
    serde_json::from_str(text)
        .map_err(|error| PortError(format!("a stored {name} does not parse: {error}")))
}

fn decode<T: DeserializeOwned>(
    name: &str,
    text: &str,
    newest: u8,
    version: impl Fn(&T) -> u8,
) -> Result<T, PortError> {
    let record: T = parse(name, text)?;
    match version(&record) {
        known if (1..=newest).contains(&known) => Ok(record),
        other => Err(PortError(format!(
            "a stored {name} has version {other}; this release reads up to {newest}"
        ))),
    }
}

#[cfg(test)]
mod tests;
