// SPDX-License-Identifier: Apache-2.0
//! What is stored and what is published, each a JSON text with its version `v`, pinned byte for
//! byte by the tests below. A change of any of them needs a new version and a reader of the old.

use edgekms_api::{
    id::{AccountId, AliasName, KeyId, KeyVersionId},
    key::{
        AutomaticRotation, KeyMetadata, KeySpec, KeyState, KeyUsage, Origin, ProtectionLevel, Tag,
        metadata::DeletionProtection,
    },
    time::Timestamp,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    hierarchy::{MaterialPlace, WrappedMaterial},
    nonce::NonceMark,
    outbox::ViewName,
    place::Place,
    ports::PortError,
};

/// The version that this release writes, and the only one so far.
pub const RECORD_VERSION: u8 = 1;

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
    /// The user's tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
    /// Grows with each change of the key.
    pub revision: u64,
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
            v: RECORD_VERSION,
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
            tags: new.tags,
            revision: 1,
        }
    }

    /// The record after a change made by `change`.
    #[must_use]
    pub fn changed(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self.revision = self.revision.saturating_add(1);
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
            revision: self.revision,
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
            description: self.description.clone(),
            key_state: self.state,
            key_usage: self.usage,
            key_spec: self.spec,
            origin: self.origin,
            protection_level: self.protection_level,
            primary_key_version: Some(self.primary_version.clone()),
            delete_date: None,
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
    /// The record's revision: of two views the greater is the later.
    pub revision: u64,
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
    ($($name:ident),+) => {$(
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
                decode(stringify!($name), text, |record: &Self| record.v)
            }
        }
    )+};
}

stored_text!(KeyRecord, KeyView, VersionRecord, AliasRecord);

fn decode<T: DeserializeOwned>(
    name: &str,
    text: &str,
    version: impl Fn(&T) -> u8,
) -> Result<T, PortError> {
    let record: T = serde_json::from_str(text)
        .map_err(|error| PortError(format!("a stored {name} does not parse: {error}")))?;
    match version(&record) {
        RECORD_VERSION => Ok(record),
        other => Err(PortError(format!(
            "a stored {name} has version {other}; this release reads {RECORD_VERSION}"
        ))),
    }
}

/// One change of a keyring. A list of them is stored whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new key, or a key's new record.
    PutKey(Box<KeyRecord>),
    /// A new version.
    PutVersion(Box<VersionRecord>),
    /// A new alias.
    PutAlias(AliasRecord),
    /// An alias is no more.
    DeleteAlias(AliasName),
    /// A change's nonce, so that it cannot be replayed.
    NoteNonce(NonceMark),
}

impl Change {
    /// The view that it alters, which must be published anew.
    #[must_use]
    pub fn view_name(&self) -> Option<ViewName> {
        match self {
            Self::PutKey(key) => Some(ViewName::Key(key.key_id.clone())),
            Self::PutVersion(version) => Some(ViewName::Version(version.version_id.clone())),
            Self::PutAlias(alias) => Some(ViewName::Alias(alias.name.clone())),
            Self::DeleteAlias(name) => Some(ViewName::Alias(name.clone())),
            Self::NoteNonce(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{key_record, place, version_record};

    /// Any change here must come with a new `v` and a reader of the old one.
    #[test]
    fn stored_texts_are_pinned() {
        let key = r#"{"v":1,"key_id":"11111111-1111-4111-8111-111111111111","created":1700000000,"creator":"1234567890123456","description":"d","state":"Enabled","spec":"Aliyun_AES_256","usage":"ENCRYPT/DECRYPT","origin":"Aliyun_KMS","protection_level":"SOFTWARE","primary_version":"22222222-2222-4222-8222-222222222222","last_rotation":1700000000,"revision":1}"#;
        assert_eq!(key_record().encode(), key);
        assert_eq!(KeyRecord::decode(key).unwrap(), key_record());

        let view = r#"{"v":1,"key_id":"11111111-1111-4111-8111-111111111111","state":"Enabled","spec":"Aliyun_AES_256","usage":"ENCRYPT/DECRYPT","primary_version":"22222222-2222-4222-8222-222222222222","revision":1}"#;
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
        let newer = key_record().encode().replace("\"v\":1", "\"v\":2");
        let error = KeyRecord::decode(&newer).unwrap_err();
        assert!(error.0.contains("version 2"), "{error}");
        assert!(KeyRecord::decode("{}").is_err());
    }

    #[test]
    fn a_change_raises_the_revision() {
        let changed = key_record().changed(|key| key.state = KeyState::Disabled);
        assert_eq!((changed.revision, changed.state), (2, KeyState::Disabled));
        assert_eq!(changed.view().revision, 2);
        assert_eq!(changed.metadata(&place()).key_state, KeyState::Disabled);
    }
}
