// SPDX-License-Identifier: Apache-2.0
//! What is stored and what is published, each a JSON text with its version `v`, pinned byte for
//! byte by the tests below. A change of any of them needs a new version and a reader of the old.

use edgekms_api::{
    id::{AccountId, AliasName, KeyId, KeyVersionId},
    key::{
        AutomaticRotation, Description, KeyMetadata, KeySpec, KeyState, KeyUsage, Origin,
        ProtectionLevel, Tag, metadata::DeletionProtection,
    },
    time::Timestamp,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    material::hierarchy::{MaterialPlace, WrappedMaterial},
    port::PortError,
};
use edgekms_api::place::Place;

/// The version of keys' records that this release writes. Version 1 had no `delete_at`, and a
/// revision of its own, which the keyring's has replaced; it is still read.
const KEY_VERSION: u8 = 2;
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
}

impl KeyRecord {
    /// The first record of a new, enabled key.
    #[must_use]
    pub fn new(new: NewKey) -> Self {
        Self {
            v: KEY_VERSION,
            key_id: new.key_id,
            created: new.created,
            creator: new.creator,
            description: new.description,
            state: KeyState::Enabled,
            spec: new.spec,
            usage: new.usage,
            origin: new.origin,
            protection_level: new.protection_level,
            primary_version: new.primary_version,
            last_rotation: new.created,
            delete_at: None,
            tags: new.tags,
        }
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
            v: RECORD_VERSION,
            key_id: self.key_id.clone(),
            state: self.state,
            spec: self.spec,
            usage: self.usage,
            primary_version: self.primary_version.clone(),
        }
    }

    /// What the API tells of it.
    #[must_use]
    pub fn metadata(&self, place: &Place) -> KeyMetadata {
        KeyMetadata {
            key_id: self.key_id.clone(),
            arn: place.key_arn(&self.key_id),
            creation_date: Timestamp::from_unix_secs(self.created),
            creator: self.creator.clone(),
            description: Description::of_stored(&self.description),
            key_state: self.state,
            key_usage: self.usage,
            key_spec: self.spec,
            origin: self.origin,
            protection_level: self.protection_level,
            primary_key_version: Some(self.primary_version.clone()),
            delete_date: self.delete_at.map(Timestamp::from_unix_secs),
            material_expire_time: None,
            last_rotation_date: Timestamp::from_unix_secs(self.last_rotation),
            automatic_rotation: AutomaticRotation::Disabled,
            rotation_interval: None,
            next_rotation_date: None,
            deletion_protection: None,
            deletion_protection_description: None,
        }
    }

    /// What DescribeKey tells of it: deletion protection too.
    #[must_use]
    pub fn described(&self, place: &Place) -> KeyMetadata {
        KeyMetadata {
            deletion_protection: Some(DeletionProtection::Disabled),
            deletion_protection_description: Some(String::new()),
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
}

/// One version of a key. The same in the keyring and in Workers KV: it never changes, and its
/// material is wrapped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionRecord {
    v: u8,
    /// The version.
    pub version_id: KeyVersionId,
    /// The key that it belongs to.
    pub key_id: KeyId,
    /// The key's spec, which the wrapping authenticates.
    pub spec: KeySpec,
    /// Seconds since 1970 when it was made.
    pub created: i64,
    /// Its material.
    pub material: WrappedMaterial,
}

impl VersionRecord {
    /// The record of a new version.
    #[must_use]
    pub fn new(
        version_id: KeyVersionId,
        key_id: KeyId,
        spec: KeySpec,
        created: i64,
        material: WrappedMaterial,
    ) -> Self {
        Self { v: RECORD_VERSION, version_id, key_id, spec, created, material }
    }

    /// Where its material belongs.
    #[must_use]
    pub fn material_place<'a>(&'a self, place: &'a Place) -> MaterialPlace<'a> {
        MaterialPlace {
            account: place.account.as_str(),
            region: place.region.as_str(),
            key_id: self.key_id.as_str(),
            version_id: self.version_id.as_str(),
            key_spec: self.spec.as_str(),
        }
    }
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
    KeyView: RECORD_VERSION,
    VersionRecord: RECORD_VERSION,
    AliasRecord: RECORD_VERSION
}

fn decode<T: DeserializeOwned>(
    name: &str,
    text: &str,
    newest: u8,
    version: impl Fn(&T) -> u8,
) -> Result<T, PortError> {
    let record: T = serde_json::from_str(text)
        .map_err(|error| PortError(format!("a stored {name} does not parse: {error}")))?;
    match version(&record) {
        known if (1..=newest).contains(&known) => Ok(record),
        other => Err(PortError(format!(
            "a stored {name} has version {other}; this release reads up to {newest}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{key_record, version_record};

    /// Any change here must come with a new `v` and a reader of the old one.
    #[test]
    fn stored_texts_are_pinned() {
        let key = r#"{"v":2,"key_id":"11111111-1111-4111-8111-111111111111","created":1700000000,"creator":"1234567890123456","description":"d","state":"Enabled","spec":"Aliyun_AES_256","usage":"ENCRYPT/DECRYPT","origin":"Aliyun_KMS","protection_level":"SOFTWARE","primary_version":"22222222-2222-4222-8222-222222222222","last_rotation":1700000000}"#;
        assert_eq!(key_record().encode(), key);
        assert_eq!(KeyRecord::decode(key).unwrap(), key_record());
        let doomed = key.replace("00}", "00,\"delete_at\":1700604800}");
        let record = key_record().changed(|key| key.delete_at = Some(1_700_604_800));
        assert_eq!(record.encode(), doomed);
        assert_eq!(KeyRecord::decode(&doomed).unwrap(), record);

        // The first slice's.
        let first = key.replace("\"v\":2", "\"v\":1").replace("00}", "00,\"revision\":3}");
        let read = KeyRecord::decode(&first).unwrap();
        assert_eq!(read.changed(|_| ()), key_record());

        let view = r#"{"v":1,"key_id":"11111111-1111-4111-8111-111111111111","state":"Enabled","spec":"Aliyun_AES_256","usage":"ENCRYPT/DECRYPT","primary_version":"22222222-2222-4222-8222-222222222222"}"#;
        assert_eq!(key_record().view().encode(), view);
        assert_eq!(KeyView::decode(view).unwrap(), key_record().view());

        let version = r#"{"v":1,"version_id":"22222222-2222-4222-8222-222222222222","key_id":"11111111-1111-4111-8111-111111111111","spec":"Aliyun_AES_256","created":1700000000,"material":{"root":"1","sealed":"AAAA"}}"#;
        assert_eq!(version_record().encode(), version);
        assert_eq!(VersionRecord::decode(version).unwrap(), version_record());

        let alias = r#"{"v":1,"name":"alias/a","key_id":"11111111-1111-4111-8111-111111111111","created":1700000000}"#;
        let record =
            AliasRecord::new("alias/a".parse().unwrap(), key_record().key_id, 1_700_000_000);
        assert_eq!(record.encode(), alias);
        assert_eq!(AliasRecord::decode(alias).unwrap(), record);
    }

    #[test]
    fn a_record_of_another_version_is_refused_not_guessed() {
        let newer = key_record().encode().replace("\"v\":2", "\"v\":3");
        let error = KeyRecord::decode(&newer).unwrap_err();
        assert!(error.0.contains("version 3"), "{error}");
        assert!(KeyRecord::decode("{}").is_err());
    }
}
